// SPDX-License-Identifier: GPL-3.0-or-later
/* The messages of a group, linked in the order in which they came. */
#include "observe/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_links(void **state)
{
    (void)state;
    struct groups groups;
    struct group_links links = {.newer = NULL};
    groups_init(&groups);
    /* Slots 5, 900, 7 in group 300, slot 6 between them in group 0. */
    groups_enter(&groups, &links, 5, 300);
    groups_enter(&groups, &links, 6, 0);
    groups_enter(&groups, &links, 900, 300);
    groups_enter(&groups, &links, 7, 300);
    struct group *group = groups_of(&groups, 300);
    assert_int_equal(groups_before(&links, group, 5), LEDGER_NONE);
    assert_int_equal(groups_before(&links, group, 900), 5);
    assert_int_equal(groups_before(&links, group, 7), 900);
    assert_int_equal(groups_of(&groups, 0)->oldest, 6);
    assert_int_equal(groups_of(&groups, 0)->newest, 6);
    groups_leave(&links, group, 900);
    assert_int_equal(links.newer[900], LEDGER_NONE);
    assert_int_equal(groups_before(&links, group, 7), 5);
    assert_int_equal(links.newer[5], 7);
    groups_leave(&links, group, 5);
    assert_int_equal(group->oldest, 7);
    groups_enter(&groups, &links, 900, 300);
    groups_leave(&links, group, 900);
    assert_int_equal(group->newest, 7);
    groups_leave(&links, group, 7);
    assert_int_equal(group->oldest, LEDGER_NONE);
    assert_int_equal(group->newest, LEDGER_NONE);
    groups_enter(&groups, &links, 5, 300);
    assert_int_equal(group->oldest, 5);
    groups_clear(&groups);
    groups_enter(&groups, &links, 8, 300);
    assert_int_equal(groups_of(&groups, 300)->oldest, 8);
    groups_free(&groups);
    groups_free_links(&links);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_links)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
