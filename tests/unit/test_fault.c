// SPDX-License-Identifier: GPL-3.0-or-later
/* What faults do, measured and counted: each expectation is an identity of the facts or a binomial
 * share, accepted within 4.9 standard deviations (an error of 1e-6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "base/units.h"
#include "tools/count.h"

#define HEAD "{`version`: 1, `title`: `t`, `experiment`: {`seed`: 6, `drain`: true}, "
#define WORK                                                                                       \
    "`consumers`: {`c`: {`from`: `q`, `count`: 8, `WaitTimeSeconds`: 20, `service`: {`dist`: "     \
    "`exponential`, `mean`: `100ms`}}}, "

/* n of `of` trials, each with chance p. */
static void expect_share(double n, double of, double p)
{
    assert_true(fabs(n - of * p) <= 4.9 * sqrt(of * p * (1.0 - p)) + 1e-9);
}

static double of(const struct count *count, enum probe_kind kind)
{
    return (double)count->of[kind];
}

/* --- loss --- */

#define LOST_ACKNOWLEDGEMENTS(queue, more, retry)                                                  \
    HEAD "`queues`: {" queue "}, `producers`: {`p`: {" more                                        \
         ", `messages`: 4000, `arrivals`: {`process`: `poisson`, `rate`: 50}, `retry`: "           \
         "{`attempts`: 50, " retry "}}}, "

/* A standard queue stores what is sent again: every lost reply is a duplicate.  Of the calls, 0.2
 * are answered in vain.
 * EVIDENCE-OF: FIFO-14: the time-out makes the producer repeat a call that was done. */
static void test_lost_acknowledgements(void **state)
{
    (void)state;
    const struct count standard =
        count_run(LOST_ACKNOWLEDGEMENTS(
                      "`q`: {}", "`to`: `q`",
                      "`backoff`: `100ms`") "`faults`: [{`kind`: `loss`, `what`: `response`, "
                                            "`share`: 0.2, `targets`: [`p`], `start`: "
                                            "0}]}",
                  0, 0);
    assert_int_equal(standard.of[PROBE_ANSWERED], 4000);
    assert_int_equal(standard.of[PROBE_ACCEPTED], 4000 + standard.of[PROBE_RETRIED]);
    expect_share(of(&standard, PROBE_RETRIED), of(&standard, PROBE_ACCEPTED), 0.2);
    /* A FIFO queue knows it again within five minutes. */
    const struct count fifo = count_run(
        LOST_ACKNOWLEDGEMENTS(
            "`q.fifo`: {`FifoQueue`: true}", "`to`: `q.fifo`, `message`: {`group`: {`groups`: 9}}",
            "`backoff`: `100ms`") "`faults`: [{`kind`: `loss`, `what`: `response`, `share`: 0.2, "
                                  "`targets`: [`q.fifo`], "
                                  "`start`: 0}]}",
        0, 0);
    assert_int_equal(fifo.of[PROBE_ACCEPTED], 4000);
    assert_int_equal(fifo.of[PROBE_DEDUPED], fifo.of[PROBE_RETRIED]);
    expect_share(of(&fifo, PROBE_RETRIED), 4000 + of(&fifo, PROBE_RETRIED), 0.2);
    /* And not after six. */
    const struct count late = count_run(
        LOST_ACKNOWLEDGEMENTS(
            "`q.fifo`: {`FifoQueue`: true}", "`to`: `q.fifo`, `message`: {`group`: {`groups`: 9}}",
            "`backoff`: `6m`, `maxBackoff`: `6m`, `jitter`: `none`") "`faults`: [{`kind`: `loss`, "
                                                                     "`what`: `response`, `share`: "
                                                                     "0.2, `targets`: [`p`], "
                                                                     "`start`: "
                                                                     "0}]}",
        0, 0);
    assert_int_equal(late.of[PROBE_DEDUPED], 0);
    assert_int_equal(late.of[PROBE_ACCEPTED], 4000 + late.of[PROBE_RETRIED]);
    assert_true(late.of[PROBE_RETRIED] > 800);
}

