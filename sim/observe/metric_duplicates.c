// SPDX-License-Identifier: GPL-3.0-or-later
/* Receives, and duplicates: receives of a message after its first in this queue, replies that were
 * lost on the way included.  Rates are per message that entered. */
#include "observe/metric.h"

void metric_duplicates_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    const struct queue_cohort *cohort = &queue->cohort;
    metric_put_share(rows, "receives", cohort->first_receives + cohort->duplicates,
                     cohort->entered);
    metric_put_share(rows, "duplicates", cohort->duplicates, cohort->entered);
}
