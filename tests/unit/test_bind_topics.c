// SPDX-License-Identifier: GPL-3.0-or-later
/* What is said of topics that cannot be. */
#include "scenario/bind_topics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/said.h"

#define HEAD                                                                                       \
    "{`title`: `t`, `experiment`: {`duration`: 10}, `queues`: {`q`: {}, `d`: {}, `f.fifo`: "       \
    "{`FifoQueue`: true}, `g.fifo`: {`FifoQueue`: true}},\n"
#define SUB(more)      "`topics`: {`t`: {`subscriptions`: [{" more "}]}}}"
#define FIFO(more)     "`topics`: {`t.fifo`: {`FifoTopic`: true, `subscriptions`: [{" more "}]}}}"
#define PRODUCER(more) "`producers`: {`p`: {`to`: `t.fifo`, " more "}},\n"
#define PACED          "`arrivals`: {`process`: `paced`, `rate`: 1}"
#define TO_Q           "`Protocol`: `sqs`, `Endpoint`: `q`"

/* What is in order. */
static void test_sound(void **state)
{
    (void)state;
    said_check("s.json", HEAD SUB(TO_Q ", `RedrivePolicy`: {`deadLetterTargetArn`: `d`}"), "");
    said_check("s.json", HEAD FIFO(TO_Q ", `RedrivePolicy`: {`deadLetterTargetArn`: `d`}"), "");
    said_check("s.json",
               HEAD FIFO("`Protocol`: `sqs`, `Endpoint`: `f.fifo`,"
                         "`RedrivePolicy`: {`deadLetterTargetArn`: `g.fifo`}"),
               "");
    said_check("s.json", HEAD "`topics`: {`t`: {}}}", "");
}

/* EVIDENCE-OF: SNS-20 */
static void test_names(void **state)
{
    (void)state;
    said_check("s.json",
               HEAD "`topics`: {`q`: {},\n`a b`: {},\n`x.fifo`: {},\n`y`: {`FifoTopic`: true},\n"
                    "`z`: {`ContentBasedDeduplication`: true},\n"
                    "`u`: {`FifoThroughputScope`: `MessageGroup`}}}",
               "s.json:2:12: /topics/q: `q` is the name of a queue already\n"
               "s.json:3:1: /topics/a b: a topic's name has 1 to 256 letters, digits, - or _; a "
               "FIFO topic's ends in .fifo\n"
               "s.json:4:11: /topics/x.fifo: a topic whose name ends in .fifo needs `FifoTopic`: "
               "true\n"
               "s.json:5:20: /topics/y/FifoTopic: a FIFO topic's name ends in .fifo: call it "
               "`y.fifo`\n"
               "s.json:6:36: /topics/z/ContentBasedDeduplication: `ContentBasedDeduplication` is "
               "for FIFO topics\n"
               "s.json:7:30: /topics/u/FifoThroughputScope: `FifoThroughputScope` is for FIFO "
               "topics\n");
}

/* EVIDENCE-OF: SNS-21 */
static void test_endpoints(void **state)
{
    (void)state;
    said_check("s.json", HEAD SUB("`Protocol`: `sqs`, `Endpoint`: `nobody`"),
               "s.json:2:68: /topics/t/subscriptions/0/Endpoint: there is no `nobody`; there are "
               "q, d, f.fifo, g.fifo, t\n");
    said_check("s.json", HEAD SUB("`Protocol`: `http`, `Endpoint`: `q`"),
               "s.json:2:69: /topics/t/subscriptions/0/Endpoint: `q` is not an endpoint, which the "
               "protocol http delivers to\n");
    said_check("s.json", HEAD SUB("`Protocol`: `lambda`, `Endpoint`: `q`"),
               "s.json:2:71: /topics/t/subscriptions/0/Endpoint: `q` is not a function, which the "
               "protocol lambda delivers to\n");
    said_check("s.json", HEAD SUB("`Protocol`: `sqs`, `Endpoint`: `f.fifo`"),
               "s.json:2:68: /topics/t/subscriptions/0/Endpoint: f.fifo: a standard topic does not "
               "deliver to a FIFO queue\n");
    said_check("s.json", HEAD SUB(TO_Q "},\n{" TO_Q),
               "s.json:3:33: /topics/t/subscriptions/1/Endpoint: `q` subscribes a second time\n");
}

