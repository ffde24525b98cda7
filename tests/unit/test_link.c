// SPDX-License-Identifier: GPL-3.0-or-later
/* The wire: when a call is performed and answered, what is lost, and what a caller that died leaves
 * behind. */
#include "model/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"

/* A caller that notes what happened to its call. */
struct rig {
    struct engine engine;
    struct link_cfg cfg;
    struct link link;
    struct call call;
    int64_t performed_ns, replied_ns; /* -1: not yet */
    bool answers_later;
    uint32_t performed, replied;
};

static bool perform(struct call *call, int64_t now_ns)
{
    struct rig *rig = EVENT_OWNER(call, struct rig, call);
    rig->performed_ns = now_ns;
    rig->performed++;
    return !rig->answers_later;
}

static void on_reply(struct call *call, int64_t now_ns)
{
    struct rig *rig = EVENT_OWNER(call, struct rig, call);
    rig->replied_ns = now_ns;
    rig->replied++;
}

static struct dist constant(double seconds)
{
    return (struct dist){.kind = &dist_constant, .fast = DIST_CONSTANT, .a = seconds};
}

static void open_rig(struct rig *rig, double request_s, double response_s)
{
    *rig = (struct rig){.performed_ns = -1, .replied_ns = -1};
    engine_init(&rig->engine);
    rig->cfg = (struct link_cfg){constant(request_s), constant(response_s)};
    link_init(&rig->link, &rig->cfg, &rig->engine, rng_name(1, 1, "test", "link"));
    rig->call = (struct call){.perform = perform, .on_reply = on_reply, .timeout_ns = 3 * SEC};
}

static bool start_call(struct rig *rig, int64_t now_ns)
{
    return link_call(&rig->link, &rig->call, perform, now_ns);
}

static void happened(const struct rig *rig, int64_t performed_ns, int64_t replied_ns,
                     enum call_outcome outcome)
{
    assert_int_equal(rig->performed_ns, performed_ns);
    assert_int_equal(rig->replied_ns, replied_ns);
    assert_int_equal(rig->call.outcome, outcome);
}

/* Nothing on the way: the reply is in hand, and nothing was scheduled. */
static void test_no_latency(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 0, 0);
    assert_true(start_call(&rig, 0));
    assert_false(event_is_pending(&rig.call.event));
    happened(&rig, 0, -1, CALL_REPLIED);
    assert_int_equal(link_least_ns(&rig.cfg), 0);
}

static void test_two_legs(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 0.25, 0.5);
    assert_false(start_call(&rig, 0));
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, 250 * MSEC, 750 * MSEC, CALL_REPLIED);
    assert_int_equal(rig.replied, 1);
    assert_true(link_least_ns(&rig.cfg) > 0);
}

/* One leg without latency: the other still takes its time. */
static void test_one_leg(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 0.25, 0);
    assert_false(start_call(&rig, 0));
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, 250 * MSEC, 250 * MSEC, CALL_REPLIED);
    open_rig(&rig, 0, 0.5);
    assert_false(start_call(&rig, 0));
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, 0, 500 * MSEC, CALL_REPLIED);
}

struct later {
    struct event event;
    struct rig *rig;
};

static void on_later(struct event *event, int64_t now_ns)
{
    link_answer(&EVENT_OWNER(event, struct later, event)->rig->call, now_ns);
}

/* A service that answers later: the reply's leg begins then. */
static void test_an_answer_that_comes_later(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 0.25, 0.5);
    struct later later = {.event = {.on_due = on_later}, .rig = &rig};
    rig.answers_later = true;
    start_call(&rig, 0);
    engine_at(&rig.engine, &later.event, 2 * SEC);
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, 250 * MSEC, 2500 * MSEC, CALL_REPLIED);
}

/* A lost request is never performed; the caller gives up at its time-out. */
static void test_a_lost_request(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 0.25, 0.5);
    link_set_loss(&rig.link, 1.0, 0.0);
    assert_false(start_call(&rig, 0));
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, -1, 3 * SEC, CALL_TIMED_OUT);
}

/* A lost response: performed, and given up at the same time as any other. */
static void test_a_lost_response(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 0.25, 0.5);
    link_set_loss(&rig.link, 0.0, 1.0);
    start_call(&rig, 0);
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, 250 * MSEC, 3 * SEC, CALL_TIMED_OUT);
}

/* Losses make a link without latency one that takes time, and their end makes it instant again. */
static void test_losses_end(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 0, 0);
    link_set_loss(&rig.link, 0.0, 1.0);
    assert_false(start_call(&rig, 0));
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, 0, 3 * SEC, CALL_TIMED_OUT);
    link_set_loss(&rig.link, 0.0, 0.0);
    assert_true(start_call(&rig, 10 * SEC));
}

/* A reply exactly at the time-out is in time, one later is not. */
static void test_the_edge_of_the_timeout(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 1, 2);
    start_call(&rig, 0);
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, SEC, 3 * SEC, CALL_REPLIED);
    open_rig(&rig, 1, 2.000000001);
    start_call(&rig, 0);
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, SEC, 3 * SEC, CALL_TIMED_OUT);
    open_rig(&rig, 3.000000001, 0);
    start_call(&rig, 0);
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, -1, 3 * SEC, CALL_TIMED_OUT);
}

/* The caller dies: on the way there nothing is performed, on the way back nothing is heard. */
static void test_drop(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, 1, 1);
    start_call(&rig, 0);
    engine_run(&rig.engine, SEC);
    link_drop(&rig.call);
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, -1, -1, CALL_REPLIED);
    open_rig(&rig, 1, 1);
    start_call(&rig, 0);
    engine_run(&rig.engine, SEC + 1);
    link_drop(&rig.call);
    link_drop(&rig.call);
    engine_run(&rig.engine, 10 * SEC);
    happened(&rig, SEC, -1, CALL_REPLIED);
    start_call(&rig, 10 * SEC);
    engine_run(&rig.engine, 20 * SEC);
    happened(&rig, 11 * SEC, 12 * SEC, CALL_REPLIED);
}

/* Of 10,000 calls with losses of 0.2 and 0.1 the numbers performed and answered lie within 4.9
 * standard deviations of 8,000 (40) and 7,200 (45): an error of 1e-6. */
static void test_how_often(void **state)
{
    struct rig rig;
    uint32_t in_time = 0;
    (void)state;
    open_rig(&rig, 0.001, 0.001);
    link_set_loss(&rig.link, 0.2, 0.1);
    for (int i = 0; i < 10000; i++) {
        start_call(&rig, rig.engine.now_ns);
        engine_run(&rig.engine, rig.engine.now_ns + 4 * SEC);
        in_time += rig.call.outcome == CALL_REPLIED;
    }
    assert_in_range(rig.performed, 8000 - 196, 8000 + 196);
    assert_in_range(in_time, 7200 - 221, 7200 + 221);
    assert_int_equal(rig.replied, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_latency),     cmocka_unit_test(test_two_legs),
        cmocka_unit_test(test_one_leg),        cmocka_unit_test(test_an_answer_that_comes_later),
        cmocka_unit_test(test_a_lost_request), cmocka_unit_test(test_a_lost_response),
        cmocka_unit_test(test_losses_end),     cmocka_unit_test(test_the_edge_of_the_timeout),
        cmocka_unit_test(test_drop),           cmocka_unit_test(test_how_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
