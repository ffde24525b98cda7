// SPDX-License-Identifier: GPL-3.0-or-later
/* ReceiveMessage at a standard queue by its rules: waits, who wakes a long poll and in which order,
 * time-outs of a call, the in-flight limit, moves to the dead-letter queue.  What is expected is
 * what the rule says. */
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

#define SENDS(number) assert_int_equal(queue_rig_send(&rig, number), SEND_OK)
#define RECEIVES(max, numbers)                                                                     \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, -1), numbers)
#define POLLS(which, max, wait_s, numbers)                                                         \
    assert_string_equal(queue_rig_poll(&rig, which, max, wait_s), numbers)
#define ANSWERED(which, answer) assert_string_equal(queue_rig_answer(&rig, which), answer)
#define COUNTS(counts)          assert_string_equal(queue_rig_counts(&rig, &rig.queue), counts)

/* EVIDENCE-OF: RCV-1
 * A receive returns up to MaxNumberOfMessages, and nothing of an empty queue. */
static void test_at_most_as_many_as_asked(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    for (uint32_t i = 0; i < 12; i++)
        SENDS(i);
    RECEIVES(1, "0");
    RECEIVES(10, "1 2 3 4 5 6 7 8 9 10");
    RECEIVES(10, "11");
    RECEIVES(10, "");
    assert_int_equal(rig.status, RECEIVE_EMPTY);
    assert_int_equal(rig.told[PROBE_EMPTY], 1);
}

/* EVIDENCE-OF: RCV-2
 * Without a wait of its own the call has the queue's; an explicit 0 overrides that. */
static void test_whose_wait(void **state)
{
    (void)state;
    rig.cfg.wait_ns = 20 * SEC;
    queue_rig_open(&rig);
    POLLS(0, 1, -1, "waits");
    POLLS(1, 1, 0, "");
    assert_int_equal(rig.status, RECEIVE_EMPTY);
    POLLS(2, 1, 5, "waits");
    queue_rig_at(&rig, 30);
    ANSWERED(0, "@ 20");
    ANSWERED(2, "@ 5");
}

/* EVIDENCE-OF: RCV-3
 * A long poll that finds one message does not wait for more; and it is answered by the first that
 * comes. */
static void test_a_long_poll_does_not_wait_to_be_filled(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    POLLS(0, 10, 20, "1");
    POLLS(0, 10, 20, "waits");
    queue_rig_at(&rig, 3);
    SENDS(2);
    SENDS(3);
    ANSWERED(0, "2 @ 3");
    COUNTS("1 2 0");
}

/* EVIDENCE-OF: RCV-4
 * A send, a delay that runs out, a visibility timeout that runs out and a change of visibility to 0
 * each complete a waiting poll, at that very time. */
static void test_who_wakes_a_poll(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    POLLS(0, 1, 20, "waits");
    queue_rig_at(&rig, 1);
    SENDS(1);
    ANSWERED(0, "1 @ 1");
    POLLS(1, 1, 20, "waits");
    rig.send.delay_ns = 4 * SEC;
    SENDS(2);
    queue_rig_at(&rig, 6);
    ANSWERED(1, "2 @ 5");
    assert_int_equal(queue_rig_change(&rig, 2, 10), VISIBILITY_OK);
    POLLS(2, 1, 20, "waits");
    queue_rig_at(&rig, 17);
    ANSWERED(2, "2 @ 16");
    POLLS(3, 1, 20, "waits");
    queue_rig_at(&rig, 18);
    assert_int_equal(queue_rig_change(&rig, 2, 0), VISIBILITY_OK);
    ANSWERED(3, "2 @ 18");
}

/* EVIDENCE-OF: RCV-4
 * Waiters are served in the order of their arrival, each with what is there for it. */
