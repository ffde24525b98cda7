// SPDX-License-Identifier: GPL-3.0-or-later
/* A sorted front and a hierarchical timing wheel behind it: all in the front is before horizon_ns,
 * all in the wheel at or after it.  Few events never leave the front; of many, the front holds the
 * slot of the wheel that is being worked off.
 *
 * In the wheel an event lies at the level of the highest base-64 digit in which its time differs
 * from base_ns, in the slot of its own digit there; so slots at or before base's digit are empty on
 * every level above 0, and the lowest occupied slot of the lowest occupied level holds the minimum.
 * A slot is a ring in order of insertion. */
#include "core/event_list.h"

#include <string.h>

#include "core/rng.h"

/* A slot with more events than this is not sorted into the front but spread over the levels below.
 */
enum { SORTED_MAX = 56 };

void event_list_init(struct event_list *list)
{
    memset(list, 0, sizeof *list);
    list->horizon_ns = INT64_MAX;
}

/* The ring's last event, and its first if is_first. */
static inline void join_ring(struct event_list *list, struct event *event, uint32_t slot,
                             bool is_first)
{
    struct event *head = list->slot[slot];
    event->slot = slot;
    list->count[slot]++;
    if (head == NULL) {
        event->next = event->prev = event;
        list->slot[slot] = event;
        return;
    }
    event->next = head;
    event->prev = head->prev;
    head->prev->next = event;
    head->prev = event;
    if (is_first)
        list->slot[slot] = event;
}

static inline void place(struct event_list *list, struct event *event, bool is_first)
{
    const uint64_t differs = ((uint64_t)event->at_ns ^ (uint64_t)list->base_ns) | 1;
    const uint32_t bit = (uint32_t)__builtin_clzll(differs) ^ 63;
    const uint32_t level = bit * 43 >> 8; /* bit / 6, as bit is below 64 */
    const uint32_t digit = (uint32_t)((uint64_t)event->at_ns >> (6 * level)) & 63;
    join_ring(list, event, level * 64 + digit, is_first);
    list->occupied[level] |= UINT64_C(1) << digit;
    list->levels |= 1u << level;
}

/* An event of this instant, into one of the two rings outside the wheel. */
static inline void push_now(struct event_list *list, struct event *event, uint32_t slot)
{
    MUST(event->next == NULL);
    event->at_ns = list->now_ns;
    list->has_instant = true;
    join_ring(list, event, slot, false);
}

void event_list_push_soon(struct event_list *list, struct event *event)
{
    push_now(list, event, EVENT_LIST_SOON);
}

void event_list_push_late(struct event_list *list, struct event *event)
{
    push_now(list, event, EVENT_LIST_LATE);
}

static inline void mark_empty(struct event_list *list, uint32_t slot)
{
    const uint32_t level = slot >> 6;
    list->slot[slot] = NULL;
    list->count[slot] = 0;
    if (level < EVENT_LIST_LEVELS) {
        list->occupied[level] &= ~(UINT64_C(1) << (slot & 63));
        if (list->occupied[level] == 0)
            list->levels &= ~(1u << level);
    } else if (slot != EVENT_LIST_FRONT) {
        list->has_instant =
            list->slot[EVENT_LIST_SOON] != NULL || list->slot[EVENT_LIST_LATE] != NULL;
    }
}

/* Takes an event out of its ring. */
static inline struct event *take(struct event_list *list, struct event *event)
{
    struct event *next = event->next;
    event->next = NULL;
    if (event->slot == EVENT_LIST_FRONT)
        list->front_count--;
    else
        list->count[event->slot]--;
    if (next == event) {
        mark_empty(list, event->slot);
        return event;
    }
    next->prev = event->prev;
    event->prev->next = next;
    if (list->slot[event->slot] == event)
        list->slot[event->slot] = next;
    return event;
}

/* Hands the later half of the front to the wheel: it was inserted before whatever there has the
 * same time.  What is before the wheel's base stays. */
static void shorten(struct event_list *list)
{
    for (int i = 0; i < EVENT_LIST_FRONT_MAX / 2; i++) {
        struct event *last = list->slot[EVENT_LIST_FRONT]->prev;
        if (last->at_ns < list->base_ns)
            return;
        take(list, last);
        list->horizon_ns = last->at_ns;
        place(list, last, true);
    }
}

void event_list_push_slowly(struct event_list *list, struct event *event)
{
    if (event->at_ns < list->horizon_ns)
        shorten(list);
    if (event->at_ns < list->horizon_ns)
        event_list_push_front(list, event);
    else
        place(list, event, false);
}

void event_list_cancel(struct event_list *list, struct event *event)
{
    MUST(event->next != NULL);
    take(list, event);
}

