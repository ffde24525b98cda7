// SPDX-License-Identifier: GPL-3.0-or-later
/* What a person wants to see first: which rows of a cell are headlines and what they are called,
 * Little's law per queue, and the responses by which cells are compared.  Reports lay it out. */
#ifndef QUEUELAB_EXPERIMENT_SUMMARY_H
#define QUEUELAB_EXPERIMENT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/cell.h"

struct summary_item {
    const char *entity, *words;
    const char *unit; /* of the value: "s", "1/s", "1" */
    const struct cell_row *row;
    double trials; /* of a Wilson interval; 0 otherwise */
};

/* Visits the headlines that say something, entity by entity in the order of the catalogue. */
typedef void summary_visit(void *context, const struct summary_item *item);
void summary_each(const struct cell *cell, summary_visit *visit, void *context);

/* L = lambda W, for a queue; NAN where something was not measured. */
struct summary_little {
    const char *entity;
    double length;     /* L: messages in the queue in any state */
    double rate_times; /* lambda W */
    double off;        /* |L - lambda W| / L */
};
/* The index-th queue with traffic; false: there are no more. */
bool summary_little(const struct cell *cell, size_t index, struct summary_little *little);

/* The columns of a comparison of cells. */
enum { SUMMARY_RESPONSES = 6 };
struct summary_response {
    const char *words, *unit;
    const struct cell_row *row; /* NULL: not measured in this cell */
};
/* Response i of a cell, about its busiest queue. */
struct summary_response summary_response(const struct cell *cell, size_t i);

/* True if every message of every queue is accounted for in all replications. */
bool summary_is_conserved(const struct cell *cell);
double summary_simulated_s(const struct cell *cell); /* the mean time that a replication covers */
double summary_events(const struct cell *cell);      /* of all replications */

#endif
