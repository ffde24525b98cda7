// SPDX-License-Identifier: GPL-3.0-or-later
/* Invocations that may stand side by side pass, and each that may not breaks. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void invoke(struct facts *facts, uint16_t queue, uint16_t n, uint32_t lane, uint32_t slot,
                   uint32_t receives, uint32_t group)
{
    facts_tell(facts, (struct fact){.kind = PROBE_INVOKED,
                                    .node = LAMBDA,
                                    .peer = queue,
                                    .n = n,
                                    .message = slot,
                                    .delivery = receives,
                                    .group = group,
                                    .bytes = lane,
                                    .seq = 100 + slot,
                                    .value = 2});
}

static void end(struct facts *facts, uint32_t lane)
{
    facts_tell(facts, (struct fact){.kind = PROBE_INVOCATION_ENDED,
                                    .node = LAMBDA,
                                    .peer = LINE,
                                    .message = UINT32_MAX,
                                    .delivery = 128,
                                    .bytes = lane});
}

/* Two groups in one invocation, a third in another; one after the other in one group; the same
 * message again after its next receive. */
static void legal(struct facts *facts)
{
    invoke(facts, LINE, 0, 0, 0, 1, 7);
    invoke(facts, LINE, 1, 0, 1, 1, 8);
    invoke(facts, LINE, 0, 900, 2, 1, 9);
    end(facts, 0);
    invoke(facts, LINE, 0, 3, 0, 2, 7);
    end(facts, 900);
    invoke(facts, LINE, 0, 0, 2, 2, 9);
    end(facts, 3);
    end(facts, 0);
}

/* In a standard queue a group is no order, and a message may be in two invocations by two receives.
 */
static void legal_standard(struct facts *facts)
{
    invoke(facts, JOBS, 0, 0, 0, 1, 7);
    invoke(facts, JOBS, 0, 1, 0, 2, 7);
}

static void group_twice(struct facts *facts)
{
    invoke(facts, LINE, 0, 0, 0, 1, 7);
    invoke(facts, LINE, 1, 0, 1, 1, 8);
    invoke(facts, LINE, 0, 1, 2, 1, 8);
}

static void delivery_twice(struct facts *facts)
{
    invoke(facts, JOBS, 0, 0, 0, 1, UINT32_MAX);
    invoke(facts, JOBS, 0, 1, 0, 1, UINT32_MAX);
}

static void lane_twice(struct facts *facts)
{
    invoke(facts, JOBS, 0, 0, 0, 1, UINT32_MAX);
    invoke(facts, JOBS, 0, 0, 1, 1, UINT32_MAX);
}

static void no_beginning(struct facts *facts)
{
    end(facts, 4);
}

static void test_kept(void **state)
{
    (void)state;
    facts_expect_kept(legal);
    facts_expect_kept(legal_standard);
}

static void test_broken(void **state)
{
    (void)state;
    facts_expect_broken(group_twice, "invocation", "while another invocation has its group");
    facts_expect_broken(delivery_twice, "invocation", "invoked with by that delivery already");
    facts_expect_broken(lane_twice, "invocation", "while the lane's invocation runs");
    facts_expect_broken(no_beginning, "invocation", "which had not begun");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
