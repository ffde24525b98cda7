// SPDX-License-Identifier: GPL-3.0-or-later
/* Alarms in worlds without chance: when they go off, and what is measured of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/world.h"

enum { TEXT = 2048 };

/* A message every 10 s from 295 s to 885 s, and a consumer that begins after 20 min and empties the
 * queue, of 60 messages by then, in 60 s. */
static void open(struct world_lab *lab, const char *alarm, const char *experiment)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `alarm`, `experiment`: {%s}, `queues`: {`jobs`: {}}, "
             "`producers`: {`web`: {`to`: `jobs`, `arrivals`: {`process`: `paced`, `rate`: 0.1}, "
             "`start`: `285s`, `stop`: `895s`}}, `consumers`: {`worker`: {`from`: `jobs`, "
             "`WaitTimeSeconds`: 20, `service`: 1, `start`: `1200.5s`}}, "
             "`alarms`: {`high`: {`entity`: `jobs`, %s}}}",
             experiment, alarm);
    world_lab_open(lab, text);
}

static void tell(const char *alarm, const char *expected)
{
    struct world_lab lab;
    struct world_lab_log log;
    open(&lab, alarm, "`duration`: `1h`");
    world_lab_listen(&lab, &log, "ALARM");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), expected);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: CW-6
 * The k-th message is accepted at 285 + 10 k s.  Each minute's value is read at its end: at 300 s
 * there is 1 message (k = 1), at 360 s 7, at 600 s 31, which is the first above 30.  From 1,200.5
 * s on one is taken each second, the last at 1,259.5 s, so that at 1,260 s none is left. */
static void test_one_period(void **state)
{
    (void)state;
    tell("`metric`: `ApproximateNumberOfMessagesVisible`, `threshold`: 30",
         "300 ALARM 0; 600 ALARM 0; 1260 ALARM 0");
}

/* Three datapoints of three: two minutes later; and back with the first that does not breach. */
static void test_three_periods(void **state)
{
    (void)state;
    tell("`metric`: `ApproximateNumberOfMessagesVisible`, `threshold`: 30, `evaluationPeriods`: 3",
         "300 ALARM 0; 720 ALARM 0; 1260 ALARM 0");
}

/* A period of 5 min is the average of five values: of 37 43 49 55 60 at 900 s, 48.8 > 30; of
 * 7 13 19 25 31 at 600 s, 19 is not; the largest of those is, and so one period earlier.  The last
 * period with a value above 0 ends at 1,500 s: 0 0 0 0 0; that at 1,200 s has 60 throughout. */
static void test_statistics(void **state)
{
    (void)state;
    tell("`metric`: `ApproximateNumberOfMessagesVisible`, `threshold`: 30, `period`: `5m`",
         "300 ALARM 0; 900 ALARM 0; 1500 ALARM 0");
    tell("`metric`: `ApproximateNumberOfMessagesVisible`, `threshold`: 30, `period`: `5m`, "
         "`statistic`: `Maximum`",
         "300 ALARM 0; 600 ALARM 0; 1500 ALARM 0");
}

/* EVIDENCE-OF: CW-1
 * The queue is not in use before its first message, which is why the alarm does not know of it
 * until 300 s; a metric that is late shifts all. */
static void test_a_late_metric(void **state)
{
    (void)state;
    tell("`metric`: `ApproximateNumberOfMessagesVisible`, `threshold`: 30, `delay`: `90s`",
         "390 ALARM 0; 690 ALARM 0; 1350 ALARM 0");
}

/* EVIDENCE-OF: CW-1
 * A minute after six hours in which nothing happened the queue gives no values.  The message of
 * 0 s is taken at once, and nobody polls any more. */
static void test_six_hours(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `idle`, `experiment`: {`duration`: `7h`}, `queues`: "
                   "{`jobs`: {`preload`: {`messages`: 1}}}, `consumers`: {`worker`: {`from`: "
                   "`jobs`, `WaitTimeSeconds`: 0, `pollInterval`: `1h`, `service`: 1, `stop`: "
                   "`30s`}}, `alarms`: {`none`: {`entity`: `jobs`, `metric`: "
                   "`NumberOfMessagesDeleted`, `threshold`: 0}}}");
    world_lab_listen(&lab, &log, "DELETED ALARM");
    world_lab_run(&lab, 1);
    /* 1 s + 21,600 s, and then two minutes for the range of three datapoints. */
    assert_string_equal(text_of(&log.text), "1 DELETED 0; 60 ALARM 0; 120 ALARM 0; 21780 ALARM 0");
    text_free(&log.text);
    world_lab_close(&lab);
}

