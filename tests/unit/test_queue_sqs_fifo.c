// SPDX-License-Identifier: GPL-3.0-or-later
/* The FIFO queue against what AWS was recorded to do, call by call.  Each test says which recording
 * or rule it repeats; what is expected is what the recording or the rule says.  A comparison with a
 * second implementation under random calls is in test_queue_sqs_fifo_reference.c. */
#include "tools/fifo_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"

static struct fifo_rig *rig_of(void **state)
{
    return *state;
}

static int set_up(void **state)
{
    static struct fifo_rig rig;
    fifo_rig_init(&rig);
    *state = &rig;
    return 0;
}

static int tear_down(void **state)
{
    fifo_rig_close(rig_of(state));
    return 0;
}

#define RECEIVES(rig, max, names)                                                                  \
    assert_string_equal(fifo_rig_receive(rig, &(rig)->queue, max, -1), names)
#define RECEIVES_FOR(rig, max, visibility_s, names)                                                \
    assert_string_equal(fifo_rig_receive(rig, &(rig)->queue, max, visibility_s), names)
#define DELETES(rig, name) assert_int_equal(fifo_rig_delete(rig, name), DELETE_OK)

/* EVIDENCE-OF: FIFO-20
 * Recorded in test_fifo_group_visibility_extends_with_change_message_visibility: three received
 * for 1 s, one of them extended to 4 s; what is before it comes back, it and what follows not. */
static void check_extended(struct fifo_rig *rig, const char *extended, const char *received)
{
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g1-m3");
    RECEIVES_FOR(rig, 10, 1, "g1-m1 g1-m2 g1-m3");
    fifo_rig_at(rig, 0.5);
    assert_int_equal(fifo_rig_change(rig, extended, 4), VISIBILITY_OK);
    fifo_rig_at(rig, 2.5);
    RECEIVES(rig, 5, received);
}
static void test_extending_the_first_hides_all(void **state)
{
    check_extended(rig_of(state), "g1-m1", "");
}
static void test_extending_the_second_shows_the_first(void **state)
{
    check_extended(rig_of(state), "g1-m2", "g1-m1");
}
static void test_extending_the_third_shows_two(void **state)
{
    check_extended(rig_of(state), "g1-m3", "g1-m1 g1-m2");
}

/* EVIDENCE-OF: FIFO-20 FIFO-24
 * Recorded in ..._after_terminate_visibility_timeout: m1 is given back while m2 is in flight,
 * so another consumer gets m1 while the first still holds m2, and nothing behind m2. */
static void test_given_back_before_one_in_flight(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g1-m3");
    RECEIVES(rig, 2, "g1-m1 g1-m2");
    fifo_rig_at(rig, 1);
    assert_int_equal(fifo_rig_change(rig, "g1-m1", 0), VISIBILITY_OK);
    RECEIVES(rig, 10, "g1-m1");
    RECEIVES(rig, 10, "");
}

/* EVIDENCE-OF: FIFO-20 FIFO-25
 * Recorded in ..._after_partial_delete: m1 is deleted and m2 still in flight, so that m3 and m4
 * stay blocked; they are free once m2 is deleted too. */
static void test_partial_delete_keeps_the_group_blocked(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g1-m3 g1-m4");
    RECEIVES(rig, 2, "g1-m1 g1-m2");
    DELETES(rig, "g1-m1");
    RECEIVES(rig, 10, "");
    DELETES(rig, "g1-m2");
    RECEIVES(rig, 10, "g1-m3 g1-m4");
}

/* EVIDENCE-OF: FIFO-20
 * The middle of a batch is deleted first: the run goes on over the gap, and the first one in
 * flight decides. */
static void test_deleting_the_middle_leaves_order(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g1-m3 g1-m4");
    RECEIVES_FOR(rig, 3, 10, "g1-m1 g1-m2 g1-m3");
    DELETES(rig, "g1-m2");
    RECEIVES(rig, 10, "");
    fifo_rig_at(rig, 10);
    RECEIVES(rig, 10, "g1-m1 g1-m3 g1-m4");
}

/* EVIDENCE-OF: FIFO-22 FIFO-23
 * Recorded in test_fifo_receive_message_visibility_timeout_shared_in_group: group 3 was never
 * received and is available longest; m3 and m4 of group 1 ride along behind m1. */
static void test_groups_by_time_of_availability(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g2-m1 g3-m1 g1-m3 g1-m4");
    RECEIVES_FOR(rig, 2, 5, "g1-m1 g1-m2");
    RECEIVES_FOR(rig, 1, 5, "g2-m1");
    fifo_rig_at(rig, 6);
    RECEIVES(rig, 10, "g3-m1 g1-m1 g1-m2 g1-m3 g1-m4 g2-m1");
}

