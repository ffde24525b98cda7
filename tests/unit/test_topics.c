// SPDX-License-Identifier: GPL-3.0-or-later
/* What is heard of topics, from facts told by hand: counts, subscribers, branches of a message, and
 * what is not on a queue's bill. */
#include "observe/topics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"
#include "tools/facts.h"

static void publish(struct facts *facts, uint64_t number, int64_t matches, uint32_t bytes)
{
    struct fact fact = facts_published(PROBE_PUBLISHED, WEB, 0, number);
    fact.value = matches;
    fact.other = facts->now_ns;
    fact.bytes = bytes;
    facts_tell(facts, fact);
}

static void begin(struct facts *facts, uint64_t number, uint16_t subscription, uint16_t peer,
                  enum probe_protocol protocol)
{
    struct fact fact = facts_published(PROBE_FANNED_OUT, peer, subscription, number);
    fact.value = protocol;
    facts_tell(facts, fact);
}

/* The topic's copy is accepted into a queue's slot, and then the topic says so by that fact. */
static void deliver_as(struct facts *facts, struct fact fact, uint32_t slot, int64_t published_ns)
{
    struct fact accepted = fact;
    accepted.kind = PROBE_ACCEPTED;
    accepted.node = fact.peer;
    accepted.peer = NEWS;
    accepted.n = 0;
    accepted.message = slot;
    accepted.value = published_ns;
    accepted.other = facts->now_ns;
    facts->roots[slot] = accepted.root;
    facts_tell(facts, accepted);
    fact.message = slot;
    fact.value = published_ns;
    facts_tell(facts, fact);
}

static void deliver(struct facts *facts, uint64_t number, uint16_t subscription, uint16_t queue,
                    uint32_t slot, int64_t published_ns)
{
    deliver_as(facts, facts_published(PROBE_NOTIFIED, queue, subscription, number), slot,
               published_ns);
}

/* EVIDENCE-OF: SNS-18
 * Three publications: the first comes to jobs at once and to the site after two failed tries and
 * 5 s; the second is filtered out at jobs, by its body, and fails for good at the site (two tries,
 * no dead-letter queue); the third comes into jobs' dead-letter queue. */
static void test_counts(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    publish(&facts, 0, 2, 100);
    begin(&facts, 0, 0, JOBS, PROBE_TO_QUEUE);
    deliver(&facts, 0, 0, JOBS, 7, 0);
    begin(&facts, 0, 1, SITE, PROBE_TO_HTTP);
    facts_tell(&facts, facts_published(PROBE_NOTIFY_FAILED, SITE, 1, 0));
    facts_tell(&facts, facts_published(PROBE_NOTIFY_FAILED, SITE, 1, 0));
    facts_at(&facts, 5);
    facts_tell(&facts, facts_published(PROBE_NOTIFIED, SITE, 1, 0));
    publish(&facts, 1, 1, 300);
    struct fact filtered = facts_published(PROBE_FILTERED, JOBS, 0, 1);
    filtered.value = PROBE_FILTERED_BODY;
    facts_tell(&facts, filtered);
    begin(&facts, 1, 1, SITE, PROBE_TO_HTTP);
    facts_tell(&facts, facts_published(PROBE_NOTIFY_FAILED, SITE, 1, 1));
    facts_tell(&facts, facts_published(PROBE_NOTIFY_FAILED, SITE, 1, 1));
    struct fact lost = facts_published(PROBE_NOTIFY_LOST, SITE, 1, 1);
    lost.value = PROBE_LOSS_RETRIES_OVER;
    facts_tell(&facts, lost);
    publish(&facts, 2, 1, 200);
    begin(&facts, 2, 0, JOBS, PROBE_TO_QUEUE);
    facts_tell(&facts, facts_published(PROBE_NOTIFY_FAILED, JOBS, 0, 2));
    struct fact accepted = facts_published(PROBE_ACCEPTED, NEWS, 0, 2);
    accepted.node = JOBS_DLQ;
    accepted.message = 8;
    accepted.value = accepted.other = facts.now_ns;
    facts_tell(&facts, accepted);
    lost = facts_published(PROBE_NOTIFY_LOST, JOBS, 0, 2);
    lost.message = 8;
    lost.value = PROBE_LOSS_REDRIVEN;
    facts_tell(&facts, lost);
    publish(&facts, 3, 1, 200);
    begin(&facts, 3, 1, SITE, PROBE_TO_HTTP);
    facts_finish(&facts);
    facts_expect(&facts, NEWS, "NumberOfMessagesPublished", "count", 4);
    facts_expect(&facts, NEWS, "PublishSize", "mean", 200);
    facts_expect(&facts, NEWS, "NumberOfNotificationsDelivered", "count", 2);
    /* 4 tries by HTTP, and one message to a queue */
    facts_expect(&facts, NEWS, "NumberOfNotificationsFailed", "count", 5);
    facts_expect(&facts, NEWS, "NumberOfNotificationsFilteredOut", "count", 1);
    facts_expect(&facts, NEWS, "NumberOfNotificationsFilteredOut-MessageBody", "count", 1);
    facts_expect(&facts, NEWS, "NumberOfNotificationsFilteredOut-InvalidMessageBody", "count", 0);
    facts_expect(&facts, NEWS, "NumberOfNotificationsRedrivenToDlq", "count", 1);
    facts_expect(&facts, NEWS, "NumberOfNotificationsFailedToRedriveToDlq", "count", 0);
    facts_expect(&facts, NEWS, "notificationsLost", "count", 1);
    facts_expect(&facts, NEWS, "deliveriesUnderWay", "end", 1);
    facts_expect(&facts, NEWS, "deliveryLatency", "mean", 2.5);
    facts_expect(&facts, JOBS, "notificationsDelivered", "count", 1);
    facts_expect(&facts, JOBS, "notificationsFilteredOut", "count", 1);
    facts_expect(&facts, SITE, "notificationsDelivered", "count", 1);
    facts_expect(&facts, SITE, "notificationsLost", "count", 1);
    /* COST-4: the queues' owner pays for none of it. */
    facts_expect(&facts, JOBS, "requests", "count", 0);
    facts_expect(&facts, JOBS_DLQ, "requests", "count", 0);
    facts_close(&facts);
}

