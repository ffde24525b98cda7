// SPDX-License-Identifier: GPL-3.0-or-later
/* Patterns of JSON: what a reply should be, with names for what cannot be known beforehand.
 *
 * In a text of a pattern `*` stands for any characters and a known $name for its value; a text that
 * is a $name not yet known takes whatever text or number is there, and $name+5 is the number so
 * much above it.  An object with the member "..." may have others as well. */
#ifndef QUEUELAB_TESTS_TOOLS_PATTERN_H
#define QUEUELAB_TESTS_TOOLS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include "base/json.h"
#include "base/text.h"

struct pattern_name {
    char *name, *value;
    bool is_text; /* otherwise a number, as it was written */
};

struct pattern_names {
    struct pattern_name *all;
    size_t count, capacity;
};

void pattern_forget(struct pattern_names *names);

/* Appends text to out with ${abc*3} written out as abcabcabc and ${i} as the round.  If names is
 * given, $name becomes its value as it stands inside a JSON text, and $$ one $; an unknown name is
 * appended to unknown. */
void pattern_fill(const struct pattern_names *names, const char *text, size_t length, int round,
                  struct text *out, struct text *unknown);

/* Compares, and learns names on the way.  If they differ, where becomes the JSON pointer of the
 * first difference. */
bool pattern_matches(struct pattern_names *names, const struct json *wanted, const struct json *got,
                     struct text *where);

#endif