/* EVIDENCE-OF: CW-3
 * Counters have what came in the minute: at 300 s one send, at 360 s six. */
static void test_counters(void **state)
{
    (void)state;
    tell("`metric`: `NumberOfMessagesSent`, `threshold`: 6, `comparison`: "
         "`GreaterThanOrEqualToThreshold`",
         "300 ALARM 0; 360 ALARM 0; 900 ALARM 0");
    tell("`metric`: `NumberOfMessagesReceived`, `threshold`: 60, `comparison`: "
         "`GreaterThanOrEqualToThreshold`",
         "300 ALARM 0; 1260 ALARM 0; 1320 ALARM 0");
    /* Polls of 20 s from 1,260.5 s on: two end before 1,320 s. */
    tell("`metric`: `NumberOfEmptyReceives`, `threshold`: 1", "300 ALARM 0; 1320 ALARM 0");
}

/* The oldest message is of 295 s; above 10 min at 900 s.  At 420 s it is 125 s old, which is not
 * above 125 s; at 1,260 s one is left, of 885 s. */
static void test_the_age(void **state)
{
    (void)state;
    tell("`metric`: `ApproximateAgeOfOldestMessage`, `threshold`: 600",
         "300 ALARM 0; 900 ALARM 0; 1260 ALARM 0");
    tell("`metric`: `ApproximateAgeOfOldestMessage`, `threshold`: 125",
         "300 ALARM 0; 480 ALARM 0; 1320 ALARM 0");
}

/* From 600 s to 1,260 s it alarms; the window of the second begins at 1,000 s, when it does. */
static void test_rows(void **state)
{
    static const struct {
        const char *experiment;
        double alarms, time_s, first_s;
    } cases[] = {
        {"`duration`: `1h`", 1, 660, 600},
        {"`duration`: `1h`, `warmup`: `1000s`", 0, 260, (double)NAN},
        {"`duration`: 1201", 1, 601, 600},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world_lab lab;
        open(&lab, "`metric`: `ApproximateNumberOfMessagesVisible`, `threshold`: 30",
             cases[i].experiment);
        for (uint32_t replication = 1; replication <= 2; replication++) {
            world_lab_run(&lab, replication);
            const double first_s = world_lab_value(&lab, "high", "firstAlarm", "at");
            assert_true(world_lab_value(&lab, "high", "alarms", "count") == cases[i].alarms);
            assert_true(
                fabs(world_lab_value(&lab, "high", "timeInAlarm", "sum") - cases[i].time_s) < 1e-9);
            assert_true(isnan(cases[i].first_s) ? isnan(first_s) : first_s == cases[i].first_s);
        }
        world_lab_close(&lab);
    }
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *alarm;
        bool is_sound;
    } cases[] = {
        {"`entity`: `jobs`, `metric`: `NumberOfMessagesSent`, `threshold`: 1", true},
        {"`entity`: `dead`, `metric`: `ApproximateNumberOfMessagesVisible`, `threshold`: 1", true},
        {"`entity`: `worker`, `metric`: `NumberOfMessagesSent`, `threshold`: 1", false},
        {"`entity`: `jobs`, `metric`: `Backlog`, `threshold`: 1", false},
        {"`entity`: `jobs`, `metric`: `NumberOfMessagesSent`", false},
        {"`entity`: `jobs`, `metric`: `NumberOfMessagesSent`, `threshold`: 1, `period`: `90s`",
         false},
        {"`entity`: `jobs`, `metric`: `NumberOfMessagesSent`, `threshold`: 1, "
         "`evaluationPeriods`: 2, `datapointsToAlarm`: 3",
         false},
        {"`entity`: `dead`, `metric`: `ApproximateAgeOfOldestMessage`, `threshold`: 1", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TEXT];
        snprintf(text, sizeof text,
                 "{`version`: 1, `title`: `t`, `experiment`: {`duration`: 100}, `queues`: "
                 "{`dead`: {}, `jobs`: {`RedrivePolicy`: {`deadLetterTargetArn`: `dead`, "
                 "`maxReceiveCount`: 2}}}, `consumers`: {`worker`: {`from`: `jobs`, "
                 "`WaitTimeSeconds`: 20, `service`: 4}}, `alarms`: {`a`: {%s}}}",
                 cases[i].alarm);
        if (world_lab_accepts(text) != cases[i].is_sound)
            fail_msg("%s", cases[i].alarm);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_period), cmocka_unit_test(test_three_periods),
        cmocka_unit_test(test_statistics), cmocka_unit_test(test_a_late_metric),
        cmocka_unit_test(test_six_hours),  cmocka_unit_test(test_counters),
        cmocka_unit_test(test_the_age),    cmocka_unit_test(test_rows),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
