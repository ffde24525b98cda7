// SPDX-License-Identifier: GPL-3.0-or-later
/* From a text to a scenario and back: the file, its top level, its experiment, the effective
 * configuration. */
#include "scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "base/units.h"
#include "tools/said.h"

#define QUEUE "`queues`: {`a`: {}}"

/* --- the file --- */

static void expect_names(const char *path, const char *name, const char *folder)
{
    struct scenario_file *file = said_read(path, "{" QUEUE "}", NULL, 0);
    assert_string_equal(file->file, path);
    assert_string_equal(file->name, name);
    assert_string_equal(file->folder, folder);
    scenario_file_free(file);
}

static void test_names(void **state)
{
    (void)state;
    expect_names("17-visibility-sweep.json", "17-visibility-sweep", "");
    expect_names("scenarios/a.b.json", "a.b", "scenarios");
    expect_names("/tmp/x/y.jsonc", "y", "/tmp/x");
    expect_names("/y", "y", "/");
    expect_names("-", "-", "");
    expect_names("./.json", ".json", ".");
}

/* The digest is that of `printf '{"queues":{"a":{}}}' | sha256sum`; an override changes it. */
static void test_digest(void **state)
{
    (void)state;
    const struct scenario_override set = {"/experiment/seed", "2"};
    struct scenario_file *plain = said_read("s.json", "{`queues`:{`a`:{}}}", NULL, 0);
    struct scenario_file *other = said_read("s.json", "{`queues`:{`a`:{}}}", &set, 1);
    assert_string_equal(plain->sha256,
                        "c0ebe4a311bd7e40a50a1c229cd31e64688df2711da2659c294b76d365a81e13");
    assert_string_not_equal(plain->sha256, other->sha256);
    scenario_file_free(plain);
    scenario_file_free(other);
}

/* Comments are for *.jsonc; positions are those of the text as written. */
static void test_comments(void **state)
{
    (void)state;
    said_check("s.jsonc", "{ // why\n" QUEUE ", /* é */ `titel`: 1,\n}",
               "s.jsonc:2:30: unknown key `titel`, did you mean `title`?\n");
    said_check("s.json", "{\n" QUEUE "// why\n}",
               "s.json:2:20: JSON has no comments (a *.jsonc file may have them)\n");
}

static void test_malformed(void **state)
{
    (void)state;
    said_check("s.json", "[]", "s.json:1:1: expected an object, found an array\n");
    said_check("s.json", "{" QUEUE ",\n" QUEUE "}",
               "s.json:2:1: duplicate key `queues` (first at line 1)\n");
    said_check("s.json", "{" QUEUE ",\n`title`: `a",
               "s.json:2:10: the text ends before the quote that closes this\n");
}

/* --- the top level --- */

