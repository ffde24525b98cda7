// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads what piece_write.c wrote.  The first thing that is not as it was written spoils all; memory
 * is asked for only as far as the text itself goes. */
#include "experiment/piece.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"

bool piece_whole(const struct json *node, uint64_t *value)
{
    char *end;
    if (node == NULL || json_kind(node) != JSON_TEXT)
        return false;
    *value = strtoull(json_text(node), &end, 16);
    return *end == '\0' && end > json_text(node);
}

struct reader {
    struct cell *cell;
    bool is_bad;
};

static const struct json *node_of(struct reader *r, const struct json *node, enum json_kind kind)
{
    if (node != NULL && json_kind(node) == kind)
        return node;
    r->is_bad = true;
    return NULL;
}

static const struct json *member_of(struct reader *r, const struct json *object, const char *key,
                                    enum json_kind kind)
{
    return node_of(r, object != NULL ? json_get(object, key) : NULL, kind);
}

/* The first element of a list that must be there; NULL: it is empty, or bad. */
static const struct json *list_of(struct reader *r, const struct json *object, const char *key,
                                  size_t *count)
{
    const struct json *list = member_of(r, object, key, JSON_ARRAY);
    *count = list != NULL ? json_count(list) : 0;
    return list != NULL ? json_first(list) : NULL;
}

static uint64_t read_whole(struct reader *r, const struct json *node)
{
    uint64_t value = 0;
    r->is_bad = !piece_whole(node, &value) || r->is_bad;
    return value;
}

static uint64_t whole_of(struct reader *r, const struct json *object, const char *key)
{
    return read_whole(r, object != NULL ? json_get(object, key) : NULL);
}

static const char *text_in(struct reader *r, const struct json *node)
{
    return node_of(r, node, JSON_TEXT) != NULL ? arena_copy_text(&r->cell->arena, json_text(node))
                                               : "";
}

static const char *text_member(struct reader *r, const struct json *object, const char *key)
{
    return text_in(r, object != NULL ? json_get(object, key) : NULL);
}

static double read_value(struct reader *r, const struct json *node)
{
    if (node == NULL) {
        r->is_bad = true;
    } else if (json_kind(node) == JSON_NUMBER) {
        return json_number(node);
    } else if (json_kind(node) == JSON_TEXT) {
        return json_text(node)[0] == '-' ? -HUGE_VAL : HUGE_VAL;
    }
    return (double)NAN;
}

/* Reads three values and moves behind them. */
static void read_point(struct reader *r, const struct json **node, struct series_point *point)
{
    double *const parts[] = {&point->min, &point->mean, &point->max};
    for (size_t i = 0; i < 3; i++) {
        *parts[i] = read_value(r, *node);
        *node = *node != NULL ? json_next(*node) : NULL;
    }
}

/* Reads a number and moves behind it. */
static bool take_number(const char **c, double *value)
{
    char *end;
    *value = strtod(*c, &end);
    const bool is_number = end > *c;
    *c = end;
    return is_number;
}

/* One bucket, or several that are the same; returns how many, 0 for what is none. */
static size_t take_points(const char **c, struct series_point *point)
{
    if (!take_number(c, &point->min))
        return 0;
    point->mean = point->max = point->min;
    if (**c == ',') {
        ++*c;
        if (!take_number(c, &point->mean) || *(*c)++ != ',' || !take_number(c, &point->max))
            return 0;
    }
    size_t count = 1;
    if (**c == '*') {
        char *end;
        count = (size_t)strtoull(*c + 1, &end, 10);
        *c = end;
    }
    return count;
}

/* Returns false unless there are just as many as the buckets have. */
static bool fill_points(struct buckets *buckets, const char *text)
{
    size_t filled = 0;
    for (const char *c = text; *c != '\0'; c += *c == ' ') {
        struct series_point point = {.time_s = 0.0};
        const size_t count = take_points(&c, &point);
        if (count == 0 || count > buckets->count - filled || (*c != ' ' && *c != '\0'))
            return false;
        for (size_t end = filled + count; filled < end; filled++) {
            point.time_s = buckets->points[filled].time_s;
            buckets->points[filled] = point;
        }
    }
    return filled == buckets->count;
}

