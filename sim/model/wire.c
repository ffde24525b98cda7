// SPDX-License-Identifier: GPL-3.0-or-later
/* Calls on a wire in trouble.  Each has a copy here that calls the endpoint in its stead, so that a
 * request on its way arrives although its caller gave up.  Without trouble a call goes straight
 * through. */
#include "model/wire.h"

#include "base/must.h"
#include "base/units.h"
#include "model/queue.h"

/* Of whoever waits without a time-out of its own: a connection over which nothing comes breaks
 * after Linux's 924.6 s (tcp_retries2). */
#define BREAKS_NS (9246 * SEC / 10)

enum place { ON_ITS_WAY, AT_THE_ENDPOINT, ON_ITS_WAY_BACK, LOST };

struct wire_request {
    struct endpoint_call call; /* the copy */
    struct send send;
    struct event event;
    struct wire *wire;
    struct endpoint_call *caller; /* NULL: gave up */
    struct wire_request *next, *next_made;
    enum place place;
    enum endpoint_answer answer;
};

struct wire {
    struct endpoint *endpoint;
    const struct endpoint_ops *ops; /* the endpoint's own */
    struct engine *engine;
    struct arena *arena;
    struct link_trouble trouble;
    bool is_troubled;
    struct rng rng;
    struct wire_request *made, *free;
};

static void on_due(struct event *event, int64_t now_ns);
static void on_answer(struct endpoint_call *call, enum endpoint_answer answer, int64_t now_ns);

static struct wire_request *take(struct wire *wire)
{
    struct wire_request *request = wire->free;
    if (request != NULL) {
        wire->free = request->next;
        return request;
    }
    request = arena_alloc(wire->arena, sizeof *request);
    request->wire = wire;
    request->event.on_due = on_due;
    request->next_made = wire->made;
    wire->made = request;
    return request;
}

static void give_back(struct wire_request *request)
{
    request->next = request->wire->free;
    request->wire->free = request;
}

static bool is_lost(struct wire *wire, double loss_p)
{
    return loss_p > 0.0 && rng_chance(&wire->rng, loss_p);
}

static int64_t leg_ns(struct wire *wire)
{
    const int64_t jitter_ns = wire->trouble.jitter_ns;
    int64_t ns = wire->trouble.late_ns;
    if (jitter_ns > 0)
        ns += (int64_t)((double)jitter_ns * rng_uniform(&wire->rng));
    return ns;
}

static void wait(struct wire_request *request, enum place place, int64_t at_ns, int64_t now_ns)
{
    request->place = place;
    if (at_ns > now_ns)
        engine_at(request->wire->engine, &request->event, at_ns);
    else
        engine_soon(request->wire->engine, &request->event);
}

static void arrive(struct wire_request *request, int64_t now_ns)
{
    struct wire *wire = request->wire;
    request->place = AT_THE_ENDPOINT;
    wire->ops->deliver(wire->endpoint, &request->call, now_ns);
}

static void hand_back(struct wire_request *request, int64_t now_ns)
{
    struct endpoint_call *caller = request->caller;
    const enum endpoint_answer answer =
        request->place == LOST ? ENDPOINT_SERVER_ERROR : request->answer;
    give_back(request);
    if (caller == NULL)
        return;
    caller->held = NULL;
    caller->wire = NULL;
    caller->on_answer(caller, answer, now_ns);
}

static void on_due(struct event *event, int64_t now_ns)
{
    struct wire_request *request = EVENT_OWNER(event, struct wire_request, event);
    if (request->place == ON_ITS_WAY)
        arrive(request, now_ns);
    else
        hand_back(request, now_ns);
}

static void on_answer(struct endpoint_call *call, enum endpoint_answer answer, int64_t now_ns)
{
    struct wire_request *request = EVENT_OWNER(call, struct wire_request, call);
    struct wire *wire = request->wire;
    request->answer = answer;
    if (is_lost(wire, wire->trouble.response_loss_p))
        wait(request, LOST, now_ns + BREAKS_NS, now_ns);
    else
        wait(request, ON_ITS_WAY_BACK, now_ns + leg_ns(wire), now_ns);
}

static void deliver(struct endpoint *endpoint, struct endpoint_call *call, int64_t now_ns)
{
    struct wire *wire = endpoint->wire;
    call->wire = NULL;
    if (!wire->is_troubled) {
        wire->ops->deliver(endpoint, call, now_ns);
        return;
    }
    struct wire_request *request = take(wire);
    const bool lost = is_lost(wire, wire->trouble.request_loss_p);
    const int64_t leg = leg_ns(wire);
    request->send = *call->send;
    request->call = *call;
    request->call.send = &request->send;
    request->call.on_answer = on_answer;
    request->caller = call;
    call->wire = request;
    if (lost)
        wait(request, LOST, now_ns + BREAKS_NS, now_ns);
    else if (leg > 0)
        wait(request, ON_ITS_WAY, now_ns + leg, now_ns);
    else
        arrive(request, now_ns);
}

/* What is lost ends here; all else goes on without its caller. */
static void drop(struct endpoint *endpoint, struct endpoint_call *call)
{
    struct wire_request *request = call->wire;
    if (request == NULL) {
        endpoint->wire->ops->drop(endpoint, call);
        return;
    }
    MUST(request->caller == call);
    request->caller = NULL;
    call->wire = NULL;
    if (request->place != LOST)
        return;
    engine_cancel(request->wire->engine, &request->event);
    give_back(request);
}

static const struct endpoint_ops ops = {.deliver = deliver, .drop = drop};

struct wire *wire_new(struct endpoint *endpoint, struct engine *engine, struct arena *arena)
{
    struct wire *wire = arena_alloc(arena, sizeof *wire);
    *wire =
        (struct wire){.endpoint = endpoint, .ops = endpoint->ops, .engine = engine, .arena = arena};
    endpoint->ops = &ops;
    endpoint->wire = wire;
    return wire;
}

void wire_start(struct wire *wire, uint64_t stream)
{
    wire->trouble = (struct link_trouble){.late_ns = 0};
    wire->is_troubled = false;
    wire->free = NULL;
    rng_init(&wire->rng, stream);
    for (struct wire_request *at = wire->made; at != NULL; at = at->next_made) {
        at->event.next = NULL;
        give_back(at);
    }
}

void wire_set_trouble(struct wire *wire, const struct link_trouble *trouble)
{
    wire->trouble = *trouble;
    wire->is_troubled = trouble->request_loss_p > 0.0 || trouble->response_loss_p > 0.0 ||
                        trouble->late_ns > 0 || trouble->jitter_ns > 0;
}
