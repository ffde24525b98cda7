// SPDX-License-Identifier: GPL-3.0-or-later
/* Attributes that change while messages are stored: what they mean for those (ATT-8), and what is
 * said of a change.  Expected results are what the rule named with each test says. */
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

static int set_up_fifo(void **state)
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

#define SENDS(number)       assert_int_equal(queue_rig_send(&rig, number), SEND_OK)
#define COUNTS(counts)      assert_string_equal(queue_rig_counts(&rig, &rig.queue), counts)
#define DEAD_COUNTS(counts) assert_string_equal(queue_rig_counts(&rig, &rig.dead), counts)
#define RECEIVES(max, numbers)                                                                     \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, -1), numbers)
#define RECEIVES_FOR(seconds, max, numbers)                                                        \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, seconds), numbers)

/* Changes the attributes to rig.cfg, with what a test wrote into it. */
static void change(void)
{
    queue_change(&rig.queue, &rig.cfg, rig.now_ns);
}

/* EVIDENCE-OF: ATT-8 RET-1
 * Retention is retroactive for both kinds: lowered to 150 s at 200 s, it ends what was sent at 0 at
 * once, whatever its state, and what was sent at 100 s at 250 s. */
static void test_lower_retention_ends_what_is_stored(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    queue_rig_at(&rig, 100);
    SENDS(3);
    queue_rig_at(&rig, 200);
    RECEIVES(1, "1");
    rig.cfg.retention_ns = 150 * SEC;
    change();
    COUNTS("1 0 0");
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 2);
    assert_int_equal(rig.last[PROBE_RETENTION_OVER].at_ns, 200 * SEC);
    queue_rig_at(&rig, 250); /* the events before it: the queue's own has not been touched since */
    assert_int_equal(rig.queue.visible, 1);
    queue_rig_at(&rig, 251);
    assert_int_equal(rig.queue.visible, 0);
    assert_int_equal(rig.last[PROBE_RETENTION_OVER].at_ns, 250 * SEC);
}

/* EVIDENCE-OF: ATT-8
 * A delayed message's life ends likewise, before it was ever visible. */
static void test_lower_retention_ends_what_is_delayed(void **state)
{
    (void)state;
    rig.cfg.delay_ns = 900 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 100);
    rig.cfg.retention_ns = 60 * SEC;
    change();
    COUNTS("0 0 0");
    assert_int_equal(rig.told[PROBE_DELAYED_OVER], 0);
}

/* EVIDENCE-OF: ATT-8
 * Raising extends: 60 s from the send become 100. */
static void test_higher_retention_extends(void **state)
{
    (void)state;
    rig.cfg.retention_ns = 60 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 30);
    rig.cfg.retention_ns = 100 * SEC;
    change();
    queue_rig_at(&rig, 99.999999999);
    COUNTS("1 0 0");
    queue_rig_at(&rig, 100);
    COUNTS("0 0 0");
}

/* EVIDENCE-OF: ATT-8
 * DelaySeconds of a standard queue: raised or lowered, what is stored keeps the delay it had. */
static void test_standard_delay_is_not_retroactive(void **state)
{
    (void)state;
    rig.cfg.delay_ns = 10 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 5);
    rig.cfg.delay_ns = 100 * SEC;
    change();
    SENDS(2);
    queue_rig_at(&rig, 9.999999999);
    RECEIVES(10, "");
    queue_rig_at(&rig, 10);
    RECEIVES(10, "1");
    rig.cfg.delay_ns = 0;
    change();
    SENDS(3);
    RECEIVES(10, "3");
    queue_rig_at(&rig, 104.999999999);
    COUNTS("2 0 1");
    queue_rig_at(&rig, 105);
    COUNTS("3 0 0");
}

/* EVIDENCE-OF: ATT-8
 * DelaySeconds of a FIFO queue, lowered from 100 s to 15 s at 20 s: what was sent at 0 and at 1 s
 * is visible at once and in order, what was sent at 10 s is at 25 s. */
static void test_lower_fifo_delay_is_retroactive(void **state)
{
    (void)state;
    rig.cfg.delay_ns = 100 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 1);
    SENDS(2);
    queue_rig_at(&rig, 10);
    SENDS(3);
    queue_rig_at(&rig, 20);
    RECEIVES(10, "");
    assert_string_equal(queue_rig_poll(&rig, 0, 1, 20), "waits");
    rig.cfg.delay_ns = 15 * SEC;
    change();
    assert_string_equal(queue_rig_answer(&rig, 0), "1 @ 20");
    RECEIVES(10, "2");
    assert_int_equal(rig.last[PROBE_DELAYED_OVER].at_ns, 20 * SEC);
    assert_string_equal(queue_rig_poll(&rig, 1, 1, 20), "waits");
    queue_rig_at(&rig, 26);
    assert_string_equal(queue_rig_answer(&rig, 1), "3 @ 25");
}

