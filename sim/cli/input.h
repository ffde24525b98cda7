// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads scenario files: a path, or "-" for the standard input. */
#ifndef QUEUELAB_CLI_INPUT_H
#define QUEUELAB_CLI_INPUT_H

#include <stdbool.h>
#include "base/text.h"
#include "experiment/compare.h"
#include "cli/options.h"

/* Appends a file's bytes; false after saying on stderr why not. */
bool input_read(const char *path, struct text *bytes);

/* False after saying on stderr that this is no folder of a result: the file is not in it. */
bool input_is_result(const char *folder, const char *file);

/* The scenario file of an operand, with the options' overrides.  NULL after saying on stderr what
 * is wrong; status is then the exit status. */
struct scenario_file *input_scenario(const struct options *options, const char *operand,
                                     int *status);

/* The index of the variant that the options name, else 0.  False after saying which there are. */
bool input_variant(const struct options *options, const struct scenario_file *file,
                   size_t *variant);

/* What variants of the file are to be compared by; false after saying why they cannot be. */
bool input_choice(const struct options *options, const struct scenario_file *file,
                  struct compare_choice *choice);

#endif
