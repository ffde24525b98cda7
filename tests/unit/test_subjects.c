// SPDX-License-Identifier: GPL-3.0-or-later
/* Attributes as a scenario writes them, their combinations, and what filters make of them. */
#include "actor/subjects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tools/said.h"

struct rig {
    struct arena arena;
    struct diag *diag;
    struct json_doc *doc;
    struct attributes_cfg cfg;
    bool is_good;
};

static void read(struct rig *rig, const char *text)
{
    arena_init(&rig->arena);
    rig->diag = diag_new();
    rig->doc = json_parse("s.json", text, strlen(text), false, rig->diag);
    struct param_reader reader = {
        .doc = rig->doc, .diag = rig->diag, .arena = &rig->arena, .folder = ""};
    const struct param row = {.name = "attributes", .type = &attributes_param, PARAM_NO_RANGE};
    memset(&rig->cfg, 0, sizeof rig->cfg);
    rig->is_good = attributes_param.read(&reader, &row, &rig->cfg, json_root(rig->doc));
    text_free(&reader.pointer);
}

static void close_rig(struct rig *rig)
{
    json_free(rig->doc);
    diag_free(rig->diag);
    arena_free(&rig->arena);
}

/* 2 x 3 values: the first counts one by one. */
static void test_combinations(void **state)
{
    (void)state;
    struct rig rig;
    struct attributes attributes;
    struct filter_attribute all[ATTRIBUTES_MOST];
    read(&rig, "{\"type\": {\"sequence\": [\"a\", 7]}, \"fixed\": [\"x\", 1.5],"
               " \"size\": {\"sequence\": [1, 10, 100]}}");
    assert_true(rig.is_good);
    assert_int_equal(rig.cfg.count, 3);
    assert_int_equal(rig.cfg.combinations, 6);
    attributes_init(&attributes, &rig.cfg);
    attributes_start(&attributes, 1, 1, "p");
    /* Number 5: type 5 mod 2 = 1, size 5 mod 3 = 2: 1 + 2 x 2. */
    assert_int_equal(attributes_of(&attributes, 5), 5);
    assert_int_equal(attributes_of(&attributes, 6), 0);
    attributes_fill(&rig.cfg, 5, all);
    assert_string_equal(all[0].name, "type");
    assert_string_equal(all[0].type, "Number");
    assert_string_equal(all[0].text, "7");
    assert_string_equal(all[1].type, "String.Array");
    assert_string_equal(all[1].text, "[\"x\",1.5]");
    assert_string_equal(all[2].text, "100");
    attributes_free(&attributes);
    close_rig(&rig);
}

/* By weight: keys are texts, or what the type says; a weight of 0 never comes. */
static void test_one_of(void **state)
{
    (void)state;
    struct rig rig;
    struct attributes attributes;
    struct filter_attribute all[ATTRIBUTES_MOST];
    uint32_t seen[3] = {0, 0, 0};
    read(&rig, "{\"n\": {\"oneOf\": {\"1\": 3, \"2\": 1, \"3\": 0}, \"type\": \"Number\"}}");
    assert_true(rig.is_good);
    attributes_init(&attributes, &rig.cfg);
    attributes_start(&attributes, 1, 1, "p");
    for (uint64_t number = 0; number < 4000; number++)
        seen[attributes_of(&attributes, number)]++;
    /* Binomial, 4,000 draws with 3/4: 3,000, deviation 27.4; 4.9 deviations are an error of 1e-6.
     */
    assert_true(seen[0] > 3000 - 135 && seen[0] < 3000 + 135);
    assert_int_equal(seen[2], 0);
    attributes_fill(&rig.cfg, 1, all);
    assert_string_equal(all[0].type, "Number");
    assert_string_equal(all[0].text, "2");
    attributes_free(&attributes);
    close_rig(&rig);
}

#define HEAD                                                                                       \
    "{`title`: `t`, `experiment`: {`duration`: 1}, `queues`: {`q`: {}},\n"                         \
    "`producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `paced`, `rate`: 1},\n`message`: {"    \
    "`attributes`: "
