// SPDX-License-Identifier: GPL-3.0-or-later
/* Swept pointers as axes of a figure: their values as numbers, and their names for people. */
#ifndef QUEUELAB_EXPERIMENT_AXIS_H
#define QUEUELAB_EXPERIMENT_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include "experiment/result.h"

/* A number, or a text with a unit: in seconds ("s"), per second ("1/s") or bytes ("B").  False for
 * anything else. */
bool axis_number(const struct json *value, double *number, const char **unit);
/* The number of an axis at a point; NAN where it is none. */
double axis_at(const struct result *result, size_t axis, size_t point);
/* True if all values of an axis are numbers of one unit, which is then said, and they vary. */
bool axis_is_numeric(const struct result *result, size_t axis, const char **unit);
/* The index of a pointer among the axes; the file's axis_count: it is not swept. */
size_t axis_find(const struct result *result, const char *pointer);
/* "worker count", of /consumers/worker/count. */
const char *axis_name(struct arena *arena, const char *pointer);
/* The value at a point as it is written. */
const char *axis_text(struct arena *arena, const struct result *result, size_t axis, size_t point);

#endif
