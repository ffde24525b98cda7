// SPDX-License-Identifier: GPL-3.0-or-later
/* A curve per cell with its percentiles and, where its assumptions hold, M/M/1.  All curves are of
 * one measure: how long messages take from the call of their first send until their parts are
 * joined; or, where nothing joins, until the last consumer in their chain has worked on them; or,
 * where no message was worked on, how long they stay in the busiest queue until they are deleted.
 */
#include "experiment/figure_latency.h"

#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/theory.h"

enum { CURVES = 8, THEORY_POINTS = 200 };

static const double least_s = 1e-6; /* an axis of logarithms has no 0 */

struct measure {
    const char *metric;
    enum { OF_THE_JOINER, OF_PRODUCERS, OF_THE_BUSIEST } of;
    const char *half, *none;
};

static const struct measure measures[] = {
    {"chainLatency", OF_THE_JOINER, "half of the messages are joined within", "nothing was joined"},
    {"messageLatency", OF_PRODUCERS, "half of the messages take at most",
     "no message was worked on"},
    {"sojourn", OF_THE_BUSIEST, "half of the messages are deleted within",
     "no message was deleted"},
};

enum { MEASURES = sizeof measures / sizeof *measures };

struct curve {
    struct figure *figure;
    const struct latency_view *view;
    const struct cell *cell;
    const struct measure *measure;
    const char *entity, *label;
    struct hist hist;
    size_t series;
    uint64_t below, total;
    bool is_begun;
};

static void add_row(const struct curve *curve, const char *kind, const char *label, double value_s,
                    double fraction)
{
    struct figure *figure = curve->figure;
    const double height = curve->view->height(fraction);
    if (isnan(height))
        return;
    figure_number(figure, (double)curve->series);
    figure_word(figure, kind);
    figure_word(figure, label);
    figure_word(figure, curve->cell->variant);
    figure_word(figure, curve->cell->point);
    figure_word(figure, curve->entity);
    figure_word(figure, curve->measure->metric);
    figure_number(figure, fmax(value_s, least_s));
    figure_number(figure, height);
    figure_end_row(figure);
}

/* A bin's values are all counted at its upper end. */
static void add_bin(void *context, int64_t low, int64_t high, uint64_t count)
{
    struct curve *curve = context;
    if (!curve->is_begun)
        add_row(curve, "curve", curve->label, (double)low / 1e9, 0.0);
    curve->is_begun = true;
    curve->below += count;
    add_row(curve, "curve", curve->label, (double)(high - 1 > low ? high : low) / 1e9,
            (double)curve->below / (double)curve->total);
}

/* A percentile with fewer than one value in a hundred, or in a thousand, beyond it says nothing. */
static void add_marks(const struct curve *curve)
{
    static const struct {
        const char *label;
        double q;
        uint64_t enough;
    } marks[] = {{"p50", 0.50, 1}, {"p95", 0.95, 1}, {"p99", 0.99, 100}, {"p99.9", 0.999, 1000}};
    for (size_t i = 0; i < curve->view->mark_count; i++) {
        if (curve->total >= marks[i].enough)
            add_row(curve, "mark", marks[i].label, hist_quantile(&curve->hist, marks[i].q) / 1e9,
                    marks[i].q);
    }
}

static void add_sentence(const struct curve *curve)
{
    char half[32], most[32];
    text_printf(&curve->figure->sentence, " %s: %s %s, %s %s.", curve->label, curve->measure->half,
                units_format_seconds(half, hist_quantile(&curve->hist, 0.50) / 1e9),
                curve->view->most,
                units_format_seconds(most, hist_quantile(&curve->hist, curve->view->most_q) / 1e9));
}

/* From the 0.1th percentile on. */
static void add_theory(struct curve *curve, const struct formula_station *system)
{
    const double lambda = system->arrivals.rate_per_s, service_s = system->service.service_s;
    const double mean_s = theory_mm1_sojourn_s(lambda, service_s);
    const double from = log(-log1p(-0.001) * mean_s),
                 to = log(-log(1.0 - curve->view->theory_to) * mean_s);
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double time_s = exp(from + (to - from) * (double)i / (THEORY_POINTS - 1));
        add_row(curve, "theory", "theory M/M/1", time_s,
                theory_mm1_sojourn_cdf(lambda, service_s, time_s));
    }
}

