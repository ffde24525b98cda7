// SPDX-License-Identifier: GPL-3.0-or-later
/* The invariants: what must be true of every history, judged fact by fact as it is told.
 *
 * Each has a file, a name and a sentence.  A check sees the record as it was before the fact.  A
 * broken one ends the process through must_broken, with the queue, the time and the message.  None
 * can look into a queue: two accounts of the same thing are compared, never one with itself. */
#ifndef QUEUELAB_OBSERVE_INVARIANT_H
#define QUEUELAB_OBSERVE_INVARIANT_H

#include "base/units.h"
#include "observe/account.h"

// clang-format off
#define INVARIANTS(X)                                                                            \
    X(conservation, "What entered a queue is there or left it once, in one of the known ways.")  \
    X(visibility,   "A message changes its state only along the diagram, exactly when its time " \
                    "comes; nobody is given one in flight, delayed or past its retention.")      \
    X(fifo_order,   "A message of a group is delivered only when no earlier one of it waits, is "\
                    "delayed, or is in flight from another receive.")                            \
    X(dedup,        "A FIFO queue accepts a message once in 5 minutes, drops repetitions only.") \
    X(redrive,      "A message is delivered at most maxReceiveCount times, each counted, and "   \
                    "only then moved to the dead-letter queue.")                                 \
    X(invocation,   "A delivery of a message goes into one invocation, and a message group is "  \
                    "in one invocation of a function at a time.")                                \
    X(topic,        "Each subscription that a publication matches gets it once or loses it, "    \
                    "and a group of a FIFO topic in order.")                                     \
    X(effects,      "An effect that is written conditionally happens once while its note holds.")\
    /* one line per invariant, above this one */
// clang-format on

enum invariant {
#define INVARIANT_ENUM(name, sentence) INVARIANT_##name,
    INVARIANTS(INVARIANT_ENUM)
#undef INVARIANT_ENUM
};

extern const char *const invariant_names[];

/* Ends the process: says which message of fact->node did what. */
_Noreturn void invariant_end(enum invariant which, const struct observe *observe,
                             const struct fact *fact, const char *what);
/* Does so if invariants are on: this is the one place that asks. */
void invariant_break(enum invariant which, const struct observe *observe, const struct fact *fact,
                     const char *what);

/* --- conservation --- */
_Noreturn void invariant_conservation_missing(const struct observe *observe,
                                              const struct fact *fact);
/* The message is in the queue of the fact; returns its record.  Checked even where invariants are
 * off, since the ledger relies on it. */
static inline struct ledger_record *invariant_conservation_there(const struct observe *observe,
                                                                 const struct fact *fact)
{
    if (__builtin_expect(ledger_knows(&observe->ledger, fact->message), 1)) {
        struct ledger_record *record = &observe->ledger.at[fact->message];
        if (__builtin_expect(ledger_state(record) != LEDGER_GONE && record->queue == fact->node, 1))
            return record;
    }
    invariant_conservation_missing(observe, fact);
}
/* The slot is free for another message; record is its own. */
void invariant_conservation_taken(const struct observe *observe, const struct fact *fact);
static inline void invariant_conservation_free(const struct observe *observe,
                                               const struct fact *fact,
                                               const struct ledger_record *record)
{
    if (__builtin_expect(ledger_state(record) != LEDGER_GONE, 0))
        invariant_conservation_taken(observe, fact);
}
/* Compares the counts of all queues with the ledger; false if they differ somewhere. */
bool invariant_conservation_end(struct observe *observe);

/* --- visibility --- */
#define INVARIANT_HIDDEN_NS_MAX (12 * HOUR) /* VIS-6 */
void invariant_visibility_judge(const struct observe *observe, const struct queue_account *queue,
                                const struct ledger_record *record, const struct fact *fact);
/* A visible message may be delivered. */
static inline bool invariant_visibility_allows(const struct queue_account *queue,
                                               const struct ledger_record *record,
                                               const struct fact *fact)
{
    return (uint64_t)(fact->value - fact->at_ns) <= INVARIANT_HIDDEN_NS_MAX &&
           fact->at_ns - record->enqueued_ns < queue->traits.retention_ns;
}
static inline void invariant_visibility_delivered(const struct observe *observe,
                                                  const struct queue_account *queue,
                                                  const struct ledger_record *record,
                                                  const struct fact *fact)
{
    if (ledger_state(record) != LEDGER_VISIBLE || !invariant_visibility_allows(queue, record, fact))
        invariant_visibility_judge(observe, queue, record, fact);
}
/* EXTENDED, DELETED, HIDDEN_OVER, DELAYED_OVER, RETENTION_OVER, DEAD_LETTERED, MOVED, RESURRECTED,
 * COPIED. */
void invariant_visibility_extended(const struct observe *observe, const struct queue_account *queue,
                                   const struct ledger_record *record, const struct fact *fact);
