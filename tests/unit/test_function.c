// SPDX-License-Identifier: GPL-3.0-or-later
/* What a function's mapping does with its messages, told by the facts of worlds without chance:
 * what goes into an invocation and when, and what becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/function_lab.h"

#define JOBS(messages) "`jobs`: {`VisibilityTimeout`: 30, `preload`: {`messages`: " messages "}}"
#define EMPTY          "`jobs`: {`VisibilityTimeout`: 100}"
#define FIFO(messages, groups)                                                                     \
    "`jobs.fifo`: {`FifoQueue`: true, `preload`: {`messages`: " messages                           \
    ", `group`: {`groups`: " groups ", `pick`: `roundRobin`}}}"
#define FROM      "`from`: `jobs`, `Timeout`: 30, "
#define FROM_FIFO "`from`: `jobs.fifo`, `Timeout`: 30, "
/* One batch at a time, so that a schedule fits on a line. */
#define ALONE "`scaling`: {`start`: 1, `maximum`: 1}, "
#define PACED(rate, messages, more)                                                                \
    "`producers`: {`web`: {`to`: `jobs`, `messages`: " messages                                    \
    ", `arrivals`: {`process`: `paced`, `rate`: " rate "}" more "}}, "

/* EVIDENCE-OF: LAM-1 LAM-2
 * Without a window a poll of at most 10 is invoked with at once: the first gets 10 of 12, the next
 * the other 2.  A second for each message, and a success deletes the batch. */
static void test_batches_of_ten(void **state)
{
    (void)state;
    function_lab_tell(
        JOBS("12"), "", FROM "`service`: 1", 20, "INVOKED INVOCATION_ENDED DELETED",
        "0 INVOKED 0; 0 INVOKED 1; 0 INVOKED 2; 0 INVOKED 3; 0 INVOKED 4; 0 INVOKED 5; "
        "0 INVOKED 6; 0 INVOKED 7; 0 INVOKED 8; 0 INVOKED 9; 0 INVOKED 10; 0 INVOKED 11; "
        "2 INVOCATION_ENDED 0; 2 DELETED 10; 2 DELETED 11; 10 INVOCATION_ENDED 0; 10 DELETED 0; "
        "10 DELETED 1; 10 DELETED 2; 10 DELETED 3; 10 DELETED 4; 10 DELETED 5; 10 DELETED 6; "
        "10 DELETED 7; 10 DELETED 8; 10 DELETED 9");
}

static void test_smaller_batches(void **state)
{
    (void)state;
    function_lab_tell(
        JOBS("3"), "", FROM ALONE "`service`: 1, `BatchSize`: 2", 20, "INVOKED STARTED DELETED",
        "0 INVOKED 0; 0 INVOKED 1; 0 STARTED 0; 1 STARTED 1; 2 DELETED 0; 2 DELETED 1; "
        "2 INVOKED 2; 2 STARTED 2; 3 DELETED 2");
}

/* The service time of a whole batch: 6 s for three messages, 2 s each. */
static void test_service_of_a_batch(void **state)
{
    (void)state;
    function_lab_tell(
        JOBS("3"), "", FROM "`service`: 6, `perMessage`: false", 20,
        "STARTED SUCCEEDED INVOCATION_ENDED",
        "0 STARTED 0; 2 SUCCEEDED 0; 2 STARTED 1; 4 SUCCEEDED 1; 4 STARTED 2; 6 SUCCEEDED 2; "
        "6 INVOCATION_ENDED 0");
}

/* EVIDENCE-OF: LAM-2
 * A window of 5 s counts from the first message, at 2 s.  The poll under way is not cut short: the
 * batch is complete when it returns, at 8 s. */
static void test_a_window(void **state)
{
    (void)state;
    function_lab_tell(
        EMPTY, PACED("0.5", "5", ""),
        FROM ALONE "`service`: 0, `MaximumBatchingWindowInSeconds`: 5", 9.5, "DELIVERED INVOKED",
        "2 DELIVERED 0; 4 DELIVERED 1; 6 DELIVERED 2; 8 DELIVERED 3; 8 INVOKED 0; 8 INVOKED 1; "
        "8 INVOKED 2; 8 INVOKED 3");
}

/* EVIDENCE-OF: LAM-2
 * With little traffic 20 s pass although the window is 5 s: a message at 10 s is invoked with when
 * the long poll after it ends.  A window above 20 s is kept: 10 + 30. */
