// SPDX-License-Identifier: GPL-3.0-or-later
/* Actors and move tasks that would begin when the run is over.  Columns are counted in the texts
 * below. */
#include "scenario/validate_start.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "tools/said.h"

static void refuse(const char *experiment, const char *producer, const char *consumer,
                   const char *move, const char *expected)
{
    char text[2000];
    snprintf(text, sizeof text,
             "{`experiment`: {%s}, `queues`: {`a`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, "
             "`maxReceiveCount`: 3}},\n`d`: {`redrive`: [{`at`: %s}]}},\n"
             "`producers`: {`p`: {`start`: %s, `to`: `a`, `arrivals`: {`process`: `paced`, "
             "`rate`: 1}}},\n"
             "`consumers`: {`c`: {`start`: %s, `from`: `a`, `service`: 1, `WaitTimeSeconds`: 1}}}",
             experiment, move, producer, consumer);
    said_check("s.json", text, expected);
}

/* A run is half open: what would begin at its end does not. */
static void test_begins_after_the_end(void **state)
{
    (void)state;
    refuse("`duration`: `10m`", "599", "599", "599", "");
    refuse("`duration`: `10m`", "`10m`", "`20m`", "`1h`",
           "s.json:2:26: /queues/d/redrive/0/at: it would begin at 60 min, and the run ends at 10 "
           "min: begin it earlier, or run longer\n"
           "s.json:3:30: /producers/p/start: it would begin at 10 min, and the run ends at 10 min: "
           "begin it earlier, or run longer\n"
           "s.json:4:30: /consumers/c/start: it would begin at 20 min, and the run ends at 10 min: "
           "begin it earlier, or run longer\n");
}

/* Until the queues are empty, ten times the duration at the latest, consumers come and messages are
 * moved, but no producer sends. */
static void test_begins_while_it_may_last(void **state)
{
    (void)state;
    refuse("`duration`: `10m`, `drain`: true", "599", "`99m`", "`99m`", "");
    refuse(
        "`duration`: `10m`, `drain`: true", "`10m`", "`100m`", "`100m`",
        "s.json:2:26: /queues/d/redrive/0/at: it would begin at 100 min, and the run ends at 100 "
        "min: begin it earlier, or run longer\n"
        "s.json:3:30: /producers/p/start: it would begin at 10 min, and the run ends at 10 min: "
        "begin it earlier, or run longer\n"
        "s.json:4:30: /consumers/c/start: it would begin at 100 min, and the run ends at 100 "
        "min: begin it earlier, or run longer\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begins_after_the_end),
        cmocka_unit_test(test_begins_while_it_may_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
