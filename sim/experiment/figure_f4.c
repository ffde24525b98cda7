// SPDX-License-Identifier: GPL-3.0-or-later
/* F4, what CloudWatch shows of the busiest queue: visible, in flight and delayed messages over
 * time. */
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/gauges.h"

enum { PANELS = 4 };

/* A queue that was empty all the time has nothing to show. */
static bool has_messages(const struct cell *cell, const void *context)
{
    struct gauges gauges;
    (void)context;
    if (!gauges_of(&gauges, cell))
        return false;
    for (size_t i = 0; i < gauges.visible->count; i++) {
        if (gauges.visible->points[i].mean > 0.0 || gauges_mean(gauges.in_flight, i) > 0.0 ||
            gauges_mean(gauges.delayed, i) > 0.0)
            return true;
    }
    return false;
}

static void fill(struct figure *figure)
{
    const struct cell *cells[PANELS];
    const size_t count = figure_cells(figure, has_messages, NULL, cells, PANELS);
    if (count == 0)
        figure_refuse(figure, "no queue was seen with messages in it");
    for (size_t i = 0; i < count; i++) {
        struct gauges gauges;
        gauges_of(&gauges, cells[i]);
        const char *label = figure_label(figure, cells[i]);
        for (size_t j = 0; j < gauges.visible->count; j++) {
            figure_number(figure, (double)i);
            figure_word(figure, label);
            figure_word(figure, cells[i]->variant);
            figure_word(figure, cells[i]->point);
            figure_word(figure, gauges.queue);
            figure_number(figure, gauges.visible->points[j].time_s);
            figure_number(figure, gauges.visible->points[j].mean);
            figure_number(figure, gauges_mean(gauges.in_flight, j));
            figure_number(figure, gauges_mean(gauges.delayed, j));
            figure_number(figure, gauges_has_fault(&gauges, j) ? 1.0 : 0.0);
            figure_number(figure, gauges_in_alarm(&gauges, j) ? 1.0 : 0.0);
            figure_end_row(figure);
        }
        char visible[32], in_flight[32];
        text_printf(&figure->sentence, "%s %s: on average %s visible and %s in flight.",
                    i > 0 ? "" : "Messages in the queue over time.", label,
                    units_format_number(visible, gauges_average(gauges.visible)),
                    units_format_number(in_flight, gauges_average(gauges.in_flight)));
    }
}

const struct figure_kind figure_f4 = {
    .id = "F4",
    .words = "visible, in flight, delayed",
    .header = "series,label,variant,point,entity,time_s,visible,in_flight,delayed,fault,alarm",
    .fill = fill,
};
