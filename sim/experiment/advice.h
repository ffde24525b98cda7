// SPDX-License-Identifier: GPL-3.0-or-later
/* Warnings that teach: a closed list.  Each says what was seen, why it matters and what to do. They
 * are judged here and only printed by reports. */
#ifndef QUEUELAB_EXPERIMENT_ADVICE_H
#define QUEUELAB_EXPERIMENT_ADVICE_H

#include <stddef.h>
#include "experiment/result.h"

struct advice {
    const char *code;  /* "unstable": the name of the rule */
    const char *label; /* of the first cell it was seen in; "" when there is one cell only */
    const char *entity;
    const char *seen, *why, *todo; /* sentences */
    size_t cell_count;             /* cells in which the rule found something about this entity */
};

/* Fills the result's warnings; cells without a replication are passed over. */
void advice_judge(struct result *result);

#endif
