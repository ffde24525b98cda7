// SPDX-License-Identifier: GPL-3.0-or-later
/* Draws the figures of a result folder, from what stands in its figures.json. */
#ifndef QUEUELAB_CLI_FIGURES_H
#define QUEUELAB_CLI_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"
#include "cli/options.h"

/* The folder of the templates, in the arena: beside the program, where it was installed, or here;
 * NULL. */
const char *figures_plots(const struct options *options, struct arena *arena);

/* Draws the figures named by count ids (none: those that the scenario names, else all) in every
 * format asked for; appends the paths drawn to drawn.  Says on stderr what could not be drawn, save
 * a figure along a sweep that the command line took away, unless the user is_asked for it.  Returns
 * an exit status. */
int figures_draw(const struct options *options, const char *folder, char *const *ids, size_t count,
                 bool is_asked, struct text *drawn);

struct gnuplot_figure;

/* Draws one of which the folder has <id>.csv, in every format asked for. */
int figures_draw_one(const struct options *options, const char *folder,
                     const struct gnuplot_figure *figure, struct text *drawn);

#endif
