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
static bool look_round(const struct engine *engine)
{
    MUST(engine->event_count - engine->instant_from < ENGINE_INSTANT_LIMIT);
    return engine->interrupted == NULL || !*engine->interrupted;
}

enum engine_end engine_run(struct engine *engine, int64_t end_ns)
{
    MUST(end_ns >= engine->now_ns);
    while (!engine->stop && !engine_is_released(engine)) {
        struct event *event = event_list_pop(&engine->events, end_ns - 1);
        if (event == NULL) {
            engine->now_ns = engine->events.now_ns = end_ns;
            return event_list_is_idle(&engine->events) ? ENGINE_IDLE : ENGINE_AT_END;
        }
        const int64_t now_ns = engine->events.now_ns;
        if (now_ns != engine->now_ns) {
            engine->now_ns = now_ns;
            engine->instant_from = engine->event_count;
        }
        event->on_due(event, now_ns);
        if ((++engine->event_count & 0xFFFF) == 0 && !look_round(engine))
            return ENGINE_INTERRUPTED;
    }
    return engine->stop ? ENGINE_STOPPED : ENGINE_RELEASED;
}
