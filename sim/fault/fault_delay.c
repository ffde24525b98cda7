// SPDX-License-Identifier: GPL-3.0-or-later
/* Calls and replies take longer on the way.  Two delays of one link add up. */
#include "fault/fault.h"

#include "base/units.h"

struct delay_cfg {
    int64_t latency_ns, jitter_ns;
};

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    const struct delay_cfg *cfg = fault->plan->own;
    fault_turn(fault, node, FAULT_LATE, (double)cfg->latency_ns, on, now_ns);
    fault_turn(fault, node, FAULT_JITTER, (double)cfg->jitter_ns, on, now_ns);
}

// clang-format off
static const struct param rows[] = {
    { "latency", &param_duration, offsetof(struct delay_cfg, latency_ns), NULL, 0, 86400, "1 day",
      NULL, PARAM_REQUIRED, NULL, "How much longer a call takes to arrive, and its reply." },
    { "jitter", &param_duration, offsetof(struct delay_cfg, jitter_ns), "0", 0, 86400, "1 day",
      NULL, 0, NULL, "Up to so much more, each time, all alike." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_delay = {
    .name = "delay",
    .doc = "Calls and replies take longer; a queue or topic stands for all who call it, an "
           "endpoint or downstream for the calls to it.",
    .params = rows,
    .cfg_bytes = sizeof(struct delay_cfg),
    .strikes = FAULT_ON_LINKS,
    .on_links = true,
    .turn = turn,
};
