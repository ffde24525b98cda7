// SPDX-License-Identifier: GPL-3.0-or-later
/* Endpoints in worlds, called by a consumer that sends on: how long, how many at once, and what
 * becomes of errors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 3000 };

/* So many messages wait in `a`; `app` sends each on to the endpoint `mail`. */
static void open_world(struct world_lab *lab, const char *seconds, const char *messages,
                       const char *app, const char *then, const char *mail)
{
    char text[TEXT];
    snprintf(text, TEXT,
             "{`version`: 1, `title`: `endpoint`, `experiment`: {`seed`: 3, `duration`: %s}, "
             "`queues`: {`a`: {`VisibilityTimeout`: 600, `preload`: {`messages`: %s}}}, "
             "`consumers`: {`app`: {`from`: `a`, `WaitTimeSeconds`: 20, `service`: 1, `retry`: "
             "{`backoff`: 1, `jitter`: `none`}, `then`: [{`to`: `mail`%s}]%s}}, `endpoints`: "
             "{`mail`: {%s}}}",
             seconds, messages, then, app, mail);
    world_lab_open(lab, text);
}

static void tell(const char *seconds, const char *messages, const char *app, const char *then,
                 const char *mail, const char *kinds, const char *expected)
{
    struct world_lab lab;
    open_world(&lab, seconds, messages, app, then, mail);
    world_lab_expect_told(&lab, kinds, expected);
}

#define KINDS "SUCCEEDED REQUESTED RESPONDED REQUEST_REFUSED RETRIED ANSWERED GAVE_UP DELETED"

/* Work of 1 s, then a call of 2 s, then the delete. */
static void test_a_call(void **state)
{
    (void)state;
    tell("20", "1", "", "", "`latency`: 2", KINDS,
         "1 SUCCEEDED 0; 1 REQUESTED 0; 3 RESPONDED 0; 3 ANSWERED 0; 3 DELETED 0");
}

/* Three copies are three requests at once; with room for two the third is refused at once (503),
 * and tried again after 1 s and then 2 s. */
static void test_capacity(void **state)
{
    (void)state;
    tell("20", "1", "", ", `count`: 3", "`latency`: 2, `capacity`: 2", KINDS,
         "1 SUCCEEDED 0; 1 REQUESTED 0; 1 REQUESTED 0; 1 REQUEST_REFUSED 0; 2 RETRIED 0; "
         "2 REQUEST_REFUSED 0; 3 RESPONDED 0; 3 ANSWERED 0; 3 RESPONDED 0; 3 ANSWERED 0; "
         "4 RETRIED 0; 4 REQUESTED 0; 6 RESPONDED 0; 6 ANSWERED 0; 6 DELETED 0");
}

/* 5xx and 429 are tried again, three times in all; 404 is not (SNS-15).  What fails leaves the
 * message undeleted.
 * EVIDENCE-OF: SNS-15 (a direct call follows the same rule as a delivery) */
static void test_errors(void **state)
{
    (void)state;
    const char *retried =
        "1 SUCCEEDED 0; 1 REQUESTED 0; 3 RESPONDED 0; 4 RETRIED 0; 4 REQUESTED 0; "
        "6 RESPONDED 0; 8 RETRIED 0; 8 REQUESTED 0; 10 RESPONDED 0; 10 GAVE_UP 0";
    tell("20", "1", "", "", "`latency`: 2, `errorRate`: 1", KINDS, retried);
    tell("20", "1", "", "", "`latency`: 2, `errorRate`: 1, `status`: 429", KINDS, retried);
    tell("20", "1", "", "", "`latency`: 2, `errorRate`: 1, `status`: 404", KINDS,
         "1 SUCCEEDED 0; 1 REQUESTED 0; 3 RESPONDED 0; 3 GAVE_UP 0");
}

/* SNS-15: after 15 s the caller gives up and tries again 1 s, then 2 s later; the endpoint goes on
 * with what it began.  Its answers at 21 s, 37 s and 54 s are heard by nobody. */
