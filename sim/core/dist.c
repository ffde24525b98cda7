// SPDX-License-Identifier: GPL-3.0-or-later
/* The field that holds a distribution: reading it in the unit of its field, echoing it, its schema,
 * and drawing from it.  This file knows families by their rows and functions only. */
#include "core/dist.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/must.h"
#include "core/dist_quantity.h"

// clang-format off
#define DIST_ADDRESS(name) &dist_##name,
#define DIST_NAME(name) #name,
const struct dist_kind *const dist_kinds[] = {DIST_KINDS(DIST_ADDRESS) NULL};
static const char *const names[] = {DIST_KINDS(DIST_NAME)};
// clang-format on

enum { KIND_COUNT = sizeof names / sizeof *names };

double dist_draw(const struct dist *dist, struct rng *rng)
{
    if (dist->fast == DIST_CONSTANT)
        return dist->a;
    MUST(dist->fast != DIST_MESSAGE);
    const double value = dist->kind->draw(dist, rng);
    return value > 0.0 ? value : 0.0;
}

int64_t dist_draw_keyed_slow(const struct dist *dist, uint64_t name, uint64_t number,
                             uint64_t attempt)
{
    struct rng rng;
    rng_init_keyed(&rng, name, number, attempt);
    if (dist->fast != DIST_EXPONENTIAL)
        return dist_draw_ns(dist, &rng);
    const uint64_t word = rng_keyed_word(name, number, attempt);
    return dist_ns(dist->a * rng_exponential_slow(&rng, word));
}

double dist_mean(const struct dist *dist)
{
    return dist->kind != NULL ? dist->kind->mean(dist) : 0.0;
}

double dist_variance(const struct dist *dist)
{
    return dist->kind != NULL ? dist->kind->variance(dist) : 0.0;
}

double dist_cdf(const struct dist *dist, double x)
{
    if (dist->kind == NULL)
        return x >= 0.0 ? 1.0 : 0.0;
    return dist->kind->cdf != NULL ? dist->kind->cdf(dist, x) : (double)NAN;
}

bool dist_refuse(struct param_reader *reader, const struct json *node, const char *name,
                 const char *format, ...)
{
    char sentence[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    const struct json *member = name != NULL ? json_get(node, name) : NULL;
    if (member == NULL) {
        param_error(reader, node, "%s", sentence);
        return false;
    }
    const size_t length = param_enter(reader, name);
    param_error(reader, member, "%s", sentence);
    param_leave(reader, length);
    return false;
}

bool dist_positive(struct param_reader *reader, const struct json *node, const char *name,
                   double value)
{
    return value > 0.0 || dist_refuse(reader, node, name, "%s must be above 0", name);
}

static const struct dist_kind *find_kind(struct param_reader *reader, const struct json *node)
{
    const struct json *tag = json_get(node, "dist");
    if (tag == NULL || json_kind(tag) != JSON_TEXT) {
        dist_refuse(reader, node, "dist",
                    "say which distribution, for example {\"dist\": \"exponential\", \"mean\": 1}");
        return NULL;
    }
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (strcmp(names[i], json_text(tag)) == 0)
            return dist_kinds[i];
    }
    const char *nearest = text_nearest(json_text(tag), names, KIND_COUNT);
    if (nearest != NULL)
        dist_refuse(reader, node, "dist", "no distribution is called \"%s\"; did you mean \"%s\"?",
                    json_text(tag), nearest);
    else
        dist_refuse(reader, node, "dist", "no distribution is called \"%s\"", json_text(tag));
    return NULL;
}

/* A bare number or text is the value of a constant. */
static bool read_shorthand(struct param_reader *reader, struct dist *dist, const struct param *rows,
                           const struct json *node)
{
    void *value = (char *)dist->cfg + rows[0].offset;
    return rows[0].type->read(reader, &rows[0], value, node) &&
           dist->kind->prepare(reader, dist, dist->cfg, node);
}

static bool read_object(struct param_reader *reader, struct dist *dist, const struct param *rows,
                        const struct json *node)
{
    static const char *const skip[] = {"dist", NULL};
    return param_bind(reader, rows, dist->cfg, node, skip) &&
           dist->kind->prepare(reader, dist, dist->cfg, node);
}

static bool read_dist(struct param_reader *reader, const struct dist_unit *unit, struct dist *dist,
                      const struct json *node)
{
    const enum json_kind kind = json_kind(node);
    if (kind != JSON_OBJECT && kind != JSON_NUMBER && kind != JSON_TEXT) {
        param_error(reader, node, "expected a distribution or %s, found %s", unit->wanted,
                    json_kind_word(kind));
        return false;
    }
    const bool is_object = kind == JSON_OBJECT;
    *dist = (struct dist){
        .kind = is_object ? find_kind(reader, node) : &dist_constant,
        .fast = DIST_OTHER,
    };
    if (dist->kind == NULL)
        return false;
    struct param rows[DIST_QUANTITY_ROWS];
    dist_quantity_rows(rows, dist->kind->param.rows, unit);
    dist->cfg = arena_alloc(reader->arena, dist->kind->param.cfg_bytes);
    if (!(is_object ? read_object : read_shorthand)(reader, dist, rows, node))
        return false;
    if (dist->fast == DIST_MESSAGE && unit != &dist_unit_service)
        return dist_refuse(reader, node, "dist",
                           "\"message\" is the time of work that a message carries: for the "
                           "\"service\" of consumers and functions");
    return true;
}

