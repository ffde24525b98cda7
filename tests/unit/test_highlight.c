// SPDX-License-Identifier: GPL-3.0-or-later
/* Which numbers tell the lesson: chosen among what is expected. */
#include "experiment/highlight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "tools/results.h"

#define EXPECT(entity, metric, stat, more)                                                         \
    "{\"entity\": \"" entity "\", \"metric\": \"" metric "\", \"stat\": \"" stat "\", " more       \
    "\"is\": \">=\", \"value\": 0}"
#define MEAN(variant, timeout) EXPECT("q", "sojourn", "mean", AT(variant, timeout))
#define AT(variant, timeout)                                                                       \
    "\"variant\": \"" variant "\", \"point\": {\"/queues/q/VisibilityTimeout\": " timeout "}, "

// clang-format off
static const char text[] =
    "{\"version\": 1, \"experiment\": {\"duration\": \"1m\", \"replications\": 2},"
    " \"queues\": {\"q\": {\"ReceiveMessageWaitTimeSeconds\": 20}},"
    " \"producers\": {\"p\": {\"to\": \"q\", \"arrivals\": {\"process\": \"paced\", \"rate\": 1}}},"
    " \"consumers\": {\"c\": {\"from\": \"q\", \"service\": \"100ms\"}},"
    " \"variants\": {\"a\": {}, \"b\": {}},"
    " \"sweep\": {\"/queues/q/VisibilityTimeout\": [30, 60]},"
    " \"expect\": ["
    EXPECT("scenario", "conserved", "end", "") ", "
    EXPECT("q", "lost", "count", "") ", "
    MEAN("a", "60") ", " MEAN("a", "30") ", " MEAN("b", "30") ", " MEAN("b", "60") ", "
    EXPECT("q", "sojourn", "max", AT("a", "60")) "]}";
// clang-format on

/* Of two variants and two points: the first that is listed, the other variant at the same point,
 * and of the first a number that was not told.  That nothing vanished, or was lost, is no news. */
static void test_variants_are_said_at_one_point(void **state)
{
    (void)state;
    struct results results = results_run(text, 2);
    struct highlight highlights[3];
    struct text said = {.length = 0};
    assert_int_equal(highlight_pick(results.result, highlights, 3), 3);
    for (size_t i = 0; i < 3; i++)
        text_printf(&said, "%s%s %s; ", highlights[i].cell->variant,
                    strrchr(highlights[i].cell->point, '=') + 1, highlights[i].row->stat);
    assert_string_equal(text_of(&said), "a60 mean; b60 mean; a60 max; ");
    text_free(&said);
    results_free(&results);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variants_are_said_at_one_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
