// SPDX-License-Identifier: GPL-3.0-or-later
/* Sending on, told by the facts of worlds: when, what, how often, and what becomes of a message
 * whose successors were not accepted. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 3000 };

/* One producer `web` that sends messages to `a`, one a second from 1 s on; queues `a` and those
 * given; `wa` reads `a` with these keys; further consumers. */
static void write_world(char text[TEXT], const char *experiment, const char *messages,
                        const char *queues, const char *wa, const char *others)
{
    snprintf(text, TEXT,
             "{`version`: 1, `title`: `forward`, `experiment`: {%s}, `network`: {`request`: "
             "`10ms`, `response`: `20ms`}, `queues`: {`a`: {}%s}, `producers`: {`web`: {`to`: `a`, "
             "`messages`: %s, `arrivals`: {`process`: `paced`, `rate`: 1}}}, `consumers`: {`wa`: "
             "{`from`: `a`, `WaitTimeSeconds`: 20, `service`: `100ms`, %s}%s}}",
             experiment, queues, messages, wa, others);
}

static void tell(const char *experiment, const char *messages, const char *queues, const char *wa,
                 const char *others, const char *kinds, const char *expected)
{
    char text[TEXT];
    struct world_lab lab;
    write_world(text, experiment, messages, queues, wa, others);
    world_lab_open(&lab, text);
    world_lab_expect_told(&lab, kinds, expected);
}

#define WB ", `wb`: {`from`: `b`, `WaitTimeSeconds`: 20, `service`: `200ms`"

/* The request takes 10 ms, the reply 20 ms.  A message called for at 1 s is accepted at 1.01,
 * answered to the waiting worker at 1.03, worked on until 1.13, accepted in b at 1.14; the delete,
 * after the reply at 1.16, acts at 1.17.  b's worker has the message at 1.16. */
static void test_a_message_goes_on_before_its_delete(void **state)
{
    (void)state;
    tell("`drain`: true", "1", ", `b`: {}", "`then`: [{`to`: `b`}]", WB "}",
         "ACCEPTED STARTED FORWARDED SUCCEEDED ANSWERED DELETED",
         "1.01 ACCEPTED 0; 1.03 STARTED 0; 1.03 ANSWERED 0; 1.13 FORWARDED 0; 1.13 SUCCEEDED 0; "
         "1.14 ACCEPTED 0; 1.16 STARTED 0; 1.16 ANSWERED 0; 1.17 DELETED 0; 1.36 SUCCEEDED 0; "
         "1.37 DELETED 0");
}

/* Three stations: the latencies of the way there, the works and the ways on add up.  web calls at
 * 1 s; 10 + 20 ms to each worker, works of 0.1, 0.2 and 0.3 s. */
static void test_latencies_add(void **state)
{
    (void)state;
    char text[TEXT];
    struct world_lab lab;
    write_world(text, "`drain`: true", "5", ", `b`: {}, `c`: {}", "`then`: [{`to`: `b`}]",
                WB ", `then`: [{`to`: `c`}]}, `wc`: {`from`: `c`, `WaitTimeSeconds`: 20, "
                   "`service`: `300ms`}");
    world_lab_open(&lab, text);
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "web", "messageLatency", "mean", 3 * 0.03 + 0.1 + 0.2 + 0.3);
    world_lab_expect_value(&lab, "wa", "chainLatency", "mean", 0.03 + 0.1);
    world_lab_expect_value(&lab, "wb", "chainLatency", "mean", 0.06 + 0.3);
    world_lab_expect_value(&lab, "wc", "chainLatency", "mean", 0.09 + 0.6);
    world_lab_expect_value(&lab, "wa", "forwarded", "count", 5);
    world_lab_expect_value(&lab, "wa", "sent", "count", 5);
    world_lab_expect_value(&lab, "wa", "latency", "mean", 0.03);
    world_lab_expect_value(&lab, "c", "NumberOfMessagesDeleted", "count", 5);
    world_lab_close(&lab);
}

