// SPDX-License-Identifier: GPL-3.0-or-later
/* How attributes and bodies are read for filter policies, and why they do not match. */
#include "model/filter_subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "tools/filter_lab.h"

static enum filter_verdict attribute(const char *policy, const char *type, const char *text)
{
    struct filter_lab lab;
    filter_lab_open(&lab, FILTER_ATTRIBUTES);
    const enum filter_verdict verdict = filter_lab_attribute(&lab, policy, "k", type, text);
    filter_lab_close(&lab);
    return verdict;
}

static enum filter_verdict body(const char *policy, const char *message)
{
    struct filter_lab lab;
    filter_lab_open(&lab, FILTER_BODY);
    const enum filter_verdict verdict = filter_lab_body(&lab, policy, message);
    filter_lab_close(&lab);
    return verdict;
}

/* EVIDENCE-OF: FLT-4 FLT-1
 * Each type of attribute is compared as what it says; binary ones are as if they were not there. */
static void test_attributes(void **state)
{
    (void)state;
    assert_int_equal(attribute("{`k`: [`x`]}", "String", "x"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [`x`]}", "String.Label", "x"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [5]}", "String", "5"), FILTER_OUT_ATTRIBUTES);
    assert_int_equal(attribute("{`k`: [`5`]}", "String", "5"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [5]}", "Number", "5.0"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [5]}", "Number.int", "+5e0"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [`5`]}", "Number", "5"), FILTER_OUT_ATTRIBUTES);
    assert_int_equal(attribute("{`k`: [`x`]}", "String.Array", "[1, `x`]"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [true]}", "String.Array", "[true]"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [null]}", "String.Array", "[null]"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [`y`]}", "String.Array", "[1, `x`]"), FILTER_OUT_ATTRIBUTES);
    assert_int_equal(attribute("{`k`: [`[1]`]}", "String", "[1]"), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [{`exists`: true}]}", "Binary", NULL), FILTER_OUT_ATTRIBUTES);
    assert_int_equal(attribute("{`k`: [{`exists`: false}]}", "Binary", NULL), FILTER_MATCHED);
    assert_int_equal(attribute("{`k`: [{`exists`: false}]}", NULL, NULL), FILTER_MATCHED);
    assert_int_equal(attribute("{`K`: [`x`]}", "String", "x"), FILTER_OUT_ATTRIBUTES);
    assert_int_equal(attribute("{`$or`: [{`j`: [1]}, {`k`: [2]}]}", "Number", "2"), FILTER_MATCHED);
    assert_int_equal(attribute("{}", NULL, NULL), FILTER_MATCHED);
}

/* EVIDENCE-OF: FLT-5
 * A name with dots and names within each other are the same, in the policy and in the body. */
static void test_dots(void **state)
{
    (void)state;
    static const char *const policies[] = {
        "{`a.b.c`: [1]}",
        "{`a`: {`b`: {`c`: [1]}}}",
        "{`a.b`: {`c`: [1]}}",
        "{`a`: {`b.c`: [1]}}",
    };
    static const char *const bodies[] = {
        "{`a.b.c`: 1}",
        "{`a`: {`b`: {`c`: 1}}}",
        "{`a.b`: {`c`: 1}}",
        "{`a`: {`b.c`: 1}}",
        "{`a.b.c`: 2, `a`: {`b`: {`c`: 1}}}",
        "{`a`: {`b.c`: 1, `b`: {`c`: 2}}}",
    };
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        for (size_t j = 0; j < sizeof bodies / sizeof *bodies; j++)
            assert_int_equal(body(policies[i], bodies[j]), FILTER_MATCHED);
        assert_int_equal(
            body(policies[i], "{`c`: 1, `b`: {`c`: 1}, `a`: {`c`: 1}, `a.b`: 1, `b.c`: 1}"),
            FILTER_OUT_BODY);
        assert_int_equal(body(policies[i], "{`a.b.c`: 2}"), FILTER_OUT_BODY);
    }
    assert_int_equal(body("{``: {`b`: [1]}}", "{`.b`: 1}"), FILTER_MATCHED);
    assert_int_equal(body("{``: {`b`: [1]}}", "{`b`: 1}"), FILTER_OUT_BODY);
}

/* EVIDENCE-OF: FLT-5 FLT-7
 * Each reason has its class and, but for a plain mismatch of attributes, its metric. */
