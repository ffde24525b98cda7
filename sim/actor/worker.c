// SPDX-License-Identifier: GPL-3.0-or-later
/* The life of a worker, as steps.  A step that needs time schedules the worker's event or starts a
 * call and returns STEP_WAIT; any other names the step that follows at once. */
#include "actor/worker.h"

#include <string.h>

#include "base/must.h"
#include "base/units.h"
#include "actor/consumer.h"
#include "actor/work.h"

enum worker_step {
    STEP_WAIT,
    STEP_FINISH, /* the work at hand */
    STEP_DELETED,
    STEP_NEXT,
    STEP_POLL,
    STEP_RECEIVED,
    STEP_WORK
};

/* How long after the end of its wait a receive is given up. */
#define RECEIVE_GRACE_NS (3 * SEC)

static void run(struct worker *worker, enum worker_step step, int64_t now_ns);

static void on_event(struct event *event, int64_t now_ns)
{
    struct worker *worker = EVENT_OWNER(event, struct worker, call.event);
    run(worker, (enum worker_step)worker->after_call, now_ns);
}

static enum worker_step wait_then(struct worker *worker, enum worker_state state, int64_t at_ns,
                                  enum worker_step then)
{
    worker->state = (uint8_t)state;
    worker->after_call = (uint8_t)then;
    worker->call.event.on_due = on_event;
    engine_at(worker->consumer->engine, &worker->call.event, at_ns);
    return STEP_WAIT;
}

static void on_reply(struct call *call, int64_t now_ns)
{
    struct worker *worker = EVENT_OWNER(call, struct worker, call);
    run(worker, (enum worker_step)worker->after_call, now_ns);
}

/* Makes a call; its reply may already be in hand, and then the next step follows at once. */
static inline enum worker_step call_then(struct worker *worker, enum worker_state state,
                                         bool (*perform)(struct call *, int64_t),
                                         enum worker_step then, int64_t now_ns)
{
    worker->state = (uint8_t)state;
    worker->after_call = (uint8_t)then;
    return link_call(&worker->consumer->link, &worker->call, perform, now_ns) ? then : STEP_WAIT;
}

static enum worker_step pause_then(struct worker *worker, enum worker_step then, int64_t now_ns)
{
    struct consumer *consumer = worker->consumer;
    worker->pause_ns =
        retry_pause_ns(&consumer->cfg->retry, worker->tries, worker->pause_ns, &consumer->retries);
    return wait_then(worker, WORKER_PAUSING, now_ns + worker->pause_ns, then);
}

static void go_down(struct worker *worker)
{
    worker->index = worker->count = 0;
    worker->state = WORKER_DOWN;
}

/* Asked where it would poll: it goes down if its instance leaves. */
static inline bool leaves(struct worker *worker, int64_t now_ns)
{
    struct consumer *consumer = worker->consumer;
    if (__builtin_expect(consumer->leaving == 0, 1) ||
        !consumer_lets_go(consumer, worker->instance, now_ns))
        return false;
    go_down(worker);
    return true;
}

static inline void forget_tries(struct worker *worker)
{
    if (worker->tries == 0)
        return;
    worker->tries = 0;
    worker->pause_ns = 0;
}

/* --- receiving --- */

static bool perform_receive(struct call *call, int64_t now_ns)
{
    struct worker *worker = EVENT_OWNER(call, struct worker, call);
    return queue_receive(worker->consumer->from, &worker->poll, now_ns) != RECEIVE_WAITS;
}

static void on_answer(struct poll *poll, int64_t now_ns)
{
    link_answer(&EVENT_OWNER(poll, struct worker, poll)->call, now_ns);
}

static inline enum worker_step poll_queue(struct worker *worker, int64_t now_ns)
{
    const struct consumer *consumer = worker->consumer;
    const int64_t wait_ns =
        worker->poll.wait_ns < 0 ? consumer->from->wait_ns : worker->poll.wait_ns;
    work_release(worker);
    if (leaves(worker, now_ns))
        return STEP_WAIT;
    worker->call.timeout_ns = wait_ns + RECEIVE_GRACE_NS;
    return call_then(worker, WORKER_RECEIVING, perform_receive, STEP_RECEIVED, now_ns);
}

