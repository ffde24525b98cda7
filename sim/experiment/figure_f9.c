// SPDX-License-Identifier: GPL-3.0-or-later
/* F9, dead letters: where maxReceiveCount is swept, the share of messages that end in the
 * dead-letter queue against it, with p^n where each attempt fails with chance p; else how many lie
 * there over time. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"

enum { LINES = 4, THEORY_POINTS = 50 };

static void add_row(struct figure *figure, size_t series, const char *kind, const char *label,
                    const struct cell *cell, double x, double value, double low, double high,
                    double of)
{
    figure_number(figure, (double)series);
    figure_word(figure, kind);
    figure_word(figure, label);
    figure_word(figure, cell != NULL ? cell->variant : "");
    figure_word(figure, cell != NULL ? cell->point : "");
    figure_number(figure, x);
    figure_number(figure, value);
    figure_number(figure, low);
    figure_number(figure, high);
    figure_number(figure, of);
    figure_end_row(figure);
}

/* --- over time --- */

static double most_of(const struct cell_series *series)
{
    double most = 0.0;
    for (size_t i = 0; series != NULL && i < series->mean.count; i++)
        most = fmax(most, series->mean.points[i].mean);
    return most;
}

/* The dead-letter queue that got most, be it while it drains; NULL: none got anything. */
static const struct cell_series *dead_letters(const struct cell *cell)
{
    const struct cell_series *most = NULL;
    for (size_t i = 0; i < cell->scenario->queue_count; i++) {
        const char *name = cell->scenario->queues[i].name;
        const struct cell_series *series =
            cell_series_find(cell, name, "ApproximateNumberOfMessagesVisible");
        if (setting_is_dead_letter(cell->scenario, name) && most_of(series) > most_of(most))
            most = series;
    }
    return most;
}

static bool has_dead_letters(const struct cell *cell, const void *context)
{
    (void)context;
    return dead_letters(cell) != NULL;
}

static void add_growth(struct figure *figure, size_t series, const struct cell *cell)
{
    const struct cell_series *letters = dead_letters(cell);
    const struct buckets *mean = &letters->mean;
    const char *label = figure_label(figure, cell);
    char shown[32], end[32];
    figure->has_range = true;
    for (size_t i = 0; i < mean->count; i++)
        add_row(figure, series, "growth", label, cell, mean->points[i].time_s, mean->points[i].mean,
                mean->points[i].min, mean->points[i].max, -1.0);
    text_printf(&figure->sentence, "%s %s: up to %s, at the end %s in %s.",
                series > 0 ? "" : "Dead letters over time.", label,
                units_format_number(shown, most_of(letters)),
                units_format_number(end, letters->after.mean), letters->entity);
}

static void fill_growth(struct figure *figure)
{
    const struct cell *cells[LINES];
    const size_t count = figure_cells(figure, has_dead_letters, NULL, cells, LINES);
    if (count == 0)
        figure_refuse(figure, "no message came to a dead-letter queue");
    for (size_t i = 0; i < count; i++)
        add_growth(figure, i, cells[i]);
}

/* --- against maxReceiveCount --- */

static double tries_of(const struct cell *cell)
{
    const char *queue = figure_has(cell) ? figure_queue(cell) : NULL;
    const struct scenario_queue *of = queue != NULL ? setting_queue(cell->scenario, queue) : NULL;
    return of != NULL && of->dead_letter != NODE_NONE ? (double)of->cfg.redrive.max_receives
                                                      : (double)NAN;
}

/* The chance that an attempt fails, if bad luck is all that can fail it; else NAN. */
static double failure_p(struct figure *figure, const struct cell *cell)
{
    struct formula_station station;
    formula_station(&station, cell->scenario, FORMULA_QUEUE, figure_queue(cell), &figure->arena);
    return formula_find(&station, "deadLettered", "rate", &figure->arena) != NULL
               ? station.failure_p
               : (double)NAN;
}

static void add_theory(struct figure *figure, size_t series, double p, double least, double most)
{
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double n = least + (most - least) * (double)i / (THEORY_POINTS - 1);
        add_row(figure, series + 1, "theory", "theory: p^n", NULL, n, pow(p, n), (double)NAN,
                (double)NAN, (double)series);
    }
}

static const char *share(char buffer[32], double value)
{
    return value == 0.0 ? "none" : units_format_number(buffer, value);
}

/* Returns how many series it has made. */
static size_t add_variant(struct figure *figure, size_t variant, size_t series)
{
    const char *name = figure_variant(figure, result_cell(figure->result, variant, 0));
    double least = HUGE_VAL, most = -HUGE_VAL, p = (double)NAN, first = (double)NAN;
    double last = (double)NAN;
    char at_least[32], at_most[32];
    for (size_t i = 0; i < result_points(figure->result); i++) {
        const struct cell *cell = result_cell(figure->result, variant, i);
        const double n = tries_of(cell);
        const struct cell_row *row =
            isnan(n) ? NULL : cell_find(cell, figure_queue(cell), "deadLettered", "rate");
        if (row == NULL)
            continue;
        add_row(figure, series, "measured", name, cell, n, row->estimate.mean, row->estimate.low,
                row->estimate.high, -1.0);
        p = failure_p(figure, cell);
        first = n < least ? row->estimate.mean : first;
        last = n > most ? row->estimate.mean : last;
        least = fmin(least, n);
        most = fmax(most, n);
    }
    if (least > most)
        return 0;
    text_printf(&figure->sentence, "%s %s: of all messages %s with maxReceiveCount %g, %s with %g.",
                series > 0 ? "" : "Dead letters.", name, share(at_least, first), least,
                share(at_most, last), most);
    if (!(p > 0.0) || !(least < most))
        return 1;
    add_theory(figure, series, p, least, most);
    return 2;
}

static bool is_swept(const struct figure *figure)
{
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (size_t i = 0; i < result_points(figure->result); i++) {
        const double n = tries_of(result_cell(figure->result, 0, i));
        least = fmin(least, n);
        most = fmax(most, n);
    }
    return least < most;
}

static void fill(struct figure *figure)
{
    if (!is_swept(figure)) {
        fill_growth(figure);
        return;
    }
    size_t series = 0;
    for (size_t i = 0; i < result_variants(figure->result); i++)
        series += add_variant(figure, i, series);
}

const struct figure_kind figure_f9 = {
    .id = "F9",
    .words = "dead letters",
    .header = "series,kind,label,variant,point,x,value,low,high,of",
    .fill = fill,
};
