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
/* stats mean max end, of values / divisor: 1e9 for nanoseconds. */
void metric_put_gauge(const struct metric_rows *rows, const char *metric, const char *unit,
                      double divisor, const struct series *series);

void metric_throughput_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_calls_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_depth_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_age_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_latency_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_duplicates_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_order_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_dlq_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_moves_rows(const struct queue_account *queue, const struct metric_rows *rows);
void metric_producer_rows(const struct producer_account *producer, bool is_origin,
                          const struct metric_rows *rows);
/* Of one that sends nothing, but calls. */
void metric_producer_call_rows(const struct producer_account *producer,
                               const struct metric_rows *rows);
void metric_worker_rows(const struct consumer_account *consumer, const struct metric_rows *rows);
void metric_function_rows(const struct function_account *function, const struct metric_rows *rows);

/* --- metric_depth: gauges of states; into_ns counts from the start of the open piece --- */
static inline void metric_depth_shift(struct queue_account *queue, enum ledger_state from,
                                      enum ledger_state to, int64_t into_ns)
{
    if (from != LEDGER_GONE)
        series_down(&queue->depth[from], into_ns);
    if (to != LEDGER_GONE)
        series_up(&queue->depth[to], into_ns);
}

/* All messages in the queue. */
static inline uint64_t metric_depth(const struct queue_account *queue)
{
    const struct series *depth = queue->depth;
    return (uint64_t)(depth[LEDGER_DELAYED].value + depth[LEDGER_VISIBLE].value +
                      depth[LEDGER_IN_FLIGHT].value);
}

/* --- metric_cost --- */
/* The payload of a call is the sum of its entries, whose facts follow each other; the highest bit
 * of the sum says that one of them names a group in a standard queue. */
enum { METRIC_COST_CHUNK_BYTES = 65536 };
#define METRIC_COST_GROUPED (UINT32_C(1) << 31)

static inline uint32_t metric_cost_payload(const struct queue_account *queue,
                                           const struct fact *fact)
{
    return fact->bytes + (fact->n == 0 ? 0 : queue->payload);
}
/* Is the call, up to this fact, one request without a group?  is_first: and is this its first? */
static inline bool metric_cost_is_plain(const struct queue_account *queue, const struct fact *fact,
                                        bool is_first)
{
    const uint32_t payload = is_first ? fact->bytes : metric_cost_payload(queue, fact);
    return payload <= METRIC_COST_CHUNK_BYTES && (!is_first || fact->n == 0);
}
static inline void metric_cost_add_plain(struct queue_account *queue, const struct fact *fact,
                                         bool is_first)
{
    queue->payload = is_first ? fact->bytes : metric_cost_payload(queue, fact);
    queue->counts.calls += is_first || fact->n == 0;
}
/* The general case: one more entry of so many bytes. */
void metric_cost_add(struct queue_account *queue, const struct fact *fact, uint32_t bytes,
                     bool is_grouped);
/* Requests of one call with so much payload. */
uint32_t metric_cost_requests(uint32_t bytes);
/* Months begun in the run. */
double metric_cost_months(const struct observe *observe);
/* What remains to be paid of so many, as a share, if some a month are free. */
double metric_cost_paid_share(const struct observe *observe, double count, double free);
void metric_cost_put(const struct metric_rows *rows, bool is_known, double usd, uint64_t sent);
void metric_cost_moved(struct queue_account *from, struct queue_account *to,
                       const struct fact *fact);

/* What requests and invocations cost on the average of this run, by is_fifo, and the whole run. */
struct metric_cost {
    bool is_known;
    double usd_per_request[2], usd_per_grouped;
    double usd_per_invocation, usd_per_gb_s[2]; /* by is_arm */
    double usd;
    uint64_t sent; /* messages, through a call */
};
struct metric_cost metric_cost_of(const struct observe *observe);
void metric_cost_rows(const struct queue_account *queue, const struct metric_cost *cost,
                      const struct metric_rows *rows);
void metric_cost_function_rows(const struct function_account *function,
                               const struct consumer_account *consumer,
                               const struct metric_cost *cost, const struct metric_rows *rows);
void metric_cost_scenario_rows(const struct metric_cost *cost, const struct metric_rows *rows);

/* --- metric_age: the oldest message --- */
/* CW-4: from now on the age leaves out what was received more often than most, in this queue; -1:
 * nothing.  What it left out before stays out. */
void metric_age_limit(struct queue_account *queue, const struct ledger *ledger, int64_t most,
                      int64_t at_ns);
void metric_age_next(struct queue_account *queue, const struct ledger *ledger, int64_t at_ns);

