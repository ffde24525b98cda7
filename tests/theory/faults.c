// SPDX-License-Identifier: GPL-3.0-or-later
/* What each kind of fault costs, by theory or by counting, one test for each.
 *
 * What is drawn is compared over replications: the mean must lie within Student's t interval at an
 * error of 1e-6; seeds are fixed.  What is counted must come out exactly.  A kind without a test
 * here is a failure. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fault/fault.h"
#include "tools/world.h"

enum { REPLICATIONS = 20, TEXT = 2048 };

#define HEAD        "{`version`: 1, `title`: `fault`, `experiment`: {`seed`: 12"
#define PACED(rate) "`arrivals`: {`process`: `paced`, `rate`: " #rate "}"
#define WORK        "`WaitTimeSeconds`: 20, `count`: 50, `service`: 0.1"

static void open_world(struct world_lab *lab, const char *text)
{
    world_lab_open(lab, text);
}

/* One run, in which nothing is drawn. */
static void open_and_run(struct world_lab *lab, const char *text)
{
    open_world(lab, text);
    world_lab_run(lab, 1);
}

static void expect(const struct world_lab *lab, const char *entity, const char *metric,
                   const char *stat, double wanted)
{
    const double value = world_lab_value(lab, entity, metric, stat);
    if (!(fabs(value - wanted) <= 1e-9 * fmax(1.0, fabs(wanted))))
        fail_msg("%s %s %s is %.12g, not %.12g", entity, metric, stat, value, wanted);
}

/* --- crash --- */

/* A message comes every second and is worked on for 2 s, so just before x.5 s two works are under
 * way, whoever has them.  When all instances die, at 100.5, 200.5 .. 1000.5 s, 10 times, these
 * two are lost and done again: 20 receives too many, at most one for each of the 5 workers and
 * crash. Such a message comes back when its timeout of 60 s ends, and is then worked on: 62 s in
 * the queue.  Nothing is lost. */
static void test_crash(void **state)
{
    struct world_lab lab;
    (void)state;
    open_and_run(&lab, HEAD
                 ", `drain`: true}, `queues`: {`q`: {`VisibilityTimeout`: 60}}, `producers`: "
                 "{`p`: {`to`: `q`, `messages`: 1000, " PACED(
                     1) "}}, `consumers`: {`c`: "
                        "{`from`: `q`, `WaitTimeSeconds`: 20, `count`: 5, `service`: 2, `failure`: "
                        "{`restart`: 5}}}, `faults`: [{`kind`: `crash`, `targets`: [`c`], `start`: "
                        "100.5, `every`: 100}]}");
    expect(&lab, "c", "crashes", "count", 10 * 5);
    expect(&lab, "q", "duplicates", "count", 10 * 2);
    expect(&lab, "q", "sojourn", "max", 62);
    expect(&lab, "q", "NumberOfMessagesDeleted", "count", 1000);
    expect(&lab, "q", "lost", "count", 0);
    world_lab_close(&lab);
}

/* --- slow --- */

/* Nobody waits for a worker: the mean number at work is arrivals x service x factor (Little's law),
 * and a downstream's utilisation that divided by its servers. */
static void test_slow(void **state)
{
    struct world_lab lab;
    (void)state;
    open_world(&lab, HEAD ", `duration`: 500, `warmup`: 20}, `queues`: {`q`: {}}, `producers`: "
                          "{`p`: {`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 4}}, `d`: "
                          "{`to`: `db`, `timeout`: 900, `arrivals`: {`process`: `poisson`, "
                          "`rate`: 4}}}, `consumers`: {`c`: {`from`: `q`, `WaitTimeSeconds`: 20, "
                          "`count`: 60, `service`: {`dist`: `exponential`, `mean`: 0.5}}}, "
                          "`downstreams`: {`db`: {`servers`: 20, `service`: {`dist`: "
                          "`exponential`, `mean`: 0.5}}}, `faults`: [{`kind`: `slow`, `targets`: "
                          "[`c`, `db`], `start`: 0, `factor`: 3}]}");
    const struct stat_moments *busy = world_lab_watch(&lab, "c", "busyWorkers", "mean");
    const struct stat_moments *used = world_lab_watch(&lab, "db", "utilisation", "mean");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(busy, 4.0 * 0.5 * 3.0, 0.0);
    WORLD_LAB_EXPECT(used, 4.0 * 0.5 * 3.0 / 20.0, 0.0);
    world_lab_close(&lab);
}

