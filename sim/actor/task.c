// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of the work, each a function that begins it and names the one that follows when its
 * time is over; parts that take no time follow at once. */
#include "actor/task.h"

#include "base/must.h"
#include "base/units.h"

static void end_with(struct task *task, enum task_end end, int64_t now_ns)
{
    task->end = (uint8_t)end;
    if (end != TASK_GOES_ON)
        task->on_over(task, now_ns);
}

static void on_time(struct event *event, int64_t now_ns)
{
    struct task *task = EVENT_OWNER(event, struct task, call.event);
    end_with(task, task->then(task, now_ns), now_ns);
}

static enum task_end crash(struct task *task, int64_t now_ns)
{
    (void)task;
    (void)now_ns;
    return TASK_CRASHED;
}

static enum task_end wait_then(struct task *task, int64_t ns,
                               enum task_end (*then)(struct task *, int64_t), int64_t now_ns)
{
    task->then = then;
    task->call.event.on_due = on_time;
    engine_at(task->tasks->actor->world->engine, &task->call.event, now_ns + ns);
    return TASK_GOES_ON;
}

/* The consumer itself is busy so long, unless it dies meanwhile. */
static enum task_end busy_then(struct task *task, int64_t ns,
                               enum task_end (*then)(struct task *, int64_t), int64_t now_ns)
{
    if (task->crash_ns < ns)
        return wait_then(task, task->crash_ns, crash, now_ns);
    if (task->crash_ns < INT64_MAX)
        task->crash_ns -= ns;
    return wait_then(task, ns, then, now_ns);
}

static void say_effect(const struct task *task, enum probe_kind kind, int64_t promise_ns,
                       int64_t now_ns)
{
    if (task->tasks->tells)
        effect_say(&task->worker, kind, task->d, promise_ns, now_ns);
}

/* --- the effect --- */

static enum task_end saved(struct task *task, int64_t now_ns)
{
    idempotency_save(&task->tasks->store, task->key, now_ns);
    return TASK_DONE;
}

/* The effect and its note in one transaction, or neither. */
static enum task_end committed(struct task *task, int64_t now_ns)
{
    struct idempotency *store = &task->tasks->store;
    if (idempotency_save_first(store, task->key, now_ns))
        say_effect(task, PROBE_EFFECT, idempotency_holds_ns(store->cfg), now_ns);
    else
        say_effect(task, PROBE_EFFECT_SKIPPED, 0, now_ns);
    return TASK_DONE;
}

static enum task_end save_then(struct task *task, enum task_end (*then)(struct task *, int64_t),
                               int64_t now_ns)
{
    return task->save_ns == 0 ? then(task, now_ns) : busy_then(task, task->save_ns, then, now_ns);
}

static enum task_end act(struct task *task, int64_t now_ns)
{
    const enum idempotency_kind kind = (enum idempotency_kind)task->tasks->cfg->idempotency.store;
    if (kind == IDEMPOTENCY_CONDITIONAL_WRITE)
        return save_then(task, committed, now_ns);
    say_effect(task, PROBE_EFFECT, 0, now_ns);
    return kind == IDEMPOTENCY_CHECK_THEN_ACT ? save_then(task, saved, now_ns) : TASK_DONE;
}

/* --- the downstream --- */

static bool perform(struct call *call, int64_t now_ns)
{
    struct task *task = EVENT_OWNER(call, struct task, call);
    return direct_perform(&task->direct, task->tasks->downstream, call, &task->send, task->tries,
                          now_ns);
}

static void say_call(const struct task *task, enum probe_kind kind, int64_t value, int64_t other,
                     int64_t now_ns)
{
    const struct tasks *tasks = task->tasks;
    const struct fact fact = {.at_ns = now_ns,
                              .kind = (uint16_t)kind,
                              .node = tasks->actor->node.id,
                              .peer = tasks->cfg->downstream.id,
                              .message = MESSAGE_NONE,
                              .delivery = probe_branch(task->send.path),
                              .group = task->send.group,
                              .bytes = task->send.bytes,
                              .root = task->send.root,
                              .value = value,
                              .other = other};
    probe_emit(tasks->actor->world->probe, &fact);
}

