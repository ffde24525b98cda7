// SPDX-License-Identifier: GPL-3.0-or-later
/* What the two halves of the policy compiler share: the tests being written, and what is wrong. */
#ifndef QUEUELAB_MODEL_FILTER_TESTS_H
#define QUEUELAB_MODEL_FILTER_TESTS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"
#include "model/filter.h"
#include "model/filter_program.h"

struct filter_tests {
    struct arena *arena;
    const struct filter_cfg *cfg;
    struct filter_error *error;
    struct text pointer; /* of the value being read */
    struct filter_test *all;
    size_t count, capacity;
};

/* Reads the values of a key, a list that is not empty; *absent becomes true if one of them is
 * exists false.  Returns false after noting the error. */
bool filter_tests_read(struct filter_tests *t, const struct json *list, bool *absent);

/* Notes an error at the pointer, or at a member or element of it (NULL: itself); always returns
 * false. */
bool filter_tests_fail(struct filter_tests *t, const char *member, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Walks into a member: appends "/name" and returns the length to cut back to. */
size_t filter_tests_enter(struct filter_tests *t, const char *name);
size_t filter_tests_enter_element(struct filter_tests *t, size_t index);

#endif
