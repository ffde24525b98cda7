// SPDX-License-Identifier: GPL-3.0-or-later
/* The work on one message where it has several parts:
 *
 *     look the key up ─▶ service ─▶ call the downstream ─▶ the effect ─▶ save the key
 *     (checkThenAct)                (and try again)        (both at once: conditionalWrite)
 *
 * A crash falls at a uniform point of what the consumer itself does: looking up, serving, saving;
 * not of waiting for the downstream.  Plain work, which is service alone, is the worker's own and
 * needs none of this. */
#ifndef QUEUELAB_ACTOR_TASK_H
#define QUEUELAB_ACTOR_TASK_H

#include "actor/consumer_cfg.h"
#include "actor/direct.h"
#include "actor/effect.h"
#include "actor/idempotency.h"

/* What the workers of a consumer share. */
struct tasks {
    struct actor *actor;
    const struct consumer_cfg *cfg;
    struct link *link;
    uint16_t from_id;
    struct idempotency store;
    struct endpoint *downstream; /* NULL: none */
    bool tells;                  /* says what became of effects */
    struct breaker *breakers;    /* by instance; NULL: there are none */
    uint64_t latencies;          /* of the store: stream keyed by message, attempt and access */
    struct rng retries;
};

enum task_end {
    TASK_GOES_ON,
    TASK_DONE,
    TASK_SPARED, /* done before: nothing was worked again */
    TASK_FAILED,
    TASK_CRASHED /* its instance is to die now */
};

/* What was drawn for the work. */
struct task_draw {
    int64_t service_ns;
    bool fails;      /* at the end of the service */
    double crash_at; /* after this share of the work; 1: it does not */
};

/* A worker's; embedded in whoever wants to hear of its end. */
struct task {
    struct call call; /* call.event is the task's one event */
    struct direct direct;
    struct send send;
    struct tasks *tasks;
    struct effect_worker worker;
    const struct delivery *d;
    /* What follows the event. */
    enum task_end (*then)(struct task *task, int64_t now_ns);
    /* The work is over: end says how.  Not called if task_begin returned it. */
    void (*on_over)(struct task *task, int64_t now_ns);
    uint64_t key; /* the effect's */
    struct task_draw draw;
    int64_t save_ns;
    int64_t crash_ns; /* what it does itself until its instance dies; INT64_MAX: it does not */
    int64_t pause_ns;
    struct breaker *breaker; /* of its instance, or NULL */
    uint32_t ticket;         /* of the call under way; BREAKER_REFUSED: there is none */
    uint16_t tries;
    uint8_t end; /* enum task_end */
};

/* Does the consumer's work have several parts? */
bool tasks_are_needed(const struct consumer_cfg *cfg);
void tasks_init(struct tasks *tasks, struct actor *actor, struct link *link, uint16_t from_id,
                uint32_t instances, bool tells);
void tasks_free(struct tasks *tasks);
/* Begins a replication. */
void tasks_start(struct tasks *tasks);

void task_init(struct task *task, struct tasks *tasks, uint32_t worker, uint32_t instance,
               void (*on_over)(struct task *, int64_t));
/* Forgets what an earlier replication left. */
void task_clear(struct task *task);
/* d lives as long as the work. */
enum task_end task_begin(struct task *task, const struct delivery *d, const struct task_draw *draw,
                         int64_t now_ns);
/* The worker dies: nobody hears of the rest. */
void task_drop(struct task *task);

#endif
