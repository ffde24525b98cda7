// SPDX-License-Identifier: GPL-3.0-or-later
/* Receives, and duplicates: receives of a message after its first in this queue, replies that were
 * lost on the way included.  Rates are per message that entered. */
#include "observe/metric.h"

void metric_duplicates_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const uint64_t entered = metric_latency_entered(queue);
    const uint64_t receives = hist_total(&queue->visit_waiting),
                   first = hist_total(&queue->waiting);
    metric_put_share(rows, "receives", receives, entered);
    metric_put_share(rows, "duplicates", receives - first, entered);
}