/* success, failure and always, at a worker whose every try fails: the message stays. */
static void test_when(void **state)
{
    (void)state;
    tell("`duration`: 20", "1", ", `b`: {}, `c`: {}, `d`: {}",
         "`failure`: {`probability`: 1}, `then`: [{`to`: `b`}, {`to`: `c`, `when`: `failure`}, "
         "{`to`: `d`, `when`: `always`}]",
         "", "FORWARDED FAILED ACCEPTED DELETED",
         "1.01 ACCEPTED 0; 1.13 FORWARDED 0; 1.13 FORWARDED 0; 1.13 FAILED 0; 1.14 ACCEPTED 0; "
         "1.14 ACCEPTED 0");
    tell("`duration`: 20", "1", ", `b`: {}, `c`: {}, `d`: {}",
         "`then`: [{`to`: `b`}, {`to`: `c`, `when`: `failure`}, {`to`: `d`, `when`: `always`}]", "",
         "FORWARDED SUCCEEDED ACCEPTED DELETED",
         "1.01 ACCEPTED 0; 1.13 FORWARDED 0; 1.13 FORWARDED 0; 1.13 SUCCEEDED 0; 1.14 ACCEPTED 0; "
         "1.14 ACCEPTED 0; 1.17 DELETED 0");
}

/* What b refuses (SND-1: too long) is given up; the message stays, is worked on again when its
 * timeout of 30 s is over, and again in vain. */
static void test_refused(void **state)
{
    (void)state;
    tell("`duration`: 40", "1", ", `b`: {`MaximumMessageSize`: 1024}",
         "`then`: [{`to`: `b`, `message`: {`size`: 1025}}]", "",
         "SUCCEEDED REJECTED GAVE_UP DELETED HIDDEN_OVER",
         "1.13 SUCCEEDED 0; 1.14 REJECTED 0; 1.16 GAVE_UP 0; 31.01 HIDDEN_OVER 0; "
         "31.13 SUCCEEDED 0; 31.14 REJECTED 0; 31.16 GAVE_UP 0");
}

/* ... at once with the mode release: visible at 1.17, the poll that follows gets there at 1.2. */
static void test_refused_and_released(void **state)
{
    (void)state;
    tell("`duration`: 1.25", "1", ", `b`: {`MaximumMessageSize`: 1024}",
         "`failure`: {`mode`: `release`}, `then`: [{`to`: `b`, `message`: {`size`: 1025}}]", "",
         "SUCCEEDED GAVE_UP HIDDEN_OVER STARTED",
         "1.03 STARTED 0; 1.13 SUCCEEDED 0; 1.16 GAVE_UP 0; 1.17 HIDDEN_OVER 0; 1.22 STARTED 0");
}

/* A request that is slower than the time-out of 3 s is stored all the same, after its caller tried
 * again; only the third call, with nothing on the way back in time either, is given up.  Here every
 * call takes 4 s there: each is late. */
static void test_late_requests_are_stored(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, "{`version`: 1, `title`: `late`, `experiment`: {`duration`: 100}, "
                         "`network`: {`request`: 4}, `queues`: {`a`: {`VisibilityTimeout`: 1000, "
                         "`preload`: {`messages`: 1}}, `b`: {}}, `consumers`: {`wa`: {`from`: `a`, "
                         "`WaitTimeSeconds`: 20, `service`: 1, `retry`: {`backoff`: 1, `jitter`: "
                         "`none`}, `then`: [{`to`: `b`}]}}}");
    struct world_lab_log log;
    world_lab_listen(&lab, &log, "SUCCEEDED ACCEPTED RETRIED GAVE_UP DELETED");
    world_lab_run(&lab, 1);
    /* Received at 4 s, worked on until 5; calls at 5, 9 (3 s and a pause of 1 s) and 14 (3 + 2). */
    assert_string_equal(text_of(&log.text),
                        "5 SUCCEEDED 0; 9 ACCEPTED 0; 9 RETRIED 0; 13 ACCEPTED 0; 14 RETRIED 0; "
                        "17 GAVE_UP 0; 18 ACCEPTED 0");
    text_free(&log.text);
    world_lab_close(&lab);
}

