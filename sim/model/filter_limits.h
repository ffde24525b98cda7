// SPDX-License-Identifier: GPL-3.0-or-later
/* How large a filter policy may be, and which of its keys is the operator "$or". */
#ifndef QUEUELAB_MODEL_FILTER_LIMITS_H
#define QUEUELAB_MODEL_FILTER_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/json.h"
#include "model/filter.h"

enum {
    FILTER_KEYS_MOST = 5,
    FILTER_COMBINATIONS_MOST = 150,
    FILTER_BYTES_MOST = 256 * 1024,
    FILTER_NAMES_MOST = 1024 /* of keys with values anywhere in the policy: ours */
};

/* True for a member "$or" that lists at least two objects, none of which has the name of an
 * operator as a key; any other "$or" is a key like all. */
bool filter_limits_is_or(const struct json *member);
/* FLT-6, up to a million; what is no policy counts as one. */
size_t filter_limits_combinations(const struct json *policy);
/* What is wrong with the size of a policy, an object; NULL: nothing. */
const char *filter_limits_check(const struct json *policy, const struct filter_cfg *cfg);

#endif
