// SPDX-License-Identifier: GPL-3.0-or-later
/* Calls are refused as throttled: a share of them, or those beyond so many per second. */
#include "fault/fault.h"

struct throttle_cfg {
    double share, calls_per_s; /* calls_per_s 0: no limit */
};

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    const struct throttle_cfg *cfg = fault->plan->own;
    if (cfg->share > 0.0)
        fault_turn(fault, node, FAULT_REFUSE, cfg->share, on, now_ns);
    if (cfg->calls_per_s > 0.0)
        fault_turn(fault, node, FAULT_CALL_RATE, cfg->calls_per_s, on, now_ns);
}

static void check(struct param_reader *reader, const void *cfg_, const struct json *node)
{
    const struct throttle_cfg *cfg = cfg_;
    if (cfg->share == 0.0 && cfg->calls_per_s == 0.0)
        param_error(reader, node, "nothing is throttled: give \"share\" or \"rate\"");
}

// clang-format off
static const struct param rows[] = {
    { "share", &param_probability, offsetof(struct throttle_cfg, share), "0", 0, 1, NULL, NULL, 0,
      NULL, "Which share of the calls is refused." },
    { "rate", &param_rate, offsetof(struct throttle_cfg, calls_per_s), "0", 0, 1e9, NULL, NULL, 0,
      NULL, "The most calls that pass; 0: no limit." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_throttle = {
    .name = "throttle",
    .doc = "Calls are refused as throttled, and may be tried again.",
    .params = rows,
    .cfg_bytes = sizeof(struct throttle_cfg),
    .strikes = NODE_REF_TO(NODE_QUEUE) | NODE_REF_TO(NODE_TOPIC) | NODE_REF_TO(NODE_FUNCTION) |
               NODE_REF_TO(NODE_ENDPOINT) | NODE_REF_TO(NODE_DOWNSTREAM),
    .check = check,
    .turn = turn,
};
