// SPDX-License-Identifier: GPL-3.0-or-later
/* How many batches a mapping reads at once, from second to second. */
#include "actor/function_scale.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/world.h"

enum { TEXT = 2048 };

/* Capacities, "0 5; 1 10": the time in seconds and the number of pollers; the last, too. */
struct heard {
    struct text text;
    int64_t at_ns, pollers, lanes;
    int64_t full_ns; /* when the most that there was came */
    int64_t most;
};

static void hear(void *context, const struct fact *fact)
{
    struct heard *heard = context;
    if (fact->kind != PROBE_CAPACITY)
        return;
    text_printf(&heard->text, "%s%.9g %lld", heard->text.length > 0 ? "; " : "",
                units_s(fact->at_ns), (long long)fact->value);
    heard->at_ns = fact->at_ns;
    heard->pollers = fact->value;
    heard->lanes = fact->other;
    if (fact->value > heard->most) {
        heard->most = fact->value;
        heard->full_ns = fact->at_ns;
    }
}

/* Runs a function with these keys on a queue with so many messages. */
static void run(struct heard *heard, const char *experiment, int messages, const char *function)
{
    char text[TEXT];
    struct world_lab lab;
    *heard = (struct heard){.most = 0};
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `scale`, %s, `queues`: {`q`: {`VisibilityTimeout`: 43200, "
             "`preload`: {`messages`: %d}}}, `functions`: {`f`: {`from`: `q`, %s}}}",
             experiment, messages, function);
    world_lab_open(&lab, text);
    world_lab_attach(&lab, (struct observer){hear, heard});
    world_lab_run(&lab, 1);
    world_lab_close(&lab);
}

static void expect(const char *experiment, int messages, const char *function, const char *wanted)
{
    struct heard heard;
    run(&heard, experiment, messages, function);
    assert_string_equal(text_of(&heard.text), wanted);
    text_free(&heard.text);
}

/* No invocation ends within the run. */
#define LONG "`Timeout`: 900, `service`: 900, `BatchSize`: 1"

#define FOR(seconds)                                                                               \
    "`experiment`: {`duration`: " seconds ", `accountConcurrency`: 30000, `maxMessages`: 1000000}"

/* EVIDENCE-OF: LAM-3
 * 5 at first, and 300 more a minute as 5 each second: 5 + 5 x 249 = 1,250 after 249 s, and that is
 * the most. */
static void test_growth(void **state)
{
    struct heard heard;
    (void)state;
    expect(FOR("4.5"), 1000, LONG, "0 5; 1 10; 2 15; 3 20; 4 25");
    run(&heard, FOR("400"), 5000, LONG);
    assert_int_equal(heard.most, 1250);
    assert_int_equal(heard.full_ns, 249 * SEC);
    text_free(&heard.text);
}

/* EVIDENCE-OF: LAM-3
 * Before November 2023: 60 a minute, which is one each second, up to 1,000 after 995 s. */
static void test_growth_before(void **state)
{
    struct heard heard;
    (void)state;
    run(&heard,
        "`profile`: `aws-2023`, `experiment`: {`duration`: 1100, `accountConcurrency`: 5000}", 2000,
        "`Timeout`: 900, `service`: 899, `BatchSize`: 1");
    assert_int_equal(heard.most, 1000);
    assert_int_equal(heard.full_ns, 995 * SEC);
    text_free(&heard.text);
}

/* 90 a minute are one and two by turns. */
static void test_uneven_growth(void **state)
{
    (void)state;
    expect(FOR("4.5"), 1000, LONG ", `scaling`: {`perMinute`: 90}", "0 5; 1 6; 2 8; 3 9; 4 11");
}

/* EVIDENCE-OF: LAM-3
 * It grows while no poll waits: 7 messages keep 5 and then 7 busy, the other 3 wait, in vain, and
 * go at 21 s. */
static void test_no_more_than_needed(void **state)
{
    (void)state;
    expect(FOR("60"), 7, LONG, "0 5; 1 10; 21 9; 21 8; 21 7");
}

/* EVIDENCE-OF: LAM-3
 * Idle pollers go down to the 5 of the start, or to as few as 2; not with a MaximumConcurrency. */
static void test_shrinking(void **state)
{
    (void)state;
    expect(FOR("60"), 0, LONG, "0 5");
    expect(FOR("60"), 0, LONG ", `scaling`: {`idlePollers`: 2}", "0 5; 20 4; 20 3; 20 2");
    expect(FOR("60"), 0,
           LONG ", `scaling`: {`idlePollers`: 2}, `ScalingConfig`: {`MaximumConcurrency`: 9}",
           "0 5");
    /* 30 messages of 3 s: 5 are done at 3, 5 at 4 and 10 at 5 s by three ticks; all end at 6 s.
     * Of the 20 that are there each waits from its last message on and goes 20 s later, but for
     * five. */
    struct heard heard;
    run(&heard, FOR("60"), 30, "`Timeout`: 900, `service`: 3, `BatchSize`: 1");
    assert_int_equal(heard.pollers, 5);
    assert_true(heard.most >= 15 && heard.at_ns > 20 * SEC && heard.at_ns < 30 * SEC);
    text_free(&heard.text);
}

/* From 2 it is back at 5 with the first message, at 30 s; the poll that waited since 20 s goes. */
static void test_waking(void **state)
{
    struct world_lab lab;
    struct heard heard = {.most = 0};
    (void)state;
    world_lab_open(
        &lab, "{`version`: 1, `title`: `wake`, " FOR(
                  "45") ", `queues`: {`q`: {}}, "
                        "`producers`: {`p`: {`to`: `q`, `messages`: 1, `arrivals`: {`process`: "
                        "`paced`, `rate`: `2/min`}}}, `functions`: {`f`: {`from`: `q`, `service`: "
                        "1, `scaling`: {`idlePollers`: 2}}}}");
    world_lab_attach(&lab, (struct observer){hear, &heard});
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&heard.text), "0 5; 20 4; 20 3; 20 2; 30 5; 40 4");
    text_free(&heard.text);
    world_lab_close(&lab);
}

