// SPDX-License-Identifier: GPL-3.0-or-later
/* Subscriptions and the fan-out of a publication. */
#include "model/topic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/topic_rig.h"

static void open_rig(struct topic_rig *rig, bool is_fifo)
{
    topic_rig_init(rig, is_fifo);
    topic_rig_open(rig);
}

/* EVIDENCE-OF: SNS-19
 * Each subscriber gets a copy at once, in the order of subscribing, and the message keeps its root
 * and the time of its call. */
static void test_fan_out(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_C, false);
    topic_rig_at(&rig, 7);
    assert_int_equal(topic_rig_publish(&rig, 5), SEND_OK);
    assert_string_equal(topic_rig_said(&rig), "@7 PUBLISHED 5 3\n"
                                              "@7 FANNED_OUT 0\n@7 NOTIFIED 0 1\n"
                                              "@7 FANNED_OUT 1\n@7 NOTIFIED 1 1\n"
                                              "@7 FANNED_OUT 2\n@7 NOTIFIED 2 1");
    assert_int_equal(rig.told[PROBE_ACCEPTED], 3);
    assert_int_equal(rig.last[PROBE_ACCEPTED].node, RIG_C);
    assert_int_equal(rig.last[PROBE_ACCEPTED].peer, RIG_TOPIC);
    assert_int_equal(rig.last[PROBE_ACCEPTED].root, probe_root(RIG_WEB, 5));
    assert_int_equal(rig.last[PROBE_ACCEPTED].value, 7 * SEC);
    assert_int_equal(rig.last[PROBE_NOTIFIED].peer, RIG_C);
    assert_int_equal(rig.reply.slot, MESSAGE_NONE);
    assert_int_equal(rig.reply.root, probe_root(RIG_WEB, 5));
    for (int i = RIG_A; i <= RIG_C; i++)
        assert_string_equal(topic_rig_take(&rig, (enum topic_rig_node)i), "5");
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-3
 * Nobody there: the publication succeeds and is gone.  Who subscribes later gets what comes later,
 * who has not confirmed gets nothing, who has left gets nothing more. */
static void test_who_gets_it(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    assert_int_equal(topic_rig_publish(&rig, 1), SEND_OK);
    struct subscription *a = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    struct subscription *b = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    b->confirmed = false;
    topic_rig_publish(&rig, 2);
    b->confirmed = true;
    topic_rig_publish(&rig, 3);
    topic_unsubscribe(a, rig.now_ns);
    topic_rig_publish(&rig, 4);
    topic_unsubscribe(b, rig.now_ns);
    a = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    assert_int_equal(a->index, 2);
    topic_rig_publish(&rig, 5);
    assert_string_equal(topic_rig_said(&rig), "@0 PUBLISHED 1 0\n"
                                              "@0 PUBLISHED 2 1\n@0 FANNED_OUT 0\n@0 NOTIFIED 0 1\n"
                                              "@0 PUBLISHED 3 2\n@0 FANNED_OUT 0\n@0 NOTIFIED 0 1\n"
                                              "@0 FANNED_OUT 1\n@0 NOTIFIED 1 1\n"
                                              "@0 PUBLISHED 4 1\n@0 FANNED_OUT 1\n@0 NOTIFIED 1 1\n"
                                              "@0 PUBLISHED 5 1\n@0 FANNED_OUT 2\n@0 NOTIFIED 2 1");
    assert_string_equal(topic_rig_take(&rig, RIG_A), "2 3 5");
    assert_string_equal(topic_rig_take(&rig, RIG_B), "3 4");
    topic_rig_close(&rig);
}

