// SPDX-License-Identifier: GPL-3.0-or-later
/* The result of one variant at one sweep point: the samples of its replications, put together in
 * the order of their index, so that the order in which they finished cannot matter.
 *
 * The catalogue of rows is what the first replication said, with what only later ones said after
 * it; a row that a replication did not say is not available there.  Names are copied: a cell
 * outlives its samples. */
#ifndef QUEUELAB_EXPERIMENT_CELL_H
#define QUEUELAB_EXPERIMENT_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "experiment/buckets.h"
#include "experiment/estimate.h"
#include "experiment/sample.h"

struct map;

struct cell_row {
    const char *entity, *metric, *stat, *unit;
    struct estimate estimate; /* set by cell_finish */
};

struct cell_replication {
    double *values; /* of the first value_count rows; the rest are not available */
    size_t value_count;
    uint64_t fingerprint, event_count;
    enum world_end end;
    int64_t end_ns;
};

struct cell_hist {
    const char *entity, *metric;
    struct hist hist; /* merged over all replications, ns */
};

/* The mean is over all replications, with the least and the greatest of any.  One that has ended
 * before the last counts from then on with what it ended with: the last value of a gauge, 0 of a
 * rate. */
struct cell_series {
    const char *entity, *metric;
    struct buckets mean;       /* as wide as those of any replication: others are brought to it */
    struct buckets first;      /* replication 1 */
    struct series_point after; /* what the replications have ended with */
    size_t replication_count;  /* that said it */
};

struct cell {
    const struct scenario *scenario; /* not owned */
    const char *variant, *point;
    struct arena arena;
    size_t row_count, row_capacity;
    struct cell_row *rows;
    struct map *row_index; /* "entity\nmetric\nstat" -> row */
    size_t replication_count, replication_capacity;
    struct cell_replication *replications;
    size_t hist_count;
    struct cell_hist *hists;
    size_t series_count;
    struct cell_series *series;
    /* Of replication 1: one for each expectation, one for each queue. */
    struct sample_received *received;
    struct sample_order *orders;
    uint64_t fingerprint; /* of all replications in order */
};

void cell_init(struct cell *cell, const struct scenario *scenario, const char *variant,
               const char *point);
void cell_free(struct cell *cell);

/* Adds the next replication; the sample may be freed afterwards. */
void cell_add(struct cell *cell, const struct sample *sample);
/* Adds a row that is new to the catalogue, before the replications that have it
 * (experiment/piece.h).
 */
void cell_add_row(struct cell *cell, const struct cell_row *row);
/* Estimates every row; to be called (again) after the last cell_add. */
void cell_finish(struct cell *cell);

/* Of the replications so far; row is one of the cell's. */
struct estimate cell_estimate(const struct cell *cell, const struct cell_row *row);

/* A row by its name; stat NULL: the metric's first.  NULL: nobody said it. */
const struct cell_row *cell_find(const struct cell *cell, const char *entity, const char *metric,
                                 const char *stat);
/* The estimated mean of such a row; NAN where there is none. */
double cell_mean(const struct cell *cell, const char *entity, const char *metric, const char *stat);
/* A row's value in a replication, counted from 0. */
double cell_value(const struct cell *cell, size_t row, size_t replication);

const struct cell_hist *cell_hist_find(const struct cell *cell, const char *entity,
                                       const char *metric);
const struct cell_series *cell_series_find(const struct cell *cell, const char *entity,
                                           const char *metric);

/* Mixes one fingerprint into another; the order matters. */
uint64_t cell_mix(uint64_t fingerprint, uint64_t next);

#endif
