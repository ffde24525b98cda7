// SPDX-License-Identifier: GPL-3.0-or-later
/* Heartbeats, told by the facts of worlds without chance: a request for all that is held, at equal
 * distances, as long as the work lasts, and no longer than 12 hours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 2048 };

/* A worker with these keys, its time-out being 10 s, and messages that wait at time 0; more is what
 * else the file has. */
static void open(struct world_lab *lab, int messages, const char *worker, const char *more,
                 double seconds)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `heartbeat`, `experiment`: {`duration`: %g}, `queues`: "
             "{`jobs`: {`VisibilityTimeout`: 10, `preload`: {`messages`: %d}}}, %s "
             "`consumers`: {`worker`: {`from`: `jobs`, `WaitTimeSeconds`: 20, %s}}}",
             seconds, messages, more, worker);
    world_lab_open(lab, text);
}

static void tell(int messages, const char *worker, const char *more, double seconds,
                 const char *expected)
{
    struct world_lab lab;
    struct world_lab_log log;
    open(&lab, messages, worker, more, seconds);
    world_lab_listen(&lab, &log,
                     "DELIVERED EXTENDED EXTEND_REFUSED HIDDEN_OVER DELETED CRASHED THROTTLED");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), expected);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: VIS-1
 * 23 s of work on a time-out of 10 s: extended to 10 s from each beat, the last one being at 20 s;
 * without, the message comes back at 10 s. */
static void test_beats_as_long_as_it_works(void **state)
{
    (void)state;
    tell(1, "`service`: 23, `heartbeat`: {`every`: 5}", "", 40,
         "0 DELIVERED 0; 5 EXTENDED 0; 10 EXTENDED 0; 15 EXTENDED 0; 20 EXTENDED 0; 23 DELETED 0");
    tell(1, "`service`: 23, `count`: 2", "", 12, "0 DELIVERED 0; 10 HIDDEN_OVER 0; 10 DELIVERED 0");
}

/* The rest of the batch waits for its turn, and is kept as well; what is deleted is not. */
static void test_keeps_the_whole_batch(void **state)
{
    (void)state;
    tell(3, "`service`: 7, `MaxNumberOfMessages`: 10, `heartbeat`: {`every`: 6}", "", 40,
         "0 DELIVERED 0; 0 DELIVERED 1; 0 DELIVERED 2; 6 EXTENDED 0; 6 EXTENDED 1; 6 EXTENDED 2; "
         "7 DELETED 0; 12 EXTENDED 1; 12 EXTENDED 2; 14 DELETED 1; 18 EXTENDED 2; 21 DELETED 2");
}

/* Messages that wait to be deleted in one call are kept, too. */
static void test_keeps_what_waits_for_its_delete(void **state)
{
    (void)state;
    tell(2, "`service`: 7, `MaxNumberOfMessages`: 2, `deleteBatch`: 2, `heartbeat`: {`every`: 9}",
         "", 40,
         "0 DELIVERED 0; 0 DELIVERED 1; 9 EXTENDED 0; 9 EXTENDED 1; 14 DELETED 0; 14 DELETED 1");
}

/* extend may be another time than that of the receive: a beat at 5 s sets the end to 35 s. */
static void test_another_timeout(void **state)
{
    (void)state;
    tell(
        1,
        "`count`: 2, `acknowledge`: `never`, `service`: 6, `heartbeat`: {`every`: 5, `extend`: 30}",
        "", 36, "0 DELIVERED 0; 5 EXTENDED 0; 35 HIDDEN_OVER 0; 35 DELIVERED 0");
}

/* A crash at 6 s ends the beats: the message comes back 10 s after the one at 5 s.  A request
 * that is on its way for 2 s when the worker dies is lost. */
static void test_a_crash_ends_them(void **state)
{
    static const char crash[] = "`faults`: [{`kind`: `crash`, `targets`: [`worker`], `at`: 6}], ";
    static const char late[] = "`faults`: [{`kind`: `crash`, `targets`: [`worker`], `at`: 6}], "
                               "`network`: {`request`: 2}, ";
    (void)state;
    tell(1, "`service`: 23, `failure`: {`restart`: 100}, `heartbeat`: {`every`: 5}", crash, 40,
         "0 DELIVERED 0; 5 EXTENDED 0; 6 CRASHED 0; 15 HIDDEN_OVER 0");
    tell(1, "`service`: 23, `failure`: {`restart`: 100}, `heartbeat`: {`every`: 3}", late, 40,
         "2 DELIVERED 0; 6 CRASHED 0; 12 HIDDEN_OVER 0");
}