static void refuse(struct facts *facts, uint64_t number, uint16_t n, enum probe_kind kind,
                   int64_t value)
{
    struct fact fact = facts_published(kind, WEB, n, number);
    fact.value = value;
    facts_tell(facts, fact);
}

/* EVIDENCE-OF: COST-4
 * Calls of 65,536 and 65,537 bytes are 1 and 2 requests; a batch of 40,000 + 30,000 is 2; a
 * refused, a throttled and a small call are one each: 8.  Each costs 0.5 here, HTTP 0.6, an email
 * 20 USD. */
static void test_requests_and_cost(void **state)
{
    (void)state;
    static const struct observe_prices prices = {.topics = {.usd_per_million = 0.5e6,
                                                            .http_usd_per_million = 0.6e6,
                                                            .email_usd_per_million = 20e6,
                                                            .free_requests = 2}};
    struct observe_setting setting = {
        .until_ns = FOREVER, .metrics = true, .invariants = true, .prices = &prices};
    for (int has_free_tier = 0; has_free_tier < 2; has_free_tier++) {
        struct facts facts;
        setting.has_free_tier = has_free_tier;
        facts_open(&facts, &setting);
        publish(&facts, 0, 0, 65536);
        publish(&facts, 1, 0, 65537);
        struct fact second = facts_published(PROBE_PUBLISHED, WEB, 1, 3);
        second.bytes = 30000;
        publish(&facts, 2, 0, 40000);
        facts_tell(&facts, second);
        refuse(&facts, 4, 0, PROBE_PUBLISH_REJECTED, 2);
        refuse(&facts, 5, 0, PROBE_PUBLISH_REJECTED, PROBE_PUBLISH_THROTTLED);
        publish(&facts, 6, 2, 100);
        begin(&facts, 6, 0, SITE, PROBE_TO_HTTPS);
        begin(&facts, 6, 1, SITE, PROBE_TO_EMAIL);
        facts_tell(&facts, facts_published(PROBE_NOTIFIED, SITE, 0, 6));
        facts_tell(&facts, facts_published(PROBE_NOTIFIED, SITE, 1, 6));
        facts_finish(&facts);
        facts_expect(&facts, NEWS, "requests", "count", 8);
        facts_expect(&facts, NEWS, "rejected", "count", 1);
        facts_expect(&facts, NEWS, "throttled", "count", 1);
        facts_expect(&facts, NEWS, "throttled", "rate", 1.0 / 7);
        /* 8 x 0.5 (two of them free) + 0.6 + 20 */
        const double usd = (has_free_tier ? 3 : 4) + 0.6 + 20;
        facts_expect(&facts, NEWS, "cost", "usd", usd);
        facts_expect(&facts, NEWS, "cost", "usdPerMillion", usd / 5 * 1e6);
        facts_expect(&facts, NODE_NONE, "cost", "usd", usd);
        facts_expect(&facts, NODE_NONE, "cost", "usdPerMillion", usd / 5 * 1e6);
        facts_close(&facts);
    }
}

