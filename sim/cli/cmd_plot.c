// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab plot: draws figures from a result folder, without running anything.  With a metric or an
 * axis asked for, the data of a figure are made anew, and have a name of their own. */
#include <stdio.h>
#include <string.h>
#include "experiment/compare.h"
#include "experiment/figure.h"
#include "cli/chosen.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/input.h"
#include "cli/result_input.h"

/* "sweep-sojourn-p99": what was asked for, as part of a file's name. */
static const char *name_of(struct arena *arena, const struct figure_kind *kind,
                           const struct result *result)
{
    const char *name =
        arena_printf(arena, "%s%s%s%s%s", kind->id, result->sweep_metric != NULL ? "-" : "",
                     result->sweep_metric != NULL ? result->sweep_metric : "",
                     result->sweep_axis != NULL ? "-by" : "",
                     result->sweep_axis != NULL ? result->sweep_axis : "");
    return chosen_name(arena, name);
}

static int draw_chosen(const struct options *options, const char *path, struct figure *figure,
                       struct text *drawn)
{
    const struct gnuplot_figure as = {
        .id = name_of(&figure->arena, figure->kind, figure->result),
        .title = result_title(figure->result),
        .footer = figure_footer(figure),
    };
    return chosen_draw(options, path, figure, &as, drawn);
}

/* One of the figures that have a choice. */
static int choose(const struct options *options, const char *path, const struct result *result,
                  const char *id, struct text *drawn)
{
    const bool is_small = id[0] == 'f' && strlen(id) == 3;
    const char name[] = {'F', id[0] != '\0' ? id[1] : '\0', is_small ? id[2] : '\0', '\0'};
    const struct figure_kind *kind = figure_find(is_small ? name : id);
    struct figure figure;
    int status = EXIT_USAGE;
    if (kind != &figure_f20 && kind != &figure_sweep && kind != &figure_f24) {
        fprintf(stderr, "queuelab plot: --metric and --x are for sweep, F20 and F24, not for %s\n",
                id);
        return EXIT_USAGE;
    }
    figure_init(&figure, kind, result);
    if (figure.refusal != NULL)
        fprintf(stderr, "queuelab: %s: figure %s does not apply: %s\n", path, kind->id,
                figure.refusal);
    else
        status = draw_chosen(options, path, &figure, drawn);
    figure_free(&figure);
    return status;
}

static int draw_choice(const struct options *options, const char *path, struct text *drawn)
{
    struct stored stored;
    int worst = EXIT_WELL;
    if (options->metric_count > 1) {
        fputs("queuelab plot: one --metric at a time\n", stderr);
        return EXIT_USAGE;
    }
    if (!result_input(path, &stored, &worst))
        return worst;
    const struct compare_choice choice = {.metric_count = options->metric_count,
                                          .metrics = options->metrics};
    stored.result->sweep_metric = options->metric_count > 0 ? options->metrics[0] : NULL;
    stored.result->sweep_axis = options->axis;
    stored.result->choice = &choice;
    result_compare(stored.result);
    for (size_t i = 1; i < options->operand_count || i == 1; i++) {
        const char *id = i < options->operand_count ? options->operands[i] : "sweep";
        const int status = choose(options, path, stored.result, id, drawn);
        worst = status > worst ? status : worst;
    }
    stored_free(&stored);
    return worst;
}

static int run(const struct options *options)
{
    struct text drawn = {.length = 0};
    if (options->operand_count == 0) {
        fputs("queuelab plot: name a result folder, for example: queuelab plot "
              "out/27-standard-vs-fifo F6\n",
              stderr);
        return EXIT_USAGE;
    }
    struct text folder = {.length = 0};
    text_add(&folder, options->operands[0]);
    while (folder.length > 1 && folder.bytes[folder.length - 1] == '/')
        text_cut(&folder, folder.length - 1);
    const bool has_choice = options->metric_count > 0 || options->axis != NULL;
    int status = EXIT_TOOL;
    if (has_choice)
        status = draw_choice(options, text_of(&folder), &drawn);
    else if (input_is_result(text_of(&folder), "figures.json"))
        status = figures_draw(options, text_of(&folder), options->operands + 1,
                              options->operand_count - 1, true, &drawn);
    if (drawn.length > 0 && !options->quiet)
        printf("figures: %s\n", text_of(&drawn));
    text_free(&folder);
    text_free(&drawn);
    return status;
}

const struct command cmd_plot = {
    .name = "plot",
    .operands = "DIR [F6 F8 ...]",
    .doc = "draw figures of a result folder",
    .details =
        "Without ids it draws the figures that the scenario names, else all that have data.\n"
        "The figures sweep (along a swept pointer), F20 (over two) and F24 show what --metric "
        "names,\n"
        "for example: queuelab plot out/10-coffee-shop sweep --metric sojourn/p95",
    .options = OPTIONS_FIGURE | OPTIONS_SCREEN | OPTIONS_METRIC | OPTIONS_AXIS,
    .run = run,
};
