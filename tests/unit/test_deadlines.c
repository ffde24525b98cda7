// SPDX-License-Identifier: GPL-3.0-or-later
/* A queue's deadlines against an array that is searched: with one time-out for all (the ring
 * alone), with any (ring and heap), and with removals from every place. */
#include "model/deadlines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/rng.h"

enum { SLOTS = 300, CALLS = 60000 };

struct rig {
    struct messages messages;
    struct deadlines deadlines;
    struct rng rng;
    bool in[SLOTS];
    int64_t now_ns;
};

static void open_rig(struct rig *rig)
{
    *rig = (struct rig){.now_ns = 0};
    rng_init(&rig->rng, rng_name(1, 1, "test", "deadlines"));
    messages_init(&rig->messages, 0, 1);
    deadlines_init(&rig->deadlines);
    for (uint32_t i = 0; i < SLOTS; i++)
        assert_int_equal(messages_take(&rig->messages), i);
}

static void close_rig(struct rig *rig)
{
    deadlines_free(&rig->deadlines);
    messages_free(&rig->messages);
}

/* The earliest by (deadline, seq), as the header says. */
static uint32_t earliest(const struct rig *rig)
{
    const struct message *at = rig->messages.at;
    const struct message_deadline *of = rig->messages.deadlines;
    uint32_t best = MESSAGE_NONE;
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (!rig->in[i])
            continue;
        if (best == MESSAGE_NONE || of[i].at_ns < of[best].at_ns ||
            (of[i].at_ns == of[best].at_ns && at[i].seq < at[best].seq))
            best = i;
    }
    return best;
}

static void add(struct rig *rig, uint32_t slot, int64_t deadline_ns)
{
    messages_set_deadline(&rig->messages, slot, deadline_ns);
    rig->messages.at[slot].seq = (uint32_t)rig->messages.next_seq++;
    rig->in[slot] = true;
    deadlines_add(&rig->deadlines, &rig->messages, slot);
}

static void take(struct rig *rig, uint32_t slot)
{
    rig->in[slot] = false;
    deadlines_remove(&rig->deadlines, &rig->messages, slot);
}

/* spread 0: every deadline is now + 30, which grows with now; else any of so many values. */
static void run(uint64_t spread, bool in_heap)
{
    static struct rig rig;
    uint32_t most_in_heap = 0;
    open_rig(&rig);
    for (int i = 0; i < CALLS; i++) {
        const uint32_t slot = (uint32_t)rng_below(&rig.rng, SLOTS);
        rig.now_ns += (int64_t)rng_below(&rig.rng, 2);
        if (!rig.in[slot])
            add(&rig, slot, rig.now_ns + 30 + (spread ? (int64_t)rng_below(&rig.rng, spread) : 0));
        else
            take(&rig, rng_below(&rig.rng, 2) ? slot : earliest(&rig));
        assert_int_equal(deadlines_first(&rig.deadlines, &rig.messages), earliest(&rig));
        if (rig.deadlines.heap.count > most_in_heap)
            most_in_heap = rig.deadlines.heap.count;
    }
    assert_int_equal(most_in_heap > 0, in_heap);
    deadlines_clear(&rig.deadlines);
    assert_int_equal(deadlines_first(&rig.deadlines, &rig.messages), MESSAGE_NONE);
    close_rig(&rig);
}

/* Constant time-outs need no heap. */
static void test_one_timeout(void **state)
{
    (void)state;
    run(0, false);
}
static void test_few_values(void **state)
{
    (void)state;
    run(5, true);
}
static void test_many_values(void **state)
{
    (void)state;
    run(100000, true);
}

/* Two messages with one deadline: the older one comes first, whichever was added first. */
static void test_a_tie_goes_to_the_older_message(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    for (uint32_t slot = 5; slot-- > 3;) {
        messages_set_deadline(&rig.messages, slot, 30);
        deadlines_add(&rig.deadlines, &rig.messages, slot);
    }
    assert_int_equal(deadlines_first(&rig.deadlines, &rig.messages), 3);
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_timeout),
        cmocka_unit_test(test_few_values),
        cmocka_unit_test(test_many_values),
        cmocka_unit_test(test_a_tie_goes_to_the_older_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
