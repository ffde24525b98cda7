// SPDX-License-Identifier: GPL-3.0-or-later
/* A knob of a component, held by any number of holders at a time.
 *
 * Its value is computed anew from what is held at the moment, in an order of its own, so that it
 * depends neither on who came first nor on who left last, to the last bit. */
#ifndef QUEUELAB_CORE_KNOB_H
#define QUEUELAB_CORE_KNOB_H

#include <stddef.h>
#include "base/arena.h"

enum knob_way {
    KNOB_FACTOR, /* multiply; nobody: 1 */
    KNOB_CHANCE, /* 1 - (1 - a)(1 - b); nobody: 0 */
    KNOB_SUM,    /* nobody: 0 */
    KNOB_LEAST   /* nobody: INFINITY */
};

struct knob {
    enum knob_way way;
    size_t count, room;
    double *held; /* rising */
};

/* room: the most that is held at a time. */
void knob_init(struct knob *knob, enum knob_way way, size_t room, struct arena *arena);
void knob_hold(struct knob *knob, double value);
/* Gives back what was held; it must have been. */
void knob_give_back(struct knob *knob, double value);
double knob_value(const struct knob *knob);

#endif
