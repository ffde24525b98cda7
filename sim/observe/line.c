// SPDX-License-Identifier: GPL-3.0-or-later
/* Asking for the oldest, growing, and those who stay behind. */
#include "observe/line.h"

#include <stdbool.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/must.h"

/* Most messages have left when the older half of so many is looked at. */
enum { FIRST_ROOM = 4096, FIRST_STRAGGLERS = 256 };

void line_init(struct line *line, uint16_t queue)
{
    *line = (struct line){.mask = FIRST_ROOM - 1, .queue = queue};
    line->slots = must_alloc(FIRST_ROOM * sizeof *line->slots);
    line_clear(line);
}

void line_free(struct line *line)
{
    free(line->slots);
    free(line->old);
    *line = (struct line){.mask = 0};
}

void line_clear(struct line *line)
{
    line->head = line->next = 0;
    line->full = line->mask + 1;
    line->receives_most = LEDGER_RECEIVES_MAX;
    line->old_first = line->old_count = 0;
}

/* Is the message that was put at place still in the line?  Its slot may have another tenant now. */
static inline bool is_here(const struct line *line, const struct ledger *ledger, uint32_t slot,
                           uint32_t place)
{
    const struct ledger_record *record = &ledger->at[slot];
    return record->place == place && record->queue == line->queue &&
           ledger_state(record) != LEDGER_GONE && ledger_receives(record) <= line->receives_most;
}

static bool is_head_here(const struct line *line, const struct ledger *ledger)
{
    return is_here(line, ledger, line->slots[line->head & line->mask], line->head);
}

uint32_t line_oldest(struct line *line, const struct ledger *ledger)
{
    for (; line->old_first < line->old_count; line->old_first++) {
        const struct line_straggler *straggler = &line->old[line->old_first];
        if (is_here(line, ledger, straggler->slot, straggler->place))
            return straggler->slot;
    }
    while (line->head != line->next && !is_head_here(line, ledger))
        line->head++;
    return line->head != line->next ? line->slots[line->head & line->mask] : LEDGER_NONE;
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
static void tidy_stragglers(struct line *line, const struct ledger *ledger)
{
    uint32_t kept = 0;
    for (uint32_t i = line->old_first; i < line->old_count; i++) {
        if (is_here(line, ledger, line->old[i].slot, line->old[i].place))
            line->old[kept++] = line->old[i];
    }
    line->old_first = 0;
    line->old_count = kept;
    if (kept >= line->old_capacity / 2) {
        line->old_capacity = line->old_capacity > 0 ? 2 * line->old_capacity : FIRST_STRAGGLERS;
        line->old = must_grow(line->old, line->old_capacity * sizeof *line->old);
    }
}

/* Moves the older half's messages to the stragglers, and frees it. */
static void evict(struct line *line, const struct ledger *ledger)
{
    const uint32_t mask = line->mask, end = line->head + (mask + 1) / 2;
    const uint32_t *slots = line->slots;
    for (uint32_t place = line->head; place != end; place++) {
        const uint32_t slot = slots[place & mask];
        if (!is_here(line, ledger, slot, place))
            continue;
        if (line->old_count == line->old_capacity)
            tidy_stragglers(line, ledger);
        line->old[line->old_count++] = (struct line_straggler){slot, place};
    }
    line->head = end;
}

void line_make_room(struct line *line, const struct ledger *ledger, uint64_t waiting)
{
    const uint64_t half = (line->mask + 1) / 2, stragglers = line->old_count - line->old_first;
    while (line->head != line->next && !is_head_here(line, ledger))
        line->head++;
    if (line->next - line->head > half) {
        if (waiting > half + stragglers)
            double_ring(line);
        else
            evict(line, ledger);
    }
    line->full = line->head + line->mask + 1;
}
