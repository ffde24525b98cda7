// SPDX-License-Identifier: GPL-3.0-or-later
/* Expectations: what a row may say, and that what it names exists in the runs it is judged in. */
#include "scenario/bind_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tools/said.h"

#define HEAD  "{`queues`: {`jobs`: {}, `other`: {}}, `variants`: {`slow`: {}, `fast`: {}},\n"
#define SWEEP "`sweep`: {`/queues/jobs/VisibilityTimeout`: [20, 30]},\n"

static void test_comparisons(void **state)
{
    (void)state;
    static const char *const words[] = {"==", "!=", "<", "<=", ">", ">="};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 HEAD
                 "`expect`: [{`entity`: `jobs`, `metric`: `lost`, `stat`: `count`, `is`: `%s`, "
                 "`value`: 2.5}]}",
                 words[i]);
        struct scenario_file *file = said_read("s.json", text, NULL, 0);
        struct scenario *scenario = said_load(file, 1, 0);
        assert_int_equal(scenario->expect_count, 1);
        const struct scenario_expect *expect = scenario->expects;
        assert_int_equal(expect->is, (int)i); /* the order of enum expect_is */
        assert_string_equal(expect->entity, "jobs");
        assert_string_equal(expect->metric, "lost");
        assert_string_equal(expect->stat, "count");
        assert_true(expect->has_value && expect->value == 2.5);
        assert_null(expect->variant);
        assert_null(expect->vs);
        assert_null(expect->point);
        scenario_free(scenario);
        scenario_file_free(file);
    }
}

