// SPDX-License-Identifier: GPL-3.0-or-later
/* What a trace keeps, and its two written forms of a life told by hand: message 7 of web is sent at
 * 1 s, received at 2 s and hidden until 5 s, worked on by worker 0 for 4 s; visible again at 5 s,
 * deleted at 6 s. */
#include "observe/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "base/units.h"
#include "core/node.h"

enum { ORDERS, WEB, WORKER };

static const char *const node_names[] = {"orders", "web", "worker"};
static const struct trace_names names = {3, node_names};

static struct fact tell(struct trace *trace, double at_s, enum probe_kind kind, struct fact fact)
{
    fact.at_ns = units_ns(at_s);
    fact.kind = (uint16_t)kind;
    fact.group = UINT32_MAX;
    fact.root = probe_root(WEB, 7);
    trace_hear(trace, &fact);
    return fact;
}

static void tell_life(struct trace *trace)
{
    tell(trace, 1, PROBE_ACCEPTED,
         (struct fact){.peer = WEB, .message = 3, .bytes = 100, .value = SEC, .other = SEC});
    tell(
        trace, 2, PROBE_DELIVERED,
        (struct fact){.peer = WORKER, .message = 3, .delivery = 1, .value = 5 * SEC, .other = SEC});
    tell(trace, 2, PROBE_STARTED,
         (struct fact){.node = WORKER, .message = 3, .delivery = 1, .value = 4 * SEC});
    tell(trace, 3, PROBE_EMPTY,
         (struct fact){.peer = WORKER, .message = UINT32_MAX, .value = 20 * SEC});
    tell(trace, 5, PROBE_HIDDEN_OVER,
         (struct fact){.peer = NODE_NONE, .message = 3, .delivery = 1});
    tell(trace, 6, PROBE_SUCCEEDED,
         (struct fact){.node = WORKER, .message = 3, .delivery = 1, .value = 4 * SEC});
    tell(trace, 6, PROBE_DELETED, (struct fact){.peer = WORKER, .message = 3, .delivery = 1});
}

static void test_it_keeps_the_first(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace, 5);
    tell_life(&trace);
    assert_int_equal(trace.count, 5);
    assert_true(trace.is_full);
    assert_int_equal(trace.facts[4].kind, PROBE_HIDDEN_OVER);
    trace_free(&trace);
}

/* A call names no message, and others are not of that one. */
static void test_it_keeps_one_message(void **state)
{
    (void)state;
    struct trace trace;
    trace_init(&trace, TRACE_MOST);
    trace.is_of_root = true;
    trace.root = probe_root(WEB, 7);
    tell_life(&trace);
    assert_int_equal(trace.count, 6);
    trace.root = probe_root(WEB, 8);
    tell_life(&trace);
    assert_int_equal(trace.count, 6);
    assert_false(trace.is_full);
    trace_free(&trace);
}

/* Whatever number its root would be: not of the first message of the first component. */
static void test_trouble_is_of_no_message(void **state)
{
    (void)state;
    struct trace trace;
    struct text out = {.length = 0};
    trace_init(&trace, TRACE_MOST);
    const struct fact on = {.kind = PROBE_FAULT_ON, .peer = NODE_NONE, .n = 2};
    const struct fact off = {
        .kind = PROBE_FAULT_OFF, .peer = NODE_NONE, .n = 2, .at_ns = 3 * SEC, .value = 3 * SEC};
    assert_false(trace_is_of_message(&on) || trace_is_of_message(&off));
    trace_hear(&trace, &on);
    trace_hear(&trace, &off);
    trace_write_ndjson(&trace, &names, &out);
    assert_string_equal(text_of(&out), "{\"time_s\":0,\"kind\":\"FAULT_ON\",\"node\":\"orders\","
                                       "\"fault\":2,\"acts\":0}\n"
                                       "{\"time_s\":3,\"kind\":\"FAULT_OFF\",\"node\":\"orders\","
                                       "\"fault\":2,\"lasted_s\":3}\n");
    text_free(&out);
    trace_free(&trace);
}

static void test_a_fact_is_a_line(void **state)
{
    (void)state;
    struct trace trace;
    struct text out = {.length = 0};
    trace_init(&trace, TRACE_MOST);
    tell_life(&trace);
    trace_write_ndjson(&trace, &names, &out);
    assert_non_null(strstr(text_of(&out),
                           "{\"time_s\":2,\"kind\":\"DELIVERED\",\"node\":\"orders\",\"peer\":"
                           "\"worker\",\"origin\":\"web\",\"message\":7,\"slot\":3,\"delivery\":1,"
                           "\"index\":0,\"hiddenUntil_s\":5,\"visible_s\":1}\n"));
    assert_non_null(strstr(text_of(&out), "{\"time_s\":3,\"kind\":\"EMPTY\",\"node\":\"orders\","
                                          "\"peer\":\"worker\",\"waited_s\":20}\n"));
    assert_non_null(strstr(text_of(&out), "\"kind\":\"STARTED\",\"node\":\"worker\",\"peer\":"
                                          "\"orders\",\"origin\":\"web\",\"message\":7,\"slot\":3,"
                                          "\"delivery\":1,\"worker\":0,\"service_s\":4}\n"));
    text_free(&out);
    trace_free(&trace);
}

static size_t count(const char *text, const char *what)
{
    size_t found = 0;
    for (; (text = strstr(text, what)) != NULL; text++)
        found++;
    return found;
}

/* Times in microseconds; ids count from 1, so that orders is process 1 and worker is 3. */
static void test_chrome_has_work_and_windows(void **state)
{
    (void)state;
    struct trace trace;
    struct text out = {.length = 0};
    trace_init(&trace, TRACE_MOST);
    tell_life(&trace);
    trace_write_chrome(&trace, &names, &out);
    assert_non_null(strstr(text_of(&out), "{\"ph\":\"X\",\"name\":\"web 7\",\"pid\":3,\"tid\":1,"
                                          "\"ts\":2000000,\"dur\":4000000,"));
    assert_non_null(strstr(text_of(&out), "\"ph\":\"b\",\"name\":\"invisible\",\"pid\":1,"
                                          "\"cat\":\"message\",\"id\":\"3."));
    assert_int_equal(count(text_of(&out), "\"ph\":\"b\""), 2);
    assert_int_equal(count(text_of(&out), "\"ph\":\"e\""), 2);
    assert_int_equal(count(text_of(&out), "\"name\":\"worker #1\""), 1);
    text_free(&out);
    trace_free(&trace);
}

/* What is open when the trace ends is closed with it. */
static void test_chrome_closes_what_is_open(void **state)
{
    (void)state;
    struct trace trace;
    struct text out = {.length = 0};
    trace_init(&trace, 2);
    tell_life(&trace);
    trace_write_chrome(&trace, &names, &out);
    assert_int_equal(count(text_of(&out), "\"ph\":\"b\""), 2);
    assert_int_equal(count(text_of(&out), "\"ph\":\"e\""), 2);
    text_free(&out);
    trace_free(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_keeps_the_first),
        cmocka_unit_test(test_it_keeps_one_message),
        cmocka_unit_test(test_trouble_is_of_no_message),
        cmocka_unit_test(test_a_fact_is_a_line),
        cmocka_unit_test(test_chrome_has_work_and_windows),
        cmocka_unit_test(test_chrome_closes_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
