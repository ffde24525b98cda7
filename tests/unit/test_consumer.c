// SPDX-License-Identifier: GPL-3.0-or-later
/* Instances of a consumer that start and stop, told by the facts of worlds without chance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 2048 };

/* Three messages wait at time 0 for a consumer with these keys; its work takes 4 s, a time-out
 * 30 s. */
static void open(struct world_lab *lab, const char *consumer, double seconds)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `consumer`, `experiment`: {`duration`: %g}, `queues`: "
             "{`jobs`: {`VisibilityTimeout`: 30, `preload`: {`messages`: 3}}}, "
             "`consumers`: {`worker`: {`from`: `jobs`, `WaitTimeSeconds`: 20, `service`: 4, %s}}}",
             seconds, consumer);
    world_lab_open(lab, text);
}

static void tell(const char *consumer, double seconds, const char *kinds, const char *expected)
{
    struct world_lab lab;
    struct world_lab_log log;
    open(&lab, consumer, seconds);
    world_lab_listen(&lab, &log, kinds);
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), expected);
    text_free(&log.text);
    world_lab_close(&lab);
}

static void test_a_later_start(void **state)
{
    (void)state;
    tell("`start`: 7", 20, "CAPACITY DELIVERED SUCCEEDED",
         "0 CAPACITY 0; 7 CAPACITY 0; 7 DELIVERED 0; 11 SUCCEEDED 0; 11 DELIVERED 1; "
         "15 SUCCEEDED 1; 15 DELIVERED 2; 19 SUCCEEDED 2");
}

/* It finishes its batch of two, which it stopped in the midst of, and receives no third. */
static void test_a_graceful_stop(void **state)
{
    (void)state;
    tell("`MaxNumberOfMessages`: 2, `stop`: 3", 20, "CAPACITY SUCCEEDED DELETED ABANDONED",
         "0 CAPACITY 0; 4 SUCCEEDED 0; 4 DELETED 0; 8 SUCCEEDED 1; 8 DELETED 1; 8 CAPACITY 0");
}

/* At 3 s a message has been worked on for 3 s; both come back when their time-out ends. */
static void test_an_abrupt_stop(void **state)
{
    (void)state;
    tell("`MaxNumberOfMessages`: 2, `stop`: 3, `shutdown`: `abrupt`", 40,
         "CAPACITY SUCCEEDED ABANDONED HIDDEN_OVER",
         "0 CAPACITY 0; 3 ABANDONED 0; 3 ABANDONED 1; 3 CAPACITY 0; 30 HIDDEN_OVER 0; "
         "30 HIDDEN_OVER 1");
}

/* Four workers in two instances: those that wait for messages go at once (at 5 s; three are at
 * work from 0 s to 4 s), and so does one that pauses between polls. */
static void test_idle_workers_go_at_once(void **state)
{
    (void)state;
    tell("`count`: 2, `concurrency`: 2, `stop`: 5", 20, "CAPACITY",
         "0 CAPACITY 0; 5 CAPACITY 0; 5 CAPACITY 0");
    tell("`pollInterval`: `1h`, `stop`: 5", 20, "CAPACITY SUCCEEDED",
         "0 CAPACITY 0; 4 SUCCEEDED 0; 5 CAPACITY 0");
}

/* An instance goes when its last worker is done: of 2 x 2 workers three work until 4 s, so that one
 * instance has an idle one, and both go at 4 s. */
static void test_the_last_worker_of_an_instance(void **state)
{
    struct world_lab lab;
    (void)state;
    open(&lab, "`count`: 2, `concurrency`: 2, `stop`: 1", 20);
    world_lab_run(&lab, 1);
    /* Both of 20 s for 4 s. */
    assert_true(world_lab_value(&lab, "worker", "instances", "mean") == 2 * 4 / 20.0);
    assert_true(world_lab_value(&lab, "worker", "processed", "count") == 3.0);
    world_lab_close(&lab);
}

/* One that crashed (at 1 s, for 10 s) and is down when the consumer stops does not come back; one
 * that crashes while it leaves neither. */
static void test_no_restart_after_the_stop(void **state)
{
    static const char world[] =
        "{`version`: 1, `title`: `crash`, `experiment`: {`duration`: 100}, `queues`: {`jobs`: "
        "{`VisibilityTimeout`: 30, `preload`: {`messages`: 3}}}, `consumers`: {`worker`: {`from`: "
        "`jobs`, `WaitTimeSeconds`: 20, `service`: 4, `failure`: {`restart`: 10}, `stop`: %s}}, "
        "`faults`: [{`kind`: `crash`, `targets`: [`worker`], `at`: %s}]}";
    static const char *const stop_and_crash[][2] = {{"5", "1"}, {"1", "3"}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct world_lab lab;
        struct world_lab_log log;
        char text[TEXT];
        snprintf(text, sizeof text, world, stop_and_crash[i][0], stop_and_crash[i][1]);
        world_lab_open(&lab, text);
        world_lab_listen(&lab, &log, "CRASHED RESTARTED SUCCEEDED");
        world_lab_run(&lab, 1);
        assert_string_equal(text_of(&log.text), i == 0 ? "1 CRASHED 0" : "3 CRASHED 0");
        text_free(&log.text);
        world_lab_close(&lab);
    }
}

static void test_mistakes(void **state)
{
    static const char world[] =
        "{`version`: 1, `title`: `t`, `experiment`: {`duration`: 100}, `queues`: {`jobs`: {}}, "
        "`consumers`: {`worker`: {`from`: `jobs`, `WaitTimeSeconds`: 20, `service`: 4, %s}}}";
    static const struct {
        const char *keys;
        bool is_sound;
    } cases[] = {{"`start`: 5, `stop`: 6", true}, {"`start`: 5, `stop`: 5", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TEXT];
        snprintf(text, sizeof text, world, cases[i].keys);
        assert_int_equal(world_lab_accepts(text), cases[i].is_sound);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_later_start),
        cmocka_unit_test(test_a_graceful_stop),
        cmocka_unit_test(test_an_abrupt_stop),
        cmocka_unit_test(test_idle_workers_go_at_once),
        cmocka_unit_test(test_the_last_worker_of_an_instance),
        cmocka_unit_test(test_no_restart_after_the_stop),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
