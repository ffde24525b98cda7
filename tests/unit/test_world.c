// SPDX-License-Identifier: GPL-3.0-or-later
/* A world: how its runs end, what a replication leaves behind (nothing), and two worlds side by
 * side. */
#include "scenario/world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/world.h"

#define WORLD(experiment, queues, producers, consumers)                                            \
    "{`version`: 1, `title`: `world`, `experiment`: {" experiment "}, `queues`: {" queues          \
    "}, `producers`: {" producers "}, `consumers`: {" consumers "}}"
#define FIVE "`web`: {`to`: `jobs`, `messages`: 5, `arrivals`: {`process`: `paced`, `rate`: 1}}"

#define WORKER(more) "`worker`: {`from`: `jobs`, `WaitTimeSeconds`: 20, `service`: `500ms`" more "}"

static void check_end(const char *text, enum world_end end, double seconds)
{
    struct world_lab lab;
    world_lab_open(&lab, text);
    world_lab_run(&lab, 1);
    assert_int_equal(world_end(lab.world), end);
    assert_int_equal(world_end_ns(lab.world), units_ns(seconds));
    world_lab_close(&lab);
}

/* A duration without drain: to the nanosecond, whatever is left. */
static void test_ends_at_the_duration(void **state)
{
    (void)state;
    check_end(WORLD("`duration`: 3.5", "`jobs`: {}", FIVE, WORKER("")), WORLD_AT_END, 3.5);
    check_end(WORLD("`duration`: 100", "`jobs`: {}", FIVE, WORKER("")), WORLD_AT_END, 100);
}

/* Without a duration: when all is sent, or, with drain, when all is worked on and deleted. */
static void test_ends_when_all_is_done(void **state)
{
    (void)state;
    check_end(WORLD("`drain`: false", "`jobs`: {}", FIVE, WORKER("")), WORLD_DONE, 5);
    check_end(WORLD("`drain`: true", "`jobs`: {}", FIVE, WORKER("")), WORLD_DONE, 5.5);
}

/* With both: what is under way at the duration is finished, and nothing is sent from then on. */
static void test_drains_after_the_duration(void **state)
{
    (void)state;
    check_end(WORLD("`duration`: 3, `drain`: true", "`jobs`: {}", FIVE, WORKER("")), WORLD_DONE, 3);
    check_end(WORLD("`duration`: 3.1, `drain`: true", "`jobs`: {}", FIVE, WORKER("")), WORLD_DONE,
              3.5);
}

/* A drain that never ends is ended by maxDuration, by default ten times the duration. */
static void test_ends_at_the_most(void **state)
{
    (void)state;
    check_end(WORLD("`duration`: 3.1, `drain`: true", "`jobs`: {}", FIVE,
                    WORKER(", `acknowledge`: `never`")),
              WORLD_AT_END, 31);
    check_end(WORLD("`drain`: true, `maxDuration`: 77", "`jobs`: {}", FIVE,
                    WORKER(", `acknowledge`: `never`")),
              WORLD_AT_END, 77);
}

/* A queue that nobody reads need not be empty. */
static void test_an_unread_queue_does_not_hold(void **state)
{
    (void)state;
    check_end(WORLD("`drain`: true", "`jobs`: {}", FIVE, ""), WORLD_DONE, 5);
}

/* maxMessages stored at once end the run: saturated, which is a result. */
static void test_saturated(void **state)
{
    (void)state;
    check_end(WORLD("`duration`: 100, `maxMessages`: 4", "`jobs`: {}", FIVE, ""), WORLD_SATURATED,
              4);
}

/* What waits from the start counts like what is sent. */
static void test_saturated_from_the_start(void **state)
{
    (void)state;
    check_end(WORLD("`duration`: 100, `maxMessages`: 4", "`jobs`: {`preload`: {`messages`: 9}}", "",
                    WORKER("")),
              WORLD_SATURATED, 0);
}

/* The last message fails and is moved, in one instant, to a dead-letter queue that has a consumer
 * too: the run goes on until that one has deleted it. */
static void test_drains_through_a_dead_letter_queue(void **state)
{
    (void)state;
    check_end(
        WORLD("`drain`: true",
              "`jobs`: {`RedrivePolicy`: {`deadLetterTargetArn`: `dead`, `maxReceiveCount`: "
              "1}}, `dead`: {}",
              "`web`: {`to`: `jobs`, `messages`: 1, `arrivals`: {`process`: `paced`, "
              "`rate`: 1}}",
              WORKER(", `failure`: {`probability`: 1, `mode`: `release`}") ", `clerk`: "
                                                                           "{`from`: `dead`, "
                                                                           "`WaitTimeSeconds`: 0, "
                                                                           "`pollInterval`: 4, "
                                                                           "`service`: 1}"),
        WORLD_DONE, 5);
}

