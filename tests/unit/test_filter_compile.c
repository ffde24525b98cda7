// SPDX-License-Identifier: GPL-3.0-or-later
/* What is refused of filter policies, with which sentence, and at which place. */
#include "model/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "tools/filter_lab.h"

struct refusal {
    const char *policy, *pointer, *sentence; /* the sentence's beginning */
};

static void refuse(struct filter_lab *lab, const struct refusal *refusal)
{
    const struct filter *filter = filter_lab_compile(lab, refusal->policy);
    if (filter != NULL)
        fail_msg("%s is accepted", refusal->policy);
    if (strcmp(lab->error.pointer, refusal->pointer) != 0 ||
        strncmp(lab->error.sentence, refusal->sentence, strlen(refusal->sentence)) != 0)
        fail_msg("%s: %s: %s", refusal->policy, lab->error.pointer, lab->error.sentence);
}

static void refuse_all(enum filter_scope scope, const struct refusal *all, size_t count)
{
    struct filter_lab lab;
    filter_lab_open(&lab, scope);
    for (size_t i = 0; i < count; i++)
        refuse(&lab, &all[i]);
    filter_lab_close(&lab);
}

static void test_shape(void **state)
{
    (void)state;
    static const struct refusal all[] = {
        {"[]", "", "Filter policy must be a JSON object"},
        {"`x`", "", "Filter policy must be a JSON object"},
        {"{`a`: `x`}", "/a", "\"a\" must be an object or an array"},
        {"{`a`: {`b`: null}}", "/a/b", "\"b\" must be an object or an array"},
        {"{`a`: []}", "/a", "Empty arrays are not allowed"},
        {"{`a`: {}}", "/a", "Empty objects are not allowed"},
        {"{`a`: [{}]}", "/a/0", "Empty objects are not allowed"},
        {"{`a`: [`x`, [`y`]]}", "/a/1", "Match value must be"},
        {"{`a`: [{`prefix`: `x`, `suffix`: `y`}]}", "/a/0", "Only one key allowed"},
        {"{`a/b~c`: [{`like`: `x`}]}", "/a~1b~0c/0/like", "Unrecognized match type like"},
        {"{`a`: [1e10]}", "/a/0", "Value must be between"},
    };
    refuse_all(FILTER_BODY, all, sizeof all / sizeof *all);
}

/* EVIDENCE-OF: FLT-2
 * $or with one alternative, or with something else among them, is a key: its values are wrong. */
static void test_or(void **state)
{
    (void)state;
    static const struct refusal all[] = {
        {"{`$or`: [{`a`: [1]}]}", "/$or/0/a", "Unrecognized match type a"},
        {"{`$or`: [{`a`: [1]}, 5]}", "/$or/0/a", "Unrecognized match type a"},
        {"{`$or`: [{`a`: [1]}, {}]}", "/$or/1", "Empty objects are not allowed"},
        {"{`$or`: [{`a`: [1]}, {`b`: 2}]}", "/$or/1/b", "\"b\" must be an object or an array"},
        {"{`$or`: []}", "/$or", "Empty arrays are not allowed"},
        {"{`$or`: {`a`: 1}}", "/$or/a", "\"a\" must be"},
    };
    refuse_all(FILTER_BODY, all, sizeof all / sizeof *all);
}

/* EVIDENCE-OF: FLT-2 */
static void test_operands(void **state)
{
    (void)state;
    static const struct refusal all[] = {
        {"{`a`: [{`prefix`: 5}]}", "/a/0/prefix", "prefix match pattern must be a string"},
        {"{`a`: [{`suffix`: [`x`]}]}", "/a/0/suffix", "suffix match pattern must be a string"},
        {"{`a`: [{`equals-ignore-case`: true}]}", "/a/0/equals-ignore-case",
         "equals-ignore-case match pattern must be a string"},
        {"{`a`: [{`wildcard`: 5}]}", "/a/0/wildcard", "wildcard match pattern must be a string"},
        {"{`a`: [{`wildcard`: `x**`}]}", "/a/0/wildcard",
         "Consecutive wildcard characters at pos "
         "1"},
        {"{`a`: [{`wildcard`: `x\\\\n`}]}", "/a/0/wildcard", "Invalid escape character at pos 1"},
        {"{`a`: [{`wildcard`: `x\\\\`}]}", "/a/0/wildcard", "Invalid escape character at pos 1"},
        {"{`a`: [{`exists`: `true`}]}", "/a/0/exists", "exists match pattern must be either"},
        {"{`a`: [{`exists`: null}]}", "/a/0/exists", "exists match pattern must be either"},
        {"{`a`: [{`cidr`: 5}]}", "/a/0/cidr", "cidr match pattern must be a string"},
        {"{`a`: [{`cidr`: `10.0.0.0`}]}", "/a/0/cidr", "Malformed CIDR, one '/' required"},
        {"{`a`: [{`cidr`: `10.0.0.0/8/8`}]}", "/a/0/cidr", "Malformed CIDR, one '/' required"},
        {"{`a`: [{`cidr`: `10.0.0/8`}]}", "/a/0/cidr", "Malformed CIDR: 10.0.0/8"},
        {"{`a`: [{`cidr`: `10.0.0.0/33`}]}", "/a/0/cidr", "Malformed CIDR: 10.0.0.0/33"},
        {"{`a`: [{`cidr`: `::/129`}]}", "/a/0/cidr", "Malformed CIDR: ::/129"},
    };
    refuse_all(FILTER_ATTRIBUTES, all, sizeof all / sizeof *all);
}

/* EVIDENCE-OF: FLT-2
 * One comparison or two, the lower bound first and below the upper. */
