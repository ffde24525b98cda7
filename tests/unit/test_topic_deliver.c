// SPDX-License-Identifier: GPL-3.0-or-later
/* Deliveries that do not succeed at once: when they are tried again, and how they end. */
#include "model/topic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/topic_rig.h"

static void open_rig(struct topic_rig *rig, bool is_fifo)
{
    topic_rig_init(rig, is_fifo);
    topic_rig_open(rig);
}

/* EVIDENCE-OF: SNS-12 SNS-15
 * Every answer is an error after half a second, and a retry comes 20 s after it: calls at 0, 20.5,
 * 41, 61.5; the last one fails at 62. */
static void test_http_retries(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.site.answer = ENDPOINT_SERVER_ERROR;
    rig.site.answers_after_s = 0.5;
    topic_rig_subscribe(&rig, TOPIC_HTTPS, RIG_SITE, true);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 1e6);
    assert_string_equal(topic_rig_said(&rig), "@0 PUBLISHED 1 1\n@0 FANNED_OUT 0\n"
                                              "@0.5 NOTIFY_FAILED 0 1\n@21 NOTIFY_FAILED 0 1\n"
                                              "@41.5 NOTIFY_FAILED 0 1\n@62 NOTIFY_FAILED 0 0\n"
                                              "@62 NOTIFY_LOST 0 3");
    assert_string_equal(topic_rig_called(&rig), "0 20.5 41 61.5");
    assert_int_equal(rig.last[PROBE_NOTIFY_LOST].delivery, 4);
    assert_int_equal(rig.site.bytes, 1000); /* SNS-6: 100 and the envelope */
    assert_string_equal(topic_rig_take(&rig, RIG_DEAD), "1");
    assert_int_equal(rig.topic.pending, 0);
    topic_rig_close(&rig);
}

/* The endpoint is well again at the third call: delivered 40 s after the publication. */
static void test_http_recovers(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.site.answer = ENDPOINT_SERVER_ERROR;
    topic_rig_subscribe(&rig, TOPIC_HTTP, RIG_SITE, true);
    topic_rig_at(&rig, 5);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 30);
    rig.site.answer = ENDPOINT_OK;
    topic_rig_at(&rig, 1000);
    assert_string_equal(topic_rig_said(&rig), "@5 PUBLISHED 1 1\n@5 FANNED_OUT 0\n"
                                              "@5 NOTIFY_FAILED 0 1\n@25 NOTIFY_FAILED 0 1\n"
                                              "@45 NOTIFIED 0 3");
    assert_int_equal(rig.last[PROBE_NOTIFIED].value, 5 * SEC);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-15
 * A client error is final.  No endpoint at all is one, too. */
static void test_http_client_error(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.site.answer = ENDPOINT_CLIENT_ERROR;
    struct subscription *site = topic_rig_subscribe(&rig, TOPIC_HTTP, RIG_SITE, true);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 100);
    site->endpoint = NULL;
    topic_rig_publish(&rig, 2);
    topic_rig_at(&rig, 1000);
    assert_string_equal(topic_rig_said(&rig),
                        "@0 PUBLISHED 1 1\n@0 FANNED_OUT 0\n@0 NOTIFY_FAILED 0 0\n"
                        "@0 NOTIFY_LOST 0 2\n@100 PUBLISHED 2 1\n@100 FANNED_OUT 0\n"
                        "@100 NOTIFY_FAILED 0 0\n@100 NOTIFY_LOST 0 2");
    assert_string_equal(topic_rig_called(&rig), "0");
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-15
 * Silence counts as an error after 15 s: calls at 0, 15 + 20, 35 + 35, 105. */
static void test_http_timeout(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.site.is_silent = true;
    topic_rig_subscribe(&rig, TOPIC_HTTP, RIG_SITE, false);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 1000);
    assert_string_equal(topic_rig_called(&rig), "0 35 70 105");
    assert_int_equal(rig.site.dropped, 4);
    assert_int_equal(rig.last[PROBE_NOTIFY_LOST].at_ns, 120 * SEC);
    assert_int_equal(rig.last[PROBE_NOTIFY_LOST].value, PROBE_LOSS_RETRIES_OVER);
    topic_rig_close(&rig);
}

