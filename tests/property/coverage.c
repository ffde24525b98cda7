// SPDX-License-Identifier: GPL-3.0-or-later
/* Honesty: an interval of 95 % must contain the truth in 95 of 100 independent experiments.
 *
 * Each experiment is a run as a user has it, with a seed of its own; the truth is a closed form.
 * 200 experiments of each kind are judged by the binomial distribution at an error of 1e-4; with
 * TEST_SECONDS in the environment 1,000, of which 93 % to 97 % must hold.  And what common random
 * numbers save is measured. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/stat.h"
#include "tools/results.h"

enum { FEW = 200, MANY = 1000, THREADS = 2, TEXT = 4096 };

static size_t experiment_count(void)
{
    return getenv("TEST_SECONDS") != NULL ? MANY : FEW;
}

/* --- scenarios; a backtick stands for a quotation mark, and the seed is to be filled in --- */

/* 5/s to one worker of 10/s: 2,000 messages in a replication after the first 200. */
#define MM1(experiment)                                                                            \
    "{`version`: 1, `experiment`: {`seed`: %zu, `duration`: 440, `drain`: true, " experiment       \
    "}, `queues`: {`q`: {`VisibilityTimeout`: 43200}}, `producers`: {`p`: {`to`: `q`, "            \
    "`arrivals`: {`process`: `poisson`, `rate`: 5}}}, `consumers`: {`c`: {`from`: `q`, "           \
    "`WaitTimeSeconds`: 20, `service`: {`dist`: `exponential`, `mean`: `100ms`}}}}"

/* tests/theory/reference_model.c; the third attempts are steady after two timeouts. */
static const char r1[] =
    "{`version`: 1, `experiment`: {`seed`: %zu, `duration`: 100, `warmup`: 70, `drain`: true, "
    "`replications`: 8}, `queues`: {`q`: {`VisibilityTimeout`: 30, `RedrivePolicy`: "
    "{`deadLetterTargetArn`: `dead`, `maxReceiveCount`: 3}}, `dead`: {}}, `producers`: {`p`: "
    "{`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 80}}}, `consumers`: {`c`: {`from`: "
    "`q`, `count`: 10, `WaitTimeSeconds`: 20, `service`: {`dist`: `exponential`, `mean`: "
    "`100ms`}, `failure`: {`probability`: 0.05, `mode`: `abandon`}}}}";

static struct results run(const char *pattern, size_t seed)
{
    char text[TEXT], whole[TEXT];
    size_t length = 0;
    for (; pattern[length] != '\0'; length++)
        text[length] = pattern[length] == '`' ? '"' : pattern[length];
    text[length] = '\0';
    /* The only %zu of the pattern. */
    const char *place = strstr(text, "%zu");
    assert_non_null(place);
    snprintf(whole, sizeof whole, "%.*s%zu%s", (int)(place - text), text, seed, place + 3);
    return results_run(whole, THREADS);
}

/* --- coverage --- */

struct coverage {
    size_t count, held;
    struct stat_moments means, halves, replications;
};

static struct coverage measure(const char *pattern, double truth)
{
    struct coverage coverage = {.count = experiment_count()};
    stat_init(&coverage.means);
    stat_init(&coverage.halves);
    stat_init(&coverage.replications);
    for (size_t i = 0; i < coverage.count; i++) {
        struct results results = run(pattern, 1000 + i);
        assert_non_null(results.result);
        const struct cell *cell = results.result->cells;
        const struct estimate *estimate = &cell_find(cell, "q", "sojourn", "mean")->estimate;
        coverage.held += estimate->low <= truth && truth <= estimate->high;
        stat_add(&coverage.means, estimate->mean);
        stat_add(&coverage.halves, (estimate->high - estimate->low) / 2.0);
        stat_add(&coverage.replications, (double)cell->replication_count);
        results_free(&results);
    }
    return coverage;
}

static void say(const char *what, const struct coverage *coverage, double truth)
{
    print_message("%s: %zu of %zu intervals (%.1f %%) hold the truth, %.5g s; their mean is %.5g "
                  "s, their half-width %.3g s, from %.1f replications\n",
                  what, coverage->held, coverage->count,
                  100.0 * (double)coverage->held / (double)coverage->count, truth,
                  coverage->means.mean, coverage->halves.mean, coverage->replications.mean);
}

