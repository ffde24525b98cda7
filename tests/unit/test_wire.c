// SPDX-License-Identifier: GPL-3.0-or-later
/* Trouble on the way to one downstream: what is lost or late there, and what is not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 3000 };

/* Calls at 1, 2, 3 s that take 0.1 s at the downstream, given up after timeout_s, made once. */
static void open_world(struct world_lab *lab, const char *timeout_s, const char *faults)
{
    char text[TEXT];
    snprintf(text, TEXT,
             "{`version`: 1, `title`: `wire`, `experiment`: {`seed`: 3, `duration`: 2000}, "
             "`producers`: {`web`: {`to`: `db`, `messages`: 3, `timeout`: %s, `retry`: "
             "{`attempts`: 1}, `arrivals`: {`process`: `paced`, `rate`: 1}}}, `downstreams`: "
             "{`db`: {`service`: 0.1}}, `faults`: [%s]}",
             timeout_s, faults);
    world_lab_open(lab, text);
}

static void tell(const char *timeout_s, const char *faults, const char *expected)
{
    struct world_lab lab;
    struct world_lab_log log;
    open_world(&lab, timeout_s, faults);
    world_lab_listen(&lab, &log, "REQUESTED RESPONDED REQUEST_REFUSED ANSWERED GAVE_UP");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), expected);
    text_free(&log.text);
    world_lab_close(&lab);
}

#define FAULT(kind, keys) "{`kind`: `" kind "`, `targets`: [`db`], `start`: 1.5, " keys "}"

/* The call at 2 s never arrives. */
static void test_lost_requests(void **state)
{
    (void)state;
    tell("5", FAULT("loss", "`duration`: 1, `what`: `request`"),
         "1 REQUESTED 0; 1.1 RESPONDED 0; 1.1 ANSWERED 0; 3 REQUESTED 2; 3.1 RESPONDED 2; "
         "3.1 ANSWERED 2; 7 GAVE_UP 1");
}

/* It arrives and is done, and nobody hears of it. */
static void test_lost_responses(void **state)
{
    (void)state;
    tell("5", FAULT("loss", "`duration`: 1, `what`: `response`"),
         "1 REQUESTED 0; 1.1 RESPONDED 0; 1.1 ANSWERED 0; 2 REQUESTED 1; 2.1 RESPONDED 1; "
         "3 REQUESTED 2; 3.1 RESPONDED 2; 3.1 ANSWERED 2; 7 GAVE_UP 1");
}

/* Both ways; what was under way when it began is cut off from its answer. */
static void test_partition(void **state)
{
    (void)state;
    tell("5", "{`kind`: `partition`, `targets`: [`db`], `start`: 1.05, `duration`: 1.5}",
         "1 REQUESTED 0; 1.1 RESPONDED 0; 1.1 ANSWERED 0; 3 REQUESTED 2; 3.1 RESPONDED 2; "
         "3.1 ANSWERED 2; 7 GAVE_UP 1");
}

/* Half a second there, and half a second back. */
static void test_delay(void **state)
{
    (void)state;
    tell("5", FAULT("delay", "`duration`: 1, `latency`: 0.5"),
         "1 REQUESTED 0; 1.1 RESPONDED 0; 1.1 ANSWERED 0; 2.5 REQUESTED 1; 2.6 RESPONDED 1; "
         "2.6 ANSWERED 1; 3 REQUESTED 2; 3.1 RESPONDED 2; 3.1 ANSWERED 2");
    tell("5", FAULT("delay", "`duration`: 9, `latency`: 0.5"),
         "1 REQUESTED 0; 1.1 RESPONDED 0; 1.1 ANSWERED 0; 2.5 REQUESTED 1; 2.6 RESPONDED 1; "
         "3.1 ANSWERED 1; 3.5 REQUESTED 2; 3.6 RESPONDED 2; 4.1 ANSWERED 2");
}

/* A request on its way arrives although its caller gave up. */
static void test_late_requests_arrive(void **state)
{
    (void)state;
    tell("0.4", FAULT("delay", "`duration`: 1, `latency`: 0.5"),
         "1 REQUESTED 0; 1.1 RESPONDED 0; 1.1 ANSWERED 0; 2.4 GAVE_UP 1; 2.5 REQUESTED 1; "
         "2.6 RESPONDED 1; 3 REQUESTED 2; 3.1 RESPONDED 2; 3.1 ANSWERED 2");
}

