// SPDX-License-Identifier: GPL-3.0-or-later
/* Nothing but what each id was told to be, and a search over all of them. */
#include "tools/ordered_ids.h"

#include <stddef.h>

struct slot_heap_places ordered_ids_places(struct ordered_ids *ids)
{
    return (struct slot_heap_places){(char *)ids->records + offsetof(struct ordered_record, place),
                                     sizeof(struct ordered_record)};
}

struct slot_heap_entry ordered_ids_add(struct ordered_ids *ids, uint32_t id, int64_t key,
                                       uint32_t tie)
{
    ids->records[id].in = true;
    ids->records[id].key = key;
    ids->records[id].tie = tie;
    return (struct slot_heap_entry){key, tie, id};
}

uint32_t ordered_ids_first(const struct ordered_ids *ids)
{
    const struct ordered_record *records = ids->records;
    uint32_t best = ORDERED_IDS;
    for (uint32_t i = 0; i < ORDERED_IDS; i++) {
        if (!records[i].in)
            continue;
        if (best == ORDERED_IDS || records[i].key < records[best].key ||
            (records[i].key == records[best].key && records[best].tie - records[i].tie < 1u << 31))
            best = i;
    }
    return best;
}
