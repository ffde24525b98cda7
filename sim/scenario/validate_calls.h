// SPDX-License-Identifier: GPL-3.0-or-later
/* Rules about consumers that are called instead of reading a queue. */
#ifndef QUEUELAB_SCENARIO_VALIDATE_CALLS_H
#define QUEUELAB_SCENARIO_VALIDATE_CALLS_H

struct bind;

/* Once all names are resolved. */
void validate_calls(struct bind *bind);

#endif
