// SPDX-License-Identifier: GPL-3.0-or-later
/* The request's life in its caller: begun, then answered, given up, or dropped. */
#include "actor/direct.h"

static void on_answer(struct endpoint_call *request, enum endpoint_answer answer, int64_t now_ns)
{
    struct direct *direct = EVENT_OWNER(request, struct direct, request);
    engine_cancel(direct->call->link->engine, &direct->over);
    direct->endpoint = NULL;
    direct->answer = answer;
    link_answer(direct->call, now_ns);
}

static void on_timeout(struct event *event, int64_t now_ns)
{
    struct direct *direct = EVENT_OWNER(event, struct direct, over);
    direct_drop(direct);
    direct->call->outcome = CALL_TIMED_OUT;
    direct->call->on_reply(direct->call, now_ns);
}

bool direct_perform(struct direct *direct, struct endpoint *endpoint, struct call *call,
                    const struct send *send, uint32_t tries, int64_t now_ns)
{
    direct->request = (struct endpoint_call){.send = send,
                                             .caller = send->producer,
                                             .tries = tries,
                                             .work = direct->work,
                                             .on_answer = on_answer};
    direct->endpoint = endpoint;
    direct->call = call;
    direct->over.on_due = on_timeout;
    endpoint->ops->deliver(endpoint, &direct->request, now_ns);
    engine_at(call->link->engine, &direct->over, call->gives_up_ns);
    return false;
}

enum send_status direct_status(const struct direct *direct)
{
    return direct->answer == ENDPOINT_OK             ? SEND_OK
           : direct->answer == ENDPOINT_SERVER_ERROR ? SEND_THROTTLED
                                                     : SEND_BAD_BATCH;
}

void direct_drop(struct direct *direct)
{
    if (direct->endpoint == NULL)
        return;
    direct->endpoint->ops->drop(direct->endpoint, &direct->request);
    direct->endpoint = NULL;
    engine_cancel(direct->call->link->engine, &direct->over);
}

void direct_clear(struct direct *direct)
{
    direct->endpoint = NULL;
    direct->over.next = NULL;
    direct->work = 0;
}
