// SPDX-License-Identifier: GPL-3.0-or-later
/* Random calls from few values, so that they collide. */
#include "property/oracle/invent.h"

#include <string.h>

static int draw(struct invent *v, int n)
{
    return (int)rng_below(&v->rng, (uint64_t)n);
}

static bool chance(struct invent *v, double p)
{
    return rng_chance(&v->rng, p);
}

#define PICK(v, list) ((list)[draw((v), (int)(sizeof(list) / sizeof(list)[0]))])

/* --- worlds --- */

// clang-format off
static const double usual[SCRIPT_ACTIONS] = {
    [SCRIPT_CREATE_QUEUE] = 1.5, [SCRIPT_DELETE_QUEUE] = 0.5, [SCRIPT_PURGE_QUEUE] = 0.5,
    [SCRIPT_SET_ATTRIBUTES] = 2, [SCRIPT_GET_ATTRIBUTES] = 4,
    [SCRIPT_SEND] = 20, [SCRIPT_RECEIVE] = 28, [SCRIPT_DELETE] = 8, [SCRIPT_CHANGE_VISIBILITY] = 8,
    [SCRIPT_START_TASK] = 0.7, [SCRIPT_LIST_TASKS] = 1, [SCRIPT_CANCEL_TASK] = 0.2,
    [SCRIPT_ADVANCE_TIME] = 16
};
// clang-format on

/* Each world has too much of some actions and nothing of others. */
void invent_init(struct invent *v, uint64_t seed, bool fifo)
{
    static const double factors[] = {1, 1, 1, 1, 2, 4, 0.3};
    rng_init(&v->rng, rng_name(seed, fifo, "world", "calls"));
    for (size_t i = 0; i < SCRIPT_ACTIONS; i++)
        v->weights[i] = usual[i] * PICK(v, factors);
    static const enum script_action dispensable[] = {
        SCRIPT_DELETE_QUEUE, SCRIPT_PURGE_QUEUE,       SCRIPT_SET_ATTRIBUTES, SCRIPT_START_TASK,
        SCRIPT_DELETE,       SCRIPT_CHANGE_VISIBILITY, SCRIPT_ADVANCE_TIME};
    for (size_t i = 0; i < sizeof dispensable / sizeof dispensable[0]; i++)
        if (chance(v, 0.2))
            v->weights[dispensable[i]] = 0;
    for (int i = SCRIPT_START_TASK; i <= SCRIPT_CANCEL_TASK && chance(v, 0.3); i++)
        v->weights[i] *= 6;
    v->waits_p = chance(v, 0.5) ? 0.1 : 0.4;
    v->batch_p = chance(v, 0.5) ? 0.2 : 0.6;
    v->wrong_p = chance(v, 0.5) ? 0 : 0.04;
    v->long_p = chance(v, 0.7) ? 0.01 : 0.1;
    v->busy_p = chance(v, 0.5) ? 0.6 : 0.9;
    v->groups = 1 + draw(v, 4);
    v->bodies = 1 + draw(v, SCRIPT_BODY_LONG);
    v->tenants = false;
    v->moments = chance(v, 0.5) ? 3 : 6;
}

/* --- attributes --- */

static int short_s(struct invent *v)
{
    static const int seconds[] = {2, 1, 5, 0, 3, 10};
    return seconds[draw(v, v->moments)];
}

static int visibility_s(struct invent *v)
{
    static const int seconds[] = {30, 59, 300, 43200, 43199, 600};
    return chance(v, v->long_p) ? PICK(v, seconds) : short_s(v);
}

static int retention_s(struct invent *v)
{
    static const int seconds[] = {60, 61, 65, 90, 120, 600, 345600};
    return PICK(v, seconds);
}

static void invent_redrive(struct invent *v, const struct oracle *o, struct script_call *call)
{
    struct script_attributes *a = &call->attributes;
    /* Mostly the next queue, so that chains are frequent. */
    const int target = (call->queue + 1 + chance(v, 0.1)) % SCRIPT_QUEUES;
    if (!o->queues[target].exists)
        return;
    a->target = target;
    a->receives = 1 + draw(v, chance(v, 0.7) ? 2 : 5);
}

static void invent_attributes(struct invent *v, const struct oracle *o, struct script_call *call,
                              double p)
{
    struct script_attributes *a = &call->attributes;
    if (chance(v, p))
        a->visibility_s = visibility_s(v);
    if (chance(v, p * 0.6))
        a->retention_s = retention_s(v);
    if (chance(v, p * 0.4))
        a->delay_s = short_s(v);
    if (chance(v, p * 0.3))
        a->wait_s = short_s(v);
    if (chance(v, p * 0.1))
        a->size_bytes = chance(v, 0.7) ? 1024 : 1048576;
    if (chance(v, p * 0.6))
        invent_redrive(v, o, call);
    if (o->fifo && chance(v, p * 0.5))
        a->by_content = chance(v, 0.7);
    if (o->fifo && chance(v, p * 0.3))
        a->by_group = chance(v, 0.5);
}