/* The middle one, the last one and then the only one leave. */
static void test_unsubscribe_anywhere(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    struct subscription *a = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false);
    struct subscription *b = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    struct subscription *c = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_C, false);
    topic_unsubscribe(b, 0);
    assert_ptr_equal(a->next, c);
    topic_unsubscribe(c, 0);
    assert_ptr_equal(rig.topic.last, a);
    topic_unsubscribe(a, 0);
    assert_null(rig.topic.first);
    assert_null(rig.topic.last);
    assert_int_equal(rig.topic.subscription_count, 0);
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-6 SNS-7
 * Raw: the message's own 100 bytes; else 900 more for the envelope. */
static void test_sizes(void **state)
{
    (void)state;
    struct topic_rig rig;
    open_rig(&rig, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, false)->raw = true;
    topic_rig_publish(&rig, 1);
    assert_int_equal(rig.last[PROBE_ACCEPTED].bytes, 100);
    assert_int_equal(rig.last[PROBE_PUBLISHED].bytes, 100);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    topic_rig_publish(&rig, 2);
    assert_int_equal(rig.last[PROBE_ACCEPTED].bytes, 1000);
    assert_int_equal(rig.last[PROBE_NOTIFIED].bytes, 1000);
    topic_rig_close(&rig);
}

struct writer {
    uint32_t made, forgotten, numbers;
    bool refuses;
};

/* The body is an index that counts up. */
static bool translate(void *context, const struct subscription *subscription, uint64_t number,
                      struct send *send)
{
    struct writer *writer = context;
    assert_non_null(subscription->topic);
    send->bytes = 7;
    send->body = ++writer->made;
    writer->numbers += (uint32_t)number;
    return !writer->refuses;
}

static void forget(void *context, const struct send *send)
{
    assert_true(send->body > 0);
    ((struct writer *)context)->forgotten++;
}

/* EVIDENCE-OF: SNS-7
 * What a queue gets comes from the topic's owner, who hears of what was stored nowhere.  What he
 * says that nobody can take is a client-side error. */
static void test_translation(void **state)
{
    (void)state;
    struct topic_rig rig;
    struct writer writer = {0};
    topic_rig_init(&rig, false);
    rig.setting.context = &writer;
    rig.setting.translate = translate;
    rig.setting.forget = forget;
    topic_rig_open(&rig);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true);
    topic_rig_publish(&rig, 1);
    assert_int_equal(rig.last[PROBE_ACCEPTED].bytes, 7);
    assert_int_equal(rig.messages.side.body[rig.last[PROBE_ACCEPTED].message], 1);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false)->allowed = false;
    topic_rig_publish(&rig, 2);
    assert_int_equal(writer.made, 3);
    assert_int_equal(writer.forgotten, 1); /* b's */
    writer.refuses = true;
    topic_rig_publish(&rig, 3);
    assert_int_equal(writer.made, 5);
    assert_int_equal(writer.forgotten, 2); /* b's; a's lies in the dead-letter queue */
    assert_int_equal(writer.numbers, 1 + 2 + 2 + 3 + 3);
    assert_string_equal(topic_rig_take(&rig, RIG_A), "1 2");
    assert_string_equal(topic_rig_take(&rig, RIG_DEAD), "3");
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-15 SNS-16 SNS-8
 * A queue that is gone, that lets the topic not in, that takes no message so long: one try, and
 * then the subscription's dead-letter queue or nothing. */
static void test_client_side_errors(void **state)
{
    (void)state;
    struct topic_rig rig;
    topic_rig_init(&rig, false);
    rig.queue_cfgs[RIG_C].max_bytes = 1024; /* 1023 + 900 are too many */
    topic_rig_open(&rig);
    struct subscription *a = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true);
    struct subscription *b = topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_C, true);
    a->queue = NULL;
    b->allowed = false;
    rig.send.bytes = 1023;
    assert_int_equal(topic_rig_publish(&rig, 1), SEND_OK);
    topic_rig_at(&rig, 1e6);
    assert_string_equal(topic_rig_said(&rig),
                        "@0 PUBLISHED 1 3\n"
                        "@0 FANNED_OUT 0\n@0 NOTIFY_FAILED 0 0\n@0 NOTIFY_LOST 0 2\n"
                        "@0 FANNED_OUT 1\n@0 NOTIFY_FAILED 1 0\n@0 NOTIFY_LOST 1 0\n"
                        "@0 FANNED_OUT 2\n@0 NOTIFY_FAILED 2 0\n@0 NOTIFY_LOST 2 2");
    assert_int_equal(rig.last[PROBE_REJECTED].value, SEND_TOO_LONG);
    assert_string_equal(topic_rig_take(&rig, RIG_DEAD), "1 1");
    topic_rig_close(&rig);
}

