// SPDX-License-Identifier: GPL-3.0-or-later
/* What is said about a scenario's text: for tests of messages, exact to the column.  A backtick
 * stands for a quotation mark, in what is read and in what is expected. */
#ifndef QUEUELAB_TOOLS_SAID_H
#define QUEUELAB_TOOLS_SAID_H

#include <stddef.h>
#include "scenario/scenario.h"

/* What diag_print writes; the caller frees. */
char *said_printed(const struct diag *diag);

/* Reads text as the file path, loads every variant at every point, and expects exactly these lines.
 */
void said_check(const char *path, const char *text, const char *expected);
void said_check_set(const char *path, const char *text, const struct scenario_override *overrides,
                    size_t override_count, const char *expected);

/* Reads text that must be sound. */
struct scenario_file *said_read(const char *path, const char *text,
                                const struct scenario_override *overrides, size_t override_count);
/* The scenario of a run that must be sound. */
struct scenario *said_load(const struct scenario_file *file, size_t variant, size_t point);

/* The effective configuration as text; the caller frees. */
char *said_written(const struct scenario *scenario);

#endif
