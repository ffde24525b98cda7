// SPDX-License-Identifier: GPL-3.0-or-later
/* Fair queues by hand: who becomes noisy and when, whose turn it is then, and that a queue without
 * groups is none.  All invariants listen; numbers of messages are in the order of sending. */
#include "model/fair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/queue_rig.h"

static struct queue_rig rig;

enum { BIG = 7, SMALL = 3, OTHER = 4 };

static int set_up(void **state)
{
    (void)state;
    queue_rig_init(&rig, &queue_sqs_standard);
    rig.wants = MESSAGE_WANT_GROUP;
    rig.cfg.fair = (struct queue_fair_cfg){0.5, 3, MINUTE};
    rig.cfg.visibility_ns = HOUR;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    queue_rig_close(&rig);
    return 0;
}

#define RECEIVES(max, numbers)                                                                     \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, -1), numbers)

static void send_of(uint32_t group, uint32_t first, uint32_t count)
{
    rig.send.group = group;
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(queue_rig_send(&rig, first + i), SEND_OK);
}

static bool is_noisy(uint32_t group)
{
    const struct fact *last = &rig.last[PROBE_NOISY];
    assert_true(rig.told[PROBE_NOISY] == 0 || last->group == group);
    return rig.told[PROBE_NOISY] > 0 && last->value == 1;
}

static void delete_all(uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(queue_rig_delete(&rig, &rig.queue, first + i), DELETE_OK);
}

/* EVIDENCE-OF: FAIR-1
 * Accepted without a deduplication id, read back, and no order between or within groups: the second
 * of a group comes while the first is in flight. */
static void test_a_group_is_a_label(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(SMALL, 1, 2);
    send_of(MESSAGE_NO_GROUP, 3, 1);
    RECEIVES(1, "1");
    assert_int_equal(rig.out[0].group, SMALL);
    RECEIVES(10, "2 3");
    assert_int_equal(rig.out[1].group, MESSAGE_NO_GROUP);
}

/* EVIDENCE-OF: FAIR-1
 * The queue is fair from its first group on, and only then. */
static void test_fair_from_the_first_group(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(MESSAGE_NO_GROUP, 1, 5);
    RECEIVES(2, "1 2");
    assert_true(rig.queue.is_ordered);
    assert_int_equal(rig.told[PROBE_FAIR], 0);
    queue_rig_change(&rig, 2, 0);
    send_of(SMALL, 6, 1);
    assert_int_equal(rig.told[PROBE_FAIR], 1);
    send_of(SMALL, 7, 1);
    assert_int_equal(rig.told[PROBE_FAIR], 1);
    /* What was there keeps its place, and what comes back its own. */
    queue_rig_change(&rig, 1, 0);
    RECEIVES(10, "1 2 3 4 5 6 7");
}

/* EVIDENCE-OF: FAIR-1
 * Messages without a group are tenants of their own: many of them are never a noisy one. */
static void test_without_a_group_never_noisy(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(SMALL, 1, 1);
    send_of(MESSAGE_NO_GROUP, 2, 40);
    for (int i = 0; i < 3; i++)
        queue_rig_receive(&rig, &rig.queue, 10, -1);
    assert_int_equal(rig.told[PROBE_NOISY], 0);
}

/* EVIDENCE-OF: FAIR-2
 * By messages in flight: at least 3 and more than half.  At 3 of 6 it is half and quiet, at 4 of 7
 * it is noisy. */
static void test_noisy_by_messages_in_flight(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(SMALL, 1, 2);
    send_of(OTHER, 3, 1);
    send_of(BIG, 4, 9);
    RECEIVES(5, "1 2 3 4 5");
    RECEIVES(1, "6"); /* 3 of 6 */
    assert_int_equal(rig.told[PROBE_NOISY], 0);
    RECEIVES(1, "7");
    assert_true(is_noisy(BIG));
    /* FAIR-4: with two of them gone 2 of 5 are left: both shares are low. */
    delete_all(4, 2);
    assert_false(is_noisy(BIG));
}

/* EVIDENCE-OF: FAIR-2
 * Two in flight alone are all there is, and too few. */
static void test_too_few_to_be_noisy(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(BIG, 1, 9);
    RECEIVES(2, "1 2");
    assert_int_equal(rig.told[PROBE_NOISY], 0);
    RECEIVES(1, "3");
    assert_true(is_noisy(BIG));
}

/* EVIDENCE-OF: FAIR-2
 * By processing time: one at a time and never 3 at once, but three receives of 0.9 s within a
 * window of a minute, while others took none.  Judged when a part of a second of the window has
 * ended: at 3 s the third has. */
static void test_noisy_by_processing_time(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(BIG, 1, 9);
    for (uint32_t i = 0; i < 3; i++) {
        queue_rig_at(&rig, i);
        queue_rig_receive(&rig, &rig.queue, 1, -1);
        queue_rig_at(&rig, i + 0.9);
        delete_all(1 + i, 1);
    }
    assert_int_equal(rig.told[PROBE_NOISY], 0);
    queue_rig_at(&rig, 3);
    send_of(SMALL, 10, 1);
    assert_true(is_noisy(BIG));
    RECEIVES(1, "10"); /* FAIR-3 */
    RECEIVES(1, "4");
    queue_rig_at(&rig, 3.5);
    delete_all(4, 1);
    delete_all(10, 1);
    /* Received at 1, 2 and 3 s, the last three are in the window until it begins at 2 s. */
    queue_rig_at(&rig, 61);
    send_of(SMALL, 11, 1);
    assert_true(is_noisy(BIG));
    queue_rig_at(&rig, 62);
    send_of(SMALL, 12, 1);
    assert_false(is_noisy(BIG));
}

