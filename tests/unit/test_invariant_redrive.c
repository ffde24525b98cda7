// SPDX-License-Identifier: GPL-3.0-or-later
/* Receive counts and the move to the dead-letter queue: maxReceiveCount of jobs is 3. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void receive(struct facts *facts, uint16_t queue, uint32_t count)
{
    facts_deliver(facts, queue, 0, count, 0);
    facts_say(facts, PROBE_HIDDEN_OVER, queue, 0);
}

static void move(struct facts *facts, uint16_t to, uint32_t receives, int64_t policy)
{
    facts_tell(facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                    .node = JOBS,
                                    .peer = to,
                                    .delivery = receives,
                                    .value = policy});
}

/* Three receives, the move, and receives in the dead-letter queue with a count that goes on
 * (DLQ-2). */
static void legal(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    for (uint32_t count = 1; count <= 3; count++)
        receive(facts, JOBS, count);
    move(facts, JOBS_DLQ, 3, 3);
    for (uint32_t count = 4; count <= 30; count++)
        receive(facts, JOBS_DLQ, count);
}

/* Without a policy receives go on; a limit that is lowered moves what has had more (ATT-8). */
static void legal_changes(struct facts *facts)
{
    facts_change(facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 0);
    facts_accept(facts, JOBS, 0);
    for (uint32_t count = 1; count <= 40; count++)
        receive(facts, JOBS, count);
    facts_change(facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 2);
    move(facts, JOBS_DLQ, 40, 2);
}

static void test_legal(void **state)
{
    (void)state;
    facts_expect_kept(legal);
    facts_expect_kept(legal_changes);
}

static void too_often(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    for (uint32_t count = 1; count <= 4; count++)
        receive(facts, JOBS, count);
}

static void miscounted(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    receive(facts, JOBS, 1);
    receive(facts, JOBS, 3);
}

static void too_early(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    receive(facts, JOBS, 1);
    receive(facts, JOBS, 2);
    move(facts, JOBS_DLQ, 2, 3);
}

static void moved_with_false_count(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    receive(facts, JOBS, 1);
    receive(facts, JOBS, 2);
    move(facts, JOBS_DLQ, 3, 3);
}

static void other_policy(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    receive(facts, JOBS, 1);
    move(facts, JOBS_DLQ, 1, 1);
}

static void other_queue(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    for (uint32_t count = 1; count <= 3; count++)
        receive(facts, JOBS, count);
    move(facts, LINE_DLQ, 3, 3);
}

static void test_breaches(void **state)
{
    (void)state;
    facts_expect_broken(too_often, "redrive", "more often than maxReceiveCount");
    facts_expect_broken(miscounted, "redrive", "does not rise by one");
    facts_expect_broken(too_early, "redrive", "less often than maxReceiveCount");
    facts_expect_broken(moved_with_false_count, "redrive", "does not count its deliveries");
    facts_expect_broken(other_policy, "redrive", "not the queue's");
    facts_expect_broken(other_queue, "redrive", "is not its dead-letter queue");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legal),
        cmocka_unit_test(test_breaches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
