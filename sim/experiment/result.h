// SPDX-License-Identifier: GPL-3.0-or-later
/* The result of a scenario file: its cells (variant by sweep point), verdicts, warnings and
 * provenance.  It has no pointer into a world.  Reports print what stands here and compute nothing.
 */
#ifndef QUEUELAB_EXPERIMENT_RESULT_H
#define QUEUELAB_EXPERIMENT_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/json_write.h"
#include "experiment/cell.h"

struct verdict;
struct advice;

struct result {
    struct arena arena;
    const struct scenario_file *file; /* not owned; outlives the result */
    size_t cell_count;                /* variants x points: the cell of (v, p) is v x points + p */
    struct cell *cells;
    struct scenario **scenarios; /* owned, one a cell */
    size_t verdict_count;
    struct verdict *verdicts; /* experiment/expect.h */
    size_t advice_count;
    struct advice *advices; /* experiment/advice.h */
    uint64_t fingerprint;
    bool interrupted; /* some replications are missing */
};

/* An empty result whose scenarios are all loaded and valid; NULL after adding to diag. */
struct result *result_new(const struct scenario_file *file, struct diag *diag);
void result_free(struct result *result);

/* Estimates, judges and warns, once the replications are in. */
void result_finish(struct result *result);

/* What all cells have in common, for titles. */
const char *result_name(const struct result *result);
const char *result_title(const struct result *result);
const char *result_sha256(const struct result *result);
uint64_t result_seed(const struct result *result);
const char *result_profile(const struct result *result);
/* The greatest number of replications of any cell, and of the scenario's entry in `figures`. */
size_t result_replications(const struct result *result);
size_t result_figure_count(const struct result *result);
const char *result_figure(const struct result *result, size_t index);
bool result_has_variants(const struct result *result);
bool result_has_sweep(const struct result *result);

/* Writes the effective configuration of the first cell, with the file's variants and sweep, as an
 * object. */
void result_write_scenario(struct json_writer *w, const struct result *result);
/* Writes a sweep point, "/a=1;/b=2", as {"/a": 1, "/b": 2}. */
void result_write_point(struct json_writer *w, const struct result *result,
                        const struct cell *cell);

/* "vt30, VisibilityTimeout = 60", short and for people; "" where the file has neither variants nor
 * a sweep. */
const char *result_label(struct arena *arena, const struct result *result, const struct cell *cell);

/* The unit of time that a run covers for people: "at its end", "all was sent" ... */
const char *result_end_word(enum world_end end);

#endif
