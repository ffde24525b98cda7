// SPDX-License-Identifier: GPL-3.0-or-later
/* The tenants of fair queues: each one's messages by state, and its oldest.
 *
 * Messages whose age counts are linked in the order of entering, by a side table by slot that
 * exists only if there is a fair queue.  A tree of winners over the quiet tenants knows the oldest
 * message of them all: exact, at a price of O(log tenants) for each change of a tenant's oldest. */
#ifndef QUEUELAB_OBSERVE_TENANTS_H
#define QUEUELAB_OBSERVE_TENANTS_H

#include <stdbool.h>
#include <stdint.h>
#include "observe/ledger.h"

/* A message of a tenant. */
struct tenant_link {
    uint32_t older, newer; /* slots, or LEDGER_NONE; both its own: it is not linked */
    uint32_t tenant;
};

/* By slot, for all fair queues of a world. */
struct tenant_links {
    struct tenant_link *at;
    uint32_t capacity;
};

struct tenant {
    uint32_t oldest, newest; /* slots, or LEDGER_NONE */
    uint32_t count[LEDGER_STATES];
    bool is_noisy;
};

/* By number: 0 for messages without a group, group + 1 for the others. */
struct tenants {
    struct tenant *at;
    uint32_t used, capacity;
    uint32_t *winners; /* slots, or LEDGER_NONE: leaf i at capacity + i, the root at 1 */
};

void tenants_free(struct tenants *tenants);
void tenants_free_links(struct tenant_links *links);
void tenants_clear(struct tenants *tenants);
/* The tenant of a group, who is new if unknown. */
uint32_t tenants_of_group(struct tenants *tenants, uint32_t group);

/* The message belongs to a tenant, whether it is linked or not. */
void tenants_own(struct tenant_links *links, uint32_t slot, uint32_t id);
static inline bool tenants_is_linked(const struct tenant_links *links, uint32_t slot)
{
    return links->at[slot].newer != slot;
}
/* The message joins as the newest, or leaves. */
void tenants_link(struct tenants *tenants, struct tenant_links *links, const struct ledger *ledger,
                  uint32_t slot);
void tenants_unlink(struct tenants *tenants, struct tenant_links *links,
                    const struct ledger *ledger, uint32_t slot);
void tenants_set_noisy(struct tenants *tenants, const struct ledger *ledger, uint32_t id,
                       bool is_noisy);
/* Of quiet tenants, or LEDGER_NONE. */
static inline uint32_t tenants_oldest(const struct tenants *tenants)
{
    return tenants->capacity > 0 ? tenants->winners[1] : LEDGER_NONE;
}

#endif
