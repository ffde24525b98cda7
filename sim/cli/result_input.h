// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads a result folder back. */
#ifndef QUEUELAB_CLI_RESULT_INPUT_H
#define QUEUELAB_CLI_RESULT_INPUT_H

#include <stdbool.h>
#include "experiment/stored.h"
#include "cli/options.h"

/* False after saying on stderr what is wrong; status is then the exit status, and there is nothing
 * to be freed. */
bool result_input(const char *folder, struct stored *stored, int *status);

/* The scenario that lies in the folder, to be run again; NULL after saying on stderr what is wrong.
 */
struct scenario_file *result_input_scenario(const struct options *options, const char *folder,
                                            int *status);

/* True if there is a folder of that name. */
bool result_input_is_folder(const char *path);

/* The path of that scenario, in the arena; NULL: it is no folder of a result. */
const char *result_input_path(const char *folder, struct arena *arena);

#endif
