// SPDX-License-Identifier: GPL-3.0-or-later
/* The parameter that names a component: names, ARNs, and what is neither. */
#include "core/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct cfg {
    struct node_ref ref;
    struct node_refs refs;
};

static const unsigned to_queue = NODE_REF_TO(NODE_QUEUE);

// clang-format off
static const struct param optional_rows[] = {
    { "ref", &node_ref_param, offsetof(struct cfg, ref), NULL, 1, 0, NULL, &to_queue,
      0, NULL, "A name." },
    PARAM_END
};
static const struct param required_rows[] = {
    { "ref", &node_ref_param, offsetof(struct cfg, ref), NULL, 1, 0, NULL, &to_queue,
      PARAM_REQUIRED, NULL, "A name." },
    PARAM_END
};
static const struct param several_rows[] = {
    { "refs", &node_refs_param, offsetof(struct cfg, refs), NULL, 0, 2, NULL, &to_queue,
      0, NULL, "At most two names." },
    PARAM_END
};
// clang-format on

struct fixture {
    struct arena arena;
    struct diag *diag;
    struct json_doc *doc;
    struct param_reader reader;
    struct cfg cfg;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    arena_init(&f->arena);
    f->diag = diag_new();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    json_free(f->doc);
    diag_free(f->diag);
    text_free(&f->reader.pointer);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static bool read_text(struct fixture *f, const struct param *rows, const char *text)
{
    json_free(f->doc);
    f->doc = json_parse("s.json", text, strlen(text), false, f->diag);
    assert_non_null(f->doc);
    f->reader = (struct param_reader){
        .doc = f->doc, .diag = f->diag, .arena = &f->arena, .pointer = f->reader.pointer};
    return param_bind(&f->reader, rows, &f->cfg, json_root(f->doc), NULL);
}

static void test_name(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, required_rows, "{\"ref\": \"orders.fifo\"}"));
    assert_string_equal(f->cfg.ref.name, "orders.fifo");
    assert_int_equal(f->cfg.ref.id, NODE_NONE);
    assert_ptr_equal(f->cfg.ref.at, json_find(f->doc, "/ref"));
}

/* An ARN is kept as written: arn:PARTITION:SERVICE:REGION:ACCOUNT:NAME. */
static void test_arn(void **state)
{
    struct fixture *f = *state;
    static const char *const good[] = {
        "{\"ref\": \"arn:aws:sqs:us-east-1:123456789012:orders\"}",
        "{\"ref\": \"arn:aws-cn:sqs:cn-north-1:123456789012:a.fifo\"}",
        "{\"ref\": \"arn:aws:sns:eu-west-1:123456789012:uploads\"}",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(read_text(f, required_rows, good[i]));
    assert_string_equal(f->cfg.ref.name, "arn:aws:sns:eu-west-1:123456789012:uploads");
}

static void test_bad_arn(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {
        "{\"ref\": \"arn:\"}",
        "{\"ref\": \"arn:aws:sqs:orders\"}",                              /* parts are missing */
        "{\"ref\": \"arn:aws:sqs:us-east-1:123456789012:\"}",             /* no name */
        "{\"ref\": \"arn:aws:sqs::123456789012:orders\"}",                /* no region */
        "{\"ref\": \"arn:aws:sqs:us-east-1:123456789012:orders:extra\"}", /* a part too many */
        "{\"ref\": \"arn:aws:s3:us-east-1:123456789012:orders\"}",        /* another service */
        "{\"ref\": \"arn:gcp:sqs:us-east-1:123456789012:orders\"}",       /* another partition */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(read_text(f, required_rows, bad[i]));
        assert_int_equal(diag_count(f->diag), i + 1);
        assert_null(f->cfg.ref.name);
    }
}

/* null is "none" where none is allowed, so that an effective configuration can be read back. */
static void test_null(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, optional_rows, "{\"ref\": null}"));
    assert_null(f->cfg.ref.name);
    assert_int_equal(f->cfg.ref.id, NODE_NONE);
    assert_false(read_text(f, required_rows, "{\"ref\": null}"));
    assert_false(read_text(f, required_rows, "{\"ref\": 3}"));
    assert_false(read_text(f, required_rows, "{\"ref\": \"\"}"));
    assert_false(read_text(f, required_rows, "{}"));
    assert_int_equal(diag_count(f->diag), 4);
}

static void test_written(void **state)
{
    struct fixture *f = *state;
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    assert_true(read_text(f, required_rows, "{\"ref\": \"orders\"}"));
    json_write_open(&w, '{');
    param_write(&w, required_rows, &f->cfg);
    json_write_close(&w, '}');
    assert_string_equal(text_of(&out), "{\"ref\":\"orders\"}");
    text_free(&out);
}

static void test_several(void **state)
{
    struct fixture *f = *state;
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    assert_true(read_text(f, several_rows, "{\"refs\": []}"));
    assert_int_equal(f->cfg.refs.count, 0);
    assert_true(read_text(f, several_rows,
                          "{\"refs\": [\"a\", \"arn:aws:sqs:us-east-1:123456789012:b\"]}"));
    assert_int_equal(f->cfg.refs.count, 2);
    assert_string_equal(f->cfg.refs.at[0].name, "a");
    assert_string_equal(node_name_in(f->cfg.refs.at[0].name), "a");
    assert_string_equal(node_name_in(f->cfg.refs.at[1].name), "b");
    json_write_open(&w, '{');
    param_write(&w, several_rows, &f->cfg);
    json_write_close(&w, '}');
    assert_string_equal(text_of(&out),
                        "{\"refs\":[\"a\",\"arn:aws:sqs:us-east-1:123456789012:b\"]}");
    text_free(&out);
    static const char *const bad[] = {
        "{\"refs\": [\"a\", \"b\", \"c\"]}", /* one too many */
        "{\"refs\": \"a\"}",
        "{\"refs\": [\"a\", null]}",
        "{\"refs\": [\"\"]}",
        "{\"refs\": [\"a\", \"arn:aws:sqs:dummy\"]}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(read_text(f, several_rows, bad[i]));
        assert_int_equal(diag_count(f->diag), i + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_arn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_several, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
