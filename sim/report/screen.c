// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers for people; what files hold is exact instead. */
#include "report/screen.h"

#include <math.h>
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

void screen_interval(struct text *out, const struct estimate *estimate, const char *unit)
{
    if (isnan(estimate->low) || isnan(estimate->high))
        return;
    if (estimate->is_wilson && estimate->mean == 0.0) {
        text_printf(out, "below %.2g %%", 100.0 * estimate->high);
        return;
    }
    screen_value(out, estimate->low, unit);
    text_add(out, " .. ");
    screen_value(out, estimate->high, unit);
}

void screen_cell(struct text *out, const struct estimate *estimate, const char *unit)
{
    if (estimate->is_wilson && estimate->mean == 0.0) {
        text_printf(out, "0 (<%.2g %%)", 100.0 * estimate->high);
        return;
    }
    screen_value(out, estimate->mean, unit);
    const double half = (estimate->high - estimate->low) / 2.0;
    if (isnan(half) || half <= 0.0 || isnan(estimate->mean))
        return;
    /* The half-width in percent, of two digits: enough to see whether two cells differ. */
    const double percent = 100.0 * half / fabs(estimate->mean);
    text_printf(out, percent < 10.0 ? " +-%.2g%%" : " +-%.0f%%", percent);
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
