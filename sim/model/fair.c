// SPDX-License-Identifier: GPL-3.0-or-later
/* The judgement of tenants, and what a receive gets.
 *
 * A tenant is judged whenever one of its messages is sent, goes in flight, comes back or leaves,
 * and all that were active within the window are judged when a part of the window ends: at the
 * first thing that happens in the next part.  So the share in flight is up to date as far as the
 * tenant itself goes, and the share of processing time is that of the closed parts. */
#include "model/fair.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "base/units.h"
#include "model/tenant.h"

/* FAIR-4: a tenant that sent nothing for so long is quiet. */
static const int64_t silence_ns = 5 * MINUTE;

/* A message taken out of the order for a while. */
struct stashed {
    struct slot_heap_entry entry;
    bool is_fresh, is_seen;
};

struct fair {
    struct queue *queue;
    struct tenants tenants;
    struct meter all;
    uint32_t *active; /* tenants whose meter is not idle */
    uint32_t active_count, active_capacity;
    int64_t now_ns, part_ns, part; /* the open part */
    struct stashed *stash;
    uint32_t stash_count, stash_capacity;
};

/* --- who is noisy --- */

/* FAIR-2, first: by its messages in flight. */
static bool crowds(const struct fair *fair, const struct tenant *tenant)
{
    const struct queue_fair_cfg *cfg = &fair->queue->cfg->fair;
    const uint32_t in_flight = tenant->meter.in_flight;
    return in_flight >= cfg->noisy_minimum &&
           (double)in_flight > cfg->noisy_share * (double)fair->all.in_flight;
}

/* FAIR-2, second: by the time that its messages spent in flight within the window.  The text knows
 * no least amount here; as many receives as must be in flight at once are one (inferred). */
static bool hogs(const struct fair *fair, const struct tenant *tenant)
{
    const struct queue_fair_cfg *cfg = &fair->queue->cfg->fair;
    return meter_taken(&tenant->meter) >= cfg->noisy_minimum &&
           (double)meter_spent_ns(&tenant->meter) >
               cfg->noisy_share * (double)meter_spent_ns(&fair->all);
}

/* FAIR-4: quiet again once its backlog is drained, it sent nothing for a while, or both of its
 * shares have fallen. */
static bool is_noisy(const struct fair *fair, const struct tenant *tenant)
{
    return tenant->stored > 0 && fair->now_ns - tenant->sent_ns < silence_ns &&
           (crowds(fair, tenant) || hogs(fair, tenant));
}

static void tell(const struct fair *fair, uint32_t id, bool is_on)
{
    const struct queue *queue = fair->queue;
    const struct fact fact = {.at_ns = fair->now_ns,
                              .kind = PROBE_NOISY,
                              .node = queue->service.node.id,
                              .peer = NODE_NONE,
                              .message = MESSAGE_NONE,
                              .group = id - 1,
                              .value = is_on};
    probe_emit(queue->probe, &fact);
}

/* Judges a tenant, and puts it where it belongs. */
static void judge(struct fair *fair, uint32_t id)
{
    const struct tenant *tenant = &fair->tenants.at[id];
    const bool is_on = id != TENANT_UNGROUPED && is_noisy(fair, tenant);
    if (is_on == tenant->is_noisy) {
        tenant_list(&fair->tenants, id);
        return;
    }
    tenant_set_noisy(&fair->tenants, id, is_on);
    tell(fair, id, is_on);
}

/* --- time --- */

static void start_part(struct fair *fair, int64_t part)
{
    struct tenant *at = fair->tenants.at;
    uint32_t kept = 0;
    meter_roll(&fair->all, fair->part_ns, fair->part, part);
    for (uint32_t i = 0; i < fair->active_count; i++)
        meter_roll(&at[fair->active[i]].meter, fair->part_ns, fair->part, part);
    fair->part = part;
    for (uint32_t i = 0; i < fair->active_count; i++) {
        const uint32_t id = fair->active[i];
        judge(fair, id);
        at[id].is_active = !meter_is_idle(&at[id].meter);
        if (at[id].is_active)
            fair->active[kept++] = id;
    }
    fair->active_count = kept;
}

static void pass(struct fair *fair, int64_t now_ns)
{
    MUST(now_ns >= fair->now_ns);
    fair->now_ns = now_ns;
    if (now_ns >= (fair->part + 1) * fair->part_ns)
        start_part(fair, now_ns / fair->part_ns);
}

