// SPDX-License-Identifier: GPL-3.0-or-later
/* The wire between a caller and a service: latency, loss, time-out.  All that goes wrong *on the
 * way* is here and nowhere else.
 *
 * A call is embedded in its caller.  A leg of constant 0 that loses nothing is not scheduled:
 * link_call then returns with the reply in hand, so nobody recurses and nobody waits. */
#ifndef QUEUELAB_MODEL_LINK_H
#define QUEUELAB_MODEL_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include "core/dist.h"
#include "core/engine.h"
#include "core/rng.h"

/* The scenario's "network". */
struct link_cfg {
    struct dist request, response;
};
extern const struct param link_rows[];

/* What goes wrong on the way. */
struct link_trouble {
    double request_loss_p, response_loss_p;
    double duplicate_p;         /* a request arrives once more (where on_late is given) */
    int64_t late_ns, jitter_ns; /* each leg takes so much longer; uniform from 0 to jitter more */
};

struct link {
    const struct link_cfg *cfg;
    struct engine *engine;
    bool instant; /* both legs are constant 0 and nothing goes wrong */
    struct link_trouble trouble;
    struct rng rng; /* latencies and losses, in order of calls */
};

enum call_outcome { CALL_REPLIED, CALL_TIMED_OUT };

/* What every call touches comes last. */
struct call {
    bool (*perform)(struct call *call, int64_t now_ns);
    /* The request will arrive at at_ns, after the time-out or once more: whoever wants that to have
     * an effect acts then (a new copy of the call must serve, since this one goes on).  NULL: it is
     * lost. */
    void (*on_late)(struct call *call, int64_t at_ns);
    struct event event; /* the leg on its way, or the time-out */
    struct link *link;
    int64_t gives_up_ns; /* when a lost reply is given up */
    enum call_outcome outcome;
    int64_t timeout_ns; /* from the call to giving up */
    /* The reply (or the time-out) is there; not called when link_call returned true. */
    void (*on_reply)(struct call *call, int64_t now_ns);
};

void link_init(struct link *link, const struct link_cfg *cfg, struct engine *engine,
               uint64_t stream);
/* The trouble from now on; also decides anew whether the link is instant. */
void link_set_trouble(struct link *link, const struct link_trouble *trouble);
/* The trouble is that of these losses alone. */
void link_set_loss(struct link *link, double request_p, double response_p);
/* The least time a call and its reply can take. */
int64_t link_least_ns(const struct link_cfg *cfg);

void link_send_request(struct call *call, int64_t now_ns);
/* Makes a call: perform acts at the service, and returns false if its answer comes later, through
 * link_answer.  true: performed, and the reply is in hand; on_reply is not called. */
static inline bool link_call(struct link *link, struct call *call,
                             bool (*perform)(struct call *call, int64_t now_ns), int64_t now_ns)
{
    call->link = link;
    call->gives_up_ns = now_ns + call->timeout_ns;
    call->outcome = CALL_REPLIED;
    if (__builtin_expect(link->instant, 1))
        return perform(call, now_ns);
    call->perform = perform;
    link_send_request(call, now_ns);
    return false;
}
void link_send_response(struct call *call, int64_t now_ns);
void link_on_response(struct event *event, int64_t now_ns);
/* The service answers a call whose perform returned false; on_reply follows at this instant or
 * later. */
static inline void link_answer(struct call *call, int64_t now_ns)
{
    if (__builtin_expect(!call->link->instant || now_ns > call->gives_up_ns, 0)) {
        link_send_response(call, now_ns);
        return;
    }
    call->event.on_due = link_on_response;
    engine_soon(call->link->engine, &call->event);
}
/* Forgets a call on its way (its caller died): a request not yet arrived is lost, so is a reply. */
void link_drop(struct call *call);

#endif
