// SPDX-License-Identifier: GPL-3.0-or-later
/* F16, double effects: how often what a message is for happens (a card is charged), against the
 * deliveries beyond the first, both per business key; a line for each variant.  Deliveries count
 * those that a queue repeats and those of what a producer sent again. */
#include <math.h>
#include <stdlib.h>
#include "experiment/figure.h"

struct point {
    double extra, effects, low, high;
};

static int by_extra(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    return (p->extra > q->extra) - (p->extra < q->extra);
}

static double mean_of(const struct cell *cell, const char *entity, const char *metric,
                      const char *stat)
{
    const struct cell_row *row = cell_find(cell, entity, metric, stat);
    return row != NULL ? row->estimate.mean : (double)NAN;
}

/* What the consumer of the cell's busiest queue did; false: there is none, or it did nothing. */
static bool read_point(struct figure *figure, const struct cell *cell, struct point *point)
{
    const char *queue = figure_has(cell) ? figure_queue(cell) : NULL;
    struct setting_service service;
    if (queue == NULL || !setting_service_of(cell->scenario, queue, &figure->arena, &service))
        return false;
    const struct cell_row *rate = cell_find(cell, service.consumer, "effects", "rate");
    const double keys = mean_of(cell, service.consumer, "effects", "count") -
                        mean_of(cell, service.consumer, "doubleEffects", "count");
    if (rate == NULL || isnan(rate->estimate.mean) || !(keys > 0.0))
        return false;
    const double received = mean_of(cell, queue, "NumberOfMessagesReceived", "count");
    *point = (struct point){fmax(received / keys - 1.0, 0.0), rate->estimate.mean,
                            rate->estimate.low, rate->estimate.high};
    return true;
}

static void add_rows(struct figure *figure, size_t series, const char *name,
                     const struct point *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        figure_number(figure, (double)series);
        figure_word(figure, "measured");
        figure_word(figure, name);
        figure_word(figure, name);
        figure_number(figure, points[i].extra);
        figure_number(figure, points[i].effects);
        figure_number(figure, points[i].low);
        figure_number(figure, points[i].high);
        figure_end_row(figure);
    }
}

/* "1 to 1.65"; the number alone if both are the same. */
static void add_range(struct text *sentence, double least, double most, int digits)
{
    if (least < most)
        text_printf(sentence, "%.*g to ", digits, least);
    text_printf(sentence, "%.*g", digits, most);
}

static void add_sentence(struct figure *figure, bool is_first, const char *name,
                         const struct point *points, size_t count)
{
    double least = HUGE_VAL, most = 0.0;
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, points[i].effects);
        most = fmax(most, points[i].effects);
    }
    text_printf(&figure->sentence, "%s %s: ", is_first ? "Effects." : "", name);
    add_range(&figure->sentence, least, most, 5);
    text_add(&figure->sentence, " per business key, with ");
    add_range(&figure->sentence, points[0].extra, points[count - 1].extra, 2);
    text_add(&figure->sentence, " deliveries beyond the first.");
}

static void fill(struct figure *figure)
{
    const struct result *result = figure->result;
    struct point *points = arena_alloc(&figure->arena, result_points(result) * sizeof *points);
    size_t series = 0, most = 0;
    for (size_t i = 0; i < result_variants(result); i++) {
        const char *name = figure_variant(figure, result_cell(result, i, 0));
        size_t count = 0;
        for (size_t at = 0; at < result_points(result); at++)
            count += read_point(figure, result_cell(result, i, at), &points[count]);
        if (count == 0)
            continue;
        qsort(points, count, sizeof *points, by_extra);
        add_rows(figure, series, name, points, count);
        add_sentence(figure, series == 0, name, points, count);
        series++;
        most = count > most ? count : most;
    }
    if (most < 2)
        figure_refuse(figure, "what makes duplicates is not swept");
}

const struct figure_kind figure_f16 = {
    .id = "F16",
    .words = "effects against duplicates",
    .header = "series,kind,label,variant,extra,effects,low,high",
    .is_along_a_sweep = true,
    .fill = fill,
};
