// SPDX-License-Identifier: GPL-3.0-or-later
/* A comparison on the screen: what every arm has, then by how much it differs from the base.  At
 * one place a row is a metric; at several each metric has a table of its own, a row a place.
 * Beside it compare.csv, a row for each difference. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "base/units.h"
#include "experiment/compare.h"
#include "experiment/csv_write.h"
#include "report/report.h"
#include "report/screen.h"

enum { GAP = 2 };

/* --- numbers --- */

/* What is smaller than its interval by that is left of rounding. */
static const double noise = 1e-9;

static void add_signed(struct text *out, double value, const char *unit)
{
    text_add(out, value > 0.0 ? "+" : value < 0.0 ? "-" : "");
    screen_value(out, fabs(value), unit);
}

/* "-4714/s +-12/s (-94 %) **". */
static void add_difference(struct text *out, const struct compare_difference *of, const char *unit)
{
    if (isnan(of->of_base.mean)) {
        text_add(out, "n/a");
        return;
    }
    const double half = (of->of_base.high - of->of_base.low) / 2.0;
    const bool is_rounding = fabs(of->of_base.mean) <= noise * half; /* no, without an interval */
    const double shown = is_rounding ? 0.0 : of->of_base.mean;
    add_signed(out, shown, unit);
    if (half > 0.0) {
        text_add(out, " +-");
        screen_value(out, half, unit);
    }
    if (!isnan(of->relative) && shown != 0.0) {
        text_add(out, of->relative > 0.0 ? " (+" : " (-");
        screen_percent(out, fabs(of->relative));
        text_add(out, ")");
    }
    text_add(out, of->differs_jointly ? " **" : of->differs ? " * " : "   ");
}

static void add_value(struct text *out, const struct compare_difference *of, const char *unit)
{
    if (of->value == NULL)
        text_add(out, "-");
    else
        screen_cell(out, &of->value->estimate, unit);
    text_add(out, of->is_best ? " best" : "     ");
}

/* --- a table: rows are metrics or places, columns are arms --- */

struct table {
    const struct compare *compare;
    struct text *out;
    bool is_of_differences;
    size_t first_metric, metric_count; /* one metric, unless they are rows */
};

static size_t row_count(const struct table *table)
{
    return table->compare->place_count == 1 ? table->metric_count : table->compare->place_count;
}

/* The entry of a row (counted from 1; 0 is the head) and an arm's column (0 is the label). */
static void add_entry(const struct table *table, struct text *out, size_t row, size_t column)
{
    const struct compare *compare = table->compare;
    const bool by_metric = compare->place_count == 1;
    const size_t metric = table->first_metric + (by_metric && row > 0 ? row - 1 : 0);
    const size_t place = by_metric || row == 0 ? 0 : row - 1;
    if (column == 0) {
        if (row > 0)
            text_add(out, by_metric ? compare->metrics[metric].words : compare->places[place]);
        return;
    }
    const struct compare_difference *of = compare_at(compare, metric, place, column - 1);
    if (row == 0)
        text_printf(out, "%s%s", compare->arms[column - 1],
                    table->is_of_differences ? "   " : "     ");
    else if (table->is_of_differences)
        add_difference(out, of, compare->metrics[metric].unit);
    else
        add_value(out, of, compare->metrics[metric].unit);
}

static size_t width_of(const struct table *table, size_t column)
{
    size_t most = 0;
    for (size_t row = 0; row <= row_count(table); row++) {
        struct text entry = {.length = 0};
        add_entry(table, &entry, row, column);
        const size_t width = screen_width(&entry, 0);
        most = width > most ? width : most;
        text_free(&entry);
    }
    return most;
}

static void trim(struct text *out)
{
    while (out->length > 0 && out->bytes[out->length - 1] == ' ')
        text_cut(out, out->length - 1);
}

/* The label to the left, the rest to the right, as numbers are compared.  The base does not differ
 * from itself. */
static void add_table(const struct table *table)
{
    const size_t columns = table->compare->arm_count + 1;
    size_t *widths = must_alloc(columns * sizeof *widths);
    for (size_t column = 0; column < columns; column++)
        widths[column] = width_of(table, column);
    for (size_t row = 0; row <= row_count(table); row++) {
        for (size_t column = 0; column < columns; column++) {
            struct text entry = {.length = 0};
            if (table->is_of_differences && column == table->compare->base + 1)
                continue;
            add_entry(table, &entry, row, column);
            const size_t from = table->out->length;
            const size_t room = widths[column] - screen_width(&entry, 0);
            screen_pad(table->out, from, GAP + (column > 0 ? room : 0));
            text_add(table->out, text_of(&entry));
            screen_pad(table->out, from, GAP + widths[column]);
            text_free(&entry);
        }
        trim(table->out);
        text_add(table->out, "\n");
    }
    free(widths);
}

