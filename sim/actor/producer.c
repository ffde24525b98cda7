// SPDX-License-Identifier: GPL-3.0-or-later
/* Producers: open-loop and closed-loop sending, batches, time-outs and retries.
 *
 * Every instance has an arrival process of its own.  What is on its way is an attempt: one
 * SendMessage or SendMessageBatch with its entries, tried again with the same deduplication ids
 * (FIFO-14) until it is answered or given up.  An instance holds the run until its arrivals are
 * over, an attempt until it is done. */
#include "actor/producer.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/units.h"
#include "actor/producer_closed.h"

static inline void say_both(const struct producer *producer, enum probe_kind kind,
                            const struct send *send, size_t index, int64_t value, int64_t other,
                            int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .who = producer->who + probe_who(kind, 0, 0, (uint16_t)index),
                              .message = MESSAGE_NONE,
                              .group = send->group,
                              .bytes = send->bytes,
                              .root = send->root,
                              .value = value,
                              .other = other};
    probe_emit(producer->probe, &fact);
}

static inline void say(const struct producer *producer, enum probe_kind kind,
                       const struct send *send, size_t index, int64_t value, int64_t now_ns)
{
    say_both(producer, kind, send, index, value, 0, now_ns);
}

/* --- attempts --- */

static bool perform(struct call *call, int64_t now_ns)
{
    struct producer_attempt *attempt = EVENT_OWNER(call, struct producer_attempt, call);
    struct service *to = attempt->producer->to;
    if (__builtin_expect(to == NULL, 0))
        return direct_perform(attempt->direct, attempt->producer->endpoint, call, attempt->entries,
                              attempt->tries, now_ns);
    attempt->status = to->ops->send(to, attempt->entries, attempt->count, attempt->replies, now_ns);
    return true;
}

static void on_reply(struct call *call, int64_t now_ns);
static void on_late(struct call *call, int64_t at_ns);
static struct producer_attempt *attempt_new(struct producer *producer)
{
    struct arena *arena = producer->actor->world->arena;
    const size_t room = (size_t)producer->cfg->batch.size;
    struct producer_attempt *attempt = arena_alloc(arena, sizeof *attempt);
    attempt->entries = arena_alloc(arena, room * sizeof *attempt->entries);
    attempt->replies = arena_alloc(arena, room * sizeof *attempt->replies);
    for (size_t i = 0; i < room; i++)
        payload_prepare(&producer->payload, &attempt->entries[i]);
    attempt->producer = producer;
    attempt->next_made = producer->made_attempts;
    producer->made_attempts = attempt;
    attempt->call.on_reply = on_reply;
    attempt->call.on_late = producer->to != NULL ? on_late : NULL;
    if (producer->to == NULL)
        attempt->direct = arena_alloc(arena, sizeof *attempt->direct);
    attempt->call.timeout_ns = producer->cfg->timeout_ns;
    return attempt;
}

/* The attempt that is taken next. */
static inline struct producer_attempt *attempt_look(struct producer *producer)
{
    if (__builtin_expect(producer->free_attempts == NULL, 0)) {
        producer->free_attempts = attempt_new(producer);
        producer->free_attempts->next_free = NULL;
    }
    return producer->free_attempts;
}

static struct producer_attempt *attempt_take(struct producer *producer,
                                             struct producer_instance *instance)
{
    struct producer_attempt *attempt = attempt_look(producer);
    producer->free_attempts = attempt->next_free;
    attempt->instance = instance;
    attempt->count = 0;
    attempt->tries = 0;
    attempt->pause_ns = 0;
    return attempt;
}

static void attempt_give_back(struct producer_attempt *attempt)
{
    attempt->next_free = attempt->producer->free_attempts;
    attempt->producer->free_attempts = attempt;
    engine_release(attempt->producer->engine);
}

/* A request that arrives after its caller gave up: it is stored all the same, and nobody hears. */
static void on_late_arrival(struct event *event, int64_t now_ns)
{
    struct producer_attempt *attempt = EVENT_OWNER(event, struct producer_attempt, call.event);
    perform(&attempt->call, now_ns);
    attempt_give_back(attempt);
}