/* EVIDENCE-OF: COST-4
 * A FIFO topic pays for publications, bytes and deliveries: 1 x 0.3 + 1/1024 GiB x 17 + 1 x 0.01.
 */
static void test_fifo_cost(void **state)
{
    (void)state;
    static const struct observe_prices prices = {.topics = {.fifo_usd_per_million = 0.3e6,
                                                            .fifo_usd_per_gib = 17,
                                                            .fifo_delivery_usd_per_million = 1e4}};
    const struct observe_setting setting = {
        .until_ns = FOREVER, .metrics = true, .invariants = true, .prices = &prices};
    struct facts facts;
    facts_open(&facts, &setting);
    struct fact fact = facts_published(PROBE_PUBLISHED, WEB, 0, 0);
    fact.seq = 1;
    fact.value = 1;
    fact.bytes = 65536;
    facts_tell(&facts, fact);
    begin(&facts, 0, 0, JOBS, PROBE_TO_QUEUE);
    deliver(&facts, 0, 0, JOBS, 7, 0);
    facts_finish(&facts);
    facts_expect(&facts, NEWS, "cost", "usd", 0.3 + 17.0 / 16384 + 0.01);
    facts_close(&facts);
}

static void work(struct facts *facts, uint16_t queue, uint32_t slot, double at_s)
{
    facts_deliver(facts, queue, slot, 1, 30);
    facts_at(facts, at_s);
    facts_work(facts, PROBE_SUCCEEDED, queue, slot, 1);
    facts_say(facts, PROBE_DELETED, queue, slot);
}

/* The message latency ends with the last branch: of number 0 the copies end at 2 s and 3 s, of
 * number 1 the one in a queue at 5 s and that by HTTP at 7 s (both were published at 1 s: 6 s), of
 * number 2 one branch is lost: it has none, nor has number 3, which nobody wanted. */
static void test_branches(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    publish(&facts, 0, 2, 100);
    begin(&facts, 0, 0, JOBS, PROBE_TO_QUEUE);
    deliver(&facts, 0, 0, JOBS, 0, 0);
    begin(&facts, 0, 1, JOBS_DLQ, PROBE_TO_QUEUE);
    deliver(&facts, 0, 1, JOBS_DLQ, 1, 0);
    facts_at(&facts, 1);
    publish(&facts, 1, 2, 100);
    begin(&facts, 1, 0, JOBS, PROBE_TO_QUEUE);
    deliver(&facts, 1, 0, JOBS, 2, SEC);
    begin(&facts, 1, 2, SITE, PROBE_TO_HTTP);
    publish(&facts, 2, 2, 100);
    begin(&facts, 2, 0, JOBS, PROBE_TO_QUEUE);
    deliver(&facts, 2, 0, JOBS, 3, SEC);
    begin(&facts, 2, 2, SITE, PROBE_TO_HTTP);
    facts_tell(&facts, facts_published(PROBE_NOTIFY_LOST, SITE, 2, 2));
    publish(&facts, 3, 0, 100);
    work(&facts, JOBS, 0, 2);
    work(&facts, JOBS_DLQ, 1, 3);
    work(&facts, JOBS, 2, 5);
    work(&facts, JOBS, 3, 6);
    facts_at(&facts, 7);
    facts_tell(&facts, facts_published(PROBE_NOTIFIED, SITE, 2, 1));
    /* A message sent to a queue is a chain by itself, as ever. */
    facts.number = 100;
    facts_accept(&facts, JOBS, 9);
    work(&facts, JOBS, 9, 8);
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "max", 6);
    facts_expect(&facts, WEB, "messageLatency", "mean", (3.0 + 6.0 + 1.0) / 3);
    facts_close(&facts);
}

/* A queue that drops a copy as a duplicate ends its branch. */
static void test_dropped_branch(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    facts.number = 50;
    facts_accept_group(&facts, LINE, 5, 0);
    facts_at(&facts, 2);
    publish(&facts, 0, 1, 100);
    begin(&facts, 0, 0, LINE, PROBE_TO_QUEUE);
    struct fact deduped = facts_published(PROBE_DEDUPED, NEWS, 0, 0);
    deduped.node = LINE;
    facts_tell(&facts, deduped);
    facts_tell(&facts, facts_published(PROBE_NOTIFIED, LINE, 0, 0));
    facts_finish(&facts);
    facts_expect(&facts, WEB, "messageLatency", "mean", 0);
    facts_expect(&facts, LINE, "requests", "count", 1); /* web's own */
    facts_close(&facts);
}