/* After an empty receive or a batch: the pause between polls, if any. */
static inline enum worker_step poll_again(struct worker *worker, int64_t now_ns)
{
    struct consumer *consumer = worker->consumer;
    if (consumer->polls_at_once)
        return STEP_POLL;
    work_release(worker);
    if (leaves(worker, now_ns))
        return STEP_WAIT;
    const int64_t pause_ns = dist_draw_ns(&consumer->cfg->poll_interval, &consumer->pauses);
    return wait_then(worker, WORKER_PAUSING, now_ns + pause_ns, STEP_POLL);
}

static enum worker_step received_nothing(struct worker *worker, int64_t now_ns)
{
    const enum receive_status status = worker->poll.status;
    if (worker->call.outcome == CALL_TIMED_OUT)
        return poll_again(worker, now_ns); /* DLQ-12: what was received stays hidden */
    if (status == RECEIVE_THROTTLED || status == RECEIVE_OVER_LIMIT) {
        worker->tries++;
        return pause_then(worker, STEP_POLL, now_ns);
    }
    forget_tries(worker);
    return poll_again(worker, now_ns);
}

static inline enum worker_step received(struct worker *worker, int64_t now_ns)
{
    if (worker->poll.status != RECEIVE_MESSAGES || worker->call.outcome == CALL_TIMED_OUT)
        return received_nothing(worker, now_ns);
    forget_tries(worker);
    worker->count = (uint8_t)worker->poll.count;
    worker->index = 0;
    worker->done = 0;
    work_hold(worker);
    if (worker->consumer->hearts != NULL)
        heartbeat_begin(&worker->consumer->hearts[worker->number], now_ns);
    return worker->consumer->cfg->acknowledge != ACKNOWLEDGE_BEFORE ? STEP_WORK : STEP_NEXT;
}

/* --- deleting and releasing --- */

static bool perform_delete(struct call *call, int64_t now_ns)
{
    struct worker *worker = EVENT_OWNER(call, struct worker, call);
    const struct consumer *consumer = worker->consumer;
    const enum delete_status status =
        queue_delete(consumer->from, worker->handles, worker->done, NULL, consumer->id, now_ns);
    worker->poll.status = status == DELETE_THROTTLED ? RECEIVE_THROTTLED : RECEIVE_EMPTY;
    return true;
}

static inline enum worker_step after_delete(struct worker *worker)
{
    forget_tries(worker);
    worker->done = 0;
    return worker->consumer->cfg->acknowledge == ACKNOWLEDGE_BEFORE ? STEP_WORK : STEP_NEXT;
}

static inline enum worker_step delete_done(struct worker *worker, int64_t now_ns)
{
    worker->call.timeout_ns = RECEIVE_GRACE_NS;
    return call_then(worker, WORKER_DELETING, perform_delete, STEP_DELETED, now_ns);
}

/* Where the reply is there at once only one that says no is noted. */
static inline enum worker_step delete_one(struct worker *worker, const struct delivery *d,
                                          int64_t now_ns)
{
    const struct consumer *consumer = worker->consumer;
    if (__builtin_expect(consumer->link.instant, 1) &&
        queue_delete(consumer->from, d, 1, NULL, consumer->id, now_ns) != DELETE_THROTTLED)
        return after_delete(worker);
    worker->handles = d;
    worker->done = 1;
    if (!consumer->link.instant)
        return delete_done(worker, now_ns);
    worker->poll.status = RECEIVE_THROTTLED;
    worker->call.outcome = CALL_REPLIED;
    return STEP_DELETED;
}

/* A throttled delete is tried again; a lost one, or one given up, is left to the time-out. */
static inline enum worker_step deleted(struct worker *worker, int64_t now_ns)
{
    if (worker->state == WORKER_PAUSING)
        return delete_done(worker, now_ns);
    const bool throttled =
        worker->poll.status == RECEIVE_THROTTLED && worker->call.outcome == CALL_REPLIED;
    if (throttled && ++worker->tries < worker->consumer->cfg->retry.attempts)
        return pause_then(worker, STEP_DELETED, now_ns);
    return after_delete(worker);
}