static void add_tables(const struct compare *compare, struct text *out, size_t first, size_t count,
                       const char *words)
{
    struct table table = {
        .compare = compare, .out = out, .first_metric = first, .metric_count = count};
    text_printf(out, "%s\n", words);
    add_table(&table);
    table.is_of_differences = true;
    text_printf(out, "%s: difference from %s\n", words, compare->arms[compare->base]);
    add_table(&table);
}

/* --- all of it --- */

static void add_legend(const struct compare *compare, struct text *out)
{
    size_t most = 0;
    for (size_t metric = 0; metric < compare->metric_count; metric++)
        most = compare->counts[metric] > most ? compare->counts[metric] : most;
    if (most == 0) {
        text_add(out, "  no intervals: they need two replications of both at least\n");
        return;
    }
    text_add(out, "  +- is half of a 95 % interval, of differences ");
    text_add(out, compare->is_paired ? "in each replication on common random numbers\n"
                                     : "of two independent samples (Welch)\n");
    text_printf(out,
                "  *  differs; ** differs also if all %zu differences of a metric are judged "
                "together (Bonferroni)\n"
                "  best: nothing in the row is better for sure, and something is worse\n",
                most);
}

/* A metric by which nothing differs needs no table. */
static void add_metric(const struct compare *compare, bool is_verbose, struct text *out,
                       size_t metric)
{
    if (is_verbose || compare_any(compare, metric))
        add_tables(compare, out, metric, 1, compare->metrics[metric].words);
    else
        text_printf(out, "%s\n  %s at any point\n", compare->metrics[metric].words,
                    compare->counts[metric] > 0 ? "no difference seen" : "cannot be told");
}

void report_compare(const struct compare *compare, bool is_verbose, FILE *stream)
{
    struct text out = {.length = 0};
    if (compare->place_count == 1)
        add_tables(compare, &out, 0, compare->metric_count, "means");
    for (size_t metric = 0; compare->place_count > 1 && metric < compare->metric_count; metric++)
        add_metric(compare, is_verbose, &out, metric);
    add_legend(compare, &out);
    for (size_t arm = 0; arm < compare->arm_count; arm++) {
        if (arm != compare->base)
            text_printf(&out, "%s\n", compare->sentences[arm]);
    }
    fwrite(text_of(&out), 1, out.length, stream);
    text_free(&out);
}

/* --- compare.csv --- */

static void add_number(struct text *out, double value)
{
    text_add(out, ",");
    csv_write_number(out, value);
}

static void add_word(struct text *out, const char *word)
{
    csv_write_word(out, word);
    text_add(out, ",");
}

static void add_row(struct text *out, const struct compare *compare, size_t metric, size_t place,
                    size_t arm)
{
    const struct compare_difference *of = compare_at(compare, metric, place, arm);
    const struct cell *cell = compare->cells[place * compare->arm_count + arm];
    if (of->value == NULL)
        return;
    add_word(out, cell->point);
    add_word(out, of->value->entity);
    add_word(out, of->value->metric);
    add_word(out, of->value->stat);
    add_word(out, of->value->unit);
    add_word(out, compare->arms[compare->base]);
    csv_write_word(out, compare->arms[arm]);
    add_number(out, of->value->estimate.mean);
    add_number(out, of->of_base.mean);
    add_number(out, of->of_base.low);
    add_number(out, of->of_base.high);
    add_number(out, of->joint.low);
    add_number(out, of->joint.high);
    add_number(out, (double)of->of_base.n);
    text_printf(out, ",%d,%d\n", of->differs_jointly, of->is_best);
}

static void write_csv(const struct report *report, struct text *out, FILE *stream)
{
    const struct compare *compare = report->result->comparison;
    text_add(out, "point,entity,metric,stat,unit,base,variant,mean,difference,low,high,joint_low,"
                  "joint_high,n,differs,best\n");
    for (size_t metric = 0; metric < compare->metric_count; metric++) {
        for (size_t i = 0; i < compare->place_count * compare->arm_count; i++) {
            add_row(out, compare, metric, i / compare->arm_count, i % compare->arm_count);
            report_flush(out, stream);
        }
    }
}

static bool is_there(const struct result *result)
{
    return result->comparison != NULL;
}

const struct report_form report_csv_compare = {
    .file = "compare.csv", .write = write_csv, .applies = is_there};
