// SPDX-License-Identifier: GPL-3.0-or-later
/* The message groups of one FIFO queue: what each holds in order, and which of them can deliver.
 *
 * A group can deliver if its oldest message is visible and lies within the look-back.  These
 * candidates are ordered by the time since when that message is available (FIFO-22), ties by its
 * seq.  What follows the oldest rides along: it is walked, not ordered.  Whose turn it is within
 * one receive is the queue kind's. */
#ifndef QUEUELAB_MODEL_GROUP_H
#define QUEUELAB_MODEL_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/candidates.h"
#include "model/message.h"

/* One group's messages that are not deleted, in order, linked by message_group. */
struct group {
    uint32_t oldest, newest; /* slots; MESSAGE_NONE: the group is empty */
    uint32_t place;          /* among the candidates; MESSAGE_NONE: it is none */
};

enum { GROUP_SHALLOW = 4096 }; /* so many messages of a queue stay in the caches */

struct groups {
    struct messages *messages;
    struct group *at; /* by the world-wide number of the group */
    uint32_t capacity;
    struct candidates ready; /* ids are group numbers */
    uint32_t look_back;
    uint32_t count; /* messages in all groups */
    uint32_t edge;  /* the newest message within the look-back; MESSAGE_NONE: all are */
};

/* look_back (FIFO-27): how many of the queue's oldest messages a receive sees; below 1: all. */
void group_set_init(struct groups *groups, struct messages *messages, int64_t look_back);
void group_set_free(struct groups *groups);
void group_set_clear(struct groups *groups); /* no messages, memory kept */

/* A message of that group is about to enter: its neighbour may lie in cold memory. */
static inline void group_set_expect(const struct groups *groups, uint32_t number)
{
    if (number < groups->capacity && groups->at[number].newest != MESSAGE_NONE)
        __builtin_prefetch(&groups->messages->side.group[groups->at[number].newest], 1);
}
/* The message entered the queue as its newest: it is linked by older and newer, and VISIBLE since
 * its deadline or DELAYED. */
void group_set_append(struct groups *groups, uint32_t slot);
/* The message is about to leave the queue, from any state. */
void group_set_remove(struct groups *groups, uint32_t slot);
/* The message is VISIBLE since its deadline. */
void group_set_show(struct groups *groups, uint32_t slot);
/* The message is about to be no longer VISIBLE. */
void group_set_hide(struct groups *groups, uint32_t slot);

/* The oldest message of the first candidate, or MESSAGE_NONE. */
static inline uint32_t group_set_first(const struct groups *groups)
{
    return groups->ready.count > 0 ? groups->at[candidates_first(&groups->ready)].oldest
                                   : MESSAGE_NONE;
}
/* FIFO-27: in the order of the queue's list, which is the order of (sent, seq). */
static inline bool group_set_is_within(const struct groups *groups, const struct message *m)
{
    if (groups->edge == MESSAGE_NONE)
        return true;
    const struct message *edge = &groups->messages->at[groups->edge];
    return !message_key_less(edge->sent_ns, edge->seq, m->sent_ns, m->seq);
}
/* True if a receive may see the message: it is VISIBLE and within the look-back. */
static inline bool group_set_sees(const struct groups *groups, uint32_t slot)
{
    const struct message *m = &groups->messages->at[slot];
    return m->state == MESSAGE_VISIBLE && group_set_is_within(groups, m);
}

/* Asks for what the delete of slot will touch: its neighbours in the queue, and newer, the next of
 * its group, which will then be judged and mostly received. */
void group_set_expect_delete(const struct groups *groups, uint32_t slot, uint32_t newer);

/* Where groups keep their place among the candidates. */
static inline struct slot_heap_places group_set_places(const struct groups *groups)
{
    return (struct slot_heap_places){(char *)groups->at + offsetof(struct group, place),
                                     sizeof *groups->at};
}

/* The first candidate's oldest message, slot, is about to be no longer VISIBLE; returns the one
 * behind it in its group, or MESSAGE_NONE. */
static inline uint32_t group_set_take_first(struct groups *groups, uint32_t slot)
{
    const struct message_group *in = &groups->messages->side.group[slot];
    const uint32_t newer = in->newer;
    if (groups->count > GROUP_SHALLOW)
        group_set_expect_delete(groups, slot, newer);
    groups->at[in->number].place = MESSAGE_NONE;
    candidates_drop_first(&groups->ready, group_set_places(groups));
    return newer;
}

#endif
