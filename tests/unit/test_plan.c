// SPDX-License-Identifier: GPL-3.0-or-later
/* What a plan says, and how it cuts a run. */
#include "experiment/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* Cells of 3, 3, 5 and 5 replications. */
static const char scenario[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"replications\": 3},"
    " \"queues\": {\"q\": {}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"paced\", \"rate\": 1}}},"
    " \"variants\": {\"few\": {}, \"many\": {\"/experiment/replications\": 5}},"
    " \"sweep\": {\"/producers/p/arrivals/rate\": [1, 2]}}";

static struct plan plan_of(size_t shard_count)
{
    struct plan plan;
    plan_init(&plan);
    plan.version = "1.2.3";
    plan.commit = "abc";
    plan.path = "a/b.json";
    plan.scenario = scenario;
    plan.shard_count = shard_count;
    return plan;
}

/* Shards one after another are all pairs of (cell, replication), each once and in order. */
static void test_shards_are_the_whole_run(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 7, 16, 200};
    static const size_t replications[] = {3, 3, 5, 5};
    struct results results = results_load(scenario);
    assert_int_equal(plan_replications(results.result), 16);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct plan plan = plan_of(counts[i]);
        size_t cell = 0, next = 0;
        for (size_t shard = 0; shard < counts[i]; shard++) {
            struct plan_walk walk = plan_walk(&plan, results.result, shard);
            struct plan_piece piece;
            size_t size = 0;
            while (plan_next(&walk, &piece)) {
                assert_int_equal(piece.cell, cell);
                assert_int_equal(piece.from, next);
                assert_true(piece.to > piece.from && piece.to <= replications[cell]);
                size += piece.to - piece.from;
                next = piece.to < replications[cell] ? piece.to : 0;
                cell += piece.to == replications[cell];
            }
            /* No shard is larger than another by more than one. */
            assert_in_range(size, 16 / counts[i], 16 / counts[i] + 1);
        }
        assert_int_equal(cell, 4);
        plan_free(&plan);
    }
    results_free(&results);
}

static void test_a_plan_reads_back(void **state)
{
    (void)state;
    struct results results = results_load(scenario);
    struct plan plan = plan_of(7), read;
    struct scenario_override overrides[] = {{"/experiment/seed", "7"}, {"/title", "\"a\n\""}};
    struct plan_file files[] = {{"trace.csv", "0123"}};
    struct text text = {.length = 0}, again = {.length = 0};
    plan.overrides = overrides;
    plan.override_count = 2;
    plan.files = files;
    plan.file_count = 1;
    plan_text(&plan, results.result, &text);
    plan_init(&read);
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("plan", text_of(&text), text.length, false, diag);
    assert_non_null(doc);
    assert_true(plan_read_members(&read, json_root(doc)));
    plan_text(&read, results.result, &again);
    assert_string_equal(text_of(&again), text_of(&text));
    assert_string_equal(read.sha256, plan.sha256);
    assert_string_equal(read.overrides[1].value, "\"a\n\"");
    /* Every member counts. */
    read.shard_count = 8;
    text_clear(&again);
    plan_text(&read, results.result, &again);
    assert_string_not_equal(read.sha256, plan.sha256);
    json_free(doc);
    diag_free(diag);
    text_free(&text);
    text_free(&again);
    plan_free(&read);
    plan_free(&plan);
    results_free(&results);
}

static bool reads(const char *text)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("plan", text, strlen(text), false, diag);
    struct plan plan;
    plan_init(&plan);
    assert_non_null(doc);
    const bool is_read = plan_read_members(&plan, json_root(doc));
    plan_free(&plan);
    json_free(doc);
    diag_free(diag);
    return is_read;
}

#define HEAD "{\"queuelab\": \"1\", \"commit\": \"c\", \"file\": \"f\", \"scenario\": \"{}\", "
static void test_what_is_no_plan(void **state)
{
    (void)state;
    assert_true(reads(HEAD "\"overrides\": [], \"reads\": [], \"shards\": 1}"));
    assert_false(reads("[]"));
    assert_false(reads("{}"));
    assert_false(reads(HEAD "\"overrides\": [], \"reads\": [], \"shards\": 0}"));
    assert_false(reads(HEAD "\"overrides\": [], \"reads\": [], \"shards\": 1e9}"));
    assert_false(reads(HEAD "\"overrides\": [3], \"reads\": [], \"shards\": 1}"));
    assert_false(reads(HEAD "\"overrides\": [], \"reads\": [{\"file\": 1}], \"shards\": 1}"));
    assert_false(reads(HEAD "\"overrides\": {}, \"reads\": [], \"shards\": 1}"));
}

static void test_files_are_found_wherever_they_are_named(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": 1, \"experiment\": {\"duration\": \"1m\"}, \"queues\": {\"q\": {}},"
        " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"renewal\","
        " \"interval\": {\"dist\": \"empirical\", \"file\": \"one.csv\"}}}},"
        " \"variants\": {\"v\": {\"/producers/p/arrivals/interval/file\": \"two.csv\"}},"
        " \"sweep\": {\"/producers/p/arrivals/interval/file\": [\"one.csv\", \"three.csv\"]}}";
    struct diag *diag = diag_new();
    struct scenario_file *file = scenario_file_read("s.json", text, strlen(text), NULL, 0, diag);
    struct plan plan;
    plan_init(&plan);
    assert_non_null(file);
    plan_find_files(&plan, file);
    assert_int_equal(plan.file_count, 3);
    assert_string_equal(plan.files[0].path, "one.csv");
    assert_string_equal(plan.files[1].path, "two.csv");
    assert_string_equal(plan.files[2].path, "three.csv");
    plan_free(&plan);
    scenario_file_free(file);
    diag_free(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shards_are_the_whole_run),
        cmocka_unit_test(test_a_plan_reads_back),
        cmocka_unit_test(test_what_is_no_plan),
        cmocka_unit_test(test_files_are_found_wherever_they_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
