// SPDX-License-Identifier: GPL-3.0-or-later
/* Gauges of states: areas under step functions, worked out beside each. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

/* EVIDENCE-OF: CW-2
 * One message, delayed 0 to 2 s, visible 2 to 5, in flight 5 to 9, hidden again 12 to 15 (VIS-4),
 * deleted. */
static void test_states(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts.roots[0] = probe_root(WEB, 0);
    facts_tell(&facts, (struct fact){.kind = PROBE_ACCEPTED, .node = JOBS, .other = 2 * SEC});
    facts_at(&facts, 2);
    facts_say(&facts, PROBE_DELAYED_OVER, JOBS, 0);
    facts_at(&facts, 5);
    facts_deliver(&facts, JOBS, 0, 1, 4);
    facts_at(&facts, 9);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_at(&facts, 12);
    facts_tell(&facts, (struct fact){.kind = PROBE_EXTENDED, .node = JOBS, .value = 99 * SEC});
    facts_at(&facts, 15);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_accept(&facts, JOBS, 1);
    facts_accept(&facts, JOBS, 2);
    facts_at(&facts, 20);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesDelayed", "mean", 2 / 20.0);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesVisible", "mean", (3 + 3 + 10) / 20.0);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesVisible", "max", 2);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesVisible", "end", 2);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesNotVisible", "mean", (4 + 3) / 20.0);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesNotVisible", "end", 0);
    facts_close(&facts);
}

/* VIS-2: setting a message visible shows it at once; one that is visible stays so. */
static void test_set_visible(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_at(&facts, 2);
    facts_tell(&facts, (struct fact){.kind = PROBE_EXTENDED, .node = JOBS, .value = 2 * SEC});
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_at(&facts, 3);
    facts_tell(&facts, (struct fact){.kind = PROBE_EXTENDED, .node = JOBS, .value = 3 * SEC});
    facts_at(&facts, 4);
    facts_deliver(&facts, JOBS, 0, 2, 30);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesVisible", "mean", 2 / 4.0);
    facts_expect(&facts, JOBS, "ApproximateNumberOfMessagesNotVisible", "mean", 2 / 4.0);
    facts_expect(&facts, JOBS, "visitWaiting", "max", 2.0);
    facts_close(&facts);
}

/* EVIDENCE-OF: CW-2
 * Group 1 has messages in flight from 0 to 6 s, group 2 from 2 to 4 s. */
static void test_groups_in_flight(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept_group(&facts, LINE, 0, 1);
    facts_accept_group(&facts, LINE, 1, 1);
    facts_accept_group(&facts, LINE, 2, 2);
    facts_deliver_nth(&facts, 0, LINE, 0, 1, 30);
    facts_deliver_nth(&facts, 1, LINE, 1, 1, 30);
    facts_at(&facts, 2);
    facts_deliver(&facts, LINE, 2, 1, 2);
    facts_say(&facts, PROBE_DELETED, LINE, 0);
    facts_at(&facts, 4);
    facts_say(&facts, PROBE_HIDDEN_OVER, LINE, 2);
    facts_at(&facts, 6);
    facts_say(&facts, PROBE_DELETED, LINE, 1);
    facts_at(&facts, 10);
    facts_finish(&facts);
    const char *const metric = "ApproximateNumberOfGroupsWithInflightMessages";
    facts_expect(&facts, LINE, metric, "mean", (6 + 2) / 10.0);
    facts_expect(&facts, LINE, metric, "max", 2);
    facts_expect(&facts, LINE, metric, "end", 0);
    assert_false(facts_has_row(&facts, JOBS, metric, "mean"));
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_set_visible),
        cmocka_unit_test(test_groups_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
