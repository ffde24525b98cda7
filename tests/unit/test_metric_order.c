// SPDX-License-Identifier: GPL-3.0-or-later
/* Inversions, counted by hand. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

/* Sent 0 1 2 3 4, received 0 3 1 3' 4 2: 1 and 2 come after 3 and 4; 2 is behind 4 by two places.
 */
static void test_standard(void **state)
{
    (void)state;
    static const uint32_t order[] = {0, 3, 1, 3, 4, 2};
    struct facts facts;
    uint32_t receives[5] = {0};
    size_t count;
    facts_open(&facts, NULL);
    for (uint32_t slot = 0; slot < 5; slot++)
        facts_accept(&facts, JOBS, slot);
    for (size_t i = 0; i < 6; i++) {
        facts_deliver(&facts, JOBS, order[i], ++receives[order[i]], 0);
        facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, order[i]);
    }
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "outOfOrder", "count", 2);
    facts_expect(&facts, JOBS, "outOfOrder", "rate", 2 / 5.0);
    facts_expect(&facts, JOBS, "outOfOrder", "maxDistance", 2);
    facts_expect(&facts, JOBS_DLQ, "outOfOrder", "rate", (double)NAN);
    facts_expect(&facts, JOBS_DLQ, "outOfOrder", "maxDistance", (double)NAN);
    const uint64_t *received = observe_received(facts.observe, JOBS, &count);
    const uint64_t numbers[] = {0, 3, 1, 4, 2};
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(received[i], probe_root(WEB, numbers[i]));
    facts_close(&facts);
}

/* In a FIFO queue only the order within a group counts: B before A of another group is none. */
static void test_groups_are_apart(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept_group(&facts, LINE, 0, 1);
    facts_accept_group(&facts, LINE, 1, 2);
    facts_deliver(&facts, LINE, 1, 1, 30);
    facts_deliver(&facts, LINE, 0, 1, 30);
    facts_finish(&facts);
    facts_expect(&facts, LINE, "outOfOrder", "count", 0);
    facts_close(&facts);
}

/* The list of first receives ends at OBSERVE_RECEIVED. */
static void test_list_is_bounded(void **state)
{
    (void)state;
    struct facts facts;
    size_t count;
    facts_open(&facts, NULL);
    for (uint32_t slot = 0; slot < 1500; slot++) {
        facts_accept(&facts, JOBS, slot);
        facts_deliver(&facts, JOBS, slot, 1, 30);
    }
    const uint64_t *received = observe_received(facts.observe, JOBS, &count);
    assert_int_equal(count, 1000);
    assert_int_equal(received[999], probe_root(WEB, 999));
    assert_null(observe_received(facts.observe, WORKER, &count));
    assert_int_equal(count, 0);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_standard),
        cmocka_unit_test(test_groups_are_apart),
        cmocka_unit_test(test_list_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
