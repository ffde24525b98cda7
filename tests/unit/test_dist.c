// SPDX-License-Identifier: GPL-3.0-or-later
/* The field that holds a distribution: shorthand, units, the user's mistakes, the echo, the schema;
 * and the moments and cdfs of families by numbers from elsewhere.  That samples follow them is
 * tests/contract/dist_contract.c. */
#define _POSIX_C_SOURCE 200809L
#include "core/dist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct diag *diag;
    struct dist dist;
    char folder[32];
    char said[4096]; /* the mistakes of the last reading */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    arena_init(&f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    free(f);
    return 0;
}

static void print_mistakes(struct fixture *f, const struct diag *diag)
{
    FILE *out = fmemopen(f->said, sizeof f->said, "w");
    assert_non_null(out);
    diag_print(diag, out);
    fclose(out);
}

static bool read_as(struct fixture *f, const struct param_type *type, const char *text)
{
    const struct param row = {.name = "service", .type = type, PARAM_NO_RANGE};
    struct diag *diag = diag_new();
    struct param_reader reader = {.diag = diag, .arena = &f->arena, .folder = f->folder};
    struct json_doc *doc = json_parse("s.json", text, strlen(text), false, diag);
    assert_non_null(doc);
    reader.doc = doc;
    f->dist = (struct dist){0};
    memset(f->said, 0, sizeof f->said);
    const size_t length = param_enter(&reader, "service");
    const bool is_good = type->read(&reader, &row, &f->dist, json_root(doc));
    param_leave(&reader, length);
    assert_int_equal(is_good, diag_count(diag) == 0);
    print_mistakes(f, diag);
    text_free(&reader.pointer);
    json_free(doc);
    diag_free(diag);
    return is_good;
}

static const struct dist *good(struct fixture *f, const char *text)
{
    if (!read_as(f, &dist_service_param, text))
        fail_msg("%s is refused: %s", text, f->said);
    return &f->dist;
}

/* text is refused, and what is said contains the words. */
static void bad_as(struct fixture *f, const struct param_type *type, const char *text,
                   const char *words)
{
    if (read_as(f, type, text))
        fail_msg("%s is accepted", text);
    if (strstr(f->said, words) == NULL)
        fail_msg("%s: \"%s\" is not in: %s", text, words, f->said);
}

static void bad(struct fixture *f, const char *text, const char *words)
{
    bad_as(f, &dist_time_param, text, words);
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-12 * fabs(b);
}

static void test_shorthand(void **state)
{
    struct fixture *f = *state;
    assert_true(dist_mean(good(f, "2.5")) == 2.5);
    assert_ptr_equal(f->dist.kind, &dist_constant);
    assert_int_equal(f->dist.fast, DIST_CONSTANT);
    assert_true(is_near(dist_mean(good(f, "\"250ms\"")), 0.25));
    assert_true(read_as(f, &dist_size_param, "\"64KiB\"") && dist_mean(&f->dist) == 65536.0);
    assert_true(read_as(f, &dist_number_param, "3") && dist_mean(&f->dist) == 3.0);
    assert_true(dist_mean(good(f, "0")) == 0.0);
}

static void test_units_are_the_fields(void **state)
{
    struct fixture *f = *state;
    assert_true(dist_mean(good(f, "{\"dist\": \"exponential\", \"mean\": \"1m30s\"}")) == 90.0);
    good(f, "{\"dist\": \"uniform\", \"low\": \"1s\", \"high\": 3}");
    assert_true(dist_mean(&f->dist) == 2.0);
    const char *sizes = "{\"dist\": \"empirical\", \"values\": [\"1KiB\", 2048]}";
    assert_true(read_as(f, &dist_size_param, sizes) && dist_mean(&f->dist) == 1536.0);
    const char *nested = "{\"dist\": \"mixture\", \"of\": [{\"weight\": 1, \"dist\": \"2KiB\"}]}";
    assert_true(read_as(f, &dist_size_param, nested) && dist_mean(&f->dist) == 2048.0);

    bad(f, "\"64KiB\"", "\"64KiB\" is not a duration; expected a number of seconds or a text");
    bad(f, nested, "s.json:1:50: /service/of/0/dist: \"2KiB\" is not a duration");
    bad_as(f, &dist_size_param, "\"250ms\"", "\"250ms\" is not a size");
    bad_as(f, &dist_number_param, "\"250ms\"", "\"250ms\" is not a number");
    bad_as(f, &dist_number_param, "{\"dist\": \"exponential\", \"mean\": \"1s\"}",
           "/service/mean: \"1s\" is not a number");
}

