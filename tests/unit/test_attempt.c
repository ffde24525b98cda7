// SPDX-License-Identifier: GPL-3.0-or-later
/* Receives with an attempt id, and their memory.  Expected results are what RCV-12 says: the same
 * messages and handles for 5 minutes from the original call, hidden anew, unless one of them was
 * deleted, became visible again or had its visibility changed. */
#include "model/attempt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/queue_rig.h"

static struct queue_rig rig;
static struct delivery out[10];
static struct poll poll;
static bool repeated;

static int set_up(void **state)
{
    (void)state;
    queue_rig_init(&rig, &queue_sqs_fifo);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    queue_rig_close(&rig);
    return 0;
}

/* One short poll with an attempt id, as a caller makes it; returns the numbers received. */
static const char *receive_as(uint64_t attempt, uint32_t max, double visibility_s)
{
    poll = (struct poll){.max = max,
                         .caller = QUEUE_RIG_WORKER,
                         .visibility_ns = visibility_s < 0 ? -1 : units_ns(visibility_s),
                         .out = out};
    repeated = queue_receive_again(&rig.queue, &poll, attempt, rig.now_ns);
    if (!repeated && queue_receive(&rig.queue, &poll, rig.now_ns) == RECEIVE_MESSAGES)
        queue_remember_attempt(&rig.queue, &poll, attempt, rig.now_ns);
    size_t length = 0;
    rig.text[0] = '\0';
    for (uint32_t i = 0; i < poll.count; i++) {
        const unsigned number = (unsigned)probe_root_number(out[i].root);
        rig.handles[number] = out[i];
        length += (size_t)snprintf(rig.text + length, sizeof rig.text - length, "%s%u",
                                   i > 0 ? " " : "", number);
    }
    return rig.text;
}

#define SENDS(number)  assert_int_equal(queue_rig_send(&rig, number), SEND_OK)
#define COUNTS(counts) assert_string_equal(queue_rig_counts(&rig, &rig.queue), counts)
#define RECEIVES(attempt, numbers)                                                                 \
    do {                                                                                           \
        assert_string_equal(receive_as(attempt, 10, -1), numbers);                                 \
        assert_false(repeated);                                                                    \
    } while (0)
#define REPEATS(attempt, numbers)                                                                  \
    do {                                                                                           \
        assert_string_equal(receive_as(attempt, 10, -1), numbers);                                 \
        assert_true(repeated);                                                                     \
    } while (0)

/* EVIDENCE-OF: RCV-12
 * The same messages by the same handles; the time-out of 30 s starts again; the receive count does
 * not rise; to an observer their visibility was extended. */
static void test_a_retry_gets_the_same(void **state)
{
    (void)state;
    struct delivery first[2];
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(9, "1 2");
    memcpy(first, out, sizeof first);
    SENDS(3);
    queue_rig_at(&rig, 20);
    REPEATS(9, "1 2");
    assert_int_equal(poll.status, RECEIVE_MESSAGES);
    assert_memory_equal(first, out, sizeof first);
    assert_int_equal(queue_message(&rig.queue, out[0].slot)->receives, 1);
    assert_int_equal(rig.told[PROBE_DELIVERED], 2);
    assert_int_equal(rig.told[PROBE_EXTENDED], 2);
    assert_int_equal(rig.last[PROBE_EXTENDED].value, 50 * SEC);
    assert_int_equal(rig.last[PROBE_EXTENDED].other, 1);
    queue_rig_at(&rig, 40);
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 1), DELETE_OK);
    queue_rig_at(&rig, 49.999999999);
    COUNTS("1 1 0");
    queue_rig_at(&rig, 50);
    COUNTS("2 0 0");
}

/* EVIDENCE-OF: RCV-12
 * The poll's own time-out counts, and the queue's in force else. */
static void test_a_retry_restarts_with_its_time_out(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(9, "1");
    assert_string_equal(receive_as(9, 10, 100), "1");
    assert_true(repeated);
    assert_int_equal(rig.last[PROBE_EXTENDED].value, 100 * SEC);
    rig.cfg.visibility_ns = 7 * SEC;
    queue_change(&rig.queue, &rig.cfg, 0);
    REPEATS(9, "1");
    assert_int_equal(rig.last[PROBE_EXTENDED].value, 7 * SEC);
    queue_rig_at(&rig, 7);
    COUNTS("1 0 0");
}

