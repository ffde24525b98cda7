// SPDX-License-Identifier: GPL-3.0-or-later
/* How much time messages spend in flight, within a sliding window.
 *
 * The time that messages spent in flight is the integral of their number, those still there
 * included.  The window is cut into METER_PARTS parts at fixed times and moves on by whole parts:
 * it is exact up to the end of the latest part, and knows nothing of the open one. */
#ifndef QUEUELAB_MODEL_METER_H
#define QUEUELAB_MODEL_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { METER_PARTS = 60 };

struct meter_window {
    uint64_t spent_ns[METER_PARTS], spent_sum_ns; /* by part % METER_PARTS */
    uint32_t taken[METER_PARTS], taken_sum;
};

struct meter {
    uint32_t in_flight;
    uint32_t taken;    /* in the open part */
    uint64_t spent_ns; /* likewise, up to since_ns */
    int64_t since_ns;
    struct meter_window *window; /* NULL: nothing happened in it */
};

void meter_free(struct meter *meter);
/* One more message is in flight, or one less. */
void meter_take(struct meter *meter, int64_t now_ns);
void meter_return(struct meter *meter, int64_t now_ns);
/* The part numbered to opens; the latest that opened was from.  Part i starts at i * part_ns. */
void meter_roll(struct meter *meter, int64_t part_ns, int64_t from, int64_t to);
/* Forgets what is over. */
void meter_forget(struct meter *meter);

/* Of the closed parts in the window: time spent in flight, and how often a message was taken. */
static inline uint64_t meter_spent_ns(const struct meter *meter)
{
    return meter->window != NULL ? meter->window->spent_sum_ns : 0;
}
static inline uint32_t meter_taken(const struct meter *meter)
{
    return meter->window != NULL ? meter->window->taken_sum : 0;
}
/* Nothing to roll until the next meter_take. */
static inline bool meter_is_idle(const struct meter *meter)
{
    return meter->in_flight == 0 && meter->taken == 0 && meter->spent_ns == 0 &&
           meter_spent_ns(meter) == 0 && meter_taken(meter) == 0;
}

#endif
