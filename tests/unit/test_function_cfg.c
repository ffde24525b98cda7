// SPDX-License-Identifier: GPL-3.0-or-later
/* Which keys of a function go together and with its queue, in the words of the mistake, and that
 * what is written reads back. */
#include "actor/function_cfg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/said.h"
#include "tools/world.h"

enum { TEXT = 2048 };

#define HEAD "{`experiment`: {`duration`: 60}, "

static void said(const char *queue, const char *function, const char *expected)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             HEAD "`queues`: {%s},\n`functions`: {`f`: {`service`: 1, `from`: %s}}}", queue,
             function);
    said_check("s.json", text, expected);
}

#define AT "s.json:2:15: /functions/f: "

/* EVIDENCE-OF: LAM-1
 * The ranges, and which sizes need a window. */
static void test_batches(void **state)
{
    (void)state;
    said("`q`: {}", "`q`, `BatchSize`: 10", "");
    said("`q`: {}", "`q`, `BatchSize`: 10000, `MaximumBatchingWindowInSeconds`: 1", "");
    said("`q`: {}", "`q`, `BatchSize`: 11",
         "s.json:2:20: /functions/f: a BatchSize above 10 needs a MaximumBatchingWindowInSeconds "
         "of at least 1\n");
    said("`q`: {}", "`q`, `MaximumBatchingWindowInSeconds`: 300", "");
    said("`q`: {}", "`q`, `BatchSize`: 10001, `MaximumBatchingWindowInSeconds`: 301",
         "s.json:2:61: /functions/f/BatchSize: 10001 is above the maximum 10000\n"
         "s.json:2:102: /functions/f/MaximumBatchingWindowInSeconds: 301 is above the maximum 300 "
         "(5 minutes)\n");
}

/* EVIDENCE-OF: LAM-1
 * FIFO queues have batches of 10 at most and no window. */
static void test_fifo(void **state)
{
    (void)state;
    said("`q.fifo`: {`FifoQueue`: true}", "`q.fifo`", "");
    said("`q.fifo`: {`FifoQueue`: true}",
         "`q.fifo`, `BatchSize`: 11, `MaximumBatchingWindowInSeconds`: 1",
         AT "f reads a FIFO queue: its BatchSize is at most 10\n");
    said("`q.fifo`: {`FifoQueue`: true}", "`q.fifo`, `MaximumBatchingWindowInSeconds`: 1",
         AT "f reads a FIFO queue: MaximumBatchingWindowInSeconds is for standard queues\n");
}

/* EVIDENCE-OF: LAM-8
 * A function may not run longer than its queue hides a message. */
static void test_timeout(void **state)
{
    (void)state;
    said("`q`: {`VisibilityTimeout`: 60}", "`q`, `Timeout`: 60", "");
    said("`q`: {`VisibilityTimeout`: 60}", "`q`, `Timeout`: 61",
         AT "f has a Timeout above the VisibilityTimeout of its queue: a message would be back "
            "while it is worked on\n");
}

/* EVIDENCE-OF: LAM-4 LAM-6 */
static void test_concurrency(void **state)
{
    (void)state;
    said("`q`: {}",
         "`q`, `ScalingConfig`: {`MaximumConcurrency`: 5}, `ProvisionedPollerConfig`: "
         "{`MinimumPollers`: 2}",
         "s.json:2:20: /functions/f: MaximumConcurrency and ProvisionedPollerConfig exclude each "
         "other\n");
    said("`q`: {}", "`q`, `ProvisionedPollerConfig`: {`MinimumPollers`: 9, `MaximumPollers`: 8}",
         "s.json:2:20: /functions/f: MaximumPollers is below MinimumPollers\n");
    said("`q`: {}", "`q`, `ScalingConfig`: {`MaximumConcurrency`: 1}",
         "s.json:2:88: /functions/f/ScalingConfig/MaximumConcurrency: 1 is below the minimum 2\n");
    said("`q`: {}", "`q`, `ReservedConcurrentExecutions`: 900", "");
    said("`q`: {}", "`q`, `ReservedConcurrentExecutions`: 901",
         AT "f reserves what the account must leave to others: ReservedConcurrentExecutions of all "
            "functions may be 100 below its concurrency\n");
}

