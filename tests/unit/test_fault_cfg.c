// SPDX-License-Identifier: GPL-3.0-or-later
/* Patterns of targets, and the rows of a kind behind those of all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fault/fault_cfg.h"

static void test_patterns(void **state)
{
    static const struct {
        const char *pattern, *section, *name;
        bool fits;
    } cases[] = {
        {"worker", "consumers", "worker", true},
        {"worker", "consumers", "worker2", false},
        {"worker*", "consumers", "worker2", true},
        {"worker*", "consumers", "worker", true},
        {"*", "queues", "a.fifo", true},
        {"*.fifo", "queues", "a.fifo", true},
        {"*.fifo", "queues", "a.fifo.x", false},
        {"a*b*c", "queues", "aXbYbZc", true}, /* the second star takes YbZ */
        {"a*b*c", "queues", "aXc", false},
        {"queues/*", "queues", "a", true},
        {"queues/*", "topics", "a", false},
        {"queue/*", "queues", "a", false},
        {"queues/a", "queues", "ab", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(fault_cfg_fits(cases[i].pattern, cases[i].section, cases[i].name),
                         cases[i].fits);
    assert_true(fault_cfg_is_pattern("queues/a"));
    assert_true(fault_cfg_is_pattern("w*"));
    assert_false(fault_cfg_is_pattern("worker"));
}

static void test_rows(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena);
    const struct param *rows = fault_cfg_rows(&fault_slow, &arena), *factor = rows;
    while (strcmp(factor->name, "factor") != 0)
        factor++;
    assert_string_equal(rows[0].name, "name");
    assert_int_equal(factor->offset, sizeof(struct fault_cfg));
    assert_null(factor[1].name);
    assert_ptr_equal(fault_cfg_kind("duplicateSend"), &fault_duplicate_send);
    assert_null(fault_cfg_kind("duplicate_send"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