/* EVIDENCE-OF: SNS-17
 * A dead-letter queue belongs to one subscription: the others are none the worse.  What it gets is
 * what would have been delivered, and it may refuse that, too. */
static void test_dead_letters(void **state)
{
    (void)state;
    struct topic_rig rig;
    topic_rig_init(&rig, false);
    rig.queue_cfgs[RIG_DEAD].max_bytes = 1024;
    topic_rig_open(&rig);
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true)->allowed = false;
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, false);
    topic_rig_publish(&rig, 1);
    assert_int_equal(rig.last[PROBE_NOTIFY_LOST].value, PROBE_LOSS_REDRIVEN);
    assert_int_equal(rig.last[PROBE_NOTIFY_LOST].bytes, 1000);
    assert_int_not_equal(rig.last[PROBE_NOTIFY_LOST].message, MESSAGE_NONE);
    rig.send.bytes = 200;
    topic_rig_publish(&rig, 2);
    assert_int_equal(rig.last[PROBE_NOTIFY_LOST].value, PROBE_LOSS_REDRIVE_FAILED);
    assert_int_equal(rig.last[PROBE_NOTIFY_LOST].message, MESSAGE_NONE);
    assert_string_equal(topic_rig_take(&rig, RIG_DEAD), "1");
    assert_string_equal(topic_rig_take(&rig, RIG_B), "1 2");
    topic_rig_close(&rig);
}

/* --- filters --- */

struct judge {
    struct arena arena;
    uint32_t asked[2];
};

/* Attributes: index 0 is none, else one "type" with the index as a digit; the body is the same as
 * an object. */
static const struct filter_subject *subject(void *context, const struct send *send,
                                            enum filter_scope scope)
{
    struct judge *judge = context;
    const char *digit = arena_printf(&judge->arena, "%u", send->attributes);
    const struct filter_attribute type = {"type", "Number", digit};
    judge->asked[scope]++;
    if (scope == FILTER_ATTRIBUTES)
        return filter_subject_of_attributes(&judge->arena, &type, send->attributes > 0 ? 1 : 0);
    const char *body = arena_printf(&judge->arena, "{\"type\": %u}", send->attributes);
    return filter_subject_of_body(&judge->arena, body, strlen(body));
}

static void want(struct judge *judge, struct subscription *subscription, enum filter_scope scope,
                 const char *policy)
{
    struct diag *diag = diag_new();
    struct filter_error error;
    const struct filter_cfg cfg = {.scope = scope};
    struct json_doc *doc = json_parse("policy", policy, strlen(policy), false, diag);
    subscription->filter = filter_compile(&judge->arena, json_root(doc), &cfg, &error);
    subscription->scope = scope;
    assert_non_null(subscription->filter);
    json_free(doc);
    diag_free(diag);
}

/* EVIDENCE-OF: FLT-1 FLT-7
 * Three subscribers want type 1, type 2 in the body, and all.  What is filtered out is not
 * delivered, is no failure, and says why; the publication is read once for each scope. */
