// SPDX-License-Identifier: GPL-3.0-or-later
/* What every distribution promises: its sample has the mean, the variance and the cdf that it
 * states, is not below 0, and a keyed draw depends on its key alone.  A kind without an example
 * here does not compile.
 *
 * Limits are chosen at an error rate of 1e-6 each; seeds are fixed. */
#include "core/dist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { DRAWS = 200000, BATCHES = 200, BATCH = DRAWS / BATCHES };

/* One example of each kind; its tails must be light enough for the sample variance to have a
 * variance. */
struct examples {
    const char *constant, *uniform, *exponential, *gamma, *erlang, *lognormal, *weibull, *pareto;
    const char *hyperexponential, *normal, *empirical, *mixture, *message;
};

static const struct examples examples = {
    .constant = "{\"dist\": \"constant\", \"value\": 2.5}",
    .uniform = "{\"dist\": \"uniform\", \"low\": 1, \"high\": 4}",
    .exponential = "{\"dist\": \"exponential\", \"mean\": 20}",
    .gamma = "{\"dist\": \"gamma\", \"mean\": 3, \"shape\": 0.7}",
    .erlang = "{\"dist\": \"erlang\", \"mean\": 3, \"k\": 4}",
    .lognormal = "{\"dist\": \"lognormal\", \"mean\": 0.8, \"cv\": 0.5}",
    .weibull = "{\"dist\": \"weibull\", \"scale\": 2, \"shape\": 1.5}",
    .pareto = "{\"dist\": \"pareto\", \"scale\": 1, \"shape\": 12}",
    .hyperexponential = "{\"dist\": \"hyperexponential\", \"mean\": 2, \"scv\": 4}",
    .normal = "{\"dist\": \"normal\", \"mean\": 1, \"sd\": 2}",
    .empirical = "{\"dist\": \"empirical\", \"values\": [3, 1, 4, 1, 5, 9, 2, 6]}",
    .mixture = "{\"dist\": \"mixture\", \"of\": [{\"weight\": 3, \"dist\": 2},"
               " {\"weight\": 1, \"dist\": {\"dist\": \"exponential\", \"mean\": 6}}]}",
    .message = "{\"dist\": \"message\"}",
};

/* The compiler says which kind has no member above; an empty one is said by
 * test_every_kind_is_here. */
#define EXAMPLE(name) {&dist_##name, offsetof(struct examples, name)},
static const struct {
    const struct dist_kind *kind;
    size_t offset;
} kinds[] = {DIST_KINDS(EXAMPLE)};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *example(size_t index)
{
    const char *text;
    memcpy(&text, (const char *)&examples + kinds[index].offset, sizeof text);
    return text;
}

struct world {
    struct arena arena;
    struct diag *diag;
    struct dist dist[KINDS];
    double sample[DRAWS];
};

static const struct dist *read_example(struct world *world, size_t index)
{
    static const struct param row = {
        .name = "service", .type = &dist_service_param, PARAM_NO_RANGE};
    struct param_reader reader = {.diag = world->diag, .arena = &world->arena, .folder = ""};
    struct json_doc *doc =
        json_parse("example", example(index), strlen(example(index)), false, world->diag);
    assert_non_null(doc);
    reader.doc = doc;
    assert_true(row.type->read(&reader, &row, &world->dist[index], json_root(doc)));
    json_free(doc);
    text_free(&reader.pointer);
    return &world->dist[index];
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    arena_init(&world->arena);
    world->diag = diag_new();
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    diag_free(world->diag);
    arena_free(&world->arena);
    free(world);
    return 0;
}

/* The z of a mean over batches: their scatter is its own measure, so that no fourth moment is
 * needed. */
static double z_of_batches(const double means[BATCHES], double expected)
{
    double mean = 0.0, squares = 0.0;
    for (int i = 0; i < BATCHES; i++)
        mean += means[i] / BATCHES;
    for (int i = 0; i < BATCHES; i++)
        squares += (means[i] - mean) * (means[i] - mean);
    const double error = sqrt(squares / (BATCHES - 1) / BATCHES);
    if (fabs(mean - expected) <= 1e-12 * fabs(expected)) /* a constant has no scatter */
        return 0.0;
    return (mean - expected) / error;
}

/* Student's t with 199 degrees of freedom: P(|T| > 5.05) = 1e-6 (a normal's limit would be 4.89).
 */
static const double z_limit = 5.05;