/* EVIDENCE-OF: SNS-17 */
static void test_dead_letters(void **state)
{
    (void)state;
    said_check("s.json", HEAD SUB(TO_Q ",\n`RedrivePolicy`: {`deadLetterTargetArn`: `q`}"),
               "s.json:3:18: /topics/t/subscriptions/0/RedrivePolicy: a queue that takes no "
               "deliveries cannot be their dead-letter queue, too\n");
    said_check("s.json", HEAD SUB(TO_Q ",\n`RedrivePolicy`: {`deadLetterTargetArn`: `f.fifo`}"),
               "s.json:3:18: /topics/t/subscriptions/0/RedrivePolicy: `f.fifo` is a FIFO queue; "
               "the dead-letter queue of a subscription of a standard queue is a standard queue\n");
    said_check("s.json",
               HEAD FIFO("`Protocol`: `sqs`, `Endpoint`: `f.fifo`,\n"
                         "`RedrivePolicy`: {`deadLetterTargetArn`: `d`}"),
               "s.json:3:18: /topics/t.fifo/subscriptions/0/RedrivePolicy: `d` is a standard "
               "queue; the dead-letter queue of a subscription of a FIFO queue is a FIFO queue\n");
    said_check(
        "s.json",
        HEAD SUB(TO_Q ",\n`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}"),
        "s.json:3:47: /topics/t/subscriptions/0/RedrivePolicy: unknown key "
        "`maxReceiveCount`; there is deadLetterTargetArn\n");
}

/* EVIDENCE-OF: SNS-13 */
static void test_policies(void **state)
{
    (void)state;
    said_check("s.json",
               HEAD SUB(TO_Q ",\n`DeliveryPolicy`: {`healthyRetryPolicy`: {`numRetries`: 5}}"),
               "s.json:3:19: /topics/t/subscriptions/0/DeliveryPolicy: only http and https "
               "subscriptions have a policy\n");
    said_check("s.json",
               HEAD "`topics`: {`t`: {\n`DeliveryPolicy`: {`http`: {`defaultHealthyRetryPolicy`: "
                    "{`numRetries`: 2, `numNoDelayRetries`: 3}}}}}}",
               "s.json:3:19: /topics/t/DeliveryPolicy: its phases have more retries than "
               "`numRetries`\n");
    said_check("s.json",
               HEAD "`topics`: {`t`: {`DeliveryPolicy`: {`http`: {`defaultHealthyRetryPolicy`: {\n"
                    "`numRetries`: 101,\n`maxDelayTarget`: 3601}}}}}}",
               "s.json:3:15: /topics/t/DeliveryPolicy/http/defaultHealthyRetryPolicy/numRetries: "
               "101 is above the maximum 100\n"
               "s.json:4:19: /topics/t/DeliveryPolicy/http/defaultHealthyRetryPolicy/"
               "maxDelayTarget: 3601 is above the maximum 3600 (an hour)\n");
}

/* EVIDENCE-OF: FLT-2 FLT-6
 * A policy that is none: said where it stands. */
