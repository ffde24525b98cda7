// SPDX-License-Identifier: GPL-3.0-or-later
/* Runs calls on both sides. */
#include "property/oracle/lab.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/json.h"
#include "base/must.h"
#include "scenario/profile.h"

enum { NARROW_IN_FLIGHT = 4, NARROW_LOOK_BACK = 7 };

struct lab *lab_new(bool narrow)
{
    struct lab *lab = must_alloc(sizeof *lab);
    memset(lab, 0, sizeof *lab);
    lab->limits = profiles[0]->limits;
    if (narrow) {
        lab->limits.in_flight_standard = lab->limits.in_flight_fifo = NARROW_IN_FLIGHT;
        lab->limits.fifo_look_back = NARROW_LOOK_BACK;
    }
    oracle_limit(&lab->oracle, (int)lab->limits.in_flight_fifo, (int)lab->limits.fifo_look_back);
    lab->api = api_new(&(struct api_setting){.limits = &lab->limits});
    return lab;
}

void lab_free(struct lab *lab)
{
    api_free(lab->api);
    names_clear(&lab->names);
    text_free(&lab->request);
    text_free(&lab->reply);
    text_free(&lab->expected);
    text_free(&lab->why);
    free(lab);
}

/* --- one call --- */

static void ask(struct lab *lab)
{
    text_clear(&lab->reply);
    api_answer(lab->api, text_of(&lab->request), lab->request.length, &lab->reply);
}

void lab_begin(struct lab *lab, bool fifo)
{
    struct diag *diag = diag_new();
    text_clear(&lab->request);
    text_add(&lab->request, "{\"Control\":\"Reset\"}");
    ask(lab);
    struct json_doc *doc =
        json_parse("reply", text_of(&lab->reply), lab->reply.length, false, diag);
    MUST(doc != NULL);
    const double now_s = json_number(json_find(doc, "/Result/Now"));
    json_free(doc);
    diag_free(diag);
    names_clear(&lab->names);
    lab->fifo = fifo;
    oracle_reset(&lab->oracle, fifo, (int64_t)llround(1000 * now_s));
}

static const char *spell_handle(void *context, struct script_reference reference)
{
    const struct lab *lab = context;
    const int at = oracle_handle_given(&lab->oracle, reference);
    return at < 0 ? "garbage" : names_of(&lab->names, NAMES_HANDLE, at);
}

static const char *spell_task(void *context, struct script_reference reference)
{
    const struct lab *lab = context;
    const int at = oracle_task_given(&lab->oracle, reference);
    return at < 0 ? "garbage" : names_of(&lab->names, NAMES_TASK, at);
}

enum lab_verdict lab_call(struct lab *lab, const struct script_call *call)
{
    const struct script_speller speller = {spell_handle, spell_task, lab};
    text_clear(&lab->request);
    text_clear(&lab->expected);
    text_clear(&lab->why);
    script_request(&lab->request, call, lab->fifo, &speller);
    const enum oracle_answer answer = oracle_answer(&lab->oracle, call, &lab->expected);
    if (answer != ORACLE_ANSWERED)
        return answer == ORACLE_OPEN ? LAB_OPEN : LAB_LOST;
    ask(lab);
    return names_agree(&lab->names, text_of(&lab->expected), &lab->reply, &lab->why)
               ? LAB_SAME
               : LAB_DIFFERENT;
}

/* --- scripts --- */

/* The number of calls up to the first difference; 0 if there is none. */
static size_t run(struct lab *lab, bool fifo, const struct script_call *calls, size_t count)
{
    lab_begin(lab, fifo);
    for (size_t i = 0; i < count; i++) {
        const enum lab_verdict verdict = lab_call(lab, &calls[i]);
        if (verdict == LAB_DIFFERENT)
            return i + 1;
        if (verdict == LAB_LOST)
            return 0;
    }
    return 0;
}

static size_t without(struct script_call *to, const struct script_call *calls, size_t count,
                      size_t from, size_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i < from || i >= from + length)
            to[kept++] = calls[i];
    return kept;
}

/* Leaves out ever smaller runs of calls. */
static size_t drop_calls(struct lab *lab, bool fifo, struct script_call *calls, size_t count)
{
    struct script_call *fewer = must_alloc(count * sizeof *fewer);
    for (size_t length = count / 2 + 1; length > 0; length /= 2)
        for (size_t from = 0; from < count;) {
            const size_t kept = without(fewer, calls, count, from, length);
            const size_t end = run(lab, fifo, fewer, kept);
            if (end == 0) {
                from += length;
                continue;
            }
            memcpy(calls, fewer, end * sizeof *calls);
            count = end;
        }
    free(fewer);
    return count;
}

/* The way-th simplification of a call; false when there is no such. */
static bool simplify(struct script_call *call, int way)
{
    int *const optional[] = {&call->most,
                             &call->visibility_s,
                             &call->wait_s,
                             &call->attempt,
                             &call->per_s,
                             &call->attributes.visibility_s,
                             &call->attributes.retention_s,
                             &call->attributes.delay_s,
                             &call->attributes.wait_s,
                             &call->attributes.size_bytes,
                             &call->attributes.target,
                             &call->attributes.by_content,
                             &call->attributes.by_group,
                             &call->entries[0].delay_s,
                             &call->entries[0].attribute};
    const int options = (int)(sizeof optional / sizeof optional[0]);
    if (way < options) {
        *optional[way] = ABSENT;
        return true;
    }
    const int entry = way - options;
    if (!call->batch || entry >= call->count)
        return false;
    if (call->count == 1) {
        call->batch = false;
        return true;
    }
    call->count--;
    memmove(&call->entries[entry], &call->entries[entry + 1],
            (size_t)(call->count - entry) * sizeof call->entries[0]);
    return true;
}

static size_t simplify_calls(struct lab *lab, bool fifo, struct script_call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct script_call old = calls[i];
        for (int way = 0; simplify(&calls[i], way); way++) {
            const size_t end =
                memcmp(&calls[i], &old, sizeof old) == 0 ? 0 : run(lab, fifo, calls, count);
            if (end == 0) {
                calls[i] = old;
                continue;
            }
            old = calls[i];
            count = end;
        }
    }
    return count;
}

size_t lab_shrink(struct lab *lab, bool fifo, struct script_call *calls, size_t count)
{
    for (size_t before = count + 1; count < before;) {
        before = count;
        count = drop_calls(lab, fifo, calls, count);
        count = simplify_calls(lab, fifo, calls, count);
    }
    return drop_calls(lab, fifo, calls, count);
}

void lab_print(struct lab *lab, bool fifo, const struct script_call *calls, size_t count)
{
    lab_begin(lab, fifo);
    for (size_t i = 0; i < count; i++) {
        const enum lab_verdict verdict = lab_call(lab, &calls[i]);
        printf("%s\n", text_of(&lab->request));
        if (verdict == LAB_OPEN || verdict == LAB_LOST)
            printf("  open\n");
        else
            printf("  seen     %s\n  expected %s\n", text_of(&lab->reply), text_of(&lab->expected));
        if (verdict == LAB_DIFFERENT)
            printf("  %s\n", text_of(&lab->why));
        if (verdict >= LAB_LOST)
            return;
    }
}
