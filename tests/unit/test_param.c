// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows: every type read, refused with its sentence and its place, and written back. */
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

#include "base/units.h"

struct retry {
    int64_t attempts, backoff_ns;
};

struct step {
    int64_t at_ns;
    double per_s;
};

struct poisson {
    double per_s;
};

struct queue {
    int64_t visibility_ns, poll_ns, bytes, count;
    double per_s, ratio, loss_p;
    bool fifo;
    const char *to;
    int pick;
    uint64_t seed;
    const struct json *body;
    struct retry retry;
    struct param_items steps;
    struct param_choice arrivals;
};

#define AT(type, field) .offset = offsetof(struct type, field)
#define ROW(key, kind, field, ...)                                                                 \
    {                                                                                              \
        .name = key, .type = &param_##kind, AT(queue, field), __VA_ARGS__                          \
    }

// clang-format off
static const struct param retry_rows[] = {
    {.name = "attempts", .type = &param_int, AT(retry, attempts), .fallback = "3",
     .low = 1, .high = 10},
    {.name = "backoff", .type = &param_duration, AT(retry, backoff_ns), .fallback = "\"100ms\"",
     PARAM_NO_RANGE},
    PARAM_END,
};
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
static const char *const picks[] = {"uniform", "roundRobin", "zipf", NULL};

