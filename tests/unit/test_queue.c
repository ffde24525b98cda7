// SPDX-License-Identifier: GPL-3.0-or-later
/* What all queues share below the calls, by the rules: retention in every state, moves to a
 * dead-letter queue and their clocks, purge, preload, holds, and the one engine event. */
#include "tools/queue_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

#define SENDS(number)       assert_int_equal(queue_rig_send(&rig, number), SEND_OK)
#define COUNTS(counts)      assert_string_equal(queue_rig_counts(&rig, &rig.queue), counts)
#define DEAD_COUNTS(counts) assert_string_equal(queue_rig_counts(&rig, &rig.dead), counts)
#define RECEIVES(max, numbers)                                                                     \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, -1), numbers)
#define DEAD_RECEIVES(max, numbers)                                                                \
    assert_string_equal(queue_rig_receive(&rig, &rig.dead, max, -1), numbers)

/* EVIDENCE-OF: RET-1 RET-3
 * Visible, in flight or delayed: at its send + retention exactly a message is gone, and one in
 * flight never comes back. */
static void test_retention_in_every_state(void **state)
{
    (void)state;
    rig.cfg.retention_ns = 60 * SEC;
    rig.cfg.visibility_ns = 45 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    queue_rig_at(&rig, 20);
    RECEIVES(1, "1");
    rig.send.delay_ns = 15 * 60 * SEC;
    SENDS(3);
    queue_rig_at(&rig, 59.999999999);
    COUNTS("1 1 1");
    queue_rig_at(&rig, 60);
    COUNTS("0 0 1");
    queue_rig_at(&rig, 80);
    COUNTS("0 0 0");
    RECEIVES(10, "");
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 3);
    assert_int_equal(rig.last[PROBE_RETENTION_OVER].value, 20 * SEC);
}

/* EVIDENCE-OF: RET-1
 * A receive at the instant of expiry gets nothing: retention comes first. */
static void test_retention_comes_before_visibility(void **state)
{
    (void)state;
    rig.cfg.retention_ns = 60 * SEC;
    rig.cfg.visibility_ns = 60 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 60);
    RECEIVES(1, "");
    assert_int_equal(rig.told[PROBE_HIDDEN_OVER], 0);
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 1);
}

/* EVIDENCE-OF: RET-2
 * A message that expires is not moved, however often it was received. */
static void test_the_expired_is_not_dead_lettered(void **state)
{
    (void)state;
    rig.cfg.retention_ns = 60 * SEC;
    rig.cfg.redrive.max_receives = 1;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 60);
    RECEIVES(1, "");
    DEAD_COUNTS("0 0 0");
}

static void move(uint32_t number)
{
    char text[8];
    snprintf(text, sizeof text, "%u", number);
    RECEIVES(1, text);
    assert_int_equal(queue_rig_change(&rig, number, 0), VISIBILITY_OK);
    RECEIVES(1, "");
}

/* EVIDENCE-OF: DLQ-2
 * Kept on a move: who sent it, its size, its group; the receive count goes on. */
static void test_what_a_move_keeps(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    rig.wants = MESSAGE_WANT_BYTES | MESSAGE_WANT_GROUP;
    queue_rig_open(&rig);
    rig.send.bytes = 321;
    rig.send.group = 2;
    SENDS(7);
    move(7);
    DEAD_RECEIVES(1, "7");
    assert_int_equal(rig.out[0].receives, 2);
    assert_int_equal(rig.out[0].bytes, 321);
    assert_int_equal(rig.out[0].group, 2);
    assert_int_equal(queue_rig_delete(&rig, &rig.dead, 7), DELETE_OK);
}

/* EVIDENCE-OF: DLQ-3
 * A standard queue keeps the time of the send: 1 day in the source and a retention of 4 days there
 * leave 3 days. */
static void test_the_clock_of_a_standard_move(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    rig.dead_cfg.retention_ns = 4 * DAY;
    rig.cfg.retention_ns = 14 * DAY;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 86400);
    move(1);
    queue_rig_at(&rig, 4 * 86400.0 - 1);
    DEAD_COUNTS("1 0 0");
    queue_rig_at(&rig, 4 * 86400.0);
    DEAD_COUNTS("0 0 0");
}

/* EVIDENCE-OF: DLQ-3
 * Older at the move than the dead-letter queue's retention: it expires there at once. */
static void test_too_old_for_the_dead_letter_queue(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    rig.dead_cfg.retention_ns = 60 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 60);
    move(1);
    DEAD_COUNTS("0 0 0");
    assert_int_equal(rig.told[PROBE_DEAD_LETTERED], 1);
    assert_int_equal(rig.last[PROBE_RETENTION_OVER].node, QUEUE_RIG_DEAD);
}

/* EVIDENCE-OF: DLQ-3
 * Within a dead-letter queue the order is that of the moves, whatever the times of the sends, and
 * retention still takes the oldest send first. */
