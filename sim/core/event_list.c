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
    MUST(at_ns >= list->now_ns);
    event->at_ns = at_ns;
    place(list, event);
}

void event_list_push_soon(struct event_list *list, struct event *event)
{
    MUST(event->next == NULL);
    event->at_ns = list->now_ns;
    ring_append(list, event, EVENT_LIST_SOON);
}

void event_list_push_late(struct event_list *list, struct event *event)
{
    MUST(event->next == NULL);
    event->at_ns = list->now_ns;
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

/* Moves now to the start of a higher slot and spreads its ring, in order, over the levels below. */
static void spread(struct event_list *list, uint32_t slot, int64_t start_ns)
{
    struct event *event = list->slot[slot];
    struct event *last = event->prev;
    list->now_ns = start_ns;
    list->slot[slot] = NULL;
    mark_empty(list, slot);
    for (;;) {
        struct event *next = event->next;
        place(list, event);
        if (event == last)
            return;
        event = next;
    }
}

static struct event *pop_wheel(struct event_list *list, int64_t until_ns)
{
    while (list->levels != 0) {
        const uint32_t level = (uint32_t)__builtin_ctz(list->levels);
        const uint32_t digit = (uint32_t)__builtin_ctzll(list->occupied[level]);
        const uint32_t slot = level * 64 + digit;
        struct event *event = list->slot[slot];
        if (event->next == event || level == 0) {
            if (event->at_ns > until_ns)
                return NULL;
            list->now_ns = event->at_ns;
            return take(list, event);
        }
        const uint64_t above = level < 10 ? ~UINT64_C(0) << (6 * (level + 1)) : 0;
        const int64_t start_ns =
            (int64_t)(((uint64_t)list->now_ns & above) | ((uint64_t)digit << (6 * level)));
        if (start_ns > until_ns)
            return NULL;
        spread(list, slot, start_ns);
    }
    return NULL;
}

struct event *event_list_pop(struct event_list *list, int64_t until_ns)
{
    struct event *soon = list->slot[EVENT_LIST_SOON];
    if (soon != NULL)
        return take(list, soon);
    struct event *late = list->slot[EVENT_LIST_LATE];
    if (__builtin_expect(late != NULL, 0)) {
        struct event *event = pop_wheel(list, list->now_ns);
        return event != NULL ? event : take(list, late);
    }
    return pop_wheel(list, until_ns);
}
