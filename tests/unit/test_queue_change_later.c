// SPDX-License-Identifier: GPL-3.0-or-later
/* When a change of attributes acts: after attributeDelay (ATT-7), the scope of deduplication later
 * (FIFO-13), and many of them in a row.  Expected results are what the rule named with each test
 * says. */
#include "tools/queue_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"
#include "core/rng.h"

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

#define SENDS(number) assert_int_equal(queue_rig_send(&rig, number), SEND_OK)
#define RECEIVES(max, numbers)                                                                     \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, -1), numbers)
#define RECEIVES_FOR(seconds, max, numbers)                                                        \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, seconds), numbers)

/* Changes the attributes to rig.cfg, with what a test wrote into it. */
static void change(void)
{
    queue_change(&rig.queue, &rig.cfg, rig.now_ns);
}

/* EVIDENCE-OF: ATT-7
 * With attributeDelay 60 s a change acts from 60 s after it on, to the nanosecond; each change
 * waits as long as the delay in force when it was asked for says. */
static void test_a_change_takes_its_time(void **state)
{
    (void)state;
    rig.cfg.attribute_delay_ns = 60 * SEC;
    queue_rig_open(&rig);
    queue_rig_at(&rig, 1);
    rig.cfg.attribute_delay_ns = 0;
    rig.cfg.visibility_ns = 5 * SEC;
    change();
    queue_rig_at(&rig, 21);
    rig.cfg.visibility_ns = 7 * SEC;
    change();
    queue_rig_at(&rig, 60.999999999);
    assert_int_equal(rig.queue.visibility_ns, 30 * SEC);
    SENDS(1);
    RECEIVES_FOR(0, 1, "1"); /* settles: not yet */
    assert_int_equal(rig.queue.visibility_ns, 30 * SEC);
    queue_rig_at(&rig, 61);
    RECEIVES(1, "1"); /* a call at that very instant meets the change */
    assert_int_equal(rig.last[PROBE_DELIVERED].value, 66 * SEC);
    queue_rig_at(&rig, 82); /* by the queue's own event */
    assert_int_equal(rig.queue.visibility_ns, 7 * SEC);
    assert_int_equal(rig.last[PROBE_QUEUE_CHANGED].at_ns, 81 * SEC);
    rig.cfg.visibility_ns = 9 * SEC;
    change();
    assert_int_equal(rig.queue.visibility_ns, 9 * SEC);
}

/* EVIDENCE-OF: ATT-7
 * A change never overtakes an earlier one, even if no delay is in force any more. */
static void test_changes_act_in_order(void **state)
{
    (void)state;
    rig.cfg.attribute_delay_ns = 60 * SEC;
    queue_rig_open(&rig);
    rig.cfg.attribute_delay_ns = 0;
    change();
    queue_rig_at(&rig, 50);
    rig.cfg.visibility_ns = 5 * SEC;
    change();
    queue_set_dead_letter(&rig.queue, &rig.dead, 2, rig.now_ns);
    queue_rig_at(&rig, 70);
    rig.cfg.visibility_ns = 7 * SEC;
    change();
    assert_int_equal(rig.queue.visibility_ns, 30 * SEC);
    assert_null(rig.queue.dead_letter);
    queue_rig_at(&rig, 111);
    assert_int_equal(rig.queue.visibility_ns, 7 * SEC);
    assert_ptr_equal(rig.queue.dead_letter, &rig.dead);
    queue_set_dead_letter(&rig.queue, NULL, 0, rig.now_ns);
    assert_null(rig.queue.dead_letter);
}

/* EVIDENCE-OF: ATT-7 ATT-8
 * A pending change of retention and delay acts on what is stored at its own time, and arms the
 * event for it: retention 60 s at 100 s ends 1 (sent at 0) then and 2 (sent at 50 s) at 110 s; the
 * delay of 20 s shows 3 (sent at 95 s) at 115 s instead of 995 s. */
static void test_a_pending_change_is_retroactive(void **state)
{
    (void)state;
    rig.cfg.attribute_delay_ns = 60 * SEC;
    rig.cfg.delay_ns = 900 * SEC;
    queue_rig_open(&rig);
    SENDS(1);
    queue_rig_at(&rig, 40);
    rig.cfg.retention_ns = 60 * SEC;
    rig.cfg.delay_ns = 20 * SEC;
    rig.cfg.dedup_scope = DEDUP_SCOPE_GROUP;
    rig.cfg.scope_change_delay_ns = 300 * SEC;
    change();
    queue_rig_at(&rig, 50);
    SENDS(2);
    queue_rig_at(&rig, 95);
    SENDS(3);
    queue_rig_at(&rig, 100);
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 0);
    queue_rig_at(&rig, 101);
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 1);
    assert_int_equal(rig.queue.visible, 1); /* 2, at once */
    queue_rig_at(&rig, 111);
    assert_int_equal(rig.last[PROBE_RETENTION_OVER].at_ns, 110 * SEC);
    queue_rig_at(&rig, 116);
    assert_int_equal(rig.last[PROBE_DELAYED_OVER].at_ns, 115 * SEC);
}