/* Where so many events are pending that some are in the wheel, their owners are not in the nearest
 * cache: what one keeps behind its event is fetched when the event will be due soon. */
static inline void fetch_owner(const struct event *event)
{
    enum { LINES = 4, LINE_BYTES = 64 };
    for (int i = 1; i <= LINES; i++)
        __builtin_prefetch((const char *)event + i * LINE_BYTES, 1);
}

/* Moves the wheel to the beginning of a slot and empties it: into the front, which is empty, or
 * over the levels below if there are many.  Returns false if the slot begins after until_ns. */
static bool open_slot(struct event_list *list, uint32_t level, struct event *event,
                      int64_t until_ns)
{
    struct event *last = event->prev;
    const uint64_t start = (uint64_t)event->at_ns >> (6 * level) << (6 * level);
    const uint64_t end = start + (UINT64_C(1) << (6 * level));
    if ((int64_t)start > until_ns)
        return false;
    const bool is_spread = list->count[event->slot] > SORTED_MAX;
    mark_empty(list, event->slot);
    list->base_ns = (int64_t)start;
    list->horizon_ns = list->levels == 0 || end > INT64_MAX ? INT64_MAX : (int64_t)end;
    if (is_spread)
        list->horizon_ns = (int64_t)start;
    for (bool is_last = false; !is_last;) {
        struct event *next = event->next;
        __builtin_prefetch(next->next);
        is_last = event == last;
        event->next = NULL;
        if (!is_spread)
            fetch_owner(event);
        event_list_push(list, event, event->at_ns);
        event = next;
    }
    return true;
}

/* Takes the first event of a slot of level 0, whose events all have one time. */
static struct event *take_instant(struct event_list *list, struct event *event, int64_t until_ns)
{
    if (event->at_ns > until_ns)
        return NULL;
    list->now_ns = list->base_ns = list->horizon_ns = event->at_ns;
    return take(list, event);
}

static struct event *pop_timed(struct event_list *list, int64_t until_ns)
{
    while (list->slot[EVENT_LIST_FRONT] == NULL) {
        if (list->levels == 0)
            return NULL;
        const uint32_t level = (uint32_t)__builtin_ctz(list->levels);
        const uint32_t digit = (uint32_t)__builtin_ctzll(list->occupied[level]);
        struct event *event = list->slot[level * 64 + digit];
        if (level == 0)
            return take_instant(list, event, until_ns);
        if (!open_slot(list, level, event, until_ns))
            return NULL;
    }
    struct event *event = list->slot[EVENT_LIST_FRONT];
    if (event->at_ns > until_ns)
        return NULL;
    list->now_ns = event->at_ns;
    return take(list, event);
}

struct event *event_list_pop_slowly(struct event_list *list, int64_t until_ns)
{
    struct event *soon = list->slot[EVENT_LIST_SOON];
    if (soon != NULL)
        return take(list, soon);
    struct event *late = list->slot[EVENT_LIST_LATE];
    if (__builtin_expect(late != NULL, 0)) {
        struct event *event = pop_timed(list, list->now_ns);
        return event != NULL ? event : take(list, late);
    }
    return pop_timed(list, until_ns);
}

/* --- ties shuffled --- */

/* Of more that are due at one instant, those that were scheduled first are drawn from. */
enum { TIES_MAX = 64 };

static struct event *pop_late(struct event_list *list)
{
    struct event *late = list->slot[EVENT_LIST_LATE];
    return late != NULL ? take(list, late) : NULL;
}

struct event *event_list_pop_any(struct event_list *list, int64_t until_ns, struct rng *ties)
{
    struct event *tied[TIES_MAX], *soon = list->slot[EVENT_LIST_SOON];
    const bool has_late = list->slot[EVENT_LIST_LATE] != NULL;
    size_t count = 0;
    if (soon != NULL)
        return take(list, soon);
    tied[0] = pop_timed(list, has_late ? list->now_ns : until_ns);
    const bool is_late = tied[0] == NULL && has_late;
    if (is_late)
        tied[0] = pop_late(list);
    if (tied[0] == NULL)
        return NULL;
    for (struct event *next = tied[0]; next != NULL && ++count < TIES_MAX;)
        tied[count] = next = is_late ? pop_late(list) : pop_timed(list, list->now_ns);
    const size_t chosen = count > 1 ? (size_t)rng_below(ties, count) : 0;
    for (size_t i = 0; i < count; i++) {
        if (i != chosen && is_late)
            event_list_push_late(list, tied[i]);
        else if (i != chosen)
            event_list_push(list, tied[i], list->now_ns);
    }
    return tied[chosen];
}
