// SPDX-License-Identifier: GPL-3.0-or-later
/* Lives of messages for which a service is called: told by a world without chance, and the
 * sentences worked out beforehand. */
#include "experiment/story_calls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "experiment/replay.h"
#include "experiment/story.h"
#include "tools/said.h"

/* The life of message 0 of the one producer in a world with these parts. */
static void expect(const char *parts, const char *const *wanted)
{
    char text[2000];
    struct story story;
    struct trace life;
    struct arena arena;
    snprintf(text, sizeof text,
             "{`experiment`: {`duration`: 60}, `queues`: {`jobs`: {`VisibilityTimeout`: 50, "
             "`ReceiveMessageWaitTimeSeconds`: 20}}, %s}",
             parts);
    struct scenario_file *file = said_read("s.json", text, NULL, 0);
    struct scenario *scenario = said_load(file, 0, 0);
    arena_init(&arena);
    trace_init(&life, TRACE_MOST);
    life.is_of_root = true;
    life.root = probe_root(1, 0); /* behind the one queue */
    const struct trace_names names = replay_names(scenario, &arena);
    replay_run(scenario, (struct observer){trace_hear, &life}, &life.is_full);
    story_init(&story, &life, &names, 0);
    for (size_t i = 0; i < story.count; i++) {
        assert_non_null(wanted[i]);
        assert_string_equal(story.sentences[i], wanted[i]);
    }
    assert_null(wanted[story.count]);
    story_free(&story);
    trace_free(&life);
    arena_free(&arena);
    scenario_free(scenario);
    scenario_file_free(file);
}

#define SHOP(to, more)                                                                             \
    "`producers`: {`shop`: {`to`: `" to "`, `messages`: 2, `arrivals`: {`process`: `paced`, "      \
    "`rate`: 1}" more "}}"
#define CHARGER(more)                                                                              \
    "`consumers`: {`charger`: {`from`: `jobs`, `service`: 2, `downstream`: `bank`" more "}}"
#define TWICE(backoff) ", `retry`: {`attempts`: 2, `backoff`: " backoff ", `jitter`: `none`}"
#define SENT           "At 1 s shop sent message 0 to jobs, where it was visible at once."
#define RECEIVED                                                                                   \
    "At 1 s charger #1 received it, hidden from others until 51 s, and began work of 2 s."

static void test_a_call(void **state)
{
    (void)state;
    expect(SHOP("jobs", "") ", " CHARGER("") ", `endpoints`: {`bank`: {`latency`: 0.5}}",
           (const char *const[]){SENT, RECEIVED, "At 3 s charger #1 called bank.",
                                 "At 3.5 s bank answered with 200 after 0.5 s.",
                                 "At 3.5 s charger #1 finished its work and deleted it.", NULL});
}

/* Every call is answered badly after 1 s; the second failure in a row opens the circuit, for 40 s:
 * message 1, from 7 s to 9 s, is not even called for. */
static void test_failures_open_the_breaker(void **state)
{
    (void)state;
    expect(SHOP("jobs", "") ", " CHARGER(", `breaker`: {`failures`: 2, `open`: 40}" TWICE(
               "0.5")) ", "
                       "`downstreams`: {`bank`: {`service`: 1, `errorRate`: 1}}",
           (const char *const[]){
               SENT, RECEIVED, "At 3 s charger #1 called bank.",
               "At 4 s bank answered with 500 after 1 s.",
               "At 4.5 s, after a back-off of 0.5 s, charger #1 called bank again (try 2).",
               "At 5.5 s bank answered with 500 after 1 s.",
               "At 5.5 s the circuit breaker of charger before bank opened: no call is made until "
               "45.5 s.",
               "At 5.5 s charger #1 failed at its work on it, as bank had not done its part.",
               "At 51 s its visibility timeout ran out, and at once charger #1 received it again "
               "(receive 2), hidden from others until 101 s, and began work of 2 s.",
               "At 53 s charger #1 called bank.", "At 54 s bank answered with 500 after 1 s.",
               "At 54 s the circuit breaker of charger before bank opened: no call is made until "
               "94 s.",
               "At 54.5 s charger #1 did not call bank, as its circuit breaker was open.",
               "At 54.5 s charger #1 failed at its work on it, as bank had not done its part.",
               "When the run ended it was still in jobs.", NULL});
}

/* Nobody waits longer than 1 s for an answer that takes 4.5 s. */
static void test_an_answer_too_late(void **state)
{
    (void)state;
    expect(
        SHOP("jobs", "") ", " CHARGER(", `timeout`: 1" TWICE("2")) ", `endpoints`: {`bank`: "
                                                                   "{`latency`: 4.5}}",
        (const char *const[]){
            SENT, RECEIVED, "At 3 s charger #1 called bank.",
            "At 6 s, after no answer in time and a back-off of 2 s, charger #1 called bank again "
            "(try 2).",
            "At 7 s charger #1 failed at its work on it, as bank had not done its part.",
            "At 7.5 s bank answered with 200 after 4.5 s, when nobody waited for it any more.",
            "At 10.5 s bank answered with 200 after 4.5 s, when nobody waited for it any more.",
            "At 51 s its visibility timeout ran out, and at once charger #1 received it again "
            "(receive 2), hidden from others until 101 s, and began work of 2 s.",
            "At 53 s charger #1 called bank.",
            "At 56 s, after no answer in time and a back-off of 2 s, charger #1 called bank "
            "again (try 2).",
            "At 57 s charger #1 failed at its work on it, as bank had not done its part.",
            "At 57.5 s bank answered with 200 after 4.5 s, when nobody waited for it any more.",
            "When the run ended it was still in jobs.", NULL});
}

/* A call from the producer itself, which introduces the message; room for none but the other. */
static void test_a_producer_calls(void **state)
{
    (void)state;
    expect(SHOP("bank", ", `count`: 2" TWICE("3")) ", `endpoints`: {`bank`: {`latency`: 9, "
                                                   "`capacity`: 1}}",
           (const char *const[]){
               "At 1 s shop called bank with message 0.",
               "At 7 s, after no answer in time and a back-off of 3 s, shop called bank again "
               "(try 2).",
               "At 7 s bank refused the call with 503, as it had too many.",
               "At 7 s shop gave up calling bank.",
               "At 10 s bank answered with 200 after 9 s, when nobody waited for it any more.",
               NULL});
}

/* What is sent, and not called, has tries as well: the reply takes 2 s, and 1 s is waited. */
static void test_what_is_sent_again(void **state)
{
    (void)state;
    expect("`network`: {`response`: 2}, " SHOP("jobs", ", `timeout`: 1" TWICE("5")),
           (const char *const[]){
               SENT, "At 7 s, after a back-off of 5 s, shop sent it to jobs again (try 2).",
               "At 7 s shop sent it to jobs, where it was visible at once.",
               "At 8 s shop gave up sending it to jobs.",
               "When the run ended it was still in jobs.",
               "When the run ended it was still in jobs.", NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_call),
        cmocka_unit_test(test_failures_open_the_breaker),
        cmocka_unit_test(test_an_answer_too_late),
        cmocka_unit_test(test_a_producer_calls),
        cmocka_unit_test(test_what_is_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
