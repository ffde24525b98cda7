// SPDX-License-Identifier: GPL-3.0-or-later
/* Which points of a sweep are a line, and the figures that are drawn along one. */
#include "experiment/along.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* A scenario with this sweep; message groups where the queue is a FIFO one. */
#define WORLD(queue, kind, group, sweep)                                                           \
    "{\"version\": 1, \"experiment\": {\"duration\": \"20s\", \"replications\": 2},"               \
    " \"queues\": {\"" queue "\": {" kind "\"ReceiveMessageWaitTimeSeconds\": 20}},"               \
    " \"producers\": {\"p\": {\"to\": \"" queue "\", " group                                       \
    "   \"arrivals\": {\"process\": \"poisson\", \"rate\": 20}}},"                                 \
    " \"consumers\": {\"c\": {\"from\": \"" queue "\", \"count\": 4,"                              \
    "   \"service\": {\"dist\": \"exponential\", \"mean\": \"200ms\"}}},"                          \
    " \"sweep\": {" sweep "}}"
#define RATE   "\"/producers/p/arrivals/rate\""
#define COUNT  "\"/consumers/c/count\""
#define GROUPS "\"/producers/p/message/group/groups\""
#define FIFO   "\"FifoQueue\": true, "
#define EVEN   "\"message\": {\"group\": {\"groups\": 8}}, "

static double rate_of(struct figure *figure, const struct cell *cell)
{
    (void)figure;
    return setting_arrivals_of(cell->scenario, "q").rate_per_s;
}

static double none_of(struct figure *figure, const struct cell *cell)
{
    (void)figure;
    (void)cell;
    return (double)NAN;
}

static void open(const char *text, struct results *results, struct figure *figure)
{
    *results = results_run(text, 1);
    figure_init(figure, figure_find("F1"), results->result);
}

static void close(struct results *results, struct figure *figure)
{
    figure_free(figure);
    results_free(results);
}

static void test_one_axis_is_one_line(void **state)
{
    (void)state;
    struct results results;
    struct figure figure;
    struct along_line lines[ALONG_LINES];
    open(WORLD("q", "", "", RATE ": [5, 1, 3]"), &results, &figure);
    assert_int_equal(along_lines(&figure, rate_of, lines), 1);
    assert_int_equal(lines[0].dot_count, 3);
    assert_true(lines[0].dots[0].x == 1.0 && lines[0].dots[2].x == 5.0);
    assert_string_equal(lines[0].label, "test");
    assert_int_equal(along_lines(&figure, none_of, lines), 0);
    close(&results, &figure);
}

/* Of a grid a line for each value of the other axis. */
static void test_a_grid_is_several_lines(void **state)
{
    (void)state;
    struct results results;
    struct figure figure;
    struct along_line lines[ALONG_LINES];
    open(WORLD("q", "", "", RATE ": [1, 3], " COUNT ": [1, 2, 3]"), &results, &figure);
    assert_int_equal(along_lines(&figure, rate_of, lines), 3);
    assert_int_equal(lines[2].dot_count, 2);
    assert_string_equal(lines[2].label, "count 3");
    close(&results, &figure);
}

/* The last two points of the first lists are apart from the line: their other value is its own.
 * Lists that never part are one line. */
static void test_axes_that_walk_together(void **state)
{
    (void)state;
    struct results results;
    struct figure figure;
    struct along_line lines[ALONG_LINES];
    open(WORLD("q", "", "", "\"zip\": true, " RATE ": [1, 3, 5, 5], " COUNT ": [4, 4, 4, 2]"),
         &results, &figure);
    assert_int_equal(along_lines(&figure, rate_of, lines), 1);
    assert_int_equal(lines[0].dot_count, 3);
    close(&results, &figure);
    open(WORLD("q", "", "", "\"zip\": true, " RATE ": [1, 3, 5], " COUNT ": [2, 3, 4]"), &results,
         &figure);
    assert_int_equal(along_lines(&figure, rate_of, lines), 1);
    assert_int_equal(lines[0].dot_count, 3);
    close(&results, &figure);
}

