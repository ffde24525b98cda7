// SPDX-License-Identifier: GPL-3.0-or-later
/* The message groups of FIFO queues: each group's messages in the order of acceptance, and how many
 * of them are in flight.  Side tables by slot that exist only if there is a FIFO queue, or a fair
 * one (tenants.h); groups are dense numbers. */
#ifndef QUEUELAB_OBSERVE_GROUPS_H
#define QUEUELAB_OBSERVE_GROUPS_H

#include <stdbool.h>
#include <stdint.h>
#include "observe/ledger.h"

/* A message in its group. */
struct group_link {
    uint32_t older, newer; /* slots, or LEDGER_NONE */
    uint32_t group;
};

/* By slot, for all FIFO and fair queues of a world. */
struct group_links {
    struct group_link *at;
    uint32_t capacity;
};

struct group {
    uint32_t newest; /* slot, or LEDGER_NONE */
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

static inline struct group *groups_of(const struct groups *groups, const struct group_links *links,
                                      uint32_t slot)
{
    return &groups->at[links->at[slot].group];
}

/* Asks for the memory of the next message of the group, which is cold in a deep queue. */
static inline void groups_expect_next(const struct group_links *links, const struct ledger *ledger,
                                      uint32_t slot)
{
    const uint32_t newer = links->at[slot].newer;
    if (newer == LEDGER_NONE)
        return;
    __builtin_prefetch(&links->at[newer]);
    __builtin_prefetch(&ledger->at[newer]);
    __builtin_prefetch(&ledger->at[newer].since_ns); /* may lie in the next line */
}

/* Room for the slot's link. */
void groups_make_link(struct group_links *links, uint32_t slot);
void groups_make_room(struct groups *groups, struct group_links *links, uint32_t slot,
                      uint32_t group);

/* The message becomes the newest of its group. */
static inline void groups_enter(struct groups *groups, struct group_links *links, uint32_t slot,
                                uint32_t group)
{
    if (__builtin_expect(group >= groups->used || slot >= links->capacity, 0))
        groups_make_room(groups, links, slot, group);
    struct group *to = &groups->at[group];
    links->at[slot] = (struct group_link){to->newest, LEDGER_NONE, group};
    if (to->newest != LEDGER_NONE)
        links->at[to->newest].newer = slot;
    to->newest = slot;
}

static inline void groups_leave(struct groups *groups, struct group_links *links, uint32_t slot)
{
    const struct group_link *link = &links->at[slot];
    if (link->older != LEDGER_NONE)
        links->at[link->older].newer = link->newer;
    if (link->newer != LEDGER_NONE)
        links->at[link->newer].older = link->older;
    else
        groups->at[link->group].newest = link->older;
}

#endif
