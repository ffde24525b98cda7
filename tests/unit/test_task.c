// SPDX-License-Identifier: GPL-3.0-or-later
/* Work of several parts, told by the facts of worlds without chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 2048 };

/* Payments come at 1 s, 2 s ..., all with one business key; a charger works 2 s on each. */
#define HEAD                                                                                       \
    "{`version`: 1, `title`: `task`, `experiment`: {`duration`: 40}, `queues`: {`payments`: {}}, "
#define PAYMENTS(rate, messages)                                                                   \
    "`producers`: {`web`: {`to`: `payments`, `arrivals`: {`process`: `paced`, `rate`: " rate       \
    "}, `messages`: " messages ", `message`: {`businessKey`: `p1`}}}, "
#define CHARGER(rest)                                                                              \
    "`consumers`: {`charger`: {`from`: `payments`, `WaitTimeSeconds`: 20, `service`: 2, " rest "}" \
    "}"
#define ENDLESS                                                                                    \
    "`producers`: {`web`: {`to`: `payments`, `arrivals`: {`process`: `closed`, `inFlight`: 1}, "   \
    "`message`: {`businessKey`: `p1`}}}, "
#define DIALLER(mode)                                                                              \
    "`consumers`: {`dialler`: {`from`: `payments`, `WaitTimeSeconds`: 20, `service`: 0, "          \
    "`downstream`: `bank`, `failure`: {`mode`: `" mode "`}}}, `downstreams`: {`bank`: {"           \
    "`service`: 1}}}"
#define CHECK(latency)       "`idempotency`: {`store`: `checkThenAct`, `latency`: " latency "}"
#define CONDITIONAL(latency) "`idempotency`: {`store`: `conditionalWrite`, `latency`: " latency "}"

static void tell(const char *text, const char *kinds, const char *expected, double doubles)
{
    struct world_lab lab;
    struct world_lab_log log;
    world_lab_open(&lab, text);
    world_lab_listen(&lab, &log, kinds);
    for (uint32_t replication = 1; replication <= 2; replication++) {
        /* The second replication begins with an empty store. */
        log.text.length = 0;
        world_lab_run(&lab, replication);
        assert_string_equal(text_of(&log.text), expected);
        assert_true(world_lab_value(&lab, "charger", "doubleEffects", "count") == doubles);
    }
    text_free(&log.text);
    world_lab_close(&lab);
}

/* One worker after the other: the second finds the key, and its message is deleted unworked. */
static void test_check_then_act(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "2") CHARGER(CHECK("1")) "}",
         "STARTED EFFECT EFFECT_SKIPPED SUCCEEDED DELETED",
         "1 STARTED 0; 4 EFFECT 0; 5 SUCCEEDED 0; 5 DELETED 0; 5 STARTED 1; 6 EFFECT_SKIPPED 1; "
         "6 SUCCEEDED 1; 6 DELETED 1",
         0);
}

/* The race: the second looks at 3 s, and the first saves at 5 s. */
static void test_race(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "2") CHARGER(CHECK("1") ", `count`: 2") "}", "EFFECT EFFECT_SKIPPED",
         "4 EFFECT 0; 5 EFFECT 1", 1);
}

/* The same with one transaction: the second finds the key when it writes, after its work. */
static void test_conditional_write(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "2") CHARGER(CONDITIONAL("1") ", `count`: 2") "}",
         "EFFECT EFFECT_SKIPPED SUCCEEDED DELETED",
         "4 EFFECT 0; 4 SUCCEEDED 0; 4 DELETED 0; 5 EFFECT_SKIPPED 1; 5 SUCCEEDED 1; 5 DELETED 1",
         0);
}

/* Without a store every success is an effect. */
static void test_no_store(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "3") CHARGER("`count`: 2") "}", "EFFECT EFFECT_SKIPPED",
         "3 EFFECT 0; 4 EFFECT 1; 5 EFFECT 2", 2);
}

/* A note of 3 s, written at 6 s, is there at 8 s and gone at 12 s. */
static void test_ttl(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("0.25", "3")
             CHARGER("`idempotency`: {`store`: `checkThenAct`, `ttl`: 3}") "}",
         "EFFECT EFFECT_SKIPPED", "6 EFFECT 0; 8 EFFECT_SKIPPED 1; 14 EFFECT 2", 1);
}

/* A sick downstream is tried three times with pauses of 1 s and 2 s; then the work fails, and there
 * is no effect. */
static void test_downstream_errors(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "1") CHARGER("`downstream`: `bank`, `retry`: {`backoff`: 1, `jitter`: "
                                         "`none`}") ", `endpoints`: {`bank`: {`latency`: 1, "
                                                    "`errorRate`: 1}}}",
         "REQUESTED RESPONDED EFFECT SUCCEEDED FAILED",
         "3 REQUESTED 0; 4 RESPONDED 0; 5 REQUESTED 0; 6 RESPONDED 0; 8 REQUESTED 0; "
         "9 RESPONDED 0; 9 FAILED 0; 33 REQUESTED 0; 34 RESPONDED 0; 35 REQUESTED 0; "
         "36 RESPONDED 0; 38 REQUESTED 0; 39 RESPONDED 0; 39 FAILED 0",
         0);
}

