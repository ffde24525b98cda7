// SPDX-License-Identifier: GPL-3.0-or-later
/* A lane's batch as invocations of the function: which part of it, when there is room, what becomes
 * of each message.  Steps of the lane: each does one and names the next. */
#ifndef QUEUELAB_ACTOR_FUNCTION_INVOKE_H
#define QUEUELAB_ACTOR_FUNCTION_INVOKE_H

#include "actor/function.h"

/* LAM-2: what an invocation carries at most. */
#define FUNCTION_PAYLOAD_BYTES (6 * INT64_C(1048576))

/* Begins the part of the batch from lane->to on, if there is room for an invocation. */
void function_invoke_part(struct function_lane *lane);
enum function_step function_invoke(struct function_lane *lane, int64_t now_ns);
enum function_step function_invoke_work(struct function_lane *lane, int64_t now_ns);
enum function_step function_invoke_finish(struct function_lane *lane, int64_t now_ns);
enum function_step function_invoke_timeout(struct function_lane *lane, int64_t now_ns);

#endif
