// SPDX-License-Identifier: GPL-3.0-or-later
/* States change along the diagram and on time: each edge at its time passes, and each other breaks.
 */
#include "tools/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/units.h"

static void extend(struct facts *facts, uint16_t queue, uint32_t slot, double until_s)
{
    facts_tell(facts, (struct fact){.kind = PROBE_EXTENDED,
                                    .node = queue,
                                    .message = slot,
                                    .value = units_ns(until_s)});
}

static void accept_delayed(struct facts *facts, uint16_t queue, uint32_t slot, double until_s)
{
    facts->roots[slot] = probe_root(WEB, facts->number++);
    facts_tell(facts, (struct fact){.kind = PROBE_ACCEPTED,
                                    .node = queue,
                                    .peer = WEB,
                                    .message = slot,
                                    .value = facts->now_ns,
                                    .other = units_ns(until_s)});
}

static void expire(struct facts *facts, int64_t enqueued_ns)
{
    facts_tell(facts,
               (struct fact){.kind = PROBE_RETENTION_OVER, .node = JOBS, .value = enqueued_ns});
}

static void take(struct facts *facts, uint16_t queue)
{
    facts_accept(facts, queue, 0);
    facts_deliver(facts, queue, 0, 1, 10);
}

static void legal(struct facts *facts)
{
    accept_delayed(facts, JOBS, 0, 3);
    facts_at(facts, 3);
    facts_say(facts, PROBE_DELAYED_OVER, JOBS, 0);
    facts_deliver(facts, JOBS, 0, 1, 10);
    facts_at(facts, 8);
    extend(facts, JOBS, 0, 8 + 12 * 3600);
    extend(facts, JOBS, 0, 20);
    facts_at(facts, 20);
    facts_say(facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_at(facts, 21);
    extend(facts, JOBS, 0, 30); /* VIS-4 */
    facts_at(facts, 30);
    facts_say(facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_deliver(facts, JOBS, 0, 2, 12 * 3600);
    extend(facts, JOBS, 0, 30);
    facts_say(facts, PROBE_HIDDEN_OVER, JOBS, 0);
    facts_at(facts, 31);
    facts_say(facts, PROBE_DELETED, JOBS, 0); /* DEL-1 */
    facts_accept(facts, JOBS, 1);
    facts_at(facts, 31 + 4 * 24 * 3600.0);
    facts_tell(
        facts,
        (struct fact){.kind = PROBE_RETENTION_OVER, .node = JOBS, .message = 1, .value = 31 * SEC});
}

/* FIFO-28: with a time-out of 0 a delete at the same instant is accepted. */
static void legal_fifo(struct facts *facts)
{
    facts_accept(facts, LINE, 0);
    facts_deliver(facts, LINE, 0, 1, 0);
    facts_say(facts, PROBE_HIDDEN_OVER, LINE, 0);
    facts_say(facts, PROBE_DELETED, LINE, 0);
    take(facts, LINE);
    facts_at(facts, 10);
    facts_say(facts, PROBE_DELETED, LINE, 0);
}

/* ATT-8: a FIFO queue's new delay moves what waits; it may end at another time than was said. */
static void legal_new_delay(struct facts *facts)
{
    accept_delayed(facts, LINE, 0, 100);
    facts_at(facts, 10);
    facts_change(facts, LINE, QUEUE_FACT_DELAY_NS, 20 * SEC);
    facts_at(facts, 20);
    facts_say(facts, PROBE_DELAYED_OVER, LINE, 0);
}

/* ATT-8: a delay that is over by the new one ends at the change. */
static void legal_delay_over_at_once(struct facts *facts)
{
    accept_delayed(facts, LINE, 0, 100);
    facts_at(facts, 30);
    facts_change(facts, LINE, QUEUE_FACT_DELAY_NS, 20 * SEC);
    facts_say(facts, PROBE_DELAYED_OVER, LINE, 0);
}

/* RCV-11: copies. */
static void legal_copies(struct facts *facts)
{
    facts_change(facts, JOBS, QUEUE_FACT_STORE_IS_IDEAL, 0);
    take(facts, JOBS);
    facts_say(facts, PROBE_COPIED, JOBS, 0);
    facts_deliver(facts, JOBS, 0, 2, 10);
    facts_deliver(facts, JOBS, 0, 3, 10);
    facts_say(facts, PROBE_DELETED, JOBS, 0);
    facts_say(facts, PROBE_RESURRECTED, JOBS, 0);
    facts_say(facts, PROBE_DELETED, JOBS, 0);
}

static void test_legal(void **state)
{
    (void)state;
    facts_expect_kept(legal);
    facts_expect_kept(legal_fifo);
    facts_expect_kept(legal_new_delay);
    facts_expect_kept(legal_delay_over_at_once);
    facts_expect_kept(legal_copies);
}

static void delivered_in_flight(struct facts *facts)
{
    take(facts, JOBS);
    facts_at(facts, 10);
    facts_deliver(facts, JOBS, 0, 2, 10);
}

static void delivered_delayed(struct facts *facts)
{
    accept_delayed(facts, JOBS, 0, 3);
    facts_deliver(facts, JOBS, 0, 1, 10);
}

static void delivered_for_too_long(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_deliver(facts, JOBS, 0, 1, 12 * 3600 + 1);
}

static void delivered_into_the_past(struct facts *facts)
{
    facts_at(facts, 1);
    facts_accept(facts, JOBS, 0);
    facts_deliver(facts, JOBS, 0, 1, -0.5);
}

static void delivered_expired(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_at(facts, 4 * 24 * 3600.0);
    facts_deliver(facts, JOBS, 0, 1, 10);
}

static void extended_unreceived(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    extend(facts, JOBS, 0, 5);
}

static void extended_too_far(struct facts *facts)
{
    take(facts, JOBS);
    extend(facts, JOBS, 0, 12 * 3600 + 1);
}

static void extended_expired_fifo(struct facts *facts)
{
    take(facts, LINE);
    facts_at(facts, 10);
    facts_say(facts, PROBE_HIDDEN_OVER, LINE, 0);
    facts_at(facts, 11);
    extend(facts, LINE, 0, 20);
}

static void deleted_unreceived(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_say(facts, PROBE_DELETED, JOBS, 0);
}

static void deleted_expired_fifo(struct facts *facts)
{
    take(facts, LINE);
    facts_at(facts, 10);
    facts_say(facts, PROBE_HIDDEN_OVER, LINE, 0);
    facts_at(facts, 11);
    facts_say(facts, PROBE_DELETED, LINE, 0);
}

static void back_early(struct facts *facts)
{
    take(facts, JOBS);
    facts_at(facts, 9);
    facts_say(facts, PROBE_HIDDEN_OVER, JOBS, 0);
}

static void back_late(struct facts *facts)
{
    take(facts, JOBS);
    facts_at(facts, 11);
    facts_say(facts, PROBE_HIDDEN_OVER, JOBS, 0);
}

static void back_unreceived(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_say(facts, PROBE_HIDDEN_OVER, JOBS, 0);
}

static void shown_late(struct facts *facts)
{
    accept_delayed(facts, JOBS, 0, 3);
    facts_at(facts, 4);
    facts_say(facts, PROBE_DELAYED_OVER, JOBS, 0);
}

static void shown_twice(struct facts *facts)
{
    accept_delayed(facts, JOBS, 0, 3);
    facts_at(facts, 3);
    facts_say(facts, PROBE_DELAYED_OVER, JOBS, 0);
    facts_say(facts, PROBE_DELAYED_OVER, JOBS, 0);
}

/* ATT-8: the new delay was over at the change already. */
static void shown_after_new_delay(struct facts *facts)
{
    accept_delayed(facts, LINE, 0, 100);
    facts_at(facts, 30);
    facts_change(facts, LINE, QUEUE_FACT_DELAY_NS, 20 * SEC);
    facts_at(facts, 31);
    facts_say(facts, PROBE_DELAYED_OVER, LINE, 0);
}

static void shown_before_new_delay(struct facts *facts)
{
    accept_delayed(facts, LINE, 0, 5);
    facts_change(facts, LINE, QUEUE_FACT_DELAY_NS, 20 * SEC);
    facts_at(facts, 5);
    facts_say(facts, PROBE_DELAYED_OVER, LINE, 0);
}

static void expired_early(struct facts *facts)
{
    facts_accept(facts, JOBS, 0);
    facts_at(facts, 4 * 24 * 3600.0 - 1);
    expire(facts, 0);
}

static void expired_by_another_clock(struct facts *facts)
{
    facts_at(facts, 1);
    facts_accept(facts, JOBS, 0);
    facts_at(facts, 5 * 24 * 3600.0);
    expire(facts, 0);
}

static void moved_in_flight(struct facts *facts)
{
    take(facts, JOBS_DLQ);
    facts_tell(facts, (struct fact){.kind = PROBE_MOVED, .node = JOBS_DLQ, .peer = JOBS});
}

static void copied_by_ideal_store(struct facts *facts)
{
    take(facts, JOBS);
    facts_say(facts, PROBE_COPIED, JOBS, 0);
}

static void resurrected_undeleted(struct facts *facts)
{
    facts_change(facts, JOBS, QUEUE_FACT_STORE_IS_IDEAL, 0);
    facts_accept(facts, JOBS, 0);
    facts_say(facts, PROBE_PURGED, JOBS, 0);
    facts_say(facts, PROBE_RESURRECTED, JOBS, 0);
}

static void test_breaches(void **state)
{
    (void)state;
    static const struct {
        void (*history)(struct facts *);
        const char *what;
    } cases[] = {
        {delivered_in_flight, "which is in flight"},
        {delivered_delayed, "which is delayed"},
        {delivered_for_too_long, "12 hours"},
        {delivered_into_the_past, "in the past"},
        {delivered_expired, "whose retention has ended"},
        {extended_unreceived, "which nobody has received"},
        {extended_too_far, "12 hours"},
        {extended_expired_fifo, "(VIS-4)"},
        {deleted_unreceived, "which nobody has received"},
        {deleted_expired_fifo, "(DEL-5)"},
        {back_early, "not at its deadline"},
        {back_late, "not at its deadline"},
        {back_unreceived, "which is not in flight"},
        {shown_late, "not when its delay ends"},
        {shown_twice, "which is not delayed"},
        {shown_after_new_delay, "not when its delay ends"},
        {shown_before_new_delay, "not when its delay ends"},
        {expired_early, "before its retention ends"},
        {expired_by_another_clock, "started at another time"},
        {moved_in_flight, "which is not visible"},
        {copied_by_ideal_store, "although the store is ideal"},
        {resurrected_undeleted, "which was not deleted"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        facts_expect_broken(cases[i].history, "visibility", cases[i].what);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legal),
        cmocka_unit_test(test_breaches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
