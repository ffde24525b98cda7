// SPDX-License-Identifier: GPL-3.0-or-later
/* A worker's life, told by the facts of worlds without chance: in which order it receives, works
 * and deletes, what a failure does, and what a crash takes along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 2048 };

/* Runs a consumer with these keys on a queue with these, preloaded with messages, for some seconds;
 * compares the facts of these kinds. */
static void tell(const char *queue, const char *consumer, double seconds, const char *kinds,
                 const char *expected)
{
    char text[TEXT];
    struct world_lab lab;
    struct world_lab_log log;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `worker`, `experiment`: {`duration`: %g}, `queues`: {%s}, "
             "`consumers`: {`worker`: {%s}}}",
             seconds, queue, consumer);
    world_lab_open(&lab, text);
    world_lab_listen(&lab, &log, kinds);
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), expected);
    text_free(&log.text);
    world_lab_close(&lab);
}

#define JOBS(messages) "`jobs`: {`VisibilityTimeout`: 30, `preload`: {`messages`: " messages "}}"
#define FIFO(messages)                                                                             \
    "`jobs.fifo`: {`FifoQueue`: true, `preload`: {`messages`: " messages                           \
    ", `group`: {`groups`: 2, `pick`: `roundRobin`}}}"
#define WORKER      "`from`: `jobs`, `WaitTimeSeconds`: 20"
#define FIFO_WORKER "`from`: `jobs.fifo`, `WaitTimeSeconds`: 20"

/* A batch is worked one by one, and each message deleted after its own work. */
static void test_a_batch_one_by_one(void **state)
{
    (void)state;
    tell(JOBS("3"), WORKER ", `MaxNumberOfMessages`: 10, `service`: 2", 20,
         "DELIVERED STARTED SUCCEEDED DELETED",
         "0 DELIVERED 0; 0 DELIVERED 1; 0 DELIVERED 2; 0 STARTED 0; 2 SUCCEEDED 0; 2 DELETED 0; "
         "2 STARTED 1; 4 SUCCEEDED 1; 4 DELETED 1; 4 STARTED 2; 6 SUCCEEDED 2; 6 DELETED 2");
}

/* deleteBatch 2 collects two deletes for a call; what is left over goes with the end of the batch.
 */
static void test_deletes_in_batches(void **state)
{
    (void)state;
    tell(JOBS("3"), WORKER ", `MaxNumberOfMessages`: 10, `service`: 2, `deleteBatch`: 2", 20,
         "SUCCEEDED DELETED",
         "2 SUCCEEDED 0; 4 SUCCEEDED 1; 4 DELETED 0; 4 DELETED 1; 6 SUCCEEDED 2; 6 DELETED 2");
}

static void test_acknowledge_before_work(void **state)
{
    (void)state;
    tell(JOBS("2"), WORKER ", `MaxNumberOfMessages`: 2, `service`: 2, `acknowledge`: `beforeWork`",
         20, "STARTED SUCCEEDED DELETED",
         "0 DELETED 0; 0 STARTED 0; 2 SUCCEEDED 0; 2 DELETED 1; 2 STARTED 1; 4 SUCCEEDED 1");
}

/* With a failure before the delete nothing comes back: at most once. */
static void test_failure_after_an_early_delete(void **state)
{
    (void)state;
    tell(JOBS("1"),
         WORKER ", `service`: 2, `acknowledge`: `beforeWork`, `failure`: {`probability`: 1, "
                "`mode`: `release`}",
         100, "FAILED EXTENDED HIDDEN_OVER DELETED", "0 DELETED 0; 2 FAILED 0");
}

static void test_acknowledge_never(void **state)
{
    (void)state;
    tell(JOBS("1"), WORKER ", `service`: 2, `acknowledge`: `never`", 40,
         "SUCCEEDED DELETED HIDDEN_OVER", "2 SUCCEEDED 0; 30 HIDDEN_OVER 0; 32 SUCCEEDED 0");
}

