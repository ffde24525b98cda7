// SPDX-License-Identifier: GPL-3.0-or-later
/* What a queue's access policy admits.  The expected answers are those of AWS's rules of
 * evaluation: an explicit Deny, then an Allow, else no (IAM User Guide, policy evaluation logic).
 *
 * EVIDENCE-OF: SNS-16 */
#include "api/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"

#define TOPIC "arn:aws:sns:us-east-1:123456789012:t"
#define QUEUE "arn:aws:sqs:us-east-1:123456789012:q"
#define WHO   "'Effect':'Allow','Principal':{'Service':'sns.amazonaws.com'}"
#define DOES  "'Action':'sqs:SendMessage','Resource':'" QUEUE "'"

/* An apostrophe stands for a quotation mark. */
static bool admits(const char *policy)
{
    char text[1000];
    const size_t length = strlen(policy);
    assert_true(length < sizeof text);
    for (size_t i = 0; i <= length; i++)
        text[i] = policy[i] == '\'' ? '"' : policy[i];
    assert_true(policy_is_sound(text));
    return policy_admits(text, TOPIC, QUEUE);
}

static void test_it_takes_an_allow(void **state)
{
    (void)state;
    assert_true(admits("{'Statement':[{" WHO "," DOES "}]}"));
    assert_true(admits("{'Statement':{" WHO "," DOES "}}")); /* one for a list of one */
    assert_true(admits("{'Statement':[5,null,[],{" WHO "," DOES "}]}"));
    assert_false(admits("{}"));
    assert_false(admits("{'Statement':[]}"));
    assert_false(admits("{'Statement':'Allow'}"));
    assert_false(admits("{'Statement':[{'Effect':'allow','Principal':'*'," DOES "}]}"));
    assert_false(admits("{'Statement':[{'Principal':'*'," DOES "}]}"));
}

static void test_a_deny_wins_wherever_it_stands(void **state)
{
    (void)state;
    assert_false(
        admits("{'Statement':[{" WHO "," DOES "},{'Effect':'Deny','Principal':'*'," DOES "}]}"));
    assert_false(
        admits("{'Statement':[{'Effect':'Deny','Principal':'*'," DOES "},{" WHO "," DOES "}]}"));
    /* one that is about something else does not */
    assert_true(admits("{'Statement':[{'Effect':'Deny','Principal':'*','Action':"
                       "'sqs:DeleteMessage','Resource':'*'},{" WHO "," DOES "}]}"));
}

static void test_who_is_admitted(void **state)
{
    (void)state;
    static const struct {
        const char *principal;
        bool is_admitted;
    } rows[] = {
        {"'*'", true},
        {"{'AWS':'*'}", true},
        {"{'AWS':['arn:aws:iam::123456789012:root','*']}", true},
        {"{'Service':['s3.amazonaws.com','sns.amazonaws.com']}", true},
        {"{'Service':'s3.amazonaws.com'}", false},
        {"{'AWS':'arn:aws:iam::123456789012:root'}", false},
        {"'sns.amazonaws.com'", false},
        {"[]", false},
        {"null", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text policy = {0};
        text_printf(&policy, "{'Statement':[{'Effect':'Allow','Principal':%s,%s}]}",
                    rows[i].principal, DOES);
        assert_int_equal(admits(text_of(&policy)), rows[i].is_admitted);
        text_free(&policy);
    }
}

static void test_actions_and_resources_have_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *action, *resource;
        bool is_admitted;
    } rows[] = {
        {"'*'", "'*'", true},
        {"'SQS:SendMessage'", "'*'", true}, /* actions in any case */
        {"'sqs:Send*'", "'arn:aws:sqs:*:123456789012:?'", true},
        {"['sqs:ReceiveMessage','sqs:*Message']", "['x','arn:aws:sqs:*']", true},
        {"'sqs:SendMessageBatch'", "'*'", false},
        {"'sqs:Send'", "'*'", false},
        {"'sqs:Send?'", "'*'", false},
        {"'sns:*'", "'*'", false},
        {"'*'", "'arn:aws:sqs:us-east-1:123456789012:Q'", false}, /* names are of one case */
        {"'*'", "'arn:aws:sqs:us-east-1:123456789012:'", false},
        {"'*'", "'arn:aws:sqs:us-east-1:123456789012:q?'", false},
        {"[]", "'*'", false},
        {"5", "'*'", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text policy = {0};
        text_printf(&policy, "{'Statement':{%s,'Action':%s,'Resource':%s}}", WHO, rows[i].action,
                    rows[i].resource);
        assert_int_equal(admits(text_of(&policy)), rows[i].is_admitted);
        text_free(&policy);
    }
    assert_false(admits("{'Statement':{" WHO ",'Action':'*'}}"));
    assert_false(admits("{'Statement':{" WHO ",'Resource':'*'}}"));
}

