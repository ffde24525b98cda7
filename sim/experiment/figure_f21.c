// SPDX-License-Identifier: GPL-3.0-or-later
/* F21, latency in a fan-out: a panel for each queue with how long messages are in it, and one for
 * the whole, from the call of the first send until all work is done or joined.  Where every queue
 * is an independent branch with an exponential time of its own, the last panel has the slowest of
 * them as a theory; nothing is said of branches whose messages wait, since these wait together. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"
#include "experiment/theory.h"

enum { CURVES = 4, QUEUES = 5, THEORY_POINTS = 200 };

static const double least_s = 1e-6; /* an axis of logarithms has no 0 */

struct plot {
    struct figure *figure;
    const struct cell *cells[CURVES];
    size_t cell_count;
    const char *queues[QUEUES]; /* those shown */
    size_t queue_count, left_out;
    /* The curve at hand. */
    const struct cell *cell;
    const char *label, *entity, *metric;
    size_t series, panel;
    uint64_t below, total;
    int64_t end_ns; /* of the last bin; -1: none yet */
    double shown;   /* the fraction of the last row */
    double held_s;  /* the corner that no row was needed for; negative: none */
};

/* --- which queues --- */

static const struct hist *sojourn_of(const struct cell *cell, const char *queue)
{
    const struct cell_hist *of = cell_hist_find(cell, queue, "sojourn");
    return of != NULL && hist_total(&of->hist) > 0 && !setting_is_dead_letter(cell->scenario, queue)
               ? &of->hist
               : NULL;
}

static bool has_queue(const struct cell *cell, const void *context)
{
    (void)context;
    for (size_t i = 0; i < cell->scenario->queue_count; i++) {
        if (sojourn_of(cell, cell->scenario->queues[i].name) != NULL)
            return true;
    }
    return false;
}

static bool is_listed(const struct plot *plot, const char *queue)
{
    size_t i = 0;
    while (i < plot->queue_count && strcmp(plot->queues[i], queue) != 0)
        i++;
    return i < plot->queue_count;
}

/* In the order of the scenario, those of variants after the first's. */
static void list_queues(struct plot *plot)
{
    for (size_t i = 0; i < plot->cell_count; i++) {
        const struct cell *cell = plot->cells[i];
        for (size_t j = 0; j < cell->scenario->queue_count; j++) {
            const char *queue = cell->scenario->queues[j].name;
            if (sojourn_of(cell, queue) == NULL || is_listed(plot, queue))
                continue;
            if (plot->queue_count < QUEUES)
                plot->queues[plot->queue_count++] = queue;
            else
                plot->left_out++;
        }
    }
}

/* --- rows --- */

static void add_row(const struct plot *plot, const char *kind, const char *label, double value_s,
                    double fraction, double of)
{
    struct figure *figure = plot->figure;
    figure_number(figure, (double)plot->series);
    figure_word(figure, kind);
    figure_word(figure, label);
    figure_word(figure, plot->cell->variant);
    figure_word(figure, plot->cell->point);
    figure_number(figure, (double)plot->panel);
    figure_word(figure, plot->entity);
    figure_word(figure, plot->metric);
    figure_number(figure, fmax(value_s, least_s));
    figure_number(figure, fraction);
    figure_number(figure, of);
    figure_end_row(figure);
}

static void add_corner(struct plot *plot, double value_s, double fraction)
{
    add_row(plot, "curve", plot->label, value_s, fraction, -1.0);
    plot->shown = fraction;
    plot->held_s = -1.0;
}

/* Steps too small to be seen are left out until they are large enough together; the axis ends where
 * few are left, and steps there are small.  Before a large one, the level that it begins on is
 * shown. */
static void add_step(struct plot *plot, double value_s, double before, double fraction)
{
    const double fine = fraction > 0.01 && fraction < 0.99 ? 0.003 : 0.0002;
    if (fraction - plot->shown < fine && fraction < 1.0) {
        plot->held_s = value_s;
        return;
    }
    if (plot->held_s >= 0.0 && fraction - before >= fine)
        add_corner(plot, plot->held_s, before);
    add_corner(plot, value_s, fraction);
}

/* The curve rises within a bin and is level between bins. */
static void add_bin(void *context, int64_t low, int64_t high, uint64_t count)
{
    struct plot *plot = context;
    const double all = (double)plot->total;
    const double before = (double)plot->below / all;
    if (plot->end_ns < 0)
        add_corner(plot, (double)low / 1e9, 0.0);
    else if (low != plot->end_ns)
        add_step(plot, (double)low / 1e9, before, before);
    plot->below += count;
    plot->end_ns = high;
    add_step(plot, (double)(high - 1 > low ? high : low) / 1e9, before, (double)plot->below / all);
}

static void add_curve(struct plot *plot, const struct hist *hist, const char *entity,
                      const char *metric, const char *lead)
{
    plot->entity = entity;
    plot->metric = metric;
    plot->total = hist_total(hist);
    plot->below = 0;
    plot->end_ns = -1;
    hist_each(hist, add_bin, plot);
    const double p95_s = hist_quantile(hist, 0.95) / 1e9;
    add_row(plot, "mark", "p95", p95_s, 0.95, -1.0);
    char shown[32];
    text_printf(&plot->figure->sentence, "%s within %s", lead, units_format_seconds(shown, p95_s));
}

/* Until a message's parts are joined or else, of all producers together, until the last consumer in
 * its chain has worked on it. */
