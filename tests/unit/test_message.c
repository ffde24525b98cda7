// SPDX-License-Identifier: GPL-3.0-or-later
/* The pool of messages: slots, seqs, roots and side tables. */
#include "model/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Slots are dense, grow in order, and the one released last is given out first. */
static void test_slots(void **state)
{
    struct messages messages;
    (void)state;
    messages_init(&messages, 0, 1);
    for (uint32_t i = 0; i < 5000; i++) {
        assert_int_equal(messages_take(&messages), i);
        messages.at[i].state = MESSAGE_VISIBLE;
    }
    assert_int_equal(messages.live, 5000);
    messages_release(&messages, 17);
    messages_release(&messages, 4000);
    assert_int_equal(messages.live, 4998);
    assert_int_equal(messages_take(&messages), 4000);
    assert_int_equal(messages_take(&messages), 17);
    assert_int_equal(messages_take(&messages), 5000);
    messages_reset(&messages);
    assert_int_equal(messages.live, 0);
    assert_int_equal(messages_take(&messages), 0);
    assert_int_equal(messages.at[0].seq, 0);
    messages_free(&messages);
}

/* Growing keeps the records, and each lies in one line of the cache, wherever the blocks of other
 * owners push theirs. */
static void test_growth(void **state)
{
    enum { POOLS = 8, SLOTS = 5000 };
    struct messages pools[POOLS];
    (void)state;
    for (int i = 0; i < POOLS; i++)
        messages_init(&pools[i], 0, 1);
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        for (int i = 0; i < POOLS; i++) {
            messages_take(&pools[i]);
            pools[i].at[slot].root = slot;
        }
    }
    for (int i = 0; i < POOLS; i++) {
        for (uint32_t slot = 0; slot < SLOTS; slot++)
            assert_int_equal(pools[i].at[slot].root, slot);
        assert_int_equal((uintptr_t)pools[i].at % sizeof(struct message), 0);
        messages_free(&pools[i]);
    }
}

/* Every tenant of a slot has a seq of its own and begins with nothing. */
static void test_a_new_tenant(void **state)
{
    struct messages messages;
    (void)state;
    messages_init(&messages, 0, 1);
    const uint32_t slot = messages_take(&messages);
    struct message *m = &messages.at[slot];
    *m = (struct message){.sent_ns = 1,
                          .receives = 3,
                          .state = MESSAGE_VISIBLE,
                          .flags = MESSAGE_POISON,
                          .seq = m->seq};
    messages_release(&messages, slot);
    assert_int_equal(messages_take(&messages), slot);
    m = &messages.at[slot];
    assert_int_equal(m->seq, 1);
    assert_int_equal(m->sent_ns, 0);
    assert_int_equal(m->receives, 0);
    assert_int_equal(m->flags, 0);
    messages_free(&messages);
}

/* Visible since it was sent, unless a deadline says since when. */
static void test_deadline(void **state)
{
    struct messages messages;
    (void)state;
    messages_init(&messages, 0, 1);
    const uint32_t slot = messages_take(&messages);
    struct message *m = &messages.at[slot];
    m->sent_ns = 5;
    m->state = MESSAGE_VISIBLE;
    assert_int_equal(messages_deadline_ns(&messages, slot), 5);
    m->state = MESSAGE_IN_FLIGHT;
    messages.deadlines[slot].at_ns = 30;
    assert_int_equal(messages_deadline_ns(&messages, slot), 30);
    m->state = MESSAGE_VISIBLE;
    messages_set_deadline(&messages, slot, 31);
    assert_int_equal(messages_deadline_ns(&messages, slot), 31);
    messages_free(&messages);
}

/* A root of 16 and 48 bits goes through the record unchanged. */
static void test_roots(void **state)
{
    static const uint64_t roots[] = {0,
                                     1,
                                     UINT64_MAX,
                                     UINT64_C(0x123456789ABCDEF0),
                                     UINT64_C(0xFFFF00000000FFFF),
                                     UINT64_C(0x0000FFFF00000000)};
    struct message m = {0};
    (void)state;
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        message_set_root(&m, roots[i]);
        assert_true(message_root(&m) == roots[i]);
        assert_true(probe_root(probe_root_origin(roots[i]), probe_root_number(roots[i])) ==
                    roots[i]);
    }
}

/* The order of acceptance is told in full from its low word, also when that has wrapped. */
static void test_the_order_beyond_32_bits(void **state)
{
    struct messages messages;
    (void)state;
    messages_init(&messages, 0, 1);
    messages.next_seq = UINT64_C(0x5FFFFFFFE);
    const uint32_t a = messages_take(&messages), b = messages_take(&messages),
                   c = messages_take(&messages);
    assert_true(messages_order(&messages, a) == INT64_C(0x5FFFFFFFE));
    assert_true(messages_order(&messages, b) == INT64_C(0x5FFFFFFFF));
    assert_true(messages_order(&messages, c) == INT64_C(0x600000000));
    assert_true(message_key_less(7, messages.at[b].seq, 7, messages.at[c].seq));
    assert_false(message_key_less(7, messages.at[c].seq, 7, messages.at[b].seq));
    assert_true(message_key_less(6, messages.at[c].seq, 7, messages.at[b].seq));
    messages_free(&messages);
}

/* A world keeps only the tables that it wants; a table that is absent reads as its neutral value,
 * and one that is there begins with it for every tenant. */
static void test_side_tables(void **state)
{
    struct messages messages;
    (void)state;
    messages_init(&messages, 0, 1024);
    uint32_t slot = messages_take(&messages);
    assert_null(messages.side.group);
    assert_int_equal(messages_group(&messages, slot), MESSAGE_NO_GROUP);
    assert_int_equal(messages_bytes(&messages, slot), 1024);
    messages_free(&messages);

    messages_init(&messages, MESSAGE_WANT_GROUP | MESSAGE_WANT_BYTES | MESSAGE_WANT_RECEIVED, 1024);
    for (uint32_t i = 0; i < 3000; i++) {
        slot = messages_take(&messages);
        assert_int_equal(messages_group(&messages, slot), MESSAGE_NO_GROUP);
        assert_int_equal(messages_bytes(&messages, slot), 1024);
        assert_int_equal(messages.side.received_ns[slot], 0);
        messages.side.group[slot].number = i;
        messages.side.bytes[slot] = i + 1;
        messages.side.received_ns[slot] = i + 2;
        messages.at[slot].state = MESSAGE_VISIBLE;
        if (i % 3 == 0)
            messages_release(&messages, slot);
    }
    assert_int_equal(messages_group(&messages, 0), 1);
    assert_int_equal(messages_bytes(&messages, 0), 2);
    assert_null(messages.side.body);
    assert_null(messages.side.dedup);
    messages_free(&messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_a_new_tenant),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_roots),
        cmocka_unit_test(test_side_tables),
        cmocka_unit_test(test_the_order_beyond_32_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
