// SPDX-License-Identifier: GPL-3.0-or-later
/* Topics and subscriptions in numbers and in odd orders, where lists and rings could go wrong. */
#include "api/api_sns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tools/api_rig.h"

#define TOPIC  "arn:aws:sns:us-east-1:123456789012:"
#define QUEUE  "arn:aws:sqs:us-east-1:123456789012:"
#define SNS(a) "{`Service`:`sns`,`Action`:`" a "`,`Params`:"
#define CREATE SNS("CreateTopic") "{`Name`:`t%d`}}"
#define DELETE SNS("DeleteTopic") "{`TopicArn`:`" TOPIC "t%d`}}"
#define SUBSCRIBE                                                                                  \
    SNS("Subscribe")                                                                               \
    "{`TopicArn`:`" TOPIC "t%d`,`Protocol`:`sqs`,`Endpoint`:`" QUEUE "q%d`,`Attributes`:{"         \
    "`RawMessageDelivery`:`true`,`RedrivePolicy`:`{\\`deadLetterTargetArn\\`:\\`" QUEUE            \
    "dead\\`}`}}}"
#define UNSUBSCRIBE SNS("Unsubscribe") "{`SubscriptionArn`:`%s`}}"
#define PUBLISH     SNS("Publish") "{`TopicArn`:`" TOPIC "t%d`,`Message`:`m`}}"
#define QUEUE_DO    "{`Action`:`%s`,`Params`:{`%s`:`%s`}}"

enum { MANY = 2000 };

static int set_up(void **state)
{
    struct api_rig *rig = malloc(sizeof *rig);
    api_rig_open(rig);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    api_rig_close(*state);
    free(*state);
    return 0;
}

static void assert_waiting(struct api_rig *rig, const char *queue, const char *count)
{
    api_rig_ask(rig,
                "{`Action`:`GetQueueAttributes`,`Params`:{`QueueUrl`:`%s`,`AttributeNames`:["
                "`ApproximateNumberOfMessages`]}}",
                queue);
    assert_string_equal(api_rig_value(rig, "/Result/Attributes/ApproximateNumberOfMessages"),
                        count);
}

/* In the order of making, in the other one, and every second first. */
static int place(int i, int order)
{
    const int half = (MANY + 1) / 2;
    if (order == 0)
        return i;
    if (order == 1)
        return MANY - 1 - i;
    return i < half ? 2 * i : 2 * (i - half) + 1;
}

static void test_topics_go_in_any_order(void **state)
{
    struct api_rig *rig = *state;
    for (int order = 0; order < 3; order++) {
        for (int i = 0; i < MANY; i++)
            api_rig_refuses(rig, "", CREATE, i);
        for (int i = 0; i < MANY; i++) {
            api_rig_refuses(rig, "", DELETE, place(i, order));
            if (i % 500 == 0) /* those behind are still found */
                api_rig_refuses(rig, "", CREATE, place(MANY - 1, order));
        }
        api_rig_says(rig, "{`Result`:{`Topics`:[]}}", SNS("ListTopics") "{}}");
    }
}

/* SNS-4: subscriptions of one topic end in any order, and so do those of deleted ones. */
static void test_subscriptions_end_in_any_order(void **state)
{
    struct api_rig *rig = *state;
    char(*arns)[100] = malloc(MANY * sizeof *arns);
    for (int order = 0; order < 3; order++) {
        api_rig_refuses(rig, "", CREATE, 0);
        for (int i = 0; i < MANY; i++) {
            api_rig_ask(rig, SUBSCRIBE, 0, i);
            snprintf(arns[i], sizeof arns[i], "%s", api_rig_value(rig, "/Result/SubscriptionArn"));
        }
        for (int i = 0; i < MANY; i++) {
            if (i == MANY / 2)
                api_rig_refuses(rig, "", DELETE, 0);
            api_rig_refuses(rig, "", UNSUBSCRIBE, arns[place(i, order)]);
        }
        api_rig_says(rig, "{`Result`:{`Subscriptions`:[]}}", SNS("ListSubscriptions") "{}}");
    }
    free(arns);
}

