// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab slide: runs a scenario and prints a slide about it, to be appended to a deck. */
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "experiment/figure.h"
#include "report/report_slide.h"
#include "cli/command.h"
#include "cli/job.h"

/* The first picture drawn, and its figure's sentence. */
static void add_image(struct job *job, const struct text *drawn, struct slide *slide)
{
    struct figure figure;
    const size_t length = strcspn(text_of(drawn), " ");
    if (length == 0)
        return;
    slide->image = arena_printf(&job->arena, "%.*s", (int)length, text_of(drawn));
    const char *name = strrchr(slide->image, '/') + 1;
    const char *id = arena_printf(&job->arena, "%.*s", (int)strcspn(name, "."), name);
    figure_init(&figure, figure_find(id), job->result);
    slide->words = arena_copy_text(&job->arena, text_of(&figure.sentence));
    figure_free(&figure);
}

static int print(struct job *job)
{
    struct text drawn = {.length = 0}, out = {.length = 0};
    struct slide slide = {
        .result = job->result,
        .words = "",
        .command = arena_printf(&job->arena, "queuelab slide%s %s", job->options->overrides_shown,
                                job->operand),
    };
    if (!job_keep(job))
        return EXIT_TOOL;
    if (!job->result->interrupted)
        job_draw(job, &drawn);
    add_image(job, &drawn, &slide);
    report_slide(&slide, &out);
    fputs(text_of(&out), stdout);
    text_free(&out);
    text_free(&drawn);
    return job_verdict(job);
}

static int run(const struct options *options)
{
    int worst = EXIT_WELL;
    if (options->operand_count == 0) {
        fputs("queuelab slide: name a scenario file\n", stderr);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < options->operand_count && worst != EXIT_INTERRUPTED; i++) {
        struct job job;
        int status = job_run(&job, options, options->operands[i]);
        if (status == EXIT_WELL)
            status = print(&job);
        job_close(&job);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const struct command cmd_slide = {
    .name = "slide",
    .operands = "FILE...",
    .doc = "simulate scenarios, and print a slide about each in Markdown",
    .details = "For decks of reveal.js: queuelab slide FILE >> slides.md",
    .options = OPTIONS_OVERRIDE | OPTIONS_RUN | OPTIONS_FIGURE | OPTIONS_SCREEN,
    .run = run,
};
