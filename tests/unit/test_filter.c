// SPDX-License-Identifier: GPL-3.0-or-later
/* What filter policies want: each operator and rule against messages on both sides of its border.
 */
#include "model/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "tools/filter_lab.h"

static void body(const char *policy, const char *message, bool wanted)
{
    struct filter_lab lab;
    filter_lab_open(&lab, FILTER_BODY);
    const enum filter_verdict verdict = filter_lab_body(&lab, policy, message);
    if ((verdict == FILTER_MATCHED) != wanted)
        fail_msg("%s %s: %d", policy, message, (int)verdict);
    filter_lab_close(&lab);
}
static void wants(const char *policy, const char *message)
{
    body(policy, message, true);
}
static void refuses(const char *policy, const char *message)
{
    body(policy, message, false);
}

/* The values of one key against one value. */
static void key(const char *values, const char *value, bool wanted)
{
    struct text policy = {0}, message = {0};
    text_printf(&policy, "{`k`: [%s]}", values);
    text_printf(&message, "{`k`: %s, `other`: 1}", value);
    body(text_of(&policy), text_of(&message), wanted);
    text_free(&policy);
    text_free(&message);
}
static void takes(const char *values, const char *value)
{
    key(values, value, true);
}
static void leaves(const char *values, const char *value)
{
    key(values, value, false);
}

/* EVIDENCE-OF: FLT-1
 * Values of a key are alternatives, keys are not. */
static void test_keys_and_values(void **state)
{
    (void)state;
    takes("`x`, `y`", "`x`");
    takes("`x`, `y`", "`y`");
    leaves("`x`, `y`", "`z`");
    wants("{`a`: [1, 2], `b`: [3]}", "{`a`: 2, `b`: 3}");
    refuses("{`a`: [1, 2], `b`: [3]}", "{`a`: 2, `b`: 4}");
    refuses("{`a`: [1, 2], `b`: [3]}", "{`a`: 3, `b`: 3}");
    refuses("{`a`: [1, 2], `b`: [3]}", "{`a`: 2}");
    wants("{}", "{}");
    wants("{}", "no JSON");
}

/* EVIDENCE-OF: FLT-1 FLT-2
 * $or: one group of keys is enough, next to other keys, within others, and below a key. */
static void test_or(void **state)
{
    (void)state;
    const char *policy = "{`s`: [1], `$or`: [{`a`: [1], `b`: [1]}, {`c`: [1], `$or`: [{`d`: [1]}, "
                         "{`e`: [1]}]}], `t`: [1]}";
    wants(policy, "{`s`: 1, `t`: 1, `a`: 1, `b`: 1}");
    wants(policy, "{`s`: 1, `t`: 1, `a`: 1, `c`: 1, `e`: 1}");
    wants(policy, "{`s`: 1, `t`: 1, `c`: 1, `d`: 1}");
    refuses(policy, "{`s`: 1, `t`: 1, `a`: 1, `c`: 1}");
    refuses(policy, "{`s`: 1, `t`: 1, `b`: 1, `d`: 1}");
    refuses(policy, "{`s`: 1, `a`: 1, `b`: 1}");
    refuses(policy, "{`t`: 1, `a`: 1, `b`: 1}");
    policy = "{`p`: {`$or`: [{`a`: [1]}, {`b`: [{`prefix`: `x`}]}], `c`: [1]}}";
    wants(policy, "{`p`: {`a`: 1, `c`: 1}}");
    wants(policy, "{`p`: {`b`: `xy`, `c`: 1}}");
    refuses(policy, "{`p`: {`c`: 1}}");
    refuses(policy, "{`a`: 1, `c`: 1}");
}

/* EVIDENCE-OF: FLT-2
 * What does not look like $or is a key of that name: one alternative, or names of operators. */
static void test_or_as_a_key(void **state)
{
    (void)state;
    wants("{`$or`: [{`numeric`: [`=`, 5]}, {`prefix`: `x`}]}", "{`$or`: `xyz`}");
    wants("{`$or`: [{`numeric`: [`=`, 5]}, {`prefix`: `x`}]}", "{`$or`: 5}");
    refuses("{`$or`: [{`numeric`: [`=`, 5]}, {`prefix`: `x`}]}", "{`prefix`: `xyz`}");
    wants("{`$or`: [`a`]}", "{`$or`: `a`}");
}

