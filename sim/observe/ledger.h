// SPDX-License-Identifier: GPL-3.0-or-later
/* What was said of each message: one record of 16 bytes per message slot, written from facts alone.
 *
 * A slot that was never named costs nothing: records are not written before they are opened.  What
 * few messages need lies in side tables by slot that are not touched before the first message needs
 * them.  The ledger does not judge and does not count. */
#ifndef QUEUELAB_OBSERVE_LEDGER_H
#define QUEUELAB_OBSERVE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEDGER_NONE UINT32_MAX

enum ledger_state { LEDGER_GONE, LEDGER_DELAYED, LEDGER_VISIBLE, LEDGER_IN_FLIGHT, LEDGER_STATES };

/* The bits of a record above its state (2 bits) and its receives (4 bits). */
enum ledger_bit {
    LEDGER_COUNTED = 1 << 6,        /* entered its queue within the measurement window */
    LEDGER_OWN_COUNT = 1 << 7,      /* its receive count began at 0 in this queue */
    LEDGER_HELD = 1 << 8,           /* a consumer was given it and has not ended its work */
    LEDGER_FINISHED = 1 << 9,       /* a consumer's work on it ended well */
    LEDGER_SHARED = 1 << 10,        /* several hold it: see works */
    LEDGER_WAS_DELETED = 1 << 11,   /* and is back */
    LEDGER_CALLED_APART = 1 << 12,  /* called_ns differs from enqueued_ns */
    LEDGER_ENTERED_APART = 1 << 13, /* entered_ns differs from enqueued_ns */
    LEDGER_SINCE_APART = 1 << 14,   /* since_ns stands apart; else it is enqueued_ns */
    LEDGER_GROUPED = 1 << 15, /* in a FIFO queue, or in a fair one, whose tenants are watched */
    LEDGER_FRESH_BITS = LEDGER_COUNTED | LEDGER_OWN_COUNT
};

enum { LEDGER_RECEIVES_MAX = 15 };
enum { LEDGER_STATE_BITS = 3, LEDGER_ONE_RECEIVE = 1 << 2, LEDGER_RECEIVES_BITS = 15 << 2 };

struct ledger_record {
    int64_t enqueued_ns; /* the retention clock's start */
    uint32_t place;      /* in the order of entering the queue; wraps */
    uint16_t queue;      /* node id; kept after the message has left */
    uint16_t bits;
};
_Static_assert(sizeof(struct ledger_record) == 16, "the ledger's price of a waiting message");

struct ledger {
    struct ledger_record *at;
    int64_t *since_ns;               /* VISIBLE: since when; DELAYED, IN_FLIGHT: until when */
    int64_t *called_ns, *entered_ns; /* NULL until needed */
    uint64_t *branches;              /* likewise: the sender above the branch; see metric_chain */
    uint32_t used, capacity;
};

void ledger_init(struct ledger *ledger);
void ledger_free(struct ledger *ledger);
void ledger_clear(struct ledger *ledger); /* all slots gone, memory kept */
void ledger_grow(struct ledger *ledger, uint32_t slot);

static inline bool ledger_knows(const struct ledger *ledger, uint32_t slot)
{
    return slot < ledger->used;
}

/* The record of a slot, which is GONE if it was never opened before. */
static inline struct ledger_record *ledger_open(struct ledger *ledger, uint32_t slot)
{
    if (__builtin_expect(slot >= ledger->used, 0))
        ledger_grow(ledger, slot);
    return &ledger->at[slot];
}

static inline enum ledger_state ledger_state(const struct ledger_record *record)
{
    return (enum ledger_state)(record->bits & 3);
}
static inline void ledger_set_state(struct ledger_record *record, enum ledger_state state)
{
    record->bits = (uint16_t)((record->bits & ~3u) | (unsigned)state);
}
static inline bool ledger_has(const struct ledger_record *record, enum ledger_bit bit)
{
    return (record->bits & (unsigned)bit) != 0;
}
static inline void ledger_set(struct ledger_record *record, enum ledger_bit bit)
{
    record->bits = (uint16_t)(record->bits | (unsigned)bit);
}
static inline void ledger_unset(struct ledger_record *record, enum ledger_bit bit)
{
    record->bits = (uint16_t)(record->bits & ~(unsigned)bit);
}

/* Receives in this queue; LEDGER_RECEIVES_MAX says that many or more. */
static inline unsigned ledger_receives(const struct ledger_record *record)
{
    return (record->bits >> 2) & (unsigned)LEDGER_RECEIVES_MAX;
}
static inline void ledger_count_receive(struct ledger_record *record)
{
    if (ledger_receives(record) < LEDGER_RECEIVES_MAX)
        record->bits = (uint16_t)(record->bits + LEDGER_ONE_RECEIVE);
}

/* What most messages are when they are delivered, worked on and deleted, within the window: visible
 * from the start and never received; held by one, and not finished; in flight after a work that has
 * ended.  All times are in the record. */