static void test_a_window_with_little_traffic(void **state)
{
    (void)state;
    function_lab_tell(EMPTY, PACED("0.1", "1", ""),
                      FROM ALONE "`service`: 0, `MaximumBatchingWindowInSeconds`: 5", 60, "INVOKED",
                      "30 INVOKED 0");
    function_lab_tell(EMPTY, PACED("0.1", "1", ""),
                      FROM ALONE "`service`: 0, `MaximumBatchingWindowInSeconds`: 30", 60,
                      "INVOKED", "40 INVOKED 0");
}

/* EVIDENCE-OF: LAM-1 LAM-2
 * A full batch does not wait for the end of its window: 25 messages of 10 + 10 a poll, the rest
 * waits 60 s for more.  Deleted in calls of ten: 25 messages are received in 3 calls, 2 of which
 * make a batch, and deleted in 2 + 1. */
static void test_a_full_batch(void **state)
{
    struct world_lab lab;
    (void)state;
    function_lab_open(
        &lab, "`jobs`: {`VisibilityTimeout`: 100, `preload`: {`messages`: 25}}", "",
        FROM ALONE "`service`: 0, `BatchSize`: 20, `MaximumBatchingWindowInSeconds`: 60", 59);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "f", "invocations", "count") == 1.0);
    assert_true(world_lab_value(&lab, "f", "batchSize", "max") == 20.0);
    /* Polls at 0 (three), 20 and 40 s, and those that ended empty at 20 and 40 s: 3 + 2; two
     * deletes. */
    assert_true(world_lab_value(&lab, "jobs", "requests", "count") == 3 + 2 + 2);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LAM-2
 * Six messages of 1 MiB are the payload of an invocation, long before the batch or the window.  A
 * poll that brings more makes two invocations, one after the other. */
static void test_the_payload(void **state)
{
    (void)state;
    function_lab_tell(
        EMPTY, PACED("10", "8", ", `message`: {`size`: `1MiB`}"),
        FROM ALONE "`service`: 0, `BatchSize`: 100, `MaximumBatchingWindowInSeconds`: 10", 0.95,
        "INVOKED",
        "0.6 INVOKED 0; 0.6 INVOKED 1; 0.6 INVOKED 2; 0.6 INVOKED 3; 0.6 INVOKED 4; 0.6 INVOKED "
        "5");
    function_lab_tell(
        "`jobs`: {`DelaySeconds`: 5}", PACED("1000", "8", ", `message`: {`size`: `1MiB`}"),
        FROM ALONE "`service`: 1", 30, "INVOCATION_ENDED DELETED",
        "6.001 INVOCATION_ENDED 0; 6.001 DELETED 0; 12.001 INVOCATION_ENDED 0; 12.001 DELETED 1; "
        "12.001 DELETED 2; 12.001 DELETED 3; 12.001 DELETED 4; 12.001 DELETED 5; 12.001 DELETED "
        "6; 13.001 INVOCATION_ENDED 0; 13.001 DELETED 7");
}

/* EVIDENCE-OF: LAM-7
 * An invocation that fails deletes nothing, though its messages were worked on; they come back when
 * the queue's time-out ends, with a gap of that. */
static void test_an_error(void **state)
{
    (void)state;
    function_lab_tell(JOBS("2"), "", FROM "`service`: 1, `failure`: {`probability`: 1}", 31,
                      "INVOKED FAILED INVOCATION_ENDED HIDDEN_OVER DELETED",
                      "0 INVOKED 0; 0 INVOKED 1; 1 FAILED 0; 2 FAILED 1; 2 INVOCATION_ENDED 0; "
                      "30 HIDDEN_OVER 0; 30 HIDDEN_OVER 1; 30 INVOKED 0; 30 INVOKED 1");
}

/* EVIDENCE-OF: LAM-7
 * The time-out ends the work at hand and leaves the rest, and nothing is deleted: the first message
 * was worked on well all the same, and is worked on again. */