static void on_late(struct call *call, int64_t at_ns)
{
    const struct producer_attempt *sent = EVENT_OWNER(call, struct producer_attempt, call);
    struct producer *producer = sent->producer;
    struct producer_attempt *late = attempt_take(producer, sent->instance);
    late->count = sent->count;
    memcpy(late->entries, sent->entries, sent->count * sizeof *late->entries);
    late->call.event.on_due = on_late_arrival;
    engine_hold(producer->engine);
    engine_at(producer->engine, &late->call.event, at_ns);
}

static void on_pause_over(struct event *event, int64_t now_ns);
static void try_later(struct producer_attempt *attempt, int64_t now_ns)
{
    struct producer *producer = attempt->producer;
    attempt->pause_ns = retry_pause_ns(&producer->cfg->retry, attempt->tries, attempt->pause_ns,
                                       &producer->retries);
    attempt->call.event.on_due = on_pause_over;
    engine_at(producer->engine, &attempt->call.event, now_ns + attempt->pause_ns);
}

static void send_next(struct producer_instance *instance, int64_t now_ns);

/* Says of every entry what became of it. */
static __attribute__((noinline)) void say_outcome(struct producer_attempt *attempt, bool failed,
                                                  int64_t now_ns)
{
    struct producer *producer = attempt->producer;
    size_t i = 0;
    do {
        const enum send_status status = attempt->replies[i].status;
        const bool good = !failed && (status == SEND_OK || status == SEND_DEDUPLICATED);
        say(producer, good ? PROBE_ANSWERED : PROBE_GAVE_UP, &attempt->entries[i], i,
            attempt->entries[i].called_ns, now_ns);
        if (producer->loop == ARRIVAL_CLOSED)
            producer_closed_settled(producer, &attempt->entries[i], status, good, now_ns);
    } while (++i < attempt->count);
}

static __attribute__((noinline)) void end(struct producer_attempt *attempt, bool failed,
                                          int64_t now_ns)
{
    say_outcome(attempt, failed, now_ns);
    if (attempt->producer->loop == ARRIVAL_SATURATED)
        send_next(attempt->instance, now_ns);
    attempt_give_back(attempt);
}

/* A circuit breaker hears of every call. */
static __attribute__((noinline)) void tell_breaker(const struct producer_attempt *attempt,
                                                   bool failed, int64_t now_ns)
{
    struct producer *producer = attempt->producer;
    struct breaker *breaker = &attempt->instance->breaker;
    if (breaker_tell(breaker, &producer->cfg->breaker, attempt->ticket, !failed, now_ns))
        say(producer, PROBE_BREAKER_OPENED, &attempt->entries[0], 0, breaker->reopens_ns, now_ns);
}

static __attribute__((noinline)) void settle(struct producer_attempt *attempt, int64_t now_ns)
{
    struct producer *producer = attempt->producer;
    const bool failed =
        attempt->call.outcome == CALL_TIMED_OUT || attempt->status == SEND_THROTTLED;
    if (__builtin_expect(producer->has_breaker, 0))
        tell_breaker(attempt, failed, now_ns);
    if (failed && attempt->tries < producer->cfg->retry.attempts) {
        try_later(attempt, now_ns);
        return;
    }
    end(attempt, failed, now_ns);
}

static void on_reply(struct call *call, int64_t now_ns)
{
    struct producer_attempt *attempt = EVENT_OWNER(call, struct producer_attempt, call);
    if (attempt->direct != NULL && call->outcome == CALL_REPLIED)
        attempt->status = attempt->replies[0].status = direct_status(attempt->direct);
    settle(attempt, now_ns);
}

/* May the call be made?  A short circuit fails at once, and is not tried again. */
static __attribute__((noinline)) bool is_admitted(struct producer_attempt *attempt, int64_t now_ns)
{
    attempt->ticket = breaker_ask(&attempt->instance->breaker, now_ns);
    if (attempt->ticket != BREAKER_REFUSED)
        return true;
    say(attempt->producer, PROBE_SHORT_CIRCUITED, &attempt->entries[0], 0, 0, now_ns);
    for (size_t i = 0; i < attempt->count; i++)
        attempt->replies[i].status = SEND_THROTTLED;
    end(attempt, true, now_ns);
    return false;
}

