// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts by key, a few of them, in order of their keys: tags, and attributes as they were given. */
#ifndef QUEUELAB_API_TEXTS_H
#define QUEUELAB_API_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

struct texts {
    size_t count;
    struct {
        char *key, *value;
    } * at;
};

/* A copy that the caller frees; NULL of NULL. */
char *texts_keep(const char *text);
void texts_free(struct texts *texts);
/* Keeps a copy of value; NULL removes the key. */
void texts_put(struct texts *texts, const char *key, const char *value);
/* NULL: there is none. */
const char *texts_get(const struct texts *texts, const char *key);
void texts_copy(struct texts *texts, const struct texts *from);
bool texts_are_equal(const struct texts *one, const struct texts *other);

#endif
