// SPDX-License-Identifier: GPL-3.0-or-later
/* ApproximateAgeOfOldestMessage: exact at every change of the oldest message, in-flight ones
 * included.  Between two changes it rises with the clock, which the series knows of.  In a
 * dead-letter queue age counts from the move (DLQ-4, CW-5). */
#include "observe/metric.h"

void metric_age_next(struct queue_account *queue, const struct ledger *ledger, int64_t at_ns)
{
    const uint32_t slot = line_oldest(&queue->line, ledger);
    queue->has_age = slot != LEDGER_NONE;
    if (!queue->has_age) {
        series_set(&queue->age, at_ns, 0, false);
        return;
    }
    queue->line.oldest = ledger->at[slot].place;
    series_set(&queue->age, at_ns, at_ns - ledger_entered_ns(ledger, slot), true);
}

/* CW-4: the scenario says from which receive on a message is left out. */
void metric_age_limit(struct queue_account *queue, const struct ledger *ledger, int64_t most,
                      int64_t at_ns)
{
    const bool is_counted = most >= 0 && most < LEDGER_RECEIVES_MAX;
    queue->line.receives_most = is_counted ? (unsigned)most : LEDGER_RECEIVES_MAX;
    metric_age_next(queue, ledger, at_ns);
}

void metric_age_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    metric_put_gauge(rows, "ApproximateAgeOfOldestMessage", "s", 1e9, &queue->age);
}
