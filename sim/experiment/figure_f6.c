// SPDX-License-Identifier: GPL-3.0-or-later
/* F6, standard against FIFO: messages done per second against messages offered per second, a line
 * for each variant, with y = x and the ceilings that the queues' API quotas set. */
#include <math.h>
#include "base/units.h"
#include "experiment/along.h"
#include "experiment/ceiling.h"

struct plot {
    struct figure *figure;
    size_t series;
    double least, most; /* offered */
    struct ceilings ceilings;
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

static void add_flat(struct plot *plot, const char *kind, const char *label, double from, double to)
{
    const struct estimate first = {.mean = from, .low = (double)NAN, .high = (double)NAN};
    const struct estimate last = {.mean = to, .low = (double)NAN, .high = (double)NAN};
    add_row(plot, kind, label, "", plot->least, &first);
    add_row(plot, kind, label, "", plot->most, &last);
    plot->series++;
}

/* The offered rate; NAN where it or what came of it is not known. */
static double offered(struct figure *figure, const struct cell *cell)
{
    const char *queue = figure_queue(cell);
    (void)figure;
    if (queue == NULL || cell_find(cell, queue, "throughput", "rate") == NULL)
        return (double)NAN;
    const double rate_per_s = setting_arrivals_of(cell->scenario, queue).rate_per_s;
    return rate_per_s > 0.0 ? rate_per_s : (double)NAN;
}

static void add_line(struct plot *plot, const struct along_line *line)
{
    char offered_shown[32], done_shown[32];
    const struct estimate *done = NULL;
    for (size_t i = 0; i < line->dot_count; i++) {
        const struct cell *cell = line->dots[i].cell;
        const char *queue = figure_queue(cell);
        done = &cell_find(cell, queue, "throughput", "rate")->estimate;
        add_row(plot, "measured", line->label, line->variant, line->dots[i].x, done);
        ceiling_note(&plot->ceilings, cell, queue);
    }
    const double last = line->dots[line->dot_count - 1].x;
    plot->least = fmin(plot->least, line->dots[0].x);
    plot->most = fmax(plot->most, last);
    text_printf(&plot->figure->sentence, "%s %s does %s messages a second of %s offered.",
                plot->series > 0 ? "" : "Throughput against offered load.", line->label,
                units_format_number(done_shown, done->mean),
                units_format_number(offered_shown, last));
    plot->series++;
}

static bool is_any_known(struct figure *figure)
{
    for (size_t i = 0; i < figure->result->cell_count; i++) {
        const struct cell *cell = &figure->result->cells[i];
        if (figure_has(cell) && !isnan(offered(figure, cell)))
            return true;
    }
    return false;
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure, .least = HUGE_VAL};
    struct along_line lines[ALONG_LINES];
    const size_t count = along_lines(figure, offered, lines);
    if (count == 0) {
        figure_refuse(figure, is_any_known(figure) ? "the offered rate is not swept"
                                                   : "the offered rate is not known beforehand");
        return;
    }
    for (size_t i = 0; i < count; i++)
        add_line(&plot, &lines[i]);
    for (size_t i = 0; i < plot.ceilings.count; i++) {
        const double ceiling = plot.ceilings.per_s[i];
        if (ceiling <= 2.0 * plot.most)
            add_flat(&plot, "ceiling", ceiling_label(figure, ceiling), ceiling, ceiling);
    }
    add_flat(&plot, "ideal", "all that is offered", plot.least, plot.most);
}

const struct figure_kind figure_f6 = {
    .id = "F6",
    .words = "throughput against offered load",
    .header = "series,kind,label,variant,offered_per_s,done_per_s,low_per_s,high_per_s",
    .is_along_a_sweep = true,
    .fill = fill,
};
