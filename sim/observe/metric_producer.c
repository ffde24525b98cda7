// SPDX-License-Identifier: GPL-3.0-or-later
/* Producers: sends and how long they took, and messageLatency, the life of a message from the call
 * of its send to the first success of the last consumer in its chain.  Where no consumer sends on,
 * a chain is one message and nothing more is kept; else see metric_chain.  A consumer that sends on
 * is a producer too. */
#include "observe/metric_chain.h"

static inline void count_answer(const struct observe *observe, const struct fact *fact)
{
    struct producer_account *producer = account_producer(observe, fact->node);
    if (producer == NULL)
        return;
    producer->counts.sent++;
    if (account_is_counted(observe, fact->value))
        hist_add(&producer->latency, fact->at_ns - fact->value);
}

/* A direct call that was answered well is the end of a branch, or of a message that nobody sent on.
 */
void metric_producer_called(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    count_answer(observe, fact);
    if (observe->endpoints[fact->peer] == NULL)
        return;
    if (fact->node == probe_root_origin(fact->root))
        metric_chain_ended(observe, fact->root, fact->value, fact->at_ns);
    else if (observe->setting.forwards != NULL)
        metric_chain_answered(observe, fact);
}

void metric_producer_answered(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    count_answer(observe, fact);
}

void metric_producer_troubled(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct producer_account *producer = account_producer(observe, fact->node);
    if (producer == NULL)
        return;
    producer->counts.retries += fact->kind == PROBE_RETRIED;
    producer->counts.failed += fact->kind == PROBE_GAVE_UP;
    if (fact->kind == PROBE_GAVE_UP && fact->other == 1 && observe->setting.forwards != NULL)
        metric_chain_gave_up(observe, fact);
}

void metric_producer_cut(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct producer_account *producer = account_producer(observe, fact->node);
    if (producer == NULL)
        return;
    producer->counts.opened += fact->kind == PROBE_BREAKER_OPENED;
    producer->counts.cut += fact->kind == PROBE_SHORT_CIRCUITED;
}

void metric_producer_call_rows(const struct producer_account *producer,
                               const struct metric_rows *rows)
{
    const struct producer_counts *now = &producer->counts, *base = &producer->base;
    metric_put_count(rows, "retries", now->retries, base->retries);
    metric_put_count(rows, "breakerOpened", now->opened, base->opened);
    metric_put_count(rows, "shortCircuited", now->cut, base->cut);
}

void metric_producer_rows(const struct producer_account *producer, bool is_origin,
                          const struct metric_rows *rows)
{
    const struct producer_counts *now = &producer->counts, *base = &producer->base;
    metric_put_count(rows, "sent", now->sent, base->sent);
    metric_put_count(rows, "failed", now->failed, base->failed);
    metric_producer_call_rows(producer, rows);
    metric_put_hist(rows, "latency", &producer->latency);
    if (is_origin)
        metric_put_hist(rows, "messageLatency", &producer->message_latency);
}
