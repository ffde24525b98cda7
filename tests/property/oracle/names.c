// SPDX-License-Identifier: GPL-3.0-or-later
/* Compares trees of JSON and learns ids on the way. */
#include "property/oracle/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/json.h"
#include "base/must.h"

static const char *const prefixes[NAMES_KINDS] = {"@message:", "@handle:", "@sequence:", "@task:"};

void names_clear(struct names *names)
{
    for (int kind = 0; kind < NAMES_KINDS; kind++) {
        for (int i = 0; i < names->end[kind]; i++) {
            free(names->seen[kind][i]);
            names->seen[kind][i] = NULL;
        }
        names->end[kind] = 0;
    }
}

const char *names_of(const struct names *names, enum names_kind kind, int number)
{
    return names->seen[kind][number];
}

static const char *neighbour(const struct names *names, int number, int step)
{
    for (int i = number + step; i >= 0 && i < names->end[NAMES_SEQUENCE]; i += step)
        if (names->seen[NAMES_SEQUENCE][i] != NULL)
            return names->seen[NAMES_SEQUENCE][i];
    return NULL;
}

/* Sequence numbers have 20 digits each. */
static bool grows(const struct names *names, int number, const char *text)
{
    const char *before = neighbour(names, number, -NAMES_SERIES);
    const char *after = neighbour(names, number, NAMES_SERIES);
    return strlen(text) == 20 && (before == NULL || strcmp(before, text) < 0) &&
           (after == NULL || strcmp(text, after) < 0);
}

static bool is_new(const struct names *names, int kind, const char *text)
{
    for (int i = 0; i < names->end[kind]; i++)
        if (names->seen[kind][i] != NULL && strcmp(names->seen[kind][i], text) == 0)
            return false;
    return true;
}

static bool learn(struct names *names, int kind, int number, const char *text)
{
    MUST(number < NAMES_MOST);
    if (kind == NAMES_SEQUENCE ? !grows(names, number, text) : !is_new(names, kind, text))
        return false;
    names->seen[kind][number] = must_alloc(strlen(text) + 1);
    memcpy(names->seen[kind][number], text, strlen(text) + 1);
    if (number >= names->end[kind])
        names->end[kind] = number + 1;
    return true;
}

static bool agree_on_text(struct names *names, const char *expected, const char *text)
{
    if (strcmp(expected, "@any") == 0)
        return true;
    /* MOVE-5: sooner or later. */
    if (strcmp(expected, "@cancelled") == 0)
        return strcmp(text, "CANCELLING") == 0 || strcmp(text, "CANCELLED") == 0;
    for (int kind = 0; kind < NAMES_KINDS; kind++) {
        const size_t length = strlen(prefixes[kind]);
        if (strncmp(expected, prefixes[kind], length) != 0)
            continue;
        const int number = (int)strtol(expected + length, NULL, 10);
        const char *seen = names_of(names, (enum names_kind)kind, number);
        return seen != NULL ? strcmp(seen, text) == 0 : learn(names, kind, number, text);
    }
    return strcmp(expected, text) == 0;
}

/* The sentence of an error is the program's own. */
static bool is_ignored(const struct json *node)
{
    const char *key = json_key(node);
    return key != NULL && strcmp(key, "Message") == 0;
}

static bool is_nothing(const struct json *node)
{
    return node == NULL || (json_kind(node) == JSON_ARRAY && json_count(node) == 0);
}

static bool agree(struct names *names, const struct json *expected, const struct json *seen,
                  struct text *why);

static bool agree_on_members(struct names *names, const struct json *expected,
                             const struct json *seen, struct text *why)
{
    for (const struct json *e = json_first(expected); e != NULL; e = json_next(e)) {
        const struct json *s = json_get(seen, json_key(e));
        if (is_nothing(e) && is_nothing(s))
            continue;
        if (s == NULL) {
            text_printf(why, "%s is missing", json_key(e));
            return false;
        }
        if (!agree(names, e, s, why)) {
            text_printf(why, " in %s", json_key(e));
            return false;
        }
    }
    for (const struct json *s = json_first(seen); s != NULL; s = json_next(s))
        if (!is_ignored(s) && !is_nothing(s) && json_get(expected, json_key(s)) == NULL) {
            text_printf(why, "%s is too much", json_key(s));
            return false;
        }
    return true;
}

static bool agree_on_elements(struct names *names, const struct json *expected,
                              const struct json *seen, struct text *why)
{
    const struct json *e = json_first(expected), *s = json_first(seen);
    for (size_t at = 0; e != NULL && s != NULL; at++, e = json_next(e), s = json_next(s))
        if (!agree(names, e, s, why)) {
            text_printf(why, " in [%zu]", at);
            return false;
        }
    if (e == NULL && s == NULL)
        return true;
    text_printf(why, "%zu instead of %zu", json_count(seen), json_count(expected));
    return false;
}

static bool agree_on_value(struct names *names, const struct json *expected,
                           const struct json *seen)
{
    switch (json_kind(expected)) {
    case JSON_TEXT:
        return agree_on_text(names, json_text(expected), json_text(seen));
    case JSON_NUMBER:
        /* Times in seconds have few digits behind the point. */
        return fabs(json_number(expected) - json_number(seen)) < 1e-5;
    case JSON_BOOL:
        return json_bool(expected) == json_bool(seen);
    default:
        return true;
    }
}

static bool agree(struct names *names, const struct json *expected, const struct json *seen,
                  struct text *why)
{
    if (json_kind(expected) != json_kind(seen)) {
        text_printf(why, "%s instead of %s", json_kind_word(json_kind(seen)),
                    json_kind_word(json_kind(expected)));
        return false;
    }
    if (json_kind(expected) == JSON_OBJECT)
        return agree_on_members(names, expected, seen, why);
    if (json_kind(expected) == JSON_ARRAY)
        return agree_on_elements(names, expected, seen, why);
    if (agree_on_value(names, expected, seen))
        return true;
    text_add(why, "another value");
    return false;
}

bool names_agree(struct names *names, const char *expected, const struct text *reply,
                 struct text *why)
{
    struct diag *diag = diag_new();
    struct json_doc *e = json_parse("expected", expected, strlen(expected), false, diag);
    struct json_doc *s = json_parse("reply", text_of(reply), reply->length, false, diag);
    bool same = false;
    MUST(e != NULL);
    if (s == NULL)
        text_add(why, "no JSON");
    else
        same = agree(names, json_root(e), json_root(s), why);
    json_free(e);
    json_free(s);
    diag_free(diag);
    return same;
}