/* A metric, and an axis, that are asked for; of the first scenario's expectation otherwise. */
static void test_choices_of_a_sweep(void **state)
{
    (void)state;
    struct results results = results_run(WORLD("q", "", "", RATE ": [2, 4], " COUNT ": [3, 4]"), 2);
    struct figure figure;
    results.result->sweep_metric = "c/utilisation";
    results.result->sweep_axis = "/consumers/c/count";
    figure_init(&figure, figure_find("sweep"), results.result);
    assert_non_null(strstr(text_of(&figure.csv),
                           "\n0,measured,rate 2,test,c count,,mean utilisation (c),1,3,"));
    figure_free(&figure);
    results.result->sweep_axis = "/consumers/c/service";
    figure_init(&figure, figure_find("sweep"), results.result);
    assert_string_equal(figure.refusal, "/consumers/c/service is not swept; swept is "
                                        "/producers/p/arrivals/rate, /consumers/c/count");
    figure_free(&figure);
    results.result->sweep_axis = NULL;
    results.result->sweep_metric = "utilisatoin";
    figure_init(&figure, figure_find("F20"), results.result);
    assert_string_equal(figure.refusal,
                        "nobody measures \"utilisatoin\", did you mean \"utilisation\"?");
    figure_free(&figure);
    results_free(&results);
}

/* M/M/4 at 2 a second of 0.2 s each: a mean time in the queue just above the service. */
static void test_theory_of_a_sweep(void **state)
{
    (void)state;
    struct results results = results_run(WORLD("q", "", "", RATE ": [2, 4]"), 2);
    struct figure figure;
    results.result->sweep_metric = "sojourn/mean";
    figure_init(&figure, figure_find("sweep"), results.result);
    const char *theory = strstr(text_of(&figure.csv), "\n1,theory,theory,test,");
    assert_non_null(theory);
    assert_non_null(strstr(theory, ",2,0.200"));
    figure_free(&figure);
    results_free(&results);
}

/* Six values, of which the least and the greatest are said. */
static void test_a_grid_is_a_map(void **state)
{
    (void)state;
    struct results results =
        results_run(WORLD("q", "", "", RATE ": [4, 2], " COUNT ": [1, 2, 3]"), 2);
    struct figure figure;
    results.result->sweep_metric = "c/utilisation";
    figure_init(&figure, figure_find("F20"), results.result);
    assert_int_equal(figure.row_count, 6);
    /* In order of the numbers, not as the file has them. */
    assert_non_null(strstr(text_of(&figure.csv), ",p arrivals rate,1,4,c count,0,1,"));
    assert_non_null(strstr(text_of(&figure.sentence), "at rate 2, c count 3 and greatest"));
    assert_non_null(strstr(text_of(&figure.sentence), "at rate 4, c count 1."));
    figure_free(&figure);
    results_free(&results);
    results = results_run(WORLD("q", "", "", RATE ": [4, 2]"), 2);
    figure_init(&figure, figure_find("F20"), results.result);
    assert_string_equal(figure.refusal, "two axes are not swept as a grid");
    figure_free(&figure);
    results_free(&results);
}

static size_t count_rows(const struct figure *figure, const char *words)
{
    size_t count = 0;
    for (const char *at = strstr(text_of(&figure->csv), words); at != NULL;
         at = strstr(at + 1, words))
        count++;
    return count;
}

