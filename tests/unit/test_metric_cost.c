// SPDX-License-Identifier: GPL-3.0-or-later
/* Requests and what they cost, counted by hand from the facts told. */
#include "tools/facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

enum { KIB_64 = 65536 };

/* A fact of a call at a queue: its n-th, of so many bytes; slot is the message, if there is one. */
static void tell(struct facts *facts, enum probe_kind kind, uint16_t queue, uint16_t n,
                 uint32_t slot, uint32_t bytes)
{
    const bool is_send = kind == PROBE_ACCEPTED;
    if (is_send)
        facts->roots[slot] = probe_root(WEB, facts->number++);
    facts_tell(facts, (struct fact){.kind = (uint16_t)kind,
                                    .node = queue,
                                    .peer = is_send ? WEB : WORKER,
                                    .n = n,
                                    .message = slot,
                                    .delivery = kind == PROBE_DELIVERED,
                                    .group = is_send ? UINT32_MAX : 0,
                                    .bytes = bytes,
                                    .value = facts->now_ns + (is_send ? 0 : 30 * SEC),
                                    .other = facts->now_ns});
}

static void send_grouped(struct facts *facts, uint16_t queue, uint16_t n, uint32_t slot,
                         uint32_t group, uint32_t bytes)
{
    facts->roots[slot] = probe_root(WEB, facts->number++);
    facts_tell(facts, (struct fact){.kind = PROBE_ACCEPTED,
                                    .node = queue,
                                    .peer = WEB,
                                    .n = n,
                                    .message = slot,
                                    .group = group,
                                    .bytes = bytes,
                                    .value = facts->now_ns,
                                    .other = facts->now_ns});
}

static void expect_requests(const struct facts *facts, uint16_t queue, double wanted)
{
    facts_expect(facts, queue, "requests", "count", wanted);
}

/* EVIDENCE-OF: COST-2
 * A chunk of 64 KiB begun is a request: 0 bytes, 65,536, 65,537, 256 KiB and 1 MiB sent are 1 + 1 +
 * 2 + 4 + 16; received again as much. */
static void test_chunks(void **state)
{
    static const uint32_t sizes[] = {0, KIB_64, KIB_64 + 1, 4 * KIB_64, 16 * KIB_64};
    static const double requests[] = {1, 2, 4, 8, 24}; /* in all, so far */
    (void)state;
    for (size_t count = 1; count <= 5; count++) {
        struct facts facts;
        facts_open(&facts, NULL);
        for (uint32_t i = 0; i < count; i++)
            tell(&facts, PROBE_ACCEPTED, JOBS, 0, i, sizes[i]);
        for (uint32_t i = 0; i < count; i++)
            tell(&facts, PROBE_DELIVERED, JOBS, 0, i, sizes[i]);
        facts_finish(&facts);
        expect_requests(&facts, JOBS, 2 * requests[count - 1]);
        facts_close(&facts);
    }
}

/* EVIDENCE-OF: COST-2
 * A batch is one call of its total payload.  Sends of 10 x 1,000 bytes: 1.  Of 60,000 + 60,000 +
 * 20,000: 140,000 / 65,536 is 2.1, so 3.  The same received at once, and one by one: 3, and 1 + 1 +
 * 1.  10 small ones received: 1.  The call after a batch begins anew: 1. */
static void test_batches(void **state)
{
    static const uint32_t sizes[] = {60000, 60000, 20000};
    struct facts facts;
    (void)state;
    facts_open(&facts, NULL);
    for (uint16_t i = 0; i < 10; i++)
        tell(&facts, PROBE_ACCEPTED, JOBS, i, i, 1000);
    for (uint16_t i = 0; i < 3; i++)
        tell(&facts, PROBE_ACCEPTED, JOBS, i, 10u + i, sizes[i]);
    for (uint16_t i = 0; i < 3; i++)
        tell(&facts, PROBE_ACCEPTED, JOBS, i, 13u + i, sizes[i]);
    for (uint16_t i = 0; i < 10; i++)
        tell(&facts, PROBE_DELIVERED, JOBS, i, i, 1000);
    for (uint16_t i = 0; i < 3; i++)
        tell(&facts, PROBE_DELIVERED, JOBS, i, 10u + i, sizes[i]);
    for (uint16_t i = 0; i < 3; i++)
        tell(&facts, PROBE_DELIVERED, JOBS, 0, 13u + i, sizes[i]);
    tell(&facts, PROBE_ACCEPTED, JOBS, 0, 16, 60000);
    facts_finish(&facts);
    expect_requests(&facts, JOBS, 1 + 3 + 3 + 1 + 3 + 3 + 1);
    facts_close(&facts);
}

