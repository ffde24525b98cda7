// SPDX-License-Identifier: GPL-3.0-or-later
/* The heap with places against an array that is searched: what is removed is found by the place
 * that the heap wrote into the owner's record. */
#include "model/slot_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/rng.h"

enum { IDS = 400, CALLS = 100000 };

/* The heap's places lie within larger records. */
struct record {
    uint64_t padding;
    uint32_t place;
    bool in;
    int64_t key;
    uint32_t tie;
};

static struct record records[IDS];
static const struct slot_heap_places places = {(char *)records + offsetof(struct record, place),
                                               sizeof(struct record)};

/* The smallest key; of equal ones that whose tie comes first on a circle of 2^32. */
static uint32_t smallest(void)
{
    uint32_t best = IDS;
    for (uint32_t i = 0; i < IDS; i++) {
        if (!records[i].in)
            continue;
        if (best == IDS || records[i].key < records[best].key ||
            (records[i].key == records[best].key && records[best].tie - records[i].tie < 1u << 31))
            best = i;
    }
    return best;
}

static void push(struct slot_heap *heap, uint32_t id, int64_t key, uint32_t tie)
{
    records[id].in = true;
    records[id].key = key;
    records[id].tie = tie;
    slot_heap_push(heap, places, (struct slot_heap_entry){key, tie, id});
}

static void take(struct slot_heap *heap, uint32_t id)
{
    assert_int_equal(heap->entries[records[id].place].id, id);
    records[id].in = false;
    slot_heap_remove(heap, places, records[id].place);
}

static void test_random_calls(void **state)
{
    struct slot_heap heap = {0};
    struct rng rng;
    uint32_t tie = UINT32_MAX - CALLS / 4; /* wraps on the way */
    (void)state;
    rng_init(&rng, rng_name(1, 1, "test", "slot heap"));
    for (int i = 0; i < CALLS; i++) {
        const uint32_t id = (uint32_t)rng_below(&rng, IDS);
        const uint32_t top = smallest();
        assert_int_equal(heap.count > 0 ? heap.entries[0].id : IDS, top);
        if (!records[id].in)
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
