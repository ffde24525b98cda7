// SPDX-License-Identifier: GPL-3.0-or-later
/* Move tasks by the rules: where messages go, when, in which order, as what, and how a task ends.
 * jobs dead-letters into dead, mostly after one receive; a task moves out of dead. */
#include "model/move_task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/queue_rig.h"

static struct queue_rig rig;
static struct move_task task;
static bool jobs_is_gone;

#define GONE "AWS.SimpleQueueService.NonExistentQueue"

static struct queue *queue_by_id(void *context, uint16_t id)
{
    (void)context;
    assert_int_equal(id, QUEUE_RIG_JOBS);
    return jobs_is_gone ? NULL : &rig.queue;
}

static int set_up(void **state)
{
    (void)state;
    jobs_is_gone = false;
    queue_rig_init(&rig, &queue_sqs_standard);
    rig.cfg.redrive.max_receives = 1;
    rig.wants = MESSAGE_WANT_SOURCE;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    move_task_free(&task);
    queue_rig_close(&rig);
    return 0;
}

#define SENDS(number)       assert_int_equal(queue_rig_send(&rig, number), SEND_OK)
#define COUNTS(counts)      assert_string_equal(queue_rig_counts(&rig, &rig.queue), counts)
#define DEAD_COUNTS(counts) assert_string_equal(queue_rig_counts(&rig, &rig.dead), counts)
#define RECEIVES(max, numbers)                                                                     \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, -1), numbers)
#define DEAD_RECEIVES(max, visibility_s, numbers)                                                  \
    assert_string_equal(queue_rig_receive(&rig, &rig.dead, max, visibility_s), numbers)
#define IS(wanted, count)                                                                          \
    do {                                                                                           \
        assert_int_equal(task.status, wanted);                                                     \
        assert_int_equal(task.moved, count);                                                       \
    } while (0)

/* A task on dead; rate_per_s 0: as fast as by default. */
static void start(struct queue *destination, double rate_per_s)
{
    const struct move_task_cfg cfg = {.source = &rig.dead,
                                      .destination = destination,
                                      .rate_per_s = rate_per_s,
                                      .queue_by_id = queue_by_id};
    move_task_start(&task, &cfg, rig.now_ns);
}

/* EVIDENCE-OF: MOVE-4 MOVE-8
 * Recorded in test_move_task_with_throughput_limit: 4 messages at 1/s need 3 s.  The first goes at
 * the start; how many there are to move is said of the start and stays. */
static void test_rate(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 4);
    queue_rig_at(&rig, 10);
    start(NULL, 1);
    IS(MOVE_RUNNING, 0);
    queue_rig_at(&rig, 10.000000001);
    IS(MOVE_RUNNING, 1);
    queue_rig_at(&rig, 13);
    IS(MOVE_RUNNING, 3);
    queue_rig_at(&rig, 13.000000001);
    IS(MOVE_COMPLETED, 4);
    assert_int_equal(task.to_move, 4);
    assert_int_equal(task.started_ns, 10 * SEC);
    COUNTS("4 0 0");
    DEAD_COUNTS("0 0 0");
}

/* EVIDENCE-OF: MOVE-4
 * By default 500 a second: the n-th 2 ms after the one before.  A rate of 3 is kept without drift:
 * the fourth is exactly a second after the first. */
static void test_pace(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 4);
    queue_rig_at(&rig, 10);
    start(NULL, 0);
    queue_rig_at(&rig, 10.006);
    IS(MOVE_RUNNING, 3);
    queue_rig_at(&rig, 10.006000001);
    IS(MOVE_COMPLETED, 4);
    RECEIVES(4, "1 2 3 4");
    queue_rig_at(&rig, 60); /* all are back, and go to dead again */
    RECEIVES(4, "");
    start(NULL, 3);
    queue_rig_at(&rig, 61);
    IS(MOVE_RUNNING, 3);
    queue_rig_at(&rig, 61.000000001);
    IS(MOVE_COMPLETED, 4);
}

/* EVIDENCE-OF: MOVE-2
 * An empty source completes at once with 0. */
static void test_empty_source(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    start(NULL, 0);
    IS(MOVE_COMPLETED, 0);
    assert_int_equal(task.to_move, 0);
}

/* EVIDENCE-OF: MOVE-7
 * A moved message is new: enqueue time, retention (4 days), receive count, handles; its sender and
 * its size are the old ones.  Its visibility runs out, it is dead-lettered by a count of its own.
 */
