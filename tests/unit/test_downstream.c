// SPDX-License-Identifier: GPL-3.0-or-later
/* Downstreams in worlds: servers and their line, callers that give up, and the circuit breakers of
 * those who call. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 3000 };

static void open_world(struct world_lab *lab, const char *seconds, const char *producers,
                       const char *database, const char *more)
{
    char text[TEXT];
    snprintf(text, TEXT,
             "{`version`: 1, `title`: `downstream`, `experiment`: {`seed`: 3, `duration`: %s}, "
             "`producers`: {%s}, `downstreams`: {`db`: {%s}}%s}",
             seconds, producers, database, more);
    world_lab_open(lab, text);
}

static void tell(const char *seconds, const char *producers, const char *database,
                 const char *kinds, const char *expected)
{
    struct world_lab lab;
    open_world(&lab, seconds, producers, database, "");
    world_lab_expect_told(&lab, kinds, expected);
}

#define KINDS "REQUESTED REQUEST_BEGUN RESPONDED REQUEST_REFUSED RETRIED ANSWERED GAVE_UP"
/* Calls at 1, 2, 3 s, in vain after so long, once. */
#define CALLS(seconds)                                                                             \
    "`web`: {`to`: `db`, `messages`: 3, `timeout`: " seconds ", `retry`: {`attempts`: 1}, "        \
    "`arrivals`: {`process`: `paced`, `rate`: 1}}"

/* One server, 3 s each: begun at 1, 4 and 7 s in the order of the calls. */
static void test_a_line(void **state)
{
    (void)state;
    tell("20", CALLS("60"), "`service`: 3", KINDS,
         "1 REQUESTED 0; 1 REQUEST_BEGUN 0; 2 REQUESTED 1; 3 REQUESTED 2; 4 RESPONDED 0; "
         "4 REQUEST_BEGUN 1; 4 ANSWERED 0; 7 RESPONDED 1; 7 REQUEST_BEGUN 2; 7 ANSWERED 1; "
         "10 RESPONDED 2; 10 ANSWERED 2");
}

/* Two servers: only the third waits, for 1 s. */
static void test_servers(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, "10", CALLS("60"), "`service`: 3, `servers`: 2", "");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "db", "requests", "count", 3);
    world_lab_expect_value(&lab, "db", "errors", "count", 0);
    world_lab_expect_value(&lab, "db", "rejected", "count", 0);
    world_lab_expect_value(&lab, "db", "latency", "mean", (3 + 3 + 4) / 3.0);
    world_lab_expect_value(&lab, "db", "waiting", "mean", 1 / 3.0);
    world_lab_expect_value(&lab, "db", "waiting", "max", 1);
    world_lab_expect_value(&lab, "db", "waitingRequests", "mean", 0.1);
    world_lab_expect_value(&lab, "db", "waitingRequests", "max", 1);
    world_lab_expect_value(&lab, "db", "busyRequests", "mean", 0.9);
    world_lab_expect_value(&lab, "db", "busyRequests", "max", 2);
    world_lab_expect_value(&lab, "db", "utilisation", "mean", 0.45);
    world_lab_close(&lab);
}

/* Room for two, at work and in line: the third is refused at once. */
static void test_capacity(void **state)
{
    (void)state;
    tell("20", CALLS("60"), "`service`: 3, `capacity`: 2", KINDS,
         "1 REQUESTED 0; 1 REQUEST_BEGUN 0; 2 REQUESTED 1; 3 REQUEST_REFUSED 2; 3 GAVE_UP 2; "
         "4 RESPONDED 0; 4 REQUEST_BEGUN 1; 4 ANSWERED 0; 7 RESPONDED 1; 7 ANSWERED 1");
}

/* Each caller gives up after 2.5 s; what it asked for is worked on nevertheless, and makes the next
 * wait. */
static void test_callers_that_give_up(void **state)
{
    (void)state;
    tell("20", CALLS("2.5"), "`service`: 3", KINDS,
         "1 REQUESTED 0; 1 REQUEST_BEGUN 0; 2 REQUESTED 1; 3 REQUESTED 2; 3.5 GAVE_UP 0; "
         "4 RESPONDED 0; 4 REQUEST_BEGUN 1; 4.5 GAVE_UP 1; 5.5 GAVE_UP 2; 7 RESPONDED 1; "
         "7 REQUEST_BEGUN 2; 10 RESPONDED 2");
}

static void test_errors(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, "20", CALLS("60"), "`service`: 1, `errorRate`: 1", "");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "db", "errors", "count", 3);
    world_lab_expect_value(&lab, "web", "failed", "count", 3);
    world_lab_close(&lab);
}

/* What a replication leaves in line is gone at the next one. */
static void test_it_starts_anew(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, "60",
               "`web`: {`to`: `db`, `timeout`: 2, `arrivals`: {`process`: `poisson`, `rate`: 5}}",
               "`service`: {`dist`: `exponential`, `mean`: 0.3}, `errorRate`: 0.1", "");
    world_lab_run(&lab, 1);
    const uint64_t fingerprint = world_fingerprint(lab.world);
    assert_true(world_lab_value(&lab, "db", "waitingRequests", "max") > 5);
    world_lab_run(&lab, 2);
    assert_true(world_fingerprint(lab.world) != fingerprint);
    world_lab_run(&lab, 1);
    assert_true(world_fingerprint(lab.world) == fingerprint);
    world_lab_close(&lab);
}

