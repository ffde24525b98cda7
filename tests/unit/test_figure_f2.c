// SPDX-License-Identifier: GPL-3.0-or-later
/* F2, the tail of latency: four messages of which every time is known. */
#include "experiment/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

/* One worker of 1 s and four messages at 1 s, 1.001 s, 1.002 s, 1.003 s: they take 1 s, 1.999 s,
 * 2.998 s and 3.997 s.  Histograms are right to 1 %. */
static const char scenario[] =
    "{\"version\": 1, \"experiment\": {\"drain\": true, \"replications\": 1}, "
    "\"queues\": {\"q\": {}}, \"producers\": {\"p\": {\"to\": \"q\", \"messages\": 4, "
    "\"start\": \"999ms\", \"arrivals\": {\"process\": \"paced\", \"rate\": 1000}}}, "
    "\"consumers\": {\"c\": {\"from\": \"q\", \"WaitTimeSeconds\": 20, \"service\": 1}}}";

/* The share beyond the time, by the curve's rows: the height at the last step that is not later. */
static double beyond(const char *csv, double time_s)
{
    double height = 1.0, x, y;
    for (const char *line = strchr(csv, '\n'); line != NULL; line = strchr(line + 1, '\n')) {
        if (sscanf(line + 1, "0,curve,%*[^,],%*[^,],,p,messageLatency,%lf,%lf", &x, &y) == 2 ||
            sscanf(line + 1, "0,curve,%*[^,],,,p,messageLatency,%lf,%lf", &x, &y) == 2)
            height = x <= time_s ? y : height;
    }
    return height;
}

static void test_tail(void **state)
{
    (void)state;
    struct results results = results_run(scenario, 1);
    struct figure figure;
    figure_init(&figure, &figure_f2, results.result);
    assert_null(figure.refusal);
    const char *csv = text_of(&figure.csv);
    assert_float_equal(beyond(csv, 0.9), 1.0, 0.0);
    assert_float_equal(beyond(csv, 1.5), 0.75, 1e-12);
    assert_float_equal(beyond(csv, 2.5), 0.5, 1e-12);
    assert_float_equal(beyond(csv, 3.5), 0.25, 1e-12);
    /* Nothing takes longer than the last, and nothing has no logarithm. */
    assert_float_equal(beyond(csv, 9.0), 0.25, 1e-12);
    assert_null(strstr(csv, ",0\n"));
    /* Four messages have no 99th percentile. */
    assert_non_null(strstr(csv, "mark,p95"));
    assert_null(strstr(csv, "mark,p99"));
    assert_string_equal(text_of(&figure.sentence),
                        "Tail of the latency. test: half of the messages take at most 2 s, "
                        "99 % of them 4 s.");
    figure_free(&figure);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
