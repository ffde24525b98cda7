// SPDX-License-Identifier: GPL-3.0-or-later
/* Faults as a scenario has them: what is refused, and what names and patterns find. Columns are
 * counted in the texts below. */
#include "scenario/bind_faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "fault/fault.h"
#include "tools/said.h"

#define PARTS                                                                                      \
    "{`experiment`: {`duration`: 9}, `queues`: {`a`: {}, `b.fifo`: {`FifoQueue`: true}},"          \
    "`producers`: {`web`: {`to`: `a`, `arrivals`: {`process`: `paced`, `rate`: 1}}},"              \
    "`consumers`: {`worker1`: {`from`: `a`, `service`: 1, `WaitTimeSeconds`: 1}, `worker2`: "      \
    "{`from`: `a`, `service`: 1, `WaitTimeSeconds`: 1}},\n"

static void refuse(const char *fault, const char *expected)
{
    char text[2000];
    snprintf(text, sizeof text, PARTS "`faults`: [\n%s]}", fault);
    said_check("s.json", text, expected);
}

static void test_kinds(void **state)
{
    struct text missing = {0};
    (void)state;
    text_add(&missing, "s.json:3:1: /faults/0/kind: `kind` is missing: it is one of ");
    for (size_t i = 0; fault_kinds[i] != NULL; i++)
        text_printf(&missing, "%s%s", i > 0 ? ", " : "", fault_kinds[i]->name);
    text_add(&missing, "\n");
    refuse("{`kind`: `slw`, `targets`: [`worker1`]}",
           "s.json:3:10: /faults/0/kind: there is no fault `slw`, did you mean `slow`?\n");
    refuse("{`targets`: [`worker1`]}", text_of(&missing));
    refuse("{`kind`: `slow`, `targets`: [`worker1`], `start`: 1, `facto`: 2}",
           "s.json:3:1: /faults/0: `factor` is required\n"
           "s.json:3:54: /faults/0: unknown key `facto`, did you mean `factor`?\n");
    refuse("{`kind`: `outage`, `targets`: [`a`], `start`: 1, `name`: `x`},\n"
           "{`kind`: `outage`, `targets`: [`a`], `start`: 1, `name`: `x`}",
           "s.json:4:58: /faults/1/name: another fault is called `x`\n");
    text_free(&missing);
}

static void test_targets(void **state)
{
    (void)state;
    refuse("{`kind`: `slow`, `factor`: 2, `start`: 1, `targets`: [`wrker1`, `web`, `a`, `x*`]}",
           "s.json:3:55: /faults/0/targets/0: there is no `wrker1`, did you mean `worker1`?\n"
           "s.json:3:65: /faults/0/targets/1: `slow` cannot strike `web`: it strikes consumers, "
           "functions, endpoints, downstreams\n"
           "s.json:3:72: /faults/0/targets/2: `slow` cannot strike `a`: it strikes consumers, "
           "functions, endpoints, downstreams\n"
           "s.json:3:77: /faults/0/targets/3: `x*` fits nothing\n");
    refuse("{`kind`: `outage`, `start`: 1, `targets`: []}",
           "s.json:3:43: /faults/0/targets: there is nothing to strike: name a component\n");
    refuse("{`kind`: `storage`, `start`: 1, `targets`: [`b.fifo`]}",
           "s.json:3:1: /faults/0: `storage` strikes standard queues; `b.fifo` is a FIFO queue\n");
    refuse("{`kind`: `crash`, `at`: 1, `targets`: [`*`, `worker1`, `consumers/w*`]}", "");
}

