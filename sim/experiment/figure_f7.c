// SPDX-License-Identifier: GPL-3.0-or-later
/* F7, message groups are a FIFO queue's parallelism: messages done per second against the number of
 * groups, a line for each variant, with min(G, c) / E[S] where every group always has work or gets
 * all of its own, and with the ceilings of the API quotas. */
#include <math.h>
#include "base/units.h"
#include "experiment/along.h"
#include "experiment/ceiling.h"

enum { THEORY_POINTS = 200 };

struct plot {
    struct figure *figure;
    size_t series;
    double least, most; /* groups */
    double most_done;   /* per second */
    struct ceilings ceilings;
};

static void add_row(struct plot *plot, const char *kind, const char *label, const char *variant,
                    double groups, const struct estimate *done, double of)
{
    figure_number(plot->figure, (double)plot->series);
    figure_word(plot->figure, kind);
    figure_word(plot->figure, label);
    figure_word(plot->figure, variant);
    figure_number(plot->figure, groups);
    figure_number(plot->figure, done->mean);
    figure_number(plot->figure, done->low);
    figure_number(plot->figure, done->high);
    figure_number(plot->figure, of);
    figure_end_row(plot->figure);
}

/* The groups of what is sent to a FIFO queue; NAN of any other. */
static double groups_of(struct figure *figure, const struct cell *cell)
{
    const char *queue = figure_queue(cell);
    (void)figure;
    if (queue == NULL || !setting_queue(cell->scenario, queue)->cfg.fifo ||
        cell_find(cell, queue, "throughput", "rate") == NULL)
        return (double)NAN;
    const double groups = setting_groups_of(cell->scenario, queue).count;
    return groups > 0.0 ? groups : (double)NAN;
}

/* What the formula needs: NULL, or what is not so. */
static const char *refusal(struct plot *plot, const struct cell *cell,
                           struct setting_service *service, double *offered)
{
    const char *queue = figure_queue(cell);
    const bool is_known = setting_service_of(cell->scenario, queue, &plot->figure->arena, service);
    const struct setting_groups groups = setting_groups_of(cell->scenario, queue);
    *offered = setting_arrivals_of(cell->scenario, queue).rate_per_s;
    if (!is_known || service->consumer_count != 1)
        return "not one consumer with a known service time";
    if (!service->is_plain)
        return service->left_out != NULL ? service->left_out : "the consumer sends messages on";
    if (setting_queue(cell->scenario, queue)->cfg.preload.messages > 0)
        return "messages of another group wait before the others";
    if (!groups.is_even)
        return "some groups get more than others";
    return *offered > 0.0 ? NULL : "what is offered is not known beforehand";
}

static void add_theory(struct plot *plot, const struct along_line *line)
{
    const double of = (double)plot->series - 1.0;
    struct setting_service service = {.workers = 0.0};
    double offered = 0.0, quota = HUGE_VAL;
    for (size_t i = 0; i < line->dot_count; i++) {
        if (refusal(plot, line->dots[i].cell, &service, &offered) != NULL)
            return;
        quota = fmin(quota, ceiling_of(line->dots[i].cell, figure_queue(line->dots[i].cell)));
    }
    if (!(service.service_s > 0.0))
        return;
    const double from = line->dots[0].x, to = line->dots[line->dot_count - 1].x;
    const double most = fmin(to, service.workers) / service.service_s;
    const char *label = fmin(offered, quota) >= most ? "theory min(G, c) / E[S]"
                        : quota < offered            ? "theory, at most its quota"
                                                     : "theory, at most what is offered";
    for (int i = 0; i < THEORY_POINTS; i++) {
        const double groups = from * pow(to / from, (double)i / (THEORY_POINTS - 1));
        const double done =
            fmin(fmin(groups, service.workers) / service.service_s, fmin(offered, quota));
        const struct estimate estimate = {.mean = done, .low = (double)NAN, .high = (double)NAN};
        add_row(plot, "theory", label, line->variant, groups, &estimate, of);
    }
    plot->series++;
}

static void add_line(struct plot *plot, const struct along_line *line)
{
    char groups_shown[32], done_shown[32];
    const struct estimate *done = NULL;
    for (size_t i = 0; i < line->dot_count; i++) {
        const struct cell *cell = line->dots[i].cell;
        const char *queue = figure_queue(cell);
        done = &cell_find(cell, queue, "throughput", "rate")->estimate;
        add_row(plot, "measured", line->label, line->variant, line->dots[i].x, done, -1.0);
        ceiling_note(&plot->ceilings, cell, queue);
        plot->most_done = fmax(plot->most_done, done->mean);
    }
    const double last = line->dots[line->dot_count - 1].x;
    plot->least = fmin(plot->least, line->dots[0].x);
    plot->most = fmax(plot->most, last);
    text_printf(&plot->figure->sentence, "%s %s does %s messages a second with %s groups.",
                plot->series > 0 ? "" : "Throughput against the number of message groups.",
                line->label, units_format_number(done_shown, done->mean),
                units_format_number(groups_shown, last));
    plot->series++;
    add_theory(plot, line);
}

static void add_ceilings(struct plot *plot)
{
    for (size_t i = 0; i < plot->ceilings.count; i++) {
        const double ceiling = plot->ceilings.per_s[i];
        const struct estimate flat = {.mean = ceiling, .low = (double)NAN, .high = (double)NAN};
        const char *label = ceiling_label(plot->figure, ceiling);
        if (ceiling > 2.0 * plot->most_done)
            continue;
        add_row(plot, "ceiling", label, "", plot->least, &flat, -1.0);
        add_row(plot, "ceiling", label, "", plot->most, &flat, -1.0);
        plot->series++;
    }
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure, .least = HUGE_VAL};
    struct along_line lines[ALONG_LINES];
    const size_t count = along_lines(figure, groups_of, lines);
    if (count == 0)
        figure_refuse(figure, "the number of a FIFO queue's message groups is not swept");
    for (size_t i = 0; i < count; i++)
        add_line(&plot, &lines[i]);
    if (count > 0)
        add_ceilings(&plot);
}

const struct figure_kind figure_f7 = {
    .id = "F7",
    .words = "FIFO throughput against message groups",
    .header = "series,kind,label,variant,groups,done_per_s,low_per_s,high_per_s,of",
    .is_along_a_sweep = true,
    .fill = fill,
};
