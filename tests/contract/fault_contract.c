// SPDX-License-Identifier: GPL-3.0-or-later
/* What every fault must do, looped over the list of kinds: while it never strikes nothing differs,
 * what it held is given back, faults that overlap compose in any order, and a run says the same
 * again.  A kind without an example here is a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "fault/fault.h"
#include "tools/count.h"

/* Its keys three times over, each of another strength; what it strikes. */
struct example {
    const char *kind, *targets;
    const char *keys[3];
};

static const struct example examples[] = {
    {"crash", "`c`", {"`instances`: 1", "`instances`: 2", "`instances`: 0"}},
    {"slow", "`c`, `f`, `e`, `b`", {"`factor`: 3.1", "`factor`: 1.7", "`factor`: 0.3"}},
    {"loss",
     "`p`, `c`",
     {"`what`: `request`, `share`: 0.1", "`what`: `request`, `share`: 0.37",
      "`what`: `response`, `share`: 0.2"}},
    {"loss",
     "`q`, `t`, `e`, `b`",
     {"`what`: `request`, `share`: 0.1", "`what`: `request`, `share`: 0.37",
      "`what`: `response`, `share`: 0.2"}},
    {"delay",
     "`p`, `consumers/*`, `b`, `e`",
     {"`latency`: `31ms`", "`latency`: `0.1ms`, `jitter`: `3ms`", "`latency`: 0, `jitter`: `7ms`"}},
    {"partition", "`queues/q`, `b`", {"`x-1`: 1", "`x-1`: 2", "`x-1`: 3"}},
    {"throttle",
     "`q`, `t`, `f`, `e`, `b`",
     {"`share`: 0.1", "`share`: 0.37, `rate`: 9", "`rate`: 11"}},
    {"outage", "`q`, `t`, `f`, `e`, `b`", {"`x-1`: 1", "`x-1`: 2", "`x-1`: 3"}},
    {"storage",
     "`q`",
     {"`duplicateOnReceive`: 0.2", "`resurrectAfterDelete`: 0.37",
      "`duplicateOnReceive`: 0.07, `resurrectAfterDelete`: 0"}},
    {"poison", "`p`", {"`share`: 0.1", "`share`: 0.37", "`share`: 0.2"}},
    {"duplicateSend", "`p`", {"`share`: 0.1", "`share`: 0.37", "`share`: 0.2"}},
    {"denyPolicy", "`t`, `q`", {"`x-1`: 1", "`x-1`: 2", "`x-1`: 3"}},
    {"purge", "`q`", {"`x-1`: 1", "`x-1`: 2", "`x-1`: 3"}},
    {"attributeChange",
     "`q`",
     {"`attributes`: {`VisibilityTimeout`: 30}", "`attributes`: {`DelaySeconds`: 0}",
      "`attributes`: {`ReceiveMessageWaitTimeSeconds`: 0}"}},
};

enum { EXAMPLES = sizeof examples / sizeof *examples };

/* Nothing is sent before start_s, or after two minutes; the run may last for twenty.  The list of
 * faults is open at the end. */
static void say_world(struct text *out, int start_s)
{
    text_clear(out);
    text_printf(
        out,
        "{`version`: 1, `title`: `fault`, `experiment`: {`seed`: 8, `duration`: 120, `drain`: "
        "true}, "
        "`queues`: "
        "{`q`: {`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}}, `d`: {}}, "
        "`topics`: {`t`: {`subscriptions`: [{`Protocol`: `sqs`, `Endpoint`: `q`}, {`Protocol`: "
        "`https`, `Endpoint`: `e`}, {`Protocol`: `lambda`, `Endpoint`: `f`}]}}, `producers`: "
        "{`p`: {`to`: `q`, `start`: %d, `arrivals`: {`process`: `poisson`, `rate`: 4}}, `r`: "
        "{`to`: `t`, `start`: %d, `arrivals`: {`process`: `poisson`, `rate`: 2}}, `s`: {`to`: `b`, "
        "`start`: %d, "
        "`arrivals`: {`process`: `poisson`, `rate`: 3}}}, `consumers`: "
        "{`c`: {`from`: `q`, `count`: %d, `WaitTimeSeconds`: 20, `service`: {`dist`: "
        "`exponential`, `mean`: `90ms`}, `failure`: {`restart`: 5}}}, `functions`: {`f`: "
        "{`service`: {`dist`: `exponential`, `mean`: `90ms`}}}, `endpoints`: {`e`: {`latency`: "
        "{`dist`: `exponential`, `mean`: `50ms`}}}, `downstreams`: {`b`: {`service`: {`dist`: "
        "`exponential`, `mean`: `150ms`}}}, `faults`: [",
        start_s, start_s, start_s, start_s > 0 ? 1 : 4);
}

