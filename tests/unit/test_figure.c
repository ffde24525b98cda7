// SPDX-License-Identifier: GPL-3.0-or-later
/* The tables that plots read, and which formulas are laid over them. */
#include "experiment/figure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "experiment/gauges.h"
#include "tools/results.h"

/* M/M/1 at 2 and 8 a second, and the same with workers that poll from time to time. */
static const char mm1[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"2m\", \"replications\": 3},"
    " \"queues\": {\"q\": {\"VisibilityTimeout\": 600, \"ReceiveMessageWaitTimeSeconds\": 20}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\", \"rate\": "
    "2}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": {\"dist\": \"exponential\", \"mean\": "
    "\"100ms\"}}},"
    " \"variants\": {\"waiting\": {}, \"asking\": {\"/queues/q/ReceiveMessageWaitTimeSeconds\": 0,"
    "   \"/consumers/c/pollInterval\": \"1s\"}},"
    " \"sweep\": {\"/producers/p/arrivals/rate\": [2, 8]}}";

static size_t count_rows(const struct figure *figure, const char *kind)
{
    size_t count = 0;
    for (const char *at = strstr(text_of(&figure->csv), kind); at != NULL;
         at = strstr(at + 1, kind))
        count++;
    return count;
}

/* Every row has as many cells as the header; a comma in a quoted one is none. */
static void assert_is_table(const struct figure *figure)
{
    size_t commas = 0, wanted = 0;
    bool is_quoted = false;
    for (const char *c = figure->kind->header; *c != '\0'; c++)
        wanted += *c == ',';
    for (const char *c = text_of(&figure->csv); *c != '\0'; c++) {
        is_quoted = is_quoted != (*c == '"');
        commas += *c == ',' && !is_quoted;
        if (*c == '\n') {
            assert_int_equal(commas, wanted);
            commas = 0;
        }
    }
}

static void test_formulas_only_where_they_apply(void **state)
{
    (void)state;
    struct results results = results_run(mm1, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F18"), results.result);
    assert_is_table(&figure);
    assert_int_equal(count_rows(&figure, ",measured,"), 4);
    assert_int_equal(count_rows(&figure, ",theory,theory M/M/1,waiting,"), 200);
    assert_int_equal(count_rows(&figure, ",theory,"), 200);
    figure_free(&figure);
    struct formula_station system;
    struct arena arena;
    arena_init(&arena);
    formula_station(&system, results.result->scenarios[0], FORMULA_QUEUE, "q", &arena);
    assert_null(formula_refusal(&system, FORMULA_SYSTEM, &arena));
    assert_true(fabs(system.load - 0.2) < 1e-12);
    formula_station(&system, results.result->scenarios[2], FORMULA_QUEUE, "q", &arena);
    assert_non_null(formula_refusal(&system, FORMULA_SYSTEM, &arena));
    arena_free(&arena);
    results_free(&results);
}

/* A curve rises from 0 to 1, and its percentiles are on it. */
static void test_a_distribution_rises_to_one(void **state)
{
    (void)state;
    struct results results = results_run(mm1, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F1"), results.result);
    assert_int_equal(count_rows(&figure, ",mark,p95,"), 4);
    const char *line = strstr(text_of(&figure.csv), "\n0,curve,") + 1;
    double last = -1.0, last_s = 0.0;
    for (; strncmp(line, "0,curve,", 8) == 0; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n'), *comma = end;
        while (*--comma != ',')
            continue;
        const char *before = comma;
        while (*--before != ',')
            continue;
        const double fraction = strtod(comma + 1, NULL), value_s = strtod(before + 1, NULL);
        assert_true(fraction >= last && value_s >= last_s);
        last = fraction;
        last_s = value_s;
    }
    assert_true(last == 1.0);
    assert_non_null(strstr(text_of(&figure.sentence), "waiting, rate 2: half of the messages"));
    figure_free(&figure);
    results_free(&results);
}

/* 300 calls a second (LIM-2) with batches of 10 on every side: 3,000 messages. */
static void test_ceilings_are_the_queues_own(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1s\", \"replications\": 2},"
        " \"queues\": {\"q.fifo\": {\"FifoQueue\": true, \"ReceiveMessageWaitTimeSeconds\": 20}},"
        " \"producers\": {\"p\": {\"to\": \"q.fifo\", \"batch\": {\"size\": 10},"
        "   \"message\": {\"group\": {\"groups\": 16, \"pick\": \"uniform\"}},"
        "   \"arrivals\": {\"process\": \"poisson\", \"rate\": 1000}}},"
        " \"consumers\": {\"c\": {\"from\": \"q.fifo\", \"count\": 8, \"MaxNumberOfMessages\": 10,"
        "   \"deleteBatch\": 10, \"service\": \"1ms\"}},"
        " \"sweep\": {\"/producers/p/arrivals/rate\": [1000, 4000]}}";
    struct results results = results_run(text, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F6"), results.result);
    assert_is_table(&figure);
    assert_int_equal(count_rows(&figure, "\n0,measured,test,"), 2);
    assert_non_null(strstr(text_of(&figure.csv), "\n1,ceiling,\"FIFO quota: 3,000/s\","));
    assert_non_null(strstr(text_of(&figure.csv), ",1000,3000,,\n"));
    assert_non_null(strstr(text_of(&figure.csv), ",ideal,all that is offered,,4000,4000,,\n"));
    figure_free(&figure);
    results_free(&results);
}

/* Two variants of which the second never succeeds: the worker takes longer than the run. */
static const char two[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"warmup\": 0, \"replications\": 2},"
    " \"queues\": {\"q\": {\"VisibilityTimeout\": 600, \"ReceiveMessageWaitTimeSeconds\": 20}},"
    " \"producers\": {\"a\": {\"to\": \"q\", \"arrivals\": {\"process\": \"paced\", \"rate\": 1}},"
    "   \"b\": {\"to\": \"q\", \"arrivals\": {\"process\": \"paced\", \"rate\": 2}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": \"100ms\"}},"
    " \"variants\": {\"fine\": {}, \"stuck\": {\"/consumers/c/service\": \"10m\"}}}";

/* The messages of a and of b make one curve; the variant that did nothing is said to have none. */
static void test_latency_is_of_one_name(void **state)
{
    (void)state;
    struct results results = results_run(two, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F1"), results.result);
    assert_is_table(&figure);
    assert_int_equal(count_rows(&figure, ",mark,p50,"), 1);
    assert_non_null(strstr(text_of(&figure.csv), "fine,,all producers,messageLatency,"));
    assert_int_equal(count_rows(&figure, ",sojourn,") + count_rows(&figure, ",waiting,"), 0);
    assert_non_null(strstr(text_of(&figure.sentence), " stuck: no message was worked on."));
    figure_free(&figure);
    results_free(&results);
}

/* Without producers the time in the queue is shown, and without any success nothing: messages that
 * wait are not mixed in. */
static void test_latency_without_producers_or_success(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"warmup\": 0,"
        "   \"replications\": 1},"
        " \"queues\": {\"q\": {\"preload\": {\"messages\": 5}, \"VisibilityTimeout\": 5}},"
        " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": \"1s\", \"WaitTimeSeconds\": 20,"
        "   \"acknowledge\": \"%s\", \"failure\": {\"probability\": %d}}}}";
    for (int fails = 0; fails < 2; fails++) {
        char scenario[1024];
        snprintf(scenario, sizeof scenario, text, fails ? "never" : "afterWork", fails);
        struct results results = results_run(scenario, 1);
        struct figure figure;
        figure_init(&figure, figure_find("F1"), results.result);
        if (fails) {
            assert_int_equal(figure.row_count, 0);
            assert_string_equal(figure.refusal, "no message was worked on or deleted");
        } else {
            assert_null(figure.refusal);
            assert_non_null(strstr(text_of(&figure.csv), ",q,sojourn,"));
        }
        figure_free(&figure);
        results_free(&results);
    }
}

/* Cells that a figure of so many curves shows, as "variant point" in their order. */
static void shows(const struct results *results, size_t most, const char *wanted)
{
    const struct cell *cells[18];
    struct figure figure;
    struct text seen = {.length = 0};
    figure_init(&figure, figure_find("F4"), results->result);
    const size_t count = figure_cells(&figure, gauges_fit, NULL, cells, most);
    for (size_t i = 0; i < count; i++)
        text_printf(&seen, "%s%s%s", i > 0 ? " " : "", cells[i]->variant,
                    strrchr(cells[i]->point, '=') + 1);
    assert_string_equal(text_of(&seen), wanted);
    text_free(&seen);
    figure_free(&figure);
}

/* Variants are shown at the same points: 3 variants take one point of 8 curves, two of 12 and three
 * of 18; 2 curves have room for two of the variants. */
static void test_variants_are_seen_side_by_side(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1s\", \"replications\": 1},"
        " \"queues\": {\"q\": {\"preload\": {\"messages\": 1}}},"
        " \"variants\": {\"a\": {}, \"b\": {}, \"c\": {}},"
        " \"sweep\": {\"/queues/q/VisibilityTimeout\": [1, 2, 3, 4, 5, 6, 7]}}";
    struct results results = results_run(text, 2);
    shows(&results, 8, "a7 b7 c7");
    shows(&results, 12, "a4 b4 c4 a7 b7 c7");
    shows(&results, 18, "a1 b1 c1 a4 b4 c4 a7 b7 c7");
    shows(&results, 2, "a7 b7");
    results_free(&results);
}

/* The point that all variants have in common is said once, below the figure and after its words. */
static void test_the_common_point_is_said_once(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1s\", \"replications\": 1},"
        " \"queues\": {\"q\": {\"preload\": {\"messages\": 1}}},"
        " \"variants\": {\"a\": {}, \"b\": {}}, \"sweep\": {\"/queues/q/VisibilityTimeout\": [1, "
        "7]}}";
    struct results results = results_run(text, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F4"), results.result);
    assert_int_equal(count_rows(&figure, ",a, VisibilityTimeout 7,"), 0);
    assert_true(count_rows(&figure, "0,a,a,") > 0);
    assert_non_null(strstr(text_of(&figure.sentence), " All at VisibilityTimeout 7."));
    assert_non_null(strstr(figure_footer(&figure), ", seed 1, VisibilityTimeout 7, aws-"));
    figure_free(&figure);
    results_free(&results);
}

/* A figure along a sweep says what is missing where nothing is swept. */
static void test_a_figure_says_why_it_does_not_apply(void **state)
{
    (void)state;
    struct results results = results_run(two, 2);
    static const char *const ids[] = {"F6", "F8", "F18"};
    for (size_t i = 0; i < 3; i++) {
        struct figure figure;
        figure_init(&figure, figure_find(ids[i]), results.result);
        assert_int_equal(figure.row_count, 0);
        assert_non_null(strstr(figure.refusal, " is not swept"));
        assert_true(figure.kind->is_along_a_sweep);
        figure_free(&figure);
    }
    results_free(&results);
}

static void test_time_figures(void **state)
{
    (void)state;
    struct results results = results_run(mm1, 2);
    static const char *const ids[] = {"F3", "F4"};
    for (size_t i = 0; i < 2; i++) {
        struct figure figure;
        figure_init(&figure, figure_find(ids[i]), results.result);
        assert_is_table(&figure);
        /* Both variants at one point, 1,000 buckets each. */
        assert_int_equal(figure.row_count, 2000);
        figure_free(&figure);
    }
    results_free(&results);
}

/* Two branches of idle workers; the same where messages wait, and where one branch is filtered. */
static const char fan_out[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"2m\", \"drain\": true, \"replications\": "
    "3}, \"topics\": {\"t\": {\"subscriptions\": [{\"Protocol\": \"sqs\", \"Endpoint\": \"a\"},"
    "   {\"Protocol\": \"sqs\", \"Endpoint\": \"b\"}]}},"
    " \"queues\": {\"a\": {\"ReceiveMessageWaitTimeSeconds\": 20},"
    "   \"b\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"
    " \"producers\": {\"p\": {\"to\": \"t\", \"arrivals\": {\"process\": \"poisson\", \"rate\": "
    "5}}},"
    " \"consumers\": {"
    "   \"x\": {\"from\": \"a\", \"count\": 40, \"service\": {\"dist\": \"exponential\", \"mean\": "
    "\"200ms\"}},"
    "   \"y\": {\"from\": \"b\", \"count\": 40, \"service\": {\"dist\": \"exponential\", \"mean\": "
    "\"100ms\"}}},"
    " \"variants\": {\"idle\": {}, \"busy\": {\"/consumers/x/count\": 2},"
    "   \"filtered\": {\"/topics/t/subscriptions/1/FilterPolicyScope\": \"MessageBody\","
    "     \"/topics/t/subscriptions/1/FilterPolicy\": {\"type\": [\"none\"]}}}}";

/* Three variants, with panels for a, b and the whole; of the filtered branch there is nothing. */
static void test_branches_have_a_theory_where_nothing_waits(void **state)
{
    (void)state;
    struct results results = results_run(fan_out, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F21"), results.result);
    assert_is_table(&figure);
    assert_int_equal(count_rows(&figure, ",mark,p95,"), 3 + 3 + 2);
    assert_int_equal(count_rows(&figure, "theory (slowest of 2),idle,,2,"), 200);
    assert_int_equal(count_rows(&figure, "theory (slowest of 2)"), 200);
    assert_non_null(
        strstr(text_of(&figure.sentence), " idle: 95 % of the messages leave a within"));
    figure_free(&figure);
    results_free(&results);
}

static void test_a_fan_out_needs_two_queues(void **state)
{
    (void)state;
    struct results results = results_run(mm1, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F21"), results.result);
    assert_string_equal(figure.refusal, "there is one queue alone");
    figure_free(&figure);
    results_free(&results);
}

/* A reader alone, and two of them, of whom each polls for the other too. */
static const char polled[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"1h\", \"replications\": 3},"
    " \"queues\": {\"q\": {}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\", \"rate\": "
    "0.1}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"WaitTimeSeconds\": 20, \"service\": \"1ms\"}},"
    " \"variants\": {\"alone\": {}, \"two\": {\"/consumers/c/count\": 2}},"
    " \"sweep\": {\"/consumers/c/WaitTimeSeconds\": [1, 20]}}";

/* lambda/(1 - exp(-lambda W)) = 0.11565 polls a second at 0.1 messages a second and a wait of 20 s:
 * with sends and deletes 0.31565 x 2,592,000 s = 818,169 requests a month, of which 0.01565 x
 * 2,592,000 = 40,569 in vain. */
static void test_a_month_of_polls(void **state)
{
    (void)state;
    struct results results = results_run(polled, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F17"), results.result);
    assert_is_table(&figure);
    assert_int_equal(count_rows(&figure, ",measured,"), 4);
    assert_int_equal(count_rows(&figure, ",theory,theory: one idle consumer,alone,"), 200);
    assert_int_equal(count_rows(&figure, ",theory,"), 200);
    const char *last = strstr(text_of(&figure.csv), ",alone,20,8181");
    assert_non_null(last);
    double requests, empty;
    assert_int_equal(sscanf(last, ",alone,20,%lf,,,%lf,", &requests, &empty), 2);
    assert_true(fabs(requests - 818169) < 1 && fabs(empty - 40569) < 1);
    figure_free(&figure);
    results_free(&results);
}

static const char charged[] =
    "{\"version\": 1, \"experiment\": {\"replications\": 2, \"drain\": true},"
    " \"queues\": {\"q\": {\"staleDelete\": \"deletes\"}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"paced\", \"rate\": "
    "0.01},"
    " \"messages\": 50}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"count\": 5, \"WaitTimeSeconds\": 20, \"service\": "
    "40}},"
    " \"variants\": {\"none\": {}, \"key\": {\"/consumers/c/idempotency/store\": "
    "\"conditionalWrite\"}},"
    " \"sweep\": {\"/queues/q/VisibilityTimeout\": [30, 60]}}";

/* Work of 40 s outlasts a timeout of 30 s, and any handle deletes: each message is delivered twice.
 * Rows are sorted by x. */
static void test_effects_of_duplicates(void **state)
{
    (void)state;
    struct results results = results_run(charged, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F16"), results.result);
    assert_is_table(&figure);
    assert_int_equal(figure.row_count, 4);
    assert_non_null(strstr(text_of(&figure.csv), "0,measured,none,none,0,1,1,1\n"
                                                 "0,measured,none,none,1,2,2,2\n"
                                                 "1,measured,key,key,0,1,1,1\n"
                                                 "1,measured,key,key,1,1,1,1\n"));
    assert_non_null(strstr(text_of(&figure.sentence), "none: 1 to 2 per business key"));
    figure_free(&figure);
    results_free(&results);
}

/* In one of the variants the endpoint is called instead. */
static void test_an_empty_queue_has_no_panel(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"replications\": 2},"
        " \"queues\": {\"a\": {}}, \"endpoints\": {\"e\": {\"latency\": \"1s\"}},"
        " \"producers\": {\"p\": {\"to\": \"a\", \"arrivals\": {\"process\": \"paced\", \"rate\": "
        "1}}},"
        " \"variants\": {\"queue\": {}, \"call\": {\"/producers/p/to\": \"e\"}}}";
    struct results results = results_run(text, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F4"), results.result);
    assert_true(count_rows(&figure, ",queue,") > 0);
    assert_int_equal(count_rows(&figure, ",call,"), 0);
    figure_free(&figure);
    results_free(&results);
}

/* A call in one of a thousand points would be 17 a second there, and none beside it. */
static void assert_rates_are_smooth(const struct figure *figure, double most_per_s)
{
    size_t rows = 0;
    for (const char *row = strchr(text_of(&figure->csv), '\n'); row[1] != '\0';
         row = strchr(row + 1, '\n')) {
        const char *cell = row + 1;
        for (int comma = 0; comma < 9; comma++)
            cell = strchr(cell, ',') + 1;
        assert_true(strtod(cell, NULL) <= most_per_s);
        rows++;
    }
    assert_true(rows > 100);
}

/* Three calls a second to one that serves two: no queue has anything to show, the line has.  At
 * 60 s 60 of the 180 calls wait, but for what is at work. */
static void test_a_line_of_calls_over_time(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"replications\": 2},"
        " \"queues\": {\"unused\": {}}, \"downstreams\": {\"db\": {\"service\": 0.5}},"
        " \"producers\": {\"p\": {\"to\": \"db\", \"timeout\": 90, \"arrivals\": {\"process\": "
        "\"paced\", \"rate\": 3}}}}";
    struct results results = results_run(text, 2);
    struct figure figure;
    figure_init(&figure, figure_find("F3"), results.result);
    assert_is_table(&figure);
    assert_true(count_rows(&figure, ",db,") > 100);
    assert_int_equal(count_rows(&figure, ",unused,"), 0);
    assert_non_null(strstr(text_of(&figure.sentence), " requests wait in db, after "));
    assert_rates_are_smooth(&figure, 6.0);
    figure_free(&figure);
    figure_init(&figure, figure_find("F4"), results.result);
    assert_int_equal(count_rows(&figure, ",db,"), 0);
    figure_free(&figure);
    results_free(&results);
}

static void test_ids(void **state)
{
    (void)state;
    assert_null(figure_find("F99"));
    for (size_t i = 0; figure_kinds[i] != NULL; i++)
        assert_ptr_equal(figure_find(figure_kinds[i]->id), figure_kinds[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formulas_only_where_they_apply),
        cmocka_unit_test(test_a_distribution_rises_to_one),
        cmocka_unit_test(test_ceilings_are_the_queues_own),
        cmocka_unit_test(test_latency_is_of_one_name),
        cmocka_unit_test(test_latency_without_producers_or_success),
        cmocka_unit_test(test_variants_are_seen_side_by_side),
        cmocka_unit_test(test_the_common_point_is_said_once),
        cmocka_unit_test(test_a_figure_says_why_it_does_not_apply),
        cmocka_unit_test(test_time_figures),
        cmocka_unit_test(test_branches_have_a_theory_where_nothing_waits),
        cmocka_unit_test(test_a_fan_out_needs_two_queues),
        cmocka_unit_test(test_a_month_of_polls),
        cmocka_unit_test(test_effects_of_duplicates),
        cmocka_unit_test(test_an_empty_queue_has_no_panel),
        cmocka_unit_test(test_a_line_of_calls_over_time),
        cmocka_unit_test(test_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
