// SPDX-License-Identifier: GPL-3.0-or-later
/* Delivery policies: how many retries, and after which pauses. */
#include "model/delivery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <cmocka.h>

#include "base/units.h"
#include "model/queue_rows.h"

static int64_t count(const struct delivery_policy *policy)
{
    int64_t retries = 0;
    while (delivery_pause_ns(policy, retries) >= 0)
        retries++;
    return retries;
}

static int64_t sum_ns(const struct delivery_policy *policy)
{
    int64_t sum = 0, pause_ns;
    for (int64_t i = 0; (pause_ns = delivery_pause_ns(policy, i)) >= 0; i++)
        sum += pause_ns;
    return sum;
}

static void expect_pause(const struct delivery_policy *policy, int64_t retry, double seconds)
{
    assert_int_equal(delivery_pause_ns(policy, retry), units_ns(seconds));
}

/* EVIDENCE-OF: SNS-10
 * 3 + 2 + 10 + 100,000 retries.  The ten of the back-off are 20^(i/9) seconds (SNS-14). */
static void test_aws_managed(void **state)
{
    (void)state;
    const struct delivery_policy *policy = &delivery_aws_managed;
    assert_int_equal(count(policy), 100015);
    for (int i = 0; i < 3; i++)
        expect_pause(policy, i, 0);
    expect_pause(policy, 3, 1);
    expect_pause(policy, 4, 1);
    for (int i = 0; i < 10; i++)
        assert_true(fabs((double)delivery_pause_ns(policy, 5 + i) - 1e9 * pow(20, i / 9.0)) < 2);
    expect_pause(policy, 5, 1);
    expect_pause(policy, 14, 20);
    expect_pause(policy, 15, 20);
    expect_pause(policy, 100014, 20);
    /* 23 days: 2,000,000 s are 23.1 days, the rest is about a minute. */
    assert_int_equal(sum_ns(policy) / DAY, 23);
}

/* EVIDENCE-OF: SNS-11
 * 0 + 2 + 10 + 38 retries within 6 hours: 38 x 600 s alone are 6.3 hours. */
static void test_customer_managed(void **state)
{
    (void)state;
    const struct delivery_policy *policy = &delivery_customer_managed;
    assert_int_equal(count(policy), 50);
    expect_pause(policy, 0, 10);
    expect_pause(policy, 1, 10);
    expect_pause(policy, 2, 10);
    expect_pause(policy, 11, 600);
    expect_pause(policy, 49, 600);
    assert_int_equal(sum_ns(policy) / HOUR, 6);
}

/* EVIDENCE-OF: SNS-12 */
static void test_http_default(void **state)
{
    (void)state;
    const struct delivery_cfg none = delivery_cfg_none();
    const struct delivery_policy policy = delivery_policy_of(&none, &none);
    assert_int_equal(count(&policy), 3);
    assert_int_equal(sum_ns(&policy), 60 * SEC);
    expect_pause(&policy, 0, 20);
    assert_int_equal(policy.gap_ns, 0);
    assert_int_equal(policy.lifetime_ns, 3600 * SEC);
}

static struct delivery_cfg custom(int backoff)
{
    struct delivery_cfg cfg = delivery_cfg_none();
    cfg.retry = (struct delivery_retry_cfg){.retries = 10,
                                            .min_ns = 10 * SEC,
                                            .max_ns = 40 * SEC,
                                            .no_delay_retries = 1,
                                            .min_delay_retries = 2,
                                            .max_delay_retries = 3,
                                            .backoff = backoff};
    return cfg;
}

/* EVIDENCE-OF: SNS-13 SNS-14
 * 1 at once, 2 after 10 s, 10 - 6 = 4 that back off from 10 to 40 s, 3 after 40 s.  With n = 4 and
 * i = 0..3 the formulas of SNS-14 give: linear 10 + 30 i/3; arithmetic 10 + 30 i(i+1)/12; geometric
 * 10 + 30 (i/3)^2; exponential 10 x 4^(i/3). */
static void test_custom_phases(void **state)
{
    (void)state;
    static const double wanted[4][4] = {
        {10, 20, 30, 40},
        {10, 15, 25, 40},
        {10, 13.333333333, 23.333333333, 40},
        {10, 15.874010520, 25.198420998, 40},
    };
    for (int backoff = 0; backoff < 4; backoff++) {
        const struct delivery_cfg none = delivery_cfg_none(), own = custom(backoff);
        const struct delivery_policy policy = delivery_policy_of(&none, &own);
        assert_int_equal(count(&policy), 10);
        expect_pause(&policy, 0, 0);
        expect_pause(&policy, 1, 10);
        expect_pause(&policy, 2, 10);
        for (int i = 0; i < 4; i++)
            assert_true(fabs((double)delivery_pause_ns(&policy, 3 + i) - 1e9 * wanted[backoff][i]) <
                        2);
        expect_pause(&policy, 7, 40);
        expect_pause(&policy, 9, 40);
    }
}

/* EVIDENCE-OF: SNS-14
 * One retry that backs off waits the greatest delay. */