static inline bool ledger_is_told(const struct ledger_record *record, unsigned present,
                                  unsigned absent)
{
    return (record->bits & (present | absent)) == present;
}
static inline bool ledger_is_fresh(const struct ledger_record *record, bool is_grouped)
{
    const unsigned present = LEDGER_VISIBLE | LEDGER_COUNTED;
    const unsigned absent = (LEDGER_STATE_BITS & ~LEDGER_VISIBLE) | LEDGER_RECEIVES_BITS |
                            LEDGER_HELD | LEDGER_ENTERED_APART | LEDGER_SINCE_APART;
    return is_grouped ? ledger_is_told(record, present | LEDGER_GROUPED, absent)
                      : ledger_is_told(record, present, absent | LEDGER_GROUPED);
}
static inline bool ledger_is_held(const struct ledger_record *record)
{
    const unsigned absent = LEDGER_FINISHED | LEDGER_CALLED_APART | LEDGER_ENTERED_APART;
    return ledger_is_told(record, LEDGER_HELD | LEDGER_COUNTED, absent);
}
static inline bool ledger_is_done(const struct ledger_record *record, bool is_grouped)
{
    const unsigned present = LEDGER_IN_FLIGHT | LEDGER_COUNTED;
    const unsigned absent = LEDGER_HELD | LEDGER_WAS_DELETED | LEDGER_ENTERED_APART;
    return is_grouped ? ledger_is_told(record, present | LEDGER_GROUPED, absent)
                      : ledger_is_told(record, present, absent | LEDGER_GROUPED);
}
/* They are given to a consumer, worked on with success, deleted. */
static inline void ledger_deliver_fresh(struct ledger *ledger, uint32_t slot, int64_t deadline_ns)
{
    struct ledger_record *record = &ledger->at[slot];
    record->bits = (uint16_t)(record->bits + (LEDGER_IN_FLIGHT - LEDGER_VISIBLE) +
                              LEDGER_ONE_RECEIVE + LEDGER_HELD + LEDGER_SINCE_APART);
    ledger->since_ns[slot] = deadline_ns;
}
static inline void ledger_finish_held(struct ledger_record *record)
{
    record->bits = (uint16_t)(record->bits - LEDGER_HELD + LEDGER_FINISHED);
}
static inline void ledger_delete_done(struct ledger_record *record)
{
    record->bits = (uint16_t)(record->bits - LEDGER_IN_FLIGHT + LEDGER_WAS_DELETED);
}

/* Since when the message is visible, or until when it is not. */
static inline int64_t ledger_since_ns(const struct ledger *ledger, uint32_t slot)
{
    const struct ledger_record *record = &ledger->at[slot];
    return ledger_has(record, LEDGER_SINCE_APART) ? ledger->since_ns[slot] : record->enqueued_ns;
}
/* enqueued_ns must stand already. */
static inline void ledger_set_since(struct ledger *ledger, uint32_t slot, int64_t since_ns)
{
    struct ledger_record *record = &ledger->at[slot];
    ledger_unset(record, LEDGER_SINCE_APART);
    if (since_ns == record->enqueued_ns)
        return;
    ledger->since_ns[slot] = since_ns;
    ledger_set(record, LEDGER_SINCE_APART);
}
/* When the message came into this queue: accepted, or moved into it. */
static inline int64_t ledger_entered_ns(const struct ledger *ledger, uint32_t slot)
{
    const struct ledger_record *record = &ledger->at[slot];
    return ledger_has(record, LEDGER_ENTERED_APART) ? ledger->entered_ns[slot]
                                                    : record->enqueued_ns;
}
/* When its send was first called. */
static inline int64_t ledger_called_ns(const struct ledger *ledger, uint32_t slot)
{
    const struct ledger_record *record = &ledger->at[slot];
    return ledger_has(record, LEDGER_CALLED_APART) ? ledger->called_ns[slot] : record->enqueued_ns;
}
/* Both keep a time that differs from enqueued_ns, which must stand already. */
void ledger_set_entered(struct ledger *ledger, uint32_t slot, int64_t entered_ns);
void ledger_set_called(struct ledger *ledger, uint32_t slot, int64_t called_ns);
/* The branch of a chain that the message is, of 48 bits, and the node that sent it; 0 until they
 * are set. */
static inline uint64_t ledger_branch(const struct ledger *ledger, uint32_t slot)
{
    return ledger->branches != NULL ? ledger->branches[slot] & ((UINT64_C(1) << 48) - 1) : 0;
}
static inline uint16_t ledger_sender(const struct ledger *ledger, uint32_t slot)
{
    return ledger->branches != NULL ? (uint16_t)(ledger->branches[slot] >> 48) : 0;
}
void ledger_set_branch(struct ledger *ledger, uint32_t slot, uint64_t branch, uint16_t sender);

#endif
