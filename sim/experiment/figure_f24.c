// SPDX-License-Identifier: GPL-3.0-or-later
/* F24, the forest: how much each variant differs from the base, with its interval, a panel for each
 * metric and a row for each variant (at some of the sweep's points). */
#include <math.h>
#include <string.h>
#include "experiment/compare.h"
#include "experiment/figure.h"

enum { PANELS = 4, ROWS = 12 };

struct plot {
    struct figure *figure;
    const struct compare *compare;
    size_t panel_count;
    size_t panels[PANELS]; /* metrics */
    size_t place_count;    /* shown */
};

/* The metrics by which something differs, else the first. */
static void choose_panels(struct plot *plot)
{
    for (size_t i = 0; i < plot->compare->metric_count && plot->panel_count < PANELS; i++) {
        if (compare_any(plot->compare, i))
            plot->panels[plot->panel_count++] = i;
    }
    if (plot->panel_count == 0)
        plot->panel_count = 1;
}

/* Places evenly from the first to the last; the only one shown is the last. */
static size_t place_at(const struct plot *plot, size_t index)
{
    const size_t last = plot->compare->place_count - 1;
    return plot->place_count > 1 ? index * last / (plot->place_count - 1) : last;
}

/* A label with commas is read right only as the label of a series. */
static const char *without_commas(struct figure *figure, const char *label)
{
    char *copy = arena_copy_text(&figure->arena, label);
    for (char *c = copy; *c != '\0'; c++)
        *c = *c == ',' ? ';' : *c;
    return copy;
}

static void add_row(const struct plot *plot, size_t panel, size_t place, size_t arm, size_t series,
                    size_t row)
{
    struct figure *figure = plot->figure;
    const struct compare *compare = plot->compare;
    const struct compare_metric *metric = &compare->metrics[plot->panels[panel]];
    const struct compare_difference *of = compare_at(compare, plot->panels[panel], place, arm);
    figure_number(figure, (double)series);
    figure_word(figure, compare->arms[arm]);
    figure_word(figure, compare->arms[arm]);
    figure_word(figure, without_commas(figure, compare->places[place]));
    figure_word(figure, without_commas(figure, compare->arms[compare->base]));
    figure_number(figure, (double)panel);
    figure_word(figure, compare_metric_has_words(metric)
                            ? without_commas(figure, metric->words)
                            : compare_metric_phrase(&figure->arena, metric));
    figure_word(figure, metric->unit);
    figure_number(figure, (double)row);
    figure_number(figure, of->of_base.mean);
    figure_number(figure, of->of_base.low);
    figure_number(figure, of->of_base.high);
    figure_number(figure, of->differs_jointly);
    figure_end_row(figure);
}

/* All rows of a variant, so that its series is one block. */
static void add_arm(const struct plot *plot, size_t arm, size_t series)
{
    const size_t others = plot->compare->arm_count - 1;
    for (size_t panel = 0; panel < plot->panel_count; panel++) {
        for (size_t i = 0; i < plot->place_count; i++)
            add_row(plot, panel, place_at(plot, i), arm, series, i * (others + 1) + series);
    }
    text_printf(&plot->figure->sentence, "%s%s", series > 0 ? " " : "",
                plot->compare->sentences[arm]);
}

static void fill(struct figure *figure)
{
    struct plot plot = {.figure = figure, .compare = figure->result->comparison};
    if (plot.compare == NULL) {
        const char *why = figure->result->comparison_error;
        figure_refuse(figure, why[0] != '\0' ? why : "there are no variants to compare");
        return;
    }
    const size_t others = plot.compare->arm_count - 1, room = ROWS / others;
    plot.place_count = plot.compare->place_count < room ? plot.compare->place_count : room;
    plot.place_count = plot.place_count > 0 ? plot.place_count : 1;
    choose_panels(&plot);
    size_t series = 0;
    for (size_t arm = 0; arm < plot.compare->arm_count; arm++) {
        if (arm != plot.compare->base)
            add_arm(&plot, arm, series++);
    }
}

const struct figure_kind figure_f24 = {
    .id = "F24",
    .words = "differences between variants",
    .header = "series,label,variant,point,base,panel,metric,unit,row,difference,low,high,differs",
    .fill = fill,
};
