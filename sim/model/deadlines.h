// SPDX-License-Identifier: GPL-3.0-or-later
/* A queue's own ordered deadlines (visibility and delay), behind the queue's one engine event.
 *
 * A deadline not before the ring's last is appended to the ring, which costs nothing and is
 * all that constant time-outs ever need; any other goes to a heap.  Both forget a message at once
 * when it leaves: there are no tombstones. */
#ifndef QUEUELAB_MODEL_DEADLINES_H
#define QUEUELAB_MODEL_DEADLINES_H

#include "model/message.h"
#include "model/slot_heap.h"

struct deadlines {
    uint32_t first, last; /* the ring, linked by before and after; MESSAGE_NONE */
    struct slot_heap heap;
};

void deadlines_init(struct deadlines *deadlines);
void deadlines_free(struct deadlines *deadlines);
void deadlines_clear(struct deadlines *deadlines);

/* Adds a slot whose deadline is before that of the ring's last. */
void deadlines_add_early(struct deadlines *deadlines, struct messages *messages, uint32_t slot);
/* Adds slot by its deadline. */
static inline void deadlines_add(struct deadlines *deadlines, struct messages *messages,
                                 uint32_t slot)
{
    struct message_deadline *of = messages->deadlines, *own = &of[slot];
    const uint32_t last = deadlines->last;
    own->after = MESSAGE_NONE;
    own->before = last;
    if (last == MESSAGE_NONE) {
        deadlines->first = deadlines->last = slot;
        return;
    }
    const struct message *at = messages->at;
    if (message_key_less(own->at_ns, at[slot].seq, of[last].at_ns, at[last].seq)) {
        deadlines_add_early(deadlines, messages, slot);
        return;
    }
    of[last].after = slot;
    deadlines->last = slot;
}

void deadlines_remove_from_heap(struct deadlines *deadlines, struct messages *messages,
                                uint32_t slot);
static inline void deadlines_remove(struct deadlines *deadlines, struct messages *messages,
                                    uint32_t slot)
{
    struct message_deadline *of = messages->deadlines;
    const uint32_t before = of[slot].before, after = of[slot].after;
    if (messages->at[slot].flags & MESSAGE_IN_HEAP) {
        deadlines_remove_from_heap(deadlines, messages, slot);
        return;
    }
    if (before != MESSAGE_NONE)
        of[before].after = after;
    else
        deadlines->first = after;
    if (after != MESSAGE_NONE)
        of[after].before = before;
    else
        deadlines->last = before;
}

/* The slot with the earliest (deadline, seq), or MESSAGE_NONE. */
uint32_t deadlines_first(const struct deadlines *deadlines, const struct messages *messages);

#endif
