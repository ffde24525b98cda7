// SPDX-License-Identifier: GPL-3.0-or-later
/* The loop over cells; within a cell, the work that replicate_all does on its threads. */
#include "experiment/run.h"

#include <stdlib.h>
#include "base/must.h"
#include "experiment/expect.h"
#include "experiment/merge.h"
#include "experiment/precision.h"
#include "experiment/replicate.h"
#include "experiment/warmup.h"

struct run {
    struct result *result;
    const struct run_options *options;
    struct diag *diag;
    struct run_progress at;
    struct cell *cell;             /* at hand */
    size_t mistakes;               /* before it */
    bool is_enough;                /* its replications are all there */
    size_t met;                    /* see precision_is_enough */
    const struct run_range *range; /* NULL: all of the cell */
    size_t first;                  /* replication of index 0; 0 but in a range and a pilot */
};

static void report_progress(void *context, struct timespec *until)
{
    const struct run *run = context;
    if (run->options->progress != NULL)
        run->options->progress(run->options->context, &run->at, until);
}

static void *open_world(void *context)
{
    const struct run *run = context;
    return world_new(run->cell->scenario, true, true);
}

static void close_world(void *context, void *own)
{
    (void)context;
    world_free(own);
}

static bool replicate(void *context, void *own, size_t index, struct sample *sample)
{
    const struct run *run = context;
    const struct scenario *scenario = run->cell->scenario;
    if (run->options->stop != NULL && *run->options->stop)
        return false;
    const struct must_context where = {
        .replay = run->options->replay,
        .seed = scenario->experiment.seed,
        .replication = (uint32_t)(run->first + index) + 1,
        .now_ns = &world_engine(own)->now_ns,
        .event_count = &world_engine(own)->event_count,
    };
    must_context_set(&where);
    const bool finished = world_run(own, (uint32_t)(run->first + index) + 1, run->options->stop);
    if (finished)
        sample_init(sample, scenario, own, run->first + index == 0);
    must_context_set(NULL);
    return finished;
}

static bool take(void *context, size_t index, struct sample *sample)
{
    struct run *run = context;
    cell_add(run->cell, sample);
    sample_free(sample);
    if (index == 0)
        expect_names(run->result, run->cell, run->diag);
    run->at.done++;
    run->is_enough = precision_is_enough(run->cell, &run->met);
    report_progress(run, NULL);
    return diag_count(run->diag) == run->mistakes && !run->is_enough;
}

static bool take_pilot(void *context, size_t index, struct sample *sample)
{
    struct run *run = context;
    (void)index;
    cell_add(run->cell, sample);
    sample_free(sample);
    run->at.done++;
    report_progress(run, NULL);
    return true;
}

static bool hand_over(void *context, size_t index, struct sample *sample)
{
    struct run *run = context;
    const bool goes_on =
        run->range->give(run->range->receiver, run->cell, run->first + index, sample);
    sample_free(sample);
    run->at.done++;
    report_progress(run, NULL);
    return goes_on;
}

static void drop(void *context, struct sample *sample)
{
    (void)context;
    sample_free(sample);
}

/* Replicates the scenario of the cell at hand; returns how many were taken. */
static size_t replicate_cell(struct run *run, size_t count,
                             bool (*taking)(void *, size_t, struct sample *))
{
    const struct replicate_work work = {
        .open = open_world,
        .close = close_world,
        .run = replicate,
        .take = taking,
        .drop = drop,
        .tick = run->options->progress != NULL ? report_progress : NULL,
    };
    return replicate_all(&work, run, count, run->options->threads);
}

/* --- the warm-up --- */

static size_t pilot_count(const struct scenario *scenario)
{
    const size_t most = precision_most(scenario);
    if (!warmup_is_auto(scenario))
        return 0;
    return most < WARMUP_PILOT ? most : WARMUP_PILOT;
}

static bool pilot(struct run *run, struct scenario *scenario)
{
    struct cell *cell = run->cell, seen;
    const size_t count = pilot_count(scenario);
    if (count == 0)
        return true;
    const int64_t sample_every_ns = scenario->experiment.sample_every_ns;
    scenario->experiment.found_warmup_ns = 0;
    scenario->experiment.sample_every_ns = 0; /* coarse time plots hide where the start ends */
    cell_init(&seen, scenario, "", "");
    run->cell = &seen;
    run->at.cell = NULL;
    run->first = WARMUP_FIRST;
    const bool is_whole = replicate_cell(run, count, take_pilot) == count;
    scenario->experiment.sample_every_ns = sample_every_ns;
    if (is_whole)
        warmup_settle(scenario, &seen);
    run->cell = cell;
    cell_free(&seen);
    return is_whole;
}

bool run_pilot(struct scenario *scenario, const struct run_options *options)
{
    struct run run = {.options = options, .at.total = pilot_count(scenario)};
    return pilot(&run, scenario);
}

/* --- cells --- */

/* A file of many cells keeps coarser series, so that it stays readable and the disk has room; a
 * figure has no more rows than a series has buckets. */
enum { SERIES_KEPT = 2 * SERIES_BUCKETS, SERIES_LEAST = 25 };

void run_close_cell(const struct result *result, struct cell *cell)
{
    const size_t share = SERIES_KEPT / result->cell_count;
    const size_t most = share < SERIES_BUCKETS ? share : SERIES_BUCKETS;
    merge_thin(cell, most > SERIES_LEAST ? most : SERIES_LEAST);
}

/* False after a mistake or an interruption. */
static bool run_cell(struct run *run, struct scenario *scenario)
{
    const size_t most = precision_most(scenario);
    run->mistakes = diag_count(run->diag);
    run->is_enough = false;
    run->met = 0;
    if (!pilot(run, scenario))
        return false;
    run->at.cell = run->cell;
    run->first = 0;
    const size_t taken = replicate_cell(run, most, take);
    run->at.total -= most - taken;
    run_close_cell(run->result, run->cell);
    return run->is_enough && diag_count(run->diag) == run->mistakes;
}

bool run_range(struct result *result, const struct run_range *range,
               const struct run_options *options)
{
    const size_t count = range->to - range->from;
    struct run run = {
        .result = result,
        .options = options,
        .at = *range->progress,
        .cell = &result->cells[range->cell],
        .range = range,
    };
    run.at.total += pilot_count(result->scenarios[range->cell]);
    bool is_whole = pilot(&run, result->scenarios[range->cell]);
    run.first = range->from;
    is_whole = is_whole && replicate_cell(&run, count, hand_over) == count;
    *range->progress = run.at;
    return is_whole;
}

bool run_result(struct result *result, const struct run_options *options, struct diag *diag)
{
    const size_t mistakes = diag_count(diag);
    struct run run = {.result = result, .options = options, .diag = diag};
    for (size_t i = 0; i < result->cell_count; i++)
        run.at.total += pilot_count(result->scenarios[i]) + precision_most(result->scenarios[i]);
    report_progress(&run, NULL);
    for (size_t i = 0; i < result->cell_count && !result->interrupted; i++) {
        run.cell = &result->cells[i];
        result->interrupted = !run_cell(&run, result->scenarios[i]);
    }
    if (diag_count(diag) > mistakes)
        return false;
    result_finish(result);
    return true;
}
