// SPDX-License-Identifier: GPL-3.0-or-later
/* Dated tables of AWS limits and prices, so that old slides still reproduce. */
#ifndef QUEUELAB_SCENARIO_PROFILE_H
#define QUEUELAB_SCENARIO_PROFILE_H

#include "base/param.h"
#include "model/queue.h"
#include "model/topic.h"
#include "actor/function_cfg.h"
#include "observe/observe.h"

struct profile {
    const char *name; /* "aws-2026-11" */
    const char *doc;
    struct queue_limits limits;
    struct topic_limits topic_limits;
    struct function_limits functions;
    struct observe_prices prices;
};

/* All profiles, the default first, ending in NULL. */
extern const struct profile *const profiles[];
const struct profile *profile_find(const char *name);

/* Field: const struct profile *. */
extern const struct param_type profile_param;

#endif
