// SPDX-License-Identifier: GPL-3.0-or-later
/* The life of an event: accepted, invoked with, tried again after 1 and 2 minutes, and then given
 * up, or sent on to where failures go.
 *
 *    deliver ──▶ accepted ──▶ running ──▶ over
 *                  ▲  ▲ no room │
 *                  │  └─────────┤ failed
 *                  └── pause ───┴──▶ no retries left, or too old ──▶ onFailure, or lost
 *
 * The topic hears that it was accepted and no more.  Events take lane numbers behind those of the
 * mapping. */
#include "actor/function_async.h"

#include <stdlib.h>
#include <string.h>
#include "base/units.h"
#include "actor/effect.h"
#include "actor/function_invoke.h"

struct function_event {
    struct event event; /* whatever is next */
    struct forward forward;
    struct function *function;
    struct function_event *next;   /* free, or all */
    struct function_event *before; /* all that were made, the latest first */
    struct endpoint_call *call;    /* to be answered; NULL: was, or nobody hears */
    struct delivery message;       /* as a lane would have it */
    struct send send;
    uint32_t number; /* of its lane */
    uint32_t failures, throttles;
    uint16_t caller; /* node id */
    bool fails;
    int64_t accepted_ns, invoked_ns, service_ns, pause_ns;
};

static void say_to(const struct function_event *event, enum probe_kind kind, uint16_t to,
                   int64_t value, int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = event->function->id,
                              .peer = event->caller,
                              .n = to,
                              .message = MESSAGE_NONE,
                              .delivery = event->message.receives,
                              .group = MESSAGE_NO_GROUP,
                              .bytes = event->number,
                              .root = event->send.root,
                              .value = value,
                              .other = probe_branch(event->send.path)};
    probe_emit(event->function->probe, &fact);
}

static void say(const struct function_event *event, enum probe_kind kind, int64_t value,
                int64_t now_ns)
{
    say_to(event, kind, 0, value, now_ns);
}

static void then_at(struct function_event *event, void (*on_due)(struct event *, int64_t),
                    int64_t at_ns)
{
    event->event.on_due = on_due;
    engine_at(event->function->engine, &event->event, at_ns);
}

static void give_back(struct function_event *event)
{
    struct function *function = event->function;
    event->next = function->free_events;
    function->free_events = event;
    if (function->holds)
        engine_release(function->engine);
}

/* --- the end --- */

/* LAM-12: what failed for good goes where failures go, or is lost. */
static void lose(struct function_event *event, int64_t now_ns)
{
    const struct function *function = event->function;
    const struct node_ref *to = &function->cfg->on_failure;
    bool is_kept = false;
    if (to->name != NULL) {
        struct service *service = function->actor->world->services[to->id];
        struct send send = event->send;
        struct sent reply;
        send.producer = function->id;
        send.delay_ns = -1;
        is_kept = service->ops->send(service, &send, 1, &reply, now_ns) == SEND_OK &&
                  reply.status == SEND_OK;
    }
    say_to(event, PROBE_EVENT_DROPPED, to->name != NULL ? to->id : NODE_NONE, is_kept, now_ns);
    give_back(event);
}

static void on_turn(struct event *event, int64_t now_ns);

static void ended(struct function_event *event, bool fails, int64_t now_ns)
{
    const struct function_cfg *cfg = event->function->cfg;
    if (!fails) {
        give_back(event);
        return;
    }
    event->failures++;
    const int64_t at_ns = now_ns + event->failures * MINUTE;
    if (event->failures > cfg->event_retries || at_ns - event->accepted_ns > cfg->event_age_ns)
        lose(event, now_ns);
    else
        then_at(event, on_turn, at_ns);
}

static void end(struct function_event *event, enum probe_invocation code, int64_t now_ns)
{
    struct function *function = event->function;
    function_invoke_say(function, PROBE_INVOCATION_ENDED, event->caller, event->number, code,
                        now_ns - event->invoked_ns, now_ns);
    function_invoke_take(function, -1);
    ended(event, code != PROBE_INVOCATION_OK, now_ns);
}

/* What follows from the work was sent on. */
static void finished(struct function_event *event, int64_t now_ns)
{
    const bool fails =
        event->fails || (event->function->has_then && event->forward.state == FORWARD_FAILED);
    const bool is_late = now_ns - event->invoked_ns > event->function->cfg->timeout_ns;
    end(event,
        is_late ? PROBE_INVOCATION_TIMEOUT
        : fails ? PROBE_INVOCATION_ERROR
                : PROBE_INVOCATION_OK,
        now_ns);
}

static void on_forwarded(struct forward *forward, int64_t now_ns)
{
    finished(EVENT_OWNER(forward, struct function_event, forward), now_ns);
}

static void on_worked(struct event *due, int64_t now_ns)
{
    struct function_event *event = EVENT_OWNER(due, struct function_event, event);
    const bool has_then = event->function->has_then;
    if (has_then)
        forward_prepare(&event->forward, &event->message, !event->fails, now_ns);
    if (!event->fails)
        effect_say_if_named(
            &(struct effect_worker){event->function->actor, event->caller, event->number},
            &event->message, now_ns);
    say(event, event->fails ? PROBE_FAILED : PROBE_SUCCEEDED, event->service_ns, now_ns);
    if (!has_then || forward_send(&event->forward, now_ns) != FORWARD_WAITS)
        finished(event, now_ns);
}

