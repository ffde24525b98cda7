// SPDX-License-Identifier: GPL-3.0-or-later
/* A calendar and a hierarchical timing wheel behind it: all in the calendar is before its end,
 * all in the wheel at or after it.  A cell of the calendar is a ring in the order of popping.
 *
 * In the wheel an event lies at the level of the highest base-64 digit in which its time differs
 * from base_ns, in the slot of its own digit there; so slots at or before base's digit are empty on
 * every level above 0, and the lowest occupied slot of the lowest occupied level holds the minimum.
 * A slot is unordered, a few rings: walked side by side they do not wait for each other's cache.
 *
 * The calendar spans the slot of a level.  Which level follows how many events were inserted while
 * it spanned the last one: too few, and most would pass through the wheel; too many, and they would
 * meet in their cells. */
#include "core/event_list.h"

#include <string.h>

#include "core/rng.h"

enum {
    FIRST_LEVEL = 5,
    LEVEL_MIN = 2, /* a cell is 1 ns */
    LEVEL_MAX = EVENT_LIST_LEVELS - 1,
    INSERTED_MIN = 64,   /* in the time of a calendar */
    INSERTED_MAX = 4096, /* likewise, and in a slot that it opens */
    STEPS_MAX = 16,      /* to the place in a cell */
    FETCHED_MIN = 128    /* so many in a slot are too many for the nearest cache */
};

/* The calendar spans the slot of this level in which at_ns lies. */
static void span(struct event_list *list, int64_t at_ns, uint32_t level)
{
    const uint64_t start = (uint64_t)at_ns >> (6 * level) << (6 * level);
    list->level = level;
    list->shift = 6 * level - 12;
    list->base_ns = (int64_t)start;
    list->span_ns = UINT64_C(1) << (6 * level);
}

void event_list_init(struct event_list *list)
{
    memset(list, 0, sizeof *list);
    list->none.at_ns = -1;
    list->first = &list->none;
    span(list, 0, FIRST_LEVEL);
}

/* --- rings --- */

static inline void link_before(struct event *event, struct event *next)
{
    event->next = next;
    event->prev = next->prev;
    next->prev->next = event;
    next->prev = event;
}

/* At the end. */
static inline void join_ring(struct event_list *list, struct event *event, uint32_t slot)
{
    event->slot = slot;
    if (list->slot[slot] == NULL)
        list->slot[slot] = event->next = event->prev = event;
    else
        link_before(event, list->slot[slot]);
}

static inline uint32_t slot_of(uint32_t ring)
{
    return (ring - EVENT_LIST_WHEEL) / EVENT_LIST_LANES;
}

static void mark_empty_cell(struct event_list *list, uint32_t cell)
{
    const uint32_t row = cell / 64;
    list->cells[row] &= ~(UINT64_C(1) << (cell % 64));
    if (list->cells[row] == 0)
        list->rows &= ~(UINT64_C(1) << row);
}

static void mark_empty_slot(struct event_list *list, uint32_t slot)
{
    const uint32_t level = slot / 64;
    list->occupied[level] &= ~(UINT64_C(1) << (slot % 64));
    if (list->occupied[level] == 0)
        list->levels &= ~(1u << level);
}

/* Takes an event out of its ring. */
static struct event *take(struct event_list *list, struct event *event)
{
    const uint32_t ring = event->slot;
    struct event *next = event->next;
    event->next = NULL;
    if (next == event) {
        list->slot[ring] = NULL;
    } else {
        next->prev = event->prev;
        event->prev->next = next;
        if (list->slot[ring] == event)
            list->slot[ring] = next;
    }
    if (ring < EVENT_LIST_CELLS) {
        if (next == event)
            mark_empty_cell(list, ring);
        event_list_find_first(list);
    } else if (ring >= EVENT_LIST_WHEEL) {
        if (--list->count[slot_of(ring)] == 0)
            mark_empty_slot(list, slot_of(ring));
    } else {
        list->has_instant =
            list->slot[EVENT_LIST_SOON] != NULL || list->slot[EVENT_LIST_LATE] != NULL;
    }
    return event;
}

/* --- pushing --- */