#define FAILING                                                                                    \
    "`service`: `500ms`, `BatchSize`: 1, `failure`: {`probability`: 1}, `errorBackoff`: "          \
    "{`backoff`: 0}"

/* EVIDENCE-OF: LAM-7
 * No growth in a second with a failure: some each second hold it at 5. */
static void test_trouble(void **state)
{
    (void)state;
    expect(FOR("10"), 5000, FAILING, "0 5");
    expect(FOR("2.5"), 5000, FAILING ", `scaling`: {`holdOnTrouble`: false}", "0 5; 1 10; 2 15");
}

/* EVIDENCE-OF: LAM-4
 * With a MaximumConcurrency of 12 it stops there; of 3, it starts there. */
static void test_maximum(void **state)
{
    (void)state;
    expect(FOR("9"), 1000, LONG ", `ScalingConfig`: {`MaximumConcurrency`: 12}", "0 5; 1 10; 2 12");
    expect(FOR("9"), 1000, LONG ", `ScalingConfig`: {`MaximumConcurrency`: 3}", "0 3");
}

#define PROVISIONED(more) "`ProvisionedPollerConfig`: {" more "}"

/* EVIDENCE-OF: LAM-6
 * Two pollers at first, and 1,000 concurrency a minute, which is 100 pollers of ten invocations and
 * thus 5/3 of one each second: 2, 3, 5, 7, 8. */
static void test_provisioned_growth(void **state)
{
    struct heard heard;
    (void)state;
    expect(FOR("4.5"), 30000, LONG ", " PROVISIONED("`MinimumPollers`: 2"),
           "0 2; 1 3; 2 5; 3 7; 4 8");
    run(&heard, FOR("400"), 30000, LONG ", " PROVISIONED("`MaximumPollers`: 300"));
    assert_int_equal(heard.most, 300);
    assert_int_equal(heard.lanes, 3000);
    text_free(&heard.text);
    /* Up to 2,000, which are 20,000 concurrency: there after 1,998 / (5/3) = 1,198.8 s. */
    run(&heard, FOR("1300"), 90000, LONG ", " PROVISIONED("`MaximumPollers`: 2000"));
    assert_int_equal(heard.most, 2000);
    assert_int_equal(heard.full_ns, 1199 * SEC);
    text_free(&heard.text);
}

