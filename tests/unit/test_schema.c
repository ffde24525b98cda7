// SPDX-License-Identifier: GPL-3.0-or-later
/* The schema of a whole file: complete, closed, described, in words of both drafts.  Whether it
 * judges as the loader does is for tests/cli/schema.t, which has a validator. */
#include "scenario/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/must.h"
#include "scenario/bind.h"
#include "tools/said.h"

static struct json_doc *read_schema(void)
{
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, false);
    schema_write(&w);
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("schema", text_of(&out), out.length, false, diag);
    assert_non_null(doc);
    assert_int_equal(w.depth, 0);
    diag_free(diag);
    text_free(&out);
    return doc;
}

static bool is_among(const char *word, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(word, *words) == 0)
            return true;
    }
    return false;
}

/* --- the form of every subschema --- */

static void check_schema(const struct json *schema);

static void check_each(const struct json *container)
{
    for (const struct json *n = json_first(container); n != NULL; n = json_next(n))
        check_schema(n);
}

/* What an editor shows of a key; a tag says it by the object that it stands in. */
static void check_properties(const struct json *properties)
{
    for (const struct json *n = json_first(properties); n != NULL; n = json_next(n)) {
        const struct json *doc = json_get(n, "description");
        if (json_get(n, "const") != NULL)
            continue;
        assert_non_null(doc);
        assert_true(strlen(json_text(doc)) > 3);
    }
    check_each(properties);
}

/* An object that lists its properties refuses all others, but "x-...". */
static void check_closed(const struct json *schema)
{
    const struct json *more = json_get(schema, "additionalProperties");
    assert_non_null(more);
    assert_false(json_bool(more));
    assert_non_null(json_get(json_get(schema, "patternProperties"), "^x-"));
}

/* The keywords of both specifications, draft-07 (json-schema-validation-01, §6 and §10) and
 * 2020-12, whose meaning did not change; "items" is one schema, since lists of them moved.
 * "definitions" is kept by the meta-schema of 2020-12 for what was written before "$defs". */
static void check_keyword(const struct json *member)
{
    static const char *const plain[] = {
        "$schema",       "title",    "description", "type",     "enum",
        "const",         "minimum",  "maximum",     "pattern",  "exclusiveMaximum",
        "default",       "required", "minLength",   "minItems", "maxItems",
        "maxProperties", "$ref",     NULL,
    };
    const char *key = json_key(member);
    if (strcmp(key, "properties") == 0)
        check_properties(member);
    else if (is_among(key, (const char *const[]){"patternProperties", "definitions", "allOf",
                                                 "anyOf", "oneOf", NULL}))
        check_each(member);
    else if (is_among(key, (const char *const[]){"items", "propertyNames", "not", NULL}) ||
             (strcmp(key, "additionalProperties") == 0 && json_kind(member) == JSON_OBJECT))
        check_schema(member);
    else if (strcmp(key, "additionalProperties") != 0 && !is_among(key, plain))
        fail_msg("the keyword \"%s\" is not one of both drafts", key);
}

static void check_schema(const struct json *schema)
{
    assert_int_equal(json_kind(schema), JSON_OBJECT);
    for (const struct json *member = json_first(schema); member != NULL; member = json_next(member))
        check_keyword(member);
    if (json_get(schema, "properties") != NULL)
        check_closed(schema);
}

static void test_every_subschema_is_closed_and_described(void **state)
{
    (void)state;
    struct json_doc *doc = read_schema();
    check_schema(json_root(doc));
    assert_string_equal(json_text(json_get(json_root(doc), "$schema")),
                        "http://json-schema.org/draft-07/schema#");
    json_free(doc);
}

/* --- sections --- */

static void test_every_top_level_key_says_what_it_takes(void **state)
{
    (void)state;
    struct json_doc *doc = read_schema();
    const struct json *properties = json_get(json_root(doc), "properties"), *n;
    const struct param *row = bind_top_rows;
    for (n = json_first(properties); n != NULL; n = json_next(n), row++) {
        assert_string_equal(json_key(n), row->name); /* in the order of the rows */
        assert_true(json_get(n, "type") != NULL || json_get(n, "enum") != NULL);
    }
    assert_null(row->name);
    json_free(doc);
}

static const char *text_at(const struct json_doc *doc, const char *pointer)
{
    const struct json *node = json_find(doc, pointer);
    assert_non_null(node);
    return json_text(node);
}