/* EVIDENCE-OF: FLT-2
 * Kinds are never mixed, and texts are compared letter by letter. */
static void test_exact(void **state)
{
    (void)state;
    takes("`x`", "`x`");
    leaves("`x`", "`X`");
    leaves("`x`", "`x `");
    takes("``", "``");
    leaves("``", "`x`");
    takes("5", "5");
    takes("5", "5.0");
    takes("500", "5e2");
    leaves("5", "`5`");
    leaves("`5`", "5");
    takes("true", "true");
    leaves("true", "false");
    leaves("true", "`true`");
    takes("false", "false");
    leaves("false", "null");
    takes("null", "null");
    leaves("null", "``");
    leaves("null", "0");
    takes("`\\u00e9`", "`\u00e9`");
}

/* EVIDENCE-OF: FLT-2 */
static void test_text_operators(void **state)
{
    (void)state;
    takes("{`prefix`: `ab`}", "`abc`");
    takes("{`prefix`: `ab`}", "`ab`");
    leaves("{`prefix`: `ab`}", "`a`");
    leaves("{`prefix`: `ab`}", "`Abc`");
    leaves("{`prefix`: `1`}", "12");
    takes("{`suffix`: `ab`}", "`cab`");
    takes("{`suffix`: `ab`}", "`ab`");
    leaves("{`suffix`: `ab`}", "`b`");
    leaves("{`suffix`: `ab`}", "`abc`");
    takes("{`equals-ignore-case`: `Tennis`}", "`tENNIS`");
    leaves("{`equals-ignore-case`: `Tennis`}", "`tENNI`");
    leaves("{`equals-ignore-case`: `a[`}", "`a{`"); /* 0x5b and 0x7b differ as letters do */
    leaves("{`equals-ignore-case`: `true`}", "true");
}

/* EVIDENCE-OF: FLT-2
 * `*` is any characters, none too; a middle part may have to be tried at a later place. */
static void test_wildcard(void **state)
{
    (void)state;
    takes("{`wildcard`: `*`}", "``");
    takes("{`wildcard`: `a*`}", "`a`");
    takes("{`wildcard`: `a*c`}", "`abc`");
    takes("{`wildcard`: `a*c`}", "`ac`");
    leaves("{`wildcard`: `a*c`}", "`acb`");
    leaves("{`wildcard`: `a*a`}", "`a`");
    takes("{`wildcard`: `*ab*ab*`}", "`xabyabz`");
    leaves("{`wildcard`: `*ab*ab*`}", "`xabz`");
    takes("{`wildcard`: `*aab`}", "`aaab`");
    leaves("{`wildcard`: `*ab*b`}", "`ab`");
    takes("{`wildcard`: `abc`}", "`abc`");
    leaves("{`wildcard`: `abc`}", "`abcd`");
    takes("{`wildcard`: `a\\\\*b\\\\\\\\*`}", "`a*b\\\\c`");
    leaves("{`wildcard`: `a\\\\*b`}", "`axb`");
    leaves("{`wildcard`: `*`}", "5");
}

/* EVIDENCE-OF: FLT-2 */
static void test_numeric(void **state)
{
    (void)state;
    takes("{`numeric`: [`=`, 5]}", "5");
    leaves("{`numeric`: [`=`, 5]}", "5.00001");
    takes("{`numeric`: [`<`, 5]}", "4.99999");
    leaves("{`numeric`: [`<`, 5]}", "5");
    takes("{`numeric`: [`<=`, 5]}", "5");
    leaves("{`numeric`: [`<=`, 5]}", "5.00001");
    takes("{`numeric`: [`>`, 5]}", "5.00001");
    leaves("{`numeric`: [`>`, 5]}", "5");
    takes("{`numeric`: [`>=`, 5]}", "5");
    leaves("{`numeric`: [`>=`, 5]}", "4.99999");
    takes("{`numeric`: [`>`, -1, `<=`, 1]}", "1");
    takes("{`numeric`: [`>`, -1, `<=`, 1]}", "-0.5");
    leaves("{`numeric`: [`>`, -1, `<=`, 1]}", "-1");
    takes("{`numeric`: [`>=`, -1, `<`, 1]}", "-1");
    leaves("{`numeric`: [`>=`, -1, `<`, 1]}", "1");
    leaves("{`numeric`: [`>`, 0]}", "`5`");
    leaves("{`numeric`: [`>`, 0]}", "true");
}

