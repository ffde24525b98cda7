// SPDX-License-Identifier: GPL-3.0-or-later
/* F14, how far out of order: how many messages were received so many places behind the furthest. */
#include <inttypes.h>
#include <string.h>
#include "experiment/figure_trace.h"

enum { BARS = 200 };

static void fill(struct figure *figure)
{
    struct figure_trace of;
    struct figure_receive *receives;
    const char *queue;
    size_t bars[BARS + 1] = {0}, most = 0;
    if (!figure_trace_init(&of, figure))
        return;
    const size_t count = figure_trace_receives(figure, &of, &queue, &receives);
    for (size_t i = 0; i < count; i++) {
        const size_t distance = receives[i].distance < BARS ? receives[i].distance : BARS;
        bars[distance]++;
        most = distance > most ? distance : most;
    }
    if (count == 0)
        figure_refuse(figure, "no message was received");
    for (size_t i = 0; i <= most && count > 0; i++) {
        figure_trace_row(figure, &of, 0, "first receives", queue);
        figure_number(figure, (double)i);
        figure_number(figure, (double)bars[i]);
        figure_end_row(figure);
    }
    if (count > 0)
        text_printf(&figure->sentence,
                    "Distance from order. Of %zu messages received from %s, %zu came in order; the "
                    "furthest was %zu place%s late.",
                    count, queue, bars[0], most, most == 1 ? "" : "s");
    figure_trace_free(&of);
}

const struct figure_kind figure_f14 = {
    .id = "F14",
    .words = "distance from order",
    .header = "series,label,variant,point,entity,distance,messages",
    .is_of_trace = true,
    .fill = fill,
};
