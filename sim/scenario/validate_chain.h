// SPDX-License-Identifier: GPL-3.0-or-later
/* Rules about consumers that send on: what their targets take, and circles that take no time. */
#ifndef QUEUELAB_SCENARIO_VALIDATE_CHAIN_H
#define QUEUELAB_SCENARIO_VALIDATE_CHAIN_H

struct bind;

/* Once all names are resolved. */
void validate_chain(struct bind *bind);

#endif