/* Who waits longer than a connection lasts hears that it broke, after 924.6 s. */
static void test_a_connection_breaks(void **state)
{
    (void)state;
    tell("3600", FAULT("partition", "`duration`: 1"),
         "1 REQUESTED 0; 1.1 RESPONDED 0; 1.1 ANSWERED 0; 3 REQUESTED 2; 3.1 RESPONDED 2; "
         "3.1 ANSWERED 2; 926.6 GAVE_UP 1");
}

/* The caller's way to its queue is another one. */
static void test_only_this_way(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `wire`, `experiment`: {`seed`: 3, `duration`: 100}, "
                   "`queues`: {`q`: {`VisibilityTimeout`: 600, `preload`: {`messages`: 9}}}, "
                   "`consumers`: {`c`: {`from`: `q`, `WaitTimeSeconds`: 20, `service`: 1, `retry`: "
                   "{`attempts`: 1}, `then`: [{`to`: `db`, `when`: `always`}]}}, `downstreams`: "
                   "{`db`: {`service`: 0.1}}, `faults`: [{`kind`: `partition`, `targets`: [`db`], "
                   "`start`: 0, `duration`: 100}]}");
    world_lab_run(&lab, 1);
    /* 1 s of work and 15 s in vain (SNS-15) each. */
    assert_true(world_lab_value(&lab, "q", "NumberOfMessagesReceived", "count") == 7);
    assert_true(world_lab_value(&lab, "db", "requests", "count") == 0);
    assert_true(world_lab_value(&lab, "c", "failed", "count") == 6);
    world_lab_close(&lab);
}

/* A topic's deliveries over HTTP are cut off, too: after 15 s they are tried again (SNS-15), and
 * arrive when the way is free. */
static void test_deliveries(void **state)
{
    (void)state;
    struct world_lab lab;
    struct world_lab_log log;
    world_lab_open(&lab, "{`version`: 1, `title`: `wire`, `experiment`: {`seed`: 3, `duration`: "
                         "100}, `topics`: {`t`: {`subscriptions`: [{`Protocol`: `https`, "
                         "`Endpoint`: `e`}]}}, `producers`: {`web`: {`to`: `t`, `messages`: 1, "
                         "`arrivals`: {`process`: `paced`, `rate`: 1}}}, `endpoints`: {`e`: "
                         "{`latency`: 0.5}}, `faults`: [{`kind`: `partition`, `targets`: [`e`], "
                         "`start`: 0, `duration`: 10}]}");
    world_lab_listen(&lab, &log, "REQUESTED NOTIFY_FAILED NOTIFIED");
    world_lab_run(&lab, 1);
    const char *expected = "16 NOTIFY_FAILED 0; 36 REQUESTED 0; 36.5 NOTIFIED 0";
    assert_string_equal(text_of(&log.text), expected);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* What a replication leaves on the way is gone at the next one. */
static void test_it_starts_anew(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, "{`version`: 1, `title`: `wire`, `experiment`: {`seed`: 3, `duration`: "
                         "30}, `producers`: {`web`: {`to`: `db`, `timeout`: 1, `arrivals`: "
                         "{`process`: `poisson`, `rate`: 9}}}, `downstreams`: {`db`: {`service`: "
                         "0.1}}, `faults`: [{`kind`: `loss`, `targets`: [`db`], `what`: "
                         "`request`, `share`: 0.3, `start`: 1}, {`kind`: `delay`, `targets`: "
                         "[`db`], `latency`: 0.4, `jitter`: 1, `start`: 1}]}");
    world_lab_run(&lab, 1);
    const uint64_t fingerprint = world_fingerprint(lab.world);
    world_lab_run(&lab, 2);
    assert_true(world_fingerprint(lab.world) != fingerprint);
    world_lab_run(&lab, 1);
    assert_true(world_fingerprint(lab.world) == fingerprint);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost_requests),
        cmocka_unit_test(test_lost_responses),
        cmocka_unit_test(test_partition),
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_late_requests_arrive),
        cmocka_unit_test(test_a_connection_breaks),
        cmocka_unit_test(test_only_this_way),
        cmocka_unit_test(test_deliveries),
        cmocka_unit_test(test_it_starts_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
