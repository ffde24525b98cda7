// SPDX-License-Identifier: GPL-3.0-or-later
/* The prefix rule of a group, on the histories that FIFO-20 cites and on others that break it. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

/* Three messages of group 1 in slots 0, 1, 2 and one of group 2 in slot 3. */
static void begin(struct facts *facts)
{
    for (uint32_t slot = 0; slot < 4; slot++)
        facts_accept_group(facts, LINE, slot, slot < 3 ? 1 : 2);
}

static void one_call(struct facts *facts)
{
    begin(facts);
    facts_deliver_nth(facts, 0, LINE, 0, 1, 30);
    facts_deliver_nth(facts, 1, LINE, 1, 1, 30);
    facts_deliver_nth(facts, 2, LINE, 3, 1, 30);
}

/* After m1's return m2 in flight does not block it (FIFO-20's second evidence). */
static void head_again(struct facts *facts)
{
    begin(facts);
    facts_deliver_nth(facts, 0, LINE, 0, 1, 5);
    facts_deliver_nth(facts, 1, LINE, 1, 1, 30);
    facts_at(facts, 5);
    facts_say(facts, PROBE_HIDDEN_OVER, LINE, 0);
    facts_deliver(facts, LINE, 0, 2, 30);
}

static void deletes_free(struct facts *facts)
{
    begin(facts);
    facts_deliver_nth(facts, 0, LINE, 0, 1, 30);
    facts_deliver_nth(facts, 1, LINE, 1, 1, 30);
    facts_say(facts, PROBE_DELETED, LINE, 1);
    facts_say(facts, PROBE_DELETED, LINE, 0);
    facts_deliver(facts, LINE, 2, 1, 30);
}

/* DLQ-1: a head that is dead-lettered in the call lets the next one through. */
static void dead_letter_frees(struct facts *facts)
{
    begin(facts);
    for (uint32_t receive = 1; receive <= 2; receive++) {
        facts_deliver(facts, LINE, 0, receive, 0);
        facts_say(facts, PROBE_HIDDEN_OVER, LINE, 0);
    }
    facts_tell(facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                    .node = LINE,
                                    .peer = LINE_DLQ,
                                    .delivery = 2,
                                    .group = 1,
                                    .value = 2,
                                    .other = facts->now_ns});
    facts_deliver(facts, LINE, 1, 1, 30);
    facts_deliver(facts, LINE_DLQ, 0, 3, 30);
}

static void test_legal(void **state)
{
    (void)state;
    facts_expect_kept(one_call);
    facts_expect_kept(head_again);
    facts_expect_kept(deletes_free);
    facts_expect_kept(dead_letter_frees);
}

static void second_first(struct facts *facts)
{
    begin(facts);
    facts_deliver(facts, LINE, 1, 1, 30);
}

static void beside_in_flight(struct facts *facts)
{
    begin(facts);
    facts_deliver(facts, LINE, 0, 1, 30);
    facts_deliver(facts, LINE, 1, 1, 30);
}

/* The third evidence: m1 deleted, m2 in flight blocks m3. */
static void behind_in_flight(struct facts *facts)
{
    begin(facts);
    facts_deliver_nth(facts, 0, LINE, 0, 1, 30);
    facts_deliver_nth(facts, 1, LINE, 1, 1, 30);
    facts_say(facts, PROBE_DELETED, LINE, 0);
    facts_deliver(facts, LINE, 2, 1, 30);
}

/* m2 comes back while m1 is still held. */
static void back_behind_in_flight(struct facts *facts)
{
    begin(facts);
    facts_deliver_nth(facts, 0, LINE, 0, 1, 30);
    facts_deliver_nth(facts, 1, LINE, 1, 1, 5);
    facts_at(facts, 5);
    facts_say(facts, PROBE_HIDDEN_OVER, LINE, 1);
    facts_deliver(facts, LINE, 1, 2, 30);
}

static void behind_delayed(struct facts *facts)
{
    facts->roots[0] = probe_root(WEB, facts->number++);
    facts_tell(facts,
               (struct fact){.kind = PROBE_ACCEPTED, .node = LINE, .peer = WEB, .other = 5 * SEC});
    facts_accept(facts, LINE, 1);
    facts_deliver(facts, LINE, 1, 1, 30);
}

static void test_breaches(void **state)
{
    (void)state;
    facts_expect_broken(second_first, "fifo_order", "while an earlier one of its group waits");
    facts_expect_broken(beside_in_flight, "fifo_order", "of its group is in flight");
    facts_expect_broken(behind_in_flight, "fifo_order", "of its group is in flight");
    facts_expect_broken(back_behind_in_flight, "fifo_order", "of its group is in flight");
    facts_expect_broken(behind_delayed, "fifo_order", "of its group is delayed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legal),
        cmocka_unit_test(test_breaches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