/* A consumer sends on to it: two queues' workers share one server. */
static void test_it_is_shared(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `shared`, `experiment`: {`seed`: 3, `duration`: 12}, "
                   "`queues`: {`a`: {`preload`: {`messages`: 1}}, `b`: {`preload`: {`messages`: "
                   "1}}}, `consumers`: {`ca`: {`from`: `a`, `WaitTimeSeconds`: 20, `service`: 1, "
                   "`then`: [{`to`: `db`}]}, `cb`: {`from`: `b`, `WaitTimeSeconds`: 20, `service`: "
                   "1, `then`: [{`to`: `db`}]}}, `downstreams`: {`db`: {`service`: 2}}}");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "db", "latency", "max", 4);
    world_lab_expect_value(&lab, "db", "waiting", "max", 2);
    world_lab_expect_value(&lab, "a", "NumberOfMessagesDeleted", "count", 1);
    world_lab_expect_value(&lab, "b", "NumberOfMessagesDeleted", "count", 1);
    world_lab_close(&lab);
}

/* --- circuit breakers of producers --- */

#define CUT "REQUESTED REQUEST_REFUSED BREAKER_OPENED SHORT_CIRCUITED ANSWERED GAVE_UP"

/* An outage from 1.5 s to 6.5 s.  The calls at 2 and 3 s fail and open the circuit for 2.5 s: those
 * at 4 and 5 s are not made, the one at 6 s is tried and fails, 7 and 8 s are not made, 9 s goes
 * well. */
static void test_a_breaker(void **state)
{
    (void)state;
    struct world_lab lab;
    struct world_lab_log log;
    open_world(&lab, "20",
               "`web`: {`to`: `db`, `messages`: 10, `retry`: {`attempts`: 1}, `breaker`: "
               "{`failures`: 2, `open`: 2.5}, `arrivals`: {`process`: `paced`, `rate`: 1}}",
               "`service`: 0.1",
               ", `faults`: [{`kind`: `outage`, `targets`: [`db`], `start`: 1.5, `duration`: 5}]");
    world_lab_listen(&lab, &log, CUT);
    world_lab_run(&lab, 1);
    assert_string_equal(
        text_of(&log.text),
        "1 REQUESTED 0; 1.1 ANSWERED 0; 2 REQUEST_REFUSED 1; 2 GAVE_UP 1; 3 REQUEST_REFUSED 2; "
        "3 BREAKER_OPENED 2; 3 GAVE_UP 2; 4 SHORT_CIRCUITED 3; 4 GAVE_UP 3; 5 SHORT_CIRCUITED 4; "
        "5 GAVE_UP 4; 6 REQUEST_REFUSED 5; 6 BREAKER_OPENED 5; 6 GAVE_UP 5; 7 SHORT_CIRCUITED 6; "
        "7 GAVE_UP 6; 8 SHORT_CIRCUITED 7; 8 GAVE_UP 7; 9 REQUESTED 8; 9.1 ANSWERED 8; "
        "10 REQUESTED 9; 10.1 ANSWERED 9");
    world_lab_expect_value(&lab, "web", "breakerOpened", "count", 2);
    world_lab_expect_value(&lab, "web", "shortCircuited", "count", 4);
    world_lab_expect_value(&lab, "web", "failed", "count", 7);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* Each instance has its own: of two, one's failures leave the other's circuit closed.  Tries of one
 * message count one by one, and the third is not made. */
static void test_tries_open_it(void **state)
{
    (void)state;
    tell("20",
         "`web`: {`to`: `db`, `count`: 2, `messages`: 1, `retry`: {`attempts`: 3, `backoff`: 1, "
         "`jitter`: `none`}, `breaker`: {`failures`: 2}, `arrivals`: {`process`: `paced`, `rate`: "
         "1}}",
         "`service`: 0.25, `errorRate`: 1", "RESPONDED BREAKER_OPENED SHORT_CIRCUITED GAVE_UP",
         "1.25 RESPONDED 0; 1.5 RESPONDED 1; 2.5 RESPONDED 0; 2.5 BREAKER_OPENED 0; "
         "2.75 RESPONDED 1; 2.75 BREAKER_OPENED 1; 4.5 SHORT_CIRCUITED 0; 4.5 GAVE_UP 0; "
         "4.75 SHORT_CIRCUITED 1; 4.75 GAVE_UP 1");
}

/* What would go round without time passing is refused. */
static void test_what_is_refused(void **state)
{
    (void)state;
    assert_false(world_lab_accepts(
        "{`version`: 1, `experiment`: {`duration`: 9}, `network`: {`request`: 1}, `producers`: "
        "{`web`: {`to`: `db`, `arrivals`: {`process`: `saturated`}, `breaker`: {`failures`: 1}}}, "
        "`downstreams`: {`db`: {`service`: 1}}}"));
    assert_false(world_lab_accepts(
        "{`version`: 1, `experiment`: {`duration`: 9}, `producers`: {`web`: {`to`: `db`, "
        "`arrivals`: {`process`: `paced`, `rate`: 1}}}, `downstreams`: {`db`: {`service`: 1, "
        "`servers`: 4, `capacity`: 3}}}"));
    assert_false(world_lab_accepts(
        "{`version`: 1, `topics`: {`t`: {`subscriptions`: [{`Protocol`: `https`, `Endpoint`: "
        "`db`}]}}, `downstreams`: {`db`: {`service`: 1}}}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line),        cmocka_unit_test(test_servers),
        cmocka_unit_test(test_capacity),      cmocka_unit_test(test_callers_that_give_up),
        cmocka_unit_test(test_errors),        cmocka_unit_test(test_it_starts_anew),
        cmocka_unit_test(test_it_is_shared),  cmocka_unit_test(test_a_breaker),
        cmocka_unit_test(test_tries_open_it), cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
