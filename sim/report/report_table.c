// SPDX-License-Identifier: GPL-3.0-or-later
/* The summary on the screen.  One cell: its headlines with their intervals, entity by entity.
 * Several: a table of cells by responses.  Then what anybody can check (Little's law,
 * conservation), verdicts, and what to do next. */
#include <math.h>
#include <string.h>
#include "base/units.h"
#include "experiment/advice.h"
#include "experiment/expect.h"
#include "experiment/summary.h"
#include "report/grid.h"
#include "report/report.h"
#include "report/screen.h"

enum { WORDS_WIDTH = 28, ROW_WIDTH = 50, MEAN_WIDTH = 14, GAP = 2, TITLE_WIDTH = 100 };
enum { LITTLE_LINES = 4, FAILURES_SHOWN = 20 };

struct table {
    const struct report *report;
    const struct report_screen *screen;
    struct text out;
    const char *entity; /* of the last item */
};

static void paint(struct table *table, const char *code)
{
    if (table->screen->has_color)
        text_add(&table->out, code);
}

static void add_bold(struct table *table, const char *words)
{
    paint(table, "\033[1m");
    text_add(&table->out, words);
    paint(table, "\033[0m");
}

/* What it is, and where it is from: at the right where there is room, else on a line of its own. */
static void add_title(struct table *table)
{
    const struct result *result = table->report->result;
    struct text title = {.length = 0}, source = {.length = 0};
    text_add(&title, result_name(result));
    if (strcmp(result_title(result), result_name(result)) != 0)
        text_printf(&title, ": %s", result_title(result));
    if (result_source(result)[0] != '\0')
        text_printf(&source, "(%s)", result_source(result));
    const size_t used = screen_width(&title, 0), wanted = screen_width(&source, 0);
    add_bold(table, text_of(&title));
    if (used + GAP + wanted > TITLE_WIDTH)
        text_add(&table->out, "\n  ");
    else if (wanted > 0)
        text_printf(&table->out, "%*s", (int)(TITLE_WIDTH - used - wanted), "");
    text_printf(&table->out, "%s\n", text_of(&source));
    text_free(&title);
    text_free(&source);
}

/* --- one cell --- */

/* "time in queue p50/p95": what several values on the line are. */
static void add_words(struct text *out, const struct summary_item *item)
{
    const size_t line = out->length;
    text_printf(out, "  %s", item->words);
    for (size_t i = 0; item->value_count > 1 && i < item->value_count; i++)
        text_printf(out, "%s%s", i == 0 ? " " : "/", item->stats[i]);
    screen_pad(out, line, WORDS_WIDTH);
}

static void add_mean(struct text *out, const struct estimate *estimate, const char *unit)
{
    struct text number = {.length = 0};
    const size_t from = out->length;
    screen_mean(&number, estimate, unit);
    const size_t width = screen_width(&number, 0);
    screen_pad(out, from, MEAN_WIDTH > width ? MEAN_WIDTH - width : 0);
    text_add(out, text_of(&number));
    text_free(&number);
}

static void add_interval(struct text *out, const struct estimate *estimate, const char *unit)
{
    if (isnan(estimate->low))
        return;
    text_add(out, "    ");
    screen_interval(out, estimate, unit);
}

/* Events that were not seen are known to be rarer than something; the others have a share. */
static void add_share(struct text *out, const struct summary_item *item)
{
    char trials[32];
    if (item->trials > 0.0 && item->share->mean == 0.0) {
        add_interval(out, item->share, item->unit);
        text_printf(out, "    (of %s)", units_format_number(trials, item->trials));
        return;
    }
    add_interval(out, item->values[0], item->unit);
    if (item->values[0]->mean > 0.0) {
        text_printf(out, "    (%s%s", item->note != NULL ? item->note : "",
                    item->note != NULL ? ", " : "");
        screen_percent(out, item->share->mean);
        text_add(out, ")");
    }
}

/* "0.21 s / 0.74 s": their intervals are for --verbose. */
static void add_values(struct text *out, const struct summary_item *item)
{
    for (size_t i = 0; i < item->value_count; i++) {
        if (i == 0) {
            add_mean(out, item->values[i], item->unit);
        } else {
            text_add(out, " / ");
            screen_value(out, item->values[i]->mean, item->unit);
        }
    }
}

static void add_order(struct table *table, const struct summary_item *item)
{
    struct text *out = &table->out;
    text_printf(out, "  %s", item->words);
    for (size_t i = 0; i < item->order->count; i++)
        text_printf(out, " %llu", (unsigned long long)item->order->numbers[i]);
    text_printf(out, "%s%s\n", item->order->has_more ? " ..." : "",
                result_replications(table->report->result) > 1 ? "    (first replication)" : "");
}

static void add_item_values(struct text *out, const struct summary_item *item)
{
    char whole[32];
    add_words(out, item);
    add_values(out, item);
    if (item->share != NULL)
        add_share(out, item);
    else if (item->of > 0.0)
        text_printf(out, "    of %s", units_format_number(whole, item->of));
    else if (item->value_count == 1)
        add_interval(out, item->values[0], item->unit);
    text_add(out, "\n");
}

