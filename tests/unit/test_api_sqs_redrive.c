// SPDX-License-Identifier: GPL-3.0-or-later
/* Redrive policies as the API takes them, and what comes of them. */
#include "api/api_sqs_redrive.h"

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
#define SEND    "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`q`,`MessageBody`:`%s`}}"
#define SET     "{`Action`:`SetQueueAttributes`,`Params`:{`QueueUrl`:`q`,`Attributes`:{%s}}}"
#define RECEIVE "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`%s`}}"

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

/* EVIDENCE-OF: DLQ-6 */
static void test_redrive_policies(void **state)
{
    struct api_rig *rig = *state;
    static const struct {
        const char *target, *count, *code;
    } rows[] = {
        {"\\`" ARN "d\\`", "1", ""},
        {"\\`" ARN "d\\`", "1000", ""},
        {"\\`" ARN "d\\`", "\\`7\\`", ""},
        {"\\`" ARN "d\\`", "0", "InvalidParameterValue"},
        {"\\`" ARN "d\\`", "1001", "InvalidParameterValue"},
        {"\\`" ARN "d\\`", "1.5", "InvalidParameterValue"},
        {"\\`" ARN "d\\`", "\\`x\\`", "InvalidParameterValue"},
        {"\\`" ARN "d\\`", "null", "InvalidParameterValue"},
        {"\\`" ARN "none\\`", "1", "InvalidParameterValue"},
        {"\\`" ARN "\\`", "1", "InvalidParameterValue"},
        {"\\`d\\`", "1", "InvalidParameterValue"},
        {"1", "1", "InvalidParameterValue"},
        /* It would move its messages to itself for ever. */
        {"\\`" ARN "q\\`", "1", "InvalidParameterValue"},
        {"\\`" ARN "f.fifo\\`", "1", "InvalidParameterValue"},
    };
    api_rig_refuses(rig, "", CREATE, "d");
    api_rig_refuses(rig, "", CREATE_FIFO, "f.fifo");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text set = {0};
        text_printf(&set,
                    "`RedrivePolicy`:`{\\`deadLetterTargetArn\\`:%s,\\`maxReceiveCount\\`:%s}`",
                    rows[i].target, rows[i].count);
        api_rig_refuses(rig, rows[i].code, SET, text_of(&set));
        text_free(&set);
    }
    static const char *const bad[] = {"x", "[]", "{}", "1", "{\\`maxReceiveCount\\`:1}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct text set = {0};
        text_printf(&set, "`RedrivePolicy`:`%s`", bad[i]);
        api_rig_refuses(rig, "InvalidParameterValue", SET, text_of(&set));
        text_free(&set);
    }
    api_rig_refuses(rig, "", SET, "`RedrivePolicy`:``");
    api_rig_says(rig, "{`Result`:{}}",
                 "{`Action`:`GetQueueAttributes`,`Params`:{`QueueUrl`:`q`,`AttributeNames`:["
                 "`RedrivePolicy`]}}");
}

/* Two queues may be each other's dead-letter queue; a receive moves a message once. */
static void test_dead_letters_in_a_ring(void **state)
{
    struct api_rig *rig = *state;
    api_rig_refuses(rig, "", CREATE, "d");
    api_rig_refuses(rig, "", SET,
                    "`VisibilityTimeout`:`0`,`RedrivePolicy`:`{\\`deadLetterTargetArn\\`:\\`" ARN
                    "d\\`,\\`maxReceiveCount\\`:1}`");
    api_rig_refuses(rig, "",
                    "{`Action`:`SetQueueAttributes`,`Params`:{`QueueUrl`:`d`,`Attributes`:{"
                    "`RedrivePolicy`:`{\\`deadLetterTargetArn\\`:\\`" ARN
                    "q\\`,\\`maxReceiveCount\\`:1}`}}}");
    api_rig_refuses(rig, "", SEND, "a");
    api_rig_refuses(rig, "", "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`}}");
    assert_string_equal(api_rig_value(rig, "/Result/Messages/0/Body"), "a");
    for (int i = 0; i < 3; i++) {
        api_rig_says(rig, "{`Result`:{}}", "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`q`}}");
        api_rig_says(rig, "{`Result`:{}}", "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`d`}}");
    }
}

/* A dead-letter queue that was deleted, be it at time 0, and made anew is one again. */
static void test_a_dead_letter_queue_made_anew(void **state)
{
    struct api_rig *rig = *state;
    api_rig_refuses(rig, "", CREATE, "d");
    api_rig_refuses(rig, "", SET,
                    "`VisibilityTimeout`:`0`,`RedrivePolicy`:`{\\`deadLetterTargetArn\\`:\\`" ARN
                    "d\\`,\\`maxReceiveCount\\`:1}`");
    api_rig_refuses(rig, "", "{`Action`:`DeleteQueue`,`Params`:{`QueueUrl`:`d`}}");
    api_rig_refuses(rig, "", SEND, "a");
    for (int i = 0; i < 2; i++) {
        api_rig_refuses(rig, "", RECEIVE, "q");
        assert_string_equal(api_rig_value(rig, "/Result/Messages/0/Body"), "a");
    }
    api_rig_refuses(rig, "", "{`Control`:`AdvanceTime`,`Params`:{`Seconds`:60}}");
    api_rig_refuses(rig, "", CREATE, "d");
    api_rig_says(rig, "{`Result`:{}}", RECEIVE, "q");
    api_rig_refuses(rig, "", RECEIVE, "d");
    assert_string_equal(api_rig_value(rig, "/Result/Messages/0/Body"), "a");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(redrive_policies),
        TEST(dead_letters_in_a_ring),
        TEST(a_dead_letter_queue_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
