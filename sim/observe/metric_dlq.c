// SPDX-License-Identifier: GPL-3.0-or-later
/* What a queue could not get rid of: messages moved to its dead-letter queue, and messages lost,
 * whose retention ended before anyone deleted them.  Rates are per message that entered.  And what
 * move tasks took out again (MOVE-7). */
#include "observe/metric.h"

void metric_dlq_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const struct queue_cohort *cohort = &queue->cohort;
    const uint64_t entered = metric_latency_entered(queue);
    metric_put_share(rows, "deadLettered", cohort->dead_lettered, entered);
    metric_put_share(rows, "lost", cohort->lost, entered);
}

void metric_moves_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const struct queue_counts *now = &queue->counts, *base = &queue->base;
    metric_put_count(rows, "movedIn", now->moved_in, base->moved_in);
    metric_put_count(rows, "movedOut", now->moved_out, base->moved_out);
}
