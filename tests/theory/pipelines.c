// SPDX-License-Identifier: GPL-3.0-or-later
/* Closed forms of pipelines: stations in a row, work that splits and joins, endpoints that refuse.
 *
 * Means over replications must lie within Student's t interval at an error of 1e-6; seeds are
 * fixed.
 *
 * Sources: P. J. Burke, Operations Research 4 (1956): what leaves an M/M/c station is Poisson, so
 * stations in a row are each as if alone.  H. A. David, Order Statistics (1970), section 2.7: the
 * k-th of n exponential times has the mean 1/n + 1/(n-1) + .. + 1/(n-k+1).  L. Kleinrock, Queueing
 * Systems I (1975), section 3.6 (Erlang B), which holds for every distribution of service. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "experiment/theory.h"
#include "tools/world.h"

enum { REPLICATIONS = 20, TEXT = 2048 };

/* M/M/1, M/M/1 and M/D/1 in a row: 1 / (mu - lambda) at each of the first two; the departures of
 * the second are Poisson as well, so that the third's waiting is lambda m^2 / (2 (1 - lambda m)).
 */
static void test_stations_in_a_row(void **state)
{
    struct world_lab lab;
    const double lambda = 60.0, last_s = 0.01;
    (void)state;
    world_lab_open(
        &lab,
        "{`version`: 1, `title`: `row`, `experiment`: {`seed`: 3, `duration`: 1000, `warmup`: 50, "
        "`drain`: true}, `queues`: {`a`: {`VisibilityTimeout`: 43200}, `b`: {`VisibilityTimeout`: "
        "43200}, `c`: {`VisibilityTimeout`: 43200}}, `producers`: {`source`: {`to`: `a`, "
        "`arrivals`: {`process`: `poisson`, `rate`: 60}}}, `consumers`: {`wa`: {`from`: `a`, "
        "`WaitTimeSeconds`: 20, `service`: {`dist`: `exponential`, `mean`: 0.01}, `then`: [{`to`: "
        "`b`}]}, `wb`: {`from`: `b`, `WaitTimeSeconds`: 20, `service`: {`dist`: `exponential`, "
        "`mean`: 0.0125}, `then`: [{`to`: `c`}]}, `wc`: {`from`: `c`, `WaitTimeSeconds`: 20, "
        "`service`: 0.01}}}");
    const struct stat_moments *first = world_lab_watch(&lab, "wa", "chainLatency", "mean");
    const struct stat_moments *second = world_lab_watch(&lab, "wb", "chainLatency", "mean");
    const struct stat_moments *all = world_lab_watch(&lab, "source", "messageLatency", "mean");
    const double a_s = 1.0 / (100.0 - lambda), b_s = 1.0 / (80.0 - lambda);
    const double c_s = last_s + lambda * last_s * last_s / (2.0 * (1.0 - lambda * last_s));
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(first, a_s, 0.0);
    WORLD_LAB_EXPECT(second, a_s + b_s, 0.0);
    WORLD_LAB_EXPECT(all, a_s + b_s + c_s, 0.0);
    world_lab_close(&lab);
}

/* Ten airlines are asked, each answers after an exponential time with mean 1 s, nobody waits for a
 * worker.  The k-th answer comes after the sum of 1 / i for i = 10 - k + 1 .. 10. */
static void check_kth_answer(int k)
{
    char text[TEXT];
    struct world_lab lab;
    double expected = 0.0;
    for (int i = 10 - k + 1; i <= 10; i++)
        expected += 1.0 / i;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `ask`, `experiment`: {`seed`: 9, `drain`: true}, `queues`: "
             "{`requests`: {}, `questions`: {`VisibilityTimeout`: 600}, `answers`: {}}, "
             "`producers`: {`web`: {`to`: `requests`, `messages`: 1000, `arrivals`: {`process`: "
             "`paced`, `rate`: 1}}}, `consumers`: {`app`: {`from`: `requests`, `WaitTimeSeconds`: "
             "20, `service`: 0, `then`: [{`to`: `questions`, `count`: 10}]}, `airline`: {`from`: "
             "`questions`, `count`: 100, `WaitTimeSeconds`: 20, `service`: {`dist`: "
             "`exponential`, `mean`: 1}, `then`: [{`to`: `answers`}]}, `reply`: {`from`: "
             "`answers`, `count`: 20, `WaitTimeSeconds`: 20, `service`: 0, `join`: {`of`: %d}}}}",
             k);
    world_lab_open(&lab, text);
    const struct stat_moments *latency = world_lab_watch(&lab, "reply", "chainLatency", "mean");
    const struct stat_moments *wait = world_lab_watch(&lab, "reply", "joinWait", "mean");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(latency, expected, 0.0);
    WORLD_LAB_EXPECT(wait, expected - 0.1, 1e-9); /* from the first answer, after 1 / 10 */
    world_lab_close(&lab);
}

static void test_the_slowest_answer(void **state)
{
    (void)state;
    check_kth_answer(10);
}

static void test_the_first_answers(void **state)
{
    (void)state;
    check_kth_answer(1);
    check_kth_answer(8);
}

/* Erlang B: the chance that all servers are busy. */
static double erlang_b(int servers, double load)
{
    double blocked = 1.0;
    for (int k = 1; k <= servers; k++)
        blocked = load * blocked / (k + load * blocked);
    return blocked;
}

/* Calls at 40/s of 0.2 s each, 8 Erlang, at an endpoint with room for 10: refused calls are given
 * up, and the rest keeps 8 (1 - B) busy.  B is the same whatever the distribution. */
