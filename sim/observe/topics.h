// SPDX-License-Identifier: GPL-3.0-or-later
/* What is heard of topics: of each topic, of each of its subscriptions, and, over all topics, of
 * each node that something is delivered to.  Made only in a world that has topics. */
#ifndef QUEUELAB_OBSERVE_TOPICS_H
#define QUEUELAB_OBSERVE_TOPICS_H

#include "observe/account.h"
#include "observe/metric.h"

struct topic_counts {
    uint64_t published, deduped, rejected, throttled, bytes;
    uint64_t calls, further; /* as a queue's: requests */
    uint64_t delivered, failed, filtered[PROBE_FILTERED_COUNT];
    uint64_t lost, redriven, redrive_failed;
    uint64_t http, emails, to_queues; /* requests that deliveries were, by what they cost */
};

/* One subscription, over the whole run. */
struct topic_subscription {
    uint64_t pending; /* deliveries under way */
    uint64_t plain;   /* deliveries that all other counts hear of at the end only */
    uint16_t peer;    /* what it delivers to */
    uint8_t protocol; /* enum probe_protocol */
    uint32_t group_capacity;
    int64_t *newest; /* FIFO: by group, the number that was delivered last */
};

struct topic_account {
    const struct node *node;
    struct topic_counts counts, base;
    bool is_fifo;                             /* as its publications say */
    uint32_t payload;                         /* of the call that is being told: see metric_cost */
    struct hist latency;                      /* from publication to delivery */
    uint64_t root;                            /* of the publication that is being fanned out */
    int64_t expected;                         /* deliveries of it that have not begun */
    int32_t latest;                           /* the subscription that was told last; -1: none */
    uint32_t capacity;                        /* of subscriptions */
    struct topic_subscription *subscriptions; /* by number */
};

/* By node, over all topics. */
struct subscriber_counts {
    uint64_t delivered, filtered, lost;
};
struct subscriber_account {
    struct subscriber_counts counts, base;
};

void topics_open(struct observe *observe);
void topics_free(struct observe *observe);
void topics_clear(struct observe *observe);
void topics_begin_window(struct observe *observe);

/* The topic of the fact, and its subscription. */
static inline struct topic_account *topics_of(const struct observe *observe,
                                              const struct fact *fact)
{
    struct topic_account *topic = account_topic(observe, fact->node);
    MUST(topic != NULL);
    return topic;
}
void topics_widen(struct topic_account *topic, uint16_t index);
static inline struct topic_subscription *topics_subscription(struct topic_account *topic,
                                                             uint16_t index)
{
    if (__builtin_expect(index >= topic->capacity, 0))
        topics_widen(topic, index);
    return &topic->subscriptions[index];
}
/* Brings what was counted apart together, once. */
void topics_finish(struct observe *observe);
/* Deliveries under way. */
uint64_t topics_pending(const struct topic_account *topic);

account_hear topics_hear_published;
account_hear topics_hear_refused; /* PUBLISH_DEDUPED, PUBLISH_REJECTED */
account_hear topics_hear_fanned_out, topics_hear_filtered;
account_hear topics_hear_notified, topics_hear_failed, topics_hear_lost;

/* --- metric_topic --- */
void metric_topic_rows(const struct observe *observe, const struct topic_account *topic,
                       const struct metric_rows *rows);
void metric_subscriber_rows(const struct subscriber_account *subscriber,
                            const struct metric_rows *rows);
/* What all topics cost, and how many messages were published. */
double metric_topic_usd(const struct observe *observe, uint64_t *published);

/* --- invariant_topic: each sees the account as before the fact --- */
void invariant_topic_published(const struct observe *observe, const struct topic_account *topic,
                               const struct fact *fact);
/* FANNED_OUT */
void invariant_topic_judge_begun(const struct observe *observe, const struct topic_account *topic,
                                 const struct fact *fact);
static inline bool invariant_topic_may_begin(const struct topic_account *topic,
                                             const struct fact *fact)
{
    return topic->root == fact->root && topic->expected != 0 && topic->latest < fact->n;
}
static inline void invariant_topic_begun(const struct observe *observe,
                                         const struct topic_account *topic, const struct fact *fact)
{
    if (!invariant_topic_may_begin(topic, fact))
        invariant_topic_judge_begun(observe, topic, fact);
}
/* NOTIFIED, NOTIFY_LOST; also remembers the order. */
void invariant_topic_judge_ended(const struct observe *observe,
                                 struct topic_subscription *subscription, const struct fact *fact);
/* As most are: stored in the queue that the subscription is for, by a standard topic. */
static inline bool invariant_topic_is_stored(const struct observe *observe,
                                             const struct topic_subscription *subscription,
                                             const struct fact *fact)
{
    if (subscription->pending == 0 || fact->seq != 0 ||
        !ledger_knows(&observe->ledger, fact->message))
        return false;
    const struct ledger_record *record = &observe->ledger.at[fact->message];
    return ledger_state(record) != LEDGER_GONE && record->enqueued_ns == fact->at_ns &&
           record->queue == fact->peer;
}
static inline void invariant_topic_ended(const struct observe *observe,
                                         struct topic_subscription *subscription,
                                         const struct fact *fact)
{
    if (!invariant_topic_is_stored(observe, subscription, fact))
        invariant_topic_judge_ended(observe, subscription, fact);
}
void invariant_topic_end(const struct observe *observe);

#endif
