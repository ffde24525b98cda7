// SPDX-License-Identifier: GPL-3.0-or-later
/* What waits in a queue at time 0, as its "preload" says. */
#ifndef QUEUELAB_SCENARIO_PRELOAD_H
#define QUEUELAB_SCENARIO_PRELOAD_H

#include "actor/actor.h"

void preload(struct actor_world *world, struct queue *queue);

#endif
