// SPDX-License-Identifier: GPL-3.0-or-later
/* Lives told by hand, and their sentences written down beforehand. */
#include "experiment/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/units.h"
#include "core/node.h"

enum { ORDERS, DEAD, WEB, WORKER, NEWS };

static const char *const node_names[] = {"orders", "dead", "web", "worker", "news"};
static const struct trace_names names = {5, node_names};

static void tell(struct trace *trace, double at_s, enum probe_kind kind, struct fact fact)
{
    fact.at_ns = units_ns(at_s);
    fact.kind = (uint16_t)kind;
    fact.group = UINT32_MAX;
    fact.root = probe_root(WEB, 7);
    trace_hear(trace, &fact);
}

static void tell_accepted(struct trace *trace)
{
    tell(trace, 1, PROBE_ACCEPTED,
         (struct fact){.node = ORDERS, .peer = WEB, .value = SEC, .other = SEC});
}

/* A receive by which worker 0 or 1 begins its work at once, hidden for 10 s. */
static void tell_receive(struct trace *trace, double at_s, uint32_t receive, uint32_t worker,
                         double work_s)
{
    tell(trace, at_s, PROBE_DELIVERED,
         (struct fact){.node = ORDERS,
                       .peer = WORKER,
                       .delivery = receive,
                       .value = units_ns(at_s) + 10 * SEC});
    tell(trace, at_s, PROBE_STARTED,
         (struct fact){.node = WORKER,
                       .peer = ORDERS,
                       .delivery = receive,
                       .bytes = worker,
                       .value = units_ns(work_s)});
}

static void tell_end(struct trace *trace, double at_s, enum probe_kind kind, uint32_t receive,
                     uint32_t worker, double work_s)
{
    tell(trace, at_s, kind,
         (struct fact){.node = WORKER,
                       .peer = ORDERS,
                       .delivery = receive,
                       .bytes = worker,
                       .value = units_ns(work_s)});
}

static void tell_queue(struct trace *trace, double at_s, enum probe_kind kind, uint32_t receive)
{
    tell(trace, at_s, kind, (struct fact){.node = ORDERS, .peer = WORKER, .delivery = receive});
}

static void expect(struct trace *trace, size_t most, const char *const *wanted)
{
    struct story story;
    story_init(&story, trace, &names, most);
    for (size_t i = 0; i < story.count; i++) {
        assert_non_null(wanted[i]);
        assert_string_equal(story.sentences[i], wanted[i]);
    }
    assert_null(wanted[story.count]);
    story_free(&story);
    trace_free(trace);
}

/* Work of 15 s under a timeout of 10 s, and a second worker that needs 2 s. */
static void test_a_duplicate(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace, TRACE_MOST);
    tell_accepted(&trace);
    tell_receive(&trace, 2, 1, 0, 15);
    tell_queue(&trace, 12, PROBE_HIDDEN_OVER, 1);
    tell_receive(&trace, 12, 2, 1, 2.5);
    tell_end(&trace, 14.5, PROBE_SUCCEEDED, 2, 1, 2.5);
    tell_queue(&trace, 14.5, PROBE_DELETED, 2);
    tell_end(&trace, 17, PROBE_SUCCEEDED, 1, 0, 15);
    tell_queue(&trace, 17, PROBE_DELETE_IGNORED, 1);
    expect(&trace, STORY_SENTENCES,
           (const char *const[]){
               "At 1 s web sent message 7 to orders, where it was visible at once.",
               "At 2 s worker #1 received it, hidden from others until 12 s, and began work of "
               "15 s.",
               "At 12 s its visibility timeout ran out while worker #1 was still at work on it, "
               "and at once worker #2 received it again (receive 2, the duplicate), hidden from "
               "others until 22 s, and began work of 2.5 s.",
               "At 14.5 s worker #2 finished its work and deleted it.",
               "At 17 s worker #1 finished its work; its delete changed nothing, as the message "
               "was gone.",
               NULL});
}

/* After a failure another receive is no duplicate but a try; at maxReceiveCount 1 it is the last.
 */
static void test_a_dead_letter(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace, TRACE_MOST);
    tell_accepted(&trace);
    tell_receive(&trace, 400, 1, 0, 3);
    tell_end(&trace, 403, PROBE_FAILED, 1, 0, 3);
    tell_queue(&trace, 410, PROBE_HIDDEN_OVER, 1);
    tell(&trace, 411, PROBE_DEAD_LETTERED,
         (struct fact){.node = ORDERS, .peer = DEAD, .delivery = 1, .value = 1});
    expect(&trace, STORY_SENTENCES,
           (const char *const[]){
               "At 1 s web sent message 7 to orders, where it was visible at once.",
               "At 6 min 40 s worker #1 received it, hidden from others until 6 min 50 s, and "
               "began work of 3 s.",
               "At 6 min 43 s worker #1 failed at its work on it.",
               "At 6 min 50 s its visibility timeout ran out, and it was visible again.",
               "At 6 min 51 s it was to be received once more, but after 1 receive "
               "(maxReceiveCount 1) orders moved it to the dead-letter queue dead.",
               "When the run ended it was still in dead.", NULL});
}

