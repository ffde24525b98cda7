// SPDX-License-Identifier: GPL-3.0-or-later
/* The move tasks of a scenario's dead-letter queues: the rules that rows cannot say, and starting
 * each at its time.  What a task does is model/move_task.h's. */
#ifndef QUEUELAB_SCENARIO_MOVE_H
#define QUEUELAB_SCENARIO_MOVE_H

#include <stdbool.h>
#include "core/engine.h"
#include "model/queue.h"
#include "scenario/bind.h"

struct moves;

/* Some queue has one: messages then remember where they came from (MESSAGE_WANT_SOURCE). */
bool move_is_any(const struct scenario *scenario);
/* Adds the mistakes of one queue's tasks, once all names are resolved. */
void move_check(struct bind *bind, size_t queue);

/* Those of a world, in its arena; queues by node id. */
struct moves *move_new(const struct scenario *scenario, struct arena *arena, struct queue *queues);
/* Begins a replication.  A task that is still to start holds the engine. */
void move_begin(struct moves *moves, struct engine *engine);

#endif