/* SNS-4, SNS-17: a queue and a dead-letter queue that many subscriptions name. */
static void test_queues_come_and_go_among_many_subscriptions(void **state)
{
    struct api_rig *rig = *state;
    for (int i = 0; i < 100; i++) {
        api_rig_refuses(rig, "", CREATE, i);
        api_rig_refuses(rig, "", SUBSCRIBE, i, i % 2);
    }
    api_rig_refuses(rig, "", QUEUE_DO, "CreateQueue", "QueueName", "q0");
    api_rig_refuses(rig, "", QUEUE_DO, "CreateQueue", "QueueName", "dead");
    for (int i = 0; i < 100; i++)
        api_rig_refuses(rig, "", PUBLISH, i);
    assert_waiting(rig, "q0", "50");
    assert_waiting(rig, "dead", "50");
    api_rig_refuses(rig, "", QUEUE_DO, "DeleteQueue", "QueueUrl", "q0");
    for (int i = 0; i < 100; i++)
        api_rig_refuses(rig, "", PUBLISH, i);
    assert_waiting(rig, "dead", "150");
    api_rig_refuses(rig, "", QUEUE_DO, "DeleteQueue", "QueueUrl", "dead");
    for (int i = 0; i < 100; i++)
        api_rig_refuses(rig, "", PUBLISH, i);
    api_rig_refuses(rig, "", "{`Control`:`AdvanceTime`,`Params`:{`Seconds`:60}}");
    api_rig_refuses(rig, "", QUEUE_DO, "CreateQueue", "QueueName", "q0");
    api_rig_refuses(rig, "", QUEUE_DO, "CreateQueue", "QueueName", "dead");
    for (int i = 0; i < 100; i++)
        api_rig_refuses(rig, "", DELETE, i); /* the rings outlive the topics */
    api_rig_refuses(rig, "", QUEUE_DO, "DeleteQueue", "QueueUrl", "q0");
    api_rig_refuses(rig, "", "{`Control`:`Reset`}");
    api_rig_says(rig, "{`Result`:{`Subscriptions`:[]}}", SNS("ListSubscriptions") "{}}");
}

/* LIM-7: policies that are set, replaced, cleared and ended are counted as they are. */
static void test_filter_policies_are_counted(void **state)
{
    struct api_rig *rig = *state;
    char arn[100] = "";
    static const char policy[] = SNS("SetSubscriptionAttributes") "{`SubscriptionArn`:`%s`,"
                                                                  "`AttributeName`:`FilterPolicy`,"
                                                                  "`AttributeValue`:`%s`}}";
    api_rig_refuses(rig, "", CREATE, 0);
    for (int i = 0; i < 201; i++) {
        api_rig_ask(rig, SUBSCRIBE, 0, i);
        snprintf(arn, sizeof arn, "%s", api_rig_value(rig, "/Result/SubscriptionArn"));
        api_rig_refuses(rig, i < 200 ? "" : "FilterPolicyLimitExceeded", policy, arn, "{}");
        if (i == 100) {
            api_rig_refuses(rig, "", policy, arn, "{\\`a\\`:[1]}");
            api_rig_refuses(rig, "InvalidParameter", policy, arn, "{\\`a\\`:1}");
            api_rig_refuses(rig, "", policy, arn, "");
            api_rig_refuses(rig, "", policy, arn, "{}");
        }
    }
    char last[100];
    snprintf(last, sizeof last, "%s", arn);
    api_rig_ask(rig, SUBSCRIBE, 0, 0);
    snprintf(arn, sizeof arn, "%s", api_rig_value(rig, "/Result/SubscriptionArn"));
    api_rig_refuses(rig, "InvalidParameter", policy, last, "[]");
    api_rig_refuses(rig, "", UNSUBSCRIBE, arn);
    api_rig_refuses(rig, "", policy, last, "{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_topics_go_in_any_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_subscriptions_end_in_any_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_queues_come_and_go_among_many_subscriptions, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_filter_policies_are_counted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