static void add_item(void *context, const struct summary_item *item)
{
    struct table *table = context;
    if (table->entity == NULL || strcmp(table->entity, item->entity) != 0)
        text_printf(&table->out, "%s\n", item->entity);
    table->entity = item->entity;
    if (item->order != NULL)
        add_order(table, item);
    else
        add_item_values(&table->out, item);
}

static void add_headlines(struct table *table, const struct cell *cell)
{
    struct text *out = &table->out;
    const size_t line = out->length;
    screen_pad(out, line, WORDS_WIDTH + MEAN_WIDTH - 4);
    text_add(out, cell->replication_count > 1 ? "mean    95 % interval\n" : "value\n");
    table->entity = NULL;
    summary_each(cell, add_item, table);
}

static void add_all_rows(struct table *table, const struct cell *cell)
{
    const char *entity = "";
    const struct result *result = table->report->result;
    if (result->cell_count > 1) {
        struct arena arena;
        arena_init(&arena);
        text_add(&table->out, "\n");
        add_bold(table, result_label(&arena, result, cell));
        text_add(&table->out, "\n");
        arena_free(&arena);
    }
    for (size_t i = 0; i < cell->row_count; i++) {
        const struct cell_row *row = &cell->rows[i];
        if (strcmp(row->entity, entity) != 0)
            text_printf(&table->out, "%s\n", row->entity);
        entity = row->entity;
        const size_t line = table->out.length;
        text_printf(&table->out, "  %s %s", row->metric, row->stat);
        screen_pad(&table->out, line, ROW_WIDTH);
        add_mean(&table->out, &row->estimate, row->unit);
        add_interval(&table->out, &row->estimate, row->unit);
        text_add(&table->out, "\n");
    }
}

/* --- checks --- */

static void add_little(struct table *table, const struct cell *cell)
{
    struct summary_little little;
    char length[32], times[32];
    for (size_t i = 0; i < LITTLE_LINES && summary_little(cell, i, &little); i++) {
        text_printf(&table->out, "  Little's law, %s: L = %s, lambda W = %s, off by ",
                    little.entity, units_format_number(length, little.length),
                    units_format_number(times, little.rate_times));
        screen_percent(&table->out, little.off);
        text_add(&table->out, "\n");
    }
}

/* --- alarms --- */

enum { ALARM_WORDS_WIDTH = 65, ALARM_COUNT_WIDTH = 10, ALARM_TIME_WIDTH = 12 };

static void add_right(struct text *out, size_t width, const char *words)
{
    const size_t length = strlen(words);
    text_printf(out, "%*s%s", (int)(width > length ? width - length : 0), "", words);
}

static void add_alarm(struct table *table, const struct cell *cell,
                      const struct summary_alarm *alarm, size_t name_width)
{
    struct text *out = &table->out;
    struct arena arena;
    char number[32];
    arena_init(&arena);
    const size_t line = out->length;
    text_printf(out, "  %s", alarm->name);
    screen_pad(out, line, name_width);
    if (table->report->result->cell_count > 1)
        text_add(out, result_label(&arena, table->report->result, cell));
    else
        text_printf(out, "%s %s", alarm->entity, alarm->metric);
    screen_pad(out, line, ALARM_WORDS_WIDTH);
    add_right(out, ALARM_COUNT_WIDTH, units_format_number(number, alarm->alarms));
    add_right(out, ALARM_TIME_WIDTH, units_format_seconds(number, alarm->time_s));
    add_right(out, ALARM_TIME_WIDTH,
              isnan(alarm->first_s) ? "never" : units_format_seconds(number, alarm->first_s));
    text_add(out, "\n");
    arena_free(&arena);
}

/* Alarm by alarm, so that cells compare. */
static void add_alarms(struct table *table)
{
    const struct result *result = table->report->result;
    struct text *out = &table->out;
    struct summary_alarm alarm;
    size_t name_width = 0;
    for (size_t index = 0; summary_alarm(&result->cells[0], index, &alarm); index++) {
        const size_t width = strlen(alarm.name) + 2 * GAP;
        name_width = width > name_width ? width : name_width;
    }
    for (size_t index = 0; summary_alarm(&result->cells[0], index, &alarm); index++) {
        const size_t line = out->length;
        if (index == 0) {
            text_add(out, "alarms");
            screen_pad(out, line, ALARM_WORDS_WIDTH);
            add_right(out, ALARM_COUNT_WIDTH, "times");
            add_right(out, ALARM_TIME_WIDTH, "in alarm");
            add_right(out, ALARM_TIME_WIDTH, "first at");
            text_add(out, "\n");
        }
        for (size_t i = 0; i < result->cell_count; i++) {
            if (result->cells[i].replication_count > 0 &&
                summary_alarm(&result->cells[i], index, &alarm))
                add_alarm(table, &result->cells[i], &alarm, name_width);
        }
    }
}

