// SPDX-License-Identifier: GPL-3.0-or-later
/* How often an effect happens: without a store, with one that is looked at first, with a
 * conditional write; by work that outlasts the visibility timeout, and by crashes.
 *
 * Means over replications must lie within Student's t interval at an error of 1e-6; seeds are
 * fixed.  Each formula is derived where it is used. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tools/world.h"

enum { REPLICATIONS = 20, TEXT = 1024 };

/* Workers are always idle, so that a message is received again at the end of each timeout V = 3 s
 * until it is deleted, by its latest handle.  Each access to the store takes L = 0.2 s. */
static const double V = 3.0, L = 0.2, M = 2.0;

static void open_race(struct world_lab *lab, const char *store)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `race`, `experiment`: {`seed`: 11, `drain`: true}, `queues`: "
             "{`payments`: {`VisibilityTimeout`: 3}}, `producers`: {`shop`: {`to`: `payments`, "
             "`messages`: 5000, `arrivals`: {`process`: `poisson`, `rate`: 10}}}, `consumers`: "
             "{`charger`: {`from`: `payments`, `count`: 100, `WaitTimeSeconds`: 20, `service`: "
             "{`dist`: `exponential`, `mean`: 2}, `idempotency`: {`store`: `%s`, `latency`: "
             "0.2}}}}",
             store);
    world_lab_open(lab, text);
}

/* effects and receives per payment */
static void expect_race(const char *store, double effects, double receives)
{
    struct world_lab lab;
    open_race(&lab, store);
    const struct stat_moments *charges = world_lab_watch(&lab, "charger", "effects", "rate");
    const struct stat_moments *received = world_lab_watch(&lab, "payments", "receives", "rate");
    const struct stat_moments *waits =
        world_lab_watch(&lab, "payments", "ApproximateNumberOfMessagesVisible", "max");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(charges, effects, 1e-12);
    WORLD_LAB_EXPECT(received, receives, 0.0);
    assert_true(waits->max <= 5.0); /* nobody ever had to wait for a worker */
    world_lab_close(&lab);
}

/* Another receive follows one with chance q = P(S > V), each draw being new: 1 / (1 - q) receives,
 * each with an effect. */
static void test_without_a_store(void **state)
{
    const double q = exp(-V / M);
    (void)state;
    expect_race("none", 1.0 / (1.0 - q), 1.0 / (1.0 - q));
}

/* Receive k, at k V (k = 0, 1 ..), has looked at k V + L, and if it acts it saves at k V + 2 L +
 * S_k.  It acts if no earlier one j has saved before it looked, S_j > (k - j) V - L for all j < k.
 * If receive k acts, so has k - 1, and its time to the delete, 2 L + S, was above V.  With i = k -
 * j
 *
 *     P(k acts) = prod_{i = 1 .. k} exp(-(i V - L) / m) = exp(-(k (k + 1) V / 2 - k L) / m)
 *
 * and receive k + 1 comes if k acts and 2 L + S_k > V. */
static void test_check_then_act(void **state)
{
    double effects = 0.0, receives = 1.0;
    (void)state;
    for (int k = 0; k < 40; k++) {
        const double acts = exp(-(0.5 * k * (k + 1) * V - k * L) / M);
        effects += acts;
        receives += acts * exp(-(V - 2.0 * L) / M);
    }
    expect_race("checkThenAct", effects, receives);
}

/* Each receive lasts S + L, whether its write is the first or not: one effect. */
static void test_conditional_write(void **state)
{
    const double q = exp(-(V - L) / M);
    (void)state;
    expect_race("conditionalWrite", 1.0, 1.0 / (1.0 - q));
}

/* --- crashes --- */

/* Work of c = 1 s crashes with chance p = 0.3, at a uniform point of its time; the timeout is long,
 * and a message is worked on until it does not crash: 1 / (1 - p) attempts. */
static void expect_crashes(const char *store, double effects)
{
    char text[TEXT];
    struct world_lab lab;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `crash`, `experiment`: {`seed`: 12, `drain`: true}, "
             "`queues`: {`payments`: {}}, `producers`: {`shop`: {`to`: `payments`, `messages`: "
             "5000, `arrivals`: {`process`: `poisson`, `rate`: 10}}}, `consumers`: {`charger`: "
             "{`from`: `payments`, `count`: 100, `WaitTimeSeconds`: 20, `service`: 1, `failure`: "
             "{`probability`: 0.3, `mode`: `crash`, `restart`: 5}, `idempotency`: {`store`: `%s`, "
             "`latency`: 0.2}}}}",
             store);
    world_lab_open(&lab, text);
    const struct stat_moments *charges = world_lab_watch(&lab, "charger", "effects", "rate");
    const struct stat_moments *received = world_lab_watch(&lab, "payments", "receives", "rate");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(charges, effects, 1e-12);
    WORLD_LAB_EXPECT(received, 1.0 / 0.7, 0.0);
    world_lab_close(&lab);
}

