// SPDX-License-Identifier: GPL-3.0-or-later
/* The event list: what is due soon in a calendar of 4096 cells of 2^shift ns, and what is due later
 * in a hierarchical timing wheel on int64 ns, 11 levels of 64 slots.
 *
 * Events are popped in order of (at_ns, order of insertion), the latter as far as no 2^31
 * insertions lie between the two.  The event is embedded in its owner and is its own handle: it
 * allocates nothing, and cancel is O(1).
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
    uint32_t order; /* low word of its order of insertion */
};

enum {
    EVENT_LIST_ROWS = 64, /* of the calendar, with 64 cells each */
    EVENT_LIST_CELLS = EVENT_LIST_ROWS * 64,
    EVENT_LIST_SOON = EVENT_LIST_CELLS,
    EVENT_LIST_LATE,
    EVENT_LIST_WHEEL,
    EVENT_LIST_LEVELS = 11,
    EVENT_LIST_LANES = 8, /* rings of a slot of the wheel */
    EVENT_LIST_SLOTS = EVENT_LIST_WHEEL + EVENT_LIST_LEVELS * 64 * EVENT_LIST_LANES
};

struct event_list {
    int64_t now_ns;      /* the caller's clock: nothing pending is earlier */
    struct event *first; /* in the calendar; &none if that is empty */
    bool has_instant;    /* soon or late is not empty */
    bool fetches;        /* owners are fetched: they are too many for the nearest cache */
    uint32_t shift;
    uint32_t order;                  /* of the next insertion */
    int64_t base_ns;                 /* where the calendar begins and the wheel stands */
    uint64_t span_ns;                /* of the calendar; what is later is in the wheel; 0: all is */
    uint64_t rows;                   /* bit r: row r is not empty */
    uint64_t cells[EVENT_LIST_ROWS]; /* likewise the cells of a row */
    uint32_t level;                  /* of the wheel: one slot of it is what the calendar spans */
    uint32_t opened;                 /* order when the calendar was opened */
    uint32_t levels;                 /* bit l: level l is not empty */
    uint64_t occupied[EVENT_LIST_LEVELS];   /* likewise the slots of a level */
    uint32_t count[EVENT_LIST_LEVELS * 64]; /* events in a slot of the wheel */
    /* Owners of events with near's handler are looked at before they are due: see
     * event_list_look_ahead. */
    void (*near_on_due)(struct event *event, int64_t now_ns);
    void (*near)(const struct event *event);
    struct event none;                    /* at_ns -1: unsigned, after everything */
    struct event *slot[EVENT_LIST_SLOTS]; /* the first of each ring: cells, soon, late, the wheel */
};

/* The struct that embeds an event, from the event. */
#define EVENT_OWNER(event, type, member) ((type *)(void *)((char *)(event)-offsetof(type, member)))

static inline bool event_is_pending(const struct event *event)
{
    return event->next != NULL;
}

void event_list_init(struct event_list *list);

/* True if nothing is pending but what belongs to this instant. */
static inline bool event_list_is_idle(const struct event_list *list)
{
    return list->levels == 0 && list->rows == 0;
}

/* Schedules an event that has its time and order into a cell that is not empty, into the wheel, or
 * before the calendar. */
void event_list_push_slowly(struct event_list *list, struct event *event);

/* Puts an event into an empty cell. */
static inline void event_list_push_alone(struct event_list *list, struct event *event,
                                         uint32_t cell)
{
    event->slot = cell;
    event->next = event->prev = list->slot[cell] = event;
    list->cells[cell / 64] |= UINT64_C(1) << (cell % 64);
    list->rows |= UINT64_C(1) << (cell / 64);
    /* No branch: whether it comes first is not to be predicted. */
    struct event *first = list->first;
    list->first = (uint64_t)event->at_ns < (uint64_t)first->at_ns ? event : first;
}

/* Schedules an event that is not pending; at_ns must not lie before now_ns. */
static inline void event_list_push(struct event_list *list, struct event *event, int64_t at_ns)
{
    MUST(event->next == NULL);
    MUST(at_ns >= list->now_ns);
    event->at_ns = at_ns;
    event->order = list->order++;
    const uint64_t ahead_ns = (uint64_t)at_ns - (uint64_t)list->base_ns;
    if (__builtin_expect(ahead_ns < list->span_ns, 1)) {
        const uint32_t cell = (uint32_t)(ahead_ns >> list->shift);
        if (__builtin_expect(list->slot[cell] == NULL, 1)) {
            event_list_push_alone(list, event, cell);
            return;
        }
    }
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

/* Fetches what will be needed soon: what the owner of the third event keeps behind it; by now that
 * is there for the first, so that near can fetch what its owner points to. */
void event_list_look_ahead(const struct event_list *list);

/* After a change: the first event of the calendar is that of its first cell. */
static inline void event_list_find_first(struct event_list *list)
{
    if (list->rows == 0) {
        list->first = &list->none;
        return;
    }
    const uint32_t row = (uint32_t)__builtin_ctzll(list->rows);
    list->first = list->slot[row * 64 + (uint32_t)__builtin_ctzll(list->cells[row])];
}

/* Removes and returns the first event at or before until_ns and moves the clock to it; NULL if
 * there is none, and then the clock stands where it stood. */
static inline struct event *event_list_pop(struct event_list *list, int64_t until_ns)
{
    struct event *event = list->first;
    if (list->has_instant || event == &list->none)
        return event_list_pop_slowly(list, until_ns);
    if (event->at_ns > until_ns)
        return NULL;
    struct event *next = event->next;
    list->now_ns = event->at_ns;
    event->next = NULL;
    if (__builtin_expect(next == event, 1)) {
        /* Its cell is the first of the first row: the lowest bits. */
        const uint32_t row = event->slot / 64;
        const uint64_t cells = list->cells[row] & (list->cells[row] - 1);
        const uint64_t rows = list->rows & (list->rows - 1);
        list->slot[event->slot] = NULL;
        list->cells[row] = cells;
        list->rows = cells == 0 ? rows : list->rows;
        event_list_find_first(list);
    } else {
        next->prev = event->prev;
        event->prev->next = next;
        list->first = list->slot[event->slot] = next;
    }
    if (list->fetches)
        event_list_look_ahead(list);
    return event;
}

#endif
