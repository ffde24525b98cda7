// SPDX-License-Identifier: GPL-3.0-or-later
/* Dated limits: the numbers that slides rely on, the default, and unknown names. */
#include "scenario/profile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tools/said.h"

/* EVIDENCE-OF: LIM-5 RCV-9 LIM-3
 * The numbers of the rules ATT-1, LIM-5, SND-2, RCV-9, FIFO-27, LIM-2, LIM-3 (us-east-1) and LIM-4.
 */
static void test_2026(void **state)
{
    (void)state;
    const struct profile *profile = profile_find("aws-2026-11");
    assert_ptr_equal(profile, profiles[0]); /* the default */
    const struct queue_limits *limits = &profile->limits;
    assert_int_equal(limits->max_bytes, 1048576);
    assert_int_equal(limits->batch_bytes, 1048576);
    assert_int_equal(limits->in_flight_standard, 120000);
    assert_int_equal(limits->in_flight_fifo, 120000);
    assert_int_equal(limits->fifo_look_back, 120000);
    assert_true(limits->fifo_calls_per_s == 300.0);
    assert_true(limits->fifo_high_calls_per_s == 70000.0);
    assert_true(limits->fifo_partition_calls_per_s == 300.0);
}

/* EVIDENCE-OF: LIM-5
 * What the same rules say of "before": 256 KiB, 20,000 in flight in a FIFO queue and looked back
 * over. */
static void test_2023(void **state)
{
    (void)state;
    const struct profile *profile = profile_find("aws-2023");
    assert_non_null(profile);
    assert_int_equal(profile->limits.max_bytes, 262144);
    assert_int_equal(profile->limits.batch_bytes, 262144);
    assert_int_equal(profile->limits.in_flight_standard, 120000);
    assert_int_equal(profile->limits.in_flight_fifo, 20000);
    assert_int_equal(profile->limits.fifo_look_back, 20000);
}

/* COST-1: the first tiers, the next above 100 and 200 thousand million requests a month, the
 * surcharge of a group and the million that is free. */
static void test_prices(void **state)
{
    static const double wanted[][3] = {{0.40, 0.30, 0.24}, {0.50, 0.40, 0.35}};
    (void)state;
    for (size_t i = 0; profiles[i] != NULL; i++) {
        const struct observe_prices *prices = &profiles[i]->prices;
        assert_int_equal(OBSERVE_PRICE_TIERS, 3);
        for (int tier = 0; tier < OBSERVE_PRICE_TIERS; tier++) {
            assert_true(prices->standard[tier].usd_per_million == wanted[0][tier]);
            assert_true(prices->fifo[tier].usd_per_million == wanted[1][tier]);
            assert_true(tier == 2 || prices->standard[tier].up_to_requests == 1e11 * (tier + 1));
            assert_true(tier == 2 || prices->fifo[tier].up_to_requests == 1e11 * (tier + 1));
        }
        assert_true(isinf(prices->standard[2].up_to_requests));
        assert_true(isinf(prices->fifo[2].up_to_requests));
        assert_true(prices->group_usd_per_million == 0.10);
        assert_true(prices->free_requests == 1e6);
        assert_true(prices->invocation_usd_per_million == 0.20); /* COST-5 */
        assert_true(prices->gb_s_usd[0] == 0.0000166667 && prices->gb_s_usd[1] == 0.0000133334);
        assert_true(prices->free_invocations == 1e6 && prices->free_gb_s == 400e3);
    }
}

static void test_all(void **state)
{
    (void)state;
    assert_null(profile_find("aws"));
    for (size_t i = 0; profiles[i] != NULL; i++) {
        assert_ptr_equal(profile_find(profiles[i]->name), profiles[i]);
        assert_true(strlen(profiles[i]->doc) > 0);
        /* A partition is never wider than the queue, and the queue at least as wide as without
         * partitions. */
        const struct queue_limits *limits = &profiles[i]->limits;
        assert_true(limits->fifo_partition_calls_per_s <= limits->fifo_high_calls_per_s);
        assert_true(limits->fifo_calls_per_s <= limits->fifo_high_calls_per_s);
    }
}

/* EVIDENCE-OF: ATT-1 LIM-5
 * The profile is the default and the ceiling of MaximumMessageSize. */
static void test_message_size(void **state)
{
    (void)state;
    struct scenario_file *file = said_read(
        "s.json", "{`profile`: `aws-2023`, `queues`: {`a`: {}, `b`: {`MaximumMessageSize`: 2048}}}",
        NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    assert_string_equal(scenario->profile->name, "aws-2023");
    assert_int_equal(scenario->queues[0].cfg.max_bytes, 262144);
    assert_int_equal(scenario->queues[1].cfg.max_bytes, 2048);
    scenario_free(scenario);
    scenario_file_free(file);
    said_check("s.json",
               "{`profile`: `aws-2023`,\n`queues`: {`a`: {`MaximumMessageSize`: 262145}}}",
               "s.json:2:40: /queues/a/MaximumMessageSize: 262145 is above the maximum 262144 "
               "(profile aws-2023)\n");
}

static void test_unknown(void **state)
{
    (void)state;
    said_check("s.json", "{`queues`: {`a`: {}}, `profile`: `aws-2026`}",
               "s.json:1:34: /profile: unknown profile `aws-2026`, did you mean `aws-2023`?\n");
    said_check("s.json", "{`queues`: {`a`: {}}, `profile`: `azure`}",
               "s.json:1:34: /profile: unknown profile `azure` (one of aws-2026-11, aws-2023)\n");
    said_check("s.json", "{`queues`: {`a`: {}}, `profile`: 2023}",
               "s.json:1:34: /profile: expected a text, found a number\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_2026),         cmocka_unit_test(test_2023),
        cmocka_unit_test(test_prices),       cmocka_unit_test(test_all),
        cmocka_unit_test(test_message_size), cmocka_unit_test(test_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
