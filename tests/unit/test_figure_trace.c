// SPDX-License-Identifier: GPL-3.0-or-later
/* Figures of single messages, from small scenarios whose lives are known by hand. */
#include "experiment/figure_trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* Two messages wait; a worker takes both at 0 s, 6 s of work each, under a timeout of 10 s.  A
 * second worker receives message 1 again at 10 s, is done at 16 s and deletes it; the first, done
 * at 12 s, has a stale handle. */
#define TRAP(figures)                                                                              \
    "{\"version\": 1, \"experiment\": {\"duration\": \"18s\", \"replications\": 1},"               \
    " \"queues\": {\"jobs\": {\"VisibilityTimeout\": 10, \"preload\": {\"messages\": 2}}},"        \
    " \"consumers\": {\"worker\": {\"from\": \"jobs\", \"count\": 2, \"MaxNumberOfMessages\": 10," \
    "   \"WaitTimeSeconds\": 20, \"service\": \"6s\"}}," figures "}"

static void expect_csv(const char *scenario, const char *id, const char *wanted)
{
    struct results results = results_run(scenario, 1);
    struct figure figure;
    figure_init(&figure, figure_find(id), results.result);
    assert_null(figure.refusal);
    assert_string_equal(text_of(&figure.csv) + strlen(figure.kind->header) + 1, wanted);
    figure_free(&figure);
    results_free(&results);
}

static void test_it_is_drawn_for_who_asks(void **state)
{
    (void)state;
    struct results results = results_run(TRAP("\"figures\": [\"F11\"]"), 1);
    struct figure figure;
    figure_init(&figure, figure_find("F12"), results.result);
    assert_string_equal(figure.refusal,
                        "it is drawn from a trace, and the scenario does not list it");
    figure_free(&figure);
    figure_init(&figure, figure_find("F11"), results.result);
    assert_null(figure.refusal);
    assert_string_equal(figure_footer(&figure), "test: replication 1, seed 1, aws-2026-11");
    figure_free(&figure);
    results_free(&results);
}

static void test_workers_over_time(void **state)
{
    (void)state;
    expect_csv(TRAP("\"figures\": [\"F12\"]"), "F12",
               "0,work,,,worker #1,0,0,6,0\n"
               "0,work,,,worker #1,0,6,12,1\n"
               "1,on a message received again,,,worker #2,1,10,16,1\n");
}

/* Message 1 alone: it is the one that was received again. */
static void test_a_life_line(void **state)
{
    (void)state;
    expect_csv(TRAP("\"figures\": [\"F11\"]"), "F11",
               "0,message 1,,,jobs,receive,0,0,0,1,1\n"
               "0,message 1,,,jobs,invisible,0,10,0,0,1\n"
               "0,message 1,,,jobs,receive,10,10,0,2,1\n"
               "0,message 1,,,worker #1,at work,6,12,1,0,1\n"
               "0,message 1,,,worker #1,delete in vain,12,12,1,0,1\n"
               "0,message 1,,,worker #2,at work,10,16,2,0,1\n"
               "0,message 1,,,jobs,invisible,10,16,0,0,1\n"
               "0,message 1,,,worker #2,delete,16,16,2,0,1\n"
               "0,message 1,,,jobs,actor,0,0,0,0,1\n"
               "0,message 1,,,worker #1,actor,0,0,1,1,1\n"
               "0,message 1,,,worker #2,actor,0,0,2,2,1\n");
}

/* An instance dies at 4 s, in the middle of a work of 6 s; the timeout of 10 s brings the message
 * back to it, restarted, and it is done at 16 s. */
static void test_a_crash_is_marked(void **state)
{
    (void)state;
    struct results results = results_run(
        "{\"version\": 1, \"experiment\": {\"duration\": \"18s\", \"replications\": 1},"
        " \"queues\": {\"jobs\": {\"VisibilityTimeout\": 10, \"preload\": {\"messages\": 1}}},"
        " \"consumers\": {\"worker\": {\"from\": \"jobs\", \"WaitTimeSeconds\": 20, \"service\": "
        "\"6s\", "
        "   \"failure\": {\"restart\": \"1s\"}}}, \"figures\": [\"F11\"],"
        " \"faults\": [{\"kind\": \"crash\", \"targets\": [\"worker\"], \"at\": \"4s\"}]}",
        1);
    struct figure figure;
    figure_init(&figure, figure_find("F11"), results.result);
    assert_non_null(strstr(text_of(&figure.csv), "worker #1,at work,0,4,1,0,0\n"
                                                 "0,message 0,,,worker #1,crash,4,4,1,1,0\n"));
    assert_non_null(strstr(text_of(&figure.csv), "worker #1,at work,10,16,"));
    figure_free(&figure);
    results_free(&results);
}

