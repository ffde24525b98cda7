// SPDX-License-Identifier: GPL-3.0-or-later
/* Three tidy tables: metrics.csv has a row for each value of each replication, series.csv one for
 * each bucket of time, histograms.csv one for each bin.  An empty cell is a value that is not
 * available. */
#include "experiment/csv_write.h"
#include "report/report.h"

static void add_word(struct text *out, const char *word)
{
    csv_write_word(out, word);
    text_add(out, ",");
}

static void add_place(struct text *out, const struct cell *cell)
{
    add_word(out, cell->variant);
    add_word(out, cell->point);
}

static void write_metrics(const struct report *report, struct text *out, FILE *stream)
{
    text_add(out, "variant,point,replication,entity,metric,stat,unit,value\n");
    for (size_t c = 0; c < report->result->cell_count; c++) {
        const struct cell *cell = &report->result->cells[c];
        for (size_t i = 0; i < cell->replication_count; i++) {
            for (size_t row = 0; row < cell->row_count; row++) {
                const struct cell_row *of = &cell->rows[row];
                add_place(out, cell);
                text_printf(out, "%zu,", i + 1);
                add_word(out, of->entity);
                add_word(out, of->metric);
                add_word(out, of->stat);
                add_word(out, of->unit);
                csv_write_number(out, cell_value(cell, row, i));
                text_add(out, "\n");
                report_flush(out, stream);
            }
        }
    }
}

static void add_points(struct text *out, FILE *stream, const struct cell *cell,
                       const struct cell_series *series, const char *replication,
                       const struct buckets *buckets)
{
    for (size_t i = 0; i < buckets->count; i++) {
        const struct series_point *point = &buckets->points[i];
        add_place(out, cell);
        add_word(out, replication);
        csv_write_number(out, point->time_s);
        text_add(out, ",");
        add_word(out, series->entity);
        add_word(out, series->metric);
        csv_write_number(out, point->min);
        text_add(out, ",");
        csv_write_number(out, point->mean);
        text_add(out, ",");
        csv_write_number(out, point->max);
        text_add(out, "\n");
        report_flush(out, stream);
    }
}

static void write_series(const struct report *report, struct text *out, FILE *stream)
{
    text_add(out, "variant,point,replication,time_s,entity,metric,min,mean,max\n");
    for (size_t c = 0; c < report->result->cell_count; c++) {
        const struct cell *cell = &report->result->cells[c];
        for (size_t i = 0; i < cell->series_count; i++) {
            const struct cell_series *series = &cell->series[i];
            add_points(out, stream, cell, series, "1", &series->first);
            add_points(out, stream, cell, series, "mean", &series->mean);
        }
    }
}

struct bins {
    struct text *out;
    FILE *stream;
    const struct cell *cell;
    const struct cell_hist *hist;
};

static void add_bin(void *context, int64_t low_ns, int64_t high_ns, uint64_t count)
{
    const struct bins *bins = context;
    add_place(bins->out, bins->cell);
    add_word(bins->out, bins->hist->entity);
    add_word(bins->out, bins->hist->metric);
    csv_write_number(bins->out, (double)low_ns / 1e9);
    text_add(bins->out, ",");
    csv_write_number(bins->out, (double)high_ns / 1e9);
    text_add(bins->out, ",");
    csv_write_number(bins->out, (double)count);
    text_add(bins->out, "\n");
    report_flush(bins->out, bins->stream);
}

static void write_histograms(const struct report *report, struct text *out, FILE *stream)
{
    text_add(out, "variant,point,entity,metric,low_s,high_s,count\n");
    for (size_t c = 0; c < report->result->cell_count; c++) {
        const struct cell *cell = &report->result->cells[c];
        for (size_t i = 0; i < cell->hist_count; i++)
            hist_each(&cell->hists[i].hist, add_bin,
                      &(struct bins){out, stream, cell, &cell->hists[i]});
    }
}

const struct report_form report_csv_metrics = {.file = "metrics.csv", .write = write_metrics};
const struct report_form report_csv_series = {.file = "series.csv", .write = write_series};
const struct report_form report_csv_histograms = {.file = "histograms.csv",
                                                  .write = write_histograms};