static void test_a_message_that_is_lost(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace, TRACE_MOST);
    tell(&trace, 1, PROBE_ACCEPTED,
         (struct fact){.node = ORDERS, .peer = WEB, .value = SEC, .other = 6 * SEC});
    tell(&trace, 61, PROBE_RETENTION_OVER, (struct fact){.node = ORDERS, .value = SEC});
    expect(&trace, STORY_SENTENCES,
           (const char *const[]){
               "At 1 s web sent message 7 to orders, where a delay hid it until 6 s.",
               "At 61 s its retention period ended, which counts from 1 s: nobody had deleted it, "
               "and it is lost.",
               NULL});
}

static void test_a_publication(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace, TRACE_MOST);
    tell(&trace, 1, PROBE_PUBLISHED, (struct fact){.node = NEWS, .peer = WEB, .value = 2});
    tell(&trace, 1, PROBE_FILTERED, (struct fact){.node = NEWS, .peer = DEAD, .value = 1});
    tell(&trace, 1.5, PROBE_ACCEPTED,
         (struct fact){.node = ORDERS, .peer = NEWS, .other = 1500 * MSEC});
    expect(&trace, STORY_SENTENCES,
           (const char *const[]){"At 1 s web published message 7 to news, for 2 subscriptions.",
                                 "At 1 s news filtered it: not for dead.",
                                 "At 1.5 s news sent it to orders, where it was visible at once.",
                                 "When the run ended it was still in orders.", NULL});
}

/* Copies of a publication lie in slots of their own: what happens to one does not end the other. */
static void test_two_queues(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace, TRACE_MOST);
    tell(&trace, 1, PROBE_ACCEPTED, (struct fact){.node = ORDERS, .peer = NEWS, .message = 0});
    tell(&trace, 1, PROBE_ACCEPTED, (struct fact){.node = DEAD, .peer = NEWS, .message = 1});
    tell_receive(&trace, 2, 1, 0, 15);
    tell(&trace, 3, PROBE_DELETED, (struct fact){.node = DEAD, .peer = WEB, .message = 1});
    tell_queue(&trace, 12, PROBE_HIDDEN_OVER, 1);
    expect(&trace, STORY_SENTENCES,
           (const char *const[]){
               "At 1 s news sent message 7 to orders, where it was visible at once.",
               "At 1 s news sent it to dead, where it was visible at once.",
               "At 2 s worker #1 received it, hidden from others until 12 s, and began work of "
               "15 s.",
               "At 3 s web deleted it.",
               "At 12 s its visibility timeout ran out while worker #1 was still at work on it, "
               "and it was visible again.",
               "When the run ended it was still in orders.", NULL});
}

/* 1 + 2 x 6 sentences and an end; of 8 the first 4, how many are missing (7), and the last 3. */
static void test_a_long_life_is_shortened(void **state)
{
    (void)state;
    struct trace trace;
    struct story story;
    trace_init(&trace, TRACE_MOST);
    tell_accepted(&trace);
    for (uint32_t i = 1; i <= 6; i++) {
        tell_receive(&trace, 20.0 * i, i, 0, 0);
        tell_queue(&trace, 20.0 * i + 10, PROBE_HIDDEN_OVER, i);
    }
    story_init(&story, &trace, &names, 0);
    assert_int_equal(story.count, 14);
    story_free(&story);
    story_init(&story, &trace, &names, STORY_SENTENCES);
    assert_int_equal(story.count, 8);
    assert_string_equal(story.sentences[3],
                        "At 40 s worker #1 received it again (receive 2, the duplicate), hidden "
                        "from others until 50 s.");
    assert_string_equal(story.sentences[4], "(7 sentences more of this kind: see --verbose.)");
    assert_string_equal(story.sentences[7], "When the run ended it was still in orders.");
    story_free(&story);
    trace_free(&trace);
}

static void expect_time(int64_t ns, const char *wanted)
{
    struct text text = {.length = 0};
    story_add_time(&text, "", ns);
    assert_string_equal(text_of(&text), wanted);
    text_free(&text);
}

static void test_times(void **state)
{
    (void)state;
    expect_time(0, "0 s");
    expect_time(2500 * USEC, "0.0025 s");
    expect_time(299 * SEC + 123456789, "299.123 s");
    expect_time(5 * MINUTE, "5 min");
    expect_time(HOUR + 90 * SEC, "1 h 1 min 30 s");
    expect_time(4 * DAY + SEC / 2, "4 d 0 h 0 min 0.5 s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_duplicate),
        cmocka_unit_test(test_a_dead_letter),
        cmocka_unit_test(test_a_message_that_is_lost),
        cmocka_unit_test(test_a_publication),
        cmocka_unit_test(test_two_queues),
        cmocka_unit_test(test_a_long_life_is_shortened),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
