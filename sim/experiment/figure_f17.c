// SPDX-License-Identifier: GPL-3.0-or-later
/* F17, what waiting for messages costs: the requests of the busiest queue, and the receives among
 * them that brought nothing, in a month of 30 days, against how long a receive waits.  A line for
 * each variant, with the formula where one worker without work worth mentioning polls alone. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/theory.h"

enum { THEORY_POINTS = 200 };

static const double month_s = 30.0 * 86400.0;

struct dot {
    double wait_s, requests, requests_low, requests_high, empty, empty_low, empty_high, usd;
};

struct plot {
    struct figure *figure;
    size_t series;
    bool varies;
    /* Of the variant at hand. */
    size_t dot_count;
    double least_s, most_s, rate_per_s;
    bool has_theory;
};

static void add_row(struct plot *plot, const char *kind, const char *label, const char *variant,
                    const struct dot *dot, double of)
{
    const double numbers[] = {dot->wait_s,        dot->requests, dot->requests_low,
                              dot->requests_high, dot->empty,    dot->empty_low,
                              dot->empty_high,    dot->usd,      of};
    figure_number(plot->figure, (double)plot->series);
    figure_word(plot->figure, kind);
    figure_word(plot->figure, label);
    figure_word(plot->figure, variant);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        figure_number(plot->figure, numbers[i]);
    figure_end_row(plot->figure);
}

/* How long the counts of a cell were taken: what came over how fast it came.  NAN: not known. */
static double length_s(const struct cell *cell, const char *queue)
{
    const struct json *drain = json_find(cell->scenario->doc, "/experiment/drain");
    if (drain != NULL && json_bool(drain))
        return (double)NAN; /* counts go on where rates have ended */
    return cell_mean(cell, queue, "NumberOfMessagesSent", "count") /
           cell_mean(cell, queue, "arrivals", "rate");
}

/* Whether one worker of this cell polls alone, and as good as always. */
static bool is_alone(struct plot *plot, const struct cell *cell, const char *queue)
{
    struct formula_station system;
    formula_station(&system, cell->scenario, FORMULA_QUEUE, queue, &plot->figure->arena);
    const bool applies =
        formula_find(&system, "NumberOfEmptyReceives", "count", &plot->figure->arena) != NULL;
    const bool is_same = plot->rate_per_s == 0.0 || system.arrivals.rate_per_s == plot->rate_per_s;
    plot->rate_per_s = system.arrivals.rate_per_s;
    return applies && is_same;
}

static bool fill_dot(struct plot *plot, const struct cell *cell, struct dot *dot)
{
    struct setting_service service;
    const char *queue = figure_has(cell) ? figure_queue(cell) : NULL;
    if (queue == NULL || !setting_service_of(cell->scenario, queue, &plot->figure->arena, &service))
        return false;
    const struct cell_row *requests = cell_find(cell, queue, "requests", "count");
    const struct cell_row *empty = cell_find(cell, queue, "NumberOfEmptyReceives", "count");
    const double months = length_s(cell, queue) / month_s;
    if (requests == NULL || empty == NULL || !(months > 0.0) || !isfinite(months))
        return false;
    const double of_queue_s = units_s(setting_queue(cell->scenario, queue)->cfg.wait_ns);
    const char *of_consumer =
        arena_printf(&plot->figure->arena, "/consumers/%s/WaitTimeSeconds", service.consumer);
    *dot = (struct dot){
        .wait_s = setting_number(cell->scenario, of_consumer, of_queue_s),
        .requests = requests->estimate.mean / months,
        .requests_low = requests->estimate.low / months,
        .requests_high = requests->estimate.high / months,
        .empty = empty->estimate.mean / months,
        .empty_low = empty->estimate.low / months,
        .empty_high = empty->estimate.high / months,
        .usd = cell_mean(cell, queue, "cost", "usd") / months,
    };
    /* Where receives do not wait, the formula is without end, and the pause between them counts. */
    if (dot->wait_s > 0.0)
        plot->has_theory = is_alone(plot, cell, queue) && plot->has_theory;
    return true;
}

/* A message is a send, a poll that it ends, and a delete. */
static void add_theory(struct plot *plot, const char *variant, size_t of)
{
    plot->series++;
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double wait_s =
            plot->least_s + (plot->most_s - plot->least_s) * (double)i / (THEORY_POINTS - 1);
        const double polls_per_s = theory_polls_per_s(plot->rate_per_s, wait_s);
        const struct dot dot = {
            .wait_s = wait_s,
            .requests = (polls_per_s + 2.0 * plot->rate_per_s) * month_s,
            .requests_low = (double)NAN,
            .requests_high = (double)NAN,
            .empty = (polls_per_s - plot->rate_per_s) * month_s,
            .empty_low = (double)NAN,
            .empty_high = (double)NAN,
            .usd = (double)NAN,
        };
        add_row(plot, "theory", "theory: one idle consumer", variant, &dot, (double)of);
    }
}

static void add_variant(struct plot *plot, size_t variant)
{
    struct figure *figure = plot->figure;
    const char *name = figure_variant(figure, result_cell(figure->result, variant, 0));
    struct dot dot, first = {0}, last = {0};
    plot->dot_count = 0;
    plot->has_theory = true;
    plot->rate_per_s = 0.0;
    plot->least_s = HUGE_VAL;
    plot->most_s = 0.0;
    for (size_t i = 0; i < result_points(figure->result); i++) {
        if (!fill_dot(plot, result_cell(figure->result, variant, i), &dot))
            continue;
        add_row(plot, "measured", name, name, &dot, -1.0);
        if (plot->dot_count++ == 0)
            first = dot;
        last = dot;
        plot->least_s = dot.wait_s > 0.0 ? fmin(plot->least_s, dot.wait_s) : plot->least_s;
        plot->most_s = fmax(plot->most_s, dot.wait_s);
    }
    if (plot->dot_count == 0)
        return;
    char begins[32], ends[32];
    text_printf(&figure->sentence,
                "%s %s: %s requests a month (%.2f USD) with waits of %g s, %s (%.2f USD) of %g s.",
                plot->series > 0 ? "" : "Cost of receives.", name,
                units_format_number(begins, first.requests), first.usd, first.wait_s,
                units_format_number(ends, last.requests), last.usd, last.wait_s);
    plot->varies = plot->varies || first.wait_s != last.wait_s;
    if (plot->has_theory && plot->least_s < plot->most_s)
        add_theory(plot, name, plot->series);
    plot->series++;
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure};
    for (size_t i = 0; i < result_variants(figure->result); i++)
        add_variant(&plot, i);
    if (!plot.varies)
        figure_refuse(figure, plot.series > 0 ? "WaitTimeSeconds is not swept"
                                              : "no queue was polled for a known time");
}

const struct figure_kind figure_f17 = {
    .id = "F17",
    .words = "cost against the wait of a receive",
    .header = "series,kind,label,variant,wait_s,requests,requests_low,requests_high,empty,"
              "empty_low,empty_high,usd,of",
    .is_along_a_sweep = true,
    .fill = fill,
};
