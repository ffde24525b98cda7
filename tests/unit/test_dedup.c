// SPDX-License-Identifier: GPL-3.0-or-later
/* The deduplication memory: windows, scopes, numbers, and a long random run against a list that is
 * searched from its start. */
#include "model/dedup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/rng.h"

static void accept(struct dedup *dedup, uint64_t id, uint32_t group, uint64_t number, int64_t at_ns)
{
    assert_null(dedup_find(dedup, id, group, at_ns));
    dedup_accept(dedup, id, group, 1000 + number, number, at_ns);
}

/* EVIDENCE-OF: FIFO-1 FIFO-12
 * Half-open: remembered in [10, 110), forgotten at 110; what was asked meanwhile changes nothing.
 */
static void test_window_is_half_open(void **state)
{
    (void)state;
    struct dedup dedup;
    dedup_init(&dedup, 100, false);
    accept(&dedup, 7, 0, 1, 10);
    for (int64_t now_ns = 10; now_ns < 110; now_ns++) {
        const struct dedup_entry *entry = dedup_find(&dedup, 7, 3, now_ns);
        assert_non_null(entry);
        assert_int_equal(entry->accepted_ns, 10);
        assert_int_equal(entry->root, 1001);
    }
    assert_null(dedup_find(&dedup, 7, 0, 110));
    assert_int_equal(dedup.count, 0);
    accept(&dedup, 7, 0, 2, 110);
    assert_non_null(dedup_find(&dedup, 7, 0, 209));
    dedup_free(&dedup);
}

/* EVIDENCE-OF: FIFO-5 FIFO-6 */
static void test_scopes(void **state)
{
    (void)state;
    struct dedup dedup;
    dedup_init(&dedup, 100, false);
    accept(&dedup, 7, 1, 1, 0);
    assert_non_null(dedup_find(&dedup, 7, 2, 0));
    assert_null(dedup_find(&dedup, 8, 1, 0));
    dedup_free(&dedup);
    dedup_init(&dedup, 100, true);
    accept(&dedup, 7, 1, 1, 0);
    accept(&dedup, 7, 2, 2, 0);
    assert_int_equal(dedup_find(&dedup, 7, 1, 0)->root, 1001);
    assert_int_equal(dedup_find(&dedup, 7, 2, 0)->root, 1002);
    dedup_free(&dedup);
}

/* Numbers come back whole although half of each is kept: across a carry into the upper half. */
static void test_numbers_are_whole(void **state)
{
    (void)state;
    const uint64_t start = UINT64_C(0x12FFFFFFF0);
    struct dedup dedup;
    dedup_init(&dedup, 100, false);
    for (uint64_t i = 0; i < 40; i++)
        accept(&dedup, i, 0, start + i, 0);
    for (uint64_t i = 0; i < 40; i++)
        assert_true(dedup_number(&dedup, dedup_find(&dedup, i, 0, 99)) == start + i);
    dedup_free(&dedup);
}

/* EVIDENCE-OF: FIFO-4 ATT-12 */
static void test_clear_forgets(void **state)
{
    (void)state;
    struct dedup dedup;
    dedup_init(&dedup, 100, false);
    for (uint64_t i = 0; i < 1000; i++)
        accept(&dedup, i, 0, i, 0);
    dedup_clear(&dedup);
    for (uint64_t i = 0; i < 1000; i++)
        accept(&dedup, i, 0, i, 1);
    assert_int_equal(dedup.count, 1000);
    dedup_free(&dedup);
}

/* EVIDENCE-OF: FIFO-13
 * A change of the scope keeps what is remembered: by group both acceptances stand, by queue the
 * earliest, and when its window is over the next one. */
static void test_rescope(void **state)
{
    (void)state;
    struct dedup dedup;
    dedup_init(&dedup, 100, true);
    accept(&dedup, 7, 1, 1, 0);
    accept(&dedup, 7, 2, 2, 10);
    dedup_rescope(&dedup, false);
    assert_int_equal(dedup_find(&dedup, 7, 9, 20)->root, 1001);
    assert_int_equal(dedup_find(&dedup, 7, 9, 100)->root, 1002);
    assert_null(dedup_find(&dedup, 7, 9, 110));
    accept(&dedup, 8, 1, 3, 110);
    dedup_rescope(&dedup, true);
    assert_non_null(dedup_find(&dedup, 8, 1, 111));
    assert_null(dedup_find(&dedup, 8, 2, 111));
    dedup_free(&dedup);
}

/* Memory is proportional to the identities within the window: 1e6 acceptances, at most 1,000 at a
 * time. */
