// SPDX-License-Identifier: GPL-3.0-or-later
/* F20, a map: a metric at every point of a grid of two swept axes, of the first variant.  Which
 * metric is the result's choice; without one, what the scenario expects something of. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/axis.h"
#include "experiment/compare_metric.h"
#include "experiment/figure.h"

enum { AXES = 2, MOST = 64 }; /* values of an axis */

/* An axis and the points at which its values stand first, in the order of their numbers, or, where
 * they are none, as they are written. */
struct side {
    size_t axis, count;
    size_t points[MOST];
};

static bool is_same(const struct result *result, size_t axis, size_t a, size_t b)
{
    struct arena arena;
    arena_init(&arena);
    const bool same =
        strcmp(axis_text(&arena, result, axis, a), axis_text(&arena, result, axis, b)) == 0;
    arena_free(&arena);
    return same;
}

/* The place of a point's value on the side; count: it is new. */
static size_t index_on(const struct result *result, const struct side *side, size_t point)
{
    size_t index = 0;
    while (index < side->count && !is_same(result, side->axis, side->points[index], point))
        index++;
    return index;
}

static void insert(const struct result *result, struct side *side, size_t point)
{
    const double number = axis_at(result, side->axis, point);
    size_t at = side->count++;
    for (; at > 0 && axis_at(result, side->axis, side->points[at - 1]) > number; at--)
        side->points[at] = side->points[at - 1];
    side->points[at] = point;
}

/* The first two axes that vary by themselves; false: there are not two, or too many values. */
static bool choose_sides(const struct result *result, struct side sides[AXES])
{
    size_t found = 0;
    for (size_t axis = 0; axis < result->file->axis_count && found < AXES; axis++) {
        struct side *side = &sides[found];
        *side = (struct side){.axis = axis};
        for (size_t point = 0; point < result_points(result); point++) {
            if (index_on(result, side, point) == side->count && side->count < MOST)
                insert(result, side, point);
        }
        found += side->count > 1 && result->axis_tells[axis];
    }
    return found == AXES && sides[0].count * sides[1].count == result_points(result);
}

static void add_row(struct figure *figure, const struct compare_metric *metric,
                    const struct side sides[AXES], size_t point, const struct cell_row *row)
{
    const struct result *result = figure->result;
    figure_number(figure, 0.0);
    figure_word(figure, figure_variant(figure, result_cell(result, 0, point)));
    figure_word(figure, result_cell(result, 0, point)->variant);
    figure_word(figure, compare_metric_phrase(&figure->arena, metric));
    figure_word(figure, metric->unit);
    for (size_t i = 0; i < AXES; i++) {
        figure_word(figure, axis_name(&figure->arena, result->file->axes[sides[i].axis]));
        figure_number(figure, (double)index_on(result, &sides[i], point));
        figure_word(figure, axis_text(&figure->arena, result, sides[i].axis, point));
    }
    figure_number(figure, row->estimate.mean);
    figure_end_row(figure);
}

static void say(struct figure *figure, const struct compare_metric *metric, size_t least,
                size_t most)
{
    const struct result *result = figure->result;
    char low[32], high[32];
    text_printf(&figure->sentence, "%s is least, %s, at %s and greatest, %s, at %s.",
                compare_metric_phrase(&figure->arena, metric),
                units_format_number(
                    low, compare_metric_row(metric, result_cell(result, 0, least))->estimate.mean),
                result_point_label(&figure->arena, result, least),
                units_format_number(
                    high, compare_metric_row(metric, result_cell(result, 0, most))->estimate.mean),
                result_point_label(&figure->arena, result, most));
}

static void fill(struct figure *figure)
{
    const struct result *result = figure->result;
    struct side sides[AXES];
    struct compare_metric metric;
    if (!choose_sides(result, sides)) {
        figure_refuse(figure, "two axes are not swept as a grid");
        return;
    }
    const char *refusal = compare_metric_choose(&figure->arena, result, &metric);
    if (refusal != NULL) {
        figure_refuse(figure, refusal);
        return;
    }
    size_t least = 0, most = 0;
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t point = 0; point < result_points(result); point++) {
        const struct cell_row *row = compare_metric_row(&metric, result_cell(result, 0, point));
        if (row == NULL || isnan(row->estimate.mean))
            continue;
        add_row(figure, &metric, sides, point, row);
        least = row->estimate.mean < low ? point : least;
        most = row->estimate.mean > high ? point : most;
        low = fmin(low, row->estimate.mean);
        high = fmax(high, row->estimate.mean);
    }
    if (figure->row_count == 0)
        figure_refuse(figure, "it was not measured at any point of the grid");
    else
        say(figure, &metric, least, most);
}

const struct figure_kind figure_f20 = {
    .id = "F20",
    .words = "a metric over a grid of two parameters",
    .header = "series,label,variant,metric,unit,x_name,x,x_text,y_name,y,y_text,value",
    .is_along_a_sweep = true,
    .fill = fill,
};
