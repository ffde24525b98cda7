// SPDX-License-Identifier: GPL-3.0-or-later
/* What a parameter takes is known to its row alone: here a text is tried as each of the units. */
#include "experiment/axis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "base/units.h"

bool axis_number(const struct json *value, double *number, const char **unit)
{
    *unit = "";
    if (json_kind(value) == JSON_NUMBER) {
        *number = json_number(value);
        return true;
    }
    if (json_kind(value) != JSON_TEXT)
        return false;
    const char *text = json_text(value);
    *unit = "s";
    if (units_parse_duration(text, number))
        return true;
    *unit = "1/s";
    if (units_parse_rate(text, number))
        return true;
    *unit = "B";
    return units_parse_size(text, number);
}

double axis_at(const struct result *result, size_t axis, size_t point)
{
    double number;
    const char *unit;
    const bool is = axis_number(result->file->axis_values[point][axis], &number, &unit);
    return is ? number : (double)NAN;
}

bool axis_is_numeric(const struct result *result, size_t axis, const char **unit)
{
    const char *first = "";
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (size_t point = 0; point < result_points(result); point++) {
        double number;
        if (!axis_number(result->file->axis_values[point][axis], &number, unit))
            return false;
        first = point == 0 ? *unit : first;
        if (strcmp(*unit, first) != 0)
            return false;
        least = fmin(least, number);
        most = fmax(most, number);
    }
    return least < most;
}

size_t axis_find(const struct result *result, const char *pointer)
{
    size_t axis = 0;
    while (axis < result->file->axis_count && strcmp(result->file->axes[axis], pointer) != 0)
        axis++;
    return axis;
}

const char *axis_name(struct arena *arena, const char *pointer)
{
    const char *rest = strchr(pointer + 1, '/');
    char *name = arena_copy_text(arena, rest != NULL ? rest + 1 : pointer + 1);
    for (char *c = name; *c != '\0'; c++)
        *c = *c == '/' ? ' ' : *c;
    return name;
}

const char *axis_text(struct arena *arena, const struct result *result, size_t axis, size_t point)
{
    const struct json *value = result->file->axis_values[point][axis];
    if (json_kind(value) == JSON_TEXT)
        return arena_copy_text(arena, json_text(value));
    char *shown = json_print(value);
    const char *kept = arena_copy_text(arena, shown);
    free(shown);
    return kept;
}