/* EVIDENCE-OF: DLQ-12: a receive whose reply is lost counts.  With a maximum of one receive, every
 * message whose reply was lost goes to the dead-letter queue, though nobody failed at it. */
static void test_lost_receives(void **state)
{
    (void)state;
    const struct count count = count_run(
        HEAD "`queues`: {`q`: {`VisibilityTimeout`: 60, `RedrivePolicy`: {`deadLetterTargetArn`: "
             "`d`, `maxReceiveCount`: 1}}, `d`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: "
             "3000, `arrivals`: {`process`: `poisson`, `rate`: 20}}}, " WORK
             "`faults`: [{`kind`: `loss`, `what`: `response`, `share`: 0.1, `targets`: [`c`], "
             "`start`: 0}]}",
        0, 0);
    assert_int_equal(count.of[PROBE_FAILED], 0);
    assert_int_equal(count.of[PROBE_DELIVERED], 3000);
    assert_int_equal(count.of[PROBE_STARTED] + count.of[PROBE_DEAD_LETTERED], 3000);
    expect_share(of(&count, PROBE_DEAD_LETTERED), 3000, 0.1);
}

/* --- delay and partition --- */

/* Each leg takes 40 ms more, so an answer 80 ms; in between, neither. */
static void test_delay(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 100, `arrivals`: "
             "{`process`: `paced`, `rate`: 1}}}, `faults`: [{`kind`: `delay`, `latency`: `40ms`, "
             "`targets`: [`p`], `start`: 50, `duration`: 20}]}";
    const struct count within = count_run(text, 50.5, 70.5), after = count_run(text, 70.5, 0);
    /* ANSWERED's value is when it was called: 51 s, 52 s ... 70 s (the delay ends before that). */
    assert_int_equal(within.of[PROBE_ANSWERED], 20);
    assert_int_equal(within.first_ns[PROBE_ACCEPTED], 51 * SEC + SEC / 25);
    assert_int_equal(within.first_ns[PROBE_ANSWERED], 51 * SEC + 2 * (SEC / 25));
    assert_int_equal(within.last_ns[PROBE_ANSWERED], 70 * SEC);
    assert_int_equal(after.first_ns[PROBE_ANSWERED], 71 * SEC);
}

/* Nothing is stored and nothing heard for half a minute; the producer's retries, 20 s apart at
 * most, outlive that, so that nothing is lost and all of it is worked on. */
static void test_partition(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "`queues`: {`q`: {`VisibilityTimeout`: 30}}, `producers`: {`p`: {`to`: `q`, "
             "`messages`: 2000, `retry`: {`attempts`: 30}, `arrivals`: {`process`: `poisson`, "
             "`rate`: 20}}}, " WORK
             "`faults`: [{`kind`: `partition`, `targets`: [`q`], `start`: 40, `duration`: 30}]}";
    const struct count within = count_run(text, 40.000001, 70), all = count_run(text, 0, 0);
    assert_int_equal(within.of[PROBE_ACCEPTED] + within.of[PROBE_ANSWERED], 0);
    assert_int_equal(within.of[PROBE_DELIVERED] + within.of[PROBE_DELETED], 0);
    assert_true(within.of[PROBE_RETRIED] > 600);
    assert_int_equal(all.of[PROBE_ANSWERED], 2000);
    assert_int_equal(all.of[PROBE_DELETED], all.of[PROBE_ACCEPTED]);
}

/* --- throttle and outage --- */

