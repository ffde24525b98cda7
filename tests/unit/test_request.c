// SPDX-License-Identifier: GPL-3.0-or-later
/* Parameters are read by kind and range, and errors are noted whole. */
#include "api/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
static const char params_text[] =
    "{ \"text\": \"t\", \"empty\": \"\", \"null\": null, \"list\": [1], \"object\": {\"a\": 1},"
    "  \"one\": 1, \"half\": 0.5, \"low\": -1, \"large\": 1e300, \"yes\": true }";

struct fixture {
    struct json_doc *doc;
    const struct json *params;
    struct request_error error;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct diag *diag = diag_new();
    f->doc = json_parse("", params_text, strlen(params_text), false, diag);
    f->params = json_root(f->doc);
    diag_free(diag);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    json_free(f->doc);
    free(f);
    return 0;
}

static void test_members_by_kind(void **state)
{
    struct fixture *f = *state;
    const char *text;
    const struct json *node;
    assert_true(request_text(f->params, "text", &text, &f->error));
    assert_string_equal(text, "t");
    assert_true(request_text(f->params, "null", &text, &f->error));
    assert_null(text);
    assert_true(request_text(f->params, "absent", &text, &f->error));
    assert_null(text);
    assert_true(request_text(NULL, "text", &text, &f->error));
    assert_null(text);
    assert_true(request_list(f->params, "list", &node, &f->error));
    assert_int_equal(json_count(node), 1);
    assert_true(request_object(f->params, "object", &node, &f->error));
    assert_non_null(json_get(node, "a"));
    assert_int_equal(f->error.code, REQUEST_OK);
    assert_false(request_text(f->params, "one", &text, &f->error));
    assert_int_equal(f->error.code, REQUEST_BAD_JSON);
    assert_string_equal(f->error.message, "one: expected a text, found a number");
    assert_false(request_list(f->params, "object", &node, &f->error));
    assert_false(request_object(f->params, "list", &node, &f->error));
    assert_false(request_object(f->params, "yes", &node, &f->error));
    assert_null(node);
}

static void test_texts_that_are_needed(void **state)
{
    struct fixture *f = *state;
    static const char *const missing[] = {"absent", "null", "empty"};
    const char *text;
    assert_true(request_need_text(f->params, "text", &text, &f->error));
    for (size_t i = 0; i < 3; i++) {
        assert_false(request_need_text(f->params, missing[i], &text, &f->error));
        assert_int_equal(f->error.code, REQUEST_MISSING_PARAMETER);
    }
    assert_false(request_need_text(f->params, "list", &text, &f->error));
    assert_int_equal(f->error.code, REQUEST_BAD_JSON);
}

static void test_whole_numbers_in_a_range(void **state)
{
    struct fixture *f = *state;
    int64_t value = 7;
    assert_true(request_int(f->params, "absent", 0, 9, &value, &f->error));
    assert_true(request_int(f->params, "null", 0, 9, &value, &f->error));
    assert_int_equal(value, 7);
    assert_true(request_int(f->params, "one", 1, 1, &value, &f->error));
    assert_int_equal(value, 1);
    assert_false(request_int(f->params, "half", 0, 9, &value, &f->error));
    assert_int_equal(f->error.code, REQUEST_BAD_JSON);
    assert_false(request_int(f->params, "text", 0, 9, &value, &f->error));
    assert_int_equal(f->error.code, REQUEST_BAD_JSON);
    assert_false(request_int(f->params, "low", 0, 9, &value, &f->error));
    assert_int_equal(f->error.code, REQUEST_BAD_VALUE);
    assert_string_equal(f->error.message, "Value -1 for parameter low is invalid. Reason: Must be "
                                          "between 0 and 9.");
    /* 1e300 has 301 digits in an error of 399 bytes. */
    assert_false(request_int(f->params, "large", 0, INT64_MAX, &value, &f->error));
    assert_int_equal(f->error.code, REQUEST_BAD_VALUE);
    assert_int_equal(value, 1);
}

static void test_long_sentences_are_cut_between_characters(void **state)
{
    struct fixture *f = *state;
    struct text long_text = {0};
    for (int i = 0; i < 300; i++)
        text_add(&long_text, "\xc3\xa9");
    assert_false(request_fail(&f->error, REQUEST_BAD_VALUE, "%s", text_of(&long_text)));
    assert_int_equal(strlen(f->error.message), REQUEST_MESSAGE_BYTES - 2); /* 199 of 2 bytes */
    assert_false(request_fail(&f->error, REQUEST_BAD_VALUE, "x%s", text_of(&long_text)));
    assert_int_equal(strlen(f->error.message), REQUEST_MESSAGE_BYTES - 1);
    text_free(&long_text);
}

/* EVIDENCE-OF: ERR-1, ERR-2, ERR-3, ERR-4, ERR-5, ERR-6, ERR-7, ERR-8, ERR-9, ERR-10, ERR-11
 * The codes of AWS's JSON protocol. */
static void test_codes(void **state)
{
    (void)state;
    static const struct {
        enum request_code code;
        const char *text;
    } rows[] = {
        {REQUEST_BATCH_TOO_LONG, "AWS.SimpleQueueService.BatchRequestTooLong"},
        {REQUEST_BAD_ENTRY_ID, "AWS.SimpleQueueService.InvalidBatchEntryId"},
        {REQUEST_TOO_MANY_ENTRIES, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
        {REQUEST_NO_QUEUE, "AWS.SimpleQueueService.NonExistentQueue"},
        {REQUEST_PURGE_IN_PROGRESS, "AWS.SimpleQueueService.PurgeQueueInProgress"},
        {REQUEST_BAD_ATTRIBUTE_NAME, "InvalidAttributeName"},
        {REQUEST_BAD_ATTRIBUTE_VALUE, "InvalidAttributeValue"},
        {REQUEST_BAD_VALUE, "InvalidParameterValue"},
        {REQUEST_MISSING_PARAMETER, "MissingParameter"},
        {REQUEST_QUEUE_EXISTS, "QueueAlreadyExists"},
        {REQUEST_NO_RESOURCE, "ResourceNotFoundException"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text out = {0}, expected = {0};
        struct json_writer w;
        const struct request_error error = {.code = rows[i].code, .message = "m"};
        json_write_init(&w, &out, true);
        json_write_open(&w, '{');
        request_write_error(&w, &error, false);
        json_write_close(&w, '}');
        text_printf(&expected, "{\"Code\":\"%s\",\"Message\":\"m\"}", rows[i].text);
        assert_string_equal(text_of(&out), text_of(&expected));
        text_free(&out);
        text_free(&expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_members_by_kind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_texts_that_are_needed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_whole_numbers_in_a_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_sentences_are_cut_between_characters, set_up,
                                        tear_down),
        cmocka_unit_test(test_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