/* Before the ledger says that the message is there; returns its place. */
static inline uint32_t metric_age_entered(struct queue_account *queue, const struct ledger *ledger,
                                          uint32_t slot, int64_t at_ns)
{
    if (line_is_full(&queue->line))
        line_make_room(&queue->line, ledger, metric_depth(queue));
    const uint32_t place = line_push(&queue->line, slot);
    if (__builtin_expect(!queue->has_age, 0)) {
        queue->has_age = true;
        queue->line.oldest = place;
        series_set(&queue->age, at_ns, 0, true);
    }
    return place;
}
/* After the ledger says that the message has left, or was received too often to count. */
static inline void metric_age_left(struct queue_account *queue, const struct ledger *ledger,
                                   const struct ledger_record *record, int64_t at_ns)
{
    if (__builtin_expect(record->place == queue->line.oldest, 0))
        metric_age_next(queue, ledger, at_ns);
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
             ledger_state(record) == LEDGER_VISIBLE ? at_ns - ledger_since_ns(ledger, slot) : 0);
    if (ledger_receives(record) == 0)
        hist_add(&queue->waiting, at_ns - ledger_entered_ns(ledger, slot));
}
static inline void metric_latency_deleted(struct queue_account *queue, const struct ledger *ledger,
                                          uint32_t slot, int64_t at_ns)
{
    const struct ledger_record *record = &ledger->at[slot];
    if (ledger_has(record, LEDGER_WAS_DELETED))
        queue->counts.deleted_again++;
    else if (ledger_has(record, LEDGER_COUNTED))
        hist_add(&queue->sojourn, at_ns - ledger_entered_ns(ledger, slot));
}
/* Leaves by another way. */
void metric_latency_left(struct queue_account *queue, const struct ledger *ledger, uint32_t slot,
                         int64_t at_ns);
/* Of the messages that entered within the window: how many, and how often they were received. */
static inline uint64_t metric_latency_entered(const struct queue_account *queue)
{
    return queue->closed_entered - account_entered(&queue->base);
}

/* --- metric_order: the first receive of a message --- */
void metric_order_inverted(struct queue_account *queue, uint32_t *furthest,
                           const struct ledger_record *record);

/* Has nothing that entered later been received before? */
static inline bool metric_order_is_kept(const uint32_t *furthest,
                                        const struct ledger_record *record)
{
    return (int32_t)(record->place - *furthest) >= 0;
}
static inline void metric_order_received(struct queue_account *queue, uint32_t *furthest,
                                         const struct ledger_record *record, uint64_t root)
{
    if (__builtin_expect(queue->received_count < OBSERVE_RECEIVED, 0))
        queue->received[queue->received_count++] = root;
    if (metric_order_is_kept(furthest, record))
        *furthest = record->place + 1;
    else
        metric_order_inverted(queue, furthest, record);
}

/* --- metric_producer --- */
account_hear metric_producer_answered;
account_hear metric_producer_called;   /* the same where endpoints are called */
account_hear metric_producer_troubled; /* RETRIED, GAVE_UP */
account_hear metric_producer_cut;      /* BREAKER_OPENED, SHORT_CIRCUITED */
/* The chain of root ended at_ns. */
static inline void metric_chain_ended(struct observe *observe, uint64_t root, int64_t called_ns,
                                      int64_t at_ns)
{
    struct producer_account *producer = account_producer(observe, probe_root_origin(root));
    if (producer != NULL && account_is_counted(observe, called_ns))
        hist_add(&producer->message_latency, at_ns - called_ns);
}

/* --- metric_worker --- */
account_hear metric_worker_started;
account_hear metric_worker_ended;    /* SUCCEEDED, FAILED */
account_hear metric_worker_let_go;   /* SKIPPED, ABANDONED */
account_hear metric_worker_capacity; /* CRASHED, RESTARTED, CAPACITY */
account_hear metric_worker_scaled;   /* SCALED */

static inline void metric_worker_idle(struct consumer_account *consumer, uint32_t worker,
                                      int64_t into_ns)
{
    if (worker < consumer->worker_capacity && consumer->is_busy[worker]) {
        consumer->is_busy[worker] = false;
        series_down(&consumer->busy, into_ns);
    }
}

/* --- metric_effects --- */
account_hear metric_effects_happened, metric_effects_skipped;
/* A work ended well. */
void metric_effects_worked(struct observe *observe, struct consumer_account *consumer,
                           const struct fact *fact, uint64_t branch);
/* A consumer that is called has answered well. */
void metric_effects_served(struct observe *observe, struct consumer_account *consumer,
                           const struct fact *fact);
void metric_effects_rows(const struct observe *observe, const struct consumer_account *consumer,
                         const struct metric_rows *rows);

/* --- metric_function --- */
account_hear metric_function_invoked, metric_function_ended, metric_function_throttled,
    metric_function_dropped;

#endif
