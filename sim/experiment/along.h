// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines of a figure whose x is swept: cells of one variant that differ along one axis alone, from
 * the least x to the greatest.  Of several axes that one is followed that gives most of such cells;
 * the others tell lines apart, unless they only go along with it. */
#ifndef QUEUELAB_EXPERIMENT_ALONG_H
#define QUEUELAB_EXPERIMENT_ALONG_H

#include <stddef.h>
#include "experiment/figure.h"

struct along_dot {
    double x;
    const struct cell *cell;
};

struct along_line {
    const char *label, *variant;
    size_t dot_count; /* at least 2, of different x */
    struct along_dot *dots;
};

/* Where a cell stands; NAN: it is not to be shown. */
typedef double along_x(struct figure *figure, const struct cell *cell);

enum { ALONG_LINES = 12 };

/* At most ALONG_LINES lines, in the figure's arena; returns how many. */
size_t along_lines(struct figure *figure, along_x *x, struct along_line lines[ALONG_LINES]);

#endif