/* A window from 10 s to 20 s.  Counts begin with it and end with the run: all but the first.
 * Latencies are those of what was published in it: 0 s at 10 s, 3 s from 12 s on, 0 s at 20 s; not
 * those of what was published at 5 s, 8 s, 21 s. */
static void test_window(void **state)
{
    (void)state;
    static const struct observe_setting setting = {
        .from_ns = 10 * SEC, .until_ns = 20 * SEC, .metrics = true, .invariants = true};
    static const double at_s[] = {5, 10, 11, 15, 20, 21}, took_s[] = {0, 0, 3, 3, 0, 0};
    struct facts facts;
    facts_open(&facts, &setting);
    for (uint32_t i = 0; i < 6; i++) {
        facts_at(&facts, at_s[i]);
        publish(&facts, i, 1, 100);
        begin(&facts, i, 0, JOBS, PROBE_TO_QUEUE);
        deliver(&facts, i, 0, JOBS, i, facts.now_ns - (int64_t)(took_s[i] * 1e9));
    }
    facts_finish(&facts);
    facts_expect(&facts, NEWS, "NumberOfNotificationsDelivered", "count", 5);
    facts_expect(&facts, JOBS, "notificationsDelivered", "count", 5);
    facts_expect(&facts, NEWS, "deliveryLatency", "mean", 1);
    facts_expect(&facts, JOBS, "requests", "count", 0); /* COST-4 */
    facts_close(&facts);
}

/* EVIDENCE-OF: COST-4
 * The queue's owner pays for none of these deliveries: one of a request, one of two requests, and
 * one to a tenant, for which a standard queue has a price of its own.  The one request is web's. */
static void test_queue_is_not_billed(void **state)
{
    (void)state;
    static const struct observe_prices prices = {.group_usd_per_million = 1e6};
    static const struct observe_setting setting = {
        .until_ns = FOREVER, .metrics = true, .invariants = true, .prices = &prices};
    static const uint32_t bytes[] = {65536, 65537, 100}, groups[] = {LEDGER_NONE, LEDGER_NONE, 4};
    struct facts facts;
    facts_open(&facts, &setting);
    for (uint32_t i = 0; i < 3; i++) {
        struct fact fact = facts_published(PROBE_NOTIFIED, JOBS, 0, i);
        fact.bytes = bytes[i];
        fact.group = groups[i];
        publish(&facts, i, 1, bytes[i]);
        begin(&facts, i, 0, JOBS, PROBE_TO_QUEUE);
        deliver_as(&facts, fact, i, 0);
    }
    facts.number = 9;
    facts_accept(&facts, JOBS, 9);
    facts_finish(&facts);
    facts_expect(&facts, NEWS, "NumberOfNotificationsDelivered", "count", 3);
    facts_expect(&facts, JOBS, "requests", "count", 1);
    facts_expect(&facts, JOBS, "cost", "usd", 0);
    facts_close(&facts);
}

/* Nothing of one replication is left for the next. */
static void test_clear(void **state)
{
    (void)state;
    struct facts facts;
    facts_open(&facts, NULL);
    publish(&facts, 0, 1, 100);
    begin(&facts, 0, 0, JOBS, PROBE_TO_QUEUE);
    deliver(&facts, 0, 0, JOBS, 0, 0);
    facts_finish(&facts);
    observe_clear(facts.observe);
    facts_announce(&facts);
    facts_finish(&facts);
    facts_expect(&facts, NEWS, "NumberOfMessagesPublished", "count", 0);
    facts_expect(&facts, NEWS, "deliveriesUnderWay", "end", 0);
    facts_expect(&facts, JOBS, "notificationsDelivered", "count", 0);
    facts_expect(&facts, NEWS, "deliveryLatency", "mean", (double)NAN);
    facts_close(&facts);
}

/* --- the invariant --- */

static void two_matches(struct facts *facts)
{
    publish(facts, 0, 2, 100);
    begin(facts, 0, 0, SITE, PROBE_TO_HTTP);
}

static void kept(struct facts *facts)
{
    two_matches(facts);
    begin(facts, 0, 3, JOBS, PROBE_TO_QUEUE);
    deliver(facts, 0, 3, JOBS, 0, 0);
    publish(facts, 1, 0, 100);
    facts_tell(facts, facts_published(PROBE_NOTIFIED, SITE, 0, 0));
}

static void one_forgotten(struct facts *facts)
{
    two_matches(facts);
    publish(facts, 1, 0, 100);
}

static void forgotten_at_the_end(struct facts *facts)
{
    two_matches(facts);
}

