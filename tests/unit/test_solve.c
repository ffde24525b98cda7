// SPDX-License-Identifier: GPL-3.0-or-later
/* Bisection on answers that are known, and confidence on intervals that are. */
#include "experiment/solve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* It holds for steps from .. to. */
struct truth {
    size_t from, to, stop;
    size_t asked;
};

static bool tell(void *context, size_t step, enum confidence *answer)
{
    struct truth *truth = context;
    *answer = step >= truth->from && step <= truth->to ? CONFIDENCE_HOLDS
              : step % 2 == 0                          ? CONFIDENCE_OPEN
                                                       : CONFIDENCE_FAILS;
    return truth->asked++ != truth->stop;
}

static struct solution seek(size_t last, size_t from, size_t to)
{
    struct truth truth = {.from = from, .to = to, .stop = (size_t)-1};
    const struct solution solution = solve(last, tell, &truth);
    /* Two ends, the halves, and at most four probes. */
    size_t most = 2 + SOLVE_PROBES + 1;
    for (size_t left = last; left > 1; left = (left + 1) / 2)
        most++;
    assert_in_range(truth.asked, 2, most);
    assert_int_equal(solution.count, truth.asked);
    return solution;
}

static void test_every_bound_is_found(void **state)
{
    (void)state;
    for (size_t last = 1; last <= 40; last++) {
        for (size_t bound = 1; bound <= last; bound++) {
            const struct solution least = seek(last, bound, last);
            assert_int_equal(least.end, SOLVE_FOUND);
            assert_true(least.is_least && !least.is_uneven);
            assert_int_equal(least.step, bound);
            assert_int_equal(least.beyond, bound - 1);
            const struct solution greatest = seek(last, 0, bound - 1);
            assert_int_equal(greatest.end, SOLVE_FOUND);
            assert_true(!greatest.is_least && !greatest.is_uneven);
            assert_int_equal(greatest.step, bound - 1);
            assert_int_equal(greatest.beyond, bound);
        }
    }
}

static void test_no_bound(void **state)
{
    (void)state;
    assert_int_equal(seek(20, 0, 20).end, SOLVE_EVERYWHERE);
    assert_int_equal(seek(20, 5, 15).end, SOLVE_NOWHERE);
}

/* It holds from 80 on, but also from 20 to 39, where no half of 0 .. 100 is asked on the way. */
static bool tell_uneven(void *context, size_t step, enum confidence *answer)
{
    (void)context;
    *answer = step >= 80 || (step >= 20 && step < 40) ? CONFIDENCE_HOLDS : CONFIDENCE_FAILS;
    return true;
}

static void test_what_is_not_monotone_is_seen(void **state)
{
    (void)state;
    const struct solution solution = solve(100, tell_uneven, NULL);
    assert_int_equal(solution.end, SOLVE_FOUND);
    assert_true(solution.is_uneven);
    assert_in_range(solution.uneven, 20, 39);
}

static void test_an_interruption_ends_it(void **state)
{
    (void)state;
    for (size_t stop = 0; stop < 5; stop++) {
        struct truth truth = {.from = 7, .to = 50, .stop = stop};
        assert_int_equal(solve(50, tell, &truth).end, SOLVE_STOPPED);
        assert_int_equal(truth.asked, stop + 1);
    }
}

/* --- confidence --- */

/* Of paced arrivals the last of 500 comes at the very end, which is no part of the run: 4.99 a
 * second in every replication.  Those of a Poisson process are spread. */
static enum confidence judged(const char *process, const char *expect)
{
    char text[1024];
    snprintf(
        text, sizeof text,
        "{\"version\": 1, \"experiment\": {\"duration\": \"100s\", \"replications\": 8},"
        " \"queues\": {\"q\": {}}, \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\":"
        " {\"process\": \"%s\", \"rate\": 5}}},"
        " \"variants\": {\"a\": {}, \"b\": {\"/producers/p/arrivals/rate\": 5.02}},"
        " \"expect\": [{\"entity\": \"q\", \"metric\": \"arrivals\", \"stat\": \"rate\", %s}]}",
        process, expect);
    struct results results = results_run(text, 1);
    const struct verdict *worst;
    assert_non_null(results.result);
    const enum confidence confidence = confidence_of_all(results.result, &worst);
    assert_non_null(worst);
    results_free(&results);
    return confidence;
}

/* 8 x 500 arrivals: the rate's standard error is sqrt(500) / 100 / sqrt(8) = 0.08, and its interval
 * about 5 +- 0.19. */
static void test_bounds_of_intervals_are_judged(void **state)
{
    (void)state;
#define OF_A "\"variant\": \"a\", "
    assert_int_equal(judged("poisson", OF_A "\"is\": \"<\", \"value\": 6"), CONFIDENCE_HOLDS);
    assert_int_equal(judged("poisson", OF_A "\"is\": \"<\", \"value\": 4"), CONFIDENCE_FAILS);
    assert_int_equal(judged("poisson", OF_A "\"is\": \"<\", \"value\": 5"), CONFIDENCE_OPEN);
    assert_int_equal(judged("poisson", OF_A "\"is\": \">\", \"value\": 4"), CONFIDENCE_HOLDS);
    assert_int_equal(judged("poisson", OF_A "\"is\": \"within\", \"value\": 5, \"tolerance\": 1"),
                     CONFIDENCE_HOLDS);
    assert_int_equal(
        judged("poisson", OF_A "\"is\": \"within\", \"value\": 5, \"tolerance\": 0.01"),
        CONFIDENCE_OPEN);
    assert_int_equal(judged("poisson", OF_A "\"is\": \"within\", \"value\": 7, \"tolerance\": 1"),
                     CONFIDENCE_FAILS);
    assert_int_equal(judged("paced", OF_A "\"is\": \"==\", \"value\": 4.99"), CONFIDENCE_HOLDS);
    assert_int_equal(judged("poisson", OF_A "\"is\": \"==\", \"value\": 5"), CONFIDENCE_FAILS);
}

/* 5 and 5.02 differ by less than either is spread; on common random numbers the difference is sure.
 */
static void test_pairs_are_judged_by_their_difference(void **state)
{
    (void)state;
    assert_int_equal(judged("poisson", "\"variant\": \"b\", \"is\": \">\", \"vs\": \"a\""),
                     CONFIDENCE_HOLDS);
    assert_int_equal(judged("poisson", "\"variant\": \"b\", \"is\": \"<\", \"vs\": \"a\""),
                     CONFIDENCE_FAILS);
    assert_int_equal(judged("poisson", "\"variant\": \"b\", \"is\": \"within\", \"vs\": \"a\","
                                       " \"tolerance\": \"2%\""),
                     CONFIDENCE_HOLDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_bound_is_found),
        cmocka_unit_test(test_no_bound),
        cmocka_unit_test(test_what_is_not_monotone_is_seen),
        cmocka_unit_test(test_an_interruption_ends_it),
        cmocka_unit_test(test_bounds_of_intervals_are_judged),
        cmocka_unit_test(test_pairs_are_judged_by_their_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
