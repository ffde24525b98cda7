// SPDX-License-Identifier: GPL-3.0-or-later
/* One line a figure, flushed, since a bench takes minutes. */
#define _POSIX_C_SOURCE 200809L
#include "tools/timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double timing_now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double timing_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

static void print(const char *what, double measured, const char *unit)
{
    printf("%-52s %8.*f %-10s", what, measured < 1000.0 ? 2 : 0, measured, unit);
}

void timing_at_most(const char *what, double measured, const char *unit, double must, double aim)
{
    print(what, measured, unit);
    printf(" must %6.2f  ", must);
    if (aim > 0.0)
        printf("aim %5.2f  ", aim);
    puts(measured <= aim ? "aim met" : measured <= must ? "met" : "MISSED");
    fflush(stdout);
}

void timing_at_least(const char *what, double measured, const char *unit, double must)
{
    print(what, measured, unit);
    printf(" must %6.*f  %s\n", must < 1000.0 ? 2 : 0, must, measured >= must ? "met" : "MISSED");
    fflush(stdout);
}

void timing_tell(const char *what, double measured, const char *unit)
{
    print(what, measured, unit);
    puts("");
    fflush(stdout);
}
