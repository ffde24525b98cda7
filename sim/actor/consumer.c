// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers: instances with workers that poll a queue, and how instances die and come back.  What
 * one worker does is in actor/worker.c. */
#include "actor/consumer.h"

#include <string.h>

#include "base/must.h"

static void say_capacity(const struct consumer *consumer, int64_t now_ns)
{
    int64_t up = 0;
    for (uint32_t i = 0; i < consumer->instance_count; i++)
        up += consumer_instance_is_up(&consumer->instances[i]);
    const struct fact fact = {.at_ns = now_ns,
                              .kind = PROBE_CAPACITY,
                              .node = consumer->id,
                              .peer = consumer->from_id,
                              .message = MESSAGE_NONE,
                              .group = MESSAGE_NO_GROUP,
                              .value = up,
                              .other = up * consumer->cfg->concurrency};
    probe_emit(consumer->probe, &fact);
}

static void say_instance(const struct consumer *consumer, enum probe_kind kind, int64_t now_ns)
{
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = consumer->id,
                              .peer = consumer->from_id,
                              .n = (uint16_t)consumer->cfg->concurrency,
                              .message = MESSAGE_NONE,
                              .group = MESSAGE_NO_GROUP};
    probe_emit(consumer->probe, &fact);
}

static struct worker *workers_of(struct consumer *consumer, uint32_t instance)
{
    return &consumer->workers[instance * (uint32_t)consumer->cfg->concurrency];
}

/* --- instances come --- */

static void start_workers(struct consumer *consumer, uint32_t instance, int64_t now_ns)
{
    if (consumer->called != NULL) {
        called_open(consumer->called, now_ns);
        return;
    }
    struct worker *workers = workers_of(consumer, instance);
    for (int64_t i = 0; i < consumer->cfg->concurrency; i++)
        worker_start(&workers[i], now_ns);
}

static void on_up(struct event *event, int64_t now_ns)
{
    struct consumer_instance *instance = EVENT_OWNER(event, struct consumer_instance, up);
    const bool was_down = instance->state == INSTANCE_DOWN;
    instance->state = INSTANCE_UP;
    if (was_down)
        say_instance(instance->consumer, PROBE_RESTARTED, now_ns);
    say_capacity(instance->consumer, now_ns);
    start_workers(instance->consumer, instance->index, now_ns);
}

static struct consumer_instance *launch(struct consumer *consumer, uint32_t index, int64_t up_ns)
{
    struct consumer_instance *instance = &consumer->instances[index];
    MUST(instance->state == INSTANCE_NONE);
    instance->launched = consumer->launches++;
    instance->up_ns = up_ns;
    instance->state = INSTANCE_BOOTING;
    return instance;
}

void consumer_launch(struct consumer *consumer, uint32_t index, int64_t boot_ns, int64_t now_ns)
{
    struct consumer_instance *instance = launch(consumer, index, now_ns + boot_ns);
    engine_at(consumer->engine, &instance->up, instance->up_ns);
}

/* The first ones need not boot, or warm up: they were there before. */
static void open_all(struct consumer *consumer, int64_t now_ns)
{
    const int64_t up_ns = now_ns - consumer->cfg->autoscaling.warmup_ns;
    const uint32_t count =
        (uint32_t)autoscaling_first(&consumer->cfg->autoscaling, consumer->cfg->count);
    for (uint32_t i = 0; i < count; i++)
        launch(consumer, i, up_ns)->state = INSTANCE_UP;
    say_capacity(consumer, now_ns);
    for (uint32_t i = 0; i < count; i++)
        start_workers(consumer, i, now_ns);
    if (consumer->scaling != NULL)
        autoscaling_start(consumer->scaling, now_ns);
}

/* --- instances go --- */

static void kill_workers(struct consumer *consumer, uint32_t instance, int64_t now_ns)
{
    if (consumer->called != NULL) {
        called_fell(consumer->called, instance, now_ns);
        return;
    }
    struct worker *workers = workers_of(consumer, instance);
    for (int64_t i = 0; i < consumer->cfg->concurrency; i++)
        worker_kill(&workers[i], now_ns);
}

