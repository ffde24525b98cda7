// SPDX-License-Identifier: GPL-3.0-or-later
/* Figures of single messages, F11 to F14, from a replay of the first cell's first replication. */
#ifndef QUEUELAB_EXPERIMENT_FIGURE_TRACE_H
#define QUEUELAB_EXPERIMENT_FIGURE_TRACE_H

#include "experiment/figure.h"
#include "experiment/replay.h"

struct figure_trace {
    const struct cell *cell;
    struct trace trace;
    struct trace_names names;
};

/* False after refusing the figure: no cell has results. */
bool figure_trace_init(struct figure_trace *of, struct figure *figure);
void figure_trace_free(struct figure_trace *of);

/* The first cells of every row: series,label,variant,point,entity. */
void figure_trace_row(struct figure *figure, const struct figure_trace *of, size_t series,
                      const char *label, const char *entity);

/* --- order --- */
/* A message's first receive: both counted from 1, in the order of entering the busiest queue and of
 * the first receives; distance is how many places the furthest one received before is ahead. */
struct figure_receive {
    uint32_t sent, received, distance;
};
/* In the order of receiving, in the figure's arena; returns how many. */
size_t figure_trace_receives(struct figure *figure, const struct figure_trace *of,
                             const char **queue, struct figure_receive **receives);

#endif
