// SPDX-License-Identifier: GPL-3.0-or-later
/* Messages neither vanish nor appear. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"
#include "observe/invariant.h"

/* Every way in and out, and one that stays. */
static void all_ways(struct facts *facts)
{
    facts_change(facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 1);
    facts_change(facts, JOBS, QUEUE_FACT_STORE_IS_IDEAL, 0);
    facts_change(facts, JOBS, QUEUE_FACT_RETENTION_NS, 60 * SEC);
    facts_say(facts, PROBE_PRELOADED, JOBS, 9);
    for (uint32_t slot = 0; slot < 5; slot++)
        facts_accept(facts, JOBS, slot);
    facts_deliver(facts, JOBS, 0, 1, 30);
    facts_say(facts, PROBE_DELETED, JOBS, 0);
    facts_say(facts, PROBE_RESURRECTED, JOBS, 0);
    facts_say(facts, PROBE_PURGED, JOBS, 1);
    facts_deliver(facts, JOBS, 2, 1, 0);
    facts_say(facts, PROBE_HIDDEN_OVER, JOBS, 2);
    facts_tell(facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                    .node = JOBS,
                                    .peer = JOBS_DLQ,
                                    .message = 2,
                                    .delivery = 1,
                                    .value = 1});
    facts_tell(facts,
               (struct fact){.kind = PROBE_MOVED, .node = JOBS_DLQ, .peer = JOBS, .message = 2});
    facts_at(facts, 60);
    facts_tell(facts, (struct fact){.kind = PROBE_RETENTION_OVER, .node = JOBS, .message = 3});
    facts_say(facts, PROBE_PURGED, JOBS, UINT32_MAX); /* a purge that found nothing */
    facts_accept(facts, JOBS, 1);
}

static void delete_of_the_unknown(struct facts *facts)
{
    facts_say(facts, PROBE_DELETED, JOBS, 3);
}

static void delete_twice(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_deliver(facts, JOBS, 0, 1, 30);
    facts_say(facts, PROBE_DELETED, JOBS, 0);
    facts_say(facts, PROBE_DELETED, JOBS, 0);
}

static void delete_elsewhere(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_deliver(facts, JOBS, 0, 1, 30);
    facts_say(facts, PROBE_DELETED, JOBS_DLQ, 0);
}

static void delivery_of_the_purged(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_say(facts, PROBE_PURGED, JOBS, 0);
    facts_deliver(facts, JOBS, 0, 1, 30);
}

static void taken_slot(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_accept(facts, JOBS_DLQ, 0);
}

/* The counts of facts and the ledger disagree: only a bug of the layer itself can do that. */
static void lost_count(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts->observe->queues[JOBS]->counts.accepted++;
}

static void test_all_ways(void **state)
{
    (void)state;
    facts_expect_kept(all_ways);
}

static void test_breaches(void **state)
{
    (void)state;
    facts_expect_broken(delete_of_the_unknown, "conservation", "never entered");
    facts_expect_broken(delete_twice, "conservation", "is in no queue any more");
    facts_expect_broken(delete_elsewhere, "conservation", "is in another queue");
    facts_expect_broken(delivery_of_the_purged, "conservation", "is in no queue any more");
    facts_expect_broken(taken_slot, "conservation", "whose message has not left");
    facts_expect_broken(lost_count, "conservation",
                        "queue jobs: 2 messages entered, 0 left, 1 are there");
}

/* What is said names the queue, the time, the message and its sender. */
static void said_in_full(struct facts *facts)
{
    facts_at(facts, 1.5);
    facts_accept(facts, JOBS, 4);
    facts_say(facts, PROBE_PURGED, JOBS, 4);
    facts_deliver(facts, JOBS, 4, 1, 30);
}

static void test_sentence(void **state)
{
    (void)state;
    facts_expect_broken(said_in_full, "conservation",
                        "queue jobs at 1.500000000 s: DELIVERED, message 0 of web (slot 4, receive "
                        "1), which is in no queue any more\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_ways),
        cmocka_unit_test(test_breaches),
        cmocka_unit_test(test_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