void consumer_crash(struct consumer *consumer, uint32_t index, int64_t now_ns)
{
    struct consumer_instance *instance = &consumer->instances[index];
    const bool returns = instance->state == INSTANCE_UP;
    MUST(consumer_instance_is_up(instance));
    consumer->leaving -= instance->state == INSTANCE_LEAVING;
    instance->state = returns ? INSTANCE_DOWN : INSTANCE_NONE;
    say_instance(consumer, PROBE_CRASHED, now_ns);
    kill_workers(consumer, index, now_ns);
    say_capacity(consumer, now_ns);
    if (returns)
        engine_at(consumer->engine, &instance->up,
                  now_ns + dist_draw_ns(&consumer->cfg->failure.restart, &consumer->restarts));
}

static void gone(struct consumer_instance *instance, int64_t now_ns)
{
    instance->state = INSTANCE_NONE;
    say_capacity(instance->consumer, now_ns);
}

static uint32_t leave_workers(struct consumer *consumer, uint32_t instance, int64_t now_ns)
{
    uint32_t busy = 0;
    if (consumer->called != NULL)
        return called_leave(consumer->called, instance, now_ns);
    struct worker *workers = workers_of(consumer, instance);
    for (int64_t i = 0; i < consumer->cfg->concurrency; i++)
        busy += !worker_leave(&workers[i]);
    return busy;
}

/* Its idle workers go at once, the others when they are done with what they hold. */
static void leave(struct consumer_instance *instance, int64_t now_ns)
{
    struct consumer *consumer = instance->consumer;
    instance->state = INSTANCE_LEAVING;
    instance->busy = leave_workers(consumer, instance->index, now_ns);
    if (instance->busy == 0)
        gone(instance, now_ns);
    else
        consumer->leaving++;
}

void consumer_end(struct consumer *consumer, uint32_t index, int64_t now_ns)
{
    struct consumer_instance *instance = &consumer->instances[index];
    if (instance->state == INSTANCE_BOOTING || instance->state == INSTANCE_DOWN) {
        engine_cancel(consumer->engine, &instance->up);
        instance->state = INSTANCE_NONE;
    } else if (instance->state == INSTANCE_UP && consumer->cfg->shutdown == SHUTDOWN_GRACEFUL) {
        leave(instance, now_ns);
    } else if (instance->state == INSTANCE_UP) {
        instance->state = INSTANCE_NONE;
        kill_workers(consumer, index, now_ns);
        gone(instance, now_ns);
    }
}

bool consumer_lets_go(struct consumer *consumer, uint32_t index, int64_t now_ns)
{
    struct consumer_instance *instance = &consumer->instances[index];
    if (instance->state != INSTANCE_LEAVING)
        return false;
    if (--instance->busy == 0) {
        consumer->leaving--;
        gone(instance, now_ns);
    }
    return true;
}

static void on_starts(struct event *event, int64_t now_ns)
{
    open_all(EVENT_OWNER(event, struct consumer, starts), now_ns);
}

static void on_stops(struct event *event, int64_t now_ns)
{
    struct consumer *consumer = EVENT_OWNER(event, struct consumer, stops);
    if (consumer->scaling != NULL)
        autoscaling_stop(consumer->scaling);
    for (uint32_t i = 0; i < consumer->instance_count; i++)
        consumer_end(consumer, i, now_ns);
}

void consumer_slow(struct consumer *consumer, double factor)
{
    if (consumer->called != NULL)
        consumer->called->serving.endpoint.slow_factor = factor;
    consumer->slow_factor = factor;
    consumer->work = WORK_APART;
}

void consumer_expect_poison(struct consumer *consumer)
{
    consumer->meets_poison = consumer->cfg->poison;
    consumer->work = WORK_APART;
}

static void on_task_over(struct task *task, int64_t now_ns)
{
    worker_task_over(EVENT_OWNER(task, struct worker_task, task)->worker, now_ns);
}