static bool perform_release(struct call *call, int64_t now_ns)
{
    struct worker *worker = EVENT_OWNER(call, struct worker, call);
    static const int64_t at_once[10] = {0};
    const struct consumer *consumer = worker->consumer;
    queue_change_visibility(consumer->from, worker->deletes + worker->done, at_once,
                            worker->release_count, NULL, consumer->id, now_ns);
    return true;
}

static void take_from_batch(struct worker *worker, uint32_t index)
{
    struct delivery *batch = worker->poll.out;
    memmove(&batch[index], &batch[index + 1], (worker->count - index - 1) * sizeof *batch);
    worker->count--;
}

/* After a failure the rest of its group in the batch is released unworked, so that order is kept.
 */
static void skip_group(struct worker *worker, uint32_t group, int64_t now_ns)
{
    const struct delivery *batch = worker->poll.out;
    for (uint32_t i = worker->index; i < worker->count;) {
        if (batch[i].group != group) {
            i++;
            continue;
        }
        work_say(worker, PROBE_SKIPPED, &batch[i], 0, now_ns);
        worker->deletes[worker->done + worker->release_count++] = batch[i];
        take_from_batch(worker, i);
    }
}

static enum worker_step failed(struct worker *worker, const struct delivery *d, int64_t now_ns)
{
    const struct consumer_cfg *cfg = worker->consumer->cfg;
    const uint32_t group = d->group;
    worker->release_count = 0;
    if (cfg->failure.mode == FAILURE_RELEASE && cfg->acknowledge != ACKNOWLEDGE_BEFORE)
        worker->deletes[worker->done + worker->release_count++] = *d;
    if (cfg->per_group && worker->consumer->from->is_fifo)
        skip_group(worker, group, now_ns);
    if (worker->release_count == 0)
        return STEP_NEXT;
    worker->call.timeout_ns = RECEIVE_GRACE_NS;
    return call_then(worker, WORKER_RELEASING, perform_release, STEP_NEXT, now_ns);
}

/* --- working --- */

/* The message before index was worked on, and what follows from it was sent on. */
static enum worker_step finished(struct worker *worker, int64_t now_ns)
{
    const struct consumer *consumer = worker->consumer;
    const struct consumer_cfg *cfg = consumer->cfg;
    const struct delivery *d = &worker->poll.out[worker->index - 1];
    if (worker->fails || (consumer->has_then && worker->forward.state == FORWARD_FAILED))
        return failed(worker, d, now_ns);
    if (cfg->acknowledge != ACKNOWLEDGE_AFTER)
        return STEP_NEXT;
    if (cfg->delete_batch == 1)
        return delete_one(worker, d, now_ns);
    worker->deletes[worker->done++] = *d;
    worker->handles = worker->deletes;
    return worker->done >= cfg->delete_batch ? delete_done(worker, now_ns) : STEP_NEXT;
}

static void on_forwarded(struct forward *forward, int64_t now_ns)
{
    struct worker *worker = EVENT_OWNER(forward, struct worker, forward);
    run(worker, finished(worker, now_ns), now_ns);
}

/* With `then`, `join`, several parts, batches of deletes or another time to acknowledge. */
static __attribute__((noinline)) enum worker_step finish_apart(struct worker *worker,
                                                               int64_t now_ns)
{
    struct consumer *consumer = worker->consumer;
    const struct delivery *d = &worker->poll.out[worker->index++];
    const bool joins = consumer->has_join && !worker->fails;
    const bool goes_on = !joins || join_add(&consumer->join, d, now_ns) == JOIN_GOES_ON;
    if (consumer->has_then && goes_on)
        forward_prepare(&worker->forward, d, !worker->fails, now_ns);
    work_say_end(worker, d, now_ns);
    if (consumer->has_then) {
        worker->state = WORKER_FORWARDING;
        if (forward_send(&worker->forward, now_ns) == FORWARD_WAITS)
            return STEP_WAIT;
    }
    return finished(worker, now_ns);
}