static void test_top(void **state)
{
    (void)state;
    struct scenario_file *file =
        said_read("x/twice.json",
                  "{`$schema`: `s`, `version`: 1, `title`: `T`, `description`: `D`, `x-any`: [1],"
                  "`lecture`: {`topic`: `t`, `answer`: `a`, `x-who`: 3}, `figures`: [`F1`, `F24`],"
                  "`topics`: {}, `faults`: [], " QUEUE "}",
                  NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    assert_string_equal(scenario->name, "twice");
    assert_string_equal(scenario->title, "T");
    assert_string_equal(scenario->description, "D");
    assert_string_equal(json_text(json_get(scenario->lecture, "topic")), "t");
    assert_int_equal(json_count(scenario->figures), 2);
    assert_string_equal(scenario_node_name(scenario, 0), "a");
    assert_string_equal(scenario_node_name(scenario, NODE_NONE), "scenario");
    scenario_free(scenario);
    scenario_file_free(file);
}

static void test_bare(void **state)
{
    (void)state;
    struct scenario_file *file = said_read("x/bare.json", "{" QUEUE "}", NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    assert_string_equal(scenario->title, "bare");
    assert_string_equal(scenario->description, "");
    assert_ptr_equal(scenario->profile, profiles[0]);
    assert_null(scenario->lecture);
    assert_null(scenario->figures);
    scenario_free(scenario);
    scenario_file_free(file);
}

static void test_top_mistakes(void **state)
{
    (void)state;
    said_check("s.json",
               "{" QUEUE ",\n"
               "`$schema`: 1,\n"
               "`title`: {},\n"
               "`desciption`: ``,\n"
               "`lecture`: {`topics`: ``, `source`: 7},\n"
               "`figures`: [`F1`, `F0`, `F25`, `F01`, `f1`, 1],\n"
               "`consumers`: []}",
               "s.json:2:12: /$schema: expected a text, found a number\n"
               "s.json:3:10: /title: expected a text, found an object\n"
               "s.json:4:1: unknown key `desciption`, did you mean `description`?\n"
               "s.json:5:13: /lecture: unknown key `topics`, did you mean `topic`?\n"
               "s.json:5:37: /lecture/source: expected a text, found a number\n"
               "s.json:6:19: /figures/1: unknown figure `F0`: they are F1 to F24 and sweep\n"
               "s.json:6:25: /figures/2: unknown figure `F25`: they are F1 to F24 and sweep\n"
               "s.json:6:32: /figures/3: unknown figure `F01`: they are F1 to F24 and sweep\n"
               "s.json:6:39: /figures/4: unknown figure `f1`: they are F1 to F24 and sweep\n"
               "s.json:6:45: /figures/5: expected a text, found a number\n"
               "s.json:7:14: /consumers: expected an object, found an array\n");
}

static void test_version(void **state)
{
    (void)state;
    said_check("s.json", "{`version`: 1.4, " QUEUE "}", ""); /* the same major */
    said_check("s.json", "{`version`: 2, " QUEUE "}",
               "s.json:1:13: /version: version 2 is newer than this program reads (1): get a newer "
               "queuelab\n");
    said_check("s.json", "{`version`: 0, " QUEUE "}",
               "s.json:1:13: /version: there is no version 0: write 1\n");
    said_check("s.json", "{`version`: `1`, " QUEUE "}",
               "s.json:1:13: /version: expected a number, found a text: write 1, without quotes\n");
}

static void test_nothing(void **state)
{
    (void)state;
    said_check("s.json", "{}",
               "s.json:1:1: there is nothing to run: give queues, producers, consumers\n");
}

/* --- the experiment --- */

static struct scenario_experiment experiment_of(const char *text)
{
    struct scenario_file *file = said_read("s.json", text, NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    const struct scenario_experiment experiment = scenario->experiment;
    scenario_free(scenario);
    scenario_file_free(file);
    return experiment;
}

/* The defaults of the grammar. */
static void test_experiment_defaults(void **state)
{
    (void)state;
    const struct scenario_experiment e = experiment_of("{" QUEUE "}");
    assert_int_equal(e.seed, 1);
    assert_int_equal(e.duration_ns, 0);
    assert_false(e.drain);
    assert_int_equal(e.horizon, HORIZON_TERMINATING);
    assert_int_equal(e.warmup_ns, 0);
    assert_int_equal(e.replications, 20);
    assert_true(e.precision == 0.0);
    assert_int_equal(e.max_replications, 200);
    assert_true(e.max_duration_ns == 14 * DAY);
    assert_int_equal(e.max_messages, 20000000);
    assert_int_equal(e.sample_every_ns, 0);
    assert_false(e.free_tier);
}

static void test_experiment(void **state)
{
    (void)state;
    const struct scenario_experiment e = experiment_of(
        "{" QUEUE
        ", `experiment`: {`seed`: `0xffffffffffffffff`, `duration`: `1h30m`, `drain`: true,"
        "`horizon`: `steady`, `replications`: 3, `precision`: 0.05, `maxReplications`: 9,"
        "`maxMessages`: 10, `sampleEvery`: 2, `freeTier`: true}}");
    assert_true(e.seed == UINT64_MAX);
    assert_true(e.duration_ns == 90 * MINUTE);
    assert_true(e.drain);
    assert_int_equal(e.horizon, HORIZON_STEADY);
    assert_int_equal(e.warmup_ns, -1); /* "auto" */
    assert_int_equal(e.replications, 3);
    assert_true(e.precision == 0.05);
    assert_int_equal(e.max_replications, 9);
    assert_true(e.max_duration_ns == 15 * HOUR); /* 10 x 1.5 h */
    assert_int_equal(e.max_messages, 10);
    assert_true(e.sample_every_ns == 2 * SEC);
    assert_true(e.free_tier);
}

static void test_warmup(void **state)
{
    (void)state;
    assert_int_equal(experiment_of("{" QUEUE ", `experiment`: {`warmup`: `auto`}}").warmup_ns, -1);
    assert_true(experiment_of("{" QUEUE ", `experiment`: {`horizon`: `steady`, `warmup`: `5m`}}")
                    .warmup_ns == 5 * MINUTE);
    assert_int_equal(
        experiment_of("{" QUEUE ", `experiment`: {`horizon`: `steady`, `warmup`: 0}}").warmup_ns,
        0);
}

static void test_experiment_mistakes(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{" QUEUE ", `experiment`: {\n"
        "`seed`: -1,\n"
        "`duration`: 0,\n"
        "`drain`: 1,\n"
        "`horizon`: `stedy`,\n"
        "`warmup`: `5`,\n"
        "`replications`: 1.5,\n"
        "`precision`: 2,\n"
        "`maxMessages`: 0,\n"
        "`sampleEvry`: 1}}",
        "s.json:2:9: /experiment/seed: a seed is a whole number from 0 to 2^53, or a text such as "
        "`0x9e3779b97f4a7c15`\n"
        "s.json:3:13: /experiment/duration: 0 is below the minimum 0.001\n"
        "s.json:4:10: /experiment/drain: expected true or false, found a number\n"
        "s.json:5:12: /experiment/horizon: `stedy` is not one of terminating, steady: did you mean "
        "`steady`?\n"
        "s.json:6:11: /experiment/warmup: a duration needs a unit: write `5s` or the number 5\n"
        "s.json:7:17: /experiment/replications: 1.5 is not a whole number\n"
        "s.json:8:14: /experiment/precision: 2 is above the maximum 1\n"
        "s.json:9:16: /experiment/maxMessages: 0 is below the minimum 1\n"
        "s.json:10:1: /experiment: unknown key `sampleEvry`, did you mean `sampleEvery`?\n");
    said_check("s.json", "{" QUEUE ", `experiment`: {`duration`: `1h`,\n`warmup`: `60m`}}",
               "s.json:2:11: /experiment/warmup: 60 min is not below `duration` (60 min)\n");
    said_check("s.json", "{" QUEUE ", `experiment`: {`duration`: `1h`,\n`maxDuration`: `59m`}}",
               "s.json:2:16: /experiment/maxDuration: the run would end before `duration`\n");
}

/* --- runs of one file --- */

/* A mistake of the whole file is said once, and still spoils every run. */
static void test_shared_mistake(void **state)
{
    (void)state;
    const char *text =
        "{\"queues\": {\"a\": {\"Delay\": 1}}, \"variants\": {\"v\": {}, \"w\": {}}}";
    struct diag *diag = diag_new();
    struct scenario_file *file = scenario_file_read("s.json", text, strlen(text), NULL, 0, diag);
    assert_non_null(file);
    assert_null(scenario_load(file, 0, 0, diag));
    assert_int_equal(diag_count(diag), 1);
    assert_null(scenario_load(file, 1, 0, diag));
    assert_int_equal(diag_count(diag), 1);
    scenario_file_free(file);
    diag_free(diag);
}

/* Two scenarios of one file do not share what a patch changed, and outlive the file. */
static void test_independent(void **state)
{
    (void)state;
    struct scenario_file *file =
        said_read("s.json", "{" QUEUE ", `sweep`: {`/queues/a/DelaySeconds`: [1, 2]}}", NULL, 0);
    struct scenario *one = said_load(file, 0, 0), *two = said_load(file, 0, 1);
    scenario_file_free(file);
    assert_true(one->queues[0].cfg.delay_ns == SEC);
    assert_true(two->queues[0].cfg.delay_ns == 2 * SEC);
    assert_string_equal(one->name, "s");
    scenario_free(one);
    scenario_free(two);
}

/* --- writing --- */

static const char full[] =
    "{`title`: `T`, `lecture`: {`topic`: `t`}, `profile`: `aws-2023`,"
    "`experiment`: {`duration`: `1h`, `horizon`: `steady`, `seed`: `0xfedcba9876543210`},"
    "`network`: {`request`: {`dist`: `exponential`, `mean`: `5ms`}},"
    "`queues`: {`a.fifo`: {`FifoQueue`: true, `RedrivePolicy`: {"
    "`deadLetterTargetArn`: `arn:aws:sqs:us-east-1:123456789012:b.fifo`, `maxReceiveCount`: 2}},"
    "`b.fifo`: {`FifoQueue`: true, `scopeChangeDelay`: null,"
    "`RedriveAllowPolicy`: {`redrivePermission`: `byQueue`,"
    "`sourceQueueArns`: [`a.fifo`]}}, `c`: {`inFlightLimit`: null, `poisonReceives`: null,"
    "`poisonAgeReceives`: 2}},"
    "`producers`: {`p`: {`to`: `a.fifo`, `arrivals`: {`process`: `poisson`, `rate`: `2/s`},"
    "`message`: {`group`: `g`, `body`: `b`}}},"
    "`consumers`: {`w`: {`from`: `a.fifo`, `service`: {`dist`: `gamma`, `mean`: 2, `shape`: 3}}},"
    "`expect`: [{`entity`: `w`, `metric`: `m`, `stat`: `mean`, `is`: `<`, `value`: 3}],"
    "`figures`: [`F1`]}";

/* What is written, read again and written again is the same, with the defaults in it. */
static void test_written(void **state)
{
    (void)state;
    struct scenario_file *file = said_read("s.json", full, NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    char *once = said_written(scenario);
    scenario_free(scenario);
    scenario_file_free(file);
    assert_non_null(strstr(once, "\"warmup\": \"auto\""));
    assert_non_null(strstr(once, "\"maxDuration\": \"10h\""));
    assert_non_null(strstr(once, "\"MaximumMessageSize\": 262144"));
    assert_non_null(strstr(once, "\"VisibilityTimeout\": 30"));
    assert_non_null(strstr(once, "\"poisonReceives\": null"));
    assert_non_null(strstr(once, "\"attributeDelay\": \"0s\""));
    assert_non_null(strstr(once, "\"scopeChangeDelay\": \"1m\""));
    assert_non_null(strstr(once, "\"scopeChangeDelay\": null"));
    assert_non_null(strstr(once, "\"poisonAgeReceives\": 2"));
    file = said_read("s.json", once, NULL, 0);
    scenario = said_load(file, 0, 0);
    assert_int_equal(scenario->queues[0].dead_letter, 1);
    assert_int_equal(scenario->queues[1].dead_letter, NODE_NONE);
    assert_true(scenario->experiment.seed == UINT64_C(0xfedcba9876543210));
    char *twice = said_written(scenario);
    assert_string_equal(once, twice);
    scenario_free(scenario);
    scenario_file_free(file);
    free(once);
    free(twice);
}

/* Sections come in the order of the grammar. */
static void test_written_order(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "version", "title",  "description", "lecture",   "profile", "experiment",
        "network", "queues", "producers",   "consumers", "expect",  "figures",
    };
    struct scenario_file *file = said_read("s.json", full, NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    char *text = said_written(scenario);
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("written", text, strlen(text), false, diag);
    assert_non_null(doc);
    const struct json *member = json_first(json_root(doc));
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++, member = json_next(member))
        assert_string_equal(json_key(member), keys[i]);
    assert_null(member);
    json_free(doc);
    diag_free(diag);
    free(text);
    scenario_free(scenario);
    scenario_file_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_top),
        cmocka_unit_test(test_bare),
        cmocka_unit_test(test_top_mistakes),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_experiment_defaults),
        cmocka_unit_test(test_experiment),
        cmocka_unit_test(test_warmup),
        cmocka_unit_test(test_experiment_mistakes),
        cmocka_unit_test(test_shared_mistake),
        cmocka_unit_test(test_independent),
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_written_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