static void check_endpoint(const char *latency)
{
    char text[TEXT];
    struct world_lab lab;
    const double blocked = erlang_b(10, 8.0);
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `refuse`, `experiment`: {`seed`: 4, `duration`: 1000, "
             "`warmup`: 20}, `producers`: {`web`: {`to`: `server`, `timeout`: 60, `retry`: "
             "{`attempts`: 1}, `arrivals`: {`process`: `poisson`, `rate`: 40}}}, `endpoints`: "
             "{`server`: {`capacity`: 10, `latency`: %s}}}",
             latency);
    world_lab_open(&lab, text);
    struct stat_moments refused;
    const struct stat_moments *busy = world_lab_watch(&lab, "server", "busyRequests", "mean");
    const struct stat_moments *utilisation = world_lab_watch(&lab, "server", "utilisation", "mean");
    stat_init(&refused);
    for (uint32_t i = 1; i <= REPLICATIONS; i++) {
        world_lab_run_all(&lab, i, 1);
        stat_add(&refused, world_lab_value(&lab, "server", "rejected", "count") /
                               world_lab_value(&lab, "server", "requests", "count"));
    }
    WORLD_LAB_EXPECT(&refused, blocked, 0.0);
    WORLD_LAB_EXPECT(busy, 8.0 * (1.0 - blocked), 0.0);
    WORLD_LAB_EXPECT(utilisation, 0.8 * (1.0 - blocked), 0.0);
    world_lab_close(&lab);
}

static void test_endpoints_that_refuse(void **state)
{
    (void)state;
    check_endpoint("{`dist`: `exponential`, `mean`: 0.2}");
    check_endpoint("0.2");
    check_endpoint("{`dist`: `lognormal`, `mean`: 0.2, `cv`: 2}");
}

/* A database with so many servers, called directly: its line is that of M/M/c, whose waiting is K
 * (3.40) and S section 11.4 as in experiment/theory.c; what is at work is the offered load. */
static void check_downstream(unsigned servers, double calls_per_s, double service_s)
{
    char text[TEXT];
    struct world_lab lab;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `line`, `experiment`: {`seed`: 6, `duration`: 1000, "
             "`warmup`: 50}, `producers`: {`web`: {`to`: `db`, `timeout`: 3600, `arrivals`: "
             "{`process`: `poisson`, `rate`: %g}}}, `downstreams`: {`db`: {`servers`: %u, "
             "`service`: {`dist`: `exponential`, `mean`: %g}}}}",
             calls_per_s, servers, service_s);
    world_lab_open(&lab, text);
    const double waiting_s = theory_mmc_waiting_s(servers, calls_per_s, service_s);
    const struct stat_moments *waiting = world_lab_watch(&lab, "db", "waiting", "mean");
    const struct stat_moments *latency = world_lab_watch(&lab, "db", "latency", "mean");
    const struct stat_moments *line = world_lab_watch(&lab, "db", "waitingRequests", "mean");
    const struct stat_moments *busy = world_lab_watch(&lab, "db", "utilisation", "mean");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(waiting, waiting_s, 0.0);
    WORLD_LAB_EXPECT(latency, waiting_s + service_s, 0.0);
    WORLD_LAB_EXPECT(line, calls_per_s * waiting_s, 0.0);
    WORLD_LAB_EXPECT(busy, calls_per_s * service_s / (double)servers, 0.0);
    world_lab_close(&lab);
}

/* Two queues' workers call one database after work that takes no time, and are never all busy: it
 * sees the Poisson streams of both producers together, whoever calls. */
static void test_a_database_behind_queues(void **state)
{
    struct world_lab lab;
    (void)state;
    world_lab_open(
        &lab,
        "{`version`: 1, `title`: `behind`, `experiment`: {`seed`: 7, `duration`: 1000, `warmup`: "
        "50}, `queues`: {`a`: {}, `b`: {}}, `producers`: {`pa`: {`to`: `a`, `arrivals`: "
        "{`process`: `poisson`, `rate`: 20}}, `pb`: {`to`: `b`, `arrivals`: {`process`: "
        "`poisson`, `rate`: 30}}}, `consumers`: {`ca`: {`from`: `a`, `count`: 100, "
        "`WaitTimeSeconds`: 20, `service`: 0, `timeout`: 3600, `downstream`: `db`}, `cb`: "
        "{`from`: `b`, `count`: 100, `WaitTimeSeconds`: 20, `service`: 0, `timeout`: 3600, "
        "`downstream`: `db`}}, `downstreams`: {`db`: {`servers`: 3, `service`: {`dist`: "
        "`exponential`, `mean`: 0.05}}}}");
    const struct stat_moments *waiting = world_lab_watch(&lab, "db", "waiting", "mean");
    const struct stat_moments *sojourn = world_lab_watch(&lab, "a", "sojourn", "mean");
    const struct stat_moments *idle = world_lab_watch(&lab, "ca", "busyWorkers", "max");
    const double waiting_s = theory_mmc_waiting_s(3, 50.0, 0.05);
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(waiting, waiting_s, 0.0);
    WORLD_LAB_EXPECT(sojourn, waiting_s + 0.05, 0.0);
    assert_true(idle->max < 100.0);
    world_lab_close(&lab);
}

static void test_a_shared_database(void **state)
{
    (void)state;
    check_downstream(1, 40.0, 0.02);
    check_downstream(4, 60.0, 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stations_in_a_row), cmocka_unit_test(test_the_slowest_answer),
        cmocka_unit_test(test_the_first_answers), cmocka_unit_test(test_endpoints_that_refuse),
        cmocka_unit_test(test_a_shared_database), cmocka_unit_test(test_a_database_behind_queues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
