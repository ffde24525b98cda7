// SPDX-License-Identifier: GPL-3.0-or-later
/* The clock and the run loop.
 *
 * A run covers the half-open interval [0, end).  It ends earlier when nothing is held any more:
 * whoever has work that the run must wait for (a producer with messages to send, a message in a
 * queue that must drain) holds the engine and releases it when done. */
#ifndef QUEUELAB_CORE_ENGINE_H
#define QUEUELAB_CORE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>
#include "core/event_list.h"

struct rng;

enum engine_end { ENGINE_AT_END, ENGINE_RELEASED, ENGINE_STOPPED, ENGINE_IDLE, ENGINE_INTERRUPTED };

struct engine {
    struct event_list events;
    int64_t now_ns;
    uint64_t event_count;
    int64_t looked_ns;     /* the clock when it was looked at last, now and then */
    uint64_t instant_from; /* event_count when it was seen to have moved */
    int64_t holds;
    bool ends_when_released;          /* else holds are counted but end nothing */
    bool stop;                        /* set by engine_stop */
    const volatile bool *interrupted; /* asked now and then; may be NULL */
    /* For tests: not NULL, and engine_run takes what is due at one instant in an order that it
     * draws, save that continuations (soon) come first and late events last. */
    struct rng *ties;
};

/* More events than this at one instant are a loop that cannot advance: a MUST, asked now and then.
 */
#define ENGINE_INSTANT_LIMIT UINT64_C(10000000)

void engine_init(struct engine *engine);

static inline void engine_at(struct engine *engine, struct event *event, int64_t at_ns)
{
    event_list_push(&engine->events, event, at_ns);
}
/* After the present handler, before any other event of this instant. */
static inline void engine_soon(struct engine *engine, struct event *event)
{
    event_list_push_soon(&engine->events, event);
}
/* After everything else at this instant. */
static inline void engine_late(struct engine *engine, struct event *event)
{
    event_list_push_late(&engine->events, event);
}
static inline void engine_cancel(struct engine *engine, struct event *event)
{
    if (event_is_pending(event))
        event_list_cancel(&engine->events, event);
}

/* Where thousands of events are pending, calls near some time before on_due of an event, to fetch
 * what that will need.  Only one handler has such a companion. */
static inline void engine_fetch(struct engine *engine, void (*on_due)(struct event *, int64_t),
                                void (*near)(const struct event *))
{
    engine->events.near_on_due = on_due;
    engine->events.near = near;
}

static inline void engine_hold(struct engine *engine)
{
    engine->holds++;
}
/* The run ends after the present handler if nothing is held any more. */
static inline void engine_release(struct engine *engine)
{
    engine->holds--;
}
static inline bool engine_is_released(const struct engine *engine)
{
    return engine->holds == 0 && engine->ends_when_released;
}
/* Ends the run after the present handler (saturation). */
static inline void engine_stop(struct engine *engine)
{
    engine->stop = true;
}

/* Runs events before end_ns.  The clock then stands at end_ns (AT_END, IDLE: nothing was left to
 * happen) or at the event that stopped the run.  May be called again with a later end. */
enum engine_end engine_run(struct engine *engine, int64_t end_ns);
/* Runs events up to last_ns, that instant included, for a clock that is moved from outside.  The
 * clock then stands at last_ns; or, if a handler called engine_stop, at its event, and the engine
 * is ready to go on. */
void engine_run_through(struct engine *engine, int64_t last_ns);

#endif
