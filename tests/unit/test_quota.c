// SPDX-License-Identifier: GPL-3.0-or-later
/* Token buckets: expected numbers are rate x time + burst, worked out with each test. */
#include "model/quota.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"
#include "model/message.h"

static const uint32_t none = MESSAGE_NO_GROUP;

/* Calls of one group until the first refusal, at most limit. */
static int count_calls(struct quota *quota, unsigned action, uint32_t group, int limit,
                       int64_t now_ns)
{
    int calls = 0;
    while (calls < limit && quota_take(quota, action, &group, 1, now_ns))
        calls++;
    return calls;
}

static void test_off_admits_all(void **state)
{
    (void)state;
    struct quota quota;
    quota_init(&quota, false, 0, 0, 0);
    assert_int_equal(count_calls(&quota, 0, 1, 1000, 0), 1000);
    quota_clear(&quota);
    quota_free(&quota);
}

/* EVIDENCE-OF: LIM-2
 * 300 at once; 1/300 s is 3,333,334 ns to a whole ns, and not one ns less brings the next; a second
 * brings 300, however long the pause before. */
static void test_burst_and_rate(void **state)
{
    (void)state;
    struct quota quota;
    quota_init(&quota, true, 300, 0, 300);
    assert_int_equal(count_calls(&quota, 0, 1, 1000, 0), 300);
    assert_int_equal(count_calls(&quota, 0, 1, 1000, 3330000), 0);
    assert_int_equal(count_calls(&quota, 0, 1, 1000, 3333334), 1);
    assert_int_equal(count_calls(&quota, 0, 1, 1000, SEC), 299);
    assert_int_equal(count_calls(&quota, 0, 1, 1000, DAY), 300);
    quota_free(&quota);
}

/* EVIDENCE-OF: LIM-2
 * Every action has its own; clearing fills all. */
static void test_actions_are_apart(void **state)
{
    (void)state;
    struct quota quota;
    quota_init(&quota, true, 300, 0, 50);
    for (unsigned action = 0; action < QUOTA_ACTIONS; action++)
        assert_int_equal(count_calls(&quota, action, 1, 1000, 5), 50);
    quota_clear(&quota);
    for (unsigned action = 0; action < QUOTA_ACTIONS; action++)
        assert_int_equal(count_calls(&quota, action, 1, 1000, 0), 50);
    quota_free(&quota);
}

/* A call every 4 ms is exactly 250/s: rounding must refuse none of a million, though there is no
 * burst. */
static void test_rounding_refuses_nothing(void **state)
{
    (void)state;
    struct quota quota;
    quota_init(&quota, true, 250, 0, 1);
    for (int64_t i = 0; i < 1000000; i++)
        assert_true(quota_take(&quota, 0, &none, 1, i * 4 * MSEC));
    assert_false(quota_take(&quota, 0, &none, 1, 999999 * 4 * MSEC));
    quota_free(&quota);
}

/* Ten refills of 0.1 sum to a little less than 1 in doubles: asked each 10 ms for 1,000 s, 10/s
 * without a burst still gives one call each 100 ms, at its very instant. */
static void test_tenths_sum_to_one(void **state)
{
    (void)state;
    struct quota quota;
    quota_init(&quota, true, 10, 0, 1);
    for (int64_t i = 0; i < 100000; i++)
        assert_int_equal(quota_take(&quota, 0, &none, 1, i * 10 * MSEC), i % 10 == 0);
    quota_free(&quota);
}

/* In 100 s at 300/s with a burst of 300, with a call each 100 us: 300 + 300 x 100 calls and not one
 * more. */
static void test_overload_gets_the_rate(void **state)
{
    (void)state;
    struct quota quota;
    int admitted = 0;
    quota_init(&quota, true, 300, 0, 300);
    for (int64_t i = 0; i <= 1000000; i++)
        admitted += quota_take(&quota, 0, &none, 1, i * 100 * USEC);
    assert_int_equal(admitted, 300 + 300 * 100);
    quota_free(&quota);
}

