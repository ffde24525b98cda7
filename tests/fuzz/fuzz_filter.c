// SPDX-License-Identifier: GPL-3.0-or-later
/* Whatever a filter policy and a message hold, the policy is compiled or refused with a sentence
 * and a place that is there, and each message is judged.
 *
 * An input is a policy, a line feed, and a body or, from its object, the texts of attributes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/json.h"
#include "base/must.h"
#include "model/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ATTRIBUTES = 16 };

struct input {
    struct arena arena;
    struct json_doc *policy;
    const struct filter_subject *subjects[2]; /* by scope */
};

/* Each member is an attribute of a type that its value suggests, or its name. */
static const struct filter_subject *read_attributes(struct arena *arena, const struct json *object)
{
    static const char *const types[] = {
        [JSON_NULL] = "Binary", [JSON_BOOL] = "String.x",      [JSON_NUMBER] = "Number",
        [JSON_TEXT] = "String", [JSON_ARRAY] = "String.Array", [JSON_OBJECT] = "Number.x",
    };
    struct filter_attribute all[ATTRIBUTES];
    size_t count = 0;
    const struct json *each = object == NULL ? NULL : json_first(object);
    for (; each != NULL && count < ATTRIBUTES; each = json_next(each)) {
        const enum json_kind kind = json_kind(each);
        char *text = json_print(each);
        const char *key = json_key(each) == NULL ? "" : json_key(each);
        all[count++] = (struct filter_attribute){
            .name = key,
            .type = key[0] == 'S'   ? "String.Array"
                    : key[0] == 'N' ? "Number"
                                    : types[kind],
            .text = kind == JSON_TEXT   ? json_text(each)
                    : kind == JSON_NULL ? NULL
                                        : arena_copy_text(arena, text),
        };
        free(text);
    }
    return filter_subject_of_attributes(arena, all, count);
}

static void read_message(struct input *in, const char *text, size_t bytes)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("", text, bytes, false, diag);
    in->subjects[FILTER_BODY] = filter_subject_of_body(&in->arena, text, bytes);
    in->subjects[FILTER_ATTRIBUTES] =
        read_attributes(&in->arena, doc == NULL ? NULL : json_root(doc));
    json_free(doc);
    diag_free(diag);
}

/* The place may be an element that is missing; then what it is missing in is there. */
static void judge_error(struct input *in, const struct filter_error *error)
{
    char *place = arena_copy_text(&in->arena, error->pointer);
    MUST(error->sentence[0] != '\0');
    if (json_find(in->policy, place) != NULL)
        return;
    char *last = strrchr(place, '/');
    MUST(last != NULL);
    *last = '\0';
    MUST(json_find(in->policy, place) != NULL);
}

/* What matches together matches apart, and attributes have no lists of objects. */
static void judge(struct input *in, enum filter_scope scope)
{
    enum filter_verdict verdicts[2] = {FILTER_OUT_BODY, FILTER_OUT_BODY};
    for (int together = 0; together <= 1; together++) {
        struct filter_error error = {0};
        const struct filter_cfg cfg = {
            .scope = scope, .newer_forms = true, .same_element = together == 1};
        const struct filter *filter =
            filter_compile(&in->arena, json_root(in->policy), &cfg, &error);
        MUST((filter == NULL) == (error.sentence != NULL));
        if (filter == NULL)
            judge_error(in, &error);
        else
            verdicts[together] = filter_judge(filter, in->subjects[scope]);
    }
    MUST(verdicts[1] != FILTER_MATCHED || verdicts[0] == FILTER_MATCHED);
    MUST(scope == FILTER_BODY || verdicts[1] == verdicts[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size == 0 ? NULL : memchr(text, '\n', size);
    struct input in;
    struct diag *diag = diag_new();
    if (end == NULL)
        end = text + size;
    arena_init(&in.arena);
    in.policy = json_parse("", text, (size_t)(end - text), false, diag);
    if (in.policy != NULL) {
        const size_t taken = (size_t)(end - text) + ((size_t)(end - text) < size);
        read_message(&in, text + taken, size - taken);
        judge(&in, FILTER_BODY);
        judge(&in, FILTER_ATTRIBUTES);
    }
    json_free(in.policy);
    diag_free(diag);
    arena_free(&in.arena);
    return 0;
}
