// SPDX-License-Identifier: GPL-3.0-or-later
/* What a dying process prints and how it ends, seen from its parent. */
#include "base/must.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char said[2048];

/* Runs die in a child, keeps what it wrote to stderr, and returns its status as wait gives it. */
static int run(void (*die)(void))
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        die();
        _exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    while ((got = read(ends[0], said + length, sizeof said - 1 - length)) > 0) {
        length += (size_t)got;
    }
    said[length] = '\0';
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void assert_died(int status)
{
#ifdef MUST_ABORTS
    assert_true(WIFSIGNALED(status));
#else
    /* 4: a MUST or an invariant broken. */
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 4);
#endif
}

static void fail_plainly(void)
{
    int one = 1;
    MUST(one == 2);
}

static void test_failure_names_condition_and_place(void **state)
{
    (void)state;
    assert_died(run(fail_plainly));
    assert_non_null(strstr(said, "queuelab: internal error: one == 2 ("));
    assert_non_null(strstr(said, "test_must.c:"));
    assert_null(strstr(said, "seed"));
}

static void pass(void)
{
    MUST(1 + 1 == 2);
    MUST_SLOW(1 + 1 == 2);
}

static void test_what_holds_does_nothing(void **state)
{
    (void)state;
    int status = run(pass);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_string_equal(said, "");
}

static void fail_in_context(void)
{
    const int64_t now_ns = INT64_C(12500000001);
    const uint64_t event_count = 77;
    const struct must_context context = {
        .replay = "queuelab run --seed 5 a.json",
        .seed = 5,
        .replication = 3,
        .now_ns = &now_ns,
        .event_count = &event_count,
    };
    must_context_set(&context);
    must_fail("sim/core/engine.c", 31, "at_ns >= now_ns");
}

static void test_failure_tells_context(void **state)
{
    (void)state;
    assert_died(run(fail_in_context));
    assert_string_equal(said, "queuelab: internal error: at_ns >= now_ns (sim/core/engine.c:31)\n"
                              "  seed 5, replication 3, time 12.500000001 s, event 77\n"
                              "  replay: queuelab run --seed 5 a.json\n");
}

static void break_invariant(void)
{
    /* A seed above 2^53 is shown as scenarios write it. */
    const struct must_context context = {.seed = UINT64_C(0x9e3779b97f4a7c15), .replication = 1};
    must_context_set(&context);
    must_broken("conservation", "%d messages are lost", 2);
}

static void test_broken_invariant_has_its_sentence(void **state)
{
    (void)state;
    assert_died(run(break_invariant));
    assert_string_equal(said, "queuelab: invariant broken: conservation: 2 messages are lost\n"
                              "  seed 0x9e3779b97f4a7c15, replication 1\n");
}

static void fail_after_clearing(void)
{
    const struct must_context context = {.seed = 5, .replication = 1};
    must_context_set(&context);
    must_context_set(NULL);
    fail_plainly();
}

static void test_context_can_be_cleared(void **state)
{
    (void)state;
    assert_died(run(fail_after_clearing));
    assert_null(strstr(said, "seed"));
}

static void fail_slowly(void)
{
    MUST_SLOW(1 + 1 == 3);
}

static void test_slow_checks_are_for_the_stress_build(void **state)
{
    (void)state;
    int status = run(fail_slowly);
#ifdef STRESS
    assert_died(status);
#else
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
#endif
}

static void test_memory_is_had_or_the_process_ends(void **state)
{
    (void)state;
    char *block = must_alloc(4);
    memcpy(block, "abc", 4);
    block = must_grow(block, 100000);
    assert_string_equal(block, "abc");
    free(block);
    free(must_alloc(0));
    free(must_grow(NULL, 0));
}

static void ask_too_much(void)
{
    free(must_alloc(SIZE_MAX / 2));
}

static void test_out_of_memory_is_our_mistake(void **state)
{
    (void)state;
    /* AddressSanitizer ends the process by itself, with a status of its own. */
    int status = run(ask_too_much);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failure_names_condition_and_place),
        cmocka_unit_test(test_what_holds_does_nothing),
        cmocka_unit_test(test_failure_tells_context),
        cmocka_unit_test(test_broken_invariant_has_its_sentence),
        cmocka_unit_test(test_context_can_be_cleared),
        cmocka_unit_test(test_memory_is_had_or_the_process_ends),
        cmocka_unit_test(test_out_of_memory_is_our_mistake),
        cmocka_unit_test(test_slow_checks_are_for_the_stress_build),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
