// SPDX-License-Identifier: GPL-3.0-or-later
/* FIFO quotas through the API: off, unless they are asked for. */
#include "api/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "scenario/profile.h"

static void ask(struct api *api, const char *line, struct text *reply)
{
    text_clear(reply);
    api_answer(api, line, strlen(line), reply);
}

/* How many of 400 sends at one instant are answered with a Result. */
static int count_sent(bool quotas)
{
    const struct api_setting setting = {.limits = &profiles[0]->limits,
                                        .topic_limits = &profiles[0]->topic_limits,
                                        .quotas = quotas};
    struct api *api = api_new(&setting);
    struct text reply = {0}, line = {0};
    int sent = 0;
    ask(api,
        "{\"Action\":\"CreateQueue\",\"Params\":{\"QueueName\":\"q.fifo\",\"Attributes\":"
        "{\"FifoQueue\":\"true\",\"ContentBasedDeduplication\":\"true\"}}}",
        &reply);
    /* A change of attributes leaves the quotas as they were. */
    ask(api,
        "{\"Action\":\"SetQueueAttributes\",\"Params\":{\"QueueUrl\":\"q.fifo\",\"Attributes\":"
        "{\"VisibilityTimeout\":\"5\"}}}",
        &reply);
    assert_string_equal(text_of(&reply), "{\"Result\":{}}");
    for (int i = 0; i < 400; i++) {
        text_clear(&line);
        text_printf(&line,
                    "{\"Action\":\"SendMessage\",\"Params\":{\"QueueUrl\":\"q.fifo\","
                    "\"MessageGroupId\":\"g\",\"MessageBody\":\"%d\"}}",
                    i);
        ask(api, text_of(&line), &reply);
        sent += strncmp(text_of(&reply), "{\"Result\"", 9) == 0;
    }
    assert_true(sent == 400 || strstr(text_of(&reply), "ThrottlingException") != NULL);
    text_free(&line);
    text_free(&reply);
    api_free(api);
    return sent;
}

/* EVIDENCE-OF: LIM-2
 * A bucket of 300 calls of one action, and no time passes. */
static void test_quotas_are_asked_for(void **state)
{
    (void)state;
    assert_int_equal(count_sent(true), 300);
    assert_int_equal(count_sent(false), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quotas_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