static void place(struct event_list *list, struct event *event)
{
    const uint64_t differs = ((uint64_t)event->at_ns ^ (uint64_t)list->base_ns) | 1;
    const uint32_t bit = (uint32_t)__builtin_clzll(differs) ^ 63;
    const uint32_t level = bit * 43 >> 8; /* bit / 6, as bit is below 64 */
    const uint32_t digit = (uint32_t)((uint64_t)event->at_ns >> (6 * level)) & 63;
    const uint32_t slot = level * 64 + digit;
    const uint32_t lane = list->count[slot] % EVENT_LIST_LANES;
    join_ring(list, event, EVENT_LIST_WHEEL + slot * EVENT_LIST_LANES + lane);
    list->count[slot]++;
    list->occupied[level] |= UINT64_C(1) << digit;
    list->levels |= 1u << level;
}

/* Was it inserted before the other? */
static bool is_older(const struct event *a, const struct event *b)
{
    return (int32_t)(a->order - b->order) < 0;
}

static bool is_before(const struct event *a, const struct event *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : is_older(a, b);
}

/* Puts an event into a cell that is not empty; returns how many it passed there. */
static uint32_t push_among(struct event_list *list, struct event *event, uint32_t cell)
{
    struct event *head = list->slot[cell], *next = head;
    uint32_t steps = 0;
    event->slot = cell;
    if (is_before(event, head)) {
        list->slot[cell] = event;
        if (list->first == head)
            list->first = event;
    } else {
        for (; is_before(event, next->prev); steps++)
            next = next->prev;
    }
    link_before(event, next);
    return steps;
}

/* Puts an event where it belongs; returns how many it passed there. */
static uint32_t enter(struct event_list *list, struct event *event)
{
    const bool is_early = event->at_ns < list->base_ns;
    const uint64_t ahead_ns = is_early ? 0 : (uint64_t)(event->at_ns - list->base_ns);
    if (!is_early && ahead_ns >= list->span_ns) {
        place(list, event);
        return 0;
    }
    const uint32_t cell = (uint32_t)(ahead_ns >> list->shift);
    if (list->slot[cell] != NULL)
        return push_among(list, event, cell);
    event_list_push_alone(list, event, cell);
    return 0;
}

/* Takes all out of the calendar and lets it span a shorter time from now on: its cells are crowded.
 */
static void narrow(struct event_list *list)
{
    struct event *chain = NULL, **end = &chain;
    while (list->rows != 0) {
        *end = list->first;
        end = &take(list, list->first)->next;
    }
    span(list, list->now_ns > list->base_ns ? list->now_ns : list->base_ns, list->level - 1);
    while (chain != NULL) {
        struct event *event = chain;
        chain = event->next;
        event->next = NULL;
        enter(list, event);
    }
}

void event_list_push_slowly(struct event_list *list, struct event *event)
{
    const bool is_crowded = enter(list, event) > STEPS_MAX;
    if (is_crowded && list->level > LEVEL_MIN && (list->levels & ((1u << list->level) - 1)) == 0)
        narrow(list);
}

/* An event of this instant, into one of the two rings for it. */
static inline void push_now(struct event_list *list, struct event *event, uint32_t slot)
{
    MUST(event->next == NULL);
    event->at_ns = list->now_ns;
    list->has_instant = true;
    join_ring(list, event, slot);
}

void event_list_push_soon(struct event_list *list, struct event *event)
{
    push_now(list, event, EVENT_LIST_SOON);
}

void event_list_push_late(struct event_list *list, struct event *event)
{
    push_now(list, event, EVENT_LIST_LATE);
}

void event_list_cancel(struct event_list *list, struct event *event)
{
    MUST(event->next != NULL);
    take(list, event);
}

/* --- opening slots of the wheel --- */

/* The lane whose first event was inserted first; one is not empty. */
static size_t earliest(struct event *const *lanes)
{
    size_t best = 0;
    for (size_t i = 1; i < EVENT_LIST_LANES; i++) {
        if (lanes[i] != NULL && (lanes[best] == NULL || is_older(lanes[i], lanes[best])))
            best = i;
    }
    return best;
}

/* Empties a slot, a lane's event after the other's; once cancels have brought the lanes out of
 * step, in the order of insertion: none must be walked past in its cell. */
static void empty_slot(struct event_list *list, uint32_t slot)
{
    struct event **rings = &list->slot[EVENT_LIST_WHEEL + slot * EVENT_LIST_LANES];
    struct event *lanes[EVENT_LIST_LANES];
    uint32_t left = list->count[slot];
    for (size_t i = 0; i < EVENT_LIST_LANES; i++) {
        lanes[i] = rings[i];
        if (lanes[i] != NULL)
            lanes[i]->prev->next = NULL;
        rings[i] = NULL;
    }
    list->count[slot] = 0;
    mark_empty_slot(list, slot);
    const struct event *last = NULL;
    bool in_step = true;
    for (size_t i = 0; left > 0; i = (i + 1) % EVENT_LIST_LANES) {
        if (!in_step)
            i = earliest(lanes);
        struct event *event = lanes[i];
        if (event == NULL)
            continue;
        in_step = in_step && (last == NULL || is_older(last, event));
        last = event;
        lanes[i] = event->next;
        __builtin_prefetch(event->next, 1);
        event->next = NULL;
        enter(list, event);
        left--;
    }
}

