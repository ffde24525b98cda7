// SPDX-License-Identifier: GPL-3.0-or-later
/* What is particular to queues of messages: duplicates against the visibility timeout, how many die
 * after n tries, how often a long poll is made, and how many arrivals a changing rate gives.
 *
 * Means over replications must lie within Student's t interval at an error of 1e-6; seeds are
 * fixed.  The formulas follow from the rules; each is derived where it is used. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tools/world.h"

enum { REPLICATIONS = 20, TEXT = 1024 };

/* --- duplicates --- */

static void open_slow_work(struct world_lab *lab, const char *stale, const char *service)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `slow work`, `experiment`: {`seed`: 5, `drain`: true}, "
             "`queues`: {`jobs`: {`VisibilityTimeout`: 2, `staleDelete`: `%s`}}, `producers`: "
             "{`source`: {`to`: `jobs`, `messages`: 5000, `arrivals`: {`process`: `poisson`, "
             "`rate`: 10}}}, `consumers`: {`worker`: {`from`: `jobs`, `count`: 120, "
             "`WaitTimeSeconds`: 20, `service`: %s}}}",
             stale, service);
    world_lab_open(lab, text);
}

/* EVIDENCE-OF: DEL-2
 * Workers are always idle (120 for 31 Erlang), so a message is received again at the end of each
 * timeout VT until it is deleted.  If only the latest handle deletes, receive k is the last with
 * chance 1 - q, q = P(S > VT) = exp(-VT / m), each draw being new: the duplicates of a message are
 * geometric, q / (1 - q) in the mean.  Exponential service forgets, so the time to the delete has
 * mean m whatever VT is. */
static void test_duplicates_if_stale_deletes_are_ignored(void **state)
{
    struct world_lab lab;
    const double mean_s = 2.0, q = exp(-2.0 / mean_s);
    (void)state;
    open_slow_work(&lab, "ignored", "{`dist`: `exponential`, `mean`: 2}");
    const struct stat_moments *duplicates = world_lab_watch(&lab, "jobs", "duplicates", "rate");
    const struct stat_moments *receives = world_lab_watch(&lab, "jobs", "receives", "rate");
    const struct stat_moments *sojourn = world_lab_watch(&lab, "jobs", "sojourn", "mean");
    const struct stat_moments *busy =
        world_lab_watch(&lab, "jobs", "ApproximateNumberOfMessagesVisible", "max");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(duplicates, q / (1.0 - q), 0.0);
    WORLD_LAB_EXPECT(receives, 1.0 / (1.0 - q), 0.0);
    WORLD_LAB_EXPECT(sojourn, mean_s, 0.0);
    assert_true(busy->max <= 5.0); /* nobody ever had to wait for a worker */
    world_lab_close(&lab);
}

/* EVIDENCE-OF: DEL-2
 * If any handle deletes, the message lives beyond k timeouts only if none of its k works, which
 * began k, k - 1, .. 1 timeouts ago, has ended: q^k q^(k-1) .. q = q^(k (k+1) / 2); the duplicates
 * are the sum of that over k >= 1. */
static void test_duplicates_if_stale_deletes_delete(void **state)
{
    struct world_lab lab;
    const double q = exp(-2.0 / 2.0);
    double expected = 0.0;
    (void)state;
    for (int k = 1; k < 40; k++)
        expected += pow(q, 0.5 * k * (k + 1));
    open_slow_work(&lab, "deletes", "{`dist`: `exponential`, `mean`: 2}");
    const struct stat_moments *duplicates = world_lab_watch(&lab, "jobs", "duplicates", "rate");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(duplicates, expected, 0.0);
    world_lab_close(&lab);
}

/* A service that is never longer than the timeout makes no duplicates, one that is uniform on
 * 0 .. 2.5 s makes q / (1 - q) with q = 0.2. */
