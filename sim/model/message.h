// SPDX-License-Identifier: GPL-3.0-or-later
/* The message: a hot record of 32 bytes, and side tables that exist only if a world uses them.
 *
 * When it is visible, or is so again, stands apart: a message that was visible from its enqueue
 * time on and was never received, as most of a backlog, has no such record.
 *
 * Slots are dense and recycled.  A receipt handle names a delivery by (slot, seq, receive count),
 * so that a handle of an earlier tenant of the slot is told from one of this message.  Bodies are
 * not stored: sizes and the index of a value are. */
#ifndef QUEUELAB_MODEL_MESSAGE_H
#define QUEUELAB_MODEL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/must.h"
#include "core/probe.h"

#define MESSAGE_NONE     UINT32_MAX
#define MESSAGE_NO_GROUP UINT32_MAX

enum message_state { MESSAGE_FREE, MESSAGE_DELAYED, MESSAGE_VISIBLE, MESSAGE_IN_FLIGHT };

enum message_flag {
    MESSAGE_FRESH = 1,   /* standard: visible, never received, in the run of arrivals */
    MESSAGE_IN_HEAP = 2, /* its deadline lies in the queue's heap, not in the ring */
    MESSAGE_CHANGED = 4, /* its visibility was, since a receive was last remembered (RCV-12) */
    MESSAGE_POISON = 8,
    MESSAGE_SHOWN = 16 /* if it is visible: since its deadline, not since its enqueue time */
};

struct message {
    int64_t sent_ns;       /* enqueue time: the retention clock */
    uint32_t older, newer; /* the queue's messages in order of enqueue time */
    uint64_t root;         /* of core/probe.h */
    uint32_t seq;          /* low word of its order of acceptance (or of its move) in the world */
    uint16_t receives;     /* saturates at UINT16_MAX */
    uint8_t state, flags;
};
_Static_assert(sizeof(struct message) == 32, "the hot record");

/* Of a message that is, or was, not visible. */
struct message_deadline {
    int64_t at_ns; /* DELAYED: visible at; IN_FLIGHT: hidden until; VISIBLE: became visible at */
    uint32_t before, after; /* in the deadline ring; before is the heap position when in a heap */
};

/* A message in its group: who looks at one of these looks at all. */
struct message_group {
    uint32_t number;       /* MESSAGE_NO_GROUP */
    uint32_t newer, older; /* its neighbours in the group, slots or MESSAGE_NONE */
};

/* Side tables, by slot.  An unused one is NULL and reads as its neutral value. */
struct message_side {
    struct message_group *group;
    uint32_t *bytes;            /* messages.default_bytes */
    uint32_t *body;             /* index of the body value; 0 */
    int64_t *service_ns;        /* of its trace row; 0 */
    int64_t *received_ns;       /* of the latest receive (VIS-6) */
    int64_t *first_received_ns; /* RCV-7 */
    uint64_t *dedup;            /* deduplication id; 0 */
    uint64_t *number;           /* FIFO: sequence number (SND-14); 0 */
    uint64_t *path;             /* of core/probe.h; 0 */
    uint16_t *source;           /* node id of the queue that dead-lettered it; NODE_NONE */
};

/* Which side tables a world keeps. */
enum message_side_want {
    MESSAGE_WANT_GROUP = 1,
    MESSAGE_WANT_BYTES = 2,
    MESSAGE_WANT_BODY = 4,
    MESSAGE_WANT_SERVICE = 8,
    MESSAGE_WANT_RECEIVED = 16, /* received_ns, first_received_ns */
    MESSAGE_WANT_DEDUP = 32,
    MESSAGE_WANT_NUMBER = 64,
    MESSAGE_WANT_SOURCE = 128,
    MESSAGE_WANT_PATH = 512
};

/* The pool of one world. */
struct messages {
    struct message *at;
    struct message_deadline *deadlines; /* by slot */
    struct message_side side;
    unsigned wants;
    uint32_t capacity, used; /* slots handed out so far; used grows */
    uint32_t free_head;      /* chained through newer */
    uint32_t live;
    uint64_t next_seq;           /* orders acceptances and moves; a message keeps the low word */
    uint32_t default_bytes;      /* where the bytes table is absent */
    const uint64_t *origin_keys; /* by node id: stands for the producer's name; NULL: none */
    void *block;                 /* that at lies in, ... */
    size_t shift;                /* ... so many bytes from its start */
};