/* What the formula says of a queue is true of the way through it only if all messages go there. */
static bool has_theory(const struct curve *curve, struct formula_station *system)
{
    const char *queue = figure_queue(curve->cell);
    if (queue == NULL)
        return false;
    formula_station(system, curve->cell->scenario, FORMULA_QUEUE, queue, &curve->figure->arena);
    return formula_refusal(system, FORMULA_MM1, &curve->figure->arena) == NULL &&
           system->arrivals.producer_count == setting_producer_count(curve->cell->scenario);
}

/* Whether the histogram is the measure's in this cell. */
static bool is_measured(const struct cell *cell, const struct cell_hist *hist,
                        const struct measure *measure)
{
    if (hist_total(&hist->hist) == 0 || strcmp(hist->metric, measure->metric) != 0)
        return false;
    if (measure->of == OF_PRODUCERS)
        return true;
    const char *of =
        measure->of == OF_THE_JOINER ? setting_joiner(cell->scenario) : figure_queue(cell);
    return of != NULL && strcmp(hist->entity, of) == 0;
}

static bool has_measure(const struct cell *cell, const void *context)
{
    for (size_t i = 0; i < cell->hist_count; i++) {
        if (is_measured(cell, &cell->hists[i], context))
            return true;
    }
    return false;
}

/* The messages of all producers together, where they are measured. */
static void collect(struct curve *curve)
{
    const struct cell *cell = curve->cell;
    hist_init(&curve->hist);
    for (size_t i = 0; i < cell->hist_count; i++) {
        if (!is_measured(cell, &cell->hists[i], curve->measure))
            continue;
        curve->entity = hist_total(&curve->hist) == 0 ? cell->hists[i].entity : "all producers";
        hist_merge(&curve->hist, &cell->hists[i].hist);
    }
}

/* Returns the series number after the curve's. */
static size_t add_curve(struct curve *curve)
{
    struct formula_station system;
    curve->label = figure_label(curve->figure, curve->cell);
    collect(curve);
    curve->total = hist_total(&curve->hist);
    hist_each(&curve->hist, add_bin, curve);
    add_marks(curve);
    add_sentence(curve);
    if (has_theory(curve, &system)) {
        curve->series++;
        add_theory(curve, &system);
    }
    hist_free(&curve->hist);
    return curve->series + 1;
}

/* Says which variants have no curve. */
static void add_missing(struct figure *figure, const struct measure *measure)
{
    const struct result *result = figure->result;
    for (size_t i = 0; i < result_variants(result); i++) {
        bool has = false, ran = false;
        for (size_t point = 0; point < result_points(result); point++) {
            const struct cell *cell = result_cell(result, i, point);
            ran = ran || figure_has(cell);
            has = has || has_measure(cell, measure);
        }
        if (ran && !has)
            text_printf(&figure->sentence, " %s: %s.",
                        figure_variant(figure, result_cell(result, i, 0)), measure->none);
    }
}

void figure_latency(struct figure *figure, const struct latency_view *view)
{
    const struct cell *cells[CURVES];
    const struct measure *measure = measures, *last = &measures[MEASURES - 1];
    size_t count = figure_cells(figure, has_measure, measure, cells, CURVES), series = 0;
    while (count == 0 && measure < last)
        count = figure_cells(figure, has_measure, ++measure, cells, CURVES);
    if (count == 0) {
        figure_refuse(figure, "no message was worked on or deleted");
        return;
    }
    text_add(&figure->sentence, view->words);
    for (size_t i = 0; i < count; i++) {
        struct curve curve = {
            .figure = figure, .view = view, .cell = cells[i], .measure = measure, .series = series};
        series = add_curve(&curve);
    }
    add_missing(figure, measure);
}