static void test_mistakes_in_the_choice(void **state)
{
    struct fixture *f = *state;
    bad(f, "null", "expected a distribution or a number of seconds");
    bad(f, "[1]", "found an array");
    bad(f, "{\"mean\": 1}", "say which distribution");
    bad(f, "{\"dist\": 7, \"mean\": 1}", "/service/dist: say which distribution");
    bad(f, "{\"dist\": \"exponental\", \"mean\": 1}", "did you mean \"exponential\"?");
    bad(f, "{\"dist\": \"zipf\"}", "/service/dist: no distribution is called \"zipf\"");
    bad(f, "{\"dist\": \"exponential\", \"maen\": 1}", "\"maen\"");
    bad(f, "{\"dist\": \"exponential\"}", "mean");
    bad_as(f, &dist_size_param, "{\"dist\": \"message\"}", "time of work");
    bad(f, "{\"dist\": \"message\"}", "\"service\" of consumers and functions");
}

static void test_mistakes_in_parameters(void **state)
{
    struct fixture *f = *state;
    bad(f, "-1", "-1 is below the minimum 0");
    bad(f, "{\"dist\": \"exponential\", \"mean\": 0}", "/service/mean: mean must be above 0");
    bad(f, "{\"dist\": \"uniform\", \"low\": 3, \"high\": 2}", "low (3) is above high (2)");
    bad(f, "{\"dist\": \"gamma\", \"mean\": 3, \"shape\": 0}", "shape must be above 0");
    bad(f, "{\"dist\": \"gamma\", \"mean\": 3, \"shape\": -1}", "-1 is below the minimum 0");
    bad(f, "{\"dist\": \"erlang\", \"mean\": 3, \"k\": 2.5}", "k is a number of stages");
    bad(f, "{\"dist\": \"erlang\", \"mean\": 3, \"k\": 0}", "k is a number of stages");
    bad(f, "{\"dist\": \"hyperexponential\", \"mean\": 3, \"scv\": 0.5}", "scv (0.5) is below 1");
    bad(f, "{\"dist\": \"weibull\", \"scale\": 0, \"shape\": 1}", "scale must be above 0");
    bad(f, "{\"dist\": \"pareto\", \"scale\": 1, \"shape\": 0}", "shape must be above 0");
    bad(f, "{\"dist\": \"normal\", \"mean\": 1, \"sd\": 0}", "sd must be above 0");
    const char *pairs = "give mean and cv, or median and sigma";
    bad(f, "{\"dist\": \"lognormal\", \"mean\": 1}", pairs);
    bad(f, "{\"dist\": \"lognormal\"}", pairs);
    bad(f, "{\"dist\": \"lognormal\", \"mean\": 1, \"sigma\": 1}", pairs);
    bad(f, "{\"dist\": \"lognormal\", \"mean\": 1, \"cv\": 1, \"sigma\": 1}", pairs);
    bad(f, "{\"dist\": \"lognormal\", \"mean\": 0, \"cv\": 1}", "mean must be above 0");
    bad(f, "{\"dist\": \"lognormal\", \"median\": 0, \"sigma\": 1}", "median must be above 0");
}

static void test_mistakes_in_lists(void **state)
{
    struct fixture *f = *state;
    bad(f, "{\"dist\": \"empirical\"}", "give the values or a file");
    bad(f, "{\"dist\": \"empirical\", \"values\": []}", "at least one element");
    bad(f, "{\"dist\": \"empirical\", \"values\": [1, true]}", "/service/values/1: expected");
    bad(f, "{\"dist\": \"empirical\", \"values\": [1], \"file\": \"no.csv\"}", "no.csv");
    bad(f, "{\"dist\": \"mixture\", \"of\": []}", "at least one element");
    bad(f, "{\"dist\": \"mixture\", \"of\": [1]}", "/service/of/0: expected a part");
    bad(f, "{\"dist\": \"mixture\", \"of\": [{\"weight\": 0, \"dist\": 1}]}",
        "no weight is above 0");
    bad(f, "{\"dist\": \"mixture\", \"of\": [{\"weight\": 1}]}", "dist");
    bad_as(f, &dist_service_param,
           "{\"dist\": \"mixture\", \"of\": [{\"weight\": 1, \"dist\": {\"dist\": \"message\"}}]}",
           "cannot hold \"message\"");
}

/* Two mistakes in one object are both said. */
static void test_mistakes_are_collected(void **state)
{
    struct fixture *f = *state;
    bad(f, "{\"dist\": \"gamma\", \"mean\": -3, \"shape\": \"x\"}", "/service/mean");
    assert_non_null(strstr(f->said, "/service/shape"));
}

/* Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, vol. 1 (1994): the formula
 * of each family evaluated by hand. */
static void test_moments(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        double mean, variance;
    } cases[] = {
        {"{\"dist\": \"uniform\", \"low\": 1, \"high\": 4}", 2.5, 0.75}, /* 3^2 / 12 */
        {"{\"dist\": \"exponential\", \"mean\": 3}", 3, 9},              /* mean^2 */
        {"{\"dist\": \"gamma\", \"mean\": 3, \"shape\": 2}", 3, 4.5},    /* mean^2 / shape */
        {"{\"dist\": \"erlang\", \"mean\": 4, \"k\": 4}", 4, 4},         /* mean^2 / k */
        {"{\"dist\": \"lognormal\", \"mean\": 2, \"cv\": 1.5}", 2, 9},   /* (mean cv)^2 */
        {"{\"dist\": \"lognormal\", \"mean\": 2, \"cv\": 0}", 2, 0},
        {"{\"dist\": \"weibull\", \"scale\": 2, \"shape\": 1}", 2, 4},    /* exponential */
        {"{\"dist\": \"weibull\", \"scale\": 2, \"shape\": 0.5}", 4, 80}, /* 2 2!, 4 (4! - 2!^2) */
        {"{\"dist\": \"pareto\", \"scale\": 2, \"shape\": 3}", 3, 3},     /* 4 3 / (2^2 1) */
        {"{\"dist\": \"hyperexponential\", \"mean\": 2, \"scv\": 4}", 2, 16}, /* scv mean^2 */
        {"{\"dist\": \"hyperexponential\", \"mean\": 2, \"scv\": 1}", 2, 4},  /* exponential */
        {"{\"dist\": \"empirical\", \"values\": [1, 2, 3, 6]}", 3, 3.5}, /* (4 + 1 + 0 + 9) / 4 */
        {"{\"dist\": \"mixture\", \"of\": [{\"weight\": 1, \"dist\": 1}, {\"weight\": 3, \"dist\":"
         " {\"dist\": \"exponential\", \"mean\": 5}}]}",
         4, 21.75}, /* 3/4 25 + 1/4 9 + 3/4 1 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct dist *dist = good(f, cases[i].text);
        if (!is_near(dist_mean(dist), cases[i].mean) ||
            fabs(dist_variance(dist) - cases[i].variance) > 1e-12 * (1.0 + cases[i].variance))
            fail_msg("%s: %.17g, %.17g", cases[i].text, dist_mean(dist), dist_variance(dist));
    }
}

/* The half-normal (mean 0, sd 1): mean sqrt(2 / pi), variance 1 - 2 / pi. */
static void test_truncated_normal(void **state)
{
    struct fixture *f = *state;
    const double pi = 3.14159265358979323846;
    const struct dist *dist = good(f, "{\"dist\": \"normal\", \"mean\": 0, \"sd\": 1}");
    assert_true(is_near(dist_mean(dist), sqrt(2.0 / pi)));
    assert_true(fabs(dist_variance(dist) - (1.0 - 2.0 / pi)) < 1e-12);
    assert_true(fabs(dist_cdf(dist, 1.0) - erf(sqrt(0.5))) < 1e-12);
    /* Far from 0 nothing is cut off. */
    dist = good(f, "{\"dist\": \"normal\", \"mean\": 100, \"sd\": 1}");
    assert_true(is_near(dist_mean(dist), 100.0) && is_near(dist_variance(dist), 1.0));
}

static void test_median_and_sigma(void **state)
{
    struct fixture *f = *state;
    const struct dist *dist =
        good(f, "{\"dist\": \"lognormal\", \"median\": \"60s\", \"sigma\": 0.5}");
    assert_true(fabs(dist_cdf(dist, 60.0) - 0.5) < 1e-12);
    assert_true(is_near(dist_mean(dist), 60.0 * exp(0.125)));
    assert_true(fabs(dist_cdf(dist, 60.0 * exp(0.5)) - 0.8413447460685429) < 1e-12); /* Phi(1) */
}

static void test_infinite_moments(void **state)
{
    struct fixture *f = *state;
    const struct dist *dist = good(f, "{\"dist\": \"pareto\", \"scale\": 1, \"shape\": 1.5}");
    assert_true(is_near(dist_mean(dist), 3.0) && isinf(dist_variance(dist)));
    dist = good(f, "{\"dist\": \"pareto\", \"scale\": 1, \"shape\": 1}");
    assert_true(isinf(dist_mean(dist)) && isinf(dist_variance(dist)));
    dist =
        good(f, "{\"dist\": \"mixture\", \"of\": [{\"weight\": 1, \"dist\": {\"dist\": \"pareto\","
                " \"scale\": 1, \"shape\": 1}}, {\"weight\": 1, \"dist\": 2}]}");
    assert_true(isinf(dist_mean(dist)) && isinf(dist_variance(dist)));
}

static void test_message_and_none(void **state)
{
    struct fixture *f = *state;
    const struct dist *dist = good(f, "{\"dist\": \"message\"}");
    assert_int_equal(dist->fast, DIST_MESSAGE);
    assert_true(isnan(dist_mean(dist)) && isnan(dist_variance(dist)) && isnan(dist_cdf(dist, 1.0)));
    const struct dist none = {0};
    struct rng rng;
    rng_init(&rng, 1);
    assert_true(dist_mean(&none) == 0.0 && dist_variance(&none) == 0.0);
    assert_int_equal(dist_draw_ns(&none, &rng), 0);
    assert_int_equal(dist_draw_keyed_ns(&none, 1, 2, 3), 0);
}

/* Rounded to the nearest nanosecond, clamped at both ends. */
static void test_seconds_to_ns(void **state)
{
    (void)state;
    assert_int_equal(dist_ns(0.0), 0);
    assert_int_equal(dist_ns(-5.0), 0);
    assert_int_equal(dist_ns(1.4e-9), 1);
    assert_int_equal(dist_ns(1.6e-9), 2);
    assert_int_equal(dist_ns(2.5), 2500000000);
    assert_int_equal(dist_ns(1e10), DIST_MAX_NS);
    assert_int_equal(dist_ns(HUGE_VAL), DIST_MAX_NS);
    /* Three of them on top of any time of a run (14 days and more) stay below INT64_MAX. */
    assert_true(INT64_MAX - 3 * DIST_MAX_NS > (int64_t)1e18);
}

/* Both of an exponential's ways are taken and agree: the ziggurat's edges are left in 1.1 % of
 * draws. */
static void test_keyed_slow_path_is_taken(void **state)
{
    struct fixture *f = *state;
    const struct dist *dist = good(f, "{\"dist\": \"exponential\", \"mean\": 1}");
    int slow = 0;
    for (uint64_t number = 0; number < 10000; number++) {
        const uint64_t word = rng_keyed_word(9, number, 1);
        slow += (word >> 8) >= rng_zig_accept[word & 255];
        assert_int_equal(dist_draw_keyed_ns(dist, 9, number, 1),
                         dist_draw_keyed_slow(dist, 9, number, 1));
    }
    assert_in_range(slow, 50, 400);
}

static char *echo(struct fixture *f)
{
    struct text text = {0};
    struct json_writer w;
    json_write_init(&w, &text, true);
    f->dist.kind == NULL ? json_write_null(&w) : dist_time_param.write(&w, NULL, &f->dist);
    char *copy = strdup(text_of(&text));
    text_free(&text);
    return copy;
}

/* What is echoed reads back to the same, and is echoed the same again. */
static void test_echo_reads_back(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *echo;
    } cases[] = {
        {"\"250ms\"", "{\"dist\":\"constant\",\"value\":0.25}"},
        {"{\"mean\": \"2m\", \"dist\": \"exponential\"}",
         "{\"dist\":\"exponential\",\"mean\":120}"},
        {"{\"dist\": \"lognormal\", \"mean\": 2, \"cv\": 0.5}",
         "{\"dist\":\"lognormal\",\"mean\":2,\"cv\":0.5}"},
        {"{\"dist\": \"lognormal\", \"median\": 2, \"sigma\": 0}",
         "{\"dist\":\"lognormal\",\"median\":2,\"sigma\":0}"},
        {"{\"dist\": \"empirical\", \"values\": [3, \"1s\", 2]}",
         "{\"dist\":\"empirical\",\"values\":[3,1,2]}"},
        {"{\"dist\": \"mixture\", \"of\": [{\"weight\": 3, \"dist\": \"1s\"}]}",
         "{\"dist\":\"mixture\",\"of\":[{\"weight\":3,\"dist\":{\"dist\":\"constant\",\"value\":1}}"
         "]}"},
        {"{\"dist\": \"message\"}", "{\"dist\":\"message\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        good(f, cases[i].text);
        char *first = echo(f);
        assert_string_equal(first, cases[i].echo);
        good(f, first);
        char *second = echo(f);
        assert_string_equal(second, first);
        free(first);
        free(second);
    }
}

/* The schema is JSON and has an alternative for each kind, with "message" for times only. */
static struct json_doc *parse(struct fixture *f, const struct text *text)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("schema", text_of(text), text->length, false, diag);
    print_mistakes(f, diag);
    if (doc == NULL)
        fail_msg("%s", f->said);
    diag_free(diag);
    return doc;
}

