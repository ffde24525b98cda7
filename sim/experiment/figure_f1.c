// SPDX-License-Identifier: GPL-3.0-or-later
/* F1, the latency CDF: a curve per cell, of the messages' whole way where a producer has one, else
 * of the time in the busiest queue; with its percentiles and, where its assumptions hold, M/M/1. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/theory.h"

enum { CURVES = 8, THEORY_POINTS = 200, ENOUGH_FOR_P99 = 100 };

static const double least_s = 1e-6; /* an axis of logarithms has no 0 */

struct curve {
    struct figure *figure;
    const struct cell *cell;
    const struct cell_hist *hist;
    const char *label;
    size_t series;
    uint64_t below;
    bool is_begun;
};

static void add_row(const struct curve *curve, const char *kind, const char *label, double value_s,
                    double fraction)
{
    struct figure *figure = curve->figure;
    figure_number(figure, (double)curve->series);
    figure_word(figure, kind);
    figure_word(figure, label);
    figure_word(figure, curve->cell->variant);
    figure_word(figure, curve->cell->point);
    figure_word(figure, curve->hist->entity);
    figure_word(figure, curve->hist->metric);
    figure_number(figure, fmax(value_s, least_s));
    figure_number(figure, fraction);
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
            (double)curve->below / (double)curve->hist->hist.count);
}

static void add_marks(const struct curve *curve)
{
    static const struct {
        const char *label;
        double q;
    } marks[] = {{"p50", 0.50}, {"p95", 0.95}, {"p99", 0.99}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (marks[i].q < 0.99 || curve->hist->hist.count >= ENOUGH_FOR_P99)
            add_row(curve, "mark", marks[i].label,
                    hist_quantile(&curve->hist->hist, marks[i].q) / 1e9, marks[i].q);
    }
}

static void add_sentence(const struct curve *curve)
{
    char half[32], most[32];
    const struct hist *hist = &curve->hist->hist;
    struct text *sentence = &curve->figure->sentence;
    text_printf(sentence, "%s %s: half of the messages take at most %s, 95 %% at most %s.",
                sentence->length > 0 ? "" : "Latency distribution.", curve->label,
                units_format_seconds(half, hist_quantile(hist, 0.50) / 1e9),
                units_format_seconds(most, hist_quantile(hist, 0.95) / 1e9));
}

/* From the 0.1th to the 99.9th percentile. */
static void add_theory(struct curve *curve, const struct figure_system *system)
{
    const double lambda = system->arrivals.rate_per_s, service_s = system->service.service_s;
    const double mean_s = theory_mm1_sojourn_s(lambda, service_s);
    const double from = log(-log1p(-0.001) * mean_s), to = log(-log(0.001) * mean_s);
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double time_s = exp(from + (to - from) * (double)i / (THEORY_POINTS - 1));
        add_row(curve, "theory", "theory M/M/1", time_s,
                theory_mm1_sojourn_cdf(lambda, service_s, time_s));
    }
}

static bool has_theory(const struct curve *curve, const char *queue, struct figure_system *system)
{
    return queue != NULL && figure_refusal(curve->figure, curve->cell, queue, system) == NULL &&
           system->service.workers <= 1.0 && system->load < 1.0 &&
           strcmp(system->service.distribution, "exponential") == 0;
}

/* Messages may pass several queues: the longest way is a producer's. */
static const struct cell_hist *hist_to_show(const struct cell *cell, const char *queue)
{
    const struct cell_hist *most = NULL;
    for (size_t i = 0; i < cell->hist_count; i++) {
        const struct cell_hist *hist = &cell->hists[i];
        if (strcmp(hist->metric, "messageLatency") == 0 && hist->hist.count > 0 &&
            (most == NULL || hist->hist.count > most->hist.count))
            most = hist;
    }
    if (most == NULL && queue != NULL)
        most = cell_hist_find(cell, queue, "sojourn");
    if ((most == NULL || most->hist.count == 0) && queue != NULL)
        most = cell_hist_find(cell, queue, "waiting");
    return most != NULL && most->hist.count > 0 ? most : NULL;
}

static void fill(struct figure *figure)
{
    const struct cell *cells[CURVES];
    const size_t count = figure_cells(figure, cells, CURVES);
    size_t series = 0;
    for (size_t i = 0; i < count; i++) {
        const char *queue = figure_queue(cells[i]);
        struct curve curve = {
            .figure = figure, .cell = cells[i], .hist = hist_to_show(cells[i], queue)};
        struct figure_system system;
        if (curve.hist == NULL)
            continue;
        curve.label = figure_label(figure, cells[i]);
        curve.series = series++;
        hist_each(&curve.hist->hist, add_bin, &curve);
        add_marks(&curve);
        add_sentence(&curve);
        if (has_theory(&curve, queue, &system)) {
            curve.series = series++;
            add_theory(&curve, &system);
        }
    }
}

const struct figure_kind figure_f1 = {
    .id = "F1",
    .words = "latency distribution",
    .header = "series,kind,label,variant,point,entity,metric,value_s,fraction",
    .fill = fill,
};
