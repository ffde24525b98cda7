// SPDX-License-Identifier: GPL-3.0-or-later
/* Sends, and the life of messages from the call to the first success. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sends),
        cmocka_unit_test(test_latency_ends_with_the_first_success),
        cmocka_unit_test(test_latency_after_the_delete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
