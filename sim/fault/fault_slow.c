// SPDX-License-Identifier: GPL-3.0-or-later
/* Work takes so many times as long: a sick dependency, a noisy neighbour.  What is under way ends
 * as it would have. */
#include "fault/fault.h"

struct slow_cfg {
    double factor;
};

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    const struct slow_cfg *cfg = fault->plan->own;
    fault_turn(fault, node, FAULT_SLOW_FACTOR, cfg->factor, on, now_ns);
}

// clang-format off
static const struct param rows[] = {
    { "factor", &param_number, offsetof(struct slow_cfg, factor), NULL, 0.001, 1000, NULL, NULL,
      PARAM_REQUIRED, NULL, "How many times as long work takes." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_slow = {
    .name = "slow",
    .doc = "Work takes longer.",
    .params = rows,
    .cfg_bytes = sizeof(struct slow_cfg),
    .strikes = NODE_REF_TO(NODE_CONSUMER) | NODE_REF_TO(NODE_FUNCTION) |
               NODE_REF_TO(NODE_ENDPOINT) | NODE_REF_TO(NODE_DOWNSTREAM),
    .turn = turn,
};
