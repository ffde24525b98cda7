// SPDX-License-Identifier: GPL-3.0-or-later
/* Requests or replies are lost on the way.  A lost reply is a lost acknowledgement: what was asked
 * for was done, and the caller does not know (DLQ-12, FIFO-14). */
#include "fault/fault.h"

enum loss_what { LOSS_REQUEST, LOSS_RESPONSE };

struct loss_cfg {
    int what; /* enum loss_what */
    double share;
};

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    const struct loss_cfg *cfg = fault->plan->own;
    fault_turn(fault, node, cfg->what == LOSS_REQUEST ? FAULT_REQUEST_LOSS : FAULT_RESPONSE_LOSS,
               cfg->share, on, now_ns);
}

static const char *const what_words[] = {"request", "response", NULL};

// clang-format off
static const struct param rows[] = {
    { "what", &param_word, offsetof(struct loss_cfg, what), NULL, 1, 0, NULL, what_words,
      PARAM_REQUIRED, "DLQ-12",
      "request: the call never arrives; response: it is done, but the caller does not hear." },
    { "share", &param_probability, offsetof(struct loss_cfg, share), "1", 0, 1, NULL, NULL, 0, NULL,
      "Which share is lost." },
    PARAM_END
};
// clang-format on

const struct fault_kind fault_loss = {
    .name = "loss",
    .doc = "Calls or their replies are lost on the way; a queue or topic stands for all who call "
           "it, an endpoint or downstream for the calls to it.  What a topic delivers to a queue "
           "is lost to no network: it strikes neither.",
    .params = rows,
    .cfg_bytes = sizeof(struct loss_cfg),
    .strikes = FAULT_ON_LINKS,
    .on_links = true,
    .turn = turn,
};
