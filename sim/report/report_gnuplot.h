// SPDX-License-Identifier: GPL-3.0-or-later
/* Figures: their data are written beside the other results, and gnuplot, found on the PATH, draws
 * them when asked. gnuplot is run with a vector of arguments, never by a shell, and the user's
 * words reach it only as such. */
#ifndef QUEUELAB_REPORT_REPORT_GNUPLOT_H
#define QUEUELAB_REPORT_REPORT_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"
#include "experiment/result.h"
#include "report/folder.h"

enum gnuplot_status {
    GNUPLOT_DRAWN,
    GNUPLOT_MISSING,     /* no such program */
    GNUPLOT_NO_TEMPLATE, /* no plots folder, or no template of that id in it */
    GNUPLOT_FAILED
};

struct gnuplot_figure {
    const char *id, *title, *footer;
};

struct gnuplot_style {
    const char *format; /* svg, png, pdf or term */
    const char *theme;  /* light or dark */
    const char *plots;  /* folder of the templates; NULL: not found */
};

/* Writes data, a script and a sentence for each figure that applies, and figures.json, the list of
 * all with the reasons why the others do not. */
bool report_gnuplot_data(struct folder *folder, const struct result *result, const char *plots);

/* Draws folder/<id>.<format>, or on the standard output; what went wrong is said in error. */
enum gnuplot_status report_gnuplot_draw(const char *folder, const struct gnuplot_figure *figure,
                                        const struct gnuplot_style *style, struct text *error);

#endif