/* A closed loop whose messages are lost sends no more; from the duration on it holds nothing. */
static void test_a_closed_loop_that_lost_its_messages(void **state)
{
    (void)state;
    check_end(WORLD("`duration`: 100, `drain`: true", "`jobs`: {`MessageRetentionPeriod`: 60}",
                    "`web`: {`to`: `jobs`, `arrivals`: {`process`: `closed`, `inFlight`: 2}}",
                    WORKER(", `acknowledge`: `never`")),
              WORLD_DONE, 100);
}

/* Messages that wait from the start are enough to run for. */
static void test_only_preloaded_messages(void **state)
{
    (void)state;
    check_end(WORLD("`drain`: true", "`jobs`: {`preload`: {`messages`: 4}}", "", WORKER("")),
              WORLD_DONE, 2);
}

/* Nothing to do: the run ends at once, or at its duration. */
static void test_an_empty_world(void **state)
{
    (void)state;
    check_end(WORLD("`duration`: 7", "`jobs`: {}", "", ""), WORLD_AT_END, 7);
}

#define BUSY                                                                                       \
    WORLD("`duration`: 30", "`jobs`: {`VisibilityTimeout`: 2}",                                    \
          "`web`: {`to`: `jobs`, `arrivals`: {`process`: `poisson`, `rate`: 10}, `message`: "      \
          "{`body`: {`sequence`: [`red`, `green`]}}}",                                             \
          "`worker`: {`from`: `jobs`, `count`: 4, `WaitTimeSeconds`: 20, `service`: {`dist`: "     \
          "`exponential`, `mean`: `500ms`}}")

/* Runs of two worlds that take turns are those of each alone. */
static void test_two_worlds(void **state)
{
    struct world_lab one, two;
    uint64_t fingerprints[4];
    (void)state;
    world_lab_open(&one, BUSY);
    world_lab_open(&two, BUSY);
    for (uint32_t r = 0; r < 4; r++) {
        world_lab_run(&one, r + 1);
        fingerprints[r] = world_fingerprint(one.world);
        for (uint32_t before = 0; before < r; before++)
            assert_true(fingerprints[before] != fingerprints[r]);
    }
    for (uint32_t r = 4; r-- > 0;) {
        world_lab_run(&two, r + 1);
        assert_true(world_fingerprint(two.world) == fingerprints[r]);
    }
    world_lab_close(&one);
    world_lab_close(&two);
}

/* Told to stop, a run says that nothing of it may be used; the next one is as if it had not been.
 */
static void test_interrupted(void **state)
{
    struct world_lab lab;
    const volatile bool stop = true;
    (void)state;
    world_lab_open(&lab, WORLD("`duration`: `1d`", "`jobs`: {}",
                               "`web`: {`to`: `jobs`, `arrivals`: {`process`: `poisson`, `rate`: "
                               "10}}",
                               WORKER("")));
    assert_false(world_run(lab.world, 1, &stop));
    world_lab_close(&lab);
    world_lab_open(&lab, BUSY);
    world_lab_run(&lab, 1);
    const uint64_t fingerprint = world_fingerprint(lab.world);
    assert_true(world_run(lab.world, 1, &stop)); /* too short to be asked */
    assert_true(world_fingerprint(lab.world) == fingerprint);
    world_lab_close(&lab);
}

static void check_cost(const char *text, const char *queue, double requests, double usd)
{
    struct world_lab lab;
    world_lab_open(&lab, text);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, queue, "requests", "count") == requests);
    assert_true(fabs(world_lab_value(&lab, queue, "cost", "usd") - usd) < 1e-15);
    assert_true(fabs(world_lab_value(&lab, "scenario", "cost", "usd") - usd) < 1e-15);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: COST-1 COST-2
 * Five messages of 100,000 bytes, each sent (2 requests), received by a poll that waits for it (2)
 * and deleted (1), with the profile's prices of a million: 0.40 and 0.10 for the group of the ten
 * sent, or in a FIFO queue 0.50; nothing of the price, but for the group, with the free tier.  The
 * poll that waits at the end is not answered. */
static void test_cost(void **state)
{
    (void)state;
#define SENT(more, ending, attributes)                                                             \
    WORLD("`drain`: true" more, "`jobs" ending "`: {" attributes "}",                              \
          "`web`: {`to`: `jobs" ending "`, `messages`: 5, `message`: {`size`: 100000, `group`: "   \
          "`g`}, `arrivals`: {`process`: `paced`, `rate`: 1}}",                                    \
          "`worker`: {`from`: `jobs" ending "`, `WaitTimeSeconds`: 20, `service`: `500ms`}")
    check_cost(SENT("", "", ""), "jobs", 25, 25 * 0.4e-6 + 10 * 0.1e-6);
    check_cost(SENT("", ".fifo", "`FifoQueue`: true"), "jobs.fifo", 25, 25 * 0.5e-6);
    check_cost(SENT(", `freeTier`: true", "", ""), "jobs", 25, 10 * 0.1e-6);
#undef SENT
}

