// SPDX-License-Identifier: GPL-3.0-or-later
/* A world of its own, without metrics, that somebody listens to. */
#include "experiment/replay.h"

#include "scenario/world.h"

void replay_run(const struct scenario *scenario, struct observer observer,
                const volatile bool *stop)
{
    struct world *world = world_new(scenario, false, false);
    /* A world shows its observe for reading; a listener changes nothing that is read. */
    observer_attach((struct observe *)world_observe(world), observer);
    world_run(world, 1, stop);
    world_free(world);
}

void replay_trace(const struct scenario *scenario, struct trace *trace)
{
    trace_init(trace, TRACE_MOST);
    replay_run(scenario, (struct observer){trace_hear, trace}, &trace->is_full);
}

struct trace_names replay_names(const struct scenario *scenario, struct arena *arena)
{
    const size_t count = scenario_node_count(scenario);
    const char **names = arena_alloc(arena, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = scenario_node_name(scenario, (uint16_t)i);
    return (struct trace_names){count, names};
}
