// SPDX-License-Identifier: GPL-3.0-or-later
/* Nothing gets through between callers and services, in neither direction: every call times out. */
#include "fault/fault.h"

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    fault_turn(fault, node, FAULT_REQUEST_LOSS, 1.0, on, now_ns);
    fault_turn(fault, node, FAULT_RESPONSE_LOSS, 1.0, on, now_ns);
}

const struct fault_kind fault_partition = {
    .name = "partition",
    .doc = "No call and no reply gets through; a queue or topic stands for all who call it, an "
           "endpoint or downstream for the calls to it.  Topics deliver to queues nevertheless.",
    .strikes = FAULT_ON_LINKS,
    .on_links = true,
    .turn = turn,
};
