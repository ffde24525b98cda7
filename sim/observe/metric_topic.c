// SPDX-License-Identifier: GPL-3.0-or-later
/* SNS-18: a topic's metrics by CloudWatch's names, how long deliveries took, and what the topic
 * costs.
 *
 * deliveryLatency is the time from publication to delivery, retries included, of what was published
 * within the window.  notificationsLost counts what neither arrived nor came into a dead-letter
 * queue.  What one subscriber got of all topics stands with the subscriber. */
#include "observe/topics.h"

#include <math.h>

/* In the order of enum probe_filtered; of attributes that do not match there is only the sum. */
static const char *const filtered_names[PROBE_FILTERED_COUNT] = {
    [PROBE_FILTERED_NO_ATTRIBUTES] = "NumberOfNotificationsFilteredOut-NoMessageAttributes",
    [PROBE_FILTERED_BAD_ATTRIBUTES] = "NumberOfNotificationsFilteredOut-InvalidAttributes",
    [PROBE_FILTERED_BODY] = "NumberOfNotificationsFilteredOut-MessageBody",
    [PROBE_FILTERED_BAD_BODY] = "NumberOfNotificationsFilteredOut-InvalidMessageBody",
};

static void put_filtered(const struct topic_account *topic, const struct metric_rows *rows)
{
    const struct topic_counts *now = &topic->counts, *base = &topic->base;
    uint64_t all = 0;
    for (int i = 0; i < PROBE_FILTERED_COUNT; i++)
        all += now->filtered[i] - base->filtered[i];
    metric_put_count(rows, "NumberOfNotificationsFilteredOut", all, 0);
    for (int i = 0; i < PROBE_FILTERED_COUNT; i++) {
        if (filtered_names[i] != NULL)
            metric_put_count(rows, filtered_names[i], now->filtered[i], base->filtered[i]);
    }
}

/* --- COST-4 --- */

#define GIB (1024.0 * 1024.0 * 1024.0)

static double requests_of(const struct topic_account *topic)
{
    const struct topic_counts *now = &topic->counts, *base = &topic->base;
    return (double)(now->calls + now->further - base->calls - base->further);
}

/* What all topics have for free in a month is shared by what each of them uses. */
static double paid_share(const struct observe *observe)
{
    double all = 0.0;
    for (size_t i = 0; i < observe->setting.node_count; i++)
        all += observe->topics[i] != NULL ? requests_of(observe->topics[i]) : 0.0;
    return metric_cost_paid_share(observe, all, observe->setting.prices->topics.free_requests);
}

static double usd_of(const struct observe *observe, const struct topic_account *topic)
{
    const struct observe_topic_prices *prices = &observe->setting.prices->topics;
    const struct topic_counts *now = &topic->counts, *base = &topic->base;
    const double requests = requests_of(topic) * paid_share(observe);
    const double bytes = (double)(now->bytes - base->bytes);
    if (topic->is_fifo)
        return requests * prices->fifo_usd_per_million * 1e-6 +
               bytes / GIB * prices->fifo_usd_per_gib +
               (double)(now->to_queues - base->to_queues) * prices->fifo_delivery_usd_per_million *
                   1e-6;
    return requests * prices->usd_per_million * 1e-6 +
           (double)(now->http - base->http) * prices->http_usd_per_million * 1e-6 +
           (double)(now->emails - base->emails) * prices->email_usd_per_million * 1e-6;
}

double metric_topic_usd(const struct observe *observe, uint64_t *published)
{
    double usd = 0.0;
    *published = 0;
    for (size_t i = 0; observe->topics != NULL && i < observe->setting.node_count; i++) {
        const struct topic_account *topic = observe->topics[i];
        if (topic == NULL)
            continue;
        usd += usd_of(observe, topic);
        *published += topic->counts.published - topic->base.published;
    }
    return usd;
}

/* --- rows --- */

void metric_topic_rows(const struct observe *observe, const struct topic_account *topic,
                       const struct metric_rows *rows)
{
    const struct topic_counts *now = &topic->counts, *base = &topic->base;
    const uint64_t published = now->published - base->published;
    const uint64_t deduped = now->deduped - base->deduped;
    const uint64_t rejected = now->rejected - base->rejected;
    const uint64_t throttled = now->throttled - base->throttled;
    const uint64_t entries = published + deduped + rejected + throttled;
    const bool is_priced = observe->setting.prices != NULL;
    metric_put_count(rows, "NumberOfMessagesPublished", published, 0);
    metric_put(rows, "PublishSize", "mean", "bytes",
               published > 0 ? (double)(now->bytes - base->bytes) / (double)published
                             : (double)NAN);
    metric_put_count(rows, "NumberOfNotificationsDelivered", now->delivered, base->delivered);
    metric_put_count(rows, "NumberOfNotificationsFailed", now->failed, base->failed);
    put_filtered(topic, rows);
    metric_put_count(rows, "NumberOfNotificationsRedrivenToDlq", now->redriven, base->redriven);
    metric_put_count(rows, "NumberOfNotificationsFailedToRedriveToDlq", now->redrive_failed,
                     base->redrive_failed);
    metric_put_count(rows, "notificationsLost", now->lost, base->lost);
    metric_put(rows, "deliveriesUnderWay", "end", "1", (double)topics_pending(topic));
    metric_put_hist(rows, "deliveryLatency", &topic->latency);
    metric_put_share(rows, "deduplicated", deduped, entries);
    metric_put_share(rows, "throttled", throttled, entries);
    metric_put_share(rows, "rejected", rejected, entries);
    metric_put(rows, "requests", "count", "1", requests_of(topic));
    metric_cost_put(rows, is_priced, is_priced ? usd_of(observe, topic) : 0.0, published);
}

void metric_subscriber_rows(const struct subscriber_account *subscriber,
                            const struct metric_rows *rows)
{
    const struct subscriber_counts *now = &subscriber->counts, *base = &subscriber->base;
    metric_put_count(rows, "notificationsDelivered", now->delivered, base->delivered);
    metric_put_count(rows, "notificationsFilteredOut", now->filtered, base->filtered);
    metric_put_count(rows, "notificationsLost", now->lost, base->lost);
}