static void test_numeric(void **state)
{
    (void)state;
#define AT "/a/0/numeric"
    static const struct refusal all[] = {
        {"{`a`: [{`numeric`: 5}]}", AT, "Value of numeric must be an array"},
        {"{`a`: [{`numeric`: []}]}", AT, "Invalid member in numeric match"},
        {"{`a`: [{`numeric`: [5]}]}", AT "/0", "Invalid member in numeric match"},
        {"{`a`: [{`numeric`: [`==`, 5]}]}", AT "/0", "Unrecognized numeric range operator: =="},
        {"{`a`: [{`numeric`: [`=`]}]}", AT "/1", "Value of equals must be numeric"},
        {"{`a`: [{`numeric`: [`<`, `5`]}]}", AT "/1", "Value of < must be numeric"},
        {"{`a`: [{`numeric`: [`<`, 1e10]}]}", AT "/1", "Value must be between"},
        {"{`a`: [{`numeric`: [`=`, 5, `<`, 6]}]}", AT "/2", "Too many elements"},
        {"{`a`: [{`numeric`: [`<`, 6, `>`, 5]}]}", AT "/2", "Too many elements"},
        {"{`a`: [{`numeric`: [`>`, 5, 6]}]}", AT "/2", "Bad value in numeric range"},
        {"{`a`: [{`numeric`: [`>`, 5, `>`, 6]}]}", AT "/2", "Bad numeric range operator: >"},
        {"{`a`: [{`numeric`: [`>`, 5, `=`, 6]}]}", AT "/2", "Bad numeric range operator: ="},
        {"{`a`: [{`numeric`: [`>`, 5, `<`]}]}", AT "/3", "Value of < must be numeric"},
        {"{`a`: [{`numeric`: [`>`, 5, `<`, 5]}]}", AT "/3", "Bottom must be less than top"},
        {"{`a`: [{`numeric`: [`>=`, 6, `<=`, 5]}]}", AT "/3", "Bottom must be less than top"},
        {"{`a`: [{`numeric`: [`>`, 5, `<`, 6, `<`]}]}", AT "/4", "Too many terms"},
    };
#undef AT
    refuse_all(FILTER_ATTRIBUTES, all, sizeof all / sizeof *all);
}

/* EVIDENCE-OF: FLT-2
 * The newer forms of anything-but are accepted or not by a parameter; prefix always is. */
static void test_anything_but(void **state)
{
    (void)state;
#define AT "/a/0/anything-but"
    static const struct refusal always[] = {
        {"{`a`: [{`anything-but`: true}]}", AT, "Value of anything-but must be"},
        {"{`a`: [{`anything-but`: null}]}", AT, "Value of anything-but must be"},
        {"{`a`: [{`anything-but`: []}]}", AT, "Empty arrays are not allowed"},
        {"{`a`: [{`anything-but`: [`x`, [`y`]]}]}", AT "/1", "Value of anything-but must be"},
        {"{`a`: [{`anything-but`: {}}]}", AT, "Only one key allowed"},
        {"{`a`: [{`anything-but`: {`prefix`: `x`, `suffix`: `y`}}]}", AT, "Only one key allowed"},
        {"{`a`: [{`anything-but`: {`numeric`: [`=`, 5]}}]}", AT "/numeric",
         "Unsupported anything-but pattern: numeric"},
        {"{`a`: [{`anything-but`: {`prefix`: 5}}]}", AT "/prefix",
         "prefix match pattern must be a string"},
    };
    static const struct refusal newer[] = {
        {"{`a`: [{`anything-but`: {`suffix`: `x`}}]}", AT "/suffix", "Unsupported anything-but"},
        {"{`a`: [{`anything-but`: {`wildcard`: `x`}}]}", AT "/wildcard",
         "Unsupported anything-but"},
        {"{`a`: [{`anything-but`: {`equals-ignore-case`: `x`}}]}", AT "/equals-ignore-case",
         "Unsupported anything-but"},
        {"{`a`: [{`anything-but`: {`prefix`: [`x`]}}]}", AT "/prefix", "prefix match pattern"},
    };
#undef AT
    struct filter_lab lab;
    refuse_all(FILTER_ATTRIBUTES, always, sizeof always / sizeof *always);
    filter_lab_open(&lab, FILTER_ATTRIBUTES);
    for (size_t i = 0; i < sizeof newer / sizeof *newer; i++) {
        lab.cfg.newer_forms = true;
        assert_non_null(filter_lab_compile(&lab, newer[i].policy));
        lab.cfg.newer_forms = false;
        refuse(&lab, &newer[i]);
    }
    assert_non_null(filter_lab_compile(&lab, "{`a`: [{`anything-but`: {`prefix`: `x`}}]}"));
    filter_lab_close(&lab);
}

/* EVIDENCE-OF: FLT-5
 * Keys of attributes do not nest, in alternatives neither. */
static void test_nesting(void **state)
{
    (void)state;
    static const struct refusal all[] = {
        {"{`a`: {`b`: [1]}}", "/a", "Filter policy scope MessageAttributes does not support"},
        {"{`a`: [1], `$or`: [{`b`: [1]}, {`c`: {`d`: [1]}}]}", "/$or/1/c",
         "Filter policy scope MessageAttributes does not support"},
    };
    struct filter_lab lab;
    refuse_all(FILTER_ATTRIBUTES, all, sizeof all / sizeof *all);
    filter_lab_open(&lab, FILTER_BODY);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_non_null(filter_lab_compile(&lab, all[i].policy));
    filter_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape),        cmocka_unit_test(test_or),
        cmocka_unit_test(test_operands),     cmocka_unit_test(test_numeric),
        cmocka_unit_test(test_anything_but), cmocka_unit_test(test_nesting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
