// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab run: every variant at every sweep point, all replications; the summary, the result
 * folder, figures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "experiment/expect.h"
#include "cli/command.h"
#include "cli/job.h"
#include "cli/log.h"

static bool has_color(const struct options *options)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return !options->no_color && (no_color == NULL || no_color[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0 && isatty(STDOUT_FILENO) == 1;
}

static void print_json(const struct job *job)
{
    struct text rest = {.length = 0};
    report_json.write(&job->report, &rest, stdout);
    fwrite(text_of(&rest), 1, rest.length, stdout);
    text_free(&rest);
}

static void print_quietly(const struct job *job)
{
    for (size_t i = 0; i < job->result->verdict_count; i++) {
        if (!job->result->verdicts[i].holds)
            fprintf(stderr, "%s: expectation failed: %s\n", job->file->file,
                    job->result->verdicts[i].sentence);
    }
}

static void print(struct job *job, const char *figures)
{
    const char *folder = text_of(&job->folder.path);
    const struct report_screen screen = {
        .out = stdout,
        .has_color = has_color(job->options),
        .is_verbose = job->options->verbose,
        .folder = folder,
        .figures = figures,
        .next = arena_printf(&job->arena, "queuelab plot %s --format term", folder),
    };
    if (job->options->quiet) {
        print_quietly(job);
        return;
    }
    if (job->options->json)
        print_json(job);
    else
        report_table(&job->report, &screen);
    fflush(stdout);
    report_warnings(&job->report, stderr);
}

static int report(struct job *job)
{
    struct text figures = {.length = 0};
    const bool is_kept = job_keep(job);
    if (is_kept && !job->result->interrupted)
        job_draw(job, &figures);
    if (job->options->log && !job->result->interrupted)
        log_print(job->result->scenarios[0], stdout);
    print(job, text_of(&figures));
    text_free(&figures);
    return is_kept ? job_verdict(job) : EXIT_TOOL;
}

static int run_one(const struct options *options, const char *operand)
{
    struct job job;
    int status = job_run(&job, options, operand);
    if (status == EXIT_WELL)
        status = report(&job);
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
    .doc = "simulate scenarios: every variant at every sweep point, all replications",
    .details =
        "The summary goes to the standard output; results go to DIR/<name>/, figures with them.",
    .options = OPTIONS_OVERRIDE | OPTIONS_RUN | OPTIONS_FIGURE | OPTIONS_SCREEN | OPTIONS_TRACE,
    .run = run,
};
