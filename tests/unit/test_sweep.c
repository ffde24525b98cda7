// SPDX-License-Identifier: GPL-3.0-or-later
/* Variants, sweeps and overrides: their order, their texts, what they may touch, and mistakes in
 * them. */
#include "scenario/sweep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/units.h"
#include "tools/said.h"

#define QUEUES "`queues`: {`a`: {}, `b`: {}}"

static struct scenario_file *read_text(const char *text)
{
    return said_read("s.json", text, NULL, 0);
}

static int64_t visibility_s(const struct scenario_file *file, size_t variant, size_t point,
                            size_t queue)
{
    struct scenario *scenario = said_load(file, variant, point);
    const int64_t ns = scenario->queues[queue].cfg.visibility_ns;
    scenario_free(scenario);
    return ns / SEC;
}

/* --- variants --- */

static void test_none(void **state)
{
    (void)state;
    struct scenario_file *file = read_text("{" QUEUES "}");
    assert_int_equal(file->variant_count, 1);
    assert_string_equal(file->variants[0], "");
    assert_int_equal(file->point_count, 1);
    assert_string_equal(file->points[0], "");
    assert_int_equal(file->axis_count, 0);
    scenario_file_free(file);
    file = read_text("{" QUEUES ", `variants`: {}, `sweep`: {`x-note`: 1}}");
    assert_int_equal(file->variant_count, 1);
    assert_int_equal(file->point_count, 1);
    scenario_file_free(file);
}

static void test_variants(void **state)
{
    (void)state;
    struct scenario_file *file =
        read_text("{" QUEUES ", `variants`: {`z`: {}, `x-note`: 1, `y`: {`x-why`: 2,"
                  "`/queues/a/VisibilityTimeout`: 7, `/queues/c`: {`VisibilityTimeout`: 9}}}}");
    assert_int_equal(file->variant_count, 2);
    assert_string_equal(file->variants[0], "z");
    assert_string_equal(file->variants[1], "y");
    assert_int_equal(visibility_s(file, 0, 0, 0), 30); /* ATT-1: the default */
    assert_int_equal(visibility_s(file, 1, 0, 0), 7);
    assert_int_equal(visibility_s(file, 1, 0, 1), 30);
    assert_int_equal(visibility_s(file, 1, 0, 2), 9);
    scenario_file_free(file);
}

/* null takes a key or a component away. */
static void test_removal(void **state)
{
    (void)state;
    struct scenario_file *file =
        read_text("{`queues`: {`a`: {`VisibilityTimeout`: 5}, `b`: {}}, `variants`: {"
                  "`v`: {`/queues/a/VisibilityTimeout`: null, `/queues/b`: null,"
                  "`/queues/a/DelaySeconds`: null}}}");
    struct scenario *scenario = said_load(file, 0, 0);
    assert_int_equal(scenario->queue_count, 1);
    assert_true(scenario->queues[0].cfg.visibility_ns == 30 * SEC);
    scenario_free(scenario);
    scenario_file_free(file);
}

/* Objects that the file left out are made on the way; what the value says stands where it stood. */
static void test_way(void **state)
{
    (void)state;
    struct scenario_file *file =
        read_text("{" QUEUES ", `variants`: {`v`: {`/experiment/duration`: `2h`,"
                  "`/queues/a/RedrivePolicy/deadLetterTargetArn`: `b`,"
                  "`/queues/a/RedrivePolicy/maxReceiveCount`: 4, `/network/request`: 0.25}}}");
    struct scenario *scenario = said_load(file, 0, 0);
    assert_true(scenario->experiment.duration_ns == 2 * HOUR);
    assert_int_equal(scenario->queues[0].dead_letter, 1);
    assert_int_equal(scenario->queues[0].cfg.redrive.max_receives, 4);
    assert_true(dist_mean(&scenario->network.request) == 0.25);
    scenario_free(scenario);
    scenario_file_free(file);
    said_check("s.json",
               "{" QUEUES ", `variants`:\n {`v`: {`/queues/a/RedrivePolicy/maxReceiveCount`: 4}}}",
               "s.json:2:8: /queues/a/RedrivePolicy: `deadLetterTargetArn` is required\n");
}

static void test_bad_variants(void **state)
{
    (void)state;
    said_check("s.json", "{" QUEUES ",\n`variants`: [1]}",
               "s.json:2:13: /variants: expected an object, found an array\n");
    said_check("s.json", "{" QUEUES ",\n`variants`: {``: {}, `v`: 3}}",
               "s.json:2:14: /variants: a variant needs a name\n"
               "s.json:2:27: /variants/v: expected an object, found a number\n");
}

