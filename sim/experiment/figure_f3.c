// SPDX-License-Identifier: GPL-3.0-or-later
/* F3, traffic smoothing: the busiest queue's backlog over time, and what arrives against what is
 * served; without a queue, the line of whatever is called. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/gauges.h"

enum { PANELS = 4 };

static void add_row(struct figure *figure, const struct gauges *gauges, size_t series,
                    const char *label, size_t i)
{
    const double time_s = gauges->visible->points[i].time_s;
    const double visible = gauges->visible->points[i].mean;
    const double in_flight = gauges_mean(gauges->in_flight, i);
    figure_number(figure, (double)series);
    figure_word(figure, label);
    figure_word(figure, gauges->cell->variant);
    figure_word(figure, gauges->cell->point);
    figure_word(figure, gauges->queue);
    figure_number(figure, time_s);
    figure_number(figure, visible);
    figure_number(figure, in_flight);
    figure_number(figure, visible + in_flight + gauges_mean(gauges->delayed, i));
    figure_number(figure,
                  gauges->arrivals != NULL ? gauges_mean(gauges->arrivals, i) : (double)NAN);
    figure_number(figure, gauges->served != NULL ? gauges_mean(gauges->served, i) : (double)NAN);
    const bool is_shaded =
        setting_is_spike(gauges->cell->scenario, time_s) || gauges_has_fault(gauges, i);
    figure_number(figure, is_shaded ? 1.0 : 0.0);
    figure_number(figure, gauges_in_alarm(gauges, i) ? 1.0 : 0.0);
    figure_end_row(figure);
}

static void add_sentence(struct figure *figure, const struct gauges *gauges, const char *label)
{
    double most = 0.0, at_s = 0.0;
    char shown[32], time[32];
    for (size_t i = 0; i < gauges->visible->count; i++) {
        if (gauges->visible->points[i].mean > most) {
            most = gauges->visible->points[i].mean;
            at_s = gauges->visible->points[i].time_s;
        }
    }
    if (!(most > 0.0)) {
        text_printf(&figure->sentence, "%s %s: nothing waits in %s.",
                    figure->sentence.length > 0 ? "" : "Backlog over time.", label, gauges->queue);
        return;
    }
    text_printf(&figure->sentence, "%s %s: at most %s %s wait in %s, after %s.",
                figure->sentence.length > 0 ? "" : "Backlog over time.", label,
                units_format_number(shown, most), gauges->is_line ? "requests" : "messages",
                gauges->queue, units_format_seconds(time, at_s));
}

static void fill(struct figure *figure)
{
    const struct cell *cells[PANELS];
    const size_t count = figure_cells(figure, gauges_work_fits, NULL, cells, PANELS);
    if (count == 0)
        figure_refuse(figure, "no queue's backlog was measured");
    for (size_t i = 0; i < count; i++) {
        struct gauges gauges;
        gauges_of_work(&gauges, cells[i]);
        const char *label = figure_label(figure, cells[i]);
        for (size_t j = 0; j < gauges.visible->count; j++)
            add_row(figure, &gauges, i, label, j);
        add_sentence(figure, &gauges, label);
    }
}

const struct figure_kind figure_f3 = {
    .id = "F3",
    .words = "traffic smoothing",
    .header = "series,label,variant,point,entity,time_s,visible,in_flight,backlog,arrivals_per_s,"
              "served_per_s,spike,alarm",
    .fill = fill,
};
