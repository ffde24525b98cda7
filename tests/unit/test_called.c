// SPDX-License-Identifier: GPL-3.0-or-later
/* Consumers that are called: instances in turn, a line while all are busy, refusals while nobody is
 * up, and what a death or a departure does to calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 3000 };

static void open_world(struct world_lab *lab, const char *producer, const char *consumer,
                       const char *more)
{
    char text[TEXT];
    snprintf(text, TEXT,
             "{`version`: 1, `title`: `called`, `experiment`: {`seed`: 3, `duration`: 30}, "
             "`producers`: {`web`: {`to`: `app`, `retry`: {`attempts`: 1}, %s}}, `consumers`: "
             "{`app`: {%s}}%s}",
             producer, consumer, more);
    world_lab_open(lab, text);
}

#define KINDS "REQUESTED REQUEST_BEGUN RESPONDED REQUEST_REFUSED REQUEST_LOST ANSWERED GAVE_UP"

static void tell(const char *producer, const char *consumer, const char *more, const char *expected)
{
    struct world_lab lab;
    open_world(&lab, producer, consumer, more);
    world_lab_expect_told(&lab, KINDS, expected);
}

#define CALLS(count, timeout)                                                                      \
    "`messages`: " count ", `timeout`: " timeout ", `arrivals`: {`process`: `paced`, `rate`: 1}"

/* One worker, 1.5 s of work: the second waits half a second; the third's caller gives up after
 * 2.25 s, but it is worked on nevertheless. */
static void test_a_line(void **state)
{
    (void)state;
    tell(CALLS("3", "2.25"), "`service`: 1.5", "",
         "1 REQUESTED 0; 1 REQUEST_BEGUN 0; 2 REQUESTED 1; 2.5 RESPONDED 0; 2.5 REQUEST_BEGUN 1; "
         "2.5 ANSWERED 0; 3 REQUESTED 2; 4 RESPONDED 1; 4 REQUEST_BEGUN 2; 4 ANSWERED 1; "
         "5.25 GAVE_UP 2; 5.5 RESPONDED 2");
}

static void test_figures(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, CALLS("12", "9"), "`service`: 1.5, `count`: 2, `concurrency`: 2", "");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "app", "requests", "count", 12);
    world_lab_expect_value(&lab, "app", "processed", "count", 12);
    world_lab_expect_value(&lab, "app", "failures", "count", 0);
    world_lab_expect_value(&lab, "app", "latency", "mean", 1.5);
    world_lab_expect_value(&lab, "app", "waiting", "max", 0);
    world_lab_expect_value(&lab, "app", "busyWorkers", "max", 2);
    world_lab_expect_value(&lab, "app", "utilisation", "mean", 12 * 1.5 / (4 * 30));
    world_lab_expect_value(&lab, "web", "messageLatency", "max", 1.5);
    world_lab_close(&lab);
}

/* Each good answer is an effect, whether messages can be repeated or not; so is one that nobody
 * hears any more: the caller waits a second and tries three times. */
static void test_effects(void **state)
{
    (void)state;
    static const char *const networks[] = {"", ", `network`: {`request`: `1ms`}"};
    struct world_lab lab;
    for (int i = 0; i < 2; i++) {
        open_world(&lab, CALLS("3", "9"), "`service`: 1.5", networks[i]);
        world_lab_run(&lab, 1);
        world_lab_expect_value(&lab, "app", "effects", "count", 3);
        world_lab_expect_value(&lab, "app", "doubleEffects", "count", 0);
        world_lab_close(&lab);
    }
    world_lab_open(&lab, "{`version`: 1, `experiment`: {`duration`: 30}, `producers`: {`web`: {"
                         "`to`: `app`, `messages`: 1, `timeout`: 1, `arrivals`: {`process`: "
                         "`paced`, `rate`: 1}, `retry`: {`attempts`: 3, `jitter`: `none`}}}, "
                         "`consumers`: {`app`: {`service`: 1.5}}}");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "app", "processed", "count", 3);
    world_lab_expect_value(&lab, "app", "effects", "count", 3);
    world_lab_expect_value(&lab, "app", "doubleEffects", "count", 2);
    world_lab_close(&lab);
}

/* It starts at 2.5 s and stops at 4.25 s, gracefully: calls before and after are refused, and what
 * it works on then is answered. */
static void test_it_comes_and_goes(void **state)
{
    (void)state;
    tell(CALLS("5", "9"), "`service`: 0.5, `start`: 2.5, `stop`: 4.25", "",
         "1 REQUEST_REFUSED 0; 1 GAVE_UP 0; 2 REQUEST_REFUSED 1; 2 GAVE_UP 1; 3 REQUESTED 2; "
         "3 REQUEST_BEGUN 2; 3.5 RESPONDED 2; 3.5 ANSWERED 2; 4 REQUESTED 3; 4 REQUEST_BEGUN 3; "
         "4.5 RESPONDED 3; 4.5 ANSWERED 3; 5 REQUEST_REFUSED 4; 5 GAVE_UP 4");
}