static void same_twice(struct facts *facts)
{
    two_matches(facts);
    begin(facts, 0, 0, SITE, PROBE_TO_HTTP);
}

static void one_too_many(struct facts *facts)
{
    publish(facts, 0, 1, 100);
    begin(facts, 0, 0, SITE, PROBE_TO_HTTP);
    begin(facts, 0, 1, SITE, PROBE_TO_HTTP);
}

static void another_message(struct facts *facts)
{
    publish(facts, 0, 1, 100);
    begin(facts, 1, 0, SITE, PROBE_TO_HTTP);
}

static void ended_twice(struct facts *facts)
{
    publish(facts, 0, 1, 100);
    begin(facts, 0, 0, SITE, PROBE_TO_HTTP);
    facts_tell(facts, facts_published(PROBE_NOTIFIED, SITE, 0, 0));
    facts_tell(facts, facts_published(PROBE_NOTIFY_LOST, SITE, 0, 0));
}

static void not_in_the_queue(struct facts *facts)
{
    publish(facts, 0, 1, 100);
    begin(facts, 0, 0, JOBS, PROBE_TO_QUEUE);
    struct fact fact = facts_published(PROBE_NOTIFIED, JOBS, 0, 0);
    fact.message = 3;
    facts_tell(facts, fact);
}

static void in_another_queue(struct facts *facts)
{
    publish(facts, 0, 1, 100);
    begin(facts, 0, 0, JOBS, PROBE_TO_QUEUE);
    facts_accept(facts, LINE, 3);
    struct fact fact = facts_published(PROBE_NOTIFIED, JOBS, 0, 0);
    fact.message = 3;
    facts_tell(facts, fact);
}

static void dropped_by_a_standard_queue(struct facts *facts)
{
    publish(facts, 0, 1, 100);
    begin(facts, 0, 0, JOBS, PROBE_TO_QUEUE);
    facts_tell(facts, facts_published(PROBE_NOTIFIED, JOBS, 0, 0));
}

static void fifo_publish(struct facts *facts, uint64_t number, uint32_t group)
{
    struct fact fact = facts_published(PROBE_PUBLISHED, WEB, 0, number);
    fact.seq = (int64_t)number;
    fact.group = group;
    fact.value = 1;
    facts_tell(facts, fact);
    begin(facts, number, 0, SITE, PROBE_TO_HTTP);
}

static void fifo_notify(struct facts *facts, uint64_t number, uint32_t group)
{
    struct fact fact = facts_published(PROBE_NOTIFIED, SITE, 0, number);
    fact.seq = (int64_t)number;
    fact.group = group;
    facts_tell(facts, fact);
}

static void order_kept(struct facts *facts)
{
    for (uint64_t number = 1; number <= 3; number++)
        fifo_publish(facts, number, number == 2 ? 40 : 0);
    fifo_notify(facts, 1, 0);
    fifo_notify(facts, 3, 0);
    fifo_notify(facts, 2, 40);
}

static void order_broken(struct facts *facts)
{
    for (uint64_t number = 1; number <= 3; number++)
        fifo_publish(facts, number, number == 2 ? 40 : 0);
    fifo_notify(facts, 3, 0);
    fifo_notify(facts, 1, 0);
}

/* EVIDENCE-OF: SNS-24 */
static void test_invariant(void **state)
{
    (void)state;
    facts_expect_kept(kept);
    facts_expect_broken(one_forgotten, "topic", "has not reached all that it matches");
    facts_expect_broken(forgotten_at_the_end, "topic", "never began");
    facts_expect_broken(same_twice, "topic", "to one subscription twice");
    facts_expect_broken(one_too_many, "topic", "more subscriptions than it was said to match");
    facts_expect_broken(another_message, "topic", "not the one just published");
    facts_expect_broken(ended_twice, "topic", "a delivery that had ended");
    facts_expect_broken(not_in_the_queue, "topic", "not in the queue");
    facts_expect_broken(in_another_queue, "topic", "not in the queue");
    facts_expect_broken(dropped_by_a_standard_queue, "topic", "not in the queue");
    facts_expect_kept(order_kept);
    facts_expect_broken(order_broken, "topic", "after a later one of its group");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),         cmocka_unit_test(test_requests_and_cost),
        cmocka_unit_test(test_fifo_cost),      cmocka_unit_test(test_branches),
        cmocka_unit_test(test_dropped_branch), cmocka_unit_test(test_window),
        cmocka_unit_test(test_clear),          cmocka_unit_test(test_queue_is_not_billed),
        cmocka_unit_test(test_invariant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
