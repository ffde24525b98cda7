// SPDX-License-Identifier: GPL-3.0-or-later
/* Groups of one queue: which can deliver, in which order, and what the look-back shows.  The
 * expected first candidate of the random run is found by walking all messages in order. */
#include "model/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/rng.h"

/* A queue reduced to what groups need: messages linked by age. */
struct rig {
    struct messages messages;
    struct groups groups;
    uint32_t oldest, newest;
};

static void open_rig(struct rig *rig, int64_t look_back)
{
    memset(rig, 0, sizeof *rig);
    messages_init(&rig->messages, MESSAGE_WANT_GROUP, 1);
    group_set_init(&rig->groups, &rig->messages, look_back);
    rig->oldest = rig->newest = MESSAGE_NONE;
}

static void close_rig(struct rig *rig)
{
    group_set_free(&rig->groups);
    messages_free(&rig->messages);
}

static uint32_t append(struct rig *rig, uint32_t group, enum message_state state, int64_t at_ns)
{
    const uint32_t slot = messages_take(&rig->messages);
    struct message *at = rig->messages.at;
    rig->messages.side.group[slot].number = group;
    at[slot].state = (uint8_t)state;
    at[slot].sent_ns = at_ns;
    messages_set_deadline(&rig->messages, slot, at_ns);
    at[slot].older = rig->newest;
    at[slot].newer = MESSAGE_NONE;
    *(rig->newest == MESSAGE_NONE ? &rig->oldest : &at[rig->newest].newer) = slot;
    rig->newest = slot;
    group_set_append(&rig->groups, slot);
    if (state == MESSAGE_VISIBLE)
        group_set_show(&rig->groups, slot);
    return slot;
}

static void take_out(struct rig *rig, uint32_t slot)
{
    struct message *at = rig->messages.at;
    group_set_remove(&rig->groups, slot);
    *(at[slot].older == MESSAGE_NONE ? &rig->oldest : &at[at[slot].older].newer) = at[slot].newer;
    *(at[slot].newer == MESSAGE_NONE ? &rig->newest : &at[at[slot].newer].older) = at[slot].older;
    messages_release(&rig->messages, slot);
}

static void show(struct rig *rig, uint32_t slot, int64_t now_ns)
{
    rig->messages.at[slot].state = MESSAGE_VISIBLE;
    messages_set_deadline(&rig->messages, slot, now_ns);
    group_set_show(&rig->groups, slot);
}

static void hide(struct rig *rig, uint32_t slot)
{
    group_set_hide(&rig->groups, slot);
    rig->messages.at[slot].state = MESSAGE_IN_FLIGHT;
}

/* EVIDENCE-OF: FIFO-22
 * By the time since when the oldest is available; at one time by seq. */
static void test_order_of_candidates(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 0);
    assert_int_equal(group_set_first(&rig.groups), MESSAGE_NONE);
    const uint32_t a = append(&rig, 40, MESSAGE_VISIBLE, 5);
    const uint32_t b = append(&rig, 2, MESSAGE_VISIBLE, 5);
    const uint32_t c = append(&rig, 3, MESSAGE_VISIBLE, 6);
    assert_int_equal(group_set_first(&rig.groups), a);
    hide(&rig, a);
    assert_int_equal(group_set_first(&rig.groups), b);
    hide(&rig, b);
    show(&rig, a, 7);
    assert_int_equal(group_set_first(&rig.groups), c);
    take_out(&rig, c);
    show(&rig, b, 7);
    assert_int_equal(group_set_first(&rig.groups), a);
    close_rig(&rig);
}

/* Ties hold when seq wraps: the message with seq 2^32 - 1 comes before the one with seq 0. */
static void test_seq_wraps(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 1);
    rig.messages.next_seq = UINT32_MAX;
    const uint32_t a = append(&rig, 1, MESSAGE_VISIBLE, 5);
    const uint32_t b = append(&rig, 0, MESSAGE_VISIBLE, 5);
    assert_int_equal(rig.messages.at[b].seq, 0);
    assert_int_equal(group_set_first(&rig.groups), a);
    /* Within a look-back of 1 only a is seen; when it leaves, b. */
    assert_false(group_set_sees(&rig.groups, b));
    hide(&rig, a);
    assert_int_equal(group_set_first(&rig.groups), MESSAGE_NONE);
    take_out(&rig, a);
    assert_int_equal(group_set_first(&rig.groups), b);
    close_rig(&rig);
}

/* EVIDENCE-OF: FIFO-20 FIFO-25
 * Removal from the middle, the end and the front of a group of five; the next that is visible is
 * offered. */
