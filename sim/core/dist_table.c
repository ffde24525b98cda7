// SPDX-License-Identifier: GPL-3.0-or-later
/* Families that draw from a table: empirical (from values), mixture (from other distributions); and
 * message, whose value stands in the message's own row of a trace, so that nobody draws it here. */
#include "core/dist.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "base/must.h"
#include "core/csv.h"
#include "core/dist_quantity.h"

static double square(double x)
{
    return x * x;
}

static double mean_a(const struct dist *dist)
{
    return dist->a;
}

static double variance_b(const struct dist *dist)
{
    return dist->b;
}

/* ---- empirical: a is the mean, b the variance, the table the values in rising order ---- */

struct values_file {
    struct param_items values; /* of double */
    const char *path;
};

struct empirical_cfg {
    struct values_file file;
    struct param_items values; /* of double */
};

/* Reads the first cell of each row; the first row may be a heading. */
static bool read_cells(struct csv *csv, const struct dist_unit *unit, struct values_file *file)
{
    size_t capacity = 0;
    double *values = NULL;
    for (char *cell; csv_row(csv, &cell, 1) > 0;) {
        double value;
        if (!dist_quantity_of_cell(unit, cell, &value)) {
            if (csv->line == 1)
                continue;
            csv_error(csv, "\"%s\" is no value; expected %s, not below 0", cell, unit->wanted);
            break;
        }
        if (file->values.count == capacity) {
            capacity = capacity > 0 ? 2 * capacity : 64;
            values = must_grow(values, capacity * sizeof *values);
        }
        values[file->values.count++] = value;
    }
    if (!csv->is_bad && file->values.count == 0)
        csv_error(csv, "the file holds no value");
    file->values.items = arena_alloc(csv->reader->arena, file->values.count * sizeof *values);
    if (file->values.count > 0)
        memcpy(file->values.items, values, file->values.count * sizeof *values);
    free(values);
    return !csv->is_bad;
}

static bool read_file(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    struct values_file *file = field;
    if (!param_text.read(reader, row, &file->path, node))
        return false;
    struct csv csv;
    const bool is_good =
        csv_open(&csv, reader, node, file->path) && read_cells(&csv, row->extra, file);
    csv_close(&csv);
    return is_good;
}

static void write_file(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_text(w, ((const struct values_file *)field)->path);
}

static void schema_file(struct json_writer *w, const struct param *row)
{
    (void)row;
    param_schema_keyword(w, "type", "string");
}

static const struct param_type file_param = {"file name", read_file, write_file, schema_file};

// clang-format off
static const struct param empirical_rows[] = {
    {.name = "file", .type = &file_param, .offset = offsetof(struct empirical_cfg, file),
     .extra = &dist_unit_any, PARAM_NO_RANGE,
     .doc = "A file with one value a line, or in the first column of a CSV."},
    {.name = "values", .type = &dist_quantity_list_param,
     .offset = offsetof(struct empirical_cfg, values), .extra = &dist_unit_any, PARAM_NO_RANGE,
     .doc = "The values, instead of a file."},
    PARAM_END,
};
// clang-format on

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static bool prepare_empirical(struct param_reader *reader, struct dist *dist, void *cfg,
                              const struct json *node)
{
    const struct empirical_cfg *c = cfg;
    if ((c->file.values.count > 0) == (c->values.count > 0))
        return dist_refuse(reader, node, NULL, "give the values or a file that holds them");
    const struct param_items *given = c->values.count > 0 ? &c->values : &c->file.values;
    struct param_items *table = arena_alloc(reader->arena, sizeof *table);
    table->count = given->count;
    table->items = arena_alloc(reader->arena, given->count * sizeof(double));
    double *values = table->items;
    memcpy(values, given->items, given->count * sizeof *values);
    qsort(values, table->count, sizeof *values, by_value);
    const double n = (double)table->count;
    for (size_t i = 0; i < table->count; i++)
        dist->a += values[i] / n;
    for (size_t i = 0; i < table->count; i++)
        dist->b += square(values[i] - dist->a) / n;
    dist->table = table;
    return true;
}

static double draw_empirical(const struct dist *dist, struct rng *rng)
{
    const struct param_items *table = dist->table;
    return ((const double *)table->items)[rng_below(rng, table->count)];
}

