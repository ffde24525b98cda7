// SPDX-License-Identifier: GPL-3.0-or-later
/* The shape of a batch, and its reply. */
#include "api/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
/* Opens a batch of entries, a backtick standing for a quotation mark; returns the code. */
static enum request_code open_batch(const char *entries, size_t *count)
{
    struct diag *diag = diag_new();
    struct text text = {0};
    struct batch batch;
    struct request request = {.error = {.code = REQUEST_OK}};
    text_printf(&text, "{`Entries`:%s}", entries);
    for (char *c = text.bytes; *c != '\0'; c++)
        *c = *c == '`' ? '"' : *c;
    struct json_doc *doc = json_parse("", text.bytes, text.length, false, diag);
    assert_non_null(doc);
    request.params = json_root(doc);
    const bool is_good = batch_open(&request, &batch);
    assert_int_equal(is_good, request.error.code == REQUEST_OK);
    *count = is_good ? batch.count : 0;
    json_free(doc);
    text_free(&text);
    diag_free(diag);
    return request.error.code;
}

static enum request_code open_many(int wanted, size_t *count)
{
    struct text list = {0};
    text_add(&list, "[");
    for (int i = 0; i < wanted; i++)
        text_printf(&list, "%s{`Id`:`%d`}", i == 0 ? "" : ",", i);
    text_add(&list, "]");
    const enum request_code code = open_batch(text_of(&list), count);
    text_free(&list);
    return code;
}

/* EVIDENCE-OF: SND-4 */
static void test_one_to_ten_entries(void **state)
{
    (void)state;
    size_t count;
    assert_int_equal(open_many(0, &count), REQUEST_EMPTY_BATCH);
    assert_int_equal(open_many(1, &count), REQUEST_OK);
    assert_int_equal(count, 1);
    assert_int_equal(open_many(10, &count), REQUEST_OK);
    assert_int_equal(count, 10);
    assert_int_equal(open_many(11, &count), REQUEST_TOO_MANY_ENTRIES);
    assert_int_equal(open_batch("null", &count), REQUEST_EMPTY_BATCH);
    assert_int_equal(open_batch("{}", &count), REQUEST_BAD_JSON);
    assert_int_equal(open_batch("[1]", &count), REQUEST_BAD_JSON);
    assert_int_equal(open_batch("[{`Id`:`a`},[]]", &count), REQUEST_BAD_JSON);
}

/* EVIDENCE-OF: SND-4 */
static void test_ids_of_entries(void **state)
{
    (void)state;
    static const char *const bad[] = {"[{}]",           "[{`Id`:null}]",  "[{`Id`:``}]",
                                      "[{`Id`:`a b`}]", "[{`Id`:`a.b`}]", "[{`Id`:`\xc3\xa9`}]"};
    struct text list = {0};
    size_t count;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(open_batch(bad[i], &count), REQUEST_BAD_ENTRY_ID);
    assert_int_equal(open_batch("[{`Id`:1}]", &count), REQUEST_BAD_JSON);
    assert_int_equal(open_batch("[{`Id`:`aZ09-_`}]", &count), REQUEST_OK);
    assert_int_equal(open_batch("[{`Id`:`a`},{`Id`:`A`}]", &count), REQUEST_OK);
    assert_int_equal(open_batch("[{`Id`:`a`},{`Id`:`b`},{`Id`:`a`}]", &count),
                     REQUEST_IDS_NOT_DISTINCT);
    for (int length = 80; length <= 81; length++) {
        text_clear(&list);
        text_printf(&list, "[{`Id`:`%0*d`}]", length, 1);
        assert_int_equal(open_batch(text_of(&list), &count),
                         length == 80 ? REQUEST_OK : REQUEST_BAD_ENTRY_ID);
    }
    text_free(&list);
}

static void write_number(void *context, struct json_writer *w, size_t i)
{
    const int64_t *numbers = context;
    json_write_key(w, "n");
    json_write_int(w, numbers[i]);
}

/* Of three entries the second fails: two lists, and none of them is empty. */
static void test_the_reply(void **state)
{
    (void)state;
    int64_t numbers[] = {5, 6, 7};
    struct text out = {0};
    struct json_writer w;
    struct request request = {.w = &w};
    struct batch batch = {.count = 3};
    for (size_t i = 0; i < 3; i++)
        batch.entries[i].id = i == 0 ? "a" : i == 1 ? "b" : "c";
    request_fail(&batch.entries[1].error, REQUEST_BAD_VALUE, "bad");
    json_write_init(&w, &out, true);
    json_write_open(&w, '{');
    batch_reply(&request, &batch, write_number, numbers);
    json_write_close(&w, '}');
    assert_string_equal(text_of(&out),
                        "{\"Successful\":[{\"Id\":\"a\",\"n\":5},{\"Id\":\"c\",\"n\":7}],"
                        "\"Failed\":[{\"Id\":\"b\",\"SenderFault\":true,"
                        "\"Code\":\"InvalidParameterValue\",\"Message\":\"bad\"}]}");
    text_clear(&out);
    batch.count = 1;
    json_write_init(&w, &out, true);
    json_write_open(&w, '{');
    batch_reply(&request, &batch, NULL, NULL);
    json_write_close(&w, '}');
    assert_string_equal(text_of(&out), "{\"Successful\":[{\"Id\":\"a\"}]}");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_to_ten_entries),
        cmocka_unit_test(test_ids_of_entries),
        cmocka_unit_test(test_the_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