static __attribute__((noinline)) void try_now(struct producer_attempt *attempt, int64_t now_ns)
{
    if (__builtin_expect(attempt->producer->has_breaker, 0) && !is_admitted(attempt, now_ns))
        return;
    attempt->tries++;
    if (link_call(&attempt->producer->link, &attempt->call, perform, now_ns))
        settle(attempt, now_ns);
}

static void on_pause_over(struct event *event, int64_t now_ns)
{
    struct producer_attempt *attempt = EVENT_OWNER(event, struct producer_attempt, call.event);
    for (size_t i = 0; i < attempt->count; i++)
        say_both(attempt->producer, PROBE_RETRIED, &attempt->entries[i], i, attempt->tries,
                 attempt->pause_ns, now_ns);
    try_now(attempt, now_ns);
}

/* --- an instance --- */

static struct producer_attempt *open_batch(struct producer_instance *instance, int64_t now_ns)
{
    struct producer *producer = instance->producer;
    const struct batch_cfg *batch = &producer->cfg->batch;
    struct producer_attempt *attempt = attempt_take(producer, instance);
    engine_hold(producer->engine);
    if (__builtin_expect(batch->size > 1 && batch->window_ns > 0, 0))
        engine_at(producer->engine, &instance->window, now_ns + batch->window_ns);
    return attempt;
}

/* Sends what is in the open batch, if any. */
static inline void flush(struct producer_instance *instance, int64_t now_ns)
{
    struct producer_attempt *attempt = instance->open;
    if (attempt == NULL)
        return;
    instance->open = NULL;
    engine_cancel(instance->producer->engine, &instance->window);
    try_now(attempt, now_ns);
}

static void on_window_over(struct event *event, int64_t now_ns)
{
    flush(EVENT_OWNER(event, struct producer_instance, window), now_ns);
}

/* The instance's next message joins the open batch. */
static __attribute__((noinline)) void add_message(struct producer_instance *instance,
                                                  uint64_t number, int64_t now_ns)
{
    struct producer *producer = instance->producer;
    struct producer_attempt *attempt = instance->open;
    if (attempt == NULL)
        attempt = instance->open = open_batch(instance, now_ns);
    payload_complete(&producer->payload, &attempt->entries[attempt->count++], number,
                     instance->sent++, now_ns);
    if (attempt->count == producer->cfg->batch.size)
        flush(instance, now_ns);
}

/* A call that was made with a free attempt was refused: the attempt is under way. */
static __attribute__((noinline)) void settle_alone(struct producer_instance *instance,
                                                   enum send_status status, int64_t now_ns)
{
    struct producer *producer = instance->producer;
    struct producer_attempt *attempt = attempt_take(producer, instance);
    engine_hold(producer->engine);
    attempt->count = attempt->tries = 1;
    attempt->status = status;
    attempt->call.link = &producer->link;
    attempt->call.outcome = CALL_REPLIED;
    settle(attempt, now_ns);
}

/* One message, alone.  Where its reply is there at once, and is good, nothing has to be kept. */
static inline void send_alone(struct producer_instance *instance, uint64_t number, int64_t now_ns)
{
    struct producer *producer = instance->producer;
    struct producer_attempt *attempt = attempt_look(producer);
    struct send *entry = attempt->entries;
    struct sent *reply = attempt->replies;
    payload_complete(&producer->payload, entry, number, instance->sent++, now_ns);
    const enum send_status status = producer->to->ops->send(producer->to, entry, 1, reply, now_ns);
    if (__builtin_expect(status == SEND_OK && reply->status == SEND_OK, 1))
        say(producer, PROBE_ANSWERED, entry, 0, now_ns, now_ns);
    else
        settle_alone(instance, status, now_ns);
}

/* Makes the instance's next message and sends it, or adds it to the open batch. */
static inline void make_message(struct producer_instance *instance, uint64_t number, int64_t now_ns)
{
    struct producer *producer = instance->producer;
    if (__builtin_expect(producer->is_plain && producer->link.instant, 1))
        send_alone(instance, number, now_ns);
    else
        add_message(instance, number, now_ns);
}