/* Gracefully, but what waits is told that nobody will come to it. */
static void test_who_waits_is_told(void **state)
{
    (void)state;
    tell(CALLS("2", "9"), "`service`: 2, `stop`: 2.5", "",
         "1 REQUESTED 0; 1 REQUEST_BEGUN 0; 2 REQUESTED 1; 2.5 REQUEST_LOST 1; 2.5 GAVE_UP 1; "
         "3 RESPONDED 0; 3 ANSWERED 0");
}

/* Abruptly, or struck by a fault: what is at work fails at once. */
static void test_it_dies(void **state)
{
    (void)state;
    tell(CALLS("2", "9"), "`service`: 2, `stop`: 2.5, `shutdown`: `abrupt`", "",
         "1 REQUESTED 0; 1 REQUEST_BEGUN 0; 2 REQUESTED 1; 2.5 RESPONDED 0; 2.5 REQUEST_LOST 1; "
         "2.5 GAVE_UP 0; 2.5 GAVE_UP 1");
    /* One of two instances: the other has the rest, and the dead one is back after 1 s. */
    tell(CALLS("4", "9"), "`service`: 1.75, `count`: 2, `failure`: {`restart`: 1}",
         ", `faults`: [{`kind`: `crash`, `targets`: [`app`], `instances`: 0, `at`: 2.5}]",
         "1 REQUESTED 0; 1 REQUEST_BEGUN 0; 2 REQUESTED 1; 2 REQUEST_BEGUN 1; 2.5 RESPONDED 0; "
         "2.5 RESPONDED 1; 2.5 GAVE_UP 0; 2.5 GAVE_UP 1; 3 REQUEST_REFUSED 2; 3 GAVE_UP 2; "
         "4 REQUESTED 3; 4 REQUEST_BEGUN 3; 5.75 RESPONDED 3; 5.75 ANSWERED 3");
}

/* Its own failures: an error at the end of the work, or the death of the instance in its midst. */
static void test_failures(void **state)
{
    (void)state;
    struct world_lab lab;
    open_world(&lab, CALLS("20", "9"), "`service`: 0.5, `failure`: {`probability`: 1}", "");
    world_lab_run(&lab, 1);
    world_lab_expect_value(&lab, "app", "errors", "count", 20);
    world_lab_expect_value(&lab, "app", "failures", "count", 20);
    world_lab_expect_value(&lab, "app", "crashes", "count", 0);
    world_lab_expect_value(&lab, "web", "failed", "count", 20);
    world_lab_close(&lab);
    open_world(&lab, CALLS("20", "9"),
               "`service`: 0.5, `failure`: {`probability`: 1, `mode`: `crash`, `restart`: 1.25}",
               "");
    world_lab_run(&lab, 1);
    /* Up again between 1.25 and 1.75 s after each call: it dies of every second one. */
    world_lab_expect_value(&lab, "app", "crashes", "count", 10);
    world_lab_expect_value(&lab, "app", "rejected", "count", 10);
    world_lab_expect_value(&lab, "web", "failed", "count", 20);
    world_lab_close(&lab);
}

/* Faults that last strike it: slow work, and the way to it. */
static void test_faults(void **state)
{
    (void)state;
    tell(CALLS("3", "9"), "`service`: 0.5",
         ", `faults`: [{`kind`: `slow`, `targets`: [`app`], `start`: 1.5, `duration`: 1, `factor`: "
         "4}, {`kind`: `partition`, `targets`: [`app`], `start`: 2.75, `duration`: 1}]",
         "1 REQUESTED 0; 1 REQUEST_BEGUN 0; 1.5 RESPONDED 0; 1.5 ANSWERED 0; 2 REQUESTED 1; "
         "2 REQUEST_BEGUN 1; 4 RESPONDED 1; 4 ANSWERED 1; 12 GAVE_UP 2");
}

/* Another consumer sends on to it, and a replication does not touch the next. */
static void test_called_by_a_consumer(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `called`, `experiment`: {`seed`: 3, `duration`: 30}, "
                   "`queues`: {`q`: {}}, `producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: "
                   "`poisson`, `rate`: 4}}}, `consumers`: {`c`: {`from`: `q`, `count`: 5, "
                   "`WaitTimeSeconds`: 20, `service`: 0.1, `then`: [{`to`: `app`}]}, `app`: "
                   "{`count`: 2, `service`: {`dist`: `exponential`, `mean`: 0.4}, `failure`: "
                   "{`probability`: 0.1, `mode`: `crash`, `restart`: 2}}}}");
    world_lab_run(&lab, 1);
    const uint64_t fingerprint = world_fingerprint(lab.world);
    assert_true(world_lab_value(&lab, "q", "NumberOfMessagesDeleted", "count") > 20);
    assert_true(world_lab_value(&lab, "app", "crashes", "count") > 2);
    world_lab_run(&lab, 2);
    assert_true(world_fingerprint(lab.world) != fingerprint);
    world_lab_run(&lab, 1);
    assert_true(world_fingerprint(lab.world) == fingerprint);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_effects),
        cmocka_unit_test(test_it_comes_and_goes),
        cmocka_unit_test(test_who_waits_is_told),
        cmocka_unit_test(test_it_dies),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_called_by_a_consumer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
