// SPDX-License-Identifier: GPL-3.0-or-later
/* Roots accepted twice, and repetitions of nothing. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

/* The root of web's message number, accepted and purged at once, which would clear the memory: so
 * deleted. */
static void accept_number(struct facts *facts, uint16_t queue, uint16_t peer, uint64_t number)
{
    facts->roots[0] = probe_root(WEB, number);
    facts_tell(facts, (struct fact){.kind = PROBE_ACCEPTED,
                                    .node = queue,
                                    .peer = peer,
                                    .value = facts->now_ns,
                                    .other = facts->now_ns});
    facts_deliver(facts, queue, 0, 1, 30);
    facts_say(facts, PROBE_DELETED, queue, 0);
}

static void dedupe(struct facts *facts, uint16_t queue, double first_s)
{
    facts_tell(facts, (struct fact){.kind = PROBE_DEDUPED,
                                    .node = queue,
                                    .peer = WEB,
                                    .message = UINT32_MAX,
                                    .root = probe_root(WEB, 1),
                                    .other = units_ns(first_s)});
}

/* FIFO-14: when the window has passed, the retry is accepted; the stamps round by at most 134 ms.
 */
static void after_the_window(struct facts *facts)
{
    accept_number(facts, LINE, WEB, 7);
    facts_at(facts, 300);
    accept_number(facts, LINE, WEB, 7);
    dedupe(facts, LINE, 1);
}

static void elsewhere(struct facts *facts)
{
    accept_number(facts, LINE, WEB, 7);
    accept_number(facts, LINE_DLQ, WEB, 7); /* another queue */
    accept_number(facts, JOBS, WEB, 7);     /* a standard queue deduplicates nothing */
    accept_number(facts, JOBS, WEB, 7);
    accept_number(facts, LINE, WORKER, 7); /* sent on by a consumer: another message */
    facts_say(facts, PROBE_PURGED, LINE, UINT32_MAX);
    accept_number(facts, LINE, WEB, 7); /* ATT-12: a purge clears the memory */
}

/* Numbers far apart, and some that come late. */
static void many(struct facts *facts)
{
    for (uint64_t i = 0; i < 5000; i++) {
        facts_at(facts, 0.001 * (double)i);
        accept_number(facts, LINE, WEB, i ^ 3);
    }
    accept_number(facts, LINE, WEB, UINT64_C(1) << 40);
    accept_number(facts, LINE, WEB, 5001);
}

static void test_legal(void **state)
{
    (void)state;
    facts_expect_kept(after_the_window);
    facts_expect_kept(elsewhere);
    facts_expect_kept(many);
}

static void twice(struct facts *facts)
{
    accept_number(facts, LINE, WEB, 7);
    facts_at(facts, 299.7);
    accept_number(facts, LINE, WEB, 7);
}

/* 100,000 acceptances later, all within the window. */
static void twice_among_many(struct facts *facts)
{
    for (uint64_t i = 0; i < 100000; i++) {
        facts_at(facts, 0.001 * (double)i);
        accept_number(facts, LINE, WEB, i);
    }
    accept_number(facts, LINE, WEB, 17);
}

static void repetition_of_the_old(struct facts *facts)
{
    facts_at(facts, 300);
    dedupe(facts, LINE, 0);
}

static void repetition_of_the_future(struct facts *facts)
{
    dedupe(facts, LINE, 1);
}

static void repetition_at_standard(struct facts *facts)
{
    dedupe(facts, JOBS, 0);
}

static void test_breaches(void **state)
{
    (void)state;
    facts_expect_broken(twice, "dedup", "less than 5 minutes ago");
    facts_expect_broken(twice_among_many, "dedup", "message 17 of web");
    facts_expect_broken(repetition_of_the_old, "dedup", "not accepted in the last 5 minutes");
    facts_expect_broken(repetition_of_the_future, "dedup", "not accepted in the last 5 minutes");
    facts_expect_broken(repetition_at_standard, "dedup", "not FIFO");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legal),
        cmocka_unit_test(test_breaches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