void producer_send_message(struct producer_instance *instance, uint64_t number, int64_t now_ns)
{
    make_message(instance, number, now_ns);
}

void producer_end_arrivals(struct producer_instance *instance, int64_t now_ns)
{
    if (instance->over)
        return;
    instance->over = true;
    flush(instance, now_ns);
    engine_release(instance->producer->engine);
}

/* When the instance's next arrival is, after so many sent; FOREVER: there is none. */
static inline int64_t draw_arrival(struct producer_instance *instance, uint64_t sent,
                                   int64_t now_ns)
{
    const struct producer *producer = instance->producer;
    if (!producer_may_go_on(producer, sent, now_ns))
        return FOREVER;
    const int64_t start_ns = producer->cfg->start_ns;
    const int64_t next_ns = arrival_next(&instance->arrival, now_ns - start_ns);
    return next_ns < producer->stop_ns - start_ns ? start_ns + next_ns : FOREVER;
}

static void schedule_arrival(struct producer_instance *instance, int64_t next_ns, int64_t now_ns)
{
    if (next_ns != FOREVER)
        engine_at(instance->producer->engine, &instance->arrive, next_ns);
    else
        producer_end_arrivals(instance, now_ns);
}

/* The draw comes first, since it takes long and the message need not wait for it. */
static void on_arrival(struct event *event, int64_t now_ns)
{
    struct producer_instance *instance = EVENT_OWNER(event, struct producer_instance, arrive);
    const int64_t next_ns = draw_arrival(instance, instance->sent + 1, now_ns);
    make_message(instance, instance->producer->next_number++, now_ns);
    schedule_arrival(instance, next_ns, now_ns);
}

/* Saturated: the next batch as soon as the last is answered. */
static void send_next(struct producer_instance *instance, int64_t now_ns)
{
    const int64_t size = instance->producer->cfg->batch.size;
    for (int64_t i = 0; i < size && producer_may_send(instance, now_ns); i++)
        make_message(instance, instance->producer->next_number++, now_ns);
    if (!producer_may_send(instance, now_ns))
        producer_end_arrivals(instance, now_ns);
}

static void ended(struct actor *actor, uint64_t root, int64_t now_ns)
{
    struct producer *producer = actor->state;
    if (producer->loop == ARRIVAL_CLOSED)
        producer_closed_over(producer, probe_root_number(root), 0, now_ns);
}

/* --- the actor --- */

static void init(struct actor *actor)
{
    struct producer *producer = actor->state;
    const struct producer_cfg *cfg = actor->cfg;
    producer->actor = actor;
    producer->cfg = cfg;
    producer->engine = actor->world->engine;
    producer->probe = actor->world->probe;
    producer->to = actor->world->services[cfg->to.id];
    producer->id = actor->node.id;
    producer->to_id = cfg->to.id;
    producer->who = probe_who(0, producer->id, producer->to_id, 0);
    producer->has_breaker = breaker_is_used(&cfg->breaker);
    producer->loop = ((const struct arrival_kind *)cfg->arrivals.kind)->loop;
    producer->is_plain = producer->to != NULL && !producer->has_breaker &&
                         producer->loop == ARRIVAL_OPEN && cfg->batch.size == 1;
    producer->instances =
        arena_alloc(actor->world->arena, (size_t)cfg->count * sizeof *producer->instances);
    payload_init(&producer->payload, &cfg->message, arrival_trace(&cfg->arrivals), actor->world,
                 actor->node.name, actor->node.id, producer->to != NULL && producer->to->is_fifo);
    if (producer->to != NULL && producer->to->node.kind == NODE_TOPIC)
        payload_tell_bodies(&producer->payload);
    if (producer->loop == ARRIVAL_CLOSED)
        producer_closed_init(producer);
}

static uint64_t stream(const struct actor *actor, const char *purpose)
{
    return rng_name(actor->world->seed, actor->world->replication, actor->node.name, purpose);
}

