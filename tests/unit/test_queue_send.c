// SPDX-License-Identifier: GPL-3.0-or-later
/* SendMessage and SendMessageBatch at a standard queue by their rules: sizes, delays, batches, and
 * what is said of each entry. */
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

/* EVIDENCE-OF: SND-1
 * The limit is inclusive: a message of MaximumMessageSize is accepted, one byte more is not. */
static void test_the_largest_message(void **state)
{
    (void)state;
    rig.cfg.max_bytes = 1024;
    queue_rig_open(&rig);
    rig.send.bytes = 1024;
    SENDS(1);
    rig.send.bytes = 1025;
    assert_int_equal(queue_rig_send(&rig, 2), SEND_TOO_LONG);
    assert_int_equal(rig.reply.slot, MESSAGE_NONE);
    COUNTS("1 0 0");
    assert_int_equal(rig.told[PROBE_REJECTED], 1);
    assert_int_equal(rig.last[PROBE_REJECTED].value, SEND_TOO_LONG);
}

/* EVIDENCE-OF: ATT-1
 * Without an attribute the profile's limit holds: 1 MiB, 256 KiB in older profiles. */
static void test_the_limit_of_the_profile(void **state)
{
    (void)state;
    rig.limits.max_bytes = 256 * KIB;
    queue_rig_open(&rig);
    rig.send.bytes = 256 * 1024;
    SENDS(1);
    rig.send.bytes++;
    assert_int_equal(queue_rig_send(&rig, 2), SEND_TOO_LONG);
}

/* EVIDENCE-OF: SND-2
 * The total of a batch is limited by 1 MiB whatever the queue's own limit, and above it the whole
 * call fails. */
static void test_a_batch_above_its_total(void **state)
{
    struct sent replies[10];
    (void)state;
    queue_rig_open(&rig);
    rig.send.bytes = 104857; /* ten of them are 6 bytes less than 1 MiB = 1,048,576 */
    assert_int_equal(queue_rig_send_batch(&rig, 0, 10, replies), SEND_OK);
    COUNTS("10 0 0");
    rig.send.bytes = 104858; /* 4 bytes more */
    assert_int_equal(queue_rig_send_batch(&rig, 10, 10, replies), SEND_BATCH_TOO_LONG);
    COUNTS("10 0 0");
    assert_int_equal(rig.told[PROBE_REJECTED], 10);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(replies[i].status, SEND_BATCH_TOO_LONG);
}

/* EVIDENCE-OF: SND-3
 * An entry above the queue's own limit fails alone.  Recorded with a limit of 1,024. */
static void test_one_entry_too_long(void **state)
{
    struct sent replies[3];
    struct send entries[3];
    (void)state;
    rig.cfg.max_bytes = 1024;
    queue_rig_open(&rig);
    for (size_t i = 0; i < 3; i++) {
        entries[i] = rig.send;
        entries[i].root = probe_root(QUEUE_RIG_WEB, i);
        entries[i].bytes = i == 1 ? 1025 : 1024;
    }
    assert_int_equal(queue_send(&rig.queue.service, entries, 3, replies, 0), SEND_OK);
    assert_int_equal(replies[0].status, SEND_OK);
    assert_int_equal(replies[1].status, SEND_TOO_LONG);
    assert_int_equal(replies[2].status, SEND_OK);
    RECEIVES(10, "0 2");
    assert_int_equal(rig.last[PROBE_REJECTED].n, 1);
}

/* EVIDENCE-OF: SND-4
 * No entry, or more than ten, fail the call, and nothing is stored. */
static void test_the_shape_of_a_batch(void **state)
{
    struct sent replies[16];
    (void)state;
    queue_rig_open(&rig);
    assert_int_equal(queue_rig_send_batch(&rig, 0, 0, replies), SEND_BAD_BATCH);
    assert_int_equal(queue_rig_send_batch(&rig, 0, 11, replies), SEND_BAD_BATCH);
    COUNTS("0 0 0");
    assert_int_equal(queue_rig_send_batch(&rig, 0, 10, replies), SEND_OK);
    COUNTS("10 0 0");
}

