// SPDX-License-Identifier: GPL-3.0-or-later
/* The types that hold others: lists, choices, kept nodes, objects; and pointers into them. */
#include "base/param.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tools/json_lab.h"
#include "tools/param_lab.h"

struct step {
    int64_t at_ns;
    double per_s;
};

struct poisson {
    double per_s;
};

struct queue {
    int64_t visibility_ns;
    const struct json *body;
    struct step retry;
    struct param_items steps;
    struct param_choice arrivals;
};

#define AT(type, field) .offset = offsetof(struct type, field)

// clang-format off
static const struct param step_rows[] = {
    {.name = "at", .type = &param_duration, AT(step, at_ns), .flags = PARAM_REQUIRED,
     PARAM_NO_RANGE},
    {.name = "rate", .type = &param_rate, AT(step, per_s), .flags = PARAM_REQUIRED,
     PARAM_NO_RANGE},
    PARAM_END,
};
static const struct param_list_of step_list = {sizeof(struct step), step_rows};

static const struct param poisson_rows[] = {
    {.name = "rate", .type = &param_rate, AT(poisson, per_s), .flags = PARAM_REQUIRED,
     .low = 0, .high = 1e6},
    PARAM_END,
};
static const struct param_kind poisson = {"poisson", sizeof(struct poisson), poisson_rows,
                                          "Independent arrivals."};
static const struct param_kind saturated = {"saturated", 0, NULL, "As fast as replies come."};
static const struct param_kind *const processes[] = {&poisson, &saturated, NULL};
static const struct param_tag process_tag = {"process", processes, NULL};
/* A bare number is the rate of a Poisson process. */
static bool read_bare(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    (void)row;
    if (!param_expect(reader, node, JSON_NUMBER)) {
        return false;
    }
    struct poisson *cfg = arena_alloc(reader->arena, sizeof *cfg);
    cfg->per_s = json_number(node);
    *(struct param_choice *)field = (struct param_choice){&poisson, cfg};
    return true;
}
static const struct param_tag process_tag_or_bare = {"process", processes, read_bare};

static const struct param rows[] = {
    {.name = "VisibilityTimeout", .type = &param_seconds, AT(queue, visibility_ns), .high = 43200},
    {.name = "body",     .type = &param_node,   AT(queue, body)},
    {.name = "retry",    .type = &param_object, AT(queue, retry),    .extra = step_rows},
    {.name = "steps",    .type = &param_list,   AT(queue, steps),    .extra = &step_list},
    {.name = "arrivals", .type = &param_tagged, AT(queue, arrivals), .extra = &process_tag},
    PARAM_END,
};
// clang-format on

struct bound {
    struct param_lab lab;
    struct queue queue;
};

static void bind(struct bound *b, const struct param *by, const char *text, const char *const *skip)
{
    *b = (struct bound){.queue = {.body = NULL}};
    param_lab_open(&b->lab, by, &b->queue, text, skip);
}

static void assert_refused(const struct param *by, const char *text, const char *expected)
{
    param_lab_refuses(by, sizeof(struct queue), text, expected);
}

static void assert_same(double value, double expected)
{
    assert_memory_equal(&value, &expected, sizeof value);
}

static void test_choices_are_told_by_their_tag(void **state)
{
    (void)state;
    static const struct {
        const char *value, *pointer, *sentence;
        int column;
    } cases[] = {
        {"{\"process\":\"poison\"}", "/process",
         "unknown process \"poison\", did you mean \"poisson\"?", 24},
        {"{\"process\":\"steady\"}", "/process",
         "unknown process \"steady\" (one of poisson, saturated)", 24},
        {"{\"process\":7}", "/process", "expected a text, found a number", 24},
        {"{\"rate\":7}", "", "\"process\" is required (one of poisson, saturated)", 13},
        {"{\"process\":\"poisson\"}", "", "\"rate\" is required", 13},
        {"{\"process\":\"poisson\",\"rate\":2e6}", "/rate", "2000000 is above the maximum 1000000",
         41},
        {"{\"process\":\"saturated\",\"rate\":2}", "", "unknown key \"rate\"; there is process",
         36},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text text = {0}, expected = {0};
        text_printf(&text, "{\"arrivals\":%s}", cases[i].value);
        text_printf(&expected, "a.json:1:%d: /queues/a~1b/arrivals%s: %s\n", cases[i].column,
                    cases[i].pointer, cases[i].sentence);
        assert_refused(rows, text_of(&text), text_of(&expected));
        text_free(&text);
        text_free(&expected);
    }
    struct bound b;
    bind(&b, rows, "{\"arrivals\":{\"process\":\"saturated\",\"x-why\":1}}", NULL);
    assert_true(b.lab.fine);
    assert_ptr_equal(b.queue.arrivals.kind, &saturated);
    param_lab_close(&b.lab);
}