/* EVIDENCE-OF: LAM-6
 * A poller has 10 invocations at once, and polls 10 times a second: two with batches of one start
 * 20 in the first second and no more before the first ends. */
static void test_a_provisioned_poller(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    size_t invoked = 0;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `poller`, `experiment`: {`duration`: 1.95}, "
                   "`queues`: {`q`: {`preload`: {`messages`: 100}}}, `functions`: {`f`: "
                   "{`from`: `q`, `service`: `1.9s`, `BatchSize`: 1, "
                   "`ProvisionedPollerConfig`: {`MinimumPollers`: 2, `MaximumPollers`: 2}}}}");
    world_lab_listen(&lab, &log, "INVOKED");
    world_lab_run(&lab, 1);
    for (const char *at = text_of(&log.text); (at = strstr(at, "INVOKED")) != NULL; at++)
        invoked++;
    /* The first of each ends at 1.9 s, and its poller reads the next. */
    assert_int_equal(invoked, 22);
    assert_non_null(
        strstr(text_of(&log.text), "0 INVOKED 0; 0 INVOKED 1; 0.1 INVOKED 2; 0.1 INVOKED 3; 0.2 "));
    assert_non_null(strstr(text_of(&log.text), "0.9 INVOKED 19; 1.9 INVOKED 20"));
    assert_true(world_lab_value(&lab, "f", "concurrency", "max") == 20.0);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: LAM-6
 * A megabyte a second: messages of 500,000 bytes come 500 ms apart to one poller of two. */
static void test_a_provisioned_poller_by_bytes(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `bytes`, `experiment`: {`duration`: 3.7}, `queues`: "
                   "{`q`: {`DelaySeconds`: 2}}, `producers`: {`p`: {`to`: `q`, `messages`: 9, "
                   "`arrivals`: {`process`: `paced`, `rate`: 1000}, `message`: {`size`: 500000}}}, "
                   "`functions`: {`f`: {`from`: `q`, `service`: 0, `BatchSize`: 1, "
                   "`ProvisionedPollerConfig`: {`MinimumPollers`: 2, `MaximumPollers`: 2}}}}");
    world_lab_listen(&lab, &log, "DELIVERED");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text),
                        "2.001 DELIVERED 0; 2.002 DELIVERED 1; 2.501 DELIVERED 2; 2.502 DELIVERED "
                        "3; 3.001 DELIVERED 4; 3.002 DELIVERED 5; 3.501 DELIVERED 6; 3.502 "
                        "DELIVERED 7");
    text_free(&log.text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: COST-5
 * Five idle long polls a mapping, three a minute each: 648,000 requests in 30 days, less the five
 * that the end cuts off. */
static void test_idle_polls(void **state)
{
    struct world_lab lab;
    (void)state;
    world_lab_open(&lab, "{`version`: 1, `title`: `idle`, `experiment`: {`duration`: `30d`}, "
                         "`queues`: {`q`: {}}, `functions`: {`f`: {`from`: `q`, `service`: 1}}}");
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "q", "requests", "count") == 648000.0 - 5.0);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_growth_before),
        cmocka_unit_test(test_uneven_growth),
        cmocka_unit_test(test_no_more_than_needed),
        cmocka_unit_test(test_shrinking),
        cmocka_unit_test(test_waking),
        cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_maximum),
        cmocka_unit_test(test_provisioned_growth),
        cmocka_unit_test(test_a_provisioned_poller),
        cmocka_unit_test(test_a_provisioned_poller_by_bytes),
        cmocka_unit_test(test_idle_polls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
