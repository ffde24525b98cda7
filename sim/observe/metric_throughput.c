// SPDX-License-Identifier: GPL-3.0-or-later
/* What came, what went and what was asked: CloudWatch's counters (CW-2, CW-3), rates, and what
 * calls were refused.
 *
 * NumberOfMessagesSent leaves out automatic moves to a dead-letter queue (DLQ-10); messages of a
 * move task are new ones (MOVE-7). */
#include "observe/metric.h"

#include <math.h>

void metric_throughput_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const struct queue_counts *now = &queue->counts, *base = &queue->base;
    const uint64_t sent = now->accepted + now->moved_in;
    const uint64_t sent_before = base->accepted + base->moved_in;
    metric_put_count(rows, "NumberOfMessagesSent", sent, sent_before);
    metric_put_count(rows, "NumberOfMessagesReceived", now->received, base->received);
    metric_put_count(rows, "NumberOfMessagesDeleted", now->deleted + now->repeated_deletes,
                     base->deleted + base->repeated_deletes);
    metric_put_count(rows, "NumberOfEmptyReceives", now->empty, base->empty);
    metric_put(rows, "SentMessageSize", "mean", "bytes",
               sent > sent_before
                   ? (double)(now->bytes - base->bytes) / (double)(sent - sent_before)
                   : (double)NAN);
    if (queue->traits.is_fifo)
        metric_put_count(rows, "NumberOfDeduplicatedSentMessages", now->deduped, base->deduped);
    metric_put(rows, "arrivals", "rate", "1/s", series_mean(&queue->arrivals));
    metric_put(rows, "throughput", "rate", "1/s", series_mean(&queue->throughput));
}

void metric_calls_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const struct queue_counts *now = &queue->counts, *base = &queue->base;
    const uint64_t deduped = now->deduped - base->deduped;
    const uint64_t rejected = now->rejected - base->rejected;
    const uint64_t entries = now->accepted - base->accepted + deduped + rejected;
    if (queue->traits.is_fifo)
        metric_put_share(rows, "deduplicated", deduped, entries);
    metric_put_share(rows, "throttled", now->throttled - base->throttled, now->calls - base->calls);
    metric_put_share(rows, "rejected", rejected, entries);
}
