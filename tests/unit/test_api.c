// SPDX-License-Identifier: GPL-3.0-or-later
/* The door as a whole: any line is answered, the clock goes where it is sent, and nothing that a
 * caller asks for ends the program. */
#include "api/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/api_rig.h"
#define ARN    "arn:aws:sqs:us-east-1:123456789012:"
#define CREATE "{`Action`:`CreateQueue`,`Params`:{`QueueName`:`%s`}}"
#define CREATE_FIFO                                                                                \
    "{`Action`:`CreateQueue`,`Params`:{`QueueName`:`%s`,`Attributes`:{`FifoQueue`:`true`,"         \
    "`ContentBasedDeduplication`:`true`}}}"
#define SEND         "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`q`,`MessageBody`:`%s`}}"
#define SET          "{`Action`:`SetQueueAttributes`,`Params`:{`QueueUrl`:`q`,`Attributes`:{%s}}}"
#define ADVANCE      "{`Control`:`AdvanceTime`,`Params`:{`Seconds`:%s}}"
#define NOW(seconds) "{`Result`:{`Now`:" seconds "}}"
#define BAD_JSON     "SerializationException"

static int set_up(void **state)
{
    struct api_rig *rig = malloc(sizeof *rig);
    api_rig_open(rig);
    api_rig_refuses(rig, "", CREATE, "q");
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    api_rig_close(*state);
    free(*state);
    return 0;
}