/* As many as a series has, and one that goes on a little after it. */
enum { BUCKETS_MAX = 4 * SERIES_BUCKETS };

static void read_buckets(struct reader *r, const struct json *object, struct buckets *buckets)
{
    *buckets = (struct buckets){.count = 0};
    if (object != NULL && json_kind(object) == JSON_NULL)
        return;
    const uint64_t width_ns = whole_of(r, object, "width_ns");
    const uint64_t end_ns = whole_of(r, object, "end_ns");
    const struct json *points = member_of(r, object, "points", JSON_TEXT);
    r->is_bad = r->is_bad || width_ns == 0 || width_ns > INT64_MAX || end_ns > INT64_MAX ||
                end_ns / width_ns > BUCKETS_MAX;
    if (r->is_bad)
        return;
    buckets_init(buckets, (int64_t)width_ns, (int64_t)end_ns);
    r->is_bad = !fill_points(buckets, json_text(points));
}

/* A row has a name under which cell_find finds it; the metric's first also under that of none. */
static void read_rows(struct reader *r, const struct json *object)
{
    size_t count;
    const struct json *node = list_of(r, object, "rows", &count);
    r->is_bad = r->is_bad || count % 4 != 0;
    for (size_t i = 0; i < count / 4 && !r->is_bad; i++) {
        const char *names[4];
        for (size_t j = 0; j < 4; j++, node = json_next(node))
            names[j] = text_in(r, node);
        const struct cell_row row = {
            .entity = names[0], .metric = names[1], .stat = names[2], .unit = names[3]};
        r->is_bad = r->is_bad || cell_find(r->cell, row.entity, row.metric, row.stat) != NULL;
        if (!r->is_bad)
            cell_add_row(r->cell, &row);
    }
}

static void read_replication(struct reader *r, const struct json *object,
                             struct cell_replication *replication)
{
    size_t count;
    *replication = (struct cell_replication){
        .fingerprint = whole_of(r, object, "fingerprint"),
        .event_count = whole_of(r, object, "events"),
        .end = (enum world_end)whole_of(r, object, "end"),
        .end_ns = (int64_t)whole_of(r, object, "end_ns"),
    };
    const struct json *node = list_of(r, object, "values", &count);
    r->is_bad = r->is_bad || count > r->cell->row_count || replication->end > WORLD_SATURATED;
    if (r->is_bad)
        count = 0;
    replication->values = must_alloc((count + 1) * sizeof *replication->values);
    replication->value_count = count;
    for (size_t i = 0; i < count; i++, node = json_next(node))
        replication->values[i] = read_value(r, node);
}

static void read_replications(struct reader *r, const struct json *object)
{
    struct cell *cell = r->cell;
    size_t count;
    const struct json *node = list_of(r, object, "replications", &count);
    cell->replications = must_alloc((count + 1) * sizeof *cell->replications);
    cell->replication_capacity = count + 1;
    for (; node != NULL; node = json_next(node)) {
        struct cell_replication *replication = &cell->replications[cell->replication_count++];
        read_replication(r, node, replication);
        cell->fingerprint = cell_mix(cell->fingerprint, replication->fingerprint);
    }
}

/* Bins come ascending and below the top. */
static void read_bins(struct reader *r, const struct json *object, struct hist *hist)
{
    size_t count;
    const size_t used = hist->top > 0 ? hist_bin(hist->top - 1) + 1 : 0;
    const struct json *node = list_of(r, object, "bins", &count);
    for (size_t i = 0; i + 1 < count && !r->is_bad; i += 2) {
        const double bin = read_value(r, node);
        const struct json *of = json_next(node);
        r->is_bad = r->is_bad || !(bin >= 0.0 && bin < (double)used);
        if (!r->is_bad)
            hist->bins[(size_t)bin] = read_whole(r, of);
        node = json_next(of);
    }
}

