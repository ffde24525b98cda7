// SPDX-License-Identifier: GPL-3.0-or-later
/* Records by slot: what is written is read, and what was not opened is gone. */
#include "observe/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_bits_do_not_touch_each_other(void **state)
{
    (void)state;
    struct ledger_record record = {.bits = LEDGER_COUNTED | LEDGER_OWN_COUNT};
    ledger_set_state(&record, LEDGER_IN_FLIGHT);
    for (int i = 0; i < 20; i++)
        ledger_count_receive(&record);
    /* 20 receives are shown as the 15 that 4 bits hold. */
    assert_int_equal(ledger_receives(&record), LEDGER_RECEIVES_MAX);
    assert_int_equal(ledger_state(&record), LEDGER_IN_FLIGHT);
    ledger_set(&record, LEDGER_ENTERED_APART);
    ledger_unset(&record, LEDGER_COUNTED);
    ledger_set_state(&record, LEDGER_GONE);
    assert_int_equal(ledger_state(&record), LEDGER_GONE);
    assert_int_equal(ledger_receives(&record), LEDGER_RECEIVES_MAX);
    assert_true(ledger_has(&record, LEDGER_OWN_COUNT));
    assert_true(ledger_has(&record, LEDGER_ENTERED_APART));
    assert_false(ledger_has(&record, LEDGER_COUNTED));
}

static void test_growth_keeps_records(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    for (uint32_t slot = 0; slot < 10000; slot++) {
        struct ledger_record *record = ledger_open(&ledger, slot);
        assert_int_equal(ledger_state(record), LEDGER_GONE);
        record->enqueued_ns = slot;
        ledger_set_state(record, LEDGER_VISIBLE);
    }
    for (uint32_t slot = 0; slot < 10000; slot++)
        assert_int_equal(ledger.at[slot].enqueued_ns, slot);
    assert_true(ledger_knows(&ledger, 9999));
    assert_false(ledger_knows(&ledger, 10000));
    ledger_free(&ledger);
}

/* A time that is the enqueue time needs no memory of its own, and is told all the same. */
static void test_since(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    struct ledger_record *record = ledger_open(&ledger, 3);
    record->enqueued_ns = 70;
    ledger_set_since(&ledger, 3, 70);
    assert_false(ledger_has(record, LEDGER_SINCE_APART));
    assert_int_equal(ledger_since_ns(&ledger, 3), 70);
    ledger_set_since(&ledger, 3, 100);
    assert_true(ledger_has(record, LEDGER_SINCE_APART));
    assert_int_equal(ledger_since_ns(&ledger, 3), 100);
    ledger_set_since(&ledger, 3, 70);
    assert_int_equal(ledger_since_ns(&ledger, 3), 70);
    record->bits = LEDGER_VISIBLE | LEDGER_COUNTED;
    assert_true(ledger_is_fresh(record, false));
    ledger_deliver_fresh(&ledger, 3, 130);
    assert_int_equal(ledger_state(record), LEDGER_IN_FLIGHT);
    assert_int_equal(ledger_since_ns(&ledger, 3), 130);
    ledger_free(&ledger);
}

/* A slot far ahead opens all before it as gone, and after a clear all are gone again. */
static void test_gaps_and_clear(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    ledger_set_state(ledger_open(&ledger, 5000), LEDGER_VISIBLE);
    assert_int_equal(ledger_state(&ledger.at[4999]), LEDGER_GONE);
    ledger_clear(&ledger);
    assert_false(ledger_knows(&ledger, 0));
    assert_int_equal(ledger_state(ledger_open(&ledger, 5000)), LEDGER_GONE);
    ledger_free(&ledger);
}

static void test_times_apart(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    ledger_open(&ledger, 3)->enqueued_ns = 100;
    ledger_set_called(&ledger, 3, 100);
    ledger_set_entered(&ledger, 3, 100);
    /* Equal times cost no side table. */
    assert_null(ledger.called_ns);
    assert_null(ledger.entered_ns);
    assert_int_equal(ledger_called_ns(&ledger, 3), 100);
    ledger_set_called(&ledger, 3, 90);
    ledger_set_entered(&ledger, 3, 150);
    ledger_open(&ledger, 100000)->enqueued_ns = 7;
    ledger_set_entered(&ledger, 100000, 8);
    assert_int_equal(ledger_called_ns(&ledger, 3), 90);
    assert_int_equal(ledger_entered_ns(&ledger, 3), 150);
    assert_int_equal(ledger_entered_ns(&ledger, 100000), 8);
    assert_int_equal(ledger_called_ns(&ledger, 100000), 7);
    ledger_set_entered(&ledger, 3, 100);
    assert_int_equal(ledger_entered_ns(&ledger, 3), 100);
    ledger_free(&ledger);
}

/* Of a slot whose branch nobody told: before the others' were kept, beyond them, and when the
 * ledger begins anew. */
static void test_untold_branches(void **state)
{
    struct ledger ledger;
    (void)state;
    ledger_init(&ledger);
    ledger_open(&ledger, 9);
    ledger_set_branch(&ledger, 5, 77, 3);
    assert_int_equal(ledger_branch(&ledger, 5), 77);
    assert_int_equal(ledger_sender(&ledger, 5), 3);
    assert_int_equal(ledger_branch(&ledger, 4), 0);
    ledger_open(&ledger, 100000);
    assert_int_equal(ledger_branch(&ledger, 100000), 0);
    ledger_clear(&ledger);
    ledger_open(&ledger, 9);
    assert_int_equal(ledger_branch(&ledger, 5), 0);
    ledger_free(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits_do_not_touch_each_other),
        cmocka_unit_test(test_growth_keeps_records),
        cmocka_unit_test(test_since),
        cmocka_unit_test(test_gaps_and_clear),
        cmocka_unit_test(test_times_apart),
        cmocka_unit_test(test_untold_branches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
