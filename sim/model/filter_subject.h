// SPDX-License-Identifier: GPL-3.0-or-later
/* What a filter policy judges: the values of a message by their paths.
 *
 * A path is the names of keys joined by dots, so that {"a": {"b": 1}} and {"a.b": 1} are the same.
 * Plain values in lists are all values of the list's path.  Objects in a list are alternatives: a
 * value knows by its context in which of them it stands. */
#ifndef QUEUELAB_MODEL_FILTER_SUBJECT_H
#define QUEUELAB_MODEL_FILTER_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/filter.h"
#include "model/filter_address.h"

enum filter_kind {
    FILTER_IS_EMPTY, /* a list without elements: the key is there, but has no value */
    FILTER_IS_TEXT,
    FILTER_IS_NUMBER,
    FILTER_IS_TRUE,
    FILTER_IS_FALSE,
    FILTER_IS_NULL
};

struct filter_value {
    uint32_t kind; /* of enum filter_kind */
    uint32_t context;
    union {
        int64_t number; /* in hundred thousandths */
        struct {
            const char *bytes;
            size_t length;
            uint64_t hash;
            const struct filter_address *address; /* NULL: the text is none */
        } text;
    } of;
};

/* A path ends in a name; what comes before is its parent's. */
struct filter_path {
    const struct filter_path *parent; /* NULL: none */
    const char *name;
    size_t name_length, length; /* length: of all names and dots */
    uint64_t hash;
    uint32_t first, count; /* values */
};

/* An object in a list of several; context 0 is all that stands in none. */
struct filter_context {
    uint32_t parent, list, level;
};

struct filter_subject {
    enum filter_scope scope;
    enum filter_verdict reason; /* if it does not match */
    uint32_t slot_mask;
    uint32_t context_count;
    const struct filter_path *const *slots; /* open addressing by hash */
    const struct filter_value *values;      /* those of a path are neighbours */
    const struct filter_context *contexts;
};

/* The path with such a name that has values; NULL: there is none. */
const struct filter_path *filter_subject_find(const struct filter_subject *subject,
                                              const char *path, size_t length, uint64_t hash);

/* FLT-4: a number in hundred thousandths, or FILTER_OUTSIDE if it is beyond a billion. */
#define FILTER_OUTSIDE INT64_MAX
int64_t filter_subject_number(double value);

/* FNV-1a, which can be continued; begin with FILTER_HASH. */
#define FILTER_HASH UINT64_C(14695981039346656037)
static inline uint64_t filter_subject_hash(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    return hash;
}

#endif
