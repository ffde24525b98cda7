// SPDX-License-Identifier: GPL-3.0-or-later
/* Move tasks between FIFO queues, by the rules; jobs dead-letters into dead after one receive. */
#include "model/move_task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/queue_rig.h"

static struct queue_rig rig;
static struct move_task task;

static struct queue *queue_by_id(void *context, uint16_t id)
{
    (void)context;
    assert_int_equal(id, QUEUE_RIG_JOBS);
    return &rig.queue;
}

static int set_up(void **state)
{
    (void)state;
    queue_rig_init(&rig, &queue_sqs_fifo);
    rig.cfg.redrive.max_receives = 1;
    rig.wants = MESSAGE_WANT_SOURCE | MESSAGE_WANT_NUMBER;
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

/* EVIDENCE-OF: MOVE-7 DLQ-5
 * FIFO stays FIFO: each group in its order, none dropped although their deduplication ids were
 * accepted less than five minutes ago; a message in flight holds back its group alone. */
static void test_fifo(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    for (uint32_t number = 1; number <= 6; number++) {
        rig.send.group = number % 2;
        SENDS(number);
    }
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, 10, 1), "1 3 5 2 4 6");
    queue_rig_at(&rig, 1);
    RECEIVES(10, "");
    DEAD_COUNTS("6 0 0");
    DEAD_RECEIVES(1, 20, "1");
    start(NULL, 1);
    queue_rig_at(&rig, 5);
    IS(MOVE_RUNNING, 3);
    RECEIVES(10, "2 4 6");
    assert_int_equal(rig.out[0].sent_ns, 1 * SEC);
    assert_int_equal(rig.out[2].sent_ns, 3 * SEC);
    queue_rig_at(&rig, 30);
    IS(MOVE_COMPLETED, 6);
    RECEIVES(10, "1 3 5");
    assert_int_equal(rig.out[0].sent_ns, 21 * SEC);
}

/* As in a standard queue: what was sent by hand is passed over, and its group goes on behind it.
 * One that is in flight holds its group back all the same. */
static void test_fifo_sent_by_hand(void **state)
{
    (void)state;
    rig.send.group = 1;
    queue_rig_open(&rig);
    queue_rig_send_dead(&rig, 101);
    queue_rig_dead_letter(&rig, 2);
    start(NULL, 0);
    queue_rig_at(&rig, 3);
    IS(MOVE_COMPLETED, 2);
    DEAD_COUNTS("1 0 0");
    RECEIVES(10, "1 2");
    queue_rig_at(&rig, 40);
    RECEIVES(10, "");
    DEAD_RECEIVES(2, 7, "101 1");
    start(NULL, 0);
    queue_rig_at(&rig, 46);
    IS(MOVE_RUNNING, 0);
    queue_rig_at(&rig, 48);
    IS(MOVE_COMPLETED, 2);
    RECEIVES(10, "1 2");
}

/* Behind one that is passed over in another group, a message in flight still holds back its own. */
static void test_group_held_back(void **state)
{
    (void)state;
    rig.send.group = 5;
    queue_rig_open(&rig);
    queue_rig_send_dead(&rig, 101);
    queue_rig_dead_letter(&rig, 2);
    DEAD_RECEIVES(2, 7, "101 1");
    assert_int_equal(queue_change_visibility(&rig.dead, &rig.handles[101], (const int64_t[]){0}, 1,
                                             NULL, QUEUE_RIG_WORKER, rig.now_ns),
                     VISIBILITY_OK);
    start(NULL, 0);
    queue_rig_at(&rig, 9);
    IS(MOVE_RUNNING, 0);
    queue_rig_at(&rig, 10);
    IS(MOVE_COMPLETED, 2);
    RECEIVES(10, "1 2");
}

/* EVIDENCE-OF: MOVE-2 MOVE-7 SND-14
 * The destination's DelaySeconds applies, behind what its group holds there; the sequence number is
 * the destination's next, as of a send (I). */
static void test_delay_and_number(void **state)
{
    (void)state;
    rig.send.group = 1;
    queue_rig_open(&rig);
    queue_rig_dead_letter(&rig, 2);
    rig.queue.delay_ns = 5 * SEC;
    queue_rig_at(&rig, 10);
    SENDS(11);
    const uint64_t number = rig.reply.number;
    start(&rig.queue, 1);
    queue_rig_at(&rig, 11.5);
    IS(MOVE_COMPLETED, 2);
    assert_int_equal(rig.messages.side.number[rig.last[PROBE_MOVED].message], number + 2);
    queue_rig_at(&rig, 15);
    RECEIVES(1, "11");
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 11), DELETE_OK);
    RECEIVES(10, "1");
    queue_rig_at(&rig, 15.5);
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    RECEIVES(10, "");
    queue_rig_at(&rig, 16);
    RECEIVES(10, "2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_fifo),
        TEST(test_fifo_sent_by_hand),
        TEST(test_group_held_back),
        TEST(test_delay_and_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
