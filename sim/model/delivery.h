// SPDX-License-Identifier: GPL-3.0-or-later
/* How a topic tries again: delivery policies as phases of retries, and the life of one delivery.
 *
 * A delivery that succeeds at its first try, within the publish call, never becomes a task: only
 * what has to wait (a retry, a latency, an endpoint's answer, its turn in a group) holds one.
 *
 *    first try ──▶ answered well ──▶ over
 *        │ ▲
 *        ▼ │ pause             client error, or no retries left
 *    server error ──────────▶ the subscription's dead-letter queue, or lost */
#ifndef QUEUELAB_MODEL_DELIVERY_H
#define QUEUELAB_MODEL_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/param.h"
#include "core/engine.h"
#include "model/endpoint.h"

enum delivery_backoff {
    DELIVERY_LINEAR,
    DELIVERY_ARITHMETIC,
    DELIVERY_GEOMETRIC,
    DELIVERY_EXPONENTIAL
};

/* Retries after the first try, phase by phase: without delay, at the least delay, backing off from
 * the least to the greatest, at the greatest. */
struct delivery_policy {
    int64_t immediate, at_min, backing_off, at_max; /* counts */
    int64_t min_ns, max_ns;
    enum delivery_backoff backoff;
    int64_t lifetime_ns; /* no retry begins later than so long after the publication */
    int64_t gap_ns;      /* least time between two tries of a subscription; 0: none */
};

/* SNS-10: queues and functions; SNS-11: email; SNS-12: HTTP. */
extern const struct delivery_policy delivery_aws_managed, delivery_customer_managed, delivery_http;

/* The pause before a retry (from 0), or -1 if there is none. */
int64_t delivery_pause_ns(const struct delivery_policy *policy, int64_t retry);

/* SNS-13, as AWS writes it: a subscription's healthyRetryPolicy and throttlePolicy, or a topic's
 * http.defaultHealthyRetryPolicy and http.defaultThrottlePolicy. */
struct delivery_retry_cfg {
    int64_t retries; /* -1: not given */
    int64_t min_ns, max_ns;
    int64_t no_delay_retries, min_delay_retries, max_delay_retries;
    int backoff; /* enum delivery_backoff */
};
struct delivery_cfg {
    struct delivery_retry_cfg retry;
    struct delivery_throttle_cfg {
        int64_t max_receives_per_s; /* -1: not given */
    } throttle;
    bool disable_overrides; /* topic: disableSubscriptionOverrides */
};
extern const struct param delivery_topic_rows[], delivery_subscription_rows[];

/* Nothing given. */
struct delivery_cfg delivery_cfg_none(void);
/* What is wrong with retries among themselves (SNS-13), as a sentence; NULL: nothing. */
const char *delivery_mistake(const struct delivery_retry_cfg *cfg);

/* SNS-13: the policy of an HTTP subscription.  Both are without mistakes. */
struct delivery_policy delivery_policy_of(const struct delivery_cfg *topic,
                                          const struct delivery_cfg *subscription);

struct subscription;

/* One publication on its way to one subscription. */
struct delivery_task {
    struct event event; /* the next try, or the end of waiting for an answer */
    struct endpoint_call call;
    struct send send; /* as the subscriber gets it */
    struct subscription *subscription;
    struct delivery_task *next, *prev; /* of the subscription, in order of publication; or free */
    struct delivery_task *behind;      /* FIFO: the next of its group, which waits for this one */
    struct delivery_task *made;        /* the pool's */
    int64_t published_ns, due_ns;      /* due: not tried earlier */
    uint64_t number;                   /* FIFO: the publication's */
    uint32_t group;                    /* the publication's */
    uint32_t tries;                    /* made so far */
    enum endpoint_answer answer;       /* to the latest call */
    bool is_out;                       /* the endpoint has not answered */
    bool has_answer;                   /* which the event will look at */
    bool has_turn;                     /* by the throttle policy */
    bool is_refused;                   /* nobody can take it: its first try fails */
};

/* The tasks of a world's topics, used or free. */
struct delivery_pool {
    struct delivery_task *free, *made;
};

void delivery_pool_init(struct delivery_pool *pool);
void delivery_pool_free(struct delivery_pool *pool);
/* A task that is all zero; give it back when it is over. */
struct delivery_task *delivery_task_take(struct delivery_pool *pool);
void delivery_task_give_back(struct delivery_pool *pool, struct delivery_task *task);

#endif
