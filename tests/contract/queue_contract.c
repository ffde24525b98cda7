// SPDX-License-Identifier: GPL-3.0-or-later
/* What every queue kind must do, looped over the list of kinds: the life of a message in each of
 * its edges, what happens first at one instant, who wakes a poll, and nothing lost or made under
 * random calls.  All invariants listen.  A kind's own rules have tests of their own. */
#include "tools/queue_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"

static struct queue_rig rig;

#define SENDS(number)  assert_int_equal(queue_rig_send(&rig, number), SEND_OK)
#define COUNTS(counts) assert_string_equal(queue_rig_counts(&rig, &rig.queue), counts)
#define RECEIVES(max, numbers)                                                                     \
    assert_string_equal(queue_rig_receive(&rig, &rig.queue, max, -1), numbers)
#define DELETES(number, status) assert_int_equal(queue_rig_delete(&rig, &rig.queue, number), status)
#define CHANGES(number, seconds)                                                                   \
    assert_int_equal(queue_rig_change(&rig, number, seconds), VISIBILITY_OK)
#define POLLS(which, max, wait_s, numbers)                                                         \
    assert_string_equal(queue_rig_poll(&rig, which, max, wait_s), numbers)
#define ANSWERED(which, answer) assert_string_equal(queue_rig_answer(&rig, which), answer)

/* Runs a history on a queue of every kind. */
static void for_each_kind(void (*prepare)(void), void (*live)(void))
{
    for (size_t i = 0; queue_kinds[i] != NULL; i++) {
        queue_rig_init(&rig, queue_kinds[i]);
        if (prepare != NULL)
            prepare();
        queue_rig_open(&rig);
        live();
        queue_rig_close(&rig);
    }
}

/* A kind tells its name, which no other has, what it is and what it reads. */
static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; queue_kinds[i] != NULL; i++) {
        const struct queue_kind *kind = queue_kinds[i];
        assert_non_null(kind->name);
        assert_non_null(kind->doc);
        assert_non_null(kind->params);
        assert_non_null(kind->init);
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(kind->name, queue_kinds[other]->name);
    }
}

static void live_a_life(void)
{
    SENDS(1);
    SENDS(2);
    COUNTS("2 0 0");
    RECEIVES(10, "1 2");
    COUNTS("0 2 0");
    RECEIVES(10, "");
    DELETES(1, DELETE_OK);
    DELETES(1, DELETE_IGNORED);
    queue_rig_at(&rig, 30);
    COUNTS("1 0 0");
    RECEIVES(10, "2");
    assert_int_equal(rig.out[0].receives, 2);
    CHANGES(2, 60);
    queue_rig_at(&rig, 89);
    RECEIVES(10, "");
    queue_rig_at(&rig, 90);
    RECEIVES(10, "2");
    CHANGES(2, 0);
    COUNTS("1 0 0");
    RECEIVES(10, "2");
    DELETES(2, DELETE_OK);
    COUNTS("0 0 0");
}
static void test_send_receive_delete(void **state)
{
    (void)state;
    for_each_kind(NULL, live_a_life);
}

static void set_delay(void)
{
    rig.cfg.delay_ns = 10 * SEC;
}
static void live_with_a_delay(void)
{
    SENDS(1);
    queue_rig_at(&rig, 4);
    SENDS(2);
    COUNTS("0 0 2");
    queue_rig_at(&rig, 9.999);
    RECEIVES(10, "");
    queue_rig_at(&rig, 10);
    RECEIVES(10, "1");
    queue_rig_at(&rig, 14);
    RECEIVES(10, "2");
}
static void test_delay(void **state)
{
    (void)state;
    for_each_kind(set_delay, live_with_a_delay);
}

static void set_retention(void)
{
    rig.cfg.retention_ns = 60 * SEC;
    rig.cfg.visibility_ns = 100 * SEC;
}
static void live_with_retention(void)
{
    SENDS(1);
    SENDS(2);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 50);
    rig.queue.delay_ns = 20 * SEC;
    SENDS(3);
    queue_rig_at(&rig, 59);
    COUNTS("1 1 1");
    queue_rig_at(&rig, 60);
    COUNTS("0 0 1");
    queue_rig_at(&rig, 109);
    COUNTS("1 0 0");
    queue_rig_at(&rig, 110);
    COUNTS("0 0 0");
    DELETES(1, DELETE_IGNORED);
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 3);
}
static void test_retention(void **state)
{
    (void)state;
    for_each_kind(set_retention, live_with_retention);
}

