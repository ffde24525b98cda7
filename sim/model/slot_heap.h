// SPDX-License-Identifier: GPL-3.0-or-later
/* A binary min-heap of (key, tie, id) that tells every id where it lies, so that any can be
 * removed. The positions live in the caller's records: places says where, and may move between
 * calls. */
#ifndef QUEUELAB_MODEL_SLOT_HEAP_H
#define QUEUELAB_MODEL_SLOT_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/must.h"

struct slot_heap_entry {
    int64_t key; /* a time or another order; smallest first */
    uint32_t tie, id;
};

struct slot_heap {
    struct slot_heap_entry *entries;
    uint32_t count, capacity;
};

/* The uint32_t position of id i stands at base + i * stride. */
struct slot_heap_places {
    char *base;
    size_t stride;
};

/* Tells id where it lies. */
static inline void slot_heap_tell(struct slot_heap_places places, uint32_t id, uint32_t position)
{
    memcpy(places.base + id * places.stride, &position, sizeof position);
}

void slot_heap_free(struct slot_heap *heap);
void slot_heap_push_slowly(struct slot_heap *heap, struct slot_heap_places places,
                           struct slot_heap_entry entry);
/* Often there is no other. */
static inline void slot_heap_push(struct slot_heap *heap, struct slot_heap_places places,
                                  struct slot_heap_entry entry)
{
    if (heap->count > 0 || heap->capacity == 0) {
        slot_heap_push_slowly(heap, places, entry);
        return;
    }
    heap->entries[heap->count++] = entry;
    slot_heap_tell(places, entry.id, 0);
}
/* Fills the place of one that was taken out from before the last. */
void slot_heap_mend(struct slot_heap *heap, struct slot_heap_places places, uint32_t position);
static inline void slot_heap_remove(struct slot_heap *heap, struct slot_heap_places places,
                                    uint32_t position)
{
    MUST(position < heap->count);
    if (position != --heap->count)
        slot_heap_mend(heap, places, position);
}

static inline bool slot_heap_less(const struct slot_heap_entry *a, const struct slot_heap_entry *b)
{
    return a->key != b->key ? a->key < b->key : (int32_t)(a->tie - b->tie) < 0;
}

#endif
