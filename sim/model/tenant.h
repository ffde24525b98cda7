// SPDX-License-Identifier: GPL-3.0-or-later
/* The tenants of a fair queue, and the order of what is visible: within a tenant that of visible.h
 * (RCV-10, CW-4), and among tenants whose turn it is (FAIR-3).
 *
 * A tenant's messages never received are a list, which costs no memory besides; those that came
 * back lie in a heap.  Tenants with something visible stand in one of two heaps by their first
 * message.  Who is noisy is not decided here. */
#ifndef QUEUELAB_MODEL_TENANT_H
#define QUEUELAB_MODEL_TENANT_H

#include <stdbool.h>
#include <stdint.h>
#include "model/message.h"
#include "model/meter.h"
#include "model/slot_heap.h"

/* The tenant of messages without a group; group g is tenant g + 1. */
enum { TENANT_UNGROUPED = 0 };

struct tenant {
    uint32_t fresh, newest; /* its MESSAGE_FRESH, linked by message_group */
    struct slot_heap returned;
    uint32_t place;  /* in its heap of tenants; MESSAGE_NONE: nothing of it is visible */
    uint32_t stored; /* messages in the queue, in any state */
    bool is_noisy, is_active;
    int64_t sent_ns; /* when it sent latest */
    struct meter meter;
};

struct tenants {
    struct messages *messages;
    struct tenant *at;
    uint32_t count, capacity;
    struct slot_heap quiet; /* by the order of their first message */
    struct slot_heap noisy; /* by messages in flight, then by the order of their first */
};

void tenant_set_init(struct tenants *tenants, struct messages *messages);
void tenant_set_free(struct tenants *tenants);

/* The number of the slot's tenant, who is new if unknown; moves the tenants. */
uint32_t tenant_of(struct tenants *tenants, uint32_t slot);

/* A message just sent, behind the tenant's others. */
void tenant_add_fresh(struct tenants *tenants, uint32_t id, uint32_t slot);
/* A message that was taken out in front of those never received is back there. */
void tenant_add_front(struct tenants *tenants, uint32_t id, uint32_t slot);
/* A message at a place of its own. */
void tenant_add_returned(struct tenants *tenants, uint32_t id, int64_t order, uint32_t slot);
void tenant_remove(struct tenants *tenants, uint32_t id, uint32_t slot);
/* The tenant's first visible message with its order; its id is MESSAGE_NONE if there is none. */
struct slot_heap_entry tenant_head(const struct tenants *tenants, uint32_t id);

/* To be called when the tenant's head or, if it is noisy, its number in flight has changed. */
void tenant_list(struct tenants *tenants, uint32_t id);
void tenant_set_noisy(struct tenants *tenants, uint32_t id, bool is_noisy);
/* The tenant whose turn it is, or MESSAGE_NONE.  FAIR-3: quiet ones first; nothing is held back. */
uint32_t tenant_first(const struct tenants *tenants);

#endif
