// SPDX-License-Identifier: GPL-3.0-or-later
/* Sends, and the life of messages from the call to the end of their chains. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void tell_send(struct facts *facts, enum probe_kind kind, uint16_t node, int64_t value)
{
    facts_tell(facts, (struct fact){.kind = (uint16_t)kind,
                                    .node = node,
                                    .peer = JOBS,
                                    .root = probe_root(WEB, 0),
                                    .value = value});
}

static void test_sends(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_at(&facts, 1);
    tell_send(&facts, PROBE_ANSWERED, WEB, 500 * MSEC);
    tell_send(&facts, PROBE_RETRIED, WEB, 1);
    tell_send(&facts, PROBE_RETRIED, WEB, 2);
    facts_at(&facts, 3);
    tell_send(&facts, PROBE_ANSWERED, WEB, 0);
    tell_send(&facts, PROBE_GAVE_UP, WEB, 0);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "sent", "count", 2);
    facts_expect(&facts, WEB, "retries", "count", 2);
    facts_expect(&facts, WEB, "failed", "count", 1);
    facts_expect(&facts, WEB, "latency", "mean", (0.5 + 3.0) / 2.0);
    facts_expect(&facts, WEB, "latency", "max", 3);
    /* A consumer that sends nothing on has no such rows. */
    assert_false(facts_has_row(&facts, WORKER, "sent", "count"));
    facts_close(&facts);
}

/* Accepts the root into slot of queue, sent by peer, called for called_s. */
static void accept(struct facts *facts, uint16_t queue, uint32_t slot, uint16_t peer,
                   uint64_t number, double called_s)
{
    facts->roots[slot] = probe_root(WEB, number);
    facts_tell(facts, (struct fact){.kind = PROBE_ACCEPTED,
                                    .node = queue,
                                    .peer = peer,
                                    .message = slot,
                                    .value = units_ns(called_s),
                                    .other = facts->now_ns});
}

/* Called at 1 s, accepted at 2 s; the first try fails, the second ends well at 9 s, a third is too
 * late. */
static void test_latency_ends_with_the_first_success(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_at(&facts, 2);
    accept(&facts, JOBS, 0, WEB, 0, 1);
    facts_deliver(&facts, JOBS, 0, 1, 1);
    facts_work(&facts, PROBE_STARTED, JOBS, 0, 1);
    facts_at(&facts, 3);
    facts_work(&facts, PROBE_FAILED, JOBS, 0, 1);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 2, 3);
    facts_at(&facts, 6);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 3, 30);
    facts_at(&facts, 9);
    facts_work(&facts, PROBE_SUCCEEDED, JOBS, 0, 6);
    facts_at(&facts, 10);
    facts_work(&facts, PROBE_SUCCEEDED, JOBS, 0, 4);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 8);
    facts_expect(&facts, WEB, "messageLatency", "max", 8);
    facts_close(&facts);
}

/* Deleted before the work (at most once): the message is gone and its slot taken when the work
 * ends. */
static void test_latency_after_the_delete(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    accept(&facts, JOBS, 0, WEB, 0, 0);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_at(&facts, 1);
    facts_say(&facts, PROBE_DELETED, JOBS, 0);
    accept(&facts, JOBS, 0, WEB, 1, 1);
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_at(&facts, 5);
    facts_tell(&facts, (struct fact){.kind = PROBE_SUCCEEDED,
                                     .node = WORKER,
                                     .peer = JOBS,
                                     .root = probe_root(WEB, 0)});
    facts_at(&facts, 7);
    facts_work(&facts, PROBE_SUCCEEDED, JOBS, 0, 6);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", (5 + 6) / 2.0);
    facts_expect(&facts, WORKER, "duplicateWork", "count", 0);
    facts_close(&facts);
}

/* The worker sends two messages on, to two queues; the clerk works on both.  The chain of 0 ends
 * with its second branch at 12 s; that of 1 loses a branch and has no latency. */
static void test_chain(void **state)
{
    (void)state;
    static const uint8_t forwards[FACTS_NODES] = {[WORKER] = 2};
    const struct observe_setting setting = {
        .forwards = forwards, .until_ns = FOREVER, .metrics = true, .invariants = true};
    struct facts facts;
    facts_open(&facts, &setting);
    for (uint64_t number = 0; number < 2; number++) {
        const uint32_t slot = (uint32_t)number;
        accept(&facts, JOBS, slot, WEB, number, 0);
        facts_deliver(&facts, JOBS, slot, 1, 30);
        facts_work(&facts, PROBE_SUCCEEDED, JOBS, slot, 1);
        facts_say(&facts, PROBE_DELETED, JOBS, slot);
    }
    facts_at(&facts, 3);
    accept(&facts, JOBS_DLQ, 0, WORKER, 0, 3);
    accept(&facts, JOBS_DLQ, 1, WORKER, 1, 3);
    accept(&facts, LINE, 2, WORKER, 0, 3);
    tell_send(&facts, PROBE_ANSWERED, WORKER, 1 * SEC);
    facts_tell(&facts,
               (struct fact){.kind = PROBE_GAVE_UP, .node = WORKER, .root = probe_root(WEB, 1)});
    for (uint32_t slot = 0; slot < 3; slot++) {
        const uint16_t queue = slot < 2 ? JOBS_DLQ : LINE;
        facts_at(&facts, 10.0 + slot);
        facts_tell(&facts, (struct fact){.kind = PROBE_DELIVERED,
                                         .node = queue,
                                         .peer = CLERK,
                                         .message = slot,
                                         .delivery = 1,
                                         .value = 99 * SEC});
        facts_tell(
            &facts,
            (struct fact){.kind = PROBE_SUCCEEDED, .node = CLERK, .peer = queue, .message = slot});
    }
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 12);
    facts_expect(&facts, WEB, "messageLatency", "max", 12);
    /* A consumer that sends on is a producer too. */
    facts_expect(&facts, WORKER, "sent", "count", 1);
    facts_expect(&facts, WORKER, "failed", "count", 1);
    facts_expect(&facts, WORKER, "latency", "mean", 2);
    assert_false(facts_has_row(&facts, WORKER, "messageLatency", "mean"));
    facts_close(&facts);
}

/* A message lost on the way takes its chain with it; a branch dropped as a duplicate just ends. */
static void test_chain_lost_or_merged(void **state)
{
    (void)state;
    static const uint8_t forwards[FACTS_NODES] = {[WORKER] = 1};
    const struct observe_setting setting = {
        .forwards = forwards, .until_ns = FOREVER, .metrics = true, .invariants = true};
    struct facts facts;
    facts_open(&facts, &setting);
    accept(&facts, JOBS, 0, WEB, 0, 0);
    accept(&facts, JOBS, 1, WEB, 1, 0);
    facts_say(&facts, PROBE_PURGED, JOBS, 0);
    facts_deliver(&facts, JOBS, 1, 1, 30);
    facts_work(&facts, PROBE_SUCCEEDED, JOBS, 1, 1);
    facts_at(&facts, 6);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEDUPED,
                                     .node = LINE,
                                     .peer = WORKER,
                                     .message = UINT32_MAX,
                                     .root = probe_root(WEB, 1),
                                     .other = 0});
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 6);
    facts_expect(&facts, WEB, "messageLatency", "max", 6);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sends),
        cmocka_unit_test(test_latency_ends_with_the_first_success),
        cmocka_unit_test(test_latency_after_the_delete),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_chain_lost_or_merged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