static void test_schedules(void **state)
{
    static const char *const sentences[][2] = {
        {"", "when? give `start`, `every` or `mtbf`"},
        {", `at`: 1", "`outage` lasts: give `start` and `duration` for `at`"},
        {", `at`: 1, `start`: 1", "two schedules at once: give one of `at` and `start`"},
        {", `every`: 5, `mtbf`: 9", "two schedules at once: give one of `at`, `every` and `mtbf`"},
        {", `every`: 5", "`every` needs `duration`: how long it lasts each time"},
        {", `every`: 5, `duration`: 5", "`duration` is not below `every`: it would never end"},
        {", `mtbf`: 5", "`mtbf` needs `mttr`: how long it lasts"},
        {", `mttr`: 5, `start`: 1", "`mttr` needs `mtbf`: how long it is away"},
        {", `mtbf`: 0, `mttr`: {`dist`: `uniform`, `low`: 0, `high`: 0}",
         "`mtbf` and `mttr` are together below 1 ms: a run would go in such steps and never come "
         "to "
         "its end"},
        {", `mtbf`: `1ns`, `mttr`: {`dist`: `exponential`, `mean`: `998us`}",
         "`mtbf` and `mttr` are together below 1 ms: a run would go in such steps and never come "
         "to "
         "its end"},
        {", `mtbf`: 5, `mttr`: 5, `duration`: 1",
         "two schedules at once: `mttr` says how long it lasts, and so does `duration`"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        char fault[200], expected[300];
        snprintf(fault, sizeof fault, "{`kind`: `outage`, `targets`: [`a`]%s}", sentences[i][0]);
        snprintf(expected, sizeof expected, "s.json:3:1: /faults/0: %s\n", sentences[i][1]);
        refuse(fault, expected);
    }
    refuse("{`kind`: `purge`, `targets`: [`a`], `at`: 1, `duration`: 1}",
           "s.json:3:1: /faults/0: `purge` happens and does not last: it has no `duration`\n");
    refuse("{`kind`: `purge`, `targets`: [`a`], `start`: 1}",
           "s.json:3:1: /faults/0: when? give `at`, `every` or `mtbf`\n");
    refuse(
        "{`kind`: `purge`, `targets`: [`a`], `mtbf`: `999us`}",
        "s.json:3:1: /faults/0: `mtbf` is below 1 ms: a run would go in such steps and never come "
        "to its end\n");
    refuse("{`kind`: `purge`, `targets`: [`a`], `every`: `1ns`}",
           "s.json:3:46: /faults/0/every: 1 ns is below the minimum 1 ms: a run would go in such "
           "steps and never come to its end\n");
    refuse("{`kind`: `purge`, `targets`: [`a`], `mtbf`: `1ms`},\n"
           "{`kind`: `purge`, `targets`: [`a`], `every`: `1ms`},\n"
           "{`kind`: `outage`, `targets`: [`a`], `mtbf`: 0, `mttr`: `1ms`}",
           "");
}

static void test_keys_of_kinds(void **state)
{
    (void)state;
    refuse("{`kind`: `throttle`, `targets`: [`a`], `start`: 1}",
           "s.json:3:1: /faults/0: nothing is throttled: give `share` or `rate`\n");
    refuse("{`kind`: `attributeChange`, `targets`: [`*`], `at`: 1, `attributes`: {\n"
           "`VisibilityTimeout`: 50000, `VisiblityTimeout`: 1}}",
           "s.json:4:22: /faults/0/attributes/VisibilityTimeout: 50000 is above the maximum 43200 "
           "(12 hours)\n"
           "s.json:4:49: /faults/0/attributes/VisiblityTimeout: `VisiblityTimeout` is no attribute "
           "of the queue `a`\n"
           "s.json:4:49: /faults/0/attributes/VisiblityTimeout: `VisiblityTimeout` is no attribute "
           "of the queue `b.fifo`\n");
    refuse("{`kind`: `attributeChange`, `targets`: [`a`], `at`: 1, `attributes`: {\n"
           "`preload`: {`messages`: 3}}}",
           "s.json:4:12: /faults/0/attributes/preload: `preload` cannot be changed by a fault\n");
}

/* A dead-letter queue that a fault gives keeps the rules of any (DLQ-6, DLQ-7, DLQ-8). */
static void test_redrive_policies(void **state)
{
#define POLICY(target, policy)                                                                     \
    "{`kind`: `attributeChange`, `targets`: [" target "], `at`: 1, `attributes`: {\n"              \
    "`RedrivePolicy`: " policy "}}"
#define AT "/faults/0/attributes/RedrivePolicy"
    (void)state;
    refuse(POLICY("`a`", "{`deadLetterTargetArn`: `wbe`, `maxReceiveCount`: 3}"),
           "s.json:4:42: " AT "/deadLetterTargetArn: there is no `wbe`, did you mean `web`?\n");
    refuse(POLICY("`a`", "{`deadLetterTargetArn`: `web`, `maxReceiveCount`: 3}"),
           "s.json:4:42: " AT "/deadLetterTargetArn: `web` is no queue\n");
    refuse(POLICY("`a`", "{`deadLetterTargetArn`: `b.fifo`, `maxReceiveCount`: 3}"),
           "s.json:4:42: " AT "/deadLetterTargetArn: `b.fifo` for `a`: a FIFO queue's dead-letter "
           "queue is a FIFO queue, a standard queue's a standard one\n");
    refuse(POLICY("`a`", "{`deadLetterTargetArn`: `a`, `maxReceiveCount`: 3}"),
           "s.json:4:42: " AT "/deadLetterTargetArn: `a` for `a`: a queue cannot be its own "
           "dead-letter queue\n");
    refuse(POLICY("`a`", "{`deadLetterTargetArn`: `a`}"),
           "s.json:4:18: " AT ": `maxReceiveCount` is required\n");
    refuse(POLICY("`a`", "null"), "");
    refuse(POLICY("`a`", "``"), "");
}

/* What is marked fails again and again, at one instant if nothing takes time. */
static void test_loops(void **state)
{
#define LOOP                                                                                       \
    "{`experiment`: {`duration`: 9}, `queues`: {`a`: {}}, `producers`: {`web`: {`to`: `a`, "       \
    "`arrivals`: {`process`: `paced`, `rate`: 1}}},\n`consumers`: {`w`: {`from`: `a`, `service`: " \
    "0, `WaitTimeSeconds`: 1, `failure`: {`mode`: `release`}%s}},\n`faults`: [{`kind`: `poison`, " \
    "`share`: 0.1, `targets`: [`web`], `start`: 0}]}"
    char text[1000];
    (void)state;
    snprintf(text, sizeof text, LOOP, "");
    said_check("s.json", text,
               "s.json:2:15: /consumers/w: w receives a message again and again at one instant: "
               "give service a time, VisibilityTimeout, or the queue a RedrivePolicy\n");
    snprintf(text, sizeof text, LOOP, ", `poison`: false");
    said_check("s.json", text, "");
}

/* The queue is well as it begins: what a fault makes of it is judged as well. */
static void test_loops_of_changed_attributes(void **state)
{
#define CHANGED                                                                                    \
    "{`experiment`: {`duration`: 9}, `queues`: {`a`: {`ReceiveMessageWaitTimeSeconds`: 1, "        \
    "`RedrivePolicy`: {`deadLetterTargetArn`: `b`, `maxReceiveCount`: 9}}, `b`: {}},\n"            \
    "`consumers`: {`w`: {`from`: `a`, `service`: 0, `failure`: {`probability`: 1}}},\n"            \
    "`faults`: [{`kind`: `attributeChange`, `targets`: [`a`], `at`: 1, `attributes`: {%s}}]}"
    static const char *const cases[][2] = {
        {"`VisibilityTimeout`: 0, `ReceiveMessageWaitTimeSeconds`: 2", ""},
        {"`RedrivePolicy`: null", ""},
        {"`VisibilityTimeout`: 0, `RedrivePolicy`: null",
         "s.json:2:15: /consumers/w: w receives a message again and again at one instant: give "
         "service a time, VisibilityTimeout, or the queue a RedrivePolicy\n"},
        {"`ReceiveMessageWaitTimeSeconds`: 0",
         "s.json:2:15: /consumers/w: w polls without waiting: give WaitTimeSeconds, pollInterval "
         "or a network latency\n"},
    };
    char text[1000];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, CHANGED, cases[i][0]);
        said_check("s.json", text, cases[i][1]);
    }
}

