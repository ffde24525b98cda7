// SPDX-License-Identifier: GPL-3.0-or-later
/* The size of filter policies: every recorded case, and the borders. */
#include "model/filter_limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "tools/filter_lab.h"

#define TOO_COMPLEX   "Filter policy is too complex"
#define TOO_MANY_KEYS "Filter policy can not have more than 5 keys"

/* Writes `name`: [0, 1, ... count - 1]. */
static void say(struct text *text, const char *name, int count)
{
    text_printf(text, "%s`%s`: [",
                text->length > 0 && strchr("{[", text->bytes[text->length - 1]) ? "" : ", ", name);
    for (int i = 0; i < count; i++)
        text_printf(text, "%s%d", i > 0 ? ", " : "", i);
    text_add(text, "]");
}

/* Compiles and forgets the text; sentence NULL: it is accepted. */
static void expect(struct text *text, enum filter_scope scope, const char *sentence)
{
    struct filter_lab lab;
    filter_lab_open(&lab, scope);
    const struct filter *filter = filter_lab_compile(&lab, text_of(text));
    if (sentence == NULL) {
        assert_non_null(filter);
    } else {
        assert_null(filter);
        assert_string_equal(lab.error.sentence, sentence);
        assert_string_equal(lab.error.pointer, "");
    }
    filter_lab_close(&lab);
    text_free(text);
}

/* EVIDENCE-OF: FLT-6
 * Recorded: one key with 151 values is refused, so are 100 by 51. */
static void test_flat(void **state)
{
    (void)state;
    struct text text = {0};
    text_add(&text, "{");
    say(&text, "a", 151);
    text_add(&text, "}");
    expect(&text, FILTER_ATTRIBUTES, TOO_COMPLEX);
    text_add(&text, "{");
    say(&text, "a", 150);
    text_add(&text, "}");
    expect(&text, FILTER_ATTRIBUTES, NULL);
    text_add(&text, "{");
    say(&text, "a", 100);
    say(&text, "b", 51);
    text_add(&text, "}");
    expect(&text, FILTER_ATTRIBUTES, TOO_COMPLEX);
}

/* EVIDENCE-OF: FLT-6
 * Recorded: six keys are refused with a sentence of their own. */
static void test_keys(void **state)
{
    (void)state;
    for (int keys = 5; keys <= 6; keys++) {
        struct text text = {0};
        text_add(&text, "{");
        for (int i = 0; i < keys; i++) {
            const char name[] = {(char)('a' + i), '\0'};
            say(&text, name, 1);
        }
        text_add(&text, "}");
        expect(&text, FILTER_ATTRIBUTES, keys == 5 ? NULL : TOO_MANY_KEYS);
    }
}

/* first x (second + third x (fourth + fifth)) */
static void say_recorded(struct text *text, const int counts[5])
{
    text_add(text, "{");
    say(text, "source", counts[0]);
    text_add(text, ", `$or`: [{");
    say(text, "metricName", counts[1]);
    text_add(text, "}, {");
    say(text, "metricType", counts[2]);
    text_add(text, ", `$or`: [{");
    say(text, "metricId", counts[3]);
    text_add(text, "}, {");
    say(text, "spaceId", counts[4]);
    text_add(text, "}]}]}");
}

/* EVIDENCE-OF: FLT-6
 * Recorded: 4 x (6 + 4 x (4 + 4)) = 152 is refused, 3 x (6 + 4 x (4 + 7)) = 150 is accepted. */
static void test_alternatives(void **state)
{
    (void)state;
    struct text text = {0};
    say_recorded(&text, (const int[]){4, 6, 4, 4, 4});
    expect(&text, FILTER_ATTRIBUTES, TOO_COMPLEX);
    say_recorded(&text, (const int[]){3, 6, 4, 4, 7});
    expect(&text, FILTER_ATTRIBUTES, NULL);
}

/* (namesA + namesB) x (scopes x 2) x (sources x 2 + types x 2) */
static void say_nested(struct text *text, const int counts[5])
{
    text_add(text, "{`$or`: [{");
    say(text, "metricName", counts[0]);
    text_add(text, "}, {");
    say(text, "namespace", counts[1]);
    text_add(text, "}], `detail`: {");
    say(text, "scope", counts[2]);
    text_add(text, ", `$or`: [{");
    say(text, "source", counts[3]);
    text_add(text, "}, {");
    say(text, "type", counts[4]);
    text_add(text, "}]}}");
}

