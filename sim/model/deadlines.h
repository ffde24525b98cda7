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

/* Adds slot by its deadline_ns. */
void deadlines_add(struct deadlines *deadlines, struct messages *messages, uint32_t slot);
void deadlines_remove(struct deadlines *deadlines, struct messages *messages, uint32_t slot);

/* The slot with the earliest (deadline, seq), or MESSAGE_NONE. */
uint32_t deadlines_first(const struct deadlines *deadlines, const struct messages *messages);

#endif
