// SPDX-License-Identifier: GPL-3.0-or-later
/* Random texts from a few words, so that policies and messages meet. */
#include "tools/filter_invent.h"

#include <stdio.h>
#include <string.h>

enum { DEEPEST = 3 };

#define SAY(...) text_printf(&v->text, __VA_ARGS__)

static size_t draw(struct filter_invent *v, size_t n)
{
    return (size_t)rng_below(&v->rng, n);
}
static bool chance(struct filter_invent *v, double p)
{
    return rng_chance(&v->rng, p);
}

/* --- what policies and messages are made of --- */

static void say_text(struct filter_invent *v)
{
    static const char *const words[] = {
        "x", "y", "xy", "yx", "xyx", "X", "xY", "", "10.0.0.1", "10.0.1.1", "::1", "::2", "x*", "1",
    };
    SAY("\"%s\"", words[draw(v, sizeof words / sizeof *words)]);
}

static void say_number(struct filter_invent *v, bool outside)
{
    static const char *const numbers[] = {
        "0", "1", "-1", "2", "1.0", "0.5", "0.50001", "1e0", "1e9", "-1e9", "1e10", "-2e9",
    };
    SAY("%s", numbers[draw(v, outside ? 12 : 10)]);
}

static void say_plain(struct filter_invent *v, bool outside)
{
    static const char *const words[] = {"true", "false", "null"};
    if (v->focused) {
        SAY("%d", chance(v, 0.5));
        return;
    }
    switch (draw(v, 5)) {
    case 0:
    case 1:
        say_number(v, outside);
        break;
    case 2:
        SAY("%s", words[draw(v, 3)]);
        break;
    default:
        say_text(v);
    }
}

static const char *name(struct filter_invent *v)
{
    static const char *const names[] = {"a", "b", "c", "a.b", "b.a", "c.a.b", "a.c", "", "$or"};
    return names[v->focused || chance(v, 0.8) ? draw(v, 3) : draw(v, sizeof names / sizeof *names)];
}

/* Chooses names that an object does not have twice; returns how many. */
static size_t choose_names(struct filter_invent *v, size_t most, const char *chosen[])
{
    size_t count = 0;
    for (size_t tries = 1 + draw(v, most); tries > 0; tries--) {
        const char *each = v->focused && chance(v, 0.1) ? "$or" : name(v);
        bool is_new = true;
        for (size_t i = 0; i < count; i++)
            is_new = is_new && strcmp(chosen[i], each) != 0;
        if (is_new)
            chosen[count++] = each;
    }
    return count;
}

/* --- policies --- */

static void say_pattern(struct filter_invent *v)
{
    static const char *const patterns[] = {
        "*", "x*", "*x", "x*x", "*y*", "x*y*x", "x", "x\\\\*", "*1", "", "*x*y",
    };
    SAY("\"%s\"", patterns[draw(v, sizeof patterns / sizeof *patterns)]);
}

static void say_text_operator(struct filter_invent *v, bool lists)
{
    static const char *const names[] = {"prefix", "suffix", "equals-ignore-case", "wildcard"};
    const size_t which = draw(v, 4), count = lists && chance(v, 0.3) ? 2 : 1;
    SAY("{\"%s\": %s", names[which], count > 1 ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        SAY("%s", i > 0 ? ", " : "");
        if (which == 3)
            say_pattern(v);
        else
            say_text(v);
    }
    SAY("%s}", count > 1 ? "]" : "");
}

static void say_numeric(struct filter_invent *v)
{
    static const char *const one[] = {"=", "<", "<=", ">", ">="};
    static const char *const two[] = {
        "\">\", 0, \"<\", 1",
        "\">=\", 0, \"<\", 1",
        "\">\", -1, \"<=\", 0.5",
        "\">=\", 0.5, \"<=\", 1e9",
    };
    SAY("{\"numeric\": [");
    if (chance(v, 0.5)) {
        SAY("%s", two[draw(v, 4)]);
    } else {
        SAY("\"%s\", ", one[draw(v, 5)]);
        say_number(v, false);
    }
    SAY("]}");
}

static void say_anything_but(struct filter_invent *v)
{
    SAY("{\"anything-but\": ");
    if (chance(v, 0.4)) {
        say_text_operator(v, true);
    } else if (chance(v, 0.3)) {
        say_number(v, false);
    } else {
        SAY("[");
        say_text(v);
        SAY(", ");
        say_text(v);
        SAY("]");
    }
    SAY("}");
}

