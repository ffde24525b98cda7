// SPDX-License-Identifier: GPL-3.0-or-later
/* Chains of messages under one root, told by hand.  Branches of what the worker sends on are
 * numbered 1, 2, ...; what web sends is branch 0. */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static const uint8_t forwards[FACTS_NODES] = {[WORKER] = OBSERVE_FORWARDS};
static const bool is_read[FACTS_NODES] = {
    [JOBS] = true, [JOBS_DLQ] = true, [LINE] = true, [WORKER] = true, [CLERK] = true};
static const struct observe_setting setting = {.forwards = forwards,
                                               .is_read = is_read,
                                               .until_ns = FOREVER,
                                               .metrics = true,
                                               .invariants = true};

static void accept(struct facts *facts, uint16_t queue, uint32_t slot, uint16_t peer,
                   uint64_t number, uint32_t branch)
{
    facts->roots[slot] = probe_root(WEB, number);
    facts_tell(facts, (struct fact){.kind = PROBE_ACCEPTED,
                                    .node = queue,
                                    .peer = peer,
                                    .message = slot,
                                    .delivery = branch,
                                    .value = facts->now_ns,
                                    .other = facts->now_ns});
}

/* The worker is about to send a message of that number on to queue. */
static void forward(struct facts *facts, uint64_t number, uint16_t queue, uint32_t branch)
{
    const uint64_t root = probe_root(WEB, number);
    facts_tell(facts, (struct fact){.kind = PROBE_FORWARDED,
                                    .node = WORKER,
                                    .peer = queue,
                                    .delivery = branch,
                                    .root = root,
                                    .value = (int64_t)root});
}

static void deliver(struct facts *facts, uint16_t queue, uint32_t slot, uint16_t to,
                    uint32_t receives)
{
    facts_tell(facts, (struct fact){.kind = PROBE_DELIVERED,
                                    .node = queue,
                                    .peer = to,
                                    .message = slot,
                                    .delivery = receives,
                                    .value = facts->now_ns + 30 * SEC});
}

static void succeed(struct facts *facts, uint16_t queue, uint32_t slot, uint16_t who)
{
    facts_tell(facts,
               (struct fact){.kind = PROBE_SUCCEEDED, .node = who, .peer = queue, .message = slot});
}

/* Web's message number goes through the worker at 1 s, which sends it on as branches 1 and 2 to
 * two queues, accepted into slots 10 number + 1 and + 2. */
static void split(struct facts *facts, uint64_t number)
{
    const uint32_t slot = 10 * (uint32_t)number;
    facts_at(facts, 0);
    accept(facts, JOBS, slot, WEB, number, 0);
    deliver(facts, JOBS, slot, WORKER, 1);
    facts_at(facts, 1);
    forward(facts, number, JOBS_DLQ, 1);
    forward(facts, number, LINE, 2);
    succeed(facts, JOBS, slot, WORKER);
    accept(facts, JOBS_DLQ, slot + 1, WORKER, number, 1);
    accept(facts, LINE, slot + 2, WORKER, number, 2);
    facts_say(facts, PROBE_DELETED, JOBS, slot);
}

static void work(struct facts *facts, uint16_t queue, uint32_t slot, double at_s)
{
    facts_at(facts, at_s);
    deliver(facts, queue, slot, CLERK, 1);
    succeed(facts, queue, slot, CLERK);
}

/* The chain ends with the later branch. */
static void test_two_branches(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &setting);
    split(&facts, 0);
    work(&facts, LINE, 2, 5);
    work(&facts, JOBS_DLQ, 1, 12);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 12);
    facts_expect(&facts, WORKER, "forwarded", "count", 2);
    facts_expect(&facts, WORKER, "hopLimits", "count", 0);
    /* From the call of the first send to the first success of each consumer on each branch. */
    facts_expect(&facts, WORKER, "chainLatency", "mean", 1);
    facts_expect(&facts, CLERK, "chainLatency", "mean", (5 + 12) / 2.0);
    assert_false(facts_has_row(&facts, WORKER, "messageLatency", "mean"));
    facts_close(&facts);
}

/* The branch in the standard queue is purged. */
static void test_lost(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &setting);
    split(&facts, 0);
    facts_say(&facts, PROBE_PURGED, JOBS_DLQ, 1);
    work(&facts, LINE, 2, 3);
    facts_finish(&facts);
    facts_expect(&facts, CLERK, "chainLatency", "max", 3);
    /* Nothing was measured: no message went all the way. */
    assert_false(facts_value(&facts, WEB, "messageLatency", "mean") >= 0);
    facts_close(&facts);
}

/* The worker's work is repeated, and what it sends on is there twice: branches are not opened
 * again, the chain ends with the first success on each, and what comes later changes nothing. */
static void test_duplicates(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &setting);
    split(&facts, 0);
    forward(&facts, 0, JOBS_DLQ, 1);
    forward(&facts, 0, LINE, 2);
    accept(&facts, JOBS_DLQ, 5, WORKER, 0, 1);
    work(&facts, JOBS_DLQ, 5, 4);
    work(&facts, JOBS_DLQ, 1, 6);
    work(&facts, LINE, 2, 9);
    accept(&facts, JOBS_DLQ, 6, WORKER, 0, 1);
    work(&facts, JOBS_DLQ, 6, 20);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 9);
    facts_expect(&facts, WEB, "messageLatency", "max", 9);
    facts_close(&facts);
}

/* The FIFO queue drops branch 2 as a repetition: of its own message, which goes on, or, if none was
 * accepted before, of another, and then that branch is at its end. */
