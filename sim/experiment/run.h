// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs a scenario file: every variant at every sweep point, replication after replication.
 *
 * A replication is a function of (scenario, index) to a sample, and samples are added to their cell
 * in the order of the index: who computes them, and when, cannot change the result. */
#ifndef QUEUELAB_EXPERIMENT_RUN_H
#define QUEUELAB_EXPERIMENT_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/result.h"

struct timespec;

struct run_progress {
    size_t done, total;      /* replications, those of pilots included; total is at most */
    const struct cell *cell; /* at hand, for precision_worst; NULL before the first */
};

struct run_options {
    unsigned threads;          /* 0: one */
    const volatile bool *stop; /* when true: what is finished is kept; may be NULL */
    /* Called on the caller's thread after each replication, and while it waits; may be NULL.  until
     * is set to when it wants to be called again, in the clock's real time; NULL: it will be. */
    void (*progress)(void *context, const struct run_progress *at, struct timespec *until);
    void *context;
    const char *replay; /* the command that repeats the run, said if the program must die */
};

/* Finds the scenario's warm-up if that is "auto" (experiment/warmup.h), which must be done before
 * it is replicated; what is found depends on the scenario alone.  False: it was stopped. */
bool run_pilot(struct scenario *scenario, const struct run_options *options);

/* Runs and finishes the result of result_new.  False after adding to diag: then nothing in it is of
 * use. */
bool run_result(struct result *result, const struct run_options *options, struct diag *diag);

/* --- parts of a run, for machines that share one (experiment/part.h) --- */

/* Gets a replication, counted from 0, in order; false: no more are wanted. */
typedef bool run_give(void *receiver, struct cell *cell, size_t index, const struct sample *sample);

struct run_range {
    size_t cell, from, to; /* replications from .. to-1, counted from 0 */
    run_give *give;
    void *receiver;
    struct run_progress *progress; /* goes on from there */
};

/* Runs replications of one cell for somebody else, after the pilot that its scenario may want: the
 * cell itself stays as it is.  False when not all were given. */
bool run_range(struct result *result, const struct run_range *range,
               const struct run_options *options);

/* Coarsens the series of a cell that has all its replications: the last step before result_finish.
 */
void run_close_cell(const struct result *result, struct cell *cell);

#endif
