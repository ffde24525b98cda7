// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts such as "1h30m", "100/min" and "64KiB" to numbers, and numbers to what a screen shows.
 *
 * Parsing takes all of the text or refuses it: nothing is guessed about a number without a unit.
 * What is formatted here is for people; files get exact numbers from base/json_write. */
#include "base/units.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

/* A unit is a multiple or, where that is exact and the other is not, a fraction of the base unit.
 */
struct unit {
    const char *name;
    double times, divided_by;
};

// clang-format off
static const struct unit duration_units[] = { /* in falling order */
    {"d",  86400, 1},
    {"h",  3600,  1},
    {"m",  60,    1},
    {"s",  1,     1},
    {"ms", 1,     1e3},
    {"us", 1,     1e6},
    {"ns", 1,     1e9},
};

static const struct unit rate_units[] = {
    {"/ms",  1e3, 1},
    {"/s",   1,   1},
    {"/m",   1,   60},
    {"/min", 1,   60},
    {"/h",   1,   3600},
    {"/d",   1,   86400},
};

static const struct unit size_units[] = {
    {"B",   1,                  1},
    {"kB",  1e3,                1},
    {"MB",  1e6,                1},
    {"GB",  1e9,                1},
    {"KiB", 1024,               1},
    {"MiB", 1024 * 1024,        1},
    {"GiB", 1024 * 1024 * 1024, 1},
};
// clang-format on

enum { DURATION_UNITS = sizeof duration_units / sizeof duration_units[0] };
enum { RATE_UNITS = sizeof rate_units / sizeof rate_units[0] };
enum { SIZE_UNITS = sizeof size_units / sizeof size_units[0] };

static size_t count_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Reads digits with an optional fraction; returns what follows, or NULL.  No sign, no exponent. */
static const char *take_number(const char *text, double *number)
{
    size_t length = count_digits(text);
    if (length == 0) {
        return NULL;
    }
    if (text[length] == '.') {
        size_t fraction = count_digits(text + length + 1);
        if (fraction == 0) {
            return NULL;
        }
        length += 1 + fraction;
    }
    char digits[64];
    if (length >= sizeof digits) {
        return NULL;
    }
    memcpy(digits, text, length);
    digits[length] = '\0';
    *number = strtod(digits, NULL);
    return text + length;
}

/* Finds the unit that name begins with up to the next digit or the end; returns count when unknown.
 */
static size_t take_unit(const char **name, const struct unit *units, size_t count)
{
    size_t length = strcspn(*name, "0123456789.");
    for (size_t i = 0; i < count; i++) {
        if (strlen(units[i].name) == length && memcmp(units[i].name, *name, length) == 0) {
            *name += length;
            return i;
        }
    }
    return count;
}

static double scaled(double number, const struct unit *unit)
{
    return number * unit->times / unit->divided_by;
}

bool units_parse_duration(const char *text, double *seconds)
{
    double sum = 0;
    size_t least_index = 0; /* that the next unit may have, for a falling order */
    do {
        double number;
        text = take_number(text, &number);
        if (text == NULL) {
            return false;
        }
        size_t index = take_unit(&text, duration_units, DURATION_UNITS);
        if (index == DURATION_UNITS || index < least_index) {
            return false;
        }
        sum += scaled(number, &duration_units[index]);
        least_index = index + 1;
    } while (*text != '\0');
    *seconds = sum;
    return true;
}

static bool parse_single(const char *text, const struct unit *units, size_t count, double *value)
{
    double number;
    text = take_number(text, &number);
    if (text == NULL) {
        return false;
    }
    size_t index = take_unit(&text, units, count);
    if (index == count || *text != '\0') {
        return false;
    }
    *value = scaled(number, &units[index]);
    return true;
}

bool units_parse_rate(const char *text, double *per_s)
{
    return parse_single(text, rate_units, RATE_UNITS, per_s);
}

bool units_parse_size(const char *text, double *bytes)
{
    return parse_single(text, size_units, SIZE_UNITS, bytes);
}