static void test_merged(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &setting);
    for (uint64_t number = 0; number < 2; number++) {
        const uint32_t slot = 10 * (uint32_t)number;
        const bool was_accepted = number == 1;
        accept(&facts, JOBS, slot, WEB, number, 0);
        deliver(&facts, JOBS, slot, WORKER, 1);
        forward(&facts, number, LINE, 2);
        succeed(&facts, JOBS, slot, WORKER);
        if (was_accepted)
            accept(&facts, LINE, slot + 2, WORKER, number, 2);
        facts_at(&facts, 6 + (double)number);
        facts_tell(&facts, (struct fact){.kind = PROBE_DEDUPED,
                                         .node = LINE,
                                         .peer = WORKER,
                                         .message = UINT32_MAX,
                                         .delivery = 2,
                                         .root = probe_root(WEB, number),
                                         .other = facts.now_ns - SEC});
    }
    work(&facts, LINE, 12, 26);
    facts_finish(&facts);
    /* 6 s, and 26 s - 6 s. */
    facts_expect(&facts, WEB, "messageLatency", "mean", (6 + 20) / 2.0);
    facts_expect(&facts, WEB, "messageLatency", "max", 20);
    facts_close(&facts);
}

/* What nobody reads is no part of a chain; what is given up for good ends it without a latency. */
static void test_ends(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &setting);
    accept(&facts, JOBS, 0, WEB, 0, 0);
    accept(&facts, JOBS, 1, WEB, 1, 0);
    deliver(&facts, JOBS, 0, WORKER, 1);
    deliver(&facts, JOBS, 1, WORKER, 1);
    facts_at(&facts, 2);
    forward(&facts, 0, LINE_DLQ, 1);
    succeed(&facts, JOBS, 0, WORKER);
    accept(&facts, LINE_DLQ, 2, WORKER, 0, 1);
    forward(&facts, 1, LINE, 2);
    succeed(&facts, JOBS, 1, WORKER);
    facts_at(&facts, 5);
    facts_tell(&facts, (struct fact){.kind = PROBE_GAVE_UP,
                                     .node = WORKER,
                                     .peer = LINE,
                                     .delivery = 2,
                                     .root = probe_root(WEB, 1),
                                     .value = 2 * SEC,
                                     .other = 1});
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 2);
    facts_expect(&facts, WEB, "messageLatency", "max", 2);
    facts_expect(&facts, WORKER, "failed", "count", 1);
    facts_close(&facts);
}

/* Two copies under one root in one queue, each held by two workers at once: four works, two
 * messages, and the second success on each is repeated work. */
static void test_copies_in_one_queue(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &setting);
    accept(&facts, JOBS, 0, WEB, 0, 0);
    deliver(&facts, JOBS, 0, WORKER, 1);
    for (uint32_t copy = 1; copy <= 2; copy++)
        forward(&facts, 0, JOBS_DLQ, copy);
    succeed(&facts, JOBS, 0, WORKER);
    for (uint32_t copy = 1; copy <= 2; copy++) {
        accept(&facts, JOBS_DLQ, copy, WORKER, 0, copy);
        deliver(&facts, JOBS_DLQ, copy, CLERK, 1);
    }
    facts_at(&facts, 30);
    for (uint32_t copy = 1; copy <= 2; copy++) {
        facts_say(&facts, PROBE_HIDDEN_OVER, JOBS_DLQ, copy);
        deliver(&facts, JOBS_DLQ, copy, CLERK, 2);
    }
    facts_at(&facts, 31);
    succeed(&facts, JOBS_DLQ, 1, CLERK);
    facts_at(&facts, 32);
    succeed(&facts, JOBS_DLQ, 1, CLERK);
    facts_at(&facts, 33);
    succeed(&facts, JOBS_DLQ, 2, CLERK);
    succeed(&facts, JOBS_DLQ, 2, CLERK);
    facts_finish(&facts);
    facts_expect(&facts, CLERK, "duplicateWork", "count", 2);
    facts_expect(&facts, WEB, "messageLatency", "mean", 33);
    facts_close(&facts);
}

/* A message that is worked on after it left its queue is its branch all the same. */
static void test_branch_that_left(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &setting);
    split(&facts, 0);
    facts_at(&facts, 2);
    deliver(&facts, JOBS_DLQ, 1, CLERK, 1);
    facts_say(&facts, PROBE_DELETED, JOBS_DLQ, 1);
    accept(&facts, JOBS, 1, WEB, 7, 0);
    facts_at(&facts, 4);
    facts_tell(&facts, (struct fact){.kind = PROBE_SUCCEEDED,
                                     .node = CLERK,
                                     .peer = JOBS_DLQ,
                                     .message = 1,
                                     .root = probe_root(WEB, 0)});
    work(&facts, LINE, 2, 5);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 5);
    facts_close(&facts);
}

static void test_hop_limit(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, &setting);
    accept(&facts, JOBS, 0, WEB, 0, 0);
    deliver(&facts, JOBS, 0, WORKER, 1);
    facts_at(&facts, 3);
    facts_tell(&facts, (struct fact){.kind = PROBE_HOP_LIMIT, .node = WORKER, .value = 100});
    succeed(&facts, JOBS, 0, WORKER);
    facts_finish(&facts);
    facts_expect(&facts, WORKER, "hopLimits", "count", 1);
    facts_expect(&facts, WEB, "messageLatency", "mean", 3);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_branches),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_merged),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_copies_in_one_queue),
        cmocka_unit_test(test_branch_that_left),
        cmocka_unit_test(test_hop_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
