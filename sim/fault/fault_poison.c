// SPDX-License-Identifier: GPL-3.0-or-later
/* A share of what a producer sends is marked as poison: whoever has "poison" set always fails at
 * it. */
#include "fault/fault.h"

struct poison_cfg {
    double share;
};

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    const struct poison_cfg *cfg = fault->plan->own;
    fault_turn(fault, node, FAULT_POISON, cfg->share, on, now_ns);
}

// clang-format off
static const struct param rows[] = {
    { "share", &param_probability, offsetof(struct poison_cfg, share), NULL, 0, 1, NULL, NULL,
      PARAM_REQUIRED, NULL, "Which share is marked." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_poison = {
    .name = "poison",
    .doc = "Marks messages that consumers always fail at.",
    .params = rows,
    .cfg_bytes = sizeof(struct poison_cfg),
    .strikes = NODE_REF_TO(NODE_PRODUCER),
    .turn = turn,
};
