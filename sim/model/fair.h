// SPDX-License-Identifier: GPL-3.0-or-later
/* Fair queues: who is a noisy neighbour, and whose turn it is (FAIR-1 to FAIR-4).
 *
 * A standard queue is fair from its first message with a message group on: the group names a
 * tenant.  Each tenant's visible messages stand in the order of visible.h; two heaps of tenants,
 * the quiet and the noisy ones, say whose first message comes first.  Messages without a group are
 * tenants of their own, too small to be noisy: they share one line among the quiet. */
#ifndef QUEUELAB_MODEL_FAIR_H
#define QUEUELAB_MODEL_FAIR_H

#include "model/queue.h"
#include "model/storage.h"

struct fair;

/* Takes over what stands in queue->order, and says that the queue is fair. */
struct fair *fair_new(struct queue *queue, int64_t now_ns);
void fair_free(struct fair *fair);

/* As the hooks of a queue kind of the same names. */
void fair_stored(struct fair *fair, uint32_t slot, int64_t now_ns);
void fair_hidden(struct fair *fair, uint32_t slot);
void fair_taken(struct fair *fair, uint32_t slot, int64_t now_ns);
void fair_left(struct fair *fair, uint32_t slot);
/* to_back: behind everything that is there now (CW-4). */
void fair_shown(struct fair *fair, uint32_t slot, enum queue_shown why, bool to_back,
                int64_t now_ns);

/* The message that a receive gets next, or MESSAGE_NONE.  From an imperfect store: out of the
 * messages that the call sees; the reorder window does not reach from quiet tenants to noisy ones.
 */
uint32_t fair_first(struct fair *fair, struct storage *storage, bool is_short, int64_t now_ns);

#endif
