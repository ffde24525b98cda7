// SPDX-License-Identifier: GPL-3.0-or-later
/* Any metric along any numeric axis: a line for each variant and each value of the other axes, with
 * the queueing formula beside it where one applies to every point.  Which metric and axis is the
 * result's choice; without one, what the scenario expects something of. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/along.h"
#include "experiment/axis.h"
#include "experiment/compare_metric.h"

struct plot {
    struct figure *figure;
    struct compare_metric metric;
    const char *x_name, *x_unit, *y_name;
    size_t series;
};

/* --- which --- */

static double x_of(struct figure *figure, const struct cell *cell)
{
    return axis_at(figure->result, figure->axis, result_point_of(figure->result, cell));
}

static const char *swept(struct figure *figure)
{
    const struct scenario_file *file = figure->result->file;
    struct text list = {.length = 0};
    for (size_t axis = 0; axis < file->axis_count; axis++)
        text_printf(&list, "%s%s", axis > 0 ? ", " : "", file->axes[axis]);
    const char *kept = arena_copy_text(&figure->arena, text_of(&list));
    text_free(&list);
    return kept;
}

static bool choose_axis(struct plot *plot)
{
    struct figure *figure = plot->figure;
    const struct result *result = figure->result;
    const size_t axes = result->file->axis_count;
    const char *asked = result->sweep_axis;
    figure->axis = asked != NULL ? axis_find(result, asked) : 0;
    while (asked == NULL && figure->axis < axes &&
           !axis_is_numeric(result, figure->axis, &plot->x_unit))
        figure->axis++;
    if (axes == 0)
        figure_refuse(figure, "nothing is swept");
    else if (asked != NULL && figure->axis == axes)
        figure_refuse(figure, arena_printf(&figure->arena, "%s is not swept; swept is %s", asked,
                                           swept(figure)));
    else if (figure->axis == axes || !axis_is_numeric(result, figure->axis, &plot->x_unit))
        figure_refuse(figure, arena_printf(&figure->arena, "%s does not take several numbers",
                                           figure->axis == axes ? swept(figure) : asked));
    if (figure->refusal == NULL)
        plot->x_name = axis_name(&figure->arena, result->file->axes[figure->axis]);
    return figure->refusal == NULL;
}

static bool choose_metric(struct plot *plot)
{
    const char *refusal =
        compare_metric_choose(&plot->figure->arena, plot->figure->result, &plot->metric);
    if (refusal != NULL)
        figure_refuse(plot->figure, refusal);
    else
        plot->y_name = compare_metric_phrase(&plot->figure->arena, &plot->metric);
    return refusal == NULL;
}

/* --- theory --- */

/* What a formula says of the metric in a cell; NAN where none applies. */
static double value_of_theory(struct plot *plot, const struct cell *cell)
{
    const char *queue = figure_queue(cell);
    const struct compare_metric *metric = &plot->metric;
    struct formula_station station;
    if (queue == NULL || metric->entity != NULL || strcmp(metric->stat, "mean") != 0)
        return (double)NAN;
    formula_station(&station, cell->scenario, FORMULA_QUEUE, queue, &plot->figure->arena);
    const struct formula *formula = formula_find(&station, "sojourn", "mean", &plot->figure->arena);
    if (formula == NULL || formula->is_approximation || station.load >= 1.0)
        return (double)NAN;
    const double sojourn_s = formula->value(&station), service_s = station.service.service_s;
    if (strcmp(metric->metric, "sojourn") == 0)
        return sojourn_s;
    if (strcmp(metric->metric, "waiting") == 0)
        return sojourn_s - service_s;
    if (strcmp(metric->metric, "ApproximateNumberOfMessagesVisible") == 0)
        return (sojourn_s - service_s) * station.arrivals.rate_per_s;
    return (double)NAN;
}

/* --- rows --- */

/* A text in a column of its own is read right only without commas. */
static void add_plain(struct figure *figure, const char *words)
{
    char *copy = arena_copy_text(&figure->arena, words);
    for (char *c = copy; *c != '\0'; c++)
        *c = *c == ',' ? ';' : *c;
    figure_word(figure, copy);
}

static void add_row(struct plot *plot, const char *kind, const struct along_line *line, double x,
                    const struct estimate *y, double of)
{
    struct figure *figure = plot->figure;
    const bool is_theory = strcmp(kind, "theory") == 0;
    figure_number(figure, (double)plot->series);
    figure_word(figure, kind);
    figure_word(figure, is_theory ? "theory" : line->label);
    figure_word(figure, line->variant);
    add_plain(figure, plot->x_name);
    figure_word(figure, plot->x_unit);
    add_plain(figure, plot->y_name);
    figure_word(figure, plot->metric.unit);
    figure_number(figure, x);
    figure_number(figure, y->mean);
    figure_number(figure, y->low);
    figure_number(figure, y->high);
    figure_number(figure, of);
    figure_end_row(figure);
}

static void add_theory(struct plot *plot, const struct along_line *line)
{
    size_t known = 0;
    for (size_t i = 0; i < line->dot_count; i++)
        known += isnan(value_of_theory(plot, line->dots[i].cell)) ? 0 : 1;
    if (known < 2)
        return;
    for (size_t i = 0; i < line->dot_count; i++) {
        const struct estimate y = {.mean = value_of_theory(plot, line->dots[i].cell),
                                   .low = (double)NAN,
                                   .high = (double)NAN};
        if (!isnan(y.mean))
            add_row(plot, "theory", line, line->dots[i].x, &y, (double)plot->series - 1.0);
    }
    plot->series++;
}

static void add_line(struct plot *plot, const struct along_line *line)
{
    const struct estimate *last = NULL;
    char shown[32];
    for (size_t i = 0; i < line->dot_count; i++) {
        const struct cell_row *row = compare_metric_row(&plot->metric, line->dots[i].cell);
        if (row == NULL || isnan(row->estimate.mean))
            continue;
        last = &row->estimate;
        add_row(plot, "measured", line, line->dots[i].x, last, -1.0);
    }
    if (last == NULL)
        return;
    if (plot->series == 0)
        text_printf(&plot->figure->sentence, "%s against %s.", plot->y_name, plot->x_name);
    text_printf(&plot->figure->sentence, " %s: %s at the last point.", line->label,
                units_format_number(shown, last->mean));
    plot->series++;
    add_theory(plot, line);
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure};
    struct along_line lines[ALONG_LINES];
    if (!choose_axis(&plot) || !choose_metric(&plot))
        return;
    const size_t count = along_lines(figure, x_of, lines);
    for (size_t i = 0; i < count; i++)
        add_line(&plot, &lines[i]);
    if (plot.series == 0)
        figure_refuse(figure, "it was not measured at two points");
}

const struct figure_kind figure_sweep = {
    .id = "sweep",
    .words = "a metric along a sweep",
    .header = "series,kind,label,variant,x_name,x_unit,y_name,y_unit,x,y,low,high,of",
    .is_along_a_sweep = true,
    .fill = fill,
};
