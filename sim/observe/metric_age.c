// SPDX-License-Identifier: GPL-3.0-or-later
/* ApproximateAgeOfOldestMessage: exact at every change of the oldest message, in-flight ones
 * included.
 *
 * Between two changes the age rises with the clock; the series, which knows only steps, is given
 * the middle of each stretch within a bucket, so that its mean is exact, and both ends, so that its
 * extremes are.  Nothing is done while the oldest stays the same.  In a dead-letter queue age
 * counts from the move (DLQ-4). */
#include "observe/metric.h"

static void step_to(struct series *series, int64_t at_ns, int64_t value)
{
    series_add(series, at_ns, value - series->value);
}

/* The age between aged_ns and at_ns, the oldest being the same all along. */
static void rise(struct queue_account *queue, int64_t at_ns)
{
    struct series *series = &queue->age;
    while (queue->aged_ns < at_ns) {
        const int64_t from_ns = queue->aged_ns;
        series_add(series, from_ns, 0); /* what ends here is closed: stop_ns lies ahead */
        /* The stretch ends with the bucket; its last nanosecond shows the end, for the extremes. */
        const int64_t to_ns = series->stop_ns < at_ns ? series->stop_ns : at_ns;
        step_to(series, from_ns, from_ns + (to_ns - from_ns) / 2 - queue->oldest_ns);
        step_to(series, to_ns - 1, to_ns - queue->oldest_ns);
        queue->aged_ns = to_ns;
    }
}

void metric_age_set(struct queue_account *queue, int64_t oldest_ns, int64_t at_ns)
{
    if (queue->oldest_ns >= 0)
        rise(queue, at_ns);
    queue->aged_ns = at_ns;
    queue->oldest_ns = oldest_ns;
    step_to(&queue->age, at_ns, oldest_ns >= 0 ? at_ns - oldest_ns : 0);
}

void metric_age_next(struct queue_account *queue, const struct ledger *ledger, int64_t at_ns)
{
    const uint32_t slot = line_oldest(&queue->line);
    metric_age_set(queue, slot == LEDGER_NONE ? -1 : ledger_entered_ns(ledger, slot), at_ns);
}

void metric_age_rows(const struct queue_account *queue, const struct metric_rows *rows)
{
    metric_put_gauge(rows, "ApproximateAgeOfOldestMessage", "s", 1e-9, &queue->age);
}
