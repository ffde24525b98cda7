// SPDX-License-Identifier: GPL-3.0-or-later
/* F19, granular scaling: messages done per second against the number of workers, and how much of it
 * each of them adds compared with the fewest; a line for each variant, with min(c / E[S], lambda)
 * where it applies. */
#include <math.h>
#include "base/units.h"
#include "experiment/along.h"

enum { THEORY_POINTS = 200 };

struct plot {
    struct figure *figure;
    size_t series;
};

/* Per worker, compared with the line's first. */
static double efficiency(double workers, double done, double first_workers, double first_done)
{
    return first_done > 0.0 ? done / workers / (first_done / first_workers) : (double)NAN;
}

static void add_row(struct plot *plot, const char *kind, const char *label,
                    const struct along_line *line, double workers, const struct estimate *done,
                    double share, double of)
{
    figure_number(plot->figure, (double)plot->series);
    figure_word(plot->figure, kind);
    figure_word(plot->figure, label);
    figure_word(plot->figure, line->variant);
    figure_number(plot->figure, workers);
    figure_number(plot->figure, done->mean);
    figure_number(plot->figure, done->low);
    figure_number(plot->figure, done->high);
    figure_number(plot->figure, share);
    figure_number(plot->figure, of);
    figure_end_row(plot->figure);
}

static double workers_of(struct figure *figure, const struct cell *cell)
{
    const char *queue = figure_queue(cell);
    struct setting_service service;
    if (queue == NULL || cell_find(cell, queue, "throughput", "rate") == NULL)
        return (double)NAN;
    setting_service_of(cell->scenario, queue, &figure->arena, &service);
    return service.consumer_count == 1 ? service.workers : (double)NAN;
}

static const struct estimate *done_of(const struct cell *cell)
{
    return &cell_find(cell, figure_queue(cell), "throughput", "rate")->estimate;
}

/* What the formula needs, in all cells of the line; messages may come in any way. */
static bool applies(struct plot *plot, const struct along_line *line, double *offered,
                    double *service_s)
{
    for (size_t i = 0; i < line->dot_count; i++) {
        const struct cell *cell = line->dots[i].cell;
        const char *queue = figure_queue(cell);
        struct setting_service service;
        if (!setting_service_of(cell->scenario, queue, &plot->figure->arena, &service) ||
            !service.is_plain || setting_queue(cell->scenario, queue)->cfg.fifo ||
            json_find(cell->scenario->doc, "/network") != NULL)
            return false;
        const double rate_per_s = setting_arrivals_of(cell->scenario, queue).rate_per_s;
        if (i > 0 && (rate_per_s != *offered || service.service_s != *service_s))
            return false;
        *offered = rate_per_s;
        *service_s = service.service_s;
    }
    return *offered > 0.0 && *service_s > 0.0;
}

static void add_theory(struct plot *plot, const struct along_line *line)
{
    double offered = 0.0, service_s = 0.0;
    if (!applies(plot, line, &offered, &service_s))
        return;
    const double of = (double)plot->series - 1.0;
    const double from = line->dots[0].x, to = line->dots[line->dot_count - 1].x;
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double workers = from + (to - from) * (double)i / (THEORY_POINTS - 1);
        const struct estimate done = {
            .mean = fmin(workers / service_s, offered), .low = (double)NAN, .high = (double)NAN};
        const double share = efficiency(workers, done.mean, from, fmin(from / service_s, offered));
        add_row(plot, "theory", "theory min(c / E[S], offered)", line, workers, &done, share, of);
    }
    plot->series++;
}

static void add_line(struct plot *plot, const struct along_line *line)
{
    const struct along_dot *first = &line->dots[0], *last = &line->dots[line->dot_count - 1];
    char workers[32], done[32];
    for (size_t i = 0; i < line->dot_count; i++) {
        const struct along_dot *dot = &line->dots[i];
        add_row(plot, "measured", line->label, line, dot->x, done_of(dot->cell),
                efficiency(dot->x, done_of(dot->cell)->mean, first->x, done_of(first->cell)->mean),
                -1.0);
    }
    text_printf(&plot->figure->sentence, "%s %s: %s messages a second with %s workers.",
                plot->series > 0 ? "" : "Throughput against workers.", line->label,
                units_format_number(done, done_of(last->cell)->mean),
                units_format_number(workers, last->x));
    plot->series++;
    add_theory(plot, line);
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure};
    struct along_line lines[ALONG_LINES];
    const size_t count = along_lines(figure, workers_of, lines);
    if (count == 0)
        figure_refuse(figure, "the number of workers is not swept");
    for (size_t i = 0; i < count; i++)
        add_line(&plot, &lines[i]);
}

const struct figure_kind figure_f19 = {
    .id = "F19",
    .words = "throughput against workers",
    .header = "series,kind,label,variant,workers,done_per_s,low_per_s,high_per_s,efficiency,of",
    .is_along_a_sweep = true,
    .fill = fill,
};
