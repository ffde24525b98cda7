// SPDX-License-Identifier: GPL-3.0-or-later
/* Choices by a message's number: every way to choose, how often each is chosen, and what a text may
 * not say. */
#include "core/choice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "actor/producer_cfg.h"
#include "tools/said.h"

enum { NUMBERS = 30000, TEXT = 512 };

/* A choice as loaded from a producer's message: its group or its body. */
struct rig {
    struct scenario_file *file;
    struct scenario *scenario;
    struct choice choice;
};

static void open_rig(struct rig *rig, const char *key, const char *value)
{
    char text[TEXT];
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `t`, `experiment`: {`duration`: 10}, `queues`: {`q`: {}}, "
             "`producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `paced`, `rate`: 1}, "
             "`message`: {`%s`: %s}}}}",
             key, value);
    rig->file = said_read("test.json", text, NULL, 0);
    rig->scenario = said_load(rig->file, 0, 0);
    const struct producer_cfg *cfg = rig->scenario->actors[0].cfg;
    choice_init(&rig->choice, strcmp(key, "group") == 0 ? &cfg->message.group : &cfg->message.body);
    rig->choice.stream = 77;
}

static void close_rig(struct rig *rig)
{
    choice_free(&rig->choice);
    scenario_free(rig->scenario);
    scenario_file_free(rig->file);
}

static void text_is(const struct rig *rig, uint64_t number, const char *expected)
{
    char buffer[64];
    assert_string_equal(choice_text(&rig->choice, choice_index(&rig->choice, number), buffer),
                        expected);
}

static void test_fixed(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "group", "`tenant`");
    text_is(&rig, 0, "tenant");
    text_is(&rig, 12345, "tenant");
    close_rig(&rig);
}

static void test_sequence(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "body", "{`sequence`: [`5`, `8`, `5`]}");
    text_is(&rig, 0, "5");
    text_is(&rig, 1, "8");
    text_is(&rig, 2, "5");
    text_is(&rig, 3, "5");
    text_is(&rig, 4, "8");
    close_rig(&rig);
}

static void test_numbered(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "body", "{`numbered`: 100, `prefix`: `Message `}");
    text_is(&rig, 0, "Message 0");
    text_is(&rig, 99, "Message 99");
    text_is(&rig, 100, "Message 0");
    close_rig(&rig);
    open_rig(&rig, "body", "{`numbered`: 2}");
    text_is(&rig, 3, "1");
    close_rig(&rig);
}

static void test_round_robin(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, "group", "{`groups`: 3, `pick`: `roundRobin`}");
    for (uint64_t number = 0; number < 9; number++)
        assert_int_equal(choice_index(&rig.choice, number), number % 3);
    close_rig(&rig);
}

/* Each count lies within 4.9 standard deviations sqrt(n p (1 - p)) of n p: an error of 1e-6. */
static void check_shares(const char *key, const char *value, const double *shares, size_t count)
{
    struct rig rig;
    size_t counts[16] = {0};
    open_rig(&rig, key, value);
    for (uint64_t number = 0; number < NUMBERS; number++) {
        const size_t index = choice_index(&rig.choice, number);
        assert_true(index < count);
        assert_int_equal(choice_index(&rig.choice, number), index);
        counts[index]++;
    }
    for (size_t i = 0; i < count; i++) {
        const double half = 4.9 * sqrt(NUMBERS * shares[i] * (1.0 - shares[i]));
        assert_true(fabs((double)counts[i] - NUMBERS * shares[i]) <= half);
    }
    close_rig(&rig);
}

static void test_uniform(void **state)
{
    static const double fifths[] = {0.2, 0.2, 0.2, 0.2, 0.2}, all[] = {1.0};
    (void)state;
    check_shares("group", "{`groups`: 5}", fifths, 5);
    check_shares("group", "{`groups`: 1}", all, 1);
}

/* Weights 1, 1/2, 1/3, 1/4 over their sum 25/12; with exponent 2: 1, 1/4, 1/9 over 49/36; with 0
 * all alike. */
static void test_zipf(void **state)
{
    static const double harmonic[] = {12 / 25.0, 6 / 25.0, 4 / 25.0, 3 / 25.0};
    static const double squares[] = {36 / 49.0, 9 / 49.0, 4 / 49.0};
    static const double flat[] = {0.5, 0.5};
    (void)state;
    check_shares("group", "{`groups`: 4, `pick`: `zipf`}", harmonic, 4);
    check_shares("group", "{`groups`: 3, `pick`: `zipf`, `exponent`: 2}", squares, 3);
    check_shares("group", "{`groups`: 2, `pick`: `zipf`, `exponent`: 0}", flat, 2);
}

static void test_one_of(void **state)
{
    static const double shares[] = {0.3, 0.7, 0.0};
    (void)state;
    check_shares("body", "{`oneOf`: {`a`: 3, `b`: 7, `c`: 0}}", shares, 3);
}

#define MISTAKE(key, value, sentence)                                                              \
    said_check("test.json",                                                                        \
               "{`version`: 1, `title`: `t`, `experiment`: {`duration`: 10}, `queues`: {`q`: "     \
               "{}},\n`producers`: {`p`: {`to`: `q`, `arrivals`: {`process`: `paced`, `rate`: "    \
               "1}, `message`: {\n`" key "`: " value "}}}}",                                       \
               sentence)

static void test_mistakes(void **state)
{
    (void)state;
    MISTAKE("group", "5",
            "test.json:3:10: /producers/p/message/group: expected a group's name or {`groups`: "
            "...}, found a number\n");
    MISTAKE("body", "{`oneOf`: {`a`: 0}}",
            "test.json:3:19: /producers/p/message/body: oneOf needs at least one text with a "
            "weight above 0\n");
    MISTAKE("body", "{`sequence`: []}",
            "test.json:3:22: /producers/p/message/body: a sequence needs at least one text\n");
    MISTAKE("body", "{`sequence`: [1]}",
            "test.json:3:23: /producers/p/message/body: a sequence holds texts, found a number\n");
}

#define GROUP_MISTAKE(name)                                                                        \
    MISTAKE("group", "`" name "`",                                                                 \
            "test.json:3:10: /producers/p/message/group: a group's name has 1 to 128 ASCII "       \
            "letters, digits or punctuation marks\n")
#define SIXTY_FOUR "0123456789012345678901234567890123456789012345678901234567890123"

/* EVIDENCE-OF: SND-9 */
static void test_group_names(void **state)
{
    (void)state;
    MISTAKE("group", "`!~`", "");
    MISTAKE("group", "`" SIXTY_FOUR SIXTY_FOUR "`", "");
    GROUP_MISTAKE(SIXTY_FOUR SIXTY_FOUR "+");
    GROUP_MISTAKE("");
    GROUP_MISTAKE("a b");
    GROUP_MISTAKE("\xc3\xa9t\xc3\xa9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed),       cmocka_unit_test(test_sequence),
        cmocka_unit_test(test_numbered),    cmocka_unit_test(test_round_robin),
        cmocka_unit_test(test_uniform),     cmocka_unit_test(test_zipf),
        cmocka_unit_test(test_one_of),      cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_group_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
