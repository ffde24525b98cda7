// SPDX-License-Identifier: GPL-3.0-or-later
/* The access policy of a queue admits its topics no more (SNS-15): deliveries fail for good, and go
 * to the subscription's dead-letter queue or are lost. */
#include "fault/fault.h"

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    fault_turn(fault, node, FAULT_DENY, 1.0, on, now_ns);
}

const struct fault_kind fault_deny_policy = {
    .name = "denyPolicy",
    .doc = "The subscriptions of a topic, or to a queue, are not allowed.",
    .strikes = NODE_REF_TO(NODE_TOPIC) | NODE_REF_TO(NODE_QUEUE),
    .on_deliveries = true,
    .turn = turn,
};