static void test_removal_anywhere(void **state)
{
    struct rig rig;
    uint32_t slots[5];
    (void)state;
    open_rig(&rig, 0);
    for (int i = 0; i < 5; i++)
        slots[i] = append(&rig, 1, MESSAGE_VISIBLE, i);
    for (int i = 0; i < 3; i++)
        hide(&rig, slots[i]);
    take_out(&rig, slots[1]);
    assert_int_equal(rig.messages.side.group[slots[0]].newer, slots[2]);
    take_out(&rig, slots[4]);
    assert_int_equal(rig.groups.at[1].newest, slots[3]);
    take_out(&rig, slots[0]);
    assert_int_equal(group_set_first(&rig.groups), MESSAGE_NONE);
    take_out(&rig, slots[2]);
    assert_int_equal(group_set_first(&rig.groups), slots[3]);
    take_out(&rig, slots[3]);
    assert_int_equal(group_set_first(&rig.groups), MESSAGE_NONE);
    assert_int_equal(rig.groups.count, 0);
    close_rig(&rig);
}

static void test_clear(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 2);
    for (uint32_t i = 0; i < 100; i++)
        append(&rig, i, MESSAGE_VISIBLE, i);
    group_set_clear(&rig.groups);
    messages_reset(&rig.messages);
    rig.oldest = rig.newest = MESSAGE_NONE;
    assert_int_equal(group_set_first(&rig.groups), MESSAGE_NONE);
    const uint32_t slot = append(&rig, 50, MESSAGE_VISIBLE, 0);
    assert_int_equal(group_set_first(&rig.groups), slot);
    close_rig(&rig);
}

enum { GROUPS = 12, MOST = 60 };

/* FIFO-20, FIFO-22 and FIFO-27 as they read: of the first look_back messages, those that are the
 * oldest of their group and visible; the one that is so the longest. */
static uint32_t first_by_walking(const struct rig *rig, uint32_t look_back)
{
    const struct message *at = rig->messages.at;
    bool seen[GROUPS] = {false};
    uint32_t best = MESSAGE_NONE, rank = 0;
    for (uint32_t slot = rig->oldest; slot != MESSAGE_NONE && rank < look_back;
         slot = at[slot].newer) {
        const uint32_t group = rig->messages.side.group[slot].number;
        rank++;
        if (seen[group])
            continue;
        seen[group] = true;
        if (at[slot].state == MESSAGE_VISIBLE &&
            (best == MESSAGE_NONE ||
             rig->messages.deadlines[slot].at_ns < rig->messages.deadlines[best].at_ns))
            best = slot; /* at one time the earlier in order is the lower seq */
    }
    return best;
}

static uint32_t pick(const struct rig *rig, struct rng *rng)
{
    uint32_t slot = rig->oldest;
    for (uint64_t i = rng_below(rng, rig->groups.count); i > 0; i--)
        slot = rig->messages.at[slot].newer;
    return slot;
}

/* 200,000 random steps with times that often coincide; the look-back changes from run to run. */
static void check_random(uint32_t look_back, uint64_t seed)
{
    struct rig rig;
    struct rng rng;
    rng_init(&rng, rng_name(seed, look_back, "test", "group"));
    open_rig(&rig, look_back);
    rig.messages.next_seq = UINT32_MAX - 1000;
    for (int64_t i = 0; i < 20000; i++) {
        const int64_t now_ns = i / 8;
        const uint32_t slot = rig.groups.count > 0 ? pick(&rig, &rng) : MESSAGE_NONE;
        const uint64_t what = rng_below(&rng, 10);
        if (slot == MESSAGE_NONE || (what < 3 && rig.groups.count < MOST))
            append(&rig, (uint32_t)rng_below(&rng, GROUPS),
                   what == 0 ? MESSAGE_DELAYED : MESSAGE_VISIBLE, now_ns);
        else if (what < 5)
            take_out(&rig, slot);
        else if (rig.messages.at[slot].state == MESSAGE_VISIBLE)
            hide(&rig, slot);
        else
            show(&rig, slot, now_ns);
        assert_int_equal(group_set_first(&rig.groups), first_by_walking(&rig, look_back));
    }
    close_rig(&rig);
}

/* EVIDENCE-OF: FIFO-20 FIFO-22 FIFO-27 */
static void test_random(void **state)
{
    static const uint32_t look_backs[] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 1000};
    (void)state;
    for (size_t i = 0; i < sizeof look_backs / sizeof *look_backs; i++)
        check_random(look_backs[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_candidates),
        cmocka_unit_test(test_seq_wraps),
        cmocka_unit_test(test_removal_anywhere),
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
