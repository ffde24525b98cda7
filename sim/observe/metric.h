// SPDX-License-Identifier: GPL-3.0-or-later
/* The default metrics: one family of figures in each metric_*.c, called directly by the handlers of
 * facts. What is hot is inline.  A family hears, and writes its rows at the end; the counts of
 * facts are in the accounts. */
#ifndef QUEUELAB_OBSERVE_METRIC_H
#define QUEUELAB_OBSERVE_METRIC_H

#include "observe/account.h"

/* --- writing rows --- */
struct metric_rows {
    observe_row *row;
    void *context;
    uint16_t node;
};

void metric_put(const struct metric_rows *rows, const char *metric, const char *stat,
                const char *unit, double value);
/* stat count: the difference of two counts. */
void metric_put_count(const struct metric_rows *rows, const char *metric, uint64_t now,
                      uint64_t base);
/* stats count and rate (count / of; NAN of nothing). */
void metric_put_share(const struct metric_rows *rows, const char *metric, uint64_t count,
                      uint64_t of);
/* stats mean p50 p90 p95 p99 p999 max of durations, in seconds; NAN where too few were seen: no p99
 * below 100, no p999 below 1,000. */
void metric_put_hist(const struct metric_rows *rows, const char *metric, const struct hist *hist);
/* stats mean max end. */
void metric_put_gauge(const struct metric_rows *rows, const char *metric, const char *unit,
                      double scale, const struct series *series);

void metric_throughput_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_requests_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_depth_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_age_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_latency_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_duplicates_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_order_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_dlq_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_producer_rows(const struct producer_account *producer, bool is_origin,
                          const struct metric_rows *rows);
void metric_worker_rows(const struct consumer_account *consumer, const struct metric_rows *rows);

/* --- metric_depth: gauges of states --- */
static inline void metric_depth_shift(struct queue_account *queue, enum ledger_state from,
                                      enum ledger_state to, int64_t at_ns)
{
    if (from != LEDGER_GONE)
        series_add(&queue->depth[from], at_ns, -1);
    if (to != LEDGER_GONE)
        series_add(&queue->depth[to], at_ns, 1);
}

/* --- metric_age: the oldest message --- */
/* From at_ns on the oldest is what entered at oldest_ns (-1: there is none). */
void metric_age_set(struct queue_account *queue, int64_t oldest_ns, int64_t at_ns);
void metric_age_next(struct queue_account *queue, const struct ledger *ledger, int64_t at_ns);

static inline void metric_age_entered(struct queue_account *queue, const struct ledger *ledger,
                                      uint32_t slot, int64_t at_ns)
{
    ledger->at[slot].place = line_push(&queue->line, slot);
    if (queue->oldest_ns < 0)
        metric_age_set(queue, ledger_entered_ns(ledger, slot), at_ns);
}
/* The message leaves, or is received too often to count. */
static inline void metric_age_left(struct queue_account *queue, const struct ledger *ledger,
                                   uint32_t slot, int64_t at_ns)
{
    const bool was_oldest = line_oldest(&queue->line) == slot;
    line_remove(&queue->line, ledger->at[slot].place);
    if (was_oldest)
        metric_age_next(queue, ledger, at_ns);
}
/* CW-4: a standard queue's age leaves out what was received more often than this, in this queue. */
enum { METRIC_AGE_RECEIVES = 3 };
static inline bool metric_age_counts(const struct queue_account *queue,
                                     const struct ledger_record *record)
{
    return queue->traits.is_fifo || ledger_receives(record) <= METRIC_AGE_RECEIVES;
}

/* --- metric_latency: each sees the record as before the fact --- */
static inline void metric_latency_delivered(struct queue_account *queue,
                                            const struct ledger *ledger, uint32_t slot,
                                            int64_t at_ns)
{
    const struct ledger_record *record = &ledger->at[slot];
    if (!ledger_has(record, LEDGER_COUNTED))
        return;
    /* A copy in flight (RCV-11) has not become visible: it waited for nothing. */
    hist_add(&queue->visit_waiting,
             ledger_state(record) == LEDGER_VISIBLE ? at_ns - record->since_ns : 0);
    if (ledger_receives(record) == 0) {
        hist_add(&queue->waiting, at_ns - ledger_entered_ns(ledger, slot));
        queue->cohort.first_receives++;
    } else {
        queue->cohort.duplicates++;
    }
}
static inline void metric_latency_deleted(struct queue_account *queue, const struct ledger *ledger,
                                          uint32_t slot, int64_t at_ns)
{
    const struct ledger_record *record = &ledger->at[slot];
    if (ledger_has(record, LEDGER_WAS_DELETED))
        return;
    series_count(&queue->throughput, at_ns, 1);
    if (ledger_has(record, LEDGER_COUNTED))
        hist_add(&queue->sojourn, at_ns - ledger_entered_ns(ledger, slot));
}
/* Leaves by another way. */
void metric_latency_left(struct queue_account *queue, const struct ledger *ledger, uint32_t slot,
                         int64_t at_ns);

/* --- metric_order: the first receive of a message --- */
void metric_order_received(struct queue_account *queue, uint32_t *furthest,
                           const struct ledger_record *record, uint64_t root);

/* --- metric_producer --- */
void metric_producer_answered(struct observe *observe, const struct fact *fact);
void metric_producer_troubled(struct observe *observe,
                              const struct fact *fact); /* RETRIED, GAVE_UP */
/* The chain of a root: a message was sent, worked on with success for the first time, dropped as a
 * duplicate, or lost. */
void metric_chain_sent(struct observe *observe, const struct fact *fact);
void metric_chain_finished(struct observe *observe, const struct fact *fact, int64_t called_ns);
void metric_chain_merged(struct observe *observe, const struct fact *fact);
void metric_chain_lost(struct observe *observe, uint64_t root);

/* --- metric_worker --- */
void metric_worker_started(struct observe *observe, const struct fact *fact);
void metric_worker_ended(struct observe *observe, const struct fact *fact); /* SUCCEEDED, FAILED */
void metric_worker_let_go(struct observe *observe,
                          const struct fact *fact); /* SKIPPED, ABANDONED */
void metric_worker_capacity(struct observe *observe,
                            const struct fact *fact); /* CRASHED, RESTARTED, CAPACITY */

#endif