static void test_time_out(void **state)
{
    (void)state;
    tell("60", "1", "", "", "`latency`: 20", KINDS,
         "1 SUCCEEDED 0; 1 REQUESTED 0; 17 RETRIED 0; 17 REQUESTED 0; 21 RESPONDED 0; "
         "34 RETRIED 0; 34 REQUESTED 0; 37 RESPONDED 0; 49 GAVE_UP 0; 54 RESPONDED 0");
}

/* An answer at the very end of the wait is in time. */
static void test_just_in_time(void **state)
{
    (void)state;
    tell("60", "1", "", "", "`latency`: 15", KINDS,
         "1 SUCCEEDED 0; 1 REQUESTED 0; 16 RESPONDED 0; 16 ANSWERED 0; 16 DELETED 0");
}

/* Four workers, each 1 s at work and 2 s at the endpoint: of the first 6 s, 4 s are calls by four.
 */
static void test_figures(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, "6", "100", ", `count`: 4", "", "`latency`: 2, `capacity`: 8");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "mail", "requests", "count", 8);
    world_lab_expect_value(&lab, "mail", "errors", "count", 0);
    world_lab_expect_value(&lab, "mail", "rejected", "count", 0);
    world_lab_expect_value(&lab, "mail", "latency", "mean", 2);
    world_lab_expect_value(&lab, "mail", "busyRequests", "mean", 4 * 4 / 6.0);
    world_lab_expect_value(&lab, "mail", "busyRequests", "max", 4);
    world_lab_expect_value(&lab, "mail", "utilisation", "mean", 4 * 4 / 6.0 / 8);
    /* A worker that waits for an answer is not at work. */
    world_lab_expect_value(&lab, "app", "utilisation", "mean", 2 / 6.0);
    world_lab_close(&lab);
}

/* Half of the answers are errors, by draws that belong to the message and the try: the share of
 * 4,000 first tries lies within 4.9 standard deviations (1e-6) of 0.5. */
static void test_error_rate(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, "4001.5", "4000", ", `acknowledge`: `beforeWork`, `count`: 2", "",
               "`latency`: 0, `errorRate`: 0.5, `status`: 400");
    world_lab_run(&lab, 1);
    const double requests = world_lab_value(&lab, "mail", "requests", "count");
    const double errors = world_lab_value(&lab, "mail", "errors", "count");
    assert_true(requests == 4000);
    assert_true(fabs(errors / requests - 0.5) < 4.9 * 0.5 / sqrt(requests));
    world_lab_expect_value(&lab, "app", "failed", "count", errors);
    world_lab_close(&lab);
}

/* Work that is repeated draws anew whether its call fails: that one of 20 messages fails at 30
 * works has a chance of 20 x 0.5^30 = 2e-8. */
static void test_repeated_work_calls_anew(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, "20000", "20", "", "", "`latency`: 1, `errorRate`: 0.5, `status`: 400");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "a", "NumberOfMessagesDeleted", "count", 20);
    world_lab_close(&lab);
}

/* A crash of the instance drops its call; the endpoint goes on, and the next replication is none
 * the wiser. */
static void test_a_crash(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, "40", "50",
               ", `concurrency`: 4, `failure`: {`probability`: 0.4, `mode`: `crash`, `restart`: 1}",
               "", "`latency`: {`dist`: `exponential`, `mean`: 1}");
    world_lab_run(&lab, 1);
    const uint64_t fingerprint = world_fingerprint(lab.world);
    assert_true(world_lab_value(&lab, "app", "crashes", "count") > 3);
    assert_true(world_lab_value(&lab, "mail", "requests", "count") >
                world_lab_value(&lab, "app", "sent", "count"));
    world_lab_run(&lab, 1);
    assert_true(world_fingerprint(lab.world) == fingerprint);
    world_lab_close(&lab);
}

/* --- called by a producer --- */

static void tell_direct(const char *producer, const char *mail, const char *kinds,
                        const char *expected)
{
    char text[TEXT];
    struct world_lab lab;
    snprintf(text, TEXT,
             "{`version`: 1, `title`: `direct`, `experiment`: {`seed`: 3, `duration`: 12}, "
             "`network`: {`request`: `10ms`, `response`: `20ms`}, `producers`: {`web`: {`to`: "
             "`mail`, %s}}, `endpoints`: {`mail`: {%s}}}",
             producer, mail);
    world_lab_open(&lab, text);
    world_lab_expect_told(&lab, kinds, expected);
}

