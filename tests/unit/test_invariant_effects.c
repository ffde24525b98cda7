// SPDX-License-Identifier: GPL-3.0-or-later
/* Promises of conditional writes, kept and broken. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void happen(struct facts *facts, uint16_t node, int64_t business, int64_t promise_ns)
{
    facts_tell(facts, (struct fact){.kind = PROBE_EFFECT,
                                    .node = node,
                                    .peer = JOBS,
                                    .value = business,
                                    .other = promise_ns});
}

static void keep(struct facts *facts)
{
    happen(facts, WORKER, 1, 10 * SEC);
    happen(facts, WORKER, 2, 10 * SEC);
    happen(facts, CLERK, 1, 10 * SEC); /* another store */
    happen(facts, WORKER, 3, 0);       /* nothing promised */
    happen(facts, WORKER, 3, 0);
    facts_at(facts, 10); /* the note has ended */
    happen(facts, WORKER, 1, 10 * SEC);
}

static void repeat_early(struct facts *facts)
{
    happen(facts, WORKER, 1, 10 * SEC);
    facts_at(facts, 9.999);
    happen(facts, WORKER, 1, 10 * SEC);
}

static void repeat_for_ever(struct facts *facts)
{
    happen(facts, WORKER, 1, INT64_MAX);
    facts_at(facts, 1e6);
    happen(facts, WORKER, 1, INT64_MAX);
}

static void test_kept(void **state)
{
    (void)state;
    facts_expect_kept(keep);
}

static void test_broken(void **state)
{
    (void)state;
    facts_expect_broken(repeat_early, "effects", "twice");
    facts_expect_broken(repeat_for_ever, "effects", "twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