static void test_moved_is_new(void **state)
{
    (void)state;
    rig.wants |= MESSAGE_WANT_RECEIVED | MESSAGE_WANT_BYTES;
    queue_rig_open(&rig);
    rig.send.bytes = 321;
    queue_rig_dead_letter(&rig, 1);
    queue_rig_at(&rig, 86400);
    DEAD_RECEIVES(1, 0, "1");
    assert_int_equal(rig.out[0].receives, 2); /* DLQ-2: it goes on there */
    const struct delivery old = rig.out[0];
    start(NULL, 0);
    queue_rig_at(&rig, 86401);
    IS(MOVE_COMPLETED, 1);
    const struct fact *fact = &rig.last[PROBE_MOVED];
    assert_int_equal(fact->node, QUEUE_RIG_DEAD);
    assert_int_equal(fact->peer, QUEUE_RIG_JOBS);
    assert_int_equal(fact->at_ns, 86400 * SEC);
    assert_int_equal(fact->delivery, 2);
    assert_int_equal(fact->value, 86400 * SEC);
    assert_int_equal(fact->other, 86400 * SEC);
    assert_int_equal(fact->root, probe_root(QUEUE_RIG_WEB, 1));
    assert_int_not_equal(fact->seq, old.seq);
    assert_int_equal(rig.messages.side.received_ns[fact->message], 0);
    assert_int_equal(rig.messages.side.first_received_ns[fact->message], 0);
    assert_int_equal(rig.messages.side.source[fact->message], NODE_NONE);
    RECEIVES(1, "1");
    assert_int_equal(rig.out[0].receives, 1);
    assert_int_equal(rig.out[0].sent_ns, 86400 * SEC);
    assert_int_equal(rig.out[0].bytes, 321);
    assert_int_equal(queue_delete(&rig.dead, &old, 1, NULL, QUEUE_RIG_WORKER, rig.now_ns),
                     DELETE_IGNORED);
    COUNTS("0 1 0");
    queue_rig_at(&rig, 5 * 86400.0 - 1);
    COUNTS("1 0 0");
    queue_rig_at(&rig, 5 * 86400.0);
    COUNTS("0 0 0");
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 1);
}

/* EVIDENCE-OF: MOVE-7 DLQ-1
 * What is moved back can be dead-lettered once more, by a receive count of its own. */
static void test_there_and_back_again(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 2;
    queue_rig_open(&rig);
    SENDS(1);
    for (int turn = 0; turn < 3; turn++) {
        queue_rig_at(&rig, 10 * turn);
        for (int i = 0; i < 2; i++)
            assert_string_equal(queue_rig_receive(&rig, &rig.queue, 1, 0), "1");
        RECEIVES(1, "");
        DEAD_COUNTS("1 0 0");
        start(NULL, 0);
        queue_rig_at(&rig, 10 * turn + 1);
        IS(MOVE_COMPLETED, 1);
    }
    RECEIVES(1, "1");
    assert_int_equal(rig.told[PROBE_DEAD_LETTERED], 3);
    assert_int_equal(rig.told[PROBE_MOVED], 3);
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
}

/* EVIDENCE-OF: MOVE-2 MOVE-7
 * It takes the destination's DelaySeconds, and it stands in line with what is there: behind what
 * came before it, before what comes later. */
static void test_delay_and_order_at_the_destination(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 2);
    queue_rig_at(&rig, 10);
    SENDS(11);
    start(NULL, 1);
    queue_rig_at(&rig, 10.5);
    SENDS(12);
    queue_rig_at(&rig, 12);
    SENDS(13);
    RECEIVES(10, "11 1 12 2 13");
    queue_rig_at(&rig, 50); /* all go to dead, in that order */
    RECEIVES(10, "");
    rig.queue.delay_ns = 7 * SEC;
    start(NULL, 0);
    queue_rig_at(&rig, 51);
    IS(MOVE_COMPLETED, 5);
    COUNTS("0 0 5");
    assert_int_equal(rig.last[PROBE_MOVED].other, rig.last[PROBE_MOVED].at_ns + 7 * SEC);
    queue_rig_at(&rig, 57);
    COUNTS("1 0 4");
    queue_rig_at(&rig, 58);
    RECEIVES(10, "11 1 12 2 13");
}