/* EVIDENCE-OF: FIFO-22 FIFO-28 RCV-6
 * Recorded in test_fifo_receive_message_with_zero_visibility_timeout: what was given back at
 * one instant comes by sequence number, after the group that was available all the time. */
static void test_zero_timeout_comes_back_by_sequence(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g2-m1 g2-m2 g3-m1");
    fifo_rig_at(rig, 1);
    RECEIVES_FOR(rig, 4, 0, "g1-m1 g1-m2 g2-m1 g2-m2");
    RECEIVES(rig, 10, "g3-m1 g1-m1 g1-m2 g2-m1 g2-m2");
}

/* EVIDENCE-OF: FIFO-22
 * Recorded in test_fifo_message_group_visibility_after_delete: group 1 is unlocked last, but
 * its m3 was sent before g3-m1. */
static void test_time_of_unlocking_does_not_count(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    static const char *const names[] = {"g1-m1", "g1-m2", "g2-m1", "g2-m2",
                                        "g1-m3", "g1-m4", "g3-m1"};
    fifo_rig_open(rig);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fifo_rig_at(rig, (double)i);
        fifo_rig_send(rig, names[i]);
    }
    RECEIVES(rig, 2, "g1-m1 g1-m2");
    fifo_rig_at(rig, 10);
    DELETES(rig, "g1-m1");
    DELETES(rig, "g1-m2");
    RECEIVES(rig, 10, "g2-m1 g2-m2 g1-m3 g1-m4 g3-m1");
}

/* EVIDENCE-OF: FIFO-21
 * Recorded in test_fifo_receive_message_group_id_ordering: groups interleaved at the send come
 * out one after the other, each as far as the response has room. */
static void test_one_group_before_the_next(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g2-m1 g1-m2 g2-m2 g1-m3 g2-m3");
    RECEIVES(rig, 4, "g1-m1 g1-m2 g1-m3 g2-m1");
    /* The next call finds both groups blocked: their first messages are in flight. */
    RECEIVES(rig, 10, "");
}

/* EVIDENCE-OF: FIFO-29
 * Recorded in test_fifo_approximate_number_of_messages_not_visible: 6 messages in 3 groups, two
 * single receives give 4 visible, 2 in flight, 0 delayed; the second receive comes from group
 * 2. */
static void test_blocked_messages_count_as_visible(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g2-m1 g2-m2 g3-m1 g3-m2");
    RECEIVES(rig, 1, "g1-m1");
    RECEIVES(rig, 1, "g2-m1");
    assert_int_equal(rig->queue.visible, 4);
    assert_int_equal(rig->queue.in_flight, 2);
    assert_int_equal(rig->queue.delayed, 0);
}

static void on_answer(struct poll *poll, int64_t now_ns)
{
    poll->started_ns = now_ns;
}

/* EVIDENCE-OF: FIFO-25 RCV-4
 * Recorded in test_fifo_message_group_visibility and
 * ..._empty_message_groups_added_back_to_queue: a waiting poll is not woken by a send into the
 * blocked group but by the delete that frees it; an emptied group works again with the next
 * send. */
static void test_delete_wakes_a_waiting_poll(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1");
    RECEIVES(rig, 1, "g1-m1");
    rig->poll = (struct poll){.max = 10,
                              .wait_ns = 20 * SEC,
                              .visibility_ns = -1,
                              .out = rig->out,
                              .on_answer = on_answer};
    assert_int_equal(queue_receive(&rig->queue, &rig->poll, rig->now_ns), RECEIVE_WAITS);
    fifo_rig_at(rig, 1);
    fifo_rig_send(rig, "g1-m2");
    assert_int_equal(rig->poll.count, 0);
    fifo_rig_at(rig, 2);
    DELETES(rig, "g1-m1");
    assert_int_equal(rig->poll.started_ns, 2 * SEC);
    assert_string_equal(fifo_rig_answer(rig), "g1-m2");
    DELETES(rig, "g1-m2");
    RECEIVES(rig, 1, "");
    fifo_rig_send(rig, "g1-m3");
    RECEIVES(rig, 1, "g1-m3");
}

/* EVIDENCE-OF: FIFO-26 SND-8 FIFO-10
 * Every message is available at sent + the queue's delay, order kept, also with an explicit
 * delay of 0; a positive one is refused.  A delayed message deduplicates already. */
