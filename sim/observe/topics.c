// SPDX-License-Identifier: GPL-3.0-or-later
/* The accounts of topics, and one handler a kind of fact.
 *
 * A queue counts what a topic delivers to it like any send; that it is no request which anybody
 * pays for (COST-4) is said here. */
#include "observe/topics.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "observe/invariant.h"
#include "observe/metric_chain.h"

/* --- memory --- */

static struct topic_account *open_topic(const struct node *node)
{
    struct topic_account *topic = must_alloc_lines(sizeof *topic);
    topic->node = node;
    topic->latest = -1;
    hist_init(&topic->latency);
    return topic;
}

void topics_open(struct observe *observe)
{
    const struct observe_setting *setting = &observe->setting;
    for (size_t i = 0; i < setting->node_count; i++) {
        if (setting->nodes[i] == NULL || setting->nodes[i]->kind != NODE_TOPIC)
            continue;
        if (observe->topics == NULL) {
            observe->topics = must_alloc_lines(setting->node_count * sizeof *observe->topics);
            observe->subscribers =
                must_alloc_lines(setting->node_count * sizeof *observe->subscribers);
        }
        observe->topics[i] = open_topic(setting->nodes[i]);
    }
}

static void free_subscriptions(struct topic_account *topic)
{
    for (uint32_t i = 0; i < topic->capacity; i++)
        free(topic->subscriptions[i].newest);
    free(topic->subscriptions);
    topic->subscriptions = NULL;
    topic->capacity = 0;
}

void topics_free(struct observe *observe)
{
    for (size_t i = 0; observe->topics != NULL && i < observe->setting.node_count; i++) {
        struct topic_account *topic = observe->topics[i];
        if (topic == NULL)
            continue;
        free_subscriptions(topic);
        hist_free(&topic->latency);
        free(topic);
    }
    free(observe->topics);
    free(observe->subscribers);
}

void topics_clear(struct observe *observe)
{
    for (size_t i = 0; observe->topics != NULL && i < observe->setting.node_count; i++) {
        struct topic_account *topic = observe->topics[i];
        observe->subscribers[i] = (struct subscriber_account){.counts = {0, 0, 0}};
        if (topic == NULL)
            continue;
        free_subscriptions(topic);
        hist_clear(&topic->latency);
        topic->counts = topic->base = (struct topic_counts){.published = 0};
        topic->expected = 0;
        topic->latest = -1;
    }
}

void topics_begin_window(struct observe *observe)
{
    for (size_t i = 0; observe->topics != NULL && i < observe->setting.node_count; i++) {
        observe->subscribers[i].base = observe->subscribers[i].counts;
        if (observe->topics[i] != NULL)
            observe->topics[i]->base = observe->topics[i]->counts;
    }
}

/* As hear_notified would have counted them one by one: the first bin is that of no time at all. */
static void add_plain(struct observe *observe, struct topic_account *topic,
                      const struct topic_subscription *subscription)
{
    const uint64_t plain = subscription->plain;
    uint64_t bins[HIST_BINS] = {plain};
    const struct hist prompt = {.bins = bins, .top = 1};
    struct queue_counts *counts = &account_queue(observe, subscription->peer)->counts;
    topic->counts.delivered += plain;
    topic->counts.to_queues += plain;
    observe->subscribers[subscription->peer].counts.delivered += plain;
    hist_merge(&topic->latency, &prompt);
    counts->unbilled += plain;
    counts->from_topics += plain;
}

void topics_finish(struct observe *observe)
{
    for (size_t i = 0; observe->topics != NULL && i < observe->setting.node_count; i++) {
        struct topic_account *topic = observe->topics[i];
        for (uint32_t j = 0; topic != NULL && j < topic->capacity; j++) {
            if (topic->subscriptions[j].plain > 0)
                add_plain(observe, topic, &topic->subscriptions[j]);
        }
    }
}