static struct subscription *subscribe_with(struct topic_rig *rig, int64_t retries, double delay_s,
                                           int64_t per_s)
{
    struct delivery_cfg own = delivery_cfg_none();
    own.retry = (struct delivery_retry_cfg){.retries = retries,
                                            .min_ns = units_ns(delay_s),
                                            .max_ns = units_ns(delay_s),
                                            .min_delay_retries = retries};
    own.throttle.max_receives_per_s = per_s;
    struct subscription *made = topic_rig_subscribe(rig, TOPIC_HTTP, RIG_SITE, false);
    made->policy = delivery_policy_of(&rig->cfg.policy, &own);
    return made;
}

/* EVIDENCE-OF: SNS-13
 * A hundred retries were asked for, but nothing is retried later than 3,600 s after publication. */
static void test_lifetime(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.site.answer = ENDPOINT_SERVER_ERROR;
    subscribe_with(&rig, 100, 600, -1);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 1e6);
    assert_string_equal(topic_rig_called(&rig), "0 600 1200 1800 2400 3000 3600");
    topic_rig_close(&rig);
    open_rig(&rig, false);
    rig.site.answer = ENDPOINT_SERVER_ERROR;
    subscribe_with(&rig, 100, 700, -1);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 1e6);
    assert_string_equal(topic_rig_called(&rig), "0 700 1400 2100 2800 3500");
    assert_int_equal(rig.last[PROBE_NOTIFY_LOST].at_ns, 3500 * SEC);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-13
 * Two a second: of four publications at once the calls are half a second apart, and a retry takes
 * its turn like all others. */
static void test_throttle(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.site.answer = ENDPOINT_OK;
    subscribe_with(&rig, 1, 20, 2);
    for (uint32_t i = 1; i <= 4; i++)
        topic_rig_publish(&rig, i);
    topic_rig_at(&rig, 9.75);
    topic_rig_publish(&rig, 5);
    topic_rig_at(&rig, 100);
    assert_string_equal(topic_rig_called(&rig), "0 0.5 1 1.5 9.75");
    assert_int_equal(rig.told[PROBE_NOTIFIED], 5);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-10
 * A queue that throttles: tries at 0 (four), 1, 2, and 3 where the back-off begins with 1 s; it is
 * well again at 2.5. */
static void test_queue_recovers(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true);
    topic_rig_break(&rig, RIG_A, true);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 2.5);
    topic_rig_break(&rig, RIG_A, false);
    topic_rig_at(&rig, 100);
    assert_string_equal(topic_rig_said(&rig),
                        "@0 PUBLISHED 1 1\n@0 FANNED_OUT 0\n@0 NOTIFY_FAILED 0 1\n"
                        "@0 NOTIFY_FAILED 0 1\n@0 NOTIFY_FAILED 0 1\n@0 NOTIFY_FAILED 0 1\n"
                        "@1 NOTIFY_FAILED 0 1\n@2 NOTIFY_FAILED 0 1\n@3 NOTIFIED 0 7");
    assert_int_equal(rig.last[PROBE_ACCEPTED].value, 0); /* called at 0 */
    assert_string_equal(topic_rig_take(&rig, RIG_A), "1");
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-10
 * It never recovers: one try and 100,015 retries, the last one after 2 x 1 s, the back-off's
 * 20^(i/9) s for i = 0..9, which are 68.107258652 s, and 100,000 x 20 s. */
static void test_queue_never_recovers(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.is_quiet = true;
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true);
    topic_rig_break(&rig, RIG_A, true);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 3e6);
    const struct fact *lost = &rig.last[PROBE_NOTIFY_LOST];
    assert_int_equal(rig.told[PROBE_NOTIFY_FAILED], 100016);
    assert_true(fabs((double)lost->at_ns * 1e-9 - 2000070.107258652) < 1e-6);
    assert_int_equal(lost->delivery, 100016);
    assert_int_equal(lost->value, PROBE_LOSS_RETRIES_OVER | PROBE_LOSS_REDRIVEN);
    assert_int_equal(lost->other, 0);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-11
 * A mailbox: retries 10, 20 and 30 s after the first try, where the back-off begins with 10 s. */
static void test_email(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.site.answer = ENDPOINT_SERVER_ERROR;
    topic_rig_subscribe(&rig, TOPIC_EMAIL, RIG_SITE, false);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 39);
    assert_string_equal(topic_rig_called(&rig), "0 10 20 30");
    topic_rig_at(&rig, 1e6);
    assert_int_equal(rig.site.count, 51);
    topic_rig_close(&rig);
}