/* --- sweeps --- */

/* The first axis moves slowest. */
static void test_grid(void **state)
{
    (void)state;
    struct scenario_file *file =
        read_text("{" QUEUES ", `sweep`: {`/queues/a/VisibilityTimeout`: [1, 2],"
                  "`/queues/b/VisibilityTimeout`: [3, 4, 5]}}");
    static const int expected[6][2] = {{1, 3}, {1, 4}, {1, 5}, {2, 3}, {2, 4}, {2, 5}};
    assert_int_equal(file->axis_count, 2);
    assert_string_equal(file->axes[1], "/queues/b/VisibilityTimeout");
    assert_int_equal(file->point_count, 6);
    for (size_t point = 0; point < 6; point++) {
        for (size_t axis = 0; axis < 2; axis++) {
            assert_true(json_number(file->axis_values[point][axis]) == expected[point][axis]);
            assert_int_equal(visibility_s(file, 0, point, axis), expected[point][axis]);
        }
    }
    assert_string_equal(file->points[1],
                        "/queues/a/VisibilityTimeout=1;/queues/b/VisibilityTimeout=4");
    scenario_file_free(file);
}

static void test_zip(void **state)
{
    (void)state;
    struct scenario_file *file =
        read_text("{" QUEUES ", `sweep`: {`/queues/a/VisibilityTimeout`: [1, 2],"
                  "`zip`: true, `/queues/b/VisibilityTimeout`: [3, 3]}}");
    assert_int_equal(file->point_count, 2);
    assert_int_equal(visibility_s(file, 0, 1, 0), 2);
    assert_int_equal(visibility_s(file, 0, 1, 1), 3);
    scenario_file_free(file);
    said_check(
        "s.json",
        "{" QUEUES ", `sweep`: {`zip`: true, `/experiment/seed`: [1, 2],\n"
        "`/queues/b/VisibilityTimeout`: [3, 4, 5]}}",
        "s.json:2:32: /sweep: `zip` walks lists of one length: `/queues/b/VisibilityTimeout` "
        "has 3 and `/experiment/seed` has 2\n");
}

