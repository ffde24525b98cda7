// SPDX-License-Identifier: GPL-3.0-or-later
/* F13, order: each message's place in the queue against its place in the order of receiving. */
#include <inttypes.h>
#include "base/units.h"
#include "experiment/figure_trace.h"

enum { POINTS = 2000 };

/* One series for those in order, one for those that were overtaken. */
static size_t add_series(struct figure *figure, const struct figure_trace *of, const char *queue,
                         const struct figure_receive *receives, size_t count, bool is_overtaken)
{
    size_t added = 0;
    for (size_t i = 0; i < count; i++) {
        if ((receives[i].distance > 0) != is_overtaken)
            continue;
        figure_trace_row(figure, of, is_overtaken, is_overtaken ? "out of order" : "in order",
                         queue);
        figure_number(figure, receives[i].sent);
        figure_number(figure, receives[i].received);
        figure_end_row(figure);
        added++;
    }
    return added;
}

static void fill(struct figure *figure)
{
    struct figure_trace of;
    struct figure_receive *receives;
    const char *queue;
    if (!figure_trace_init(&of, figure))
        return;
    size_t count = figure_trace_receives(figure, &of, &queue, &receives);
    count = count < POINTS ? count : POINTS;
    if (count == 0)
        figure_refuse(figure, "no message was received");
    add_series(figure, &of, queue, receives, count, false);
    char number[32];
    const size_t overtaken = add_series(figure, &of, queue, receives, count, true);
    if (count > 0)
        text_printf(&figure->sentence,
                    "Order of receiving. Of the first %zu messages received from %s, %s had been "
                    "overtaken by a later one.",
                    count, queue,
                    overtaken > 0 ? units_format_number(number, (double)overtaken) : "none");
    figure_trace_free(&of);
}

const struct figure_kind figure_f13 = {
    .id = "F13",
    .words = "order of receiving",
    .header = "series,label,variant,point,entity,sent,received",
    .is_of_trace = true,
    .fill = fill,
};
