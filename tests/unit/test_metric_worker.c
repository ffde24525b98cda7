// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers: what they did, in vain or not, and how busy they were. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void tell_worker(struct facts *facts, enum probe_kind kind, uint32_t worker, uint32_t slot,
                        double service_s)
{
    facts_tell(facts, (struct fact){.kind = (uint16_t)kind,
                                    .node = WORKER,
                                    .peer = JOBS,
                                    .message = slot,
                                    .bytes = worker,
                                    .value = units_ns(service_s)});
}

static void tell_capacity(struct facts *facts, enum probe_kind kind, uint16_t n, int64_t value,
                          int64_t other)
{
    facts_tell(facts, (struct fact){.kind = (uint16_t)kind,
                                    .node = WORKER,
                                    .peer = JOBS,
                                    .n = n,
                                    .message = UINT32_MAX,
                                    .value = value,
                                    .other = other});
}

/* Two instances of two workers.  Worker 0 is at work from 0 to 4 s and from 5 to 6 s, worker 3 from
 * 1 s until its instance dies at 3 s; the instance is back at 8 s. */
static void test_busy_and_crash(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    tell_capacity(&facts, PROBE_CAPACITY, 0, 2, 4);
    for (uint32_t slot = 0; slot < 3; slot++) {
        facts_accept(&facts, JOBS, slot);
        facts_deliver(&facts, JOBS, slot, 1, 30);
    }
    tell_worker(&facts, PROBE_STARTED, 0, 0, 4);
    facts_at(&facts, 1);
    tell_worker(&facts, PROBE_STARTED, 3, 1, 5);
    facts_at(&facts, 3);
    tell_capacity(&facts, PROBE_CRASHED, 2, 2 * SEC, 0);
    tell_worker(&facts, PROBE_ABANDONED, 3, 1, 2);
    tell_worker(&facts, PROBE_ABANDONED, 2, 2, 0); /* held, not yet begun */
    facts_at(&facts, 4);
    tell_worker(&facts, PROBE_SUCCEEDED, 0, 0, 4);
    facts_at(&facts, 5);
    tell_worker(&facts, PROBE_STARTED, 0, 2, 1);
    facts_at(&facts, 6);
    tell_worker(&facts, PROBE_FAILED, 0, 2, 1);
    facts_at(&facts, 8);
    tell_capacity(&facts, PROBE_RESTARTED, 2, 0, 0);
    facts_at(&facts, 10);
    facts_finish(&facts);
    facts_expect(&facts, WORKER, "processed", "count", 1);
    facts_expect(&facts, WORKER, "failures", "count", 1);
    facts_expect(&facts, WORKER, "crashes", "count", 1);
    facts_expect(&facts, WORKER, "wastedTime", "sum", 2 + 1);
    facts_expect(&facts, WORKER, "busyWorkers", "mean", (4 + 1 + 2) / 10.0);
    facts_expect(&facts, WORKER, "busyWorkers", "max", 2);
    /* 4 workers but for the 5 s in which there were 2. */
    facts_expect(&facts, WORKER, "utilisation", "mean", (4 + 1 + 2) / (4 * 5 + 2 * 5.0));
    facts_expect(&facts, WORKER, "instances", "mean", (2 * 5 + 1 * 5) / 10.0);
    facts_expect(&facts, WORKER, "instances", "max", 2);
    facts_expect(&facts, CLERK, "utilisation", "mean", (double)NAN);
    facts_close(&facts);
}

/* The timeout ends under the first worker; both end well: the second success is duplicate work. */
static void test_overlap(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 5);
    tell_worker(&facts, PROBE_STARTED, 0, 0, 8);
    facts_at(&facts, 5);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 2, 30);
    tell_worker(&facts, PROBE_STARTED, 1, 0, 6);
    facts_at(&facts, 8);
    tell_worker(&facts, PROBE_SUCCEEDED, 0, 0, 8);
    facts_at(&facts, 11);
    tell_worker(&facts, PROBE_SUCCEEDED, 1, 0, 6);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_finish(&facts);
    facts_expect(&facts, WORKER, "processed", "count", 2);
    facts_expect(&facts, WORKER, "duplicateWork", "count", 1);
    facts_expect(&facts, WORKER, "wastedTime", "sum", 6);
    facts_close(&facts);
}

/* As above, but the first deletes before the second is done, and the slot has a new tenant by then.
 */
static void test_overlap_beyond_the_delete(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept(&facts, JOBS, 0);
    const uint64_t root = facts.roots[0];
    facts_deliver(&facts, JOBS, 0, 1, 5);
    facts_at(&facts, 5);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 2, 30);
    facts_at(&facts, 8);
    tell_worker(&facts, PROBE_SUCCEEDED, 0, 0, 8);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_at(&facts, 11);
    facts_tell(
        &facts,
        (struct fact){
            .kind = PROBE_SUCCEEDED, .node = WORKER, .peer = JOBS, .root = root, .value = 6 * SEC});
    facts_at(&facts, 12);
    tell_worker(&facts, PROBE_SUCCEEDED, 1, 0, 4);
    facts_finish(&facts);
    facts_expect(&facts, WORKER, "processed", "count", 3);
    facts_expect(&facts, WORKER, "duplicateWork", "count", 1);
    facts_expect(&facts, WORKER, "wastedTime", "sum", 6);
    facts_close(&facts);
}

/* Finished but never deleted: the work is done again later.  A failed or skipped try does not
 * finish. */
static void test_again_after_success(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_accept(&facts, JOBS, 0);
    for (uint32_t receive = 1; receive <= 3; receive++) {
        facts_at(&facts, 10.0 * receive);
        if (receive > 1)
            facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
        facts_deliver(&facts, JOBS, 0, receive, 10);
        if (receive == 1)
            tell_worker(&facts, PROBE_SKIPPED, 0, 0, 0);
        else
            tell_worker(&facts, PROBE_SUCCEEDED, 0, 0, 1);
    }
    facts_finish(&facts);
    facts_expect(&facts, WORKER, "processed", "count", 2);
    facts_expect(&facts, WORKER, "failures", "count", 0);
    facts_expect(&facts, WORKER, "duplicateWork", "count", 1);
    facts_close(&facts);
}

/* Several thousand workers: room is made for each. */
static void test_many_workers(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    for (uint32_t worker = 0; worker < 3000; worker++)
        tell_worker(&facts, PROBE_STARTED, worker, UINT32_MAX, 1);
    facts_at(&facts, 1);
    facts_finish(&facts);
    facts_expect(&facts, WORKER, "busyWorkers", "mean", 3000);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_busy_and_crash),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_overlap_beyond_the_delete),
        cmocka_unit_test(test_again_after_success),
        cmocka_unit_test(test_many_workers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
