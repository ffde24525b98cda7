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

enum engine_end engine_run(struct engine *engine, int64_t end_ns)
{
    MUST(end_ns >= engine->now_ns);
    while (!engine->stop && !engine_is_released(engine)) {
        struct event *event = event_list_pop(&engine->events, end_ns - 1);
        if (event == NULL) {
            engine->now_ns = engine->events.clock_ns = end_ns;
            return engine->events.levels == 0 ? ENGINE_IDLE : ENGINE_AT_END;
        }
        const int64_t now_ns = engine->events.clock_ns;
        if (now_ns != engine->now_ns) {
            engine->now_ns = now_ns;
            engine->instant_count = 0;
        }
        MUST(++engine->instant_count < ENGINE_INSTANT_LIMIT);
        event->on_due(event, now_ns);
        if ((++engine->event_count & 0xFFFF) == 0 && engine->interrupted != NULL &&
            *engine->interrupted)
            return ENGINE_INTERRUPTED;
    }
    return engine->stop ? ENGINE_STOPPED : ENGINE_RELEASED;
}
