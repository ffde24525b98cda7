// SPDX-License-Identifier: GPL-3.0-or-later
/* How long messages wait and stay: visitWaiting, waiting, sojourn, dwell.
 *
 * visitWaiting: became visible to received, every receive.  waiting: entered to first receive.
 * sojourn: entered to deleted.  dwell: entered to leaving by any way, the W of Little's law.  A
 * message enters when it is accepted, preloaded or moved in.  A copy that comes back after its
 * delete is not counted again. */
#include "observe/metric.h"

#include <math.h>

void metric_latency_left(struct queue_account *queue, const struct ledger *ledger, uint32_t slot,
                         int64_t at_ns)
{
    const struct ledger_record *record = &ledger->at[slot];
    if (!ledger_has(record, LEDGER_COUNTED) || ledger_has(record, LEDGER_WAS_DELETED))
        return;
    queue->cohort.left_otherwise++;
    queue->cohort.otherwise_sum_ns += (double)(at_ns - ledger_entered_ns(ledger, slot));
}

void metric_latency_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const uint64_t left = hist_total(&queue->sojourn) + queue->cohort.left_otherwise;
    const double stayed_ns = hist_sum(&queue->sojourn) + queue->cohort.otherwise_sum_ns;
    metric_put_hist(rows, "visitWaiting", &queue->visit_waiting);
    metric_put_hist(rows, "waiting", &queue->waiting);
    metric_put_hist(rows, "sojourn", &queue->sojourn);
    metric_put(rows, "dwell", "mean", "s", left > 0 ? stayed_ns / (double)left / 1e9 : (double)NAN);
}
