// SPDX-License-Identifier: GPL-3.0-or-later
/* The oracle's receipt handles: deletes and changes of visibility. */
#include "property/oracle/parts.h"

enum { LONGEST_S = 43200, NEAR_LONGEST_S = 40000 };

enum fate { FATE_DONE, FATE_GARBAGE, FATE_REFUSED, FATE_OPEN };

/* Expired for good, deleted, purged or moved elsewhere. */
static bool is_gone(const struct oracle_handle *h, const struct oracle_message *m)
{
    return m->queue != h->queue || m->stays != h->stay;
}

static enum fate delete_one(struct oracle *o, int handle)
{
    const struct oracle_handle *h = &o->handles[handle];
    struct oracle_message *m = &o->messages[h->message];
    /* DEL-3. */
    if (is_gone(h, m))
        return FATE_DONE;
    const bool latest = m->handle == handle;
    if (o->fifo) {
        /* DEL-5, FIFO-28. */
        if (o->now_ms > h->deadline_ms)
            return FATE_REFUSED;
        if (!latest)
            return FATE_OPEN;
    }
    /* DEL-2: an older handle deletes nothing. */
    if (latest)
        m->queue = ORACLE_GONE;
    return FATE_DONE;
}

static enum fate change_one(struct oracle *o, int handle, int value_s)
{
    struct oracle_handle *h = &o->handles[handle];
    struct oracle_message *m = &o->messages[h->message];
    if (value_s > LONGEST_S || is_gone(h, m))
        return FATE_REFUSED;
    const bool latest = m->handle == handle;
    if (o->fifo && o->now_ms > h->deadline_ms)
        return FATE_REFUSED;
    if ((o->fifo && !latest) || (value_s > NEAR_LONGEST_S && (!latest || m->retried)))
        return FATE_OPEN;
    /* VIS-6: within the first second all of the 12 hours may be asked for. */
    const int64_t elapsed_ms = o->now_ms - m->received_ms;
    if (elapsed_ms >= 1000 && elapsed_ms + 1000 * (int64_t)value_s > 1000 * (int64_t)LONGEST_S)
        return FATE_REFUSED;
    h->changed = true;
    h->deadline_ms = o->now_ms + 1000 * (int64_t)value_s;
    /* VIS-2; what is visible already is not made visible again. */
    if (value_s > 0 || !m->visible)
        oracle_hide(m, h->deadline_ms);
    oracle_settle(o);
    return FATE_DONE;
}

static enum fate act(struct oracle *o, const struct script_call *call, int entry)
{
    const struct script_entry *e = &call->entries[entry];
    const int handle = oracle_handle_given(o, e->handle);
    if (handle < 0)
        return call->action == SCRIPT_CHANGE_VISIBILITY && e->visibility_s > LONGEST_S
                   ? FATE_OPEN
                   : FATE_GARBAGE;
    if (o->handles[handle].queue != call->queue ||
        o->handles[handle].life != o->queues[call->queue].lives)
        return FATE_OPEN;
    return call->action == SCRIPT_DELETE ? delete_one(o, handle)
                                         : change_one(o, handle, e->visibility_s);
}

static const char *code_of(enum fate fate)
{
    return fate == FATE_GARBAGE ? "ReceiptHandleIsInvalid" : "InvalidParameterValue";
}

static enum oracle_answer act_on_batch(struct oracle *o, const struct script_call *call,
                                       struct text *reply)
{
    enum fate fates[SCRIPT_ENTRIES];
    const char *separator = "";
    for (int i = 0; i < call->count; i++) {
        fates[i] = act(o, call, i);
        if (fates[i] == FATE_OPEN)
            return i == 0 ? ORACLE_OPEN : ORACLE_LOST;
    }
    text_add(reply, "{\"Result\":{\"Successful\":[");
    for (int i = 0; i < call->count; i++) {
        if (fates[i] != FATE_DONE)
            continue;
        text_printf(reply, "%s{\"Id\":\"e%d\"}", separator, call->entries[i].id);
        separator = ",";
    }
    separator = "";
    text_add(reply, "],\"Failed\":[");
    for (int i = 0; i < call->count; i++) {
        if (fates[i] == FATE_DONE)
            continue;
        text_printf(reply, "%s{\"Id\":\"e%d\",\"Code\":\"%s\",\"SenderFault\":true}", separator,
                    call->entries[i].id, code_of(fates[i]));
        separator = ",";
    }
    text_add(reply, "]}}");
    return ORACLE_ANSWERED;
}

enum oracle_answer oracle_handle(struct oracle *o, const struct script_call *call,
                                 struct text *reply)
{
    bool open = false;
    const char *error = call->batch ? oracle_batch_error(call, &open) : NULL;
    if (!o->queues[call->queue].exists) {
        for (int i = 0; i < call->count; i++)
            open = open || oracle_handle_given(o, call->entries[i].handle) < 0 ||
                   call->entries[i].visibility_s > LONGEST_S;
        return open || error != NULL ? ORACLE_OPEN : oracle_refuse_missing(reply);
    }
    if (open || oracle_running(o, call->queue) != NULL)
        return ORACLE_OPEN;
    if (error != NULL)
        return oracle_refuse(reply, error);
    if (call->batch)
        return act_on_batch(o, call, reply);
    const enum fate fate = act(o, call, 0);
    if (fate == FATE_OPEN)
        return ORACLE_OPEN;
    if (fate != FATE_DONE)
        return oracle_refuse(reply, code_of(fate));
    text_add(reply, "{\"Result\":{}}");
    return ORACLE_ANSWERED;
}
