// SPDX-License-Identifier: GPL-3.0-or-later
/* A direct call to an endpoint over a link: what a producer or a consumer does where it could have
 * used a queue.  Beside the link's call it needs the request at the endpoint and a time-out, since
 * an endpoint may take longer than anybody waits. */
#ifndef QUEUELAB_ACTOR_DIRECT_H
#define QUEUELAB_ACTOR_DIRECT_H

#include "core/engine.h"
#include "model/endpoint.h"
#include "model/link.h"

struct direct {
    struct endpoint_call request;
    struct endpoint *endpoint; /* NULL: no request is under way */
    struct call *call;
    struct event over; /* the caller's time-out */
    enum endpoint_answer answer;
    uint32_t work; /* the caller's, for the request */
};

/* To be called from the call's perform, which returns what it returns (false: the answer comes
 * later).  When the call is over, direct->answer is the endpoint's unless it timed out.  send must
 * live as long. */
bool direct_perform(struct direct *direct, struct endpoint *endpoint, struct call *call,
                    const struct send *send, uint32_t tries, int64_t now_ns);
/* The answer as a queue would give it: SEND_OK, SEND_THROTTLED (may be tried again) or another. */
enum send_status direct_status(const struct direct *direct);
/* The caller dies: nobody hears of the answer.  The call itself is the caller's to cancel. */
void direct_drop(struct direct *direct);
/* Forgets what an earlier replication left. */
void direct_clear(struct direct *direct);

#endif
