// SPDX-License-Identifier: GPL-3.0-or-later
/* Random filter policies against random messages: the compiled judge must agree with
 * tools/filter_naive.c, which reads the same trees without shortcuts.  A difference is made small
 * by leaving out what it does not need.
 *
 *   filters          200,000 judgements (TEST_COUNT: another number), or those of TEST_SECONDS
 *   filters SEED     the policies and messages of that one */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "core/rng.h"
#include "model/filter.h"
#include "tools/filter_invent.h"
#include "tools/filter_naive.h"
#include "tools/timing.h"

enum { MESSAGES = 10 };

/* --- one judgement by both --- */

static struct json_doc *parse(const char *text)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("invented", text, strlen(text), false, diag);
    diag_print(diag, stderr);
    assert_non_null(doc);
    diag_free(diag);
    return doc;
}

static const struct filter_subject *read_attributes(struct arena *arena, const struct json *object)
{
    struct filter_attribute all[8];
    size_t count = 0;
    for (const struct json *each = json_first(object); each != NULL; each = json_next(each)) {
        const enum json_kind kind = json_kind(each);
        char *text = json_print(each);
        all[count++] = (struct filter_attribute){
            .name = json_key(each),
            .type = kind == JSON_ARRAY    ? "String.Array"
                    : kind == JSON_NUMBER ? "Number"
                                          : "String",
            .text = kind == JSON_TEXT ? json_text(each) : arena_copy_text(arena, text),
        };
        free(text);
    }
    return filter_subject_of_attributes(arena, all, count);
}

struct trial {
    struct filter_cfg cfg;
    struct json_doc *policy, *message;
};

enum outcome { AGREE_YES, AGREE_NO, BAD_POLICY, DIFFER };

/* A policy is compiled anew, and so is one that was made smaller. */
static const struct filter *compile(struct arena *arena, const struct trial *trial,
                                    enum outcome *outcome)
{
    struct filter_error error = {0};
    const struct json *root = json_root(trial->policy);
    const struct filter *filter = filter_compile(arena, root, &trial->cfg, &error);
    const bool fits = json_kind(root) != JSON_OBJECT || filter_naive_fits(root);
    const bool is_limit = filter == NULL && (strstr(error.sentence, "too complex") != NULL ||
                                             strstr(error.sentence, "5 keys") != NULL);
    *outcome = is_limit == fits ? DIFFER : BAD_POLICY;
    return filter;
}

static enum outcome judge(struct arena *arena, const struct trial *trial,
                          const struct filter *filter)
{
    const struct json *message = json_root(trial->message);
    const bool is_body = trial->cfg.scope == FILTER_BODY;
    const struct filter_subject *subject = NULL;
    if (is_body) {
        char *text = json_print(message);
        subject = filter_subject_of_body(arena, text, strlen(text));
        free(text);
    } else {
        subject = read_attributes(arena, message);
    }
    const enum filter_verdict reason = is_body                    ? FILTER_OUT_BODY
                                       : json_count(message) == 0 ? FILTER_OUT_NO_ATTRIBUTES
                                                                  : FILTER_OUT_ATTRIBUTES;
    const bool wanted =
        filter_naive_matches(json_root(trial->policy), message, trial->cfg.same_element);
    if (filter_judge(filter, subject) != (wanted ? FILTER_MATCHED : reason))
        return DIFFER;
    return wanted ? AGREE_YES : AGREE_NO;
}

static bool differs(const struct trial *trial)
{
    struct arena arena;
    enum outcome outcome;
    arena_init(&arena);
    const struct filter *filter = compile(&arena, trial, &outcome);
    if (filter != NULL && outcome != DIFFER)
        outcome = judge(&arena, trial, filter);
    arena_free(&arena);
    return outcome == DIFFER;
}

/* --- making a difference small --- */

/* Appends the pointers of all that is in a node, the outer first, each ending in a line feed. */
static void list_pointers(const struct json *node, struct text *pointer, struct text *out)
{
    size_t index = 0;
    for (const struct json *each = json_first(node); each != NULL; each = json_next(each)) {
        const size_t before = pointer->length;
        if (json_key(each) != NULL)
            text_printf(pointer, "/%s", json_key(each));
        else
            text_printf(pointer, "/%zu", index++);
        text_printf(out, "%s\n", text_of(pointer));
        list_pointers(each, pointer, out);
        text_cut(pointer, before);
    }
}