/* EVIDENCE-OF: COST-2
 * Five that wait for nothing make 3 requests a minute each: 21,600 in a day, 648,000 in a month of
 * 30 days, at 0.40 a million.  Ten seconds later none has been answered again. */
static void test_cost_of_idle_polls(void **state)
{
    (void)state;
    check_cost(WORLD("`duration`: 86410", "`jobs`: {}", "", WORKER(", `count`: 5")), "jobs", 21600,
               21600 * 0.4e-6);
}

/* EVIDENCE-OF: CW-3 CW-5 DLQ-4 DLQ-10 COST-3
 * Four messages wait from the start and three are sent; each is received twice, released half a
 * second later, and moved at the receive that follows, which gets the next one: one message a
 * second, the last moved at 7 s by a poll that ends empty at 27 s, as others do at 47, 67 and 87 s.
 * Sent: 3.  Received: 14.  The dead-letter queue was sent nothing, costs nothing, and its oldest
 * came at 1 s.  Requests: 3 sends, 14 receives, 14 releases, 4 empty receives. */
static void test_cloudwatch_of_a_redrive(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab,
                   WORLD("`duration`: 100",
                         "`jobs`: {`preload`: {`messages`: 4}, `RedrivePolicy`: {"
                         "`deadLetterTargetArn`: `dead`, `maxReceiveCount`: 2}}, `dead`: {}",
                         "`web`: {`to`: `jobs`, `messages`: 3, `arrivals`: {`process`: `paced`, "
                         "`rate`: 1}}",
                         WORKER(", `failure`: {`probability`: 1, `mode`: `release`}")));
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "jobs", "NumberOfMessagesSent", "count") == 3);
    assert_true(world_lab_value(&lab, "jobs", "NumberOfMessagesReceived", "count") == 14);
    assert_true(world_lab_value(&lab, "jobs", "NumberOfMessagesDeleted", "count") == 0);
    assert_true(world_lab_value(&lab, "jobs", "NumberOfEmptyReceives", "count") == 4);
    assert_true(world_lab_value(&lab, "jobs", "requests", "count") == 35);
    assert_true(world_lab_value(&lab, "dead", "NumberOfMessagesSent", "count") == 0);
    assert_true(world_lab_value(&lab, "dead", "ApproximateNumberOfMessagesVisible", "end") == 7);
    assert_true(world_lab_value(&lab, "dead", "ApproximateAgeOfOldestMessage", "end") == 99);
    assert_true(world_lab_value(&lab, "dead", "requests", "count") == 0);
    assert_true(world_lab_value(&lab, "dead", "cost", "usd") == 0);
    world_lab_close(&lab);
}

/* Bodies are told by root: those that a producer chose, and none for what nobody sent. */
static void test_bodies(void **state)
{
    struct world_lab lab;
    size_t count;
    (void)state;
    world_lab_open(&lab, BUSY);
    world_lab_run(&lab, 1);
    const uint64_t *roots = observe_received(world_observe(lab.world), 0, &count);
    assert_true(count > 100);
    for (size_t i = 0; i < 50; i++)
        assert_string_equal(world_body(lab.world, roots[i]),
                            probe_root_number(roots[i]) % 2 == 0 ? "red" : "green");
    assert_null(world_body(lab.world, probe_root(NODE_NONE, 0)));
    assert_null(world_body(lab.world, probe_root(0, 0)));
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_at_the_duration),
        cmocka_unit_test(test_ends_when_all_is_done),
        cmocka_unit_test(test_drains_after_the_duration),
        cmocka_unit_test(test_ends_at_the_most),
        cmocka_unit_test(test_an_unread_queue_does_not_hold),
        cmocka_unit_test(test_saturated),
        cmocka_unit_test(test_saturated_from_the_start),
        cmocka_unit_test(test_drains_through_a_dead_letter_queue),
        cmocka_unit_test(test_a_closed_loop_that_lost_its_messages),
        cmocka_unit_test(test_only_preloaded_messages),
        cmocka_unit_test(test_an_empty_world),
        cmocka_unit_test(test_two_worlds),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_cost_of_idle_polls),
        cmocka_unit_test(test_cloudwatch_of_a_redrive),
        cmocka_unit_test(test_bodies),

    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
