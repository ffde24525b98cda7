// SPDX-License-Identifier: GPL-3.0-or-later
/* A hierarchical timing wheel.  An event lies at the level of the highest base-64 digit in which
 * its time differs from now_ns, in the slot of its own digit there; so slots at or before now's
 * digit are empty on every level above 0, and the lowest occupied slot of the lowest occupied level
 * holds the minimum. */
#include "core/event_list.h"

#include <string.h>

#include "base/must.h"

void event_list_init(struct event_list *list)
{
    memset(list, 0, sizeof *list);
}

static inline void ring_append(struct event_list *list, struct event *event, uint32_t slot)
{
    struct event *head = list->slot[slot];
    event->slot = slot;
    if (head == NULL) {
        event->next = event->prev = event;
        list->slot[slot] = event;
        return;
    }
    event->next = head;
    event->prev = head->prev;
    head->prev->next = event;
    head->prev = event;
}

/* Returns true if the ring is empty now. */
static inline bool ring_remove(struct event_list *list, struct event *event)
{
    struct event *next = event->next;
    event->next = NULL;
    if (next == event) {
        list->slot[event->slot] = NULL;
        return true;
    }
    next->prev = event->prev;
    event->prev->next = next;
    if (list->slot[event->slot] == event)
        list->slot[event->slot] = next;
    return false;
}

static inline void mark_empty(struct event_list *list, uint32_t slot)
{
    const uint32_t level = slot >> 6;
    if (level >= EVENT_LIST_LEVELS)
        return;
    list->occupied[level] &= ~(UINT64_C(1) << (slot & 63));
    if (list->occupied[level] == 0)
        list->levels &= ~(1u << level);
}

static inline void place(struct event_list *list, struct event *event)
{
    const uint64_t differs = (uint64_t)event->at_ns ^ (uint64_t)list->now_ns;
    const uint32_t level = differs ? (63u - (uint32_t)__builtin_clzll(differs)) / 6 : 0;
    const uint32_t digit = (uint32_t)((uint64_t)event->at_ns >> (6 * level)) & 63;
    ring_append(list, event, level * 64 + digit);
    list->occupied[level] |= UINT64_C(1) << digit;
    list->levels |= 1u << level;
}

void event_list_push(struct event_list *list, struct event *event, int64_t at_ns)
{
    MUST(event->next == NULL);
    MUST(at_ns >= list->clock_ns);
    event->at_ns = at_ns;
    place(list, event);
}

void event_list_push_soon(struct event_list *list, struct event *event)
{
    MUST(event->next == NULL);
    event->at_ns = list->clock_ns;
    ring_append(list, event, EVENT_LIST_SOON);
}

void event_list_push_late(struct event_list *list, struct event *event)
{
    MUST(event->next == NULL);
    event->at_ns = list->clock_ns;
    ring_append(list, event, EVENT_LIST_LATE);
}

void event_list_cancel(struct event_list *list, struct event *event)
{
    MUST(event->next != NULL);
    if (ring_remove(list, event))
        mark_empty(list, event->slot);
}

static struct event *take(struct event_list *list, struct event *event)
{
    if (ring_remove(list, event))
        mark_empty(list, event->slot);
    return event;
}

/* The earliest event of a higher slot's ring; among equals the one that was inserted first. */
static inline struct event *earliest(struct event *head)
{
    struct event *found = head;
    for (struct event *event = head->next; event != head; event = event->next)
        found = event->at_ns < found->at_ns ? event : found;
    return found;
}

/* Takes one event of a higher slot, moves now to it, and spreads the others, in their order, over
 * the levels below. */
static void take_and_spread(struct event_list *list, uint32_t slot, struct event *taken)
{
    struct event *event = list->slot[slot];
    struct event *last = event->prev;
    list->now_ns = list->clock_ns = taken->at_ns;
    list->slot[slot] = NULL;
    mark_empty(list, slot);
    for (bool is_last = false; !is_last;) {
        struct event *next = event->next;
        is_last = event == last;
        if (event != taken)
            place(list, event);
        event = next;
    }
    taken->next = NULL;
}

/* Takes the only event of a wheel's slot. */
static inline struct event *take_only(struct event_list *list, uint32_t level, uint32_t digit)
{
    const uint32_t slot = level * 64 + digit;
    struct event *event = list->slot[slot];
    list->now_ns = list->clock_ns = event->at_ns;
    list->slot[slot] = NULL;
    event->next = NULL;
    list->occupied[level] &= ~(UINT64_C(1) << digit);
    if (list->occupied[level] == 0)
        list->levels &= ~(1u << level);
    return event;
}

static inline struct event *pop_wheel(struct event_list *list, int64_t until_ns)
{
    if (list->levels == 0)
        return NULL;
    const uint32_t level = (uint32_t)__builtin_ctz(list->levels);
    const uint32_t digit = (uint32_t)__builtin_ctzll(list->occupied[level]);
    struct event *event = list->slot[level * 64 + digit];
    if (event->next == event)
        return event->at_ns > until_ns ? NULL : take_only(list, level, digit);
    if (level == 0) {
        if (event->at_ns > until_ns)
            return NULL;
        list->now_ns = list->clock_ns = event->at_ns;
        return take(list, event);
    }
    struct event *first = earliest(event);
    if (first->at_ns > until_ns)
        return NULL;
    take_and_spread(list, level * 64 + digit, first);
    return first;
}

struct event *event_list_pop(struct event_list *list, int64_t until_ns)
{
    struct event *soon = list->slot[EVENT_LIST_SOON];
    if (soon != NULL)
        return take(list, soon);
    struct event *late = list->slot[EVENT_LIST_LATE];
    if (__builtin_expect(late != NULL, 0)) {
        struct event *event = pop_wheel(list, list->clock_ns);
        return event != NULL ? event : take(list, late);
    }
    return pop_wheel(list, until_ns);
}