/* Half of the error rate on each side. */
static void check(const char *what, const struct coverage *coverage, double truth)
{
    const unsigned count = (unsigned)coverage->count, held = (unsigned)coverage->held;
    say(what, coverage, truth);
    if (coverage->count == MANY) {
        assert_in_range(held, 930, 970);
        return;
    }
    assert_true(gsl_cdf_binomial_P(held, 0.95, count) > 0.5e-4);
    assert_true(held == 0 || gsl_cdf_binomial_Q(held - 1, 0.95, count) > 0.5e-4);
}

/* 1 / (mu - lambda) */
static const double mm1_truth = 0.2;

static void test_one_server(void **state)
{
    (void)state;
    const struct coverage coverage = measure(MM1("`warmup`: 40, `replications`: 10"), mm1_truth);
    check("M/M/1", &coverage, mm1_truth);
}

/* The same as it is without a thought: the warm-up is found by MSER-5. */
static void test_one_server_in_its_steady_state(void **state)
{
    (void)state;
    const struct coverage coverage =
        measure(MM1("`horizon`: `steady`, `replications`: 10"), mm1_truth);
    check("M/M/1, warm-up by MSER-5", &coverage, mm1_truth);
}

static void test_the_reference_model(void **state)
{
    (void)state;
    const double truth = 1.70162; /* tests/theory/reference_model.c */
    const struct coverage coverage = measure(r1, truth);
    check("R1", &coverage, truth);
}

/* Stopping when the interval happens to be narrow costs some of its coverage, which is what looking
 * further is for.  It must not cost more than five of 100. */
static void test_the_sequential_rule(void **state)
{
    (void)state;
    const struct coverage coverage = measure(MM1("`warmup`: 40, `precision`: 0.05"), mm1_truth);
    say("M/M/1 until within 5 %", &coverage, mm1_truth);
    assert_true(gsl_cdf_binomial_P((unsigned)coverage.held, 0.90, (unsigned)coverage.count) > 1e-4);
    assert_true(coverage.halves.max <= 0.05 * (coverage.means.max));
}

/* --- common random numbers --- */

/* The same messages and the same work on each, in a standard queue and in a FIFO queue of 20
 * groups: the mean time in the queue differs by what waiting for one's group costs. */
static const char variants[] =
    "{`version`: 1, `experiment`: {`seed`: %zu, `duration`: 100, `drain`: true, `replications`: "
    "200}, `variants`: {`standard`: {`/queues`: {`q`: {}}, `/producers/p/to`: `q`, "
    "`/consumers/c/from`: `q`}, `FIFO`: {}}, `queues`: {`q.fifo`: {`FifoQueue`: true}}, "
    "`producers`: {`p`: {`to`: `q.fifo`, `message`: {`group`: {`groups`: 4}}, `arrivals`: "
    "{`process`: `poisson`, `rate`: 16}}}, `consumers`: {`c`: {`from`: `q.fifo`, `count`: 2, "
    "`WaitTimeSeconds`: 20, `service`: {`dist`: `exponential`, `mean`: `100ms`}}}}";

/* Of the differences between replication i of one variant and i + shift of the other. */
static double variance_of_difference(const struct cell *standard, const struct cell *fifo,
                                     size_t shift)
{
    const size_t count = standard->replication_count;
    const size_t a = (size_t)(cell_find(standard, "q", "sojourn", "mean") - standard->rows);
    const size_t b = (size_t)(cell_find(fifo, "q.fifo", "sojourn", "mean") - fifo->rows);
    struct stat_moments differences;
    stat_init(&differences);
    for (size_t i = 0; i < count; i++)
        stat_add(&differences,
                 cell_value(fifo, b, (i + shift) % count) - cell_value(standard, a, i));
    return stat_variance(&differences);
}

/* Other replications have other numbers: the pairs of a shift are independent.  The quotient of two
 * variances of 200 normal values is below 2 by chance at an error of 1e-6 (F(199, 199)). */
static void test_common_numbers_save_replications(void **state)
{
    (void)state;
    struct results results = run(variants, 7);
    assert_non_null(results.result);
    const struct cell *standard = result_cell(results.result, 0, 0);
    const struct cell *fifo = result_cell(results.result, 1, 0);
    const double common = variance_of_difference(standard, fifo, 0);
    const double apart = variance_of_difference(standard, fifo, 1);
    print_message("standard - FIFO: common random numbers have a variance %.1f times smaller\n",
                  apart / common);
    assert_true(gsl_cdf_fdist_Q(2.0, 199.0, 199.0) < 1.1e-6);
    assert_true(apart > 2.0 * common);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_server),
        cmocka_unit_test(test_one_server_in_its_steady_state),
        cmocka_unit_test(test_the_reference_model),
        cmocka_unit_test(test_the_sequential_rule),
        cmocka_unit_test(test_common_numbers_save_replications),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
