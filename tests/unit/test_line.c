// SPDX-License-Identifier: GPL-3.0-or-later
/* The oldest of a queue, against a list that is searched from its start. */
#include "observe/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { STEPS = 60000 };

static uint64_t draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

struct naive {
    bool here[STEPS]; /* by slot; a slot is never used twice */
    uint32_t first, count;
};

static uint32_t naive_oldest(struct naive *naive)
{
    while (naive->first < naive->count && !naive->here[naive->first])
        naive->first++;
    return naive->first < naive->count ? naive->first : LEDGER_NONE;
}

enum { QUEUE = 7 };

static void enter(struct line *line, struct ledger *ledger, uint32_t slot)
{
    uint64_t waiting = 0;
    for (uint32_t i = 0; line_is_full(line) && i < ledger->used; i++)
        waiting += ledger_state(&ledger->at[i]) != LEDGER_GONE;
    if (line_is_full(line))
        line_make_room(line, ledger, waiting);
    struct ledger_record *record = ledger_open(ledger, slot);
    *record = (struct ledger_record){.queue = QUEUE, .place = line_push(line, slot)};
    ledger_set_state(record, LEDGER_VISIBLE);
}

static void leave(struct ledger *ledger, uint32_t slot)
{
    ledger_set_state(&ledger->at[slot], LEDGER_GONE);
}

/* Most leave soon, one in stay_one_in stays to the end; the oldest must agree after each step. */
static void compare(uint64_t seed, uint64_t stay_one_in, uint32_t start)
{
    static struct naive naive;
    struct line line;
    struct ledger ledger;
    uint64_t random = seed;
    uint32_t tail = 0;
    naive.first = naive.count = 0;
    line_init(&line, QUEUE);
    ledger_init(&ledger);
    line.head = line.next = start;
    line.full = start + line.mask + 1;
    for (uint32_t step = 0; step < STEPS; step++) {
        if (draw(&random) % 2 == 0 || tail == naive.count) {
            enter(&line, &ledger, naive.count);
            naive.here[naive.count++] = true;
        } else if (draw(&random) % stay_one_in != 0) {
            /* Within the last 20, so that gaps arise; a choice that has left already does nothing.
             */
            const uint32_t back = (uint32_t)(draw(&random) % 20);
            const uint32_t slot = tail + back < naive.count ? tail + back : tail;
            leave(&ledger, slot);
            naive.here[slot] = false;
            tail += slot == tail;
        } else {
            tail++;
        }
        if (step % 3 == 0) /* whoever asks seldom sees the same */
            assert_int_equal(line_oldest(&line, &ledger), naive_oldest(&naive));
    }
    /* Those who stayed leave too, from the end and so never as the oldest but once. */
    for (uint32_t slot = naive.count; slot-- > 0;)
        leave(&ledger, slot);
    assert_int_equal(line_oldest(&line, &ledger), LEDGER_NONE);
    line_free(&line);
    ledger_free(&ledger);
}

static void test_in_and_out(void **state)
{
    (void)state;
    compare(1, 1000000, 0);
}

static void test_many_stay(void **state)
{
    (void)state;
    compare(2, 3, 0);
}

static void test_stragglers_and_wrap(void **state)
{
    (void)state;
    compare(3, 40, UINT32_MAX - 1000);
}

/* One in ten stays behind: more than the stragglers have room for at first.  They leave in turn. */
static void test_many_stragglers(void **state)
{
    (void)state;
    struct line line;
    struct ledger ledger;
    line_init(&line, QUEUE);
    ledger_init(&ledger);
    for (uint32_t slot = 0; slot < 30000; slot++) {
        enter(&line, &ledger, slot);
        if (slot % 10 != 0)
            leave(&ledger, slot);
        if (slot % 100 == 99) /* one of the older goes out of turn */
            leave(&ledger, slot / 2 / 100 * 100);
    }
    assert_int_equal(line.mask + 1, 4096);
    for (uint32_t slot = 0; slot < 30000; slot += 10) {
        if (slot % 100 == 0 && slot < 15000)
            continue;
        assert_int_equal(line_oldest(&line, &ledger), slot);
        leave(&ledger, slot);
    }
    assert_int_equal(line_oldest(&line, &ledger), LEDGER_NONE);
    line_free(&line);
    ledger_free(&ledger);
}

/* 100,000 that pass one who stays do not stretch the ring, which began with room for 4096. */
static void test_one_straggler_costs_nothing(void **state)
{
    (void)state;
    struct line line;
    struct ledger ledger;
    line_init(&line, QUEUE);
    ledger_init(&ledger);
    enter(&line, &ledger, 0);
    for (uint32_t i = 1; i < 100000; i++) {
        enter(&line, &ledger, 1 + i % 300);
        leave(&ledger, 1 + i % 300);
        assert_int_equal(line_oldest(&line, &ledger), 0);
    }
    assert_int_equal(line.mask + 1, 4096);
    line_clear(&line);
    assert_int_equal(line_oldest(&line, &ledger), LEDGER_NONE);
    line_free(&line);
    ledger_free(&ledger);
}

/* Who came back at another place, is in another queue, or was received too often, is not who was
 * put there. */
static void test_who_is_not_in_it(void **state)
{
    (void)state;
    struct line line;
    struct ledger ledger;
    line_init(&line, QUEUE);
    ledger_init(&ledger);
    line.receives_most = 1;
    for (uint32_t slot = 0; slot < 4; slot++)
        enter(&line, &ledger, slot);
    assert_int_equal(line_oldest(&line, &ledger), 0);
    ledger.at[0].queue = QUEUE + 1;
    assert_int_equal(line_oldest(&line, &ledger), 1);
    ledger_count_receive(&ledger.at[1]);
    assert_int_equal(line_oldest(&line, &ledger), 1);
    ledger_count_receive(&ledger.at[1]);
    assert_int_equal(line_oldest(&line, &ledger), 2);
    leave(&ledger, 2);
    enter(&line, &ledger, 2);
    assert_int_equal(line_oldest(&line, &ledger), 3);
    leave(&ledger, 3);
    assert_int_equal(line_oldest(&line, &ledger), 2);
    line_free(&line);
    ledger_free(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_and_out),
        cmocka_unit_test(test_many_stay),
        cmocka_unit_test(test_stragglers_and_wrap),
        cmocka_unit_test(test_many_stragglers),
        cmocka_unit_test(test_one_straggler_costs_nothing),
        cmocka_unit_test(test_who_is_not_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
