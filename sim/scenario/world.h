// SPDX-License-Identifier: GPL-3.0-or-later
/* A world: a scenario built, connected and able to run, for one replication after another.  Two
 * worlds can stand side by side; a world is used by one thread at a time. */
#ifndef QUEUELAB_SCENARIO_WORLD_H
#define QUEUELAB_SCENARIO_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include "core/engine.h"
#include "observe/observe.h"
#include "scenario/scenario.h"

struct world;

enum world_end {
    WORLD_AT_END,   /* the duration or maxDuration was reached */
    WORLD_DONE,     /* all was sent (and drained) */
    WORLD_SATURATED /* maxMessages were stored at once */
};

struct world *world_new(const struct scenario *scenario, bool metrics, bool invariants);
void world_free(struct world *world);

/* Runs one replication from time 0 (clearing what an earlier one left).  stop may be NULL; when
 * *stop becomes true the run ends early and false is returned: nothing of it may be used. */
bool world_run(struct world *world, uint32_t replication, const volatile bool *stop);

/* For tests: the runs that follow take what happens at one instant in an order drawn from this
 * seed, where the order is open. */
void world_shuffle_ties(struct world *world, uint64_t seed);

enum world_end world_end(const struct world *world);
int64_t world_end_ns(const struct world *world);
uint64_t world_fingerprint(const struct world *world);
uint64_t world_event_count(const struct world *world);
/* Its engine, for the context of a MUST. */
const struct engine *world_engine(const struct world *world);
/* What was heard in the last run; valid until the next. */
const struct observe *world_observe(const struct world *world);
/* The text of a body value by its root (receivedOrder); NULL when the producer gave none. */
const char *world_body(const struct world *world, uint64_t root);

#endif