static void activate(struct fair *fair, uint32_t id)
{
    struct tenant *tenant = &fair->tenants.at[id];
    if (tenant->is_active)
        return;
    if (fair->active_count == fair->active_capacity) {
        fair->active_capacity = fair->active_capacity ? 2 * fair->active_capacity : 16;
        fair->active = must_grow(fair->active, fair->active_capacity * sizeof *fair->active);
    }
    fair->active[fair->active_count++] = id;
    tenant->is_active = true;
}

/* --- hooks --- */

void fair_stored(struct fair *fair, uint32_t slot, int64_t now_ns)
{
    const uint32_t id = tenant_of(&fair->tenants, slot);
    struct tenant *tenant = &fair->tenants.at[id];
    pass(fair, now_ns);
    tenant->stored++;
    tenant->sent_ns = now_ns;
    judge(fair, id);
}

/* The message came back from flight. */
static void put_down(struct fair *fair, uint32_t id)
{
    meter_return(&fair->tenants.at[id].meter, fair->now_ns);
    meter_return(&fair->all, fair->now_ns);
}

void fair_shown(struct fair *fair, uint32_t slot, enum queue_shown why, bool to_back,
                int64_t now_ns)
{
    struct messages *messages = fair->queue->messages;
    const uint32_t id = tenant_of(&fair->tenants, slot);
    pass(fair, now_ns);
    if (why == SHOWN_SENT)
        tenant_add_fresh(&fair->tenants, id, slot);
    else
        tenant_add_returned(
            &fair->tenants, id,
            to_back ? (int64_t)messages->next_seq++ : messages_order(messages, slot), slot);
    if (why == SHOWN_HIDDEN_OVER || why == SHOWN_COPIED || why == SHOWN_RESURRECTED)
        put_down(fair, id);
    judge(fair, id);
}

void fair_hidden(struct fair *fair, uint32_t slot)
{
    const uint32_t id = tenant_of(&fair->tenants, slot);
    tenant_remove(&fair->tenants, id, slot);
    tenant_list(&fair->tenants, id);
}

void fair_taken(struct fair *fair, uint32_t slot, int64_t now_ns)
{
    const uint32_t id = tenant_of(&fair->tenants, slot);
    pass(fair, now_ns);
    activate(fair, id);
    meter_take(&fair->tenants.at[id].meter, now_ns);
    meter_take(&fair->all, now_ns);
    judge(fair, id);
}

void fair_left(struct fair *fair, uint32_t slot)
{
    const uint32_t id = tenant_of(&fair->tenants, slot);
    struct tenant *tenant = &fair->tenants.at[id];
    const int64_t now_ns = fair->queue->engine->now_ns;
    pass(fair, now_ns > fair->now_ns ? now_ns : fair->now_ns);
    MUST(tenant->stored > 0);
    tenant->stored--;
    if (queue_message(fair->queue, slot)->state == MESSAGE_IN_FLIGHT)
        put_down(fair, id);
    /* FAIR-4: with the backlog gone the tenant begins anew. */
    if (tenant->stored == 0)
        meter_forget(&tenant->meter);
    judge(fair, id);
}

/* --- whose turn it is, in an imperfect store --- */

static void take_out(struct fair *fair, uint32_t id, bool is_seen)
{
    const struct slot_heap_entry head = tenant_head(&fair->tenants, id);
    if (fair->stash_count == fair->stash_capacity) {
        fair->stash_capacity = fair->stash_capacity ? 2 * fair->stash_capacity : 16;
        fair->stash = must_grow(fair->stash, fair->stash_capacity * sizeof *fair->stash);
    }
    const bool is_fresh = queue_message(fair->queue, head.id)->flags & MESSAGE_FRESH;
    fair->stash[fair->stash_count++] = (struct stashed){head, is_fresh, is_seen};
    tenant_remove(&fair->tenants, id, head.id);
    tenant_list(&fair->tenants, id);
}

/* What was taken out last stood in front of its tenant's others. */
static void put_back(struct fair *fair)
{
    while (fair->stash_count > 0) {
        const struct stashed *stashed = &fair->stash[--fair->stash_count];
        const uint32_t slot = stashed->entry.id, id = tenant_of(&fair->tenants, slot);
        if (stashed->is_fresh)
            tenant_add_front(&fair->tenants, id, slot);
        else
            tenant_add_returned(&fair->tenants, id, stashed->entry.key, slot);
        tenant_list(&fair->tenants, id);
    }
}

