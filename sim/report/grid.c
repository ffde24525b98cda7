// SPDX-License-Identifier: GPL-3.0-or-later
/* A row for each cell, a column for each response: those of the busiest queue, which the head
 * names, and what the scenario expects something of, where there is room. */
#include "report/grid.h"

#include <string.h>
#include "experiment/phrase.h"
#include "experiment/summary.h"
#include "report/screen.h"

enum { GAP = 2, HEAD_WIDTH = 18, COLUMNS = 1 + SUMMARY_RESPONSES + SUMMARY_EXPECTED };
/* One response that is expected is worth a table that is wider than others. */
enum { WIDTH = 120, MOST_WIDTH = 150 };

/* The columns shown, the label's first: their heads in lines, and the widths that they need. */
struct grid {
    const struct result *result;
    struct arena arena;
    size_t count; /* of the responses; what is expected stands behind them */
    size_t columns[SUMMARY_RESPONSES];
    const struct scenario_expect *expected[SUMMARY_EXPECTED];
    size_t last;
    const char *heads[COLUMNS];
    size_t head_lines;
    size_t widths[COLUMNS];
};

static const struct scenario_expect *expected_at(const struct grid *grid, size_t column)
{
    return column > grid->count ? grid->expected[column - grid->count - 1] : NULL;
}

/* --- heads --- */

/* "mean time until all parts are joined (collector)"; the table's own queue need not be named. */
static void add_expected_words(struct text *out, const struct grid *grid,
                               const struct scenario_expect *expect)
{
    const struct cell_row *row = NULL;
    for (size_t i = 0; i < grid->result->cell_count && row == NULL; i++)
        row = cell_find(&grid->result->cells[i], expect->entity, expect->metric, expect->stat);
    phrase_add(out, expect->metric, expect->stat, row != NULL ? row->unit : "1");
    if (strcmp(grid->heads[0], expect->entity) != 0 && strcmp(expect->entity, "scenario") != 0)
        text_printf(out, " (%s)", expect->entity);
}

/* Ends lines at blanks, so that none is longer than the width if words allow it. */
static const char *in_lines(struct arena *arena, const char *words, size_t width)
{
    char *lines = arena_copy_text(arena, words);
    size_t line = 0;
    for (char *c = lines; *c != '\0'; c++) {
        const size_t word = strcspn(c, " ");
        if (*c == ' ' && line + 1 + strcspn(c + 1, " ") > width) {
            *c = '\n';
            line = 0;
        } else if (*c == ' ') {
            line++;
        } else {
            line += word;
            c += word - 1;
        }
    }
    return lines;
}

static void set_head(struct grid *grid, size_t column)
{
    struct text words = {.length = 0};
    const struct scenario_expect *expect = expected_at(grid, column);
    if (expect != NULL)
        add_expected_words(&words, grid, expect);
    else
        text_add(&words,
                 summary_response(&grid->result->cells[0], grid->columns[column - 1]).words);
    const size_t width = grid->widths[column] > HEAD_WIDTH ? grid->widths[column] : HEAD_WIDTH;
    grid->heads[column] = in_lines(&grid->arena, text_of(&words), width);
    text_free(&words);
}

/* Makes a column as wide as its head, and all heads as high as this one. */
static void fit_head(struct grid *grid, size_t column)
{
    size_t lines = 0;
    for (const char *line = grid->heads[column]; lines == 0 || line[-1] == '\n'; lines++) {
        const size_t length = strcspn(line, "\n");
        struct text shown = {.length = 0};
        text_append(&shown, line, length);
        const size_t width = screen_width(&shown, 0);
        grid->widths[column] = width > grid->widths[column] ? width : grid->widths[column];
        text_free(&shown);
        line += length + 1;
    }
    grid->head_lines = lines > grid->head_lines ? lines : grid->head_lines;
}

/* The line of a head, from below: heads stand on what they are about. */
static void add_head_line(struct text *out, const char *head, size_t from_below)
{
    size_t lines = 1;
    for (const char *c = head; *c != '\0'; c++)
        lines += *c == '\n';
    if (from_below >= lines)
        return;
    for (size_t skip = lines - 1 - from_below; skip > 0; skip--)
        head = strchr(head, '\n') + 1;
    text_append(out, head, strcspn(head, "\n"));
}

/* --- entries --- */

static void add_entry(struct text *out, struct grid *grid, const struct cell *cell, size_t column)
{
    if (column == 0) {
        text_add(out, result_label(&grid->arena, grid->result, cell));
        return;
    }
    const struct scenario_expect *expect = expected_at(grid, column);
    const struct summary_response of =
        expect == NULL ? summary_response(cell, grid->columns[column - 1])
                       : (struct summary_response){
                             .row = cell_find(cell, expect->entity, expect->metric, expect->stat)};
    if (of.row == NULL)
        text_add(out, "-");
    else
        screen_cell(out, &of.row->estimate, expect == NULL ? of.unit : of.row->unit);
}

static void measure(struct grid *grid, size_t column)
{
    for (size_t i = 0; i < grid->result->cell_count; i++) {
        struct text shown = {.length = 0};
        add_entry(&shown, grid, &grid->result->cells[i], column);
        const size_t width = screen_width(&shown, 0);
        grid->widths[column] = width > grid->widths[column] ? width : grid->widths[column];
        text_free(&shown);
    }
    if (column > 0)
        set_head(grid, column);
    fit_head(grid, column);
}

/* The label to the left, the rest to the right, as numbers are compared; a line of the heads where
 * there is no cell. */
static void add_row(struct text *out, struct grid *grid, const struct cell *cell, size_t from_below)
{
    for (size_t i = 0; i <= grid->last; i++) {
        struct text shown = {.length = 0};
        if (cell != NULL)
            add_entry(&shown, grid, cell, i);
        else
            add_head_line(&shown, grid->heads[i], from_below);
        const size_t from = out->length, free = grid->widths[i] - screen_width(&shown, 0);
        screen_pad(out, from, GAP + (i > 0 ? free : 0));
        text_add(out, text_of(&shown));
        screen_pad(out, from, GAP + grid->widths[i]);
        text_free(&shown);
    }
    text_add(out, "\n");
}

static size_t width_of(const struct grid *grid)
{
    size_t width = 0;
    for (size_t i = 0; i <= grid->last; i++)
        width += GAP + grid->widths[i];
    return width;
}

/* What is expected is shown as long as there is room. */
static void add_columns(struct grid *grid)
{
    const size_t expected_count = summary_expected(grid->result, grid->expected);
    grid->count = grid->last = summary_columns(grid->result, grid->columns);
    for (size_t i = 0; i <= grid->last; i++)
        measure(grid, i);
    for (size_t i = 0; i < expected_count; i++) {
        const size_t lines = grid->head_lines;
        measure(grid, ++grid->last);
        if (width_of(grid) > (i == 0 ? MOST_WIDTH : WIDTH)) {
            grid->last--;
            grid->head_lines = lines;
            return;
        }
    }
}

void grid_add(struct text *out, const struct result *result)
{
    struct grid grid = {.result = result};
    arena_init(&grid.arena);
    const char *queue = summary_queue(result);
    grid.heads[0] = queue != NULL ? queue : "";
    add_columns(&grid);
    for (size_t line = grid.head_lines; line > 0; line--)
        add_row(out, &grid, NULL, line - 1);
    for (size_t i = 0; i < result->cell_count; i++)
        add_row(out, &grid, &result->cells[i], 0);
    arena_free(&grid.arena);
}