static void set_policy(void)
{
    rig.cfg.redrive.max_receives = 2;
}
static void live_with_a_policy(void)
{
    SENDS(1);
    SENDS(2);
    for (int i = 0; i < 2; i++) {
        RECEIVES(1, "1");
        CHANGES(1, 0);
    }
    RECEIVES(10, "2");
    COUNTS("0 1 0");
    assert_string_equal(queue_rig_receive(&rig, &rig.dead, 10, -1), "1");
    assert_int_equal(rig.out[0].receives, 3);
    assert_int_equal(queue_rig_delete(&rig, &rig.dead, 1), DELETE_OK);
}
static void test_redrive(void **state)
{
    (void)state;
    for_each_kind(set_policy, live_with_a_policy);
}

/* At one instant: retention first, then visibility and delay, then the calls in the order in which
 * they come, and the ends of waits last. */
static void set_everything_at_60(void)
{
    rig.cfg.retention_ns = 60 * SEC;
    rig.cfg.visibility_ns = 60 * SEC;
}
static void live_through_60(void)
{
    SENDS(1);
    RECEIVES(1, "1");
    queue_rig_at(&rig, 50);
    POLLS(0, 10, 10, "waits");
    POLLS(1, 10, 10, "waits");
    rig.queue.delay_ns = 10 * SEC;
    SENDS(2);
    rig.queue.delay_ns = 0;
    queue_rig_send_at(&rig, 3, 60);
    queue_rig_at(&rig, 61);
    /* Message 1 expires although its timeout ends too; message 2 comes by its delay, before the
     * send of 3 at the same instant; and no wait ends empty. */
    assert_int_equal(rig.told[PROBE_RETENTION_OVER], 1);
    ANSWERED(0, "2 @ 60");
    ANSWERED(1, "3 @ 60");
    assert_int_equal(rig.told[PROBE_EMPTY], 0);
}
static void test_order_within_an_instant(void **state)
{
    (void)state;
    for_each_kind(set_everything_at_60, live_through_60);
}

static void live_with_polls(void)
{
    POLLS(0, 10, 20, "waits");
    POLLS(1, 10, 20, "waits");
    queue_rig_at(&rig, 1);
    SENDS(1);
    ANSWERED(0, "1 @ 1");
    ANSWERED(1, "waits");
    queue_rig_at(&rig, 2);
    CHANGES(1, 0);
    ANSWERED(1, "1 @ 2");
    POLLS(2, 10, 20, "waits");
    POLLS(3, 10, 40, "waits");
    queue_rig_at(&rig, 40);
    ANSWERED(2, "@ 22");
    ANSWERED(3, "1 @ 32");
    queue_withdraw(&rig.queue, &rig.polls[3].poll);
    POLLS(4, 10, 5, "waits");
    queue_withdraw(&rig.queue, &rig.polls[4].poll);
    queue_rig_at(&rig, 50);
    ANSWERED(4, "waits");
    assert_int_equal(rig.told[PROBE_EMPTY], 1);
}
static void test_polls(void **state)
{
    (void)state;
    for_each_kind(NULL, live_with_polls);
}

static void set_limit(void)
{
    rig.cfg.in_flight_limit = 3;
}
static void live_with_a_limit(void)
{
    for (uint32_t i = 1; i <= 5; i++)
        SENDS(i);
    RECEIVES(10, "1 2 3");
    RECEIVES(10, "");
    POLLS(0, 10, 20, "waits");
    DELETES(2, DELETE_OK);
    ANSWERED(0, "4 @ 0");
    COUNTS("1 3 0");
}
static void test_the_in_flight_limit(void **state)
{
    (void)state;
    for_each_kind(set_limit, live_with_a_limit);
}

static void live_with_a_purge(void)
{
    SENDS(1);
    SENDS(2);
    RECEIVES(1, "1");
    rig.queue.delay_ns = 5 * SEC;
    SENDS(3);
    queue_purge(&rig.queue, rig.now_ns);
    COUNTS("0 0 0");
    rig.queue.delay_ns = 0;
    SENDS(4);
    queue_rig_at(&rig, 100);
    RECEIVES(10, "4");
}
static void test_purge(void **state)
{
    (void)state;
    for_each_kind(NULL, live_with_a_purge);
}