/* --- loss --- */

/* A share p of the replies is lost, so a message is sent until a reply comes: 1 / (1 - p) times,
 * and each time it is stored.  Likewise a message whose delivery never reached the consumer is
 * delivered again, until one does: 1 / (1 - p) receives. */
static void check_lost_responses(const char *target)
{
    struct world_lab lab;
    char text[TEXT];
    const double p = 0.05;
    snprintf(text, sizeof text,
             HEAD ", `drain`: true}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, "
                  "`messages`: 2000, `retry`: {`attempts`: 99}, " PACED(
                      20) "}}, `consumers`: "
                          "{`c`: {`from`: `q`, " WORK "}}, `faults`: [{`kind`: `loss`, `what`: "
                          "`response`, `share`: %g, `targets`: [`%s`], `start`: 0}]}",
             p, target);
    open_world(&lab, text);
    const struct stat_moments *received =
        world_lab_watch(&lab, "q", "NumberOfMessagesReceived", "count");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(received, 2000.0 / (1.0 - p), 0.0);
    world_lab_close(&lab);
}

/* A share p of the requests never arrives, and they are not made again: p n of n are lost. */
static void test_loss(void **state)
{
    struct world_lab lab;
    (void)state;
    check_lost_responses("p");
    check_lost_responses("c");
    open_world(&lab,
               HEAD "}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 2000, "
                    "`retry`: {`attempts`: 1}, " PACED(
                        20) "}}, `faults`: [{`kind`: `loss`, "
                            "`what`: `request`, `share`: 0.1, `targets`: [`q`], `start`: 0}]}");
    const struct stat_moments *failed = world_lab_watch(&lab, "p", "failed", "count");
    const struct stat_moments *stored = world_lab_watch(&lab, "q", "NumberOfMessagesSent", "count");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(failed, 0.1 * 2000.0, 0.0);
    WORLD_LAB_EXPECT(stored, 0.9 * 2000.0, 0.0);
    world_lab_close(&lab);
}

/* --- delay --- */

/* Each leg takes d longer, and uniformly up to j more: a call 2 (d + j / 2).  On the way to a
 * downstream as well, where the work comes in addition. */
static void test_delay(void **state)
{
    struct world_lab lab;
    (void)state;
    open_world(&lab,
               HEAD "}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: "
                    "900, " PACED(20) "}, `d`: {`to`: `db`, `messages`: 900, " PACED(
                        20) "}}, "
                            "`downstreams`: {`db`: {`service`: 0.01}}, `faults`: [{`kind`: "
                            "`delay`, "
                            "`latency`: 0.2, `jitter`: 0.4, `targets`: [`q`, `db`], `start`: 0}]}");
    const struct stat_moments *queue = world_lab_watch(&lab, "p", "latency", "mean");
    const struct stat_moments *line = world_lab_watch(&lab, "db", "waiting", "mean");
    const struct stat_moments *direct = world_lab_watch(&lab, "d", "latency", "mean");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(queue, 2.0 * (0.2 + 0.4 / 2.0), 0.0);
    /* Jitter makes calls arrive at about the same time, so that some wait a little. */
    WORLD_LAB_EXPECT(direct, 2.0 * (0.2 + 0.4 / 2.0) + 0.01 + line->mean, 0.0);
    assert_true(line->mean < 0.002);
    world_lab_close(&lab);
}

/* --- partition --- */

/* Two messages a second; for a minute none gets through, and none is sent again: 120 are lost.
 * Consumers that are cut off for the second minute leave the 120 of that time lying. */
