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
#include "report/report.h"
#include "report/screen.h"

enum { WORDS_WIDTH = 30, MEAN_WIDTH = 14, GAP = 2, LITTLE_LINES = 4, FAILURES_SHOWN = 20 };

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

static void add_title(struct table *table)
{
    const struct result *result = table->report->result;
    paint(table, "\033[1m");
    text_add(&table->out, result_name(result));
    if (strcmp(result_title(result), result_name(result)) != 0)
        text_printf(&table->out, ": %s", result_title(result));
    paint(table, "\033[0m");
    text_add(&table->out, "\n");
}

/* --- one cell --- */

static void add_row(struct table *table, const char *words, const struct estimate *estimate,
                    const char *unit, double trials)
{
    struct text *out = &table->out;
    char shown[32];
    const size_t line = out->length;
    text_printf(out, "  %s", words);
    screen_pad(out, line, WORDS_WIDTH);
    const size_t value = out->length;
    struct text number = {.length = 0};
    screen_value(&number, estimate->mean, unit);
    screen_pad(out, value, MEAN_WIDTH > number.length ? MEAN_WIDTH - number.length : 0);
    text_add(out, text_of(&number));
    text_free(&number);
    if (!isnan(estimate->low)) {
        text_add(out, "    ");
        screen_interval(out, estimate, unit);
    }
    if (estimate->is_wilson && trials > 0.0)
        text_printf(out, "    (of %s)", units_format_number(shown, trials));
    text_add(out, "\n");
}

static void add_item(void *context, const struct summary_item *item)
{
    struct table *table = context;
    if (table->entity == NULL || strcmp(table->entity, item->entity) != 0)
        text_printf(&table->out, "%s\n", item->entity);
    table->entity = item->entity;
    add_row(table, item->words, &item->row->estimate, item->unit, item->trials);
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
    for (size_t i = 0; i < cell->row_count; i++) {
        const struct cell_row *row = &cell->rows[i];
        struct text words = {.length = 0};
        if (strcmp(row->entity, entity) != 0)
            text_printf(&table->out, "%s\n", row->entity);
        entity = row->entity;
        text_printf(&words, "%s %s", row->metric, row->stat);
        add_row(table, text_of(&words), &row->estimate, row->unit, 0.0);
        text_free(&words);
    }
}

/* --- several cells --- */

static void add_cell_text(struct text *out, const struct cell *cell, size_t response)
{
    const struct summary_response of = summary_response(cell, response);
    if (of.row == NULL)
        text_add(out, "-");
    else
        screen_cell(out, &of.row->estimate, of.unit);
}

/* The widths that the columns need: the label's first. */
static void measure(const struct result *result, struct arena *arena,
                    size_t widths[1 + SUMMARY_RESPONSES])
{
    struct text shown = {.length = 0};
    widths[0] = 0;
    for (size_t i = 0; i < SUMMARY_RESPONSES; i++)
        widths[1 + i] = strlen(summary_response(&result->cells[0], i).words);
    for (size_t c = 0; c < result->cell_count; c++) {
        for (size_t i = 0; i <= SUMMARY_RESPONSES; i++) {
            text_clear(&shown);
            if (i == 0)
                text_add(&shown, result_label(arena, result, &result->cells[c]));
            else
                add_cell_text(&shown, &result->cells[c], i - 1);
            const size_t width = screen_width(&shown, 0);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    text_free(&shown);
}

/* Right-aligned, as numbers are compared. */
static void add_right(struct text *out, const char *shown, size_t width)
{
    const size_t length = strlen(shown);
    const size_t from = out->length;
    screen_pad(out, from, GAP + (width > length ? width - length : 0));
    text_add(out, shown);
}

static void add_cells(struct table *table)
{
    const struct result *result = table->report->result;
    struct text *out = &table->out, shown = {.length = 0};
    struct arena arena;
    size_t widths[1 + SUMMARY_RESPONSES];
    arena_init(&arena);
    measure(result, &arena, widths);
    size_t line = out->length;
    screen_pad(out, line, GAP + widths[0]);
    for (size_t i = 0; i < SUMMARY_RESPONSES; i++)
        add_right(out, summary_response(&result->cells[0], i).words, widths[1 + i]);
    text_add(out, "\n");
    for (size_t c = 0; c < result->cell_count; c++) {
        line = out->length;
        text_printf(out, "  %s", result_label(&arena, result, &result->cells[c]));
        screen_pad(out, line, GAP + widths[0]);
        for (size_t i = 0; i < SUMMARY_RESPONSES; i++) {
            text_clear(&shown);
            add_cell_text(&shown, &result->cells[c], i);
            add_right(out, text_of(&shown), widths[1 + i]);
        }
        text_add(out, "\n");
    }
    text_free(&shown);
    arena_free(&arena);
}

/* --- checks --- */

static void add_little(struct table *table, const struct cell *cell)
{
    struct summary_little little;
    char length[32], times[32];
    for (size_t i = 0; i < LITTLE_LINES && summary_little(cell, i, &little); i++)
        text_printf(&table->out, "  Little's law, %s: L = %s, lambda W = %s, off by %.2g %%\n",
                    little.entity, units_format_number(length, little.length),
                    units_format_number(times, little.rate_times), 100.0 * little.off);
}

static void add_run(struct table *table)
{
    const struct result *result = table->report->result;
    const size_t replications = result_replications(result);
    char seconds[32], events[32];
    double event_count = 0.0;
    size_t broken = 0;
    for (size_t i = 0; i < result->cell_count; i++) {
        event_count += summary_events(&result->cells[i]);
        broken +=
            result->cells[i].replication_count > 0 && !summary_is_conserved(&result->cells[i]);
    }
    text_printf(&table->out, "  %s; %zu replication%s",
                broken == 0 ? "every message accounted for" : "MESSAGES ARE UNACCOUNTED FOR",
                replications, replications == 1 ? "" : "s");
    if (result_seed(result) > UINT64_C(1) << 53)
        text_printf(&table->out, ", seed 0x%llx", (unsigned long long)result_seed(result));
    else
        text_printf(&table->out, ", seed %llu", (unsigned long long)result_seed(result));
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
    size_t held = 0;
    for (size_t i = 0; i < result->verdict_count; i++)
        held += result->verdicts[i].holds ? 1 : 0;
    const bool all = held == result->verdict_count;
    paint(table, all ? "\033[32m" : "\033[1;31m");
    text_add(&table->out, result->interrupted ? "interrupted" : all ? "ok" : "FAILED");
    paint(table, "\033[0m");
    if (result->verdict_count > 0)
        text_printf(&table->out, "  %zu of %zu expectation%s hold%s", held, result->verdict_count,
                    result->verdict_count == 1 ? "" : "s", result->verdict_count == 1 ? "s" : "");
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
    if (screen->folder != NULL)
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
        add_cells(&table);
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
