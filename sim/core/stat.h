// SPDX-License-Identifier: GPL-3.0-or-later
/* Running moments (Welford): count, mean, variance, extremes; mergeable. */
#ifndef QUEUELAB_CORE_STAT_H
#define QUEUELAB_CORE_STAT_H

#include <stdint.h>

/* Of no values: mean 0, min INFINITY, max -INFINITY. */
struct stat_moments {
    uint64_t count;
    double mean, m2, min, max;
};

void stat_init(struct stat_moments *stat);
void stat_add(struct stat_moments *stat, double value);
void stat_merge(struct stat_moments *into, const struct stat_moments *from);
double stat_variance(const struct stat_moments *stat); /* sample variance; NAN below 2 */

#endif
