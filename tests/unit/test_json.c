// SPDX-License-Identifier: GPL-3.0-or-later
/* Documents: their nodes, where each stands, pointers, copies, patches and printing. */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "tools/json_lab.h"

static void test_values_and_keys_know_where_they_stand(void **state)
{
    (void)state;
    struct json_doc *doc = json_lab_parse("a.json",
                                          "{\r\n"
                                          "  \"\xc3\xa9t\xc3\xa9\": [1, {\"b\": \"x\"}],\n"
                                          "  \"c\":\n"
                                          "    null }",
                                          false);
    const char *pointer = "/here";
    json_lab_stands(json_place(doc, json_root(doc), pointer), "a.json", 1, 1);
    assert_ptr_equal(json_place(doc, json_root(doc), pointer).pointer, pointer);
    /* Columns count characters: two of the key take two bytes each. */
    json_lab_stands(json_place(doc, json_find(doc, "/\xc3\xa9t\xc3\xa9"), NULL), "a.json", 2, 10);
    json_lab_stands(json_key_place(doc, json_find(doc, "/\xc3\xa9t\xc3\xa9"), NULL), "a.json", 2,
                    3);
    json_lab_stands(json_place(doc, json_find(doc, "/\xc3\xa9t\xc3\xa9/0"), NULL), "a.json", 2, 11);
    json_lab_stands(json_key_place(doc, json_find(doc, "/\xc3\xa9t\xc3\xa9/0"), NULL), "a.json", 2,
                    11);
    json_lab_stands(json_place(doc, json_find(doc, "/\xc3\xa9t\xc3\xa9/1/b"), NULL), "a.json", 2,
                    20);
    json_lab_stands(json_key_place(doc, json_find(doc, "/\xc3\xa9t\xc3\xa9/1/b"), NULL), "a.json",
                    2, 15);
    json_lab_stands(json_place(doc, json_find(doc, "/c"), NULL), "a.json", 4, 5);
    json_lab_stands(json_key_place(doc, json_find(doc, "/c"), NULL), "a.json", 3, 3);
    json_lab_stands(json_place(doc, NULL, NULL), "a.json", 0, 0);
    json_free(doc);
}

static void test_nodes_tell_what_they_are(void **state)
{
    (void)state;
    struct json_doc *doc = json_lab_parse(
        "a.json", "{\"n\":null,\"b\":true,\"f\":false,\"x\":1.5,\"t\":\"\",\"a\":[],\"MAX\":{}}",
        false);
    const struct json *root = json_root(doc);
    static const enum json_kind kinds[] = {JSON_NULL, JSON_BOOL,  JSON_BOOL,  JSON_NUMBER,
                                           JSON_TEXT, JSON_ARRAY, JSON_OBJECT};
    size_t index = 0;
    for (const struct json *node = json_first(root); node != NULL; node = json_next(node)) {
        assert_int_equal(json_kind(node), kinds[index++]);
    }
    assert_int_equal(index, 7);
    assert_int_equal(json_count(root), 7);
    assert_int_equal(json_count(json_get(root, "x")), 0);
    assert_true(json_bool(json_get(root, "b")));
    assert_false(json_bool(json_get(root, "f")));
    assert_string_equal(json_text(json_get(root, "t")), "");
    assert_string_equal(json_key(json_get(root, "MAX")), "MAX");
    assert_null(json_key(root));
    assert_null(json_get(root, "max")); /* cJSON's own look-up ignores case */
    assert_null(json_get(json_get(root, "a"), "x"));
    assert_null(json_get(json_get(root, "x"), "x"));
    assert_string_equal(json_kind_word(JSON_NUMBER), "a number");
    assert_string_equal(json_kind_word(JSON_TEXT), "a text");
    assert_string_equal(json_kind_word(JSON_OBJECT), "an object");
    assert_string_equal(json_kind_word(JSON_ARRAY), "an array");
    assert_string_equal(json_kind_word(JSON_BOOL), "true or false");
    assert_string_equal(json_kind_word(JSON_NULL), "null");
    json_free(doc);
}