static void test_a_timeout(void **state)
{
    struct world_lab lab;
    (void)state;
    function_lab_tell(
        JOBS("3"), "", "`from`: `jobs`, `Timeout`: 3, `service`: 2", 34,
        "STARTED SUCCEEDED FAILED SKIPPED INVOCATION_ENDED DELETED",
        "0 STARTED 0; 2 SUCCEEDED 0; 2 STARTED 1; 3 FAILED 1; 3 SKIPPED 2; 3 INVOCATION_ENDED 0; "
        "30 STARTED 0; 32 SUCCEEDED 0; 32 STARTED 1; 33 FAILED 1; 33 SKIPPED 2; "
        "33 INVOCATION_ENDED 0");
    function_lab_open(&lab, JOBS("3"), "", "`from`: `jobs`, `Timeout`: 3, `service`: 2", 34);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "f", "errors", "count") == 2.0);
    assert_true(world_lab_value(&lab, "f", "duplicateWork", "count") == 1.0);
    /* Twice 1 s of the second message's, and the 2 s that repeated the first one's. */
    assert_true(world_lab_value(&lab, "f", "wastedTime", "sum") == 4.0);
    world_lab_close(&lab);
}

/* Work that lasts exactly as long as the time-out is done. */
static void test_work_as_long_as_the_timeout(void **state)
{
    (void)state;
    function_lab_tell(JOBS("1"), "", "`from`: `jobs`, `Timeout`: 3, `service`: 3", 34, "DELETED",
                      "3 DELETED 0");
}

/* EVIDENCE-OF: LAM-7
 * Polling slows on errors: 1 s, 2 s, 4 s, 4 s after one after the other. */
static void test_the_pause_after_errors(void **state)
{
    (void)state;
    function_lab_tell(
        JOBS("6"), "",
        FROM ALONE "`service`: 1, `BatchSize`: 1, `failure`: {`probability`: 1}, `errorBackoff`: "
                   "{`backoff`: `1s`, `maxBackoff`: `4s`}",
        20, "INVOKED", "0 INVOKED 0; 2 INVOKED 1; 5 INVOKED 2; 10 INVOKED 3; 15 INVOKED 4");
}

/* EVIDENCE-OF: LAM-12
 * The dead-letter queue is the queue's: with a maximum of 2 the function is invoked twice, and the
 * third receive moves the message. */
static void test_redrive(void **state)
{
    (void)state;
    function_lab_tell("`dead`: {}, `jobs`: {`RedrivePolicy`: {`deadLetterTargetArn`: `dead`, "
                      "`maxReceiveCount`: 2}, `preload`: {`messages`: 1}}",
                      "", FROM "`service`: 1, `failure`: {`probability`: 1}", 100,
                      "INVOKED DEAD_LETTERED", "0 INVOKED 0; 30 INVOKED 0; 60 DEAD_LETTERED 0");
}

/* EVIDENCE-OF: LAM-13
 * A message can come twice without any error: what is collected for 20 s is back after 10 and after
 * 20.  The lane's own next poll brings it the second time, so it is twice in one batch. */
static void test_twice_without_error(void **state)
{
    (void)state;
    function_lab_tell(
        "`jobs`: {`VisibilityTimeout`: 10, `preload`: {`messages`: 1}}", "",
        "`from`: `jobs`, `Timeout`: 9, `service`: 1, `MaximumBatchingWindowInSeconds`: 15", 25,
        "DELIVERED INVOKED SUCCEEDED FAILED",
        "0 DELIVERED 0; 10 DELIVERED 0; 20 DELIVERED 0; 20 INVOKED 0; 20 INVOKED 0; "
        "21 SUCCEEDED 0; 22 SUCCEEDED 0");
}

/* EVIDENCE-OF: LAM-11
 * Another function on the same queue is allowed, and they compete: each polls with 5 lanes, those
 * of f first, and both work. */
static void test_two_functions(void **state)
{
    struct world_lab lab;
    (void)state;
    function_lab_open(&lab, JOBS("200"), "", FROM "`service`: 1}, `g`: {" FROM "`service`: 1", 15);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "f", "processed", "count") == 100.0);
    assert_true(world_lab_value(&lab, "g", "processed", "count") == 100.0);
    world_lab_close(&lab);
}

/* --- partial batch responses --- */

#define ITEMS   "`failure`: {`probability`: 1, `mode`: `item`}"
#define REPORTS ", `FunctionResponseTypes`: [`ReportBatchItemFailures`]"

/* EVIDENCE-OF: LAM-9
 * A message's failure that is not reported is the invocation's: the rest is not worked on, and what
 * was is not deleted. */
