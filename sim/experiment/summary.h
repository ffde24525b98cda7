// SPDX-License-Identifier: GPL-3.0-or-later
/* What a person wants to see first: which rows of a cell are headlines and what they are called,
 * Little's law per queue, and the responses by which cells are compared.  Reports lay it out. */
#ifndef QUEUELAB_EXPERIMENT_SUMMARY_H
#define QUEUELAB_EXPERIMENT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/result.h"

/* Values that belong together: one with its interval, or the percentiles of one distribution. */
enum { SUMMARY_VALUES = 3 };
struct summary_item {
    const char *entity, *words;
    const char *unit; /* of the values: "s", "1/s", "1" */
    size_t value_count;
    const struct estimate *values[SUMMARY_VALUES];
    const char *stats[SUMMARY_VALUES]; /* what they are: "p50" ... */
    double of;                         /* the value counts some of so many; 0: of nothing known */
    const struct estimate *share;      /* the value counts events: their rate; NULL: it does not */
    double trials;                     /* of the share's Wilson interval; 0: it has none */
    const char *note;                  /* "inversions"; NULL: none */
    const struct sample_order *order;  /* of receives, instead of values; NULL: values */
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

/* An alarm, in the mean over the replications. */
struct summary_alarm {
    const char *name, *entity, *metric; /* of what */
    double alarms, time_s;
    double first_s; /* of the replications in which there was one; NAN: in none */
};
/* The index-th alarm of the cell's scenario; false: there are no more. */
bool summary_alarm(const struct cell *cell, size_t index, struct summary_alarm *alarm);

/* The responses by which cells are compared, each about a cell's busiest queue or its
 * first producer. */
enum { SUMMARY_RESPONSES = 9 };
struct summary_response {
    const char *words, *unit;
    const struct cell_row *row; /* NULL: not measured in this cell */
    const char *entity;         /* NULL: the busiest queue, whichever it is */
};
struct summary_response summary_response(const struct cell *cell, size_t i);
/* Those that say something in some cell, in order; returns how many. */
size_t summary_columns(const struct result *result, size_t columns[SUMMARY_RESPONSES]);

/* What the scenario expects something of and its cells differ by, beside those columns: what most
 * expectations are about first; returns how many. */
enum { SUMMARY_EXPECTED = 2 };
size_t summary_expected(const struct result *result,
                        const struct scenario_expect *expected[SUMMARY_EXPECTED]);
/* The queue that the responses are about; NULL: not the same one in all cells. */
const char *summary_queue(const struct result *result);

/* True if every message of every queue is accounted for in all replications. */
bool summary_is_conserved(const struct cell *cell);
double summary_simulated_s(const struct cell *cell); /* the mean time that a replication covers */
double summary_events(const struct cell *cell);      /* of all replications */

#endif
