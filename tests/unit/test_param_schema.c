// SPDX-License-Identifier: GPL-3.0-or-later
/* The schema of rows, and what of it an editor shows. */
#include "base/param.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct param no_rows[] = {PARAM_END};
static const struct param_list_of list = {1, no_rows};
static const struct param_kind poisson = {"poisson", 0, no_rows, "Independent."};
static const struct param_kind saturated = {"saturated", 0, NULL, NULL};
static const struct param_kind *const processes[] = {&poisson, &saturated, NULL};
static const struct param_tag process_tag = {"process", processes, NULL};
static const char *const picks[] = {"uniform", "zipf", NULL};

static void assert_schema(const struct param *row, const char *expected)
{
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    json_write_open(&w, '{');
    param_schema_rows(&w, (const struct param[]){*row, PARAM_END});
    json_write_close(&w, '}');
    assert_string_equal(text_of(&out), expected);
    /* Whatever is written is JSON, without duplicate keys. */
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("schema", text_of(&out), out.length, false, diag);
    assert_non_null(doc);
    json_free(doc);
    diag_free(diag);
    text_free(&out);
}

static void test_descriptions_carry_limits_and_rules(void **state)
{
    (void)state;
    struct param row = {
        .name = "VisibilityTimeout",
        .type = &param_seconds,
        .fallback = "30",
        .high = 43200,
        .range_hint = "12 hours",
        .rule = "ATT-1",
        .doc = "How long a message stays hidden.",
    };
    assert_schema(&row,
                  "{\"VisibilityTimeout\":{\"description\":\"How long a message stays hidden. "
                  "From 0 to 43200 (12 hours). Rule ATT-1.\",\"type\":\"integer\","
                  "\"minimum\":0,\"maximum\":43200,\"default\":30}}");
    row.range_hint = NULL;
    row.rule = NULL;
    row.fallback = NULL;
    row.high = HUGE_VAL;
    assert_schema(&row,
                  "{\"VisibilityTimeout\":{\"description\":\"How long a message stays hidden. "
                  "At least 0.\",\"type\":\"integer\",\"minimum\":0}}");
    row.high = 5;
    row.low = -HUGE_VAL;
    assert_schema(&row,
                  "{\"VisibilityTimeout\":{\"description\":\"How long a message stays hidden. "
                  "At most 5.\",\"type\":\"integer\",\"maximum\":5}}");
}

/* The keywords that a type writes, between the description and the end. */
static void assert_keywords(const struct param_type *type, const void *extra, const char *expected)
{
    const struct param row = {
        .name = "k", .type = type, .extra = extra, .doc = "D.", PARAM_NO_RANGE};
    struct text whole = {0};
    text_printf(&whole, "{\"k\":{\"description\":\"D.\"%s%s}}", *expected != '\0' ? "," : "",
                expected);
    assert_schema(&row, text_of(&whole));
    text_free(&whole);
}

static void test_types_have_keywords(void **state)
{
    (void)state;
    assert_keywords(&param_seconds, NULL, "\"type\":\"integer\"");
    assert_keywords(&param_duration, NULL,
                    "\"type\":[\"number\",\"string\"],"
                    "\"pattern\":\"^([0-9]+(\\\\.[0-9]+)?(ns|us|ms|s|m|h|d))+$\"");
    assert_keywords(&param_rate, NULL,
                    "\"type\":[\"number\",\"string\"],"
                    "\"pattern\":\"^[0-9]+(\\\\.[0-9]+)?/(ms|s|m|min|h|d)$\"");
    assert_keywords(&param_size, NULL,
                    "\"type\":[\"integer\",\"string\"],"
                    "\"pattern\":\"^[0-9]+(\\\\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)$\"");
    assert_keywords(&param_int, NULL, "\"type\":\"integer\"");
    assert_keywords(&param_number, NULL, "\"type\":\"number\"");
    assert_keywords(&param_probability, NULL, "\"type\":\"number\",\"minimum\":0,\"maximum\":1");
    assert_keywords(&param_bool, NULL, "\"type\":\"boolean\"");
    assert_keywords(&param_text, NULL, "\"type\":\"string\"");
    assert_keywords(&param_word, picks, "\"enum\":[\"uniform\",\"zipf\"]");
    assert_keywords(&param_node, NULL, "");
    assert_keywords(&param_seed, NULL,
                    "\"type\":[\"integer\",\"string\"],\"minimum\":0,\"maximum\":9007199254740992,"
                    "\"pattern\":\"^0x[0-9a-fA-F]{1,16}$\"");
}

#define CLOSED "\"patternProperties\":{\"^x-\":{}},\"additionalProperties\":false"

static void test_types_that_hold_others_have_theirs(void **state)
{
    (void)state;
    assert_keywords(&param_object, no_rows, "\"type\":\"object\",\"properties\":{}," CLOSED);
    assert_keywords(&param_list, &list,
                    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{}," CLOSED
                    "}");
    assert_keywords(
        &param_tagged, &process_tag,
        "\"anyOf\":[{\"description\":\"Independent.\",\"type\":\"object\","
        "\"properties\":{\"process\":{\"const\":\"poisson\"}},\"required\":[\"process\"]," CLOSED
        "},{\"type\":\"object\",\"properties\":{\"process\":{\"const\":\"saturated\"}},"
        "\"required\":[\"process\"]," CLOSED "}]");
}

static void test_required_keys_are_listed(void **state)
{
    (void)state;
    const struct param rows[] = {
        {.name = "a", .type = &param_text, .flags = PARAM_REQUIRED, .doc = "A.", PARAM_NO_RANGE},
        {.name = "b", .type = &param_text, .doc = "B.", PARAM_NO_RANGE},
        PARAM_END,
    };
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    json_write_open(&w, '{');
    param_schema(&w, rows);
    json_write_close(&w, '}');
    assert_string_equal(text_of(&out), "{\"type\":\"object\",\"properties\":{"
                                       "\"a\":{\"description\":\"A.\",\"type\":\"string\"},"
                                       "\"b\":{\"description\":\"B.\",\"type\":\"string\"}},"
                                       "\"required\":[\"a\"]," CLOSED "}");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptions_carry_limits_and_rules),
        cmocka_unit_test(test_types_have_keywords),
        cmocka_unit_test(test_types_that_hold_others_have_theirs),
        cmocka_unit_test(test_required_keys_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
