// SPDX-License-Identifier: GPL-3.0-or-later
/* Intervals: Student's t over independent replications, Wilson's for a proportion of counted
 * events. A value that a replication could not give is NAN, and then there is no estimate: a mean
 * over the others would be a mean over a selection. */
#ifndef QUEUELAB_EXPERIMENT_ESTIMATE_H
#define QUEUELAB_EXPERIMENT_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>

#define ESTIMATE_LEVEL 0.95

struct estimate {
    double mean, low, high; /* NAN: not available; low and high also with fewer than two values */
    size_t n;               /* values that were there */
    bool is_wilson;         /* low and high are Wilson's */
};

/* Of count values, one a replication; level is the interval's coverage, in (0, 1). */
struct estimate estimate_mean(const double *values, size_t count, double level);

/* The difference of the means of two independent samples, a minus b, whose variances may differ
 * (Welch).  n is the smaller of the counts. */
struct estimate estimate_welch(const double *a, size_t a_count, const double *b, size_t b_count,
                               double level);

/* Wilson's score interval for successes out of trials; mean is their ratio.  NAN without trials. */
struct estimate estimate_wilson(double successes, double trials, double level);

/* The interval's half-width over the mean's magnitude; 0 where the half-width is 0, else NAN where
 * the mean is 0 or there is no interval. */
double estimate_relative_half_width(const struct estimate *estimate);

#endif