static void test_waiters_in_order_of_arrival(void **state)
{
    struct sent replies[10];
    (void)state;
    queue_rig_open(&rig);
    POLLS(0, 2, 20, "waits");
    queue_rig_at(&rig, 1);
    POLLS(1, 1, 3, "waits");
    POLLS(2, 10, 20, "waits");
    POLLS(3, 1, 20, "waits");
    queue_rig_at(&rig, 2);
    queue_rig_send_batch(&rig, 1, 5, replies);
    ANSWERED(0, "1 2 @ 2");
    ANSWERED(1, "3 @ 2");
    ANSWERED(2, "4 5 @ 2");
    ANSWERED(3, "waits");
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(rig.polls[i].place, i + 1);
    queue_rig_at(&rig, 40);
    ANSWERED(3, "@ 21");
}

/* EVIDENCE-OF: RCV-4
 * A receive that comes at the very instant at which a message becomes available, before anything
 * else has happened there, does not overtake a poll that waits. */
static void test_a_new_receive_does_not_overtake_a_waiter(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 25);
    POLLS(0, 1, 20, "waits");
    queue_rig_at(&rig, 30);
    RECEIVES(1, "");
    queue_rig_at(&rig, 31);
    ANSWERED(0, "1 @ 30");
}

/* EVIDENCE-OF: RCV-4
 * What becomes available at the very instant at which the wait ends is returned: by the end of a
 * visibility timeout, of a delay, and by a send, whatever was scheduled first. */
static void test_the_last_instant_of_a_wait(void **state)
{
    (void)state;
    rig.cfg.visibility_ns = 20 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    POLLS(0, 1, 20, "waits");
    queue_rig_at(&rig, 21);
    ANSWERED(0, "1 @ 20");
    queue_rig_at(&rig, 30);
    rig.send.delay_ns = 5 * SEC;
    POLLS(1, 1, 5, "waits");
    SENDS(2);
    queue_rig_at(&rig, 36);
    ANSWERED(1, "2 @ 35");
    rig.send.delay_ns = -1;
    queue_rig_send_at(&rig, 3, 38);
    POLLS(2, 1, 2, "waits");
    queue_rig_at(&rig, 39);
    ANSWERED(2, "3 @ 38");
    POLLS(3, 1, 0.5, "waits");
    queue_rig_send_at(&rig, 4, 39.5);
    queue_rig_at(&rig, 39.9);
    ANSWERED(3, "4 @ 39.5");
}

/* EVIDENCE-OF: RCV-3 CW-2
 * The wait is over and nothing came: an empty receive that says how long it waited. */
static void test_an_empty_wait(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    queue_rig_at(&rig, 2);
    POLLS(0, 1, 7, "waits");
    queue_rig_at(&rig, 9);
    ANSWERED(0, "waits");
    queue_rig_at(&rig, 9.000000001);
    ANSWERED(0, "@ 9");
    assert_int_equal(rig.last[PROBE_EMPTY].value, 7 * SEC);
    assert_int_equal(rig.told[PROBE_EMPTY], 1);
}

/* A poll that its caller takes back gets nothing, and the next in line does; also when it is the
 * first, the last or the only one, and when its wait is just over. */
static void test_withdrawn_polls(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    for (size_t i = 0; i < 4; i++)
        POLLS(i, 1, 20, "waits");
    queue_withdraw(&rig.queue, &rig.polls[0].poll);
    queue_withdraw(&rig.queue, &rig.polls[3].poll);
    queue_withdraw(&rig.queue, &rig.polls[3].poll);
    SENDS(1);
    SENDS(2);
    SENDS(3);
    ANSWERED(0, "waits");
    ANSWERED(1, "1 @ 0");
    ANSWERED(2, "2 @ 0");
    ANSWERED(3, "waits");
    COUNTS("1 2 0");
    RECEIVES(1, "3");
    POLLS(4, 1, 20, "waits");
    queue_withdraw(&rig.queue, &rig.polls[4].poll);
    queue_rig_at(&rig, 25);
    ANSWERED(4, "waits");
}