static void test_throttle(void **state)
{
    (void)state;
    const struct count share = count_run(
        HEAD "`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 4000, `arrivals`: "
             "{`process`: `poisson`, `rate`: 50}, `retry`: {`attempts`: 1}}}, `faults`: "
             "[{`kind`: `throttle`, `share`: 0.25, `targets`: [`queues/*`], `start`: 0}]}",
        0, 0);
    assert_int_equal(share.of[PROBE_THROTTLED] + share.of[PROBE_ACCEPTED], 4000);
    assert_int_equal(share.of[PROBE_GAVE_UP], share.of[PROBE_THROTTLED]);
    expect_share(of(&share, PROBE_THROTTLED), 4000, 0.25);
    /* 10 calls a second pass of 50, for 40 s; the bucket is empty at first. */
    const struct count rate = count_run(
        HEAD "`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 4000, `arrivals`: "
             "{`process`: `poisson`, `rate`: 50}, `retry`: {`attempts`: 1}}}, `faults`: "
             "[{`kind`: `throttle`, `rate`: 10, `targets`: [`q`], `start`: 20, `duration`: 40}]}",
        20, 60);
    assert_in_range(rate.of[PROBE_ACCEPTED], 398, 400);
}

/* During the outage nothing happens at the queue; what it held is there afterwards, and all of it
 * is worked on.  Those who waited at it are told so at once. */
static void test_outage(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "`queues`: {`q`: {`VisibilityTimeout`: 30}}, `producers`: {`p`: {`to`: `q`, "
             "`messages`: 600, `retry`: {`attempts`: 30}, `arrivals`: {`process`: `poisson`, "
             "`rate`: 10}}}, " WORK
             "`faults`: [{`kind`: `outage`, `targets`: [`q`], `start`: 20, `duration`: 25}]}";
    const struct count within = count_run(text, 20, 45), all = count_run(text, 0, 0);
    assert_int_equal(within.of[PROBE_ACCEPTED] + within.of[PROBE_DELIVERED], 0);
    assert_int_equal(within.of[PROBE_DELETED], 0);
    assert_true(within.of[PROBE_THROTTLED] > 200);
    assert_int_equal(within.first_ns[PROBE_THROTTLED], 20 * SEC);
    assert_int_equal(all.of[PROBE_ANSWERED], 600);
    assert_int_equal(all.of[PROBE_ACCEPTED], 600);
    assert_int_equal(all.of[PROBE_DELETED], 600);
}

/* --- work --- */

/* Draws belong to messages, so that without and with the fault the same work is done; three times
 * as long, to a nanosecond for each. */
static void test_slow(void **state)
{
    (void)state;
#define SLOW                                                                                       \
    HEAD "`queues`: {`q`: {`VisibilityTimeout`: 600}}, `producers`: {`p`: {`to`: `q`, "            \
         "`messages`: 2000, `arrivals`: {`process`: `poisson`, `rate`: 10}}}, " WORK
    const struct count plain = count_run(SLOW "`faults`: []}", 0, 0);
    const struct count slow = count_run(
        SLOW "`faults`: [{`kind`: `slow`, `factor`: 3, `targets`: [`c`], `start`: 0}]}", 0, 0);
    const struct count both = count_run(
        SLOW "`faults`: [{`kind`: `slow`, `name`: `a`, `factor`: 3, `targets`: [`c`], `start`: "
             "0}, {`kind`: `slow`, `name`: `b`, `factor`: 0.5, `targets`: [`c`], `start`: 0}]}",
        0, 0);
    assert_int_equal(plain.of[PROBE_STARTED], 2000);
    assert_int_equal(slow.of[PROBE_STARTED], 2000);
    assert_true(fabs(slow.value_sum[PROBE_STARTED] - 3.0 * plain.value_sum[PROBE_STARTED]) < 2000);
    assert_true(fabs(both.value_sum[PROBE_STARTED] - 1.5 * plain.value_sum[PROBE_STARTED]) < 2000);
}

#define CRASHING                                                                                   \
    "`consumers`: {`c`: {`from`: `q`, `count`: 8, `WaitTimeSeconds`: 20, `failure`: {`restart`: "  \
    "5}, `service`: {`dist`: `exponential`, `mean`: `100ms`}}}, "

/* A crash loses what the workers held, and nothing in the queue: every message is deleted once, and
 * worked on once more for each time that its worker died. */
