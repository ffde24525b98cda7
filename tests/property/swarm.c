// SPDX-License-Identifier: GPL-3.0-or-later
/* Random scenarios over everything that a scenario can say at present (property/inventor), each
 * judged by property/judge; what is bad shrinks (property/hunt, where the arguments stand). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "property/hunt/hunt.h"

static struct hunt hunt = {.name = "swarm", .first = 1, .last = 1000, .seconds = 8.0};

/* Most of what is invented is accepted, else nothing is tried. */
static void test_swarm(void **state)
{
    (void)state;
    assert_true(hunt_all(&hunt));
    assert_true(hunt.lived > 9 * hunt.refused);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_swarm),
    };
    int status;
    if (hunt_begin(&hunt, argc, argv, &status))
        return status;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
