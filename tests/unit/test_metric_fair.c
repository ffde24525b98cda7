// SPDX-License-Identifier: GPL-3.0-or-later
/* The metrics of fair queues from facts told by hand. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

#define VISIBLE   "ApproximateNumberOfMessagesVisibleInQuietGroups"
#define IN_FLIGHT "ApproximateNumberOfMessagesNotVisibleInQuietGroups"
#define DELAYED   "ApproximateNumberOfMessagesDelayedInQuietGroups"
#define AGE       "ApproximateAgeOfOldestMessageInQuietGroups"
#define NOISY     "ApproximateNumberOfNoisyGroups"

enum { BIG = 5, SMALL = 2 };

static void make_fair(struct facts *facts)
{
    facts_tell(facts, (struct fact){.kind = PROBE_FAIR, .node = JOBS, .peer = NODE_NONE});
}

static void set_noisy(struct facts *facts, uint32_t group, bool is_noisy)
{
    facts_tell(facts, (struct fact){.kind = PROBE_NOISY,
                                    .node = JOBS,
                                    .peer = NODE_NONE,
                                    .group = group,
                                    .value = is_noisy});
}

/* No group, no row. */
static void test_only_of_fair_queues(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept_group(&facts, JOBS, 0, UINT32_MAX);
    facts_at(&facts, 1);
    facts_finish(&facts);
    assert_false(facts_has_row(&facts, JOBS, NOISY, "mean"));
    assert_false(facts_has_row(&facts, JOBS, "waitingQuiet", "mean"));
    facts_close(&facts);
}

/* EVIDENCE-OF: FAIR-5
 * 10 s: one message of SMALL all the time; of BIG two from 2 s on, which is noisy from 4 s to 8 s,
 * one of them in flight from 6 s to the end at 10 s. */
static void test_gauges(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    make_fair(&facts);
    facts_accept_group(&facts, JOBS, 0, SMALL);
    facts_at(&facts, 2);
    facts_accept_group(&facts, JOBS, 1, BIG);
    facts_accept_group(&facts, JOBS, 2, BIG);
    facts_at(&facts, 4);
    set_noisy(&facts, BIG, true);
    facts_at(&facts, 6);
    facts_deliver(&facts, JOBS, 1, 1, 30);
    facts_at(&facts, 8);
    set_noisy(&facts, BIG, false);
    facts_at(&facts, 10);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, NOISY, "mean", 4 / 10.0);
    facts_expect(&facts, JOBS, NOISY, "max", 1);
    facts_expect(&facts, JOBS, NOISY, "end", 0);
    /* 1 for 2 s, 3 for 2 s, 1 for 4 s, 2 for 2 s. */
    facts_expect(&facts, JOBS, VISIBLE, "mean", (2 + 6 + 4 + 4) / 10.0);
    facts_expect(&facts, JOBS, VISIBLE, "end", 2);
    facts_expect(&facts, JOBS, IN_FLIGHT, "mean", 2 / 10.0);
    facts_expect(&facts, JOBS, IN_FLIGHT, "end", 1);
    facts_expect(&facts, JOBS, DELAYED, "max", 0);
    /* All messages are in the usual gauges (FAIR-5). */
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesVisible", "end", 2);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesNotVisible", "mean", 4 / 10.0);
    facts_close(&facts);
}

/* EVIDENCE-OF: FAIR-5
 * BIG's message of 0 s and SMALL's of 3 s.  BIG is noisy from 4 s to 6 s; its message is deleted at
 * 7 s.  The age is t up to 4 s, t - 3 up to 6 s, t up to 7 s, t - 3 up to 10 s. */
static void test_age(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    make_fair(&facts);
    facts_accept_group(&facts, JOBS, 0, BIG);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_at(&facts, 3);
    facts_accept_group(&facts, JOBS, 1, SMALL);
    facts_at(&facts, 4);
    set_noisy(&facts, BIG, true);
    facts_at(&facts, 6);
    set_noisy(&facts, BIG, false);
    facts_at(&facts, 7);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_at(&facts, 10);
    facts_finish(&facts);
    /* 4 x 4 / 2, from 1 to 3 over 2 s, from 6 to 7 over 1 s, from 4 to 7 over 3 s. */
    facts_expect(&facts, JOBS, AGE, "mean", (8 + 4 + 6.5 + 16.5) / 10.0);
    facts_expect(&facts, JOBS, AGE, "max", 7);
    facts_expect(&facts, JOBS, AGE, "end", 7);
    facts_close(&facts);
}