static void test_crash(void **state)
{
    (void)state;
    const struct count count = count_run(
        HEAD "`queues`: {`q`: {`VisibilityTimeout`: 20}}, `producers`: {`p`: {`to`: `q`, "
             "`messages`: 3000, `arrivals`: {`process`: `poisson`, `rate`: 20}}}, " CRASHING
             "`faults`: [{`kind`: `crash`, `name`: `some`, `instances`: 3, `targets`: [`c`], "
             "`every`: 10}, {`kind`: `crash`, `targets`: [`c`], `at`: 95}]}",
        0, 0);
    assert_int_equal(count.of[PROBE_DELETED], 3000);
    assert_int_equal(count.of[PROBE_SUCCEEDED], 3000);
    assert_true(count.of[PROBE_ABANDONED] > 10);
    assert_int_equal(count.of[PROBE_DELIVERED], 3000 + count.of[PROBE_ABANDONED]);
    assert_int_equal(count.of[PROBE_HIDDEN_OVER], count.of[PROBE_ABANDONED]);
}

/* What is marked fails three times and is dead-lettered; nothing else is. */
static void test_poison(void **state)
{
    (void)state;
    const struct count count = count_run(
        HEAD "`queues`: {`q`: {`VisibilityTimeout`: 5, `RedrivePolicy`: {`deadLetterTargetArn`: "
             "`d`, `maxReceiveCount`: 3}}, `d`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: "
             "4000, `arrivals`: {`process`: `poisson`, `rate`: 20}}}, " WORK
             "`faults`: [{`kind`: `poison`, `share`: 0.05, `targets`: [`p`], `start`: 0}]}",
        0, 0);
    assert_int_equal(count.of[PROBE_DEAD_LETTERED] + count.of[PROBE_DELETED], 4000);
    assert_int_equal(count.of[PROBE_FAILED], 3 * count.of[PROBE_DEAD_LETTERED]);
    expect_share(of(&count, PROBE_DEAD_LETTERED), 4000, 0.05);
    const struct count proof = count_run(
        HEAD "`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 400, `arrivals`: "
             "{`process`: `poisson`, `rate`: 20}}}, `consumers`: {`c`: {`from`: `q`, `poison`: "
             "false, `WaitTimeSeconds`: 20, `service`: `1ms`}}, `faults`: [{`kind`: `poison`, "
             "`share`: 1, `targets`: [`p`], `start`: 0}]}",
        0, 0);
    assert_int_equal(proof.of[PROBE_SUCCEEDED], 400);
}

/* --- messages --- */

/* EVIDENCE-OF: RCV-11: a copy survives a share of the deletes and of the receives, and is delivered
 * again; one that comes back is deleted, and may survive that too. */
static void test_storage(void **state)
{
    (void)state;
    const struct count count = count_run(
        HEAD "`queues`: {`q`: {`VisibilityTimeout`: 600}}, `producers`: {`p`: {`to`: `q`, "
             "`messages`: 3000, `arrivals`: {`process`: `poisson`, `rate`: 20}}}, " WORK
             "`faults`: [{`kind`: `storage`, `duplicateOnReceive`: 0, `resurrectAfterDelete`: 0.2, "
             "`targets`: [`q`], `start`: 0}]}",
        0, 0);
    assert_int_equal(count.of[PROBE_DELETED], 3000 + count.of[PROBE_RESURRECTED]);
    expect_share(of(&count, PROBE_RESURRECTED), of(&count, PROBE_DELETED), 0.2);
    assert_int_equal(count.of[PROBE_DELIVERED], 3000 + count.of[PROBE_RESURRECTED]);
    const struct count copies = count_run(
        HEAD "`queues`: {`q`: {`VisibilityTimeout`: 600}}, `producers`: {`p`: {`to`: `q`, "
             "`messages`: 3000, `arrivals`: {`process`: `poisson`, `rate`: 20}}}, " WORK
             "`faults`: [{`kind`: `storage`, `duplicateOnReceive`: 0.2, `resurrectAfterDelete`: 0, "
             "`targets`: [`q`], `start`: 30, `duration`: 60}]}",
        30, 90);
    expect_share(of(&copies, PROBE_COPIED), of(&copies, PROBE_DELIVERED), 0.2);
}