/* EVIDENCE-OF: FAIR-3
 * Quiet tenants first, in the usual order, CW-4 included; then the noisy ones: nothing is held
 * back. */
static void test_quiet_first(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(BIG, 1, 6);
    RECEIVES(3, "1 2 3");
    send_of(SMALL, 10, 1);
    send_of(MESSAGE_NO_GROUP, 11, 1);
    send_of(OTHER, 12, 1);
    for (int i = 0; i < 3; i++) { /* 10 is received three times, and goes to the back */
        RECEIVES(1, "10");
        queue_rig_change(&rig, 10, 0);
    }
    RECEIVES(10, "11 12 10 4 5 6");
}

/* EVIDENCE-OF: FAIR-3
 * Of two noisy tenants the one with fewer messages in flight comes first; a tie goes by order. */
static void test_of_noisy_the_least(void **state)
{
    (void)state;
    rig.cfg.fair.noisy_share = 0.3;
    queue_rig_open(&rig);
    send_of(BIG, 1, 8);
    RECEIVES(4, "1 2 3 4");
    send_of(OTHER, 10, 6);
    RECEIVES(3, "10 11 12"); /* the third makes it noisy */
    assert_int_equal(rig.told[PROBE_NOISY], 2);
    RECEIVES(1, "13"); /* 3 of OTHER against 4 of BIG */
    RECEIVES(1, "5");  /* 4 against 4: by order */
    RECEIVES(1, "14"); /* 4 against 5 */
    RECEIVES(3, "6 15 7");
}

/* EVIDENCE-OF: FAIR-4
 * With the backlog drained a tenant is quiet, and its processing time is forgotten. */
static void test_drained(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(BIG, 1, 3);
    RECEIVES(3, "1 2 3");
    queue_rig_at(&rig, 5);
    assert_true(is_noisy(BIG));
    delete_all(1, 3);
    assert_false(is_noisy(BIG));
    queue_rig_at(&rig, 7);
    send_of(BIG, 4, 2);
    RECEIVES(2, "4 5");
    assert_false(is_noisy(BIG));
}

/* EVIDENCE-OF: FAIR-4
 * 5 minutes after its latest send a tenant is quiet, whatever its share; a send makes it noisy. */
static void test_silence(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    send_of(BIG, 1, 5);
    RECEIVES(3, "1 2 3");
    queue_rig_at(&rig, 299);
    RECEIVES(1, "4");
    assert_true(is_noisy(BIG));
    queue_rig_at(&rig, 300);
    send_of(SMALL, 10, 1);
    assert_false(is_noisy(BIG));
    RECEIVES(1, "5");
    send_of(BIG, 11, 1);
    assert_true(is_noisy(BIG));
}

/* A dead-letter queue is fair from the first message with a group that is moved in. */
static void test_a_dead_letter_queue(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    queue_rig_open(&rig);
    send_of(SMALL, 1, 2);
    queue_rig_receive(&rig, &rig.queue, 10, 0);
    assert_int_equal(rig.told[PROBE_FAIR], 1);
    RECEIVES(10, "");
    assert_int_equal(rig.told[PROBE_FAIR], 2);
    assert_string_equal(queue_rig_receive(&rig, &rig.dead, 10, -1), "1 2");
    assert_string_equal(queue_rig_counts(&rig, &rig.queue), "0 0 0");
}

/* A short poll that asks some servers takes what it sees of quiet tenants, and of noisy ones only
 * if it sees no other.  Over many polls with one quiet message seen with chance 1/2 and five of a
 * noisy tenant, the quiet one is returned in half of them: 2000 polls, within 4.9 deviations of
 * sqrt(2000 / 4). */
static void test_a_sample(void **state)
{
    int quiet = 0;
    (void)state;
    rig.cfg.storage.servers = 2;
    rig.cfg.storage.short_poll_servers = 1;
    rig.cfg.fair.noisy_share = 0.0;
    rig.invariants = false;
    queue_rig_open(&rig);
    send_of(BIG, 1, 30);
    while (rig.queue.in_flight < 3)
        queue_rig_receive(&rig, &rig.queue, 1, -1);
    assert_true(is_noisy(BIG));
    send_of(SMALL, 50, 1);
    for (int i = 0; i < 2000; i++) {
        queue_rig_receive(&rig, &rig.queue, 1, 0);
        quiet += rig.out[0].group == SMALL;
    }
    assert_true(abs(quiet - 1000) < 4.9 * 22.37);
    assert_string_equal(queue_rig_counts(&rig, &rig.queue), "28 3 0");
}

/* The reorder window reaches as far as quiet tenants' messages do. */
static void test_a_window(void **state)
{
    (void)state;
    rig.cfg.storage.reorder_window = 100;
    queue_rig_open(&rig);
    send_of(BIG, 1, 20);
    queue_rig_receive(&rig, &rig.queue, 3, -1);
    assert_true(is_noisy(BIG));
    send_of(SMALL, 50, 2);
    send_of(OTHER, 60, 1);
    queue_rig_receive(&rig, &rig.queue, 10, -1);
    assert_int_equal(rig.out_count, 10);
    for (uint32_t i = 0; i < 10; i++)
        assert_true((rig.out[i].group == BIG) == (i >= 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_group_is_a_label, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fair_from_the_first_group, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_a_group_never_noisy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_noisy_by_messages_in_flight, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_few_to_be_noisy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_noisy_by_processing_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quiet_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_of_noisy_the_least, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_drained, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_silence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_dead_letter_queue, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_sample, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_window, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