/* EVIDENCE-OF: COST-2
 * Refused entries are no payload, and what is dropped as a duplicate is: a batch of 60,000 refused,
 * 60,000 accepted and 60,000 dropped is of 120,000 bytes, 2.  A send refused as a whole, whatever
 * its size: 1; throttled: 1; and 1 for each empty receive, receive over the limit, refused change
 * of visibility, and each delete, whatever came of it. */
static void test_refused(void **state)
{
    static const enum probe_kind ones[] = {PROBE_THROTTLED,      PROBE_EMPTY,
                                           PROBE_OVER_LIMIT,     PROBE_EXTEND_REFUSED,
                                           PROBE_DELETE_IGNORED, PROBE_DELETE_REFUSED};
    struct facts facts;
    (void)state;
    facts_open(&facts, NULL);
    tell(&facts, PROBE_REJECTED, LINE, 0, UINT32_MAX, 60000);
    send_grouped(&facts, LINE, 1, 0, 0, 60000);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEDUPED,
                                     .node = LINE,
                                     .peer = WEB,
                                     .n = 2,
                                     .message = UINT32_MAX,
                                     .bytes = 60000,
                                     .root = probe_root(WEB, 0)});
    tell(&facts, PROBE_REJECTED, LINE, 0, UINT32_MAX, 16 * KIB_64);
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
        tell(&facts, ones[i], LINE, 0, 0, 16 * KIB_64);
    facts_finish(&facts);
    expect_requests(&facts, LINE, 2 + 1 + 6);
    facts_close(&facts);
}

/* EVIDENCE-OF: COST-2
 * A batch of two deletes, of two changes of visibility (the second refused), and a purge: 1 each.
 */
static void test_calls_without_payload(void **state)
{
    struct facts facts;
    (void)state;
    facts_open(&facts, NULL);
    for (uint16_t i = 0; i < 3; i++)
        tell(&facts, PROBE_ACCEPTED, JOBS, i, i, 1);
    for (uint16_t i = 0; i < 3; i++)
        tell(&facts, PROBE_DELIVERED, JOBS, i, i, 1);
    tell(&facts, PROBE_EXTENDED, JOBS, 0, 0, 16 * KIB_64);
    tell(&facts, PROBE_EXTEND_REFUSED, JOBS, 1, 1, 16 * KIB_64);
    tell(&facts, PROBE_DELETED, JOBS, 0, 0, 16 * KIB_64);
    tell(&facts, PROBE_DELETED, JOBS, 1, 1, 16 * KIB_64);
    tell(&facts, PROBE_PURGED, JOBS, 0, UINT32_MAX, 0);
    tell(&facts, PROBE_PURGED, JOBS, 0, 2, 16 * KIB_64);
    facts_finish(&facts);
    expect_requests(&facts, JOBS, 1 + 1 + 1 + 1 + 1);
    facts_close(&facts);
}

/* EVIDENCE-OF: COST-2 CW-3
 * A receive that is repeated returns its payload again (RCV-12): 2 x 40,000 bytes are 2 requests,
 * and two messages received. */
static void test_repeated_receive(void **state)
{
    struct facts facts;
    (void)state;
    facts_open(&facts, NULL);
    for (uint16_t i = 0; i < 2; i++)
        send_grouped(&facts, LINE, i, i, i, 40000);
    for (uint16_t i = 0; i < 2; i++)
        tell(&facts, PROBE_DELIVERED, LINE, i, i, 40000);
    facts_at(&facts, 5);
    for (uint16_t i = 0; i < 2; i++)
        facts_tell(&facts, (struct fact){.kind = PROBE_EXTENDED,
                                         .node = LINE,
                                         .peer = WORKER,
                                         .n = i,
                                         .message = i,
                                         .delivery = 1,
                                         .bytes = 40000,
                                         .value = 35 * SEC,
                                         .other = 1});
    facts_finish(&facts);
    expect_requests(&facts, LINE, 2 + 2 + 2);
    facts_expect(&facts, LINE, "NumberOfMessagesReceived", "count", 4);
    facts_close(&facts);
}