static double cdf_empirical(const struct dist *dist, double x)
{
    const struct param_items *table = dist->table;
    const double *values = table->items;
    size_t low = 0, high = table->count; /* the first value above x is in [low, high] */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (values[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)low / (double)table->count;
}

const struct dist_kind dist_empirical = {
    .param = {.name = "empirical",
              .cfg_bytes = sizeof(struct empirical_cfg),
              .rows = empirical_rows,
              .doc = "One of the values given, each as likely as another."},
    .prepare = prepare_empirical,
    .draw = draw_empirical,
    .mean = mean_a,
    .variance = variance_b,
    .cdf = cdf_empirical,
};

/* ---- mixture: a is the mean, b the variance, the table the parts with weights that add up to 1
 * ---- */

struct mixture_cfg {
    struct param_items of; /* of struct part */
};

struct part {
    double weight;
    struct dist dist;
};

// clang-format off
static const struct param part_rows[] = {
    {.name = "weight", .type = &param_number, .offset = offsetof(struct part, weight),
     .low = 0.0, .high = HUGE_VAL, .flags = PARAM_REQUIRED,
     .doc = "How often it is drawn from, relative to the other parts' weights."},
    {.name = "dist", .type = &dist_inner_param, .offset = offsetof(struct part, dist),
     .extra = &dist_unit_any, PARAM_NO_RANGE, .flags = PARAM_REQUIRED,
     .doc = "What is drawn from."},
    PARAM_END,
};
// clang-format on

static bool read_part(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    if (json_kind(node) != JSON_OBJECT) {
        param_error(reader, node, "expected a part: {\"weight\": 0.5, \"dist\": ...}");
        return false;
    }
    struct param rows[DIST_QUANTITY_ROWS];
    dist_quantity_rows(rows, part_rows, row->extra);
    if (!param_bind(reader, rows, field, node, NULL))
        return false;
    if (((struct part *)field)->dist.fast == DIST_MESSAGE)
        return dist_refuse(reader, node, "dist", "a mixture cannot hold \"message\"");
    return true;
}

static bool read_parts(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    return dist_quantity_items(reader, row, field, node, sizeof(struct part), read_part);
}

static void write_parts(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    const struct param_items *items = field;
    const struct part *parts = items->items;
    json_write_open(w, '[');
    for (size_t i = 0; i < items->count; i++) {
        json_write_open(w, '{');
        param_write(w, part_rows, &parts[i]);
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
}

static void schema_parts(struct json_writer *w, const struct param *row)
{
    struct param rows[DIST_QUANTITY_ROWS];
    dist_quantity_rows(rows, part_rows, row->extra);
    dist_quantity_schema_list(w);
    json_write_open(w, '{');
    param_schema(w, rows);
    json_write_close(w, '}');
}

static const struct param_type parts_param = {"list of parts", read_parts, write_parts,
                                              schema_parts};

// clang-format off
static const struct param mixture_rows[] = {
    {.name = "of", .type = &parts_param, .offset = offsetof(struct mixture_cfg, of),
     .extra = &dist_unit_any, PARAM_NO_RANGE, .flags = PARAM_REQUIRED,
     .doc = "The parts: {\"weight\": 0.9, \"dist\": ...}, ..."},
    PARAM_END,
};
// clang-format on

static bool prepare_mixture(struct param_reader *reader, struct dist *dist, void *cfg,
                            const struct json *node)
{
    const struct mixture_cfg *c = cfg;
    const struct part *given = c->of.items;
    double weight = 0.0;
    for (size_t i = 0; i < c->of.count; i++)
        weight += given[i].weight;
    if (weight <= 0.0)
        return dist_refuse(reader, node, "of", "no weight is above 0");
    struct param_items *table = arena_alloc(reader->arena, sizeof *table);
    table->count = c->of.count;
    table->items = arena_alloc(reader->arena, c->of.count * sizeof *given);
    struct part *parts = table->items;
    for (size_t i = 0; i < table->count; i++) {
        parts[i] = (struct part){.weight = given[i].weight / weight, .dist = given[i].dist};
        if (parts[i].weight > 0.0)
            dist->a += parts[i].weight * dist_mean(&parts[i].dist);
    }
    for (size_t i = 0; i < table->count; i++) {
        const double off = dist_mean(&parts[i].dist) - dist->a;
        if (parts[i].weight > 0.0)
            dist->b += parts[i].weight * (dist_variance(&parts[i].dist) + square(off));
    }
    if (isinf(dist->a))
        dist->b = dist->a; /* not the NAN that infinity less infinity gave */
    dist->table = table;
    return true;
}

static double draw_mixture(const struct dist *dist, struct rng *rng)
{
    const struct param_items *table = dist->table;
    const struct part *parts = table->items;
    double left = rng_uniform(rng);
    size_t i = 0;
    while (i + 1 < table->count && left >= parts[i].weight)
        left -= parts[i++].weight;
    return dist_draw(&parts[i].dist, rng);
}

static double cdf_mixture(const struct dist *dist, double x)
{
    const struct param_items *table = dist->table;
    const struct part *parts = table->items;
    double sum = 0.0;
    for (size_t i = 0; i < table->count; i++)
        sum += parts[i].weight * dist_cdf(&parts[i].dist, x);
    return sum;
}

const struct dist_kind dist_mixture = {
    .param = {.name = "mixture",
              .cfg_bytes = sizeof(struct mixture_cfg),
              .rows = mixture_rows,
              .doc = "Now from one distribution, now from another."},
    .prepare = prepare_mixture,
    .draw = draw_mixture,
    .mean = mean_a,
    .variance = variance_b,
    .cdf = cdf_mixture,
};

/* ---- message ---- */

static const struct param message_rows[] = {PARAM_END};

static bool prepare_message(struct param_reader *reader, struct dist *dist, void *cfg,
                            const struct json *node)
{
    (void)reader, (void)cfg, (void)node;
    dist->fast = DIST_MESSAGE;
    dist->a = dist->b = (double)NAN;
    return true;
}

static double draw_message(const struct dist *dist, struct rng *rng)
{
    (void)rng;
    MUST(dist->fast != DIST_MESSAGE);
    return 0.0;
}

const struct dist_kind dist_message = {
    .param = {.name = "message",
              .cfg_bytes = 1,
              .rows = message_rows,
              .doc = "The service time that the message's row of a trace carries."},
    .prepare = prepare_message,
    .draw = draw_message,
    .mean = mean_a,
    .variance = variance_b,
};
