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
static inline void visible_add_fresh(struct visible *visible, struct messages *messages,
                                     uint32_t slot)
{
    messages->at[slot].flags |= MESSAGE_FRESH;
    visible->fresh = visible->fresh == MESSAGE_NONE ? slot : visible->fresh;
}
/* A message back in its old place. */
void visible_add_returned(struct visible *visible, struct messages *messages, uint32_t slot);
/* A message behind everything that is in the queue now. */
void visible_add_last(struct visible *visible, struct messages *messages, uint32_t slot);

/* The general case of visible_remove. */
void visible_remove_slowly(struct visible *visible, struct messages *messages, uint32_t slot);
static inline void visible_remove(struct visible *visible, struct messages *messages, uint32_t slot)
{
    struct message *m = &messages->at[slot];
    const uint32_t newer = m->newer;
    /* As a rule the cursor stands on it, and the message after it is fresh too. */
    if (slot == visible->fresh &&
        (newer == MESSAGE_NONE || messages->at[newer].flags & MESSAGE_FRESH)) {
        m->flags &= (uint8_t)~MESSAGE_FRESH;
        visible->fresh = newer;
    } else {
        visible_remove_slowly(visible, messages, slot);
    }
}

/* Takes the message in front, where it was never received (and so is nothing for a dead-letter
 * queue); MESSAGE_NONE if there is none such. */
static inline uint32_t visible_take_fresh(struct visible *visible, struct messages *messages)
{
    const uint32_t slot = visible->fresh;
    if (visible->returned.count != 0 || slot == MESSAGE_NONE)
        return MESSAGE_NONE;
    visible_remove(visible, messages, slot);
    return slot;
}

/* The same as visible_first where messages came back. */
uint32_t visible_first_of_both(const struct visible *visible, const struct messages *messages);
/* The message in front, or MESSAGE_NONE. */
static inline uint32_t visible_first(const struct visible *visible, const struct messages *messages)
{
    return visible->returned.count == 0 ? visible->fresh : visible_first_of_both(visible, messages);
}

#endif
