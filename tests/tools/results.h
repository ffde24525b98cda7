// SPDX-License-Identifier: GPL-3.0-or-later
/* Results for tests: from a scenario's text, loaded and run, or from samples written by hand. */
#ifndef QUEUELAB_TESTS_TOOLS_RESULTS_H
#define QUEUELAB_TESTS_TOOLS_RESULTS_H

#include "experiment/result.h"
#include "experiment/run.h"

/* A result that owns all that it stands on. */
struct results {
    struct scenario_file *file;
    struct diag *diag;
    struct result *result; /* NULL: refused, see diag */
};

/* Loads a scenario file's text, which MUST be well; nothing is run. */
struct results results_load(const char *text);
/* The same, and runs it on so many threads. */
struct results results_run(const char *text, unsigned threads);
void results_free(struct results *results);

/* An empty sample, and rows for it. */
void results_sample(struct sample *sample, uint64_t fingerprint);
void results_row(struct sample *sample, const char *entity, const char *metric, const char *stat,
                 const char *unit, double value);

#endif
