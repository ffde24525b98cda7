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
    uint32_t first, last; /* the ring, linked by message.before and message.after; MESSAGE_NONE */
    struct slot_heap heap;
};

void deadlines_init(struct deadlines *deadlines);
void deadlines_free(struct deadlines *deadlines);
void deadlines_clear(struct deadlines *deadlines);

/* Adds a slot whose deadline is before that of the ring's last. */
void deadlines_add_early(struct deadlines *deadlines, struct messages *messages, uint32_t slot);
/* Adds slot by its deadline_ns. */
static inline void deadlines_add(struct deadlines *deadlines, struct messages *messages,
                                 uint32_t slot)
{
    struct message *m = &messages->at[slot];
    const uint32_t last = deadlines->last;
    m->after = MESSAGE_NONE;
    m->before = last;
    if (last == MESSAGE_NONE) {
        deadlines->first = deadlines->last = slot;
        return;
    }
    struct message *before = &messages->at[last];
    if (message_key_less(m->deadline_ns, m->seq, before->deadline_ns, before->seq)) {
        deadlines_add_early(deadlines, messages, slot);
        return;
    }
    before->after = slot;
    deadlines->last = slot;
}

void deadlines_remove_from_heap(struct deadlines *deadlines, struct messages *messages,
                                uint32_t slot);
static inline void deadlines_remove(struct deadlines *deadlines, struct messages *messages,
                                    uint32_t slot)
{
    struct message *at = messages->at;
    const uint32_t before = at[slot].before, after = at[slot].after;
    if (at[slot].flags & MESSAGE_IN_HEAP) {
        deadlines_remove_from_heap(deadlines, messages, slot);
        return;
    }
    if (before != MESSAGE_NONE)
        at[before].after = after;
    else
        deadlines->first = after;
    if (after != MESSAGE_NONE)
        at[after].before = before;
    else
        deadlines->last = before;
}

/* The slot with the earliest (deadline, seq), or MESSAGE_NONE. */
uint32_t deadlines_first(const struct deadlines *deadlines, const struct messages *messages);

#endif
