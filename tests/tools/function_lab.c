// SPDX-License-Identifier: GPL-3.0-or-later
/* The text of a scenario around what a test gives. */
#include "tools/function_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

enum { TEXT = 2048 };

void function_lab_open(struct world_lab *lab, const char *queues, const char *others,
                       const char *function, double seconds)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `function`, `experiment`: {`duration`: %g}, `queues`: {%s}, "
             "%s`functions`: {`f`: {%s}}}",
             seconds, queues, others, function);
    world_lab_open(lab, text);
}

void function_lab_tell(const char *queues, const char *others, const char *function, double seconds,
                       const char *kinds, const char *expected)
{
    struct world_lab lab;
    struct world_lab_log log;
    function_lab_open(&lab, queues, others, function, seconds);
    world_lab_listen(&lab, &log, kinds);
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), expected);
    text_free(&log.text);
    world_lab_close(&lab);
}
