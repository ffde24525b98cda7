// SPDX-License-Identifier: GPL-3.0-or-later
/* Topics in a scenario: fan-out with filters, losses, order, and how a run ends; all numbers are
 * computed by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/world.h"

static void expect(const struct world_lab *lab, const char *entity, const char *metric,
                   const char *stat, double wanted)
{
    const double value = world_lab_value(lab, entity, metric, stat);
    if (!(fabs(value - wanted) <= 1e-9 * (1.0 + fabs(wanted))))
        fail_msg("%s %s %s is %.12g, not %.12g", entity, metric, stat, value, wanted);
}

/* Ten publications at 1 .. 10 s, numbers 0 .. 9: the even ones are orders, and the sizes 1, 10, 100
 * follow each other. */
#define TEN                                                                                        \
    "`producers`: {`web`: {`to`: `news`, `messages`: 10,"                                          \
    "  `arrivals`: {`process`: `paced`, `rate`: 1}, `message`: {`attributes`: {"                   \
    "   `type`: {`sequence`: [`order`, `refund`]}, `size`: {`sequence`: [1, 10, 100]}}}}}"

/* EVIDENCE-OF: FLT-1 SNS-6 SNS-7 SNS-18
 * Orders come to a: 5.  All come to b.  Sizes above 5 come to c: numbers 1 2 4 5 7 8.  That makes
 * 21 deliveries and 5 + 4 filtered out.  The last branch ends after 0.4 s where c has one, else
 * after 0.2 s: (6 x 0.4 + 4 x 0.2) / 10 = 0.32 s. */
static void test_fan_out(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `fan-out`, `experiment`: {`drain`: true},"
                   " `queues`: {`a`: {}, `b`: {}, `c`: {}}, `topics`: {`news`: {`subscriptions`: ["
                   "  {`Protocol`: `sqs`, `Endpoint`: `a`, `FilterPolicy`: {`type`: [`order`]}},"
                   "  {`Protocol`: `sqs`, `Endpoint`: `arn:aws:sqs:us-east-1:123456789012:b`,"
                   "   `RawMessageDelivery`: true},"
                   "  {`Protocol`: `sqs`, `Endpoint`: `c`,"
                   "   `FilterPolicy`: {`size`: [{`numeric`: [`>`, 5]}]}}]}}," TEN ","
                   " `consumers`: {`wa`: {`from`: `a`, `WaitTimeSeconds`: 20, `service`: `100ms`},"
                   "  `wb`: {`from`: `b`, `WaitTimeSeconds`: 20, `service`: `200ms`},"
                   "  `wc`: {`from`: `c`, `WaitTimeSeconds`: 20, `service`: `400ms`}}}");
    for (uint32_t replication = 1; replication <= 2; replication++) {
        world_lab_run(&lab, replication);
        expect(&lab, "news", "NumberOfMessagesPublished", "count", 10);
        expect(&lab, "news", "PublishSize", "mean", 1024);
        expect(&lab, "news", "NumberOfNotificationsDelivered", "count", 21);
        expect(&lab, "news", "NumberOfNotificationsFilteredOut", "count", 9);
        expect(&lab, "news", "NumberOfNotificationsFailed", "count", 0);
        expect(&lab, "news", "deliveryLatency", "max", 0);
        expect(&lab, "a", "notificationsDelivered", "count", 5);
        expect(&lab, "a", "notificationsFilteredOut", "count", 5);
        expect(&lab, "b", "notificationsDelivered", "count", 10);
        expect(&lab, "c", "notificationsFilteredOut", "count", 4);
        expect(&lab, "wc", "processed", "count", 6);
        expect(&lab, "a", "SentMessageSize", "mean", 1924);
        expect(&lab, "b", "SentMessageSize", "mean", 1024);
        expect(&lab, "web", "messageLatency", "mean", 0.32);
        expect(&lab, "web", "messageLatency", "max", 0.4);
        expect(&lab, "web", "sent", "count", 10);
        expect(&lab, "scenario", "conserved", "end", 1);
        assert_int_equal(world_end(lab.world), WORLD_DONE);
        /* Number 9 goes to b alone: 10 s + 0.2 s. */
        assert_int_equal(world_end_ns(lab.world), units_ns(10.2));
    }
    world_lab_close(&lab);
}

