// SPDX-License-Identifier: GPL-3.0-or-later
/* What a consumer's workers share. */
#ifndef QUEUELAB_ACTOR_CONSUMER_H
#define QUEUELAB_ACTOR_CONSUMER_H

#include "core/rng.h"
#include "actor/called.h"
#include "actor/forward.h"
#include "actor/join.h"
#include "actor/task.h"
#include "actor/worker.h"

enum instance_state {
    INSTANCE_NONE,
    INSTANCE_BOOTING,
    INSTANCE_UP,
    INSTANCE_LEAVING, /* up, but receives nothing any more */
    INSTANCE_DOWN     /* crashed; it restarts */
};

struct consumer_instance {
    struct event up; /* it has booted or restarted */
    struct consumer *consumer;
    uint64_t launched; /* the how-manieth of the consumer it is */
    int64_t up_ns;     /* since when it is, or will be, up after its launch */
    uint32_t index;
    uint32_t busy; /* workers that are not down yet while it leaves */
    uint8_t state; /* enum instance_state */
};
static inline bool consumer_instance_is_up(const struct consumer_instance *instance)
{
    return instance->state == INSTANCE_UP || instance->state == INSTANCE_LEAVING;
}

enum consumer_work {
    WORK_IS_WELL,
    WORK_MAY_FAIL,
    WORK_APART /* slow, with marked messages about, or in several parts; it may fail, too */
};

/* A worker's work in several parts. */
struct worker_task {
    struct task task;
    struct worker *worker;
};

struct consumer {
    struct actor *actor;
    const struct consumer_cfg *cfg;
    struct queue *from;
    const struct messages *messages;
    struct engine *engine;
    struct probe *probe;
    uint16_t id, from_id; /* node ids */
    uint64_t who;         /* of its facts: probe_who, but for the kind and n */
    bool holds;           /* work at hand holds the run */
    bool polls_at_once;   /* there is no pause between polls */
    bool is_plain;        /* a message worked on is deleted at once, alone, and nothing follows */
    bool has_then, has_join;
    bool tells_effects;       /* by facts of their own */
    uint8_t work;             /* enum consumer_work */
    bool meets_poison;        /* messages are marked, and it cannot work on those */
    uint32_t leaving;         /* instances */
    struct heartbeat *hearts; /* by worker; NULL: they have none */
    double slow_factor;       /* of the work */
    struct link link;
    uint64_t service, failure; /* streams keyed by message and attempt */
    struct rng pauses, retries, restarts;
    uint32_t worker_count;
    struct worker *workers;  /* those of an instance stand together */
    uint32_t instance_count; /* the most that there can be */
    struct consumer_instance *instances;
    uint64_t launches;
    struct event starts, stops;
    struct autoscaling *scaling; /* NULL: the instances stay as many as they are */
    struct called *called;       /* NULL: it reads a queue */
    struct forwarder forwarder;  /* if has_then */
    struct join join;            /* if has_join */
    struct tasks tasks;
    struct worker_task *tasks_of; /* by worker; NULL: its work is service alone */
};

/* Work takes so many times as long from now on. */
void consumer_slow(struct consumer *consumer, double factor);
/* From now on messages may be marked as poison. */
void consumer_expect_poison(struct consumer *consumer);
/* The instance, which is up, dies and restarts later (if it was leaving: not). */
void consumer_crash(struct consumer *consumer, uint32_t instance, int64_t now_ns);
/* One that there is not is launched, and polls when it has booted. */
void consumer_launch(struct consumer *consumer, uint32_t instance, int64_t boot_ns, int64_t now_ns);
/* One that there is goes, for good: as `shutdown` says if it is up. */
void consumer_end(struct consumer *consumer, uint32_t instance, int64_t now_ns);
/* True if the instance leaves, and a worker of it that would poll goes down now. */
bool consumer_lets_go(struct consumer *consumer, uint32_t instance, int64_t now_ns);

#endif