/* EVIDENCE-OF: RCV-6
 * The call's VisibilityTimeout counts for what it returns and is not remembered; with 0 a message
 * is visible again at once, and every receive gives a new handle and counts. */
static void test_whose_visibility(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, 1, 5), "1");
    queue_rig_at(&rig, 5);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 34);
    RECEIVES(1, "");
    queue_rig_at(&rig, 35);
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, 10, 0), "1");
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, 10, 0), "1");
    assert_int_equal(rig.out[0].receives, 4);
    COUNTS("1 0 0");
}

/* EVIDENCE-OF: RCV-7
 * The receive count includes this receive, SentTimestamp stays, and the time of the first receive
 * is kept. */
static void test_what_a_receive_says(void **state)
{
    (void)state;
    rig.wants = MESSAGE_WANT_RECEIVED | MESSAGE_WANT_BYTES | MESSAGE_WANT_BODY;
    queue_rig_open(&rig);
    queue_rig_at(&rig, 1);
    rig.send.bytes = 77;
    rig.send.body = 5;
    SENDS(1);
    queue_rig_at(&rig, 2);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 40);
    RECEIVES(1, "1");
    assert_int_equal(rig.out[0].receives, 2);
    assert_int_equal(rig.out[0].sent_ns, SEC);
    assert_int_equal(rig.out[0].bytes, 77);
    assert_int_equal(rig.out[0].body, 5);
    assert_int_equal(rig.messages.side.first_received_ns[rig.out[0].slot], 2 * SEC);
    assert_int_equal(rig.messages.side.received_ns[rig.out[0].slot], 40 * SEC);
}

/* EVIDENCE-OF: RCV-9
 * At the limit a short poll is told OverLimit, a long poll waits, and a delete or the end of a
 * visibility timeout makes room. */
static void test_the_in_flight_limit(void **state)
{
    (void)state;
    rig.cfg.in_flight_limit = 2;
    queue_rig_open(&rig);
    for (uint32_t i = 1; i <= 4; i++)
        SENDS(i);
    RECEIVES(10, "1 2");
    RECEIVES(1, "");
    assert_int_equal(rig.status, RECEIVE_OVER_LIMIT);
    assert_int_equal(rig.told[PROBE_OVER_LIMIT], 1);
    POLLS(0, 1, 20, "waits");
    queue_rig_at(&rig, 3);
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    ANSWERED(0, "3 @ 3");
    queue_rig_at(&rig, 20);
    POLLS(1, 1, 20, "waits");
    queue_rig_at(&rig, 31);
    /* Message 2 is back at 30: in its old place, before message 4. */
    ANSWERED(1, "2 @ 30");
    COUNTS("1 2 0");
}

/* EVIDENCE-OF: RCV-9
 * At the limit a short poll is told OverLimit even if nothing is visible. */
static void test_the_limit_with_nothing_left(void **state)
{
    (void)state;
    rig.cfg.in_flight_limit = 2;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(1, "1");
    RECEIVES(10, "2");
    RECEIVES(1, "");
    assert_int_equal(rig.status, RECEIVE_OVER_LIMIT);
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    RECEIVES(1, "");
    assert_int_equal(rig.status, RECEIVE_EMPTY);
}

/* EVIDENCE-OF: RCV-9
 * The limit of the profile holds where the queue says nothing, and null takes it away. */
static void test_whose_limit(void **state)
{
    (void)state;
    rig.limits.in_flight_standard = 1;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(10, "1");
    queue_rig_close(&rig);
    queue_rig_init(&rig, &queue_sqs_standard);
    rig.limits.in_flight_standard = 1;
    rig.cfg.in_flight_limit = QUEUE_LIMIT_NONE;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(10, "1 2");
}

static void open_with_policy(int64_t max_receives)
{
    rig.cfg.redrive.max_receives = max_receives;
    queue_rig_open(&rig);
}