static void test_duplicates_of_other_services(void **state)
{
    struct world_lab lab;
    (void)state;
    open_slow_work(&lab, "ignored", "{`dist`: `uniform`, `low`: 0, `high`: 1.999}");
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "jobs", "duplicates", "count") == 0.0);
    world_lab_close(&lab);
    open_slow_work(&lab, "ignored", "{`dist`: `uniform`, `low`: 0, `high`: 2.5}");
    const struct stat_moments *duplicates = world_lab_watch(&lab, "jobs", "duplicates", "rate");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(duplicates, 0.2 / 0.8, 0.0);
    world_lab_close(&lab);
}

/* --- dead letters --- */

/* EVIDENCE-OF: DLQ-1
 * Every receive fails with chance p by itself; after n of them the message is moved.  Share moved
 * p^n, receives 1 + p + .. + p^(n-1). */
static void check_dead_letters(double p, int n)
{
    struct world_lab lab;
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `tries`, `experiment`: {`seed`: 7, `drain`: true}, "
             "`queues`: {`jobs`: {`RedrivePolicy`: {`deadLetterTargetArn`: `dead`, "
             "`maxReceiveCount`: %d}}, `dead`: {}}, `producers`: {`source`: {`to`: `jobs`, "
             "`messages`: 5000, `arrivals`: {`process`: `poisson`, `rate`: 10}}}, `consumers`: "
             "{`worker`: {`from`: `jobs`, `count`: 4, `WaitTimeSeconds`: 20, `service`: `50ms`, "
             "`failure`: {`probability`: %g, `mode`: `release`}}}}",
             n, p);
    world_lab_open(&lab, text);
    const struct stat_moments *dead = world_lab_watch(&lab, "jobs", "deadLettered", "rate");
    const struct stat_moments *receives = world_lab_watch(&lab, "jobs", "receives", "rate");
    const struct stat_moments *left =
        world_lab_watch(&lab, "dead", "ApproximateNumberOfMessagesVisible", "end");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(dead, pow(p, n), 0.0);
    WORLD_LAB_EXPECT(receives, (1.0 - pow(p, n)) / (1.0 - p), 0.0);
    assert_true(fabs(left->mean - 5000 * dead->mean) < 1e-6);
    world_lab_close(&lab);
}
static void test_dead_letters(void **state)
{
    (void)state;
    check_dead_letters(0.5, 1);
    check_dead_letters(0.3, 2);
    check_dead_letters(0.4, 5);
}

/* --- long polls --- */

/* EVIDENCE-OF: RCV-3
 * One consumer that is idle at once again (service 0): a poll ends with the next arrival or after
 * W, whichever is first, so it lasts (1 - exp(-lambda W)) / lambda in the mean, and so many a
 * second are made as its inverse says; exp(-lambda W) of them are empty. */
static void check_polls(double lambda, int wait_s)
{
    struct world_lab lab;
    char text[TEXT];
    const double seconds = 40000.0;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `polls`, `experiment`: {`seed`: 9, `duration`: %g}, "
             "`queues`: {`jobs`: {}}, `producers`: {`source`: {`to`: `jobs`, `arrivals`: "
             "{`process`: `poisson`, `rate`: %g}}}, `consumers`: {`worker`: {`from`: `jobs`, "
             "`WaitTimeSeconds`: %d, `service`: 0}}}",
             seconds, lambda, wait_s);
    world_lab_open(&lab, text);
    struct stat_moments polls, empty;
    stat_init(&polls);
    stat_init(&empty);
    for (uint32_t r = 1; r <= REPLICATIONS; r++) {
        world_lab_run(&lab, r);
        const double got = world_lab_value(&lab, "jobs", "NumberOfMessagesReceived", "count");
        const double none = world_lab_value(&lab, "jobs", "NumberOfEmptyReceives", "count");
        stat_add(&polls, (got + none) / seconds);
        stat_add(&empty, none / (got + none));
    }
    /* The poll at the end is still waiting: at most one, 2.5e-5 a second. */
    WORLD_LAB_EXPECT(&polls, lambda / (1.0 - exp(-lambda * wait_s)), 1.0 / seconds);
    WORLD_LAB_EXPECT(&empty, exp(-lambda * wait_s), 1.0 / seconds);
    world_lab_close(&lab);
}
static void test_long_polls(void **state)
{
    (void)state;
    check_polls(0.01, 20);
    check_polls(0.1, 20);
    check_polls(1.0, 1);
    check_polls(1.0, 20);
}