static void test_reasons(void **state)
{
    (void)state;
    static const char *const bad_bodies[] = {"", "x", "[{`k`: 1}]", "`k`", "5", "null", "{`k`: 1"};
    struct filter_lab lab;
    filter_lab_open(&lab, FILTER_BODY);
    for (size_t i = 0; i < sizeof bad_bodies / sizeof *bad_bodies; i++)
        assert_int_equal(filter_lab_body(&lab, "{`k`: [1, {`exists`: false}]}", bad_bodies[i]),
                         FILTER_OUT_INVALID_BODY);
    assert_int_equal(filter_lab_body(&lab, "{`k`: [1]}", "{`k`: 2}"), FILTER_OUT_BODY);
    filter_lab_close(&lab);
    assert_int_equal(attribute("{`k`: [1]}", NULL, NULL), FILTER_OUT_NO_ATTRIBUTES);
    assert_int_equal(attribute("{`k`: [1]}", "Number", "2"), FILTER_OUT_ATTRIBUTES);
    static const char *const bad_lists[] = {"", "x", "[1", "{}", "1", "[{`a`: 1}]", "[`x` `y`]"};
    for (size_t i = 0; i < sizeof bad_lists / sizeof *bad_lists; i++)
        assert_int_equal(attribute("{`k`: [1, `x`]}", "String.Array", bad_lists[i]),
                         FILTER_OUT_INVALID_ATTRIBUTES);
    static const char *const bad_numbers[] = {"",    "x",   "0x1", " 1", "1 ",
                                              "nan", "inf", "1e",  "--1"};
    for (size_t i = 0; i < sizeof bad_numbers / sizeof *bad_numbers; i++)
        assert_int_equal(attribute("{`k`: [{`anything-but`: `x`}, 1]}", "Number", bad_numbers[i]),
                         FILTER_OUT_INVALID_ATTRIBUTES);
    static const char prefix[] = "NumberOfNotificationsFilteredOut-";
    assert_null(filter_metric(FILTER_MATCHED));
    assert_null(filter_metric(FILTER_OUT_ATTRIBUTES));
    assert_string_equal(filter_metric(FILTER_OUT_NO_ATTRIBUTES) + strlen(prefix),
                        "NoMessageAttributes");
    assert_string_equal(filter_metric(FILTER_OUT_INVALID_ATTRIBUTES) + strlen(prefix),
                        "InvalidAttributes");
    assert_string_equal(filter_metric(FILTER_OUT_BODY) + strlen(prefix), "MessageBody");
    assert_string_equal(filter_metric(FILTER_OUT_INVALID_BODY) + strlen(prefix),
                        "InvalidMessageBody");
}

/* EVIDENCE-OF: FLT-4
 * Hundred thousandths, rounded half away from zero, within a billion. */
static void test_numbers(void **state)
{
    (void)state;
    assert_int_equal(filter_subject_number(0.3), 30000);
    assert_int_equal(filter_subject_number(-1.5), -150000);
    assert_int_equal(filter_subject_number(1e9), INT64_C(100000000000000));
    assert_int_equal(filter_subject_number(0.0000149), 1);
    assert_int_equal(filter_subject_number(1000000000.5), FILTER_OUTSIDE);
    assert_int_equal(filter_subject_number(-1e300), FILTER_OUTSIDE);
}

/* Values of a path are neighbours, in the order of the message; a path that has none is not found,
 * as is one that only begins alike. */
static void test_find(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": [1, {\"b\": 5}, 2], \"ab\": {\"c\": 3}}";
    struct arena arena;
    arena_init(&arena);
    const struct filter_subject *subject = filter_subject_of_body(&arena, text, sizeof text - 1);
    const struct filter_path *path =
        filter_subject_find(subject, "a", 1, filter_subject_hash(FILTER_HASH, "a", 1));
    assert_non_null(path);
    assert_int_equal(path->count, 2);
    assert_int_equal(subject->values[path->first].of.number, 100000);
    assert_int_equal(subject->values[path->first + 1].of.number, 200000);
    path = filter_subject_find(subject, "a.b", 3, filter_subject_hash(FILTER_HASH, "a.b", 3));
    assert_int_equal(subject->values[path->first].of.number, 500000);
    assert_null(filter_subject_find(subject, "ab", 2, filter_subject_hash(FILTER_HASH, "ab", 2)));
    assert_null(filter_subject_find(subject, "c", 1, filter_subject_hash(FILTER_HASH, "c", 1)));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attributes), cmocka_unit_test(test_dots),
        cmocka_unit_test(test_reasons),    cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
