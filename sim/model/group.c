// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of messages by group, the groups that can deliver, and the edge of the look-back.
 *
 * The edge is one message of the queue's list by enqueue time and moves by one for each message
 * that leaves from within; a queue that never exceeds the look-back has none and pays one
 * comparison. */
#include "model/group.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"

#ifdef STRESS
enum { FIRST_CAPACITY = 1 };
#else
enum { FIRST_CAPACITY = 16 };
#endif

void group_set_init(struct groups *groups, struct messages *messages, int64_t look_back)
{
    memset(groups, 0, sizeof *groups);
    groups->messages = messages;
    groups->look_back = look_back < 1 || look_back > UINT32_MAX ? UINT32_MAX : (uint32_t)look_back;
    groups->edge = MESSAGE_NONE;
}

void group_set_free(struct groups *groups)
{
    free(groups->at);
    candidates_free(&groups->ready);
    memset(groups, 0, sizeof *groups);
}

static void make_empty(struct groups *groups, uint32_t from)
{
    for (uint32_t i = from; i < groups->capacity; i++)
        groups->at[i] = (struct group){MESSAGE_NONE, MESSAGE_NONE, MESSAGE_NONE};
}

void group_set_clear(struct groups *groups)
{
    make_empty(groups, 0);
    candidates_clear(&groups->ready);
    groups->count = 0;
    groups->edge = MESSAGE_NONE;
}

static void make_room(struct groups *groups, uint32_t number)
{
    const uint32_t old = groups->capacity;
    MUST(number < UINT32_MAX / 2);
    if (groups->capacity == 0)
        groups->capacity = FIRST_CAPACITY;
    while (groups->capacity <= number)
        groups->capacity *= 2;
    groups->at = must_grow(groups->at, sizeof *groups->at * groups->capacity);
    make_empty(groups, old);
}

static void stop_being_candidate(struct groups *groups, struct group *group)
{
    if (group->place == MESSAGE_NONE)
        return;
    candidates_remove(&groups->ready, group_set_places(groups), group->place);
    group->place = MESSAGE_NONE;
}

/* Makes the group, which is none, a candidate if its oldest message can be delivered.
 * FIFO-20: the oldest decides; hidden messages after it do not hide it.
 * FIFO-24: other groups do not matter, nor who received what. */
static inline void offer_oldest(struct groups *groups, struct group *group, uint32_t number)
{
    const uint32_t slot = group->oldest;
    if (!group_set_sees(groups, slot))
        return;
    /* FIFO-22: since when its oldest is available, not since when the group is unlocked. */
    const struct slot_heap_entry entry = {.key = messages_deadline_ns(groups->messages, slot),
                                          .tie = groups->messages->at[slot].seq,
                                          .id = number};
    candidates_push(&groups->ready, group_set_places(groups), entry);
}

/* The same where slot may be another message, and the group a candidate already. */
static void offer(struct groups *groups, uint32_t slot)
{
    const uint32_t number = groups->messages->side.group[slot].number;
    struct group *group = &groups->at[number];
    if (group->oldest == slot && group->place == MESSAGE_NONE)
        offer_oldest(groups, group, number);
}

void group_set_append(struct groups *groups, uint32_t slot)
{
    struct message_group *of = groups->messages->side.group;
    const uint32_t number = of[slot].number;
    MUST(number != MESSAGE_NO_GROUP);
    if (number >= groups->capacity)
        make_room(groups, number);
    struct group *group = &groups->at[number];
    const uint32_t older = group->newest;
    of[slot].older = older;
    of[slot].newer = MESSAGE_NONE;
    group->newest = slot;
    if (groups->count++ == groups->look_back)
        groups->edge = groups->messages->at[slot].older;
    if (older != MESSAGE_NONE) {
        of[older].newer = slot;
    } else {
        group->oldest = slot;
        offer_oldest(groups, group, number);
    }
}

/* In a deep queue what a message is found to be lies in cold memory: it is asked for one step ahead
 * of its use. */
static void expect(const struct groups *groups, uint32_t slot)
{
    if (slot == MESSAGE_NONE)
        return;
    __builtin_prefetch(&groups->messages->at[slot]);
    __builtin_prefetch(&groups->messages->side.group[slot]);
}

/* FIFO-27: the look-back counts messages in flight too, and a message that leaves from within lets
 * one in. Returns that one, or MESSAGE_NONE. */
static __attribute__((noinline)) uint32_t move_edge(struct groups *groups, uint32_t slot)
{
    uint32_t let_in = MESSAGE_NONE;
    if (group_set_is_within(groups, &groups->messages->at[slot])) {
        let_in = groups->messages->at[groups->edge].newer;
        MUST(let_in != MESSAGE_NONE);
        groups->edge = let_in;
        expect(groups, groups->messages->at[let_in].newer);
    }
    if (groups->count - 1 == groups->look_back)
        groups->edge = MESSAGE_NONE;
    return let_in;
}

void group_set_remove(struct groups *groups, uint32_t slot)
{
    struct message_group *of = groups->messages->side.group;
    const uint32_t number = of[slot].number, older = of[slot].older, newer = of[slot].newer;
    struct group *group = &groups->at[number];
    const uint32_t let_in = groups->edge == MESSAGE_NONE ? MESSAGE_NONE : move_edge(groups, slot);
    groups->count--;
    if (newer != MESSAGE_NONE)
        of[newer].older = older;
    else
        group->newest = older;
    if (older != MESSAGE_NONE) {
        of[older].newer = newer;
    } else {
        stop_being_candidate(groups, group);
        group->oldest = newer;
        /* FIFO-25, RET-4, DLQ-5: however the oldest leaves, its group is free at once. */
        if (newer != MESSAGE_NONE)
            offer_oldest(groups, group, number);
    }
    if (let_in != MESSAGE_NONE)
        offer(groups, let_in);
}

/* FIFO-23: the message kept its place in its group while it was hidden. */
void group_set_show(struct groups *groups, uint32_t slot)
{
    offer(groups, slot);
}

void group_set_hide(struct groups *groups, uint32_t slot)
{
    struct group *group = &groups->at[groups->messages->side.group[slot].number];
    if (group->oldest == slot)
        stop_being_candidate(groups, group);
}

void group_set_expect_delete(const struct groups *groups, uint32_t slot, uint32_t newer)
{
    struct message *at = groups->messages->at;
    expect(groups, newer);
    if (newer != MESSAGE_NONE)
        __builtin_prefetch(&groups->messages->deadlines[newer], 1);
    if (at[slot].older != MESSAGE_NONE)
        __builtin_prefetch(&at[at[slot].older].newer, 1);
    if (at[slot].newer != MESSAGE_NONE)
        __builtin_prefetch(&at[at[slot].newer].older, 1);
}