/* EVIDENCE-OF: SNS-16 SNS-17
 * What a may not get comes to its dead-letter queue and is worked on there; b's is lost, so that no
 * message has a latency. */
static void test_losses(void **state)
{
    (void)state;
    struct world_lab lab;
    struct world_lab_log log = {.kinds = NULL};
    world_lab_open(&lab, "{`version`: 1, `title`: `losses`, `experiment`: {`drain`: true},"
                         " `queues`: {`a`: {}, `b`: {}, `dead`: {}},"
                         " `topics`: {`news`: {`subscriptions`: ["
                         "  {`Protocol`: `sqs`, `Endpoint`: `a`, `allowed`: false,"
                         "   `RedrivePolicy`: {`deadLetterTargetArn`: `dead`}},"
                         "  {`Protocol`: `sqs`, `Endpoint`: `b`, `allowed`: false}]}},"
                         " `producers`: {`web`: {`to`: `news`, `messages`: 2,"
                         "  `arrivals`: {`process`: `paced`, `rate`: 1}}},"
                         " `consumers`: {`w`: {`from`: `dead`, `WaitTimeSeconds`: 20,"
                         "  `service`: `100ms`}}}");
    world_lab_listen(&lab, &log, "PUBLISHED FANNED_OUT NOTIFY_FAILED NOTIFY_LOST SUCCEEDED");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text),
                        "1 PUBLISHED 0; 1 FANNED_OUT 0; 1 NOTIFY_FAILED 0; 1 NOTIFY_LOST 0; "
                        "1 FANNED_OUT 0; 1 NOTIFY_FAILED 0; 1 NOTIFY_LOST 0; 1.1 SUCCEEDED 0; "
                        "2 PUBLISHED 1; 2 FANNED_OUT 1; 2 NOTIFY_FAILED 1; 2 NOTIFY_LOST 1; "
                        "2 FANNED_OUT 1; 2 NOTIFY_FAILED 1; 2 NOTIFY_LOST 1; 2.1 SUCCEEDED 1");
    expect(&lab, "news", "NumberOfNotificationsFailed", "count", 4);
    expect(&lab, "news", "NumberOfNotificationsRedrivenToDlq", "count", 2);
    expect(&lab, "news", "notificationsLost", "count", 2);
    expect(&lab, "b", "notificationsLost", "count", 2);
    expect(&lab, "w", "processed", "count", 2);
    assert_true(isnan(world_lab_value(&lab, "web", "messageLatency", "mean")));
    text_free(&log.text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: SNS-8
 * 1,024 bytes and 900 of the envelope do not fit into 1,900; raw they do. */
static void test_envelope_too_long(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, "{`version`: 1, `title`: `sizes`, `queues`: {"
                         " `a`: {`MaximumMessageSize`: 1900}, `b`: {`MaximumMessageSize`: 1900}},"
                         " `topics`: {`news`: {`subscriptions`: ["
                         "  {`Protocol`: `sqs`, `Endpoint`: `a`}, {`Protocol`: `sqs`,"
                         "   `Endpoint`: `b`, `RawMessageDelivery`: true}]}}," TEN "}");
    world_lab_run(&lab, 1);
    expect(&lab, "a", "rejected", "count", 10);
    expect(&lab, "a", "notificationsLost", "count", 10);
    expect(&lab, "b", "notificationsDelivered", "count", 10);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: SNS-19
 * Each delivery takes 30 ms, and the run waits for them: the last one comes at 10.03 s. */
static void test_latency(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, "{`version`: 1, `title`: `latency`, `experiment`: {`drain`: true},"
                         " `queues`: {`a`: {}}, `topics`: {`news`: {`latency`: `30ms`,"
                         "  `subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: `a`}]}}," TEN "}");
    world_lab_run(&lab, 1);
    /* Histograms have a resolution of 1 %, their mean has not. */
    expect(&lab, "news", "deliveryLatency", "mean", 0.03);
    assert_int_equal(world_end_ns(lab.world), units_ns(10.03));
    world_lab_close(&lab);
}