/* A time-out of 0 shows the messages at once, and so ends what the id stood for. */
static void test_a_retry_with_no_time_out(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(9, "1");
    assert_string_equal(receive_as(9, 10, 0), "1");
    assert_true(repeated);
    COUNTS("1 0 0");
    RECEIVES(9, "1");
    assert_int_equal(out[0].receives, 2);
}

/* EVIDENCE-OF: RCV-12
 * Only the holder of the id gets them: to any other receive they are in flight and block their
 * group (FIFO-20). */
static void test_other_receives_are_blocked(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    rig.send.group = 1;
    SENDS(1);
    SENDS(2);
    assert_string_equal(receive_as(9, 1, -1), "1");
    RECEIVES(8, "");
    RECEIVES(0, "");
    REPEATS(9, "1");
}

/* EVIDENCE-OF: RCV-12
 * One of the messages deleted: a new receive, for which the id then stands. */
static void test_not_after_a_delete(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(9, "1 2");
    SENDS(3);
    assert_int_equal(queue_rig_delete(&rig, &rig.queue, 2), DELETE_OK);
    RECEIVES(9, "3");
    REPEATS(9, "3");
}

/* EVIDENCE-OF: RCV-12
 * Visible again: a new receive, also if another one has hidden it anew. */
static void test_not_after_it_was_visible_again(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(9, "1");
    RECEIVES(0, "");
    queue_rig_at(&rig, 30);
    RECEIVES(8, "1");
    RECEIVES(9, "");
    queue_rig_at(&rig, 60);
    RECEIVES(9, "1");
    assert_int_equal(out[0].receives, 3);
    REPEATS(9, "1");
}

/* EVIDENCE-OF: RCV-12
 * A change of visibility ends it, even one to the deadline that was; not one before this receive.
 */
static void test_not_after_a_change_of_visibility(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(9, "1");
    assert_int_equal(queue_rig_change(&rig, 1, 30), VISIBILITY_OK);
    RECEIVES(9, "");
    assert_int_equal(queue_rig_change(&rig, 1, 0), VISIBILITY_OK);
    RECEIVES(9, "1");
    REPEATS(9, "1");
    assert_int_equal(queue_rig_change(&rig, 1, 100), VISIBILITY_OK);
    RECEIVES(9, "");
}

/* EVIDENCE-OF: RCV-12
 * 5 minutes from the original call, half-open as FIFO-12 has it; a retry does not prolong them. */
static void test_five_minutes_from_the_original(void **state)
{
    (void)state;
    rig.cfg.visibility_ns = 1000 * SEC;
    queue_rig_open(&rig);
    queue_rig_at(&rig, 10);
    SENDS(1);
    RECEIVES(9, "1");
    queue_rig_at(&rig, 200);
    REPEATS(9, "1");
    queue_rig_at(&rig, 309.999999999);
    REPEATS(9, "1");
    queue_rig_at(&rig, 310);
    RECEIVES(9, "");
}

/* EVIDENCE-OF: RCV-12 ATT-12
 * After a purge, or a move to the dead-letter queue, the slots may be others': a new receive. */
static void test_not_after_a_purge_or_a_move(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(9, "1");
    assert_int_equal(queue_purge(&rig.queue, rig.now_ns), PURGE_OK);
    SENDS(2);
    RECEIVES(9, "2");
    queue_rig_at(&rig, 30);
    RECEIVES(9, "");
    assert_int_equal(rig.told[PROBE_DEAD_LETTERED], 1);
    assert_string_equal(queue_rig_receive(&rig, &rig.dead, 1, -1), "2");
    RECEIVES(9, "");
}

/* A retry with room for fewer messages is another receive; id 0 is none. */
static void test_what_is_no_retry(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(9, "1 2");
    assert_string_equal(receive_as(9, 1, -1), "");
    assert_false(repeated);
    REPEATS(9, "1 2");
    SENDS(3);
    RECEIVES(0, "3");
    RECEIVES(0, "");
}