static void test_filters(void **state)
{
    (void)state;
    struct topic_rig rig;
    struct judge judge = {.asked = {0, 0}};
    arena_init(&judge.arena);
    topic_rig_init(&rig, false);
    rig.setting.context = &judge;
    rig.setting.subject = subject;
    topic_rig_open(&rig);
    want(&judge, topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true), FILTER_ATTRIBUTES,
         "{\"type\": [1]}");
    want(&judge, topic_rig_subscribe(&rig, TOPIC_SQS, RIG_B, true), FILTER_BODY, "{\"type\": [2]}");
    topic_rig_subscribe(&rig, TOPIC_SQS, RIG_C, true);
    want(&judge, topic_rig_subscribe(&rig, TOPIC_SQS, RIG_A, true), FILTER_ATTRIBUTES,
         "{\"type\": [3]}");
    for (uint32_t type = 0; type < 3; type++) {
        rig.send.attributes = type;
        topic_rig_publish(&rig, type);
    }
    assert_string_equal(topic_rig_said(&rig),
                        "@0 PUBLISHED 0 1\n@0 FILTERED 0 2\n@0 FILTERED 1 4\n"
                        "@0 FANNED_OUT 2\n@0 NOTIFIED 2 1\n@0 FILTERED 3 2\n"
                        "@0 PUBLISHED 1 2\n@0 FANNED_OUT 0\n@0 NOTIFIED 0 1\n@0 FILTERED 1 4\n"
                        "@0 FANNED_OUT 2\n@0 NOTIFIED 2 1\n@0 FILTERED 3 1\n"
                        "@0 PUBLISHED 2 2\n@0 FILTERED 0 1\n@0 FANNED_OUT 1\n@0 NOTIFIED 1 1\n"
                        "@0 FANNED_OUT 2\n@0 NOTIFIED 2 1\n@0 FILTERED 3 1");
    assert_int_equal(judge.asked[FILTER_ATTRIBUTES], 3);
    assert_int_equal(judge.asked[FILTER_BODY], 3);
    assert_string_equal(topic_rig_take(&rig, RIG_A), "1");
    assert_string_equal(topic_rig_take(&rig, RIG_B), "2");
    assert_string_equal(topic_rig_take(&rig, RIG_C), "0 1 2");
    assert_string_equal(topic_rig_take(&rig, RIG_DEAD), "");
    topic_rig_close(&rig);
    arena_free(&judge.arena);
}

/* EVIDENCE-OF: SNS-21 */
static void test_who_can_subscribe(void **state)
{
    (void)state;
    assert_null(topic_refuses(true, TOPIC_SQS, true));
    assert_null(topic_refuses(true, TOPIC_SQS, false));
    assert_null(topic_refuses(false, TOPIC_SQS, false));
    assert_non_null(topic_refuses(false, TOPIC_SQS, true));
    for (int protocol = TOPIC_LAMBDA; protocol < TOPIC_PROTOCOLS; protocol++) {
        assert_non_null(topic_refuses(true, (enum topic_protocol)protocol, false));
        assert_null(topic_refuses(false, (enum topic_protocol)protocol, false));
    }
}

/* EVIDENCE-OF: SNS-10 SNS-11 SNS-12 */
static void test_policies(void **state)
{
    (void)state;
    const struct delivery_cfg none = delivery_cfg_none();
    assert_int_equal(topic_policy(TOPIC_SQS, &none, &none).at_max, 100000);
    assert_int_equal(topic_policy(TOPIC_LAMBDA, &none, &none).at_max, 100000);
    assert_int_equal(topic_policy(TOPIC_EMAIL, &none, &none).at_max, 38);
    assert_int_equal(topic_policy(TOPIC_HTTP, &none, &none).backing_off, 3);
    assert_int_equal(topic_policy(TOPIC_HTTPS, &none, &none).backing_off, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fan_out),
        cmocka_unit_test(test_who_gets_it),
        cmocka_unit_test(test_unsubscribe_anywhere),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_translation),
        cmocka_unit_test(test_client_side_errors),
        cmocka_unit_test(test_dead_letters),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_who_can_subscribe),
        cmocka_unit_test(test_policies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