/* What others write with a key twice is read with both; all else is as strict as ever. */
static void test_keys_may_come_again_where_that_is_asked_for(void **state)
{
    (void)state;
    static const char twice[] = "{\"a\":1,\"b\":{\"c\":2,\"c\":3},\"a\":4}";
    static const char *const bad[] = {"{\"a\":1,}", "{\"a\":01}", "{\"a\":1}x", "{\"a\":\"\n\"}",
                                      ""};
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse_repeating("", twice, strlen(twice), diag);
    assert_non_null(doc);
    assert_int_equal(diag_count(diag), 0);
    const struct json *first = json_first(json_root(doc));
    assert_int_equal(json_count(json_root(doc)), 3);
    assert_int_equal((int)json_number(first), 1);
    assert_int_equal((int)json_number(json_next(json_next(first))), 4);
    assert_int_equal(json_count(json_next(first)), 2);
    json_free(doc);
    assert_null(json_parse("", twice, strlen(twice), false, diag));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(json_parse_repeating("", bad[i], strlen(bad[i]), diag));
    diag_free(diag);
}

/* The document and the pointers of RFC 6901, section 5. */
static void test_pointers_are_those_of_rfc_6901(void **state)
{
    (void)state;
    struct json_doc *doc =
        json_lab_parse("a.json",
                       "{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2, \"e^f\": 3,"
                       " \"g|h\": 4, \"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7, \"m~n\": 8}",
                       false);
    static const char *const pointers[] = {"/",     "/a~1b", "/c%d", "/e^f", "/g|h",
                                           "/i\\j", "/k\"l", "/ ",   "/m~0n"};
    for (size_t i = 0; i < 9; i++) {
        const struct json *found = json_find(doc, pointers[i]);
        assert_non_null(found);
        assert_int_equal((int)json_number(found), i);
    }
    assert_ptr_equal(json_find(doc, ""), json_root(doc));
    assert_string_equal(json_text(json_find(doc, "/foo/0")), "bar");
    assert_string_equal(json_text(json_find(doc, "/foo/1")), "baz");
    static const char *const nowhere[] = {
        "/foo/2", "/foo/01", "/foo/-", "/foo/-1", "/foo/x",           "/foo/0/x", "/nobody",
        "foo",    "/m~2n",   "/m~",    "/foo/",   "/foo/99999999999", "/Foo"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        assert_null(json_find(doc, nowhere[i]));
    }
    json_free(doc);
}

static bool patch(struct json_doc *doc, const char *pointer, const char *value)
{
    struct json_doc *from = json_lab_parse("--set", value, false);
    bool fine = json_patch(doc, pointer, from, json_root(from));
    json_free(from);
    return fine;
}

static void test_patches_add_replace_and_remove(void **state)
{
    (void)state;
    struct json_doc *doc =
        json_lab_parse("a.json", "{\"q\":{\"x\":1,\"y\":2},\"a\":[1,2,3],\"m/n\":{}}", false);
    struct json_doc *copy = json_copy(doc);
    assert_true(patch(copy, "/q/x", "{\"deep\":[true]}"));
    assert_true(patch(copy, "/q/z", "\"new\""));
    assert_true(patch(copy, "/q/y", "null"));
    assert_true(patch(copy, "/q/absent", "null"));
    assert_true(patch(copy, "/a/1", "\"two\""));
    assert_true(patch(copy, "/a/0", "null"));
    assert_true(patch(copy, "/a/-", "4"));
    assert_true(patch(copy, "/a/3", "5"));
    assert_true(patch(copy, "/m~1n/k~0", "6"));
    assert_true(json_patch(copy, "/q/x/deep", NULL, NULL));
    json_lab_prints(copy,
                    "{\"q\":{\"x\":{},\"z\":\"new\"},\"a\":[\"two\",3,4,5],\"m/n\":{\"k~\":6}}");
    json_lab_prints(doc, "{\"q\":{\"x\":1,\"y\":2},\"a\":[1,2,3],\"m/n\":{}}");
    json_free(doc); /* the copy stands alone */
    assert_string_equal(json_key(json_find(copy, "/q/z")), "z");
    assert_null(json_key(json_find(copy, "/a/0")));
    assert_true(patch(copy, "", "[0]"));
    json_lab_prints(copy, "[0]");
    json_free(copy);
}

static void test_patches_to_nowhere_are_refused(void **state)
{
    (void)state;
    struct json_doc *doc = json_lab_parse("a.json", "{\"q\":{\"x\":1},\"a\":[1]}", false);
    static const char *const nowhere[] = {"/no/x", "/q/x/y", "/a/2", "/a/01",
                                          "/a/x",  "q",      "/q/~", "/a/0/x"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        assert_false(patch(doc, nowhere[i], "{\"some\":[\"thing\"]}"));
    }
    assert_false(json_patch(doc, "", NULL, NULL));
    assert_false(json_patch(doc, "/a/1", NULL, NULL));
    assert_false(json_patch(doc, "/no/x", NULL, NULL));
    json_lab_prints(doc, "{\"q\":{\"x\":1},\"a\":[1]}");
    json_free(doc);
}

