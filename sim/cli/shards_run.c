// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab sweep run: one shard.  A part that is there and whole is not made again, so that to
 * resume is to run everything again. */
#include <stdio.h>
#include <string.h>
#include "experiment/part.h"
#include "cli/command.h"
#include "cli/job.h"
#include "cli/parts.h"
#include "cli/shards.h"

struct shard {
    const struct plan *plan;
    size_t number;
    struct text text;
    struct diag *diag;
};

static bool make_part(struct job *job, const struct run_options *run, void *context)
{
    struct shard *shard = context;
    struct run_options options = *run;
    options.replay =
        arena_printf(&job->arena, "queuelab sweep run %s --shard %zu", job->operand, shard->number);
    return part_write(&shard->text, job->result, shard->plan, shard->number, &options, shard->diag);
}

static int write_part(struct job *job, const struct plan *plan, size_t number, const char *path)
{
    struct shard shard = {.plan = plan, .number = number, .diag = diag_new()};
    struct parts_file file;
    int status = EXIT_TOOL;
    if (parts_begin(&file, path)) {
        if (!job_simulate(job, make_part, &shard)) {
            status = diag_count(shard.diag) > 0 ? EXIT_USAGE : EXIT_INTERRUPTED;
            diag_print(shard.diag, stderr);
            if (status == EXIT_INTERRUPTED)
                fprintf(stderr, "queuelab sweep: interrupted; shard %zu is to be run again\n",
                        number);
        } else if (parts_end(&file, &shard.text)) {
            status = EXIT_WELL;
        } else {
            fprintf(stderr,
                    "queuelab sweep: run shard %zu again once that is mended; parts that "
                    "are there stay\n",
                    number);
        }
    }
    parts_close(&file);
    text_free(&shard.text);
    diag_free(shard.diag);
    return status;
}

static int run_shard(const struct options *options, struct plan *plan, const char *operand,
                     const char *path)
{
    struct job job;
    struct scenario_file *file = shards_scenario(plan);
    if (file == NULL)
        return EXIT_USAGE;
    int status = EXIT_TOOL;
    if (!job_load(&job, options, operand, file))
        status = EXIT_USAGE;
    else if (shards_check_files(plan, file, false) && shards_check_plan(plan, job.result, operand))
        status = write_part(&job, plan, (size_t)options->shard, path);
    job_close(&job);
    if (status == EXIT_WELL && !options->quiet)
        printf("%s: written\n", path);
    return status;
}

static int run_if_missing(const struct options *options, struct plan *plan, const char *operand)
{
    const char *folder = options->has_out ? options->out : "parts", *why;
    const size_t shard = (size_t)options->shard;
    const char *path = parts_path(&plan->arena, folder, shard);
    switch (shards_look(path, plan, shard, &why)) {
    case SHARDS_DONE:
        if (!options->quiet)
            printf("%s: done already\n", path);
        return EXIT_WELL;
    case SHARDS_FOREIGN:
        fprintf(stderr, "queuelab sweep: %s is of another plan: name another folder\n", path);
        return EXIT_TOOL;
    case SHARDS_BAD:
        fprintf(stderr, "queuelab sweep: %s %s, and is made again\n", path, why);
        break;
    case SHARDS_MISSING:
        break;
    }
    return run_shard(options, plan, operand, path);
}

int shards_run(const struct options *options, const char *operand)
{
    struct options own = *options;
    struct plan plan;
    int status = EXIT_TOOL;
    if (options->shard < 0)
        return shards_misuse("run: say which shard, from --shard 0 on");
    if (!options->has_jobs)
        own.jobs = 1; /* who runs many shards on a machine gives each a processor */
    plan_init(&plan);
    if (shards_read_plan(&plan, operand) && shards_check_build(&plan, operand)) {
        if ((size_t)options->shard < plan.shard_count) {
            status = run_if_missing(&own, &plan, operand);
        } else {
            fprintf(stderr, "queuelab sweep: %s has shards 0 to %zu\n", operand,
                    plan.shard_count - 1);
            status = EXIT_USAGE;
        }
    }
    plan_free(&plan);
    return status;
}
