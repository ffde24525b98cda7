// SPDX-License-Identifier: GPL-3.0-or-later
/* Differences of hand-written samples, whose intervals a table of Student's t gives. */
#include "experiment/compare.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

static const char three[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"2m\", \"replications\": 5},"
    " \"queues\": {\"q\": {}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"poisson\", \"rate\": "
    "2}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"pollInterval\": \"1s\", \"service\": \"1s\"}},"
    " \"variants\": {\"plain\": {}, \"fast\": {\"/consumers/c/service\": 0},"
    "   \"fifo\": {\"/queues/q\": null, \"/queues/f.fifo\": {\"FifoQueue\": true},"
    "     \"/producers/p/to\": \"f.fifo\", \"/producers/p/message/group\": \"g\","
    "     \"/consumers/c/from\": \"f.fifo\"}},"
    " \"expect\": [{\"entity\": \"p\", \"metric\": \"failed\", \"stat\": \"count\", \"is\": \"==\","
    "   \"value\": 0}]}";

static void near(double seen, double wanted, double tolerance)
{
    if (!(fabs(seen - wanted) <= tolerance))
        fail_msg("saw %.12g, wanted %.12g", seen, wanted);
}

enum { REPLICATIONS = 5 };

/* A variant's replications: throughput, and the mean time in its queue. */
static void say(struct results *results, size_t variant, const double *throughput,
                const double *sojourn_s, size_t count)
{
    const char *queue = variant == 2 ? "f.fifo" : "q";
    for (size_t i = 0; i < count; i++) {
        struct sample sample;
        results_sample(&sample, 1);
        results_row(&sample, queue, "NumberOfMessagesSent", "count", "1", 100.0);
        results_row(&sample, queue, "throughput", "rate", "1/s", throughput[i]);
        results_row(&sample, queue, "sojourn", "mean", "s", sojourn_s[i]);
        results_row(&sample, "p", "failed", "count", "1", 0.0);
        cell_add(result_cell(results->result, variant, 0), &sample);
        sample_free(&sample);
    }
}

/* Against plain, fast does 1 to 5 more a second, fifo 1 less in every replication. */
static struct results hand_written(void)
{
    static const double plain[] = {10, 12, 11, 13, 12}, fast[] = {11, 14, 14, 17, 17};
    static const double fifo[] = {9, 11, 10, 12, 11}, sojourn[] = {1, 2, 3, 4, 5};
    struct results results = results_load(three);
    say(&results, 0, plain, sojourn, REPLICATIONS);
    say(&results, 1, fast, sojourn, REPLICATIONS);
    say(&results, 2, fifo, sojourn, REPLICATIONS);
    result_finish(results.result);
    return results;
}

static size_t metric_named(const struct compare *compare, const char *words)
{
    size_t metric = 0;
    while (metric < compare->metric_count && strcmp(compare->metrics[metric].words, words) != 0)
        metric++;
    assert_true(metric < compare->metric_count);
    return metric;
}

/* 1 .. 5 in pairs: 3 +- t(0.975, 4) sqrt(2.5 / 5) = 2.776445 x 0.707107.  Two differences together
 * have t(0.9875, 4) = 3.495406 each. */
static void test_pairs(void **state)
{
    (void)state;
    struct results results = hand_written();
    const struct compare *compare = results.result->comparison;
    const size_t metric = metric_named(compare, "throughput");
    const struct compare_difference *fast = compare_at(compare, metric, 0, 1);
    assert_true(compare->is_paired && compare->counts[metric] == 2);
    near(fast->of_base.mean, 3.0, 1e-12);
    near(fast->of_base.low, 3.0 - 2.776445 * sqrt(0.5), 1e-6);
    near(fast->of_base.high, 3.0 + 2.776445 * sqrt(0.5), 1e-6);
    near(fast->joint.high, 3.0 + 3.495406 * sqrt(0.5), 1e-6);
    near(fast->relative, 3.0 / 11.6, 1e-12);
    assert_true(fast->differs && fast->differs_jointly);
    assert_true(isnan(compare_at(compare, metric, 0, 0)->of_base.mean));
    results_free(&results);
}

/* The FIFO queue has another name and the same role; -1 in every replication is sure. */
static void test_a_role_is_not_a_name(void **state)
{
    (void)state;
    struct results results = hand_written();
    const struct compare *compare = results.result->comparison;
    const struct compare_difference *fifo =
        compare_at(compare, metric_named(compare, "throughput"), 0, 2);
    assert_string_equal(fifo->value->entity, "f.fifo");
    assert_true(fifo->of_base.low == -1.0 && fifo->of_base.high == -1.0 && fifo->differs_jointly);
    /* What is expected is compared, by its name. */
    const size_t failed = metric_named(compare, "p failed count");
    assert_string_equal(compare->metrics[failed].entity, "p");
    assert_false(compare_any(compare, failed));
    results_free(&results);
}

/* More throughput is better: fast alone is best.  Where nothing differs, none is. */
static void test_best_against_rest(void **state)
{
    (void)state;
    struct results results = hand_written();
    const struct compare *compare = results.result->comparison;
    const size_t throughput = metric_named(compare, "throughput");
    assert_false(compare_at(compare, throughput, 0, 0)->is_best);
    assert_true(compare_at(compare, throughput, 0, 1)->is_best);
    assert_false(compare_at(compare, throughput, 0, 2)->is_best);
    const size_t failed = metric_named(compare, "p failed count");
    for (size_t arm = 0; arm < 3; arm++)
        assert_false(compare_at(compare, failed, 0, arm)->is_best);
    results_free(&results);
}

static void test_a_sentence_says_what_differs(void **state)
{
    (void)state;
    struct results results = hand_written();
    const struct compare *compare = results.result->comparison;
    assert_string_equal(compare->sentences[0], "");
    assert_string_equal(compare->sentences[2],
                        "fifo against plain: lower throughput (-8.62 %); no difference seen in "
                        "p failed count.");
    results_free(&results);
}

/* Differences of 1 and 1.08, and of 1 and 1.14: 1.04 with a standard error of 0.04, and 1.07 with
 * 0.07.  Alone t(0.975, 1) = 12.7062 makes +-0.508 and +-0.889; of two t(0.9875, 1) = 25.4517 makes
 * +-1.018 and +-1.782, so that the second is sure only alone. */
static void test_what_differs_alone_is_not_the_same(void **state)
{
    (void)state;
    static const double plain[] = {10, 12}, fast[] = {11, 13.08}, fifo[] = {11, 13.14};
    struct results results = results_load(three);
    say(&results, 0, plain, plain, 2);
    say(&results, 1, fast, plain, 2);
    say(&results, 2, fifo, plain, 2);
    result_finish(results.result);
    const struct compare *compare = results.result->comparison;
    const size_t metric = metric_named(compare, "throughput");
    assert_true(compare_at(compare, metric, 0, 1)->differs_jointly);
    assert_true(compare_at(compare, metric, 0, 2)->differs);
    assert_false(compare_at(compare, metric, 0, 2)->differs_jointly);
    assert_string_equal(compare->sentences[2],
                        "fifo against plain: no sure difference in throughput; no difference seen "
                        "in p failed count.");
    results_free(&results);
}

/* Two replications: t(0.975, 1) = 12.7062, and differences of 1 and 2 may be none. */
static void test_few_replications_say_little(void **state)
{
    (void)state;
    static const double plain[] = {10, 12}, fast[] = {11, 14};
    struct results results = results_load(three);
    say(&results, 0, plain, plain, 2);
    say(&results, 1, fast, plain, 2);
    say(&results, 2, plain, plain, 1);
    result_finish(results.result);
    const struct compare *compare = results.result->comparison;
    const size_t metric = metric_named(compare, "throughput");
    const struct compare_difference *difference = compare_at(compare, metric, 0, 1);
    near(difference->of_base.high, 1.5 + 12.7062 * 0.5, 1e-4);
    assert_false(difference->differs);
    /* One pair has a difference, but no interval: it is not counted, and best is nobody. */
    assert_true(compare_at(compare, metric, 0, 2)->of_base.mean == 0.0);
    assert_true(isnan(compare_at(compare, metric, 0, 2)->of_base.low));
    assert_int_equal(compare->counts[metric], 1);
    assert_false(compare_at(compare, metric, 0, 1)->is_best);
    results_free(&results);
}

static void test_choices(void **state)
{
    (void)state;
    struct results results = hand_written();
    const char *const metrics[] = {"sojourn/mean", "p/failed", "throughput"};
    struct compare_choice choice = {.base = "fast", .metric_count = 3, .metrics = metrics};
    struct text error = {.length = 0};
    struct compare *compare = compare_variants(results.result, &choice, &error);
    assert_non_null(compare);
    assert_int_equal(compare->base, 1);
    assert_string_equal(compare->metrics[0].metric, "sojourn");
    assert_null(compare->metrics[0].entity);
    assert_string_equal(compare->metrics[1].entity, "p");
    near(compare_at(compare, 2, 0, 0)->of_base.mean, -3.0, 1e-12);
    compare_free(compare);
    const char *const typo[] = {"throughputt"};
    choice = (struct compare_choice){.metric_count = 1, .metrics = typo};
    assert_null(compare_variants(results.result, &choice, &error));
    assert_string_equal(text_of(&error),
                        "nobody measures \"throughputt\", did you mean \"throughput\"?");
    text_clear(&error);
    choice = (struct compare_choice){.base = "slow"};
    assert_null(compare_variants(results.result, &choice, &error));
    assert_non_null(strstr(text_of(&error), "no variant \"slow\""));
    text_free(&error);
    results_free(&results);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_a_role_is_not_a_name),
        cmocka_unit_test(test_best_against_rest),
        cmocka_unit_test(test_a_sentence_says_what_differs),
        cmocka_unit_test(test_what_differs_alone_is_not_the_same),
        cmocka_unit_test(test_few_replications_say_little),
        cmocka_unit_test(test_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