static void test_on_failure(void **state)
{
    (void)state;
    said("`q`: {}", "`q`, `onFailure`: `q`", "");
    said("`q`: {}, `l.fifo`: {`FifoQueue`: true}", "`q`, `onFailure`: `l.fifo`",
         AT "f sends failures to a FIFO queue: name a standard one\n");
    said("`q`: {}}, `topics`: {`t.fifo`: {`FifoTopic`: true}", "`q`, `onFailure`: `t.fifo`",
         AT "f sends failures to a FIFO topic: name a standard one\n");
}

/* EVIDENCE-OF: LAM-11
 * A queue must exist; a function has one mapping, whose name stands once. */
static void test_names(void **state)
{
    (void)state;
    said("`q`: {}", "`p`", "s.json:2:43: /functions/f/from: there is no `p`; there are q, f\n");
}

static void test_words(void **state)
{
    (void)state;
    said("`q`: {}", "`q`, `FunctionResponseTypes`: [`ReportItems`]",
         "s.json:2:74: /functions/f/FunctionResponseTypes: there is no `ReportItems` here: write "
         "`ReportBatchItemFailures`\n");
    said("`q`: {}", "`q`, `Architectures`: [`x86_64`, `arm64`]",
         "s.json:2:20: /functions/f: Architectures names one architecture\n");
}

/* Defaults, and what one of two pollers' numbers means for the other. */
static void test_defaults(void **state)
{
    struct world_lab lab;
    (void)state;
    world_lab_open(&lab, HEAD "`queues`: {`q`: {}}, `functions`: {`f`: {`from`: `q`, `service`: 1},"
                              " `g`: {`from`: `q`, `service`: 1, `ProvisionedPollerConfig`: "
                              "{`MaximumPollers`: 7}}, `h`: {`from`: `q`, `service`: 1, "
                              "`ProvisionedPollerConfig`: {`MinimumPollers`: 3}, `Architectures`: "
                              "[`arm64`]}}}");
    const struct function_cfg *cfg = lab.scenario->actors[0].cfg;
    assert_int_equal(cfg->batch_size, 10);
    assert_int_equal(cfg->window_ns, 0);
    assert_int_equal(cfg->timeout_ns, 3 * SEC);
    assert_int_equal(cfg->memory_mib, 128);
    assert_false(function_cfg_reports(cfg));
    assert_false(function_cfg_is_provisioned(cfg));
    assert_int_equal(cfg->architectures, 1 << FUNCTION_X86_64);
    cfg = lab.scenario->actors[1].cfg;
    assert_true(function_cfg_is_provisioned(cfg));
    assert_int_equal(function_cfg_least_pollers(cfg), 2);
    assert_int_equal(function_cfg_most_pollers(cfg), 7);
    cfg = lab.scenario->actors[2].cfg;
    assert_int_equal(function_cfg_least_pollers(cfg), 3);
    assert_int_equal(function_cfg_most_pollers(cfg), 200);
    assert_int_equal(cfg->architectures, 1 << FUNCTION_ARM64);
    world_lab_close(&lab);
}

/* What is written is the same once it was read and written again. */
static void test_written(void **state)
{
    (void)state;
    struct scenario_file *file = said_read(
        "s.json",
        HEAD "`queues`: {`q`: {}}, `functions`: {`f`: {`from`: `q`, `service`: 1, "
             "`FunctionResponseTypes`: [`ReportBatchItemFailures`], `Architectures`: [`arm64`], "
             "`ScalingConfig`: {`MaximumConcurrency`: 7}, `ReservedConcurrentExecutions`: 0}}}",
        NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    char *written = said_written(scenario);
    struct scenario_file *again = said_read("s.json", written, NULL, 0);
    struct scenario *same = said_load(again, 0, 0);
    char *rewritten = said_written(same);
    assert_string_equal(written, rewritten);
    assert_non_null(strstr(written, "ReportBatchItemFailures"));
    const struct function_cfg *cfg = same->actors[0].cfg;
    assert_true(function_cfg_reports(cfg));
    assert_int_equal(cfg->reserved, 0);
    assert_int_equal(cfg->maximum_concurrency, 7);
    free(rewritten);
    scenario_free(same);
    scenario_file_free(again);
    free(written);
    scenario_free(scenario);
    scenario_file_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches),    cmocka_unit_test(test_fifo),
        cmocka_unit_test(test_timeout),    cmocka_unit_test(test_concurrency),
        cmocka_unit_test(test_names),      cmocka_unit_test(test_words),
        cmocka_unit_test(test_on_failure), cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
