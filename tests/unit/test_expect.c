// SPDX-License-Identifier: GPL-3.0-or-later
/* Verdicts over rows written by hand. */
#include "experiment/expect.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

static bool holds(int is, double seen, double wanted, double tolerance, bool relative)
{
    const struct scenario_expect expect = {.is = is, .tolerance = tolerance, .relative = relative};
    return expect_holds(&expect, seen, wanted);
}

static void test_comparisons(void **state)
{
    (void)state;
    assert_true(holds(EXPECT_EQ, 2, 2, 0, false) && !holds(EXPECT_EQ, 2, 3, 0, false));
    assert_true(holds(EXPECT_NE, 2, 3, 0, false) && !holds(EXPECT_NE, 2, 2, 0, false));
    assert_true(holds(EXPECT_LT, 2, 3, 0, false) && !holds(EXPECT_LT, 3, 3, 0, false));
    assert_true(holds(EXPECT_LE, 3, 3, 0, false) && !holds(EXPECT_LE, 4, 3, 0, false));
    assert_true(holds(EXPECT_GT, 4, 3, 0, false) && !holds(EXPECT_GT, 3, 3, 0, false));
    assert_true(holds(EXPECT_GE, 3, 3, 0, false) && !holds(EXPECT_GE, 2, 3, 0, false));
    assert_true(holds(EXPECT_WITHIN, 11, 10, 1, false) &&
                !holds(EXPECT_WITHIN, 11.1, 10, 1, false));
    assert_true(holds(EXPECT_WITHIN, 42, 40, 0.05, true) &&
                !holds(EXPECT_WITHIN, 43, 40, 0.05, true));
}

static void test_what_is_not_available_fulfils_nothing(void **state)
{
    (void)state;
    for (int is = EXPECT_EQ; is <= EXPECT_WITHIN; is++) {
        assert_false(holds(is, (double)NAN, 1, 1, false));
        assert_false(holds(is, 1, (double)NAN, 1, false));
    }
}

static const char head[] = "{\"version\": 1, \"experiment\": {\"duration\": \"1m\"},"
                           " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"
                           " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\":"
                           " {\"process\": \"paced\", \"rate\": 1}}},"
                           " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": 1}},"
                           " \"variants\": {\"a\": {}, \"b\": {\"/consumers/c/count\": 2}},"
                           " \"sweep\": {\"/queues/q/VisibilityTimeout\": [30, 60]}, \"expect\": [";

static struct results load(const char *expects)
{
    char text[4096];
    snprintf(text, sizeof text, "%s%s]}", head, expects);
    return results_load(text);
}

/* Gives the cell a replication in which q's duplicates are counted. */
static void count_duplicates(struct results *results, size_t cell, double count)
{
    struct sample sample;
    results_sample(&sample, 1);
    results_row(&sample, "q", "duplicates", "count", "1", count);
    cell_add(&results->result->cells[cell], &sample);
    sample_free(&sample);
}

static bool only_verdict(struct results *results)
{
    result_finish(results->result);
    assert_int_equal(results->result->verdict_count, 1);
    return results->result->verdicts[0].holds;
}

#define ABOUT "{\"entity\": \"q\", \"metric\": \"duplicates\", \"stat\": \"count\", "
#define HERE  "\"variant\": \"a\", \"point\": {\"/queues/q/VisibilityTimeout\": 60}, "

/* The mean of 0 and 4 is 2; `==` is not content with a mean. */
static void test_the_mean_is_judged_but_equality_in_each(void **state)
{
    (void)state;
    struct results results = load(ABOUT HERE "\"is\": \"<=\", \"value\": 2}");
    count_duplicates(&results, 1, 0);
    count_duplicates(&results, 1, 4);
    assert_true(only_verdict(&results));
    results_free(&results);
    results = load(ABOUT HERE "\"is\": \"==\", \"value\": 2}");
    count_duplicates(&results, 1, 0);
    count_duplicates(&results, 1, 4);
    assert_false(only_verdict(&results));
    assert_non_null(strstr(results.result->verdicts[0].sentence,
                           "duplicates count is 2, expected == 2"
                           " in every replication"));
    results_free(&results);
}

/* 0 of 1,000: below 3.841459 / 1003.841459 = 0.3827 % (Wilson, with z = 1.959964). */
static void test_what_was_never_seen_is_said_to_be_rare(void **state)
{
    struct sample sample;
    (void)state;
    struct results results =
        load("{\"entity\": \"q\", \"metric\": \"duplicates\", \"stat\": \"rate\", " HERE
             "\"is\": \"<\", \"value\": 0.5}");
    results_sample(&sample, 1);
    results_row(&sample, "q", "NumberOfMessagesSent", "count", "1", 1000);
    results_row(&sample, "q", "duplicates", "count", "1", 0);
    results_row(&sample, "q", "duplicates", "rate", "1", 0);
    cell_add(&results.result->cells[1], &sample);
    sample_free(&sample);
    assert_true(only_verdict(&results));
    assert_non_null(strstr(results.result->verdicts[0].sentence,
                           "duplicates rate is 0 (95 %: below 0.38 %), expected < 0.5"));
    results_free(&results);
}