/* EVIDENCE-OF: COST-3
 * A redrive is free.  A move task receives and deletes at the source and sends at the destination:
 * of 100,000 bytes, 2 + 1 and 2. */
static void test_moves(void **state)
{
    struct facts facts;
    (void)state;
    facts_open(&facts, NULL);
    facts_change(&facts, JOBS, QUEUE_FACT_MAX_RECEIVES, 1);
    tell(&facts, PROBE_ACCEPTED, JOBS, 0, 0, 100000);
    tell(&facts, PROBE_DELIVERED, JOBS, 0, 0, 100000);
    facts_at(&facts, 30);
    facts_say(&facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_tell(&facts, (struct fact){.kind = PROBE_DEAD_LETTERED,
                                     .node = JOBS,
                                     .peer = JOBS_DLQ,
                                     .delivery = 1,
                                     .bytes = 100000,
                                     .value = 1});
    facts_at(&facts, 40);
    facts_tell(&facts, (struct fact){.kind = PROBE_MOVED,
                                     .node = JOBS_DLQ,
                                     .peer = JOBS,
                                     .group = UINT32_MAX,
                                     .bytes = 100000,
                                     .value = facts.now_ns,
                                     .other = facts.now_ns});
    facts_finish(&facts);
    expect_requests(&facts, JOBS, 2 + 2 + 2);
    expect_requests(&facts, JOBS_DLQ, 2 + 1);
    facts_close(&facts);
}

/* --- prices --- */

/* 1 USD a request up to 4 a month, 0.1 up to 8, then 0.01; FIFO 2 USD; a group 0.5; 3 free. */
static const struct observe_prices prices = {
    .standard = {{4, 1e6}, {8, 1e5}, {1e99, 1e4}},
    .fifo = {{1e99, 2e6}, {1e99, 0}, {1e99, 0}},
    .group_usd_per_million = 5e5,
    .free_requests = 3,
};

static void open_priced(struct facts *facts, bool has_free_tier)
{
    const struct observe_setting setting = {.until_ns = FOREVER,
                                            .metrics = true,
                                            .invariants = true,
                                            .prices = &prices,
                                            .has_free_tier = has_free_tier};
    facts_open(facts, &setting);
}

static void poll(struct facts *facts, uint16_t queue, int times)
{
    for (int i = 0; i < times; i++)
        tell(facts, PROBE_EMPTY, queue, 0, UINT32_MAX, 0);
}

/* EVIDENCE-OF: COST-1
 * 6 requests to one standard queue (2 of them sends) and 4 to another: 4 x 1 + 4 x 0.1 + 2 x 0.01 =
 * 4.42 USD, of which 6/10 and 4/10; 3 to a FIFO queue: 6 USD.  A million messages sent would have
 * cost 2.652 / 2, and 10.42 / 2 with all queues. */
static void test_tiers(void **state)
{
    struct facts facts;
    (void)state;
    open_priced(&facts, false);
    facts_accept(&facts, JOBS, 0);
    facts_accept(&facts, JOBS, 1);
    poll(&facts, JOBS, 4);
    poll(&facts, JOBS_DLQ, 4);
    poll(&facts, LINE, 3);
    facts_at(&facts, 60);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "cost", "usd", 2.652);
    facts_expect(&facts, JOBS_DLQ, "cost", "usd", 1.768);
    facts_expect(&facts, LINE, "cost", "usd", 6);
    facts_expect(&facts, LINE_DLQ, "cost", "usd", 0);
    facts_expect(&facts, NODE_NONE, "cost", "usd", 10.42);
    facts_expect(&facts, JOBS, "cost", "usdPerMillion", 1.326e6);
    facts_expect(&facts, JOBS_DLQ, "cost", "usdPerMillion", (double)NAN);
    facts_expect(&facts, NODE_NONE, "cost", "usdPerMillion", 5.21e6);
    facts_close(&facts);
}

/* EVIDENCE-OF: COST-1
 * Of 4 requests to a standard and 2 to a FIFO queue 3 are free, in proportion 2 and 1: 2 x 1 and 1
 * x 2 USD.  With fewer than 3 nothing is paid. */