/* LIM-2: a retry is a call like any other. */
static void test_a_retry_takes_a_call(void **state)
{
    (void)state;
    rig.cfg.quotas = true;
    rig.cfg.quota_burst = 2;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(9, "1");
    REPEATS(9, "1");
    REPEATS(9, "");
    assert_int_equal(poll.status, RECEIVE_THROTTLED);
    assert_int_equal(rig.told[PROBE_THROTTLED], 1);
    queue_rig_at(&rig, 1);
    REPEATS(9, "1");
}

/* A standard queue knows no attempts (RCV-12: FIFO only). */
static void test_standard_ignores_the_id(void **state)
{
    (void)state;
    queue_rig_init(&rig, &queue_sqs_standard);
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(9, "1");
    RECEIVES(9, "");
}

/* --- the memory alone --- */

static void remember(struct attempts *attempts, uint64_t id, uint32_t slot, int64_t called_s)
{
    const struct delivery given = {.slot = slot};
    attempts_remember(attempts, id, &given, 1, called_s * SEC);
}

static void assert_found(struct attempts *attempts, uint64_t id, int64_t now_s, uint32_t slot)
{
    const struct attempt *found = attempts_find(attempts, id, now_s * SEC);
    assert_non_null(found);
    assert_int_equal(found->count, 1);
    assert_int_equal(found->given[0].slot, slot);
}

/* EVIDENCE-OF: RCV-12
 * One attempt a second for 20000 s, each third of an id that was used 100 s ago: those of the last
 * 300 s are found, and the ring stays at the power of 2 above them. */
static void test_memory_is_bounded(void **state)
{
    (void)state;
    struct attempts attempts;
    attempts_init(&attempts);
    assert_null(attempts_find(&attempts, 1, 0));
    for (uint32_t now_s = 0; now_s < 20000; now_s++) {
        const bool again = now_s > 100 && now_s % 3 == 0;
        remember(&attempts, again ? now_s - 100 : now_s, now_s, now_s);
        if (again)
            assert_found(&attempts, now_s - 100, now_s, now_s);
        if (now_s > 1000) {
            /* Ids 3k + 1 are never used again, since 3k - 100 is 3j + 2. */
            const uint32_t plain = now_s - 299 - (now_s - 299) % 3 + 4;
            assert_found(&attempts, plain, now_s, plain);
            assert_null(attempts_find(&attempts, plain - 12, now_s * SEC));
        }
    }
    assert_in_range(attempts.capacity, 301, 512);
    attempts_free(&attempts);
}

/* A long poll is remembered late: each is asked for its own time, and what is behind one still good
 * is dropped with it. */
static void test_remembered_out_of_order(void **state)
{
    (void)state;
    struct attempts attempts;
    attempts_init(&attempts);
    remember(&attempts, 1, 1, 10);
    remember(&attempts, 2, 2, 5);
    assert_found(&attempts, 2, 304, 2);
    assert_null(attempts_find(&attempts, 2, 305 * SEC));
    assert_found(&attempts, 1, 309, 1);
    assert_null(attempts_find(&attempts, 1, 310 * SEC));
    assert_int_equal(attempts.first, attempts.next);
    attempts_free(&attempts);
}

#define FIFO(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIFO(test_a_retry_gets_the_same),
        FIFO(test_a_retry_restarts_with_its_time_out),
        FIFO(test_a_retry_with_no_time_out),
        FIFO(test_other_receives_are_blocked),
        FIFO(test_not_after_a_delete),
        FIFO(test_not_after_it_was_visible_again),
        FIFO(test_not_after_a_change_of_visibility),
        FIFO(test_five_minutes_from_the_original),
        FIFO(test_not_after_a_purge_or_a_move),
        FIFO(test_what_is_no_retry),
        FIFO(test_a_retry_takes_a_call),
        FIFO(test_standard_ignores_the_id),
        cmocka_unit_test(test_memory_is_bounded),
        cmocka_unit_test(test_remembered_out_of_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
