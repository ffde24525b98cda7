// SPDX-License-Identifier: GPL-3.0-or-later
/* Cells by RFC 4180. */
#include "experiment/csv_write.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/text.h"

static void word_is(const char *word, const char *wanted)
{
    struct text out = {.length = 0};
    csv_write_word(&out, word);
    assert_string_equal(text_of(&out), wanted);
    text_free(&out);
}

static void test_words(void **state)
{
    (void)state;
    word_is("", "");
    word_is("orders.fifo", "orders.fifo");
    word_is("a, b", "\"a, b\"");
    word_is("say \"x\"", "\"say \"\"x\"\"\"");
    word_is("two\nlines", "\"two lines\"");
}

static void test_numbers(void **state)
{
    (void)state;
    struct text out = {.length = 0};
    csv_write_number(&out, 0.1);
    csv_write_word(&out, " ");
    csv_write_number(&out, (double)NAN);
    csv_write_number(&out, (double)INFINITY);
    csv_write_number(&out, 12345678901234.0);
    assert_string_equal(text_of(&out), "0.1 12345678901234");
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
