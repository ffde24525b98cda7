// SPDX-License-Identifier: GPL-3.0-or-later
/* A timeline for people: who sent, received and deleted what when, in virtual time. */
#ifndef QUEUELAB_CLI_LOG_H
#define QUEUELAB_CLI_LOG_H

#include <stdio.h>
#include "scenario/scenario.h"

/* Runs the scenario's first replication again and prints its first 1,000 lines, such as
 * "[00:00:03.250] worker: received Message 0", and how many there are more. */
void log_print(const struct scenario *scenario, FILE *out);

#endif
