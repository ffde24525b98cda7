// SPDX-License-Identifier: GPL-3.0-or-later
/* What is found in facts told by hand, and why a receive of a FIFO queue is empty. */
#include "experiment/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/units.h"

enum { QUEUE, WEB, WORKER };

static const char *const node_names[] = {"orders.fifo", "web", "worker"};
static const struct trace_names names = {3, node_names};

static void tell(struct search *search, double at_s, enum probe_kind kind, uint64_t number,
                 struct fact fact)
{
    fact.at_ns = units_ns(at_s);
    fact.kind = (uint16_t)kind;
    fact.root = probe_root(WEB, number);
    fact.message = kind == PROBE_EMPTY ? UINT32_MAX : (uint32_t)number;
    search_hear(search, &fact);
}

static void tell_fifo(struct search *search)
{
    search_hear(search, &(struct fact){.kind = PROBE_QUEUE_CHANGED,
                                       .message = UINT32_MAX,
                                       .n = QUEUE_FACT_FIFO,
                                       .value = 1});
}

static void tell_receive(struct search *search, double at_s, uint64_t number, uint32_t receive)
{
    tell(search, at_s, PROBE_DELIVERED, number,
         (struct fact){.peer = WORKER,
                       .delivery = receive,
                       .seq = (int64_t)number,
                       .group = 5,
                       .value = units_ns(at_s) + 10 * SEC});
}

static void test_words(void **state)
{
    (void)state;
    enum search_what what;
    const char *plain;
    assert_true(search_read_word("deadLettered", &what, &plain));
    assert_int_equal(what, SEARCH_DEAD_LETTERED);
    assert_string_equal(plain, "dead-lettered message");
    assert_false(search_read_word("late", &what, &plain));
}

static void test_a_duplicate_is_a_second_receive(void **state)
{
    (void)state;
    struct search search;
    search_init(&search, SEARCH_DUPLICATE, &names);
    tell_receive(&search, 1, 3, 1);
    tell_receive(&search, 2, 4, 1);
    assert_false(search.is_found);
    tell_receive(&search, 3, 4, 2);
    tell_receive(&search, 4, 3, 2);
    assert_true(search.is_found);
    assert_int_equal(search.fact.root, probe_root(WEB, 4));
    search_free(&search);
}

static void test_an_inversion_names_what_overtook(void **state)
{
    (void)state;
    struct search search;
    search_init(&search, SEARCH_INVERSION, &names);
    tell_receive(&search, 1, 3, 1);
    tell_receive(&search, 2, 5, 1);
    tell_receive(&search, 3, 3, 2);
    assert_false(search.is_found);
    tell_receive(&search, 4, 4, 1);
    assert_true(search.is_found);
    assert_int_equal(search.fact.root, probe_root(WEB, 4));
    assert_string_equal(text_of(&search.why),
                        "That is the inversion: message 5 of web, which entered the queue after "
                        "it, was received at 2 s.\n");
    search_free(&search);
}

/* Message 3 is accepted twice, as after a lost acknowledgement, the second time as another branch;
 * message 4 is worked on twice. */
static void test_a_double_effect_of_one_message(void **state)
{
    (void)state;
    struct search search;
    const struct fact done = {.node = WORKER, .peer = QUEUE};
    search_init(&search, SEARCH_DOUBLE_EFFECT, &names);
    tell(&search, 1, PROBE_SUCCEEDED, 3, done);
    tell(&search, 2, PROBE_ACCEPTED, 3, (struct fact){.peer = WEB, .delivery = 7});
    tell(&search, 3, PROBE_SUCCEEDED, 3, done);
    tell(&search, 4, PROBE_SUCCEEDED, 4, done);
    assert_false(search.is_found);
    tell(&search, 5, PROBE_SUCCEEDED, 4, done);
    assert_true(search.is_found);
    assert_string_equal(
        text_of(&search.why),
        "That is the double effect: it happened at 5 s, and had happened before at 4 s.\n");
    search_free(&search);
}

