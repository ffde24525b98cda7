// SPDX-License-Identifier: GPL-3.0-or-later
/* What every arrival process must do, looped over the list of kinds: times that do not fall, the
 * mean rate that it claims, the same times for the same names of its stream, and an end if it says
 * so.  A kind without an example here is a failure. */
#include "actor/arrival.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "actor/producer_cfg.h"
#include "tools/said.h"

enum { ARRIVALS = 20000, TEXT = 512 };

struct example {
    const char *kind, *arrivals;
    double dispersion; /* variance over mean of the number of arrivals in a long time */
    bool random;
};

/* Dispersions: 1 of a Poisson process; the squared variation of the gap of a renewal process (D. R.
 * Cox, Renewal Theory (1962), section 4.2), 1/3 of a uniform gap from 0; of a burst process
 * 1 + 2 (r1 - r2)^2 a b / (r^3 m) with a = 1/s1, b = 1/s2, r = a + b and mean rate m: 2 s at 10/s
 * and 1 s at 40/s give m = 20, a = 0.5, b = 1, r = 1.5: 1 + 2 x 900 x 0.5 / (3.375 x 20) = 14.33.
 */
// clang-format off
static const struct example examples[] = {
    { "poisson", "{`process`: `poisson`, `rate`: 25}", 1.0, true },
    { "poisson", "{`process`: `poisson`, `rate`: `1/h`}", 1.0, true },
    { "paced", "{`process`: `paced`, `rate`: 3}", 0.0, false },
    { "paced", "{`process`: `paced`, `rate`: 300000}", 0.0, false },
    { "renewal",
      "{`process`: `renewal`, `interval`: {`dist`: `uniform`, `low`: 0, `high`: 2}}",
      1.0 / 3.0, true },
    { "renewal",
      "{`process`: `renewal`, `interval`: {`dist`: `gamma`, `mean`: 0.5, `shape`: 0.25}}",
      4.0, true },
    { "renewal", "{`process`: `renewal`, `interval`: `10ms`}", 0.0, false },
    { "burst",
      "{`process`: `burst`, `states`: [{`rate`: 10, `sojourn`: 2}, {`rate`: 40, `sojourn`: 1}]}",
      14.34, true },
    { "burst", "{`process`: `burst`, `states`: [{`rate`: 10, `sojourn`: 2}]}", 1.0, true },
    { "schedule",
      "{`process`: `schedule`, `schedule`: [{`at`: 0, `rate`: 5}, {`at`: 60, `rate`: 50}]}",
      1.0, true },
    { "trace",
      "{`process`: `trace`, `file`: `trace/synthetic.csv`, `time`: `TIMESTAMP`}", 0.0, false },
    { "closed", "{`process`: `closed`, `inFlight`: 3, `think`: 1}", 0.0, false },
    { "saturated", "{`process`: `saturated`}", 0.0, false },
};
// clang-format on
enum { EXAMPLES = sizeof examples / sizeof *examples };

/* An example as loaded from a scenario. */
struct loaded {
    struct scenario_file *file;
    struct scenario *scenario;
    const struct param_choice *choice;
};

static struct loaded load(const struct example *example)
{
    char text[TEXT];
    struct loaded loaded;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `arrivals`, `experiment`: {`duration`: 10}, `network`: "
             "{`request`: `1ms`}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, "
             "`arrivals`: %s}}}",
             example->arrivals);
    loaded.file = said_read("scenarios/example.json", text, NULL, 0);
    loaded.scenario = said_load(loaded.file, 0, 0);
    loaded.choice = &((const struct producer_cfg *)loaded.scenario->actors[0].cfg)->arrivals;
    return loaded;
}

static void unload(struct loaded *loaded)
{
    scenario_free(loaded->scenario);
    scenario_file_free(loaded->file);
}

static void for_each_example(void (*check)(const struct example *, const struct param_choice *))
{
    for (size_t i = 0; i < EXAMPLES; i++) {
        struct loaded loaded = load(&examples[i]);
        check(&examples[i], loaded.choice);
        unload(&loaded);
    }
}