/* EVIDENCE-OF: DLQ-1
 * The move comes with the receive after the last that is allowed, not by a timer, and takes no
 * place in the response. */
static void test_dead_lettered_at_a_receive(void **state)
{
    (void)state;
    open_with_policy(2);
    SENDS(1);
    SENDS(2);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 30);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 100);
    COUNTS("2 0 0");
    RECEIVES(1, "2");
    assert_string_equal(queue_rig_counts(&rig, &rig.dead), "1 0 0");
    assert_int_equal(rig.last[PROBE_DEAD_LETTERED].value, 2);
    assert_int_equal(rig.last[PROBE_DEAD_LETTERED].delivery, 2);
}

/* EVIDENCE-OF: DLQ-11
 * Looks with a timeout of 0 count: after two of them a message that may be received twice moves. */
static void test_looks_count(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 2;
    queue_rig_open(&rig);
    SENDS(1);
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, 1, 0), "1");
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, 1, 0), "1");
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, 1, 0), "");
    assert_int_equal(rig.told[PROBE_DEAD_LETTERED], 1);
    assert_string_equal(queue_rig_receive(&rig, &rig.dead, 1, 0), "1");
    assert_int_equal(rig.out[0].receives, 3);
}

/* EVIDENCE-OF: DLQ-1 DLQ-10
 * maxReceiveCount 1: the second receive is empty and moves the message; that call counts as an
 * empty receive of the source. */
static void test_an_empty_receive_moves(void **state)
{
    (void)state;
    open_with_policy(1);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 30);
    RECEIVES(1, "");
    assert_int_equal(rig.status, RECEIVE_EMPTY);
    assert_int_equal(rig.told[PROBE_EMPTY], 1);
    assert_int_equal(rig.told[PROBE_DEAD_LETTERED], 1);
    assert_string_equal(queue_rig_counts(&rig, &rig.dead), "1 0 0");
}

static void on_dead_answer(struct poll *poll, int64_t now_ns)
{
    EVENT_OWNER(poll, struct queue_rig_poll, poll)->answered_ns = now_ns;
}

/* EVIDENCE-OF: DLQ-1 DLQ-2 RCV-4
 * A poll that waits moves the message when it comes back and waits on; a poll that waits at the
 * dead-letter queue gets it at that time, with the receive count going on. */
static void test_a_move_wakes_the_other_queue(void **state)
{
    struct queue_rig_poll *at_dead = &rig.polls[1];
    (void)state;
    open_with_policy(1);
    SENDS(1);
    RECEIVES(1, "1");
    POLLS(0, 1, 100, "waits");
    *at_dead = rig.polls[0];
    at_dead->poll.next = NULL;
    at_dead->poll.out = at_dead->out;
    at_dead->poll.on_answer = on_dead_answer;
    assert_int_equal(queue_receive(&rig.dead, &at_dead->poll, rig.now_ns), RECEIVE_WAITS);
    queue_rig_at(&rig, 101);
    ANSWERED(0, "@ 100");
    ANSWERED(1, "1 @ 30");
    assert_int_equal(at_dead->out[0].receives, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_at_most_as_many_as_asked),
        TEST(test_whose_wait),
        TEST(test_a_long_poll_does_not_wait_to_be_filled),
        TEST(test_who_wakes_a_poll),
        TEST(test_waiters_in_order_of_arrival),
        TEST(test_a_new_receive_does_not_overtake_a_waiter),
        TEST(test_the_last_instant_of_a_wait),
        TEST(test_an_empty_wait),
        TEST(test_withdrawn_polls),
        TEST(test_whose_visibility),
        TEST(test_what_a_receive_says),
        TEST(test_the_in_flight_limit),
        TEST(test_the_limit_with_nothing_left),
        TEST(test_whose_limit),
        TEST(test_dead_lettered_at_a_receive),
        TEST(test_looks_count),
        TEST(test_an_empty_receive_moves),
        TEST(test_a_move_wakes_the_other_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
