// SPDX-License-Identifier: GPL-3.0-or-later
/* F5, the age of the oldest message of the busiest queue over time, as CloudWatch has it: without
 * messages that were received too often (CW-4). */
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/gauges.h"

enum { LINES = 4 };

static const struct buckets *age_of(const struct cell *cell)
{
    const char *queue = figure_queue(cell);
    const struct cell_series *age =
        queue != NULL ? cell_series_find(cell, queue, "ApproximateAgeOfOldestMessage") : NULL;
    return age != NULL ? &age->mean : NULL;
}

/* Something was there to grow old. */
static bool has_age(const struct cell *cell, const void *context)
{
    const struct buckets *age = age_of(cell);
    (void)context;
    for (size_t i = 0; age != NULL && i < age->count; i++) {
        if (age->points[i].mean > 0.0)
            return true;
    }
    return false;
}

static void add_rows(struct figure *figure, const struct cell *cell, size_t series,
                     const char *label)
{
    const struct buckets *age = age_of(cell);
    struct gauges gauges;
    gauges_of(&gauges, cell);
    for (size_t i = 0; i < age->count; i++) {
        figure_number(figure, (double)series);
        figure_word(figure, label);
        figure_word(figure, cell->variant);
        figure_word(figure, cell->point);
        figure_word(figure, figure_queue(cell));
        figure_number(figure, age->points[i].time_s);
        figure_number(figure, age->points[i].mean);
        figure_range(figure, cell, &age->points[i]);
        figure_number(figure, gauges_has_fault(&gauges, i) ? 1.0 : 0.0);
        figure_number(figure, gauges_in_alarm(&gauges, i) ? 1.0 : 0.0);
        figure_end_row(figure);
    }
}

static void add_sentence(struct figure *figure, const struct cell *cell, const char *label)
{
    const struct buckets *age = age_of(cell);
    double most_s = 0.0, at_s = 0.0;
    char shown[32], time[32];
    for (size_t i = 0; i < age->count; i++) {
        if (age->points[i].mean > most_s) {
            most_s = age->points[i].mean;
            at_s = age->points[i].time_s;
        }
    }
    text_printf(&figure->sentence, "%s %s: at most %s, after %s.",
                figure->sentence.length > 0 ? "" : "Age of the oldest message over time.", label,
                units_format_seconds(shown, most_s), units_format_seconds(time, at_s));
}

static void fill(struct figure *figure)
{
    const struct cell *cells[LINES];
    const size_t count = figure_cells(figure, has_age, NULL, cells, LINES);
    if (count == 0)
        figure_refuse(figure, "no message was ever waiting");
    for (size_t i = 0; i < count; i++) {
        const char *label = figure_label(figure, cells[i]);
        add_rows(figure, cells[i], i, label);
        add_sentence(figure, cells[i], label);
    }
}

const struct figure_kind figure_f5 = {
    .id = "F5",
    .words = "age of the oldest message",
    .header = "series,label,variant,point,entity,time_s,age_s,low_s,high_s,fault,alarm",
    .fill = fill,
};
