// SPDX-License-Identifier: GPL-3.0-or-later
/* Random filter policies, well formed if not always within their limits, and random messages. */
#ifndef QUEUELAB_TESTS_TOOLS_FILTER_INVENT_H
#define QUEUELAB_TESTS_TOOLS_FILTER_INVENT_H

#include "base/text.h"
#include "core/rng.h"
#include "model/filter.h"

struct filter_invent {
    struct rng rng;
    struct text text; /* what was invented last */
    int objects;      /* in lists of the message so far */
    bool focused;     /* on keys that must be matched together: few names, 0 and 1 */
};

/* JSON that lives until the next call.  Attributes are the object of their values: a list is a
 * String.Array. */
const char *filter_invent_policy(struct filter_invent *v, enum filter_scope scope);
const char *filter_invent_message(struct filter_invent *v, enum filter_scope scope);

#endif