/* min(2, 4) / 0.2 s = 10 a second of the 20 offered. */
static void test_groups_have_a_theory_where_they_are_even(void **state)
{
    (void)state;
    struct results results = results_run(WORLD("q.fifo", FIFO, EVEN, GROUPS ": [1, 2]"), 2);
    struct figure figure;
    figure_init(&figure, figure_find("F7"), results.result);
    assert_int_equal(count_rows(&figure, ",measured,test,"), 2);
    assert_int_equal(count_rows(&figure, ",\"theory min(G, c) / E[S]\","), 200);
    assert_non_null(strstr(text_of(&figure.csv), ",test,2,10,,,0\n"));
    /* A quota of 300 a second is far above what is done. */
    assert_int_equal(count_rows(&figure, ",ceiling,"), 0);
    figure_free(&figure);
    results_free(&results);
    results = results_run(WORLD("q.fifo", FIFO,
                                "\"message\": {\"group\": {\"groups\": 8, \"pick\": \"zipf\"}}, ",
                                GROUPS ": [1, 2]"),
                          2);
    figure_init(&figure, figure_find("F7"), results.result);
    assert_int_equal(count_rows(&figure, ",measured,test,"), 2);
    assert_int_equal(count_rows(&figure, "theory"), 0);
    figure_free(&figure);
    results_free(&results);
}

/* min(8, 100) / 0.01 s = 800 a second, 400 offered, 300 calls a second allowed. */
static void test_groups_stop_at_a_quota(void **state)
{
    (void)state;
    struct results results = results_run(
        "{\"version\": 1, \"experiment\": {\"duration\": \"2s\", \"replications\": 2}, \"queues\": "
        "{\"q.fifo\": {" FIFO
        "\"ReceiveMessageWaitTimeSeconds\": 20}}, \"producers\": {\"p\": {" EVEN
        "\"to\": \"q.fifo\", \"arrivals\": {\"process\": \"poisson\", \"rate\": 400}}}, "
        "\"consumers\": {\"c\": {\"from\": \"q.fifo\", \"count\": 100, \"service\": {\"dist\": "
        "\"exponential\", \"mean\": \"10ms\"}}}, \"sweep\": {" GROUPS ": [2, 8]}}",
        1);
    struct figure figure;
    figure_init(&figure, figure_find("F7"), results.result);
    assert_int_equal(count_rows(&figure, ",\"theory, at most its quota\","), 200);
    assert_non_null(strstr(text_of(&figure.csv), ",test,2,200,,,0\n"));
    assert_non_null(strstr(text_of(&figure.csv), ",test,8,300,,,0\n"));
    figure_free(&figure);
    results_free(&results);
}

/* 2 and 8 workers of 5 a second each for 20 offered: 10 and 20, of which the 8 need only half. */
static void test_workers(void **state)
{
    (void)state;
    struct results results = results_run(WORLD("q", "", "", COUNT ": [2, 8]"), 2);
    struct figure figure;
    figure_init(&figure, figure_find("F19"), results.result);
    assert_int_equal(count_rows(&figure, ",measured,test,"), 2);
    assert_non_null(strstr(text_of(&figure.csv), ",test,2,10,,,1,0\n"));
    assert_non_null(strstr(text_of(&figure.csv), ",test,8,20,,,0.5,0\n"));
    figure_free(&figure);
    figure_init(&figure, figure_find("F7"), results.result);
    assert_string_equal(figure.refusal, "the number of a FIFO queue's message groups is not swept");
    figure_free(&figure);
    results_free(&results);
    results = results_run(WORLD("q", "", "", RATE ": [2, 8]"), 2);
    figure_init(&figure, figure_find("F19"), results.result);
    assert_string_equal(figure.refusal, "the number of workers is not swept");
    figure_free(&figure);
    results_free(&results);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_axis_is_one_line),
        cmocka_unit_test(test_a_grid_is_several_lines),
        cmocka_unit_test(test_axes_that_walk_together),
        cmocka_unit_test(test_choices_of_a_sweep),
        cmocka_unit_test(test_theory_of_a_sweep),
        cmocka_unit_test(test_a_grid_is_a_map),
        cmocka_unit_test(test_groups_have_a_theory_where_they_are_even),
        cmocka_unit_test(test_groups_stop_at_a_quota),
        cmocka_unit_test(test_workers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
