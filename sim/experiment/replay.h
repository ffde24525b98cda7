// SPDX-License-Identifier: GPL-3.0-or-later
/* Replication 1 once more, for whoever listens: what happened is not recorded beforehand, as the
 * same scenario and seed say the same again. */
#ifndef QUEUELAB_EXPERIMENT_REPLAY_H
#define QUEUELAB_EXPERIMENT_REPLAY_H

#include <stdbool.h>
#include "observe/observer.h"
#include "observe/trace.h"
#include "scenario/scenario.h"

/* Runs to its end, or until *stop, which may be NULL, is true. */
void replay_run(const struct scenario *scenario, struct observer observer,
                const volatile bool *stop);

/* Replays into a fresh trace of the first TRACE_MOST facts. */
void replay_trace(const struct scenario *scenario, struct trace *trace);

/* Names for a written trace, in the arena. */
struct trace_names replay_names(const struct scenario *scenario, struct arena *arena);

#endif
