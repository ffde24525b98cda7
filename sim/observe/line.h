// SPDX-License-Identifier: GPL-3.0-or-later
/* The messages of one queue in the order in which they entered it: who is the oldest?
 *
 * A ring of slots indexed by place, so that leaving is one store; its head moves over places that
 * were left, which is O(1) amortised.  A few messages that stay while many pass would stretch the
 * ring: they are moved to a short sorted list of stragglers.  Costs 4 bytes a message that waits in
 * order. */
#ifndef QUEUELAB_OBSERVE_LINE_H
#define QUEUELAB_OBSERVE_LINE_H

#include <stdint.h>
#include "observe/ledger.h"

struct line_straggler {
    uint32_t slot, place; /* slot LEDGER_NONE: left */
};

struct line {
    uint32_t *slots;     /* by place & mask; LEDGER_NONE: left */
    uint32_t head, next; /* the ring holds the places in [head, next); they wrap */
    uint32_t mask;
    uint32_t live; /* messages in the ring */
    uint32_t old_first, old_count, old_capacity;
    struct line_straggler *old; /* by place, all before head */
};

void line_init(struct line *line);
void line_free(struct line *line);
void line_clear(struct line *line);
void line_make_room(struct line *line);
void line_remove_straggler(struct line *line, uint32_t place);

/* Puts slot at the end and returns its place. */
static inline uint32_t line_push(struct line *line, uint32_t slot)
{
    if (__builtin_expect(line->next - line->head == line->mask + 1, 0))
        line_make_room(line);
    line->slots[line->next & line->mask] = slot;
    line->live++;
    return line->next++;
}

/* The message at place leaves the line; it must be in it. */
static inline void line_remove(struct line *line, uint32_t place)
{
    if (__builtin_expect((int32_t)(place - line->head) < 0, 0)) {
        line_remove_straggler(line, place);
        return;
    }
    line->slots[place & line->mask] = LEDGER_NONE;
    line->live--;
    while (line->head != line->next && line->slots[line->head & line->mask] == LEDGER_NONE)
        line->head++;
}

/* The slot that entered first of those still here, or LEDGER_NONE. */
static inline uint32_t line_oldest(const struct line *line)
{
    if (__builtin_expect(line->old_first < line->old_count, 0))
        return line->old[line->old_first].slot;
    return line->live > 0 ? line->slots[line->head & line->mask] : LEDGER_NONE;
}

#endif