static void test_every_kind_has_an_example(void **state)
{
    (void)state;
    for (size_t i = 0; arrival_kinds[i] != NULL; i++) {
        bool found = false;
        for (size_t e = 0; e < EXAMPLES; e++)
            found |= strcmp(examples[e].kind, arrival_kinds[i]->param.name) == 0;
        if (!found)
            fail_msg("no example of %s", arrival_kinds[i]->param.name);
    }
}

/* The first times of a process whose stream has this name; returns how many there are. */
static size_t take(const struct param_choice *choice, uint64_t replication, const char *owner,
                   int64_t *times)
{
    struct arrival arrival;
    struct rng rng;
    int64_t at_ns = 0;
    rng_init(&rng, rng_name(1, replication, owner, "arrivals"));
    arrival_init(&arrival, choice, &rng);
    for (size_t i = 0; i < ARRIVALS; i++) {
        at_ns = arrival_next(&arrival, at_ns);
        if (at_ns == FOREVER)
            return i;
        times[i] = at_ns;
    }
    return ARRIVALS;
}

static int64_t times[ARRIVALS], others[ARRIVALS];

static void check_order(const struct example *example, const struct param_choice *choice)
{
    const size_t count = take(choice, 1, "p", times);
    (void)example;
    for (size_t i = 0; i < count; i++)
        assert_true(times[i] >= (i > 0 ? times[i - 1] : 0));
}
static void test_times_do_not_fall(void **state)
{
    (void)state;
    for_each_example(check_order);
}

/* The number of arrivals until the last of them lies within 4.9 standard deviations of rate x time,
 * an error of 1e-6. */
static void check_rate(const struct example *example, const struct param_choice *choice)
{
    const struct arrival_kind *kind = (const struct arrival_kind *)choice->kind;
    const double rate = kind->rate(choice->cfg);
    if (isnan(rate))
        return;
    const size_t count = take(choice, 1, "p", times);
    assert_int_equal(count, ARRIVALS);
    const double expected = rate * units_s(times[count - 1]);
    const double half = 4.9 * sqrt(example->dispersion * expected) + 1.0;
    if (fabs((double)count - expected) > half)
        fail_msg("%s: %zu arrivals, expected %.1f", example->arrivals, count, expected);
}
static void test_the_rate_is_as_claimed(void **state)
{
    (void)state;
    for_each_example(check_rate);
}

/* The times are a function of (seed, replication, owner), and of each of them if they are random.
 */
static void check_names(const struct example *example, const struct param_choice *choice)
{
    const size_t count = take(choice, 2, "p", times);
    assert_int_equal(take(choice, 2, "p", others), count);
    assert_memory_equal(times, others, count * sizeof *times);
    take(choice, 3, "p", others);
    assert_int_equal(count == 0 || memcmp(times, others, count * sizeof *times) == 0,
                     !example->random);
    take(choice, 2, "q", others);
    assert_int_equal(count == 0 || memcmp(times, others, count * sizeof *times) == 0,
                     !example->random);
}
static void test_the_name_decides(void **state)
{
    (void)state;
    for_each_example(check_names);
}

/* A process that ends by itself ends; an open one that does not goes on; the others have no times
 * of their own. */
static void check_end(const struct example *example, const struct param_choice *choice)
{
    const struct arrival_kind *kind = (const struct arrival_kind *)choice->kind;
    const size_t count = take(choice, 1, "p", times);
    (void)example;
    if (kind->loop != ARRIVAL_OPEN)
        assert_int_equal(count, 0);
    else if (kind->ends)
        assert_in_range(count, 1, ARRIVALS - 1);
    else
        assert_int_equal(count, ARRIVALS);
}
static void test_ends(void **state)
{
    (void)state;
    for_each_example(check_end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_an_example),
        cmocka_unit_test(test_times_do_not_fall),
        cmocka_unit_test(test_the_rate_is_as_claimed),
        cmocka_unit_test(test_the_name_decides),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
