// SPDX-License-Identifier: GPL-3.0-or-later
/* A share of a producer's calls arrives twice, with the same deduplication ids: a client that sends
 * again what was stored long ago (FIFO-14). */
#include "fault/fault.h"

struct duplicate_send_cfg {
    double share;
};

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    const struct duplicate_send_cfg *cfg = fault->plan->own;
    fault_turn(fault, node, FAULT_DUPLICATE, cfg->share, on, now_ns);
}

// clang-format off
static const struct param rows[] = {
    { "share", &param_probability, offsetof(struct duplicate_send_cfg, share), NULL, 0, 1, NULL,
      NULL, PARAM_REQUIRED, NULL, "Which share of the calls." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_duplicate_send = {
    .name = "duplicateSend",
    .doc = "Calls to send arrive twice, with the same deduplication ids.",
    .params = rows,
    .cfg_bytes = sizeof(struct duplicate_send_cfg),
    .strikes = NODE_REF_TO(NODE_PRODUCER),
    .turn = turn,
};