int64_t units_ns(double seconds)
{
    MUST(!isnan(seconds));
    double ns = round(seconds * 1e9);
    /* The bounds are powers of two and so exact as doubles. */
    if (ns >= 0x1p63) {
        return FOREVER;
    }
    return ns < -0x1p63 ? INT64_MIN : (int64_t)ns;
}

/* Writes value with three significant digits and no exponent, without zeros that say nothing. */
static void format_three(char *buffer, size_t bytes, double value)
{
    char rounded[32];
    snprintf(rounded, sizeof rounded, "%.2e", value);
    int exponent = (int)strtol(strchr(rounded, 'e') + 1, NULL, 10);
    int decimals = exponent >= 2 ? 0 : 2 - exponent;
    int length = snprintf(buffer, bytes, "%.*f", decimals, value);
    MUST(length > 0 && (size_t)length < bytes);
    if (decimals > 0) {
        while (buffer[length - 1] == '0') {
            buffer[--length] = '\0';
        }
        if (buffer[length - 1] == '.') {
            buffer[--length] = '\0';
        }
    }
}

/* Puts a comma before every third of the digits that buffer ends in. */
static void separate_thousands(char buffer[32])
{
    char digits[32];
    memcpy(digits, buffer, sizeof digits);
    const char *next = digits;
    size_t out = 0;
    if (*next == '-') {
        buffer[out++] = *next++;
    }
    for (size_t left = strlen(next); left > 0; left--) {
        buffer[out++] = *next++;
        if (left > 1 && left % 3 == 1) {
            buffer[out++] = ',';
        }
    }
    buffer[out] = '\0';
}

const char *units_format_number(char buffer[32], double value)
{
    double size = fabs(value);
    if (isnan(value)) {
        snprintf(buffer, 32, "-");
    } else if (isinf(value)) {
        snprintf(buffer, 32, value < 0 ? "-inf" : "inf");
    } else if (size == 0) {
        snprintf(buffer, 32, "0");
    } else if (size >= 1e15 || size < 1e-9) {
        snprintf(buffer, 32, "%.3g", value);
    } else if (size < 100 && value != round(value)) {
        format_three(buffer, 32, value);
    } else {
        /* Whole numbers are shown in full, as are the whole parts of large ones. */
        snprintf(buffer, 32, "%.0f", value);
        if (size >= 9999.5) {
            separate_thousands(buffer);
        }
    }
    return buffer;
}

/* The scale on which a duration reads well: the largest unit that it reaches from_s of. */
struct scale {
    double from_s, times, divided_by;
    const char *unit;
};

// clang-format off
static const struct scale scales[] = {
    {48 * 3600, 1,   86400, "d"},
    {2 * 3600,  1,   3600,  "h"},
    {120,       1,   60,    "min"},
    {0.1,       1,   1,     "s"},
    {1e-3,      1e3, 1,     "ms"},
    {1e-6,      1e6, 1,     "us"},
    {0,         1e9, 1,     "ns"},
};
// clang-format on

static const struct scale *scale_of(double seconds)
{
    const struct scale *scale = scales;
    while (fabs(seconds) < scale->from_s) {
        scale++;
    }
    return scale;
}

const char *units_scale(double seconds, double *per_s)
{
    const struct scale *scale =
        seconds == 0 || !isfinite(seconds) ? scale_of(1.0) : scale_of(seconds);
    *per_s = scale->times / scale->divided_by;
    return scale->unit;
}

const char *units_format_seconds(char buffer[32], double seconds)
{
    if (seconds == 0) {
        snprintf(buffer, 32, "0 s");
        return buffer;
    }
    if (!isfinite(seconds)) {
        return units_format_number(buffer, seconds);
    }
    const struct scale *scale = scale_of(seconds);
    units_format_number(buffer, seconds * scale->times / scale->divided_by);
    size_t length = strlen(buffer);
    snprintf(buffer + length, 32 - length, " %s", scale->unit);
    return buffer;
}
