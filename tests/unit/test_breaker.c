// SPDX-License-Identifier: GPL-3.0-or-later
/* A circuit breaker, told by hand: three failures in a row open it for 10 s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "actor/breaker.h"
#include "base/units.h"
#include "tools/said.h"

static const struct breaker_cfg cfg = {.failures = 3, .open_ns = 10 * SEC};

static bool call(struct breaker *breaker, bool went_well, int64_t at_s)
{
    const uint32_t ticket = breaker_ask(breaker, at_s * SEC);
    assert_true(ticket != BREAKER_REFUSED);
    return breaker_tell(breaker, &cfg, ticket, went_well, at_s * SEC);
}

static bool refuses(struct breaker *breaker, int64_t at_s)
{
    return breaker_ask(breaker, at_s * SEC) == BREAKER_REFUSED;
}

static void open_at(struct breaker *breaker, int64_t at_s)
{
    assert_false(call(breaker, false, at_s));
    assert_false(call(breaker, false, at_s));
    assert_true(call(breaker, false, at_s));
}

/* A success between them begins the count anew. */
static void test_failures_in_a_row(void **state)
{
    (void)state;
    struct breaker breaker = {.failures = 0};
    assert_false(call(&breaker, false, 1));
    assert_false(call(&breaker, false, 2));
    assert_false(call(&breaker, true, 3));
    assert_false(call(&breaker, false, 4));
    assert_false(call(&breaker, false, 5));
    assert_true(call(&breaker, false, 6));
    assert_true(refuses(&breaker, 6));
    assert_true(refuses(&breaker, 15));
}

/* After 10 s one call is let through, and no second one until it ends. */
static void test_one_trial(void **state)
{
    (void)state;
    struct breaker breaker = {.failures = 0};
    open_at(&breaker, 0);
    const uint32_t trial = breaker_ask(&breaker, 10 * SEC);
    assert_true(trial != BREAKER_REFUSED);
    assert_true(refuses(&breaker, 11));
    assert_false(breaker_tell(&breaker, &cfg, trial, true, 12 * SEC));
    assert_false(call(&breaker, false, 12));
    assert_false(call(&breaker, false, 12));
    assert_true(call(&breaker, false, 13));
    assert_true(refuses(&breaker, 22));
    assert_false(refuses(&breaker, 23));
}

/* A trial that fails opens the circuit at once, for as long again. */
static void test_a_trial_fails(void **state)
{
    (void)state;
    struct breaker breaker = {.failures = 0};
    open_at(&breaker, 0);
    assert_true(call(&breaker, false, 10));
    assert_true(refuses(&breaker, 19));
    assert_true(call(&breaker, false, 20));
    assert_false(call(&breaker, true, 30));
    assert_false(refuses(&breaker, 30));
    assert_false(refuses(&breaker, 30));
}

/* Calls of before the circuit opened end later, well or not: that is no trial's end. */
static void test_late_ends_are_ignored(void **state)
{
    (void)state;
    struct breaker breaker = {.failures = 0};
    const uint32_t early = breaker_ask(&breaker, 0);
    open_at(&breaker, 1);
    assert_false(breaker_tell(&breaker, &cfg, early, true, 2 * SEC));
    assert_true(refuses(&breaker, 2));
    const uint32_t trial = breaker_ask(&breaker, 11 * SEC);
    assert_false(breaker_tell(&breaker, &cfg, early, false, 12 * SEC));
    assert_false(breaker_tell(&breaker, &cfg, trial, true, 13 * SEC));
    assert_false(breaker_tell(&breaker, &cfg, trial, false, 14 * SEC));
    assert_false(refuses(&breaker, 14));
}

/* Whoever had the trial dies: the next that asks has it. */
static void test_a_trial_is_forgotten(void **state)
{
    (void)state;
    struct breaker breaker = {.failures = 0};
    open_at(&breaker, 0);
    const uint32_t trial = breaker_ask(&breaker, 10 * SEC);
    assert_true(refuses(&breaker, 11));
    breaker_forget(&breaker, trial);
    assert_false(refuses(&breaker, 12));
}

#define PARTS(breaker)                                                                             \
    "{`experiment`: {`duration`: 9}, `queues`: {`q`: {}}, `downstreams`: {`db`: {`service`: "      \
    "0.1}},"                                                                                       \
    "`producers`: {`p`: {`to`: `db`, `arrivals`: {`process`: `paced`, `rate`: 1},\n"               \
    "`breaker`: {" breaker "}}},"                                                                  \
    "`consumers`: {`c`: {`from`: `q`, `service`: 1, `WaitTimeSeconds`: 1, `downstream`: `db`,\n"   \
    "`breaker`: {" breaker "}}}}"

/* A time to stay open is nothing without a number that opens it; a 0 is one. */
static void test_open_needs_failures(void **state)
{
    (void)state;
    said_check("s.json", PARTS("`open`: `10s`"),
               "s.json:2:21: /producers/p/breaker/open: it never opens: give `failures`, after how "
               "many in a row it does\n"
               "s.json:3:21: /consumers/c/breaker/open: it never opens: give `failures`, after how "
               "many in a row it does\n");
    said_check("s.json", PARTS("`open`: `10s`, `failures`: 0"), "");
    said_check("s.json", PARTS("`failures`: 3"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failures_in_a_row),    cmocka_unit_test(test_one_trial),
        cmocka_unit_test(test_a_trial_fails),        cmocka_unit_test(test_late_ends_are_ignored),
        cmocka_unit_test(test_a_trial_is_forgotten), cmocka_unit_test(test_open_needs_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
