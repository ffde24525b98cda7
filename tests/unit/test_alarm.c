// SPDX-License-Identifier: GPL-3.0-or-later
/* An alarm's judgement of a handful of datapoints.  The tables are those of the CloudWatch user
 * guide, "Configuring how CloudWatch alarms treat missing data": x breaches, 0 does not, - is
 * missing; the newest is at the right. */
#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <cmocka.h>

#include "core/probe.h"
#include "actor/alarm.h"

enum { BAD = PROBE_ALARM_ALARM, OK = PROBE_ALARM_OK, NO_DATA = PROBE_ALARM_INSUFFICIENT };
enum { RETAIN = 9 }; /* the state is what it was */
enum { RULES = 4 };

static double value_of(char point)
{
    return point == 'x' ? 11.0 : point == '0' ? 10.0 : (double)NAN;
}

/* After an alarm, or after rest, five datapoints.  What was before is out of the range by then. */
static int judged(const struct alarm_rule *rule, int before, const char *points)
{
    struct arena arena;
    struct alarm alarm;
    arena_init(&arena);
    alarm_init(&alarm, rule, &arena);
    alarm.state = before;
    for (const char *point = points; *point != '\0'; point++) {
        /* Only the last datapoint's judgement is asked for. */
        if (point[1] == '\0')
            alarm.state = before;
        alarm_add(&alarm, value_of(*point));
    }
    const int state = alarm.state;
    arena_free(&arena);
    return state;
}

struct line {
    const char *points;
    int states[RULES]; /* missing, notBreaching, breaching, ignore */
};

static void check(int64_t datapoints, const struct line *lines, size_t count)
{
    static const int before[] = {OK, BAD, NO_DATA};
    for (size_t i = 0; i < count * RULES * 3; i++) {
        const struct line *line = &lines[i / (RULES * 3)];
        const int missing = (int)(i / 3 % RULES), was = before[i % 3];
        const struct alarm_rule rule = {.threshold = 10.0,
                                        .comparison = ALARM_ABOVE,
                                        .evaluation_periods = 3,
                                        .datapoints = datapoints,
                                        .missing = missing};
        const int expected = line->states[missing] == RETAIN ? was : line->states[missing];
        if (judged(&rule, was, line->points) != expected)
            fail_msg("%s, missing data %d, after %d", line->points, missing, was);
    }
}

/* EVIDENCE-OF: CW-6
 * 3 of 3 in a range of five.  The fourth line: real datapoints are used before any is filled in. */
static void test_three_of_three(void **state)
{
    static const struct line lines[] = {
        {"0-x-x", {OK, OK, OK, OK}},           {"0----", {OK, OK, OK, OK}},
        {"-----", {NO_DATA, OK, BAD, RETAIN}}, {"0xx-x", {BAD, BAD, BAD, BAD}},
        {"--x--", {BAD, OK, BAD, RETAIN}},
    };
    (void)state;
    check(3, lines, sizeof lines / sizeof *lines);
}

/* EVIDENCE-OF: CW-6
 * 2 of 3. */
static void test_two_of_three(void **state)
{
    static const struct line lines[] = {
        {"0-x-x", {BAD, BAD, BAD, BAD}},   {"00x0x", {BAD, BAD, BAD, BAD}},
        {"0-x--", {OK, OK, BAD, OK}},      {"----0", {OK, OK, BAD, OK}},
        {"---x-", {BAD, OK, BAD, RETAIN}},
    };
    (void)state;
    check(2, lines, sizeof lines / sizeof *lines);
}

/* EVIDENCE-OF: CW-6
 * A datapoint that has just come, of a metric that had none, does not alarm before there are as
 * many periods as are judged. */
static void test_no_hasty_alarm(void **state)
{
    static const struct line lines[] = {
        {"----x", {RETAIN, OK, BAD, RETAIN}},
        {"---xx", {RETAIN, OK, BAD, RETAIN}},
        {"--xxx", {BAD, BAD, BAD, BAD}},
    };
    (void)state;
    check(3, lines, sizeof lines / sizeof *lines);
}

/* The first datapoints of all: nothing is before them. */
static void test_the_first(void **state)
{
    const struct alarm_rule rule = {.threshold = 10.0,
                                    .comparison = ALARM_AT_LEAST,
                                    .evaluation_periods = 3,
                                    .datapoints = 3,
                                    .missing = ALARM_MISSING};
    static const int expected[] = {NO_DATA, NO_DATA, BAD, BAD, OK};
    struct arena arena;
    struct alarm alarm;
    (void)state;
    arena_init(&arena);
    alarm_init(&alarm, &rule, &arena);
    for (int i = 0; i < 5; i++)
        assert_int_equal(alarm_add(&alarm, i < 4 ? 10.0 : 9.0), expected[i]);
    alarm_clear(&alarm);
    assert_int_equal(alarm.state, NO_DATA);
    assert_int_equal(alarm_add(&alarm, 9.0), OK);
    arena_free(&arena);
}

static void test_comparisons(void **state)
{
    static const bool breaches[][3] = {/* at 9, 10, 11 against 10 */
                                       [ALARM_ABOVE] = {false, false, true},
                                       [ALARM_AT_LEAST] = {false, true, true},
                                       [ALARM_BELOW] = {true, false, false},
                                       [ALARM_AT_MOST] = {true, true, false}};
    (void)state;
    for (int comparison = 0; comparison < 4; comparison++) {
        for (int i = 0; i < 3; i++) {
            const struct alarm_rule rule = {.threshold = 10.0,
                                            .comparison = comparison,
                                            .evaluation_periods = 1,
                                            .datapoints = 1};
            struct arena arena;
            struct alarm alarm;
            arena_init(&arena);
            alarm_init(&alarm, &rule, &arena);
            assert_int_equal(alarm_add(&alarm, 9.0 + i), breaches[comparison][i] ? BAD : OK);
            arena_free(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_of_three), cmocka_unit_test(test_two_of_three),
        cmocka_unit_test(test_no_hasty_alarm), cmocka_unit_test(test_the_first),
        cmocka_unit_test(test_comparisons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