static void test_duplicate_send(void **state)
{
    (void)state;
    const struct count standard = count_run(
        LOST_ACKNOWLEDGEMENTS("`q`: {}", "`to`: `q`",
                              "`backoff`: 1") "`faults`: [{`kind`: `duplicateSend`, `share`: 0.1, "
                                              "`targets`: [`p`], `start`: 0}]}",
        0, 0);
    assert_int_equal(standard.of[PROBE_ANSWERED], 4000);
    expect_share(of(&standard, PROBE_ACCEPTED) - 4000, 4000, 0.1);
    const struct count fifo = count_run(
        LOST_ACKNOWLEDGEMENTS("`q.fifo`: {`FifoQueue`: true}",
                              "`to`: `q.fifo`, `message`: {`group`: {`groups`: 9}}",
                              "`backoff`: 1") "`faults`: [{`kind`: `duplicateSend`, `share`: 0.1, "
                                              "`targets`: [`p`], `start`: 0}]}",
        0, 0);
    assert_int_equal(fifo.of[PROBE_ACCEPTED], 4000);
    expect_share(of(&fifo, PROBE_DEDUPED), 4000, 0.1);
}

/* EVIDENCE-OF: SNS-15: what is published meanwhile is not tried again, but goes to the
 * subscription's dead-letter queue at once. */
static void test_deny_policy(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "`queues`: {`q`: {}, `d`: {}}, `topics`: {`t`: {`subscriptions`: [{`Protocol`: `sqs`, "
             "`Endpoint`: `q`, `RedrivePolicy`: {`deadLetterTargetArn`: `d`}}]}}, `producers`: "
             "{`p`: {`to`: `t`, `messages`: 1000, `arrivals`: {`process`: `poisson`, `rate`: "
             "20}}}, `faults`: [{`kind`: `denyPolicy`, `targets`: [`%s`], `start`: 10, "
             "`duration`: 20}]}";
    for (int i = 0; i < 2; i++) {
        struct text chosen = {0};
        text_printf(&chosen, text, i == 0 ? "t" : "q");
        const struct count within = count_run(text_of(&chosen), 10, 30);
        const struct count all = count_run(text_of(&chosen), 0, 0);
        assert_true(within.of[PROBE_PUBLISHED] > 300);
        assert_int_equal(within.of[PROBE_NOTIFY_LOST], within.of[PROBE_PUBLISHED]);
        assert_int_equal(within.of[PROBE_NOTIFIED], 0);
        assert_int_equal(all.of[PROBE_NOTIFIED], 1000 - within.of[PROBE_PUBLISHED]);
        assert_int_equal(all.of[PROBE_ACCEPTED], 1000);
        text_free(&chosen);
    }
}

/* EVIDENCE-OF: ATT-12: all that is stored is gone at that instant; the second purge comes within a
 * minute and is refused. */
static void test_purge(void **state)
{
    (void)state;
    const struct count count = count_run(
        HEAD "`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `messages`: 100, `arrivals`: "
             "{`process`: `paced`, `rate`: 1}}}, `faults`: [{`kind`: `purge`, `targets`: [`q`], "
             "`at`: 40.5}, {`kind`: `purge`, `targets`: [`q`], `at`: 90}]}",
        0, 0);
    /* The call, and 40 messages. */
    assert_int_equal(count.of[PROBE_PURGED], 41);
    assert_int_equal(count.last_ns[PROBE_PURGED], 40 * SEC + SEC / 2);
    assert_int_equal(count.of[PROBE_FAULT_ON], 2);
}

/* EVIDENCE-OF: ATT-8: a new visibility timeout counts for receives from then on; what is not named
 * stays.  The second change is made on top of the first. */