/* --- arrivals whose rate changes --- */

static void open_arrivals(struct world_lab *lab, const char *arrivals, int duration_s)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `arrivals`, `experiment`: {`seed`: 13, `duration`: %d}, "
             "`queues`: {`jobs`: {}}, `producers`: {`source`: {`to`: `jobs`, `arrivals`: %s}}}",
             duration_s, arrivals);
    world_lab_open(lab, text);
}

/* A burst process that starts in its stationary distribution has the mean rate
 * sum r_i s_i / sum s_i from the first instant on, here (1 x 30 + 50 x 2) / 32 = 4.0625 per second.
 * With a = 1/s_1, b = 1/s_2, r = a + b the rate has the covariance (r_1 - r_2)^2 a b / r^2 exp(-r
 * t), and the number in T the variance m T + 2 (r_1 - r_2)^2 a b / r^3 (T - (1 - exp(-r T)) / r).
 */
static void test_burst(void **state)
{
    enum { DURATION_S = 400, RUNS = 400 };
    struct world_lab lab;
    const double a = 1.0 / 30, b = 1.0 / 2, r = a + b, t = DURATION_S;
    const double mean = (1.0 * 30 + 50.0 * 2) / 32 * t;
    const double variance =
        mean + 2 * 49.0 * 49.0 * a * b / (r * r * r) * (t - (1 - exp(-r * t)) / r);
    (void)state;
    open_arrivals(&lab,
                  "{`process`: `burst`, `states`: [{`rate`: 1, `sojourn`: 30}, {`rate`: 50, "
                  "`sojourn`: 2}]}",
                  DURATION_S);
    const struct stat_moments *sent =
        world_lab_watch(&lab, "jobs", "NumberOfMessagesSent", "count");
    world_lab_run_all(&lab, 1, RUNS);
    WORLD_LAB_EXPECT(sent, mean, 0.0);
    /* Sums over 400 s with some 12 bursts are nearly normal: the sample variance of n has a
     * relative deviation of sqrt((2 + excess) / n), 0.08 with an excess below 0.5; 4.9 of it. */
    assert_true(fabs(stat_variance(sent) / variance - 1.0) < 4.9 * sqrt(2.5 / RUNS));
    world_lab_close(&lab);
}

/* A schedule is a Poisson process with the integral of the rate as its mean: 10 x 3 + 5 x 100 +
 * 25 x 0 + 60 x 2 = 650, and that is its variance too. */
static void test_schedule(void **state)
{
    enum { RUNS = 400 };
    struct world_lab lab;
    (void)state;
    open_arrivals(&lab,
                  "{`process`: `schedule`, `schedule`: [{`at`: 0, `rate`: 3}, {`at`: 10, "
                  "`rate`: 100}, {`at`: 15, `rate`: 0}, {`at`: 40, `rate`: 2}]}",
                  100);
    const struct stat_moments *sent =
        world_lab_watch(&lab, "jobs", "NumberOfMessagesSent", "count");
    world_lab_run_all(&lab, 1, RUNS);
    WORLD_LAB_EXPECT(sent, 650.0, 0.0);
    /* The relative deviation of a normal sample's variance: sqrt(2 / (n - 1)). */
    assert_true(fabs(stat_variance(sent) / 650.0 - 1.0) < 4.9 * sqrt(2.0 / (RUNS - 1)));
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duplicates_if_stale_deletes_are_ignored),
        cmocka_unit_test(test_duplicates_if_stale_deletes_delete),
        cmocka_unit_test(test_duplicates_of_other_services),
        cmocka_unit_test(test_dead_letters),
        cmocka_unit_test(test_long_polls),
        cmocka_unit_test(test_burst),
        cmocka_unit_test(test_schedule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