static void test_single_backoff(void **state)
{
    (void)state;
    struct delivery_cfg none = delivery_cfg_none(), own = custom(DELIVERY_EXPONENTIAL);
    own.retry.retries = 7;
    const struct delivery_policy policy = delivery_policy_of(&none, &own);
    expect_pause(&policy, 3, 40);
}

/* EVIDENCE-OF: SNS-13
 * A subscription's policy beats its topic's, unless the topic says that it does not. */
static void test_overrides(void **state)
{
    (void)state;
    struct delivery_cfg topic = delivery_cfg_none(), own = delivery_cfg_none();
    struct delivery_policy policy;
    topic.retry = (struct delivery_retry_cfg){.retries = 5, .min_ns = SEC, .max_ns = SEC};
    topic.throttle.max_receives_per_s = 2;
    policy = delivery_policy_of(&topic, &own);
    assert_int_equal(count(&policy), 5);
    assert_int_equal(policy.gap_ns, SEC / 2);
    own.retry = (struct delivery_retry_cfg){.retries = 7, .min_ns = SEC, .max_ns = SEC};
    own.throttle.max_receives_per_s = 10;
    policy = delivery_policy_of(&topic, &own);
    assert_int_equal(count(&policy), 7);
    assert_int_equal(policy.gap_ns, SEC / 10);
    topic.disable_overrides = true;
    policy = delivery_policy_of(&topic, &own);
    assert_int_equal(count(&policy), 5);
    assert_int_equal(policy.gap_ns, SEC / 2);
}

/* EVIDENCE-OF: SNS-13 */
static void test_mistakes(void **state)
{
    (void)state;
    struct delivery_retry_cfg cfg = custom(0).retry;
    assert_null(delivery_mistake(&cfg));
    cfg.retries = 6; /* = 1 + 2 + 3: nothing backs off */
    assert_null(delivery_mistake(&cfg));
    cfg.retries = 5;
    assert_non_null(delivery_mistake(&cfg));
    cfg.retries = -1;
    assert_non_null(delivery_mistake(&cfg));
    cfg = delivery_cfg_none().retry;
    assert_null(delivery_mistake(&cfg));
    cfg.retries = 0;
    assert_null(delivery_mistake(&cfg));
    cfg.min_ns = 21 * SEC;
    assert_non_null(delivery_mistake(&cfg));
}

/* The rows of a subscription's policy, as AWS writes it. */
static void test_rows(void **state)
{
    (void)state;
    static const char text[] =
        "{\"healthyRetryPolicy\": {\"numRetries\": 4, \"minDelayTarget\": 1, \"maxDelayTarget\": "
        "60, \"numNoDelayRetries\": 3, \"backoffFunction\": \"geometric\"},"
        " \"throttlePolicy\": {\"maxReceivesPerSecond\": 5}}";
    struct diag *diag = diag_new();
    struct arena arena;
    arena_init(&arena);
    struct json_doc *doc = json_parse("test", text, sizeof text - 1, false, diag);
    struct param_reader reader = {.doc = doc, .diag = diag, .arena = &arena, .folder = ""};
    struct delivery_cfg cfg = {.disable_overrides = false};
    assert_true(param_bind(&reader, delivery_subscription_rows, &cfg, json_root(doc), NULL));
    assert_int_equal(cfg.retry.retries, 4);
    assert_int_equal(cfg.retry.max_ns, 60 * SEC);
    assert_int_equal(cfg.retry.no_delay_retries, 3);
    assert_int_equal(cfg.retry.backoff, DELIVERY_GEOMETRIC);
    assert_int_equal(cfg.throttle.max_receives_per_s, 5);
    cfg = (struct delivery_cfg){.disable_overrides = false};
    assert_true(param_bind(&reader, delivery_topic_rows, &cfg, NULL, NULL));
    const struct delivery_cfg none = delivery_cfg_none();
    assert_int_equal(cfg.retry.retries, none.retry.retries);
    assert_int_equal(cfg.retry.min_ns, none.retry.min_ns);
    assert_int_equal(cfg.retry.max_ns, none.retry.max_ns);
    assert_int_equal(cfg.retry.backoff, none.retry.backoff);
    assert_int_equal(cfg.throttle.max_receives_per_s, none.throttle.max_receives_per_s);
    assert_int_equal(cfg.disable_overrides, none.disable_overrides);
    text_free(&reader.pointer);
    json_free(doc);
    arena_free(&arena);
    diag_free(diag);
}

static void test_pool(void **state)
{
    (void)state;
    struct delivery_pool pool;
    delivery_pool_init(&pool);
    struct delivery_task *first = delivery_task_take(&pool), *second = delivery_task_take(&pool);
    assert_ptr_not_equal(first, second);
    first->tries = 7;
    delivery_task_give_back(&pool, first);
    assert_ptr_equal(delivery_task_take(&pool), first);
    assert_int_equal(first->tries, 0);
    delivery_pool_free(&pool);
    assert_null(pool.made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aws_managed),    cmocka_unit_test(test_customer_managed),
        cmocka_unit_test(test_http_default),   cmocka_unit_test(test_custom_phases),
        cmocka_unit_test(test_single_backoff), cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_mistakes),       cmocka_unit_test(test_rows),
        cmocka_unit_test(test_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