static const struct param rows[] = {
    ROW("VisibilityTimeout", seconds, visibility_ns, .fallback = "30", .high = 43200,
        .range_hint = "12 hours"),
    ROW("pollInterval", duration, poll_ns, .fallback = "\"0s\"", .high = 3600,
        .range_hint = "1 hour"),
    ROW("rate",     rate,        per_s,    .fallback = "\"2/s\"", PARAM_NO_RANGE),
    ROW("size",     size,        bytes,    .fallback = "\"1KiB\"", .low = 1, .high = 1048576),
    ROW("count",    int,         count,    .fallback = "1", .low = 1, .high = 100),
    ROW("ratio",    number,      ratio,    .fallback = "0.5", .low = -1, .high = 1),
    ROW("loss",     probability, loss_p,   .fallback = "0", PARAM_NO_RANGE),
    ROW("fifo",     bool,        fifo,     .fallback = "false"),
    ROW("to",       text,        to,       .flags = PARAM_REQUIRED),
    ROW("pick",     word,        pick,     .fallback = "\"zipf\"", .extra = picks),
    ROW("seed",     seed,        seed,     .fallback = "1"),
    ROW("body",     node,        body,     .doc = "Any value."),
    ROW("retry",    object,      retry,    .extra = retry_rows),
    ROW("steps",    list,        steps,    .extra = &step_list),
    ROW("arrivals", tagged,      arrivals, .extra = &process_tag),
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

/* Refuses {"to": "q", "<name>": <value>} with a sentence about the value, which begins in column 11
 * + the length of the name and its quotes, colon and blank. */
static void assert_value_refused(const char *name, const char *value, const char *sentence)
{
    struct text text = {0}, expected = {0};
    text_printf(&text, "{\"to\":\"q\",\"%s\":%s}", name, value);
    text_printf(&expected, "a.json:1:%zu: /queues/a~1b/%s: %s\n", strlen(name) + 14, name,
                sentence);
    assert_refused(rows, text_of(&text), text_of(&expected));
    text_free(&text);
    text_free(&expected);
}

static void assert_same(double value, double expected)
{
    assert_memory_equal(&value, &expected, sizeof value);
}

static void test_defaults_are_read_like_values(void **state)
{
    (void)state;
    struct bound b;
    bind(&b, rows, "{\"to\": \"orders\", \"x-note\": 1}", NULL);
    assert_true(b.lab.fine);
    assert_int_equal(b.queue.visibility_ns, 30 * SEC);
    assert_int_equal(b.queue.poll_ns, 0);
    assert_int_equal(b.queue.bytes, 1024);
    assert_int_equal(b.queue.count, 1);
    assert_same(b.queue.per_s, 2);
    assert_same(b.queue.ratio, 0.5);
    assert_same(b.queue.loss_p, 0);
    assert_false(b.queue.fifo);
    assert_string_equal(b.queue.to, "orders");
    assert_int_equal(b.queue.pick, 2);
    assert_int_equal(b.queue.seed, 1);
    assert_null(b.queue.body);
    assert_int_equal(b.queue.retry.attempts, 3);
    assert_int_equal(b.queue.retry.backoff_ns, 100 * MSEC);
    assert_int_equal(b.queue.steps.count, 0);
    assert_null(b.queue.arrivals.kind);
    param_lab_close(&b.lab);
}

static const char *const full =
    "{\"VisibilityTimeout\":43200,\"pollInterval\":\"1.5s\",\"rate\":0.25,\"size\":65536,\"count\":"
    "100,"
    "\"ratio\":-0.125,\"loss\":1,\"fifo\":true,\"to\":\"q\",\"pick\":\"roundRobin\","
    "\"seed\":\"0x9e3779b97f4a7c15\",\"body\":{\"type\":[\"order\",null]},"
    "\"retry\":{\"attempts\":5,\"backoff\":\"90m\"},"
    "\"steps\":[{\"at\":\"0s\",\"rate\":1},{\"at\":\"250ms\",\"rate\":2}],"
    "\"arrivals\":{\"process\":\"poisson\",\"rate\":2}}";

static void test_values_are_read(void **state)
{
    (void)state;
    struct bound b;
    bind(&b, rows, full, NULL);
    assert_true(b.lab.fine);
    assert_int_equal(b.queue.visibility_ns, 12 * HOUR);
    assert_int_equal(b.queue.poll_ns, 1500 * MSEC);
    assert_same(b.queue.per_s, 0.25);
    assert_int_equal(b.queue.bytes, 65536);
    assert_int_equal(b.queue.count, 100);
    assert_same(b.queue.ratio, -0.125);
    assert_same(b.queue.loss_p, 1);
    assert_true(b.queue.fifo);
    assert_int_equal(b.queue.pick, 1);
    assert_true(b.queue.seed == UINT64_C(0x9e3779b97f4a7c15));
    assert_ptr_equal(b.queue.body, json_find(b.lab.doc, "/body"));
    assert_int_equal(b.queue.retry.backoff_ns, 90 * MINUTE);
    assert_int_equal(b.queue.steps.count, 2);
    const struct step *steps = b.queue.steps.items;
    assert_int_equal(steps[1].at_ns, 250 * MSEC);
    assert_same(steps[1].per_s, 2);
    assert_ptr_equal(b.queue.arrivals.kind, &poisson);
    assert_same(((const struct poisson *)b.queue.arrivals.cfg)->per_s, 2);
    param_lab_close(&b.lab);
}

/* Writes the struct as JSON; the caller frees. */
static char *written(const struct queue *queue)
{
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    json_write_open(&w, '{');
    param_write(&w, rows, queue);
    json_write_close(&w, '}');
    return out.bytes;
}

static void test_what_is_written_reads_back(void **state)
{
    (void)state;
    struct bound b;
    bind(&b, rows, full, NULL);
    char *text = written(&b.queue);
    assert_string_equal(text, full); /* in the order of the rows, in the same form */
    param_lab_close(&b.lab);
    free(text);
    bind(&b, rows, "{\"to\":\"q\"}", NULL);
    text = written(&b.queue);
    assert_string_equal(
        text, "{\"VisibilityTimeout\":30,\"pollInterval\":\"0s\",\"rate\":2,\"size\":1024,"
              "\"count\":1,\"ratio\":0.5,\"loss\":0,\"fifo\":false,\"to\":\"q\","
              "\"pick\":\"zipf\",\"seed\":1,"
              "\"retry\":{\"attempts\":3,\"backoff\":\"100ms\"},\"steps\":[]}");
    struct bound again;
    bind(&again, rows, text, NULL);
    assert_true(again.lab.fine);
    param_lab_close(&again.lab);
    free(text);
    param_lab_close(&b.lab);
}

static void test_refused_values_are_told_with_their_place(void **state)
{
    (void)state;
    assert_value_refused("VisibilityTimeout", "50000",
                         "50000 is above the maximum 43200 (12 hours)");
    assert_value_refused("VisibilityTimeout", "-1", "-1 is below the minimum 0");
    assert_value_refused("VisibilityTimeout", "1.5", "1.5 is not a whole number of seconds");
    assert_value_refused("VisibilityTimeout", "\"1m\"",
                         "expected a number, found a text: AWS counts whole seconds, write 60");
    assert_value_refused("VisibilityTimeout", "\"x\"", "expected a number, found a text");
    assert_value_refused("VisibilityTimeout", "null", "expected a number, found null");
    assert_value_refused("pollInterval", "\"30\"",
                         "a duration needs a unit: write \"30s\" or the number 30");
    assert_value_refused(
        "pollInterval", "\"soon\"",
        "\"soon\" is not a duration: write one such as \"250ms\" (ns, us, ms, s, m, h, d)");
    assert_value_refused(
        "pollInterval", "\"-1s\"",
        "\"-1s\" is not a duration: write one such as \"250ms\" (ns, us, ms, s, m, h, d)");
    assert_value_refused("pollInterval", "-1", "a duration cannot be negative (-1)");
    assert_value_refused("pollInterval", "\"2h\"", "7200 is above the maximum 3600 (1 hour)");
    assert_value_refused(
        "pollInterval", "true",
        "expected a duration (a number or a text such as \"250ms\"), found true or false");
    assert_value_refused("rate", "\"2\"", "a rate needs a unit: write \"2/s\" or the number 2");
    assert_value_refused(
        "rate", "\"2/week\"",
        "\"2/week\" is not a rate: write one such as \"2/s\" (/ms, /s, /min, /h, /d)");
    assert_value_refused("rate", "-2", "a rate cannot be negative (-2)");
    assert_value_refused("size", "\"64\"", "a size needs a unit: write \"64B\" or the number 64");
    assert_value_refused("size", "1.5", "1.5 is not a whole number of bytes");
    assert_value_refused("size", "\"2MiB\"", "2097152 is above the maximum 1048576");
    assert_value_refused("count", "0", "0 is below the minimum 1");
    assert_value_refused("count", "1.5", "1.5 is not a whole number");
    assert_value_refused("count", "\"3\"",
                         "expected a number, found a text: write 3, without quotes");
    assert_value_refused("count", "\"3 workers\"", "expected a number, found a text");
    assert_value_refused("count", "\"-inf\"", "expected a number, found a text");
    assert_value_refused("ratio", "\"10 %\"", "expected a number, found a text: write 0.1");
    assert_value_refused("retry", "\"{}\"",
                         "expected an object, found a text: write it without quotes around it");
    assert_value_refused("count", "1e300", "1e300 is too large: whole numbers go to 2^53");
    assert_value_refused("ratio", "1.01", "1.01 is above the maximum 1");
    assert_value_refused("ratio", "[]", "expected a number, found an array");
    assert_value_refused("loss", "1.5", "1.5 is above the maximum 1");
    assert_value_refused("loss", "-0.1", "-0.1 is below the minimum 0");
    assert_value_refused("fifo", "\"yes\"", "expected true or false, found a text");
    assert_value_refused(
        "pick", "\"uniforn\"",
        "\"uniforn\" is not one of uniform, roundRobin, zipf: did you mean \"uniform\"?");
    assert_value_refused("pick", "\"x\"", "\"x\" is not one of uniform, roundRobin, zipf");
    assert_value_refused("pick", "1", "expected a text, found a number");
    assert_value_refused("retry", "3", "expected an object, found a number");
    assert_value_refused("steps", "{}", "expected an array, found an object");
    assert_value_refused("arrivals", "5", "expected an object, found a number");
    assert_refused(rows, "{\"to\": 1}",
                   "a.json:1:8: /queues/a~1b/to: expected a text, found a number\n");
}

static void test_seeds_are_64_bits(void **state)
{
    (void)state;
    static const char *const sentence =
        "a seed is a whole number from 0 to 2^53, or a text such as \"0x9e3779b97f4a7c15\"";
    static const char *const refused[] = {"-1",     "1.5",     "9007199254740994",        "\"17\"",
                                          "\"0x\"", "\"0xg\"", "\"0x10000000000000000\"", "true"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_value_refused("seed", refused[i], sentence);
    }
    struct bound b;
    bind(&b, rows, "{\"to\":\"q\",\"seed\":9007199254740992}", NULL);
    assert_true(b.queue.seed == UINT64_C(1) << 53);
    param_lab_close(&b.lab);
    bind(&b, rows, "{\"to\":\"q\",\"seed\":\"0xFFFFFFFFFFFFFFFF\"}", NULL);
    assert_true(b.queue.seed == UINT64_MAX);
    param_lab_close(&b.lab);
}

static void test_keys_are_known_or_told(void **state)
{
    (void)state;
    assert_refused(rows, "{\"to\": \"q\",\n \"VisiblityTimeout\": 5}",
                   "a.json:2:2: /queues/a~1b: unknown key \"VisiblityTimeout\", "
                   "did you mean \"VisibilityTimeout\"?\n");
    assert_refused(
        rows, "{\"to\": \"q\", \"somethingElse\": 5}",
        "a.json:1:13: /queues/a~1b: unknown key \"somethingElse\"; there are "
        "VisibilityTimeout, pollInterval, rate, size, count, ratio, loss, fifo, to, pick, seed, "
        "body, retry, steps, arrivals\n");
    assert_refused(rows, "  {}", "a.json:1:3: /queues/a~1b: \"to\" is required\n");
    assert_refused(rows, "[]", "a.json:1:1: /queues/a~1b: expected an object, found an array\n");
    static const char *const skip[] = {"kind", "then", NULL};
    struct bound b;
    bind(&b, rows, "{\"to\": \"q\", \"kind\": 1, \"x-y\": 2, \"theb\": 3}", skip);
    json_lab_said(b.lab.diag,
                  "a.json:1:34: /queues/a~1b: unknown key \"theb\", did you mean \"then\"?\n");
    param_lab_close(&b.lab);
}

static void test_all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    assert_refused(
        rows,
        "{\"count\": 0,\n \"rat\": 1,\n \"retry\": {\"attempts\": 11, \"backof\": 1},\n"
        " \"steps\": [{\"at\": 1, \"rate\": 2}, {\"rate\": \"2\"}, 3]}",
        "a.json:1:1: /queues/a~1b: \"to\" is required\n"
        "a.json:1:11: /queues/a~1b/count: 0 is below the minimum 1\n"
        "a.json:2:2: /queues/a~1b: unknown key \"rat\", did you mean \"rate\"?\n"
        "a.json:3:24: /queues/a~1b/retry/attempts: 11 is above the maximum 10\n"
        "a.json:3:28: /queues/a~1b/retry: unknown key \"backof\", did you mean \"backoff\"?\n"
        "a.json:4:34: /queues/a~1b/steps/1: \"at\" is required\n"
        "a.json:4:43: /queues/a~1b/steps/1/rate: a rate needs a unit: write \"2/s\" or the "
        "number 2\n"
        "a.json:4:49: /queues/a~1b/steps/2: expected an object, found a number\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_are_read_like_values),
        cmocka_unit_test(test_values_are_read),
        cmocka_unit_test(test_what_is_written_reads_back),
        cmocka_unit_test(test_refused_values_are_told_with_their_place),
        cmocka_unit_test(test_seeds_are_64_bits),
        cmocka_unit_test(test_keys_are_known_or_told),
        cmocka_unit_test(test_all_mistakes_are_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
