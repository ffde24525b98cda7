// SPDX-License-Identifier: GPL-3.0-or-later
/* The loop over cells; within a cell, the work that replicate_all does on its threads. */
#include "experiment/run.h"

#include <stdlib.h>
#include "base/must.h"
#include "experiment/expect.h"
#include "experiment/merge.h"
#include "experiment/replicate.h"

struct run {
    struct result *result;
    const struct run_options *options;
    struct diag *diag;
    size_t done, total;
    struct cell *cell; /* at hand */
    size_t mistakes;   /* before it */
    size_t wanted;     /* replications of the cell */
};

static void report_progress(void *context, struct timespec *until)
{
    const struct run *run = context;
    if (run->options->progress != NULL)
        run->options->progress(run->options->context, run->done, run->total, until);
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
        .replication = (uint32_t)index + 1,
        .now_ns = &world_engine(own)->now_ns,
        .event_count = &world_engine(own)->event_count,
    };
    must_context_set(&where);
    const bool finished = world_run(own, (uint32_t)index + 1, run->options->stop);
    if (finished)
        sample_init(sample, scenario, own, index == 0);
    must_context_set(NULL);
    return finished;
}

/* With a precision asked for, replications go on until every metric that is expected has it, and 5
 * further. */
enum { PRECISION_FIRST = 10, PRECISION_FURTHER = 5 };

static bool is_precise(struct cell *cell)
{
    const struct scenario *scenario = cell->scenario;
    cell_finish(cell);
    for (size_t i = 0; i < scenario->expect_count; i++) {
        const struct scenario_expect *expect = &scenario->expects[i];
        const struct cell_row *row =
            expect->metric != NULL ? cell_find(cell, expect->entity, expect->metric, expect->stat)
                                   : NULL;
        if (row != NULL &&
            estimate_relative_half_width(&row->estimate) > scenario->experiment.precision)
            return false;
    }
    return true;
}

static size_t most_replications(const struct scenario *scenario)
{
    return (size_t)(scenario->experiment.precision > 0.0 ? scenario->experiment.max_replications
                                                         : scenario->experiment.replications);
}

/* Lowers what is wanted of the cell once its precision is met. */
static void judge_precision(struct run *run)
{
    const size_t count = run->cell->replication_count;
    const size_t most = most_replications(run->cell->scenario);
    if (run->cell->scenario->experiment.precision <= 0.0 || run->wanted < most ||
        count < PRECISION_FIRST || !is_precise(run->cell))
        return;
    run->wanted = count + PRECISION_FURTHER < most ? count + PRECISION_FURTHER : most;
    run->total -= most - run->wanted;
}

static bool take(void *context, size_t index, struct sample *sample)
{
    struct run *run = context;
    cell_add(run->cell, sample);
    sample_free(sample);
    if (index == 0)
        expect_names(run->result, run->cell, run->diag);
    run->done++;
    judge_precision(run);
    report_progress(run, NULL);
    return diag_count(run->diag) == run->mistakes && index + 1 < run->wanted;
}

static void drop(void *context, struct sample *sample)
{
    (void)context;
    sample_free(sample);
}

static const struct replicate_work work = {
    .open = open_world,
    .close = close_world,
    .run = replicate,
    .take = take,
    .drop = drop,
    .tick = report_progress,
};

/* A file of many cells keeps coarser series, so that it stays readable and the disk has room; a
 * figure has no more rows than a series has buckets. */
enum { SERIES_KEPT = 2 * SERIES_BUCKETS, SERIES_LEAST = 25 };

static void thin_series(const struct run *run)
{
    const size_t share = SERIES_KEPT / run->result->cell_count;
    const size_t most = share < SERIES_BUCKETS ? share : SERIES_BUCKETS;
    merge_thin(run->cell, most > SERIES_LEAST ? most : SERIES_LEAST);
}

/* False after a mistake or an interruption. */
static bool run_cell(struct run *run)
{
    run->mistakes = diag_count(run->diag);
    run->wanted = most_replications(run->cell->scenario);
    struct replicate_work waiting = work;
    if (run->options->progress == NULL)
        waiting.tick = NULL;
    const size_t taken = replicate_all(&waiting, run, run->wanted, run->options->threads);
    thin_series(run);
    return taken == run->wanted && diag_count(run->diag) == run->mistakes;
}

bool run_result(struct result *result, const struct run_options *options, struct diag *diag)
{
    const size_t mistakes = diag_count(diag);
    struct run run = {.result = result, .options = options, .diag = diag};
    for (size_t i = 0; i < result->cell_count; i++)
        run.total += most_replications(result->scenarios[i]);
    report_progress(&run, NULL);
    for (size_t i = 0; i < result->cell_count && !result->interrupted; i++) {
        run.cell = &result->cells[i];
        result->interrupted = !run_cell(&run);
    }
    if (diag_count(diag) > mistakes)
        return false;
    result_finish(result);
    return true;
}
