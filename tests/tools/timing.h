// SPDX-License-Identifier: GPL-3.0-or-later
/* What benches share: the clock, the median, and the one form of a figure's line.  Times on a
 * shared machine are no evidence; ratios of what runs in turn are. */
#ifndef QUEUELAB_TESTS_TOOLS_TIMING_H
#define QUEUELAB_TESTS_TOOLS_TIMING_H

#include <stddef.h>

/* Seconds of a clock that only goes forward. */
double timing_now_s(void);
/* The upper one of two in the middle; sorts the values. */
double timing_median(double *values, size_t count);

/* Prints a figure of which less is better, with what it must and what it is to reach, and how it
 * did.  An aim of 0: there is none. */
void timing_at_most(const char *what, double measured, const char *unit, double must, double aim);
/* The same of a figure of which more is better, without an aim. */
void timing_at_least(const char *what, double measured, const char *unit, double must);
/* A figure that nothing is asked of. */
void timing_tell(const char *what, double measured, const char *unit);

#endif
