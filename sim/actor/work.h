// SPDX-License-Identifier: GPL-3.0-or-later
/* What is drawn for an attempt at a message, and said of it: how long the work lasts, whether it
 * fails, when the instance dies; and that the run waits for it.  All draws are keyed by message and
 * attempt, so that no other attempt moves them.
 */
#ifndef QUEUELAB_ACTOR_WORK_H
#define QUEUELAB_ACTOR_WORK_H

#include "actor/consumer.h"

/* The run waits for a batch at work, where the consumer wants that. */
static inline void work_hold(struct worker *worker)
{
    if (worker->holds || !worker->consumer->holds)
        return;
    worker->holds = true;
    engine_hold(worker->consumer->engine);
}
static inline void work_release(struct worker *worker)
{
    if (!worker->holds)
        return;
    worker->holds = false;
    engine_release(worker->consumer->engine);
}

/* number names the message, drawn is rng_key of it and of the attempt. */
static inline int64_t work_draw_service_ns(const struct consumer *consumer,
                                           const struct delivery *d, uint64_t number,
                                           uint64_t drawn)
{
    const struct dist *service = &consumer->cfg->service;
    if (service->fast == DIST_MESSAGE)
        return d->service_ns;
    return dist_draw_with_key_ns(service, consumer->service, number, d->receives, drawn);
}

static inline bool work_draw_failure(const struct consumer *consumer, uint64_t drawn)
{
    const double p = consumer->cfg->failure.probability;
    return rng_unit(rng_mix(consumer->failure + drawn)) < p;
}

/* A crash falls at a uniform point of the work: the second word of the attempt's draw. */
static inline double work_draw_crash_at(const struct consumer *consumer, const struct delivery *d,
                                        uint64_t key)
{
    return rng_unit(rng_keyed_word(consumer->failure, key, UINT64_MAX / 2 + d->receives));
}

static inline bool work_is_marked_poison(const struct consumer *consumer, const struct delivery *d)
{
    const struct message *m = &consumer->messages->at[d->slot];
    return consumer->meets_poison && m->seq == d->seq && (m->flags & MESSAGE_POISON) != 0;
}

static inline void work_say_with(const struct worker *worker, enum probe_kind kind, uint16_t n,
                                 const struct delivery *d, int64_t value, int64_t now_ns)
{
    const struct consumer *consumer = worker->consumer;
    const struct fact fact = {.at_ns = now_ns,
                              .who = consumer->who + probe_who(kind, 0, 0, n),
                              .message = d->slot,
                              .delivery = d->receives,
                              .group = d->group,
                              .bytes = worker->number,
                              .root = d->root,
                              .seq = d->seq,
                              .value = value,
                              .other = 0};
    probe_emit(consumer->probe, &fact);
}

static inline void work_say(const struct worker *worker, enum probe_kind kind,
                            const struct delivery *d, int64_t value, int64_t now_ns)
{
    work_say_with(worker, kind, 0, d, value, now_ns);
}

/* The end of a work that is not plain. */
static inline void work_say_end(const struct worker *worker, const struct delivery *d,
                                int64_t now_ns)
{
    const struct consumer *consumer = worker->consumer;
    const struct effect_worker me = {consumer->actor, consumer->from_id, worker->number};
    const bool has_task = consumer->tasks_of != NULL;
    const bool is_spared = has_task && consumer->tasks_of[worker->number].task.end == TASK_SPARED;
    if (consumer->tells_effects && !has_task && !worker->fails)
        effect_say(&me, PROBE_EFFECT, d, 0, now_ns);
    work_say_with(worker, worker->fails ? PROBE_FAILED : PROBE_SUCCEEDED, is_spared, d,
                  worker->service_ns, now_ns);
}

#endif