static struct dist constant(double seconds)
{
    return (struct dist){.kind = &dist_constant, .fast = DIST_CONSTANT, .a = seconds};
}

/* EVIDENCE-OF: SNS-19
 * With a latency of 30 ms the queue has the message 30 ms after the publication. */
static void test_latency(void **state)
{
    (void)state;
    struct topic_rig rig;
    topic_rig_init(&rig, false);
    rig.cfg.latency = constant(0.03);
    topic_rig_open(&rig);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    topic_rig_at(&rig, 1);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 2);
    assert_string_equal(topic_rig_said(&rig),
                        "@1 PUBLISHED 1 1\n@1 FANNED_OUT 0\n@1.03 NOTIFIED 0 1");
    assert_int_equal(rig.last[PROBE_NOTIFIED].value, SEC);
    topic_rig_close(&rig);
}

/* The draws belong to publication and subscription: with an exponential latency they all differ. */
static void test_latency_is_drawn(void **state)
{
    (void)state;
    struct topic_rig rig;
    topic_rig_init(&rig, false);
    rig.cfg.latency = (struct dist){.kind = &dist_exponential, .fast = DIST_EXPONENTIAL, .a = 1};
    topic_rig_open(&rig);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    topic_rig_publish(&rig, 1);
    const int64_t first = rig.topic.first->first->due_ns,
                  second = rig.topic.first->next->first->due_ns;
    topic_rig_publish(&rig, 2);
    const int64_t third = rig.topic.first->last->due_ns;
    assert_true(first > 0 && second > 0 && third > 0);
    assert_true(first != second && first != third && second != third);
    topic_rig_at(&rig, 1000);
    assert_int_equal(rig.told[PROBE_NOTIFIED], 4);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-24
 * Group 0 has messages 1, 2 and 4, group 1 has 3, and the queue throttles until 2.5.  Message 5 of
 * group 0 comes when the queue is well already, but waits for those before it; message 6 of group 2
 * does not.  Another subscriber is none the worse. */
static void test_rows_of_groups(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, true);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    topic_rig_break(&rig, RIG_A, true);
    for (uint32_t number = 1; number <= 4; number++) {
        rig.send.group = number == 3;
        topic_rig_publish(&rig, number);
    }
    assert_string_equal(topic_rig_take(&rig, RIG_B), "1 2 3 4");
    topic_rig_at(&rig, 2.5);
    topic_rig_break(&rig, RIG_A, false);
    topic_rig_at(&rig, 2.75);
    topic_rig_said(&rig);
    rig.send.group = 0;
    topic_rig_publish(&rig, 5);
    rig.send.group = 2;
    topic_rig_publish(&rig, 6);
    topic_rig_at(&rig, 100);
    assert_string_equal(topic_rig_said(&rig),
                        "@2.75 PUBLISHED 5 2\n@2.75 FANNED_OUT 0\n"
                        "@2.75 FANNED_OUT 1\n@2.75 NOTIFIED 1 1\n"
                        "@2.75 PUBLISHED 6 2\n@2.75 FANNED_OUT 0\n@2.75 NOTIFIED 0 1\n"
                        "@2.75 FANNED_OUT 1\n@2.75 NOTIFIED 1 1\n"
                        "@3 NOTIFIED 0 7\n@3 NOTIFIED 0 1\n@3 NOTIFIED 0 1\n@3 NOTIFIED 0 1\n"
                        "@3 NOTIFIED 0 7");
    assert_string_equal(topic_rig_take(&rig, RIG_A), "6 1 2 4 5 3");
    topic_rig_close(&rig);
}