static void test_unreported(void **state)
{
    (void)state;
    function_lab_tell(JOBS("3"), "", FROM "`service`: 1, " ITEMS, 20,
                      "STARTED FAILED SKIPPED INVOCATION_ENDED DELETED",
                      "0 STARTED 0; 1 FAILED 0; 1 SKIPPED 1; 1 SKIPPED 2; 1 INVOCATION_ENDED 0");
}

/* EVIDENCE-OF: LAM-9
 * What is reported does not stop the work on the rest, and the invocation is no error. */
static void test_reported(void **state)
{
    struct world_lab lab;
    (void)state;
    function_lab_tell(JOBS("3"), "", FROM "`service`: 1, " ITEMS REPORTS, 20,
                      "FAILED SKIPPED DELETED", "1 FAILED 0; 2 FAILED 1; 3 FAILED 2");
    function_lab_open(&lab, JOBS("3"), "", FROM "`service`: 1, " ITEMS REPORTS, 20);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "f", "invocations", "count") == 1.0);
    assert_true(world_lab_value(&lab, "f", "errors", "count") == 0.0);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LAM-9
 * From a FIFO queue all after the first failure is reported with it, of whatever group; a function
 * that goes on breaks the order. */
static void test_reported_in_order(void **state)
{
    (void)state;
    function_lab_tell(FIFO("4", "2"), "", FROM_FIFO "`service`: 1, " ITEMS REPORTS, 20,
                      "FAILED SKIPPED", "1 FAILED 0; 1 SKIPPED 2; 1 SKIPPED 1; 1 SKIPPED 3");
    function_lab_tell(FIFO("4", "2"), "",
                      FROM_FIFO "`stopAtFailure`: false, `service`: 1, " ITEMS REPORTS, 20,
                      "FAILED SKIPPED", "1 FAILED 0; 2 FAILED 2; 3 FAILED 1; 4 FAILED 3");
}

/* EVIDENCE-OF: LAM-9
 * Reported failures come back alone.  One attempt in twenty fails: nothing that was worked on well
 * comes again; without reports much does. */
static void test_what_reports_save(void **state)
{
#define OFTEN FROM "`service`: `10ms`, `failure`: {`probability`: 0.05, `mode`: `item`}"
    static const char *const functions[] = {OFTEN, OFTEN REPORTS};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world_lab lab;
        function_lab_open(&lab, JOBS("500"), "", functions[i], 1000);
        world_lab_run(&lab, 1);
        const double again = world_lab_value(&lab, "f", "duplicateWork", "count");
        assert_true(world_lab_value(&lab, "jobs", "NumberOfMessagesDeleted", "count") == 500.0);
        assert_true(world_lab_value(&lab, "f", "failures", "count") > 10.0);
        assert_true(i == 1 ? again == 0.0 : again > 50.0);
        world_lab_close(&lab);
    }
}

/* --- groups --- */

/* EVIDENCE-OF: LAM-5
 * Three groups have at most three invocations at once, whatever the number of lanes, and the whole
 * queue goes by. */
static void test_groups_bound_concurrency(void **state)
{
    struct world_lab lab;
    (void)state;
    function_lab_open(&lab, FIFO("300", "3"), "", FROM_FIFO "`service`: 1, `BatchSize`: 1", 200);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "f", "concurrency", "max") == 3.0);
    assert_true(world_lab_value(&lab, "f", "processed", "count") == 300.0);
    assert_true(world_lab_value(&lab, "jobs.fifo", "outOfOrder", "count") == 0.0);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LAM-5
 * A batch may mix groups, as a receive does; or each gets an invocation of its own. */
static void test_mixed_groups(void **state)
{
    (void)state;
    function_lab_tell(FIFO("4", "2"), "", FROM_FIFO "`service`: 1", 20, "INVOKED",
                      "0 INVOKED 0; 0 INVOKED 2; 0 INVOKED 1; 0 INVOKED 3");
    function_lab_tell(
        FIFO("4", "2"), "", FROM_FIFO "`mixGroups`: false, `service`: 1", 20, "INVOKED DELETED",
        "0 INVOKED 0; 0 INVOKED 2; 2 DELETED 0; 2 DELETED 2; 2 INVOKED 1; 2 INVOKED 3; "
        "4 DELETED 1; 4 DELETED 3");
}

/* --- what follows --- */