static void test_order_is_that_of_the_moves(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    queue_rig_open(&rig);
    for (uint32_t i = 1; i <= 3; i++) {
        queue_rig_at(&rig, i);
        SENDS(i);
    }
    RECEIVES(3, "1 2 3");
    static const uint32_t order[] = {3, 1, 2};
    for (size_t i = 0; i < 3; i++) {
        queue_rig_at(&rig, (double)(10 + i));
        assert_int_equal(queue_rig_change(&rig, order[i], 0), VISIBILITY_OK);
        RECEIVES(10, "");
    }
    DEAD_RECEIVES(2, "3 1");
    DEAD_RECEIVES(1, "2");
    queue_rig_at(&rig, 4 * 86400.0 + 2);
    DEAD_COUNTS("1 0 0");
    assert_int_equal(probe_root_number(rig.last[PROBE_RETENTION_OVER].root), 2);
}

/* EVIDENCE-OF: DLQ-3
 * In whatever order messages come, and whether the one that came before is still there or its place
 * is another queue's, each expires at its own time, and so do those sent by hand between them. */
static void test_moves_in_any_order(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    rig.cfg.visibility_ns = rig.dead_cfg.visibility_ns = 12 * HOUR;
    rig.cfg.retention_ns = 14 * DAY;
    queue_rig_open(&rig);
    for (uint32_t i = 1; i <= 60; i++) {
        queue_rig_at(&rig, i);
        if (i % 4 == 0)
            queue_rig_send_dead(&rig, i);
        else
            SENDS(i);
    }
    for (int i = 0; i < 5; i++)
        queue_rig_receive(&rig, &rig.queue, 10, -1);
    queue_rig_receive(&rig, &rig.dead, 10, -1);
    DEAD_RECEIVES(10, "44 48 52 56 60");
    rig.send.delay_ns = 900 * SEC;
    for (uint32_t i = 1; i <= 60; i++) {
        const uint32_t number = i * 23 % 61; /* 61 is a prime: each comes once, up and down */
        if (number % 4 == 0)
            continue;
        assert_int_equal(queue_rig_change(&rig, number, 0), VISIBILITY_OK);
        RECEIVES(10, "");
        queue_rig_receive(&rig, &rig.dead, 1, -1);
        if (number % 5 == 0) {
            assert_int_equal(queue_rig_delete(&rig, &rig.dead, number), DELETE_OK);
            SENDS(100 + number); /* into the slot that is free */
        }
    }
    DEAD_COUNTS("0 51 0"); /* 60 without 5, 10, 15, 25, 30, 35, 45, 50, 55 */
    for (uint32_t i = 1; i <= 60; i++) {
        queue_rig_at(&rig, 4 * 86400 + i + 0.5);
        if (i % 4 == 0 || i % 5 != 0)
            assert_int_equal(probe_root_number(rig.last[PROBE_RETENTION_OVER].root), i);
    }
    DEAD_COUNTS("0 0 0");
}

/* EVIDENCE-OF: DLQ-3
 * A FIFO queue's message gets a new clock at the move. */
static void test_the_clock_of_a_fifo_move(void **state)
{
    (void)state;
    queue_rig_init(&rig, &queue_sqs_fifo);
    rig.cfg.redrive.max_receives = 1;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 86400);
    move(1);
    queue_rig_at(&rig, 5 * 86400.0 - 1);
    DEAD_COUNTS("1 0 0");
    queue_rig_at(&rig, 5 * 86400.0);
    DEAD_COUNTS("0 0 0");
}

/* A message sent straight to a queue that others are moved into stands by its own send. */
static void test_a_send_to_the_dead_letter_queue(void **state)
{
    struct sent reply;
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 5);
    struct send send = rig.send;
    send.root = probe_root(QUEUE_RIG_WEB, 9);
    queue_send(&rig.dead.service, &send, 1, &reply, rig.now_ns);
    move(1);
    DEAD_RECEIVES(10, "9 1");
    queue_rig_at(&rig, 4 * 86400.0);
    DEAD_COUNTS("1 0 0");
}

/* EVIDENCE-OF: ATT-12
 * One purge in 60 seconds. */
static void test_purge_too_soon(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    assert_int_equal(queue_purge(&rig.queue, rig.now_ns), PURGE_OK);
    queue_rig_at(&rig, 59.999999999);
    SENDS(1);
    assert_int_equal(queue_purge(&rig.queue, rig.now_ns), PURGE_IN_PROGRESS);
    COUNTS("1 0 0");
    queue_rig_at(&rig, 60);
    assert_int_equal(queue_purge(&rig.queue, rig.now_ns), PURGE_OK);
    COUNTS("0 0 0");
}

/* EVIDENCE-OF: ATT-12
 * A purge removes visible, delayed and in-flight messages; what is sent after it stays. */
static void test_purge(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(1, "1");
    rig.send.delay_ns = 10 * SEC;
    SENDS(3);
    queue_purge(&rig.queue, rig.now_ns);
    COUNTS("0 0 0");
    assert_int_equal(rig.told[PROBE_PURGED], 1 + 3);
    rig.send.delay_ns = -1;
    SENDS(4);
    queue_rig_at(&rig, 100);
    RECEIVES(10, "4");
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_IGNORED);
}

