// SPDX-License-Identifier: GPL-3.0-or-later
/* Scatter-gather in worlds: who waits for whom, what a time-out sends on, what is dropped. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/world.h"

enum { TEXT = 4000 };

/* web asks `app`, which asks three: a takes 1 s, b 2 s, c 5 s; `join` gathers what they reply (with
 * these keys) and sends it on to `out`.  Extra keys of c. */
static void open_three(struct world_lab *lab, const char *experiment, const char *c,
                       const char *join)
{
    char text[TEXT];
    snprintf(text, TEXT,
             "{`version`: 1, `title`: `three`, `experiment`: {%s}, `queues`: {`in`: {}, `qa`: {}, "
             "`qb`: {}, `qc`: {`staleDelete`: `deletes`}, `replies`: {}, `out`: {}}, `producers`: "
             "{`web`: {`to`: `in`, `messages`: 1, `arrivals`: {`process`: `paced`, `rate`: 1}}}, "
             "`consumers`: {`app`: {`from`: `in`, `WaitTimeSeconds`: 20, `service`: 0, `then`: "
             "[{`to`: `qa`}, {`to`: `qb`}, {`to`: `qc`}]}, `a`: {`from`: `qa`, `WaitTimeSeconds`: "
             "20, `service`: 1, `then`: [{`to`: `replies`}]}, `b`: {`from`: `qb`, "
             "`WaitTimeSeconds`: 20, `service`: 2, `then`: [{`to`: `replies`}]}, `c`: {`from`: "
             "`qc`, `WaitTimeSeconds`: 20, `service`: 5, `then`: [{`to`: `replies`}]%s}, `gather`: "
             "{`from`: `replies`, `WaitTimeSeconds`: 20, `service`: 0, `then`: [{`to`: `out`}], "
             "`join`: {%s}}, `last`: {`from`: `out`, `WaitTimeSeconds`: 20, `service`: 0}}}",
             experiment, c, join);
    world_lab_open(lab, text);
}

static void tell(const char *experiment, const char *c, const char *join, const char *kinds,
                 const char *expected)
{
    struct world_lab lab;
    open_three(&lab, experiment, c, join);
    world_lab_expect_told(&lab, kinds, expected);
}

#define KINDS "JOIN_BEGUN JOINED JOIN_TIMED_OUT JOIN_DROPPED"

static void test_all_three(void **state)
{
    (void)state;
    struct world_lab lab;
    tell("`drain`: true", "", "`of`: 3", KINDS, "2 JOIN_BEGUN 0; 6 JOINED 0");
    open_three(&lab, "`drain`: true", "", "`of`: 3");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "gather", "processed", "count", 3);
    world_lab_expect_value(&lab, "gather", "joined", "count", 1);
    world_lab_expect_value(&lab, "gather", "joinsOpen", "end", 0);
    world_lab_expect_value(&lab, "gather", "joinWait", "mean", 4);
    world_lab_expect_value(&lab, "gather", "chainLatency", "mean", 5);
    world_lab_expect_value(&lab, "web", "messageLatency", "mean", 5);
    world_lab_expect_value(&lab, "out", "NumberOfMessagesSent", "count", 1);
    /* c held up the others. */
    world_lab_expect_value(&lab, "a", "slowest", "count", 0);
    world_lab_expect_value(&lab, "b", "slowest", "count", 0);
    world_lab_expect_value(&lab, "c", "slowest", "count", 1);
    world_lab_close(&lab);
}

/* Answer with the first two: the third is late. */
static void test_the_first_two(void **state)
{
    (void)state;
    struct world_lab lab;
    tell("`drain`: true", "", "`of`: 2", KINDS, "2 JOIN_BEGUN 0; 3 JOINED 0; 6 JOIN_DROPPED 0");
    open_three(&lab, "`drain`: true", "", "`of`: 2");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "b", "slowest", "count", 1);
    world_lab_expect_value(&lab, "c", "slowest", "count", 0);
    world_lab_expect_value(&lab, "gather", "joinLate", "count", 1);
    world_lab_expect_value(&lab, "last", "chainLatency", "mean", 2);
    world_lab_expect_value(&lab, "out", "NumberOfMessagesSent", "count", 1);
    world_lab_close(&lab);
}