/* EVIDENCE-OF: ATT-8
 * Raised from 10 s to 30 s: what waits is visible at its send + 30 s; what was visible already, if
 * only at this instant, or was received and is back, is not hidden again. */
static void test_higher_fifo_delay_is_retroactive(void **state)
{
    (void)state;
    rig.cfg.delay_ns = 10 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    queue_rig_at(&rig, 5);
    SENDS(3);
    queue_rig_at(&rig, 10);
    rig.cfg.delay_ns = 30 * SEC;
    change();
    COUNTS("2 0 1");
    RECEIVES_FOR(2, 1, "1");
    queue_rig_at(&rig, 34.999999999);
    COUNTS("2 0 1");
    queue_rig_at(&rig, 35);
    COUNTS("3 0 0");
    RECEIVES(10, "2 1 3"); /* FIFO-22: visible since 10 s, 12 s, 35 s */
}

/* EVIDENCE-OF: ATT-8
 * VisibilityTimeout: a message in flight keeps the deadline that it got. */
static void test_visibility_is_for_later_receives(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 10);
    rig.cfg.visibility_ns = 5 * SEC;
    change();
    queue_rig_at(&rig, 29.999999999);
    COUNTS("0 1 0");
    queue_rig_at(&rig, 30);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 34.999999999);
    COUNTS("0 1 0");
    queue_rig_at(&rig, 35);
    COUNTS("1 0 0");
}

/* EVIDENCE-OF: ATT-8
 * ReceiveMessageWaitTimeSeconds: a poll that waits goes on to its own end. */
static void test_wait_is_for_later_receives(void **state)
{
    (void)state;
    rig.cfg.wait_ns = 10 * SEC;
    queue_rig_open(&rig);
    assert_string_equal(queue_rig_poll(&rig, 0, 1, -1), "waits");
    rig.cfg.wait_ns = 2 * SEC;
    change();
    assert_string_equal(queue_rig_poll(&rig, 1, 1, -1), "waits");
    queue_rig_at(&rig, 20);
    assert_string_equal(queue_rig_answer(&rig, 0), "@ 10");
    assert_string_equal(queue_rig_answer(&rig, 1), "@ 2");
}

/* EVIDENCE-OF: ATT-8
 * MaximumMessageSize: what is stored stays, only later sends are judged by it. */
static void test_size_is_for_later_sends(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    rig.send.bytes = 2000;
    SENDS(1);
    rig.cfg.max_bytes = 1024;
    change();
    assert_int_equal(queue_rig_send(&rig, 2), SEND_TOO_LONG);
    rig.cfg.max_bytes = 0; /* the profile's */
    change();
    SENDS(3);
    RECEIVES(10, "1 3");
}

/* EVIDENCE-OF: ATT-8 DLQ-1
 * The redrive policy is judged at each receive: lowered from 3 to 1 after two receives, the next
 * one moves the message. */
static void test_redrive_is_judged_at_each_receive(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 3;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES_FOR(0, 1, "1");
    RECEIVES_FOR(0, 1, "1");
    queue_set_dead_letter(&rig.queue, &rig.dead, 1, rig.now_ns);
    COUNTS("1 0 0"); /* nothing moves by itself */
    RECEIVES(1, "");
    DEAD_COUNTS("1 0 0");
    assert_int_equal(rig.queue.cfg->redrive.max_receives, 1);
    assert_int_equal(rig.queue.cfg->redrive.dead_letter.id, QUEUE_RIG_DEAD);
}

/* EVIDENCE-OF: ATT-8
 * Cleared, the policy moves nothing; set again, it counts the receives of the time without it.  A
 * change of the other attributes leaves it alone. */
static void test_redrive_cleared_and_set(void **state)
{
    (void)state;
    rig.cfg.redrive.max_receives = 1;
    queue_rig_open(&rig);
    SENDS(1);
    RECEIVES_FOR(0, 1, "1");
    queue_set_dead_letter(&rig.queue, NULL, 0, rig.now_ns);
    assert_null(rig.queue.cfg->redrive.dead_letter.name);
    RECEIVES_FOR(0, 1, "1");
    RECEIVES_FOR(0, 1, "1");
    queue_set_dead_letter(&rig.queue, &rig.dead, 3, rig.now_ns);
    rig.cfg.redrive.max_receives = 1000;
    rig.cfg.visibility_ns = 1 * SEC;
    change();
    RECEIVES(1, "");
    DEAD_COUNTS("1 0 0");
}

/* EVIDENCE-OF: ATT-8 FIFO-7
 * ContentBasedDeduplication: only later sends are refused without it. */
static void test_content_dedup_is_for_later_sends(void **state)
{
    (void)state;
    rig.cfg.content_dedup = true;
    queue_rig_open(&rig);
    rig.send.flags = SEND_DEDUP_IS_CONTENT;
    SENDS(1);
    rig.cfg.content_dedup = false;
    change();
    assert_int_equal(queue_rig_send(&rig, 2), SEND_NEEDS_DEDUP);
    RECEIVES(10, "1");
    rig.cfg.content_dedup = true;
    change();
    SENDS(2);
}

