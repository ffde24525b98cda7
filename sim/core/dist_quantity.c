// SPDX-License-Identifier: GPL-3.0-or-later
/* Quantities and lists of them: numbers not below 0, or texts in the unit that the row's extra
 * names. */
#include "core/dist_quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/must.h"
#include "base/units.h"

#define TIMES                                                                                      \
    .word = "a duration", .wanted = "a number of seconds or a text such as \"250ms\"",             \
    .parse = units_parse_duration, .pattern = "^([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d))+$"

const struct dist_unit dist_unit_time = {TIMES};
const struct dist_unit dist_unit_service = {TIMES};
const struct dist_unit dist_unit_size = {
    .word = "a size",
    .wanted = "a number of bytes or a text such as \"64KiB\"",
    .parse = units_parse_size,
    .pattern = "^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)$",
};
const struct dist_unit dist_unit_number = {.word = "a number", .wanted = "a number"};
const struct dist_unit dist_unit_any = {.word = "a number", .wanted = "a number"};

void dist_quantity_rows(struct param copy[DIST_QUANTITY_ROWS], const struct param *rows,
                        const struct dist_unit *unit)
{
    size_t n = 0;
    for (; rows[n].name != NULL; n++) {
        MUST(n + 1 < DIST_QUANTITY_ROWS);
        copy[n] = rows[n];
        if (copy[n].extra == &dist_unit_any)
            copy[n].extra = unit;
    }
    copy[n] = rows[n];
}

static bool read_quantity(struct param_reader *reader, const struct param *row, void *field,
                          const struct json *node)
{
    const struct dist_unit *unit = row->extra;
    const enum json_kind kind = json_kind(node);
    double value = 0.0;
    if (kind == JSON_NUMBER) {
        value = json_number(node);
    } else if (kind != JSON_TEXT) {
        param_error(reader, node, "expected %s, found %s", unit->wanted, json_kind_word(kind));
        return false;
    } else if (unit->parse == NULL || !unit->parse(json_text(node), &value)) {
        param_error(reader, node, "\"%s\" is not %s; expected %s", json_text(node), unit->word,
                    unit->wanted);
        return false;
    }
    if (value < 0.0) {
        param_error(reader, node, "%g is below the minimum 0", value);
        return false;
    }
    *(double *)field = value;
    return true;
}

static void write_quantity(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    json_write_double(w, *(const double *)field);
}

void dist_quantity_schema(struct json_writer *w, const struct dist_unit *unit)
{
    const struct param range = {.low = 0.0, .high = HUGE_VAL};
    if (unit->parse != NULL) {
        param_schema_text(w, &range, "number", unit->pattern);
        return;
    }
    param_schema_keyword(w, "type", "number");
    param_schema_limits(w, &range);
}

static void schema_quantity(struct json_writer *w, const struct param *row)
{
    dist_quantity_schema(w, row->extra);
}

const struct param_type dist_quantity_param = {
    .word = "quantity",
    .read = read_quantity,
    .write = write_quantity,
    .schema = schema_quantity,
};

bool dist_quantity_of_cell(const struct dist_unit *unit, const char *cell, double *value)
{
    char *end;
    *value = strtod(cell, &end);
    if (end != cell && *end == '\0')
        return isfinite(*value) && *value >= 0.0;
    return unit->parse != NULL && unit->parse(cell, value);
}

bool dist_quantity_items(struct param_reader *reader, const struct param *row, void *field,
                         const struct json *node, size_t item_bytes,
                         bool (*read_item)(struct param_reader *, const struct param *, void *,
                                           const struct json *))
{
    struct param_items *items = field;
    if (json_kind(node) != JSON_ARRAY || json_count(node) == 0) {
        param_error(reader, node, "expected a list with at least one element");
        return false;
    }
    items->items = arena_alloc(reader->arena, json_count(node) * item_bytes);
    bool is_good = true;
    for (const struct json *n = json_first(node); n != NULL; n = json_next(n)) {
        char index[24];
        snprintf(index, sizeof index, "%zu", items->count);
        const size_t length = param_enter(reader, index);
        is_good &= read_item(reader, row, (char *)items->items + items->count * item_bytes, n);
        param_leave(reader, length);
        items->count++;
    }
    return is_good;
}

static bool read_list(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    return dist_quantity_items(reader, row, field, node, sizeof(double), read_quantity);
}

static void write_list(struct json_writer *w, const struct param *row, const void *field)
{
    (void)row;
    const struct param_items *items = field;
    const double *values = items->items;
    json_write_open(w, '[');
    for (size_t i = 0; i < items->count; i++)
        json_write_double(w, values[i]);
    json_write_close(w, ']');
}

void dist_quantity_schema_list(struct json_writer *w)
{
    param_schema_keyword(w, "type", "array");
    json_write_key(w, "minItems");
    json_write_int(w, 1);
    json_write_key(w, "items");
}

static void schema_list(struct json_writer *w, const struct param *row)
{
    dist_quantity_schema_list(w);
    json_write_open(w, '{');
    schema_quantity(w, row);
    json_write_close(w, '}');
}

const struct param_type dist_quantity_list_param = {
    .word = "list of quantities",
    .read = read_list,
    .write = write_list,
    .schema = schema_list,
};
