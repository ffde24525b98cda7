// SPDX-License-Identifier: GPL-3.0-or-later
/* Invocations: what goes into one, and what may be in two at once.
 *
 * LAM-5: while an invocation has messages of a FIFO queue's group, no other of that function has.
 * A message may be in two invocations, when it comes again before the first has ended, but never by
 * one delivery. */
#include "observe/invariant.h"

#include <string.h>

#define BREAK(what) invariant_break(INVARIANT_invocation, observe, fact, what)

static uint32_t room_for(uint32_t capacity, uint32_t index)
{
    MUST(index < UINT32_C(1) << 30);
    capacity = capacity > 0 ? capacity : 64;
    while (capacity <= index)
        capacity *= 2;
    return capacity;
}

static struct function_lane_account *lane_of(struct function_account *function, uint32_t lane)
{
    if (lane >= function->lane_capacity) {
        const uint32_t capacity = room_for(function->lane_capacity, lane);
        function->lanes = must_grow(function->lanes, capacity * sizeof *function->lanes);
        memset(function->lanes + function->lane_capacity, 0,
               (capacity - function->lane_capacity) * sizeof *function->lanes);
        function->lane_capacity = capacity;
    }
    return &function->lanes[lane];
}

static struct function_invoked *invoked_of(struct function_account *function, uint32_t slot)
{
    if (slot >= function->slot_capacity) {
        const uint32_t capacity = room_for(function->slot_capacity, slot);
        function->invoked = must_grow(function->invoked, capacity * sizeof *function->invoked);
        memset(function->invoked + function->slot_capacity, 0,
               (capacity - function->slot_capacity) * sizeof *function->invoked);
        function->slot_capacity = capacity;
    }
    return &function->invoked[slot];
}

/* The entry's two numbers as one: which lane had the group, in which of its invocations. */
static int64_t holder(uint32_t lane, uint32_t invocation)
{
    return (int64_t)((uint64_t)lane << 32 | invocation);
}

static void take_group(const struct observe *observe, struct function_account *function,
                       const struct fact *fact)
{
    const struct function_lane_account *lane = &function->lanes[fact->bytes];
    const int64_t now = holder(fact->bytes, lane->invocation);
    struct root_entry *entry = roots_find(&function->groups, fact->group, 0);
    if (entry == NULL) {
        entry = roots_add(&function->groups, fact->group, 0);
    } else if (entry->called_ns != now) {
        const struct function_lane_account *other =
            &function->lanes[(uint64_t)entry->called_ns >> 32];
        if (other->is_running && other->invocation == (uint32_t)entry->called_ns)
            BREAK("while another invocation has its group");
    }
    entry->called_ns = now;
}

void invariant_invocation_began(const struct observe *observe, struct function_account *function,
                                bool is_fifo, const struct fact *fact)
{
    struct function_lane_account *lane = lane_of(function, fact->bytes);
    if (fact->n == 0) {
        if (lane->is_running)
            BREAK("while the lane's invocation runs");
        lane->is_running = true;
        lane->invocation++;
    }
    if (fact->message == LEDGER_NONE)
        return;
    struct function_invoked *invoked = invoked_of(function, fact->message);
    if (invoked->seq == fact->seq && fact->delivery == invoked->delivery)
        BREAK("which was invoked with by that delivery already");
    *invoked = (struct function_invoked){fact->seq, fact->delivery};
    if (is_fifo)
        take_group(observe, function, fact);
}

void invariant_invocation_ended(const struct observe *observe, struct function_account *function,
                                const struct fact *fact)
{
    struct function_lane_account *lane = lane_of(function, fact->bytes);
    if (!lane->is_running)
        BREAK("which had not begun");
    lane->is_running = false;
}