/* A short circuit fails at once, and is not tried again. */
static bool is_admitted(struct task *task, int64_t now_ns)
{
    if (task->breaker == NULL)
        return true;
    task->ticket = breaker_ask(task->breaker, now_ns);
    if (task->ticket != BREAKER_REFUSED)
        return true;
    say_call(task, PROBE_SHORT_CIRCUITED, 0, 0, now_ns);
    return false;
}

static void tell_breaker(struct task *task, bool went_well, int64_t now_ns)
{
    if (task->breaker != NULL &&
        breaker_tell(task->breaker, &task->tasks->cfg->breaker, task->ticket, went_well, now_ns))
        say_call(task, PROBE_BREAKER_OPENED, task->breaker->reopens_ns, 0, now_ns);
    task->ticket = BREAKER_REFUSED;
}

static enum task_end call_downstream(struct task *task, int64_t now_ns)
{
    if (!is_admitted(task, now_ns))
        return TASK_FAILED;
    if (task->tries > 0)
        say_call(task, PROBE_RETRIED, task->tries, task->pause_ns, now_ns);
    task->tries++;
    task->call.timeout_ns = task->tasks->cfg->timeout_ns;
    MUST(!link_call(task->tasks->link, &task->call, perform, now_ns));
    return TASK_GOES_ON;
}

static enum task_end called(struct task *task, int64_t now_ns)
{
    struct tasks *tasks = task->tasks;
    const enum send_status status =
        task->call.outcome == CALL_TIMED_OUT ? SEND_THROTTLED : direct_status(&task->direct);
    tell_breaker(task, status != SEND_THROTTLED, now_ns);
    if (status == SEND_OK)
        return act(task, now_ns);
    if (status != SEND_THROTTLED || task->tries >= tasks->cfg->retry.attempts)
        return TASK_FAILED;
    task->pause_ns =
        retry_pause_ns(&tasks->cfg->retry, task->tries, task->pause_ns, &tasks->retries);
    return wait_then(task, task->pause_ns, call_downstream, now_ns);
}

static void on_reply(struct call *call, int64_t now_ns)
{
    struct task *task = EVENT_OWNER(call, struct task, call);
    end_with(task, called(task, now_ns), now_ns);
}

static void fill_send(struct task *task, int64_t now_ns)
{
    const struct delivery *d = task->d;
    task->send = (struct send){.root = d->root,
                               .path = d->path,
                               .called_ns = now_ns,
                               .service_ns = d->service_ns,
                               .group = d->group,
                               .bytes = d->bytes,
                               .body = d->body,
                               .producer = task->tasks->actor->node.id};
    task->direct.work = d->receives;
    task->tries = 0;
    task->pause_ns = 0;
}

/* --- before --- */

static enum task_end served(struct task *task, int64_t now_ns)
{
    if (task->draw.fails)
        return TASK_FAILED;
    if (task->tasks->downstream == NULL)
        return act(task, now_ns);
    fill_send(task, now_ns);
    return call_downstream(task, now_ns);
}

static enum task_end looked_up(struct task *task, int64_t now_ns)
{
    if (!idempotency_has(&task->tasks->store, task->key, now_ns))
        return busy_then(task, task->draw.service_ns, served, now_ns);
    say_effect(task, PROBE_EFFECT_SKIPPED, 0, now_ns);
    return TASK_SPARED;
}

/* How long an access to the store takes: the first (0) or the second of this attempt. */
static int64_t draw_latency_ns(const struct tasks *tasks, const struct delivery *d, uint64_t access)
{
    return dist_draw_keyed_ns(&tasks->cfg->idempotency.latency, tasks->latencies,
                              messages_delivery_key(tasks->actor->world->messages, d),
                              2 * (uint64_t)d->receives + access);
}

