// SPDX-License-Identifier: GPL-3.0-or-later
/* Times, rates and sizes as people write them, and back: in one place. */
#ifndef QUEUELAB_BASE_UNITS_H
#define QUEUELAB_BASE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#define USEC   INT64_C(1000)
#define MSEC   INT64_C(1000000)
#define SEC    INT64_C(1000000000)
#define MINUTE (60 * SEC)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define KIB    INT64_C(1024)
#define MIB    (1024 * KIB)

/* Never: later than every time a run can reach. */
#define FOREVER INT64_MAX

/* "250ms", "1h30m", "0.5s" (units ns us ms s m h d, in falling order) to seconds.
 * A bare number without a unit is refused, as is a negative one. */
bool units_parse_duration(const char *text, double *seconds);
/* "2/s", "100/min", "3/h", "1/d" (also /ms, /m) to a number per second. */
bool units_parse_rate(const char *text, double *per_s);
/* "64KiB", "1MiB", "256kB", "10B", "2GiB" to bytes. */
bool units_parse_size(const char *text, double *bytes);

/* Seconds to nanoseconds, rounded half away from zero; FOREVER where it does not fit. */
int64_t units_ns(double seconds);
/* The very double that so many seconds are written as, which times 1e-9 is not. */
static inline double units_s(int64_t ns)
{
    return (double)ns / 1e9;
}

/* Durations and counts for screens, three significant digits and a unit: "0.21 s", "92 s", "12
 * min". */
const char *units_format_seconds(char buffer[32], double seconds);
const char *units_format_number(char buffer[32], double value);
/* The unit in which a duration is shown, and how many of them a second is. */
const char *units_scale(double seconds, double *per_s);

#endif
