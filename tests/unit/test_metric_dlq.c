// SPDX-License-Identifier: GPL-3.0-or-later
/* Dead-lettered and lost messages. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void expire(struct facts *facts, uint16_t queue, uint32_t slot, int64_t enqueued_ns)
{
    facts_tell(facts, (struct fact){.kind = PROBE_RETENTION_OVER,
                                    .node = queue,
                                    .message = slot,
                                    .value = enqueued_ns});
}

/* Of four messages one is moved and expires in the dead-letter queue, one expires, one is purged.
 */
static void test_ways_out(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 1);
    facts_change(&facts, JOBS, QUEUE_FACT_RETENTION_NS, 60 * SEC);
    facts_change(&facts, JOBS_DLQ, QUEUE_FACT_RETENTION_NS, 100 * SEC);
    for (uint32_t slot = 0; slot < 4; slot++)
        facts_accept(&facts, JOBS, slot);
    facts_deliver(&facts, JOBS, 0, 1, 5);
    facts_at(&facts, 5);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                     .node = JOBS,
                                     .peer = JOBS_DLQ,
                                     .delivery = 1,
                                     .value = 1});
    facts_say(&facts, PROBE_PURGED, JOBS, 3);
    facts_at(&facts, 60);
    expire(&facts, JOBS, 1, 0);
    facts_at(&facts, 100);
    expire(&facts, JOBS_DLQ, 0, 0); /* DLQ-3: from the first enqueue, not from the move */
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "deadLettered", "count", 1);
    facts_expect(&facts, JOBS, "deadLettered", "rate", 1 / 4.0);
    facts_expect(&facts, JOBS, "lost", "count", 1);
    facts_expect(&facts, JOBS, "lost", "rate", 1 / 4.0);
    facts_expect(&facts, JOBS_DLQ, "lost", "count", 1);
    facts_expect(&facts, JOBS_DLQ, "lost", "rate", 1);
    /* Dwell: 5 s moved, 5 s purged, 60 s expired; 95 s in the dead-letter queue. */
    facts_expect(&facts, JOBS, "dwell", "mean", 70 / 3.0);
    facts_expect(&facts, JOBS_DLQ, "dwell", "mean", 95);
    facts_expect(&facts, NODE_NONE, "conserved", "end", 1);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ways_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
