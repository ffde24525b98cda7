// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab plot: draws figures from a result folder, without running anything. */
#include <stdio.h>
#include "cli/command.h"
#include "cli/figures.h"

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
    const int status = figures_draw(options, text_of(&folder), options->operands + 1,
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
    .details = "Without ids it draws the figures that the scenario names, else all that have data.",
    .options = OPTIONS_FIGURE | OPTIONS_SCREEN,
    .run = run,
};