/* c never gets done: after 4 s it goes on with two, and the time-out holds a run that drains. */
static void test_a_missing_branch(void **state)
{
    (void)state;
    struct world_lab lab;
    const char *c = ", `failure`: {`probability`: 1}";
    const char *join = "`of`: 3, `timeout`: 4";
    tell("`duration`: 20", c, join, KINDS, "2 JOIN_BEGUN 0; 6 JOIN_TIMED_OUT 0");
    open_three(&lab, "`duration`: 20", c, join);
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "gather", "joined", "count", 0);
    world_lab_expect_value(&lab, "gather", "joinTimeouts", "count", 1);
    world_lab_expect_value(&lab, "gather", "chainLatency", "mean", 5);
    world_lab_expect_value(&lab, "last", "chainLatency", "mean", 5);
    world_lab_expect_value(&lab, "out", "NumberOfMessagesSent", "count", 1);
    /* The chain has not ended: c may still reply. */
    assert_false(world_lab_value(&lab, "web", "messageLatency", "mean") >= 0);
    world_lab_close(&lab);
}

/* Without a time-out it waits for ever. */
static void test_waiting_for_ever(void **state)
{
    (void)state;
    struct world_lab lab;
    open_three(&lab, "`duration`: 1000", ", `failure`: {`probability`: 1}", "`of`: 3");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "gather", "joinsOpen", "end", 1);
    world_lab_expect_value(&lab, "out", "NumberOfMessagesSent", "count", 0);
    world_lab_close(&lab);
}

/* Late at the time-out's instant: events of one instant come in the order scheduled, and the
 * time-out was scheduled at 2 s, before c began to send. */
static void test_late(void **state)
{
    (void)state;
    tell("`drain`: true", "", "`of`: 3, `timeout`: 4", KINDS,
         "2 JOIN_BEGUN 0; 6 JOIN_TIMED_OUT 0; 6 JOIN_DROPPED 0");
    tell("`drain`: true", "", "`of`: 3, `timeout`: 4.001", KINDS, "2 JOIN_BEGUN 0; 6 JOINED 0");
}

/* c's work outlasts its visibility timeout, so two work on its message from 1 s and from 4 s on,
 * until the first delete: its reply comes twice. */
static void test_repeated_parts(void **state)
{
    (void)state;
    struct world_lab lab;
    const char *twice = ", `count`: 2, `VisibilityTimeout`: 3";
    /* The part that ended the join goes on again, as any repeated work does. */
    tell("`drain`: true", twice, "`of`: 3", KINDS, "2 JOIN_BEGUN 0; 6 JOINED 0");
    open_three(&lab, "`drain`: true", twice, "`of`: 3");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "out", "NumberOfMessagesSent", "count", 2);
    world_lab_expect_value(&lab, "web", "messageLatency", "mean", 5);
    world_lab_close(&lab);
    /* Where four parts are asked for, the repetition is none. */
    tell("`duration`: 30", twice, "`of`: 4", KINDS, "2 JOIN_BEGUN 0; 9 JOIN_DROPPED 0");
}

/* --- request and reply --- */

enum { AIRLINES = 10, REQUESTS = 200 };

/* The time of each request's latest reply, by what the works were said to take. */
struct airlines {
    int64_t asked_ns[REQUESTS], slowest_ns[REQUESTS];
    uint32_t works[REQUESTS];
    const struct scenario *scenario;
};

static void hear(void *context, const struct fact *fact)
{
    struct airlines *airlines = context;
    const uint64_t number = probe_root_number(fact->root);
    if (fact->kind != PROBE_STARTED ||
        strcmp(scenario_node_name(airlines->scenario, fact->node), "airline") != 0)
        return;
    airlines->works[number]++;
    if (fact->value > airlines->slowest_ns[number])
        airlines->slowest_ns[number] = fact->value;
}