/* What waits when the first group comes is quiet, and keeps its age: messages of 1 s and 2 s, the
 * elder one gone before. */
static void test_begins_with_what_is_there(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept_group(&facts, JOBS, 7, UINT32_MAX);
    facts_at(&facts, 1);
    facts_accept_group(&facts, JOBS, 3, UINT32_MAX);
    facts_at(&facts, 2);
    facts_accept_group(&facts, JOBS, 1, UINT32_MAX);
    facts_deliver(&facts, JOBS, 7, 1, 30);
    facts_say(&facts, PROBE_DELETED, JOBS, 7);
    facts_at(&facts, 5);
    make_fair(&facts);
    facts_accept_group(&facts, JOBS, 7, BIG);
    facts_at(&facts, 6);
    facts_deliver(&facts, JOBS, 3, 1, 30);
    facts_say(&facts, PROBE_DELETED, JOBS, 3);
    facts_at(&facts, 8);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, VISIBLE, "end", 2);
    facts_expect(&facts, JOBS, VISIBLE, "max", 3);
    facts_expect(&facts, JOBS, IN_FLIGHT, "max", 1);
    facts_expect(&facts, JOBS, AGE, "max", 6); /* 8 - 2; that of 1 s had 5 at 6 s */
    facts_expect(&facts, JOBS, AGE, "end", 6);
    facts_close(&facts);
}

/* CW-4: received more than three times, a message's age does not count. */
static void test_poison_is_left_out(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 10);
    make_fair(&facts);
    facts_accept_group(&facts, JOBS, 0, SMALL);
    for (uint32_t i = 0; i < 4; i++) {
        facts_at(&facts, 10.0 * i);
        if (i > 0)
            facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
        facts_deliver(&facts, JOBS, 0, i + 1, 10);
    }
    facts_at(&facts, 35);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, AGE, "max", 30);
    facts_expect(&facts, JOBS, AGE, "end", 0);
    facts_close(&facts);
}

/* The first receive of each message, by what its tenant was then: 3 s quiet, 5 s noisy. */
static void test_waiting(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    make_fair(&facts);
    facts_accept_group(&facts, JOBS, 0, BIG);
    facts_accept_group(&facts, JOBS, 1, BIG);
    facts_at(&facts, 3);
    facts_deliver(&facts, JOBS, 0, 1, 1);
    set_noisy(&facts, BIG, true);
    facts_at(&facts, 4);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_at(&facts, 5);
    facts_deliver(&facts, JOBS, 0, 2, 1);
    facts_deliver(&facts, JOBS, 1, 1, 1);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "waitingQuiet", "mean", 3);
    facts_expect(&facts, JOBS, "waitingNoisy", "mean", 5);
    facts_expect(&facts, JOBS, "waiting", "mean", 4);
    facts_close(&facts);
}

/* A second replication in the same memory knows nothing of the first. */
static void test_again(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    make_fair(&facts);
    facts_accept_group(&facts, JOBS, 0, BIG);
    set_noisy(&facts, BIG, true);
    facts_at(&facts, 100);
    facts_finish(&facts);
    observe_clear(facts.observe);
    facts_announce(&facts);
    facts_at(&facts, 1);
    make_fair(&facts);
    facts_accept_group(&facts, JOBS, 0, BIG);
    facts_at(&facts, 4);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, NOISY, "max", 0);
    facts_expect(&facts, JOBS, VISIBLE, "mean", 3 / 4.0);
    facts_expect(&facts, JOBS, AGE, "end", 3);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_of_fair_queues),
        cmocka_unit_test(test_gauges),
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_begins_with_what_is_there),
        cmocka_unit_test(test_poison_is_left_out),
        cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