static void test_partition(void **state)
{
    struct world_lab lab;
    (void)state;
    open_and_run(&lab, HEAD
                 ", `duration`: 239.75}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, "
                 "`retry`: {`attempts`: 1}, " PACED(
                     2) "}}, `consumers`: {`c`: {`from`: `q`, " WORK
                        "}}, `faults`: [{`kind`: `partition`, `targets`: [`p`], `start`: "
                        "59.75, `duration`: 60}, {`kind`: `partition`, `targets`: [`c`], `start`: "
                        "179.75, `duration`: 60}]}");
    expect(&lab, "p", "failed", "count", 120);
    expect(&lab, "q", "NumberOfMessagesSent", "count", 479 - 120);
    expect(&lab, "q", "ApproximateNumberOfMessagesVisible", "end", 120);
    world_lab_close(&lab);
}

/* --- throttle --- */

/* Ten calls a second and no second try.  With most 4/s for 100 s, whose bucket is empty at first,
 * 4 x 99.95 = 399 pass by the last of 1,000 calls; a share of 0.3 refuses so many of all. */
static void test_throttle(void **state)
{
    struct world_lab lab;
    (void)state;
    open_and_run(&lab, HEAD
                 ", `duration`: 150}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: "
                 "`q`, `retry`: {`attempts`: 1}, " PACED(
                     10) "}}, `faults`: [{`kind`: "
                         "`throttle`, `rate`: 4, `targets`: [`q`], `start`: 20.05, `duration`: "
                         "100}]}");
    expect(&lab, "p", "failed", "count", 1000 - 399);
    world_lab_close(&lab);
    open_world(&lab, HEAD ", `duration`: 200}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: "
                          "`q`, `retry`: {`attempts`: 1}, " PACED(
                              10) "}}, `faults`: [{`kind`: "
                                  "`throttle`, `share`: 0.3, `targets`: [`q`], `start`: 0}]}");
    const struct stat_moments *failed = world_lab_watch(&lab, "p", "failed", "count");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    /* Calls at 0.1, 0.2 .. 199.9 s. */
    WORLD_LAB_EXPECT(failed, 0.3 * 1999.0, 0.0);
    world_lab_close(&lab);
}

/* --- outage --- */

/* A database is down for the last 10 minutes, and a worker that cannot write leaves its message to
 * the timeout: the backlog is rate x duration, 2 x 600.  A function that cannot be invoked leaves
 * the same. */
static void test_outage(void **state)
{
    struct world_lab lab;
    (void)state;
    open_and_run(&lab, HEAD
                 ", `duration`: 900}, `queues`: {`q`: {}, `r`: {}}, `producers`: {`p`: "
                 "{`to`: `q`, " PACED(2) "}, `s`: {`to`: `r`, " PACED(
                     2) "}}, `consumers`: "
                        "{`c`: {`from`: `q`, `WaitTimeSeconds`: 20, `count`: 200, `service`: 0, "
                        "`retry`: {`attempts`: 1}, `then`: [{`to`: `db`}]}}, `functions`: {`f`: "
                        "{`from`: `r`, `service`: 0.1}}, `downstreams`: {`db`: {`service`: 0.1}}, "
                        "`faults`: [{`kind`: `outage`, `targets`: [`db`, `f`], `start`: 299.75}]}");
    const double calls = world_lab_value(&lab, "q", "ApproximateNumberOfMessagesVisible", "end") +
                         world_lab_value(&lab, "q", "ApproximateNumberOfMessagesNotVisible", "end");
    const double events =
        world_lab_value(&lab, "r", "ApproximateNumberOfMessagesVisible", "end") +
        world_lab_value(&lab, "r", "ApproximateNumberOfMessagesNotVisible", "end");
    /* Sent at 300, 300.5 .. 899.5 s. */
    assert_true(calls == 1200.0);
    assert_true(events == 1200.0);
    world_lab_close(&lab);
}

/* --- storage --- */

/* A copy survives each receive with chance a, so a message is received 1 / (1 - a) times in all if
 * workers are idle; or each delete with chance b: 1 / (1 - b) times. */