/* Leaves out the first thing without which the trial still differs. */
static bool shrink_once(const struct trial *trial, struct json_doc **doc)
{
    struct text pointers = {0}, pointer = {0};
    struct json_doc *whole = *doc;
    bool done = false;
    list_pointers(json_root(whole), &pointer, &pointers);
    char *at = pointers.bytes;
    while (!done && at != NULL && *at != '\0') {
        char *end = strchr(at, '\n');
        *end = '\0';
        *doc = json_copy(whole);
        done = json_patch(*doc, at, *doc, NULL) && differs(trial);
        if (!done)
            json_free(*doc);
        at = end + 1;
    }
    if (done)
        json_free(whole);
    else
        *doc = whole;
    text_free(&pointers);
    text_free(&pointer);
    return done;
}

static void report(struct trial *trial, uint64_t seed)
{
    while (shrink_once(trial, &trial->policy) || shrink_once(trial, &trial->message))
        continue;
    char *policy = json_print(json_root(trial->policy));
    char *message = json_print(json_root(trial->message));
    fprintf(stderr, "filters %llu: %s, %s: they differ on\n  %s\n  %s\n", (unsigned long long)seed,
            trial->cfg.scope == FILTER_BODY ? "body" : "attributes",
            trial->cfg.same_element ? "together" : "apart", policy, message);
    free(policy);
    free(message);
    fail();
}

/* --- the program --- */

static uint64_t only_seed;

struct sum {
    uint64_t judged, wanted, refused, bad, moved;
};

static void try_message(struct filter_invent *v, struct trial *trial, const struct filter *filter,
                        uint64_t seed, struct sum *sum)
{
    struct arena arena;
    arena_init(&arena);
    trial->message = parse(filter_invent_message(v, trial->cfg.scope));
    const enum outcome outcome = judge(&arena, trial, filter);
    if (outcome == DIFFER)
        report(trial, seed);
    sum->judged++;
    sum->wanted += outcome == AGREE_YES;
    /* How often it matters that keys are matched together. */
    sum->moved += trial->cfg.same_element && outcome == AGREE_NO &&
                  filter_naive_matches(json_root(trial->policy), json_root(trial->message), false);
    json_free(trial->message);
    arena_free(&arena);
}

static void try_seed(struct filter_invent *v, uint64_t seed, struct sum *sum)
{
    struct arena arena;
    enum outcome outcome;
    struct trial trial = {.cfg = {.newer_forms = true}};
    arena_init(&arena);
    rng_init(&v->rng, rng_name(seed, 1, "filters", "policy"));
    trial.cfg.scope = rng_chance(&v->rng, 0.7) ? FILTER_BODY : FILTER_ATTRIBUTES;
    trial.cfg.same_element = rng_chance(&v->rng, 0.7);
    trial.policy = parse(filter_invent_policy(v, trial.cfg.scope));
    const struct filter *filter = compile(&arena, &trial, &outcome);
    if (outcome == DIFFER) {
        trial.message = parse("{}");
        report(&trial, seed);
    }
    sum->refused += filter == NULL;
    sum->bad +=
        outcome == BAD_POLICY && filter == NULL && filter_naive_fits(json_root(trial.policy));
    for (int i = 0; i < MESSAGES && filter != NULL; i++)
        try_message(v, &trial, filter, seed, sum);
    json_free(trial.policy);
    arena_free(&arena);
}

static void test_filters(void **state)
{
    struct filter_invent v = {.objects = 0};
    struct sum sum = {0};
    const char *seconds = getenv("TEST_SECONDS"), *count = getenv("TEST_COUNT");
    const uint64_t most = count != NULL ? strtoull(count, NULL, 10) : 200000;
    const double end_s = timing_now_s() + (seconds != NULL ? strtod(seconds, NULL) : 30.0);
    uint64_t seed = only_seed > 0 ? only_seed : 1;
    (void)state;
    do {
        try_seed(&v, seed++, &sum);
    } while (only_seed == 0 && (seconds != NULL || sum.judged < most) && timing_now_s() < end_s);
    text_free(&v.text);
    printf("%llu judged, %llu wanted, %llu matched apart but not together, %llu policies refused\n",
           (unsigned long long)sum.judged, (unsigned long long)sum.wanted,
           (unsigned long long)sum.moved, (unsigned long long)sum.refused);
    assert_true(sum.bad == 0);
    if (sum.judged < 10000)
        return;
    /* Both answers are common, so neither side is right by saying one thing. */
    assert_true(sum.wanted > sum.judged / 10 && sum.wanted < sum.judged * 9 / 10);
    assert_true(sum.moved > sum.judged / 1000);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters),
    };
    if (argc > 1)
        only_seed = strtoull(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
