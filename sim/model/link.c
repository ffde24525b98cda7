// SPDX-License-Identifier: GPL-3.0-or-later
/* Calls on their way.  One event serves a call at a time: the request's leg, then the reply's leg,
 * or the time-out of whoever waits in vain.  A reply that would arrive after the time-out is never
 * sent: the time-out takes its place, so no time-out ever has to be cancelled. */
#include "model/link.h"

#include "base/must.h"
#include "base/units.h"

#define LINK(member) offsetof(struct link_cfg, member)

// clang-format off
const struct param link_rows[] = {
    { "request", &dist_time_param, LINK(request), "0", 1, 0, NULL, NULL, 0, NULL,
      "How long a call takes to reach the service." },
    { "response", &dist_time_param, LINK(response), "0", 1, 0, NULL, NULL, 0, NULL,
      "How long the reply takes to come back." },
    PARAM_END
};
// clang-format on

static void decide_instant(struct link *link)
{
    const struct link_trouble *trouble = &link->trouble;
    link->instant = dist_takes_no_time(&link->cfg->request) &&
                    dist_takes_no_time(&link->cfg->response) && trouble->request_loss_p == 0.0 &&
                    trouble->response_loss_p == 0.0 && trouble->duplicate_p == 0.0 &&
                    trouble->late_ns == 0 && trouble->jitter_ns == 0;
}

void link_init(struct link *link, const struct link_cfg *cfg, struct engine *engine,
               uint64_t stream)
{
    link->cfg = cfg;
    link->engine = engine;
    link->trouble = (struct link_trouble){.late_ns = 0};
    rng_init(&link->rng, stream);
    decide_instant(link);
}

void link_set_trouble(struct link *link, const struct link_trouble *trouble)
{
    link->trouble = *trouble;
    decide_instant(link);
}

void link_set_loss(struct link *link, double request_p, double response_p)
{
    const struct link_trouble trouble = {.request_loss_p = request_p,
                                         .response_loss_p = response_p};
    link_set_trouble(link, &trouble);
}

int64_t link_least_ns(const struct link_cfg *cfg)
{
    return dist_takes_no_time(&cfg->request) && dist_takes_no_time(&cfg->response) ? 0 : 1;
}

static int64_t leg_ns(struct link *link, const struct dist *dist)
{
    const struct link_trouble *trouble = &link->trouble;
    int64_t ns = dist->kind == NULL ? 0 : dist_draw_ns(dist, &link->rng);
    if (trouble->jitter_ns > 0)
        ns += (int64_t)((double)trouble->jitter_ns * rng_uniform(&link->rng));
    return ns + trouble->late_ns;
}

static bool is_lost(struct link *link, double loss_p)
{
    return loss_p > 0.0 && rng_chance(&link->rng, loss_p);
}

static void on_timeout(struct event *event, int64_t now_ns)
{
    struct call *call = EVENT_OWNER(event, struct call, event);
    call->outcome = CALL_TIMED_OUT;
    call->on_reply(call, now_ns);
}

void link_on_response(struct event *event, int64_t now_ns)
{
    struct call *call = EVENT_OWNER(event, struct call, event);
    call->outcome = CALL_REPLIED;
    call->on_reply(call, now_ns);
}

static void give_up_later(struct call *call, int64_t now_ns)
{
    const int64_t at_ns = call->gives_up_ns;
    call->event.on_due = on_timeout;
    engine_at(call->link->engine, &call->event, at_ns > now_ns ? at_ns : now_ns);
}

/* The reply starts back; a reply that would come after the time-out is as good as lost. */
void link_send_response(struct call *call, int64_t now_ns)
{
    struct link *link = call->link;
    const bool lost = is_lost(link, link->trouble.response_loss_p);
    const int64_t at_ns = now_ns + leg_ns(link, &link->cfg->response);
    if (lost || at_ns > call->gives_up_ns) {
        give_up_later(call, now_ns);
        return;
    }
    call->event.on_due = link_on_response;
    if (at_ns == now_ns)
        engine_soon(link->engine, &call->event);
    else
        engine_at(link->engine, &call->event, at_ns);
}

static void on_request(struct event *event, int64_t now_ns)
{
    struct call *call = EVENT_OWNER(event, struct call, event);
    if (call->perform(call, now_ns))
        link_answer(call, now_ns);
}

void link_send_request(struct call *call, int64_t now_ns)
{
    struct link *link = call->link;
    MUST(!event_is_pending(&call->event));
    const bool lost = is_lost(link, link->trouble.request_loss_p);
    const bool twice = is_lost(link, link->trouble.duplicate_p) && !lost;
    const int64_t leg = leg_ns(link, &link->cfg->request);
    if (twice && call->on_late != NULL)
        call->on_late(call, now_ns + leg);
    if (!lost && leg > call->timeout_ns && call->on_late != NULL)
        call->on_late(call, now_ns + leg);
    if (lost || leg > call->timeout_ns) {
        give_up_later(call, now_ns);
        return;
    }
    call->event.on_due = on_request;
    if (leg == 0)
        engine_soon(link->engine, &call->event);
    else
        engine_at(link->engine, &call->event, now_ns + leg);
}

void link_drop(struct call *call)
{
    if (event_is_pending(&call->event))
        event_list_cancel(&call->link->engine->events, &call->event);
}