/* Names are found in the order of the components, each once; the second fault of a kind has a name
 * of its own; a sweep goes into the list. */
static void test_found(void **state)
{
    (void)state;
    struct scenario_file *file = said_read(
        "s.json",
        PARTS "`faults`: [{`kind`: `loss`, `what`: `request`, `start`: 1, `targets`: [`worker*`, "
              "`web`, `worker1`, `queues/*`]}, {`kind`: `loss`, `what`: `request`, `start`: 1, "
              "`targets`: [`*`]}], `sweep`: {`/faults/0/share`: [0.25, 0.5]}}",
        NULL, 0);
    struct scenario *scenario = said_load(file, 0, 1);
    assert_int_equal(scenario->fault_count, 2);
    const struct fault_plan *plan = &scenario->faults[0];
    assert_int_equal(plan->target_count, 5);
    for (uint16_t i = 0; i < 5; i++)
        assert_int_equal(plan->targets[i], i);
    assert_string_equal(plan->name, "loss");
    assert_string_equal(scenario->faults[1].name, "loss-2");
    char *written = said_written(scenario);
    assert_non_null(strstr(written, "0.5"));
    free(written);
    scenario_free(scenario);
    scenario_file_free(file);
    said_check(
        "s.json",
        "{`queues`: {`a`: {}}, `faults`: [{`kind`: `outage`, `targets`: [`a`], `start`: 1}],\n"
        "`experiment`: {`duration`: 2}, `sweep`: {`/faults/0/strt`: [1], `/faults/3/start`: "
        "[1]}}",
        "s.json:2:42: /faults/0/strt: unknown key `strt`, did you mean `start`?\n"
        "s.json:2:65: /faults/3/start: there is no fault 3\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_keys_of_kinds),
        cmocka_unit_test(test_redrive_policies),
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_loops_of_changed_attributes),
        cmocka_unit_test(test_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
