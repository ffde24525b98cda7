// SPDX-License-Identifier: GPL-3.0-or-later
/* F22, quiet and noisy tenants: a message that nobody takes, of a tenant or of nobody. */
#include "experiment/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/figure_lab.h"

static void expect_csv(const char *scenario, const char *wanted)
{
    figure_lab_rows(&figure_f22, scenario, wanted);
}

static void expect_refusal(const char *scenario, const char *wanted)
{
    figure_lab_refusal(&figure_f22, scenario, wanted);
}

#define WAITING(group)                                                                             \
    "{\"version\": 1, \"experiment\": {\"duration\": \"2s\", \"sampleEvery\": \"1s\", "            \
    "\"replications\": 1},"                                                                        \
    " \"queues\": {\"jobs\": {\"preload\": {\"messages\": 1" group "}}},"                          \
    " \"variants\": {\"as it is\": {}, \"unnamed\": {\"/queues/jobs/preload/group\": null}}}"

static void test_lines(void **state)
{
    (void)state;
    expect_csv(WAITING(", \"group\": \"a\""),
               "0,quiet,as it is: quiet tenants,as it is,,jobs,0.5,0.5,,\n"
               "0,quiet,as it is: quiet tenants,as it is,,jobs,1.5,1.5,,\n"
               "1,all,as it is: noisy tenant,as it is,,jobs,0.5,0.5,,\n"
               "1,all,as it is: noisy tenant,as it is,,jobs,1.5,1.5,,\n"
               "2,all,unnamed: all tenants,unnamed,,jobs,0.5,0.5,,\n"
               "2,all,unnamed: all tenants,unnamed,,jobs,1.5,1.5,,\n");
}

static void test_somebody_must_be_named(void **state)
{
    (void)state;
    expect_refusal(WAITING(""), "no message names a tenant (MessageGroupId) in a standard queue");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_somebody_must_be_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
