// SPDX-License-Identifier: GPL-3.0-or-later
/* A distribution's parameters that have the unit of the field it stands in: "250ms" in a service
 * time, "64KiB" in a size.  A family's rows are written once with the unit dist_unit_any; what is
 * read is a copy of them that names the field's unit. */
#ifndef QUEUELAB_CORE_DIST_QUANTITY_H
#define QUEUELAB_CORE_DIST_QUANTITY_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/param.h"

struct dist_unit {
    const char *word;                               /* of a text in this unit: "a duration" */
    const char *wanted;                             /* said after "expected" */
    bool (*parse)(const char *text, double *value); /* NULL: texts are refused */
    const char *pattern;                            /* of such texts, for the schema */
};
extern const struct dist_unit dist_unit_time, dist_unit_number, dist_unit_size;
extern const struct dist_unit dist_unit_service; /* times that messages may carry */
extern const struct dist_unit dist_unit_any;     /* to be replaced by the field's */

/* Types of such rows; extra = the unit. */
extern const struct param_type dist_quantity_param;      /* double >= 0 */
extern const struct param_type dist_quantity_list_param; /* struct param_items of double >= 0 */

/* Rows of a family whose parameters are in struct <family>_cfg: a quantity, and a plain number,
 * neither below 0. */
// clang-format off
#define DIST_QUANTITY(family, field, needed, sentence) \
    {.name = #field, .type = &dist_quantity_param, .offset = offsetof(struct family##_cfg, field), \
     .extra = &dist_unit_any, PARAM_NO_RANGE, .flags = (needed), .doc = (sentence)}
#define DIST_PLAIN(family, field, needed, sentence) \
    {.name = #field, .type = &param_number, .offset = offsetof(struct family##_cfg, field), \
     .low = 0.0, .high = HUGE_VAL, .flags = (needed), .doc = (sentence)}
// clang-format on

/* Copies rows with unit in the place of dist_unit_any. */
enum { DIST_QUANTITY_ROWS = 8 };
void dist_quantity_rows(struct param copy[DIST_QUANTITY_ROWS], const struct param *rows,
                        const struct dist_unit *unit);

/* The value of a cell of a file: a number >= 0, or a text in the unit. */
bool dist_quantity_of_cell(const struct dist_unit *unit, const char *cell, double *value);

/* Reads the elements of a list that must not be empty, each of item_bytes, into a struct
 * param_items. */
bool dist_quantity_items(struct param_reader *reader, const struct param *row, void *field,
                         const struct json *node, size_t item_bytes,
                         bool (*read_item)(struct param_reader *, const struct param *, void *,
                                           const struct json *));

/* Writes a schema's keywords into the object that is open: of a bare quantity; of a list, up to the
 * key "items", whose value is to follow. */
void dist_quantity_schema(struct json_writer *w, const struct dist_unit *unit);
void dist_quantity_schema_list(struct json_writer *w);

#endif
