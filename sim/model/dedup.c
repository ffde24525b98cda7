// SPDX-License-Identifier: GPL-3.0-or-later
/* A ring of acceptances, the run at its end, and two flat tables with linear probing.  An id that
 * does not go on with the run ends it: the run goes into the tables, and a new one begins.
 *
 * What has expired stays in the ring until an id is searched for or room is needed.
 *
 * The tables take turns: once a window has passed since the turn, what is in the former one has
 * expired, and it is emptied for what comes.  So nobody is taken out of a table; a cell whose entry
 * has expired, or whose place has another tenant, is passed over.  Ring and tables grow by
 * doubling, and at most half of a table's cells are full. */
#include "model/dedup.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "core/rng.h"

enum { LANES = 8 };

#ifdef STRESS
enum { FIRST_CAPACITY = LANES / 2 };
#else
enum { FIRST_CAPACITY = 256 };
#endif

#define EMPTY UINT32_MAX

void dedup_init(struct dedup *dedup, int64_t window_ns, bool by_group)
{
    memset(dedup, 0, sizeof *dedup);
    dedup->window_ns = window_ns;
    dedup->by_group = by_group;
}

void dedup_free(struct dedup *dedup)
{
    free(dedup->ring);
    free(dedup->cells);
    free(dedup->former);
    memset(dedup, 0, sizeof *dedup);
}

static void empty_cells(const struct dedup *dedup, struct dedup_cell *cells)
{
    if (cells != NULL)
        memset(cells, 0xFF, sizeof *cells * 2 * dedup->capacity);
}

void dedup_clear(struct dedup *dedup)
{
    empty_cells(dedup, dedup->cells);
    empty_cells(dedup, dedup->former);
    dedup->turned_ns = 0;
    dedup->first = dedup->count = dedup->run = 0;
    dedup->newest_number = 0;
}

static uint32_t cell_mask(const struct dedup *dedup)
{
    return 2 * dedup->capacity - 1;
}

/* The lower bits of a hash are the home of its cell; the lowest of these are the lane.  Eight ids
 * that follow each other have their homes in one line of the cache. */
static inline uint32_t hash_of(const struct dedup *dedup, uint64_t id, uint32_t group)
{
    const uint64_t scope = dedup->by_group ? ((uint64_t)group + 1) << 32 : 0;
    const uint64_t line = (id / LANES ^ scope) + UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(rng_mix(line) >> 32) ^ (uint32_t)(id % LANES);
}

/* The cell that is probed after cell i: in the next line, so that ids that follow each other do not
 * stand in each other's way, and from the end of a lane in the next lane. */
static inline uint32_t next_cell(uint32_t i, uint32_t mask)
{
    return i + LANES <= mask ? i + LANES : (i + 1) % LANES;
}

static inline bool is_live(const struct dedup *dedup, uint32_t place)
{
    return ((place - dedup->first) & (dedup->capacity - 1)) < dedup->count;
}

static inline bool is_same(const struct dedup *dedup, const struct dedup_entry *entry, uint64_t id,
                           uint32_t group)
{
    return entry->id == id && (!dedup->by_group || entry->group == group);
}

/* Puts the entry into the first empty cell from its home on: of equal identities the earliest
 * acceptance is met first. */
static void put(struct dedup *dedup, uint32_t place)
{
    const struct dedup_entry *entry = &dedup->ring[place];
    const uint32_t mask = cell_mask(dedup), hash = hash_of(dedup, entry->id, entry->group);
    struct dedup_cell *cells = entry->accepted_ns < dedup->turned_ns ? dedup->former : dedup->cells;
    uint32_t i = hash & mask;
    while (cells[i].place != EMPTY)
        i = next_cell(i, mask);
    cells[i] = (struct dedup_cell){hash, place};
}

static void new_cells(struct dedup *dedup)
{
    const size_t bytes = sizeof(struct dedup_cell) * 2 * dedup->capacity;
    dedup->cells = must_grow(dedup->cells, bytes);
    dedup->former = must_grow(dedup->former, bytes);
}

/* Fills the tables anew with all that is not in the run. */
static void fill_cells(struct dedup *dedup)
{
    empty_cells(dedup, dedup->cells);
    empty_cells(dedup, dedup->former);
    for (uint32_t i = 0; i < dedup->count - dedup->run; i++)
        put(dedup, dedup_place(dedup, i));
}