/* Which level the calendar is to span next, given how many were inserted. */
static uint32_t next_level(const struct event_list *list)
{
    const uint32_t inserted = list->order - list->opened;
    if (inserted < INSERTED_MIN && list->level < LEVEL_MAX)
        return list->level + 1;
    if (inserted > INSERTED_MAX && list->level > LEVEL_MIN)
        return list->level - 1;
    return list->level;
}

/* The slot with the earliest events of the wheel, which is not empty, and when it begins. */
struct next_slot {
    uint32_t level, slot;
    int64_t start_ns;
};

static struct next_slot next_slot(const struct event_list *list)
{
    const uint32_t level = (uint32_t)__builtin_ctz(list->levels);
    const uint32_t digit = (uint32_t)__builtin_ctzll(list->occupied[level]);
    const uint64_t above = level < LEVEL_MAX ? (uint64_t)list->base_ns >> (6 * level + 6) : 0;
    return (struct next_slot){level, level * 64 + digit,
                              (int64_t)((above << 6 | digit) << (6 * level))};
}

/* Spreads a slot over the levels below. */
static void spread(struct event_list *list, const struct next_slot *next)
{
    list->base_ns = next->start_ns;
    list->span_ns = 0;
    empty_slot(list, next->slot);
}

/* Lets the empty calendar span the time of a slot, or more, and fills it.  All that lies on levels
 * below the one it spans belongs there. */
static void open_calendar(struct event_list *list, const struct next_slot *next, uint32_t level)
{
    uint32_t slot = next->slot, moved = 0;
    span(list, next->start_ns, level);
    list->opened = list->order;
    for (;;) {
        moved += list->count[slot];
        empty_slot(list, slot);
        if ((list->levels & ((1u << level) - 1)) == 0)
            break;
        slot = next_slot(list).slot;
    }
    list->fetches = moved >= FETCHED_MIN;
}

/* Fills the calendar, which is empty, with what comes next; false if that begins after until_ns. */
static bool refill(struct event_list *list, int64_t until_ns)
{
    uint32_t level = next_level(list);
    while (list->levels != 0) {
        const struct next_slot next = next_slot(list);
        if (next.start_ns > until_ns)
            return false;
        if (list->count[next.slot] > INSERTED_MAX && next.level > LEVEL_MIN && level >= next.level)
            level = next.level - 1;
        if (next.level <= level) {
            open_calendar(list, &next, level);
            return true;
        }
        spread(list, &next);
    }
    return false;
}

/* The event after one of the calendar; NULL if there is none. */
static const struct event *after(const struct event_list *list, const struct event *event)
{
    uint32_t row = event->slot / 64;
    uint64_t cells = list->cells[row] & (~UINT64_C(1) << (event->slot % 64));
    const uint64_t rows = list->rows & (~UINT64_C(1) << row);
    if (event->next != list->slot[event->slot])
        return event->next;
    if (cells == 0) {
        if (rows == 0)
            return NULL;
        row = (uint32_t)__builtin_ctzll(rows);
        cells = list->cells[row];
    }
    return list->slot[row * 64 + (uint32_t)__builtin_ctzll(cells)];
}

void event_list_look_ahead(const struct event_list *list)
{
    enum { LINES = 4, LINE_BYTES = 64 };
    if (list->rows == 0)
        return;
    const struct event *second = after(list, list->first);
    const struct event *third = second != NULL ? after(list, second) : NULL;
    for (int i = 0; i < LINES && third != NULL; i++)
        __builtin_prefetch((const char *)third + i * LINE_BYTES, 1);
    if (list->near != NULL && list->first->on_due == list->near_on_due)
        list->near(list->first);
}

static struct event *pop_timed(struct event_list *list, int64_t until_ns)
{
    if (list->rows == 0 && !refill(list, until_ns))
        return NULL;
    struct event *event = list->first;
    if (event->at_ns > until_ns)
        return NULL;
    list->now_ns = event->at_ns;
    take(list, event);
    if (list->fetches)
        event_list_look_ahead(list);
    return event;
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
