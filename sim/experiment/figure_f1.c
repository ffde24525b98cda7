// SPDX-License-Identifier: GPL-3.0-or-later
/* F1, the latency CDF. */
#include "experiment/figure_latency.h"

static double fraction_below(double fraction)
{
    return fraction;
}

static void fill(struct figure *figure)
{
    static const struct latency_view view = {
        .words = "Latency distribution.",
        .height = fraction_below,
        .mark_count = 3,
        .theory_to = 0.999,
        .most_q = 0.95,
        .most = "95 % of them",
    };
    figure_latency(figure, &view);
}

const struct figure_kind figure_f1 = {
    .id = "F1",
    .words = "latency distribution",
    .header = LATENCY_HEADER("fraction"),
    .fill = fill,
};
