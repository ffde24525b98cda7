// SPDX-License-Identifier: GPL-3.0-or-later
/* Which messages a mapping's filter lets pass, and what becomes of the others. */
#include "actor/function_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tools/said.h"
#include "tools/world.h"

enum { TEXT = 2048 };

/* Five messages with bodies in turn, one a second, to a function with this filter. */
static void expect(const char *bodies, const char *filters, const char *kinds, const char *wanted)
{
    char text[TEXT];
    struct world_lab lab;
    struct world_lab_log log;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `filter`, `experiment`: {`duration`: 30}, `queues`: {`q`: "
             "{}}, `producers`: {`p`: {`to`: `q`, `messages`: 4, `arrivals`: {`process`: `paced`, "
             "`rate`: 1}, `message`: {`body`: {`sequence`: [%s]}}}}, `functions`: {`f`: {`from`: "
             "`q`, `service`: 0, `FilterCriteria`: {`Filters`: [%s]}}}}",
             bodies, filters);
    world_lab_open(&lab, text);
    world_lab_listen(&lab, &log, kinds);
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text), wanted);
    text_free(&log.text);
    world_lab_close(&lab);
}

/* A text in the text. */
#define Q "\\u0022"
#define OBJECTS                                                                                    \
    "`{" Q "type" Q ": " Q "order" Q "}`, `{" Q "type" Q ": " Q "bill" Q "}`, `order`, "           \
    "`{" Q "type" Q ": " Q "order" Q "`"

/* EVIDENCE-OF: LAM-10
 * Of an order, a bill, a text and broken JSON the pattern lets the order pass; the others are
 * deleted without an invocation. */
static void test_objects(void **state)
{
    (void)state;
    expect(OBJECTS, "{`Pattern`: {`body`: {`type`: [`order`]}}}", "INVOKED SKIPPED DELETED",
           "1 INVOKED 0; 1 DELETED 0; 2 SKIPPED 1; 2 DELETED 1; 3 SKIPPED 2; 3 DELETED 2; "
           "4 SKIPPED 3; 4 DELETED 3");
}

/* A pattern's text, as AWS has it, means the same; a list is for bodies that are no objects. */
static void test_forms(void **state)
{
    (void)state;
    expect(OBJECTS,
           "{`Pattern`: `{\\u0022body\\u0022: {\\u0022type\\u0022: [\\u0022order\\u0022]}}`}",
           "INVOKED", "1 INVOKED 0");
    expect(OBJECTS, "{`Pattern`: {`body`: [{`prefix`: `ord`}]}}", "INVOKED", "3 INVOKED 2");
}

/* One filter of several is enough; without any all pass. */
static void test_several(void **state)
{
    (void)state;
    expect(OBJECTS, "{`Pattern`: {`body`: {`type`: [`bill`]}}}, {`Pattern`: {`body`: [`order`]}}",
           "INVOKED", "2 INVOKED 1; 3 INVOKED 2");
    expect(OBJECTS, "", "INVOKED", "1 INVOKED 0; 2 INVOKED 1; 3 INVOKED 2; 4 INVOKED 3");
}

/* In one poll those that pass keep their order, and the others are deleted in one call. */
static void test_a_mixed_poll(void **state)
{
    struct world_lab lab;
    struct world_lab_log log;
    (void)state;
    world_lab_open(&lab,
                   "{`version`: 1, `title`: `mixed`, `experiment`: {`duration`: 30}, `queues`: "
                   "{`q`: {`DelaySeconds`: 5}}, `producers`: {`p`: {`to`: `q`, `messages`: 6, "
                   "`batch`: {`size`: 6, `window`: 9}, `arrivals`: {`process`: `paced`, `rate`: 6},"
                   " `message`: {`body`: {`sequence`: [`x`, `a`, `a`]}}}}, `functions`: {`f`: "
                   "{`from`: `q`, `service`: 1, `Timeout`: 30, `FilterCriteria`: {`Filters`: "
                   "[{`Pattern`: {`body`: [`a`]}}]}}}}");
    world_lab_listen(&lab, &log, "DELIVERED SKIPPED INVOKED DELETED");
    world_lab_run(&lab, 1);
    assert_string_equal(text_of(&log.text),
                        "6 DELIVERED 0; 6 DELIVERED 1; 6 DELIVERED 2; 6 DELIVERED 3; 6 DELIVERED "
                        "4; 6 DELIVERED 5; 6 SKIPPED 0; 6 SKIPPED 3; 6 DELETED 0; 6 DELETED 3; "
                        "6 INVOKED 1; 6 INVOKED 2; 6 INVOKED 4; 6 INVOKED 5; 10 DELETED 1; 10 "
                        "DELETED 2; 10 DELETED 4; 10 DELETED 5");
    assert_true(world_lab_value(&lab, "f", "processed", "count") == 4.0);
    text_free(&log.text);
    world_lab_close(&lab);
}

#define FUNCTION(filters)                                                                          \
    "{`experiment`: {`duration`: 60}, `queues`: {`q`: {}},\n`functions`: {`f`: {`service`: 1, "    \
    "`from`: `q`, `FilterCriteria`: {`Filters`: [" filters "]}}}}"
#define PLACE "s.json:2:91: /functions/f/FilterCriteria/Filters/0/Pattern: "
#define SIX   "{`Pattern`: {`body`: [`a`]}}"

static void test_mistakes(void **state)
{
    (void)state;
    said_check("s.json", FUNCTION("{`Pattern`: {`messageAttributes`: {}}}"),
               PLACE
               "a pattern is an object with the one key `body`: nothing else is known here\n");
    said_check("s.json", FUNCTION("{`Pattern`: `{`}"),
               PLACE "the pattern is no JSON: the text ends in the middle of an object\n");
    said_check("s.json", FUNCTION("{`Pattern`: {`body`: {`type`: `order`}}}"),
               PLACE "`type` must be an object or an array at /body/type\n");
    said_check("s.json", FUNCTION(SIX ", " SIX ", " SIX ", " SIX ", " SIX ", " SIX),
               "s.json:2:78: /functions/f/FilterCriteria/Filters: 6 filters: there can be 5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objects),  cmocka_unit_test(test_forms),
        cmocka_unit_test(test_several),  cmocka_unit_test(test_a_mixed_poll),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
