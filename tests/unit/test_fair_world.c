// SPDX-License-Identifier: GPL-3.0-or-later
/* Fair queues in a world: one tenant floods a queue, and what the others see of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/world.h"

#define FLOOD(share)                                                                               \
    "{`version`: 1, `title`: `flood`, `experiment`: {`duration`: `20m`, `warmup`: `5m`},"          \
    " `queues`: {`jobs`: {`noisyShare`: " share "}},"                                              \
    " `producers`: {"                                                                              \
    "  `big`: {`to`: `jobs`, `arrivals`: {`process`: `poisson`, `rate`: 45},"                      \
    "          `message`: {`group`: `big`}},"                                                      \
    "  `small`: {`to`: `jobs`, `arrivals`: {`process`: `poisson`, `rate`: 3},"                     \
    "            `message`: {`group`: {`groups`: 10}}}},"                                          \
    " `consumers`: {`worker`: {`from`: `jobs`, `WaitTimeSeconds`: 20, `count`: 40,"                \
    "               `service`: {`dist`: `exponential`, `mean`: `1s`}}}}"

/* EVIDENCE-OF: FAIR-2 FAIR-3 FAIR-5
 * 48 messages a second come to 40 workers of 1 s each: the backlog grows by 8 a second, to 9,600 in
 * 20 minutes.  45 of the 48 are one tenant's, noisy from its 30th message in flight on.  To the
 * others all workers are one: the next is free after 1/40 s on average, and with a load of 3/40 it
 * is exceeded by e^-37 t: 1 % wait longer than 0.125 s.  0.3 s leaves room for the seed. */
static void test_quiet_tenants_do_not_wait(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, FLOOD("0.1"));
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "jobs", "waitingQuiet", "p99") < 0.3);
    assert_true(world_lab_value(&lab, "jobs", "waitingNoisy", "p50") > 60);
    assert_true(world_lab_value(&lab, "jobs", "ApproximateNumberOfNoisyGroups", "mean") == 1);
    world_lab_close(&lab);
}

/* With a share that nobody exceeds all wait alike: at 20 minutes 9,600 / 48 = 200 s. */
static void test_without_they_do(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, FLOOD("1"));
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "jobs", "waitingQuiet", "p50") > 60);
    assert_true(world_lab_value(&lab, "jobs", "waitingQuiet", "p99") > 150);
    assert_true(world_lab_value(&lab, "jobs", "ApproximateNumberOfNoisyGroups", "max") == 0);
    world_lab_close(&lab);
}

/* Preloaded messages have their group although nobody sends any: of 40 there are 35 in flight, and
 * the other 5 are a noisy tenant's. */
static void test_preloaded_groups(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, "{`version`: 1, `title`: `preload`, `experiment`: {`duration`: `10s`},"
                         " `queues`: {`jobs`: {`preload`: {`messages`: 40, `group`: `g`}}},"
                         " `producers`: {}, `consumers`: {`worker`: {`from`: `jobs`, `count`: 35,"
                         " `WaitTimeSeconds`: 20, `service`: `20s`}}}");
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "jobs", "ApproximateNumberOfNoisyGroups", "end") == 1);
    assert_true(world_lab_value(&lab, "jobs", "ApproximateNumberOfMessagesVisibleInQuietGroups",
                                "end") == 0);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_tenants_do_not_wait),
        cmocka_unit_test(test_without_they_do),
        cmocka_unit_test(test_preloaded_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