static bool read_time(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    (void)row;
    return read_dist(reader, &dist_unit_time, field, node);
}

static bool read_service(struct param_reader *reader, const struct param *row, void *field,
                         const struct json *node)
{
    (void)row;
    return read_dist(reader, &dist_unit_service, field, node);
}

static bool read_number(struct param_reader *reader, const struct param *row, void *field,
                        const struct json *node)
{
    (void)row;
    return read_dist(reader, &dist_unit_number, field, node);
}

static bool read_size(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    (void)row;
    return read_dist(reader, &dist_unit_size, field, node);
}

static bool read_inner(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    return read_dist(reader, row->extra, field, node);
}

/* A parameter that the user left out and that has no default: NAN, or nothing in it. */
static bool is_absent(const struct param *row, const void *field)
{
    if (row->type == &dist_quantity_param || row->type == &param_number)
        return isnan(*(const double *)field);
    if (row->type == &param_text)
        return *(const char *const *)field == NULL;
    return ((const struct param_items *)field)->count == 0;
}

static void write_dist(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    const struct dist *dist = field;
    if (dist->kind == NULL) {
        json_write_null(w);
        return;
    }
    json_write_open(w, '{');
    json_write_key(w, "dist");
    json_write_text(w, dist->kind->param.name);
    for (const struct param *r = dist->kind->param.rows; r->name != NULL; r++) {
        const void *parameter = (const char *)dist->cfg + r->offset;
        if (is_absent(r, parameter))
            continue;
        json_write_key(w, r->name);
        r->type->write(w, r, parameter);
    }
    json_write_close(w, '}');
}

static void write_bare_schema(struct json_writer *w, const struct dist_unit *unit)
{
    json_write_open(w, '{');
    dist_quantity_schema(w, unit);
    json_write_close(w, '}');
}

static void schema_dist(struct json_writer *w, const struct dist_unit *unit)
{
    json_write_key(w, "oneOf");
    json_write_open(w, '[');
    write_bare_schema(w, unit);
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (dist_kinds[i] == &dist_message && unit != &dist_unit_service)
            continue;
        struct param rows[DIST_QUANTITY_ROWS];
        dist_quantity_rows(rows, dist_kinds[i]->param.rows, unit);
        struct param_kind kind = dist_kinds[i]->param;
        kind.rows = rows;
        json_write_open(w, '{');
        param_schema_kind(w, "dist", &kind);
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
}

/* Every field that holds a distribution refers to one description of it. */
static const struct {
    const char *name;
    const struct dist_unit *unit;
} definitions[] = {
    {"durationDistribution", &dist_unit_time},
    {"serviceDistribution", &dist_unit_service},
    {"numberDistribution", &dist_unit_number},
    {"sizeDistribution", &dist_unit_size},
};
enum { DEFINITION_COUNT = sizeof definitions / sizeof *definitions };

void dist_schema_definitions(struct json_writer *w)
{
    for (size_t i = 0; i < DEFINITION_COUNT; i++) {
        json_write_key(w, definitions[i].name);
        json_write_open(w, '{');
        schema_dist(w, definitions[i].unit);
        json_write_close(w, '}');
    }
}

/* Within allOf, since draft-07 passes over whatever stands beside a reference. */
static void schema_reference(struct json_writer *w, const struct dist_unit *unit)
{
    char pointer[64];
    size_t i = 0;
    while (definitions[i].unit != unit)
        MUST(++i < DEFINITION_COUNT);
    snprintf(pointer, sizeof pointer, "#/definitions/%s", definitions[i].name);
    json_write_key(w, "allOf");
    json_write_open(w, '[');
    json_write_open(w, '{');
    param_schema_keyword(w, "$ref", pointer);
    json_write_close(w, '}');
    json_write_close(w, ']');
}

static void schema_time(struct json_writer *w, const struct param *row)
{
    (void)row;
    schema_reference(w, &dist_unit_time);
}

static void schema_service(struct json_writer *w, const struct param *row)
{
    (void)row;
    schema_reference(w, &dist_unit_service);
}

static void schema_number(struct json_writer *w, const struct param *row)
{
    (void)row;
    schema_reference(w, &dist_unit_number);
}

static void schema_size(struct json_writer *w, const struct param *row)
{
    (void)row;
    schema_reference(w, &dist_unit_size);
}

static void schema_inner(struct json_writer *w, const struct param *row)
{
    schema_reference(w, row->extra);
}

const struct param_type dist_time_param = {
    .word = "duration distribution",
    .read = read_time,
    .write = write_dist,
    .schema = schema_time,
};

const struct param_type dist_service_param = {
    .word = "duration distribution",
    .read = read_service,
    .write = write_dist,
    .schema = schema_service,
};

const struct param_type dist_number_param = {
    .word = "number distribution",
    .read = read_number,
    .write = write_dist,
    .schema = schema_number,
};

const struct param_type dist_size_param = {
    .word = "size distribution",
    .read = read_size,
    .write = write_dist,
    .schema = schema_size,
};

const struct param_type dist_inner_param = {
    .word = "distribution",
    .read = read_inner,
    .write = write_dist,
    .schema = schema_inner,
};

bool dist_takes_no_time(const struct dist *dist)
{
    if (dist->kind == NULL)
        return true;
    return dist->fast != DIST_MESSAGE && dist->kind->cdf != NULL && dist_cdf(dist, 0.49e-9) >= 1.0;
}
