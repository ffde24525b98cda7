// SPDX-License-Identifier: GPL-3.0-or-later
/* Deadlines of one queue: a ring for what comes in order, a heap for the rest.  A message is in
 * exactly one of them (MESSAGE_IN_HEAP tells which), and before serves both: link or heap
 * position. */
#include "model/deadlines.h"

void deadlines_init(struct deadlines *deadlines)
{
    *deadlines = (struct deadlines){.first = MESSAGE_NONE, .last = MESSAGE_NONE};
}

void deadlines_free(struct deadlines *deadlines)
{
    slot_heap_free(&deadlines->heap);
}

void deadlines_clear(struct deadlines *deadlines)
{
    deadlines->first = deadlines->last = MESSAGE_NONE;
    deadlines->heap.count = 0;
}

static struct slot_heap_places places_in(struct messages *messages)
{
    return (struct slot_heap_places){(char *)messages->deadlines +
                                         offsetof(struct message_deadline, before),
                                     sizeof(struct message_deadline)};
}

void deadlines_add_early(struct deadlines *deadlines, struct messages *messages, uint32_t slot)
{
    struct message *m = &messages->at[slot];
    m->flags |= MESSAGE_IN_HEAP;
    slot_heap_push(&deadlines->heap, places_in(messages),
                   (struct slot_heap_entry){messages->deadlines[slot].at_ns, m->seq, slot});
}

void deadlines_remove_from_heap(struct deadlines *deadlines, struct messages *messages,
                                uint32_t slot)
{
    messages->at[slot].flags &= (uint8_t)~MESSAGE_IN_HEAP;
    slot_heap_remove(&deadlines->heap, places_in(messages), messages->deadlines[slot].before);
}

uint32_t deadlines_first(const struct deadlines *deadlines, const struct messages *messages)
{
    const uint32_t ring = deadlines->first;
    if (deadlines->heap.count == 0)
        return ring;
    const struct slot_heap_entry *top = &deadlines->heap.entries[0];
    if (ring == MESSAGE_NONE)
        return top->id;
    const int64_t ring_ns = messages->deadlines[ring].at_ns;
    return message_key_less(ring_ns, messages->at[ring].seq, top->key, top->tie) ? ring : top->id;
}
