// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts are parsed anew for each judgement. */
#include "tools/filter_lab.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"

void filter_lab_open(struct filter_lab *lab, enum filter_scope scope)
{
    arena_init(&lab->arena);
    lab->cfg = (struct filter_cfg){.scope = scope, .newer_forms = true, .same_element = true};
    lab->error = (struct filter_error){0};
}

void filter_lab_close(struct filter_lab *lab)
{
    arena_free(&lab->arena);
}

static char *unquote(struct filter_lab *lab, const char *text)
{
    char *copy = arena_copy_text(&lab->arena, text);
    for (char *c = copy; *c != '\0'; c++)
        if (*c == '`')
            *c = '"';
    return copy;
}

const struct filter *filter_lab_compile(struct filter_lab *lab, const char *policy)
{
    const char *text = unquote(lab, policy);
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("policy", text, strlen(text), false, diag);
    diag_print(diag, stderr);
    MUST(doc != NULL);
    lab->error = (struct filter_error){0};
    const struct filter *filter =
        filter_compile(&lab->arena, json_root(doc), &lab->cfg, &lab->error);
    MUST((filter == NULL) == (lab->error.sentence != NULL));
    json_free(doc);
    diag_free(diag);
    return filter;
}

static const struct filter *need(struct filter_lab *lab, const char *policy)
{
    const struct filter *filter = filter_lab_compile(lab, policy);
    if (filter == NULL)
        fprintf(stderr, "%s: %s: %s\n", policy, lab->error.pointer, lab->error.sentence);
    MUST(filter != NULL);
    return filter;
}

enum filter_verdict filter_lab_body(struct filter_lab *lab, const char *policy, const char *body)
{
    const char *text = unquote(lab, body);
    return filter_judge(need(lab, policy), filter_subject_of_body(&lab->arena, text, strlen(text)));
}

enum filter_verdict filter_lab_attribute(struct filter_lab *lab, const char *policy,
                                         const char *name, const char *type, const char *text)
{
    struct filter_attribute attribute = {name, type, text == NULL ? NULL : unquote(lab, text)};
    return filter_judge(need(lab, policy),
                        filter_subject_of_attributes(&lab->arena, &attribute, type != NULL));
}
