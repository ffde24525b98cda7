// SPDX-License-Identifier: GPL-3.0-or-later
/* What a producer does with a call that was not answered, told by the facts of worlds without
 * chance. */
#include "tools/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* One message is sent at 1 s, but replies take longer than the producer waits: it tries again when
 * the back-off is over. */
static void tell(const char *queue, const char *message, const char *backoff, const char *expected)
{
    char text[1024];
    struct world_lab lab;
    struct world_lab_log log;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `retry`, `experiment`: {`duration`: 1000}, "
             "`network`: {`response`: 2}, `queues`: {%s}, `producers`: {`web`: {%s, "
             "`messages`: 1, `arrivals`: {`process`: `paced`, `rate`: 1}, `timeout`: 1, "
             "`retry`: {`attempts`: 2, `backoff`: %s, `maxBackoff`: `1h`, `jitter`: `none`}}}}",
             queue, message, backoff);
    world_lab_open(&lab, text);
    world_lab_listen(&lab, &log, "ACCEPTED DEDUPED RETRIED GAVE_UP");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), expected);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* A standard queue knows nothing of the first try. */
static void test_twice_on_a_standard_queue(void **state)
{
    (void)state;
    tell("`jobs`: {}", "`to`: `jobs`", "10",
         "1 ACCEPTED 0; 12 RETRIED 0; 12 ACCEPTED 0; 13 GAVE_UP 0");
}

/* EVIDENCE-OF: FIFO-14 FIFO-1
 * The try after 10 s has the same deduplication id, and is a duplicate.  One that comes after 5
 * minutes (timeout 1 s + 299 s after the first) is a second message: the limit of exactly once. */
static void test_once_within_the_window(void **state)
{
    (void)state;
    const char *queue = "`jobs.fifo`: {`FifoQueue`: true}";
    const char *message = "`to`: `jobs.fifo`, `message`: {`group`: `g`}";
    tell(queue, message, "10", "1 ACCEPTED 0; 12 RETRIED 0; 12 DEDUPED 0; 13 GAVE_UP 0");
    tell(queue, message, "298.9",
         "1 ACCEPTED 0; 300.9 RETRIED 0; 300.9 DEDUPED 0; 301.9 GAVE_UP 0");
    tell(queue, message, "299", "1 ACCEPTED 0; 301 RETRIED 0; 301 ACCEPTED 0; 302 GAVE_UP 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twice_on_a_standard_queue),
        cmocka_unit_test(test_once_within_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
