// SPDX-License-Identifier: GPL-3.0-or-later
/* The ring grows by doubling, and its gaps are closed when it does. */
#include "model/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#ifdef STRESS
enum { FIRST_ROOM = 1 };
#else
enum { FIRST_ROOM = 64 };
#endif

void candidates_free(struct candidates *candidates)
{
    free(candidates->ring);
    slot_heap_free(&candidates->heap);
    memset(candidates, 0, sizeof *candidates);
}

void candidates_clear(struct candidates *candidates)
{
    candidates->head = candidates->tail = candidates->count = 0;
    candidates->heap.count = 0;
}

static void grow(struct candidates *candidates, struct slot_heap_places places)
{
    const uint32_t old = candidates->room, room = old > 0 ? 2 * old : FIRST_ROOM;
    struct slot_heap_entry *ring = must_alloc(room * sizeof *ring);
    uint32_t held = 0;
    MUST(room < CANDIDATES_IN_RING);
    for (uint32_t i = candidates->head; i != candidates->tail; i++) {
        const struct slot_heap_entry entry = candidates->ring[i & (old - 1)];
        if (entry.id == CANDIDATES_NONE)
            continue;
        slot_heap_tell(places, entry.id, held | CANDIDATES_IN_RING);
        ring[held++] = entry;
    }
    free(candidates->ring);
    candidates->ring = ring;
    candidates->room = room;
    candidates->head = 0;
    candidates->tail = held;
}

/* One that is not last, or finds no room; counted already. */
void candidates_push_slowly(struct candidates *candidates, struct slot_heap_places places,
                            struct slot_heap_entry entry)
{
    const uint32_t last = candidates->tail - 1;
    if (candidates->head != candidates->tail &&
        slot_heap_less(&entry, &candidates->ring[last & (candidates->room - 1)])) {
        slot_heap_push(&candidates->heap, places, entry);
        return;
    }
    grow(candidates, places);
    candidates->count--;
    candidates_push(candidates, places, entry);
}