void invariant_visibility_deleted(const struct observe *observe, const struct queue_account *queue,
                                  const struct ledger_record *record, const struct fact *fact);
void invariant_visibility_over(const struct observe *observe, const struct queue_account *queue,
                               const struct ledger_record *record, const struct fact *fact);
void invariant_visibility_expired(const struct observe *observe, const struct queue_account *queue,
                                  const struct ledger_record *record, const struct fact *fact);
void invariant_visibility_moved(const struct observe *observe, const struct ledger_record *record,
                                const struct fact *fact);
void invariant_visibility_back(const struct observe *observe, const struct queue_account *queue,
                               const struct ledger_record *record, const struct fact *fact);

/* --- fifo_order --- */
void invariant_fifo_order_judge(const struct observe *observe, const struct group *group,
                                const struct fact *fact);
/* Also remembers the delivery: which of the group was handed out last, and in which receive. */
static inline void invariant_fifo_order_delivered(const struct observe *observe,
                                                  struct queue_account *queue, struct group *group,
                                                  const struct fact *fact)
{
    queue->call += fact->n == 0;
    if (fact->message != group->oldest &&
        (group->call != queue->call || observe->links.newer[group->last] != fact->message))
        invariant_fifo_order_judge(observe, group, fact);
    group->call = queue->call;
    group->last = fact->message;
}

/* --- dedup --- */
/* Time in units of 134 ms since the start, counted from 1; 0 stands for never. */
enum { INVARIANT_STAMP_SHIFT = 27 };
#define INVARIANT_DEDUP_NS (300 * SEC)

static inline uint32_t invariant_dedup_stamp(int64_t at_ns)
{
    return (uint32_t)(at_ns >> INVARIANT_STAMP_SHIFT) + 1;
}
/* Surely less than the window has passed between the two. */
static inline bool invariant_dedup_is_within(uint32_t then, uint32_t now)
{
    return then != 0 && now - then < INVARIANT_DEDUP_NS >> INVARIANT_STAMP_SHIFT;
}
/* Stamps the number that is expected, which takes the place of one that is old; else false. */
static inline bool invariant_dedup_take_next(struct dedup_numbers *numbers, uint64_t number,
                                             uint32_t now)
{
    if (number != numbers->next || numbers->capacity == 0)
        return false;
    const uint32_t mask = numbers->capacity - 1;
    uint32_t *stamp = &numbers->stamps[number & mask];
    __builtin_prefetch(&numbers->stamps[(number + 16) & mask], 1); /* in the next line */
    if (number >= numbers->capacity && invariant_dedup_is_within(*stamp, now))
        return false;
    *stamp = now;
    numbers->next = number + 1;
    return true;
}
void invariant_dedup_judge(const struct observe *observe, struct queue_account *queue,
                           const struct fact *fact);
static inline void invariant_dedup_accepted(const struct observe *observe,
                                            struct queue_account *queue, const struct fact *fact)
{
    const uint16_t origin = probe_root_origin(fact->root);
    if (!observe->setting.invariants || fact->peer != origin || fact->delivery != 0 ||
        origin >= observe->setting.node_count)
        return;
    const uint32_t now = invariant_dedup_stamp(fact->at_ns);
    if (queue->dedup == NULL ||
        !invariant_dedup_take_next(&queue->dedup[origin], probe_root_number(fact->root), now))
        invariant_dedup_judge(observe, queue, fact);
}
void invariant_dedup_deduped(const struct observe *observe, const struct queue_account *queue,
                             const struct fact *fact);
void invariant_dedup_purged(const struct observe *observe, struct queue_account *queue);

/* --- redrive --- */
void invariant_redrive_judge(const struct observe *observe, const struct queue_account *queue,
                             const struct ledger_record *record, const struct fact *fact);
static inline void invariant_redrive_delivered(const struct observe *observe,
                                               const struct queue_account *queue,
                                               const struct ledger_record *record,
                                               const struct fact *fact)
{
    const bool is_plain = fact->delivery == ledger_receives(record) + 1 &&
                          fact->delivery <= queue->traits.receives_limit;
    if (__builtin_expect(!is_plain, 0))
        invariant_redrive_judge(observe, queue, record, fact);
}
void invariant_redrive_moved(const struct observe *observe, const struct queue_account *queue,
                             const struct ledger_record *record, const struct fact *fact);

/* --- invocation --- */
/* INVOKED; fifo: from a FIFO queue.  Also remembers it. */
void invariant_invocation_began(const struct observe *observe, struct function_account *function,
                                bool is_fifo, const struct fact *fact);
/* INVOCATION_ENDED */
void invariant_invocation_ended(const struct observe *observe, struct function_account *function,
                                const struct fact *fact);

/* --- effects --- */
/* EFFECT */
void invariant_effects_happened(const struct observe *observe, struct consumer_account *consumer,
                                const struct fact *fact);

#endif