/* EVIDENCE-OF: VIS-6
 * Every hour to 90 min from then: at 11 h until 12 h 30 min would be too long and is
 * refused; the message comes back 90 min after the beat at 10 h, in the middle of the work, and
 * nobody asks again. */
static void test_twelve_hours(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    open(&lab, 1,
         "`service`: `20h`, `heartbeat`: {`every`: `1h`, `extend`: 5400}, "
         "`VisibilityTimeout`: 5400",
         "", 60000);
    world_lab_listen(&lab, &log, "EXTEND_REFUSED HIDDEN_OVER");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), "39600 EXTEND_REFUSED 0; 41400 HIDDEN_OVER 0");
    text_free(&log.text);
    world_lab_close(&lab);
}

/* Each beat is a request of its own, and one that is throttled changes nothing: the fault refuses
 * the beat at 5 s, and the one at 10 s comes when the time-out is over, which on a standard queue
 * hides the message again (VIS-4). */
static void test_a_throttled_beat(void **state)
{
    (void)state;
    tell(1, "`service`: 14, `heartbeat`: {`every`: 5}",
         "`faults`: [{`kind`: `throttle`, `targets`: [`jobs`], `start`: 4, `duration`: 2, "
         "`share`: 1}], ",
         20, "0 DELIVERED 0; 5 THROTTLED 0; 10 HIDDEN_OVER 0; 10 EXTENDED 0; 14 DELETED 0");
}

/* The receive, four beats and the delete; the poll at 23 s has not ended at 40 s. */
static void test_they_count_as_requests(void **state)
{
    struct world_lab lab;
    (void)state;
    open(&lab, 1, "`service`: 23, `heartbeat`: {`every`: 5}", "", 40);
    world_lab_run(&lab, 1);
    assert_true(world_lab_value(&lab, "jobs", "requests", "count") == 1 + 4 + 1);
    world_lab_close(&lab);
}

/* Replies take 2.5 s, so that work begins then; of beats at every second two are left out until the
 * reply to the one before is there. */
static void test_one_request_at_a_time(void **state)
{
    (void)state;
    tell(1, "`service`: 9, `heartbeat`: {`every`: 1}", "`network`: {`response`: 2.5}, ", 13,
         "0 DELIVERED 0; 3.5 EXTENDED 0; 6.5 EXTENDED 0; 9.5 EXTENDED 0; 11.5 DELETED 0");
}

static void test_mistakes(void **state)
{
    static const char world[] =
        "{`version`: 1, `title`: `t`, `experiment`: {`duration`: 100}, `queues`: {`jobs`: {}}, "
        "`consumers`: {`worker`: {`from`: `jobs`, `WaitTimeSeconds`: 20, `service`: 4, %s}}}";
    static const struct {
        const char *keys;
        bool is_sound;
    } cases[] = {
        {"`heartbeat`: {`every`: 5}", true},
        {"`heartbeat`: {`every`: 5, `extend`: 43200}", true},
        {"`heartbeat`: {`every`: 5, `extend`: 43201}", false},
        {"`heartbeat`: {`every`: 5, `extend`: 0}", false},
        {"`heartbeat`: {`extend`: 5}", false},
        {"`heartbeat`: {`every`: 5}, `acknowledge`: `beforeWork`", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TEXT];
        snprintf(text, sizeof text, world, cases[i].keys);
        if (world_lab_accepts(text) != cases[i].is_sound)
            fail_msg("%s", cases[i].keys);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beats_as_long_as_it_works),
        cmocka_unit_test(test_keeps_the_whole_batch),
        cmocka_unit_test(test_keeps_what_waits_for_its_delete),
        cmocka_unit_test(test_another_timeout),
        cmocka_unit_test(test_a_crash_ends_them),
        cmocka_unit_test(test_twelve_hours),
        cmocka_unit_test(test_a_throttled_beat),
        cmocka_unit_test(test_they_count_as_requests),
        cmocka_unit_test(test_one_request_at_a_time),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
