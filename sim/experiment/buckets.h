// SPDX-License-Identifier: GPL-3.0-or-later
/* A series that was observed, as values: buckets of one width that cover [0, end) without a gap;
 * the last may be shorter than the others.  The least, mean and greatest value of each are kept,
 * and every operation weights means by the time that they stand for. */
#ifndef QUEUELAB_EXPERIMENT_BUCKETS_H
#define QUEUELAB_EXPERIMENT_BUCKETS_H

#include <stddef.h>
#include <stdint.h>
#include "core/series.h"

struct buckets {
    int64_t width_ns, end_ns;
    size_t count;
    struct series_point *points; /* owned; time_s is the middle of the bucket */
};

/* Count buckets of points that are still to be filled, all but their times. */
void buckets_init(struct buckets *buckets, int64_t width_ns, int64_t end_ns);
void buckets_copy(struct buckets *buckets, const struct buckets *from);
void buckets_free(struct buckets *buckets);

/* Joins neighbours: the width doubles. */
void buckets_widen(struct buckets *buckets);
/* Lengthens the time to end_ns, if that is later; what is added has these values. */
void buckets_extend(struct buckets *buckets, int64_t end_ns, const struct series_point *values);
/* Takes another series of the same width and end into a mean over n of them, itself included. */
void buckets_average(struct buckets *mean, const struct buckets *other, size_t n);
/* The same for one point. */
void buckets_average_point(struct series_point *mean, const struct series_point *other, size_t n);

#endif