/* EVIDENCE-OF: ATT-12 FIFO-4
 * A purge clears the deduplication memory, also of a queue whose messages are all gone: the same id
 * is accepted right after it, and the invariants agree. */
static void test_purge_of_an_empty_fifo_queue(void **state)
{
    (void)state;
    queue_rig_init(&rig, &queue_sqs_fifo);
    queue_rig_open(&rig);
    rig.send.dedup = 77;
    SENDS(1);
    RECEIVES(1, "1");
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    assert_int_equal(queue_rig_send(&rig, 1), SEND_DEDUPLICATED);
    queue_purge(&rig.queue, rig.now_ns);
    SENDS(1);
    RECEIVES(1, "1");
}

static uint32_t group_of(void *context, uint64_t i)
{
    (void)context;
    return (uint32_t)(i % 2);
}

/* Preloaded messages wait at time 0, in order, with a life like any other. */
static void test_preload(void **state)
{
    (void)state;
    rig.cfg.retention_ns = 60 * SEC;
    rig.wants = MESSAGE_WANT_GROUP;
    queue_rig_open(&rig);
    queue_preload(&rig.queue, 3, group_of, NULL);
    COUNTS("3 0 0");
    assert_int_equal(rig.told[PROBE_PRELOADED], 3);
    RECEIVES(2, "0 1");
    assert_int_equal(rig.out[1].group, 1);
    queue_rig_at(&rig, 30);
    RECEIVES(10, "0 1 2");
    queue_rig_at(&rig, 60);
    COUNTS("0 0 0");
}

/* A queue that must drain holds the engine by each of its messages, until the last has left by
 * whatever way. */
static void test_holds(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    rig.cfg.retention_ns = 60 * SEC;
    queue_rig_open(&rig);
    rig.queue.drains = true;
    for (uint32_t i = 1; i <= 4; i++)
        SENDS(i);
    assert_int_equal(rig.engine.holds, 4);
    RECEIVES(2, "1 2");
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    assert_int_equal(rig.engine.holds, 3);
    assert_int_equal(queue_rig_change(&rig, 2, 0), VISIBILITY_OK);
    RECEIVES(1, "3");
    assert_int_equal(rig.engine.holds, 2); /* 2 is in the dead-letter queue, which need not drain */
    queue_rig_at(&rig, 61);
    assert_int_equal(rig.engine.holds, 0);
    queue_purge(&rig.queue, rig.now_ns);
    assert_int_equal(rig.engine.holds, 0);
}

/* A thousand messages with deadlines of their own are one event of the engine. */
static void test_one_event(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    for (uint32_t i = 0; i < 1000; i++) {
        rig.send.delay_ns = (int64_t)(1 + i * 7 % 900) * SEC;
        SENDS(i);
    }
    size_t pending = 0;
    for (size_t slot = 0; slot < EVENT_LIST_SLOTS; slot++) {
        const struct event *head = rig.engine.events.slot[slot];
        for (const struct event *at = head; at != NULL; at = at->next == head ? NULL : at->next)
            pending++;
    }
    assert_int_equal(pending, 1);
    queue_rig_at(&rig, 901);
    assert_int_equal(rig.told[PROBE_DELAYED_OVER], 1000);
}

/* EVIDENCE-OF: DLQ-8 */
static void test_who_may_be_dead_lettered(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    struct node_ref refs[] = {{.name = "jobs"},
                              {.name = "arn:aws:sqs:us-east-1:123456789012:bills"}};
    struct queue_cfg cfg = rig.dead_cfg;
    assert_true(queue_allows_redrive(&cfg, "jobs"));
    cfg.redrive_allow.permission = REDRIVE_DENY_ALL;
    assert_false(queue_allows_redrive(&cfg, "jobs"));
    cfg.redrive_allow.permission = REDRIVE_BY_QUEUE;
    assert_false(queue_allows_redrive(&cfg, "jobs"));
    cfg.redrive_allow.sources = (struct node_refs){2, refs};
    assert_true(queue_allows_redrive(&cfg, "jobs"));
    assert_true(queue_allows_redrive(&cfg, "bills"));
    assert_false(queue_allows_redrive(&cfg, "orders"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_retention_in_every_state),
        TEST(test_retention_comes_before_visibility),
        TEST(test_the_expired_is_not_dead_lettered),
        TEST(test_what_a_move_keeps),
        TEST(test_the_clock_of_a_standard_move),
        TEST(test_too_old_for_the_dead_letter_queue),
        TEST(test_order_is_that_of_the_moves),
        TEST(test_moves_in_any_order),
        TEST(test_the_clock_of_a_fifo_move),
        TEST(test_a_send_to_the_dead_letter_queue),
        TEST(test_purge),
        TEST(test_purge_too_soon),
        TEST(test_preload),
        TEST(test_holds),
        TEST(test_one_event),
        TEST(test_purge_of_an_empty_fifo_queue),
        TEST(test_who_may_be_dead_lettered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
