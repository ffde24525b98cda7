// SPDX-License-Identifier: GPL-3.0-or-later
/* The few numbers of a result that carry its lesson: those that the scenario's own expectations are
 * about, as different from each other as can be, each with its interval. */
#ifndef QUEUELAB_EXPERIMENT_HIGHLIGHT_H
#define QUEUELAB_EXPERIMENT_HIGHLIGHT_H

#include <stddef.h>
#include "experiment/result.h"

struct highlight {
    const struct cell *cell;
    const struct cell_row *row;
    /* The same number of the variant that it is compared with; NULL: of none. */
    const struct cell *versus;
    const struct cell_row *versus_row;
};

/* Fills at most `most`; returns how many there are.  Where too few expectations name a number, the
 * busiest queue's responses in the first cell follow. */
size_t highlight_pick(const struct result *result, struct highlight *highlights, size_t most);

#endif
