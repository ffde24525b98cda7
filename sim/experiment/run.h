// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs a scenario file: every variant at every sweep point, replication after replication.
 *
 * A replication is a function of (scenario, index) to a sample, and samples are added to their cell in the
 * order of the index: who computes them, and when, cannot change the result. */
#ifndef QUEUELAB_EXPERIMENT_RUN_H
#define QUEUELAB_EXPERIMENT_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/result.h"

struct run_options {
    const volatile bool *stop; /* when true: what is finished is kept; may be NULL */
    /* Called before the first and after each replication; may be NULL. */
    void (*progress)(void *context, size_t done, size_t total);
    void *context;
    const char *replay; /* the command that repeats the run, said if the program must die */
};

/* Runs and finishes; NULL after adding to diag (then nothing was kept).  The file outlives the result. */
struct result *run_file(const struct scenario_file *file, const struct run_options *options,
                        struct diag *diag);

#endif