static void read_hists(struct reader *r, const struct json *object)
{
    struct cell *cell = r->cell;
    size_t count;
    const struct json *node = list_of(r, object, "histograms", &count);
    cell->hists = must_alloc((count + 1) * sizeof *cell->hists);
    for (; node != NULL && !r->is_bad; node = json_next(node)) {
        struct cell_hist *of = &cell->hists[cell->hist_count++];
        of->entity = text_member(r, node, "entity");
        of->metric = text_member(r, node, "metric");
        const uint64_t top = whole_of(r, node, "top");
        hist_init(&of->hist);
        r->is_bad = r->is_bad || top > (uint64_t)INT64_MAX + 1;
        if (top > 0 && !r->is_bad)
            hist_reach(&of->hist, top - 1);
        of->hist.sum = whole_of(r, node, "sum");
        const uint64_t carries = whole_of(r, node, "carries");
        r->is_bad = r->is_bad || carries > UINT32_MAX;
        of->hist.carries = (uint32_t)carries;
        read_bins(r, node, &of->hist);
        r->is_bad = r->is_bad || whole_of(r, node, "count") != hist_total(&of->hist);
    }
}

static void read_series(struct reader *r, const struct json *object)
{
    struct cell *cell = r->cell;
    size_t count, three;
    const struct json *node = list_of(r, object, "series", &count);
    cell->series = must_alloc((count + 1) * sizeof *cell->series);
    for (; node != NULL && !r->is_bad; node = json_next(node)) {
        struct cell_series *series = &cell->series[cell->series_count++];
        *series = (struct cell_series){
            .entity = text_member(r, node, "entity"),
            .metric = text_member(r, node, "metric"),
            .replication_count = (size_t)whole_of(r, node, "replications"),
        };
        const struct json *after = list_of(r, node, "after", &three);
        read_point(r, &after, &series->after);
        read_buckets(r, json_get(node, "mean"), &series->mean);
        read_buckets(r, json_get(node, "first"), &series->first);
    }
}

static void read_received(struct reader *r, const struct json *object)
{
    struct cell *cell = r->cell;
    size_t count, bodies;
    if (json_get(object, "received") == NULL)
        return;
    const struct json *node = list_of(r, object, "received", &count);
    r->is_bad = r->is_bad || count != cell->scenario->expect_count;
    cell->received = arena_alloc(&cell->arena, count * sizeof *cell->received);
    for (size_t i = 0; i < count && !r->is_bad; i++, node = json_next(node)) {
        bodies = node_of(r, node, JSON_ARRAY) != NULL ? json_count(node) : 0;
        const struct json *body = bodies > 0 ? json_first(node) : NULL;
        cell->received[i].bodies =
            arena_alloc(&cell->arena, bodies * sizeof *cell->received[i].bodies);
        for (; body != NULL; body = json_next(body))
            cell->received[i].bodies[cell->received[i].count++] = text_in(r, body);
    }
}

static void read_order(struct reader *r, const struct json *list, struct sample_order *order)
{
    const size_t count = node_of(r, list, JSON_ARRAY) != NULL ? json_count(list) : 0;
    const struct json *node = count > 0 ? json_first(list) : NULL;
    if (node_of(r, node, JSON_BOOL) == NULL || count > SAMPLE_ORDER + 1) {
        r->is_bad = true;
        return;
    }
    order->has_more = json_bool(node);
    while ((node = json_next(node)) != NULL)
        order->numbers[order->count++] = read_whole(r, node);
}

static void read_orders(struct reader *r, const struct json *object)
{
    struct cell *cell = r->cell;
    size_t count;
    if (json_get(object, "orders") == NULL)
        return;
    const struct json *node = list_of(r, object, "orders", &count);
    r->is_bad = r->is_bad || count != cell->scenario->queue_count;
    cell->orders = arena_alloc(&cell->arena, count * sizeof *cell->orders);
    for (size_t i = 0; i < count && !r->is_bad; i++, node = json_next(node))
        read_order(r, node, &cell->orders[i]);
}

bool piece_read(struct cell *cell, const struct json *object)
{
    struct reader r = {.cell = cell};
    read_rows(&r, object);
    read_replications(&r, object);
    read_hists(&r, object);
    read_series(&r, object);
    read_received(&r, object);
    read_orders(&r, object);
    return !r.is_bad;
}
