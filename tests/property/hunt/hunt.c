// SPDX-License-Identifier: GPL-3.0-or-later
/* The one that hunts knows by the last line that its child said which seed it died of. */
#include "property/hunt/hunt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "property/inventor/inventor.h"
#include "property/shrink/child.h"
#include "property/shrink/shrink.h"
#include "tools/timing.h"

enum { TRIALS = 2000 };
static const double silence_s = 300.0;

static enum judge_verdict judge_seed(const struct hunt *hunt, uint64_t seed)
{
    char replay[60];
    struct judge_options options = hunt->options;
    char *text = inventor_json(seed);
    snprintf(replay, sizeof replay, "%s %llu", hunt->name, (unsigned long long)seed);
    options.replay = replay;
    const enum judge_verdict verdict = judge_text(text, &options);
    free(text);
    return verdict;
}

/* --- in a process of its own --- */

static bool live_through(void *context)
{
    const struct hunt *hunt = context;
    uint64_t lived = 0, refused = 0;
    const double start_s = timing_now_s();
    for (uint64_t seed = hunt->first; seed <= hunt->last; seed++) {
        fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
        const enum judge_verdict verdict = judge_seed(hunt, seed);
        if (verdict == JUDGE_BAD)
            return false;
        lived += verdict == JUDGE_WELL;
        refused += verdict == JUDGE_REFUSED;
        if (hunt->seconds > 0 && timing_now_s() - start_s > hunt->seconds)
            break;
    }
    fprintf(stderr, "lived %llu refused %llu\n", (unsigned long long)lived,
            (unsigned long long)refused);
    return true;
}

static void follow(void *context, const char *line)
{
    struct hunt *hunt = context;
    if (strncmp(line, "seed ", 5) == 0)
        hunt->at = strtoull(line + 5, NULL, 10);
    else if (strncmp(line, "lived ", 6) == 0)
        sscanf(line, "lived %llu refused %llu", (unsigned long long *)&hunt->lived,
               (unsigned long long *)&hunt->refused);
    if (strncmp(line, "seed ", 5) != 0 || hunt->at % 1000 == 0) {
        printf("%s\n", line);
        fflush(stdout);
    }
}

/* --- what is bad --- */

struct suspect {
    const struct hunt *hunt;
    const char *text;
    char reason[CHILD_REASON]; /* of the first failure */
    double limit_s;            /* what takes much longer than the first fails in another way */
};

static bool judge_suspect(void *context)
{
    const struct suspect *suspect = context;
    return judge_text(suspect->text, &suspect->hunt->options) != JUDGE_BAD;
}

static bool fails_alike(void *context, const char *text)
{
    struct suspect *suspect = context;
    char reason[CHILD_REASON];
    suspect->text = text;
    return !child_do(&(struct child_work){judge_suspect, suspect, suspect->limit_s, NULL},
                     reason) &&
           strcmp(reason, suspect->reason) == 0;
}

/* Once more, to see how long it takes; false if it is well now. */
static bool fails_again(struct suspect *suspect, const char *text)
{
    suspect->limit_s = silence_s;
    const double start_s = timing_now_s();
    const bool fails = fails_alike(suspect, text);
    suspect->limit_s = 1.0 + 10.0 * (timing_now_s() - start_s);
    return fails;
}

static void write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return;
    fputs(text, out);
    fclose(out);
}

/* The scenario as it was comes first: to make it small may take long. */
static void report(const struct hunt *hunt, const char *reason)
{
    char path[64];
    const unsigned long long seed = hunt->at;
    struct suspect suspect = {.hunt = hunt};
    struct shrink shrink = {.fails = fails_alike, .context = &suspect, .trials_most = TRIALS};
    char *text = inventor_json(seed);
    snprintf(path, sizeof path, "build/%s-%llu.json", hunt->name, seed);
    snprintf(suspect.reason, sizeof suspect.reason, "%s", reason);
    printf("seed %llu: %s\n", seed, reason);
    fflush(stdout);
    write_file(path, text);
    if (!fails_again(&suspect, text))
        printf("alone it does not fail in that way\n");
    char *small = shrink_text(&shrink, text);
    write_file(path, small);
    printf("shrunk in %zu trials:\n%sreplay: queuelab run %s --seed %llu --replications 2\n"
           "    or: %s %s\n",
           shrink.trials, small, path, strstr(small, "\"seed\": ") != NULL ? seed : 1, hunt->name,
           path);
    free(small);
    free(text);
}

bool hunt_all(struct hunt *hunt)
{
    char reason[CHILD_REASON];
    hunt->at = hunt->first;
    const bool is_well =
        child_do(&(struct child_work){live_through, hunt, silence_s, follow}, reason);
    if (!is_well)
        report(hunt, reason);
    return is_well;
}

/* --- one alone --- */

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

static int judge_one(const struct hunt *hunt, const char *what)
{
    static const char *const words[] = {"well", "refused", "bad"};
    struct judge_options options = hunt->options;
    char *end;
    const uint64_t seed = strtoull(what, &end, 10);
    char *text = *end == '\0' ? inventor_json(seed) : read_text(what);
    if (text == NULL) {
        fprintf(stderr, "%s: cannot read %s\n", hunt->name, what);
        return 3;
    }
    if (*end == '\0')
        printf("%s\n", text);
    fflush(stdout);
    options.replay = what;
    const enum judge_verdict verdict = judge_text(text, &options);
    printf("%s\n", words[verdict]);
    free(text);
    return verdict == JUDGE_WELL ? 0 : 1;
}

bool hunt_begin(struct hunt *hunt, int argc, char **argv, int *status)
{
    const char *seconds = getenv("TEST_SECONDS"), *seed = getenv("TEST_SEED");
    if (seconds != NULL) {
        hunt->first = seed != NULL ? strtoull(seed, NULL, 10) : 1;
        hunt->last = UINT64_MAX - 1;
        hunt->seconds = strtod(seconds, NULL);
    }
    if (argc > 2) {
        hunt->first = strtoull(argv[1], NULL, 10);
        hunt->last = strtoull(argv[2], NULL, 10);
        hunt->seconds = 0;
    }
    if (argc != 2)
        return false;
    *status = judge_one(hunt, argv[1]);
    return true;
}