/* Where the schema of a field refers to. */
static struct json_doc *field_schema(struct fixture *f, const struct param_type *type)
{
    const struct param row = {.name = "service", .type = type, PARAM_NO_RANGE};
    struct text text = {0};
    struct json_writer w;
    json_write_init(&w, &text, true);
    json_write_open(&w, '{');
    type->schema(&w, &row);
    json_write_close(&w, '}');
    struct json_doc *doc = parse(f, &text);
    text_free(&text);
    return doc;
}

static struct json_doc *definitions(struct fixture *f)
{
    struct text text = {0};
    struct json_writer w;
    json_write_init(&w, &text, true);
    json_write_open(&w, '{');
    json_write_key(&w, "definitions");
    json_write_open(&w, '{');
    dist_schema_definitions(&w);
    json_write_close(&w, '}');
    json_write_close(&w, '}');
    struct json_doc *doc = parse(f, &text);
    text_free(&text);
    return doc;
}

/* A bare quantity or one of the families; durations of work alone come with messages. */
static void test_schema(void **state)
{
    struct fixture *f = *state;
    const struct param_type *types[] = {&dist_service_param, &dist_number_param, &dist_size_param,
                                        &dist_time_param};
    size_t kinds = 0;
    while (dist_kinds[kinds] != NULL)
        kinds++;
    struct json_doc *all = definitions(f);
    for (size_t i = 0; i < 4; i++) {
        struct json_doc *field = field_schema(f, types[i]);
        const struct json *reference = json_find(field, "/allOf/0/$ref");
        assert_non_null(reference);
        const struct json *definition = json_find(all, json_text(reference) + strlen("#"));
        assert_non_null(definition);
        char *text = json_print(definition);
        assert_int_equal(json_count(json_get(definition, "oneOf")), 1 + kinds - (i > 0));
        assert_int_equal(strstr(text, "\"message\"") != NULL, i == 0);
        assert_int_equal(strstr(text, "KiB") != NULL, i == 2);
        assert_int_equal(strstr(text, "(ns|us|ms|s|m|h|d)") != NULL, i == 0 || i == 3);
        free(text);
        json_free(field);
    }
    json_free(all);
}

