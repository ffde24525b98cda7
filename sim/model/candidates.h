// SPDX-License-Identifier: GPL-3.0-or-later
/* Ids in the order of (key, tie), like slot_heap.h, for keys that mostly come in this order.
 *
 * What is not before the last of the ring is appended to the ring; anything else goes to a heap.
 * One taken out from between leaves a gap in the ring, but never at its head.  An id learns its
 * place, so that any can be removed. */
#ifndef QUEUELAB_MODEL_CANDIDATES_H
#define QUEUELAB_MODEL_CANDIDATES_H

#include <stdint.h>
#include "model/slot_heap.h"

#define CANDIDATES_NONE    UINT32_MAX
#define CANDIDATES_IN_RING (UINT32_C(1) << 31) /* of a place: else it lies in the heap */

struct candidates {
    struct slot_heap_entry *ring; /* those from head to tail, by index & (room - 1) */
    uint32_t head, tail, room;    /* the indices wrap */
    uint32_t count;               /* in the ring and in the heap */
    struct slot_heap heap;
};

void candidates_free(struct candidates *candidates);
void candidates_clear(struct candidates *candidates); /* memory kept */

void candidates_push_slowly(struct candidates *candidates, struct slot_heap_places places,
                            struct slot_heap_entry entry);
static inline void candidates_push(struct candidates *candidates, struct slot_heap_places places,
                                   struct slot_heap_entry entry)
{
    const uint32_t tail = candidates->tail, held = tail - candidates->head;
    const uint32_t mask = candidates->room - 1;
    candidates->count++;
    if (held == candidates->room ||
        (held > 0 && slot_heap_less(&entry, &candidates->ring[(tail - 1) & mask]))) {
        candidates_push_slowly(candidates, places, entry);
        return;
    }
    const uint32_t place = (tail & mask) | CANDIDATES_IN_RING;
    candidates->ring[tail & mask] = entry;
    candidates->tail = tail + 1;
    slot_heap_tell(places, entry.id, place);
}

static inline void candidates_skip_gaps(struct candidates *candidates)
{
    const uint32_t mask = candidates->room - 1;
    while (candidates->head != candidates->tail &&
           candidates->ring[candidates->head & mask].id == CANDIDATES_NONE)
        candidates->head++;
}

/* Removes the id that has this place, which is not changed. */
static inline void candidates_remove(struct candidates *candidates, struct slot_heap_places places,
                                     uint32_t place)
{
    const uint32_t mask = candidates->room - 1;
    candidates->count--;
    if (!(place & CANDIDATES_IN_RING)) {
        slot_heap_remove(&candidates->heap, places, place);
        return;
    }
    candidates->ring[place & mask].id = CANDIDATES_NONE;
    candidates_skip_gaps(candidates);
}

static inline bool candidates_first_is_in_heap(const struct candidates *candidates)
{
    const struct slot_heap *heap = &candidates->heap;
    const uint32_t mask = candidates->room - 1;
    return heap->count > 0 &&
           (candidates->head == candidates->tail ||
            slot_heap_less(&heap->entries[0], &candidates->ring[candidates->head & mask]));
}

/* The first; there must be one. */
static inline uint32_t candidates_first(const struct candidates *candidates)
{
    const uint32_t mask = candidates->room - 1;
    return candidates_first_is_in_heap(candidates) ? candidates->heap.entries[0].id
                                                   : candidates->ring[candidates->head & mask].id;
}

/* Removes the first, whose place is not changed. */
static inline void candidates_drop_first(struct candidates *candidates,
                                         struct slot_heap_places places)
{
    candidates->count--;
    if (candidates_first_is_in_heap(candidates)) {
        slot_heap_remove(&candidates->heap, places, 0);
    } else {
        candidates->head++;
        candidates_skip_gaps(candidates);
    }
}

#endif