/* --- random calls --- */

static struct rng rng;
static uint32_t next_number;

static int64_t draw(int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(&rng, (uint64_t)(high - low + 1));
}

static void draw_setting(void)
{
    rig.cfg.visibility_ns = draw(0, 20) * SEC;
    rig.cfg.retention_ns = draw(60, 200) * SEC;
    rig.cfg.delay_ns = draw(0, 3) ? 0 : draw(1, 9) * SEC;
    rig.cfg.in_flight_limit = draw(0, 1) ? QUEUE_LIMIT_NONE : draw(1, 40);
    rig.cfg.redrive.max_receives = draw(0, 4);
    rig.dead_cfg.retention_ns = draw(60, 200) * SEC;
    if (!rig.cfg.fifo) {
        rig.cfg.storage = (struct queue_storage_cfg){.servers = 4,
                                                     .short_poll_servers = draw(1, 4),
                                                     .duplicate_p = 0.1 * (double)draw(0, 2),
                                                     .resurrect_p = 0.1 * (double)draw(0, 2),
                                                     .reorder_window = draw(0, 10)};
        rig.cfg.stale_delete = (int)draw(0, 1);
    }
    rig.send.group = (uint32_t)draw(0, 1) ? 0 : MESSAGE_NO_GROUP;
}

static void call_at_random(void)
{
    struct queue *queue = draw(0, 5) ? &rig.queue : &rig.dead;
    const uint32_t number = (uint32_t)draw(next_number > 50 ? next_number - 50 : 0, next_number);
    const size_t which = (size_t)draw(0, QUEUE_RIG_POLLS - 1);
    switch (draw(0, 9)) {
    case 0:
    case 1:
    case 2:
        if (next_number < QUEUE_RIG_NUMBERS - 1)
            SENDS(++next_number);
        break;
    case 3:
    case 4:
        queue_rig_receive(&rig, queue, (uint32_t)draw(1, 10), draw(0, 2) ? -1 : 3);
        break;
    case 5:
        if (rig.polls[which].poll.next == NULL)
            queue_rig_poll(&rig, which, (uint32_t)draw(1, 10), (double)draw(1, 20));
        break;
    case 6:
    case 7:
        if (rig.givers[number] != NULL)
            queue_rig_delete(&rig, rig.givers[number], number);
        break;
    case 8:
        if (rig.givers[number] == &rig.queue)
            queue_rig_change(&rig, number, (double)draw(0, 15));
        break;
    default:
        if (rig.polls[which].poll.next != NULL)
            queue_withdraw(&rig.queue, &rig.polls[which].poll);
    }
}

/* Everything that came in left by some way: in the end nothing is stored. */
static void live_at_random(void)
{
    next_number = 0;
    for (int i = 0; i < 4000; i++) {
        if (draw(0, 1))
            queue_rig_at(&rig, units_s(rig.now_ns) + 0.25 * (double)draw(0, 8));
        call_at_random();
    }
    queue_rig_at(&rig, units_s(rig.now_ns) + 1000);
    COUNTS("0 0 0");
    assert_string_equal(queue_rig_counts(&rig, &rig.dead), "0 0 0");
    assert_int_equal(rig.messages.live, 0);
    assert_int_equal(rig.told[PROBE_ACCEPTED] + rig.told[PROBE_RESURRECTED],
                     rig.told[PROBE_DELETED] + rig.told[PROBE_RETENTION_OVER]);
    assert_true(rig.told[PROBE_ACCEPTED] > 300);
}
static void test_conservation_under_random_calls(void **state)
{
    (void)state;
    rng_init(&rng, rng_name(1, 1, "test", "queue contract"));
    for (int i = 0; i < 20; i++)
        for_each_kind(draw_setting, live_at_random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),   cmocka_unit_test(test_send_receive_delete),
        cmocka_unit_test(test_delay),   cmocka_unit_test(test_retention),
        cmocka_unit_test(test_redrive), cmocka_unit_test(test_order_within_an_instant),
        cmocka_unit_test(test_polls),   cmocka_unit_test(test_the_in_flight_limit),
        cmocka_unit_test(test_purge),   cmocka_unit_test(test_conservation_under_random_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
