// SPDX-License-Identifier: GPL-3.0-or-later
/* The oracle's sends: what is refused, what is a duplicate, what is stored. */
#include "property/oracle/parts.h"

#include <string.h>

#include "base/must.h"

enum { WINDOW_MS = 300000 };

/* --- what is wrong with an entry --- */

static void blame(const char **error, const char *code, bool *open)
{
    if (*error != NULL && strcmp(*error, code) != 0)
        *open = true;
    if (*error == NULL)
        *error = code;
}

/* What refuses a single send; in a batch some of it refuses the whole. */
static const char *entry_error(const struct oracle *o, const struct script_call *call,
                               const struct script_entry *e, bool *open)
{
    const struct script_attributes *a = &o->queues[call->queue].attributes;
    const char *error = NULL;
    const size_t bytes =
        script_body_bytes(e->body) + (e->attribute != ABSENT ? SCRIPT_ATTRIBUTE_BYTES : 0);
    if (e->body == SCRIPT_BODY_EMPTY)
        blame(&error, "MissingParameter", open);
    if (e->body == SCRIPT_BODY_BAD)
        blame(&error, "InvalidMessageContents", open);
    if (bytes > (size_t)a->size_bytes)
        blame(&error, "InvalidParameterValue", open);
    if (e->delay_s > (o->fifo ? 0 : 900))
        blame(&error, "InvalidParameterValue", open);
    if (!o->fifo && e->dedup != ABSENT)
        blame(&error, "InvalidParameterValue", open);
    return error;
}

/* SND-10, SND-11. */
static const char *identity_error(const struct oracle *o, const struct script_call *call,
                                  const struct script_entry *e)
{
    if (!o->fifo)
        return NULL;
    if (e->group == ABSENT)
        return call->batch ? "InvalidParameterValue" : "MissingParameter";
    if (e->dedup == ABSENT && !o->queues[call->queue].attributes.by_content)
        return "InvalidParameterValue";
    return NULL;
}

/* What in an entry of a batch has no recorded outcome. */
static bool is_entry_open(const struct oracle *o, const struct script_entry *e)
{
    return e->body == SCRIPT_BODY_EMPTY || e->delay_s > (o->fifo ? 0 : 900) ||
           (!o->fifo && e->dedup != ABSENT);
}

static const char *call_error(const struct oracle *o, const struct script_call *call, bool *open)
{
    const char *error = NULL;
    if (!call->batch) {
        const char *of_entry = entry_error(o, call, &call->entries[0], open);
        const char *of_identity = identity_error(o, call, &call->entries[0]);
        if (of_entry != NULL)
            blame(&error, of_entry, open);
        if (of_identity != NULL)
            blame(&error, of_identity, open);
        return error;
    }
    const char *of_batch = oracle_batch_error(call, open);
    if (of_batch != NULL)
        blame(&error, of_batch, open);
    for (int i = 0; i < call->count; i++) {
        const char *of_identity = identity_error(o, call, &call->entries[i]);
        entry_error(o, call, &call->entries[i], open);
        *open = *open || is_entry_open(o, &call->entries[i]);
        if (of_identity != NULL)
            blame(&error, of_identity, open);
    }
    return error;
}

/* --- deduplication --- */

static int key_of(const struct script_entry *e)
{
    return e->dedup != ABSENT ? e->dedup : SCRIPT_DEDUP_OF_BODY + e->body;
}

static const struct oracle_dedup *original(const struct oracle *o, int queue,
                                           const struct script_entry *e)
{
    for (int i = 0; i < o->dedup_count; i++) {
        const struct oracle_dedup *d = &o->dedups[i];
        if (d->queue != queue || d->key != key_of(e) || o->now_ms >= d->at_ms + WINDOW_MS)
            continue;
        if (!oracle_by_group(o, queue) || d->group == e->group)
            return d;
    }
    return NULL;
}