/* Twelve copies go out in two calls, of ten and two (SND-4). */
static void test_copies(void **state)
{
    (void)state;
    char text[TEXT];
    struct world_lab lab;
    write_world(text, "`drain`: true", "3", ", `b`: {}", "`then`: [{`to`: `b`, `count`: 12}]",
                WB ", `count`: 12}");
    world_lab_open(&lab, text);
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "b", "NumberOfMessagesSent", "count", 36);
    world_lab_expect_value(&lab, "wa", "forwarded", "count", 36);
    world_lab_expect_value(&lab, "wb", "duplicateWork", "count", 0);
    /* All twelve in parallel: as one. */
    world_lab_expect_value(&lab, "web", "messageLatency", "max", 2 * 0.03 + 0.3);
    world_lab_close(&lab);
}

/* With a new correlation the chain of web ends at wa, and wa is the origin of another. */
static void test_new_correlation(void **state)
{
    (void)state;
    char text[TEXT];
    struct world_lab lab;
    write_world(text, "`drain`: true", "3", ", `b`: {}",
                "`then`: [{`to`: `b`, `correlation`: `new`, `count`: 2}]", WB ", `count`: 2}");
    world_lab_open(&lab, text);
    struct world_lab_log log;
    world_lab_listen(&lab, &log, "ACCEPTED");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "web", "messageLatency", "mean", 0.13);
    world_lab_expect_value(&lab, "wa", "messageLatency", "mean", 0.23);
    /* wa numbers its own: 0 and 1, 2 and 3, ... */
    assert_string_equal(text_of(&log.text),
                        "1.01 ACCEPTED 0; 1.14 ACCEPTED 0; 1.14 ACCEPTED 1; 2.01 ACCEPTED 1; "
                        "2.14 ACCEPTED 2; 2.14 ACCEPTED 3; 3.01 ACCEPTED 2; 3.14 ACCEPTED 4; "
                        "3.14 ACCEPTED 5");
    text_free(&log.text);
    world_lab_close(&lab);
}

/* --- what is sent --- */

struct seen {
    uint16_t node;
    size_t count;
    uint32_t bytes[40], groups[40];
};

static void see(void *context, const struct fact *fact)
{
    struct seen *seen = context;
    if (fact->kind != PROBE_ACCEPTED || fact->node != seen->node || seen->count == 40)
        return;
    seen->bytes[seen->count] = fact->bytes;
    seen->groups[seen->count++] = fact->group;
}

/* As received, unless the entry says otherwise. */
static void test_message(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(
        &lab,
        "{`version`: 1, `title`: `message`, `experiment`: {`drain`: true}, `queues`: {`a.fifo`: "
        "{`FifoQueue`: true}, `b.fifo`: {`FifoQueue`: true}, `c.fifo`: {`FifoQueue`: true}}, "
        "`producers`: {`web`: {`to`: `a.fifo`, `messages`: 4, `message`: {`size`: 700, `group`: "
        "{`groups`: 2, `pick`: `roundRobin`}}, `arrivals`: {`process`: `paced`, `rate`: 1}}}, "
        "`consumers`: {`wa`: {`from`: `a.fifo`, `WaitTimeSeconds`: 20, `service`: `100ms`, `then`: "
        "[{`to`: `b.fifo`}, {`to`: `c.fifo`, `count`: 2, `message`: {`size`: 50, `group`: "
        "{`groups`: 8, `pick`: `roundRobin`}}}]}}}");
    struct seen b = {.node = 1}, c = {.node = 2};
    world_lab_attach(&lab, (struct observer){see, &b});
    world_lab_attach(&lab, (struct observer){see, &c});
    world_lab_run(&lab, 1);
    assert_int_equal(b.count, 4);
    assert_int_equal(c.count, 8);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(b.bytes[i], 700);
        assert_int_equal(b.groups[i], 2 * (i % 2));
    }
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(c.bytes[i], 50);
        assert_int_equal(c.groups[i], 2 * i); /* number x count + copy */
    }
    world_lab_close(&lab);
}

