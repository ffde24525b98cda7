// SPDX-License-Identifier: GPL-3.0-or-later
/* Things by name: found, forgotten, and their places used again. */
#include "api/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static void test_an_empty_one_has_nothing(void **state)
{
    (void)state;
    struct registry registry = {0};
    assert_null(registry_get(&registry, "a"));
    registry_remove(&registry, "a");
    registry_free(&registry);
}

static void test_a_thing_is_found_until_it_is_removed(void **state)
{
    (void)state;
    struct registry registry = {0};
    int one, other;
    registry_put(&registry, "a", &one);
    registry_put(&registry, "b", &other);
    assert_ptr_equal(registry_get(&registry, "a"), &one);
    assert_ptr_equal(registry_get(&registry, "b"), &other);
    registry_remove(&registry, "a");
    assert_null(registry_get(&registry, "a"));
    assert_ptr_equal(registry_get(&registry, "b"), &other);
    registry_put(&registry, "a", &other);
    assert_ptr_equal(registry_get(&registry, "a"), &other);
    registry_free(&registry);
    assert_null(registry_get(&registry, "a"));
}

/* A thousand that come and go, 20 at a time, need no more than 20 places. */
static void test_places_are_used_again(void **state)
{
    (void)state;
    int things[1000];
    struct registry registry = {0};
    char name[16];
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "n%d", i);
        registry_put(&registry, name, &things[i]);
        if (i < 19)
            continue;
        for (int there = i - 19; there <= i; there++) {
            snprintf(name, sizeof name, "n%d", there);
            assert_ptr_equal(registry_get(&registry, name), &things[there]);
        }
        snprintf(name, sizeof name, "n%d", i - 19);
        registry_remove(&registry, name);
    }
    assert_int_equal(registry.count, 20);
    registry_free(&registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_one_has_nothing),
        cmocka_unit_test(test_a_thing_is_found_until_it_is_removed),
        cmocka_unit_test(test_places_are_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
