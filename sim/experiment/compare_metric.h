// SPDX-License-Identifier: GPL-3.0-or-later
/* By what cells are compared: which metrics, under which name in each cell, and whether more of one
 * is better.  A variant may call its queue by another name, so that a metric of the busiest queue
 * belongs to the role and not to the name. */
#ifndef QUEUELAB_EXPERIMENT_COMPARE_METRIC_H
#define QUEUELAB_EXPERIMENT_COMPARE_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/result.h"

struct compare_metric {
    const char *entity; /* NULL: the cell's busiest queue */
    const char *metric, *stat, *unit;
    const char *words; /* for people: "throughput", "web failed" */
    int sense;         /* 1: more is better; -1: less is; 0: who knows */
};

enum { COMPARE_METRICS = 12 };

/* The row of a cell; NULL: it was not measured there. */
const struct cell_row *compare_metric_row(const struct compare_metric *metric,
                                          const struct cell *cell);

/* What an axis calls it, without commas: "p95 of time in queue", "notifications lost (alerts)". */
const char *compare_metric_phrase(struct arena *arena, const struct compare_metric *metric);
/* Whether its words are those of the summary, and no name put together. */
bool compare_metric_has_words(const struct compare_metric *metric);

/* The metrics that say something in some cell of the results: the responses of the summary, then
 * what the scenarios expect something of.  Returns how many. */
size_t compare_metric_defaults(struct arena *arena, const struct result *const *results,
                               size_t count, struct compare_metric metrics[COMPARE_METRICS]);

/* Reads METRIC, METRIC/STAT, ENTITY/METRIC or ENTITY/METRIC/STAT, or a word of the summary ("p99").
 * False if no cell has it; nearest is then a metric that may have been meant, or NULL. */
bool compare_metric_read(struct arena *arena, const struct result *const *results, size_t count,
                         const char *asked, struct compare_metric *metric, const char **nearest);

/* The metric that the result's sweep_metric names, or else the first that its scenarios expect
 * something of, or else a response.  NULL; or why there is none, in the arena. */
const char *compare_metric_choose(struct arena *arena, const struct result *result,
                                  struct compare_metric *metric);

#endif