/* EVIDENCE-OF: LIM-3 LIM-4
 * The table's regions: 70,000 / 300 = 233.3 are 234 partitions, 19,000 / 300 = 63.3 are 64, 2,400 /
 * 300 are 8. */
static void test_partitions_of_regions(void **state)
{
    (void)state;
    static const struct {
        double rate;
        uint32_t partitions;
    } regions[] = {{70000, 234}, {19000, 64}, {9000, 30}, {4500, 15}, {2400, 8}};
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
        struct quota quota;
        quota_init(&quota, true, regions[i].rate, 300, 1);
        assert_int_equal(quota.partitions, regions[i].partitions);
        /* A call without a group takes from each partition in turn: one token in each. */
        assert_int_equal(count_calls(&quota, 1, none, 100000, 0), regions[i].partitions);
        quota_free(&quota);
    }
}

/* EVIDENCE-OF: LIM-4
 * 10,000 groups over 8 partitions, told apart by which group still has a token: chi-square with 7
 * degrees of freedom below 40.52, the quantile at 1 - 1e-6. */
static void test_groups_spread_and_stay(void **state)
{
    (void)state;
    double chi_square = 0;
    int total = 0;
    struct quota quota;
    quota_init(&quota, true, 2400, 300, 20000);
    for (uint32_t group = 0; group < 10000; group++)
        assert_true(quota_take(&quota, 0, &group, 1, 0));
    for (uint32_t partition = 0; partition < 8; partition++) {
        const double used = 20000 - quota.buckets[partition * QUOTA_ACTIONS].tokens;
        chi_square += (used - 1250) * (used - 1250) / 1250;
        total += (int)used;
    }
    assert_int_equal(total, 10000);
    assert_true(chi_square < 40.52);
    /* The same groups again use the same buckets: each is charged twice as much. */
    const double before = 20000 - quota.buckets[3 * QUOTA_ACTIONS].tokens;
    for (uint32_t group = 0; group < 10000; group++)
        assert_true(quota_take(&quota, 0, &group, 1, 0));
    assert_true(20000 - quota.buckets[3 * QUOTA_ACTIONS].tokens == 2 * before);
    quota_free(&quota);
}

/* Two groups of different partitions. */
static void find_two(struct quota *quota, uint32_t groups[2])
{
    groups[0] = 0;
    groups[1] = 1;
    assert_true(quota_take(quota, 3, &groups[0], 1, 0));
    while (!quota_take(quota, 3, &groups[1], 1, 0))
        groups[1]++;
}

/* EVIDENCE-OF: LIM-4
 * A hot group is held to its partition's burst while another one's calls pass; a batch counts once
 * in each partition that it touches, and if one of them is empty, nowhere. */
static void test_batch_is_split_all_or_nothing(void **state)
{
    (void)state;
    struct quota quota;
    uint32_t two[2];
    quota_init(&quota, true, 2400, 300, 1);
    find_two(&quota, two);
    quota_free(&quota);
    quota_init(&quota, true, 2400, 300, 3);
    const uint32_t batch[10] = {two[0], two[1], two[0], two[1], two[0],
                                two[1], two[0], two[1], two[0], two[1]};
    assert_true(quota_take(&quota, 0, batch, 10, 0));
    assert_int_equal(count_calls(&quota, 0, two[0], 100, 0), 2);
    for (int i = 0; i < 5; i++)
        assert_false(quota_take(&quota, 0, batch, 10, 0));
    assert_int_equal(count_calls(&quota, 0, two[1], 100, 0), 2);
    quota_free(&quota);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_off_admits_all),
        cmocka_unit_test(test_burst_and_rate),
        cmocka_unit_test(test_actions_are_apart),
        cmocka_unit_test(test_rounding_refuses_nothing),
        cmocka_unit_test(test_tenths_sum_to_one),
        cmocka_unit_test(test_overload_gets_the_rate),
        cmocka_unit_test(test_partitions_of_regions),
        cmocka_unit_test(test_groups_spread_and_stay),
        cmocka_unit_test(test_batch_is_split_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
