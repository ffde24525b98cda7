// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers for people; what files hold is exact instead. */
#include "report/screen.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/units.h"

void screen_value(struct text *out, double value, const char *unit)
{
    char buffer[32];
    if (isnan(value)) {
        text_add(out, "n/a");
    } else if (strcmp(unit, "s") == 0) {
        text_add(out, units_format_seconds(buffer, value));
    } else {
        text_add(out, units_format_number(buffer, value));
        if (unit[0] != '\0' && strcmp(unit, "1") != 0)
            text_printf(out, "%s%s", strcmp(unit, "1/s") == 0 ? "" : " ",
                        strcmp(unit, "1/s") == 0 ? "/s" : unit);
    }
}

/* What is smaller, relative to its whole, are the last bits of doubles. */
static const double noise = 1e-9;

void screen_percent(struct text *out, double share)
{
    const double percent = share < noise ? 0.0 : 100.0 * share;
    text_printf(out, percent < 10.0 ? "%.2g %%" : "%.0f %%", percent);
}

static bool is_never_seen(const struct estimate *estimate)
{
    return estimate->is_wilson && estimate->mean == 0.0;
}

bool screen_is_constant(const struct estimate *estimate)
{
    return !is_never_seen(estimate) &&
           estimate->high - estimate->low <= noise * fabs(estimate->mean);
}

/* As many digits as tell both ends apart, and three at least: 1.0013 .. 1.0019. */
static int digits_for(double low, double high)
{
    enum { MOST = 7 };
    char one[32], other[32];
    int digits = 3;
    for (bool same = true; same && digits <= MOST; digits += same) {
        snprintf(one, sizeof one, "%.*g", digits, low);
        snprintf(other, sizeof other, "%.*g", digits, high);
        same = strcmp(one, other) == 0;
    }
    return digits;
}

static const char *format(char buffer[32], double value, int digits)
{
    if (digits <= 3 || fabs(value) >= 1000.0)
        return units_format_number(buffer, value);
    snprintf(buffer, 32, "%.*g", digits, value);
    return buffer;
}

/* Both in the unit of the value between them, which is said once. */
static void add_ends(struct text *out, double low, double high, double mean, const char *unit)
{
    char buffer[32];
    double times = 1.0;
    const bool is_time = strcmp(unit, "s") == 0;
    const char *scale = is_time ? units_scale(mean, &times) : "";
    const int digits = digits_for(low * times, high * times);
    text_printf(out, "%s .. ", format(buffer, low * times, digits));
    if (is_time)
        text_printf(out, "%s %s", format(buffer, high * times, digits), scale);
    else if (digits > 3 && (unit[0] == '\0' || strcmp(unit, "1") == 0))
        text_add(out, format(buffer, high, digits));
    else
        screen_value(out, high, unit);
}

void screen_interval(struct text *out, const struct estimate *estimate, const char *unit)
{
    if (isnan(estimate->low) || isnan(estimate->high))
        return;
    if (is_never_seen(estimate)) {
        text_add(out, "below ");
        screen_percent(out, estimate->high);
        return;
    }
    if (screen_is_constant(estimate)) {
        text_add(out, "every time");
        return;
    }
    const double low = estimate->mean >= 0.0 ? fmax(estimate->low, 0.0) : estimate->low;
    add_ends(out, low, estimate->high, estimate->mean, unit);
}

void screen_cell(struct text *out, const struct estimate *estimate, const char *unit)
{
    if (is_never_seen(estimate)) {
        text_add(out, "0 (<");
        screen_percent(out, estimate->high);
        text_add(out, ")");
        return;
    }
    screen_value(out, estimate->mean, unit);
    /* The half-width: enough to see whether two cells differ. */
    const double share = estimate_relative_half_width(estimate);
    if (!(share >= noise))
        return;
    text_printf(out, 100.0 * share < 10.0 ? " +-%.2g%%" : " +-%.0f%%", 100.0 * share);
}

void screen_add_page(struct text *out, const char *words)
{
    for (const char *c = words; *c != '\0'; c++) {
        const bool is_micro =
            c > words && c[-1] == ' ' && c[0] == 'u' && c[1] == 's' && strchr(" *)", c[2]) != NULL;
        const bool is_about = c[0] == '+' && c[1] == '-';
        if (is_about)
            text_add(out, "\u00b1");
        else if (is_micro)
            text_add(out, "\u00b5");
        else
            text_append(out, c, 1);
        c += is_about;
    }
}

void screen_mean(struct text *out, const struct estimate *estimate, const char *unit)
{
    char buffer[32];
    const bool is_plain = unit[0] == '\0' || strcmp(unit, "1") == 0;
    if (is_plain && !isnan(estimate->low) && !screen_is_constant(estimate))
        text_add(out, format(buffer, estimate->mean, digits_for(estimate->low, estimate->high)));
    else
        screen_value(out, estimate->mean, unit);
}

size_t screen_width(const struct text *out, size_t from)
{
    size_t width = 0;
    for (size_t i = from; i < out->length; i++)
        width += ((unsigned char)out->bytes[i] & 0xc0) != 0x80;
    return width;
}

void screen_pad(struct text *out, size_t from, size_t width)
{
    while (screen_width(out, from) < width)
        text_add(out, " ");
}