static void sentence_ends(const char *expects, double seen, const char *wanted)
{
    struct results results = load(expects);
    count_duplicates(&results, 1, seen);
    only_verdict(&results);
    const char *sentence = results.result->verdicts[0].sentence;
    const char *end = strstr(sentence, " is ");
    assert_non_null(end);
    assert_string_equal(end, wanted);
    results_free(&results);
}

/* What the user wrote is said as it was written; what was seen has as many digits as it takes to
 * see that it differs. */
static void test_sentences_have_digits_enough(void **state)
{
    (void)state;
    sentence_ends(ABOUT HERE "\"is\": \"within\", \"value\": 0.2381, \"tolerance\": 0.000001}",
                  5.0 / 21.0, " is 0.2380952, expected 0.2381 to within 0.000001");
    sentence_ends(ABOUT HERE "\"is\": \"within\", \"value\": 0.2381, \"tolerance\": 0.000001}",
                  0.23810123456789, " is 0.23810123, expected 0.2381 to within 0.000001");
    sentence_ends(ABOUT HERE "\"is\": \"within\", \"value\": 1234567, \"tolerance\": \"5%\"}",
                  1234568.5, " is 1234568.5, expected 1234567 to within 5 %");
    sentence_ends(ABOUT HERE "\"is\": \"==\", \"value\": 4}", 0, " is 0, expected == 4");
    sentence_ends(ABOUT HERE "\"is\": \"<\", \"value\": 0.0001}", 1e-7,
                  " is 0.0000001, expected < 0.0001");
    sentence_ends(ABOUT HERE "\"is\": \">\", \"value\": 1e20}", 2, " is 2, expected > 1e20");
}

/* Cells are (a, 30), (a, 60), (b, 30), (b, 60). */
static void test_variants_are_compared_at_the_same_point(void **state)
{
    (void)state;
    struct results results = load(ABOUT HERE "\"is\": \"<\", \"vs\": \"b\"}");
    count_duplicates(&results, 1, 5);
    count_duplicates(&results, 2, 100);
    count_duplicates(&results, 3, 4);
    assert_false(only_verdict(&results));
    count_duplicates(&results, 3, 8);
    assert_true(only_verdict(&results));
    assert_true(results.result->verdicts[0].wanted == 6.0);
    results_free(&results);
}

static void test_all_cells_unless_told_otherwise(void **state)
{
    (void)state;
    struct results results = load(ABOUT "\"is\": \">=\", \"value\": 2}");
    for (size_t i = 0; i < 4; i++)
        count_duplicates(&results, i, (double)i);
    result_finish(results.result);
    assert_int_equal(results.result->verdict_count, 4);
    assert_false(results.result->verdicts[1].holds);
    assert_true(results.result->verdicts[2].holds);
    assert_non_null(strstr(results.result->verdicts[2].sentence, "b, VisibilityTimeout 30: q "));
    results_free(&results);
}

static size_t mistakes_of(const char *expects)
{
    struct results results = load(expects);
    count_duplicates(&results, 0, 0);
    expect_names(results.result, &results.result->cells[0], results.diag);
    const size_t count = diag_count(results.diag);
    results_free(&results);
    return count;
}

static void test_unknown_names_are_the_users_mistakes(void **state)
{
    (void)state;
    assert_int_equal(mistakes_of(ABOUT "\"is\": \"<\", \"value\": 1}"), 0);
    assert_int_equal(mistakes_of("{\"entity\": \"q\", \"metric\": \"duplicate\", \"stat\": "
                                 "\"count\", \"is\": \"<\", \"value\": 1}"),
                     1);
    assert_int_equal(
        mistakes_of("{\"entity\": \"q\", \"metric\": \"duplicates\", \"stat\": \"p50\","
                    " \"is\": \"<\", \"value\": 1}"),
        1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comparisons),
        cmocka_unit_test(test_what_is_not_available_fulfils_nothing),
        cmocka_unit_test(test_the_mean_is_judged_but_equality_in_each),
        cmocka_unit_test(test_what_was_never_seen_is_said_to_be_rare),
        cmocka_unit_test(test_sentences_have_digits_enough),
        cmocka_unit_test(test_variants_are_compared_at_the_same_point),
        cmocka_unit_test(test_all_cells_unless_told_otherwise),
        cmocka_unit_test(test_unknown_names_are_the_users_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
