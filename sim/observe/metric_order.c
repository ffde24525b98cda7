// SPDX-License-Identifier: GPL-3.0-or-later
/* Order: an inversion is the first receive of a message that entered before one already received;
 * in a FIFO queue, one of its own group.  The distance is counted in places between it and the
 * furthest received.  The first receives are also listed, for those who want to see them. */
#include "observe/metric.h"

#include <math.h>

void metric_order_inverted(struct queue_account *queue, uint32_t *furthest,
                           const struct ledger_record *record)
{
    struct queue_cohort *cohort = &queue->cohort;
    const uint32_t ahead = *furthest - (record->place + 1);
    if (*furthest == 0) { /* the first ever, far from place 0 */
        *furthest = record->place + 1;
    } else if (ledger_has(record, LEDGER_COUNTED)) {
        cohort->inversions++;
        cohort->distance_max = ahead > cohort->distance_max ? ahead : cohort->distance_max;
    }
}

void metric_order_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const struct queue_cohort *cohort = &queue->cohort;
    const uint64_t received = hist_total(&queue->waiting); /* for the first time */
    metric_put_share(rows, "outOfOrder", cohort->inversions, received);
    metric_put(rows, "outOfOrder", "maxDistance", "1",
               received > 0 ? (double)cohort->distance_max : (double)NAN);
}
