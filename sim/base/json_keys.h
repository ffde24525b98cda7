// SPDX-License-Identifier: GPL-3.0-or-later
/* The keys that an object has had so far, to tell one that comes again.  A few are compared, more
 * are looked up. */
#ifndef QUEUELAB_BASE_JSON_KEYS_H
#define QUEUELAB_BASE_JSON_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"

enum { JSON_KEYS_FEW = 12 };

struct map;

struct json_keys {
    size_t count;
    struct map *many; /* NULL: the few are all */
    struct {
        const char *text; /* without escapes, in the document */
        size_t length;
        int line;
    } few[JSON_KEYS_FEW];
};

static inline void json_keys_init(struct json_keys *keys)
{
    keys->count = 0;
    keys->many = NULL;
}
void json_keys_free(struct json_keys *keys);

/* Has the object had this key?  Then *first is the line of the first, else the key is kept.  raw is
 * the key as it stands in the document, word what it means. */
bool json_keys_has(struct json_keys *keys, const char *raw, size_t raw_length,
                   const struct text *word, int line, uint32_t *first);

#endif