/* A body filter reads bodies by message number, those without a body are no JSON object. */
static void test_body_filter(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(
        &lab,
        "{`version`: 1, `title`: `bodies`, `queues`: {`a`: {}, `b`: {}}, `topics`: {`news`: {"
        " `subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: `a`,"
        "  `FilterPolicyScope`: `MessageBody`, `FilterPolicy`: {`n`: [2]}}]}},"
        " `producers`: {`web`: {`to`: `news`, `messages`: 9,"
        "   `arrivals`: {`process`: `paced`, `rate`: 1},"
        "   `message`: {`body`: {`sequence`: [`{\\`n\\`: 1}`, `{\\`n\\`: 2}`, `text`]}}},"
        "  `other`: {`to`: `news`, `messages`: 4, `arrivals`: {`process`: `paced`, `rate`: 1}}}}");
    world_lab_run(&lab, 1);
    expect(&lab, "a", "notificationsDelivered", "count", 3);
    expect(&lab, "news", "NumberOfNotificationsFilteredOut-MessageBody", "count", 3);
    expect(&lab, "news", "NumberOfNotificationsFilteredOut-InvalidMessageBody", "count", 3 + 4);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: SNS-22 SNS-23 SNS-24
 * A FIFO topic: ids repeat after two messages, so that of ten (all within 5 minutes) two are
 * delivered; the queues need no ContentBasedDeduplication. */
static void test_fifo(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, "{`version`: 1, `title`: `fifo`, `experiment`: {`drain`: true},"
                         " `queues`: {`a.fifo`: {`FifoQueue`: true}, `s`: {}},"
                         " `topics`: {`news.fifo`: {`FifoTopic`: true, `subscriptions`: ["
                         "  {`Protocol`: `sqs`, `Endpoint`: `a.fifo`},"
                         "  {`Protocol`: `sqs`, `Endpoint`: `s`}]}},"
                         " `producers`: {`web`: {`to`: `news.fifo`, `messages`: 10,"
                         "  `arrivals`: {`process`: `paced`, `rate`: 1}, `message`: {"
                         "   `group`: `g`, `deduplication`: {`key`: {`sequence`: [`x`, `y`]}}}}},"
                         " `consumers`: {`w`: {`from`: `a.fifo`, `WaitTimeSeconds`: 20,"
                         "  `service`: `100ms`}}}");
    world_lab_run(&lab, 1);
    expect(&lab, "news.fifo", "NumberOfMessagesPublished", "count", 2);
    expect(&lab, "news.fifo", "deduplicated", "count", 8);
    expect(&lab, "news.fifo", "deduplicated", "rate", 0.8);
    expect(&lab, "a.fifo", "notificationsDelivered", "count", 2);
    expect(&lab, "s", "notificationsDelivered", "count", 2);
    expect(&lab, "web", "sent", "count", 10);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LIM-6
 * 20 a second are let in, 100 a second are tried: of the 1,000 tries in 10 s the bucket's first 20
 * and 20 a second, 220, are accepted, each once, since nothing is tried again. */
static void test_quota(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, "{`version`: 1, `title`: `quota`, `experiment`: {`duration`: 10.005},"
                         " `queues`: {`a`: {}}, `topics`: {`news`: {`publishQuota`: `20/s`,"
                         "  `subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: `a`}]}},"
                         " `producers`: {`web`: {`to`: `news`, `retry`: {`attempts`: 1},"
                         "  `arrivals`: {`process`: `paced`, `rate`: `100/s`}}}}");
    world_lab_run(&lab, 1);
    /* The bucket loses nothing of what it gains once it is no longer full, and gains until the last
     * try at 10 s from the first one at 0.01 s on: 20 + 20 x 9.99 = 219.8. */
    expect(&lab, "news", "NumberOfMessagesPublished", "count", 219);
    expect(&lab, "news", "throttled", "count", 781);
    expect(&lab, "web", "failed", "count", 781);
    world_lab_close(&lab);
}

#define HTTP(policy)                                                                               \
    "{`version`: 1, `title`: `http`, `experiment`: {`drain`: true}, `queues`: {`dead`: {}},"       \
    " `endpoints`: {`site`: {`latency`: `500ms`, `errorRate`: 1, `status`: 503}},"                 \
    " `topics`: {`news`: {`subscriptions`: [{`Protocol`: `http`, `Endpoint`: `site`,"              \
    "  `RedrivePolicy`: {`deadLetterTargetArn`: `dead`}" policy "}]}},"                            \
    " `producers`: {`web`: {`to`: `news`, `messages`: 1,"                                          \
    "  `arrivals`: {`process`: `paced`, `rate`: 1}}},"                                             \
    " `consumers`: {`w`: {`from`: `dead`, `WaitTimeSeconds`: 20, `service`: `100ms`}}}"

