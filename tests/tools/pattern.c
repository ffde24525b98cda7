// SPDX-License-Identifier: GPL-3.0-or-later
/* Compares JSON with a pattern; names are few and looked up one by one. */
#include "tools/pattern.h"

#include <stdlib.h>
#include <string.h>
#include "base/json_write.h"
#include "base/must.h"

static const char name_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

void pattern_forget(struct pattern_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->all[i].name);
        free(names->all[i].value);
    }
    free(names->all);
    *names = (struct pattern_names){0};
}

static char *copy_of(const char *text, size_t length)
{
    char *copy = must_alloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static const struct pattern_name *find(const struct pattern_names *names, const char *name,
                                       size_t length)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct pattern_name *each = &names->all[i];
        if (strlen(each->name) == length && memcmp(each->name, name, length) == 0)
            return each;
    }
    return NULL;
}

/* Learns a name; a value that is neither a text nor a number cannot be named. */
static bool learn(struct pattern_names *names, const char *name, size_t length,
                  const struct json *value)
{
    const enum json_kind kind = json_kind(value);
    if (kind != JSON_TEXT && kind != JSON_NUMBER)
        return false;
    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 16 : 2 * names->capacity;
        struct pattern_name *more = realloc(names->all, names->capacity * sizeof *more);
        MUST(more != NULL);
        names->all = more;
    }
    char buffer[32];
    const char *text =
        kind == JSON_TEXT ? json_text(value) : json_format_double(buffer, json_number(value));
    names->all[names->count++] = (struct pattern_name){
        .name = copy_of(name, length),
        .value = copy_of(text, strlen(text)),
        .is_text = kind == JSON_TEXT,
    };
    return true;
}

/* Appends a text as it stands between the quotation marks of JSON. */
static void append_escaped(struct text *out, const char *value)
{
    struct text quoted = {0};
    struct json_writer w;
    json_write_init(&w, &quoted, true);
    json_write_text(&w, value);
    text_append(out, quoted.bytes + 1, quoted.length - 2);
    text_free(&quoted);
}

/* Writes out ${i} or ${abc*3}, of which text is the inside. */
static void append_repeated(struct text *out, const char *text, size_t length, int round)
{
    size_t star = length;
    while (star > 0 && text[star - 1] != '*')
        star--;
    if (star == 0) {
        text_printf(out, "%d", round);
        return;
    }
    for (long times = strtol(text + star, NULL, 10); times > 0; times--)
        text_append(out, text, star - 1);
}

void pattern_fill(const struct pattern_names *names, const char *text, size_t length, int round,
                  struct text *out, struct text *unknown)
{
    const char *end = text + length;
    for (const char *at = text; at < end;) {
        const char *close = memchr(at, '}', (size_t)(end - at));
        if (at[0] == '$' && at + 1 < end && at[1] == '{' && close != NULL) {
            append_repeated(out, at + 2, (size_t)(close - at - 2), round);
            at = close + 1;
            continue;
        }
        const size_t letters = at[0] == '$' ? strspn(at + 1, name_letters) : 0;
        if (names != NULL && at[0] == '$' && at + 1 < end && at[1] == '$') {
            text_append(out, at, 1);
            at += 2;
            continue;
        }
        if (names == NULL || letters == 0) {
            text_append(out, at++, 1);
            continue;
        }
        const struct pattern_name *name = find(names, at + 1, letters);
        if (name != NULL)
            append_escaped(out, name->value);
        else
            text_append(unknown, at, letters + 1);
        at += letters + 1;
    }
}

/* `*` stands for any characters, also none. */
static bool like(const char *wanted, const char *got)
{
    const char *star = NULL, *retry = NULL;
    while (*got != '\0') {
        if (*wanted == '*') {
            star = ++wanted;
            retry = got;
        } else if (*wanted == *got) {
            wanted++;
            got++;
        } else if (star != NULL) {
            wanted = star;
            got = ++retry;
        } else {
            return false;
        }
    }
    while (*wanted == '*')
        wanted++;
    return *wanted == '\0';
}

