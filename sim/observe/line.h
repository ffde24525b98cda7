// SPDX-License-Identifier: GPL-3.0-or-later
/* The messages of one queue in the order in which they entered it: who is the oldest?
 *
 * A ring of slots indexed by place.  Nobody is taken out of it: who has left is known from the
 * ledger, and the head moves over those when the oldest is asked for, which is O(1) amortised.  A
 * few messages that stay while many pass would stretch the ring: they are moved to a short sorted
 * list of stragglers.  Costs 4 bytes a message that waits in order. */
#ifndef QUEUELAB_OBSERVE_LINE_H
#define QUEUELAB_OBSERVE_LINE_H

#include <stdint.h>
#include "observe/ledger.h"

struct line_straggler {
    uint32_t slot, place;
};

/* What each message touches comes last and lies together. */
struct line {
    struct line_straggler *old; /* by place, all before head */
    uint32_t old_first, old_count, old_capacity;
    uint16_t queue;         /* whose messages these are */
    unsigned receives_most; /* a message received more often has left the line */
    uint32_t head;
    uint32_t next;   /* the ring holds the places in [head, next); they wrap */
    uint32_t full;   /* the place for which room must be made first */
    uint32_t mask;   /* its room less one */
    uint32_t oldest; /* kept by metric_age: the place whose age it shows */
    uint32_t *slots; /* by place & mask */
};

void line_init(struct line *line, uint16_t queue);
void line_free(struct line *line);
void line_clear(struct line *line);
/* Makes room in a full line; waiting is how many messages there are at most in it. */
void line_make_room(struct line *line, const struct ledger *ledger, uint64_t waiting);

static inline bool line_is_full(const struct line *line)
{
    return line->next == line->full;
}
/* Puts slot at the end of a line with room and returns its place, which belongs into its record. */
static inline uint32_t line_push(struct line *line, uint32_t slot)
{
    const uint32_t place = line->next++;
    line->slots[place & line->mask] = slot;
    return place;
}

/* The slot that entered first of those still here, or LEDGER_NONE. */
uint32_t line_oldest(struct line *line, const struct ledger *ledger);

#endif