/* The effect of plain work is its end, after which nothing can crash. */
static void test_crashes_without_a_store(void **state)
{
    (void)state;
    expect_crashes("none", 1.0);
}

/* The crash window: of the work's time c + 2 L the last L lies between the effect and the save, so
 * that a crash is after the effect with chance w = L / (c + 2 L).  An attempt has an effect with
 * chance (1 - p) + p w, and there are 1 / (1 - p) attempts: 1 + p w / (1 - p) effects. */
static void test_crash_window(void **state)
{
    const double p = 0.3, w = L / (1.0 + 2.0 * L);
    (void)state;
    expect_crashes("checkThenAct", 1.0 + p * w / (1.0 - p));
}

static void test_crashes_in_a_transaction(void **state)
{
    (void)state;
    expect_crashes("conditionalWrite", 1.0);
}

/* --- business keys --- */

/* 2,000 payments about 500 orders, named in turn, each looked up when the one before it about the
 * same order has long been saved: 500 effects with a store, and 1,500 that are not the first
 * without. */
static void test_business_keys(void **state)
{
    static const char *const stores[] = {"none", "checkThenAct", "conditionalWrite"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char text[TEXT];
        struct world_lab lab;
        snprintf(text, sizeof text,
                 "{`version`: 1, `title`: `keys`, `experiment`: {`drain`: true}, `queues`: {`q`: "
                 "{}}, `producers`: {`p`: {`to`: `q`, `messages`: 2000, `arrivals`: {`process`: "
                 "`paced`, `rate`: 5}, `message`: {`businessKey`: {`numbered`: 500, `prefix`: "
                 "`order `}}}}, `consumers`: {`c`: {`from`: `q`, `count`: 4, `WaitTimeSeconds`: "
                 "20, `service`: 0.1, `idempotency`: {`store`: `%s`, `latency`: 0.1}}}}",
                 stores[i]);
        world_lab_open(&lab, text);
        world_lab_run(&lab, 1);
        assert_true(world_lab_value(&lab, "c", "effects", "count") == (i == 0 ? 2000 : 500));
        assert_true(world_lab_value(&lab, "c", "doubleEffects", "count") == (i == 0 ? 1500 : 0));
        assert_true(world_lab_value(&lab, "c", "processed", "count") == 2000.0);
        world_lab_close(&lab);
    }
}

/* A function has no store: 1,500 of its 2,000 effects are not the first, whether a queue or a topic
 * brings the messages. */
static void test_business_keys_of_functions(void **state)
{
    static const char *const worlds[] = {
        "`queues`: {`q`: {}}, `functions`: {`f`: {`from`: `q`, `service`: 0.1}}",
        "`topics`: {`q`: {`subscriptions`: [{`Protocol`: `lambda`, `Endpoint`: `f`}]}}, "
        "`functions`: {`f`: {`service`: 0.1}}"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char text[TEXT];
        struct world_lab lab;
        snprintf(text, sizeof text,
                 "{`version`: 1, `title`: `keys`, `experiment`: {`drain`: true}, %s, `producers`: "
                 "{`p`: {`to`: `q`, `messages`: 2000, `arrivals`: {`process`: `paced`, `rate`: "
                 "5}, `message`: {`businessKey`: {`numbered`: 500, `prefix`: `order `}}}}}",
                 worlds[i]);
        world_lab_open(&lab, text);
        world_lab_run(&lab, 1);
        assert_true(world_lab_value(&lab, "f", "effects", "count") == 2000.0);
        assert_true(world_lab_value(&lab, "f", "doubleEffects", "count") == 1500.0);
        world_lab_close(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_store),   cmocka_unit_test(test_check_then_act),
        cmocka_unit_test(test_conditional_write), cmocka_unit_test(test_crashes_without_a_store),
        cmocka_unit_test(test_crash_window),      cmocka_unit_test(test_crashes_in_a_transaction),
        cmocka_unit_test(test_business_keys),     cmocka_unit_test(test_business_keys_of_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