/* Each message goes on after its own work, and is deleted after all; what fails goes elsewhere. */
static void test_then(void **state)
{
    (void)state;
    function_lab_tell(
        "`next`: {}, `bad`: {}, " JOBS("2"), "",
        FROM "`service`: 1, `then`: [{`to`: `next`}, {`to`: `bad`, `when`: `failure`}]", 20,
        "SUCCEEDED FORWARDED ACCEPTED DELETED",
        "1 FORWARDED 0; 1 SUCCEEDED 0; 1 ACCEPTED 0; 2 FORWARDED 1; 2 SUCCEEDED 1; 2 ACCEPTED 1; "
        "2 DELETED 0; 2 DELETED 1");
    function_lab_tell("`next`: {}, `bad`: {}, " JOBS("2"), "",
                      FROM "`service`: 1, " ITEMS REPORTS
                           ", `then`: [{`to`: `next`}, {`to`: `bad`, `when`: `failure`}]",
                      20, "FAILED FORWARDED",
                      "1 FORWARDED 0; 1 FAILED 0; 2 FORWARDED 1; 2 FAILED 1");
}

/* Sending on takes 2 s a message, and counts: the time-out is over before the second message's. */
static void test_then_takes_time(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `then`, `experiment`: {`duration`: 9}, `network`: "
                   "{`request`: 1, `response`: 1}, `queues`: {`next`: {}, `q`: {`preload`: "
                   "{`messages`: 2}}}, `functions`: {`f`: {`from`: `q`, `Timeout`: 5, `service`: "
                   "1, `then`: [{`to`: `next`}]}}}");
    world_lab_listen(&lab, &log, "INVOKED SUCCEEDED ACCEPTED INVOCATION_ENDED DELETED");
    world_lab_run(&lab, 1);
    /* Received at 1 s, invoked at 2, worked on until 3, sent on until 5; 6 and 8, which is late. */
    assert_string_equal(text_of(&log.text), "2 INVOKED 0; 2 INVOKED 1; 3 SUCCEEDED 0; 4 ACCEPTED "
                                            "0; 6 SUCCEEDED 1; 7 ACCEPTED 1; 8 INVOCATION_ENDED 0");
    assert_true(world_lab_value(&lab, "f", "errors", "count") == 1.0);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* Replies take a second: a poll and a delete each cost it. */
static void test_latency(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `latency`, `experiment`: {`duration`: 9}, `network`: "
                   "{`request`: 1, `response`: 0.5}, `queues`: {`q`: {`preload`: {`messages`: 2}}},"
                   " `functions`: {`f`: {`from`: `q`, `service`: 1, `BatchSize`: 1, `scaling`: "
                   "{`start`: 1, `maximum`: 1}}}}");
    world_lab_listen(&lab, &log, "DELIVERED INVOKED DELETED");
    world_lab_run(&lab, 1);
    /* 1 + 0.5 for the receive, 1 of work, 1 and 0.5 for the delete. */
    assert_string_equal(text_of(&log.text), "1 DELIVERED 0; 1.5 INVOKED 0; 3.5 DELETED 0; "
                                            "5 DELIVERED 1; 5.5 INVOKED 1; 7.5 DELETED 1");
    text_free(&log.text);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches_of_ten),
        cmocka_unit_test(test_smaller_batches),
        cmocka_unit_test(test_service_of_a_batch),
        cmocka_unit_test(test_a_window),
        cmocka_unit_test(test_a_window_with_little_traffic),
        cmocka_unit_test(test_a_full_batch),
        cmocka_unit_test(test_the_payload),
        cmocka_unit_test(test_an_error),
        cmocka_unit_test(test_a_timeout),
        cmocka_unit_test(test_work_as_long_as_the_timeout),
        cmocka_unit_test(test_the_pause_after_errors),
        cmocka_unit_test(test_redrive),
        cmocka_unit_test(test_twice_without_error),
        cmocka_unit_test(test_two_functions),
        cmocka_unit_test(test_unreported),
        cmocka_unit_test(test_reported),
        cmocka_unit_test(test_reported_in_order),
        cmocka_unit_test(test_what_reports_save),
        cmocka_unit_test(test_groups_bound_concurrency),
        cmocka_unit_test(test_mixed_groups),
        cmocka_unit_test(test_then),
        cmocka_unit_test(test_then_takes_time),
        cmocka_unit_test(test_latency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
