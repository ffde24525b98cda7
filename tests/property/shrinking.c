// SPDX-License-Identifier: GPL-3.0-or-later
/* The swarm finds and reduces what is planted: a world called bad for what is in it, an invariant
 * that is really broken, a run that says nothing any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "property/inventor/inventor.h"
#include "property/judge/judge.h"
#include "property/shrink/child.h"
#include "property/shrink/shrink.h"

enum { SEEDS = 400, TRIALS = 1500 };

struct suspect {
    const char *text;
    struct judge_options options;
    char reason[CHILD_REASON], first[CHILD_REASON];
};

static bool run_suspect(void *context)
{
    const struct suspect *suspect = context;
    return judge_text(suspect->text, &suspect->options) != JUDGE_BAD;
}

static bool is_bad(struct suspect *suspect, const char *text)
{
    suspect->text = text;
    return !child_do(&(struct child_work){run_suspect, suspect, 20.0, NULL}, suspect->reason);
}

static bool fails_alike(void *context, const char *text)
{
    struct suspect *suspect = context;
    return is_bad(suspect, text) && strcmp(suspect->reason, suspect->first) == 0;
}

static size_t count_of(const char *text, char wanted)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == wanted;
    return count;
}

/* The first bad scenario, made small. */
static char *find_and_shrink(struct suspect *suspect, size_t least_bytes)
{
    struct shrink shrink = {.fails = fails_alike, .context = suspect, .trials_most = TRIALS};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        char *text = inventor_json(seed);
        if (strlen(text) >= least_bytes && is_bad(suspect, text)) {
            strcpy(suspect->first, suspect->reason);
            char *small = shrink_text(&shrink, text);
            printf("%s: %zu bytes, after %zu trials %zu:\n%s", suspect->first, strlen(text),
                   shrink.trials, strlen(small), small);
            free(text);
            return small;
        }
        free(text);
    }
    fail_msg("none of the first %d scenarios is bad", SEEDS);
    return NULL;
}

/* --- a FIFO queue and a crash --- */

static bool has_fifo_and_crash(const struct scenario *scenario)
{
    bool has_fifo = false, has_crash = false;
    for (size_t i = 0; i < scenario->queue_count; i++)
        has_fifo = has_fifo || scenario->queues[i].cfg.fifo;
    for (size_t i = 0; i < scenario->fault_count; i++)
        has_crash = has_crash || strcmp(scenario->faults[i].kind->name, "crash") == 0;
    return has_fifo && has_crash;
}

/* What a sound scenario with both needs: the version, a title, an end, the queue and who is struck,
 * who reads it, and how long messages are kept: some 30 lines. */
static void test_what_is_planted(void **state)
{
    (void)state;
    struct suspect suspect = {.options = {.is_planted = has_fifo_and_crash}};
    char *small = find_and_shrink(&suspect, 2500);
    assert_string_equal(suspect.first, "swarm: it was planted");
    assert_true(count_of(small, '\n') <= 45);
    assert_non_null(strstr(small, ".fifo"));
    assert_non_null(strstr(small, "crash"));
    assert_null(strstr(small, "topics"));
    free(small);
}

/* --- a broken invariant, which ends the process --- */

/* A dead letter needs two queues, a redrive policy, a message and a reader that fails. */
static void test_a_broken_invariant(void **state)
{
    (void)state;
    struct suspect suspect = {.options = {.forges = true}};
    char *small = find_and_shrink(&suspect, 2000);
    assert_string_equal(suspect.first, "queuelab: invariant broken: conservation");
    assert_true(count_of(small, '\n') <= 60);
    assert_non_null(strstr(small, "deadLetterTargetArn"));
    free(small);
}

/* --- ends of a process --- */

static bool sleep_long(void *context)
{
    (void)context;
    sleep(30);
    return true;
}
static bool die(void *context)
{
    (void)context;
    abort();
}
static bool leave(void *context)
{
    fprintf(stderr, "first\nswarm: a reason: 17\nlast\n");
    return *(bool *)context;
}
static bool fail_quietly(void *context)
{
    (void)context;
    return false;
}

static void test_ends(void **state)
{
    char reason[CHILD_REASON];
    bool is_well = true;
    (void)state;
    assert_true(child_do(&(struct child_work){leave, &is_well, 10, NULL}, reason));
    is_well = false;
    assert_false(child_do(&(struct child_work){leave, &is_well, 10, NULL}, reason));
    assert_string_equal(reason, "swarm: a reason");
    assert_false(child_do(&(struct child_work){fail_quietly, NULL, 10, NULL}, reason));
    assert_string_equal(reason, "exit status 1");
    assert_false(child_do(&(struct child_work){sleep_long, NULL, 0.1, NULL}, reason));
    assert_string_equal(reason, "it takes too long");
    assert_false(child_do(&(struct child_work){die, NULL, 10, NULL}, reason));
    assert_true(strstr(reason, "signal") != NULL || strstr(reason, "SUMMARY") != NULL);
}

/* --- the shrinker alone --- */

static bool has_seven(void *context, const char *text)
{
    (void)context;
    return strstr(text, "7") != NULL && strstr(text, "name") != NULL;
}

static void test_a_tree(void **state)
{
    static const char text[] = "{\"a\": {\"b\": [1, 2, {\"c\": 27}], \"name\": 12}, \"d\": \"e\", "
                               "\"f/g\": {\"~\": [0.5, true, null]}}";
    struct shrink shrink = {.fails = has_seven, .trials_most = 200};
    (void)state;
    char *small = shrink_text(&shrink, text);
    assert_string_equal(small, "{\n  \"a\": {\n    \"b\": [\n      {\n        \"c\": 27\n      }\n"
                               "    ],\n    \"name\": 0\n  }\n}\n");
    assert_true(shrink.trials < 60);
    free(small);
}

/* Trials are bounded, and what is returned fails all the same. */
static void test_few_trials(void **state)
{
    struct shrink shrink = {.fails = has_seven, .trials_most = 2};
    (void)state;
    char *small = shrink_text(&shrink, "{\"x\": 7, \"y\": {\"z\": 1}, \"name\": 5}");
    assert_int_equal(shrink.trials, 2);
    assert_true(has_seven(NULL, small));
    free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_planted),
        cmocka_unit_test(test_a_broken_invariant),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_a_tree),
        cmocka_unit_test(test_few_trials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