static void invent_create(struct invent *v, const struct oracle *o, struct script_call *call)
{
    const struct oracle_queue *q = &o->queues[call->queue];
    if (q->exists && chance(v, 0.4)) {
        call->attributes.visibility_s = q->attributes.visibility_s;
        call->attributes.delay_s = q->attributes.delay_s;
        return;
    }
    invent_attributes(v, o, call, 0.8);
}

static void invent_set(struct invent *v, const struct oracle *o, struct script_call *call)
{
    invent_attributes(v, o, call, 0.3);
    if (chance(v, 0.1))
        call->attributes.target = CLEARED;
}

/* --- messages --- */

static void invent_message(struct invent *v, const struct oracle *o, int queue,
                           struct script_entry *e)
{
    e->body = draw(v, v->bodies);
    if (chance(v, v->wrong_p))
        e->body = SCRIPT_BODY_LONG + draw(v, SCRIPT_BODIES - SCRIPT_BODY_LONG);
    if (chance(v, 0.1))
        e->attribute = draw(v, 2);
    if (!o->fifo) {
        if (v->tenants && chance(v, 0.7))
            e->group = draw(v, SCRIPT_GROUPS);
        if (chance(v, 0.25))
            e->delay_s = chance(v, v->wrong_p) ? 901 : short_s(v);
        if (chance(v, v->wrong_p))
            e->dedup = 0;
        return;
    }
    if (!chance(v, v->wrong_p))
        e->group = draw(v, v->groups);
    if (chance(v, o->queues[queue].attributes.by_content ? 0.5 : 1 - v->wrong_p))
        e->dedup = chance(v, 0.8) ? draw(v, SCRIPT_DEDUP_PLAIN) : SCRIPT_DEDUP_OF_BODY + e->body;
    if (chance(v, v->wrong_p))
        e->delay_s = draw(v, 2);
}

/* Mostly an id that was not used lately: else a FIFO queue drops nearly all. */
static void freshen(struct invent *v, const struct oracle *o, struct script_entry *e)
{
    if (!o->fifo || e->dedup >= SCRIPT_DEDUP_OF_BODY || chance(v, 0.35))
        return;
    if (e->dedup != ABSENT || chance(v, 0.8))
        e->dedup = SCRIPT_DEDUP_PLAIN + draw(v, SCRIPT_DEDUP_OF_BODY - SCRIPT_DEDUP_PLAIN);
}

/* --- handles --- */

static struct script_reference some_handle(struct invent *v, const struct oracle *o, int queue)
{
    const struct script_reference garbage = {-1, 0};
    if (o->handle_count == 0 || chance(v, v->wrong_p))
        return garbage;
    for (int tries = 0; tries < 20; tries++) {
        const int back = draw(v, chance(v, 0.7) ? 6 : chance(v, 0.8) ? 30 : o->handle_count);
        const int at = o->handle_count - 1 - back;
        if (at >= 0 && o->handles[at].queue == queue &&
            o->handles[at].life == o->queues[queue].lives)
            return o->handles[at].given;
    }
    return garbage;
}

static void invent_entries(struct invent *v, const struct oracle *o, struct script_call *call)
{
    call->batch = chance(v, v->batch_p);
    call->count = call->batch ? 1 + draw(v, chance(v, 0.8) ? 4 : 10) : 1;
    if (call->batch && chance(v, v->wrong_p))
        call->count = chance(v, 0.5) ? 0 : 11;
    for (int i = 0; i < call->count; i++) {
        struct script_entry *e = &call->entries[i];
        e->id = i;
        if (call->batch && chance(v, v->wrong_p))
            e->id = chance(v, 0.4) ? 0 : chance(v, 0.5) ? SCRIPT_ID_BAD : SCRIPT_ID_EMPTY;
        if (call->action == SCRIPT_SEND) {
            invent_message(v, o, call->queue, e);
            freshen(v, o, e);
            continue;
        }
        e->handle = some_handle(v, o, call->queue);
        e->visibility_s = chance(v, 0.4) ? 0 : visibility_s(v);
        if (chance(v, v->wrong_p))
            e->visibility_s = 43201;
    }
}