#define QUEUE "/properties/queues/additionalProperties"

/* The limit is that of rule ATT-1. */
static void test_attributes_carry_their_limits(void **state)
{
    (void)state;
    struct json_doc *doc = read_schema();
    assert_string_equal(text_at(doc, QUEUE "/properties/VisibilityTimeout/description"),
                        "How long a received message stays hidden. From 0 to 43200 (12 hours). "
                        "Rule ATT-1.");
    assert_true(json_number(json_find(doc, QUEUE "/properties/VisibilityTimeout/maximum")) ==
                43200.0);
    json_free(doc);
}

static void test_actors_have_their_rows(void **state)
{
    (void)state;
    struct json_doc *doc = read_schema();
    struct text pointer = {0};
    for (size_t i = 0; actor_kinds[i] != NULL; i++) {
        const struct actor_kind *kind = actor_kinds[i];
        for (const struct param *row = kind->params; row->name != NULL; row++) {
            text_clear(&pointer);
            text_printf(&pointer, "/properties/%s/additionalProperties/properties/%s/description",
                        kind->section, row->name);
            assert_non_null(strstr(text_at(doc, text_of(&pointer)), row->doc));
        }
    }
    text_free(&pointer);
    json_free(doc);
}

/* The loader and the schema know the same figures. */
static void test_figures(void **state)
{
    (void)state;
    struct json_doc *doc = read_schema();
    const struct json *ids = json_find(doc, "/properties/figures/items/enum"), *last = NULL;
    struct text text = {0};
    text_add(&text, "{`experiment`: {`duration`: 1}, `queues`: {`q`: {}}, `figures`: [");
    for (const struct json *id = json_first(ids); id != NULL; id = json_next(id)) {
        text_printf(&text, "`%s`, ", json_text(id));
        last = json_text(id)[0] == 'F' ? id : last;
    }
    const size_t length = text.length;
    text_cut(&text, length - 2);
    text_add(&text, "]}");
    said_check("s.json", text_of(&text), "");
    text_clear(&text);
    text_printf(&text, "{`experiment`: {`duration`: 1}, `queues`: {`q`: {}},\n`figures`: [`F%d`]}",
                atoi(json_text(last) + 1) + 1);
    said_check("s.json", text_of(&text),
               "s.json:2:13: /figures/0: unknown figure `F25`: they are F1 to F24 and sweep\n");
    text_free(&text);
    json_free(doc);
}

/* --- queues --- */

static const struct param *find_row(const struct param *rows, const char *name)
{
    for (; rows->name != NULL; rows++) {
        if (strcmp(rows->name, name) == 0)
            return rows;
    }
    return NULL;
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What two kinds share means the same in both: one row can stand for it. */
static void test_shared_keys_of_queues_are_the_same(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct param *all = schema_queue_rows(&arena);
    for (size_t i = 0; queue_kinds[i] != NULL; i++) {
        for (const struct param *row = queue_kinds[i]->params; row->name != NULL; row++) {
            const struct param *merged = find_row(all, row->name);
            assert_non_null(merged);
            assert_null(find_row(merged + 1, row->name));
            assert_ptr_equal(merged->type, row->type);
            assert_ptr_equal(merged->extra, row->extra);
            assert_true(merged->low <= row->low && merged->low >= row->low);
            assert_true(merged->high <= row->high && merged->high >= row->high);
            assert_true(is_same(merged->fallback, row->fallback));
            assert_true(is_same(merged->rule, row->rule));
            assert_memory_equal(merged->doc, row->doc, strlen(row->doc));
        }
    }
    arena_free(&arena);
}

static bool ends_in(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void test_keys_of_one_kind_say_so(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct param *all = schema_queue_rows(&arena);
    const struct param *scope = find_row(all, "DeduplicationScope");
    assert_true(ends_in(scope->doc, " For sqs_fifo only."));
    assert_true(ends_in(find_row(all, "storage")->doc, " For sqs_standard only."));
    assert_null(strstr(find_row(all, "DelaySeconds")->doc, " only."));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_subschema_is_closed_and_described),
        cmocka_unit_test(test_every_top_level_key_says_what_it_takes),
        cmocka_unit_test(test_attributes_carry_their_limits),
        cmocka_unit_test(test_actors_have_their_rows),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_shared_keys_of_queues_are_the_same),
        cmocka_unit_test(test_keys_of_one_kind_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