static bool text_matches(const struct pattern_names *names, const char *wanted,
                         const struct json *got)
{
    if (json_kind(got) != JSON_TEXT)
        return false;
    struct text filled = {0};
    for (const char *at = wanted; *at != '\0';) {
        const size_t letters = *at == '$' ? strspn(at + 1, name_letters) : 0;
        const struct pattern_name *name = letters > 0 ? find(names, at + 1, letters) : NULL;
        if (name != NULL) {
            text_add(&filled, name->value);
            at += letters + 1;
        } else {
            at += at[0] == '$' && at[1] == '$'; /* one stands for itself */
            text_append(&filled, at++, 1);
        }
    }
    const bool matches = like(text_of(&filled), json_text(got));
    text_free(&filled);
    return matches;
}

/* A text of a pattern that is a $name or a $name+5 and nothing else. */
static bool name_matches(struct pattern_names *names, const char *wanted, size_t letters,
                         const struct json *got)
{
    const struct pattern_name *name = find(names, wanted + 1, letters);
    const char *rest = wanted + 1 + letters;
    if (name == NULL)
        return *rest == '\0' && learn(names, wanted + 1, letters, got);
    if ((json_kind(got) == JSON_TEXT) != name->is_text)
        return false;
    char buffer[32];
    const char *value = name->is_text ? json_text(got) : NULL;
    if (value == NULL) {
        if (json_kind(got) != JSON_NUMBER)
            return false;
        value = json_format_double(buffer, json_number(got));
    }
    if (*rest == '\0')
        return strcmp(name->value, value) == 0;
    char *end;
    const double number = strtod(value, &end);
    return *end == '\0' && end != value && number == strtod(name->value, NULL) + strtod(rest, NULL);
}

static bool is_name(const char *wanted, size_t *letters)
{
    *letters = wanted[0] == '$' ? strspn(wanted + 1, name_letters) : 0;
    if (*letters == 0)
        return false;
    const char *rest = wanted + 1 + *letters;
    return *rest == '\0' || (strchr("+-", *rest) != NULL && rest[1] != '\0' &&
                             rest[1 + strspn(rest + 1, "0123456789.")] == '\0');
}

static bool node_matches(struct pattern_names *names, const struct json *wanted,
                         const struct json *got, struct text *where);

static bool array_matches(struct pattern_names *names, const struct json *wanted,
                          const struct json *got, struct text *where)
{
    const size_t before = where->length;
    size_t index = 0;
    const struct json *there = json_first(got);
    for (const struct json *each = json_first(wanted); each != NULL; each = json_next(each)) {
        text_printf(where, "/%zu", index++);
        if (there == NULL || !node_matches(names, each, there, where))
            return false;
        text_cut(where, before);
        there = json_next(there);
    }
    if (there != NULL)
        text_printf(where, "/%zu", index);
    return there == NULL;
}

static bool object_matches(struct pattern_names *names, const struct json *wanted,
                           const struct json *got, struct text *where)
{
    const size_t before = where->length;
    for (const struct json *each = json_first(wanted); each != NULL; each = json_next(each)) {
        const char *key = json_key(each);
        if (strcmp(key, "...") == 0)
            continue;
        text_printf(where, "/%s", key);
        const struct json *there = json_get(got, key);
        if (there == NULL || !node_matches(names, each, there, where))
            return false;
        text_cut(where, before);
    }
    if (json_get(wanted, "...") != NULL)
        return true;
    for (const struct json *each = json_first(got); each != NULL; each = json_next(each)) {
        if (json_get(wanted, json_key(each)) == NULL) {
            text_printf(where, "/%s", json_key(each));
            return false;
        }
    }
    return true;
}

static bool node_matches(struct pattern_names *names, const struct json *wanted,
                         const struct json *got, struct text *where)
{
    size_t letters;
    if (json_kind(wanted) == JSON_TEXT) {
        return is_name(json_text(wanted), &letters)
                   ? name_matches(names, json_text(wanted), letters, got)
                   : text_matches(names, json_text(wanted), got);
    }
    if (json_kind(wanted) != json_kind(got))
        return false;
    switch (json_kind(wanted)) {
    case JSON_NUMBER:
        return json_number(wanted) == json_number(got);
    case JSON_BOOL:
        return json_bool(wanted) == json_bool(got);
    case JSON_ARRAY:
        return array_matches(names, wanted, got, where);
    case JSON_OBJECT:
        return object_matches(names, wanted, got, where);
    default:
        return true;
    }
}

bool pattern_matches(struct pattern_names *names, const struct json *wanted, const struct json *got,
                     struct text *where)
{
    text_clear(where);
    return node_matches(names, wanted, got, where);
}