static void check_moments(const char *name, const double *sample, const struct dist *dist)
{
    double means[BATCHES] = {0}, squares[BATCHES] = {0};
    const double mean = dist_mean(dist);
    for (int i = 0; i < DRAWS; i++) {
        means[i / BATCH] += sample[i] / BATCH;
        squares[i / BATCH] += (sample[i] - mean) * (sample[i] - mean) / BATCH;
    }
    const double z_mean = z_of_batches(means, mean);
    const double z_variance = z_of_batches(squares, dist_variance(dist));
    if (!(fabs(z_mean) < z_limit && fabs(z_variance) < z_limit))
        fail_msg("%s: z of the mean %g, of the variance %g", name, z_mean, z_variance);
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Kolmogorov-Smirnov at the sample's points, ties taken together, so that steps are judged alike;
 * Massart's bound sqrt(ln(2 / 1e-6) / 2 / n) holds for any distribution.  Sorts the sample. */
static void check_cdf(const char *name, double *sample, const struct dist *dist)
{
    double furthest = 0.0;
    qsort(sample, DRAWS, sizeof *sample, by_value);
    for (int i = 0; i < DRAWS; i++) {
        if (i + 1 == DRAWS || sample[i] < sample[i + 1])
            furthest = fmax(furthest, fabs((i + 1.0) / DRAWS - dist_cdf(dist, sample[i])));
    }
    if (!(furthest < sqrt(log(2e6) / 2.0 / DRAWS)))
        fail_msg("%s: the cdf is %g off", name, furthest);
}

static void test_every_kind_is_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        assert_ptr_equal(dist_kinds[i], kinds[i].kind);
        assert_non_null(example(i));
        assert_non_null(strstr(example(i), kinds[i].kind->param.name));
        assert_non_null(kinds[i].kind->param.doc);
    }
    assert_null(dist_kinds[KINDS]);
}

static void test_samples(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < KINDS; i++) {
        const struct dist *dist = read_example(world, i);
        if (dist->fast == DIST_MESSAGE)
            continue;
        struct rng rng;
        rng_init(&rng, rng_name(1, 1, kinds[i].kind->param.name, "contract"));
        for (int d = 0; d < DRAWS; d++) {
            world->sample[d] = dist_draw(dist, &rng);
            assert_true(world->sample[d] >= 0.0);
        }
        check_moments(kinds[i].kind->param.name, world->sample, dist);
        if (kinds[i].kind->cdf != NULL)
            check_cdf(kinds[i].kind->param.name, world->sample, dist);
    }
}

/* The draws of messages 0, 1, 2 ... are a sample of the same distribution, to a nanosecond. */
static void test_keyed_samples(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < KINDS; i++) {
        const struct dist *dist = read_example(world, i);
        if (dist->fast == DIST_MESSAGE)
            continue;
        const uint64_t name = rng_name(1, 1, kinds[i].kind->param.name, "keyed");
        for (int d = 0; d < DRAWS; d++) {
            const uint64_t number = (uint64_t)d / 2, attempt = 1 + (uint64_t)d % 2;
            world->sample[d] = (double)dist_draw_keyed_ns(dist, name, number, attempt) * 1e-9;
        }
        check_moments(kinds[i].kind->param.name, world->sample, dist);
    }
}

/* The inline case and the general one are one function of the key, and another attempt is another
 * draw. */
static void test_keys(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < KINDS; i++) {
        const struct dist *dist = read_example(world, i);
        if (dist->fast == DIST_MESSAGE)
            continue;
        int differ = 0;
        for (uint64_t number = 0; number < 20000; number++) {
            const int64_t ns = dist_draw_keyed_ns(dist, 42, number, 1);
            assert_int_equal(dist_draw_keyed_ns(dist, 42, number, 1), ns);
            assert_int_equal(dist_draw_keyed_slow(dist, 42, number, 1), ns);
            differ += dist_draw_keyed_ns(dist, 42, number, 2) != ns;
        }
        /* Empirical values tie in 2 of 8 x 8 pairs besides the same one, a mixture's constant in 9
         * of 16. */
        assert_true(dist->fast == DIST_CONSTANT ? differ == 0 : differ > 20000 / 4);
    }
}

/* dist_draw_ns is dist_draw, rounded. */
static void test_inline_draws_agree(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < KINDS; i++) {
        const struct dist *dist = read_example(world, i);
        if (dist->fast == DIST_MESSAGE)
            continue;
        struct rng one, other;
        rng_init(&one, 7);
        rng_init(&other, 7);
        for (int d = 0; d < 20000; d++)
            assert_int_equal(dist_draw_ns(dist, &one), dist_ns(dist_draw(dist, &other)));
    }
}

/* A cdf rises from 0 below the support to 1, for arguments of all magnitudes. */
static void test_cdfs_rise(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < KINDS; i++) {
        const struct dist *dist = read_example(world, i);
        if (kinds[i].kind->cdf == NULL)
            continue;
        double before = dist_cdf(dist, -1.0);
        assert_true(before == 0.0);
        for (double x = 1e-12; x < 1e12; x *= 1.1) {
            const double p = dist_cdf(dist, x);
            assert_true(p >= before - 1e-15 && p <= 1.0);
            before = p;
        }
        assert_true(before == 1.0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_kind_is_here), TEST(test_samples),
        TEST(test_keyed_samples),      TEST(test_keys),
        TEST(test_inline_draws_agree), TEST(test_cdfs_rise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