/* Message number of a group with a deduplication id of its own choice. */
static enum send_status send_as(uint32_t number, uint32_t group, uint64_t dedup)
{
    rig.send.group = group;
    rig.send.dedup = dedup;
    return queue_rig_send(&rig, number);
}

/* EVIDENCE-OF: FIFO-13
 * From queue to messageGroup: new ids too are judged by the old scope for 60 s; then by the new
 * one, which knows what was accepted before. */
static void test_scope_narrows_later(void **state)
{
    (void)state;
    rig.cfg.scope_change_delay_ns = 60 * SEC;
    queue_rig_open(&rig);
    assert_int_equal(send_as(1, 1, 5), SEND_OK);
    rig.cfg.dedup_scope = DEDUP_SCOPE_GROUP;
    change();
    assert_int_equal(send_as(2, 2, 5), SEND_DEDUPLICATED);
    assert_int_equal(send_as(3, 1, 6), SEND_OK);
    assert_int_equal(send_as(4, 2, 6), SEND_DEDUPLICATED);
    queue_rig_at(&rig, 59.999999999);
    assert_int_equal(send_as(2, 2, 5), SEND_DEDUPLICATED);
    queue_rig_at(&rig, 60);
    assert_int_equal(send_as(2, 2, 5), SEND_OK);
    assert_int_equal(rig.last[PROBE_QUEUE_CHANGED].n, QUEUE_FACT_DEDUP_PER_GROUP);
    assert_int_equal(rig.last[PROBE_QUEUE_CHANGED].at_ns, 60 * SEC);
    assert_int_equal(send_as(1, 1, 5), SEND_DEDUPLICATED);
}

/* EVIDENCE-OF: FIFO-13
 * From messageGroup to queue likewise. */
static void test_scope_widens_later(void **state)
{
    (void)state;
    rig.cfg.scope_change_delay_ns = 60 * SEC;
    rig.cfg.dedup_scope = DEDUP_SCOPE_GROUP;
    queue_rig_open(&rig);
    assert_int_equal(send_as(1, 1, 5), SEND_OK);
    rig.cfg.dedup_scope = DEDUP_SCOPE_QUEUE;
    change();
    queue_rig_at(&rig, 59.999999999);
    assert_int_equal(send_as(2, 2, 5), SEND_OK);
    queue_rig_at(&rig, 60);
    assert_int_equal(send_as(3, 3, 5), SEND_DEDUPLICATED);
    assert_int_equal(rig.reply.root, probe_root(QUEUE_RIG_WEB, 1)); /* the first of the two */
}

/* EVIDENCE-OF: FIFO-13
 * Asked for at 0 and taken back at 30 s: messageGroup from 60 s to 90 s.  Another change in between
 * asks for nothing new, and with null no change of scope ever acts. */
static void test_scope_there_and_back(void **state)
{
    (void)state;
    rig.cfg.scope_change_delay_ns = 60 * SEC;
    queue_rig_open(&rig);
    rig.cfg.dedup_scope = DEDUP_SCOPE_GROUP;
    change();
    queue_rig_at(&rig, 20);
    rig.cfg.visibility_ns = 5 * SEC;
    change();
    queue_rig_at(&rig, 30);
    rig.cfg.dedup_scope = DEDUP_SCOPE_QUEUE;
    rig.cfg.scope_change_delay_ns = FOREVER;
    change();
    const int by_group[] = {0, 0, 1, 1, 1, 0};
    for (size_t i = 0; i < 6; i++) {
        queue_rig_at(&rig, 40 + 10 * (double)i + 1e-9);
        assert_int_equal(rig.queue.cfg->dedup_scope == DEDUP_SCOPE_GROUP, by_group[i]);
    }
    rig.cfg.dedup_scope = DEDUP_SCOPE_GROUP;
    change();
    queue_rig_at(&rig, 1e6);
    assert_int_equal(rig.queue.cfg->dedup_scope, DEDUP_SCOPE_QUEUE);
}

/* --- random changes against a reference that asks every message every second --- */

enum { REFERENCE_MESSAGES = 400, REFERENCE_CHANGES = 32 };

struct reference {
    int64_t sent_s[REFERENCE_MESSAGES], ready_s[REFERENCE_MESSAGES];
    bool gone[REFERENCE_MESSAGES], visible[REFERENCE_MESSAGES];
    uint32_t count;
    struct {
        int64_t at_s, retention_s, delay_s;
    } changes[REFERENCE_CHANGES];
    uint32_t change_count, change_next;
    int64_t retention_s, delay_s;
};