/* SNS-24 with a latency that shrinks: the second waits for the first, not for its own time. */
static void test_latency_keeps_order(void **state)
{
    (void)state;
    struct topic_rig rig;
    topic_rig_init(&rig, true);
    rig.cfg.latency = constant(10);
    topic_rig_open(&rig);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    rig.send.group = 0;
    topic_rig_publish(&rig, 1);
    struct topic_cfg faster = rig.cfg;
    faster.latency = constant(1);
    topic_change(&rig.topic, &faster, 0);
    topic_rig_publish(&rig, 2);
    rig.send.group = 1;
    topic_rig_publish(&rig, 3);
    topic_rig_at(&rig, 100);
    assert_string_equal(topic_rig_take(&rig, RIG_A), "3 1 2");
    assert_int_equal(rig.last[PROBE_NOTIFIED].at_ns, 10 * SEC);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-17 SNS-24
 * To a FIFO dead-letter queue group and deduplication id go along; who is lost lets the next of the
 * group have its turn. */
static void test_fifo_dead_letter(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, true);
    struct subscription *a = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true);
    a->policy = (struct delivery_policy){.immediate = 1, .lifetime_ns = FOREVER};
    topic_rig_break(&rig, RIG_A, true);
    rig.send.group = 3;
    topic_rig_publish(&rig, 1);
    topic_rig_publish(&rig, 2);
    topic_rig_at(&rig, 0);
    assert_string_equal(topic_rig_said(&rig),
                        "@0 PUBLISHED 1 1\n@0 FANNED_OUT 0\n@0 NOTIFY_FAILED 0 1\n"
                        "@0 PUBLISHED 2 1\n@0 FANNED_OUT 0\n"
                        "@0 NOTIFY_FAILED 0 0\n@0 NOTIFY_LOST 0 3\n"
                        "@0 NOTIFY_FAILED 0 1\n@0 NOTIFY_FAILED 0 0\n@0 NOTIFY_LOST 0 3");
    const uint32_t slot = rig.last[PROBE_NOTIFY_LOST].message;
    assert_int_equal(rig.messages.side.group[slot].number, 3);
    assert_int_equal(rig.messages.side.dedup[slot], 3);
    assert_string_equal(topic_rig_take(&rig, RIG_DEAD), "1 2");
    topic_rig_close(&rig);
}

/* SNS-4: who leaves gets nothing of what is under way, be it a retry or a call that is out. */
static void test_leaving_under_way(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    struct subscription *a = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true);
    struct subscription *site = topic_rig_subscribe(&rig, TOPIC_HTTP, RIG_SITE, true);
    rig.site.is_silent = true;
    topic_rig_break(&rig, RIG_A, true);
    topic_rig_publish(&rig, 1);
    topic_rig_at(&rig, 1.5);
    topic_rig_said(&rig);
    assert_int_equal(rig.topic.pending, 2);
    topic_unsubscribe(a, rig.now_ns);
    topic_unsubscribe(site, rig.now_ns);
    topic_rig_break(&rig, RIG_A, false);
    topic_rig_at(&rig, 1000);
    assert_string_equal(topic_rig_said(&rig), "@1.5 NOTIFY_LOST 0 0\n@1.5 NOTIFY_LOST 1 0");
    assert_int_equal(rig.site.dropped, 1);
    assert_int_equal(rig.topic.pending, 0);
    assert_string_equal(topic_rig_take(&rig, RIG_DEAD), "");
    topic_rig_close(&rig);
}

/* What is under way holds the run if the topic drains, and is forgotten with the topic. */
static void test_holds(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    rig.topic.drains = true;
    topic_rig_subscribe(&rig, TOPIC_HTTP, RIG_SITE, true);
    rig.site.answer = ENDPOINT_SERVER_ERROR;
    topic_rig_publish(&rig, 1);
    topic_rig_publish(&rig, 2);
    assert_int_equal(rig.engine.holds, 2);
    topic_rig_at(&rig, 61);
    assert_int_equal(rig.engine.holds, 0);
    topic_rig_publish(&rig, 3);
    topic_free(&rig.topic);
    assert_int_equal(rig.engine.holds, 0);
    topic_init(&rig.topic, &topic_sns, &rig.cfg, "topic", RIG_TOPIC, &rig.setting);
    topic_rig_at(&rig, 200);
    assert_int_equal(rig.told[PROBE_NOTIFY_LOST], 2);
    topic_rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_retries),
        cmocka_unit_test(test_http_recovers),
        cmocka_unit_test(test_http_client_error),
        cmocka_unit_test(test_http_timeout),
        cmocka_unit_test(test_lifetime),
        cmocka_unit_test(test_throttle),
        cmocka_unit_test(test_queue_recovers),
        cmocka_unit_test(test_queue_never_recovers),
        cmocka_unit_test(test_email),
        cmocka_unit_test(test_latency),
        cmocka_unit_test(test_latency_is_drawn),
        cmocka_unit_test(test_rows_of_groups),
        cmocka_unit_test(test_latency_keeps_order),
        cmocka_unit_test(test_fifo_dead_letter),
        cmocka_unit_test(test_leaving_under_way),
        cmocka_unit_test(test_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