static void invent_receive(struct invent *v, const struct oracle *o, struct script_call *call)
{
    static const int many[] = {2, 3, 10, 1};
    if (chance(v, 0.6))
        call->most = chance(v, v->wrong_p) ? 11 * draw(v, 2) : PICK(v, many);
    if (chance(v, 0.3))
        call->visibility_s = chance(v, v->wrong_p) ? 43201 : visibility_s(v);
    if (chance(v, v->waits_p))
        call->wait_s = chance(v, v->wrong_p) ? 21 : chance(v, 0.2) ? 20 : short_s(v);
    if (!o->fifo || !chance(v, 0.25))
        return;
    call->attempt = draw(v, 2);
    /* Long enough to be asked again after the five minutes. */
    if (chance(v, 0.1))
        call->visibility_s = 600;
    if (o->attempt_count == 0 || chance(v, 0.4))
        return;
    const int back = draw(v, o->attempt_count < 4 ? o->attempt_count : 4);
    const struct oracle_attempt *a = &o->attempts[o->attempt_count - 1 - back];
    call->queue = a->queue;
    call->attempt = a->attempt;
    call->most = a->most;
    call->visibility_s = a->visibility_given_s;
}

/* --- tasks and time --- */

static void invent_task(struct invent *v, const struct oracle *o, struct script_call *call)
{
    static const int rates[] = {1, 2, 5, 500};
    call->most = chance(v, 0.3) ? ABSENT : 10;
    call->per_s = chance(v, 0.3) ? ABSENT : PICK(v, rates);
    call->destination = chance(v, 0.5) ? ABSENT : draw(v, SCRIPT_QUEUES);
    if (o->task_count > 0 && !chance(v, v->wrong_p))
        call->task.call = o->tasks[draw(v, o->task_count)].call;
}

/* To what happens next, just before or just after it, or any step. */
static int64_t step_ms(struct invent *v, const struct oracle *o)
{
    static const int64_t steps_ms[] = {0,    1,     500,   1000,  1000,   2000,   3000,  5000,
                                       7500, 10000, 30000, 60000, 120000, 299000, 300000};
    const int64_t next_ms = oracle_next_ms(o);
    if (next_ms == INT64_MAX || !chance(v, v->busy_p))
        return PICK(v, steps_ms);
    const int64_t shift = chance(v, 0.7) ? 0 : chance(v, 0.5) ? 1 : -1;
    const int64_t step = next_ms - o->now_ms + shift;
    /* A retention of days is rarely waited for. */
    return step > 700000 && !chance(v, 0.05) ? 1000 : step;
}

/* --- calls --- */

static enum script_action some_action(struct invent *v)
{
    double sum = 0, at;
    for (size_t i = 0; i < SCRIPT_ACTIONS; i++)
        sum += v->weights[i];
    at = sum * rng_uniform(&v->rng);
    for (size_t i = 0; i < SCRIPT_ACTIONS; i++)
        if ((at -= v->weights[i]) < 0)
            return (enum script_action)i;
    return SCRIPT_RECEIVE;
}

static void clear(struct script_call *call, int number, int queue)
{
    *call = (struct script_call){.number = number,
                                 .queue = queue,
                                 .count = 1,
                                 .attributes = script_no_attributes,
                                 .most = ABSENT,
                                 .visibility_s = ABSENT,
                                 .wait_s = ABSENT,
                                 .attempt = ABSENT,
                                 .destination = ABSENT,
                                 .per_s = ABSENT,
                                 .task = {-1, 0}};
    for (size_t i = 0; i < SCRIPT_ENTRIES; i++)
        call->entries[i] = (struct script_entry){.group = ABSENT,
                                                 .dedup = ABSENT,
                                                 .delay_s = ABSENT,
                                                 .attribute = ABSENT,
                                                 .handle = {-1, 0}};
}

void invent_call(struct invent *v, const struct oracle *o, int number, struct script_call *call)
{
    /* The first queue is busier than its dead-letter queues. */
    int queue = draw(v, 2) ? 0 : draw(v, SCRIPT_QUEUES);
    const bool missing = !o->queues[queue].exists;
    if (missing && chance(v, 0.8))
        queue = (queue + 1) % SCRIPT_QUEUES;
    clear(call, number, queue);
    call->action = missing && chance(v, 0.1) ? SCRIPT_CREATE_QUEUE : some_action(v);
    if (number < SCRIPT_QUEUES && chance(v, 0.95)) {
        call->queue = SCRIPT_QUEUES - 1 - number;
        call->action = SCRIPT_CREATE_QUEUE;
    }
    switch (call->action) {
    case SCRIPT_CREATE_QUEUE:
        invent_create(v, o, call);
        break;
    case SCRIPT_SET_ATTRIBUTES:
        invent_set(v, o, call);
        break;
    case SCRIPT_SEND:
    case SCRIPT_DELETE:
    case SCRIPT_CHANGE_VISIBILITY:
        invent_entries(v, o, call);
        break;
    case SCRIPT_RECEIVE:
        invent_receive(v, o, call);
        break;
    case SCRIPT_START_TASK:
    case SCRIPT_LIST_TASKS:
    case SCRIPT_CANCEL_TASK:
        if (call->queue == 0)
            call->queue = 1;
        invent_task(v, o, call);
        break;
    case SCRIPT_ADVANCE_TIME:
        call->step_ms = step_ms(v, o);
        break;
    default:
        break;
    }
}
