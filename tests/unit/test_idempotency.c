// SPDX-License-Identifier: GPL-3.0-or-later
/* Notes: who writes the first, and when they end. */
#include "actor/idempotency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"
#include "tools/said.h"

static void test_first_writer(void **state)
{
    const struct idempotency_cfg cfg = {.ttl_ns = -1};
    struct idempotency store = {.cfg = &cfg};
    (void)state;
    assert_false(idempotency_has(&store, 7, 0));
    assert_true(idempotency_save_first(&store, 7, 0));
    assert_false(idempotency_save_first(&store, 7, 1));
    assert_true(idempotency_has(&store, 7, INT64_MAX - 1)); /* for ever */
    assert_true(idempotency_save_first(&store, 8, 1));
    idempotency_clear(&store);
    assert_false(idempotency_has(&store, 7, 2));
    idempotency_free(&store);
}

/* A note of 10 s written at 5 s holds until just before 15 s; saving again renews it. */
static void test_ttl(void **state)
{
    const struct idempotency_cfg cfg = {.ttl_ns = 10 * SEC};
    struct idempotency store = {.cfg = &cfg};
    (void)state;
    assert_true(idempotency_save_first(&store, 7, 5 * SEC));
    assert_true(idempotency_has(&store, 7, 15 * SEC - 1));
    assert_false(idempotency_has(&store, 7, 15 * SEC));
    idempotency_save(&store, 7, 12 * SEC);
    assert_false(idempotency_save_first(&store, 7, 22 * SEC - 1));
    assert_true(idempotency_save_first(&store, 7, 22 * SEC));
    idempotency_free(&store);
}

#define PARTS(idempotency)                                                                         \
    "{`experiment`: {`duration`: 9}, `queues`: {`q`: {}}, `consumers`: {`c`: {`from`: `q`,"        \
    "`service`: 1, `WaitTimeSeconds`: 1,\n`idempotency`: {" idempotency "}}}}"

/* What is said of a store is nothing without one; "none" on purpose is. */
static void test_a_store_is_named(void **state)
{
    (void)state;
    said_check("s.json", PARTS("`ttl`: `1h`, `latency`: `5ms`"),
               "s.json:2:24: /consumers/c/idempotency/ttl: no store remembers anything: give "
               "`store`, which may be none\n"
               "s.json:2:41: /consumers/c/idempotency/latency: no store remembers anything: give "
               "`store`, which may be none\n");
    said_check("s.json", PARTS("`ttl`: `1h`, `store`: `none`"), "");
    said_check("s.json", PARTS("`ttl`: `1h`, `store`: `checkThenAct`"), "");
    said_check("s.json", PARTS(""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_writer),
        cmocka_unit_test(test_ttl),
        cmocka_unit_test(test_a_store_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
