// SPDX-License-Identifier: GPL-3.0-or-later
/* The message groups of FIFO queues: each group's messages in the order of acceptance, and how many
 * of them are in flight.
 *
 * A message knows the one behind it, at a price of 4 bytes in a side table by slot that exists only
 * if there is a FIFO queue; its group is named by each fact about it.  Who leaves is looked for
 * from the oldest on: only what one receive handed out lies before it.  Groups are dense numbers.
 */
#ifndef QUEUELAB_OBSERVE_GROUPS_H
#define QUEUELAB_OBSERVE_GROUPS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/must.h"
#include "observe/ledger.h"

/* By slot, for all FIFO queues of a world. */
struct group_links {
    uint32_t *newer; /* the message behind it in its group, or LEDGER_NONE */
    uint32_t capacity;
};

struct group {
    uint32_t oldest, newest; /* slots, or LEDGER_NONE */
    uint32_t in_flight;
    uint32_t furthest; /* 1 + the greatest place received for the first time so far; 0: none */
    uint32_t call;     /* the queue's last receive that handed out one of the group; 0: none ... */
    uint32_t last;     /* ... and which it handed out last */
};

/* The groups of one queue, by their world-wide number. */
struct groups {
    struct group *at;
    uint32_t used, capacity;
};

void groups_init(struct groups *groups);
void groups_free(struct groups *groups);
void groups_clear(struct groups *groups);
void groups_free_links(struct group_links *links);

/* A group that a message has entered. */
static inline struct group *groups_of(const struct groups *groups, uint32_t group)
{
    MUST(group < groups->used);
    return &groups->at[group];
}

/* The message before one of the group, or LEDGER_NONE. */
static inline uint32_t groups_before(const struct group_links *links, const struct group *group,
                                     uint32_t slot)
{
    uint32_t before = LEDGER_NONE;
    for (uint32_t at = group->oldest; at != slot; at = links->newer[at]) {
        MUST(at != LEDGER_NONE);
        before = at;
    }
    return before;
}

/* Asks for the memory of the next message of the group, which is cold in a deep queue. */
static inline void groups_expect_next(const struct group_links *links, const struct ledger *ledger,
                                      uint32_t slot)
{
    const uint32_t newer = links->newer[slot];
    if (newer == LEDGER_NONE)
        return;
    __builtin_prefetch(&links->newer[newer]);
    __builtin_prefetch(&ledger->at[newer]);
    __builtin_prefetch(&ledger->since_ns[newer], 1);
}

void groups_make_room(struct groups *groups, struct group_links *links, uint32_t slot,
                      uint32_t group);

/* The message becomes the newest of its group. */
static inline void groups_enter(struct groups *groups, struct group_links *links, uint32_t slot,
                                uint32_t group)
{
    if (__builtin_expect(group >= groups->used || slot >= links->capacity, 0))
        groups_make_room(groups, links, slot, group);
    struct group *to = &groups->at[group];
    links->newer[slot] = LEDGER_NONE;
    if (to->newest != LEDGER_NONE)
        links->newer[to->newest] = slot;
    else
        to->oldest = slot;
    to->newest = slot;
}

static inline void groups_leave(struct group_links *links, struct group *group, uint32_t slot)
{
    const uint32_t before = groups_before(links, group, slot), newer = links->newer[slot];
    if (before != LEDGER_NONE)
        links->newer[before] = newer;
    else
        group->oldest = newer;
    if (newer == LEDGER_NONE)
        group->newest = before;
    links->newer[slot] = LEDGER_NONE;
}

#endif