static int compare(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

#define ASK(of)                                                                                    \
    "{`version`: 1, `title`: `travel`, `experiment`: {`seed`: 7, `drain`: true}, `queues`: {"      \
    "`requests`: {}, `questions`: {}, `answers`: {}}, `producers`: {`web`: {`to`: `requests`, "    \
    "`messages`: 200, `arrivals`: {`process`: `paced`, `rate`: 1}}}, `consumers`: {`app`: "        \
    "{`from`: `requests`, `WaitTimeSeconds`: 20, `service`: 0, `then`: [{`to`: `questions`, "      \
    "`count`: 10}]}, `airline`: {`from`: `questions`, `count`: 100, `WaitTimeSeconds`: 20, "       \
    "`service`: {`dist`: `lognormal`, `mean`: 0.8, `cv`: 0.6}, `then`: [{`to`: `answers`}]}, "     \
    "`reply`: {`from`: `answers`, `count`: 20, `WaitTimeSeconds`: 20, `service`: 0, `join`: "      \
    "{`of`: " of "}}}}"

/* A request's reply time is that of its slowest airline: each replication's works are said by
 * STARTED, and their maxima must be the latencies, one by one. */
static void test_the_slowest_airline(void **state)
{
    (void)state;
    struct world_lab lab;
    struct airlines airlines = {.asked_ns = {0}};
    world_lab_open(&lab, ASK("10"));
    airlines.scenario = lab.scenario;
    world_lab_attach(&lab, (struct observer){hear, &airlines});
    world_lab_run(&lab, 1);
    double sum = 0.0;
    for (size_t i = 0; i < REQUESTS; i++) {
        assert_int_equal(airlines.works[i], AIRLINES);
        sum += units_s(airlines.slowest_ns[i]);
    }
    qsort(airlines.slowest_ns, REQUESTS, sizeof *airlines.slowest_ns, compare);
    const double slowest = units_s(airlines.slowest_ns[REQUESTS - 1]);
    const struct hist *hist = world_lab_hist(&lab, "reply", "chainLatency");
    assert_int_equal(hist_total(hist), REQUESTS);
    assert_true(fabs(world_lab_value(&lab, "reply", "chainLatency", "mean") - sum / REQUESTS) <
                1e-9);
    assert_true(fabs(world_lab_value(&lab, "reply", "chainLatency", "max") - slowest) < 1e-9);
    assert_true(fabs(world_lab_value(&lab, "web", "messageLatency", "mean") - sum / REQUESTS) <
                1e-9);
    /* The airlines are not all equally fast. */
    assert_true(world_lab_value(&lab, "reply", "joinWait", "mean") > 0.5);
    world_lab_close(&lab);
}

/* With the first eight the reply is sooner, and two of ten are late. */
static void test_the_first_eight(void **state)
{
    (void)state;
    struct world_lab lab, all;
    world_lab_open(&lab, ASK("8"));
    world_lab_open(&all, ASK("10"));
    world_lab_run(&lab, 1);
    world_lab_run(&all, 1);
    world_lab_expect_value(&lab, "reply", "joined", "count", REQUESTS);
    world_lab_expect_value(&lab, "reply", "joinLate", "count", 2 * REQUESTS);
    assert_true(world_lab_value(&lab, "reply", "chainLatency", "mean") <
                world_lab_value(&all, "reply", "chainLatency", "mean") - 0.2);
    world_lab_close(&lab);
    world_lab_close(&all);
}

/* A replication leaves no join to the next. */
static void test_again(void **state)
{
    (void)state;
    struct world_lab lab;
    open_three(&lab, "`duration`: 3", "", "`of`: 3, `timeout`: 4");
    world_lab_run(&lab, 1);
    const uint64_t fingerprint = world_fingerprint(lab.world);
    world_lab_run(&lab, 1);
    assert_true(world_fingerprint(lab.world) == fingerprint);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_three),
        cmocka_unit_test(test_the_first_two),
        cmocka_unit_test(test_a_missing_branch),
        cmocka_unit_test(test_waiting_for_ever),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_repeated_parts),
        cmocka_unit_test(test_the_slowest_airline),
        cmocka_unit_test(test_the_first_eight),
        cmocka_unit_test(test_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