static void end_run(struct dedup *dedup)
{
    if (dedup->cells == NULL) {
        new_cells(dedup);
        fill_cells(dedup);
    }
    for (; dedup->run > 0; dedup->run--)
        put(dedup, dedup_place(dedup, dedup->count - dedup->run));
}

static void grow(struct dedup *dedup)
{
    const uint32_t old = dedup->capacity;
    MUST(old < UINT32_C(1) << 30);
    dedup->capacity = old > 0 ? 2 * old : FIRST_CAPACITY;
    dedup->ring = must_grow(dedup->ring, sizeof *dedup->ring * dedup->capacity);
    /* A full ring of old places is cut at first; its front part moves behind its end. */
    if (old > 0)
        memcpy(dedup->ring + old, dedup->ring, sizeof *dedup->ring * dedup->first);
    if (dedup->cells == NULL)
        return;
    new_cells(dedup);
    fill_cells(dedup);
}

static void turn(struct dedup *dedup, int64_t now_ns)
{
    struct dedup_cell *emptied = dedup->former;
    dedup->former = dedup->cells;
    dedup->cells = emptied;
    empty_cells(dedup, emptied);
    dedup->turned_ns = now_ns;
}

/* FIFO-12: at exactly accepted + window the identity is free again. */
static inline void expire(struct dedup *dedup, int64_t now_ns)
{
    while (dedup->count > 0 && now_ns - dedup->ring[dedup->first].accepted_ns >= dedup->window_ns) {
        dedup->first = dedup_place(dedup, 1);
        dedup->count--;
    }
    if (dedup->run > dedup->count)
        dedup->run = dedup->count;
    if (now_ns - dedup->turned_ns >= dedup->window_ns)
        turn(dedup, now_ns);
}

/* How far back in the run the id is, if that is less than the run is long. */
static inline uint64_t back_in_run(const struct dedup *dedup, uint64_t id)
{
    return dedup->next_id - 1 - id;
}

static const struct dedup_entry *search(const struct dedup *dedup, const struct dedup_cell *cells,
                                        uint32_t hash, uint64_t id, uint32_t group)
{
    const uint32_t mask = cell_mask(dedup);
    for (uint32_t i = hash & mask; cells[i].place != EMPTY; i = next_cell(i, mask)) {
        const uint32_t place = cells[i].place;
        if (cells[i].hash == hash && is_live(dedup, place) &&
            is_same(dedup, &dedup->ring[place], id, group))
            return &dedup->ring[place];
    }
    return NULL;
}

static __attribute__((noinline)) const struct dedup_entry *
search_tables(const struct dedup *dedup, uint64_t id, uint32_t group)
{
    const uint32_t hash = hash_of(dedup, id, group);
    __builtin_prefetch(&dedup->cells[hash & cell_mask(dedup)]);
    const struct dedup_entry *entry = search(dedup, dedup->former, hash, id, group);
    return entry != NULL ? entry : search(dedup, dedup->cells, hash, id, group);
}

/* FIFO-2: being asked about an identity does not prolong its window. */
const struct dedup_entry *dedup_search(struct dedup *dedup, uint64_t id, uint32_t group,
                                       int64_t now_ns)
{
    expire(dedup, now_ns);
    if (dedup->run > 0) {
        const uint64_t back = back_in_run(dedup, id);
        const struct dedup_entry *entry =
            back < dedup->run ? &dedup->ring[dedup_place(dedup, dedup->count - 1 - (uint32_t)back)]
                              : NULL;
        if (entry != NULL && is_same(dedup, entry, id, group))
            return entry;
    }
    return dedup->count > dedup->run ? search_tables(dedup, id, group) : NULL;
}

void dedup_make_room(struct dedup *dedup, uint64_t id, int64_t now_ns)
{
    expire(dedup, now_ns);
    if (dedup->count == dedup->capacity)
        grow(dedup);
    if (dedup->run > 0 && id != dedup->next_id)
        end_run(dedup);
}

void dedup_rescope(struct dedup *dedup, bool by_group)
{
    if (dedup->by_group == by_group)
        return;
    dedup->by_group = by_group;
    if (dedup->count == 0)
        return;
    if (dedup->cells == NULL)
        new_cells(dedup);
    dedup->run = 0;
    fill_cells(dedup);
}
