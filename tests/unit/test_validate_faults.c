// SPDX-License-Identifier: GPL-3.0-or-later
/* Faults that could never be felt: those that begin when the run is over, and a policy that shuts
 * out topics where none delivers.  Columns are counted in the texts below. */
#include "scenario/validate_faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "tools/said.h"

static void refuse(const char *experiment, const char *fault, const char *expected)
{
    char text[2000];
    snprintf(text, sizeof text,
             "{`experiment`: {%s}, `queues`: {`a`: {}, `b`: {}},"
             "`topics`: {`t`: {`subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: `a`}]}, `u`: {}},"
             "`producers`: {`web`: {`to`: `b`, `messages`: 3, `arrivals`: {`process`: `paced`,"
             "`rate`: 1}}},\n"
             "`consumers`: {`w`: {`from`: `a`, `service`: 1, `WaitTimeSeconds`: 1}},\n"
             "`faults`: [\n%s]}",
             experiment, fault);
    said_check("s.json", text, expected);
}

/* A run is half open: what would begin at its end does not. */
static void test_begins_after_the_end(void **state)
{
    (void)state;
    refuse("`duration`: `10m`", "{`kind`: `outage`, `targets`: [`a`], `start`: `599999ms`}", "");
    refuse("`duration`: `10m`", "{`kind`: `outage`, `targets`: [`a`], `start`: `10m`}",
           "s.json:4:47: /faults/0/start: it would begin at 10 min, and the run ends at 10 min: "
           "begin it earlier, run longer, or give it the probability 0\n");
    refuse("`duration`: `10m`", "{`kind`: `crash`, `targets`: [`w`], `at`: `20m`}",
           "s.json:4:43: /faults/0/at: it would begin at 20 min, and the run ends at 10 min: "
           "begin it earlier, run longer, or give it the probability 0\n");
    refuse("`duration`: `10m`",
           "{`kind`: `slow`, `factor`: 2, `targets`: [`w`], `every`: `1h`, `duration`: `1m`}",
           "s.json:4:58: /faults/0/every: it would begin at 60 min, and the run ends at 10 min: "
           "begin it earlier, run longer, or give it the probability 0\n");
    refuse("`duration`: `10m`", "{`kind`: `crash`, `targets`: [`w`], `start`: 60, `every`: `1h`}",
           "");
    refuse("`duration`: `10m`", "{`kind`: `crash`, `targets`: [`w`], `start`: 700, `mtbf`: 9}",
           "s.json:4:46: /faults/0/start: it would begin at 11.7 min, and the run ends at "
           "10 min: begin it earlier, run longer, or give it the probability 0\n");
}

/* What waits for the queues to be empty may last until maxDuration, 10 times duration by default;
 * and who writes a probability of 0 has switched it off on purpose. */
static void test_begins_while_it_may_last(void **state)
{
    (void)state;
    refuse("`duration`: `10m`, `drain`: true",
           "{`kind`: `outage`, `targets`: [`a`], `start`: `99m`}", "");
    refuse("`duration`: `10m`, `drain`: true",
           "{`kind`: `outage`, `targets`: [`a`], `start`: `100m`}",
           "s.json:4:47: /faults/0/start: it would begin at 100 min, and the run ends at 100 min: "
           "begin it earlier, run longer, or give it the probability 0\n");
    refuse("`maxDuration`: `1h`", "{`kind`: `outage`, `targets`: [`a`], `start`: `30m`}", "");
    refuse(
        "`maxDuration`: `1h`", "{`kind`: `outage`, `targets`: [`a`], `start`: `2h`}",
        "s.json:4:47: /faults/0/start: it would begin at 2 h, and the run ends at 60 min: begin it "
        "earlier, run longer, or give it the probability 0\n");
    refuse("`duration`: `10m`",
           "{`kind`: `outage`, `targets`: [`a`], `start`: `1h`, `probability`: 0}", "");
}

/* A pattern may fit more than what is fed; a name, or a pattern of which nothing is, may not. */
static void test_policy_without_a_topic(void **state)
{
    (void)state;
    refuse("`duration`: `10m`", "{`kind`: `denyPolicy`, `targets`: [`a`, `t`], `start`: 1}", "");
    refuse("`duration`: `10m`", "{`kind`: `denyPolicy`, `targets`: [`queues/*`], `start`: 1}", "");
    refuse("`duration`: `10m`", "{`kind`: `denyPolicy`, `targets`: [`a`, `b`, `u`], `start`: 1}",
           "s.json:4:41: /faults/0/targets/1: `denyPolicy` does nothing to `b`: no topic delivers "
           "to it\n"
           "s.json:4:46: /faults/0/targets/2: `denyPolicy` does nothing to `u`: it has no "
           "subscriptions to queues\n");
    refuse("`duration`: `10m`", "{`kind`: `denyPolicy`, `targets`: [`queues/b*`], `start`: 1}",
           "s.json:4:36: /faults/0/targets/0: `denyPolicy` does nothing to `queues/b*`: no topic "
           "delivers to it\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begins_after_the_end),
        cmocka_unit_test(test_begins_while_it_may_last),
        cmocka_unit_test(test_policy_without_a_topic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
