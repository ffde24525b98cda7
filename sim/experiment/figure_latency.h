// SPDX-License-Identifier: GPL-3.0-or-later
/* Distributions of latency, for the figures that show them whole (F1) or from their far end (F2).
 */
#ifndef QUEUELAB_EXPERIMENT_FIGURE_LATENCY_H
#define QUEUELAB_EXPERIMENT_FIGURE_LATENCY_H

#include "experiment/figure.h"

struct latency_view {
    const char *words;                 /* begins the sentence */
    double (*height)(double fraction); /* of a point below which so many are; NAN: not shown */
    size_t mark_count;                 /* of p50, p95, p99, p99.9 */
    double theory_to;                  /* how far, as a fraction */
    double most_q;                     /* the percentile that the sentence ends with, ... */
    const char *most;                  /* ... as words */
};

#define LATENCY_HEADER(height) "series,kind,label,variant,point,entity,metric,value_s," height

/* Fills or refuses the figure. */
void figure_latency(struct figure *figure, const struct latency_view *view);

#endif
