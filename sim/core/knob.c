// SPDX-License-Identifier: GPL-3.0-or-later
/* What is held lies in rising order, so that the fold over it has one order only. */
#include "core/knob.h"

#include <math.h>
#include <string.h>

#include "base/must.h"

void knob_init(struct knob *knob, enum knob_way way, size_t room, struct arena *arena)
{
    *knob = (struct knob){
        .way = way, .room = room, .held = arena_alloc(arena, (room + 1) * sizeof *knob->held)};
}

/* The place of the first that is not below value. */
static size_t place_of(const struct knob *knob, double value)
{
    size_t i = 0;
    while (i < knob->count && knob->held[i] < value)
        i++;
    return i;
}

void knob_hold(struct knob *knob, double value)
{
    const size_t at = place_of(knob, value);
    MUST(knob->count < knob->room);
    memmove(&knob->held[at + 1], &knob->held[at], (knob->count - at) * sizeof *knob->held);
    knob->held[at] = value;
    knob->count++;
}

void knob_give_back(struct knob *knob, double value)
{
    const size_t at = place_of(knob, value);
    MUST(at < knob->count && !(knob->held[at] > value));
    knob->count--;
    memmove(&knob->held[at], &knob->held[at + 1], (knob->count - at) * sizeof *knob->held);
}

double knob_value(const struct knob *knob)
{
    static const double nobody[] = {
        [KNOB_FACTOR] = 1.0, [KNOB_CHANCE] = 0.0, [KNOB_SUM] = 0.0, [KNOB_LEAST] = HUGE_VAL};
    double value = knob->count > 0 ? knob->held[0] : nobody[knob->way];
    for (size_t i = 1; i < knob->count && knob->way != KNOB_LEAST; i++) {
        if (knob->way == KNOB_FACTOR)
            value *= knob->held[i];
        else if (knob->way == KNOB_CHANCE)
            value = 1.0 - (1.0 - value) * (1.0 - knob->held[i]);
        else
            value += knob->held[i];
    }
    return value;
}
