// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/run.h"

#include <math.h>
#include <stdlib.h>
#include "base/must.h"
#include "experiment/expect.h"
#include "experiment/merge.h"

struct run {
    struct result *result;
    const struct run_options *options;
    struct diag *diag;
    size_t done, total;
};

static void report_progress(const struct run *run)
{
    if (run->options->progress != NULL)
        run->options->progress(run->options->context, run->done, run->total);
}

/* One replication into its slot; false if it was interrupted and says nothing. */
static bool replicate(const struct run *run, const struct scenario *scenario, struct world *world,
                      size_t index, struct sample *sample)
{
    const struct must_context context = {
        .replay = run->options->replay,
        .seed = scenario->experiment.seed,
        .replication = (uint32_t)index + 1,
    };
    must_context_set(&context);
    const bool finished = world_run(world, (uint32_t)index + 1, run->options->stop);
    if (finished)
        sample_init(sample, scenario, world, index == 0);
    must_context_set(NULL);
    return finished;
}

/* With a precision asked for, replications go on until every metric that is expected has it, and 5 further. */
enum { PRECISION_FIRST = 10, PRECISION_FURTHER = 5 };

static bool is_precise(struct cell *cell)
{
    const struct scenario *scenario = cell->scenario;
    cell_finish(cell);
    for (size_t i = 0; i < scenario->expect_count; i++) {
        const struct scenario_expect *expect = &scenario->expects[i];
        const struct cell_row *row =
            expect->metric != NULL ? cell_find(cell, expect->entity, expect->metric, expect->stat) : NULL;
        if (row != NULL &&
            estimate_relative_half_width(&row->estimate) > scenario->experiment.precision)
            return false;
    }
    return true;
}

static size_t replications_of(const struct scenario *scenario)
{
    const int64_t count = scenario->experiment.precision > 0.0
                              ? scenario->experiment.max_replications
                              : scenario->experiment.replications;
    return (size_t)count;
}

/* How many replications a cell has when the one just added may be the last. */
static size_t wanted_now(struct cell *cell, size_t wanted)
{
    const size_t count = cell->replication_count, most = replications_of(cell->scenario);
    if (cell->scenario->experiment.precision <= 0.0 || wanted < most || count < PRECISION_FIRST)
        return wanted;
    if (!is_precise(cell))
        return wanted;
    return count + PRECISION_FURTHER < most ? count + PRECISION_FURTHER : most;
}

/* A file of many cells keeps coarser series, so that it stays readable and the disk has room. */
enum { SERIES_KEPT = 2 * SERIES_BUCKETS, SERIES_LEAST = 25 };

static void thin_series(const struct result *result, struct cell *cell)
{
    const size_t share = SERIES_KEPT / result->cell_count;
    merge_thin(cell, share > SERIES_LEAST ? share : SERIES_LEAST);
}

/* Runs the replications of one cell in the order of their index; false after a mistake or an interruption. */
static bool run_cell(struct run *run, struct cell *cell)
{
    struct world *world = world_new(cell->scenario, true, true);
    const size_t mistakes = diag_count(run->diag);
    size_t wanted = replications_of(cell->scenario);
    bool ok = true;
    for (size_t i = 0; ok && i < wanted; i++) {
        struct sample sample;
        ok = replicate(run, cell->scenario, world, i, &sample);
        if (!ok)
            break;
        cell_add(cell, &sample);
        sample_free(&sample);
        if (i == 0)
            expect_check(run->result, cell, run->diag);
        ok = diag_count(run->diag) == mistakes;
        wanted = wanted_now(cell, wanted);
        run->done++;
        report_progress(run);
    }
    run->done += wanted < replications_of(cell->scenario) ? replications_of(cell->scenario) - wanted : 0;
    thin_series(run->result, cell);
    world_free(world);
    return ok;
}

struct result *run_file(const struct scenario_file *file, const struct run_options *options,
                        struct diag *diag)
{
    const size_t mistakes = diag_count(diag);
    struct run run = {.result = result_new(file, diag), .options = options, .diag = diag};
    if (run.result == NULL)
        return NULL;
    for (size_t i = 0; i < run.result->cell_count; i++)
        run.total += replications_of(run.result->scenarios[i]);
    report_progress(&run);
    bool ok = true;
    for (size_t i = 0; ok && i < run.result->cell_count; i++)
        ok = run_cell(&run, &run.result->cells[i]);
    if (diag_count(diag) > mistakes) {
        result_free(run.result);
        return NULL;
    }
    run.result->interrupted = !ok;
    result_finish(run.result);
    return run.result;
}
