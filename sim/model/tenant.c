// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists and heaps of a fair queue.  A visible message is MESSAGE_FRESH and in its tenant's list, or
 * in its tenant's heap with its position in before of its deadline; never both. */
#include "model/tenant.h"

#include <stdlib.h>
#include "base/arena.h"

#ifdef STRESS
enum { FIRST_CAPACITY = 1 };
#else
enum { FIRST_CAPACITY = 16 };
#endif

void tenant_set_init(struct tenants *tenants, struct messages *messages)
{
    *tenants = (struct tenants){.messages = messages};
}

void tenant_set_free(struct tenants *tenants)
{
    for (uint32_t i = 0; i < tenants->count; i++) {
        slot_heap_free(&tenants->at[i].returned);
        meter_free(&tenants->at[i].meter);
    }
    slot_heap_free(&tenants->quiet);
    slot_heap_free(&tenants->noisy);
    free(tenants->at);
}

static void add(struct tenants *tenants)
{
    if (tenants->count == tenants->capacity) {
        tenants->capacity = tenants->capacity ? 2 * tenants->capacity : FIRST_CAPACITY;
        tenants->at = must_grow(tenants->at, tenants->capacity * sizeof *tenants->at);
    }
    tenants->at[tenants->count++] =
        (struct tenant){.fresh = MESSAGE_NONE, .newest = MESSAGE_NONE, .place = MESSAGE_NONE};
}

uint32_t tenant_of(struct tenants *tenants, uint32_t slot)
{
    /* MESSAGE_NO_GROUP wraps to TENANT_UNGROUPED. */
    const uint32_t id = messages_group(tenants->messages, slot) + 1;
    while (tenants->count <= id)
        add(tenants);
    return id;
}

/* --- within a tenant --- */

static struct slot_heap_places message_places(struct messages *messages)
{
    return (struct slot_heap_places){(char *)messages->deadlines +
                                         offsetof(struct message_deadline, before),
                                     sizeof(struct message_deadline)};
}

/* Between two neighbours of the list, or at its end (MESSAGE_NONE). */
static void link_fresh(struct tenants *tenants, struct tenant *tenant, uint32_t slot,
                       uint32_t older, uint32_t newer)
{
    struct messages *messages = tenants->messages;
    messages->at[slot].flags |= MESSAGE_FRESH;
    messages->side.group[slot].older = older;
    messages->side.group[slot].newer = newer;
    if (older == MESSAGE_NONE)
        tenant->fresh = slot;
    else
        messages->side.group[older].newer = slot;
    if (newer == MESSAGE_NONE)
        tenant->newest = slot;
    else
        messages->side.group[newer].older = slot;
}

void tenant_add_fresh(struct tenants *tenants, uint32_t id, uint32_t slot)
{
    struct tenant *tenant = &tenants->at[id];
    link_fresh(tenants, tenant, slot, tenant->newest, MESSAGE_NONE);
}

void tenant_add_front(struct tenants *tenants, uint32_t id, uint32_t slot)
{
    struct tenant *tenant = &tenants->at[id];
    link_fresh(tenants, tenant, slot, MESSAGE_NONE, tenant->fresh);
}

void tenant_add_returned(struct tenants *tenants, uint32_t id, int64_t order, uint32_t slot)
{
    slot_heap_push(&tenants->at[id].returned, message_places(tenants->messages),
                   (struct slot_heap_entry){order, 0, slot});
}

static void unlink_fresh(struct tenants *tenants, struct tenant *tenant, uint32_t slot)
{
    const struct message_side *side = &tenants->messages->side;
    const uint32_t older = side->group[slot].older, newer = side->group[slot].newer;
    tenants->messages->at[slot].flags &= (uint8_t)~MESSAGE_FRESH;
    if (older == MESSAGE_NONE)
        tenant->fresh = newer;
    else
        side->group[older].newer = newer;
    if (newer == MESSAGE_NONE)
        tenant->newest = older;
    else
        side->group[newer].older = older;
}

void tenant_remove(struct tenants *tenants, uint32_t id, uint32_t slot)
{
    struct messages *messages = tenants->messages;
    struct tenant *tenant = &tenants->at[id];
    if (messages->at[slot].flags & MESSAGE_FRESH)
        unlink_fresh(tenants, tenant, slot);
    else
        slot_heap_remove(&tenant->returned, message_places(messages),
                         messages->deadlines[slot].before);
}

struct slot_heap_entry tenant_head(const struct tenants *tenants, uint32_t id)
{
    const struct tenant *tenant = &tenants->at[id];
    struct slot_heap_entry head = {.id = MESSAGE_NONE};
    if (tenant->returned.count > 0)
        head = tenant->returned.entries[0];
    if (tenant->fresh == MESSAGE_NONE)
        return head;
    const int64_t order = messages_order(tenants->messages, tenant->fresh);
    if (head.id == MESSAGE_NONE || order < head.key)
        head = (struct slot_heap_entry){order, 0, tenant->fresh};
    return head;
}

/* --- among tenants --- */

static struct slot_heap_places tenant_places(struct tenants *tenants)
{
    return (struct slot_heap_places){(char *)tenants->at + offsetof(struct tenant, place),
                                     sizeof(struct tenant)};
}

static struct slot_heap *heap_of(struct tenants *tenants, const struct tenant *tenant)
{
    return tenant->is_noisy ? &tenants->noisy : &tenants->quiet;
}

static void unlist(struct tenants *tenants, struct tenant *tenant)
{
    if (tenant->place == MESSAGE_NONE)
        return;
    slot_heap_remove(heap_of(tenants, tenant), tenant_places(tenants), tenant->place);
    tenant->place = MESSAGE_NONE;
}

void tenant_list(struct tenants *tenants, uint32_t id)
{
    struct tenant *tenant = &tenants->at[id];
    struct slot_heap *heap = heap_of(tenants, tenant);
    const struct slot_heap_entry head = tenant_head(tenants, id);
    struct slot_heap_entry entry = {head.key, 0, id};
    if (head.id == MESSAGE_NONE) {
        unlist(tenants, tenant);
        return;
    }
    /* FAIR-3: of several noisy tenants the one with fewest in flight comes first. */
    if (tenant->is_noisy)
        entry = (struct slot_heap_entry){tenant->meter.in_flight, (uint32_t)head.key, id};
    if (tenant->place != MESSAGE_NONE && heap->entries[tenant->place].key == entry.key &&
        heap->entries[tenant->place].tie == entry.tie)
        return;
    unlist(tenants, tenant);
    slot_heap_push(heap, tenant_places(tenants), entry);
}

void tenant_set_noisy(struct tenants *tenants, uint32_t id, bool is_noisy)
{
    struct tenant *tenant = &tenants->at[id];
    unlist(tenants, tenant);
    tenant->is_noisy = is_noisy;
    tenant_list(tenants, id);
}

uint32_t tenant_first(const struct tenants *tenants)
{
    if (tenants->quiet.count > 0)
        return tenants->quiet.entries[0].id;
    return tenants->noisy.count > 0 ? tenants->noisy.entries[0].id : MESSAGE_NONE;
}
