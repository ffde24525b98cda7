// SPDX-License-Identifier: GPL-3.0-or-later
/* The window's ring of parts.  What is in it is also summed, so that asking costs nothing. */
#include "model/meter.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"

void meter_free(struct meter *meter)
{
    free(meter->window);
    meter->window = NULL;
}

/* Counts the time up to at_ns. */
static void bring_up(struct meter *meter, int64_t at_ns)
{
    MUST(at_ns >= meter->since_ns);
    meter->spent_ns += (uint64_t)(at_ns - meter->since_ns) * meter->in_flight;
    meter->since_ns = at_ns;
}

void meter_take(struct meter *meter, int64_t now_ns)
{
    bring_up(meter, now_ns);
    meter->in_flight++;
    meter->taken++;
}

void meter_return(struct meter *meter, int64_t now_ns)
{
    MUST(meter->in_flight > 0);
    bring_up(meter, now_ns);
    meter->in_flight--;
}

static void put(struct meter_window *window, int64_t part, uint64_t spent_ns, uint32_t taken)
{
    const size_t at = (size_t)(part % METER_PARTS);
    window->spent_sum_ns += spent_ns - window->spent_ns[at];
    window->taken_sum += taken - window->taken[at];
    window->spent_ns[at] = spent_ns;
    window->taken[at] = taken;
}

void meter_roll(struct meter *meter, int64_t part_ns, int64_t from, int64_t to)
{
    if (meter_is_idle(meter)) {
        meter->since_ns = to * part_ns;
        return;
    }
    if (meter->window == NULL) {
        meter->window = must_alloc(sizeof *meter->window);
        memset(meter->window, 0, sizeof *meter->window);
    }
    bring_up(meter, (from + 1) * part_ns);
    put(meter->window, from, meter->spent_ns, meter->taken);
    /* Nothing changed in the parts between. */
    const int64_t oldest = to - from > METER_PARTS ? to - METER_PARTS : from + 1;
    for (int64_t part = oldest; part < to; part++)
        put(meter->window, part, (uint64_t)part_ns * meter->in_flight, 0);
    meter->since_ns = to * part_ns;
    meter->spent_ns = 0;
    meter->taken = 0;
}

void meter_forget(struct meter *meter)
{
    meter->spent_ns = 0;
    meter->taken = 0;
    if (meter->window != NULL)
        memset(meter->window, 0, sizeof *meter->window);
}
