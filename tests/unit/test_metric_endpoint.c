// SPDX-License-Identifier: GPL-3.0-or-later
/* Endpoints, told by hand. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void tell(struct facts *facts, enum probe_kind kind, int64_t value, int64_t other)
{
    facts_tell(facts, (struct fact){.kind = (uint16_t)kind,
                                    .node = SITE,
                                    .peer = WEB,
                                    .root = probe_root(WEB, 0),
                                    .value = value,
                                    .other = other});
}

/* Room for two: two requests from 0 s and 1 s on, a third is refused at 2 s; they end at 3 s well
 * and at 5 s with an error.  One was under way for 3 s, the other for 4, of 10 s. */
static void tell_requests(struct facts *facts)
{
    tell(facts, PROBE_CAPACITY, 1, 2);
    tell(facts, PROBE_REQUESTED, 1, 1);
    facts_at(facts, 1);
    tell(facts, PROBE_REQUESTED, 2, 1);
    facts_at(facts, 2);
    tell(facts, PROBE_REQUEST_REFUSED, 2, 503);
    facts_at(facts, 3);
    tell(facts, PROBE_RESPONDED, 3 * SEC, 200);
    facts_at(facts, 5);
    tell(facts, PROBE_RESPONDED, 4 * SEC, 404);
    facts_at(facts, 10);
}

static void test_figures(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    tell_requests(&facts);
    facts_finish(&facts);
    facts_expect(&facts, SITE, "requests", "count", 3);
    facts_expect(&facts, SITE, "errors", "count", 1);
    facts_expect(&facts, SITE, "rejected", "count", 1);
    facts_expect(&facts, SITE, "latency", "mean", 3.5);
    facts_expect(&facts, SITE, "latency", "max", 4);
    facts_expect(&facts, SITE, "busyRequests", "mean", 0.7);
    facts_expect(&facts, SITE, "busyRequests", "max", 2);
    facts_expect(&facts, SITE, "utilisation", "mean", 0.35);
    facts_close(&facts);
}

/* Without a limit there is no utilisation; what was begun before the window is not measured. */
static void test_no_limit_and_a_window(void **state)
{
    (void)state;
    struct facts facts;
    const struct observe_setting setting = {
        .from_ns = SEC / 2, .until_ns = FOREVER, .metrics = true, .invariants = true};
    facts_open(&facts, &setting);
    tell_requests(&facts);
    tell(&facts, PROBE_CAPACITY, 1, -1);
    facts_finish(&facts);
    facts_expect(&facts, SITE, "requests", "count", 2);
    facts_expect(&facts, SITE, "latency", "mean", 4);
    facts_expect(&facts, SITE, "busyRequests", "mean", (2.5 + 4) / 9.5);
    assert_false(facts_value(&facts, SITE, "utilisation", "mean") >= 0);
    facts_close(&facts);
}

/* A direct call's good answer is the end of the message. */
static void test_direct_call(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_at(&facts, 7);
    facts_tell(&facts, (struct fact){.kind = PROBE_ANSWERED,
                                     .node = WEB,
                                     .peer = SITE,
                                     .root = probe_root(WEB, 0),
                                     .value = 2 * SEC});
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 5);
    facts_expect(&facts, WEB, "latency", "mean", 5);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_no_limit_and_a_window),
        cmocka_unit_test(test_direct_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