static void test_choices_may_have_a_shorthand(void **state)
{
    (void)state;
    const struct param short_rows[] = {
        {.name = "arrivals",
         .type = &param_tagged,
         .offset = offsetof(struct queue, arrivals),
         .fallback = "{\"process\": \"poisson\", \"rate\": \"3/s\"}",
         .extra = &process_tag_or_bare},
        PARAM_END,
    };
    struct bound b;
    bind(&b, short_rows, "{\"arrivals\": 7}", NULL);
    assert_ptr_equal(b.queue.arrivals.kind, &poisson);
    assert_same(((const struct poisson *)b.queue.arrivals.cfg)->per_s, 7);
    param_lab_close(&b.lab);
    bind(&b, short_rows, "{}", NULL);
    assert_same(((const struct poisson *)b.queue.arrivals.cfg)->per_s, 3);
    param_lab_close(&b.lab);
    assert_refused(short_rows, "{\"arrivals\": true}",
                   "a.json:1:14: /queues/a~1b/arrivals: expected a number, found true or false\n");
}

/* A node that came from a default outlives the default's document. */
static void test_default_nodes_can_be_kept(void **state)
{
    (void)state;
    const struct param node_rows[] = {
        {.name = "body",
         .type = &param_node,
         .offset = offsetof(struct queue, body),
         .fallback = "{\"oneOf\": {\"a\": 0.3}}"},
        PARAM_END,
    };
    struct bound b;
    bind(&b, node_rows, "{}", NULL);
    char *text = json_print(b.queue.body);
    assert_string_equal(text, "{\"oneOf\":{\"a\":0.3}}");
    free(text);
    /* Whoever finds a fault in it later can still name the file. */
    assert_string_equal(json_place(b.lab.doc, b.queue.body, NULL).file, "a.json");
    param_lab_close(&b.lab);
}

static void test_absent_objects_require_nothing(void **state)
{
    (void)state;
    const struct param nested[] = {
        {.name = "step", .type = &param_object, .offset = 0, .extra = step_rows},
        PARAM_END,
    };
    struct bound b;
    bind(&b, nested, "{}", NULL);
    assert_true(b.lab.fine);
    param_lab_close(&b.lab);
    assert_refused(nested, "{\"step\": {\"at\": 1}}",
                   "a.json:1:10: /queues/a~1b/step: \"rate\" is required\n");
}

static void test_pointers_are_known(void **state)
{
    (void)state;
    static const char *const known[] = {
        "",          "/VisibilityTimeout", "/retry",         "/retry/rate", "/steps",
        "/steps/0",  "/steps/17/rate",     "/steps/-",       "/body",       "/body/any/thing/0",
        "/arrivals", "/arrivals/process",  "/arrivals/rate",
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!param_knows(rows, known[i])) {
            fail_msg("%s should be known", known[i]);
        }
    }
    static const char *const unknown[] = {
        "VisibilityTimeout",   "/",        "/visibilityTimeout", "/VisibilityTimeout/x",
        "/Visibility",         "/retry/x", "/retry/rate/0",      "/steps/x",
        "/steps/0/x",          "/steps/",  "/steps/0x/at",       "/arrivals/x",
        "/arrivals/process/x", "/retry/",
    };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        if (param_knows(rows, unknown[i])) {
            fail_msg("%s should not be known", unknown[i]);
        }
    }
    const struct param odd[] = {{.name = "a/b~c", .type = &param_int}, PARAM_END};
    assert_true(param_knows(odd, "/a~1b~0c"));
    assert_false(param_knows(odd, "/a/b~c"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choices_are_told_by_their_tag),
        cmocka_unit_test(test_choices_may_have_a_shorthand),
        cmocka_unit_test(test_default_nodes_can_be_kept),
        cmocka_unit_test(test_absent_objects_require_nothing),
        cmocka_unit_test(test_pointers_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
