// SPDX-License-Identifier: GPL-3.0-or-later
/* The order of a standard queue, its copies and its parameters, by the rules.  A comparison with a
 * second implementation under random calls is in test_queue_sqs_standard_reference.c. */
#include "tools/queue_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"

static struct queue_rig rig;

static int set_up(void **state)
{
    (void)state;
    queue_rig_init(&rig, &queue_sqs_standard);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    queue_rig_close(&rig);
    return 0;
}

#define SENDS(number)  assert_int_equal(queue_rig_send(&rig, number), SEND_OK)
#define COUNTS(counts) assert_string_equal(queue_rig_counts(&rig, &rig.queue), counts)
#define RECEIVES(max, numbers)                                                                     \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, -1), numbers)
#define RECEIVES_FOR(max, visibility_s, numbers)                                                   \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, visibility_s), numbers)

/* EVIDENCE-OF: RCV-10
 * Recorded in test_inflight_message_requeue: a message whose timeout ran out comes before a newer
 * one that was never received. */
static void test_the_returned_before_the_newer(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES_FOR(1, 2, "1");
    queue_rig_at(&rig, 1);
    SENDS(2);
    queue_rig_at(&rig, 3);
    RECEIVES(10, "1 2");
}

/* EVIDENCE-OF: RCV-10
 * The order is that of the sends, whenever the messages became available: a delayed message stands
 * before those sent after it, and messages come back in the order of sending. */
static void test_order_of_sends(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    rig.send.delay_ns = 5 * SEC;
    SENDS(1);
    rig.send.delay_ns = -1;
    SENDS(2);
    queue_rig_at(&rig, 1);
    SENDS(3);
    queue_rig_at(&rig, 5);
    RECEIVES_FOR(1, 9, "1");
    RECEIVES_FOR(1, 3, "2");
    queue_rig_at(&rig, 20);
    RECEIVES(10, "1 2 3");
}

static void receive_and_return(const char *number, int times)
{
    for (int i = 0; i < times; i++)
        RECEIVES_FOR(1, 0, number);
}

/* EVIDENCE-OF: CW-4
 * After two receives a message keeps its place; after three it goes behind everything that is in
 * the queue when it comes back, and before what is sent later. */
static void test_a_poison_message_goes_to_the_back(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    receive_and_return("1", 2);
    RECEIVES_FOR(1, 0, "1");
    RECEIVES_FOR(1, 5, "2");
    SENDS(3);
    RECEIVES_FOR(2, 5, "1 3");
    queue_rig_at(&rig, 4);
    SENDS(4);
    queue_rig_at(&rig, 5);
    /* Message 1 was received four times: behind message 4, which was there at 5. */
    SENDS(5);
    RECEIVES(10, "2 3 4 1 5");
}

/* EVIDENCE-OF: CW-4
 * Also by the end of its timeout and with a redrive policy. */
static void test_poison_with_a_policy(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 4;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    receive_and_return("1", 2);
    RECEIVES_FOR(1, 10, "1");
    queue_rig_at(&rig, 10);
    RECEIVES_FOR(1, 1, "2");
    RECEIVES_FOR(1, 1, "1");
    queue_rig_at(&rig, 11);
    RECEIVES(10, "2");
    assert_string_equal(queue_rig_counts(&rig, &rig.dead), "1 0 0");
}

/* EVIDENCE-OF: LIM-1
 * Ten times what a FIFO queue takes at once, of each action. */
static void test_no_quota(void **state)
{
    (void)state;
    rig.cfg.quotas = true;
    rig.cfg.quota_burst = 300;
    queue_rig_open(&rig);
    for (uint32_t i = 0; i < 3000; i++)
        SENDS(i);
    for (uint32_t i = 0; i < 3000; i++) {
        queue_rig_receive(&rig, &rig.queue, 1, -1);
        assert_int_equal(rig.status, RECEIVE_MESSAGES);
        assert_int_equal(queue_rig_delete(&rig, &rig.queue, i), DELETE_OK);
    }
    assert_int_equal(rig.told[PROBE_THROTTLED], 0);
}

/* EVIDENCE-OF: CW-4
 * "Everything in the queue" includes what is hidden or delayed at that moment: it comes back before
 * the poison message, whenever that is.  Two poison messages stand as they came back. */
static void test_poison_behind_what_returns_later(void **state)
{
    (void)state;
    rig.cfg.poison_receives = 2;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    SENDS(3);
    rig.send.delay_ns = 7 * SEC;
    SENDS(4);
    rig.send.delay_ns = -1;
    RECEIVES_FOR(2, 0, "1 2");
    RECEIVES_FOR(1, 2, "1");
    RECEIVES_FOR(1, 1, "2");
    RECEIVES_FOR(1, 6, "3");
    queue_rig_at(&rig, 5);
    SENDS(5);
    queue_rig_at(&rig, 10);
    /* Message 2 came back at 1 and 1 at 2; 3, received once, at 6; 4 at 7. */
    RECEIVES(10, "3 4 2 1 5");
}

