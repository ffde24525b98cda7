// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers as people read them: three significant digits, a unit, and always the interval. */
#ifndef QUEUELAB_REPORT_SCREEN_H
#define QUEUELAB_REPORT_SCREEN_H

#include <stdbool.h>
#include "base/text.h"
#include "experiment/estimate.h"

/* "2/s", "0.21 s", "n/a"; the unit "1" is not shown. */
void screen_value(struct text *out, double value, const char *unit);
/* The mean with as many digits as the interval beside it needs. */
void screen_mean(struct text *out, const struct estimate *estimate, const char *unit);
/* "1.98 .. 2.02/s", "below 0.38 %" for a rare event, "every time" if replications do not differ;
 * nothing without an interval.  Nothing that is counted or timed is negative, so that no interval
 * is shown below 0. */
void screen_interval(struct text *out, const struct estimate *estimate, const char *unit);
/* Whether every replication had the same. */
bool screen_is_constant(const struct estimate *estimate);
/* "2/s +-5%" in one cell of a table. */
void screen_cell(struct text *out, const struct estimate *estimate, const char *unit);
/* The same words with the signs that a page has: "2/s ±5%", "12 µs". */
void screen_add_page(struct text *out, const char *words);
/* A share as "0.6 %", of two digits; what is left of rounding alone is 0. */
void screen_percent(struct text *out, double share);

/* Appends blanks until column width is reached since the start of the line at from; characters, not
 * bytes. */
void screen_pad(struct text *out, size_t from, size_t width);
/* The width in characters of what was appended since from. */
size_t screen_width(const struct text *out, size_t from);

#endif