/* What MSER-5 cut off, of all cells. */
static void add_warmup(struct text *out, const struct result *result)
{
    double least = HUGE_VAL, most = -HUGE_VAL;
    char low[32], high[32];
    for (size_t i = 0; i < result->cell_count; i++) {
        const double warmup_s = cell_mean(&result->cells[i], "scenario", "warmup", "end");
        least = fmin(least, warmup_s);
        most = fmax(most, warmup_s);
    }
    if (!(least <= most))
        return;
    text_printf(out, "  warm-up by MSER-5, not counted: %s", units_format_seconds(low, least));
    if (least < most)
        text_printf(out, " .. %s", units_format_seconds(high, most));
    text_add(out, "\n");
}

static void add_run(struct table *table)
{
    const struct result *result = table->report->result;
    char replications[64], seed[32], seconds[32], events[32];
    double event_count = 0.0;
    size_t broken = 0;
    for (size_t i = 0; i < result->cell_count; i++) {
        event_count += summary_events(&result->cells[i]);
        broken +=
            result->cells[i].replication_count > 0 && !summary_is_conserved(&result->cells[i]);
    }
    text_printf(&table->out, "  %s; %s, seed %s",
                broken == 0 ? "every message accounted for" : "MESSAGES ARE UNACCOUNTED FOR",
                result_format_replications(replications, result),
                result_format_seed(seed, result_seed(result)));
    if (result->cell_count == 1)
        text_printf(&table->out, ", %s simulated each",
                    units_format_seconds(seconds, summary_simulated_s(&result->cells[0])));
    text_printf(&table->out, ", %s events\n", units_format_number(events, event_count));
}

static void add_failures(struct table *table)
{
    const struct result *result = table->report->result;
    size_t failed = 0;
    for (size_t i = 0; i < result->verdict_count; i++) {
        if (result->verdicts[i].holds || ++failed > FAILURES_SHOWN)
            continue;
        text_printf(&table->out, "  - %s\n", result->verdicts[i].sentence);
    }
    if (failed > FAILURES_SHOWN)
        text_printf(&table->out, "  - and %zu more, in result.json\n", failed - FAILURES_SHOWN);
}

static void add_verdicts(struct table *table)
{
    const struct result *result = table->report->result;
    const size_t held = result->verdict_count - expect_failures(result);
    const bool all = held == result->verdict_count;
    paint(table, all ? "\033[32m" : "\033[1;31m");
    text_add(&table->out, result->interrupted ? "interrupted" : all ? "ok" : "FAILED");
    paint(table, "\033[0m");
    if (result->verdict_count > 0)
        text_printf(&table->out, "  %zu of %zu expectation%s hold%s", held, result->verdict_count,
                    result->verdict_count == 1 ? "" : "s", result->verdict_count == 1 ? "s" : "");
    else if (result->scenarios[0]->expect_count > 0)
        text_add(&table->out, "  no expectation is about what was run");
    else
        text_add(&table->out, "  nothing was expected");
    text_printf(&table->out, " - %.2f s\n", table->report->wall.seconds);
    add_failures(table);
}

static void add_next(struct table *table)
{
    const struct report_screen *screen = table->screen;
    if (screen->figures[0] != '\0')
        text_printf(&table->out, "figures: %s\n", screen->figures);
    else if (screen->folder != NULL)
        text_printf(&table->out, "results: %s\n", screen->folder);
    if (screen->next != NULL)
        text_printf(&table->out, "next: %s\n", screen->next);
}

void report_table(const struct report *report, const struct report_screen *screen)
{
    struct table table = {.report = report, .screen = screen};
    const struct result *result = report->result;
    add_title(&table);
    if (result->cell_count > 1)
        grid_add(&table.out, result);
    for (size_t i = 0; i < result->cell_count; i++) {
        const struct cell *cell = &result->cells[i];
        if (cell->replication_count == 0)
            continue;
        if (screen->is_verbose)
            add_all_rows(&table, cell);
        else if (result->cell_count == 1)
            add_headlines(&table, cell);
        if (result->cell_count == 1)
            add_little(&table, cell);
    }
    add_alarms(&table);
    add_warmup(&table.out, result);
    add_run(&table);
    add_verdicts(&table);
    add_next(&table);
    fwrite(text_of(&table.out), 1, table.out.length, screen->out);
    text_free(&table.out);
}

void report_warnings(const struct report *report, FILE *out)
{
    const struct result *result = report->result;
    for (size_t i = 0; i < result->advice_count; i++) {
        const struct advice *advice = &result->advices[i];
        fprintf(out, "warning: %s", advice->entity);
        if (advice->label[0] != '\0')
            fprintf(out, " (%s%s)", advice->label, advice->cell_count > 1 ? " and others" : "");
        fprintf(out, ": %s. %s %s\n", advice->seen, advice->why, advice->todo);
    }
}
