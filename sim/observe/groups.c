// SPDX-License-Identifier: GPL-3.0-or-later
/* Intrusive lists by slot; the tables grow by doubling and are not written before they are used. */
#include "observe/groups.h"

#include <stdlib.h>
#include "base/arena.h"
#include "base/must.h"

enum { FIRST_CAPACITY = 64 };

void groups_init(struct groups *groups)
{
    *groups = (struct groups){.at = NULL};
}

void groups_free(struct groups *groups)
{
    free(groups->at);
    groups_init(groups);
}

void groups_clear(struct groups *groups)
{
    groups->used = 0;
}

void groups_free_links(struct group_links *links)
{
    free(links->at);
    *links = (struct group_links){.at = NULL};
}

static uint32_t wider(uint32_t capacity, uint32_t index)
{
    MUST(index < UINT32_MAX / 2);
    capacity = capacity > 0 ? capacity : FIRST_CAPACITY;
    while (capacity <= index)
        capacity *= 2;
    return capacity;
}

static struct group *open_group(struct groups *groups, uint32_t group)
{
    if (group >= groups->capacity) {
        groups->capacity = wider(groups->capacity, group);
        groups->at = must_grow(groups->at, groups->capacity * sizeof *groups->at);
    }
    while (groups->used <= group)
        groups->at[groups->used++] = (struct group){.newest = LEDGER_NONE};
    return &groups->at[group];
}

void groups_enter(struct groups *groups, struct group_links *links, uint32_t slot, uint32_t group)
{
    struct group *to = open_group(groups, group);
    if (slot >= links->capacity) {
        links->capacity = wider(links->capacity, slot);
        links->at = must_grow(links->at, links->capacity * sizeof *links->at);
    }
    links->at[slot] = (struct group_link){to->newest, LEDGER_NONE, group};
    if (to->newest != LEDGER_NONE)
        links->at[to->newest].newer = slot;
    to->newest = slot;
}

void groups_leave(struct groups *groups, struct group_links *links, uint32_t slot)
{
    const struct group_link *link = &links->at[slot];
    if (link->older != LEDGER_NONE)
        links->at[link->older].newer = link->newer;
    if (link->newer != LEDGER_NONE)
        links->at[link->newer].older = link->older;
    else
        groups->at[link->group].newest = link->older;
}
