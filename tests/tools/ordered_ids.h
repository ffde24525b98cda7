// SPDX-License-Identifier: GPL-3.0-or-later
/* Ids in order of key and tie, as an array that is searched: what a heap with places is judged by.
 */
#ifndef QUEUELAB_TOOLS_ORDERED_IDS_H
#define QUEUELAB_TOOLS_ORDERED_IDS_H

#include <stdbool.h>
#include <stdint.h>
#include "model/slot_heap.h"

enum { ORDERED_IDS = 400 };

/* The places lie within larger records. */
struct ordered_ids {
    struct ordered_record {
        uint64_t padding;
        uint32_t place;
        bool in;
        int64_t key;
        uint32_t tie;
    } records[ORDERED_IDS];
};

struct slot_heap_places ordered_ids_places(struct ordered_ids *ids);
/* Notes the id, and returns what is to be pushed. */
struct slot_heap_entry ordered_ids_add(struct ordered_ids *ids, uint32_t id, int64_t key,
                                       uint32_t tie);
/* The id with the smallest key; of equal ones that whose tie comes first on a circle of 2^32;
 * ORDERED_IDS if there is none. */
uint32_t ordered_ids_first(const struct ordered_ids *ids);

#endif
