// SPDX-License-Identifier: GPL-3.0-or-later
/* Random scenarios over everything that a scenario can say at present, each judged by
 * property/judge/judge.h, in a process that may die of it.  What fails is made small, written to
 * build/, and the command that repeats it is printed.
 *
 *   swarm                the seeds 1 .. 1500, or fewer if TEST_SECONDS (8) are over
 *   swarm FIRST LAST     those
 *   swarm SEED           that one, in this process, after its scenario
 *   swarm FILE           that scenario, in this process
 * With TEST_SECONDS in the environment it begins at TEST_SEED (1) and goes on until that time is
 * over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "property/inventor/inventor.h"
#include "property/judge/judge.h"
#include "property/shrink/child.h"
#include "property/shrink/shrink.h"

enum { SEEDS = 1500, TRIALS = 3000 };
static const double silence_s = 120.0;

/* The seeds to be lived through, and how far it came. */
struct range {
    uint64_t first, last, at, lived;
    double seconds; /* 0: as long as it takes */
};

static double elapsed_s(struct timespec since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - since.tv_sec) + 1e-9 * (double)(now.tv_nsec - since.tv_nsec);
}

static enum judge_verdict judge_seed(uint64_t seed)
{
    char replay[40];
    char *text = inventor_json(seed);
    snprintf(replay, sizeof replay, "swarm %llu", (unsigned long long)seed);
    const enum judge_verdict verdict = judge_text(text, &(struct judge_options){.replay = replay});
    free(text);
    return verdict;
}

/* --- in a process of its own --- */

/* The last line that it says names the seed, however it ends. */
static bool live_through(void *context)
{
    const struct range *range = context;
    struct timespec start;
    uint64_t lived = 0, refused = 0;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (uint64_t seed = range->first; seed <= range->last; seed++) {
        fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
        const enum judge_verdict verdict = judge_seed(seed);
        if (verdict == JUDGE_BAD)
            return false;
        lived += verdict == JUDGE_WELL;
        refused += verdict == JUDGE_REFUSED;
        if (range->seconds > 0 && elapsed_s(start) > range->seconds)
            break;
    }
    fprintf(stderr, "lived %llu refused %llu\n", (unsigned long long)lived,
            (unsigned long long)refused);
    return true;
}

static void follow(void *context, const char *line)
{
    struct range *range = context;
    if (strncmp(line, "seed ", 5) == 0) {
        range->at = strtoull(line + 5, NULL, 10);
        if (range->at % 1000 == 0)
            printf("%s\n", line);
    } else {
        if (strncmp(line, "lived ", 6) == 0)
            range->lived = strtoull(line + 6, NULL, 10);
        printf("%s\n", line);
    }
}

/* --- what failed --- */

struct suspect {
    const char *text;
    char reason[CHILD_REASON]; /* of the first failure */
};

static bool judge_suspect(void *context)
{
    const struct suspect *suspect = context;
    return judge_text(suspect->text, &(struct judge_options){.replay = NULL}) != JUDGE_BAD;
}

static bool fails_alike(void *context, const char *text)
{
    struct suspect *suspect = context;
    char reason[CHILD_REASON];
    suspect->text = text;
    return !child_do(&(struct child_work){judge_suspect, suspect, silence_s / 12, NULL}, reason) &&
           strcmp(reason, suspect->reason) == 0;
}

static void report(uint64_t seed, const char *reason)
{
    char path[64];
    struct suspect suspect = {.text = NULL};
    struct shrink shrink = {.fails = fails_alike, .context = &suspect, .trials_most = TRIALS};
    char *text = inventor_json(seed);
    snprintf(suspect.reason, sizeof suspect.reason, "%s", reason);
    char *small = shrink_text(&shrink, text);
    snprintf(path, sizeof path, "build/swarm-%llu.json", (unsigned long long)seed);
    FILE *out = fopen(path, "w");
    if (out != NULL) {
        fputs(small, out);
        fclose(out);
    }
    print_error("seed %llu: %s\nshrunk in %zu trials:\n%s"
                "replay: queuelab run %s --seed %llu --replications 1\n"
                "    or: swarm %s\n",
                (unsigned long long)seed, reason, shrink.trials, small, path,
                (unsigned long long)(strstr(small, "\"seed\": ") != NULL ? seed : 1), path);
    free(small);
    free(text);
}

/* --- the program --- */

static struct range asked = {.first = 1, .last = SEEDS, .seconds = 8.0};

static void test_swarm(void **state)
{
    struct range *range = &asked;
    char reason[CHILD_REASON];
    (void)state;
    const bool is_well =
        child_do(&(struct child_work){live_through, range, silence_s, follow}, reason);
    if (!is_well)
        report(range->at, reason);
    assert_true(is_well);
    assert_true(range->lived > (range->at - range->first) * 9 / 10);
}

static char *read_text(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct text text = {.length = 0};
    char bytes[4096];
    size_t length;
    if (in == NULL)
        return NULL;
    while ((length = fread(bytes, 1, sizeof bytes, in)) > 0)
        text_append(&text, bytes, length);
    fclose(in);
    return text.bytes;
}

static int judge_one(const char *what)
{
    static const char *const words[] = {"well", "refused", "bad"};
    char *end, *text;
    const uint64_t seed = strtoull(what, &end, 10);
    text = *end == '\0' ? inventor_json(seed) : read_text(what);
    if (text == NULL) {
        fprintf(stderr, "swarm: cannot read %s\n", what);
        return 3;
    }
    if (*end == '\0')
        printf("%s\n", text);
    fflush(stdout);
    const enum judge_verdict verdict = judge_text(text, &(struct judge_options){.replay = what});
    printf("%s\n", words[verdict]);
    free(text);
    return verdict == JUDGE_WELL ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_swarm),
    };
    const char *seconds = getenv("TEST_SECONDS"), *seed = getenv("TEST_SEED");
    if (argc == 2)
        return judge_one(argv[1]);
    if (seconds != NULL)
        asked = (struct range){.first = seed != NULL ? strtoull(seed, NULL, 10) : 1,
                               .last = UINT64_MAX - 1,
                               .seconds = strtod(seconds, NULL)};
    if (argc > 2)
        asked = (struct range){.first = strtoull(argv[1], NULL, 10),
                               .last = strtoull(argv[2], NULL, 10)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