/* Texts stand without quotes in a point's text, all else is compact JSON. */
static void test_point_text(void **state)
{
    (void)state;
    struct scenario_file *file = read_text(
        "{" QUEUES ", `sweep`: {`/experiment/duration`: [`1h`, 0.5, null],"
        "`/queues/a/RedrivePolicy`: [{`deadLetterTargetArn`: `b`, `maxReceiveCount`: 2}]}}");
    static const char *const expected[] = {
        "/experiment/duration=1h;"
        "/queues/a/RedrivePolicy={\"deadLetterTargetArn\":\"b\",\"maxReceiveCount\":2}",
        "/experiment/duration=0.5;"
        "/queues/a/RedrivePolicy={\"deadLetterTargetArn\":\"b\",\"maxReceiveCount\":2}",
        "/experiment/duration=null;"
        "/queues/a/RedrivePolicy={\"deadLetterTargetArn\":\"b\",\"maxReceiveCount\":2}",
    };
    assert_int_equal(file->point_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(file->points[i], expected[i]);
    scenario_file_free(file);
}

/* A point's value wins over its variant's. */
static void test_order(void **state)
{
    (void)state;
    struct scenario_file *file =
        read_text("{" QUEUES ", `variants`: {`v`: {`/queues/a/VisibilityTimeout`: 8}},"
                  "`sweep`: {`/queues/a/VisibilityTimeout`: [9]}}");
    assert_int_equal(visibility_s(file, 0, 0, 0), 9);
    scenario_file_free(file);
}

static void test_bad_sweeps(void **state)
{
    (void)state;
    said_check("s.json", "{" QUEUES ",\n`sweep`: {`/experiment/seed`: [], `seed`: [1], `zip`: 1}}",
               "s.json:2:31: /sweep: `/experiment/seed` has no values\n"
               "s.json:2:35: /sweep: `seed` is no JSON pointer: write one such as "
               "`/experiment/seed`\n"
               "s.json:2:55: /sweep/zip: expected true or false, found a number\n");
    said_check("s.json", "{" QUEUES ",\n`sweep`: {`/experiment/seed`: 3}}",
               "s.json:2:31: /sweep: expected an array, found a number\n");
    said_check("s.json", "{" QUEUES ",\n`sweep`: {`/experiment/seed`: [3, 4, 3]}}",
               "s.json:2:38: /sweep: 3 is among the values of `/experiment/seed` already\n");
    said_check("s.json", "{" QUEUES ",\n`sweep`: 3}",
               "s.json:2:10: /sweep: expected an object, found a number\n");
}

/* 400 x 400 = 160,000 points are above the limit of 100,000. */
static void test_too_many_points(void **state)
{
    (void)state;
    struct text text = {0};
    text_add(&text, "{" QUEUES ",\n`sweep`: {");
    for (int axis = 0; axis < 2; axis++) {
        text_printf(&text, "%s`/queues/%c/VisibilityTimeout`: [0", axis > 0 ? "," : "", "ab"[axis]);
        for (int i = 1; i < 400; i++)
            text_printf(&text, ",%d", i);
        text_add(&text, "]");
    }
    text_add(&text, "}}");
    said_check("s.json", text_of(&text),
               "s.json:2:10: /sweep: the sweep has more than 100000 points\n");
    text_free(&text);
}

/* --- what a pointer may name --- */

static void test_pointers(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{`queues`: {`a`: {}, `jobs`: {}}, `variants`: {`v`: {\n"
        "`/queues/a/VisiblityTimeout`: 1,\n"
        "`/queues/jbos/VisibilityTimeout`: 1,\n"
        "`/queues/orders`: null,\n"
        "`/queus/a`: {},\n"
        "`/experiment/sed`: 1,\n"
        "`/queues/a/RedrivePolicy/maxReceives`: 1,\n"
        "`/queues/a/VisibilityTimeout/x`: 1,\n"
        "`/figures/0`: `F1`,\n"
        "`/sweep/zip`: true,\n"
        "`/title/x`: true,\n"
        "`queues`: {},\n"
        "`/queues/~2`: {},\n"
        "`/x-anything/at/all`: 1\n"
        "}}}",
        "s.json:2:1: /queues/a/VisiblityTimeout: unknown key `VisiblityTimeout`, did you mean "
        "`VisibilityTimeout`?\n"
        "s.json:3:1: /queues/jbos/VisibilityTimeout: queues has no `jbos`, did you mean `jobs`?\n"
        "s.json:4:1: /queues/orders: queues has no `orders`; there are a, jobs\n"
        "s.json:5:1: /queus/a: unknown key `queus`, did you mean `queues`?\n"
        "s.json:6:1: /experiment/sed: unknown key `sed`, did you mean `seed`?\n"
        "s.json:7:1: /queues/a/RedrivePolicy/maxReceives: unknown key `maxReceives`; there are "
        "deadLetterTargetArn, maxReceiveCount\n"
        "s.json:8:1: /queues/a/VisibilityTimeout/x: `VisibilityTimeout` has no part `x`\n"
        "s.json:9:1: /figures/0: `figures` is the same in all runs\n"
        "s.json:10:1: /sweep/zip: `sweep` is the same in all runs\n"
        "s.json:11:1: /title/x: `title` has no parts\n"
        "s.json:12:1: queues: this is no JSON pointer: write one such as "
        "`/experiment/seed`\n"
        "s.json:13:1: /queues/~2: this is no JSON pointer: write one such as "
        "`/experiment/seed`\n");
}

/* A value on the way that holds nothing. */
static void test_blocked_way(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{" QUEUES ", `network`: {`request`: `1s`}, `variants`: {`v`: {\n"
        "`/network/request/value`: 2}}}",
        "s.json:2:1: /network/request/value: /network/request is a text: it has no place for "
        "`value`\n");
}

/* A mistaken value stands where it was written, and is named by where it is put. */
static void test_values(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{" QUEUES ",\n`variants`: {`v`: {}, `w`: {`/queues/a/VisibilityTimeout`: 50000}},\n"
        "`sweep`: {`/queues/b/VisibilityTimeout`: [1, `2s`, -3]}}",
        "s.json:2:60: /queues/a/VisibilityTimeout: 50000 is above the maximum 43200 "
        "(12 hours)\n"
        "s.json:3:46: /queues/b/VisibilityTimeout: expected a number, found a text: AWS counts "
        "whole seconds, write 2\n"
        "s.json:3:52: /queues/b/VisibilityTimeout: -3 is below the minimum 0\n");
}

/* --- overrides --- */

static void test_set(void **state)
{
    (void)state;
    static const struct scenario_override set[] = {
        {"/queues/a/VisibilityTimeout", "6"},
        {"/title", "say \"hi\""}, /* no JSON: a text */
        {"/experiment/duration", "90s"},
        {"/description", "\"3\""},
    };
    struct scenario_file *file = said_read("s.json", "{" QUEUES "}", set, 4);
    struct scenario *scenario = said_load(file, 0, 0);
    assert_true(scenario->queues[0].cfg.visibility_ns == 6 * SEC);
    assert_string_equal(scenario->title, "say \"hi\"");
    assert_string_equal(scenario->description, "3");
    assert_true(scenario->experiment.duration_ns == 90 * SEC);
    scenario_free(scenario);
    scenario_file_free(file);
}

/* On a swept pointer the value is the axis. */
static void test_set_axis(void **state)
{
    (void)state;
    static const struct scenario_override set = {"/queues/a/VisibilityTimeout", "5"};
    struct scenario_file *file =
        said_read("s.json",
                  "{" QUEUES ", `sweep`: {`/queues/a/VisibilityTimeout`: [1, 2],"
                  "`/queues/b/VisibilityTimeout`: [3, 4, 6]}}",
                  &set, 1);
    assert_int_equal(file->point_count, 3);
    assert_string_equal(file->points[2],
                        "/queues/a/VisibilityTimeout=5;/queues/b/VisibilityTimeout=6");
    assert_int_equal(visibility_s(file, 0, 2, 0), 5);
    assert_true(file->axis_set[0]);
    assert_false(file->axis_set[1]);
    scenario_file_free(file);
}

/* Walking together, the axis keeps the length of the others. */
/* Two of three points become the same one. */
static void test_set_axis_zip_joins_points(void **state)
{
    (void)state;
    const struct scenario_override override = {"/queues/a/VisibilityTimeout", "5"};
    struct scenario_file *file =
        said_read("s.json",
                  "{" QUEUES ", `sweep`: {`zip`: true, `/queues/a/VisibilityTimeout`: [1, 2, 3],"
                  "`/queues/b/VisibilityTimeout`: [7, 8, 7]}}",
                  &override, 1);
    assert_int_equal(file->point_count, 2);
    assert_string_equal(file->points[1],
                        "/queues/a/VisibilityTimeout=5;/queues/b/VisibilityTimeout=8");
    assert_int_equal(visibility_s(file, 0, 0, 1), 7);
    scenario_file_free(file);
}

static void test_set_axis_zip(void **state)
{
    (void)state;
    static const struct scenario_override set = {"/queues/b/VisibilityTimeout", "5"};
    struct scenario_file *file =
        said_read("s.json",
                  "{" QUEUES ", `sweep`: {`zip`: true, `/queues/a/VisibilityTimeout`: [1, 2],"
                  "`/queues/b/VisibilityTimeout`: [3, 4]}}",
                  &set, 1);
    assert_int_equal(file->point_count, 2);
    assert_int_equal(visibility_s(file, 0, 1, 0), 2);
    assert_int_equal(visibility_s(file, 0, 1, 1), 5);
    scenario_file_free(file);
}

static void test_bad_set(void **state)
{
    (void)state;
    static const struct scenario_override set[] = {
        {"/queues/a/VisibilityTimeout", "50000"},
        {"/queues/x/VisibilityTimeout", "5"},
        {"seed", "5"},
        {"/sweep/zip", "5"}, /* an override may touch the whole file */
    };
    said_check_set("s.json", "{" QUEUES "}", set, 4,
                   "--set: /queues/x/VisibilityTimeout: queues has no `x`; there are a, b\n"
                   "--set: seed: this is no JSON pointer: write one such as `/experiment/seed`\n"
                   "--set: /sweep/zip: expected true or false, found a number\n"
                   "--set: /queues/a/VisibilityTimeout: 50000 is above the maximum 43200 "
                   "(12 hours)\n");
}

/* Who begins an object means one; other words are texts. */
static void test_broken_set(void **state)
{
    (void)state;
    static const struct scenario_override set[] = {{"/queues/a", "{\"VisibilityTimeout\": 5"}};
    said_check_set("s.json", "{" QUEUES "}", set, 1,
                   "--set:1:24: the text ends in the middle of an object\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_removal),
        cmocka_unit_test(test_way),
        cmocka_unit_test(test_bad_variants),
        cmocka_unit_test(test_grid),
        cmocka_unit_test(test_zip),
        cmocka_unit_test(test_point_text),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_bad_sweeps),
        cmocka_unit_test(test_too_many_points),
        cmocka_unit_test(test_pointers),
        cmocka_unit_test(test_blocked_way),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_set_axis),
        cmocka_unit_test(test_set_axis_zip_joins_points),
        cmocka_unit_test(test_set_axis_zip),
        cmocka_unit_test(test_bad_set),
        cmocka_unit_test(test_broken_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