/* EVIDENCE-OF: SND-7
 * A message's own delay overrides the queue's, an explicit 0 too; without one the queue's holds. */
static void test_whose_delay(void **state)
{
    (void)state;
    rig.cfg.delay_ns = 10 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    rig.send.delay_ns = 0;
    SENDS(2);
    rig.send.delay_ns = 5 * SEC;
    SENDS(3);
    COUNTS("1 0 2");
    RECEIVES(10, "2");
    queue_rig_at(&rig, 5);
    RECEIVES(10, "3");
    queue_rig_at(&rig, 9.999);
    RECEIVES(10, "");
    queue_rig_at(&rig, 10);
    RECEIVES(10, "1");
    assert_int_equal(rig.last[PROBE_DELAYED_OVER].at_ns, 10 * SEC);
}

/* EVIDENCE-OF: SND-7 RET-1
 * The retention clock of a delayed message runs from its send. */
static void test_retention_runs_during_the_delay(void **state)
{
    (void)state;
    rig.cfg.retention_ns = 60 * SEC;
    queue_rig_open(&rig);
    rig.send.delay_ns = 60 * SEC;
    SENDS(1);
    queue_rig_at(&rig, 59);
    COUNTS("0 0 1");
    queue_rig_at(&rig, 60);
    COUNTS("0 0 0");
    RECEIVES(1, "");
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 1);
    assert_int_equal(rig.told[PROBE_DELAYED_OVER], 0);
}

/* EVIDENCE-OF: SND-12
 * A deduplication id does not belong to a standard queue. */
static void test_a_deduplication_id(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    rig.send.dedup = 7;
    assert_int_equal(queue_rig_send(&rig, 1), SEND_HAS_DEDUP);
    COUNTS("0 0 0");
}

/* EVIDENCE-OF: FAIR-1
 * A message group on a standard queue is accepted and handed out with the message, and is no order:
 * one in flight holds back no other. */
static void test_a_group(void **state)
{
    (void)state;
    rig.wants = MESSAGE_WANT_GROUP;
    queue_rig_open(&rig);
    rig.send.group = 4;
    SENDS(1);
    SENDS(2);
    RECEIVES(1, "1");
    assert_int_equal(rig.out[0].group, 4);
    RECEIVES(1, "2");
    assert_int_equal(rig.out[0].group, 4);
}

/* What is said of an entry: who sent it and when it was called, where it stands in the batch, its
 * size, and from when it is visible. */
static void test_what_is_said(void **state)
{
    struct sent replies[2];
    (void)state;
    rig.wants = MESSAGE_WANT_BYTES;
    queue_rig_open(&rig);
    queue_rig_at(&rig, 3);
    rig.send.delay_ns = 2 * SEC;
    rig.send.bytes = 9;
    queue_rig_send_batch(&rig, 5, 2, replies);
    const struct fact *fact = &rig.last[PROBE_ACCEPTED];
    assert_int_equal(rig.told[PROBE_ACCEPTED], 2);
    assert_int_equal(fact->n, 1);
    assert_int_equal(fact->peer, QUEUE_RIG_WEB);
    assert_int_equal(fact->bytes, 9);
    assert_int_equal(fact->root, probe_root(QUEUE_RIG_WEB, 6));
    assert_int_equal(fact->value, 3 * SEC);
    assert_int_equal(fact->other, 5 * SEC);
    assert_int_equal(replies[1].slot, fact->message);
    assert_int_equal(replies[1].root, fact->root);
}

/* More messages than the limit of stored ones stop the run: it is saturated. */
static void test_the_limit_of_stored_messages(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    rig.queue.stored_limit = 2;
    SENDS(1);
    assert_false(rig.engine.stop);
    SENDS(2);
    assert_true(rig.engine.stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_the_largest_message),
        TEST(test_the_limit_of_the_profile),
        TEST(test_a_batch_above_its_total),
        TEST(test_one_entry_too_long),
        TEST(test_the_shape_of_a_batch),
        TEST(test_whose_delay),
        TEST(test_retention_runs_during_the_delay),
        TEST(test_a_deduplication_id),
        TEST(test_a_group),
        TEST(test_what_is_said),
        TEST(test_the_limit_of_stored_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
