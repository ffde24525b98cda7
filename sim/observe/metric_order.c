// SPDX-License-Identifier: GPL-3.0-or-later
/* Order: an inversion is the first receive of a message that entered before one already received;
 * in a FIFO queue, one of its own group.  The distance is counted in places between it and the
 * furthest received.  The first receives are also listed, for those who want to see them. */
#include "observe/metric.h"

#include <math.h>

void metric_order_received(struct queue_account *queue, uint32_t *furthest,
                           const struct ledger_record *record, uint64_t root)
{
    if (queue->received_count < OBSERVE_RECEIVED)
        queue->received[queue->received_count++] = root;
    const int32_t ahead = (int32_t)(*furthest - (record->place + 1));
    if (*furthest == 0 || ahead <= 0) {
        *furthest = record->place + 1;
    } else if (ledger_has(record, LEDGER_COUNTED)) {
        struct queue_cohort *cohort = &queue->cohort;
        cohort->inversions++;
        if ((uint32_t)ahead > cohort->distance_max)
            cohort->distance_max = (uint32_t)ahead;
    }
}

void metric_order_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const struct queue_cohort *cohort = &queue->cohort;
    metric_put_share(rows, "outOfOrder", cohort->inversions, cohort->first_receives);
    metric_put(rows, "outOfOrder", "maxDistance", "1",
               cohort->first_receives > 0 ? (double)cohort->distance_max : (double)NAN);
}
