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

/* RCV-11: a copy on an unreachable server outlives the delete. */
static __attribute__((noinline)) void keep_copy(struct queue *queue, const struct delivery *handle,
                                                struct fact fact, int64_t now_ns)
{
    probe_emit(queue->probe, &fact);
    if (queue_message(queue, handle->slot)->state == MESSAGE_IN_FLIGHT) {
        queue_show(queue, handle->slot, SHOWN_RESURRECTED, now_ns);
    } else {
        fact.kind = PROBE_RESURRECTED;
        probe_emit(queue->probe, &fact);
    }
}

static inline void unlink_from_age(struct queue *queue, struct message *at, const struct message *m)
{
    const uint32_t older = m->older, newer = m->newer;
    if (older == MESSAGE_NONE)
        queue->oldest = newer;
    else
        at[older].newer = newer;
    if (newer == MESSAGE_NONE)
        queue->newest = older;
    else
        at[newer].older = older;
}

static inline void leave(struct queue *queue, struct message *at, struct message *m, uint32_t slot)
{
    if (__builtin_expect(m->state == MESSAGE_IN_FLIGHT, 1)) {
        queue->in_flight--;
        deadlines_remove(&queue->hidden, queue->messages, slot);
    } else if (m->state == MESSAGE_VISIBLE) {
        queue_hide(queue, slot);
        queue->visible--;
    } else {
        MUST(m->state == MESSAGE_DELAYED);
        queue->delayed--;
        deadlines_remove(&queue->delays, queue->messages, slot);
    }
    if (queue->kind->left != NULL)
        queue->kind->left(queue, slot);
    unlink_from_age(queue, at, m);
    if (queue->drains)
        engine_release(queue->engine);
}

void queue_unlink(struct queue *queue, uint32_t slot)
{
    struct message *at = queue->messages->at;
    leave(queue, at, &at[slot], slot);
}

static inline void remove_deleted(struct queue *queue, const struct delivery *handle,
                                  const struct fact *fact, int64_t now_ns)
{
    if (!queue->is_ideal && queue->cfg->storage.resurrect_p > 0.0 &&
        queue->kind->survives_delete(queue)) {
        keep_copy(queue, handle, *fact, now_ns);
    } else {
        struct messages *messages = queue->messages;
        const uint32_t slot = handle->slot;
        struct message *m = &messages->at[slot];
        leave(queue, messages->at, m, slot);
        messages_release_taken(messages, m, slot);
        probe_emit(queue->probe, fact);
    }
    if (queue->on_end != NULL)
        queue->on_end(queue->on_end_context, handle->root, now_ns);
}

static inline enum delete_status judge(struct queue *queue, const struct delivery *handle,
                                       int64_t now_ns)
{
    const struct message *m = of_handle(queue, handle);
    if (m == NULL)
        return DELETE_IGNORED; /* DEL-3: repeated, or the message is gone: success all the same */
    if (queue_handle_holds(queue, handle, m, now_ns))
        return DELETE_OK;
    return queue->kind->judge_delete(queue, handle, now_ns);
}

/* A fact about what a call asked of a handle, whether its message is here or not. */
static inline struct fact handle_fact(const struct queue *queue, enum probe_kind kind,
                                      const struct delivery *handle, size_t index, uint16_t caller,
                                      int64_t now_ns)
{
    return (struct fact){.at_ns = now_ns,
                         .who = probe_who(kind, queue->service.node.id, caller, (uint16_t)index),
                         .message = handle->slot,
                         .delivery = handle->receives,
                         .group = handle->group,
                         .bytes = handle->bytes,
                         .root = handle->root,
                         .seq = handle->seq,
                         .value = 0,
                         .other = 0};
}

static __attribute__((noinline)) enum delete_status
say_not_deleted(struct queue *queue, const struct delivery *handle, size_t index,
                enum delete_status status, uint16_t caller, int64_t now_ns)
{
    const bool is_ignored = status == DELETE_IGNORED;
    struct fact fact = handle_fact(queue, is_ignored ? PROBE_DELETE_IGNORED : PROBE_DELETE_REFUSED,
                                   handle, index, caller, now_ns);
    fact.value = is_ignored;
    probe_emit(queue->probe, &fact);
    return status;
}

static inline enum delete_status delete_one(struct queue *queue, const struct delivery *handle,
                                            size_t index, uint16_t caller, int64_t now_ns)
{
    const enum delete_status status = judge(queue, handle, now_ns);
    if (__builtin_expect(status != DELETE_OK, 0))
        return say_not_deleted(queue, handle, index, status, caller, now_ns);
    const struct fact fact = handle_fact(queue, PROBE_DELETED, handle, index, caller, now_ns);
    remove_deleted(queue, handle, &fact, now_ns);
    return status;
}

/* LIM-4: a batch counts against the partitions of its groups. */
static bool admit_handles(struct queue *queue, enum queue_action action,
                          const struct delivery *handles, size_t count, uint16_t caller,
                          int64_t now_ns)
{
    uint32_t groups[10];
    MUST(count - 1 < 10);
    if (!queue->is_guarded)
        return true;
    for (size_t i = 0; i < count; i++)
        groups[i] = handles[i].group;
    return queue_admit_call(queue, action, groups, count, caller, now_ns);
}