/* What is published brings attributes along that the topic's filter policies judge: an order goes
 * to two queues, its bill to one.  The chain ends with the last of all. */
static void test_a_topic(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(
        &lab,
        "{`version`: 1, `title`: `topic`, `experiment`: {`drain`: true}, `queues`: {`a`: {}, `b`: "
        "{}, `c`: {}}, `topics`: {`t`: {`subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: `b`, "
        "`FilterPolicy`: {`type`: [`order`]}}, {`Protocol`: `sqs`, `Endpoint`: `c`}]}}, "
        "`producers`: {`web`: {`to`: `a`, `messages`: 4, `arrivals`: {`process`: `paced`, `rate`: "
        "1}}}, `consumers`: {`wa`: {`from`: `a`, `WaitTimeSeconds`: 20, `service`: 0.1, `then`: "
        "[{`to`: `t`, `message`: {`attributes`: {`type`: `order`}}}, {`to`: `t`, `message`: "
        "{`attributes`: {`type`: `bill`}}}]}, `wb`: {`from`: `b`, `WaitTimeSeconds`: 20, "
        "`service`: 0.5}, `wc`: {`from`: `c`, `WaitTimeSeconds`: 20, `service`: 0.2}}}");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "b", "NumberOfMessagesSent", "count", 4);
    world_lab_expect_value(&lab, "c", "NumberOfMessagesSent", "count", 8);
    world_lab_expect_value(&lab, "wb", "chainLatency", "mean", 0.1 + 0.5);
    world_lab_expect_value(&lab, "web", "messageLatency", "mean", 0.1 + 0.5);
    world_lab_close(&lab);
}

/* --- duplicates --- */

/* Instances of four workers die at a work that fails, and take along what others have sent on but
 * not deleted: that is worked on again, and sent on again. */
#define CRASHING(to, fifo)                                                                         \
    "{`version`: 1, `title`: `crash`, `experiment`: {`drain`: true, `seed`: 5}, `network`: "       \
    "{`request`: `50ms`, `response`: `50ms`}, `queues`: {`a`: {`VisibilityTimeout`: 5}, `" to      \
    "`: {" fifo "}}, `producers`: {`web`: {`to`: `a`, `messages`: 400, `message`: {`group`: "      \
    "`one`}, `arrivals`: {`process`: `poisson`, `rate`: 20}}}, `consumers`: {`wa`: {`from`: `a`, " \
    "`WaitTimeSeconds`: 20, `count`: 4, `concurrency`: 4, `service`: `200ms`, `failure`: "         \
    "{`probability`: 0.2, `mode`: `crash`, `restart`: 1}, `then`: [{`to`: `" to                    \
    "`}]}, `wb`: {`from`: `" to "`, `WaitTimeSeconds`: 20, `service`: `1ms`}}}"

static void test_a_crash_sends_on_twice(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, CRASHING("b", ""));
    world_lab_run(&lab, 1);
    const double sent = world_lab_value(&lab, "b", "NumberOfMessagesSent", "count");
    assert_true(sent > 400);
    world_lab_expect_value(&lab, "wb", "processed", "count", sent);
    /* Every chain ended, once. */
    assert_int_equal(hist_total(world_lab_hist(&lab, "web", "messageLatency")), 400);
    world_lab_close(&lab);
}

/* The same, but the FIFO queue knows repeated messages by their deduplication ids (FIFO-1). */
static void test_a_fifo_queue_takes_it_once(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, CRASHING("b.fifo", "`FifoQueue`: true"));
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "b.fifo", "NumberOfDeduplicatedSentMessages", "count") > 0);
    world_lab_expect_value(&lab, "wb", "processed", "count", 400);
    assert_int_equal(hist_total(world_lab_hist(&lab, "web", "messageLatency")), 400);
    world_lab_close(&lab);
}

