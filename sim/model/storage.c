// SPDX-License-Identifier: GPL-3.0-or-later
/* Picking a message from an imperfect store.  Candidates are walked in the queue's order; those
 * that the call may see are counted up to the reorder window, and one of them is drawn uniformly.
 */
#include "model/storage.h"

#include <stdlib.h>

#include "base/arena.h"

void storage_init(struct storage *storage, const struct queue *queue)
{
    const struct queue_storage_cfg *cfg = &queue->cfg->storage;
    const char *name = queue->service.node.name;
    storage->cfg = cfg;
    storage->is_ordered = cfg->reorder_window == 0 &&
                          (cfg->short_poll_servers == 0 || cfg->short_poll_servers >= cfg->servers);
    storage->placement = rng_name(queue->seed, queue->replication, name, "storage.server");
    rng_init(&storage->rng, rng_name(queue->seed, queue->replication, name, "storage"));
    storage->asked_call = UINT64_MAX;
}

void storage_free(struct storage *storage)
{
    free(storage->stash);
}

static bool samples(const struct storage *storage, bool is_short)
{
    return is_short && storage->cfg->short_poll_servers > 0;
}

/* A sample without replacement of the servers, drawn once a call. */
uint64_t storage_ask(struct storage *storage, const struct queue *queue, bool is_short)
{
    const uint64_t servers = (uint64_t)storage->cfg->servers;
    uint64_t wanted = (uint64_t)storage->cfg->short_poll_servers;
    if (!samples(storage, is_short))
        return UINT64_MAX;
    if (storage->asked_call == queue->call_number)
        return storage->asked;
    storage->asked_call = queue->call_number;
    storage->asked = 0;
    for (uint64_t left = servers; wanted > 0; left--) {
        if (rng_below(&storage->rng, left) < wanted) {
            storage->asked |= UINT64_C(1) << (left - 1);
            wanted--;
        }
    }
    return storage->asked;
}

bool storage_sees(const struct storage *storage, const struct queue *queue, uint64_t asked,
                  uint32_t slot)
{
    const struct message *m = queue_message(queue, slot);
    const uint64_t *paths = queue->messages->side.path;
    const uint64_t way = paths != NULL ? paths[slot] >> 16 : 0;
    const uint64_t key = messages_key(queue->messages, message_root(m)) + way;
    const uint64_t word = rng_keyed_word(storage->placement, key, 0);
    return asked >> (word % (uint64_t)storage->cfg->servers) & 1;
}

static void stash_top(struct storage *storage, struct visible *visible,
                      struct slot_heap_places places, uint32_t *stashed)
{
    if (*stashed == storage->stash_capacity) {
        storage->stash_capacity = storage->stash_capacity ? 2 * storage->stash_capacity : 16;
        storage->stash =
            must_grow(storage->stash, storage->stash_capacity * sizeof *storage->stash);
    }
    storage->stash[(*stashed)++] = visible->returned.entries[0];
    slot_heap_remove(&visible->returned, places, 0);
}

static uint32_t next_fresh(const struct messages *messages, uint32_t slot)
{
    do
        slot = messages->at[slot].newer;
    while (slot != MESSAGE_NONE && !(messages->at[slot].flags & MESSAGE_FRESH));
    return slot;
}

/* Walks the queue's order until want candidates that the call may see have passed, or none is left;
 * returns the last, and sets seen to how many passed. */
static uint32_t walk(struct storage *storage, const struct queue *queue, struct visible *visible,
                     uint64_t asked, uint64_t want, uint64_t *seen)
{
    struct messages *messages = queue->messages;
    const struct slot_heap_places places = {(char *)messages->deadlines +
                                                offsetof(struct message_deadline, before),
                                            sizeof(struct message_deadline)};
    uint32_t fresh = visible->fresh, found = MESSAGE_NONE, stashed = 0;
    *seen = 0;
    while (*seen < want && (fresh != MESSAGE_NONE || visible->returned.count > 0)) {
        uint32_t slot = fresh;
        if (visible->returned.count > 0 &&
            (fresh == MESSAGE_NONE ||
             visible->returned.entries[0].key < messages_order(messages, fresh))) {
            slot = visible->returned.entries[0].id;
            stash_top(storage, visible, places, &stashed);
        } else {
            fresh = next_fresh(messages, fresh);
        }
        if (storage_sees(storage, queue, asked, slot)) {
            found = slot;
            ++*seen;
        }
    }
    for (uint32_t i = 0; i < stashed; i++)
        slot_heap_push(&visible->returned, places, storage->stash[i]);
    return found;
}

uint32_t storage_first(struct storage *storage, struct queue *queue, bool is_short)
{
    const uint64_t asked = storage_ask(storage, queue, is_short);
    const uint64_t window = (uint64_t)storage->cfg->reorder_window;
    uint64_t seen = queue->visible < window + 1 ? queue->visible : window + 1;
    if (samples(storage, is_short) &&
        window > 0) /* how many of the window's are seen shows only on the way */
        walk(storage, queue, &queue->order, asked, window + 1, &seen);
    const uint64_t want = seen > 1 ? 1 + rng_below(&storage->rng, seen) : 1;
    return walk(storage, queue, &queue->order, asked, want, &seen);
}
