// SPDX-License-Identifier: GPL-3.0-or-later
/* Draws a figure of results that are there, chosen by hand: its data and its picture lie in a
 * folder under a name of their own, beside the figures that a run has left. */
#ifndef QUEUELAB_CLI_CHOSEN_H
#define QUEUELAB_CLI_CHOSEN_H

#include "base/text.h"
#include "experiment/figure.h"
#include "report/report_gnuplot.h"
#include "cli/options.h"

/* "F24-sojourn-p99": for what is in no file's name a dash, in the arena. */
const char *chosen_name(struct arena *arena, const char *name);

/* Writes data and sentence of the figure to the folder and draws it as its id, title and footer
 * say; appends the paths of pictures to drawn.  Returns an exit status, after saying on stderr what
 * went wrong. */
int chosen_draw(const struct options *options, const char *folder, struct figure *figure,
                const struct gnuplot_figure *as, struct text *drawn);

#endif
