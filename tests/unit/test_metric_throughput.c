// SPDX-License-Identifier: GPL-3.0-or-later
/* Counters of facts: each number is the number of facts told. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void tell(struct facts *facts, enum probe_kind kind, uint16_t n, int64_t value)
{
    facts_tell(facts, (struct fact){.kind = (uint16_t)kind,
                                    .node = LINE,
                                    .peer = WORKER,
                                    .n = n,
                                    .message = UINT32_MAX,
                                    .root = probe_root(WEB, 1000),
                                    .value = value});
}

/* EVIDENCE-OF: CW-2 CW-3 */
static void test_counters(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_at(&facts, 1);
    /* A batch of two accepted, one rejected, one dropped as a duplicate: one request. */
    facts_accept(&facts, LINE, 0);
    facts.roots[1] = probe_root(WEB, 900);
    facts_tell(&facts, (struct fact){.kind = PROBE_ACCEPTED,
                                     .node = LINE,
                                     .peer = WEB,
                                     .n = 1,
                                     .message = 1,
                                     .group = 1,
                                     .bytes = 3000,
                                     .value = SEC,
                                     .other = SEC});
    tell(&facts, PROBE_REJECTED, 2, 0);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEDUPED,
                                     .node = LINE,
                                     .peer = WEB,
                                     .n = 3,
                                     .message = UINT32_MAX,
                                     .root = probe_root(WEB, 0),
                                     .other = SEC});
    facts_at(&facts, 2);
    facts_deliver_nth(&facts, 0, LINE, 0, 1, 30);
    facts_deliver_nth(&facts, 1, LINE, 1, 1, 30);
    facts_at(&facts, 3);
    facts_say(&facts, PROBE_DELETED, LINE, 0);
    tell(&facts, PROBE_DELETE_IGNORED, 0, 1); /* valid: counts (CW-3) */
    tell(&facts, PROBE_DELETE_IGNORED, 0, 0);
    tell(&facts, PROBE_DELETE_REFUSED, 0, 0);
    tell(&facts, PROBE_EMPTY, 0, 0);
    tell(&facts, PROBE_EMPTY, 0, 0);
    tell(&facts, PROBE_THROTTLED, 0, 0);
    tell(&facts, PROBE_OVER_LIMIT, 0, 0);
    facts_tell(&facts, (struct fact){
                           .kind = PROBE_EXTENDED, .node = LINE, .message = 1, .value = 40 * SEC});
    facts_at(&facts, 4);
    facts_finish(&facts);
    facts_expect(&facts, LINE, "NumberOfMessagesSent", "count", 2);
    facts_expect(&facts, LINE, "NumberOfMessagesReceived", "count", 2);
    facts_expect(&facts, LINE, "NumberOfMessagesDeleted", "count", 2);
    facts_expect(&facts, LINE, "NumberOfEmptyReceives", "count", 2);
    facts_expect(&facts, LINE, "NumberOfDeduplicatedSentMessages", "count", 1);
    facts_expect(&facts, LINE, "SentMessageSize", "mean", 2000);
    facts_expect(&facts, LINE, "arrivals", "rate", 2 / 4.0);
    facts_expect(&facts, LINE, "throughput", "rate", 1 / 4.0);
    /* 1 send, 1 receive that gave, 1 + 2 + 1 deletes, 2 empty, 1 throttled, 1 over limit, 1 change.
     */
    facts_expect(&facts, LINE, "requests", "count", 11);
    facts_expect(&facts, LINE, "deduplicated", "count", 1);
    facts_expect(&facts, LINE, "deduplicated", "rate", 1 / 4.0);
    facts_expect(&facts, LINE, "rejected", "count", 1);
    facts_expect(&facts, LINE, "rejected", "rate", 1 / 4.0);
    facts_expect(&facts, LINE, "throttled", "count", 1);
    facts_expect(&facts, LINE, "throttled", "rate", 1 / 11.0);
    facts_close(&facts);
}

/* EVIDENCE-OF: DLQ-10 CW-3 MOVE-7
 * An automatic move is no send, a move task's is, and begins anew. */
static void test_moves(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 1);
    facts_accept(&facts, JOBS, 0);
    facts_deliver(&facts, JOBS, 0, 1, 0);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                     .node = JOBS,
                                     .peer = JOBS_DLQ,
                                     .delivery = 1,
                                     .value = 1});
    facts_at(&facts, 7);
    facts_tell(&facts,
               (struct fact){.kind = PROBE_MOVED, .node = JOBS_DLQ, .peer = JOBS, .bytes = 500});
    facts_at(&facts, 8);
    /* Its receive count begins anew. */
    facts_deliver(&facts, JOBS, 0, 1, 30);
    facts_at(&facts, 10);
    facts_finish(&facts);
    facts_expect(&facts, JOBS_DLQ, "NumberOfMessagesSent", "count", 0);
    facts_expect(&facts, JOBS_DLQ, "SentMessageSize", "mean", (double)NAN);
    facts_expect(&facts, JOBS, "NumberOfMessagesSent", "count", 2);
    facts_expect(&facts, JOBS, "SentMessageSize", "mean", 750); /* 1000 and 500 bytes */
    facts_expect(&facts, JOBS_DLQ, "arrivals", "rate", 0.1);
    facts_expect(&facts, JOBS, "waiting", "mean", 0.5); /* 0 at first, 1 s after the return */
    assert_false(facts_has_row(&facts, JOBS, "NumberOfDeduplicatedSentMessages", "count"));
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counters),
        cmocka_unit_test(test_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
