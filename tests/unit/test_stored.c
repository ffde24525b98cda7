// SPDX-License-Identifier: GPL-3.0-or-later
/* What two stored scenarios differ in, and what is no result.  Folders are read by
 * tests/cli/compare.t. */
#include "experiment/stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct stored stored_of(const char *text)
{
    struct diag *diag = diag_new();
    struct stored stored = {.file =
                                scenario_file_read("s.json", text, strlen(text), NULL, 0, diag)};
    assert_non_null(stored.file);
    diag_free(diag);
    arena_init(&stored.arena);
    return stored;
}

static void assert_differences(const char *first, const char *second, const char *wanted)
{
    struct stored a = stored_of(first), b = stored_of(second);
    struct arena arena;
    arena_init(&arena);
    assert_string_equal(stored_differences(&arena, &a, &b), wanted);
    arena_free(&arena);
    stored_free(&a);
    stored_free(&b);
}

static void test_differences(void **state)
{
    (void)state;
    assert_differences("{\"a\": 1}", "{\"a\": 1}", "");
    assert_differences("{\"a\": {\"b\": [1, {\"c\": 2}]}, \"d\": 1}",
                       "{\"a\": {\"b\": [1, {\"c\": 3}]}, \"e\": 1}", "/a/b/1/c, /d, /e");
    /* Lists of other lengths are not gone through. */
    assert_differences("{\"a\": [1, 2]}", "{\"a\": [1]}", "/a");
    /* Seeds and numbers of replications are told apart elsewhere. */
    assert_differences("{\"experiment\": {\"seed\": 1, \"replications\": 2}}",
                       "{\"experiment\": {\"seed\": 2, \"replications\": 3, \"drain\": true}}",
                       "/experiment/drain");
    assert_differences("{\"a\": 1, \"b\": 1, \"c\": 1, \"d\": 1, \"e\": 1, \"f\": 1}", "{}",
                       "/a, /b, /c, /d and 2 more");
}

static void assert_name(const char *text, const char *wanted)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("result.json", text, strlen(text), false, diag);
    const char *name = stored_name(doc, diag);
    assert_string_equal(name != NULL ? name : "none", wanted);
    assert_int_equal(diag_count(diag), name != NULL ? 0 : 1);
    json_free(doc);
    diag_free(diag);
}

static void test_a_result_names_its_scenario(void **state)
{
    (void)state;
    assert_name(
        "{\"format\": \"queuelab-result\", \"version\": 1, \"provenance\": {\"name\": \"x\"}}",
        "x");
    assert_name(
        "{\"format\": \"queuelab-result\", \"version\": 2, \"provenance\": {\"name\": \"x\"}}",
        "none");
    assert_name("{\"provenance\": {\"name\": \"x\"}}", "none");
    assert_name("{\"format\": \"queuelab-result\", \"provenance\": 1}", "none");
    assert_name("{\"format\": 1}", "none");
    assert_name("{}", "none");
    assert_name("[1]", "none");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_a_result_names_its_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
