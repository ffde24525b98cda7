// SPDX-License-Identifier: GPL-3.0-or-later
/* Worlds with one function, f, in a line.  In the texts a backtick stands for a quotation mark. */
#ifndef QUEUELAB_TOOLS_FUNCTION_LAB_H
#define QUEUELAB_TOOLS_FUNCTION_LAB_H

#include "tools/world.h"

/* Opens a world of so many seconds with these queues, producers ("" or with a comma) and function.
 */
void function_lab_open(struct world_lab *lab, const char *queues, const char *others,
                       const char *function, double seconds);
/* Runs such a world and expects the facts of these kinds, as world_lab_listen writes them. */
void function_lab_tell(const char *queues, const char *others, const char *function, double seconds,
                       const char *kinds, const char *expected);

#endif