/* EVIDENCE-OF: FLT-4
 * Five decimals count; beyond a billion a number is there, but no number compares with it. */
static void test_numbers(void **state)
{
    (void)state;
    takes("0.30000", "0.3");
    takes("0.3", "0.300004");
    leaves("0.3", "0.30001");
    takes("1e9", "1000000000");
    takes("-1e9", "-1000000000");
    leaves("{`numeric`: [`>`, 0]}", "1000000001");
    leaves("{`numeric`: [`<`, 0]}", "-1000000001");
    takes("{`numeric`: [`>`, 0]}", "1000000000");
    takes("{`exists`: true}", "1000000001");
    takes("{`anything-but`: 5}", "1e300");
}

/* EVIDENCE-OF: FLT-2 */
static void test_anything_but(void **state)
{
    (void)state;
    leaves("{`anything-but`: `x`}", "`x`");
    takes("{`anything-but`: `x`}", "`y`");
    takes("{`anything-but`: `5`}", "5");
    leaves("{`anything-but`: 5}", "5");
    leaves("{`anything-but`: [`x`, `y`, 5]}", "`y`");
    leaves("{`anything-but`: [`x`, `y`, 5]}", "5");
    takes("{`anything-but`: [`x`, `y`, 5]}", "`z`");
    takes("{`anything-but`: [`x`, `y`, 5]}", "null");
    leaves("{`anything-but`: {`prefix`: `ab`}}", "`abc`");
    takes("{`anything-but`: {`prefix`: `ab`}}", "`cab`");
    takes("{`anything-but`: {`prefix`: `1`}}", "1");
    leaves("{`anything-but`: {`suffix`: `ab`}}", "`cab`");
    takes("{`anything-but`: {`suffix`: `ab`}}", "`abc`");
    leaves("{`anything-but`: {`equals-ignore-case`: `ab`}}", "`AB`");
    takes("{`anything-but`: {`equals-ignore-case`: `ab`}}", "`ABC`");
    leaves("{`anything-but`: {`wildcard`: `a*b`}}", "`acb`");
    takes("{`anything-but`: {`wildcard`: `a*b`}}", "`abc`");
    leaves("{`anything-but`: {`prefix`: [`a`, `b`]}}", "`bc`");
    takes("{`anything-but`: {`prefix`: [`a`, `b`]}}", "`cb`");
    /* what follows it is not its own */
    takes("{`anything-but`: [`x`, `y`]}, `x`", "`x`");
    leaves("{`anything-but`: [`x`, `y`]}, `x`", "`y`");
}

/* EVIDENCE-OF: FLT-2 */
static void test_cidr(void **state)
{
    (void)state;
    takes("{`cidr`: `10.0.0.0/24`}", "`10.0.0.255`");
    leaves("{`cidr`: `10.0.0.0/24`}", "`10.0.1.0`");
    leaves("{`cidr`: `10.0.0.0/24`}", "`10.0.0.256`");
    leaves("{`cidr`: `10.0.0.0/24`}", "10");
    takes("{`cidr`: `2001:db8::/32`}", "`2001:db8::1`");
    leaves("{`cidr`: `2001:db8::/32`}", "`2001:db9::1`");
    leaves("{`cidr`: `::/0`}", "`10.0.0.1`");
}

/* EVIDENCE-OF: FLT-3
 * Any element; anything-but wants one outside its list; lists in lists are flattened. */
