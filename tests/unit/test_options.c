// SPDX-License-Identifier: GPL-3.0-or-later
/* The arguments of a command line. */
#include "cli/options.h"

#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const unsigned all = OPTIONS_OVERRIDE | OPTIONS_RUN | OPTIONS_FIGURE | OPTIONS_SCREEN;

/* getopt_long may reorder its arguments: they are the caller's. */
static bool read(struct options *options, unsigned groups, char **argv)
{
    int argc = 0;
    while (argv[argc] != NULL)
        argc++;
    *options = (struct options){.command = "run"};
    optind = 1;
    return options_read(options, groups, argc, argv);
}

#define WORDS(...) ((char *[]){(char[]){"run"}, __VA_ARGS__, NULL})
#define WORD(text) ((char[]){text})

static void test_overrides_keep_their_order(void **state)
{
    (void)state;
    struct options options;
    assert_true(read(&options, all,
                     WORDS(WORD("--seed"), WORD("18446744073709551615"), WORD("file.json"),
                           WORD("--set"), WORD("/a/b=c=d"), WORD("--replications=7"))));
    assert_int_equal(options.override_count, 3);
    assert_string_equal(options.overrides[0].pointer, "/experiment/seed");
    /* 2^64 - 1 does not fit into a JSON number: it is written as scenarios write it. */
    assert_string_equal(options.overrides[0].value, "\"0xffffffffffffffff\"");
    assert_string_equal(options.overrides[1].pointer, "/a/b");
    assert_string_equal(options.overrides[1].value, "c=d");
    assert_string_equal(options.overrides[2].value, "7");
    assert_int_equal(options.operand_count, 1);
    assert_string_equal(options.operands[0], "file.json");
    options_free(&options);
}

static void test_defaults(void **state)
{
    (void)state;
    struct options options;
    assert_true(read(&options, all, WORDS(WORD("-"))));
    assert_string_equal(options.out, "out");
    assert_string_equal(options.formats, "svg");
    assert_true(options.jobs >= 1 && !options.quiet && !options.no_progress);
    assert_string_equal(options.operands[0], "-");
    options_free(&options);
}

static void refused(char **argv)
{
    struct options options;
    assert_false(read(&options, all, argv));
    options_free(&options);
}

static void test_wrong_values_are_refused(void **state)
{
    (void)state;
    refused(WORDS(WORD("--seed"), WORD("-1")));
    refused(WORDS(WORD("--seed"), WORD("18446744073709551616")));
    refused(WORDS(WORD("--seed"), WORD("")));
    refused(WORDS(WORD("--replications"), WORD("0")));
    refused(WORDS(WORD("--jobs"), WORD("many")));
    refused(WORDS(WORD("--set"), WORD("queues/a=1")));
    refused(WORDS(WORD("--set"), WORD("/queues/a")));
    refused(WORDS(WORD("--format"), WORD("svg,gif")));
    refused(WORDS(WORD("--format"), WORD("svg,")));
    refused(WORDS(WORD("--theme"), WORD("blue")));
    refused(WORDS(WORD("--progress"), WORD("always")));
    refused(WORDS(WORD("--out"), WORD("")));
    refused(WORDS(WORD("--nothing")));
    refused(WORDS(WORD("--seed")));
}

static void test_a_command_takes_its_own_options_only(void **state)
{
    (void)state;
    struct options options;
    assert_false(read(&options, OPTIONS_SCREEN, WORDS(WORD("--seed"), WORD("1"))));
    options_free(&options);
    assert_true(read(&options, OPTIONS_SCREEN, WORDS(WORD("--quiet"), WORD("--help"))));
    assert_true(options.quiet && options.help);
    options_free(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overrides_keep_their_order),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_wrong_values_are_refused),
        cmocka_unit_test(test_a_command_takes_its_own_options_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