static void test_conditions_on_the_source_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        bool is_admitted;
    } rows[] = {
        {"{}", true},
        {"{'ArnEquals':{'aws:SourceArn':'" TOPIC "'}}", true},
        {"{'ArnLike':{'AWS:SourceArn':'arn:aws:sns:*:*:t'}}", true},
        {"{'StringLike':{'aws:SourceArn':'arn:aws:sns:*'}}", true},
        {"{'StringEquals':{'aws:SourceArn':['x','" TOPIC "']}}", true},
        {"{'ArnEquals':{'aws:SourceArn':'" TOPIC "u'}}", false},
        {"{'StringEquals':{'aws:SourceArn':'arn:aws:sns:*'}}", false},
        {"{'ArnNotLike':{'aws:SourceArn':'arn:aws:sns:*'}}", false},
        {"{'ArnNotEquals':{'aws:SourceArn':'arn:aws:sns:us-east-1:123456789012:u'}}", true},
        {"{'StringEquals':{'aws:SourceAccount':'123456789012'}}", true},
        {"{'StringEquals':{'AWS:SourceOwner':'999999999999'}}", false},
        /* all tests and all their keys must hold */
        {"{'ArnEquals':{'aws:SourceArn':'" TOPIC "'},'StringEquals':{'aws:SourceAccount':'9'}}",
         false},
        /* what is not known of a delivery is taken as met */
        {"{'Bool':{'aws:SecureTransport':'true'}}", true},
        {"{'ArnEquals':'" TOPIC "'}", true},
        {"[{'aws:SourceArn':'x'}]", true},
        {"{'ArnEquals':[{'aws:SourceArn':'x'}]}", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text policy = {0};
        text_printf(&policy, "{'Statement':{%s,%s,'Condition':%s}}", WHO, DOES, rows[i].condition);
        assert_int_equal(admits(text_of(&policy)), rows[i].is_admitted);
        text_free(&policy);
    }
}

/* EVIDENCE-OF: ATT-13 */
static void test_a_policy_is_an_object_of_some_bytes(void **state)
{
    (void)state;
    struct text policy = {0};
    assert_true(policy_is_sound("{}"));
    assert_false(policy_is_sound("[]"));
    assert_false(policy_is_sound("\"{}\""));
    assert_false(policy_is_sound("{"));
    assert_false(policy_is_sound(""));
    text_add(&policy, "{\"Id\":\"");
    while (policy.length < POLICY_MOST_BYTES - 2)
        text_add(&policy, "x");
    text_add(&policy, "\"}");
    assert_true(policy_is_sound(text_of(&policy)));
    text_cut(&policy, policy.length - 2);
    text_add(&policy, "x\"}");
    assert_false(policy_is_sound(text_of(&policy)));
    text_free(&policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_takes_an_allow),
        cmocka_unit_test(test_a_deny_wins_wherever_it_stands),
        cmocka_unit_test(test_who_is_admitted),
        cmocka_unit_test(test_actions_and_resources_have_patterns),
        cmocka_unit_test(test_conditions_on_the_source_are_judged),
        cmocka_unit_test(test_a_policy_is_an_object_of_some_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
