// SPDX-License-Identifier: GPL-3.0-or-later
/* A service answers every call with an error, and whoever waits at it, too.  It keeps what it
 * holds, and time passes for that: visibility timeouts and retention end as ever. */
#include "fault/fault.h"

static void turn(struct fault *fault, uint16_t node, bool on, int64_t now_ns)
{
    fault_turn(fault, node, FAULT_REFUSE, 1.0, on, now_ns);
}

const struct fault_kind fault_outage = {
    .name = "outage",
    .doc = "Every call fails; what is stored stays, what is at work goes on.",
    .strikes = NODE_REF_TO(NODE_QUEUE) | NODE_REF_TO(NODE_TOPIC) | NODE_REF_TO(NODE_FUNCTION) |
               NODE_REF_TO(NODE_ENDPOINT) | NODE_REF_TO(NODE_DOWNSTREAM),
    .turn = turn,
};