/* Whoever says its effects is judged by these, and another message may have the same key. */
static void test_a_double_effect_of_one_key(void **state)
{
    (void)state;
    struct search search;
    const struct fact done = {.node = WORKER, .peer = QUEUE};
    const struct fact keyed = {.node = WORKER, .peer = QUEUE, .value = 99};
    search_init(&search, SEARCH_DOUBLE_EFFECT, &names);
    tell(&search, 1, PROBE_EFFECT, 3, keyed);
    tell(&search, 2, PROBE_SUCCEEDED, 3, done);
    tell(&search, 3, PROBE_EFFECT_SKIPPED, 3, keyed);
    tell(&search, 4, PROBE_SUCCEEDED, 3, done);
    assert_false(search.is_found);
    tell(&search, 5, PROBE_EFFECT, 4, keyed);
    assert_true(search.is_found);
    assert_string_equal(text_of(&search.why),
                        "That is the double effect: it happened at 5 s, and had happened before "
                        "at 1 s, for message 3 of web, which has the same business key.\n");
    search_free(&search);
}

static void test_a_number_may_need_its_sender(void **state)
{
    (void)state;
    struct search search;
    search_init(&search, SEARCH_NUMBER, &names);
    search.number = 4;
    search.origin = "worker";
    tell_receive(&search, 1, 4, 1);
    assert_false(search.is_found);
    search.origin = "web";
    tell_receive(&search, 1, 3, 1);
    assert_false(search.is_found);
    tell_receive(&search, 1, 4, 1);
    assert_true(search.is_found);
    search_free(&search);
}

/* Messages 1 and 2 of group 5; 1 is received at 0 s for 10 s, so that 2 must wait. */
static void test_a_locked_group(void **state)
{
    (void)state;
    struct search search;
    search_init(&search, SEARCH_EMPTY_RECEIVE, &names);
    tell_fifo(&search);
    tell(&search, 0, PROBE_EMPTY, 0, (struct fact){.peer = WORKER});
    assert_false(search.is_found); /* it was empty */
    tell(&search, 0, PROBE_ACCEPTED, 1, (struct fact){.peer = WEB, .group = 5});
    tell(&search, 0, PROBE_ACCEPTED, 2, (struct fact){.peer = WEB, .group = 5});
    tell_receive(&search, 0, 1, 1);
    tell(&search, 3, PROBE_EMPTY, 0, (struct fact){.peer = WORKER, .value = SEC});
    assert_true(search.is_found);
    assert_int_equal(search.empties, 2);
    assert_string_equal(text_of(&search.why),
                        "At 3 s worker received nothing from orders.fifo, for which it had waited "
                        "1 s.\n"
                        "1 message waits there, but none that may be received.\n"
                        "Group 5 is locked by message 1 of web, which is in flight until 10 s at "
                        "most.\n");
    search_free(&search);
}

/* In a standard queue the one in flight is simply hidden; the second empty receive is asked for. */
static void test_all_are_in_flight(void **state)
{
    (void)state;
    struct search search;
    search_init(&search, SEARCH_EMPTY_RECEIVE, &names);
    search.number = 2;
    tell(&search, 0, PROBE_ACCEPTED, 1, (struct fact){.peer = WEB});
    tell_receive(&search, 0, 1, 1);
    tell(&search, 1, PROBE_EMPTY, 0, (struct fact){.peer = WORKER});
    assert_false(search.is_found);
    tell(&search, 2, PROBE_EMPTY, 0, (struct fact){.peer = WORKER});
    assert_string_equal(text_of(&search.why),
                        "At 2 s worker received nothing from orders.fifo.\n"
                        "1 message is in flight there with other workers; the first, message 1 of "
                        "web, until 10 s.\n");
    search_free(&search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_a_duplicate_is_a_second_receive),
        cmocka_unit_test(test_an_inversion_names_what_overtook),
        cmocka_unit_test(test_a_double_effect_of_one_message),
        cmocka_unit_test(test_a_double_effect_of_one_key),
        cmocka_unit_test(test_a_number_may_need_its_sender),
        cmocka_unit_test(test_a_locked_group),
        cmocka_unit_test(test_all_are_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
