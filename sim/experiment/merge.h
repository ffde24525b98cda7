// SPDX-License-Identifier: GPL-3.0-or-later
/* Puts the histograms and series of a replication into those of its cell. */
#ifndef QUEUELAB_EXPERIMENT_MERGE_H
#define QUEUELAB_EXPERIMENT_MERGE_H

#include <stddef.h>

struct cell;
struct sample;

void merge_add(struct cell *cell, const struct sample *sample);
void merge_free(struct cell *cell);

/* Joins buckets of all series of a cell, once all samples are in, until none has more than most. */
void merge_thin(struct cell *cell, size_t most);

#endif
