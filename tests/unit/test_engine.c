// SPDX-License-Identifier: GPL-3.0-or-later
/* The run loop: a half-open interval, what ends it, and where the clock stands afterwards.  What
 * must end the process is tried in a child. */
#include "core/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { LOG = 16 };

/* Writes a letter for each event that came, and its time. */
struct log {
    struct engine engine;
    char letters[LOG + 1];
    int64_t at_ns[LOG];
    size_t count;
};

struct entry {
    struct event event;
    struct log *log;
    char letter;
    void (*then)(struct log *log, int64_t now_ns);
};

static void on_due(struct event *event, int64_t now_ns)
{
    struct entry *entry = EVENT_OWNER(event, struct entry, event);
    struct log *log = entry->log;
    assert_int_equal(now_ns, log->engine.now_ns);
    assert_true(log->count < LOG);
    log->at_ns[log->count] = now_ns;
    log->letters[log->count++] = entry->letter;
    if (entry->then != NULL)
        entry->then(log, now_ns);
}

static void open_log(struct log *log)
{
    memset(log, 0, sizeof *log);
    engine_init(&log->engine);
}

static struct entry entry_of(struct log *log, char letter)
{
    return (struct entry){.event = {.on_due = on_due}, .log = log, .letter = letter};
}

/* The interval is [start, end): what lies at the end belongs to the next run. */
static void test_half_open(void **state)
{
    struct log log;
    (void)state;
    open_log(&log);
    struct entry a = entry_of(&log, 'a'), b = entry_of(&log, 'b'), c = entry_of(&log, 'c');
    engine_at(&log.engine, &c.event, 11);
    engine_at(&log.engine, &b.event, 10);
    engine_at(&log.engine, &a.event, 9);
    assert_int_equal(engine_run(&log.engine, 10), ENGINE_AT_END);
    assert_string_equal(log.letters, "a");
    assert_int_equal(log.engine.now_ns, 10);
    assert_int_equal(engine_run(&log.engine, 11), ENGINE_AT_END);
    assert_string_equal(log.letters, "ab");
    assert_int_equal(engine_run(&log.engine, 12), ENGINE_IDLE);
    assert_string_equal(log.letters, "abc");
    assert_int_equal(log.engine.now_ns, 12);
    assert_int_equal(log.engine.event_count, 3);
}

static void test_an_event_at_the_start(void **state)
{
    struct log log;
    (void)state;
    open_log(&log);
    struct entry a = entry_of(&log, 'a');
    engine_at(&log.engine, &a.event, 0);
    assert_int_equal(engine_run(&log.engine, 0), ENGINE_AT_END);
    assert_string_equal(log.letters, "");
    assert_int_equal(engine_run(&log.engine, 1), ENGINE_IDLE);
    assert_string_equal(log.letters, "a");
}

/* Soon before the other events of the instant, late after them, also after those that came up at
 * this instant. */
static struct entry soon, late, same;
static void schedule_three(struct log *log, int64_t now_ns)
{
    engine_late(&log->engine, &late.event);
    engine_at(&log->engine, &same.event, now_ns);
    engine_soon(&log->engine, &soon.event);
}
static void test_order_within_an_instant(void **state)
{
    struct log log;
    (void)state;
    open_log(&log);
    struct entry a = entry_of(&log, 'a'), b = entry_of(&log, 'b'), c = entry_of(&log, 'c');
    soon = entry_of(&log, 's');
    late = entry_of(&log, 'l');
    same = entry_of(&log, 'e');
    a.then = schedule_three;
    engine_at(&log.engine, &a.event, 5);
    engine_at(&log.engine, &b.event, 5);
    engine_at(&log.engine, &c.event, 6);
    engine_run(&log.engine, 100);
    assert_string_equal(log.letters, "asbelc");
    assert_int_equal(log.at_ns[4], 5);
}

static void release(struct log *log, int64_t now_ns)
{
    (void)now_ns;
    engine_release(&log->engine);
}

/* The run ends with the handler that releases the last hold, and the clock stands there. */
static void test_released(void **state)
{
    struct log log;
    (void)state;
    open_log(&log);
    struct entry a = entry_of(&log, 'a'), b = entry_of(&log, 'b'), c = entry_of(&log, 'c');
    a.then = b.then = release;
    log.engine.ends_when_released = true;
    engine_hold(&log.engine);
    engine_hold(&log.engine);
    engine_at(&log.engine, &a.event, 3);
    engine_at(&log.engine, &b.event, 7);
    engine_at(&log.engine, &c.event, 7);
    assert_int_equal(engine_run(&log.engine, 100), ENGINE_RELEASED);
    assert_string_equal(log.letters, "ab");
    assert_int_equal(log.engine.now_ns, 7);
}

