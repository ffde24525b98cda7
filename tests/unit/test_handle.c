// SPDX-License-Identifier: GPL-3.0-or-later
/* A receipt handle names a delivery; what is none is told from one. */
#include "api/handle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/api_rig.h"
#define CREATE  "{`Action`:`CreateQueue`,`Params`:{`QueueName`:`%s`}}"
#define SEND    "{`Action`:`SendMessage`,`Params`:{`QueueUrl`:`%s`,`MessageBody`:`hi`}}"
#define RECEIVE "{`Action`:`ReceiveMessage`,`Params`:{`QueueUrl`:`%s`}}"
#define DELETE  "{`Action`:`DeleteMessage`,`Params`:{`QueueUrl`:`%s`,`ReceiptHandle`:`%s`}}"
#define BAD     "ReceiptHandleIsInvalid"
#define COUNT                                                                                      \
    "{`Action`:`GetQueueAttributes`,`Params`:{`QueueUrl`:`%s`,`AttributeNames`:["                  \
    "`ApproximateNumberOfMessagesNotVisible`]}}"

/* Makes the queues, sends a message to the first and receives it; its handle, to be freed. */
static char *handle_of(struct api_rig *rig, const char *queue, const char *other)
{
    api_rig_refuses(rig, "", CREATE, queue);
    api_rig_refuses(rig, "", CREATE, other);
    api_rig_refuses(rig, "", SEND, queue);
    api_rig_refuses(rig, "", RECEIVE, queue);
    const char *handle = api_rig_value(rig, "/Result/Messages/0/ReceiptHandle");
    assert_int_equal(strlen(handle), 44); /* 33 bytes in base64 */
    char *kept = malloc(45);
    assert_non_null(kept);
    return strcpy(kept, handle);
}

