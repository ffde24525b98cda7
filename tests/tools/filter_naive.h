// SPDX-License-Identifier: GPL-3.0-or-later
/* A second reading of filter policies, which walks the trees of JSON and knows no shortcut: it
 * tries every choice of objects from lists.  It shares no code with the first. */
#ifndef QUEUELAB_TESTS_TOOLS_FILTER_NAIVE_H
#define QUEUELAB_TESTS_TOOLS_FILTER_NAIVE_H

#include <stdbool.h>
#include "base/json.h"

/* The policy MUST be well formed; body MUST be an object. */
bool filter_naive_matches(const struct json *policy, const struct json *body, bool same_element);
/* Is it within the limits of keys and combinations? */
bool filter_naive_fits(const struct json *policy);

#endif