/* EVIDENCE-OF: DLQ-3 MOVE-7
 * Oldest first, which in a dead-letter queue is the order of the moves into it (DLQ-3). */
static void test_oldest_first(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    for (uint32_t number = 1; number <= 3; number++)
        SENDS(number);
    RECEIVES(3, "1 2 3");
    static const uint32_t order[] = {3, 1, 2};
    for (size_t i = 0; i < 3; i++) {
        queue_rig_at(&rig, 1.0 + (double)i);
        assert_int_equal(queue_rig_change(&rig, order[i], 0), VISIBILITY_OK);
        RECEIVES(10, "");
    }
    queue_rig_at(&rig, 10);
    start(NULL, 1);
    queue_rig_at(&rig, 10.5);
    RECEIVES(1, "3");
    queue_rig_at(&rig, 20);
    RECEIVES(10, "1 2");
}

/* EVIDENCE-OF: MOVE-2
 * A message in flight waits: it is moved at its deadline, or, given back earlier, within a second.
 */
static void test_in_flight_is_moved_once_visible(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 3);
    queue_rig_at(&rig, 10);
    DEAD_RECEIVES(1, 100, "1");
    DEAD_RECEIVES(1, 5.25, "2");
    start(NULL, 0);
    assert_int_equal(task.to_move, 3);
    queue_rig_at(&rig, 15.25);
    IS(MOVE_RUNNING, 1);
    assert_int_equal(rig.last[PROBE_MOVED].at_ns, 10 * SEC);
    queue_rig_at(&rig, 15.26);
    IS(MOVE_RUNNING, 2);
    assert_int_equal(rig.last[PROBE_MOVED].at_ns, 15 * SEC + 250 * MSEC);
    queue_rig_at(&rig, 20.5);
    assert_int_equal(queue_change_visibility(&rig.dead, &rig.handles[1], (const int64_t[]){0}, 1,
                                             NULL, QUEUE_RIG_WORKER, rig.now_ns),
                     VISIBILITY_OK);
    queue_rig_at(&rig, 21.5);
    IS(MOVE_COMPLETED, 3);
    RECEIVES(10, "3 2 1");
}

/* A message that is deleted while it is waited for was the last. */
static void test_the_last_is_deleted(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 2);
    DEAD_RECEIVES(1, 30, "1");
    start(NULL, 0);
    queue_rig_at(&rig, 5);
    IS(MOVE_RUNNING, 1);
    assert_int_equal(queue_rig_delete(&rig, &rig.dead, 1), DELETE_OK);
    queue_rig_at(&rig, 7);
    IS(MOVE_COMPLETED, 1);
    assert_int_equal(task.to_move, 2); /* MOVE-8 */
}

/* A poll that waits at the destination is answered by a move. */
static void test_waiting_poll(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 1);
    queue_rig_at(&rig, 10);
    assert_string_equal(queue_rig_poll(&rig, 0, 1, 20), "waits");
    queue_rig_at(&rig, 12);
    start(&rig.queue, 0);
    queue_rig_at(&rig, 13);
    assert_string_equal(queue_rig_answer(&rig, 0), "1 @ 12");
}

/* MOVE-2: what was sent by hand has no queue of its own.  Without a destination it is passed over,
 * wherever it stands, and keeps no task waiting; with one it goes there. */
static void test_sent_by_hand(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_send_dead(&rig, 101);
    queue_rig_dead_letter(&rig, 1);
    queue_rig_send_dead(&rig, 102);
    DEAD_RECEIVES(1, 0, "101"); /* came back: no longer the fresh one in front */
    queue_rig_at(&rig, 10);
    start(NULL, 0);
    assert_int_equal(task.to_move, 3);
    queue_rig_at(&rig, 11);
    IS(MOVE_COMPLETED, 1);
    DEAD_COUNTS("2 0 0");
    COUNTS("1 0 0");
    DEAD_RECEIVES(1, 1000, "101");
    start(NULL, 0);
    queue_rig_at(&rig, 12);
    IS(MOVE_COMPLETED, 0);
    start(&rig.queue, 0);
    queue_rig_at(&rig, 13);
    IS(MOVE_RUNNING, 1);
    queue_rig_at(&rig, 1012);
    IS(MOVE_COMPLETED, 2);
}