#define PACED                                                                                      \
    "`arrivals`: {`process`: `paced`, `rate`: 1}, `messages`: 1, `retry`: {`backoff`: 1, "         \
    "`jitter`: `none`}"

/* Called at 1 s: there at 1.01, done at 1.51, answered at 1.53. */
static void test_a_direct_call(void **state)
{
    (void)state;
    tell_direct(PACED, "`latency`: 0.5", KINDS,
                "1.01 REQUESTED 0; 1.51 RESPONDED 0; 1.53 ANSWERED 0");
    tell_direct(PACED, "`latency`: 0.5, `errorRate`: 1, `status`: 404", KINDS,
                "1.01 REQUESTED 0; 1.51 RESPONDED 0; 1.53 GAVE_UP 0");
    tell_direct(PACED, "`latency`: 0.5, `errorRate`: 1, `status`: 503", KINDS,
                "1.01 REQUESTED 0; 1.51 RESPONDED 0; 2.53 RETRIED 0; 2.54 REQUESTED 0; "
                "3.04 RESPONDED 0; 5.06 RETRIED 0; 5.07 REQUESTED 0; 5.57 RESPONDED 0; "
                "5.59 GAVE_UP 0");
}

/* The producer's own time-out: 2 s, then again after 1 s, and after 2 s. */
static void test_a_slow_endpoint(void **state)
{
    (void)state;
    tell_direct(PACED ", `timeout`: 2", "`latency`: 4", KINDS,
                "1.01 REQUESTED 0; 4 RETRIED 0; 4.01 REQUESTED 0; 5.01 RESPONDED 0; 8 RETRIED 0; "
                "8.01 RESPONDED 0; 8.01 REQUESTED 0; 10 GAVE_UP 0");
}

/* A closed loop goes on with the answer, 2.03 s after each call. */
static void test_a_closed_loop(void **state)
{
    (void)state;
    tell_direct("`arrivals`: {`process`: `closed`, `inFlight`: 1, `think`: 1}, `messages`: 3",
                "`latency`: 2", "ANSWERED", "2.03 ANSWERED 0; 5.06 ANSWERED 1; 8.09 ANSWERED 2");
}

/* What a scenario compares with a queue: the message's latency is that of its call. */
static void test_direct_latency(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, "{`version`: 1, `title`: `direct`, `experiment`: {`seed`: 3}, "
                         "`producers`: {`web`: {`to`: `mail`, `messages`: 40, `arrivals`: "
                         "{`process`: `paced`, `rate`: 10}}}, `endpoints`: {`mail`: {`latency`: "
                         "0.25, `capacity`: 2}}}");
    world_lab_run(&lab, 1);
    /* Ten a second, each for a quarter: with two at once some are refused and tried again. */
    assert_true(world_lab_value(&lab, "mail", "rejected", "count") > 0);
    world_lab_expect_value(&lab, "web", "sent", "count",
                           40 - world_lab_value(&lab, "web", "failed", "count"));
    world_lab_expect_value(&lab, "web", "messageLatency", "p50",
                           world_lab_value(&lab, "web", "latency", "p50"));
    assert_true(world_lab_value(&lab, "web", "latency", "p50") >= 0.25);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_call),          cmocka_unit_test(test_capacity),
        cmocka_unit_test(test_errors),          cmocka_unit_test(test_time_out),
        cmocka_unit_test(test_just_in_time),    cmocka_unit_test(test_figures),
        cmocka_unit_test(test_error_rate),      cmocka_unit_test(test_repeated_work_calls_anew),
        cmocka_unit_test(test_a_crash),         cmocka_unit_test(test_a_direct_call),
        cmocka_unit_test(test_a_slow_endpoint), cmocka_unit_test(test_a_closed_loop),
        cmocka_unit_test(test_direct_latency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