static void test_no_poison(void **state)
{
    (void)state;
    rig.cfg.poison_receives = QUEUE_LIMIT_NONE;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    receive_and_return("1", 40);
    RECEIVES(10, "1 2");
}

/* EVIDENCE-OF: RCV-11
 * With duplicateOnReceive 1 a copy stays visible: the next receive returns it too, with the same
 * identity and time of send, a new handle and a raised count; one call never returns it twice. */
static void test_a_copy_survives_the_receive(void **state)
{
    (void)state;
    rig.cfg.storage.duplicate_p = 1.0;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(10, "1 2");
    const struct delivery first = rig.handles[1];
    RECEIVES(10, "1 2");
    assert_int_equal(rig.handles[1].receives, 2);
    assert_int_equal(rig.handles[1].root, first.root);
    assert_int_equal(rig.handles[1].sent_ns, first.sent_ns);
    assert_int_equal(rig.told[PROBE_COPIED], 4);
    /* The delete takes the message with all its copies. */
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    RECEIVES(10, "2");
}

/* EVIDENCE-OF: RCV-11
 * With resurrectAfterDelete 1 a copy outlives a delete that succeeded. */
static void test_a_copy_survives_the_delete(void **state)
{
    (void)state;
    rig.cfg.storage.resurrect_p = 1.0;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    COUNTS("1 0 0");
    /* And a delete of a message that is visible again (DEL-1) leaves a copy in its place. */
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    COUNTS("1 0 0");
    RECEIVES(1, "1");
    assert_int_equal(rig.out[0].receives, 2);
    assert_int_equal(rig.told[PROBE_RESURRECTED], 2);
    assert_int_equal(rig.told[PROBE_DELETED], 2);
}

/* EVIDENCE-OF: RCV-11
 * Each chance is that of its parameter.  Of 4,000 receives (deletes) with p = 0.3 the number of
 * copies is binomial: 1,200 with standard deviation 29; 4.9 of them are 142, an error of 1e-6. */
static void count_copies(double duplicate_p, double resurrect_p, enum probe_kind kind)
{
    rig.cfg.storage.duplicate_p = duplicate_p;
    rig.cfg.storage.resurrect_p = resurrect_p;
    queue_rig_open(&rig);
    for (uint32_t i = 0; i < QUEUE_RIG_NUMBERS; i++) {
        SENDS(i);
        queue_rig_receive(&rig, &rig.queue, 1, -1);
        assert_int_equal(queue_rig_delete(&rig, &rig.queue, i), DELETE_OK);
        if (kind == PROBE_RESURRECTED)
            queue_empty(&rig.queue, rig.now_ns);
    }
    assert_in_range(rig.told[kind], 1200 - 142, 1200 + 142);
}
static void test_the_chance_of_a_duplicate(void **state)
{
    (void)state;
    count_copies(0.3, 0.0, PROBE_COPIED);
}
static void test_the_chance_of_a_resurrection(void **state)
{
    (void)state;
    count_copies(0.0, 0.3, PROBE_RESURRECTED);
}

/* A long backlog that is received, returned and received again keeps its order: the fresh run and
 * the heap of returned messages are one queue. */
static void test_a_backlog_in_order(void **state)
{
    uint32_t last = 0;
    (void)state;
    queue_rig_open(&rig);
    for (uint32_t i = 1; i <= 3000; i++)
        SENDS(i);
    for (int i = 0; i < 150; i++)
        queue_rig_receive(&rig, &rig.queue, 10, 1 + i % 7);
    queue_rig_at(&rig, 10);
    for (uint32_t got = 0; got < 3000; got += rig.out_count) {
        queue_rig_receive(&rig, &rig.queue, 10, -1);
        assert_int_equal(rig.out_count, 10);
        for (uint32_t i = 0; i < rig.out_count; i++) {
            assert_int_equal(probe_root_number(rig.out[i].root), last + 1);
            last++;
        }
    }
    COUNTS("0 3000 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_the_returned_before_the_newer),
        TEST(test_order_of_sends),
        TEST(test_no_quota),
        TEST(test_a_poison_message_goes_to_the_back),
        TEST(test_poison_with_a_policy),
        TEST(test_poison_behind_what_returns_later),
        TEST(test_no_poison),
        TEST(test_a_copy_survives_the_receive),
        TEST(test_a_copy_survives_the_delete),
        TEST(test_the_chance_of_a_duplicate),
        TEST(test_the_chance_of_a_resurrection),
        TEST(test_a_backlog_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
