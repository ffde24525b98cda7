// SPDX-License-Identifier: GPL-3.0-or-later
/* The heap with places against an array that is searched: what is removed is found by the place
 * that the heap wrote into the owner's record. */
#include "model/slot_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/rng.h"
#include "tools/ordered_ids.h"

enum { CALLS = 100000 };

static struct ordered_ids ids;

static void push(struct slot_heap *heap, uint32_t id, int64_t key, uint32_t tie)
{
    slot_heap_push(heap, ordered_ids_places(&ids), ordered_ids_add(&ids, id, key, tie));
}

static void take(struct slot_heap *heap, uint32_t id)
{
    assert_int_equal(heap->entries[ids.records[id].place].id, id);
    ids.records[id].in = false;
    slot_heap_remove(heap, ordered_ids_places(&ids), ids.records[id].place);
}

static void test_random_calls(void **state)
{
    struct slot_heap heap = {0};
    struct rng rng;
    uint32_t tie = UINT32_MAX - CALLS / 4; /* wraps on the way */
    (void)state;
    rng_init(&rng, rng_name(1, 1, "test", "slot heap"));
    for (int i = 0; i < CALLS; i++) {
        const uint32_t id = (uint32_t)rng_below(&rng, ORDERED_IDS);
        const uint32_t top = ordered_ids_first(&ids);
        assert_int_equal(heap.count > 0 ? heap.entries[0].id : ORDERED_IDS, top);
        if (!ids.records[id].in)
            push(&heap, id, (int64_t)rng_below(&rng, 50) - 25, tie++);
        else
            take(&heap, rng_below(&rng, 2) ? id : top);
    }
    slot_heap_free(&heap);
    assert_int_equal(heap.count, 0);
}

static void test_extreme_keys(void **state)
{
    struct slot_heap heap = {0};
    static const int64_t keys[] = {INT64_MAX, INT64_MIN, 0, INT64_MAX - 1, -1};
    static const uint32_t order[] = {1, 4, 2, 3, 0};
    (void)state;
    for (uint32_t i = 0; i < 5; i++)
        push(&heap, i, keys[i], 0);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(heap.entries[0].id, order[i]);
        take(&heap, order[i]);
    }
    slot_heap_free(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extreme_keys),
        cmocka_unit_test(test_random_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