static void test_memory_follows_the_window(void **state)
{
    (void)state;
    struct dedup dedup;
    dedup_init(&dedup, 1000, false);
    for (uint64_t i = 0; i < 1000000; i++)
        accept(&dedup, i, 0, i, (int64_t)i);
    assert_null(dedup_find(&dedup, 0, 0, 999999));
    assert_int_equal(dedup.count, 1000);
    assert_int_equal(dedup.capacity, 1024);
    dedup_free(&dedup);
}

/* Identities are exact: of 400,000 random ids, or groups, about 400,000^2 / 2^33 = 19 pairs share
 * the 32 bits of hash that a cell keeps (none does with probability e^-19), and no one is taken for
 * another. */
static void check_exact(bool by_group)
{
    struct dedup dedup;
    dedup_init(&dedup, 1, by_group);
    for (uint32_t i = 0; i < 400000; i++)
        accept(&dedup, by_group ? 7 : rng_mix(i), by_group ? i : 0, i, 0);
    for (uint32_t i = 0; i < 400000; i++) {
        const struct dedup_entry *entry =
            dedup_find(&dedup, by_group ? 7 : rng_mix(i), by_group ? i : 0, 0);
        assert_int_equal(entry->number_low, i);
    }
    dedup_free(&dedup);
}

static void test_ids_are_exact(void **state)
{
    (void)state;
    check_exact(false);
}
static void test_groups_are_exact(void **state)
{
    (void)state;
    check_exact(true);
}

/* The second opinion: a list of acceptances, searched from the start. */
struct list {
    struct {
        uint64_t id, number;
        uint32_t group;
        int64_t accepted_ns;
    } at[200000];
    size_t count;
};

static uint64_t find_in_list(const struct list *list, bool by_group, uint64_t id, uint32_t group,
                             int64_t now_ns, int64_t window_ns)
{
    for (size_t i = list->count; i > 0; i--) {
        if (now_ns >= list->at[i - 1].accepted_ns + window_ns)
            return 0; /* all before are older */
        if (list->at[i - 1].id == id && (!by_group || list->at[i - 1].group == group))
            return list->at[i - 1].number;
    }
    return 0;
}

/* 200,000 random sends in bursts and pauses, so that ring and tables grow, wrap and drain.  A share
 * of the ids, from none to nearly all, follow each other; some of these come again. */
static void check_random(bool by_group, uint64_t seed)
{
    struct list *list = calloc(1, sizeof *list);
    struct rng rng;
    struct dedup dedup;
    int64_t now_ns = 0, step_ns = 1;
    uint64_t ids = 100, next = 1000000, rising = 0;
    assert_non_null(list);
    rng_init(&rng, rng_name(seed, 1, "test", "dedup"));
    dedup_init(&dedup, 300, by_group);
    for (int i = 0; i < 200000; i++) {
        if (i % 5000 == 0) {
            step_ns = (int64_t)rng_below(&rng, 4);
            ids = rng_below(&rng, 1000) + 1;
            rising = 999 * rng_below(&rng, 5) / 4;
            now_ns += step_ns == 0 ? 150 : 0;
        }
        now_ns += step_ns > 0 ? (int64_t)rng_below(&rng, (uint64_t)(2 * step_ns)) : i % 100 == 0;
        const uint64_t other =
            rng_below(&rng, 2) ? rng_below(&rng, ids) + 1 : next - rng_below(&rng, ids);
        const uint64_t id = rng_below(&rng, 1000) < rising ? next++ : other;
        const uint32_t group = (uint32_t)rng_below(&rng, 5);
        const uint64_t expected = find_in_list(list, by_group, id, group, now_ns, 300);
        const struct dedup_entry *entry = dedup_find(&dedup, id, group, now_ns);
        assert_true(entry ? dedup_number(&dedup, entry) == expected : expected == 0);
        if (entry != NULL)
            continue;
        list->at[list->count].id = id;
        list->at[list->count].number = (uint64_t)i + 1;
        list->at[list->count].group = group;
        list->at[list->count++].accepted_ns = now_ns;
        dedup_accept(&dedup, id, group, (uint64_t)i, (uint64_t)i + 1, now_ns);
    }
    dedup_free(&dedup);
    free(list);
}

static void test_random_by_queue(void **state)
{
    (void)state;
    check_random(false, 1);
}
static void test_random_by_group(void **state)
{
    (void)state;
    check_random(true, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_window_is_half_open),
        cmocka_unit_test(test_scopes),
        cmocka_unit_test(test_numbers_are_whole),
        cmocka_unit_test(test_clear_forgets),
        cmocka_unit_test(test_rescope),
        cmocka_unit_test(test_memory_follows_the_window),
        cmocka_unit_test(test_ids_are_exact),
        cmocka_unit_test(test_groups_are_exact),
        cmocka_unit_test(test_random_by_queue),
        cmocka_unit_test(test_random_by_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