/* abandon leaves the message to its timeout and goes on with the batch. */
static void test_abandon(void **state)
{
    (void)state;
    tell(JOBS("2"),
         WORKER ", `MaxNumberOfMessages`: 2, `service`: 2, `failure`: {`probability`: 1}", 31,
         "STARTED FAILED EXTENDED HIDDEN_OVER",
         "0 STARTED 0; 2 FAILED 0; 2 STARTED 1; 4 FAILED 1; 30 HIDDEN_OVER 0; 30 HIDDEN_OVER 1; "
         "30 STARTED 0");
}

static void test_release(void **state)
{
    (void)state;
    tell(JOBS("2"),
         WORKER ", `MaxNumberOfMessages`: 2, `service`: 2, `failure`: {`probability`: 1, `mode`: "
                "`release`}",
         4.5, "STARTED FAILED HIDDEN_OVER",
         "0 STARTED 0; 2 FAILED 0; 2 HIDDEN_OVER 0; 2 STARTED 1; 4 FAILED 1; 4 HIDDEN_OVER 1; 4 "
         "STARTED 0");
}

/* FIFO: after a failure the rest of its group in the batch is released unworked, the other group is
 * worked on.  Groups fill one after the other: the batch is 0 2 4 1 3. */
static void test_the_rest_of_a_group(void **state)
{
    (void)state;
    tell(FIFO("5"),
         FIFO_WORKER ", `MaxNumberOfMessages`: 10, `service`: 2, `failure`: {`probability`: 1}", 5,
         "DELIVERED STARTED FAILED SKIPPED HIDDEN_OVER",
         "0 DELIVERED 0; 0 DELIVERED 2; 0 DELIVERED 4; 0 DELIVERED 1; 0 DELIVERED 3; 0 STARTED 0; "
         "2 FAILED 0; 2 SKIPPED 2; 2 SKIPPED 4; 2 HIDDEN_OVER 2; 2 HIDDEN_OVER 4; 2 STARTED 1; "
         "4 FAILED 1; 4 SKIPPED 3; 4 HIDDEN_OVER 3");
}

/* perGroup false works on everything, whatever became of the message before it. */
static void test_without_regard_to_groups(void **state)
{
    (void)state;
    tell(FIFO("4"),
         FIFO_WORKER ", `MaxNumberOfMessages`: 10, `service`: 2, `perGroup`: false, `failure`: "
                     "{`probability`: 1}",
         9, "STARTED SKIPPED", "0 STARTED 0; 2 STARTED 2; 4 STARTED 1; 6 STARTED 3");
}

/* Two instances with two workers each: a crash takes both workers of its instance, at the same
 * instant, and leaves the others alone. */
static void test_a_crash(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `crash`, `experiment`: {`duration`: 9}, `queues`: {"
                   "`jobs`: {`preload`: {`messages`: 4}}}, `consumers`: {`worker`: {`from`: "
                   "`jobs`, `count`: 2, `concurrency`: 2, `WaitTimeSeconds`: 20, `service`: 8, "
                   "`failure`: {`probability`: 1, `mode`: `crash`, `restart`: `1h`}}}}");
    world_lab_listen(&lab, &log, "CRASHED ABANDONED FAILED SUCCEEDED");
    world_lab_run(&lab, 1);
    /* Each work would crash at a point of its own; the first of an instance takes the other. */
    assert_true(world_lab_value(&lab, "worker", "crashes", "count") == 2.0);
    assert_true(world_lab_value(&lab, "worker", "instances", "mean") < 2.0);
    assert_null(strstr(text_of(&log.text), "SUCCEEDED"));
    size_t abandoned = 0;
    for (const char *at = text_of(&log.text); (at = strstr(at, "ABANDONED")) != NULL; at++)
        abandoned++;
    assert_int_equal(abandoned, 4);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* A worker that waits when its instance dies takes its poll back: the message that comes later goes
 * to the one that lives. */
static void test_a_dead_worker_receives_nothing(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `dead`, `experiment`: {`duration`: 40}, `queues`: "
                   "{`jobs`: {`preload`: {`messages`: 1}}}, `producers`: {`web`: {`to`: `jobs`, "
                   "`messages`: 1, `arrivals`: {`process`: `paced`, `rate`: `6/min`}}}, "
                   "`consumers`: {`worker`: {`from`: `jobs`, `concurrency`: 2, "
                   "`WaitTimeSeconds`: 20, `service`: 1, `failure`: {`probability`: 1, `mode`: "
                   "`crash`, `restart`: 20}}}}");
    world_lab_listen(&lab, &log, "ACCEPTED DELIVERED RESTARTED");
    world_lab_run(&lab, 1);
    /* The instance is dead from some point of the first second until 20 s later. */
    assert_non_null(strstr(text_of(&log.text), "0 DELIVERED 0; 10 ACCEPTED 0; 20."));
    text_free(&log.text);
    world_lab_close(&lab);
}