static void expect_http(const char *text, const char *told, double latency_s)
{
    struct world_lab lab;
    struct world_lab_log log = {.kinds = NULL};
    world_lab_open(&lab, text);
    world_lab_listen(&lab, &log, "NOTIFY_FAILED NOTIFY_LOST SUCCEEDED");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), told);
    expect(&lab, "news", "NumberOfNotificationsRedrivenToDlq", "count", 1);
    expect(&lab, "web", "messageLatency", "mean", latency_s);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: SNS-12 SNS-13 SNS-15
 * Published at 1 s; each try fails after 0.5 s.  By default 3 retries follow, 20 s after a failure:
 * failures at 1.5, 22, 42.5, 63 s.  With 1 retry at once and 1 that backs off (by the greatest
 * delay, 5 s): 1.5, 2, 7.5 s.  What is worked on from the dead-letter queue ends the message. */
static void test_endpoint_is_down(void **state)
{
    (void)state;
    expect_http(HTTP(""),
                "1.5 NOTIFY_FAILED 0; 22 NOTIFY_FAILED 0; 42.5 NOTIFY_FAILED 0; "
                "63 NOTIFY_FAILED 0; 63 NOTIFY_LOST 0; 63.1 SUCCEEDED 0",
                62.1);
    expect_http(HTTP(", `DeliveryPolicy`: {`healthyRetryPolicy`: {`numRetries`: 2,"
                     " `minDelayTarget`: 3, `maxDelayTarget`: 5, `numNoDelayRetries`: 1}}"),
                "1.5 NOTIFY_FAILED 0; 2 NOTIFY_FAILED 0; 7.5 NOTIFY_FAILED 0; "
                "7.5 NOTIFY_LOST 0; 7.6 SUCCEEDED 0",
                6.6);
}

/* A consumer publishes what it has worked on: 0.1 s there, then 0.2 s in one branch and 0.4 s in
 * the other; the last one counts.  What it publishes where nobody listens makes no difference. */
static void test_sent_on_to_a_topic(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `then`, `experiment`: {`drain`: true},"
                   " `queues`: {`in`: {}, `a`: {}, `b`: {}}, `topics`: {`news`: {`subscriptions`: ["
                   "  {`Protocol`: `sqs`, `Endpoint`: `a`}, {`Protocol`: `sqs`, `Endpoint`: `b`}]},"
                   "  `none`: {}},"
                   " `producers`: {`web`: {`to`: `in`, `messages`: 4,"
                   "  `arrivals`: {`process`: `paced`, `rate`: 1}}},"
                   " `consumers`: {`wi`: {`from`: `in`, `WaitTimeSeconds`: 20, `service`: `100ms`,"
                   "   `then`: [{`to`: `news`}, {`to`: `none`}]},"
                   "  `wa`: {`from`: `a`, `WaitTimeSeconds`: 20, `service`: `200ms`},"
                   "  `wb`: {`from`: `b`, `WaitTimeSeconds`: 20, `service`: `400ms`}}}");
    world_lab_run(&lab, 1);
    expect(&lab, "news", "NumberOfMessagesPublished", "count", 4);
    expect(&lab, "news", "NumberOfNotificationsDelivered", "count", 8);
    expect(&lab, "none", "NumberOfMessagesPublished", "count", 4);
    expect(&lab, "web", "messageLatency", "mean", 0.5);
    expect(&lab, "web", "messageLatency", "max", 0.5);
    expect(&lab, "wb", "processed", "count", 4);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fan_out),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_envelope_too_long),
        cmocka_unit_test(test_latency),
        cmocka_unit_test(test_body_filter),
        cmocka_unit_test(test_fifo),
        cmocka_unit_test(test_quota),
        cmocka_unit_test(test_endpoint_is_down),
        cmocka_unit_test(test_sent_on_to_a_topic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
