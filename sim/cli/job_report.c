// SPDX-License-Identifier: GPL-3.0-or-later
/* A result as `queuelab run` leaves it: kept, drawn, and summed up on the screen. */
#include "cli/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "experiment/expect.h"
#include "cli/command.h"
#include "cli/log.h"

static bool has_color(const struct options *options)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return !options->no_color && (no_color == NULL || no_color[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0 && isatty(STDOUT_FILENO) == 1;
}

void job_print_json(const struct job *job)
{
    struct text rest = {.length = 0};
    report_json.write(&job->report, &rest, stdout);
    fwrite(text_of(&rest), 1, rest.length, stdout);
    text_free(&rest);
}

void job_print_failures(const struct job *job)
{
    for (size_t i = 0; i < job->result->verdict_count; i++) {
        if (!job->result->verdicts[i].holds)
            fprintf(stderr, "%s: expectation failed: %s\n", job->file->file,
                    job->result->verdicts[i].sentence);
    }
}

/* What could not be kept is on the screen alone. */
static void print(struct job *job, bool is_kept, const char *figures)
{
    const char *folder = text_of(&job->folder.path);
    const struct report_screen screen = {
        .out = stdout,
        .has_color = has_color(job->options),
        .is_verbose = job->options->verbose,
        .folder = is_kept ? folder : NULL,
        .figures = figures,
        .next =
            is_kept ? arena_printf(&job->arena, "queuelab plot %s --format term", folder) : NULL,
    };
    if (job->options->quiet) {
        job_print_failures(job);
        return;
    }
    if (job->options->json)
        job_print_json(job);
    else
        report_table(&job->report, &screen);
    fflush(stdout);
    report_warnings(&job->report, stderr);
}

int job_report(struct job *job)
{
    struct text figures = {.length = 0};
    const bool is_kept = job_keep(job);
    if (is_kept && !job->result->interrupted)
        job_draw(job, &figures);
    if (job->options->log && !job->result->interrupted)
        log_print(job->result->scenarios[0], stdout);
    print(job, is_kept, text_of(&figures));
    text_free(&figures);
    return is_kept ? job_verdict(job) : EXIT_TOOL;
}