void topics_widen(struct topic_account *topic, uint16_t index)
{
    uint32_t capacity = topic->capacity > 0 ? topic->capacity : 16;
    while (capacity <= index)
        capacity *= 2;
    topic->subscriptions = must_grow(topic->subscriptions, capacity * sizeof *topic->subscriptions);
    memset(topic->subscriptions + topic->capacity, 0,
           (capacity - topic->capacity) * sizeof *topic->subscriptions);
    topic->capacity = capacity;
}

uint64_t topics_pending(const struct topic_account *topic)
{
    uint64_t pending = 0;
    for (uint32_t i = 0; i < topic->capacity; i++)
        pending += topic->subscriptions[i].pending;
    return pending;
}

/* --- publications --- */

static void count_request(struct topic_account *topic, const struct fact *fact, uint32_t bytes)
{
    const uint32_t before = fact->n == 0 ? 0 : metric_cost_requests(topic->payload);
    topic->payload = bytes + (fact->n == 0 ? 0 : topic->payload);
    topic->counts.calls += fact->n == 0;
    topic->counts.further += metric_cost_requests(topic->payload) - before - (fact->n == 0);
}

void topics_hear_published(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct topic_account *topic = topics_of(observe, fact);
    (void)into_ns;
    invariant_topic_published(observe, topic, fact);
    topic->counts.published++;
    topic->counts.bytes += fact->bytes;
    count_request(topic, fact, fact->bytes);
    topic->is_fifo = fact->seq > 0;
    topic->root = fact->root;
    topic->expected = fact->value;
    topic->latest = -1;
    metric_chain_published(observe, fact);
}

void topics_hear_refused(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct topic_account *topic = topics_of(observe, fact);
    const bool is_deduped = fact->kind == PROBE_PUBLISH_DEDUPED;
    const bool is_throttled = !is_deduped && fact->value == PROBE_PUBLISH_THROTTLED;
    (void)into_ns;
    topic->counts.deduped += is_deduped;
    topic->counts.throttled += is_throttled;
    topic->counts.rejected += !is_deduped && !is_throttled;
    count_request(topic, fact, is_deduped ? fact->bytes : 0);
    if (is_deduped && observe->setting.forwards != NULL)
        metric_chain_merged(observe, fact);
}

/* --- deliveries --- */

static inline void begin(struct topic_account *topic, const struct fact *fact)
{
    struct topic_subscription *subscription = &topic->subscriptions[fact->n];
    topic->expected--;
    topic->latest = fact->n;
    subscription->pending++;
    subscription->peer = fact->peer;
    subscription->protocol = (uint8_t)fact->value;
}

static __attribute__((noinline)) void hear_fanned_out(struct observe *observe,
                                                      const struct fact *fact)
{
    struct topic_account *topic = topics_of(observe, fact);
    invariant_topic_begun(observe, topic, fact);
    topics_subscription(topic, fact->n); /* there is room for it now */
    begin(topic, fact);
    if (observe->setting.forwards != NULL)
        metric_chain_fanned_out(observe, fact, topic->expected == 0);
}

void topics_hear_fanned_out(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct topic_account *topic = account_topic(observe, fact->node);
    (void)into_ns;
    const bool is_plain = topic != NULL && fact->n < topic->capacity &&
                          invariant_topic_may_begin(topic, fact) &&
                          observe->setting.forwards == NULL;
    if (__builtin_expect(is_plain, 1))
        begin(topic, fact);
    else
        hear_fanned_out(observe, fact);
}

void topics_hear_filtered(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct topic_account *topic = topics_of(observe, fact);
    (void)into_ns;
    MUST(fact->value > 0 && fact->value < PROBE_FILTERED_COUNT);
    topic->counts.filtered[fact->value]++;
    observe->subscribers[fact->peer].counts.filtered++;
}

/* COST-4: the queue's owner does not pay for what a topic stored in it. */
static void take_off_bill(struct observe *observe, const struct fact *fact, uint16_t node)
{
    struct queue_account *queue = account_queue(observe, node);
    const uint32_t requests = metric_cost_requests(fact->bytes);
    queue->counts.unbilled += requests;
    queue->counts.from_topics++;
    if (!queue->traits.is_fifo && fact->group != LEDGER_NONE && fact->seq == 0)
        queue->counts.grouped -= requests;
}