static void look_at_all(struct reference *ref, int64_t now_s)
{
    for (uint32_t i = 0; i < ref->count; i++) {
        const int64_t ready_s = rig.cfg.fifo ? ref->sent_s[i] + ref->delay_s : ref->ready_s[i];
        ref->gone[i] |= ref->sent_s[i] + ref->retention_s <= now_s;
        ref->visible[i] |= ready_s <= now_s;
    }
}

static void advance(struct reference *ref, int64_t now_s)
{
    look_at_all(ref, now_s);
    while (ref->change_next < ref->change_count &&
           ref->changes[ref->change_next % REFERENCE_CHANGES].at_s <= now_s) {
        ref->retention_s = ref->changes[ref->change_next % REFERENCE_CHANGES].retention_s;
        ref->delay_s = ref->changes[ref->change_next++ % REFERENCE_CHANGES].delay_s;
        look_at_all(ref, now_s);
    }
}

static void change_at_random(struct reference *ref, struct rng *rng, int64_t now_s)
{
    const int64_t retention_s = 60 + (int64_t)rng_below(rng, 100);
    const int64_t delay_s = (int64_t)rng_below(rng, 80);
    rig.cfg.retention_ns = retention_s * SEC;
    rig.cfg.delay_ns = delay_s * SEC;
    assert_in_range(ref->change_count - ref->change_next, 0, REFERENCE_CHANGES - 1);
    ref->changes[ref->change_count % REFERENCE_CHANGES].at_s =
        now_s + rig.cfg.attribute_delay_ns / SEC;
    ref->changes[ref->change_count % REFERENCE_CHANGES].retention_s = retention_s;
    ref->changes[ref->change_count++ % REFERENCE_CHANGES].delay_s = delay_s;
    change();
    advance(ref, now_s);
}

static void compare(const struct reference *ref)
{
    unsigned visible = 0, delayed = 0;
    for (uint32_t i = 0; i < ref->count; i++) {
        visible += !ref->gone[i] && ref->visible[i];
        delayed += !ref->gone[i] && !ref->visible[i];
    }
    queue_settle(&rig.queue, rig.now_ns);
    assert_int_equal(rig.queue.visible, visible);
    assert_int_equal(rig.queue.delayed, delayed);
}

static void run_reference(uint64_t seed, int64_t attribute_delay_s)
{
    static struct reference ref;
    struct rng rng;
    rng_init(&rng, seed);
    ref = (struct reference){.retention_s = 100, .delay_s = 40};
    rig.cfg.retention_ns = ref.retention_s * SEC;
    rig.cfg.delay_ns = ref.delay_s * SEC;
    rig.cfg.attribute_delay_ns = attribute_delay_s * SEC;
    queue_rig_open(&rig);
    for (int64_t now_s = 0; now_s < 2000; now_s++) {
        queue_rig_at(&rig, (double)now_s);
        advance(&ref, now_s);
        if (rng_below(&rng, 6) == 0 && ref.count < REFERENCE_MESSAGES) {
            ref.sent_s[ref.count] = now_s;
            ref.ready_s[ref.count] = now_s + ref.delay_s;
            SENDS(ref.count++);
            advance(&ref, now_s);
        }
        if (rng_below(&rng, 15) == 0)
            change_at_random(&ref, &rng, now_s);
        if (rng_below(&rng, 2) == 0)
            compare(&ref);
    }
    queue_rig_at(&rig, 3000); /* all events; nothing is left by itself */
    assert_int_equal(rig.queue.visible + rig.queue.delayed, 0);
}

/* EVIDENCE-OF: ATT-7 ATT-8
 * Changes of retention and delay at random, at once and after 37 s, both kinds, 5 seeds each. */
static void test_random_changes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        for (int which = 0; which < 4; which++) {
            queue_rig_init(&rig, which & 1 ? &queue_sqs_fifo : &queue_sqs_standard);
            run_reference(seed, which & 2 ? 37 : 0);
            if (seed < 5 || which < 3)
                queue_rig_close(&rig);
        }
    }
}

#define STANDARD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define FIFO(test)     cmocka_unit_test_setup_teardown(test, set_up_fifo, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STANDARD(test_a_change_takes_its_time), FIFO(test_a_change_takes_its_time),
        STANDARD(test_changes_act_in_order),    FIFO(test_a_pending_change_is_retroactive),
        FIFO(test_scope_narrows_later),         FIFO(test_scope_widens_later),
        FIFO(test_scope_there_and_back),        STANDARD(test_random_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
