// SPDX-License-Identifier: GPL-3.0-or-later
/* Effects, counted by the key of what they are about. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void accept_root(struct facts *facts, uint32_t slot, uint64_t number)
{
    facts->roots[slot] = probe_root(WEB, number);
    facts_tell(facts, (struct fact){.kind = PROBE_ACCEPTED,
                                    .node = JOBS,
                                    .peer = WEB,
                                    .message = slot,
                                    .group = UINT32_MAX,
                                    .value = facts->now_ns,
                                    .other = facts->now_ns});
}

static void work_well(struct facts *facts, uint32_t slot)
{
    facts_deliver(facts, JOBS, slot, 1, 30);
    facts_work(facts, PROBE_STARTED, JOBS, slot, 0);
    facts_work(facts, PROBE_SUCCEEDED, JOBS, slot, 0);
    facts_say(facts, PROBE_DELETED, JOBS, slot);
}

static void tell_effect(struct facts *facts, enum probe_kind kind, uint32_t slot, uint32_t branch,
                        int64_t business)
{
    facts_tell(facts, (struct fact){.kind = (uint16_t)kind,
                                    .node = WORKER,
                                    .peer = JOBS,
                                    .message = slot,
                                    .delivery = branch,
                                    .value = business});
}

/* One root stored twice, as after a lost acknowledgement: a double where that can be, and otherwise
 * nobody looks. */
static void test_one_root_twice(void **state)
{
    (void)state;
    for (int may_repeat = 0; may_repeat < 2; may_repeat++) {
        const struct observe_setting setting = {.until_ns = FOREVER,
                                                .metrics = true,
                                                .invariants = true,
                                                .may_repeat = may_repeat == 1};
        struct facts facts;
        facts_open(&facts, &setting);
        for (uint32_t i = 0; i < 3; i++)
            accept_root(&facts, i, i % 2 == 0 ? 9000 : 1);
        for (uint32_t i = 0; i < 3; i++)
            work_well(&facts, i);
        facts_finish(&facts);
        facts_expect(&facts, WORKER, "effects", "count", 3);
        facts_expect(&facts, WORKER, "doubleEffects", "count", may_repeat);
        facts_expect(&facts, WORKER, "effects", "rate", may_repeat ? 1.5 : 1);
        facts_close(&facts);
    }
}

/* A work that is repeated on one message is a double effect either way. */
static void test_one_message_twice(void **state)
{
    (void)state;
    for (int may_repeat = 0; may_repeat < 2; may_repeat++) {
        const struct observe_setting setting = {.until_ns = FOREVER,
                                                .metrics = true,
                                                .invariants = true,
                                                .may_repeat = may_repeat == 1};
        struct facts facts;
        facts_open(&facts, &setting);
        facts_accept(&facts, JOBS, 0);
        facts_deliver(&facts, JOBS, 0, 1, 30);
        facts_work(&facts, PROBE_SUCCEEDED, JOBS, 0, 1);
        facts_at(&facts, 30);
        facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
        facts_deliver(&facts, JOBS, 0, 2, 30);
        facts_work(&facts, PROBE_SUCCEEDED, JOBS, 0, 1);
        facts_finish(&facts);
        facts_expect(&facts, WORKER, "effects", "count", 2);
        facts_expect(&facts, WORKER, "doubleEffects", "count", 1);
        facts_close(&facts);
    }
}

/* Told effects: by business key where there is one, else by root and branch; what was skipped is
 * none, and a message that was spared was not worked again. */
static void test_told(void **state)
{
    struct facts facts;
    (void)state;
    facts_open(&facts, NULL);
    for (uint32_t slot = 0; slot < 4; slot++)
        facts_accept(&facts, JOBS, slot);
    tell_effect(&facts, PROBE_EFFECT, 0, 0, 77);
    tell_effect(&facts, PROBE_EFFECT, 1, 0, 77); /* a double: another message, the same key */
    tell_effect(&facts, PROBE_EFFECT, 2, 0, 0);
    tell_effect(&facts, PROBE_EFFECT, 2, 5, 0); /* another branch */
    tell_effect(&facts, PROBE_EFFECT, 2, 5, 0); /* a double */
    tell_effect(&facts, PROBE_EFFECT_SKIPPED, 3, 0, 77);
    facts_deliver(&facts, JOBS, 3, 1, 30);
    facts_work(&facts, PROBE_SUCCEEDED, JOBS, 3, 1);
    facts_at(&facts, 30);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 3);
    facts_deliver(&facts, JOBS, 3, 2, 30);
    facts_tell(&facts, (struct fact){.kind = PROBE_SUCCEEDED,
                                     .node = WORKER,
                                     .peer = JOBS,
                                     .message = 3,
                                     .n = 1,
                                     .value = SEC});
    facts_finish(&facts);
    facts_expect(&facts, WORKER, "effects", "count", 5);
    facts_expect(&facts, WORKER, "doubleEffects", "count", 2);
    facts_expect(&facts, WORKER, "processed", "count", 2);
    facts_expect(&facts, WORKER, "duplicateWork", "count", 0);
    facts_close(&facts);
}

/* The next replication knows nothing of the last. */
static void test_clear(void **state)
{
    const struct observe_setting setting = {
        .until_ns = FOREVER, .metrics = true, .invariants = true, .may_repeat = true};
    struct facts facts;
    (void)state;
    facts_open(&facts, &setting);
    accept_root(&facts, 0, 3);
    work_well(&facts, 0);
    observe_clear(facts.observe);
    facts.now_ns = 0;
    facts_announce(&facts);
    accept_root(&facts, 0, 3);
    work_well(&facts, 0);
    facts_finish(&facts);
    facts_expect(&facts, WORKER, "effects", "count", 1);
    facts_expect(&facts, WORKER, "doubleEffects", "count", 0);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_root_twice),
        cmocka_unit_test(test_one_message_twice),
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
