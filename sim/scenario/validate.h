// SPDX-License-Identifier: GPL-3.0-or-later
/* Rules between the parts of a scenario: names, dead-letter queues, ends, loops without time. */
#ifndef QUEUELAB_SCENARIO_VALIDATE_H
#define QUEUELAB_SCENARIO_VALIDATE_H

struct bind;

/* Resolves every name of another component and adds to the diag what does not fit. */
void validate(struct bind *bind);

#endif
