// SPDX-License-Identifier: GPL-3.0-or-later
/* A compiled filter policy, as the compiler writes and the judge reads it.
 *
 * Keys stand in the order of the policy; each says with which key to go on if it holds and if not,
 * so that "all of" and "one of" are jumps.  Behind a key are its tests, of which one must hold. */
#ifndef QUEUELAB_MODEL_FILTER_PROGRAM_H
#define QUEUELAB_MODEL_FILTER_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/filter.h"
#include "model/filter_address.h"

enum filter_op {
    FILTER_TEXT,
    FILTER_PREFIX,
    FILTER_SUFFIX,
    FILTER_ANY_CASE, /* equals-ignore-case */
    FILTER_WILDCARD,
    FILTER_RANGE, /* a number, or numeric */
    FILTER_TRUE,
    FILTER_FALSE,
    FILTER_NULL,
    FILTER_CIDR,
    FILTER_PRESENT, /* exists true; exists false is a mark of the key */
    FILTER_BUT      /* anything-but: none of the tests that follow holds */
};

struct filter_piece {
    const char *bytes;
    size_t length;
};

struct filter_test {
    uint32_t op;   /* of enum filter_op */
    uint32_t span; /* FILTER_BUT: tests that belong to it; FILTER_CIDR: bits of the prefix */
    union {
        struct {
            const char *bytes;
            size_t length;
            uint64_t hash;
        } text;
        struct {
            int64_t low, high; /* inclusive, in hundred thousandths */
        } range;
        struct {
            const struct filter_piece *pieces; /* what stands between the stars */
            size_t count;                      /* above 1 if there is a star */
        } wildcard;
        struct filter_address block;
    } of;
};

struct filter_key {
    const char *path; /* names joined by dots */
    size_t length;
    uint64_t hash;
    uint32_t yes, no; /* the key to go on with, or FILTER_YES or FILTER_NO */
    uint32_t first, count;
    bool absent; /* it also holds where there is no such key */
};

enum { FILTER_YES = 0xFFFF, FILTER_NO = 0xFFFE };

struct filter {
    enum filter_scope scope;
    bool same_element;
    uint32_t key_count; /* 0: everything is wanted */
    const struct filter_key *keys;
    const struct filter_test *tests;
};

#endif
