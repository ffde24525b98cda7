// SPDX-License-Identifier: GPL-3.0-or-later
/* Somebody purges a queue (ATT-12). */
#include "fault/fault.h"

static void act(struct fault *fault, uint16_t node, int64_t now_ns)
{
    queue_purge(fault_knob_queue(fault->list->world, node), now_ns);
}

const struct fault_kind fault_purge = {
    .name = "purge",
    .doc = "All messages of a queue are deleted; refused within 60 s of another purge.",
    .strikes = NODE_REF_TO(NODE_QUEUE),
    .act = act,
};