static void test_attribute_change(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "`queues`: {`q`: {`VisibilityTimeout`: 30, `DelaySeconds`: 2}}, `producers`: {`p`: "
             "{`to`: `q`, `messages`: 100, `arrivals`: {`process`: `paced`, `rate`: 1}}}, " WORK
             "`faults`: [{`kind`: `attributeChange`, `targets`: [`q`], `at`: 40.5, `attributes`: "
             "{`VisibilityTimeout`: 70}}, {`kind`: `attributeChange`, `targets`: [`q`], `at`: "
             "80.5, `attributes`: {`DelaySeconds`: 0}}]}";
    const struct count before = count_run(text, 0, 40.5), between = count_run(text, 40.5, 80.5);
    const struct count after = count_run(text, 83, 100.5);
    /* DELIVERED's value is when it is visible again: 30 s after 3, 4 ... 40 s, 38 of them. */
    assert_int_equal(before.of[PROBE_DELIVERED], 38);
    assert_true(before.value_sum[PROBE_DELIVERED] == (38.0 * 30 + (3 + 40) * 19.0) * 1e9);
    assert_int_equal(between.of[PROBE_DELIVERED], 40);
    assert_true(between.value_sum[PROBE_DELIVERED] == (40.0 * 70 + (41 + 80) * 20.0) * 1e9);
    /* Without a delay, 83 to 100. */
    assert_int_equal(after.of[PROBE_DELIVERED], 18);
    assert_true(after.value_sum[PROBE_DELIVERED] == (18.0 * 70 + (83 + 100) * 9.0) * 1e9);
    assert_int_equal(after.of[PROBE_ACCEPTED], after.of[PROBE_DELIVERED]);
}

/* EVIDENCE-OF: ATT-8: at 100.5 s the queue gets a dead-letter queue, and at 200.5 s loses it again.
 * Nothing is ever deleted, each message is back after 10 s: what was received twice or more moves
 * at its next receive, and no message does before or after. */
static void test_a_redrive_policy_comes_and_goes(void **state)
{
    (void)state;
    static const char text[] =
        "{`experiment`: {`duration`: 300}, `queues`: {`q`: {`VisibilityTimeout`: 10, `preload`: "
        "{`messages`: 5}}, `d`: {}}, `consumers`: {`c`: {`from`: `q`, `count`: 9, "
        "`WaitTimeSeconds`: 20, `service`: 0, `acknowledge`: `never`}}, `producers`: {`p`: {`to`: "
        "`q`, `start`: 195, `messages`: 1, `arrivals`: {`process`: `paced`, `rate`: 1}}}, "
        "`faults`: [{`kind`: `attributeChange`, `targets`: [`q`], `at`: 100.5, `attributes`: "
        "{`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 2}}}, {`kind`: "
        "`attributeChange`, `targets`: [`q`], `at`: 200.5, `attributes`: {`RedrivePolicy`: "
        "null}}]}";
    const struct count before = count_run(text, 0, 100.5), with = count_run(text, 100.5, 200.5);
    const struct count after = count_run(text, 200.5, 0);
    /* Five at 0, 10 ... 100 s; all move at 110 s. */
    assert_int_equal(before.of[PROBE_DELIVERED], 55);
    assert_int_equal(before.of[PROBE_DEAD_LETTERED], 0);
    assert_int_equal(with.of[PROBE_DEAD_LETTERED], 5);
    assert_int_equal(with.first_ns[PROBE_DEAD_LETTERED], 110 * SEC);
    /* The one sent at 196 s stays for good: received then and at 206, 216 ... 296 s. */
    assert_int_equal(with.of[PROBE_DELIVERED], 1);
    assert_int_equal(after.of[PROBE_DELIVERED], 10);
    assert_int_equal(after.of[PROBE_DEAD_LETTERED], 0);
}

/* --- schedules --- */

#define SCHEDULE(keys)                                                                             \
    "{`experiment`: {`duration`: 1000}, `queues`: {`q`: {}}, `faults`: [{`kind`: `outage`, "       \
    "`targets`: [`q`], " keys "}]}"