enum task_end task_begin(struct task *task, const struct delivery *d, const struct task_draw *draw,
                         int64_t now_ns)
{
    const struct tasks *tasks = task->tasks;
    const enum idempotency_kind kind = (enum idempotency_kind)tasks->cfg->idempotency.store;
    int64_t look_up_ns = 0;
    task->d = d;
    task->draw = *draw;
    task->save_ns = 0;
    if (kind != IDEMPOTENCY_NONE) {
        task->key = effect_key(tasks->actor->world, d);
        task->save_ns = draw_latency_ns(tasks, d, 1);
    }
    if (kind == IDEMPOTENCY_CHECK_THEN_ACT)
        look_up_ns = draw_latency_ns(tasks, d, 0);
    task->crash_ns = INT64_MAX;
    if (draw->crash_at < 1.0)
        task->crash_ns =
            (int64_t)(draw->crash_at * (double)(look_up_ns + draw->service_ns + task->save_ns));
    const enum task_end end = kind != IDEMPOTENCY_CHECK_THEN_ACT
                                  ? busy_then(task, draw->service_ns, served, now_ns)
                              : look_up_ns == 0 ? looked_up(task, now_ns)
                                                : busy_then(task, look_up_ns, looked_up, now_ns);
    task->end = (uint8_t)end;
    return end;
}

void task_drop(struct task *task)
{
    engine_cancel(task->tasks->actor->world->engine, &task->call.event);
    direct_drop(&task->direct);
    if (task->breaker != NULL)
        breaker_forget(task->breaker, task->ticket);
    task->ticket = BREAKER_REFUSED;
}

/* --- life --- */

bool tasks_are_needed(const struct consumer_cfg *cfg)
{
    return cfg->idempotency.store != IDEMPOTENCY_NONE || cfg->downstream.name != NULL;
}

void tasks_init(struct tasks *tasks, struct actor *actor, struct link *link, uint16_t from_id,
                uint32_t instances, bool tells)
{
    const struct consumer_cfg *cfg = actor->cfg;
    struct breaker *breakers = NULL;
    if (breaker_is_used(&cfg->breaker))
        breakers = arena_alloc(actor->world->arena, instances * sizeof *breakers);
    *tasks = (struct tasks){.actor = actor,
                            .cfg = cfg,
                            .link = link,
                            .from_id = from_id,
                            .store = {.cfg = &cfg->idempotency},
                            .tells = tells,
                            .breakers = breakers};
}

void tasks_free(struct tasks *tasks)
{
    idempotency_free(&tasks->store);
}

void tasks_start(struct tasks *tasks)
{
    const struct actor *actor = tasks->actor;
    const uint64_t seed = actor->world->seed, replication = actor->world->replication;
    idempotency_clear(&tasks->store);
    tasks->latencies = rng_name(seed, replication, actor->node.name, "idempotency");
    rng_init(&tasks->retries, rng_name(seed, replication, actor->node.name, "downstream/retry"));
    tasks->downstream = tasks->cfg->downstream.name != NULL
                            ? actor->world->endpoints[tasks->cfg->downstream.id]
                            : NULL;
}

void task_init(struct task *task, struct tasks *tasks, uint32_t worker, uint32_t instance,
               void (*on_over)(struct task *, int64_t))
{
    task->tasks = tasks;
    task->worker = (struct effect_worker){tasks->actor, tasks->from_id, worker};
    task->on_over = on_over;
    task->breaker = tasks->breakers != NULL ? &tasks->breakers[instance] : NULL;
    task->call.on_reply = on_reply;
    task_clear(task);
}

void task_clear(struct task *task)
{
    task->call.event.next = NULL;
    direct_clear(&task->direct);
    task->ticket = BREAKER_REFUSED;
    if (task->breaker != NULL)
        *task->breaker = (struct breaker){.failures = 0};
}
