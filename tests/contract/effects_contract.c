// SPDX-License-Identifier: GPL-3.0-or-later
/* What the stores of consumers promise, looped over all kinds of fault: with a conditional write
 * nothing happens twice, whatever goes wrong; without a store it does, under every fault that makes
 * a message come again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fault/fault.h"
#include "tools/world.h"

enum { TEXT = 2048 };

struct example {
    const char *kind, *fault;
    bool repeats; /* it makes work come again that has had its effect */
};

static const struct example examples[] = {
    {"crash", "`targets`: [`c`], `instances`: 5, `every`: 1", true},
    {"slow", "`targets`: [`c`], `factor`: 15, `start`: 10", true},
    {"loss", "`targets`: [`p`], `what`: `response`, `share`: 0.2, `start`: 0", true},
    {"loss", "`targets`: [`c`], `what`: `request`, `share`: 0.2, `start`: 0", true},
    {"delay", "`targets`: [`p`], `latency`: 2, `jitter`: 3, `start`: 0", true},
    {"partition", "`targets`: [`q`], `start`: 20, `duration`: 20", true},
    {"throttle", "`targets`: [`q`], `share`: 0.7, `start`: 20, `duration`: 40", true},
    {"outage", "`targets`: [`q`], `start`: 20, `duration`: 20", true},
    {"storage", "`targets`: [`q`], `duplicateOnReceive`: 0.3, `start`: 0", true},
    {"poison", "`targets`: [`p`], `share`: 0.3, `start`: 0", false},
    {"duplicateSend", "`targets`: [`p`], `share`: 0.3, `start`: 0", true},
    {"denyPolicy", "`targets`: [`t`], `start`: 20, `duration`: 20", false},
    {"purge", "`targets`: [`q`], `every`: 10", false},
    {"attributeChange", "`targets`: [`q`], `attributes`: {`VisibilityTimeout`: 1}, `at`: 10", true},
};

enum { EXAMPLES = sizeof examples / sizeof *examples };

static void test_every_kind_has_an_example(void **state)
{
    (void)state;
    for (size_t i = 0; fault_kinds[i] != NULL; i++) {
        size_t found = 0;
        for (size_t at = 0; at < EXAMPLES; at++)
            found += strcmp(examples[at].kind, fault_kinds[i]->name) == 0;
        if (found == 0)
            fail_msg("there is no example of %s", fault_kinds[i]->name);
    }
}

/* Work of 1 s hardly ever outlasts the timeout of 20 s by itself (exp(-20)).  Some messages come
 * through a topic. */
static double double_effects(const char *store, const char *kind, const char *fault)
{
    char text[TEXT];
    struct world_lab lab;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `effects`, `experiment`: {`seed`: 3, `duration`: 120, "
             "`drain`: true, `maxDuration`: 3600}, `network`: {`request`: `20ms`, `response`: "
             "`20ms`}, `queues`: {`q`: {`VisibilityTimeout`: 20, `RedrivePolicy`: "
             "{`deadLetterTargetArn`: `d`, `maxReceiveCount`: 20}}, `d`: {}}, `topics`: {`t`: "
             "{`subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: `q`}]}}, `producers`: {`p`: "
             "{`to`: `q`, `arrivals`: {`process`: `poisson`, `rate`: 5}}, `r`: {`to`: `t`, "
             "`arrivals`: {`process`: `poisson`, `rate`: 1}}}, `consumers`: {`c`: {`from`: `q`, "
             "`count`: 20, `WaitTimeSeconds`: 20, `service`: {`dist`: `exponential`, `mean`: 1}, "
             "`failure`: {`restart`: 1}, `idempotency`: {`store`: `%s`, `latency`: `50ms`}}}, "
             "`faults`: [{`kind`: `%s`, %s}]}",
             store, kind, fault);
    world_lab_open(&lab, text);
    world_lab_run(&lab, 1);
    const double doubles = world_lab_value(&lab, "c", "doubleEffects", "count");
    assert_true(world_lab_value(&lab, "c", "effects", "count") > 300.0);
    world_lab_close(&lab);
    return doubles;
}

static void test_every_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        const struct example *example = &examples[i];
        const double bare = double_effects("none", example->kind, example->fault);
        if ((bare > 0.0) != example->repeats)
            fail_msg("%s: %g effects too many without a store", example->kind, bare);
        assert_true(double_effects("conditionalWrite", example->kind, example->fault) == 0.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_an_example),
        cmocka_unit_test(test_every_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
