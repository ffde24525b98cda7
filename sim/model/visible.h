// SPDX-License-Identifier: GPL-3.0-or-later
/* What is visible in a standard queue, and in what order (RCV-10, CW-4).
 *
 * Messages never received lie in the queue's own list in order of sending: a cursor stands on the
 * oldest of them and only moves forward, so they need no memory besides.  Those that came back, or
 * whose delay ran out, lie in a heap by order of acceptance; poison messages by a new number behind
 * all that is there. */
#ifndef QUEUELAB_MODEL_VISIBLE_H
#define QUEUELAB_MODEL_VISIBLE_H

#include "model/message.h"
#include "model/slot_heap.h"

struct visible {
    uint32_t fresh; /* the oldest MESSAGE_FRESH of the queue, or MESSAGE_NONE */
    struct slot_heap returned;
};

void visible_init(struct visible *visible);
void visible_free(struct visible *visible);
void visible_clear(struct visible *visible);

/* A message just sent, at the end of the queue's list. */
void visible_add_fresh(struct visible *visible, struct messages *messages, uint32_t slot);
/* A message back in its old place. */
void visible_add_returned(struct visible *visible, struct messages *messages, uint32_t slot);
/* A message behind everything that is in the queue now. */
void visible_add_last(struct visible *visible, struct messages *messages, uint32_t slot);
void visible_remove(struct visible *visible, struct messages *messages, uint32_t slot);

/* The message in front, or MESSAGE_NONE. */
uint32_t visible_first(const struct visible *visible, const struct messages *messages);

#endif