/* EVIDENCE-OF: FLT-6
 * Recorded: (3 + 2) x (2 x 2) x (1 x 2 + 3 x 2) = 160 is refused.  With one source and two types it
 * is 5 x 4 x 6 = 120. */
static void test_nested(void **state)
{
    (void)state;
    struct text text = {0};
    say_nested(&text, (const int[]){3, 2, 2, 1, 3});
    expect(&text, FILTER_BODY, TOO_COMPLEX);
    say_nested(&text, (const int[]){3, 2, 2, 1, 2});
    expect(&text, FILTER_BODY, NULL);
}

/* EVIDENCE-OF: FLT-6
 * A key at depth three counts thrice: 50 x 3 = 150; the outermost key is the one that counts among
 * five. */
static void test_depth(void **state)
{
    (void)state;
    for (int count = 50; count <= 51; count++) {
        struct text text = {0};
        text_add(&text, "{`a`: {`b`: {");
        say(&text, "c", count);
        text_add(&text, "}}}");
        expect(&text, FILTER_BODY, count == 50 ? NULL : TOO_COMPLEX);
    }
    struct text text = {0};
    text_add(&text, "{`a`: {");
    for (int i = 0; i < 7; i++) {
        const char name[] = {(char)('a' + i), '\0'};
        say(&text, name, 1);
    }
    text_add(&text, "}}");
    expect(&text, FILTER_BODY, NULL); /* 2^7 = 128 */
}

/* EVIDENCE-OF: FLT-6
 * 256 KB are 262144 bytes: of the text that the caller counted, else of the compact form, which
 * here has ten besides the letters: {"a":[""]}. */
static void test_bytes(void **state)
{
    (void)state;
    struct filter_lab lab;
    filter_lab_open(&lab, FILTER_ATTRIBUTES);
    lab.cfg.bytes = 262144;
    assert_non_null(filter_lab_compile(&lab, "{`a`: [1]}"));
    lab.cfg.bytes = 262145;
    assert_null(filter_lab_compile(&lab, "{`a`: [1]}"));
    assert_string_equal(lab.error.sentence, "Filter policy is longer than 256 KB");
    lab.cfg.bytes = 0;
    for (int letters = 262134; letters <= 262135; letters++) {
        struct text text = {0};
        text_add(&text, "{ `a` : [ `");
        for (int i = 0; i < letters; i++)
            text_add(&text, "x");
        text_add(&text, "` ] }");
        assert_true((filter_lab_compile(&lab, text_of(&text)) != NULL) == (letters == 262134));
        text_free(&text);
    }
    filter_lab_close(&lab);
}

/* Alternatives whose keys were counted once may have many: they end at a limit of ours. */
static void test_names(void **state)
{
    (void)state;
    for (int names = FILTER_NAMES_MOST; names <= FILTER_NAMES_MOST + 1; names++) {
        struct filter_lab lab;
        struct text text = {0};
        filter_lab_open(&lab, FILTER_BODY);
        text_add(&text, "{`$or`: [{`a`: [1]}, {`b`: [1]");
        for (int i = 2; i < names; i++)
            text_printf(&text, ", `k%d`: [1]", i);
        text_add(&text, "}]}");
        assert_true((filter_lab_compile(&lab, text_of(&text)) != NULL) ==
                    (names == FILTER_NAMES_MOST));
        text_free(&text);
        filter_lab_close(&lab);
    }
}

/* The product stays within its type however large: 10 keys of 100 values each would be 1e20. */
static void test_does_not_overflow(void **state)
{
    (void)state;
    struct text text = {0};
    text_add(&text, "{`a`: {`b`: {`$or`: [{");
    for (int i = 0; i < 10; i++) {
        const char name[] = {(char)('a' + i), '\0'};
        say(&text, name, 100);
    }
    text_add(&text, "}, {`x`: [1]}]}}}");
    expect(&text, FILTER_BODY, TOO_COMPLEX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat),         cmocka_unit_test(test_keys),
        cmocka_unit_test(test_alternatives), cmocka_unit_test(test_nested),
        cmocka_unit_test(test_depth),        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_names),        cmocka_unit_test(test_does_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