/* A receipt handle, and what a receive says of the message. */
struct delivery {
    uint32_t slot;
    uint32_t receives; /* with this one: the handle's ordinal */
    uint32_t group, bytes, seq, body;
    uint64_t root;
    int64_t sent_ns;
    int64_t service_ns; /* of the message's trace row; 0: none */
    uint64_t path;      /* of core/probe.h */
};

void messages_init(struct messages *messages, unsigned wants, uint32_t default_bytes);
void messages_free(struct messages *messages);
void messages_reset(struct messages *messages); /* all slots free, memory kept */

/* A slot that was never used. */
uint32_t messages_take_unused(struct messages *messages);
/* Makes the side tables neutral for a slot. */
void messages_clear_side(struct messages *messages, uint32_t slot);
/* A new slot with a fresh seq; everything else zero, side tables as the last tenant left them. */
static inline uint32_t messages_take_bare(struct messages *messages)
{
    struct message *at = messages->at;
    uint32_t slot = messages->free_head;
    if (__builtin_expect(slot != MESSAGE_NONE, 1)) {
        messages->free_head = at[slot].newer;
    } else {
        slot = messages_take_unused(messages);
        at = messages->at;
    }
    at[slot] = (struct message){.seq = (uint32_t)messages->next_seq++};
    messages->live++;
    return slot;
}
/* The same with neutral side tables. */
static inline uint32_t messages_take(struct messages *messages)
{
    const uint32_t slot = messages_take_bare(messages);
    if (messages->wants != 0)
        messages_clear_side(messages, slot);
    return slot;
}

/* m, which stands in slot, is known to be taken. */
static inline void messages_release_taken(struct messages *messages, struct message *m,
                                          uint32_t slot)
{
    m->state = MESSAGE_FREE;
    m->newer = messages->free_head;
    messages->free_head = slot;
    messages->live--;
}
static inline void messages_release(struct messages *messages, uint32_t slot)
{
    MUST(slot < messages->used);
    struct message *m = &messages->at[slot];
    MUST(m->state != MESSAGE_FREE);
    messages_release_taken(messages, m, slot);
}

/* When a DELAYED message is visible, one IN_FLIGHT is so again, or a VISIBLE one became so. */
static inline int64_t messages_deadline_ns(const struct messages *messages, uint32_t slot)
{
    const struct message *m = &messages->at[slot];
    const bool is_as_sent = m->state == MESSAGE_VISIBLE && !(m->flags & MESSAGE_SHOWN);
    return is_as_sent ? m->sent_ns : messages->deadlines[slot].at_ns;
}
/* Also of what is visible, or about to be. */
static inline void messages_set_deadline(struct messages *messages, uint32_t slot, int64_t at_ns)
{
    messages->at[slot].flags |= MESSAGE_SHOWN;
    messages->deadlines[slot].at_ns = at_ns;
}
static inline uint64_t message_root(const struct message *m)
{
    return m->root;
}
static inline void message_set_root(struct message *m, uint64_t root)
{
    m->root = root;
}
/* What names a message in keyed draws: its producer's name and its number, not its producer's node
 * id, which other components of the world would shift. */
static inline uint64_t messages_key(const struct messages *messages, uint64_t root)
{
    const uint16_t origin = probe_root_origin(root);
    const uint64_t key =
        messages->origin_keys != NULL && origin != UINT16_MAX ? messages->origin_keys[origin] : 0;
    return key + probe_root_number(root);
}
/* What names a delivered message there: copies that were sent on under one root are not the same.
 */
static inline uint64_t messages_delivery_key(const struct messages *messages,
                                             const struct delivery *d)
{
    return messages_key(messages, d->root) + (d->path >> 16);
}
static inline uint32_t messages_group(const struct messages *messages, uint32_t slot)
{
    return messages->side.group ? messages->side.group[slot].number : MESSAGE_NO_GROUP;
}
static inline uint32_t messages_bytes(const struct messages *messages, uint32_t slot)
{
    return messages->side.bytes ? messages->side.bytes[slot] : messages->default_bytes;
}
/* The order of acceptance in full: right while fewer than 2^32 messages came after it. */
static inline int64_t messages_order(const struct messages *messages, uint32_t slot)
{
    const uint32_t age = (uint32_t)messages->next_seq - messages->at[slot].seq;
    return (int64_t)(messages->next_seq - age);
}
/* Order of two messages by (time, seq); seq wraps, so it is compared by difference. */
static inline bool message_key_less(int64_t a_ns, uint32_t a_seq, int64_t b_ns, uint32_t b_seq)
{
    return a_ns != b_ns ? a_ns < b_ns : (int32_t)(a_seq - b_seq) < 0;
}

#endif