/* At the very end of a window, or when the scope was another at the first send. */
static bool is_memory_open(const struct oracle *o, int queue, const struct script_entry *e)
{
    for (int i = 0; i < o->dedup_count; i++) {
        const struct oracle_dedup *d = &o->dedups[i];
        if (d->queue != queue || d->key != key_of(e) || o->now_ms > d->at_ms + WINDOW_MS)
            continue;
        if (o->now_ms == d->at_ms + WINDOW_MS || d->by_group != oracle_by_group(o, queue))
            return true;
    }
    return false;
}

static void remember(struct oracle *o, const struct oracle_message *m, int key)
{
    MUST(o->dedup_count < ORACLE_DEDUPS);
    o->dedups[o->dedup_count++] = (struct oracle_dedup){.queue = m->queue,
                                                        .group = m->group,
                                                        .key = key,
                                                        .by_group = oracle_by_group(o, m->queue),
                                                        .at_ms = o->now_ms,
                                                        .id = m->id,
                                                        .sequence = m->sequence};
}

/* --- sending --- */

static void store(struct oracle *o, int queue, const struct script_entry *e, struct text *reply)
{
    const struct oracle_dedup *d = o->fifo ? original(o, queue, e) : NULL;
    int id;
    int64_t sequence;
    if (d != NULL) {
        id = d->id;
        sequence = d->sequence;
    } else {
        struct oracle_message *m = oracle_new_message(o, queue, e);
        id = m->id;
        sequence = m->sequence;
        if (o->fifo) {
            m->dedup = key_of(e);
            remember(o, m, m->dedup);
        }
    }
    text_printf(reply, "\"MessageId\":\"@message:%d\",\"MD5OfMessageBody\":\"", id);
    script_add_body_md5(reply, e->body);
    if (e->attribute != ABSENT) {
        text_add(reply, "\",\"MD5OfMessageAttributes\":\"");
        script_add_attribute_md5(reply, e->attribute);
    }
    text_add(reply, "\"");
    if (o->fifo)
        text_printf(reply, ",\"SequenceNumber\":\"@sequence:%lld\"",
                    (long long)oracle_sequence(o, queue, sequence));
}

static void send_batch(struct oracle *o, const struct script_call *call, struct text *reply)
{
    bool open = false;
    const char *separator = "";
    text_add(reply, "{\"Result\":{\"Successful\":[");
    for (int i = 0; i < call->count; i++) {
        if (entry_error(o, call, &call->entries[i], &open) != NULL)
            continue;
        text_printf(reply, "%s{\"Id\":\"e%d\",", separator, call->entries[i].id);
        store(o, call->queue, &call->entries[i], reply);
        text_add(reply, "}");
        separator = ",";
    }
    separator = "";
    text_add(reply, "],\"Failed\":[");
    for (int i = 0; i < call->count; i++) {
        const char *error = entry_error(o, call, &call->entries[i], &open);
        if (error == NULL)
            continue;
        text_printf(reply, "%s{\"Id\":\"e%d\",\"Code\":\"%s\",\"SenderFault\":true}", separator,
                    call->entries[i].id, error);
        separator = ",";
    }
    text_add(reply, "]}}");
}

enum oracle_answer oracle_send(struct oracle *o, const struct script_call *call, struct text *reply)
{
    bool open = false;
    const char *error = call_error(o, call, &open);
    const struct oracle_queue *q = &o->queues[call->queue];
    if (open || (!q->exists && error != NULL))
        return ORACLE_OPEN;
    if (!q->exists)
        return oracle_refuse_missing(reply);
    if (error != NULL)
        return oracle_refuse(reply, error);
    if (oracle_running(o, call->queue) != NULL)
        return ORACLE_OPEN;
    for (int i = 0; o->fifo && i < call->count; i++)
        if (is_memory_open(o, call->queue, &call->entries[i]))
            return ORACLE_OPEN;
    /* FIFO-13: the very end of the 60 s. */
    if (o->fifo && o->now_ms == q->by_group_changed_ms + 60000)
        return ORACLE_OPEN;
    if (call->batch) {
        send_batch(o, call, reply);
        return ORACLE_ANSWERED;
    }
    text_add(reply, "{\"Result\":{");
    store(o, call->queue, &call->entries[0], reply);
    text_add(reply, "}}");
    return ORACLE_ANSWERED;
}