/* Takes out messages in their order until want have passed that the call sees; returns how many
 * did.  A noisy tenant's is no candidate beside a quiet one's. */
static uint64_t walk(struct fair *fair, const struct storage *storage, uint64_t asked,
                     uint64_t want)
{
    uint64_t seen = 0;
    uint32_t id;
    bool is_quiet = false;
    while (seen < want && (id = tenant_first(&fair->tenants)) != MESSAGE_NONE) {
        const bool is_noisy_one = fair->tenants.at[id].is_noisy;
        const uint32_t slot = tenant_head(&fair->tenants, id).id;
        const bool is_seen = storage_sees(storage, fair->queue, asked, slot);
        if (is_quiet && is_noisy_one)
            break;
        is_quiet = is_quiet || (is_seen && !is_noisy_one);
        seen += is_seen;
        take_out(fair, id, is_seen);
    }
    return seen;
}

static uint32_t pick(struct fair *fair, struct storage *storage, bool is_short)
{
    const uint64_t asked = storage_ask(storage, fair->queue, is_short);
    const uint64_t seen = walk(fair, storage, asked, (uint64_t)storage->cfg->reorder_window + 1);
    uint64_t left = seen > 1 ? rng_below(&storage->rng, seen) : 0;
    uint32_t found = MESSAGE_NONE;
    for (uint32_t i = 0; seen > 0 && found == MESSAGE_NONE; i++) {
        if (fair->stash[i].is_seen && left-- == 0)
            found = fair->stash[i].entry.id;
    }
    put_back(fair);
    return found;
}

uint32_t fair_first(struct fair *fair, struct storage *storage, bool is_short, int64_t now_ns)
{
    pass(fair, now_ns);
    if (!storage->is_ordered)
        return pick(fair, storage, is_short);
    const uint32_t id = tenant_first(&fair->tenants);
    return id != MESSAGE_NONE ? tenant_head(&fair->tenants, id).id : MESSAGE_NONE;
}

/* --- life --- */

/* FAIR-1: what is there has no group. */
static void take_over(struct fair *fair)
{
    struct queue *queue = fair->queue;
    struct tenants *tenants = &fair->tenants;
    const struct slot_heap *returned = &queue->order.returned;
    for (uint32_t slot = queue->oldest; slot != MESSAGE_NONE;
         slot = queue_message(queue, slot)->newer) {
        const uint32_t id = tenant_of(tenants, slot);
        tenants->at[id].stored++;
        if (queue_message(queue, slot)->flags & MESSAGE_FRESH)
            tenant_add_fresh(tenants, id, slot);
    }
    for (uint32_t i = 0; i < returned->count; i++)
        tenant_add_returned(tenants, TENANT_UNGROUPED, returned->entries[i].key,
                            returned->entries[i].id);
    visible_clear(&queue->order);
    if (queue->in_flight == 0 && queue->visible == 0)
        return;
    struct tenant *tenant = &tenants->at[TENANT_UNGROUPED];
    tenant->meter.in_flight = fair->all.in_flight = queue->in_flight;
    tenant->meter.since_ns = fair->now_ns;
    activate(fair, TENANT_UNGROUPED);
    tenant_list(tenants, TENANT_UNGROUPED);
}

static void tell_fair(const struct fair *fair)
{
    const struct queue *queue = fair->queue;
    const struct fact fact = {.at_ns = fair->now_ns,
                              .kind = PROBE_FAIR,
                              .node = queue->service.node.id,
                              .peer = NODE_NONE,
                              .message = MESSAGE_NONE,
                              .group = MESSAGE_NO_GROUP};
    probe_emit(queue->probe, &fact);
}

struct fair *fair_new(struct queue *queue, int64_t now_ns)
{
    struct fair *fair = must_alloc(sizeof *fair);
    const int64_t window_ns = queue->cfg->fair.window_ns;
    memset(fair, 0, sizeof *fair);
    fair->queue = queue;
    fair->now_ns = fair->all.since_ns = now_ns;
    fair->part_ns = window_ns > METER_PARTS ? window_ns / METER_PARTS : 1;
    fair->part = now_ns / fair->part_ns;
    tenant_set_init(&fair->tenants, queue->messages);
    take_over(fair);
    tell_fair(fair);
    return fair;
}

void fair_free(struct fair *fair)
{
    if (fair == NULL)
        return;
    tenant_set_free(&fair->tenants);
    meter_free(&fair->all);
    free(fair->active);
    free(fair->stash);
    free(fair);
}