static void test_holds_that_end_nothing(void **state)
{
    struct log log;
    (void)state;
    open_log(&log);
    struct entry a = entry_of(&log, 'a'), b = entry_of(&log, 'b');
    a.then = release;
    engine_hold(&log.engine);
    engine_at(&log.engine, &a.event, 3);
    engine_at(&log.engine, &b.event, 7);
    assert_int_equal(engine_run(&log.engine, 100), ENGINE_IDLE);
    assert_string_equal(log.letters, "ab");
}

static void stop(struct log *log, int64_t now_ns)
{
    (void)now_ns;
    engine_stop(&log->engine);
}
static void test_stopped(void **state)
{
    struct log log;
    (void)state;
    open_log(&log);
    struct entry a = entry_of(&log, 'a'), b = entry_of(&log, 'b');
    a.then = stop;
    log.engine.ends_when_released = true;
    engine_hold(&log.engine);
    engine_at(&log.engine, &a.event, 3);
    engine_at(&log.engine, &b.event, 3);
    assert_int_equal(engine_run(&log.engine, 100), ENGINE_STOPPED);
    assert_string_equal(log.letters, "a");
    assert_int_equal(log.engine.now_ns, 3);
}

static struct event beat;
static struct engine *beating;
static void on_beat(struct event *event, int64_t now_ns)
{
    engine_at(beating, event, now_ns + 1);
}
static void test_interrupted(void **state)
{
    struct log log;
    const volatile bool yes = true;
    (void)state;
    open_log(&log);
    beating = &log.engine;
    beat = (struct event){.on_due = on_beat};
    log.engine.interrupted = &yes;
    engine_at(&log.engine, &beat, 0);
    assert_int_equal(engine_run(&log.engine, INT64_MAX), ENGINE_INTERRUPTED);
    /* Asked now and then: at the latest after 65,536 events. */
    assert_true(log.engine.event_count <= 65536);
}

static void test_cancelled(void **state)
{
    struct log log;
    (void)state;
    open_log(&log);
    struct entry a = entry_of(&log, 'a'), b = entry_of(&log, 'b');
    engine_at(&log.engine, &a.event, 3);
    engine_at(&log.engine, &b.event, 4);
    engine_cancel(&log.engine, &a.event);
    engine_cancel(&log.engine, &a.event); /* not pending any more: nothing happens */
    engine_run(&log.engine, 10);
    assert_string_equal(log.letters, "b");
}

/* Between two runs the clock stands at the end of the first: what a caller from outside schedules
 * then, soon and late, comes at that time, around what is due at it. */
static void test_soon_and_late_between_runs(void **state)
{
    struct log log;
    (void)state;
    open_log(&log);
    struct entry a = entry_of(&log, 'a'), b = entry_of(&log, 'b'), c = entry_of(&log, 'c');
    struct entry d = entry_of(&log, 'd');
    engine_at(&log.engine, &a.event, 3);
    engine_at(&log.engine, &c.event, 10);
    engine_run(&log.engine, 10);
    engine_late(&log.engine, &d.event);
    engine_soon(&log.engine, &b.event);
    engine_run(&log.engine, 20);
    assert_string_equal(log.letters, "abcd");
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(log.at_ns[i], 10);
}

static void on_standstill(struct event *event, int64_t now_ns)
{
    engine_at(beating, event, now_ns);
}
static int status_of(void (*what)(struct engine *engine))
{
    const pid_t child = fork();
    int status = 0;
    assert_true(child >= 0);
    if (child == 0) {
        struct engine engine;
        engine_init(&engine);
        close(STDERR_FILENO);
        what(&engine);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void stand_still(struct engine *engine)
{
    beating = engine;
    beat = (struct event){.on_due = on_standstill};
    engine_at(engine, &beat, 5);
    engine_run(engine, 6);
}
static void test_ten_million_events_at_one_instant(void **state)
{
    (void)state;
    assert_int_not_equal(status_of(stand_still), 0);
}

static void schedule_in_the_past(struct engine *engine)
{
    struct event early = {0};
    beat = (struct event){.on_due = on_beat};
    beating = engine;
    engine_at(engine, &beat, 5);
    engine_run(engine, 6);
    engine_at(engine, &early, 4);
}
static void test_an_event_in_the_past(void **state)
{
    (void)state;
    assert_int_not_equal(status_of(schedule_in_the_past), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_half_open),
        cmocka_unit_test(test_an_event_at_the_start),
        cmocka_unit_test(test_order_within_an_instant),
        cmocka_unit_test(test_released),
        cmocka_unit_test(test_holds_that_end_nothing),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_soon_and_late_between_runs),
        cmocka_unit_test(test_ten_million_events_at_one_instant),
        cmocka_unit_test(test_an_event_in_the_past),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
