// SPDX-License-Identifier: GPL-3.0-or-later
/* The order of a standard queue.  A visible message is MESSAGE_FRESH and at or behind the cursor,
 * or in the heap with its position in before of its deadline; never both. */
#include "model/visible.h"

void visible_init(struct visible *visible)
{
    *visible = (struct visible){.fresh = MESSAGE_NONE};
}

void visible_free(struct visible *visible)
{
    slot_heap_free(&visible->returned);
}

void visible_clear(struct visible *visible)
{
    visible->fresh = MESSAGE_NONE;
    visible->returned.count = 0;
}

static struct slot_heap_places places_in(struct messages *messages)
{
    return (struct slot_heap_places){(char *)messages->deadlines +
                                         offsetof(struct message_deadline, before),
                                     sizeof(struct message_deadline)};
}

void visible_add_returned(struct visible *visible, struct messages *messages, uint32_t slot)
{
    slot_heap_push(&visible->returned, places_in(messages),
                   (struct slot_heap_entry){messages_order(messages, slot), 0, slot});
}

void visible_add_last(struct visible *visible, struct messages *messages, uint32_t slot)
{
    slot_heap_push(&visible->returned, places_in(messages),
                   (struct slot_heap_entry){(int64_t)messages->next_seq++, 0, slot});
}

static void advance(struct visible *visible, const struct messages *messages)
{
    uint32_t slot = messages->at[visible->fresh].newer;
    while (slot != MESSAGE_NONE && !(messages->at[slot].flags & MESSAGE_FRESH))
        slot = messages->at[slot].newer;
    visible->fresh = slot;
}

void visible_remove_slowly(struct visible *visible, struct messages *messages, uint32_t slot)
{
    struct message *m = &messages->at[slot];
    if (!(m->flags & MESSAGE_FRESH)) {
        slot_heap_remove(&visible->returned, places_in(messages), messages->deadlines[slot].before);
        return;
    }
    m->flags &= (uint8_t)~MESSAGE_FRESH;
    if (slot == visible->fresh)
        advance(visible, messages);
}

uint32_t visible_first_of_both(const struct visible *visible, const struct messages *messages)
{
    const struct slot_heap_entry *top = &visible->returned.entries[0];
    if (visible->fresh != MESSAGE_NONE && messages_order(messages, visible->fresh) < top->key)
        return visible->fresh;
    return top->id;
}