static __attribute__((noinline)) enum worker_step finish_failed(struct worker *worker,
                                                                int64_t now_ns)
{
    const struct delivery *d = &worker->poll.out[worker->index];
    if (worker->consumer->cfg->failure.mode == FAILURE_CRASH)
        return consumer_crash(worker->consumer, worker->instance, now_ns), STEP_WAIT;
    if (!worker->consumer->is_plain)
        return finish_apart(worker, now_ns);
    worker->index++;
    work_say(worker, PROBE_FAILED, d, worker->service_ns, now_ns);
    return failed(worker, d, now_ns);
}

static inline enum worker_step finish(struct worker *worker, int64_t now_ns)
{
    const struct delivery *d = &worker->poll.out[worker->index];
    if (worker->fails)
        return finish_failed(worker, now_ns);
    if (!worker->consumer->is_plain)
        return finish_apart(worker, now_ns);
    __builtin_prefetch(&worker->consumer->messages->at[d->slot], 1);
    worker->index++;
    work_say(worker, PROBE_SUCCEEDED, d, worker->service_ns, now_ns);
    return delete_one(worker, d, now_ns);
}

void worker_on_work_over(struct event *event, int64_t now_ns)
{
    run(EVENT_OWNER(event, struct worker, call.event), STEP_FINISH, now_ns);
}

static enum worker_step after_task(struct worker *worker, int64_t now_ns)
{
    const enum task_end end = (enum task_end)worker->consumer->tasks_of[worker->number].task.end;
    worker->service_ns = now_ns - worker->started_ns;
    worker->fails = end == TASK_FAILED || end == TASK_CRASHED;
    return STEP_FINISH;
}

void worker_task_over(struct worker *worker, int64_t now_ns)
{
    run(worker, after_task(worker, now_ns), now_ns);
}

static __attribute__((noinline)) enum worker_step
begin_task(struct worker *worker, const struct delivery *d, uint64_t key, int64_t now_ns)
{
    const struct consumer *consumer = worker->consumer;
    const bool crashes = worker->fails && consumer->cfg->failure.mode == FAILURE_CRASH;
    const struct task_draw draw = {
        .service_ns = worker->service_ns,
        .fails = worker->fails && !crashes,
        .crash_at = crashes ? work_draw_crash_at(consumer, d, key) : 1.0,
    };
    worker->state = WORKER_WORKING;
    worker->started_ns = now_ns;
    work_say(worker, PROBE_STARTED, d, worker->service_ns, now_ns);
    if (task_begin(&consumer->tasks_of[worker->number].task, d, &draw, now_ns) == TASK_GOES_ON)
        return STEP_WAIT;
    return after_task(worker, now_ns);
}

/* In trouble, or in several parts. */
static __attribute__((noinline)) bool work_apart(struct worker *worker, const struct delivery *d,
                                                 uint64_t drawn)
{
    const struct consumer *consumer = worker->consumer;
    if (consumer->slow_factor != 1.0)
        worker->service_ns = (int64_t)((double)worker->service_ns * consumer->slow_factor + 0.5);
    worker->fails = work_is_marked_poison(consumer, d) || work_draw_failure(consumer, drawn);
    return consumer->tasks_of != NULL;
}

static inline enum worker_step work(struct worker *worker, int64_t now_ns)
{
    const struct consumer *consumer = worker->consumer;
    const struct delivery *d = &worker->poll.out[worker->index];
    const uint64_t key = messages_delivery_key(consumer->messages, d);
    const uint64_t drawn = rng_key(key, d->receives);
    worker->service_ns = work_draw_service_ns(consumer, d, key, drawn);
    worker->fails = consumer->work == WORK_MAY_FAIL && work_draw_failure(consumer, drawn);
    if (__builtin_expect(consumer->work == WORK_APART, 0) && work_apart(worker, d, drawn))
        return begin_task(worker, d, key, now_ns);
    int64_t lasts_ns = worker->service_ns;
    worker->started_ns = now_ns;
    work_say(worker, PROBE_STARTED, d, worker->service_ns, now_ns);
    if (consumer->cfg->failure.mode == FAILURE_CRASH && worker->fails)
        lasts_ns = (int64_t)((double)lasts_ns * work_draw_crash_at(consumer, d, key));
    worker->state = WORKER_WORKING;
    worker->call.event.on_due = worker_on_work_over;
    engine_at(consumer->engine, &worker->call.event, now_ns + lasts_ns);
    return STEP_WAIT;
}