static void test_filter(void **state)
{
    (void)state;
    struct scenario_file *file =
        said_read("s.json", HEAD SUB(TO_Q ",\n`FilterPolicy`: {`type`: [`a`, `b`]}"), NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    assert_non_null(scenario->topics[0].filters[0]);
    scenario_free(scenario);
    scenario_file_free(file);
    struct diag *diag = diag_new();
    static const char text[] =
        "{\"title\": \"t\", \"experiment\": {\"duration\": 1}, \"queues\": {\"q\": {}}, "
        "\"topics\": "
        "{\"t\": {\"subscriptions\": [{\"Protocol\": \"sqs\", \"Endpoint\": \"q\", "
        "\"FilterPolicy\": {\"type\": [{\"no\": 1}]}}]}}}";
    file = scenario_file_read("s.json", text, sizeof text - 1, NULL, 0, diag);
    assert_non_null(file);
    assert_false(scenario_file_check(file, diag));
    assert_int_equal(diag_count(diag), 1);
    scenario_file_free(file);
    diag_free(diag);
}

/* EVIDENCE-OF: LIM-7
 * A FIFO topic has at most 100 subscriptions, a topic 200 filter policies. */
static void test_counts(void **state)
{
    (void)state;
    for (size_t count = 100; count <= 201; count = count == 100 ? 101 : count + 100) {
        for (int is_fifo = 0; is_fifo < 2; is_fifo++) {
            struct text text = {0};
            struct diag *diag = diag_new();
            text_add(&text, "{\"title\": \"t\", \"experiment\": {\"duration\": 1}, \"queues\": {");
            for (size_t i = 0; i < count; i++)
                text_printf(&text, "%s\"q%zu\": {}", i > 0 ? ", " : "", i);
            text_printf(&text, "}, \"topics\": {\"%s\": {\"FifoTopic\": %s, \"subscriptions\": [",
                        is_fifo ? "t.fifo" : "t", is_fifo ? "true" : "false");
            for (size_t i = 0; i < count; i++)
                text_printf(&text,
                            "%s{\"Protocol\": \"sqs\", \"Endpoint\": \"q%zu\", \"FilterPolicy\": "
                            "{\"a\": [1]}}",
                            i > 0 ? ", " : "", i);
            text_add(&text, "]}}}");
            struct scenario_file *file =
                scenario_file_read("s.json", text_of(&text), text.length, NULL, 0, diag);
            const bool fits = is_fifo ? count <= 100 : count <= 200;
            assert_int_equal(scenario_file_check(file, diag), fits);
            scenario_file_free(file);
            diag_free(diag);
            text_free(&text);
        }
    }
}

/* EVIDENCE-OF: SNS-20
 * What a topic would refuse of a producer. */
static void test_producers(void **state)
{
    (void)state;
    said_check("s.json", HEAD PRODUCER(PACED) FIFO(TO_Q),
               "s.json:2:15: /producers/p: p gives its messages no group, and a FIFO topic takes "
               "none without: give message/group\n");
    said_check("s.json",
               HEAD PRODUCER(PACED ", `message`: {`group`: `g`, `deduplication`: `content`}")
                   FIFO(TO_Q),
               "s.json:2:15: /producers/p: p leaves deduplication to the content, and the topic "
               "has no ContentBasedDeduplication\n");
    said_check("s.json",
               HEAD "`producers`: {`p`: {`to`: `t`, `arrivals`: {`process`: `closed`, `inFlight`: "
                    "1, `think`: 1}}},\n" SUB(TO_Q),
               "s.json:2:15: /producers/p: p sends a message for each that ends, and a publication "
               "has as many ends as subscribers: send to a queue, or give another process\n");
    said_check("s.json",
               HEAD "`producers`: {`p`: {`to`: `t`, " PACED
                    ", `message`: {`delay`: 1}}},\n" SUB(TO_Q),
               "s.json:2:15: /producers/p: p delays its messages, and a topic delivers at once: "
               "give the queues DelaySeconds\n");
}

/* What is written is read back to the same. */
static void test_written(void **state)
{
    (void)state;
    struct scenario_file *file =
        said_read("s.json",
                  HEAD "`topics`: {`t`: {`latency`: `20ms`, `subscriptions`: [{" TO_Q
                       ", `FilterPolicy`: {`type`: [`a`]}}, {`Protocol`: `sqs`, `Endpoint`: `d`, "
                       "`RedrivePolicy`: {`deadLetterTargetArn`: `q`}}]}}}",
                  NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    char *written = said_written(scenario);
    assert_non_null(strstr(written, "\"FilterPolicy\""));
    struct diag *diag = diag_new();
    struct scenario_file *again =
        scenario_file_read("s.json", written, strlen(written), NULL, 0, diag);
    struct scenario *same = scenario_load(again, 0, 0, diag);
    assert_int_equal(diag_count(diag), 0);
    char *rewritten = said_written(same);
    assert_string_equal(written, rewritten);
    free(written);
    free(rewritten);
    scenario_free(scenario);
    scenario_free(same);
    scenario_file_free(file);
    scenario_file_free(again);
    diag_free(diag);
}

/* Sweeps and overrides reach into a topic's rows. */
static void test_patched(void **state)
{
    (void)state;
    const struct scenario_override good[] = {{"/topics/t/subscriptions/0/allowed", "false"},
                                             {"/topics/t/envelopeBytes", "700"}};
    struct scenario_file *file = said_read("s.json", HEAD SUB(TO_Q), good, 2);
    struct scenario *scenario = said_load(file, 0, 0);
    const struct topic_subscription_cfg *all = scenario->topics[0].cfg.subscriptions.items;
    assert_false(all[0].allowed);
    assert_int_equal(scenario->topics[0].cfg.envelope_bytes, 700);
    assert_int_equal(scenario->service_count, 5);
    assert_string_equal(scenario_node_name(scenario, 4), "t");
    scenario_free(scenario);
    scenario_file_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),     cmocka_unit_test(test_names),
        cmocka_unit_test(test_endpoints), cmocka_unit_test(test_dead_letters),
        cmocka_unit_test(test_policies),  cmocka_unit_test(test_filter),
        cmocka_unit_test(test_counts),    cmocka_unit_test(test_producers),
        cmocka_unit_test(test_written),   cmocka_unit_test(test_patched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