static void test_schedules(void **state)
{
    (void)state;
    const struct count once = count_run(SCHEDULE("`start`: 100, `duration`: 50"), 0, 0);
    assert_int_equal(once.of[PROBE_FAULT_ON], 1);
    assert_int_equal(once.first_ns[PROBE_FAULT_ON], 100 * SEC);
    assert_int_equal(once.first_ns[PROBE_FAULT_OFF], 150 * SEC);
    const struct count every = count_run(SCHEDULE("`every`: 100, `duration`: 50"), 0, 0);
    /* 100, 200 ... 900: the end is not reached. */
    assert_int_equal(every.of[PROBE_FAULT_ON], 9);
    assert_int_equal(every.last_ns[PROBE_FAULT_ON], 900 * SEC);
    const struct count from = count_run(SCHEDULE("`start`: 7, `every`: 100, `duration`: 5"), 0, 0);
    assert_int_equal(from.of[PROBE_FAULT_ON], 10);
    assert_int_equal(from.first_ns[PROBE_FAULT_ON], 7 * SEC);
    /* 0.5 s away and 0.5 s there: a thousand in a thousand seconds, give or take 4.9 x sqrt(500)
     * (a renewal process of two exponential halves). */
    const struct count random = count_run(
        SCHEDULE("`mtbf`: {`dist`: `exponential`, `mean`: 0.5}, `mttr`: {`dist`: `exponential`, "
                 "`mean`: 0.5}"),
        0, 0);
    assert_true(fabs(of(&random, PROBE_FAULT_ON) - 1000) < 4.9 * sqrt(500));
    /* Availability: half of the time, with a variance of t / 4 / 1 s. */
    assert_true(fabs(random.value_sum[PROBE_FAULT_OFF] * 1e-9 - 500) < 4.9 * sqrt(1000 / 4.0) + 5);
    const struct count rarely =
        count_run(SCHEDULE("`every`: 0.1, `duration`: 0.01, `probability`: 0.3"), 0, 0);
    expect_share(of(&rarely, PROBE_FAULT_ON), 9999, 0.3);
}

/* --- what is seen --- */

/* The gauge of what is struck: one component from 10 s on, both from 20 s to 30 s, and none after
 * 40 s; a crash shows in its bucket's greatest value alone. */
static void test_series(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab,
                   "{`experiment`: {`duration`: 100, `sampleEvery`: 10}, `queues`: {`q`: {}, `r`: "
                   "{}}, `consumers`: {`c`: {`from`: `q`, `service`: 1, `WaitTimeSeconds`: 20}}, "
                   "`faults`: [{`kind`: `outage`, `name`: `x`, `targets`: [`q`], `start`: 10, "
                   "`duration`: 30}, {`kind`: `outage`, `targets`: [`r`], `start`: 20, "
                   "`duration`: 10}, {`kind`: `crash`, `targets`: [`c`], `at`: 55}]}");
    world_lab_run(&lab, 1);
    static const double means[] = {0, 1, 2, 1, 0, 0, 0, 0, 0, 0};
    size_t found = 0;
    for (size_t i = 0; i < lab.sample.series_count; i++) {
        const struct sample_series *series = &lab.sample.series[i];
        if (strcmp(series->entity, "scenario") != 0)
            continue;
        found++;
        assert_string_equal(series->metric, "faults");
        assert_int_equal(series->buckets.count, 10);
        for (size_t n = 0; n < 10; n++) {
            assert_true(series->buckets.points[n].mean == means[n]);
            if (n == 5)
                assert_true(series->buckets.points[n].max == 1.0);
        }
    }
    assert_int_equal(found, 1);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost_acknowledgements),
        cmocka_unit_test(test_lost_receives),
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_partition),
        cmocka_unit_test(test_throttle),
        cmocka_unit_test(test_outage),
        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_crash),
        cmocka_unit_test(test_poison),
        cmocka_unit_test(test_storage),
        cmocka_unit_test(test_duplicate_send),
        cmocka_unit_test(test_deny_policy),
        cmocka_unit_test(test_purge),
        cmocka_unit_test(test_attribute_change),
        cmocka_unit_test(test_a_redrive_policy_comes_and_goes),
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