static inline enum worker_step next(struct worker *worker, int64_t now_ns)
{
    const struct consumer_cfg *cfg = worker->consumer->cfg;
    if (worker->index < worker->count)
        return cfg->acknowledge != ACKNOWLEDGE_BEFORE
                   ? STEP_WORK
                   : delete_one(worker, &worker->poll.out[worker->index], now_ns);
    if (worker->done > 0)
        return delete_done(worker, now_ns);
    return poll_again(worker, now_ns);
}

/* --- the loop --- */

/* Steps stand in the order in which they follow each other as a rule: work, delete, poll, work. */
static void run(struct worker *worker, enum worker_step step, int64_t now_ns)
{
    for (;;) {
        if (step == STEP_FINISH)
            step = finish(worker, now_ns);
        if (step == STEP_DELETED)
            step = deleted(worker, now_ns);
        if (step == STEP_NEXT)
            step = next(worker, now_ns);
        if (step == STEP_POLL)
            step = poll_queue(worker, now_ns);
        if (step == STEP_RECEIVED)
            step = received(worker, now_ns);
        if (step == STEP_WORK)
            step = work(worker, now_ns);
        if (step == STEP_WAIT)
            return;
    }
}

void worker_init(struct worker *worker, struct consumer *consumer, uint32_t instance,
                 struct arena *arena)
{
    const struct consumer_cfg *cfg = consumer->cfg;
    const size_t room = (size_t)cfg->max_messages;
    worker->consumer = consumer;
    worker->instance = instance;
    worker->number = (uint32_t)(worker - consumer->workers);
    worker->poll.out =
        room == 1 ? &worker->one : arena_alloc(arena, room * sizeof *worker->poll.out);
    worker->deletes =
        arena_alloc(arena, (room + (size_t)cfg->delete_batch) * sizeof *worker->deletes);
    worker->call.on_reply = on_reply;
    worker->poll.max = (uint32_t)cfg->max_messages;
    worker->poll.caller = consumer->id;
    worker->poll.wait_ns = cfg->wait_ns;
    worker->poll.visibility_ns = cfg->visibility_ns;
    worker->poll.on_answer = on_answer;
    worker->forward = (struct forward){.forwarder = &consumer->forwarder,
                                       .on_over = on_forwarded,
                                       .is_final = cfg->acknowledge != ACKNOWLEDGE_AFTER};
}

void worker_start(struct worker *worker, int64_t now_ns)
{
    worker->tries = 0;
    worker->pause_ns = 0;
    worker->index = worker->count = worker->done = 0;
    run(worker, STEP_POLL, now_ns);
}

/* Does it hold nothing, and wait for no reply that may bring something? */
static bool can_go(const struct worker *worker)
{
    if (worker->state == WORKER_RECEIVING)
        return worker->poll.next != NULL; /* parked */
    return worker->state == WORKER_DOWN ||
           (worker->state == WORKER_PAUSING && worker->after_call == STEP_POLL);
}

bool worker_leave(struct worker *worker)
{
    if (!can_go(worker))
        return false;
    queue_withdraw(worker->consumer->from, &worker->poll);
    engine_cancel(worker->consumer->engine, &worker->call.event);
    go_down(worker);
    return true;
}

void worker_kill(struct worker *worker, int64_t now_ns)
{
    for (uint32_t i = worker->index; i < worker->count; i++) {
        const bool at_work = i == worker->index && worker->state == WORKER_WORKING;
        work_say(worker, PROBE_ABANDONED, &worker->poll.out[i],
                 at_work ? now_ns - worker->started_ns : 0, now_ns);
    }
    queue_withdraw(worker->consumer->from, &worker->poll);
    engine_cancel(worker->consumer->engine, &worker->call.event);
    forward_drop(&worker->forward);
    if (worker->consumer->hearts != NULL)
        heartbeat_stop(&worker->consumer->hearts[worker->number]);
    if (worker->consumer->tasks_of != NULL)
        task_drop(&worker->consumer->tasks_of[worker->number].task);
    worker->state = WORKER_DOWN;
    work_release(worker);
}
