// SPDX-License-Identifier: GPL-3.0-or-later
/* The ordered ids against an array that is searched: what is removed is found by the place that
 * they wrote into the owner's record, whether that is in the ring or in the heap. */
#include "model/candidates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/rng.h"
#include "tools/ordered_ids.h"

enum { CALLS = 20000 };

static struct ordered_ids ids;

static void push(struct candidates *candidates, uint32_t id, int64_t key, uint32_t tie)
{
    candidates_push(candidates, ordered_ids_places(&ids), ordered_ids_add(&ids, id, key, tie));
}

static void take(struct candidates *candidates, uint32_t id)
{
    ids.records[id].in = false;
    candidates_remove(candidates, ordered_ids_places(&ids), ids.records[id].place);
}

static void drop_first(struct candidates *candidates, uint32_t id)
{
    ids.records[id].in = false;
    candidates_drop_first(candidates, ordered_ids_places(&ids));
}

/* Of 16 keys so many come before others that are there already; of 16 removals so many are not of
 * the first. */
static void check_random(uint64_t early, uint64_t inner)
{
    struct candidates candidates = {0};
    struct rng rng;
    uint32_t tie = UINT32_MAX - CALLS / 4; /* wraps on the way */
    uint32_t count = 0;
    rng_init(&rng, rng_name(early, inner, "test", "candidates"));
    for (int64_t i = 0; i < CALLS; i++) {
        const uint32_t id = (uint32_t)rng_below(&rng, ORDERED_IDS), top = ordered_ids_first(&ids);
        assert_int_equal(candidates.count, count);
        assert_int_equal(count > 0 ? candidates_first(&candidates) : ORDERED_IDS, top);
        if (!ids.records[id].in) {
            const bool is_early = rng_below(&rng, 16) < early;
            push(&candidates, id, i / 8 - (is_early ? (int64_t)rng_below(&rng, 50) : 0), tie++);
            count++;
        } else {
            if (rng_below(&rng, 16) < inner)
                take(&candidates, id);
            else
                drop_first(&candidates, top);
            count--;
        }
    }
    candidates_clear(&candidates);
    assert_int_equal(candidates.count, 0);
    push(&candidates, 7, 0, 0);
    assert_int_equal(candidates_first(&candidates), 7);
    candidates_free(&candidates);
    for (uint32_t i = 0; i < ORDERED_IDS; i++)
        ids.records[i].in = false;
}

static void test_random_calls(void **state)
{
    (void)state;
    for (uint64_t early = 0; early <= 16; early += 4)
        for (uint64_t inner = 0; inner <= 16; inner += 4)
            check_random(early, inner);
}

/* Equal keys in the order of their ties are in order too.  The ring has room for twice as many as
 * there ever were at once, which are two, or for the 64 that it begins with. */
static void test_in_order_needs_no_heap(void **state)
{
    struct candidates candidates = {0};
    (void)state;
    push(&candidates, 0, 0, 0);
    for (uint32_t i = 1; i < 1000; i++) {
        push(&candidates, i % 2, i / 3, i);
        assert_int_equal(candidates_first(&candidates), (i - 1) % 2);
        take(&candidates, (i - 1) % 2);
    }
    assert_int_equal(candidates.heap.count, 0);
    assert_null(candidates.heap.entries);
    assert_in_range(candidates.room, 2, 64);
    candidates_free(&candidates);
    ids.records[0].in = ids.records[1].in = false;
}

static void test_extreme_keys(void **state)
{
    struct candidates candidates = {0};
    static const int64_t keys[] = {INT64_MAX, INT64_MIN, 0, INT64_MAX - 1, -1};
    static const uint32_t order[] = {1, 4, 2, 3, 0};
    (void)state;
    for (uint32_t i = 0; i < 5; i++)
        push(&candidates, i, keys[i], 0);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(candidates_first(&candidates), order[i]);
        take(&candidates, order[i]);
    }
    candidates_free(&candidates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extreme_keys),
        cmocka_unit_test(test_in_order_needs_no_heap),
        cmocka_unit_test(test_random_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
