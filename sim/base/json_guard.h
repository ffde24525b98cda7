// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads a text by the letter of RFC 8259 before cJSON sees it, and notes where values stand. */
#ifndef QUEUELAB_BASE_JSON_GUARD_H
#define QUEUELAB_BASE_JSON_GUARD_H

#include <stdbool.h>
#include <stddef.h>

struct diag;

/* Where a value and its key stand, counted from 1 in characters; key_line is 0 without a key. */
struct json_spot {
    int file; /* index of the document's file names */
    int line, column;
    int key_line, key_column;
};

/* The spots of a document's values in pre-order: an object comes before its members. */
struct json_spots {
    struct json_spot *items;
    size_t count, capacity;
};

void json_guard_add(struct json_spots *spots, struct json_spot spot);

/* Adds to diag what is wrong with text, and a spot for each value; returns false if anything was
 * wrong. text ends in a NUL after bytes.  shown is the text before comments were blanked, or NULL
 * if none are allowed: columns are counted in it, since a comment may hold characters of several
 * bytes.  repeats: a key may come again. */
bool json_guard_check(const char *file, const char *text, const char *shown, size_t bytes,
                      bool repeats, struct json_spots *spots, struct diag *diag);

#endif