/* Five copies are five messages to a FIFO queue, though they are one root's. */
static void test_copies_are_not_duplicates(void **state)
{
    (void)state;
    char text[TEXT];
    struct world_lab lab;
    write_world(text, "`drain`: true", "4", ", `b.fifo`: {`FifoQueue`: true}",
                "`then`: [{`to`: `b.fifo`, `count`: 5, `message`: {`group`: `g`}}]", "");
    world_lab_open(&lab, text);
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "b.fifo", "NumberOfMessagesSent", "count", 20);
    world_lab_close(&lab);
}

/* ... unless the content decides: then they are one. */
static void test_equal_contents_are(void **state)
{
    (void)state;
    char text[TEXT];
    struct world_lab lab;
    write_world(text, "`drain`: true", "4",
                ", `b.fifo`: {`FifoQueue`: true, `ContentBasedDeduplication`: true}",
                "`then`: [{`to`: `b.fifo`, `count`: 5, `message`: {`group`: `g`, `deduplication`: "
                "`content`}}]",
                "");
    world_lab_open(&lab, text);
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "b.fifo", "ApproximateNumberOfMessagesVisible", "end", 4);
    world_lab_close(&lab);
}

/* --- cycles --- */

/* a -> b -> a -> ... : sent on five times in all, so worked on six times, three at each. */
static void test_hop_limit(void **state)
{
    (void)state;
    tell("`drain`: true", "1", ", `b`: {}", "`maxHops`: 5, `then`: [{`to`: `b`}]",
         WB ", `maxHops`: 5, `then`: [{`to`: `a`}]}", "SUCCEEDED HOP_LIMIT",
         "1.13 SUCCEEDED 0; 1.36 SUCCEEDED 0; 1.49 SUCCEEDED 0; 1.72 SUCCEEDED 0; "
         "1.85 SUCCEEDED 0; 2.08 HOP_LIMIT 0; 2.08 SUCCEEDED 0");
}

/* Rounds of a cycle through a FIFO queue are no duplicates of each other. */
static void test_a_cycle_through_fifo(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `round`, `experiment`: {`drain`: true}, `queues`: "
                   "{`a.fifo`: {`FifoQueue`: true}}, `producers`: {`web`: {`to`: `a.fifo`, "
                   "`messages`: 10, `message`: {`group`: `g`}, `arrivals`: {`process`: `paced`, "
                   "`rate`: 1}}}, `consumers`: {`wa`: {`from`: `a.fifo`, `WaitTimeSeconds`: 20, "
                   "`service`: `10ms`, `maxHops`: 7, `then`: [{`to`: `a.fifo`}]}}}");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "wa", "processed", "count", 80);
    world_lab_expect_value(&lab, "wa", "hopLimits", "count", 10);
    assert_int_equal(hist_total(world_lab_hist(&lab, "web", "messageLatency")), 10);
    world_lab_close(&lab);
}

/* A replication leaves nothing on its way to the next. */
static void test_again(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, CRASHING("b", ""));
    world_lab_run(&lab, 1);
    const uint64_t fingerprint = world_fingerprint(lab.world);
    world_lab_run(&lab, 2);
    assert_true(world_fingerprint(lab.world) != fingerprint);
    world_lab_run(&lab, 1);
    assert_true(world_fingerprint(lab.world) == fingerprint);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_goes_on_before_its_delete),
        cmocka_unit_test(test_latencies_add),
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_refused_and_released),
        cmocka_unit_test(test_late_requests_are_stored),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_new_correlation),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_a_topic),
        cmocka_unit_test(test_a_crash_sends_on_twice),
        cmocka_unit_test(test_a_fifo_queue_takes_it_once),
        cmocka_unit_test(test_copies_are_not_duplicates),
        cmocka_unit_test(test_equal_contents_are),
        cmocka_unit_test(test_hop_limit),
        cmocka_unit_test(test_a_cycle_through_fifo),
        cmocka_unit_test(test_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
