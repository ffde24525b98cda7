// SPDX-License-Identifier: GPL-3.0-or-later
/* Identities accepted within a window of constant length (FIFO-1): queues and topics ask it about
 * duplicates.
 *
 * Accepted identities lie in a ring in order of acceptance, which is the order in which they
 * expire.  Where ids follow each other, as a producer's do, the place of one follows from its
 * number; the others are found by hash tables, in whose order nothing is read.  It knows
 * identities, not messages: what becomes of a message does not matter to it (FIFO-3, FIFO-4). */
#ifndef QUEUELAB_MODEL_DEDUP_H
#define QUEUELAB_MODEL_DEDUP_H

#include <stdbool.h>
#include <stdint.h>
#include "base/must.h"

/* An identity, and what the reply to a duplicate needs. */
struct dedup_entry {
    uint64_t id, root;
    int64_t accepted_ns;
    uint32_t group;
    uint32_t number_low; /* see dedup_number */
};

struct dedup_cell {
    uint32_t hash, place; /* place in the ring; UINT32_MAX: empty */
};

struct dedup {
    int64_t window_ns;
    bool by_group; /* an identity is (group, id), else id alone (FIFO-5, FIFO-6) */
    struct dedup_entry *ring;
    uint32_t first, count, capacity;
    uint32_t run; /* that many of the newest have ids that follow each other; no cell is theirs */
    uint64_t next_id; /* what would go on with the run, if there is one */
    /* Of what is not in the run: what was accepted since the turn, and in the window before.  Each
     * has twice as many cells as the ring has places; NULL until there is such a thing. */
    struct dedup_cell *cells, *former;
    int64_t turned_ns;
    uint64_t newest_number;
};

void dedup_init(struct dedup *dedup, int64_t window_ns, bool by_group);
void dedup_free(struct dedup *dedup);
void dedup_clear(struct dedup *dedup); /* forgets all, memory kept */

/* The general case of dedup_find. */
const struct dedup_entry *dedup_search(struct dedup *dedup, uint64_t id, uint32_t group,
                                       int64_t now_ns);
/* The acceptance that makes (id, group) a duplicate at now_ns, or NULL; valid until the next call.
 * Time must not go back. */
static inline const struct dedup_entry *dedup_find(struct dedup *dedup, uint64_t id, uint32_t group,
                                                   int64_t now_ns)
{
    /* Where all are in the run it can be none of them. */
    if (__builtin_expect(dedup->run == dedup->count && id == dedup->next_id, 1))
        return NULL;
    return dedup_search(dedup, id, group, now_ns);
}

/* The place in the ring of the entry of that index from the oldest. */
static inline uint32_t dedup_place(const struct dedup *dedup, uint32_t index)
{
    return (dedup->first + index) & (dedup->capacity - 1);
}
/* Drops what has expired, makes room for one more, and ends the run unless id goes on with it. */
void dedup_make_room(struct dedup *dedup, uint64_t id, int64_t now_ns);
/* Opens the window of an identity that dedup_find has just not found.  number is not below that of
 * any acceptance before, and less than 2^32 above that of any still remembered. */
static inline void dedup_accept(struct dedup *dedup, uint64_t id, uint32_t group, uint64_t root,
                                uint64_t number, int64_t now_ns)
{
    MUST(number >= dedup->newest_number);
    MUST_SLOW(dedup_find(dedup, id, group, now_ns) == NULL);
    if (dedup->count == dedup->capacity || id != dedup->next_id)
        dedup_make_room(dedup, id, now_ns);
    dedup->ring[dedup_place(dedup, dedup->count++)] =
        (struct dedup_entry){.id = id,
                             .root = root,
                             .accepted_ns = now_ns,
                             .group = group,
                             .number_low = (uint32_t)number};
    dedup->run++;
    dedup->next_id = id + 1;
    dedup->newest_number = number;
}
/* The number that was given with the acceptance: its upper half follows from the newest. */
static inline uint64_t dedup_number(const struct dedup *dedup, const struct dedup_entry *entry)
{
    return dedup->newest_number - (uint32_t)((uint32_t)dedup->newest_number - entry->number_low);
}

/* Changes the scope and keeps what is remembered (FIFO-13).  Where one id was accepted in several
 * groups, the earliest acceptance counts for the queue. */
void dedup_rescope(struct dedup *dedup, bool by_group);

#endif
