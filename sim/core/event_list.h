// SPDX-License-Identifier: GPL-3.0-or-later
/* The event list: a short sorted list in front of a hierarchical timing wheel on int64 ns, 11
 * levels of 64 slots.
 *
 * Events are popped in order of (at_ns, order of insertion).  The event is embedded in its owner
 * and is its own handle: it allocates nothing, and cancel is O(1).
 *
 * Two more rings serve one instant: *soon* (continuations, before anything else) and *late* (what
 * must come after all else at this instant, such as the end of a long poll's wait). */
#ifndef QUEUELAB_CORE_EVENT_LIST_H
#define QUEUELAB_CORE_EVENT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/must.h"

struct rng;

struct event {
    int64_t at_ns;
    struct event *next, *prev; /* in its ring; next is NULL while the event is not pending */
    void (*on_due)(struct event *event, int64_t now_ns);
    uint32_t slot;
};

enum {
    EVENT_LIST_LEVELS = 11,
    EVENT_LIST_SOON = EVENT_LIST_LEVELS * 64,
    EVENT_LIST_LATE,
    EVENT_LIST_FRONT,
    EVENT_LIST_SLOTS
};

struct event_list {
    int64_t now_ns;     /* the caller's clock: nothing pending is earlier */
    int64_t horizon_ns; /* what is earlier belongs in the front, the rest in the wheel */
    uint32_t front_count;
    bool has_instant; /* soon or late is not empty */
    uint32_t levels;  /* bit l: level l is not empty */
    int64_t base_ns;  /* where the wheel stands, not after all in it; levels count from here */
    uint64_t occupied[EVENT_LIST_LEVELS];
    struct event *slot[EVENT_LIST_SLOTS]; /* the first of each ring */
    uint32_t count[EVENT_LIST_SLOTS];     /* of each ring's events, but for the front's */
};

/* The struct that embeds an event, from the event. */
#define EVENT_OWNER(event, type, member) ((type *)(void *)((char *)(event)-offsetof(type, member)))

/* The front is searched; when it has this many events it hands half of them to the wheel. */
enum { EVENT_LIST_FRONT_MAX = 64 };

static inline bool event_is_pending(const struct event *event)
{
    return event->next != NULL;
}

void event_list_init(struct event_list *list);

/* True if nothing is pending but what belongs to this instant. */
static inline bool event_list_is_idle(const struct event_list *list)
{
    return list->levels == 0 && list->slot[EVENT_LIST_FRONT] == NULL;
}

/* Schedules an event that has its time and belongs in the wheel, or for which the front has no
 * room. */
void event_list_push_slowly(struct event_list *list, struct event *event);

/* Puts an event that has its time into the front, behind all that are not later. */
static inline void event_list_push_front(struct event_list *list, struct event *event)
{
    struct event *first = list->slot[EVENT_LIST_FRONT];
    event->slot = EVENT_LIST_FRONT;
    list->front_count++;
    if (first == NULL) {
        list->slot[EVENT_LIST_FRONT] = event->next = event->prev = event;
        return;
    }
    struct event *prev = first->prev;
    if (event->at_ns < first->at_ns)
        list->slot[EVENT_LIST_FRONT] = event;
    else
        while (prev->at_ns > event->at_ns)
            prev = prev->prev;
    event->prev = prev;
    event->next = prev->next;
    prev->next->prev = event;
    prev->next = event;
}

/* Schedules an event that is not pending; at_ns must not lie before now_ns. */
static inline void event_list_push(struct event_list *list, struct event *event, int64_t at_ns)
{
    MUST(event->next == NULL);
    MUST(at_ns >= list->now_ns);
    event->at_ns = at_ns;
    if (at_ns < list->horizon_ns && list->front_count < EVENT_LIST_FRONT_MAX)
        event_list_push_front(list, event);
    else
        event_list_push_slowly(list, event);
}
void event_list_push_soon(struct event_list *list, struct event *event);
void event_list_push_late(struct event_list *list, struct event *event);

/* Takes a pending event out. */
void event_list_cancel(struct event_list *list, struct event *event);

/* The general case of event_list_pop. */
struct event *event_list_pop_slowly(struct event_list *list, int64_t until_ns);

/* The same, but of those that are due at the first instant any one, drawn from ties: a continuation
 * before all others all the same, and a late event after them. */
struct event *event_list_pop_any(struct event_list *list, int64_t until_ns, struct rng *ties);

/* Removes and returns the first event at or before until_ns and moves the clock to it; NULL if
 * there is none, and then the clock stands where it stood. */
static inline struct event *event_list_pop(struct event_list *list, int64_t until_ns)
{
    struct event *event = list->slot[EVENT_LIST_FRONT];
    if (list->has_instant || event == NULL)
        return event_list_pop_slowly(list, until_ns);
    if (event->at_ns > until_ns)
        return NULL;
    struct event *next = event->next;
    list->now_ns = event->at_ns;
    list->front_count--;
    list->slot[EVENT_LIST_FRONT] = next == event ? NULL : next;
    next->prev = event->prev;
    event->prev->next = next;
    event->next = NULL;
    return event;
}

#endif