/* EVIDENCE-OF: DEL-4 */
static void test_what_was_never_a_handle_is_refused(void **state)
{
    (void)state;
    struct api_rig rig;
    api_rig_open(&rig);
    char *handle = handle_of(&rig, "q", "p");
    api_rig_refuses(&rig, BAD, DELETE, "q", "garbage");
    api_rig_refuses(&rig, BAD, DELETE, "q", "UUwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    api_rig_refuses(&rig, "MissingParameter", DELETE, "q", "");
    api_rig_refuses(&rig, BAD, DELETE, "p", handle);
    for (size_t i = 0; i < 44; i++) {
        const char kept = handle[i];
        handle[i] = kept == 'A' ? 'B' : 'A';
        api_rig_refuses(&rig, BAD, DELETE, "q", handle);
        handle[i] = kept;
    }
    /* In a batch it fails its entry alone. */
    api_rig_refuses(&rig, "",
                    "{`Action`:`DeleteMessageBatch`,`Params`:{`QueueUrl`:`q`,`Entries`:["
                    "{`Id`:`a`,`ReceiptHandle`:`zz`},{`Id`:`b`,`ReceiptHandle`:`%s`}]}}",
                    handle);
    assert_string_equal(api_rig_value(&rig, "/Result/Successful"), "[{\"Id\":\"b\"}]");
    assert_string_equal(api_rig_value(&rig, "/Result/Failed/0/Id"), "a");
    assert_string_equal(api_rig_value(&rig, "/Result/Failed/0/Code"), BAD);
    api_rig_says(&rig, "{`Result`:{`Attributes`:{`ApproximateNumberOfMessagesNotVisible`:`0`}}}",
                 COUNT, "q");
    free(handle);
    api_rig_close(&rig);
}

static void test_a_handle_ends_with_its_era(void **state)
{
    (void)state;
    struct api_rig rig;
    api_rig_open(&rig);
    char *old = handle_of(&rig, "q", "p");
    api_rig_refuses(&rig, "", "{`Control`:`Reset`}");
    char *new = handle_of(&rig, "q", "p");
    assert_string_not_equal(old, new);
    api_rig_refuses(&rig, BAD, DELETE, "q", old);
    api_rig_says(&rig, "{`Result`:{}}", DELETE, "q", new);
    free(old);
    free(new);
    api_rig_close(&rig);
}

/* Another run of the program gives the same handles, which may name what this one does not have, or
 * has in another queue. */
static void test_handles_of_another_run_do_no_harm(void **state)
{
    (void)state;
    struct api_rig one, other;
    api_rig_open(&one);
    api_rig_open(&other);
    char *handle = handle_of(&one, "q", "p");
    api_rig_refuses(&other, "", CREATE, "q");
    api_rig_refuses(&other, BAD, DELETE, "q", handle);
    api_rig_refuses(&other, "", CREATE, "p");
    api_rig_refuses(&other, "", SEND, "p");
    api_rig_refuses(&other, "", RECEIVE, "p");
    api_rig_refuses(&other, BAD, DELETE, "q", handle);
    api_rig_says(&other, "{`Result`:{`Attributes`:{`ApproximateNumberOfMessagesNotVisible`:`1`}}}",
                 COUNT, "p");
    free(handle);
    api_rig_close(&one);
    api_rig_close(&other);
}

/* A message that moves keeps no handle of where it was, and its new handle is good there. */
static void test_a_moved_message_has_handles_where_it_is(void **state)
{
    (void)state;
    struct api_rig rig;
    char *moved;
    api_rig_open(&rig);
    char *handle = handle_of(&rig, "q", "p");
    api_rig_refuses(&rig, "",
                    "{`Action`:`SetQueueAttributes`,`Params`:{`QueueUrl`:`q`,`Attributes`:{"
                    "`RedrivePolicy`:`{\\`deadLetterTargetArn\\`:\\`arn:aws:sqs:us-east-1:"
                    "123456789012:p\\`,\\`maxReceiveCount\\`:1}`}}}");
    api_rig_refuses(&rig, "", "{`Control`:`AdvanceTime`,`Params`:{`Seconds`:30}}");
    api_rig_says(&rig, "{`Result`:{}}", RECEIVE, "q");
    api_rig_refuses(&rig, "", RECEIVE, "p");
    moved = strdup(api_rig_value(&rig, "/Result/Messages/0/ReceiptHandle"));
    api_rig_refuses(&rig, BAD, DELETE, "p", handle);
    api_rig_says(&rig, "{`Result`:{}}", DELETE, "q", handle);
    api_rig_says(&rig, "{`Result`:{`Attributes`:{`ApproximateNumberOfMessagesNotVisible`:`1`}}}",
                 COUNT, "p");
    api_rig_says(&rig, "{`Result`:{}}", DELETE, "p", moved);
    api_rig_says(&rig, "{`Result`:{`Attributes`:{`ApproximateNumberOfMessagesNotVisible`:`0`}}}",
                 COUNT, "p");
    free(moved);
    free(handle);
    api_rig_close(&rig);
}

/* The form of a random UUID (RFC 9562, section 5.4): version 4, variant 8 to b. */
static void test_ids_are_uuids(void **state)
{
    (void)state;
    char seen[100][HANDLE_UUID_BYTES];
    for (uint64_t i = 0; i < 100; i++) {
        handle_uuid(seen[i], i);
        assert_int_equal(strspn(seen[i], "0123456789abcdef-"), 36);
        assert_int_equal(seen[i][36], '\0');
        assert_true(seen[i][8] == '-' && seen[i][13] == '-' && seen[i][18] == '-');
        assert_true(seen[i][23] == '-' && seen[i][14] == '4');
        assert_non_null(strchr("89ab", seen[i][19]));
        for (uint64_t other = 0; other < i; other++)
            assert_string_not_equal(seen[i], seen[other]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_never_a_handle_is_refused),
        cmocka_unit_test(test_a_handle_ends_with_its_era),
        cmocka_unit_test(test_handles_of_another_run_do_no_harm),
        cmocka_unit_test(test_a_moved_message_has_handles_where_it_is),
        cmocka_unit_test(test_ids_are_uuids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
