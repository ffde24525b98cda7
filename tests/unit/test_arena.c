// SPDX-License-Identifier: GPL-3.0-or-later
/* Memory from an arena is aligned, zeroed, disjoint, and stays where it is. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void test_memory_is_aligned_for_any_type(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t bytes = 0; bytes < 200; bytes++) {
        uintptr_t address = (uintptr_t)arena_alloc(&arena, bytes);
        assert_int_equal(address % alignof(max_align_t), 0);
    }
    arena_free(&arena);
}

/* Fills each piece with its own number: a piece that is not zero at first, or not its own at the
 * end, overlaps another. */
static void test_pieces_are_zeroed_and_disjoint(void **state)
{
    (void)state;
    enum { PIECES = 500 };
    struct arena arena;
    arena_init(&arena);
    unsigned char *pieces[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        size_t bytes = i * 7 % 301;
        pieces[i] = arena_alloc(&arena, bytes);
        for (size_t j = 0; j < bytes; j++) {
            assert_int_equal(pieces[i][j], 0);
            pieces[i][j] = (unsigned char)(i % 251 + 1);
        }
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t j = 0; j < i * 7 % 301; j++) {
            assert_int_equal(pieces[i][j], i % 251 + 1);
        }
    }
    arena_free(&arena);
}

static void test_giants_do_not_waste_the_block_in_use(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char *before = arena_alloc(&arena, 16);
    char *giant = arena_alloc(&arena, 3000000);
    memset(giant, 1, 3000000);
    char *after = arena_alloc(&arena, 16);
    assert_ptr_equal(after, before + 16);
    assert_int_equal(after[0], 0);
    arena_free(&arena);
}

static void test_a_giant_may_come_first(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char *giant = arena_alloc(&arena, 3000000);
    memset(giant, 1, 3000000);
    assert_int_equal(*(char *)arena_alloc(&arena, 1), 0);
    arena_free(&arena);
    assert_null(arena.head);
}

static void test_texts_are_copied_and_printed(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char source[] = "orders";
    char *copy = arena_copy_text(&arena, source);
    char *printed = arena_printf(&arena, "%s-%s.%d", source, "dlq", 17);
    source[0] = '?';
    assert_string_equal(copy, "orders");
    assert_string_equal(printed, "orders-dlq.17");
    assert_string_equal(arena_copy_text(&arena, ""), "");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_aligned_for_any_type),
        cmocka_unit_test(test_pieces_are_zeroed_and_disjoint),
        cmocka_unit_test(test_giants_do_not_waste_the_block_in_use),
        cmocka_unit_test(test_a_giant_may_come_first),
        cmocka_unit_test(test_texts_are_copied_and_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
