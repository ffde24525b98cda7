// SPDX-License-Identifier: GPL-3.0-or-later
/* What begins when the run is over does nothing, and is refused. */
#ifndef QUEUELAB_SCENARIO_VALIDATE_START_H
#define QUEUELAB_SCENARIO_VALIDATE_START_H

struct bind;

/* Of actors, and of the move tasks of queues. */
void validate_start(struct bind *bind);

#endif
