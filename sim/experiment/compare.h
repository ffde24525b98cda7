// SPDX-License-Identifier: GPL-3.0-or-later
/* Differences with intervals: every arm (a variant, or one of two results) against a base, for each
 * metric and at each place (a sweep point, or a cell that two results have in common).
 *
 * Replications that share their seed share their random numbers, and are compared in pairs; others
 * are two samples (Welch).  Each interval covers its own difference with 95 %; the joint ones cover
 * all differences of a metric together (Bonferroni). */
#ifndef QUEUELAB_EXPERIMENT_COMPARE_H
#define QUEUELAB_EXPERIMENT_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/compare_metric.h"
#include "experiment/estimate.h"

/* What the user asked for; nothing: the first variant is the base, the metrics are the scenario's.
 */
struct compare_choice {
    const char *base; /* a variant; NULL: the first */
    size_t metric_count;
    const char *const *metrics; /* as compare_metric_read reads them */
};

struct compare_difference {
    const struct cell_row *value; /* the arm's; NULL: not measured */
    struct estimate of_base;      /* arm minus base; the base's own is not available */
    struct estimate joint;        /* the same with the joint interval */
    double relative;              /* to the base's mean; NAN where that is 0 or not available */
    bool differs, differs_jointly;
    bool is_best; /* nothing is better for sure, and something else is worse for sure */
};

struct compare {
    struct arena arena;
    bool is_paired;
    size_t arm_count, base;
    const char **arms; /* names */
    size_t place_count;
    const char **places;       /* labels; "" for the only one */
    const struct cell **cells; /* [place][arm]; NULL: none */
    size_t metric_count;
    struct compare_metric metrics[COMPARE_METRICS];
    size_t *counts;                         /* [metric]: differences that are judged together */
    struct compare_difference *differences; /* [metric][place][arm] */
    const char **sentences;                 /* [arm]; "" for the base */
};

/* The variants of a result at each of its points.  NULL after adding to error why not; an empty
 * error: there is nothing to compare. */
struct compare *compare_variants(const struct result *result, const struct compare_choice *choice,
                                 struct text *error);
/* Two results in what they have in common. */
struct compare *compare_results(const struct result *base, const struct result *other,
                                const char *const names[2], const struct compare_choice *choice,
                                struct text *error);
void compare_free(struct compare *compare); /* NULL is allowed */

const struct compare_difference *compare_at(const struct compare *compare, size_t metric,
                                            size_t place, size_t arm);
/* True if some arm at some place differs in the metric: by itself, or jointly. */
bool compare_any(const struct compare *compare, size_t metric);

#endif