static void on_saturated_start(struct event *event, int64_t now_ns)
{
    send_next(EVENT_OWNER(event, struct producer_instance, arrive), now_ns);
}

static void start_instance(struct producer *producer, struct producer_instance *instance,
                           int64_t now_ns)
{
    const enum arrival_loop loop = producer->loop;
    memset(instance, 0, sizeof *instance);
    instance->producer = producer;
    instance->window.on_due = on_window_over;
    instance->arrive.on_due = loop == ARRIVAL_CLOSED      ? producer_closed_on_start
                              : loop == ARRIVAL_SATURATED ? on_saturated_start
                                                          : on_arrival;
    arrival_init(&instance->arrival, &producer->cfg->arrivals, &producer->arrivals);
    engine_hold(producer->engine);
    if (producer->cfg->start_ns >= producer->stop_ns)
        producer_end_arrivals(instance, now_ns);
    else if (loop == ARRIVAL_OPEN)
        schedule_arrival(instance, draw_arrival(instance, 0, producer->cfg->start_ns), now_ns);
    else
        engine_at(producer->engine, &instance->arrive, producer->cfg->start_ns);
}

/* Whatever an earlier replication left on its way is forgotten with its events. */
static void free_all(struct producer *producer)
{
    producer->free_attempts = NULL;
    for (struct producer_attempt *at = producer->made_attempts; at != NULL; at = at->next_made) {
        at->call.event.next = NULL;
        if (at->direct != NULL)
            direct_clear(at->direct);
        at->next_free = producer->free_attempts;
        producer->free_attempts = at;
    }
    producer_closed_clear(producer);
}

static void start(struct actor *actor, int64_t now_ns)
{
    struct producer *producer = actor->state;
    const struct producer_cfg *cfg = producer->cfg;
    const int64_t world_stop_ns = actor->world->stop_ns;
    producer->stop_ns =
        cfg->stop_ns >= 0 && cfg->stop_ns < world_stop_ns ? cfg->stop_ns : world_stop_ns;
    producer->next_number = 0;
    producer->endpoint = actor->world->endpoints[producer->to_id];
    rng_init(&producer->arrivals, stream(actor, "arrivals"));
    rng_init(&producer->retries, stream(actor, "retry"));
    rng_init(&producer->thinks, stream(actor, "think"));
    payload_start(&producer->payload, actor->node.name);
    link_init(&producer->link, actor->world->network, actor->world->engine, stream(actor, "link"));
    free_all(producer);
    for (int64_t i = 0; i < cfg->count; i++)
        start_instance(producer, &producer->instances[i], now_ns);
}

static void release(struct actor *actor)
{
    struct producer *producer = actor->state;
    payload_free(&producer->payload);
}

static const char *body(const struct actor *actor, uint64_t number, char *buffer)
{
    return payload_body(&((const struct producer *)actor->state)->payload, number, buffer);
}

static uint64_t business_key(const struct actor *actor, uint64_t number)
{
    return payload_business_key(&((const struct producer *)actor->state)->payload, number);
}

const struct actor_kind producer_kind = {
    .name = "producer",
    .section = "producers",
    .doc = "Sends messages to a queue or a topic, or calls an endpoint.",
    .node = NODE_PRODUCER,
    .cfg_bytes = sizeof(struct producer_cfg),
    .state_bytes = sizeof(struct producer),
    .params = producer_cfg_rows,
    .wants = producer_cfg_wants,
    .check = producer_cfg_check,
    .stuck = producer_cfg_stuck,
    .ends = producer_cfg_ends,
    .is_instant = producer_cfg_is_instant,
    .sends = producer_cfg_sends,
    .refused = producer_cfg_refused,
    .refused_by_topic = producer_cfg_refused_by_topic,
    .refused_by_endpoint = producer_cfg_refused_by_endpoint,
    .init = init,
    .ended = ended,
    .wants_ended = producer_cfg_wants_ended,
    .body = body,
    .business_key = business_key,
    .has_business_keys = producer_cfg_has_business_keys,
    .link_at = offsetof(struct producer, link),
    .payload_at = offsetof(struct producer, payload),
    .start = start,
    .free = release,
};
