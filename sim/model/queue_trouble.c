// SPDX-License-Identifier: GPL-3.0-or-later
/* What can be wrong with a queue for a while: calls that are refused, and a store that keeps
 * copies.  Who decides that is not known here; messages stay where they are. */
#include "model/queue.h"

#include "base/must.h"

void queue_trouble_calls(struct queue *queue, double refuse_p, double calls_per_s, int64_t now_ns)
{
    gate_set(&queue->gate, refuse_p, calls_per_s, now_ns);
    queue->is_guarded = queue->quota.on || gate_judges(&queue->gate);
    if (gate_is_closed(&queue->gate))
        queue_refuse_waiting(queue, now_ns);
}

/* RCV-11: while a server cannot be reached, its copies survive.  Oracles are told once, since a
 * copy can turn up long after the trouble is over. */
void queue_trouble_storage(struct queue *queue, double duplicate_p, double resurrect_p,
                           int64_t now_ns)
{
    MUST(!queue->is_fifo);
    queue->own.storage.duplicate_p = duplicate_p;
    queue->own.storage.resurrect_p = resurrect_p;
    if (queue->had_copies || (duplicate_p == 0.0 && resurrect_p == 0.0))
        return;
    const bool was_ideal = queue->is_ideal;
    queue->had_copies = true;
    queue->is_ideal = false;
    struct fact fact = queue_call_fact(queue, PROBE_QUEUE_CHANGED, NODE_NONE, now_ns);
    fact.n = QUEUE_FACT_STORE_IS_IDEAL;
    fact.value = 0;
    if (was_ideal)
        probe_emit(queue->probe, &fact);
}
