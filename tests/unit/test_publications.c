// SPDX-License-Identifier: GPL-3.0-or-later
/* Publications under way, told by hand: those that want one place, a repeated one, a lost branch,
 * and a second replication. */
#include "observe/publications.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"
#include "tools/facts.h"

/* Of publications that follow each other at this distance each needs the place of the one before.
 */
enum { APART = PUBLICATIONS_LATEST };

/* To so many subscriptions of the site. */
static void publish(struct facts *facts, double at_s, uint64_t number, uint16_t matches)
{
    facts_at(facts, at_s);
    struct fact fact = facts_published(PROBE_PUBLISHED, WEB, 0, number);
    fact.value = matches;
    fact.other = facts->now_ns;
    facts_tell(facts, fact);
    for (uint16_t i = 0; i < matches; i++) {
        struct fact begun = facts_published(PROBE_FANNED_OUT, SITE, i, number);
        begun.value = PROBE_TO_HTTP;
        facts_tell(facts, begun);
    }
}

static void end(struct facts *facts, double at_s, uint64_t number, uint16_t subscription,
                enum probe_kind kind)
{
    facts_at(facts, at_s);
    facts_tell(facts, facts_published(kind, SITE, subscription, number));
}

/* Number 0 is published twice, as by a producer that got no answer, and waits for three branches
 * from 0 s to 9 s; 1 lasts from 1 s to 7 s, 2 from 2 s to 4 s; 3 loses a branch, the other ends
 * when it has no place of its own any more; 4 lasts from 12 s to 14 s; 5, and one that has a place
 * of its own, do not end. */
static void tell(struct facts *facts)
{
    publish(facts, 0, 0, 2);
    publish(facts, 1, 1 * APART, 2);
    publish(facts, 2, 2 * APART, 1);
    publish(facts, 3, 0, 1);
    end(facts, 4, 2 * APART, 0, PROBE_NOTIFIED);
    end(facts, 5, 1 * APART, 0, PROBE_NOTIFIED);
    end(facts, 6, 0, 0, PROBE_NOTIFIED);
    end(facts, 7, 1 * APART, 1, PROBE_NOTIFIED);
    end(facts, 8, 0, 0, PROBE_NOTIFIED);
    end(facts, 9, 0, 1, PROBE_NOTIFIED);
    publish(facts, 10, 3 * APART, 2);
    end(facts, 11, 3 * APART, 0, PROBE_NOTIFY_LOST);
    publish(facts, 12, 4 * APART, 1);
    end(facts, 13, 3 * APART, 1, PROBE_NOTIFIED);
    end(facts, 14, 4 * APART, 0, PROBE_NOTIFIED);
    publish(facts, 15, 7, 1);
    publish(facts, 15, 5 * APART, 2);
    publish(facts, 15, 6 * APART, 1);
    end(facts, 16, 6 * APART, 0, PROBE_NOTIFIED);
}

static void test_places(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    tell(&facts);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", (9.0 + 6.0 + 2.0 + 2.0 + 1.0) / 5);
    facts_expect(&facts, WEB, "messageLatency", "max", 9);
    facts_expect(&facts, NEWS, "deliveriesUnderWay", "end", 3);
    facts_close(&facts);
}

/* Of the first replication nothing is left, in a place or in the table: in the second, number 5
 * ends with its two branches, after 3 s, and one with a place of its own after 4 s. */
static void test_next_replication(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    tell(&facts);
    facts_finish(&facts);
    observe_clear(facts.observe);
    facts_at(&facts, 0);
    facts_announce(&facts);
    tell(&facts);
    end(&facts, 17, 5 * APART, 0, PROBE_NOTIFIED);
    end(&facts, 18, 5 * APART, 1, PROBE_NOTIFIED);
    end(&facts, 19, 7, 0, PROBE_NOTIFIED);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean",
                 (9.0 + 6.0 + 2.0 + 2.0 + 1.0 + 3.0 + 4.0) / 7);
    facts_expect(&facts, NEWS, "deliveriesUnderWay", "end", 0);
    facts_close(&facts);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_next_replication),
    };
    return cmocka_run_group_tests_name("publications", tests, NULL, NULL);
}