static void write_file(struct fixture *f, const char *text)
{
    char path[64];
    snprintf(path, sizeof path, "%s/values.csv", f->folder);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Values from a file: one a line or a first column, with a heading or without, units allowed. */
static void test_empirical_file(void **state)
{
    struct fixture *f = *state;
    strcpy(f->folder, "/tmp/queuelab-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    const char *text = "{\"dist\": \"empirical\", \"file\": \"values.csv\"}";
    write_file(f, "1\n2\n6");
    assert_true(is_near(dist_mean(good(f, text)), 3.0));
    assert_true(is_near(dist_cdf(&f->dist, 2.0), 2.0 / 3.0));
    assert_true(dist_cdf(&f->dist, 0.99) == 0.0 && dist_cdf(&f->dist, 6.0) == 1.0);
    write_file(f, "service,size\r\n\"500ms\",7\r\n1.5,8\r\n");
    assert_true(is_near(dist_mean(good(f, text)), 1.0));
    char *said = echo(f);
    assert_string_equal(said, "{\"dist\":\"empirical\",\"file\":\"values.csv\"}");
    free(said);
    write_file(f, "1\nx\n3\n");
    bad(f, text, "values.csv line 2: \"x\" is no value");
    write_file(f, "1\n-2\n");
    bad(f, text, "line 2: \"-2\" is no value");
    write_file(f, "heading\n");
    bad(f, text, "the file holds no value");
    char path[64];
    snprintf(path, sizeof path, "%s/values.csv", f->folder);
    unlink(path);
    bad(f, text, "/service/file: cannot read");
    rmdir(f->folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_shorthand),
        TEST(test_units_are_the_fields),
        TEST(test_mistakes_in_the_choice),
        TEST(test_mistakes_in_parameters),
        TEST(test_mistakes_in_lists),
        TEST(test_mistakes_are_collected),
        TEST(test_moments),
        TEST(test_truncated_normal),
        TEST(test_median_and_sigma),
        TEST(test_infinite_moments),
        TEST(test_message_and_none),
        TEST(test_seconds_to_ns),
        TEST(test_keyed_slow_path_is_taken),
        TEST(test_echo_reads_back),
        TEST(test_schema),
        TEST(test_empirical_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
