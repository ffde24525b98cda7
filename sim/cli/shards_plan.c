// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab sweep plan. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli/build_info.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/job.h"
#include "cli/parts.h"
#include "cli/shards.h"

/* Seconds that a replication takes here, over some cells. */
struct stopwatch {
    size_t count;
    double seconds;
};

static bool drop(void *receiver, struct cell *cell, size_t index, const struct sample *sample)
{
    (void)cell;
    (void)index;
    (void)sample;
    ((struct stopwatch *)receiver)->count++;
    return true;
}

enum { CELLS_TIMED = 16 };

static bool time_cells(struct job *job, const struct run_options *run, void *context)
{
    struct stopwatch *watch = context;
    const size_t cells = job->result->cell_count;
    const size_t timed = cells < CELLS_TIMED ? cells : CELLS_TIMED;
    struct run_options one = *run;
    struct run_progress at = {.total = timed};
    const double before_s = progress_now_s();
    one.threads = 1;
    for (size_t i = 0; i < timed; i++) {
        const struct run_range range = {
            .cell = i * cells / timed, .to = 1, .give = drop, .receiver = watch, .progress = &at};
        if (!run_range(job->result, &range, &one))
            return false;
    }
    watch->seconds = (progress_now_s() - before_s) / (double)at.done;
    return true;
}

/* How many shards last so many minutes each; 0: interrupted. */
static size_t count_shards(struct job *job, double minutes)
{
    struct stopwatch watch = {.count = 0};
    if (!job_simulate(job, time_cells, &watch))
        return 0;
    const double total_s = watch.seconds * (double)plan_replications(job->result);
    const double wanted = ceil(total_s / (60.0 * minutes));
    if (!job->options->quiet)
        printf("a replication takes about %.3g s here, all of them %.3g minutes\n", watch.seconds,
               total_s / 60.0);
    return wanted < 1.0 ? 1 : wanted > PLAN_SHARDS_MAX ? PLAN_SHARDS_MAX : (size_t)wanted;
}

static bool has_precision(const struct result *result)
{
    for (size_t i = 0; i < result->cell_count; i++) {
        if (result->scenarios[i]->experiment.precision > 0.0)
            return true;
    }
    return false;
}

static void print_plan(const struct job *job, const struct plan *plan, const char *out)
{
    const size_t total = plan_replications(job->result);
    printf("%s: %zu cell%s, %zu replications, %zu shard%s of about %zu\n", out,
           job->result->cell_count, job->result->cell_count == 1 ? "" : "s", total,
           plan->shard_count, plan->shard_count == 1 ? "" : "s",
           (total + plan->shard_count - 1) / plan->shard_count);
    if (plan->shard_count > total)
        printf("%zu of the shards are empty: there are fewer replications\n",
               plan->shard_count - total);
    for (size_t i = 0; i < plan->file_count; i++)
        printf("each machine also needs %s%s%s, at that path\n", job->file->folder,
               job->file->folder[0] != '\0' ? "/" : "", plan->files[i].path);
    printf("next: queuelab sweep run %s --shard 0 -o parts    (and so on to shard %zu)\n", out,
           plan->shard_count - 1);
}

static int write_plan(struct job *job, struct plan *plan)
{
    const struct options *options = job->options;
    const char *out = options->has_out ? options->out : "plan.json";
    struct parts_file file = {.path = out};
    struct text text = {.length = 0};
    if (!shards_may_write_plan(out))
        return EXIT_TOOL;
    plan->shard_count = (size_t)options->shards;
    if (options->shards == 0)
        plan->shard_count = count_shards(job, options->shard_minutes);
    if (plan->shard_count == 0)
        return EXIT_INTERRUPTED;
    plan_text(plan, job->result, &text);
    const bool is_written = parts_begin(&file, out) && parts_end(&file, &text);
    parts_close(&file);
    text_free(&text);
    if (is_written && !options->quiet)
        print_plan(job, plan, out);
    return is_written ? EXIT_WELL : EXIT_TOOL;
}

static int plan_file(const struct options *options, struct plan *plan, const char *operand)
{
    struct job job;
    struct scenario_file *file = shards_scenario(plan);
    if (file == NULL)
        return EXIT_USAGE;
    plan_find_files(plan, file);
    int status = EXIT_USAGE;
    if (!job_load(&job, options, operand, file)) {
        status = EXIT_USAGE;
    } else if (has_precision(job.result)) {
        shards_misuse(
            "plan: with a \"precision\" the number of replications shows only as they come in, "
            "on one machine.\n"
            "Run some (queuelab run FILE --replications 10), look at the intervals, and plan as "
            "many as you need:\n"
            "half as wide takes four times as many. Say so with "
            "--set /experiment/precision=null --replications N");
    } else {
        status = shards_check_files(plan, file, true) ? write_plan(&job, plan) : EXIT_TOOL;
    }
    job_close(&job);
    return status;
}

int shards_plan(const struct options *options, const char *operand)
{
    struct text text = {.length = 0};
    struct plan plan;
    int status = EXIT_TOOL;
    if ((options->shards > 0) == (options->shard_minutes > 0.0))
        return shards_misuse(
            "plan: say --shards N, or --shard-minutes M for shards that last so long");
    plan_init(&plan);
    if (input_read(operand, &text)) {
        plan.version = build_info_version;
        plan.commit = build_info_commit;
        plan.path = strcmp(operand, "-") == 0 ? "stdin" : operand;
        plan.scenario = text_of(&text);
        plan.overrides = options->overrides;
        plan.override_count = options->override_count;
        status = plan_file(options, &plan, operand);
    }
    plan_free(&plan);
    text_free(&text);
    return status;
}
