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
    struct group_links links = {.at = NULL};
    groups_init(&groups);
    /* Slots 5, 900, 7 in group 300, slot 6 between them in group 0. */
    groups_enter(&groups, &links, 5, 300);
    groups_enter(&groups, &links, 6, 0);
    groups_enter(&groups, &links, 900, 300);
    groups_enter(&groups, &links, 7, 300);
    assert_int_equal(links.at[5].older, LEDGER_NONE);
    assert_int_equal(links.at[900].older, 5);
    assert_int_equal(links.at[7].older, 900);
    assert_int_equal(links.at[6].older, LEDGER_NONE);
    groups_leave(&groups, &links, 900);
    assert_int_equal(links.at[7].older, 5);
    assert_int_equal(links.at[5].newer, 7);
    groups_leave(&groups, &links, 5);
    assert_int_equal(links.at[7].older, LEDGER_NONE);
    groups_leave(&groups, &links, 7);
    assert_int_equal(groups_of(&groups, &links, 7)->newest, LEDGER_NONE);
    groups_enter(&groups, &links, 5, 300);
    assert_int_equal(links.at[5].older, LEDGER_NONE);
    groups_clear(&groups);
    groups_enter(&groups, &links, 8, 300);
    assert_int_equal(links.at[8].older, LEDGER_NONE);
    groups_free(&groups);
    groups_free_links(&links);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_links)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
