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
struct compare;
struct compare_choice;

struct result {
    struct arena arena;
    const struct scenario_file *file; /* not owned; outlives the result */
    size_t cell_count;                /* variants x points: see result_cell */
    struct cell *cells;
    const bool *axis_tells; /* [axis of the file]: it tells points apart that those before do not */
    struct scenario **scenarios; /* owned, one a cell */
    size_t verdict_count;
    struct verdict *verdicts; /* experiment/expect.h */
    size_t advice_count;
    struct advice *advices;                /* experiment/advice.h */
    const char *sweep_metric, *sweep_axis; /* what figures along a sweep show; NULL: by default */
    const struct compare_choice *choice;   /* what variants are compared by; NULL: by default */
    struct compare *comparison;   /* experiment/compare.h; NULL: there is nothing to compare */
    const char *comparison_error; /* why the choice cannot be met; "": it can */
    uint64_t fingerprint;
    bool interrupted; /* some replications are missing */
};

/* An empty result whose scenarios are all loaded and valid; NULL after adding to diag. */
struct result *result_new(const struct scenario_file *file, struct diag *diag);
void result_free(struct result *result);

/* Estimates, judges and warns, once the replications are in. */
void result_finish(struct result *result);
/* Compares variants by the result's choice, once its cells are finished: a part of result_finish.
 */
void result_compare(struct result *result);

/* --- cells --- */
size_t result_variants(const struct result *result); /* at least 1 */
size_t result_points(const struct result *result);   /* of each variant; at least 1 */
struct cell *result_cell(const struct result *result, size_t variant, size_t point);
size_t result_point_of(const struct result *result, const struct cell *cell);
/* The same point of another variant; NULL: there is no such variant. */
const struct cell *result_cell_beside(const struct result *result, const struct cell *cell,
                                      const char *variant);
bool result_has_variants(const struct result *result);
/* True if the command line gave some axis of the sweep a value of its own. */
bool result_axis_was_set(const struct result *result);
/* "vt30, VisibilityTimeout 60", short and for people: what tells this cell from the others; "" for
 * the only one. */
const char *result_label(struct arena *arena, const struct result *result, const struct cell *cell);

/* "VisibilityTimeout 60" alone, of a point; "" for the only one. */
const char *result_point_label(struct arena *arena, const struct result *result, size_t point);

/* --- what all cells have in common, for titles --- */
const char *result_name(const struct result *result);
const char *result_title(const struct result *result);
const char *result_source(const struct result *result); /* of the lecture that it is for; "" */
const char *result_sha256(const struct result *result);
uint64_t result_seed(const struct result *result);
const char *result_profile(const struct result *result);
/* The greatest number of replications of any cell. */
size_t result_replications(const struct result *result);
/* "20 replications"; "15 to 53 replications" where cells have unequally many. */
const char *result_format_replications(char buffer[64], const struct result *result);
/* The length of the scenario's entry in `figures`. */
size_t result_figure_count(const struct result *result);
const char *result_figure(const struct result *result, size_t index);

/* A seed as scenarios write it: "1", or "0x..." where a JSON number would not be exact. */
const char *result_format_seed(char buffer[32], uint64_t seed);
bool result_seed_is_exact(uint64_t seed); /* as a JSON number */

/* Writes the effective configuration of the first cell, with the file's variants and sweep, as an
 * object. */
void result_write_scenario(struct json_writer *w, const struct result *result);
/* Writes a sweep point, "/a=1;/b=2", as {"/a": 1, "/b": 2}. */
void result_write_point(struct json_writer *w, const struct result *result,
                        const struct cell *cell);

/* How a replication ended: "atEnd", "done", "saturated". */
const char *result_end_word(enum world_end end);

#endif