static void test_lists(void **state)
{
    (void)state;
    takes("`x`", "[`y`, `x`]");
    leaves("`x`", "[`y`, `z`]");
    takes("{`numeric`: [`>`, 5]}", "[1, `x`, 6]");
    takes("{`anything-but`: [`x`, `y`]}", "[`x`, `z`]");
    leaves("{`anything-but`: [`x`, `y`]}", "[`y`, `x`]");
    leaves("{`anything-but`: [`x`]}", "[]");
    takes("`x`", "[[`y`], [[`x`]]]");
    wants("{`a`: {`b`: [1]}}", "{`a`: [[{`b`: 2}], [[{`b`: 1}]]]}");
    wants("{`a`: {`b`: [1]}}", "{`a`: [{`b`: [3, 1]}, {`b`: 2}]}");
    refuses("{`a`: {`b`: [1]}}", "{`a`: [{`b`: 3}, {`b`: 2}]}");
}

/* EVIDENCE-OF: FLT-3
 * One element of a list of objects must satisfy all keys, unless the parameter says otherwise. */
static void test_same_element(void **state)
{
    (void)state;
    static const struct {
        const char *policy, *message;
        bool together;
    } cases[] = {
        {"{`a`: {`b`: [1], `c`: [2]}}", "{`a`: [{`b`: 1, `c`: 2}, {`b`: 3}]}", true},
        {"{`a`: {`b`: [1], `c`: [2]}}", "{`a`: [{`b`: 1}, {`c`: 2}]}", false},
        {"{`a`: {`b`: [1], `c`: [2]}}", "{`a`: [{`b`: 1, `c`: 1}, {`b`: 2, `c`: 2}]}", false},
        {"{`a.b`: [1], `a.c`: [2]}", "{`a`: [{`b`: 1}, {`c`: 2}]}", false},
        {"{`a`: {`b`: [1], `c`: [2]}}", "{`a`: [[{`b`: 1}], {`c`: 2}]}", false},
        /* what stands beside the list goes with each of its elements */
        {"{`a`: {`b`: [1]}, `c`: [2]}", "{`a`: [{`b`: 0}, {`b`: 1}], `c`: 2}", true},
        {"{`a`: {`b`: [1], `c`: [2]}}", "{`a`: [{`b`: 0}, {`b`: 1}], `a.c`: 2}", true},
        /* lists that have nothing to do with each other */
        {"{`a`: {`b`: [1]}, `c`: {`d`: [2]}}", "{`a`: [{`b`: 0}, {`b`: 1}], `c`: [{`d`: 2}, {}]}",
         true},
        /* a list in each element of a list */
        {"{`a`: {`b`: {`c`: [1], `d`: [1]}, `e`: [1]}}",
         "{`a`: [{`e`: 1, `b`: [{`c`: 1}, {`d`: 1}]}, {`e`: 0, `b`: [{`c`: 1, `d`: 1}, {}]}]}",
         false},
        {"{`a`: {`b`: {`c`: [1], `d`: [1]}, `e`: [1]}}",
         "{`a`: [{`e`: 1, `b`: [{`c`: 1}, {`d`: 1}]}, {`e`: 1, `b`: [{}, {`c`: 1, `d`: 1}]}]}",
         true},
        /* an alternative that needs another element than the one tried first */
        {"{`a`: {`b`: [1]}, `$or`: [{`a`: {`c`: [9]}}, {`a`: {`d`: [1]}}]}",
         "{`a`: [{`b`: 1}, {`b`: 1, `d`: 1}, {`c`: 9}]}", true},
        {"{`a`: {`b`: [1]}, `$or`: [{`a`: {`c`: [9]}}, {`a`: {`d`: [1]}}]}",
         "{`a`: [{`b`: 1}, {`d`: 1}, {`c`: 9}]}", false},
        /* a failure whose cause lies before an alternative that was tried in vain */
        {"{`a`: {`b`: [0], `$or`: [{`c`: [0]}, {`b`: [0], `$or`: [{`c`: [1]}, {`d`: [0]}]}]}}",
         "{`a`: [{`b`: 0}, {`b`: 0, `c`: 1}]}", true},
        {"{`$or`: [{`a`: {`b`: [1]}}, {`c`: [1]}], `a`: {`d`: [1]}}",
         "{`c`: 1, `a`: [{`b`: 1}, {`d`: 1}]}", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct filter_lab lab;
        filter_lab_open(&lab, FILTER_BODY);
        const enum filter_verdict together =
            filter_lab_body(&lab, cases[i].policy, cases[i].message);
        lab.cfg.same_element = false;
        const enum filter_verdict apart = filter_lab_body(&lab, cases[i].policy, cases[i].message);
        if ((together == FILTER_MATCHED) != cases[i].together || apart != FILTER_MATCHED)
            fail_msg("%s %s: together %d, apart %d", cases[i].policy, cases[i].message,
                     (int)together, (int)apart);
        filter_lab_close(&lab);
    }
}

/* EVIDENCE-OF: FLT-3
 * Lists of 2000 elements each, of which all but the last fit their own key: trying every pair of
 * them would take minutes. */
static void test_lists_do_not_multiply(void **state)
{
    (void)state;
    struct text text = {0};
    text_add(&text, "{");
    for (int list = 0; list < 4; list++) {
        text_printf(&text, "%s`%c`: [", list > 0 ? ", " : "", 'a' + list);
        for (int i = 0; i < 2000; i++)
            text_printf(&text, "{`x`: 1, `y`: 0},");
        text_printf(&text, "{`x`: 0, `y`: %d}]", list < 3);
    }
    text_add(&text, "}");
    refuses("{`a`: {`x`: [1]}, `b`: {`x`: [1]}, `c`: {`x`: [1]}, `d`: {`x`: [1], `y`: [1]}}",
            text_of(&text));
    wants("{`a`: {`x`: [1]}, `b`: {`x`: [1]}, `c`: {`x`: [0], `y`: [1]}}", text_of(&text));
    text_free(&text);
}

/* EVIDENCE-OF: FLT-3
 * 300 lists of two objects that fit alike, and a last one that does not: trying every choice would
 * take 2^300 steps. */
static void test_many_lists_do_not_multiply(void **state)
{
    (void)state;
    struct text policy = {0}, message = {0};
    text_add(&policy, "{`$or`: [{`no`: [1]}, {");
    text_add(&message, "{");
    for (int i = 0; i < 300; i++) {
        text_printf(&policy, "`k%d.x`: [1], ", i);
        text_printf(&message, "`k%d`: [{`x`: 1}, {`x`: 1}], ", i);
    }
    text_add(&policy, "`z.x`: [1], `z.y`: [1]}]}");
    text_add(&message, "`z`: [{`x`: 1}, {`y`: 1}]}");
    refuses(text_of(&policy), text_of(&message));
    text_free(&policy);
    text_free(&message);
}

/* EVIDENCE-OF: FLT-4
 * Neither null nor anything-but takes a key that is missing; exists false takes only that. */
static void test_exists(void **state)
{
    (void)state;
    takes("{`exists`: true}", "`x`");
    takes("{`exists`: true}", "null");
    takes("{`exists`: true}", "[]");
    leaves("{`exists`: true}", "{}");
    leaves("{`exists`: true}", "{`b`: 1}");
    refuses("{`k`: [{`exists`: true}]}", "{`j`: 1}");
    wants("{`k`: [{`exists`: false}]}", "{`j`: 1}");
    wants("{`k`: [{`exists`: false}]}", "{}");
    leaves("{`exists`: false}", "`x`");
    leaves("{`exists`: false}", "null");
    leaves("{`exists`: false}", "[]");
    wants("{`k`: [`x`, {`exists`: false}]}", "{}");
    takes("`x`, {`exists`: false}", "`x`");
    leaves("`x`, {`exists`: false}", "`y`");
    refuses("{`k`: [null, {`anything-but`: [`x`]}]}", "{`j`: 1}");
    wants("{`k`: [null, {`anything-but`: [`x`]}]}", "{`k`: null}");
    wants("{`a`: {`b`: [{`exists`: false}]}}", "{`a`: [{`c`: 1}, {`c`: 2}]}");
    refuses("{`a`: {`b`: [{`exists`: false}]}}", "{`a`: [{`c`: 1}, {`b`: 2}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_and_values),
        cmocka_unit_test(test_or),
        cmocka_unit_test(test_or_as_a_key),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_text_operators),
        cmocka_unit_test(test_wildcard),
        cmocka_unit_test(test_numeric),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_anything_but),
        cmocka_unit_test(test_cidr),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_same_element),
        cmocka_unit_test(test_lists_do_not_multiply),
        cmocka_unit_test(test_many_lists_do_not_multiply),
        cmocka_unit_test(test_exists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