static void check_storage(double on_receive, double after_delete)
{
    struct world_lab lab;
    char text[TEXT];
    snprintf(text, sizeof text,
             HEAD ", `drain`: true}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, "
                  "`messages`: 2000, " PACED(
                      20) "}}, `consumers`: {`c`: {`from`: `q`, " WORK
                          "}}, `faults`: [{`kind`: `storage`, `duplicateOnReceive`: %g, "
                          "`resurrectAfterDelete`: %g, `targets`: [`q`], `start`: 0}]}",
             on_receive, after_delete);
    open_world(&lab, text);
    const struct stat_moments *received =
        world_lab_watch(&lab, "q", "NumberOfMessagesReceived", "count");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(received, 2000.0 / (1.0 - on_receive - after_delete), 0.0);
    world_lab_close(&lab);
}

static void test_storage(void **state)
{
    (void)state;
    check_storage(0.0, 0.2);
    check_storage(0.1, 0.0);
}

/* --- poison --- */

/* What is marked fails each of its 3 times and is dead-lettered, and nothing else is: a share s. */
static void test_poison(void **state)
{
    struct world_lab lab;
    (void)state;
    open_world(&lab,
               HEAD ", `drain`: true}, `queues`: {`q`: {`VisibilityTimeout`: 5, "
                    "`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}}, "
                    "`d`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 2000, " PACED(
                        20) "}}, `consumers`: {`c`: {`from`: `q`, " WORK "}}, `faults`: [{`kind`: "
                            "`poison`, `share`: 0.04, `targets`: [`p`], `start`: 0}]}");
    const struct stat_moments *dead = world_lab_watch(&lab, "q", "deadLettered", "count");
    const struct stat_moments *received =
        world_lab_watch(&lab, "q", "NumberOfMessagesReceived", "count");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(dead, 0.04 * 2000.0, 0.0);
    WORLD_LAB_EXPECT(received, 2000.0 * (1.0 + 2.0 * 0.04), 0.0);
    world_lab_close(&lab);
}

/* --- duplicateSend --- */

/* A share s of the calls arrives twice: s n messages too many in a standard queue; a FIFO queue
 * knows them again and stores none of them. */
static void test_duplicate_send(void **state)
{
    struct world_lab lab;
    (void)state;
    open_world(&lab, HEAD
               "}, `queues`: {`q`: {}, `f.fifo`: {`FifoQueue`: true}}, `producers`: "
               "{`p`: {`to`: `q`, `messages`: 2000, " PACED(
                   20) "}, `r`: {`to`: "
                       "`f.fifo`, `messages`: 2000, `message`: {`group`: {`groups`: 9}}, " PACED(
                           20) "}}, `faults`: [{`kind`: `duplicateSend`, `share`: 0.1, "
                               "`targets`: [`p`, `r`], `start`: 0}]}");
    const struct stat_moments *standard =
        world_lab_watch(&lab, "q", "ApproximateNumberOfMessagesVisible", "end");
    const struct stat_moments *dropped = world_lab_watch(&lab, "f.fifo", "deduplicated", "count");
    const struct stat_moments *fifo =
        world_lab_watch(&lab, "f.fifo", "ApproximateNumberOfMessagesVisible", "end");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(standard, 1.1 * 2000.0, 0.0);
    WORLD_LAB_EXPECT(dropped, 0.1 * 2000.0, 0.0);
    assert_true(fifo->mean == 2000.0);
    world_lab_close(&lab);
}

/* --- denyPolicy --- */

/* Two publications a second to two queues; for 50 s one queue denies its topic: it misses these
 * 100, the other none. */