/* A message that is asked for, though nothing happened to it: done and deleted at 6 s. */
static void test_the_life_line_of_another(void **state)
{
    (void)state;
    struct results results = results_run(TRAP("\"figures\": []"), 1);
    struct figure figure;
    figure_init_life(&figure, results.result, results.result->cells, probe_root(UINT16_MAX, 0));
    assert_non_null(strstr(text_of(&figure.csv), "0,message 0,,,worker #1,delete,6,6,1,0,0\n"));
    assert_null(strstr(text_of(&figure.csv), "worker #2"));
    assert_non_null(strstr(text_of(&figure.sentence), "Life-line of message 0, "));
    figure_free(&figure);
    results_free(&results);
}

/* Three in a queue that keeps the order. */
static void test_order_is_kept(void **state)
{
    (void)state;
    static const char *const scenario =
        "{\"version\": 1, \"experiment\": {\"duration\": \"5s\", \"replications\": 1},"
        " \"queues\": {\"q\": {\"preload\": {\"messages\": 3}}},"
        " \"consumers\": {\"c\": {\"from\": \"q\", \"WaitTimeSeconds\": 20, \"service\": \"1s\"}},"
        " \"figures\": [\"F13\", \"F14\"]}";
    expect_csv(scenario, "F13",
               "0,in order,,,q,1,1\n"
               "0,in order,,,q,2,2\n"
               "0,in order,,,q,3,3\n");
    expect_csv(scenario, "F14", "0,first receives,,,q,0,3\n");
}

/* As many are out of order as the metric counts inversions, and none is further off than its
 * greatest distance. */
static void test_inversions_are_those_of_the_metric(void **state)
{
    (void)state;
    struct results results = results_run(
        "{\"version\": 1, \"experiment\": {\"drain\": true, \"replications\": 1},"
        " \"queues\": {\"q\": {\"storage\": {\"servers\": 4, \"shortPollServers\": 3}}},"
        " \"producers\": {\"p\": {\"to\": \"q\", \"messages\": 100,"
        "   \"arrivals\": {\"process\": \"paced\", \"rate\": \"4/s\"}}},"
        " \"consumers\": {\"c\": {\"from\": \"q\", \"WaitTimeSeconds\": 0, \"service\": \"0s\","
        "   \"MaxNumberOfMessages\": 10, \"pollInterval\": \"1s\"}},"
        " \"figures\": [\"F13\"]}",
        1);
    struct figure figure;
    struct figure_trace of;
    struct figure_receive *receives;
    const char *queue;
    figure_init(&figure, figure_find("F13"), results.result);
    assert_true(figure_trace_init(&of, &figure));
    const size_t count = figure_trace_receives(&figure, &of, &queue, &receives);
    size_t inversions = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        inversions += receives[i].distance > 0;
        most = receives[i].distance > most ? receives[i].distance : most;
    }
    assert_int_equal(count, 100);
    assert_true(inversions > 0);
    const struct cell *cell = results.result->cells;
    assert_true((double)inversions == cell_mean(cell, "q", "outOfOrder", "count"));
    assert_true((double)most == cell_mean(cell, "q", "outOfOrder", "maxDistance"));
    figure_trace_free(&of);
    figure_free(&figure);
    results_free(&results);
}

/* Of a group's two messages the first fails, the second is let go untried; both were received once,
 * and die together at 10 s. */
static void test_an_unread_dead_letter(void **state)
{
    (void)state;
    struct results results = results_run(
        "{\"version\": 1, \"experiment\": {\"duration\": \"15s\", \"replications\": 1},"
        " \"queues\": {\"q.fifo\": {\"FifoQueue\": true, \"VisibilityTimeout\": 10, \"preload\": "
        "{\"messages\": 2, \"group\": \"a\"}, \"RedrivePolicy\": {\"deadLetterTargetArn\": "
        "\"d.fifo\", "
        "\"maxReceiveCount\": 1}}, \"d.fifo\": {\"FifoQueue\": true}},"
        " \"consumers\": {\"c\": {\"from\": \"q.fifo\", \"MaxNumberOfMessages\": 10, "
        "\"WaitTimeSeconds\": "
        "20, \"service\": 1, \"failure\": {\"probability\": 1}}}, \"figures\": [\"F11\"]}",
        1);
    struct figure figure;
    figure_init(&figure, figure_find("F11"), results.result);
    assert_string_equal(text_of(&figure.sentence),
                        "Life-lines of message 0 and message 1, among 3 actors, until 10 s.");
    figure_free(&figure);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_drawn_for_who_asks),
        cmocka_unit_test(test_workers_over_time),
        cmocka_unit_test(test_a_life_line),
        cmocka_unit_test(test_a_crash_is_marked),
        cmocka_unit_test(test_the_life_line_of_another),
        cmocka_unit_test(test_order_is_kept),
        cmocka_unit_test(test_an_unread_dead_letter),
        cmocka_unit_test(test_inversions_are_those_of_the_metric),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