static void init_tasks(struct consumer *consumer, struct arena *arena)
{
    consumer->tasks_of = arena_alloc(arena, consumer->worker_count * sizeof *consumer->tasks_of);
    tasks_init(&consumer->tasks, consumer->actor, &consumer->link, consumer->from_id,
               consumer->instance_count, consumer->tells_effects);
    for (uint32_t i = 0; i < consumer->worker_count; i++) {
        consumer->tasks_of[i].worker = &consumer->workers[i];
        task_init(&consumer->tasks_of[i].task, &consumer->tasks, i, consumer->workers[i].instance,
                  on_task_over);
    }
}

static bool is_called(const struct consumer_cfg *cfg)
{
    return cfg->from.name == NULL;
}

static void init(struct actor *actor)
{
    struct consumer *consumer = actor->state;
    const struct consumer_cfg *cfg = actor->cfg;
    const struct dist *interval = &cfg->poll_interval;
    struct arena *arena = actor->world->arena;
    consumer->actor = actor;
    consumer->cfg = cfg;
    consumer->from = is_called(cfg) ? NULL : (struct queue *)actor->world->services[cfg->from.id];
    consumer->messages = actor->world->messages;
    consumer->engine = actor->world->engine;
    consumer->probe = actor->world->probe;
    consumer->id = actor->node.id;
    consumer->from_id = cfg->from.id;
    consumer->who = probe_who(0, consumer->id, consumer->from_id, 0);
    consumer->polls_at_once =
        interval->kind == NULL || (interval->fast == DIST_CONSTANT && interval->a == 0.0);
    consumer->has_then = cfg->then.count > 0;
    consumer->has_join = cfg->join.of > 0;
    const bool has_tasks = tasks_are_needed(cfg);
    consumer->tells_effects =
        cfg->idempotency.store != IDEMPOTENCY_NONE || actor->world->business_key != NULL;
    consumer->is_plain = !consumer->has_then && !consumer->has_join && !has_tasks &&
                         !consumer->tells_effects && cfg->acknowledge == ACKNOWLEDGE_AFTER &&
                         cfg->delete_batch == 1;
    if (consumer->has_then)
        forward_init(&consumer->forwarder, &cfg->then, actor, &consumer->link, &cfg->retry,
                     cfg->max_hops);
    if (consumer->has_join)
        join_init(&consumer->join, &cfg->join, actor,
                  consumer->has_then ? &consumer->forwarder : NULL);
    const bool is_scaled = cfg->autoscaling.max > 0;
    consumer->instance_count =
        (uint32_t)(is_scaled ? autoscaling_most(&cfg->autoscaling) : cfg->count);
    consumer->scaling = is_scaled ? autoscaling_new(consumer) : NULL;
    consumer->worker_count =
        is_called(cfg) ? 0 : consumer->instance_count * (uint32_t)cfg->concurrency;
    consumer->workers =
        arena_alloc_lines(arena, consumer->worker_count * sizeof *consumer->workers);
    consumer->instances =
        arena_alloc(arena, consumer->instance_count * sizeof *consumer->instances);
    if (cfg->heartbeat.every_ns > 0)
        consumer->hearts = arena_alloc(arena, consumer->worker_count * sizeof *consumer->hearts);
    for (uint32_t i = 0; i < consumer->worker_count; i++)
        worker_init(&consumer->workers[i], consumer, i / (uint32_t)cfg->concurrency, arena);
    if (has_tasks)
        init_tasks(consumer, arena);
    if (is_called(cfg))
        consumer->called = called_new(consumer);
}

/* When instances are there. */
static void open_and_close(struct consumer *consumer, int64_t now_ns)
{
    const struct consumer_cfg *cfg = consumer->cfg;
    consumer->starts = (struct event){.on_due = on_starts};
    consumer->stops = (struct event){.on_due = on_stops};
    consumer->leaving = 0;
    consumer->launches = 0;
    if (cfg->start_ns == 0) {
        open_all(consumer, now_ns);
    } else {
        say_capacity(consumer, now_ns);
        engine_at(consumer->engine, &consumer->starts, cfg->start_ns);
    }
    if (cfg->stop_ns >= 0)
        engine_at(consumer->engine, &consumer->stops, cfg->stop_ns);
}

static uint64_t stream(const struct actor *actor, const char *purpose)
{
    return rng_name(actor->world->seed, actor->world->replication, actor->node.name, purpose);
}