static void on_timeout(struct event *due, int64_t now_ns)
{
    struct function_event *event = EVENT_OWNER(due, struct function_event, event);
    say(event, PROBE_FAILED, now_ns - event->invoked_ns, now_ns);
    end(event, PROBE_INVOCATION_TIMEOUT, now_ns);
}

/* --- an invocation --- */

static void begin(struct function_event *event, int64_t now_ns)
{
    struct function *function = event->function;
    const struct function_cfg *cfg = function->cfg;
    event->invoked_ns = now_ns;
    event->throttles = 0;
    event->pause_ns = 0;
    event->message.receives = event->failures + 1;
    event->service_ns = function_invoke_service_ns(function, &event->message);
    event->fails = (cfg->poison && (event->send.flags & SEND_IS_POISON) != 0) ||
                   function_invoke_chance(function, &event->message) < cfg->failure.probability;
    function_invoke_take(function, 1);
    say(event, PROBE_INVOKED, 1, now_ns);
    say(event, PROBE_STARTED, event->service_ns, now_ns);
    if (event->service_ns > cfg->timeout_ns)
        then_at(event, on_timeout, now_ns + cfg->timeout_ns);
    else
        then_at(event, on_worked, now_ns + event->service_ns);
}

/* Throttled events wait, up to their greatest age. */
static void on_turn(struct event *due, int64_t now_ns)
{
    struct function_event *event = EVENT_OWNER(due, struct function_event, event);
    struct function *function = event->function;
    if (now_ns - event->accepted_ns > function->cfg->event_age_ns) {
        lose(event, now_ns);
        return;
    }
    if (function_invoke_has_room(function, now_ns)) {
        begin(event, now_ns);
        return;
    }
    function_invoke_say(function, PROBE_INVOKE_THROTTLED, event->caller, event->number,
                        PROBE_INVOCATION_OK, 1, now_ns);
    event->throttles++;
    event->pause_ns = retry_pause_ns(&function->cfg->throttle_retry, event->throttles,
                                     event->pause_ns, &function->pauses);
    then_at(event, on_turn, now_ns + event->pause_ns);
}

static void on_accepted(struct event *due, int64_t now_ns)
{
    struct function_event *event = EVENT_OWNER(due, struct function_event, event);
    struct endpoint_call *call = event->call;
    event->call = NULL;
    if (call != NULL)
        call->on_answer(call, ENDPOINT_OK, now_ns);
    on_turn(due, now_ns);
}

/* --- what a topic sees --- */

static struct function_event *take(struct function *function)
{
    struct function_event *event = function->free_events;
    if (event != NULL) {
        function->free_events = event->next;
        return event;
    }
    event = must_alloc(sizeof *event);
    memset(event, 0, sizeof *event);
    event->function = function;
    event->number = function->most * function->lanes_per_poller + function->event_count++;
    event->forward = (struct forward){.forwarder = &function->forwarder, .on_over = on_forwarded};
    event->before = function->events;
    function->events = event;
    return event;
}

static void deliver(struct endpoint *endpoint, struct endpoint_call *call, int64_t now_ns)
{
    struct function *function = EVENT_OWNER(endpoint, struct function, endpoint);
    struct function_event *event = take(function);
    const struct send *send = call->send;
    event->call = call;
    event->caller = call->caller;
    event->send = *send;
    event->message = (struct delivery){.slot = MESSAGE_NONE,
                                       .group = send->group,
                                       .bytes = send->bytes,
                                       .body = send->body,
                                       .root = send->root,
                                       .path = send->path,
                                       .sent_ns = now_ns,
                                       .service_ns = send->service_ns};
    event->failures = event->throttles = 0;
    event->pause_ns = 0;
    event->accepted_ns = now_ns;
    call->held = event;
    if (function->holds)
        engine_hold(function->engine);
    event->event.on_due = on_accepted;
    engine_soon(function->engine, &event->event);
}

static void drop(struct endpoint *endpoint, struct endpoint_call *call)
{
    struct function_event *event = call->held;
    (void)endpoint;
    if (event->call == call)
        event->call = NULL;
}

static const struct endpoint_ops ops = {deliver, drop};

/* --- the function's --- */

void function_async_init(struct function *function)
{
    function->endpoint = (struct endpoint){.ops = &ops, .id = function->id};
}

void function_async_free(struct function *function)
{
    for (struct function_event *event = function->events; event != NULL;) {
        struct function_event *before = event->before;
        free(event);
        event = before;
    }
}

void function_async_start(struct function *function)
{
    function->free_events = NULL;
    for (struct function_event *event = function->events; event != NULL; event = event->before) {
        event->event.next = NULL;
        event->forward.legs = NULL;
        event->next = function->free_events;
        function->free_events = event;
    }
}
