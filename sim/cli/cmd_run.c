// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab run: every variant at every sweep point, all replications; the summary, the result
 * folder, figures. */
#include <stdio.h>
#include <string.h>
#include "cli/command.h"
#include "cli/job.h"

static int run_one(const struct options *options, const char *operand)
{
    struct job job;
    int status = job_run(&job, options, operand);
    if (status == EXIT_WELL)
        status = job_report(&job);
    job_close(&job);
    return status;
}

/* Two files of one name would write to one folder. */
static bool are_names_distinct(const struct options *options)
{
    struct arena arena;
    bool distinct = true;
    arena_init(&arena);
    for (size_t i = 0; i < options->operand_count; i++) {
        const char *name = scenario_name_of(&arena, options->operands[i]);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(name, scenario_name_of(&arena, options->operands[j])) != 0)
                continue;
            fprintf(stderr, "queuelab run: %s and %s would both write to %s/%s\n",
                    options->operands[j], options->operands[i], options->out, name);
            distinct = false;
        }
    }
    arena_free(&arena);
    return distinct;
}

static int run(const struct options *options)
{
    int worst = EXIT_WELL;
    if (options->operand_count == 0) {
        fputs("queuelab run: name a scenario file, or - for the standard input\n", stderr);
        return EXIT_USAGE;
    }
    if (options->log && options->json) {
        fputs("queuelab run: --log and --json both want the standard output: give one\n", stderr);
        return EXIT_USAGE;
    }
    if (!are_names_distinct(options))
        return EXIT_USAGE;
    for (size_t i = 0; i < options->operand_count && worst != EXIT_INTERRUPTED; i++) {
        const int status = run_one(options, options->operands[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const struct command cmd_run = {
    .name = "run",
    .operands = "FILE...",
    .doc = "simulate scenarios: every variant at every sweep point, replicated",
    .details =
        "The summary goes to the standard output; results go to DIR/<name>/, figures with them.",
    .options = OPTIONS_OVERRIDE | OPTIONS_RUN | OPTIONS_TELL | OPTIONS_FIGURE | OPTIONS_SCREEN |
               OPTIONS_TRACE,
    .run = run,
};