/* EVIDENCE-OF: LIM-3
 * Another mode of throughput begins with full buckets: 2 calls at most in this one, without end in
 * the other.  A change of something else refills nothing. */
static void test_throughput_limit_starts_its_quota_anew(void **state)
{
    (void)state;
    rig.cfg.quotas = true;
    rig.cfg.quota_burst = 2;
    rig.cfg.dedup_scope = DEDUP_SCOPE_GROUP;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    rig.cfg.visibility_ns = 5 * SEC;
    change();
    assert_int_equal(queue_rig_send(&rig, 3), SEND_THROTTLED);
    rig.cfg.throughput_limit = THROUGHPUT_PER_GROUP;
    change();
    SENDS(3);
    rig.cfg.quotas = false;
    change();
    for (uint32_t number = 4; number < 100; number++)
        SENDS(number);
}

/* A change says what became different, and a change of nothing says nothing. */
static void test_facts_of_a_change(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    const uint64_t before = rig.told[PROBE_QUEUE_CHANGED];
    change();
    assert_int_equal(rig.told[PROBE_QUEUE_CHANGED], before);
    rig.cfg.visibility_ns = 7 * SEC;
    rig.cfg.wait_ns = 1 * SEC; /* which no oracle needs */
    change();
    assert_int_equal(rig.told[PROBE_QUEUE_CHANGED], before + 1);
    assert_int_equal(rig.last[PROBE_QUEUE_CHANGED].n, QUEUE_FACT_VISIBILITY_NS);
    assert_int_equal(rig.last[PROBE_QUEUE_CHANGED].value, 7 * SEC);
    rig.cfg.in_flight_limit = QUEUE_LIMIT_NONE;
    change();
    assert_int_equal(rig.last[PROBE_QUEUE_CHANGED].n, QUEUE_FACT_IN_FLIGHT_LIMIT);
    assert_int_equal(rig.last[PROBE_QUEUE_CHANGED].value, QUEUE_LIMIT_NONE);
}

/* RCV-9: a poll that the in-flight limit kept waiting is answered when the limit rises. */
static void test_higher_limit_answers_a_poll(void **state)
{
    (void)state;
    rig.cfg.in_flight_limit = 1;
    queue_rig_open(&rig);
    SENDS(1);
    SENDS(2);
    RECEIVES(10, "1");
    assert_string_equal(queue_rig_poll(&rig, 0, 1, 20), "waits");
    queue_rig_at(&rig, 3);
    rig.cfg.in_flight_limit = 2;
    change();
    assert_string_equal(queue_rig_answer(&rig, 0), "2 @ 3");
}

/* EVIDENCE-OF: ATT-12
 * A second purge within 60 s of one is refused and takes nothing; at 60 s it is done.  A refused
 * one does not start the 60 s anew. */
static void test_purge_once_a_minute(void **state)
{
    (void)state;
    queue_rig_open(&rig);
    SENDS(1);
    assert_int_equal(queue_purge(&rig.queue, rig.now_ns), PURGE_OK);
    SENDS(2);
    queue_rig_at(&rig, 59.999);
    assert_int_equal(queue_purge(&rig.queue, rig.now_ns), PURGE_IN_PROGRESS);
    COUNTS("1 0 0");
    queue_rig_at(&rig, 60);
    assert_int_equal(queue_purge(&rig.queue, rig.now_ns), PURGE_OK);
    COUNTS("0 0 0");
}

#define STANDARD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define FIFO(test)     cmocka_unit_test_setup_teardown(test, set_up_fifo, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STANDARD(test_lower_retention_ends_what_is_stored),
        FIFO(test_lower_retention_ends_what_is_stored),
        STANDARD(test_lower_retention_ends_what_is_delayed),
        FIFO(test_lower_retention_ends_what_is_delayed),
        STANDARD(test_higher_retention_extends),
        FIFO(test_higher_retention_extends),
        STANDARD(test_standard_delay_is_not_retroactive),
        FIFO(test_lower_fifo_delay_is_retroactive),
        FIFO(test_higher_fifo_delay_is_retroactive),
        STANDARD(test_visibility_is_for_later_receives),
        FIFO(test_visibility_is_for_later_receives),
        STANDARD(test_wait_is_for_later_receives),
        STANDARD(test_size_is_for_later_sends),
        STANDARD(test_redrive_is_judged_at_each_receive),
        FIFO(test_redrive_is_judged_at_each_receive),
        STANDARD(test_redrive_cleared_and_set),
        FIFO(test_content_dedup_is_for_later_sends),
        FIFO(test_throughput_limit_starts_its_quota_anew),
        STANDARD(test_facts_of_a_change),
        STANDARD(test_higher_limit_answers_a_poll),
        STANDARD(test_purge_once_a_minute),
        FIFO(test_purge_once_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