/* pollInterval passes between polls, after an empty one and after a batch. */
static void test_the_pause_between_polls(void **state)
{
    (void)state;
    tell(JOBS("2"), "`from`: `jobs`, `WaitTimeSeconds`: 0, `pollInterval`: 3, `service`: 2", 14,
         "EMPTY DELIVERED", "0 DELIVERED 0; 5 DELIVERED 1; 10 EMPTY 0; 13 EMPTY 0");
}

/* The consumer's own time-out counts for what it receives. */
static void test_its_own_timeout(void **state)
{
    (void)state;
    tell(JOBS("1"), WORKER ", `VisibilityTimeout`: 5, `service`: 7", 13,
         "STARTED SUCCEEDED DELETED DELETE_IGNORED", "0 STARTED 0; 7 SUCCEEDED 0; 7 DELETED 0");
}

/* EVIDENCE-OF: DLQ-12
 * Replies take 5 s and a receive gives up after 3 s: what it took has counted, is never worked on,
 * and after the second such receive the third moves it.  Between two polls of 3 s each the message
 * comes back at 30 s, at the start of the eleventh. */
static void test_a_lost_reply(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `lost`, `experiment`: {`duration`: 100}, "
                   "`network`: {`response`: 5}, `queues`: {`dead`: {}, `jobs`: {`RedrivePolicy`: "
                   "{`deadLetterTargetArn`: `dead`, `maxReceiveCount`: 2}, `preload`: "
                   "{`messages`: 1}}}, `consumers`: {`worker`: {`from`: `jobs`, "
                   "`WaitTimeSeconds`: 0, `service`: 1}}}");
    world_lab_listen(&lab, &log, "DELIVERED STARTED DEAD_LETTERED");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), "0 DELIVERED 0; 30 DELIVERED 0; 60 DEAD_LETTERED 0");
    text_free(&log.text);
    world_lab_close(&lab);
}

/* A receive at the in-flight limit is refused and tried again after a pause, as `retry` says. */
static void test_refused_receives(void **state)
{
    (void)state;
    tell("`jobs`: {`inFlightLimit`: 1, `preload`: {`messages`: 2}}",
         "`from`: `jobs`, `count`: 2, `WaitTimeSeconds`: 0, `pollInterval`: `1h`, `service`: 5, "
         "`retry`: {`backoff`: 2, `jitter`: `none`, `maxBackoff`: 60}",
         20, "DELIVERED OVER_LIMIT DELETED",
         "0 DELIVERED 0; 0 OVER_LIMIT 0; 2 OVER_LIMIT 0; 5 DELETED 0; 6 DELIVERED 1; 11 DELETED 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_batch_one_by_one),
        cmocka_unit_test(test_a_lost_reply),
        cmocka_unit_test(test_deletes_in_batches),
        cmocka_unit_test(test_acknowledge_before_work),
        cmocka_unit_test(test_failure_after_an_early_delete),
        cmocka_unit_test(test_acknowledge_never),
        cmocka_unit_test(test_abandon),
        cmocka_unit_test(test_release),
        cmocka_unit_test(test_the_rest_of_a_group),
        cmocka_unit_test(test_without_regard_to_groups),
        cmocka_unit_test(test_a_crash),
        cmocka_unit_test(test_a_dead_worker_receives_nothing),
        cmocka_unit_test(test_the_pause_between_polls),
        cmocka_unit_test(test_its_own_timeout),
        cmocka_unit_test(test_refused_receives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
