// SPDX-License-Identifier: GPL-3.0-or-later
/* The arrival processes, one by one: what is particular to each.  What all must do is in
 * contract/arrival_contract.c, and their rates in theory/messaging.c. */
#include "actor/arrival.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/units.h"
#include "actor/producer_cfg.h"
#include "tools/said.h"

enum { TEXT = 1024 };

struct rig {
    struct scenario_file *file;
    struct scenario *scenario;
    struct rng rng;
    struct arrival arrival;
    int64_t at_ns;
};

#define AROUND_FRONT                                                                               \
    "{`version`: 1, `title`: `arrivals`, `experiment`: {`duration`: 10}, `network`: {`request`: "  \
    "`1ms`}, `queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `arrivals`: "

static void open_rig(struct rig *rig, const char *arrivals)
{
    char text[TEXT];
    snprintf(text, sizeof text, AROUND_FRONT "%s}}}", arrivals);
    *rig = (struct rig){.file = said_read("scenarios/example.json", text, NULL, 0)};
    rig->scenario = said_load(rig->file, 0, 0);
    const struct producer_cfg *cfg = rig->scenario->actors[0].cfg;
    rng_init(&rig->rng, rng_name(1, 1, "test", "arrival"));
    arrival_init(&rig->arrival, &cfg->arrivals, &rig->rng);
}

static void close_rig(struct rig *rig)
{
    scenario_free(rig->scenario);
    scenario_file_free(rig->file);
}

static int64_t next(struct rig *rig)
{
    return rig->at_ns = arrival_next(&rig->arrival, rig->at_ns);
}

/* Evenly spaced from 1/rate on; a third of a second does not add up an error. */
static void test_paced(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "{`process`: `paced`, `rate`: 3}");
    assert_int_equal(next(&rig), 333333333);
    assert_int_equal(next(&rig), 666666667);
    assert_int_equal(next(&rig), SEC);
    for (int i = 4; i <= 3000000; i++)
        next(&rig);
    assert_int_equal(rig.at_ns, 1000000 * SEC);
    close_rig(&rig);
}

static void test_renewal_of_a_constant(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "{`process`: `renewal`, `interval`: `250ms`}");
    for (int i = 1; i <= 4; i++)
        assert_int_equal(next(&rig), i * 250 * MSEC);
    close_rig(&rig);
}

/* Nothing comes before the first step, nothing while the rate is 0, and after a last rate of 0
 * nothing any more. */
static void test_schedule(void **state)
{
    struct rig rig;
    int counts[4] = {0};
    (void)state;
    open_rig(&rig, "{`process`: `schedule`, `schedule`: [{`at`: 10, `rate`: 100}, {`at`: 20, "
                   "`rate`: 0}, {`at`: 30, `rate`: 100}, {`at`: 40, `rate`: 0}]}");
    while (next(&rig) != FOREVER) {
        assert_in_range(rig.at_ns, 10 * SEC, 40 * SEC - 1);
        counts[rig.at_ns / (10 * SEC)]++;
    }
    assert_int_equal(counts[2], 0);
    /* 1,000 of a Poisson process: 4.9 standard deviations are 155, an error of 1e-6. */
    assert_in_range(counts[1], 1000 - 155, 1000 + 155);
    assert_in_range(counts[3], 1000 - 155, 1000 + 155);
    close_rig(&rig);
}

/* The last rate holds for ever. */
static void test_the_last_rate_of_a_schedule(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "{`process`: `schedule`, `schedule`: [{`at`: 0, `rate`: 1}, {`at`: 5, `rate`: "
                   "1000}]}");
    while (next(&rig) < 5 * SEC)
        continue;
    for (int i = 0; i < 10000; i++)
        next(&rig);
    /* 10,000 gaps of 1 ms: 10 s, standard deviation 0.1 s, 4.9 of it; an error of 1e-6. */
    assert_true(fabs(units_s(rig.at_ns) - 15.0) < 0.49);
    close_rig(&rig);
}

/* A burst process is in each state for its share of time: the gaps above 50 ms belong almost all to
 * the slow state. */
static void test_burst_has_two_speeds(void **state)
{
    struct rig rig;
    int64_t before_ns = 0;
    size_t slow = 0, all = 0;
    (void)state;
    open_rig(&rig, "{`process`: `burst`, `states`: [{`rate`: 0, `sojourn`: 9}, {`rate`: 1000, "
                   "`sojourn`: 1}]}");
    for (; rig.at_ns < 20000 * SEC; all++) {
        before_ns = rig.at_ns;
        slow += next(&rig) - before_ns > 50 * MSEC;
    }
    /* 2,000 cycles of 10 s: as many long gaps, but for those of less than 50 ms (0.6 %).  The
     * number of cycles in T has the deviation sqrt(T (9^2 + 1^2) / 10^3) = 40.5; 4.9 are 199. */
    assert_true(fabs((double)slow - 2000 * 0.9945) < 200);
    close_rig(&rig);
}

/* The recorded arrivals of the file, from time 0, sped up. */
static void test_trace(void **state)
{
    struct rig rig, fast;
    (void)state;
    open_rig(&rig, "{`process`: `trace`, `file`: `trace/synthetic.csv`, `time`: `TIMESTAMP`}");
    open_rig(&fast, "{`process`: `trace`, `file`: `trace/synthetic.csv`, `time`: `TIMESTAMP`, "
                    "`speedup`: 10}");
    const struct producer_cfg *cfg = rig.scenario->actors[0].cfg;
    const struct trace_file *trace = arrival_trace(&cfg->arrivals);
    assert_non_null(trace);
    assert_int_equal(trace->at_ns[0], 0);
    for (size_t i = 0; i < trace->count; i++) {
        assert_int_equal(next(&rig), trace->at_ns[i]);
        assert_in_range(10 * next(&fast) + 10, trace->at_ns[i], trace->at_ns[i] + 20);
    }
    assert_int_equal(next(&rig), FOREVER);
    assert_int_equal(next(&fast), FOREVER);
    close_rig(&fast);
    close_rig(&rig);
}

/* What a text may not say, and where the mistake is. */
static void test_mistakes(void **state)
{
    (void)state;
    said_check("test.json", AROUND_FRONT "{`process`: `schedule`, `schedule`: []}}}}",
               "test.json:1:164: /producers/p/arrivals: a schedule needs at least one step\n");
    said_check("test.json", AROUND_FRONT "{`process`: `burst`, `states`: []}}}}",
               "test.json:1:164: /producers/p/arrivals: a burst process needs at least one "
               "state\n");
    said_check("test.json",
               AROUND_FRONT "{`process`: `schedule`, `schedule`: [{`at`: 5, `rate`: 1}, {`at`: 5, "
                            "`rate`: 2}]}}}}",
               "test.json:1:164: /producers/p/arrivals: step 1 of the schedule is not later than "
               "the one before it\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paced),
        cmocka_unit_test(test_renewal_of_a_constant),
        cmocka_unit_test(test_schedule),
        cmocka_unit_test(test_the_last_rate_of_a_schedule),
        cmocka_unit_test(test_burst_has_two_speeds),
        cmocka_unit_test(test_trace),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