static bool lasts(const char *name)
{
    for (size_t i = 0; fault_kinds[i] != NULL; i++) {
        if (strcmp(fault_kinds[i]->name, name) == 0)
            return fault_kinds[i]->turn != NULL;
    }
    fail_msg("there is no fault %s", name);
    return false;
}

static void say_fault(struct text *out, const struct example *example, size_t which, bool is_first,
                      double start_s, double duration_s)
{
    text_printf(out, "%s{`kind`: `%s`, `name`: `n%zu`, `targets`: [%s], %s, ", is_first ? "" : ", ",
                example->kind, which, example->targets, example->keys[which]);
    if (lasts(example->kind))
        text_printf(out, "`start`: %.3f, `duration`: %.3f}", start_s, duration_s);
    else
        text_printf(out, "`at`: %.3f}", start_s);
}

static struct count run(struct text *text, double from_s)
{
    text_add(text, "]}");
    return count_run(text_of(text), from_s, 0);
}

static void test_every_kind_has_an_example(void **state)
{
    (void)state;
    for (size_t i = 0; fault_kinds[i] != NULL; i++) {
        size_t found = 0;
        for (size_t at = 0; at < EXAMPLES; at++)
            found += strcmp(examples[at].kind, fault_kinds[i]->name) == 0;
        if (found == 0)
            fail_msg("there is no example of %s", fault_kinds[i]->name);
        assert_true((fault_kinds[i]->turn == NULL) != (fault_kinds[i]->act == NULL));
    }
}

/* A fault that lies beyond the end, which comes when all is done, draws from no stream of others
 * and turns nothing. */
static void test_a_fault_to_come_changes_nothing(void **state)
{
    struct text text = {0};
    (void)state;
    say_world(&text, 0);
    const struct count plain = run(&text, 0);
    for (size_t i = 0; i < EXAMPLES; i++) {
        say_world(&text, 0);
        say_fault(&text, &examples[i], 0, true, 1199, 1);
        assert_true(run(&text, 0).hash == plain.hash);
    }
    text_free(&text);
}

/* What was held before anything was sent does not show in what happens afterwards.  One consumer
 * waits at the queue by then, whatever its polls met; the message stays 30 s hidden and the
 * function polls nothing. */
static void test_what_was_held_is_given_back(void **state)
{
    struct text text = {0};
    (void)state;
    say_world(&text, 60);
    const struct count plain = run(&text, 60);
    assert_true(plain.of[PROBE_DELETED] > 200);
    for (size_t i = 0; i < EXAMPLES; i++) {
        say_world(&text, 60);
        for (size_t which = 0; which < 3; which++)
            say_fault(&text, &examples[i], which, which == 0, 1.0 + (double)which, 2.5);
        const struct count struck = run(&text, 60);
        assert_int_equal(struck.of[PROBE_DELETED], plain.of[PROBE_DELETED]);
        assert_int_equal(struck.of[PROBE_SUCCEEDED], plain.of[PROBE_SUCCEEDED]);
        assert_int_equal(struck.of[PROBE_NOTIFIED], plain.of[PROBE_NOTIFIED]);
        assert_true(struck.value_sum[PROBE_STARTED] == plain.value_sum[PROBE_STARTED]);
        assert_int_equal(struck.last_ns[PROBE_DELETED], plain.last_ns[PROBE_DELETED]);
    }
    text_free(&text);
}

/* Three that overlap, in the order of the list and in reverse; and the same once more. */
static void test_faults_compose_in_any_order(void **state)
{
    struct text text = {0};
    (void)state;
    say_world(&text, 0);
    const struct count plain = run(&text, 0);
    for (size_t i = 0; i < EXAMPLES; i++) {
        uint64_t hashes[3];
        for (size_t turn = 0; turn < 3; turn++) {
            say_world(&text, 0);
            for (size_t n = 0; n < 3; n++) {
                const size_t which = turn == 1 ? 2 - n : n;
                say_fault(&text, &examples[i], which, n == 0, 20.0 + 7.0 * (double)which,
                          30.0 - 2.0 * (double)which);
            }
            const struct count struck = run(&text, 0);
            hashes[turn] = struck.hash;
            assert_true(struck.of[PROBE_FAULT_ON] >= 3);
            if (lasts(examples[i].kind))
                assert_int_equal(struck.of[PROBE_FAULT_ON], struck.of[PROBE_FAULT_OFF]);
        }
        assert_true(hashes[0] == hashes[1]);
        assert_true(hashes[0] == hashes[2]);
        assert_true(hashes[0] != plain.hash || strcmp(examples[i].kind, "attributeChange") == 0);
    }
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_an_example),
        cmocka_unit_test(test_a_fault_to_come_changes_nothing),
        cmocka_unit_test(test_what_was_held_is_given_back),
        cmocka_unit_test(test_faults_compose_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