/* Stored in a standard queue within the call, by a standard topic and for one request, within the
 * window: it is enough to count it. */
static inline bool is_notified_plainly(const struct observe *observe,
                                       const struct topic_subscription *subscription,
                                       const struct fact *fact)
{
    return subscription->protocol == PROBE_TO_QUEUE && fact->group == LEDGER_NONE &&
           fact->bytes <= METRIC_COST_CHUNK_BYTES &&
           invariant_topic_is_stored(observe, subscription, fact) && fact->value == fact->at_ns &&
           observe->cohort_bit != 0;
}

static __attribute__((noinline)) void hear_notified(struct observe *observe,
                                                    const struct fact *fact)
{
    struct topic_account *topic = topics_of(observe, fact);
    struct topic_subscription *subscription = topics_subscription(topic, fact->n);
    invariant_topic_ended(observe, subscription, fact);
    subscription->pending--;
    topic->counts.delivered++;
    observe->subscribers[fact->peer].counts.delivered++;
    if (account_is_counted(observe, fact->value))
        hist_add(&topic->latency, fact->at_ns - fact->value);
    switch ((enum probe_protocol)subscription->protocol) {
    case PROBE_TO_HTTP:
    case PROBE_TO_HTTPS:
        topic->counts.http += metric_cost_requests(fact->bytes);
        break;
    case PROBE_TO_EMAIL:
        topic->counts.emails++;
        break;
    case PROBE_TO_QUEUE:
        topic->counts.to_queues++;
        if (fact->message != LEDGER_NONE)
            take_off_bill(observe, fact, fact->peer);
        /* The chain goes on with the message in the queue; what that dropped it has heard of
         * already where chains are more than counted. */
        if (fact->message != LEDGER_NONE || observe->setting.forwards != NULL)
            return;
        break;
    case PROBE_TO_FUNCTION: /* was accepted, and will be worked on */
        return;
    }
    metric_chain_notified(observe, fact);
}

void topics_hear_notified(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    const struct topic_account *topic = account_topic(observe, fact->node);
    (void)into_ns;
    if (topic != NULL && fact->n < topic->capacity) {
        struct topic_subscription *subscription = &topic->subscriptions[fact->n];
        if (__builtin_expect(is_notified_plainly(observe, subscription, fact), 1)) {
            subscription->pending--;
            subscription->plain++;
            return;
        }
    }
    hear_notified(observe, fact);
}

static bool is_http(const struct topic_subscription *subscription)
{
    return subscription->protocol == PROBE_TO_HTTP || subscription->protocol == PROBE_TO_HTTPS;
}

/* SNS-18: of HTTP each try that failed counts, of others the message that was given up. */
void topics_hear_failed(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct topic_account *topic = topics_of(observe, fact);
    (void)into_ns;
    topic->counts.failed += is_http(topics_subscription(topic, fact->n));
}

void topics_hear_lost(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct topic_account *topic = topics_of(observe, fact);
    struct topic_subscription *subscription = topics_subscription(topic, fact->n);
    const bool is_redriven = (fact->value & PROBE_LOSS_REDRIVEN) != 0;
    (void)into_ns;
    invariant_topic_ended(observe, subscription, fact);
    subscription->pending--;
    topic->counts.failed += !is_http(subscription);
    topic->counts.redriven += is_redriven;
    topic->counts.redrive_failed += (fact->value & PROBE_LOSS_REDRIVE_FAILED) != 0;
    topic->counts.lost += !is_redriven;
    observe->subscribers[fact->peer].counts.lost += !is_redriven;
    if (fact->message != LEDGER_NONE)
        take_off_bill(observe, fact, observe->ledger.at[fact->message].queue);
    metric_chain_undelivered(observe, fact);
}
