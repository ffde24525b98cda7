// SPDX-License-Identifier: GPL-3.0-or-later
/* Running moments by Welford's recurrence, merged by the formula of Chan, Golub and LeVeque (1979):
 * no difference of large sums, so the variance keeps its digits. */
#include "core/stat.h"

#include <math.h>

void stat_init(struct stat_moments *stat)
{
    *stat = (struct stat_moments){.min = (double)INFINITY, .max = -(double)INFINITY};
}

void stat_add(struct stat_moments *stat, double value)
{
    stat->count++;
    const double step = value - stat->mean;
    stat->mean += step / (double)stat->count;
    stat->m2 += step * (value - stat->mean);
    stat->min = value < stat->min ? value : stat->min;
    stat->max = value > stat->max ? value : stat->max;
}

void stat_merge(struct stat_moments *into, const struct stat_moments *from)
{
    if (from->count == 0)
        return;
    const double into_count = (double)into->count;
    const double from_count = (double)from->count;
    const double step = from->mean - into->mean;
    into->count += from->count;
    into->mean += step * from_count / (double)into->count;
    into->m2 += from->m2 + step * step * into_count * from_count / (double)into->count;
    into->min = from->min < into->min ? from->min : into->min;
    into->max = from->max > into->max ? from->max : into->max;
}

double stat_variance(const struct stat_moments *stat)
{
    return stat->count < 2 ? (double)NAN : stat->m2 / (double)(stat->count - 1);
}
