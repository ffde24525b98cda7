// SPDX-License-Identifier: GPL-3.0-or-later
/* A ring of acceptances and a flat table with linear probing.  A cell keeps the hash, so that an
 * entry can leave by shifting its successors back without looking at them in the ring: no
 * tombstones.  Ring and table grow by doubling, and at most half of the cells are full.
 *
 * Ids mostly come in order: eight that follow each other have their homes in one line of the cache.
 * So that these do not stand in each other's way, probing goes from line to line within a lane, and
 * from the end of a lane to the next lane. */
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
    memset(dedup, 0, sizeof *dedup);
}

static void empty_cells(struct dedup *dedup)
{
    if (dedup->capacity > 0)
        memset(dedup->cells, 0xFF, sizeof *dedup->cells * 2 * dedup->capacity);
}

void dedup_clear(struct dedup *dedup)
{
    if (dedup->count > 0)
        empty_cells(dedup);
    dedup->first = 0;
    dedup->count = 0;
    dedup->newest_number = 0;
}

static uint32_t cell_mask(const struct dedup *dedup)
{
    return 2 * dedup->capacity - 1;
}

static uint32_t ring_place(const struct dedup *dedup, uint32_t index)
{
    return (dedup->first + index) & (dedup->capacity - 1);
}

/* The lower bits of a hash are the home of its cell; the lowest of these are the lane. */
static inline uint32_t hash_of(const struct dedup *dedup, uint64_t id, uint32_t group)
{
    const uint64_t scope = dedup->by_group ? ((uint64_t)group + 1) << 32 : 0;
    const uint64_t line = (id / LANES ^ scope) + UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(rng_mix(line) >> 32) ^ (uint32_t)(id % LANES);
}

/* The cell that is probed after cell i. */
static inline uint32_t next_cell(uint32_t i, uint32_t mask)
{
    return i + LANES <= mask ? i + LANES : (i + 1) % LANES;
}

/* Where cell i stands in the order of probing. */
static inline uint32_t rank_of(uint32_t i, uint32_t mask)
{
    return i % LANES * ((mask + 1) / LANES) + i / LANES;
}

static bool is_same(const struct dedup *dedup, const struct dedup_entry *entry, uint64_t id,
                    uint32_t group)
{
    return entry->id == id && (!dedup->by_group || entry->group == group);
}

/* Puts a place of the ring into the first empty cell from its home on: of equal identities the
 * earliest acceptance is met first. */
static void put(struct dedup *dedup, uint32_t hash, uint32_t place)
{
    const uint32_t mask = cell_mask(dedup);
    uint32_t i = hash & mask;
    while (dedup->cells[i].place != EMPTY)
        i = next_cell(i, mask);
    dedup->cells[i] = (struct dedup_cell){hash, place};
}

/* Empties cell i and moves back what linear probing would now look for too late. */
static void take_out(struct dedup *dedup, uint32_t i)
{
    const uint32_t mask = cell_mask(dedup);
    for (uint32_t j = next_cell(i, mask); dedup->cells[j].place != EMPTY; j = next_cell(j, mask)) {
        const uint32_t home = rank_of(dedup->cells[j].hash & mask, mask), at = rank_of(j, mask);
        if (((at - home) & mask) >= ((at - rank_of(i, mask)) & mask)) {
            dedup->cells[i] = dedup->cells[j];
            i = j;
        }
    }
    dedup->cells[i].place = EMPTY;
}

static void fill_cells(struct dedup *dedup)
{
    empty_cells(dedup);
    for (uint32_t i = 0; i < dedup->count; i++) {
        const uint32_t place = ring_place(dedup, i);
        const struct dedup_entry *entry = &dedup->ring[place];
        put(dedup, hash_of(dedup, entry->id, entry->group), place);
    }
}

static void grow(struct dedup *dedup)
{
    const uint32_t old = dedup->capacity;
    MUST(old < UINT32_C(1) << 30);
    const uint32_t capacity = old > 0 ? 2 * old : FIRST_CAPACITY;
    dedup->ring = must_grow(dedup->ring, sizeof *dedup->ring * capacity);
    /* A full ring of old places is cut at first; its front part moves behind its end. */
    if (old > 0)
        memcpy(dedup->ring + old, dedup->ring, sizeof *dedup->ring * dedup->first);
    free(dedup->cells);
    dedup->cells = must_alloc(sizeof *dedup->cells * 2 * capacity);
    dedup->capacity = capacity;
    fill_cells(dedup);
}

static void drop_first(struct dedup *dedup)
{
    const uint32_t mask = cell_mask(dedup);
    const struct dedup_entry *entry = &dedup->ring[dedup->first];
    uint32_t i = hash_of(dedup, entry->id, entry->group) & mask;
    while (dedup->cells[i].place != dedup->first)
        i = next_cell(i, mask);
    take_out(dedup, i);
    dedup->first = ring_place(dedup, 1);
    dedup->count--;
}

/* The cells may be a large table: what will be looked at is asked for early. */
static void prefetch(const struct dedup *dedup, uint32_t hash)
{
    __builtin_prefetch(&dedup->cells[hash & cell_mask(dedup)]);
}

static void expire(struct dedup *dedup, int64_t now_ns)
{
    /* FIFO-12: at exactly accepted + window the identity is free again. */
    if (now_ns - dedup->ring[dedup->first].accepted_ns < dedup->window_ns)
        return;
    do {
        drop_first(dedup);
    } while (dedup->count > 0 &&
             now_ns - dedup->ring[dedup->first].accepted_ns >= dedup->window_ns);
    const struct dedup_entry *next = &dedup->ring[dedup->first];
    if (dedup->count > 0)
        prefetch(dedup, hash_of(dedup, next->id, next->group));
}

/* FIFO-2: being asked about an identity does not prolong its window. */
const struct dedup_entry *dedup_find(struct dedup *dedup, uint64_t id, uint32_t group,
                                     int64_t now_ns)
{
    if (dedup->count == 0)
        return NULL;
    const uint32_t mask = cell_mask(dedup), hash = hash_of(dedup, id, group);
    prefetch(dedup, hash);
    expire(dedup, now_ns);
    for (uint32_t i = hash & mask; dedup->cells[i].place != EMPTY; i = next_cell(i, mask)) {
        const struct dedup_cell cell = dedup->cells[i];
        if (cell.hash == hash && is_same(dedup, &dedup->ring[cell.place], id, group))
            return &dedup->ring[cell.place];
    }
    return NULL;
}

void dedup_accept(struct dedup *dedup, uint64_t id, uint32_t group, uint64_t root, uint64_t number,
                  int64_t now_ns)
{
    MUST(number >= dedup->newest_number);
    MUST_SLOW(dedup_find(dedup, id, group, now_ns) == NULL);
    if (dedup->count == dedup->capacity)
        grow(dedup);
    const uint32_t place = ring_place(dedup, dedup->count++);
    dedup->ring[place] = (struct dedup_entry){.id = id,
                                              .root = root,
                                              .accepted_ns = now_ns,
                                              .group = group,
                                              .number_low = (uint32_t)number};
    dedup->newest_number = number;
    put(dedup, hash_of(dedup, id, group), place);
}

void dedup_rescope(struct dedup *dedup, bool by_group)
{
    if (dedup->by_group == by_group)
        return;
    dedup->by_group = by_group;
    if (dedup->count > 0)
        fill_cells(dedup);
}
