// SPDX-License-Identifier: GPL-3.0-or-later
/* Producers: sends and how long they took, and messageLatency, the life of a message from the call
 * of its send to the first success of the last consumer in its chain.
 *
 * Where no consumer sends on, a chain is one message and nothing more is kept.  Else a root has
 * branches: one for each message sent, and one for each that a consumer is about to send on after a
 * success.  The chain ends with its last branch; with a branch lost (expired, purged, given up) it
 * has no latency. */
#include "observe/metric.h"

static void end_branch(struct observe *observe, struct root_entry *entry, int64_t at_ns)
{
    if (--entry->open > 0)
        return;
    if (!entry->is_finished)
        metric_chain_ended(observe, entry->root, entry->called_ns, at_ns);
    roots_remove(&observe->chains, entry);
}

void metric_chain_sent(struct observe *observe, const struct fact *fact)
{
    if (fact->peer != probe_root_origin(fact->root))
        return;
    struct root_entry *entry = roots_find(&observe->chains, fact->root, NODE_NONE);
    if (entry != NULL)
        entry->open++;
    else
        roots_add(&observe->chains, fact->root, NODE_NONE)->called_ns = fact->value;
}

void metric_chain_passed(struct observe *observe, const struct fact *fact)
{
    struct root_entry *entry = roots_find(&observe->chains, fact->root, NODE_NONE);
    if (entry == NULL)
        return;
    entry->open += observe->setting.forwards[fact->node];
    end_branch(observe, entry, fact->at_ns);
}

void metric_chain_merged(struct observe *observe, const struct fact *fact)
{
    struct root_entry *entry = roots_find(&observe->chains, fact->root, NODE_NONE);
    if (entry != NULL && fact->peer != probe_root_origin(fact->root))
        end_branch(observe, entry, fact->at_ns);
}

void metric_chain_lost(struct observe *observe, uint64_t root)
{
    struct root_entry *entry = roots_find(&observe->chains, root, NODE_NONE);
    if (entry == NULL)
        return;
    entry->is_finished = true;
    end_branch(observe, entry, 0);
}

void metric_producer_answered(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct producer_account *producer = account_producer(observe, fact->node);
    if (producer == NULL)
        return;
    producer->counts.sent++;
    if (account_is_counted(observe, fact->value))
        hist_add(&producer->latency, fact->at_ns - fact->value);
}

void metric_producer_troubled(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct producer_account *producer = account_producer(observe, fact->node);
    if (producer == NULL)
        return;
    producer->counts.retries += fact->kind == PROBE_RETRIED;
    producer->counts.failed += fact->kind == PROBE_GAVE_UP;
    if (fact->kind == PROBE_GAVE_UP && fact->node != probe_root_origin(fact->root))
        metric_chain_lost(observe, fact->root);
}

void metric_producer_rows(const struct producer_account *producer, bool is_origin,
                          const struct metric_rows *rows)
{
    const struct producer_counts *now = &producer->counts, *base = &producer->base;
    metric_put_count(rows, "sent", now->sent, base->sent);
    metric_put_count(rows, "failed", now->failed, base->failed);
    metric_put_count(rows, "retries", now->retries, base->retries);
    metric_put_hist(rows, "latency", &producer->latency);
    if (is_origin)
        metric_put_hist(rows, "messageLatency", &producer->message_latency);
}
