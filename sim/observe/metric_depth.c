// SPDX-License-Identifier: GPL-3.0-or-later
/* How many messages a queue holds, by state, and in how many groups some are in flight (CW-2).
 * Blocked mates of an in-flight FIFO message count as visible (FIFO-29). */
#include "observe/metric.h"

void metric_depth_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    static const char *const names[LEDGER_STATES] = {
        [LEDGER_VISIBLE] = "ApproximateNumberOfMessagesVisible",
        [LEDGER_IN_FLIGHT] = "ApproximateNumberOfMessagesNotVisible",
        [LEDGER_DELAYED] = "ApproximateNumberOfMessagesDelayed",
    };
    static const enum ledger_state order[] = {LEDGER_VISIBLE, LEDGER_IN_FLIGHT, LEDGER_DELAYED};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        metric_put_gauge(rows, names[order[i]], "1", 1.0, &queue->depth[order[i]]);
    if (queue->traits.is_fifo)
        metric_put_gauge(rows, "ApproximateNumberOfGroupsWithInflightMessages", "1", 1.0,
                         &queue->groups_in_flight);
}
