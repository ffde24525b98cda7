// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers: what they did, what of it was in vain, and how busy they were.
 *
 * utilisation is the time at work divided by the time that workers were in service; polls are idle.
 * Work is wasted if it failed, died with its instance (ABANDONED says how much), or repeated what
 * had ended well before.  CAPACITY sets how many are in service, CRASHED and RESTARTED change it.
 */
#include "observe/metric.h"

#include <math.h>
#include "observe/metric_chain.h"
#include "observe/metric_endpoint.h"
#include "observe/works.h"

static void set_gauge(struct series *series, int64_t at_ns, int64_t value)
{
    series_add(series, at_ns, value - series->value);
}

static inline void start(struct consumer_account *consumer, uint32_t worker, int64_t into_ns)
{
    if (consumer->is_busy[worker])
        return;
    consumer->is_busy[worker] = true;
    series_up(&consumer->busy, into_ns);
}

/* Apart, so that the others need no frame. */
static __attribute__((noinline)) void start_new(struct consumer_account *consumer, uint32_t worker,
                                                int64_t into_ns)
{
    account_widen(consumer, worker);
    start(consumer, worker, into_ns);
}

void metric_worker_started(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer == NULL)
        return;
    if (__builtin_expect(fact->bytes < consumer->worker_capacity, 1))
        start(consumer, fact->bytes, into_ns);
    else
        start_new(consumer, fact->bytes, into_ns);
}

void metric_worker_ended(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    const bool ended_well = fact->kind == PROBE_SUCCEEDED;
    if (consumer == NULL)
        return;
    const bool is_spared = fact->n == 1 && ended_well;
    const struct works_end end = works_ended(observe, fact, ended_well);
    consumer->counts.processed += ended_well;
    consumer->counts.failures += !ended_well;
    consumer->counts.repeats += end.was_finished && !is_spared;
    if (ended_well)
        metric_effects_worked(observe, consumer, fact, end.branch);
    if (!ended_well || end.was_finished)
        consumer->counts.wasted_ns += (double)fact->value;
    metric_worker_idle(consumer, fact->bytes, into_ns);
    if (ended_well && fact->message == LEDGER_NONE)
        metric_chain_event_passed(observe, fact);
    if (!ended_well || !end.is_known || end.was_finished)
        return;
    if (observe->setting.forwards != NULL)
        metric_chain_passed(observe, fact, end.branch);
    else if (!metric_chain_counted(observe, fact->root, false, fact->at_ns))
        metric_chain_ended(observe, fact->root, end.called_ns, fact->at_ns);
}

void metric_worker_let_go(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer == NULL)
        return;
    works_ended(observe, fact, false);
    if (fact->kind == PROBE_SKIPPED)
        return;
    consumer->counts.wasted_ns += (double)fact->value;
    metric_worker_idle(consumer, fact->bytes, into_ns);
}

void metric_worker_capacity(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer == NULL) {
        metric_endpoint_capacity(observe, fact);
        return;
    }
    if (fact->kind == PROBE_CAPACITY) {
        set_gauge(&consumer->instances, fact->at_ns, fact->value);
        set_gauge(&consumer->workers, fact->at_ns, fact->other);
    } else if (fact->kind == PROBE_CRASHED) {
        consumer->counts.crashes++;
        series_add(&consumer->instances, fact->at_ns, -1);
        series_add(&consumer->workers, fact->at_ns, -(int64_t)fact->n);
    } else {
        series_add(&consumer->instances, fact->at_ns, 1);
        series_add(&consumer->workers, fact->at_ns, fact->n);
    }
}

void metric_worker_scaled(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer == NULL)
        return;
    consumer->is_scaled = true;
    consumer->counts.scale_outs += fact->value > fact->other;
    consumer->counts.scale_ins += fact->value < fact->other;
}

void metric_worker_rows(const struct consumer_account *consumer, const struct metric_rows *rows)
{
    const struct consumer_counts *now = &consumer->counts, *base = &consumer->base;
    const double workers = series_mean(&consumer->workers);
    metric_put_count(rows, "processed", now->processed, base->processed);
    metric_put_count(rows, "failures", now->failures, base->failures);
    metric_put_count(rows, "crashes", now->crashes, base->crashes);
    metric_put_count(rows, "duplicateWork", now->repeats, base->repeats);
    metric_put(rows, "wastedTime", "sum", "s", (now->wasted_ns - base->wasted_ns) / 1e9);
    metric_put(rows, "utilisation", "mean", "1",
               workers > 0.0 ? series_mean(&consumer->busy) / workers : (double)NAN);
    metric_put(rows, "busyWorkers", "mean", "1", series_mean(&consumer->busy));
    metric_put(rows, "busyWorkers", "max", "1", series_max(&consumer->busy));
    metric_put(rows, "instances", "mean", "1", series_mean(&consumer->instances));
    metric_put(rows, "instances", "max", "1", series_max(&consumer->instances));
    metric_put(rows, "instances", "end", "1", series_end(&consumer->instances));
    if (!consumer->is_scaled)
        return;
    metric_put_count(rows, "scaleOuts", now->scale_outs, base->scale_outs);
    metric_put_count(rows, "scaleIns", now->scale_ins, base->scale_ins);
}
