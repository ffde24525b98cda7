// SPDX-License-Identifier: GPL-3.0-or-later
/* Filter policies and messages as texts, for tests: a policy is compiled and a message judged.  In
 * all texts ` stands for ". */
#ifndef QUEUELAB_TESTS_TOOLS_FILTER_LAB_H
#define QUEUELAB_TESTS_TOOLS_FILTER_LAB_H

#include "base/arena.h"
#include "base/json.h"
#include "model/filter.h"

struct filter_lab {
    struct arena arena;
    struct filter_cfg cfg;
    struct filter_error error;
};

/* All that is accepted by default: newer forms, and one element for all keys. */
void filter_lab_open(struct filter_lab *lab, enum filter_scope scope);
void filter_lab_close(struct filter_lab *lab);

/* NULL after filling error; the text MUST be JSON. */
const struct filter *filter_lab_compile(struct filter_lab *lab, const char *policy);
/* The policy MUST be accepted. */
enum filter_verdict filter_lab_body(struct filter_lab *lab, const char *policy, const char *body);
/* A message with one attribute, or none if type is NULL. */
enum filter_verdict filter_lab_attribute(struct filter_lab *lab, const char *policy,
                                         const char *name, const char *type, const char *text);

#endif
