// SPDX-License-Identifier: GPL-3.0-or-later
/* The pool of messages: dense slots, recycled in last-out first-in order, grown by doubling. Memory
 * above the highest slot ever used is never touched. */
#include "model/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "core/node.h"

#ifdef STRESS
enum { FIRST_CAPACITY = 1 };
#else
enum { FIRST_CAPACITY = 1024 };
#endif

void messages_init(struct messages *messages, unsigned wants, uint32_t default_bytes)
{
    memset(messages, 0, sizeof *messages);
    messages->wants = wants;
    messages->default_bytes = default_bytes;
    messages->free_head = MESSAGE_NONE;
}

void messages_free(struct messages *messages)
{
    struct message_side *side = &messages->side;
    free(messages->block);
    free(messages->deadlines);
    free(side->group);
    free(side->bytes);
    free(side->body);
    free(side->service_ns);
    free(side->received_ns);
    free(side->first_received_ns);
    free(side->dedup);
    free(side->number);
    free(side->path);
    free(side->source);
    memset(messages, 0, sizeof *messages);
}

void messages_reset(struct messages *messages)
{
    messages->used = 0;
    messages->live = 0;
    messages->next_seq = 0;
    messages->free_head = MESSAGE_NONE;
}

static void grow_side(struct messages *messages, unsigned want, void *table, size_t bytes)
{
    void **place = table;
    if (messages->wants & want)
        *place = must_grow(*place, bytes * messages->capacity);
}

/* A record lies in one line of the cache: the records begin at a multiple of their size. */
static void grow_hot(struct messages *messages)
{
    const size_t bytes = sizeof *messages->at, old = messages->shift;
    char *block = must_grow(messages->block, bytes * messages->capacity + bytes);
    messages->shift = (0 - (uintptr_t)block) % bytes;
    messages->block = block;
    messages->at = (struct message *)(void *)(block + messages->shift);
    if (messages->shift != old)
        memmove(messages->at, block + old, bytes * messages->used);
}

static void grow(struct messages *messages)
{
    struct message_side *side = &messages->side;
    MUST(messages->capacity < UINT32_MAX / 2);
    messages->capacity = messages->capacity ? 2 * messages->capacity : FIRST_CAPACITY;
    grow_hot(messages);
    messages->deadlines =
        must_grow(messages->deadlines, sizeof *messages->deadlines * messages->capacity);
    grow_side(messages, MESSAGE_WANT_GROUP, &side->group, sizeof *side->group);
    grow_side(messages, MESSAGE_WANT_BYTES, &side->bytes, sizeof *side->bytes);
    grow_side(messages, MESSAGE_WANT_BODY, &side->body, sizeof *side->body);
    grow_side(messages, MESSAGE_WANT_SERVICE, &side->service_ns, sizeof *side->service_ns);
    grow_side(messages, MESSAGE_WANT_RECEIVED, &side->received_ns, sizeof *side->received_ns);
    grow_side(messages, MESSAGE_WANT_RECEIVED, &side->first_received_ns,
              sizeof *side->first_received_ns);
    grow_side(messages, MESSAGE_WANT_DEDUP, &side->dedup, sizeof *side->dedup);
    grow_side(messages, MESSAGE_WANT_NUMBER, &side->number, sizeof *side->number);
    grow_side(messages, MESSAGE_WANT_PATH, &side->path, sizeof *side->path);
    grow_side(messages, MESSAGE_WANT_SOURCE, &side->source, sizeof *side->source);
}

void messages_clear_side(struct messages *messages, uint32_t slot)
{
    struct message_side *side = &messages->side;
    if (side->group != NULL)
        side->group[slot] = (struct message_group){MESSAGE_NO_GROUP, MESSAGE_NONE, MESSAGE_NONE};
    if (side->bytes != NULL)
        side->bytes[slot] = messages->default_bytes;
    if (side->body != NULL)
        side->body[slot] = 0;
    if (side->service_ns != NULL)
        side->service_ns[slot] = 0;
    if (side->received_ns != NULL)
        side->received_ns[slot] = side->first_received_ns[slot] = 0;
    if (side->dedup != NULL)
        side->dedup[slot] = 0;
    if (side->number != NULL)
        side->number[slot] = 0;
    if (side->path != NULL)
        side->path[slot] = 0;
    if (side->source != NULL)
        side->source[slot] = NODE_NONE;
}

uint32_t messages_take_unused(struct messages *messages)
{
    if (messages->used == messages->capacity)
        grow(messages);
    return messages->used++;
}
