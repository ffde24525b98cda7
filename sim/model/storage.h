// SPDX-License-Identifier: GPL-3.0-or-later
/* The distributed store behind a standard queue, where it is not ideal: messages lie on servers, a
 * short poll asks only some of them (RCV-5), order is kept within a window only (RCV-10), and
 * copies survive a receive or a delete (RCV-11). */
#ifndef QUEUELAB_MODEL_STORAGE_H
#define QUEUELAB_MODEL_STORAGE_H

#include <stdbool.h>
#include "core/rng.h"
#include "model/queue.h"
#include "model/visible.h"

struct storage {
    const struct queue_storage_cfg *cfg;
    bool is_ordered;    /* one server asked, no window: visible_first is right */
    uint64_t placement; /* names the draw of a message's server */
    struct rng rng;
    uint64_t asked; /* bit i: server i is asked in the call asked_call */
    uint64_t asked_call;
    struct slot_heap_entry *stash; /* entries taken out while looking further */
    uint32_t stash_capacity;
};

void storage_init(struct storage *storage, const struct queue *queue);
void storage_free(struct storage *storage);

/* The servers that this call asks, a bit each; all of them where it is no short poll. */
uint64_t storage_ask(struct storage *storage, const struct queue *queue, bool is_short);
/* Does one of them hold the message? */
bool storage_sees(const struct storage *storage, const struct queue *queue, uint64_t asked,
                  uint32_t slot);

/* The message that a receive gets, or MESSAGE_NONE; is_short: a short poll, which asks a sample. */
uint32_t storage_first(struct storage *storage, struct queue *queue, bool is_short);

#endif