static void test_delay_of_the_queue(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->cfg.delay_ns = 5 * SEC;
    fifo_rig_open(rig);
    struct send send = {.dedup = 100, .delay_ns = 0, .group = 2, .bytes = 1};
    send.root = probe_root(7, 2 * FIFO_RIG_NUMBERS + 1);
    fifo_rig_send(rig, "g1-m1");
    fifo_rig_at(rig, 1);
    queue_send(&rig->queue.service, &send, 1, &rig->reply, rig->now_ns);
    assert_int_equal(rig->reply.status, SEND_OK);
    assert_int_equal(fifo_rig_send_as(rig, "g1-m9", 100), SEND_DEDUPLICATED);
    fifo_rig_send(rig, "g1-m2");
    send.dedup = 101;
    send.delay_ns = 1;
    queue_send(&rig->queue.service, &send, 1, &rig->reply, rig->now_ns);
    assert_int_equal(rig->reply.status, SEND_BAD_DELAY);
    assert_int_equal(rig->queue.delayed, 3);
    fifo_rig_at(rig, 5);
    RECEIVES(rig, 10, "g1-m1");
    DELETES(rig, "g1-m1");
    fifo_rig_at(rig, 6);
    RECEIVES(rig, 10, "g2-m1 g1-m2");
}

/* EVIDENCE-OF: FIFO-27
 * With a look-back of 4, a receive sees four messages, those in flight included: group 1 fills
 * it and hides group 2.  Each message that leaves lets one more in. */
static void test_look_back_hides_what_is_behind(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->limits.fifo_look_back = 4;
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g1-m3 g1-m4 g1-m5 g2-m1 g3-m1");
    /* Not even the fifth of the run is seen. */
    RECEIVES(rig, 10, "g1-m1 g1-m2 g1-m3 g1-m4");
    RECEIVES(rig, 10, "");
    DELETES(rig, "g1-m2"); /* seen: m1 m3 m4 m5 */
    RECEIVES(rig, 10, "");
    DELETES(rig, "g1-m4"); /* seen: m1 m3 m5 g2-m1 */
    RECEIVES(rig, 10, "g2-m1");
    DELETES(rig, "g1-m1"); /* four are left */
    RECEIVES(rig, 10, "g3-m1");
    fifo_rig_send(rig, "g4-m1");
    RECEIVES(rig, 10, "");
    DELETES(rig, "g3-m1");
    RECEIVES(rig, 10, "g4-m1");
}

/* EVIDENCE-OF: FIFO-28 DEL-5
 * The handle holds at the instant of the deadline and not one ns later, received again or not;
 * with a time-out of 0 at the same instant. */
static void test_handle_expires_after_its_deadline(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g2-m1 g3-m1 g4-m1");
    RECEIVES_FOR(rig, 2, 10, "g1-m1 g2-m1");
    RECEIVES_FOR(rig, 1, 0, "g3-m1");
    DELETES(rig, "g3-m1");
    RECEIVES_FOR(rig, 1, 0, "g4-m1");
    rig->now_ns = 1;
    assert_int_equal(fifo_rig_delete(rig, "g4-m1"), DELETE_EXPIRED);
    fifo_rig_at(rig, 10);
    DELETES(rig, "g1-m1");
    rig->now_ns = 10 * SEC + 1;
    assert_int_equal(fifo_rig_delete(rig, "g2-m1"), DELETE_EXPIRED);
    const struct delivery old = fifo_rig_handle(rig, "g2-m1");
    RECEIVES(rig, 10, "g4-m1 g2-m1");
    assert_int_equal(queue_delete(&rig->queue, &old, 1, NULL, 9, rig->now_ns), DELETE_EXPIRED);
    DELETES(rig, "g2-m1");
    /* DEL-5: a second delete after a successful one succeeds. */
    assert_int_equal(fifo_rig_delete(rig, "g2-m1"), DELETE_IGNORED);
}

/* EVIDENCE-OF: DEL-5 VIS-4 VIS-3
 * Recorded in test_fifo_delete_after_visibility_timeout_extended: the handle lives on with the
 * extension.  A change by an expired handle is refused, and so is one on a deleted message. */
static void test_extension_keeps_the_handle(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g2-m1");
    RECEIVES_FOR(rig, 2, 10, "g1-m1 g2-m1");
    fifo_rig_at(rig, 9);
    assert_int_equal(fifo_rig_change(rig, "g1-m1", 30), VISIBILITY_OK);
    fifo_rig_at(rig, 20);
    assert_int_equal(fifo_rig_change(rig, "g2-m1", 30), VISIBILITY_EXPIRED);
    RECEIVES(rig, 10, "g2-m1");
    DELETES(rig, "g1-m1");
    assert_int_equal(fifo_rig_change(rig, "g1-m1", 30), VISIBILITY_GONE);
}

