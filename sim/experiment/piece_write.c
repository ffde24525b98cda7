// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers of JSON are doubles: whatever may be above 2^53 is written as a text, in hexadecimal. */
#include "experiment/piece.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include "base/text.h"

void piece_write_whole(struct json_writer *w, uint64_t value)
{
    char hex[24];
    snprintf(hex, sizeof hex, "%" PRIx64, value);
    json_write_text(w, hex);
}

static void member_whole(struct json_writer *w, const char *key, uint64_t value)
{
    json_write_key(w, key);
    piece_write_whole(w, value);
}

static void member_text(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

static void open_list(struct json_writer *w, const char *key)
{
    json_write_key(w, key);
    json_write_open(w, '[');
}

/* JSON has no infinities; not available is null. */
static void write_value(struct json_writer *w, double value)
{
    if (isinf(value))
        json_write_text(w, value > 0.0 ? "inf" : "-inf");
    else
        json_write_double(w, value);
}

static void write_point(struct json_writer *w, const struct series_point *point)
{
    write_value(w, point->min);
    write_value(w, point->mean);
    write_value(w, point->max);
}

static void add_number(struct text *out, double value)
{
    char buffer[32];
    if (isnan(value))
        text_add(out, "nan");
    else if (isinf(value))
        text_add(out, value > 0.0 ? "inf" : "-inf");
    else
        text_add(out, json_format_double(buffer, value));
}

static bool is_same(const struct series_point *a, const struct series_point *b)
{
    return a->min == b->min && a->mean == b->mean && a->max == b->max;
}

/* "1,1.5,2" is least, mean and greatest, "1" all three, "1*9" nine such buckets.  Series are most
 * of what a piece has: as numbers of JSON they would take ten times as long to read. */
static void add_points(struct text *out, const struct buckets *buckets)
{
    for (size_t i = 0, next = 0; i < buckets->count; i = next) {
        const struct series_point *point = &buckets->points[i];
        while (next < buckets->count && (next == i || is_same(point, &buckets->points[next])))
            next++;
        text_add(out, i > 0 ? " " : "");
        add_number(out, point->min);
        if (point->mean != point->min || point->max != point->min) {
            text_add(out, ",");
            add_number(out, point->mean);
            text_add(out, ",");
            add_number(out, point->max);
        }
        if (next > i + 1)
            text_printf(out, "*%zu", next - i);
    }
}

static void write_buckets(struct json_writer *w, const char *key, const struct buckets *buckets)
{
    json_write_key(w, key);
    if (buckets->width_ns == 0) {
        json_write_null(w);
        return;
    }
    struct text points = {.length = 0};
    add_points(&points, buckets);
    json_write_open(w, '{');
    member_whole(w, "width_ns", (uint64_t)buckets->width_ns);
    member_whole(w, "end_ns", (uint64_t)buckets->end_ns);
    member_text(w, "points", text_of(&points));
    json_write_close(w, '}');
    text_free(&points);
}

static void write_rows(struct json_writer *w, const struct cell *cell)
{
    open_list(w, "rows");
    for (size_t i = 0; i < cell->row_count; i++) {
        const struct cell_row *row = &cell->rows[i];
        json_write_text(w, row->entity);
        json_write_text(w, row->metric);
        json_write_text(w, row->stat);
        json_write_text(w, row->unit);
    }
    json_write_close(w, ']');
}

static void write_replications(struct json_writer *w, const struct cell *cell)
{
    open_list(w, "replications");
    for (size_t i = 0; i < cell->replication_count; i++) {
        const struct cell_replication *replication = &cell->replications[i];
        json_write_open(w, '{');
        member_whole(w, "fingerprint", replication->fingerprint);
        member_whole(w, "events", replication->event_count);
        member_whole(w, "end", (uint64_t)replication->end);
        member_whole(w, "end_ns", (uint64_t)replication->end_ns);
        open_list(w, "values");
        for (size_t row = 0; row < replication->value_count; row++)
            write_value(w, replication->values[row]);
        json_write_close(w, ']');
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
}

/* Only bins with a count, each after its number. */
static void write_hist(struct json_writer *w, const struct cell_hist *of)
{
    const struct hist *hist = &of->hist;
    const size_t used = hist->top > 0 ? hist_bin(hist->top - 1) + 1 : 0;
    json_write_open(w, '{');
    member_text(w, "entity", of->entity);
    member_text(w, "metric", of->metric);
    member_whole(w, "top", hist->top);
    member_whole(w, "sum", hist->sum);
    member_whole(w, "carries", hist->carries);
    member_whole(w, "count", hist_total(hist));
    open_list(w, "bins");
    for (size_t i = 0; i < used; i++) {
        if (hist->bins[i] == 0)
            continue;
        json_write_int(w, (int64_t)i);
        piece_write_whole(w, hist->bins[i]);
    }
    json_write_close(w, ']');
    json_write_close(w, '}');
}

static void write_series(struct json_writer *w, const struct cell_series *series)
{
    json_write_open(w, '{');
    member_text(w, "entity", series->entity);
    member_text(w, "metric", series->metric);
    member_whole(w, "replications", series->replication_count);
    open_list(w, "after");
    write_point(w, &series->after);
    json_write_close(w, ']');
    write_buckets(w, "mean", &series->mean);
    write_buckets(w, "first", &series->first);
    json_write_close(w, '}');
}

static void write_received(struct json_writer *w, const struct cell *cell)
{
    open_list(w, "received");
    for (size_t i = 0; i < cell->scenario->expect_count; i++) {
        json_write_open(w, '[');
        for (size_t j = 0; j < cell->received[i].count; j++)
            json_write_text(w, cell->received[i].bodies[j]);
        json_write_close(w, ']');
    }
    json_write_close(w, ']');
}

static void write_orders(struct json_writer *w, const struct cell *cell)
{
    open_list(w, "orders");
    for (size_t i = 0; i < cell->scenario->queue_count; i++) {
        json_write_open(w, '[');
        json_write_bool(w, cell->orders[i].has_more);
        for (size_t j = 0; j < cell->orders[i].count; j++)
            piece_write_whole(w, cell->orders[i].numbers[j]);
        json_write_close(w, ']');
    }
    json_write_close(w, ']');
}

void piece_write(struct json_writer *w, const struct cell *cell)
{
    write_rows(w, cell);
    write_replications(w, cell);
    open_list(w, "histograms");
    for (size_t i = 0; i < cell->hist_count; i++)
        write_hist(w, &cell->hists[i]);
    json_write_close(w, ']');
    open_list(w, "series");
    for (size_t i = 0; i < cell->series_count; i++)
        write_series(w, &cell->series[i]);
    json_write_close(w, ']');
    if (cell->received != NULL)
        write_received(w, cell);
    if (cell->orders != NULL)
        write_orders(w, cell);
}
