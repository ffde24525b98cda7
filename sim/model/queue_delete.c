// SPDX-License-Identifier: GPL-3.0-or-later
/* DeleteMessage and ChangeMessageVisibility at a queue, single and in batches.  The kind judges the
 * handle; what follows is the same for all kinds. */
#include "model/queue.h"

#include "base/must.h"
#include "base/units.h"

/* The message that a handle names, if it still stands in this world under that seq. */
static struct message *of_handle(struct queue *queue, const struct delivery *handle)
{
    struct messages *messages = queue->messages;
    MUST(handle->slot < messages->used);
    struct message *m = &messages->at[handle->slot];
    return m->state != MESSAGE_FREE && m->seq == handle->seq ? m : NULL;
}

static void remove_deleted(struct queue *queue, const struct delivery *handle, struct fact fact,
                           int64_t now_ns)
{
    const bool survives =
        queue->cfg->storage.resurrect_p > 0.0 && queue->kind->survives_delete(queue);
    if (!survives) {
        queue_unlink(queue, handle->slot, now_ns);
        messages_release(queue->messages, handle->slot);
        probe_emit(queue->probe, &fact);
    } else {
        /* RCV-11: a copy on an unreachable server outlives the delete. */
        struct message *m = queue_message(queue, handle->slot);
        probe_emit(queue->probe, &fact);
        if (m->state == MESSAGE_IN_FLIGHT) {
            queue_show(queue, handle->slot, SHOWN_RESURRECTED, now_ns);
        } else {
            fact.kind = PROBE_RESURRECTED;
            probe_emit(queue->probe, &fact);
        }
    }
    if (queue->on_end != NULL)
        queue->on_end(queue->on_end_context, handle->root, now_ns);
}

static enum delete_status delete_one(struct queue *queue, const struct delivery *handle,
                                     size_t index, uint16_t caller, int64_t now_ns)
{
    /* DEL-3: repeated, or the message is gone: success all the same. */
    const enum delete_status status = of_handle(queue, handle) == NULL
                                          ? DELETE_IGNORED
                                          : queue->kind->judge_delete(queue, handle, now_ns);
    struct fact fact = {.at_ns = now_ns,
                        .kind = PROBE_DELETED,
                        .node = queue->service.node.id,
                        .peer = caller,
                        .n = (uint16_t)index,
                        .message = handle->slot,
                        .delivery = handle->receives,
                        .group = handle->group,
                        .bytes = handle->bytes,
                        .root = handle->root,
                        .seq = handle->seq};
    if (status == DELETE_OK) {
        remove_deleted(queue, handle, fact, now_ns);
        return status;
    }
    fact.kind = status == DELETE_IGNORED ? PROBE_DELETE_IGNORED : PROBE_DELETE_REFUSED;
    fact.value = status == DELETE_IGNORED;
    probe_emit(queue->probe, &fact);
    return status;
}

enum delete_status queue_delete(struct queue *queue, const struct delivery *handles, size_t count,
                                enum delete_status *results, uint16_t caller, int64_t now_ns)
{
    enum delete_status status = DELETE_OK;
    queue_settle(queue, now_ns);
    if (queue->quota.on &&
        !queue_admit_call(queue, ACTION_DELETE, &handles[0].group, 1, caller, now_ns)) {
        for (size_t i = 0; results != NULL && i < count; i++)
            results[i] = DELETE_THROTTLED;
        return DELETE_THROTTLED;
    }
    for (size_t i = 0; i < count; i++) {
        status = delete_one(queue, &handles[i], i, caller, now_ns);
        if (results != NULL)
            results[i] = status;
    }
    queue_match(queue, now_ns);
    return count == 1 ? status : DELETE_OK;
}

/* VIS-6: 12 hours from the receive, extensions included; within its first second 43,200 is
 * accepted. */
static bool beyond_cap(const struct queue *queue, uint32_t slot, int64_t timeout_ns, int64_t now_ns)
{
    const int64_t *received_ns = queue->messages->side.received_ns;
    if (received_ns == NULL || now_ns - received_ns[slot] < SEC)
        return false;
    return now_ns + timeout_ns > received_ns[slot] + 12 * HOUR;
}

/* VIS-1: the new deadline replaces the old one; VIS-4: a message already back is hidden again. */
static void hide_until(struct queue *queue, uint32_t slot, int64_t deadline_ns)
{
    struct message *m = queue_message(queue, slot);
    if (m->state == MESSAGE_VISIBLE) {
        queue->kind->taken(queue, slot);
        queue->visible--;
        queue->in_flight++;
        m->state = MESSAGE_IN_FLIGHT;
    } else {
        deadlines_remove(&queue->hidden, queue->messages, slot);
    }
    m->deadline_ns = deadline_ns;
    deadlines_add(&queue->hidden, queue->messages, slot);
    queue_arm(queue, deadline_ns);
}

static enum visibility_status change_one(struct queue *queue, const struct delivery *handle,
                                         size_t index, int64_t timeout_ns, uint16_t caller,
                                         int64_t now_ns)
{
    const struct message *m = of_handle(queue, handle);
    if (m == NULL)
        return VISIBILITY_GONE;
    const enum visibility_status status = queue->kind->judge_visibility(queue, handle, now_ns);
    if (status != VISIBILITY_OK)
        return status;
    if (beyond_cap(queue, handle->slot, timeout_ns, now_ns))
        return VISIBILITY_TOO_LONG;
    struct fact fact = queue_fact(queue, PROBE_EXTENDED, handle->slot, now_ns);
    fact.peer = caller;
    fact.n = (uint16_t)index;
    fact.delivery = handle->receives;
    fact.value = now_ns + timeout_ns;
    probe_emit(queue->probe, &fact);
    if (timeout_ns > 0)
        hide_until(queue, handle->slot, now_ns + timeout_ns);
    else if (m->state == MESSAGE_IN_FLIGHT)
        queue_show(queue, handle->slot, SHOWN_HIDDEN_OVER, now_ns);
    return VISIBILITY_OK;
}

enum visibility_status queue_change_visibility(struct queue *queue, const struct delivery *handles,
                                               size_t count, int64_t timeout_ns,
                                               enum visibility_status *results, uint16_t caller,
                                               int64_t now_ns)
{
    enum visibility_status status = VISIBILITY_OK;
    queue_settle(queue, now_ns);
    if (queue->quota.on &&
        !queue_admit_call(queue, ACTION_CHANGE_VISIBILITY, &handles[0].group, 1, caller, now_ns))
        return VISIBILITY_THROTTLED;
    for (size_t i = 0; i < count; i++) {
        status = change_one(queue, &handles[i], i, timeout_ns, caller, now_ns);
        if (results != NULL)
            results[i] = status;
    }
    queue_match(queue, now_ns);
    return count == 1 ? status : VISIBILITY_OK;
}
