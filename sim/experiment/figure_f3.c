// SPDX-License-Identifier: GPL-3.0-or-later
/* F3, traffic smoothing: the busiest queue's backlog over time, and what arrives against what is
 * served; without a queue, the line of whatever is called.
 *
 * A rate is the mean of so many neighbours that chance does not hide it. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/gauges.h"

enum { PANELS = 4, ENOUGH_MESSAGES = 1000, WIDEST_SHARE = 50 };

/* How many points to each side a rate is averaged over; a single replication is shown as it was. */
static size_t reach_of(const struct gauges *gauges)
{
    const struct buckets *visible = gauges->visible;
    const size_t count = visible->count;
    if (gauges->arrivals == NULL || gauges->cell->replication_count < 2 || count < 2)
        return 0;
    const double wide_s =
        (visible->points[count - 1].time_s - visible->points[0].time_s) / (double)(count - 1);
    const double messages =
        gauges_average(gauges->arrivals) * wide_s * (double)gauges->cell->replication_count;
    const double wanted = fmin(ENOUGH_MESSAGES / messages, (double)count / WIDEST_SHARE);
    return messages > 0.0 && wanted > 1.0 ? (size_t)(wanted / 2.0) : 0;
}

/* NAN: not measured. */
static double rate_near(const struct buckets *rates, size_t i, size_t reach)
{
    double sum = 0.0, count = 0.0;
    if (rates == NULL)
        return (double)NAN;
    for (size_t at = i < reach ? 0 : i - reach; at <= i + reach && at < rates->count; at++) {
        sum += rates->points[at].mean;
        count += 1.0;
    }
    return count > 0.0 ? sum / count : 0.0;
}

static void add_row(struct figure *figure, const struct gauges *gauges, size_t series,
                    const char *label, size_t i, size_t reach)
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
    figure_number(figure, rate_near(gauges->arrivals, i, reach));
    figure_number(figure, rate_near(gauges->served, i, reach));
    figure_number(figure, gauges_struck(gauges, i));
    figure_number(figure, gauges_in_alarm(gauges, i) ? 1.0 : 0.0);
    figure_end_row(figure);
}

static void add_sentence(struct figure *figure, const struct gauges *gauges, const char *label)
{
    double most = 0.0, at_s = 0.0;
    char shown[32], time[32];
    const char *what = gauges->is_line ? "request" : "message";
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
    text_printf(&figure->sentence, "%s %s: at most %s %s%s in %s, after %s.",
                figure->sentence.length > 0 ? "" : "Backlog over time.", label,
                units_format_number(shown, most), what, most == 1.0 ? " waits" : "s wait",
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
            add_row(figure, &gauges, i, label, j, reach_of(&gauges));
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
