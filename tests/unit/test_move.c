// SPDX-License-Identifier: GPL-3.0-or-later
/* Move tasks of a scenario: what is refused, when a task starts, what it moves and where to, and
 * that the run waits for it.  Columns are counted in the texts below. */
#include "scenario/move.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/units.h"
#include "tools/said.h"
#include "tools/world.h"

/* EVIDENCE-OF: MOVE-1
 * Messages are moved out of a dead-letter queue, to another queue of its type, at most 500 a second
 * (MOVE-4). */
static void test_refused(void **state)
{
    (void)state;
    said_check(
        "s.json",
        "{`queues`: {`d`: {`redrive`: [{`at`: 1, `DestinationArn`: `d`},\n"
        "{`at`: 2, `DestinationArn`: `f.fifo`},\n"
        "{`at`: 3, `DestinationArn`: `jbos`}]},\n"
        "`e`: {`redrive`: [{}, {`at`: 1, `MaxNumberOfMessagesPerSecond`: 501}]},\n"
        "`f.fifo`: {`FifoQueue`: true},\n"
        "`jobs`: {`redrive`: [{`at`: 1}],\n"
        "`RedrivePolicy`: {`deadLetterTargetArn`: `d`, `maxReceiveCount`: 3}}}}",
        "s.json:1:59: /queues/d/redrive/0/DestinationArn: messages cannot be moved to the queue "
        "that they are in\n"
        "s.json:2:29: /queues/d/redrive/1/DestinationArn: messages move between standard queues, "
        "or between FIFO queues\n"
        "s.json:3:29: /queues/d/redrive/2/DestinationArn: there is no `jbos`, did you mean "
        "`jobs`?\n"
        "s.json:4:19: /queues/e/redrive/0: `at` is required\n"
        "s.json:4:65: /queues/e/redrive/1/MaxNumberOfMessagesPerSecond: 501 is above the maximum "
        "500\n"
        "s.json:6:21: /queues/jobs/redrive: `jobs` is no queue's dead-letter queue: no "
        "RedrivePolicy names it\n");
}

/* Two queues share a dead-letter queue.  All they get is poison to v and w, in whose stead after
 * 60 s are others, for whom it is none. */
#define WORLD(redrive)                                                                             \
    "{`version`: 1, `title`: `t`, `experiment`: {`drain`: true}, `queues`: {"                      \
    "`a`: {`VisibilityTimeout`: 10, `RedrivePolicy`: {`deadLetterTargetArn`: `d`, "                \
    "`maxReceiveCount`: 1}}, "                                                                     \
    "`b`: {`VisibilityTimeout`: 10, `RedrivePolicy`: {`deadLetterTargetArn`: `d`, "                \
    "`maxReceiveCount`: 1}}, "                                                                     \
    "`c`: {}, `d`: {`redrive`: [" redrive "]}}, "                                                  \
    "`producers`: {`p`: {`to`: `a`, `messages`: 2, `arrivals`: {`process`: `paced`, `rate`: 1}}, " \
    "`q`: {`to`: `b`, `messages`: 1, `arrivals`: {`process`: `paced`, `rate`: 1}}}, "              \
    "`consumers`: {`v`: {`from`: `a`, `WaitTimeSeconds`: 20, `service`: 0.5, "                     \
    "`failure`: {`restart`: `1h`}}, "                                                              \
    "`w`: {`from`: `b`, `WaitTimeSeconds`: 20, `service`: 0.5, `failure`: {`restart`: `1h`}}, "    \
    "`late`: {`from`: `a`, `WaitTimeSeconds`: 20, `service`: 0.5, `poison`: false, "               \
    "`failure`: {`restart`: `60s`}}, "                                                             \
    "`later`: {`from`: `b`, `WaitTimeSeconds`: 20, `service`: 0.5, `poison`: false, "              \
    "`failure`: {`restart`: `60s`}}}, "                                                            \
    "`faults`: [{`kind`: `poison`, `share`: 1, `targets`: [`p`, `q`], `start`: 0}, "               \
    "{`name`: `x`, `kind`: `crash`, `targets`: [`late`, `later`], `at`: 0}, "                      \
    "{`name`: `y`, `kind`: `crash`, `targets`: [`v`, `w`], `at`: 40}]}"

static void expect_moves(const char *text, double end_s, const char *words)
{
    struct world_lab lab;
    struct world_lab_log log = {.kinds = NULL};
    world_lab_open(&lab, text);
    world_lab_listen(&lab, &log, "DEAD_LETTERED MOVED DELETED");
    /* The second run shows that nothing is left of the first. */
    for (uint32_t i = 1; i <= 2; i++) {
        text_clear(&log.text);
        world_lab_run(&lab, i);
        assert_string_equal(text_of(&log.text), words);
        assert_int_equal(world_end_ns(lab.world), units_ns(end_s));
    }
    world_lab_close(&lab);
    text_free(&log.text);
}

/* EVIDENCE-OF: MOVE-2
 * EVIDENCE-OF: MOVE-4
 * Each goes back to its own source, one per second from the time that the scenario says; the run,
 * which had nothing else to do, waits for it. */
static void test_goes_back(void **state)
{
    (void)state;
    expect_moves(WORLD("{`at`: `70s`, `MaxNumberOfMessagesPerSecond`: 1}"), 72.5,
                 "11 DEAD_LETTERED 0; 11 DEAD_LETTERED 0; 12 DEAD_LETTERED 1; "
                 "70 MOVED 0; 70.5 DELETED 0; 71 MOVED 0; 71.5 DELETED 0; 72 MOVED 1; "
                 "72.5 DELETED 1");
}

/* EVIDENCE-OF: MOVE-3
 * A task that is to start while another of its queue is active is refused; one that comes after it
 * finds an empty queue. */
static void test_one_at_a_time(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, WORLD("{`at`: `70s`, `MaxNumberOfMessagesPerSecond`: 1}, {`at`: `71s`, "
                               "`DestinationArn`: `c`}, {`at`: `80s`, `DestinationArn`: `c`}"));
    world_lab_run(&lab, 1);
    assert_int_equal(world_lab_value(&lab, "a", "movedIn", "count"), 2);
    assert_int_equal(world_lab_value(&lab, "b", "movedIn", "count"), 1);
    assert_int_equal(world_lab_value(&lab, "c", "movedIn", "count"), 0);
    assert_int_equal(world_lab_value(&lab, "d", "movedOut", "count"), 3);
    assert_int_equal(world_end_ns(lab.world), 80 * SEC);
    world_lab_close(&lab);
}

/* To one destination, all at once in 500 a second; without tasks nobody counts moves. */
static void test_destination(void **state)
{
    (void)state;
    struct world_lab lab;
    world_lab_open(&lab, WORLD("{`at`: `70s`, `DestinationArn`: `c`}"));
    world_lab_run(&lab, 1);
    assert_int_equal(world_lab_value(&lab, "c", "movedIn", "count"), 3);
    assert_int_equal(world_lab_value(&lab, "c", "NumberOfMessagesSent", "count"), 3);
    assert_int_equal(world_lab_value(&lab, "d", "ApproximateNumberOfMessagesVisible", "end"), 0);
    assert_int_equal(world_end_ns(lab.world), units_ns(70.004));
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_goes_back),
        cmocka_unit_test(test_one_at_a_time),
        cmocka_unit_test(test_destination),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