/* What the end of a work will need. */
static void fetch_message(const struct event *event)
{
    const struct worker *worker = EVENT_OWNER(event, const struct worker, call.event);
    const uint32_t slot = worker->poll.out[worker->index].slot;
    __builtin_prefetch(&worker->consumer->messages->at[slot], 1);
    __builtin_prefetch(&worker->consumer->messages->deadlines[slot], 1);
    probe_expect(worker->consumer->probe, slot);
}

static void start(struct actor *actor, int64_t now_ns)
{
    struct consumer *consumer = actor->state;
    consumer->holds = actor->world->drain;
    engine_fetch(consumer->engine, worker_on_work_over, fetch_message);
    consumer->slow_factor = 1.0;
    consumer->meets_poison = false;
    consumer->work = consumer->tasks_of != NULL                 ? WORK_APART
                     : consumer->cfg->failure.probability > 0.0 ? WORK_MAY_FAIL
                                                                : WORK_IS_WELL;
    consumer->service = stream(actor, "service");
    consumer->failure = stream(actor, "failure");
    rng_init(&consumer->pauses, stream(actor, "pollInterval"));
    rng_init(&consumer->retries, stream(actor, "retry"));
    rng_init(&consumer->restarts, stream(actor, "restart"));
    link_init(&consumer->link, actor->world->network, consumer->engine, stream(actor, "link"));
    if (consumer->has_then)
        forward_start(&consumer->forwarder);
    if (consumer->has_join)
        join_start(&consumer->join);
    if (consumer->tasks_of != NULL)
        tasks_start(&consumer->tasks);
    for (uint32_t i = 0; i < consumer->worker_count; i++) {
        consumer->workers[i].call.event.next = NULL;
        consumer->workers[i].poll.next = NULL;
        consumer->workers[i].poll.late.next = NULL;
        consumer->workers[i].holds = false;
        consumer->workers[i].forward.legs = NULL;
        if (consumer->hearts != NULL)
            heartbeat_clear(&consumer->hearts[i], &consumer->workers[i]);
        if (consumer->tasks_of != NULL)
            task_clear(&consumer->tasks_of[i].task);
    }
    for (uint32_t i = 0; i < consumer->instance_count; i++)
        consumer->instances[i] = (struct consumer_instance){
            .up = {.on_due = on_up}, .consumer = consumer, .index = i, .state = INSTANCE_NONE};
    if (consumer->called != NULL)
        called_start(consumer->called);
    open_and_close(consumer, now_ns);
}

static void release(struct actor *actor)
{
    struct consumer *consumer = actor->state;
    if (consumer->has_then)
        forward_free(&consumer->forwarder);
    if (consumer->has_join)
        join_free(&consumer->join);
    if (consumer->tasks_of != NULL)
        tasks_free(&consumer->tasks);
}

static struct endpoint *endpoint_of(struct actor *actor)
{
    struct called *called = ((struct consumer *)actor->state)->called;
    return called != NULL ? &called->serving.endpoint : NULL;
}

/* NODE_NONE: it is called. */
static uint16_t reads(const void *cfg)
{
    return ((const struct consumer_cfg *)cfg)->from.id;
}

static const struct param_items *then(const void *cfg)
{
    return &((const struct consumer_cfg *)cfg)->then;
}

static bool joins(const void *cfg)
{
    return ((const struct consumer_cfg *)cfg)->join.of > 0;
}

const struct actor_kind consumer_kind = {
    .name = "consumer",
    .section = "consumers",
    .doc = "Receives messages from a queue, or is called, and works on them.",
    .node = NODE_CONSUMER,
    .cfg_bytes = sizeof(struct consumer_cfg),
    .state_bytes = sizeof(struct consumer),
    .params = consumer_cfg_rows,
    .wants = consumer_cfg_wants,
    .check = consumer_cfg_check,
    .stuck = consumer_cfg_stuck,
    .is_instant = consumer_cfg_is_instant,
    .reads = reads,
    .then = then,
    .joins = joins,
    .init = init,
    .endpoint = endpoint_of,
    .link_at = offsetof(struct consumer, link),
    .start = start,
    .free = release,
};