static void add_whole(struct plot *plot)
{
    struct arena *arena = &plot->figure->arena;
    const char *joiner = setting_joiner(plot->cell->scenario);
    struct hist whole;
    hist_init(&whole);
    for (size_t i = 0; i < plot->cell->hist_count; i++) {
        const struct cell_hist *of = &plot->cell->hists[i];
        if (joiner == NULL
                ? strcmp(of->metric, "messageLatency") == 0
                : strcmp(of->metric, "chainLatency") == 0 && strcmp(of->entity, joiner) == 0)
            hist_merge(&whole, &of->hist);
    }
    plot->panel = plot->queue_count;
    if (hist_total(&whole) > 0 && joiner != NULL)
        add_curve(plot, &whole, arena_printf(arena, "all (joined by %s)", joiner), "chainLatency",
                  arena_printf(arena, "; %s has joined all", joiner));
    else if (hist_total(&whole) > 0)
        add_curve(plot, &whole, "all work done", "messageLatency", "; all work on them is done");
    hist_free(&whole);
}

static void add_measured(struct plot *plot)
{
    plot->label = figure_label(plot->figure, plot->cell);
    text_printf(&plot->figure->sentence, " %s: 95 %% of the messages leave", plot->label);
    const char *before = "";
    for (size_t i = 0; i < plot->queue_count; i++) {
        const struct hist *hist = sojourn_of(plot->cell, plot->queues[i]);
        plot->panel = i;
        if (hist == NULL)
            continue;
        add_curve(plot, hist, plot->queues[i], "sojourn",
                  arena_printf(&plot->figure->arena, "%s %s", before, plot->queues[i]));
        before = ",";
    }
    add_whole(plot);
    text_add(&plot->figure->sentence, ".");
}

/* --- the slowest branch --- */

/* Whether all that a topic is told comes at once and unfiltered to these queues, each of which has
 * one consumer for it that nobody waits for.  Fills the means of their times. */
static bool has_branches(const struct plot *plot, double *means_s)
{
    const struct scenario *scenario = plot->cell->scenario;
    const struct json *topics = json_find(scenario->doc, "/topics");
    const struct json *topic = topics != NULL ? json_first(topics) : NULL;
    const struct json *branch = topic != NULL ? json_first(json_get(topic, "subscriptions")) : NULL;
    size_t count = 0;
    if (topic == NULL || json_count(topics) != 1 || setting_joiner(plot->cell->scenario) != NULL ||
        json_get(topic, "latency") != NULL || plot->left_out > 0 ||
        json_find(scenario->doc, "/network") != NULL)
        return false;
    for (; branch != NULL; branch = json_next(branch), count++) {
        struct setting_service service;
        const char *queue = json_text(json_get(branch, "Endpoint"));
        if (count == QUEUES || !is_listed(plot, queue) ||
            setting_queue(scenario, queue)->cfg.fifo || json_get(branch, "FilterPolicy") != NULL ||
            !setting_service_of(scenario, queue, &plot->figure->arena, &service) ||
            service.consumer_count != 1 || !service.is_plain ||
            strcmp(service.distribution, "exponential") != 0 ||
            cell_mean(plot->cell, queue, "visitWaiting", "max") != 0.0)
            return false;
        means_s[count] = service.service_s;
    }
    return count == plot->queue_count &&
           setting_arrivals_of(scenario, json_key(topic)).producer_count ==
               setting_producer_count(scenario);
}

/* The time within which this share is done: a halving of what is certainly around it. */
static double time_of(const double *means_s, size_t count, double share)
{
    double low = 0.0, high = 1.0;
    while (theory_slowest_cdf(means_s, count, high) < share)
        high *= 2.0;
    for (int i = 0; i < 60; i++) {
        const double middle = (low + high) / 2.0;
        if (theory_slowest_cdf(means_s, count, middle) < share)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Returns whether a series was added. */
static bool add_theory(struct plot *plot, size_t of)
{
    double means_s[QUEUES];
    const size_t count = plot->queue_count;
    if (!has_branches(plot, means_s))
        return false;
    const char *label = arena_printf(&plot->figure->arena, "theory (slowest of %zu)", count);
    const double from = log(time_of(means_s, count, 0.001)),
                 to = log(time_of(means_s, count, 0.999));
    plot->panel = count;
    plot->entity = "all work done";
    plot->metric = "messageLatency";
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double time_s = exp(from + (to - from) * (double)i / (THEORY_POINTS - 1));
        add_row(plot, "theory", label, time_s, theory_slowest_cdf(means_s, count, time_s),
                (double)of);
    }
    return true;
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure};
    plot.cell_count = figure_cells(figure, has_queue, NULL, plot.cells, CURVES);
    list_queues(&plot);
    if (plot.queue_count < 2) {
        figure_refuse(figure, plot.queue_count == 0 ? "no message was deleted"
                                                    : "there is one queue alone");
        return;
    }
    text_add(&figure->sentence, "Latency of each queue.");
    for (size_t i = 0; i < plot.cell_count; i++) {
        plot.cell = plot.cells[i];
        plot.series = i;
        add_measured(&plot);
    }
    plot.series = plot.cell_count;
    for (size_t i = 0; i < plot.cell_count; i++) {
        plot.cell = plot.cells[i];
        plot.series += add_theory(&plot, i) ? 1 : 0;
    }
    if (plot.left_out > 0)
        text_printf(&figure->sentence, " %zu more queues are not shown.", plot.left_out);
}

const struct figure_kind figure_f21 = {
    .id = "F21",
    .words = "latency of each queue",
    .header = "series,kind,label,variant,point,panel,entity,metric,value_s,fraction,of",
    .fill = fill,
};
