// SPDX-License-Identifier: GPL-3.0-or-later
/* Receives and duplicates per message. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

/* Four messages; the first is received three times, the second twice, the third once, the fourth
 * never. */
static void test_counts_and_rates(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    for (uint32_t slot = 0; slot < 4; slot++)
        facts_accept(&facts, JOBS, slot);
    for (uint32_t receive = 1; receive <= 3; receive++) {
        for (uint32_t slot = 0; slot + receive <= 3; slot++) {
            facts_deliver(&facts, JOBS, slot, receive, 0);
            facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, slot);
        }
    }
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "receives", "count", 6);
    facts_expect(&facts, JOBS, "receives", "rate", 6 / 4.0);
    facts_expect(&facts, JOBS, "duplicates", "count", 3);
    facts_expect(&facts, JOBS, "duplicates", "rate", 3 / 4.0);
    facts_expect(&facts, JOBS_DLQ, "duplicates", "rate", (double)NAN);
    facts_close(&facts);
}

/* The first receive in a dead-letter queue is no duplicate there, although the count goes on
 * (DLQ-2). */
static void test_first_in_dead_letter_queue(void **state)
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
    facts_deliver(&facts, JOBS_DLQ, 0, 2, 30);
    facts_finish(&facts);
    facts_expect(&facts, JOBS_DLQ, "receives", "rate", 1);
    facts_expect(&facts, JOBS_DLQ, "duplicates", "count", 0);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_and_rates),
        cmocka_unit_test(test_first_in_dead_letter_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
