// SPDX-License-Identifier: GPL-3.0-or-later
/* DeleteMessage and ChangeMessageVisibility at a standard queue by their rules: which handle does
 * what, at every stage of a message's life. */
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
#define DELETES(number, status) assert_int_equal(queue_rig_delete(&rig, &rig.queue, number), status)
#define CHANGES(number, seconds, status)                                                           \
    assert_int_equal(queue_rig_change(&rig, number, seconds), status)

static enum delete_status delete_first(uint32_t number)
{
    return queue_delete(&rig.queue, &rig.firsts[number], 1, NULL, QUEUE_RIG_WORKER, rig.now_ns);
}

static enum visibility_status change_first(uint32_t number, double seconds)
{
    const int64_t timeout_ns = units_ns(seconds);
    return queue_change_visibility(&rig.queue, &rig.firsts[number], &timeout_ns, 1, NULL,
                                   QUEUE_RIG_WORKER, rig.now_ns);
}

/* A delete within the timeout: the message is gone and its timeout with it. */
static void test_delete_in_time(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    DELETES(1, DELETE_OK);
    COUNTS("0 0 0");
    queue_rig_at(&rig, 100);
    RECEIVES(1, "");
    assert_int_equal(rig.told[PROBE_HIDDEN_OVER], 0);
}

/* EVIDENCE-OF: DEL-1
 * The timeout is over and nobody received it again: the old handle removes it. */
static void test_delete_after_the_timeout(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 30);
    COUNTS("1 0 0");
    DELETES(1, DELETE_OK);
    COUNTS("0 0 0");
}

/* EVIDENCE-OF: DEL-2
 * Received again since: by default the older handle succeeds without removing; the latest removes.
 */
static void test_stale_delete_is_ignored(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 30);
    RECEIVES(1, "1");
    assert_int_equal(delete_first(1), DELETE_IGNORED);
    assert_int_equal(rig.last[PROBE_DELETE_IGNORED].value, 1);
    COUNTS("0 1 0");
    DELETES(1, DELETE_OK);
    COUNTS("0 0 0");
}

/* EVIDENCE-OF: DEL-2
 * With staleDelete "deletes" any handle of the message removes it, also while another consumer has
 * it. */
static void test_stale_delete_deletes(void **state)
{
    (void)state;
    rig.cfg.stale_delete = STALE_DELETE_DELETES;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 30);
    RECEIVES(1, "1");
    assert_int_equal(delete_first(1), DELETE_OK);
    COUNTS("0 0 0");
    DELETES(1, DELETE_IGNORED);
}

/* EVIDENCE-OF: DEL-3 CW-3
 * The second delete succeeds and counts as one; so does a delete of what retention removed. */
static void test_delete_twice(void **state)
{
    (void)state;
    rig.cfg.retention_ns = 60 * SEC;
    rig.cfg.visibility_ns = 100 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(10, "1 2");
    DELETES(1, DELETE_OK);
    DELETES(1, DELETE_IGNORED);
    queue_rig_at(&rig, 61);
    DELETES(2, DELETE_IGNORED);
    assert_int_equal(rig.told[PROBE_DELETE_IGNORED], 2);
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 1);
}

/* A slot is given to another message after a delete: the old handle does not touch that one. */
static void test_the_handle_of_an_earlier_tenant(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    const struct delivery old = rig.handles[1];
    DELETES(1, DELETE_OK);
    SENDS(2);
    assert_int_equal(rig.reply.slot, old.slot);
    RECEIVES(1, "2");
    DELETES(1, DELETE_IGNORED);
    CHANGES(1, 0, VISIBILITY_GONE);
    COUNTS("0 1 0");
    DELETES(2, DELETE_OK);
}

/* A handle from before the move does nothing to the message in the dead-letter queue. */
static void test_the_handle_of_before_a_move(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 30);
    RECEIVES(1, "");
    DELETES(1, DELETE_IGNORED);
    CHANGES(1, 10, VISIBILITY_GONE);
    assert_string_equal(queue_rig_counts(&rig, &rig.dead), "1 0 0");
}

/* EVIDENCE-OF: DEL-3
 * A batch of deletes answers each entry by itself. */
static void test_a_batch_of_deletes(void **state)
{
    enum delete_status results[3];
    (void)state;
    queue_rig_open(&rig);
    for (uint32_t i = 1; i <= 3; i++)
        SENDS(i);
    RECEIVES(10, "1 2 3");
    DELETES(2, DELETE_OK);
    assert_int_equal(
        queue_delete(&rig.queue, &rig.handles[1], 3, results, QUEUE_RIG_WORKER, rig.now_ns),
        DELETE_OK);
    assert_int_equal(results[0], DELETE_OK);
    assert_int_equal(results[1], DELETE_IGNORED);
    assert_int_equal(results[2], DELETE_OK);
    assert_int_equal(rig.last[PROBE_DELETED].n, 2);
    COUNTS("0 0 0");
}

/* EVIDENCE-OF: VIS-1
 * The new deadline is now + value, longer or shorter, as often as wanted, and for this delivery
 * only. */