static void test_deny_policy(void **state)
{
    struct world_lab lab;
    (void)state;
    open_and_run(&lab, HEAD
                 "}, `queues`: {`q`: {}, `r`: {}}, `topics`: {`t`: {`subscriptions`: "
                 "[{`Protocol`: `sqs`, `Endpoint`: `q`}, {`Protocol`: `sqs`, `Endpoint`: "
                 "`r`}]}}, `producers`: {`p`: {`to`: `t`, `messages`: 300, " PACED(
                     2) "}}, `faults`: [{`kind`: `denyPolicy`, `targets`: [`q`], `start`: 29.75, "
                        "`duration`: 50}]}");
    expect(&lab, "t", "notificationsLost", "count", 100);
    expect(&lab, "q", "NumberOfMessagesSent", "count", 200);
    expect(&lab, "r", "NumberOfMessagesSent", "count", 300);
    world_lab_close(&lab);
}

/* --- purge --- */

/* What lies there is gone, whether visible or in flight, and nothing else: one message a second, a
 * worker that keeps 30 s what it does not delete. */
static void test_purge(void **state)
{
    struct world_lab lab;
    (void)state;
    open_and_run(&lab, HEAD
                 ", `duration`: 199.5}, `queues`: {`q`: {`VisibilityTimeout`: 30}}, "
                 "`producers`: {`p`: {`to`: `q`, " PACED(
                     1) "}}, `consumers`: {`c`: "
                        "{`from`: `q`, `WaitTimeSeconds`: 20, `acknowledge`: `never`, `service`: "
                        "1}}, `faults`: [{`kind`: `purge`, `targets`: [`q`], `at`: 120.5}]}");
    expect(&lab, "q", "NumberOfMessagesSent", "count", 199);
    const double left = world_lab_value(&lab, "q", "ApproximateNumberOfMessagesVisible", "end") +
                        world_lab_value(&lab, "q", "ApproximateNumberOfMessagesNotVisible", "end");
    assert_true(left == 199.0 - 120.0);
    world_lab_close(&lab);
}

/* --- attributeChange --- */

/* From 60.5 s on messages are delayed by 20 s, from 80.5 s on no more: of 100, one a second, 20
 * wait so long and no other does. */
static void test_attribute_change(void **state)
{
    struct world_lab lab;
    (void)state;
    open_and_run(&lab,
                 HEAD ", `drain`: true}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, "
                      "`messages`: 100, " PACED(
                          1) "}}, `consumers`: {`c`: {`from`: `q`, "
                             "`WaitTimeSeconds`: 20, `service`: 0}}, `faults`: [{`kind`: "
                             "`attributeChange`, `targets`: [`q`], `at`: 60.5, `attributes`: "
                             "{`DelaySeconds`: 20}}, {`kind`: `attributeChange`, `targets`: [`q`], "
                             "`at`: 80.5, `attributes`: {`DelaySeconds`: 0}}]}");
    expect(&lab, "p", "messageLatency", "mean", 20.0 * 20.0 / 100.0);
    expect(&lab, "p", "messageLatency", "max", 20);
    world_lab_close(&lab);
}

/* --- all of them --- */

static const struct {
    const char *kind;
    void (*test)(void **state);
} measured[] = {
    {"crash", test_crash},
    {"slow", test_slow},
    {"loss", test_loss},
    {"delay", test_delay},
    {"partition", test_partition},
    {"throttle", test_throttle},
    {"outage", test_outage},
    {"storage", test_storage},
    {"poison", test_poison},
    {"duplicateSend", test_duplicate_send},
    {"denyPolicy", test_deny_policy},
    {"purge", test_purge},
    {"attributeChange", test_attribute_change},
};

enum { MEASURED = sizeof measured / sizeof *measured };

static void test_every_kind_is_measured(void **state)
{
    (void)state;
    for (size_t i = 0; fault_kinds[i] != NULL; i++) {
        bool found = false;
        for (size_t at = 0; at < MEASURED; at++)
            found = found || strcmp(measured[at].kind, fault_kinds[i]->name) == 0;
        if (!found)
            fail_msg("nothing is measured of %s", fault_kinds[i]->name);
    }
}

int main(void)
{
    struct CMUnitTest tests[MEASURED + 1] = {cmocka_unit_test(test_every_kind_is_measured)};
    for (size_t i = 0; i < MEASURED; i++)
        tests[i + 1] = (struct CMUnitTest){.name = measured[i].kind, .test_func = measured[i].test};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
