// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers: what they did, what of it was in vain, and how busy they were.
 *
 * utilisation is the time at work divided by the time that workers were in service; polls are idle.  Work is
 * wasted if it failed, died with its instance (CRASHED says how much), or repeated what had ended well
 * before.  CAPACITY sets how many are in service, CRASHED and RESTARTED change it. */
#include "observe/metric.h"

#include <math.h>
#include <stdlib.h>
#include "base/arena.h"
#include "observe/works.h"

static void set_gauge(struct series *series, int64_t at_ns, int64_t value)
{
    series_add(series, at_ns, value - series->value);
}

static void widen(struct consumer_account *consumer, uint32_t worker)
{
    uint32_t capacity = consumer->worker_capacity > 0 ? consumer->worker_capacity : 16;
    MUST(worker < UINT32_C(1) << 28);
    while (capacity <= worker)
        capacity *= 2;
    consumer->is_busy = must_grow(consumer->is_busy, capacity * sizeof *consumer->is_busy);
    for (uint32_t i = consumer->worker_capacity; i < capacity; i++)
        consumer->is_busy[i] = false;
    consumer->worker_capacity = capacity;
}

static void set_busy(struct consumer_account *consumer, const struct fact *fact, bool is_busy)
{
    const uint32_t worker = fact->bytes;
    if (__builtin_expect(worker >= consumer->worker_capacity, 0))
        widen(consumer, worker);
    if (consumer->is_busy[worker] == is_busy)
        return;
    consumer->is_busy[worker] = is_busy;
    series_add(&consumer->busy, fact->at_ns, is_busy ? 1 : -1);
}

static void on_work_ended(struct observe *observe, struct consumer_account *consumer,
                          const struct fact *fact)
{
    const bool ended_well = fact->kind == PROBE_SUCCEEDED;
    set_busy(consumer, fact, false);
    const struct works_end end = works_ended(observe, fact, ended_well);
    consumer->counts.processed += ended_well;
    consumer->counts.failures += !ended_well;
    consumer->counts.repeats += end.was_finished;
    if (!ended_well || end.was_finished)
        consumer->counts.wasted_ns += (double)fact->value;
    if (ended_well && end.is_known && !end.was_finished)
        metric_chain_finished(observe, fact, end.called_ns);
}

void metric_worker_hear(struct observe *observe, const struct fact *fact)
{
    struct consumer_account *consumer = account_consumer(observe, fact->node);
    if (consumer == NULL)
        return;
    switch ((enum probe_kind)fact->kind) {
    case PROBE_STARTED:
        set_busy(consumer, fact, true);
        break;
    case PROBE_SUCCEEDED:
    case PROBE_FAILED:
        on_work_ended(observe, consumer, fact);
        break;
    case PROBE_ABANDONED:
        set_busy(consumer, fact, false);
        works_ended(observe, fact, false);
        break;
    case PROBE_SKIPPED:
        works_ended(observe, fact, false);
        break;
    case PROBE_CRASHED:
        consumer->counts.crashes++;
        consumer->counts.wasted_ns += (double)fact->value;
        series_add(&consumer->instances, fact->at_ns, -1);
        series_add(&consumer->workers, fact->at_ns, -(int64_t)fact->n);
        break;
    case PROBE_RESTARTED:
        series_add(&consumer->instances, fact->at_ns, 1);
        series_add(&consumer->workers, fact->at_ns, fact->n);
        break;
    case PROBE_CAPACITY:
        set_gauge(&consumer->instances, fact->at_ns, fact->value);
        set_gauge(&consumer->workers, fact->at_ns, fact->other);
        break;
    default:
        break;
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
