// SPDX-License-Identifier: GPL-3.0-or-later
/* The run loop. */
#include "core/engine.h"

#include <string.h>

#include "base/must.h"

void engine_init(struct engine *engine)
{
    memset(engine, 0, sizeof *engine);
    event_list_init(&engine->events);
}

/* What is looked at now and then only.  Returns false if the run is to be interrupted. */
static bool look_round(struct engine *engine)
{
    if (engine->now_ns != engine->looked_ns) {
        engine->looked_ns = engine->now_ns;
        engine->instant_from = engine->event_count;
    }
    MUST(engine->event_count - engine->instant_from < ENGINE_INSTANT_LIMIT);
    return engine->interrupted == NULL || !*engine->interrupted;
}

/* The next event at or before last_ns is handled; false if there is none. */
static inline bool handle_next(struct engine *engine, int64_t last_ns, bool is_shuffled)
{
    struct event *event = is_shuffled ? event_list_pop_any(&engine->events, last_ns, engine->ties)
                                      : event_list_pop(&engine->events, last_ns);
    if (event == NULL)
        return false;
    const int64_t now_ns = engine->events.now_ns;
    engine->now_ns = now_ns;
    event->on_due(event, now_ns);
    engine->event_count++;
    return true;
}

/* One loop with ties in their order, and one with ties shuffled: nothing is asked for each event.
 */
static inline enum engine_end run(struct engine *engine, int64_t end_ns, bool is_shuffled)
{
    MUST(end_ns >= engine->now_ns);
    while (!engine->stop && !engine_is_released(engine)) {
        if (!handle_next(engine, end_ns - 1, is_shuffled)) {
            engine->now_ns = engine->events.now_ns = end_ns;
            return event_list_is_idle(&engine->events) ? ENGINE_IDLE : ENGINE_AT_END;
        }
        if ((engine->event_count & 0xFFFF) == 0 && !look_round(engine))
            return ENGINE_INTERRUPTED;
    }
    return engine->stop ? ENGINE_STOPPED : ENGINE_RELEASED;
}

enum engine_end engine_run(struct engine *engine, int64_t end_ns)
{
    return engine->ties != NULL ? run(engine, end_ns, true) : run(engine, end_ns, false);
}

void engine_run_through(struct engine *engine, int64_t last_ns)
{
    MUST(last_ns >= engine->now_ns);
    engine->instant_from = engine->event_count;
    while (!engine->stop) {
        if (!handle_next(engine, last_ns, false)) {
            engine->now_ns = engine->events.now_ns = last_ns;
            break;
        }
        if ((engine->event_count & 0xFFFF) == 0)
            look_round(engine);
    }
    engine->stop = false;
}
