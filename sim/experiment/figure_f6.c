// SPDX-License-Identifier: GPL-3.0-or-later
/* F6, standard against FIFO: messages done per second against messages offered per second, a line
 * for each variant, with y = x and the ceilings that the queues' API quotas set. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/units.h"
#include "experiment/figure.h"

enum { CEILINGS = 8 };

struct plot {
    struct figure *figure;
    size_t series;
    double least, most; /* offered */
    size_t ceiling_count;
    double ceilings[CEILINGS];
};

static void add_row(struct plot *plot, const char *kind, const char *label, const char *variant,
                    double offered, const struct estimate *done)
{
    figure_number(plot->figure, (double)plot->series);
    figure_word(plot->figure, kind);
    figure_word(plot->figure, label);
    figure_word(plot->figure, variant);
    figure_number(plot->figure, offered);
    figure_number(plot->figure, done->mean);
    figure_number(plot->figure, done->low);
    figure_number(plot->figure, done->high);
    figure_end_row(plot->figure);
}

static void add_line(struct plot *plot, const char *kind, const char *label, double from, double to)
{
    const struct estimate first = {.mean = from, .low = (double)NAN, .high = (double)NAN};
    const struct estimate last = {.mean = to, .low = (double)NAN, .high = (double)NAN};
    add_row(plot, kind, label, "", plot->least, &first);
    add_row(plot, kind, label, "", plot->most, &last);
    plot->series++;
}

/* The messages per second that a FIFO queue's quota lets through: calls times the smallest batch.
 */
static double quota_ceiling(const struct cell *cell, const char *queue)
{
    const struct scenario_queue *of = setting_queue(cell->scenario, queue);
    const struct queue_limits *limits = &cell->scenario->profile->limits;
    if (!of->cfg.fifo || !of->cfg.quotas)
        return HUGE_VAL;
    const double calls = of->cfg.throughput_limit == THROUGHPUT_PER_GROUP
                             ? limits->fifo_high_calls_per_s
                             : limits->fifo_calls_per_s;
    struct arena arena;
    struct setting_service service;
    arena_init(&arena);
    setting_service_of(cell->scenario, queue, &arena, &service);
    double batch = setting_arrivals_of(cell->scenario, queue).batch;
    if (service.consumer_count > 0)
        batch = fmin(batch, fmin(service.batch, service.delete_batch));
    arena_free(&arena);
    return calls * batch;
}

static void note_ceiling(struct plot *plot, double ceiling)
{
    for (size_t i = 0; i < plot->ceiling_count; i++) {
        if (plot->ceilings[i] == ceiling)
            return;
    }
    if (isfinite(ceiling) && plot->ceiling_count < CEILINGS)
        plot->ceilings[plot->ceiling_count++] = ceiling;
}

struct dot {
    double offered;
    const struct cell_row *done;
};

static int by_offered(const void *a, const void *b)
{
    const struct dot *first = a, *second = b;
    return (first->offered > second->offered) - (first->offered < second->offered);
}

static size_t list_dots(struct plot *plot, size_t variant, struct dot *dots)
{
    const struct result *result = plot->figure->result;
    size_t count = 0;
    for (size_t i = 0; i < result_points(result); i++) {
        const struct cell *cell = result_cell(result, variant, i);
        const char *queue = figure_has(cell) ? figure_queue(cell) : NULL;
        if (queue == NULL)
            continue;
        const double offered = setting_arrivals_of(cell->scenario, queue).rate_per_s;
        const struct cell_row *done = cell_find(cell, queue, "throughput", "rate");
        if (!(offered > 0.0) || done == NULL)
            continue;
        dots[count++] = (struct dot){offered, done};
        plot->least = fmin(plot->least, offered);
        plot->most = fmax(plot->most, offered);
        note_ceiling(plot, quota_ceiling(cell, queue));
    }
    qsort(dots, count, sizeof *dots, by_offered);
    return count;
}

static void add_variant(struct plot *plot, size_t variant)
{
    struct figure *figure = plot->figure;
    const char *name = figure_variant(figure, result_cell(figure->result, variant, 0));
    struct dot *dots = arena_alloc(&figure->arena, result_points(figure->result) * sizeof *dots);
    const size_t count = list_dots(plot, variant, dots);
    for (size_t i = 0; i < count; i++)
        add_row(plot, "measured", name, name, dots[i].offered, &dots[i].done->estimate);
    if (count == 0)
        return;
    char offered[32], done[32];
    text_printf(&figure->sentence, "%s %s does %s messages a second of %s offered.",
                plot->series > 0 ? "" : "Throughput against offered load.", name,
                units_format_number(done, dots[count - 1].done->estimate.mean),
                units_format_number(offered, dots[count - 1].offered));
    plot->series++;
}

static void add_ceilings(struct plot *plot)
{
    for (size_t i = 0; i < plot->ceiling_count; i++) {
        const double ceiling = plot->ceilings[i];
        char shown[32];
        if (ceiling > 2.0 * plot->most)
            continue;
        const char *label = arena_printf(&plot->figure->arena, "FIFO quota: %s/s",
                                         units_format_number(shown, ceiling));
        add_line(plot, "ceiling", label, ceiling, ceiling);
    }
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure, .least = HUGE_VAL};
    for (size_t i = 0; i < result_variants(figure->result); i++)
        add_variant(&plot, i);
    if (!(plot.least < plot.most)) {
        figure_refuse(figure, plot.series > 0 ? "the offered rate is not swept"
                                              : "the offered rate is not known beforehand");
        return;
    }
    add_ceilings(&plot);
    add_line(&plot, "ideal", "all that is offered", plot.least, plot.most);
}

const struct figure_kind figure_f6 = {
    .id = "F6",
    .words = "throughput against offered load",
    .header = "series,kind,label,variant,offered_per_s,done_per_s,low_per_s,high_per_s",
    .is_along_a_sweep = true,
    .fill = fill,
};