/* Message groups of a standard queue go along, also where none was seen before. */
static void test_groups_of_a_standard_queue(void **state)
{
    (void)state;
    rig.wants |= MESSAGE_WANT_GROUP;
    queue_rig_open(&rig);
    queue_rig_send_dead(&rig, 1);
    rig.send.group = 7;
    queue_rig_send_dead(&rig, 2);
    rig.send.group = 5;
    queue_rig_send_dead(&rig, 3);
    start(&rig.queue, 0);
    queue_rig_at(&rig, 1);
    IS(MOVE_COMPLETED, 3);
    RECEIVES(10, "1 2 3");
    assert_int_equal(rig.out[0].group, MESSAGE_NO_GROUP);
    assert_int_equal(rig.out[1].group, 7);
    assert_int_equal(rig.out[2].group, 5);
}

/* EVIDENCE-OF: MOVE-5
 * Cancelling is asynchronous: the reply says 2, and at its next turn the task ends without another
 * move. */
static void test_cancel(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 10);
    queue_rig_at(&rig, 20);
    start(NULL, 1);
    queue_rig_at(&rig, 21.5);
    assert_int_equal(move_task_cancel(&task), 2);
    IS(MOVE_CANCELLING, 2);
    assert_true(move_task_is_active(&task));
    queue_rig_at(&rig, 22.5);
    IS(MOVE_CANCELLED, 2);
    assert_int_equal(move_task_cancel(&task), 2); /* it stays so */
    IS(MOVE_CANCELLED, 2);
    queue_rig_at(&rig, 30);
    DEAD_COUNTS("8 0 0");
}

/* EVIDENCE-OF: MOVE-6
 * Recorded in test_move_task_delete_destination_queue_while_running; a source queue that is gone is
 * the same to a task without a destination, and so is its own source. */
static void test_queues_that_are_gone(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 3);
    queue_rig_at(&rig, 10);
    start(&rig.queue, 1);
    queue_rig_at(&rig, 10.5);
    move_task_lose(&task, &rig.queue);
    IS(MOVE_FAILED, 1);
    assert_string_equal(task.failure, GONE);
    start(NULL, 1);
    queue_rig_at(&rig, 11);
    IS(MOVE_RUNNING, 1);
    move_task_lose(&task, &rig.queue); /* not before a message is to go there */
    jobs_is_gone = true;
    queue_rig_at(&rig, 12);
    IS(MOVE_FAILED, 1);
    assert_string_equal(task.failure, GONE);
    start(NULL, 1);
    move_task_lose(&task, &rig.dead);
    IS(MOVE_FAILED, 0);
    queue_rig_at(&rig, 20);
    DEAD_COUNTS("1 0 0");
}

/* EVIDENCE-OF: MOVE-3
 * At most 36 hours: at one in 3 hours the 13th would come too late. */
static void test_longest(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 15);
    queue_rig_at(&rig, 100);
    start(NULL, 1 / 10800.0);
    queue_rig_at(&rig, 100 + 36 * 3600.0);
    IS(MOVE_RUNNING, 12);
    queue_rig_at(&rig, 101 + 36 * 3600.0);
    IS(MOVE_FAILED, 12);
    assert_non_null(task.failure);
}

/* A task that is active holds the engine, and one that is freed does not. */
static void test_holds(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 2);
    start(NULL, 1);
    assert_int_equal(rig.engine.holds, 1);
    queue_rig_at(&rig, 10);
    IS(MOVE_COMPLETED, 2);
    assert_int_equal(rig.engine.holds, 0);
    move_task_free(&task);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 60);
    RECEIVES(1, "2");
    start(NULL, 1);
    assert_int_equal(rig.engine.holds, 1);
    move_task_free(&task);
    assert_int_equal(rig.engine.holds, 0);
    queue_rig_at(&rig, 70);
    DEAD_COUNTS("1 0 0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rate),
        TEST(test_pace),
        TEST(test_empty_source),
        TEST(test_moved_is_new),
        TEST(test_there_and_back_again),
        TEST(test_delay_and_order_at_the_destination),
        TEST(test_oldest_first),
        TEST(test_in_flight_is_moved_once_visible),
        TEST(test_the_last_is_deleted),
        TEST(test_waiting_poll),
        TEST(test_sent_by_hand),
        TEST(test_groups_of_a_standard_queue),
        TEST(test_cancel),
        TEST(test_queues_that_are_gone),
        TEST(test_longest),
        TEST(test_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
