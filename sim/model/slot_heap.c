// SPDX-License-Identifier: GPL-3.0-or-later
/* A binary heap whose elements know their positions. */
#include "model/slot_heap.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#ifdef STRESS
enum { FIRST_CAPACITY = 1 };
#else
enum { FIRST_CAPACITY = 64 };
#endif

void slot_heap_free(struct slot_heap *heap)
{
    free(heap->entries);
    memset(heap, 0, sizeof *heap);
}

static inline void put(struct slot_heap *heap, struct slot_heap_places places, uint32_t position,
                       struct slot_heap_entry entry)
{
    heap->entries[position] = entry;
    slot_heap_tell(places, entry.id, position);
}

static void sift_up(struct slot_heap *heap, struct slot_heap_places places, uint32_t position,
                    struct slot_heap_entry entry)
{
    while (position > 0) {
        const uint32_t parent = (position - 1) / 2;
        if (!slot_heap_less(&entry, &heap->entries[parent]))
            break;
        put(heap, places, position, heap->entries[parent]);
        position = parent;
    }
    put(heap, places, position, entry);
}

static void sift_down(struct slot_heap *heap, struct slot_heap_places places, uint32_t position,
                      struct slot_heap_entry entry)
{
    for (;;) {
        uint32_t child = 2 * position + 1;
        if (child >= heap->count)
            break;
        if (child + 1 < heap->count &&
            slot_heap_less(&heap->entries[child + 1], &heap->entries[child]))
            child++;
        if (!slot_heap_less(&heap->entries[child], &entry))
            break;
        put(heap, places, position, heap->entries[child]);
        position = child;
    }
    put(heap, places, position, entry);
}

void slot_heap_push_slowly(struct slot_heap *heap, struct slot_heap_places places,
                           struct slot_heap_entry entry)
{
    if (heap->count == heap->capacity) {
        heap->capacity = heap->capacity ? 2 * heap->capacity : FIRST_CAPACITY;
        heap->entries = must_grow(heap->entries, sizeof *heap->entries * heap->capacity);
    }
    sift_up(heap, places, heap->count++, entry);
}

void slot_heap_mend(struct slot_heap *heap, struct slot_heap_places places, uint32_t position)
{
    const struct slot_heap_entry last = heap->entries[heap->count];
    if (position > 0 && slot_heap_less(&last, &heap->entries[(position - 1) / 2]))
        sift_up(heap, places, position, last);
    else
        sift_down(heap, places, position, last);
}