#define AT "/producers/p/message/attributes"

static void test_mistakes(void **state)
{
    (void)state;
    said_check("s.json",
               HEAD "{\n`a`: true,\n`b`: {`oneOf`: [1]},\n`c`: {`sequence`: []},\n"
                    "`d`: {`oneOf`: {`x`: -1}},\n"
                    "`e`: {`oneOf`: {`x`: 1}, `type`: `Binary`}}}}}}",
               "s.json:4:6: " AT
               "/a: an attribute is a text, a number or a list, found true or false\n"
               "s.json:5:6: " AT "/b: expected a value, {`oneOf`: {value: weight}} or "
               "{`sequence`: [values]}\n"
               "s.json:6:19: " AT "/c: a sequence needs at least one value\n"
               "s.json:7:22: " AT "/d: a weight is a number from 0 up\n"
               "s.json:8:34: " AT "/e: a type is String, Number or String.Array\n");
}

static const struct filter *filter_of(struct arena *arena, enum filter_scope scope,
                                      const char *policy)
{
    struct diag *diag = diag_new();
    struct filter_error error;
    const struct filter_cfg cfg = {.scope = scope};
    struct json_doc *doc = json_parse("policy", policy, strlen(policy), false, diag);
    const struct filter *filter = filter_compile(arena, json_root(doc), &cfg, &error);
    json_free(doc);
    diag_free(diag);
    return filter;
}

/* Indices of two producers follow each other; 0 is a message without anything. */
static void test_subjects(void **state)
{
    (void)state;
    struct rig rig, other;
    struct subjects *subjects = subjects_new();
    read(&rig, "{\"size\": {\"sequence\": [1, 10, 100]}}");
    read(&other, "{\"size\": 7}");
    const uint32_t first = subjects_add_attributes(subjects, &rig.cfg);
    const uint32_t second = subjects_add_attributes(subjects, &other.cfg);
    assert_int_equal(first, 1);
    assert_int_equal(second, 4);
    const struct filter *filter =
        filter_of(&rig.arena, FILTER_ATTRIBUTES, "{\"size\": [{\"numeric\": [\">\", 5]}]}");
    static const enum filter_verdict wanted[] = {FILTER_OUT_NO_ATTRIBUTES, FILTER_OUT_ATTRIBUTES,
                                                 FILTER_MATCHED, FILTER_MATCHED, FILTER_MATCHED};
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(filter_judge(filter, subjects_get(subjects, FILTER_ATTRIBUTES, i)),
                         wanted[i]);
    assert_ptr_equal(subjects_get(subjects, FILTER_ATTRIBUTES, 2),
                     subjects_get(subjects, FILTER_ATTRIBUTES, 2));
    subjects_free(subjects);
    close_rig(&rig);
    close_rig(&other);
}

/* Bodies by index; numbered ones are never JSON objects and need no place. */
static void test_bodies(void **state)
{
    (void)state;
    const char *texts[] = {"{\"n\": 1}", "text"};
    const struct choice_cfg some = {.how = CHOICE_ROUND_ROBIN, .count = 2, .texts = texts};
    const struct choice_cfg many = {.how = CHOICE_ROUND_ROBIN, .count = 1000000000, .prefix = "M"};
    struct arena arena;
    arena_init(&arena);
    struct subjects *subjects = subjects_new();
    assert_int_equal(subjects_add_bodies(subjects, &many), 0);
    assert_int_equal(subjects_add_bodies(subjects, &some), 1);
    const struct filter *filter = filter_of(&arena, FILTER_BODY, "{\"n\": [1]}");
    static const enum filter_verdict wanted[] = {FILTER_OUT_INVALID_BODY, FILTER_MATCHED,
                                                 FILTER_OUT_INVALID_BODY};
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(filter_judge(filter, subjects_get(subjects, FILTER_BODY, i)), wanted[i]);
    subjects_free(subjects);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_combinations), cmocka_unit_test(test_one_of),
        cmocka_unit_test(test_mistakes),     cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