/* EVIDENCE-OF: DLQ-1 DLQ-2 DLQ-3 DLQ-5
 * Recorded in test_dead_letter_queue_with_fifo_and_content_based_deduplication: the third
 * receive moves m1 and returns the next of the group in the same call.  In the dead-letter
 * queue the count goes on and the enqueue time is new. */
static void test_dead_letter_frees_the_group(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->cfg.redrive.max_receives = 2;
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g2-m1 g1-m1 g1-m2");
    RECEIVES(rig, 1, "g2-m1");
    RECEIVES_FOR(rig, 1, 0, "g1-m1");
    RECEIVES_FOR(rig, 1, 0, "g1-m1");
    fifo_rig_at(rig, 3);
    RECEIVES(rig, 1, "g1-m2");
    assert_int_equal(rig->queue.visible, 0);
    const struct delivery old = fifo_rig_handle(rig, "g1-m1");
    assert_string_equal(fifo_rig_receive(rig, &rig->dead, 10, -1), "g1-m1");
    assert_int_equal(rig->out[0].receives, 3);
    assert_int_equal(rig->out[0].sent_ns, 3 * SEC);
    /* The source knows the old handle no more. */
    assert_int_equal(queue_delete(&rig->queue, &old, 1, NULL, 9, rig->now_ns), DELETE_IGNORED);
    assert_int_equal(rig->dead.in_flight, 1);
}

/* EVIDENCE-OF: DLQ-1 DLQ-5
 * A whole run is moved by one call, which goes on with the group before any other; the dead-
 * letter queue keeps the order of the moves and drops none as a duplicate. */
static void test_dead_letter_in_the_middle_of_a_run(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->cfg.redrive.max_receives = 1;
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g1-m2 g1-m3 g2-m1");
    RECEIVES_FOR(rig, 2, 1, "g1-m1 g1-m2");
    fifo_rig_at(rig, 1);
    RECEIVES(rig, 1, "g2-m1"); /* longer available than what just came back */
    RECEIVES(rig, 1, "g1-m3");
    RECEIVES(rig, 10, "");
    assert_string_equal(fifo_rig_receive(rig, &rig->dead, 10, -1), "g1-m1 g1-m2");
}

/* EVIDENCE-OF: RET-4 RET-1
 * A message in flight whose retention ends frees its group, at that instant. */
static void test_expiry_in_flight_frees_the_group(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->cfg.retention_ns = 60 * SEC;
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1");
    fifo_rig_at(rig, 10);
    fifo_rig_send(rig, "g1-m2");
    RECEIVES_FOR(rig, 1, 600, "g1-m1");
    fifo_rig_at(rig, 59.999999999);
    RECEIVES(rig, 1, "");
    fifo_rig_at(rig, 60);
    RECEIVES(rig, 1, "g1-m2");
    assert_int_equal(fifo_rig_delete(rig, "g1-m1"), DELETE_IGNORED);
}

/* EVIDENCE-OF: RCV-9
 * At the in-flight limit a FIFO receive is no error, it returns nothing. */
static void test_in_flight_limit_is_silent(void **state)
{
    struct fifo_rig *rig = rig_of(state);
    rig->cfg.in_flight_limit = 2;
    fifo_rig_open(rig);
    fifo_rig_send(rig, "g1-m1 g2-m1 g3-m1");
    RECEIVES(rig, 10, "g1-m1 g2-m1");
    RECEIVES(rig, 10, "");
    DELETES(rig, "g1-m1");
    RECEIVES(rig, 10, "g3-m1");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_extending_the_first_hides_all),
        TEST(test_extending_the_second_shows_the_first),
        TEST(test_extending_the_third_shows_two),
        TEST(test_given_back_before_one_in_flight),
        TEST(test_partial_delete_keeps_the_group_blocked),
        TEST(test_deleting_the_middle_leaves_order),
        TEST(test_groups_by_time_of_availability),
        TEST(test_zero_timeout_comes_back_by_sequence),
        TEST(test_time_of_unlocking_does_not_count),
        TEST(test_one_group_before_the_next),
        TEST(test_blocked_messages_count_as_visible),
        TEST(test_delete_wakes_a_waiting_poll),
        TEST(test_delay_of_the_queue),
        TEST(test_look_back_hides_what_is_behind),
        TEST(test_handle_expires_after_its_deadline),
        TEST(test_extension_keeps_the_handle),
        TEST(test_dead_letter_frees_the_group),
        TEST(test_dead_letter_in_the_middle_of_a_run),
        TEST(test_expiry_in_flight_frees_the_group),
        TEST(test_in_flight_limit_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