static void test_nonsense_is_answered(void **state)
{
    struct api_rig *rig = *state;
    static const char *const bad[] = {"",
                                      " ",
                                      "\r",
                                      "x",
                                      "1",
                                      "null",
                                      "[]",
                                      "{",
                                      "{}x",
                                      "{}{}",
                                      "`",
                                      "{`Action`:}",
                                      "{'a':1}",
                                      "{`a`:01}",
                                      "{`a`:1e999}",
                                      "{`a`:1,`a`:2}",
                                      "\xef\xbb\xbf{}",
                                      "{`a`:`\xff`}",
                                      "{`a`:`\t`}",
                                      "{`Action`:1}",
                                      "{`Control`:[]}",
                                      "{`Service`:{}}",
                                      "// {}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        api_rig_refuses(rig, BAD_JSON, "%s", bad[i]);
    api_rig_refuses(rig, BAD_JSON, "{`Action`:`ListQueues`,`Params`:[]}");
    api_rig_refuses(rig, BAD_JSON, "{`Action`:`ListQueues`,`Params`:`x`}");
    api_rig_refuses(rig, "MissingAction", "{}");
    api_rig_refuses(rig, "MissingAction", "{`Service`:`sqs`}");
    api_rig_refuses(rig, "InvalidAction", "{`Action`:``}");
    api_rig_refuses(rig, "InvalidAction", "{`Action`:`sendmessage`}");
    api_rig_refuses(rig, "InvalidAction", "{`Action`:`%0200d`}", 0);
    api_rig_refuses(rig, "InvalidAction", "{`Service`:`%0200d`,`Action`:`ListQueues`}", 0);
    api_rig_refuses(rig, "InvalidAction", "{`Service`:`SQS`,`Action`:`ListQueues`}");
    api_rig_refuses(rig, "", "{`Service`:`sqs`,`Action`:`ListQueues`,`Params`:null}");
    api_rig_refuses(rig, "", " { `Action` : `ListQueues` } \r");
    struct text out = {0};
    api_answer(rig->api, "{\"Control\":\"Now\"\0}", 18, &out);
    assert_non_null(strstr(text_of(&out), BAD_JSON));
    text_clear(&out);
    api_answer_too_long(rig->api, &out);
    assert_non_null(strstr(text_of(&out), BAD_JSON));
    text_free(&out);
}

/* EVIDENCE-OF: SND-5
 * What JSON can say and a message cannot hold is no mistake of syntax. */
static void test_escapes_that_are_no_characters(void **state)
{
    struct api_rig *rig = *state;
    static const char *const bad[] = {"\\u0000",
                                      "a\\u0000b",
                                      "\\ud800",
                                      "\\uDBFF",
                                      "\\udc00",
                                      "\\udfff",
                                      "\\u0001",
                                      "\\ufffe",
                                      "\\ud800\\ud800",
                                      "\\ud800\\n",
                                      "\\ud800x",
                                      "\\udc00\\ud800",
                                      "\\ud83d\\ude00\\ude00",
                                      "\\ud800\\u0041"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        api_rig_refuses(rig, "InvalidMessageContents", SEND, bad[i]);
    api_rig_refuses(rig, BAD_JSON, SEND, "\\u00");
    api_rig_refuses(rig, BAD_JSON, SEND, "\\uD800\\u");
    api_rig_refuses(rig, BAD_JSON, SEND, "\\x");
    api_rig_refuses(rig, "", SEND, "\\ud83d\\ude00 \\\\u0000 \\\\\\u00e9");
    api_rig_refuses(rig, "", "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`}}");
    assert_string_equal(api_rig_value(rig, "/Result/Messages/0/Body"),
                        "\xf0\x9f\x98\x80 \\u0000 \\\xc3\xa9");
    /* In a batch the entry fails alone. */
    api_rig_refuses(rig, "",
                    "{`Action`:`SendMessageBatch`,`Params`:{`QueueUrl`:`q`,`Entries`:[{`Id`:`a`,"
                    "`MessageBody`:`\\u0000`},{`Id`:`b`,`MessageBody`:`b`}]}}");
    assert_string_equal(api_rig_value(rig, "/Result/Successful/0/Id"), "b");
    assert_string_equal(api_rig_value(rig, "/Result/Failed/0/Code"), "InvalidMessageContents");
    api_rig_refuses(rig, "MissingParameter", SEND, "");
}

static void test_the_clock_goes_where_it_is_sent(void **state)
{
    struct api_rig *rig = *state;
    static const char *const bad[] = {"-1", "-1e-9", "1e300", "6307200001"};
    api_rig_says(rig, NOW("1700000000"), "{`Control`:`Now`}");
    api_rig_says(rig, NOW("1700000012.5"), ADVANCE, "12.5");
    api_rig_says(rig, NOW("1700000012.5"), ADVANCE, "0");
    api_rig_says(rig, NOW("1700000012.5"), ADVANCE, "-0");
    api_rig_says(rig, NOW("1700000012.5"), "{`Control`:`Now`,`Params`:{`Seconds`:9}}");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        api_rig_refuses(rig, "InvalidParameterValue", ADVANCE, bad[i]);
    api_rig_refuses(rig, "MissingParameter", "{`Control`:`AdvanceTime`}");
    api_rig_refuses(rig, "MissingParameter", ADVANCE, "`1`");
    api_rig_refuses(rig, "MissingParameter", ADVANCE, "null");
    api_rig_refuses(rig, "InvalidAction", "{`Control`:`Stop`}");
    api_rig_refuses(rig, "InvalidAction", "{`Control`:``,`Action`:`ListQueues`}");
    api_rig_says(rig, NOW("1700000012.5"), "{`Control`:`Reset`}");
    api_rig_says(rig, "{`Result`:{}}", "{`Action`:`ListQueues`}");
}

/* Only AdvanceTime and a long poll move the clock, and only forward: to the end of the wait, or to
 * the moment a message is there. */
static void test_the_clock_never_goes_back(void **state)
{
    struct api_rig *rig = *state;
    api_rig_says(rig, "{`Result`:{}}",
                 "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`,`WaitTimeSeconds`:20}}");
    api_rig_says(rig, NOW("1700000020"), "{`Control`:`Now`}");
    api_rig_refuses(rig, "",
                    "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`q`,`MessageBody`:`a`,"
                    "`DelaySeconds`:7}}");
    api_rig_refuses(rig, "",
                    "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`,`WaitTimeSeconds`:20}}");
    assert_string_equal(api_rig_value(rig, "/Result/Messages/0/Body"), "a");
    api_rig_says(rig, NOW("1700000027"), "{`Control`:`Now`}");
    api_rig_refuses(rig, "", "{`Action`:`ListQueues`}");
    api_rig_says(rig, NOW("1700000027"), "{`Control`:`Now`}");
    /* The short poll of a wait of 0, which overrides the queue's. */
    api_rig_refuses(rig, "", SET, "`ReceiveMessageWaitTimeSeconds`:`5`");
    api_rig_refuses(rig, "",
                    "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`,`WaitTimeSeconds`:0}}");
    api_rig_says(rig, NOW("1700000027"), "{`Control`:`Now`}");
    api_rig_refuses(rig, "", "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`}}");
    api_rig_says(rig, NOW("1700000032"), "{`Control`:`Now`}");
}

/* The clock ends after 200 years of 365 days, 6,307,200,000 s; whatever is added there still fits.
 */
static void test_the_end_of_time(void **state)
{
    struct api_rig *rig = *state;
    api_rig_says(rig, NOW("8007200000"), ADVANCE, "6307200000");
    api_rig_refuses(rig, "InvalidParameterValue", ADVANCE, "1");
    api_rig_refuses(rig, "",
                    "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`q`,`MessageBody`:`a`,"
                    "`DelaySeconds`:15}}");
    api_rig_refuses(rig, "",
                    "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`,`WaitTimeSeconds`:20,"
                    "`VisibilityTimeout`:43200}}");
    assert_string_equal(api_rig_value(rig, "/Result/Messages/0/Body"), "a");
    api_rig_says(rig, NOW("8007200015"), "{`Control`:`Now`}");
    api_rig_says(rig, NOW("8007200015"), ADVANCE, "0");
    api_rig_refuses(rig, "InvalidParameterValue", ADVANCE, "1");
    api_rig_says(rig, NOW("8007200015"), "{`Control`:`Reset`}");
}

/* Beyond 65,535 receives the count stands still. */
static void test_a_message_received_very_often(void **state)
{
    struct api_rig *rig = *state;
    static const char look[] = "{\"Action\":\"ReceiveMessage\",\"Params\":{\"QueueUrl\":\"q\","
                               "\"VisibilityTimeout\":0,\"AttributeNames\":[\"All\"]}}";
    api_rig_refuses(rig, "", SEND, "a");
    for (int i = 0; i < 65540; i++) {
        text_clear(&rig->reply);
        api_answer(rig->api, look, sizeof look - 1, &rig->reply);
    }
    assert_string_equal(api_rig_value(rig, "/Result/Messages/0/Attributes/ApproximateReceiveCount"),
                        "65535");
    char *handle = strdup(api_rig_value(rig, "/Result/Messages/0/ReceiptHandle"));
    api_rig_says(rig, "{`Result`:{}}",
                 "{`Action`:`DeleteMessage`,`Params`:{`QueueUrl`:`q`,`ReceiptHandle`:`%s`}}",
                 handle);
    api_rig_says(rig, "{`Result`:{}}", "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`}}");
    free(handle);
}

/* Sends and receives ten at a time until so many are in flight. */
static void fill(struct api_rig *rig, const char *queue, int wanted)
{
    for (int i = 0; i < wanted; i += 10) {
        struct text entries = {0};
        for (int at = 0; at < 10; at++)
            text_printf(&entries, "%s{`Id`:`%d`,`MessageBody`:`%d`,`MessageGroupId`:`%d`}",
                        at == 0 ? "" : ",", at, i + at, i);
        api_rig_ask(rig, "{`Action`:`SendMessageBatch`,`Params`:{`QueueUrl`:`%s`,`Entries`:[%s]}}",
                    queue, text_of(&entries));
        text_free(&entries);
        api_rig_ask(rig,
                    "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`%s`,`MaxNumberOfMessages`:10,"
                    "`VisibilityTimeout`:600}}",
                    queue);
    }
}

/* RCV-9: 120,000 in flight, and a short poll of a standard queue is an error; a long one waits for
 * what will never be there, and a FIFO queue returns nothing. */
static void test_as_many_in_flight_as_may_be(void **state)
{
    struct api_rig *rig = *state;
    api_rig_refuses(rig, "", CREATE_FIFO, "f.fifo");
    fill(rig, "q", 120000);
    fill(rig, "f.fifo", 120000);
    assert_string_equal(api_rig_value(rig, "/Result/Messages/9/Body"), "119999");
    api_rig_refuses(rig, "", SEND, "more");
    api_rig_refuses(rig, "OverLimit", "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`}}");
    api_rig_says(rig, "{`Result`:{}}",
                 "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`,`WaitTimeSeconds`:1}}");
    api_rig_says(rig, "{`Result`:{}}",
                 "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`f.fifo`}}");
    api_rig_refuses(rig, "", "{`Action`:`PurgeQueue`,`Params`:{`QueueUrl`:`q`}}");
}

/* A policy's statement may stand alone or in a list, and there may be none. */
static void test_permissions_in_any_policy(void **state)
{
    struct api_rig *rig = *state;
    static const char *const policies[] = {"{}",
                                           "{\\`Statement\\`:[]}",
                                           "{\\`Statement\\`:null}",
                                           "{\\`Statement\\`:{\\`Sid\\`:\\`s\\`}}",
                                           "{\\`Statement\\`:1}",
                                           "{\\`Statement\\`:[1,[],{\\`Sid\\`:2}]}"};
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct text set = {0};
        text_printf(&set, "`Policy`:`%s`", policies[i]);
        api_rig_refuses(rig, "", SET, text_of(&set));
        for (int again = 0; again < 2; again++)
            api_rig_refuses(rig, again == 0 ? "" : "InvalidParameterValue",
                            "{`Action`:`AddPermission`,`Params`:{`QueueUrl`:`q`,`Label`:`l`,"
                            "`AWSAccountIds`:[`123456789012`],`Actions`:[`*`]}}");
        api_rig_refuses(rig, "",
                        "{`Action`:`GetQueueAttributes`,`Params`:{`QueueUrl`:`q`,"
                        "`AttributeNames`:[`Policy`]}}");
        const char *policy = api_rig_value(rig, "/Result/Attributes/Policy");
        assert_non_null(strstr(policy, "\"Statement\":["));
        assert_non_null(strstr(policy, "\"Sid\":\"l\""));
        assert_int_equal(strstr(policy, "\"Sid\":\"s\"") != NULL, i == 3);
        api_rig_refuses(rig, i == 3 ? "" : "InvalidParameterValue",
                        "{`Action`:`RemovePermission`,`Params`:{`QueueUrl`:`q`,`Label`:`s`}}");
        api_rig_refuses(rig, "",
                        "{`Action`:`RemovePermission`,`Params`:{`QueueUrl`:`q`,"
                        "`Label`:`l`}}");
        text_free(&set);
    }
}

/* A policy of 8,192 bytes, or one nested 100 deep, takes no permission more. */
static void test_permissions_that_do_not_fit(void **state)
{
    struct api_rig *rig = *state;
    struct text set = {0};
    text_printf(&set, "`Policy`:`{\\`x\\`:\\`%08100d\\`}`", 0);
    api_rig_refuses(rig, "", SET, text_of(&set));
    api_rig_refuses(rig, "OverLimit",
                    "{`Action`:`AddPermission`,`Params`:{`QueueUrl`:`q`,`Label`:`l`,"
                    "`AWSAccountIds`:[`123456789012`],`Actions`:[`*`]}}");
    text_clear(&set);
    text_add(&set, "`Policy`:`{\\`Statement\\`:{\\`x\\`:");
    for (int i = 0; i < 98; i++)
        text_add(&set, "[");
    for (int i = 0; i < 98; i++)
        text_add(&set, "]");
    text_add(&set, "}}`");
    api_rig_refuses(rig, "", SET, text_of(&set));
    api_rig_refuses(rig, "OverLimit",
                    "{`Action`:`AddPermission`,`Params`:{`QueueUrl`:`q`,`Label`:`l`,"
                    "`AWSAccountIds`:[`123456789012`],`Actions`:[`*`]}}");
    text_free(&set);
}

static void test_task_handles_that_are_none(void **state)
{
    struct api_rig *rig = *state;
    static const struct {
        const char *handle, *code;
    } rows[] = {
        {"", "MissingParameter"},
        {"x", "InvalidParameterValue"},
        {"AAAA", "InvalidParameterValue"},             /* three NUL */
        {"W10=", "InvalidParameterValue"},             /* [] */
        {"e30=", "InvalidParameterValue"},             /* {} */
        {"eyJ0YXNrSWQiOjF9", "InvalidParameterValue"}, /* {"taskId":1} */
        {"eyJ0YXNrSWQiOiJ4Iiwic291cmNlQXJuIjoieSJ9",
         "ResourceNotFoundException"}, /* {"taskId":"x","sourceArn":"y"} */
        {"eyJ0YXNrSWQiOiIwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Iiwic291cmNlQXJuIjoieSJ9",
         "InvalidParameterValue"}, /* a taskId of 37 digits */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        api_rig_refuses(rig, rows[i].code,
                        "{`Action`:`CancelMessageMoveTask`,`Params`:{`TaskHandle`:`%s`}}",
                        rows[i].handle);
}

/* EVIDENCE-OF: MOVE-3
 * Eleven tasks with nothing to move: the first is forgotten, the second is known to have ended. */
static void test_ten_tasks_are_kept(void **state)
{
    struct api_rig *rig = *state;
    char *handles[11];
    api_rig_refuses(rig, "", CREATE, "d");
    api_rig_refuses(rig, "", SET,
                    "`RedrivePolicy`:`{\\`deadLetterTargetArn\\`:\\`" ARN
                    "d\\`,\\`maxReceiveCount\\`:1}`");
    for (int i = 0; i < 11; i++) {
        api_rig_refuses(rig, "",
                        "{`Action`:`StartMessageMoveTask`,`Params`:{`SourceArn`:`" ARN
                        "d`,`MaxNumberOfMessagesPerSecond`:%d}}",
                        i + 1);
        handles[i] = strdup(api_rig_value(rig, "/Result/TaskHandle"));
    }
    api_rig_refuses(rig, "",
                    "{`Action`:`ListMessageMoveTasks`,`Params`:{`SourceArn`:`" ARN
                    "d`,`MaxResults`:10}}");
    assert_string_equal(api_rig_value(rig, "/Result/Results/0/MaxNumberOfMessagesPerSecond"), "11");
    assert_string_equal(api_rig_value(rig, "/Result/Results/9/MaxNumberOfMessagesPerSecond"), "2");
    assert_string_equal(api_rig_value(rig, "/Result/Results/10"), "");
    for (int i = 0; i < 11; i++) {
        api_rig_refuses(rig, i == 0 ? "ResourceNotFoundException" : "InvalidParameterValue",
                        "{`Action`:`CancelMessageMoveTask`,`Params`:{`TaskHandle`:`%s`}}",
                        handles[i]);
        free(handles[i]);
    }
}

/* EVIDENCE-OF: SND-9 */
static void test_ids_of_messages(void **state)
{
    struct api_rig *rig = *state;
    api_rig_refuses(rig, "", CREATE_FIFO, "f.fifo");
    for (int length = 128; length <= 129; length++) {
        const char *code = length == 128 ? "" : "InvalidParameterValue";
        api_rig_refuses(rig, code,
                        "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`q`,`MessageBody`:`a`,"
                        "`MessageGroupId`:`%0*d`}}",
                        length, 1);
        api_rig_refuses(rig, code,
                        "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`f.fifo`,`MessageBody`:`a`,"
                        "`MessageGroupId`:`%0*d`}}",
                        length, 1);
        api_rig_refuses(rig, code,
                        "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`f.fifo`,`MessageBody`:`b`,"
                        "`MessageGroupId`:`g`,`MessageDeduplicationId`:`%0*d`}}",
                        length, 1);
        api_rig_refuses(rig, code,
                        "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`f.fifo`,"
                        "`ReceiveRequestAttemptId`:`%0*d`}}",
                        length, 1);
    }
    api_rig_refuses(rig, "InvalidParameterValue",
                    "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`f.fifo`,`MessageBody`:`a`,"
                    "`MessageGroupId`:`a b`}}");
    api_rig_refuses(rig, "InvalidParameterValue",
                    "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`f.fifo`,`MessageBody`:`a`,"
                    "`MessageGroupId`:``}}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nonsense_is_answered),
        TEST(escapes_that_are_no_characters),
        TEST(the_clock_goes_where_it_is_sent),
        TEST(the_clock_never_goes_back),
        TEST(the_end_of_time),
        TEST(a_message_received_very_often),
        TEST(as_many_in_flight_as_may_be),
        TEST(permissions_in_any_policy),
        TEST(permissions_that_do_not_fit),
        TEST(task_handles_that_are_none),
        TEST(ten_tasks_are_kept),
        TEST(ids_of_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
