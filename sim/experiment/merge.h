// SPDX-License-Identifier: GPL-3.0-or-later
/* Puts the histograms and series of a replication into those of its cell. */
#ifndef QUEUELAB_EXPERIMENT_MERGE_H
#define QUEUELAB_EXPERIMENT_MERGE_H

#include <stddef.h>
#include <stdint.h>

struct cell;
struct sample;
struct series_point;

void merge_add(struct cell *cell, const struct sample *sample);
void merge_free(struct cell *cell);

/* Halves count buckets of series points by joining neighbours; returns how many there are then.
 * weights (of each bucket, may be NULL) become the greater of the two. */
size_t merge_halve(struct series_point *points, size_t *weights, size_t count, int64_t width_ns);

/* Joins buckets of all series of a cell, once all samples are in, until none has more than most. */
void merge_thin(struct cell *cell, size_t most);

#endif