static __attribute__((noinline)) enum delete_status
delete_many(struct queue *queue, const struct delivery *handles, size_t count,
            enum delete_status *results, uint16_t caller, int64_t now_ns)
{
    enum delete_status status = DELETE_OK;
    const bool is_admitted = admit_handles(queue, ACTION_DELETE, handles, count, caller, now_ns);
    for (size_t i = 0; i < count; i++) {
        status = is_admitted ? delete_one(queue, &handles[i], i, caller, now_ns) : DELETE_THROTTLED;
        if (results != NULL)
            results[i] = status;
    }
    if (!is_admitted)
        return DELETE_THROTTLED;
    queue_match(queue, now_ns);
    return count == 1 ? status : DELETE_OK;
}

enum delete_status queue_delete(struct queue *queue, const struct delivery *handles, size_t count,
                                enum delete_status *results, uint16_t caller, int64_t now_ns)
{
    queue_settle(queue, now_ns);
    if (count != 1 || queue->is_guarded || results != NULL)
        return delete_many(queue, handles, count, results, caller, now_ns);
    const enum delete_status status = delete_one(queue, handles, 0, caller, now_ns);
    queue_match(queue, now_ns);
    return status;
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
static void hide_until(struct queue *queue, uint32_t slot, int64_t deadline_ns, int64_t now_ns)
{
    struct message *m = queue_message(queue, slot);
    if (m->state == MESSAGE_VISIBLE) {
        queue_hide(queue, slot);
        if (queue->kind->taken != NULL)
            queue->kind->taken(queue, slot, now_ns);
        queue->visible--;
        queue->in_flight++;
        m->state = MESSAGE_IN_FLIGHT;
    } else {
        deadlines_remove(&queue->hidden, queue->messages, slot);
    }
    queue->messages->deadlines[slot].at_ns = deadline_ns;
    deadlines_add(&queue->hidden, queue->messages, slot);
    queue_arm(queue, deadline_ns);
}

static enum visibility_status judge_change(struct queue *queue, const struct delivery *handle,
                                           int64_t timeout_ns, int64_t now_ns)
{
    if (of_handle(queue, handle) == NULL)
        return VISIBILITY_GONE; /* VIS-3 */
    const enum visibility_status status = queue->kind->judge_visibility(queue, handle, now_ns);
    if (status == VISIBILITY_OK && beyond_cap(queue, handle->slot, timeout_ns, now_ns))
        return VISIBILITY_TOO_LONG;
    return status;
}

static void refuse_change(struct queue *queue, const struct delivery *handle, size_t index,
                          enum visibility_status status, uint16_t caller, int64_t now_ns)
{
    struct fact fact = handle_fact(queue, PROBE_EXTEND_REFUSED, handle, index, caller, now_ns);
    fact.value = status;
    probe_emit(queue->probe, &fact);
}

void queue_extend(struct queue *queue, const struct delivery *handle, size_t index, bool again,
                  int64_t timeout_ns, uint16_t caller, int64_t now_ns)
{
    const uint32_t slot = handle->slot;
    struct fact fact = queue_fact(queue, PROBE_EXTENDED, slot, now_ns);
    fact.peer = caller;
    fact.n = (uint16_t)index;
    fact.delivery = handle->receives;
    fact.value = now_ns + timeout_ns;
    fact.other = again;
    probe_emit(queue->probe, &fact);
    if (timeout_ns > 0)
        hide_until(queue, slot, now_ns + timeout_ns, now_ns);
    else if (queue_message(queue, slot)->state == MESSAGE_IN_FLIGHT) /* VIS-2 */
        queue_show(queue, slot, SHOWN_HIDDEN_OVER, now_ns);
}

/* VIS-7: the receive count stays, so that all handles keep their meaning. */
static enum visibility_status change_one(struct queue *queue, const struct delivery *handle,
                                         size_t index, int64_t timeout_ns, uint16_t caller,
                                         int64_t now_ns)
{
    const enum visibility_status status = judge_change(queue, handle, timeout_ns, now_ns);
    if (status != VISIBILITY_OK) {
        refuse_change(queue, handle, index, status, caller, now_ns);
        return status;
    }
    queue_message(queue, handle->slot)->flags |= MESSAGE_CHANGED;
    queue_extend(queue, handle, index, false, timeout_ns, caller, now_ns);
    return VISIBILITY_OK;
}

enum visibility_status queue_change_visibility(struct queue *queue, const struct delivery *handles,
                                               const int64_t *timeouts_ns, size_t count,
                                               enum visibility_status *results, uint16_t caller,
                                               int64_t now_ns)
{
    enum visibility_status status = VISIBILITY_OK;
    queue_settle(queue, now_ns);
    if (!admit_handles(queue, ACTION_CHANGE_VISIBILITY, handles, count, caller, now_ns))
        return VISIBILITY_THROTTLED;
    for (size_t i = 0; i < count; i++) {
        status = change_one(queue, &handles[i], i, timeouts_ns[i], caller, now_ns);
        if (results != NULL)
            results[i] = status;
    }
    queue_match(queue, now_ns);
    return count == 1 ? status : VISIBILITY_OK;
}