static void test_places_survive_copies_and_patches(void **state)
{
    (void)state;
    struct json_doc *doc =
        json_lab_parse("a.json", "{\"q\": {\"x\": 1},\n \"v\": {\"/q/x\": {\"in\": [9]}}}", false);
    struct json_doc *copy = json_copy(doc);
    assert_true(json_patch(copy, "/q/x", copy, json_find(copy, "/v/~1q~1x")));
    json_lab_stands(json_place(copy, json_find(copy, "/q/x"), NULL), "a.json", 2, 16);
    json_lab_stands(json_key_place(copy, json_find(copy, "/q/x"), NULL), "a.json", 2, 8);
    json_lab_stands(json_place(copy, json_find(copy, "/q/x/in/0"), NULL), "a.json", 2, 24);
    json_lab_stands(json_place(copy, json_find(copy, "/q"), NULL), "a.json", 1, 7);
    struct json_doc *set = json_lab_parse("--set", "  [1, 50000]", false);
    assert_true(json_patch(copy, "/q/y", set, json_find(set, "/1")));
    json_free(set);
    json_free(doc);
    struct json_doc *again = json_copy(copy);
    json_free(copy);
    json_lab_stands(json_place(again, json_find(again, "/q/y"), NULL), "--set", 1, 7);
    json_lab_stands(json_place(again, json_root(again), NULL), "a.json", 1, 1);
    /* A whole document put inside: its places are its own. */
    struct json_doc *other = json_lab_parse("b.json", "\n\n {\"k\": 1}", false);
    assert_true(json_patch(again, "/q", other, json_root(other)));
    json_free(other);
    json_lab_stands(json_place(again, json_find(again, "/q/k"), NULL), "b.json", 3, 8);
    json_lab_stands(json_key_place(again, json_find(again, "/q/k"), NULL), "b.json", 3, 3);
    json_free(again);
}

static void test_a_value_can_replace_what_holds_it(void **state)
{
    (void)state;
    struct json_doc *doc = json_lab_parse("a.json", "{\"q\":{\"x\":[1]}}", false);
    assert_true(json_patch(doc, "/q", doc, json_find(doc, "/q/x")));
    json_lab_prints(doc, "{\"q\":[1]}");
    json_lab_stands(json_place(doc, json_find(doc, "/q/0"), NULL), "a.json", 1, 12);
    json_free(doc);
}

static void test_kept_nodes_outlive_their_document(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct json_doc *doc = json_lab_parse("a.json", "{\"k\":[1,{\"a\":\"x\"},null]}", false);
    const struct json *kept = json_keep(&arena, json_get(json_root(doc), "k"));
    json_lab_stands(json_place(doc, kept, NULL), "a.json", 0, 0);
    json_free(doc);
    assert_string_equal(json_key(kept), "k");
    char *text = json_print(kept);
    assert_string_equal(text, "[1,{\"a\":\"x\"},null]");
    free(text);
    arena_free(&arena);
}

/* Printing takes a text to itself, so that 2^53 + 1 (which is 2^53 as a double) and the like are
 * exact. */
static void test_printing_is_exact(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[9007199254740992,0.1,1e300,5e-324,-1.5,123456789.123,1e15,1e21,0.30000000000000004]",
        "{\"a\":\"\\u0001\\n\\\"\xc3\xa9\",\"b\":[[],{}],\"\":null}",
    };
    for (size_t i = 0; i < 2; i++) {
        struct json_doc *doc = json_lab_parse("a.json", texts[i], false);
        char *text = json_print(json_root(doc));
        if (i == 0) {
            assert_string_equal(text, "[9007199254740992,0.1,1e300,5e-324,-1.5,123456789.123,"
                                      "1000000000000000,1e21,0.30000000000000004]");
        } else {
            assert_string_equal(text, texts[1]);
        }
        free(text);
        json_free(doc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_and_keys_know_where_they_stand),
        cmocka_unit_test(test_nodes_tell_what_they_are),
        cmocka_unit_test(test_keys_may_come_again_where_that_is_asked_for),
        cmocka_unit_test(test_pointers_are_those_of_rfc_6901),
        cmocka_unit_test(test_patches_add_replace_and_remove),
        cmocka_unit_test(test_patches_to_nowhere_are_refused),
        cmocka_unit_test(test_places_survive_copies_and_patches),
        cmocka_unit_test(test_a_value_can_replace_what_holds_it),
        cmocka_unit_test(test_kept_nodes_outlive_their_document),
        cmocka_unit_test(test_printing_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