static void test_tolerance(void **state)
{
    (void)state;
    struct scenario_file *file = said_read(
        "s.json",
        HEAD
        "`expect`: [{`entity`: `scenario`, `metric`: `m`, `stat`: `s`, `is`: `within`, `value`: 2,"
        "`tolerance`: `2.5%`}, {`entity`: `jobs`, `metric`: `m`, `stat`: `s`, `is`: `within`,"
        "`vs`: `slow`, `variant`: `fast`, `tolerance`: 0.25}]}",
        NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    assert_int_equal(scenario->expects[0].is, EXPECT_WITHIN);
    assert_true(scenario->expects[0].relative && scenario->expects[0].tolerance == 0.025);
    assert_false(scenario->expects[1].relative);
    assert_true(scenario->expects[1].tolerance == 0.25);
    assert_false(scenario->expects[1].has_value);
    assert_string_equal(scenario->expects[1].vs, "slow");
    assert_string_equal(scenario->expects[1].variant, "fast");
    scenario_free(scenario);
    scenario_file_free(file);
}

static void test_received(void **state)
{
    (void)state;
    struct scenario_file *file = said_read(
        "s.json",
        HEAD "`expect`: [{`entity`: `jobs`, `receivedOrder`: [`5`, `8`], `variant`: `slow`},"
             "{`entity`: `jobs`, `receivedOrder`: []}]}",
        NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    assert_int_equal(scenario->expects[0].received_count, 2);
    assert_string_equal(scenario->expects[0].received[1], "8");
    assert_int_equal(scenario->expects[1].received_count, 0);
    assert_non_null(scenario->expects[1].received); /* none must be received */
    scenario_free(scenario);
    scenario_file_free(file);
    said_check("s.json",
               HEAD "`expect`: [{`entity`: `jobs`, `receivedOrder`: [`5`, 8], `value`: 1},\n"
                    "{`entity`: `jobs`, `receivedOrder`: [], `value`: 1}]}",
               "s.json:2:54: /expect/0/receivedOrder/1: expected a text, found a number\n"
               "s.json:3:50: /expect/1/value: `receivedOrder` goes without `value`\n");
}

static void test_form(void **state)
{
    (void)state;
    said_check(
        "s.json",
        HEAD
        "`expect`: [\n"
        "{`metric`: `m`, `stat`: `s`, `is`: `<`, `value`: 1},\n"
        "{`entity`: `jobs`, `value`: 1},\n"
        "{`entity`: `jobs`, `metric`: `m`, `stat`: `s`, `is`: `<`},\n"
        "{`entity`: `jobs`, `metric`: `m`, `stat`: `s`, `is`: `<`, `value`: 1, `vs`: `fast`},\n"
        "{`entity`: `jobs`, `metric`: `m`, `stat`: `s`, `is`: `within`, `value`: 1},\n"
        "{`entity`: `jobs`, `metric`: `m`, `stat`: `s`, `is`: `<`, `value`: 1, `tolerance`: 1},\n"
        "{`entity`: `jobs`, `metric`: `m`, `stat`: `s`, `is`: `=`, `value`: `1`, `tolerance`: "
        "`5`},\n"
        "3]}",
        "s.json:3:1: /expect/0: `entity` is required\n"
        "s.json:4:1: /expect/1: `metric` is required\n"
        "s.json:4:1: /expect/1: `stat` is required\n"
        "s.json:4:1: /expect/1: `is` is required\n"
        "s.json:5:1: /expect/2: give one of `value` and `vs`\n"
        "s.json:6:1: /expect/3: give one of `value` and `vs`\n"
        "s.json:7:1: /expect/4: `within` needs a `tolerance`\n"
        "s.json:8:84: /expect/5/tolerance: a tolerance goes with `within` alone\n"
        "s.json:9:54: /expect/6/is: `=` is not one of ==, !=, <, <=, >, >=, within: did you mean "
        "`==`?\n"
        "s.json:9:68: /expect/6/value: expected a number, found a text: write 1, without quotes\n"
        "s.json:9:86: /expect/6/tolerance: `5` is no tolerance: write a number or a text such as "
        "`5%`\n"
        "s.json:10:1: /expect/7: expected an object, found a number\n");
    said_check("s.json", HEAD "`expect`: {}}",
               "s.json:2:11: /expect: expected an array, found an object\n");
}

/* A comparison but for what it is compared with. */
#define JOBS   "{`entity`: `jobs`, `metric`: `m`, `stat`: `s`, `is`: `<`, "
#define ONLY_B "{`entity`: `b`, `metric`: `m`, `stat`: `s`, `is`: `<`, "

static void test_named(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "`expect`: [\n"
             "{`entity`: `jbos`, `metric`: `m`, `stat`: `s`, `is`: `<`, `value`: 1},\n" JOBS
             "`value`: 1, `variant`: `fats`},\n" JOBS "`vs`: `x`},\n" JOBS
             "`vs`: `slow`, `variant`: `slow`}]}";
    said_check("s.json", text,
               "s.json:3:12: /expect/0/entity: there is no `jbos`, did you mean `jobs`?\n"
               "s.json:4:82: /expect/1/variant: there is no variant `fats`, did you mean `fast`?\n"
               "s.json:5:65: /expect/2/vs: there is no variant `x`; there are slow, fast\n"
               "s.json:6:65: /expect/3/vs: a variant is not compared with itself\n");
}

#define TWO "{`queues`: {`a`: {}}, `variants`: {`one`: {}, `two`: {`/queues/b`: {}}},\n"
#define SAID_OF_ONE                                                                                \
    "s.json:2:23: /expect/0/entity: there is no `b` in the variant `one`: say which `variant` is " \
    "meant\n"

/* A component that only some variants have is judged where it is. */
static void test_entity_of_variant(void **state)
{
    (void)state;
    said_check("s.json", TWO "`expect`: [" ONLY_B "`value`: 1, `variant`: `two`}]}", "");
    said_check("s.json", TWO "`expect`: [" ONLY_B "`value`: 1}]}", SAID_OF_ONE);
    said_check("s.json", TWO "`expect`: [" ONLY_B "`vs`: `one`, `variant`: `two`}]}", SAID_OF_ONE);
}

static void test_points(void **state)
{
    (void)state;
    static const char text[] = HEAD SWEEP
        "`expect`: [\n" JOBS "`value`: 1, `point`: {`/queues/jobs/VisibilityTimeout`: 30}},\n" JOBS
        "`value`: 1, `point`: {`/queues/jobs/VisibilityTimeout`: 31}},\n" JOBS
        "`value`: 1, `point`: {`/queues/jobs/VisiblityTimeout`: 30}},\n" JOBS
        "`value`: 1, `point`: {`/x`: 30}},\n" JOBS "`value`: 1, `point`: 30}]}";
    said_check("s.json", text,
               "s.json:5:115: /expect/1/point/~1queues~1jobs~1VisibilityTimeout: 31 is not among "
               "the values of `/queues/jobs/VisibilityTimeout`\n"
               "s.json:6:114: /expect/2/point/~1queues~1jobs~1VisiblityTimeout: "
               "`/queues/jobs/VisiblityTimeout` is not swept, did you mean "
               "`/queues/jobs/VisibilityTimeout`?\n"
               "s.json:7:87: /expect/3/point/~1x: `/x` is not swept\n"
               "s.json:8:80: /expect/4/point: expected an object, found a number\n");
}

/* An override on a swept pointer leaves expectations at other points without a run, not with a
 * mistake. */
static void test_point_overridden(void **state)
{
    (void)state;
    const struct scenario_override set = {"/queues/jobs/VisibilityTimeout", "5"};
    static const char text[] = HEAD SWEEP "`expect`: [" JOBS "`value`: 1,"
                                          "`point`: {`/queues/jobs/VisibilityTimeout`: 30}}]}";
    said_check_set("s.json", text, &set, 1, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comparisons), cmocka_unit_test(test_tolerance),
        cmocka_unit_test(test_received),    cmocka_unit_test(test_form),
        cmocka_unit_test(test_named),       cmocka_unit_test(test_entity_of_variant),
        cmocka_unit_test(test_points),      cmocka_unit_test(test_point_overridden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