static void test_free_tier(void **state)
{
    struct facts facts;
    (void)state;
    open_priced(&facts, true);
    poll(&facts, JOBS, 4);
    poll(&facts, LINE, 2);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "cost", "usd", 2);
    facts_expect(&facts, LINE, "cost", "usd", 2);
    facts_expect(&facts, NODE_NONE, "cost", "usd", 4);
    facts_close(&facts);
    open_priced(&facts, true);
    poll(&facts, JOBS, 2);
    facts_finish(&facts);
    facts_expect(&facts, NODE_NONE, "cost", "usd", 0);
    facts_close(&facts);
}

/* EVIDENCE-OF: COST-1
 * 18 requests in 31 days, which are two months of 30 begun: each has 9, of which 3 are free, 1 x 1
 * + 4 x 0.1 + 1 x 0.01 = 1.41 USD, twice. */
static void test_months(void **state)
{
    struct facts facts;
    (void)state;
    open_priced(&facts, true);
    poll(&facts, JOBS, 18);
    facts_at(&facts, 31 * 86400.0);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "cost", "usd", 2.82);
    facts_close(&facts);
}

/* EVIDENCE-OF: COST-1
 * What names a group pays 0.5 more a request, if the queue is standard: one send of 100,000 bytes
 * (2 requests) and a batch of 40,000 without and 40,000 with a group (2 requests): 4 x (1 + 0.5).
 * Receives name none: 1 x 0.1.  In a FIFO queue a send costs 2. */
static void test_groups(void **state)
{
    struct facts facts;
    (void)state;
    open_priced(&facts, false);
    send_grouped(&facts, JOBS, 0, 0, 7, 100000);
    tell(&facts, PROBE_ACCEPTED, JOBS, 0, 1, 40000);
    send_grouped(&facts, JOBS, 1, 2, 7, 40000);
    facts_tell(&facts, (struct fact){.kind = PROBE_DELIVERED,
                                     .node = JOBS,
                                     .peer = WORKER,
                                     .message = 2,
                                     .delivery = 1,
                                     .group = 7,
                                     .bytes = 40000,
                                     .value = 30 * SEC});
    send_grouped(&facts, LINE, 0, 3, 7, 1000);
    facts_finish(&facts);
    expect_requests(&facts, JOBS, 5);
    facts_expect(&facts, JOBS, "cost", "usd", 6.1);
    facts_expect(&facts, LINE, "cost", "usd", 2);
    facts_close(&facts);
}

/* A batch of 10,000 with a group, then 60,000 without one, 2 requests: 2 x (1 + 0.5).  The next
 * call names none: 1. */
static void test_a_group_in_a_batch(void **state)
{
    struct facts facts;
    (void)state;
    open_priced(&facts, false);
    send_grouped(&facts, JOBS, 0, 0, 7, 10000);
    tell(&facts, PROBE_ACCEPTED, JOBS, 1, 1, 60000);
    tell(&facts, PROBE_ACCEPTED, JOBS, 0, 2, 60000);
    facts_finish(&facts);
    facts_expect(&facts, JOBS, "cost", "usd", 4);
    facts_close(&facts);
}

/* Only what comes in the window counts: of 5 requests 2.  Without prices there is no cost. */
static void test_window(void **state)
{
    const struct observe_setting setting = {
        .from_ns = 10 * SEC, .until_ns = 20 * SEC, .metrics = true, .prices = &prices};
    struct facts facts;
    (void)state;
    facts_open(&facts, &setting);
    poll(&facts, JOBS, 3);
    facts_at(&facts, 15);
    poll(&facts, JOBS, 2);
    facts_at(&facts, 20);
    facts_finish(&facts);
    expect_requests(&facts, JOBS, 2);
    facts_expect(&facts, JOBS, "cost", "usd", 2);
    facts_close(&facts);
    facts_open(&facts, NULL);
    poll(&facts, JOBS, 3);
    facts_finish(&facts);
    expect_requests(&facts, JOBS, 3);
    facts_expect(&facts, JOBS, "cost", "usd", (double)NAN);
    facts_expect(&facts, NODE_NONE, "cost", "usdPerMillion", (double)NAN);
    facts_close(&facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_batches),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_calls_without_payload),
        cmocka_unit_test(test_repeated_receive),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_tiers),
        cmocka_unit_test(test_free_tier),
        cmocka_unit_test(test_months),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_a_group_in_a_batch),
        cmocka_unit_test(test_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
