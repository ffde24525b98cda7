// SPDX-License-Identifier: GPL-3.0-or-later
/* What a consumer's workers share. */
#ifndef QUEUELAB_ACTOR_CONSUMER_H
#define QUEUELAB_ACTOR_CONSUMER_H

#include "core/rng.h"
#include "actor/forward.h"
#include "actor/join.h"
#include "actor/worker.h"

struct consumer_instance {
    struct event restart;
    struct consumer *consumer;
    uint32_t index;
    bool up;
};

enum consumer_work {
    WORK_IS_WELL,
    WORK_MAY_FAIL,
    WORK_IN_TROUBLE /* slow, or with marked messages about; it may fail, too */
};

struct consumer {
    struct actor *actor;
    const struct consumer_cfg *cfg;
    struct queue *from;
    const struct messages *messages;
    struct engine *engine;
    struct probe *probe;
    uint16_t id, from_id; /* node ids */
    bool holds;           /* work at hand holds the run */
    bool polls_at_once;   /* there is no pause between polls */
    bool is_plain;        /* a message worked on is deleted at once, alone, and nothing follows */
    bool has_then, has_join;
    uint8_t work;       /* enum consumer_work */
    bool meets_poison;  /* messages are marked, and it cannot work on those */
    double slow_factor; /* of the work */
    struct link link;
    uint64_t service, failure; /* streams keyed by message and attempt */
    struct rng pauses, retries, restarts;
    uint32_t worker_count;
    struct worker *workers; /* those of an instance stand together */
    struct consumer_instance *instances;
    struct forwarder forwarder; /* if has_then */
    struct join join;           /* if has_join */
};

/* Work takes so many times as long from now on. */
void consumer_slow(struct consumer *consumer, double factor);
/* From now on messages may be marked as poison. */
void consumer_expect_poison(struct consumer *consumer);
/* The instance, which is up, dies and restarts later. */
void consumer_crash(struct consumer *consumer, uint32_t instance, int64_t now_ns);

#endif
