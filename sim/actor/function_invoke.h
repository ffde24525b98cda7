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
enum function_step function_invoke_forwarded(struct function_lane *lane, int64_t now_ns);
enum function_step function_invoke_timeout(struct function_lane *lane, int64_t now_ns);

/* --- of every invocation, whoever makes it --- */
/* Is there room for one more? */
bool function_invoke_has_room(struct function *function, int64_t now_ns);
/* One more runs, or one less. */
void function_invoke_take(struct function *function, int64_t count);
/* INVOCATION_ENDED or INVOKE_THROTTLED. */
void function_invoke_say(const struct function *function, enum probe_kind kind, uint16_t peer,
                         uint32_t lane, enum probe_invocation code, int64_t value, int64_t now_ns);
/* What an attempt at a message draws: its service time, and a number in [0, 1) that decides whether
 * it fails. */
int64_t function_invoke_service_ns(const struct function *function, const struct delivery *d);
double function_invoke_chance(const struct function *function, const struct delivery *d);

#endif
