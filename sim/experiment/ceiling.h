// SPDX-License-Identifier: GPL-3.0-or-later
/* The API quotas of FIFO queues as lines of a figure: messages per second, of each height once. */
#ifndef QUEUELAB_EXPERIMENT_CEILING_H
#define QUEUELAB_EXPERIMENT_CEILING_H

#include <stddef.h>
#include "experiment/figure.h"

enum { CEILINGS = 8 };

struct ceilings {
    size_t count;
    double per_s[CEILINGS];
};

/* The messages per second that the quota of a cell's queue lets through; HUGE_VAL: it has none. */
double ceiling_of(const struct cell *cell, const char *queue);
/* Adds what the quota of a cell's queue lets through, if it has one. */
void ceiling_note(struct ceilings *ceilings, const struct cell *cell, const char *queue);
/* "FIFO quota: 300/s", in the figure's arena. */
const char *ceiling_label(struct figure *figure, double per_s);

#endif
