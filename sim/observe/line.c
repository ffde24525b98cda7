// SPDX-License-Identifier: GPL-3.0-or-later
/* The rare part of a line: growing it, and those who stay behind. */
#include "observe/line.h"

#include <stdlib.h>
#include "base/arena.h"
#include "base/must.h"

enum { FIRST_ROOM = 256 };

void line_init(struct line *line)
{
    *line = (struct line){.mask = FIRST_ROOM - 1};
    line->slots = must_alloc(FIRST_ROOM * sizeof *line->slots);
}

void line_free(struct line *line)
{
    free(line->slots);
    free(line->old);
    *line = (struct line){.mask = 0};
}

void line_clear(struct line *line)
{
    line->head = line->next = line->live = 0;
    line->old_first = line->old_count = 0;
}

static void double_ring(struct line *line)
{
    const uint32_t room = 2 * (line->mask + 1);
    MUST(room != 0);
    uint32_t *slots = must_alloc(room * sizeof *slots);
    for (uint32_t place = line->head; place != line->next; place++)
        slots[place & (room - 1)] = line->slots[place & line->mask];
    free(line->slots);
    line->slots = slots;
    line->mask = room - 1;
}

/* Forgets the stragglers that left; room is doubled only if most stayed. */
static void tidy_stragglers(struct line *line)
{
    uint32_t kept = 0;
    for (uint32_t i = line->old_first; i < line->old_count; i++) {
        if (line->old[i].slot != LEDGER_NONE)
            line->old[kept++] = line->old[i];
    }
    line->old_first = 0;
    line->old_count = kept;
    if (kept >= line->old_capacity / 2) {
        line->old_capacity = line->old_capacity > 0 ? 2 * line->old_capacity : FIRST_ROOM;
        line->old = must_grow(line->old, line->old_capacity * sizeof *line->old);
    }
}

/* Frees the older half of the ring. */
static void evict(struct line *line)
{
    const uint32_t half = line->head + (line->mask + 1) / 2;
    for (; line->head != half; line->head++) {
        const uint32_t slot = line->slots[line->head & line->mask];
        if (slot == LEDGER_NONE)
            continue;
        if (line->old_count == line->old_capacity)
            tidy_stragglers(line);
        line->old[line->old_count++] = (struct line_straggler){slot, line->head};
        line->live--;
    }
    while (line->head != line->next && line->slots[line->head & line->mask] == LEDGER_NONE)
        line->head++;
}

void line_make_room(struct line *line)
{
    if (line->live > (line->mask + 1) / 2)
        double_ring(line);
    else
        evict(line);
}

void line_remove_straggler(struct line *line, uint32_t place)
{
    uint32_t low = line->old_first, high = line->old_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if ((int32_t)(line->old[middle].place - place) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    MUST(low < line->old_count && line->old[low].place == place);
    line->old[low].slot = LEDGER_NONE;
    while (line->old_first < line->old_count && line->old[line->old_first].slot == LEDGER_NONE)
        line->old_first++;
}
