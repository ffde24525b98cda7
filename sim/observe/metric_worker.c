// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers: what they did, what of it was in vain, and how busy they were.
 *
 * utilisation is the time at work divided by the time that workers were in service; polls are idle.
 * Work is wasted if it failed, died with its instance (ABANDONED says how much), or repeated what
 * had ended well before.  CAPACITY sets how many are in service, CRASHED and RESTARTED change it.
 */
#include "observe/metric.h"

#include <math.h>
#include "observe/works.h"

static void set_gauge(struct series *series, int64_t at_ns, int64_t value)
{
    series_add(series, at_ns, value - series->value);
}

static void set_busy(struct consumer_account *consumer, const struct fact *fact, bool is_busy)
{
    const uint32_t worker = fact->bytes;
    if (__builtin_expect(worker >= consumer->worker_capacity, 0))
        account_widen(consumer, worker);
    const int64_t delta = (int64_t)is_busy - (int64_t)consumer->is_busy[worker];
    consumer->is_busy[worker] = is_busy;
    series_add(&consumer->busy, fact->at_ns, delta);
}

void metric_worker_started(struct observe *observe, const struct fact *fact)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer != NULL)
        set_busy(consumer, fact, true);
}

void metric_worker_ended(struct observe *observe, const struct fact *fact)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    const bool ended_well = fact->kind == PROBE_SUCCEEDED;
    if (consumer == NULL)
        return;
    const struct works_end end = works_ended(observe, fact, ended_well);
    if (ended_well) {
        consumer->counts.processed++;
        if (end.is_known && !end.was_finished)
            metric_chain_finished(observe, fact, end.called_ns);
    } else {
        consumer->counts.failures++;
    }
    if (end.was_finished)
        consumer->counts.repeats++;
    if (!ended_well || end.was_finished)
        consumer->counts.wasted_ns += (double)fact->value;
    set_busy(consumer, fact, false);
}

void metric_worker_let_go(struct observe *observe, const struct fact *fact)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer == NULL)
        return;
    works_ended(observe, fact, false);
    if (fact->kind == PROBE_SKIPPED)
        return;
    consumer->counts.wasted_ns += (double)fact->value;
    set_busy(consumer, fact, false);
}

void metric_worker_capacity(struct observe *observe, const struct fact *fact)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer == NULL)
        return;
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

void metric_worker_rows(const struct consumer_account *consumer, const struct metric_rows *rows)
{
    const struct consumer_counts *now = &consumer->counts, *base = &consumer->base;
    const double workers = series_mean(&consumer->workers);
    metric_put_count(rows, "processed", now->processed, base->processed);
    metric_put_count(rows, "failures", now->failures, base->failures);
    metric_put_count(rows, "crashes", now->crashes, base->crashes);
    metric_put_count(rows, "duplicateWork", now->repeats, base->repeats);
    metric_put(rows, "wastedTime", "sum", "s", (now->wasted_ns - base->wasted_ns) * 1e-9);
    metric_put(rows, "utilisation", "mean", "1",
               workers > 0.0 ? series_mean(&consumer->busy) / workers : (double)NAN);
    metric_put(rows, "busyWorkers", "mean", "1", series_mean(&consumer->busy));
    metric_put(rows, "busyWorkers", "max", "1", series_max(&consumer->busy));
    metric_put(rows, "instances", "mean", "1", series_mean(&consumer->instances));
    metric_put(rows, "instances", "max", "1", series_max(&consumer->instances));
}