static void test_change_replaces_the_deadline(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 10);
    CHANGES(1, 60, VISIBILITY_OK);
    queue_rig_at(&rig, 20);
    CHANGES(1, 3, VISIBILITY_OK);
    queue_rig_at(&rig, 22.9);
    RECEIVES(1, "");
    queue_rig_at(&rig, 23);
    RECEIVES(1, "1");
    assert_int_equal(rig.last[PROBE_DELIVERED].value, 53 * SEC);
}

/* EVIDENCE-OF: VIS-2 VIS-7
 * With 0 the message is visible at once, and its receive count stays. */
static void test_change_to_0(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    CHANGES(1, 0, VISIBILITY_OK);
    COUNTS("1 0 0");
    CHANGES(1, 0, VISIBILITY_OK);
    RECEIVES(1, "1");
    assert_int_equal(rig.out[0].receives, 2);
    assert_int_equal(rig.told[PROBE_HIDDEN_OVER], 1);
}

/* EVIDENCE-OF: VIS-3 */
static void test_change_of_a_deleted_message(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    DELETES(1, DELETE_OK);
    CHANGES(1, 10, VISIBILITY_GONE);
    /* It is said, for it was a request. */
    assert_int_equal(rig.told[PROBE_EXTEND_REFUSED], 1);
    assert_int_equal(rig.last[PROBE_EXTEND_REFUSED].value, VISIBILITY_GONE);
    assert_int_equal(rig.last[PROBE_EXTEND_REFUSED].n, 0);
    assert_int_equal(probe_root_number(rig.last[PROBE_EXTEND_REFUSED].root), 1);
}

/* EVIDENCE-OF: VIS-4
 * The timeout is over and the message not received again: it is hidden again for the given time. */
static void test_change_after_the_timeout(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 40);
    CHANGES(1, 10, VISIBILITY_OK);
    COUNTS("0 1 0");
    queue_rig_at(&rig, 49.9);
    RECEIVES(1, "");
    queue_rig_at(&rig, 50);
    RECEIVES(1, "1");
}

/* EVIDENCE-OF: VIS-5
 * An older handle works on the newer delivery: 0 makes that visible, and its own consumer can still
 * delete it by its handle. */
static void test_change_by_an_older_handle(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 30);
    RECEIVES(1, "1");
    assert_int_equal(change_first(1, 0), VISIBILITY_OK);
    COUNTS("1 0 0");
    DELETES(1, DELETE_OK);
}

/* EVIDENCE-OF: VIS-6
 * Twelve hours from the receive, extensions included: 43,200 s are refused one second after it,
 * 43,200 less what has passed are accepted; a new receive begins anew. */
static void test_twelve_hours(void **state)
{
    (void)state;
    rig.wants = MESSAGE_WANT_RECEIVED;
    queue_rig_open(&rig);
    queue_rig_at(&rig, 5);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 5.9);
    CHANGES(1, 43200, VISIBILITY_OK);
    queue_rig_at(&rig, 6);
    CHANGES(1, 43200, VISIBILITY_TOO_LONG);
    CHANGES(1, 43199, VISIBILITY_OK);
    queue_rig_at(&rig, 1005);
    CHANGES(1, 42201, VISIBILITY_TOO_LONG);
    CHANGES(1, 42200, VISIBILITY_OK);
    queue_rig_at(&rig, 43205);
    RECEIVES(1, "1");
    CHANGES(1, 43200, VISIBILITY_OK);
}

/* A batch of changes answers each entry by itself. */
static void test_a_batch_of_changes(void **state)
{
    enum visibility_status results[2];
    const int64_t timeouts_ns[2] = {0, 0};
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(10, "1 2");
    DELETES(1, DELETE_OK);
    assert_int_equal(queue_change_visibility(&rig.queue, &rig.handles[1], timeouts_ns, 2, results,
                                             QUEUE_RIG_WORKER, rig.now_ns),
                     VISIBILITY_OK);
    assert_int_equal(results[0], VISIBILITY_GONE);
    assert_int_equal(results[1], VISIBILITY_OK);
    COUNTS("1 0 0");
}

static uint64_t ends;
static void on_end(void *context, uint64_t root, int64_t now_ns)
{
    (void)context;
    (void)now_ns;
    ends += probe_root_number(root);
}

/* A closed loop hears of an end once: at the delete, not at a repeated one. */
static void test_who_hears_of_an_end(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    ends = 0;
    rig.queue.on_end = on_end;
    SENDS(3);
    RECEIVES(1, "3");
    DELETES(3, DELETE_OK);
    DELETES(3, DELETE_IGNORED);
    assert_int_equal(ends, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_delete_in_time),
        TEST(test_delete_after_the_timeout),
        TEST(test_stale_delete_is_ignored),
        TEST(test_stale_delete_deletes),
        TEST(test_delete_twice),
        TEST(test_the_handle_of_an_earlier_tenant),
        TEST(test_the_handle_of_before_a_move),
        TEST(test_a_batch_of_deletes),
        TEST(test_change_replaces_the_deadline),
        TEST(test_change_to_0),
        TEST(test_change_of_a_deleted_message),
        TEST(test_change_after_the_timeout),
        TEST(test_change_by_an_older_handle),
        TEST(test_twelve_hours),
        TEST(test_a_batch_of_changes),
        TEST(test_who_hears_of_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