/* A client error is final. */
static void test_downstream_refuses(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "1")
             CHARGER("`downstream`: `bank`") ", `endpoints`: {`bank`: {`latency`: 1, "
                                             "`errorRate`: 1, `status`: 400}}}",
         "REQUESTED FAILED", "3 REQUESTED 0; 4 FAILED 0; 33 REQUESTED 0; 34 FAILED 0", 0);
}

/* A slow one is given up after 1 s, and works on all the same. */
static void test_downstream_times_out(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "1")
             CHARGER("`downstream`: `bank`, `timeout`: 1, `retry`: {`attempts`: 2, `backoff`: 1, "
                     "`jitter`: `none`}, `VisibilityTimeout`: 60") ", `endpoints`: {`bank`: "
                                                                   "{`latency`: 4}}}",
         "REQUESTED RESPONDED FAILED",
         "3 REQUESTED 0; 5 REQUESTED 0; 6 FAILED 0; 7 RESPONDED 0; 9 RESPONDED 0", 0);
}

/* Two failures in a row, at 4 s and 6 s, open the circuit for 12 s: what is worked on from 11 s to
 * 13 s fails without a call.  The call at 23 s is the trial; its failure at 24 s opens the circuit
 * until 36 s, so that it is not tried again. */
static void test_breaker(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "1") CHARGER("`downstream`: `bank`, `VisibilityTimeout`: 10, "
                                         "`breaker`: {`failures`: 2, "
                                         "`open`: 12}, `retry`: {`attempts`: 2, `backoff`: 1, "
                                         "`jitter`: `none`}") ", `downstreams`: {`bank`: "
                                                              "{`service`: 1, `errorRate`: 1}}}",
         "REQUESTED RETRIED BREAKER_OPENED SHORT_CIRCUITED FAILED",
         "3 REQUESTED 0; 5 RETRIED 0; 5 REQUESTED 0; 6 BREAKER_OPENED 0; 6 FAILED 0; "
         "13 SHORT_CIRCUITED 0; 13 FAILED 0; 23 REQUESTED 0; 24 BREAKER_OPENED 0; "
         "25 SHORT_CIRCUITED 0; 25 FAILED 0; 33 SHORT_CIRCUITED 0; 33 FAILED 0",
         0);
}

/* One that answers: the effect follows its answer. */
static void test_downstream_answers(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "1") CHARGER(
             "`downstream`: `bank`, " CONDITIONAL("1")) ", `endpoints`: {`bank`: {`latency`: 1}}}",
         "REQUESTED RESPONDED EFFECT SUCCEEDED",
         "3 REQUESTED 0; 4 RESPONDED 0; 5 EFFECT 0; 5 SUCCEEDED 0", 0);
}

/* A worker that dies while its downstream works hears nothing of the answer: a crash at 3.5 s. */
static void test_crash_while_calling(void **state)
{
    (void)state;
    tell(HEAD PAYMENTS("1", "1") CHARGER(
             "`downstream`: `bank`, `failure`: {`restart`: `1h`}") ", `endpoints`: {`bank`: "
                                                                   "{`latency`: 1}}, `faults`: "
                                                                   "[{`kind`: `crash`, `targets`: "
                                                                   "[`charger`], `at`: 3.5}]}",
         "REQUESTED CRASHED RESPONDED ABANDONED EFFECT SUCCEEDED",
         "3 REQUESTED 0; 3.5 CRASHED 0; 3.5 ABANDONED 0; 4 RESPONDED 0", 0);
}

/* A key that is there takes no time to find: what is never deleted must be hidden for a while. */
static void test_sound(void **state)
{
    (void)state;
    assert_true(world_lab_accepts(HEAD PAYMENTS("1", "1") CHARGER(CHECK("0")) "}"));
    assert_false(world_lab_accepts(HEAD PAYMENTS("1", "1") CHARGER(
        CHECK("0") ", `acknowledge`: `never`, `VisibilityTimeout`: 0") "}"));
    assert_true(world_lab_accepts(HEAD PAYMENTS("1", "1") CHARGER(
        CHECK("1") ", `acknowledge`: `never`, `VisibilityTimeout`: 0") "}"));
    assert_false(world_lab_accepts(HEAD CHARGER("`downstream`: `payments`") "}"));
    /* A sender that waits for the end of each message, all with one key. */
    assert_false(world_lab_accepts(HEAD ENDLESS CHARGER(CHECK("0")) "}"));
    assert_true(world_lab_accepts(HEAD ENDLESS CHARGER(CHECK("1")) "}"));
    assert_true(world_lab_accepts(HEAD ENDLESS CHARGER("`count`: 1") "}"));
    /* A downstream that is down, and a message that is visible again at once. */
    assert_false(world_lab_accepts(HEAD PAYMENTS("1", "1") DIALLER("release")));
    assert_true(world_lab_accepts(HEAD PAYMENTS("1", "1") DIALLER("abandon")));
    assert_false(world_lab_accepts(HEAD CHARGER("`breaker`: {`failures`: 3}") "}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_then_act),
        cmocka_unit_test(test_race),
        cmocka_unit_test(test_conditional_write),
        cmocka_unit_test(test_no_store),
        cmocka_unit_test(test_ttl),
        cmocka_unit_test(test_downstream_errors),
        cmocka_unit_test(test_downstream_refuses),
        cmocka_unit_test(test_downstream_times_out),
        cmocka_unit_test(test_downstream_answers),
        cmocka_unit_test(test_crash_while_calling),
        cmocka_unit_test(test_breaker),
        cmocka_unit_test(test_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
