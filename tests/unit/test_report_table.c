// SPDX-License-Identifier: GPL-3.0-or-later
/* The summary as it stands on a screen. */
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tools/results.h"

enum { SCREEN_BYTES = 8192 };

/* One message a second for a minute, worked on for 100 ms each: nothing varies. */
#define PARTS                                                                                      \
    " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"                               \
    " \"producers\": {\"p\": {\"to\": \"q\", \"messages\": 60, \"arrivals\": "                     \
    "   {\"process\": \"paced\", \"rate\": \"1/s\"}}},"                                            \
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": \"100ms\"}}"

static void show(const char *text, bool has_color, char seen[SCREEN_BYTES])
{
    struct results results = results_run(text, 1);
    const struct report report = {.result = results.result};
    FILE *out = tmpfile();
    assert_non_null(out);
    report_table(&report, &(struct report_screen){
                              .out = out, .has_color = has_color, .figures = "", .next = "this"});
    rewind(out);
    seen[fread(seen, 1, SCREEN_BYTES - 1, out)] = '\0';
    fclose(out);
    results_free(&results);
}

static size_t count(const char *seen, const char *what)
{
    size_t times = 0;
    for (const char *at = strstr(seen, what); at != NULL; at = strstr(at + 1, what))
        times++;
    return times;
}

static void has_line(const char *seen, const char *line)
{
    const char *at = strstr(seen, line);
    if (at == NULL)
        fail_msg("\"%s\" is not in:\n%s", line, seen);
}

static void test_a_simple_scenario(void **state)
{
    (void)state;
    char seen[SCREEN_BYTES];
    show("{\"version\": 1, \"title\": \"Steady\", \"lecture\": {\"source\": \"notes\"},"
         " \"experiment\": {\"drain\": true, \"replications\": 3}," PARTS "}",
         false, seen);
    /* The source ends at column 100. */
    has_line(seen, "test: Steady");
    assert_int_equal(strcspn(seen, "\n"), 100);
    assert_memory_equal(seen + 100 - 7, "(notes)\n", 8);
    has_line(seen, "\n  received once                         60    of 60\n");
    has_line(seen, "\n  time in queue, mean                0.1 s    every time\n");
    has_line(seen, "\n  time in queue p50/p95              0.1 s / 0.1 s\n");
    /* Wilson: 0 of 3 x 60 is below z^2 / (180 + z^2) = 3.841 / 183.841 = 2.09 %. */
    has_line(seen, "\n  duplicates                             0    below 2.1 %    (of 180)\n");
    has_line(seen, "\n  receive 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 ...");
    has_line(seen, "off by 0 %\n");
    assert_null(strstr(seen, "e-"));
    assert_true(count(seen, "\n") <= 24);
}

/* What is made bold or coloured ends as such, and takes no room. */
static void test_colours_end(void **state)
{
    (void)state;
    char plain[SCREEN_BYTES], coloured[SCREEN_BYTES];
    static const char text[] =
        "{\"version\": 1, \"title\": \"Steady\", \"lecture\": {\"source\": \"notes\"},"
        " \"experiment\": {\"drain\": true, \"replications\": 1}," PARTS "}";
    show(text, false, plain);
    show(text, true, coloured);
    assert_int_equal(count(plain, "\033"), 0);
    assert_int_equal(count(coloured, "\033["), 2 * count(coloured, "\033[0m"));
    assert_memory_equal(coloured, "\033[1mtest: Steady\033[0m ", 21);
    assert_int_equal(strcspn(coloured, "\n"), 100 + strlen("\033[1m\033[0m"));
}

/* One dead letter is news; that nobody sent to its queue, or received from it, is not. */
static void test_dead_letters_are_no_noise(void **state)
{
    (void)state;
    char seen[SCREEN_BYTES];
    show("{\"version\": 1, \"experiment\": {\"drain\": true, \"replications\": 1},"
         " \"queues\": {\"q\": {\"preload\": {\"messages\": 1}, \"VisibilityTimeout\": 1,"
         "   \"RedrivePolicy\": {\"deadLetterTargetArn\": \"dead\", \"maxReceiveCount\": 1}},"
         "   \"dead\": {}, \"dead2\": {}},"
         " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": 0, \"WaitTimeSeconds\": 20,"
         "   \"failure\": {\"probability\": 1}}}}",
         false, seen);
    const char *dead = strstr(seen, "\ndead\n");
    assert_non_null(dead);
    assert_memory_equal(strchr(dead + 1, '\n'), "\n  backlog mean/max ", 20);
    const char *next = strchr(dead + 7, '\n') + 1;
    assert_memory_equal(next, "c\n", 2);
}

/* Cells are aligned, and each column says something.  Wilson: 0 of 2 x 60 is below 3.841 / 123.841
 * = 3.1 %. */
static void test_several_cells(void **state)
{
    (void)state;
    char seen[SCREEN_BYTES];
    show("{\"version\": 1, \"experiment\": {\"drain\": true, \"replications\": 2}," PARTS
         ", \"variants\": {\"one\": {}, \"zw\xc3\xb6lf\": {\"/consumers/c/count\": 12}}}",
         false, seen);
    has_line(seen, "\n  q      throughput    p50    p95  duplicates/message\n");
    has_line(seen, "\n  one       0.998/s  0.1 s  0.1 s          0 (<3.1 %)\n");
    has_line(seen, "\n  zw\xc3\xb6lf     0.998/s  0.1 s  0.1 s          0 (<3.1 %)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_simple_scenario),
        cmocka_unit_test(test_colours_end),
        cmocka_unit_test(test_dead_letters_are_no_noise),
        cmocka_unit_test(test_several_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
