// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions: Lambda's own metrics, under its names.
 *
 * An error is an invocation that failed or timed out; one that reports failed messages is none
 * (LAM-9).  A throttle is a try that found no room, so that an invocation may have several.  What a
 * function did to messages is told as of consumers, in metric_worker.c. */
#include "observe/metric.h"

#include "observe/invariant.h"
#include "observe/metric_chain.h"

#define BILLED_NS 1000000 /* COST-5: each begun millisecond */

static bool is_fifo(const struct observe *observe, uint16_t node)
{
    return node < observe->setting.node_count && observe->queues[node] != NULL &&
           observe->queues[node]->traits.is_fifo;
}

void metric_function_invoked(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct function_account *function = account_function(observe, fact->node);
    if (function == NULL)
        return;
    invariant_invocation_began(observe, function, is_fifo(observe, fact->peer), fact);
    if (fact->n > 0)
        return;
    function->counts.invocations++;
    series_up(&function->concurrency, into_ns);
    if (account_is_counted(observe, fact->at_ns))
        hist_add(&function->batch, fact->value);
}

void metric_function_ended(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct function_account *function = account_function(observe, fact->node);
    if (function == NULL)
        return;
    invariant_invocation_ended(observe, function, fact);
    const uint64_t billed_ms = ((uint64_t)fact->value + BILLED_NS - 1) / BILLED_NS;
    function->counts.errors += fact->n != PROBE_INVOCATION_OK;
    function->counts.mib_ms += billed_ms * fact->delivery;
    function->is_arm = fact->other == 1;
    series_down(&function->concurrency, into_ns);
    if (account_is_counted(observe, fact->at_ns))
        hist_add(&function->duration, fact->value);
}

void metric_function_throttled(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct function_account *function = account_function(observe, fact->node);
    if (function != NULL)
        function->counts.throttles++;
}

void metric_function_dropped(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    (void)into_ns;
    struct function_account *function = account_function(observe, fact->node);
    if (function != NULL)
        function->counts.dropped++;
    metric_chain_event_dropped(observe, fact);
}

void metric_function_rows(const struct function_account *function, const struct metric_rows *rows)
{
    const struct function_counts *now = &function->counts, *base = &function->base;
    metric_put_count(rows, "invocations", now->invocations, base->invocations);
    metric_put_count(rows, "errors", now->errors, base->errors);
    metric_put_count(rows, "throttles", now->throttles, base->throttles);
    metric_put_count(rows, "asyncEventsDropped", now->dropped, base->dropped);
    metric_put(rows, "concurrency", "mean", "1", series_mean(&function->concurrency));
    metric_put(rows, "concurrency", "max", "1", series_max(&function->concurrency));
    metric_put_hist(rows, "duration", &function->duration);
    metric_put(rows, "batchSize", "mean", "1", hist_mean(&function->batch));
    metric_put(rows, "batchSize", "max", "1", hist_max(&function->batch));
    metric_put(rows, "billedDuration", "sum", "GB-s",
               (double)(now->mib_ms - base->mib_ms) / (1024.0 * 1000.0));
}
