// SPDX-License-Identifier: GPL-3.0-or-later
/* The links of tenants, and the tree: a leaf is a quiet tenant's oldest message, and of two
 * children the one that entered first wins. */
#include "observe/tenants.h"

#include <stdlib.h>
#include "base/arena.h"
#include "base/must.h"

enum { FIRST_CAPACITY = 16 };

void tenants_free(struct tenants *tenants)
{
    free(tenants->at);
    free(tenants->winners);
    *tenants = (struct tenants){.at = NULL};
}

void tenants_free_links(struct tenant_links *links)
{
    free(links->at);
    *links = (struct tenant_links){.at = NULL};
}

void tenants_clear(struct tenants *tenants)
{
    tenants->used = 0;
    for (uint32_t i = 0; i < 2 * tenants->capacity; i++)
        tenants->winners[i] = LEDGER_NONE;
}

/* Places wrap, so they are compared by their difference. */
static uint32_t older_of(const struct ledger *ledger, uint32_t a, uint32_t b)
{
    if (a == LEDGER_NONE || b == LEDGER_NONE)
        return a == LEDGER_NONE ? b : a;
    return (int32_t)(ledger->at[a].place - ledger->at[b].place) < 0 ? a : b;
}

static void play(struct tenants *tenants, const struct ledger *ledger, uint32_t id)
{
    const struct tenant *tenant = &tenants->at[id];
    uint32_t *winners = tenants->winners;
    uint32_t node = tenants->capacity + id;
    winners[node] = tenant->is_noisy ? LEDGER_NONE : tenant->oldest;
    for (node /= 2; node > 0; node /= 2)
        winners[node] = older_of(ledger, winners[2 * node], winners[2 * node + 1]);
}

/* A tree of twice the size has the old one as its left half. */
static void grow(struct tenants *tenants)
{
    const uint32_t old = tenants->capacity, capacity = old > 0 ? 2 * old : FIRST_CAPACITY;
    MUST(capacity < UINT32_MAX / 4);
    uint32_t *winners = must_alloc(2 * capacity * sizeof *winners);
    for (uint32_t i = 0; i < 2 * capacity; i++)
        winners[i] = LEDGER_NONE;
    for (uint32_t row = 1; row <= old; row *= 2) {
        for (uint32_t i = 0; i < row; i++)
            winners[2 * row + i] = tenants->winners[row + i];
    }
    winners[1] = old > 0 ? tenants->winners[1] : LEDGER_NONE;
    free(tenants->winners);
    tenants->winners = winners;
    tenants->at = must_grow(tenants->at, capacity * sizeof *tenants->at);
    tenants->capacity = capacity;
}

uint32_t tenants_of_group(struct tenants *tenants, uint32_t group)
{
    const uint32_t id = group + 1; /* no group, UINT32_MAX, wraps to 0 */
    while (tenants->used <= id) {
        if (tenants->used == tenants->capacity)
            grow(tenants);
        tenants->at[tenants->used++] =
            (struct tenant){.oldest = LEDGER_NONE, .newest = LEDGER_NONE};
    }
    return id;
}

void tenants_own(struct tenant_links *links, uint32_t slot, uint32_t id)
{
    if (slot >= links->capacity) {
        MUST(slot < UINT32_MAX / 2);
        links->capacity = links->capacity > 0 ? links->capacity : FIRST_CAPACITY;
        while (links->capacity <= slot)
            links->capacity *= 2;
        links->at = must_grow(links->at, links->capacity * sizeof *links->at);
    }
    links->at[slot] = (struct tenant_link){slot, slot, id};
}

void tenants_link(struct tenants *tenants, struct tenant_links *links, const struct ledger *ledger,
                  uint32_t slot)
{
    struct tenant_link *link = &links->at[slot];
    struct tenant *tenant = &tenants->at[link->tenant];
    link->older = tenant->newest;
    link->newer = LEDGER_NONE;
    tenant->newest = slot;
    if (link->older != LEDGER_NONE) {
        links->at[link->older].newer = slot;
    } else {
        tenant->oldest = slot;
        play(tenants, ledger, link->tenant);
    }
}

void tenants_unlink(struct tenants *tenants, struct tenant_links *links,
                    const struct ledger *ledger, uint32_t slot)
{
    struct tenant_link *link = &links->at[slot];
    struct tenant *tenant = &tenants->at[link->tenant];
    if (link->newer != LEDGER_NONE)
        links->at[link->newer].older = link->older;
    else
        tenant->newest = link->older;
    if (link->older != LEDGER_NONE) {
        links->at[link->older].newer = link->newer;
    } else {
        tenant->oldest = link->newer;
        play(tenants, ledger, link->tenant);
    }
    link->older = link->newer = slot;
}

void tenants_set_noisy(struct tenants *tenants, const struct ledger *ledger, uint32_t id,
                       bool is_noisy)
{
    tenants->at[id].is_noisy = is_noisy;
    play(tenants, ledger, id);
}
