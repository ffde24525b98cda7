// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists by slot; the tables grow by doubling and are not written before they are used. */
#include "observe/groups.h"

#include <stdlib.h>
#include "base/arena.h"

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
    free(links->newer);
    *links = (struct group_links){.newer = NULL};
}

static uint32_t wider(uint32_t capacity, uint32_t index)
{
    MUST(index < UINT32_MAX / 2);
    capacity = capacity > 0 ? capacity : FIRST_CAPACITY;
    while (capacity <= index)
        capacity *= 2;
    return capacity;
}

void groups_make_room(struct groups *groups, struct group_links *links, uint32_t slot,
                      uint32_t group)
{
    if (group >= groups->capacity) {
        groups->capacity = wider(groups->capacity, group);
        groups->at = must_grow(groups->at, groups->capacity * sizeof *groups->at);
    }
    while (groups->used <= group)
        groups->at[groups->used++] = (struct group){.oldest = LEDGER_NONE, .newest = LEDGER_NONE};
    if (slot >= links->capacity) {
        links->capacity = wider(links->capacity, slot);
        links->newer = must_grow(links->newer, links->capacity * sizeof *links->newer);
    }
}
