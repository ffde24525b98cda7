// SPDX-License-Identifier: GPL-3.0-or-later
/* F22, fair queues: how long the oldest message of quiet tenants, and that of all, has been in the
 * busiest queue.  Where messages name no tenant, there is one line for all. */
#include "base/units.h"
#include "experiment/figure.h"

enum { CELLS = 4 };

static const char of_all[] = "ApproximateAgeOfOldestMessage";
static const char of_quiet[] = "ApproximateAgeOfOldestMessageInQuietGroups";

static const struct cell_series *series_of(const struct cell *cell, const char *metric)
{
    const char *queue = figure_queue(cell);
    return queue != NULL ? cell_series_find(cell, queue, metric) : NULL;
}

static bool has_age(const struct cell *cell, const void *context)
{
    (void)context;
    return series_of(cell, of_all) != NULL;
}

static bool is_fair(const struct cell *cell, const void *context)
{
    (void)context;
    return series_of(cell, of_quiet) != NULL;
}

static void add_line(struct figure *figure, size_t series, const char *kind,
                     const struct cell *cell, const char *tenants, const struct cell_series *of)
{
    const char *label = arena_printf(&figure->arena, "%s: %s", figure_label(figure, cell), tenants);
    double most_s = 0.0;
    char shown[32];
    for (size_t i = 0; i < of->mean.count; i++) {
        figure_number(figure, (double)series);
        figure_word(figure, kind);
        figure_word(figure, label);
        figure_word(figure, cell->variant);
        figure_word(figure, cell->point);
        figure_word(figure, of->entity);
        figure_number(figure, of->mean.points[i].time_s);
        figure_number(figure, of->mean.points[i].mean);
        figure_range(figure, cell, &of->mean.points[i]);
        figure_end_row(figure);
        if (of->mean.points[i].mean > most_s)
            most_s = of->mean.points[i].mean;
    }
    text_printf(&figure->sentence, "%s %s: up to %s.",
                series > 0 ? "" : "Age of the oldest message over time.", label,
                units_format_seconds(shown, most_s));
}

static void fill(struct figure *figure)
{
    const struct cell *cells[CELLS];
    size_t series = 0;
    if (figure_cells(figure, is_fair, NULL, cells, CELLS) == 0) {
        figure_refuse(figure, "no message names a tenant (MessageGroupId) in a standard queue");
        return;
    }
    const size_t count = figure_cells(figure, has_age, NULL, cells, CELLS);
    for (size_t i = 0; i < count; i++) {
        const struct cell_series *quiet = series_of(cells[i], of_quiet);
        if (quiet != NULL)
            add_line(figure, series++, "quiet", cells[i], "quiet tenants", quiet);
        add_line(figure, series++, "all", cells[i], quiet != NULL ? "noisy tenant" : "all tenants",
                 series_of(cells[i], of_all));
    }
}

const struct figure_kind figure_f22 = {
    .id = "F22",
    .words = "quiet and noisy tenants",
    .header = "series,kind,label,variant,point,entity,time_s,age_s,low_s,high_s",
    .fill = fill,
};
