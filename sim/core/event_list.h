// SPDX-License-Identifier: GPL-3.0-or-later
/* The event list: a hierarchical timing wheel on int64 ns, 11 levels of 64 slots.
 *
 * Events are popped in order of (at_ns, order of insertion): a slot is a ring in order of
 * insertion, and a higher slot is spread over the lower ones before anything can be inserted there.
 * The event is embedded in its owner and is its own handle: it allocates nothing, and cancel is
 * O(1).
 *
 * Two more rings serve one instant: *soon* (continuations, before anything else) and *late* (what
 * must come after all else at this instant, such as the end of a long poll's wait). */
#ifndef QUEUELAB_CORE_EVENT_LIST_H
#define QUEUELAB_CORE_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
    int64_t at_ns;
    struct event *next, *prev; /* in its slot's ring; next is NULL while the event is not pending */
    void (*on_due)(struct event *event, int64_t now_ns);
    uint32_t slot;
};

enum {
    EVENT_LIST_LEVELS = 11,
    EVENT_LIST_SOON = EVENT_LIST_LEVELS * 64,
    EVENT_LIST_LATE,
    EVENT_LIST_SLOTS
};

struct event_list {
    int64_t now_ns;   /* where the wheel stands: nothing pending is earlier */
    int64_t clock_ns; /* the caller's clock, not before now_ns: the instant of soon and late */
    uint32_t levels; /* bit l: level l is not empty */
    uint64_t occupied[EVENT_LIST_LEVELS];
    struct event *slot[EVENT_LIST_SLOTS];
};

/* The struct that embeds an event, from the event. */
#define EVENT_OWNER(event, type, member) ((type *)(void *)((char *)(event)-offsetof(type, member)))

static inline bool event_is_pending(const struct event *event)
{
    return event->next != NULL;
}

void event_list_init(struct event_list *list);

/* Schedules an event that is not pending; at_ns must not lie before clock_ns. */
void event_list_push(struct event_list *list, struct event *event, int64_t at_ns);
void event_list_push_soon(struct event_list *list, struct event *event);
void event_list_push_late(struct event_list *list, struct event *event);

/* Takes a pending event out. */
void event_list_cancel(struct event_list *list, struct event *event);

/* Removes and returns the first event at or before until_ns and moves the clock to it; NULL if there
 * is none, and then the clock stands where it stood. */
struct event *event_list_pop(struct event_list *list, int64_t until_ns);

#endif