static void say_condition(struct filter_invent *v)
{
    static const char *const blocks[] = {"10.0.0.0/24", "10.0.0.0/8", "::/127", "0.0.0.0/0",
                                         "::2/128"};
    switch (draw(v, 10)) {
    case 0:
        SAY("{\"exists\": %s}", chance(v, 0.5) ? "true" : "false");
        break;
    case 1:
        SAY("{\"cidr\": \"%s\"}", blocks[draw(v, 5)]);
        break;
    case 2:
        say_numeric(v);
        break;
    case 3:
        say_anything_but(v);
        break;
    case 4:
    case 5:
        say_text_operator(v, false);
        break;
    default:
        say_plain(v, false);
    }
}

static void say_conditions(struct filter_invent *v)
{
    const size_t count = v->focused ? 1 : chance(v, 0.01) ? 160 : 1 + draw(v, 6);
    SAY("[");
    for (size_t i = 0; i < count; i++) {
        SAY("%s", i > 0 ? ", " : "");
        if (v->focused)
            say_plain(v, false);
        else
            say_condition(v);
    }
    SAY("]");
}

static void say_policy(struct filter_invent *v, bool nested, int depth);

static void say_alternatives(struct filter_invent *v, bool nested, int depth)
{
    const size_t count = 2 + draw(v, 2);
    SAY("[");
    for (size_t i = 0; i < count; i++) {
        SAY("%s", i > 0 ? ", " : "");
        say_policy(v, nested, depth + 1);
    }
    SAY("]");
}

static void say_policy(struct filter_invent *v, bool nested, int depth)
{
    const char *names[8];
    const size_t count = choose_names(v,
                                      depth == 0 && chance(v, 0.1) ? 8
                                      : depth == 0                 ? 2
                                                                   : 4,
                                      names);
    SAY("{");
    for (size_t i = 0; i < count; i++) {
        SAY("%s\"%s\": ", i > 0 ? ", " : "", names[i]);
        if (strcmp(names[i], "$or") == 0 && depth < DEEPEST)
            say_alternatives(v, nested, depth);
        else if (nested && depth < DEEPEST && chance(v, depth > 0 ? 0.2 : v->focused ? 0.9 : 0.5))
            say_policy(v, nested, depth + 1);
        else
            say_conditions(v);
    }
    SAY("}");
}

/* --- messages --- */

static void say_object(struct filter_invent *v, int depth);

/* Choices multiply: objects in lists are few. */
static void say_list(struct filter_invent *v, int depth)
{
    const size_t count = v->focused ? 3 : draw(v, 4);
    const double objects = v->focused ? 1.0 : chance(v, 0.7) ? 0.9 : 0.2;
    SAY("[");
    for (size_t i = 0; i < count; i++) {
        SAY("%s", i > 0 ? ", " : "");
        if (depth < DEEPEST && v->objects < (v->focused ? 9 : 6) && chance(v, objects)) {
            v->objects++;
            say_object(v, depth + 1);
        } else if (depth < DEEPEST && chance(v, 0.1)) {
            say_list(v, depth + 1);
        } else {
            say_plain(v, true);
        }
    }
    SAY("]");
}

static void say_object(struct filter_invent *v, int depth)
{
    const char *names[6];
    const size_t count = chance(v, 0.05) ? 0 : choose_names(v, 6, names);
    SAY("{");
    for (size_t i = 0; i < count; i++) {
        SAY("%s\"%s\": ", i > 0 ? ", " : "", names[i]);
        if (chance(v, !v->focused ? 0.3 : depth == 0 ? 0.9 : 0.2))
            say_list(v, depth);
        else if (depth < DEEPEST && chance(v, v->focused ? 0.1 : 0.4))
            say_object(v, depth + 1);
        else
            say_plain(v, true);
    }
    SAY("}");
}

static void say_attributes(struct filter_invent *v)
{
    const char *names[6];
    const size_t count = chance(v, 0.05) ? 0 : choose_names(v, 6, names);
    SAY("{");
    for (size_t i = 0; i < count; i++) {
        SAY("%s\"%s\": ", i > 0 ? ", " : "", names[i]);
        if (chance(v, 0.3))
            say_list(v, DEEPEST);
        else if (chance(v, 0.4))
            say_number(v, true);
        else
            say_text(v);
    }
    SAY("}");
}

/* --- the door --- */

const char *filter_invent_policy(struct filter_invent *v, enum filter_scope scope)
{
    text_clear(&v->text);
    v->focused = chance(v, 0.5);
    say_policy(v, scope == FILTER_BODY, 0);
    return text_of(&v->text);
}

const char *filter_invent_message(struct filter_invent *v, enum filter_scope scope)
{
    text_clear(&v->text);
    v->objects = 0;
    if (scope == FILTER_BODY)
        say_object(v, 0);
    else
        say_attributes(v);
    return text_of(&v->text);
}
