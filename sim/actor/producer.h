// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of a producer share: its instances, and calls on their way. */
#ifndef QUEUELAB_ACTOR_PRODUCER_H
#define QUEUELAB_ACTOR_PRODUCER_H

#include "actor/actor.h"
#include "actor/direct.h"
#include "actor/producer_cfg.h"

struct producer;

struct producer_attempt {
    struct call call;
    struct producer *producer;
    struct producer_instance *instance;
    struct producer_attempt *next_free, *next_made;
    uint16_t count, tries;
    enum send_status status;
    int64_t pause_ns;     /* the last one */
    uint32_t ticket;      /* of the instance's breaker */
    struct send *entries; /* room for a batch */
    struct sent *replies;
    struct direct *direct; /* if an endpoint is called */
};

struct producer_instance {
    struct event arrive;
    struct producer *producer;
    struct arrival arrival;
    struct producer_attempt *open; /* the batch being filled; NULL: none */
    uint64_t sent;                 /* messages made so far */
    bool over;
    struct event window; /* sends an unfilled batch */
    struct breaker breaker;
};

/* A closed loop's right to one message under way.  A message's number names its token: number
 * modulo token_count. */
struct producer_token {
    struct event event; /* the pause between a message's end and the next one */
    struct producer_instance *instance;
    uint64_t number; /* of the message under way */
    uint64_t turns;  /* messages sent so far */
    bool is_out;
};

struct producer {
    struct actor *actor;
    const struct producer_cfg *cfg;
    struct engine *engine;
    struct probe *probe;
    struct service *to;        /* a queue or a topic, or */
    struct endpoint *endpoint; /* else NULL */
    uint16_t id, to_id;        /* node ids */
    uint64_t who;              /* of its facts: probe_who, but for the kind and n */
    bool has_breaker;
    bool is_plain; /* it sends one message at a time, openly, to a service, without a breaker */
    enum arrival_loop loop;
    uint64_t next_number;
    int64_t stop_ns;
    struct link link;
    struct payload payload;
    struct rng arrivals, retries, thinks;
    struct producer_instance *instances;
    struct producer_attempt *made_attempts, *free_attempts;
    struct producer_token *tokens; /* closed loop: those of an instance stand together */
    uint64_t token_count;
};

/* May an instance send one more message at that time, after so many? */
static inline bool producer_may_go_on(const struct producer *producer, uint64_t sent, int64_t at_ns)
{
    const uint64_t limit = (uint64_t)producer->cfg->messages;
    return at_ns < producer->stop_ns && (limit == 0 || sent < limit);
}
static inline bool producer_may_send(const struct producer_instance *instance, int64_t at_ns)
{
    return producer_may_go_on(instance->producer, instance->sent, at_ns);
}
/* Sends message number, or adds it to the open batch. */
void producer_send_message(struct producer_instance *instance, uint64_t number, int64_t now_ns);
/* The instance sends no more, and holds the run no longer. */
void producer_end_arrivals(struct producer_instance *instance, int64_t now_ns);

#endif
