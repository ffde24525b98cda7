// SPDX-License-Identifier: GPL-3.0-or-later
/* F2, the tail of latency: which share of the messages takes longer.  On two axes of logarithms an
 * exponential tail bends down, and a heavy one is straight. */
#include <math.h>
#include "experiment/figure_latency.h"

/* The end of the last bin, beyond which nothing is, has no logarithm. */
static double fraction_beyond(double fraction)
{
    return fraction < 1.0 - 1e-12 ? 1.0 - fraction : (double)NAN;
}

static void fill(struct figure *figure)
{
    static const struct latency_view view = {
        .words = "Tail of the latency.",
        .height = fraction_beyond,
        .mark_count = 4,
        .theory_to = 0.99999,
        .most_q = 0.99,
        .most = "99 % of them",
    };
    figure_latency(figure, &view);
}

const struct figure_kind figure_f2 = {
    .id = "F2",
    .words = "tail of the latency",
    .header = LATENCY_HEADER("beyond"),
    .fill = fill,
};
