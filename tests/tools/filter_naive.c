// SPDX-License-Identifier: GPL-3.0-or-later
/* Each value of a policy is asked anew whether it holds for one value of the body. */
#include "tools/filter_naive.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

/* --- one condition and one value --- */

static bool like(const char *pattern, const char *text)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (*pattern == '*')
        return like(pattern + 1, text) || (*text != '\0' && like(pattern, text + 1));
    pattern += *pattern == '\\';
    return *pattern == *text && like(pattern + 1, text + 1);
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
    return strlen(text) >= strlen(with) && strcmp(text + strlen(text) - strlen(with), with) == 0;
}

static bool same_letters(const char *a, const char *b)
{
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static bool in_block(const char *text, const char *block)
{
    char head[64];
    unsigned char a[16], b[16];
    const size_t length = strcspn(block, "/");
    snprintf(head, sizeof head, "%.*s", (int)length, block);
    const int family = strchr(head, ':') != NULL ? AF_INET6 : AF_INET;
    if (inet_pton(family, text, a) != 1 || inet_pton(family, head, b) != 1)
        return false;
    for (int bit = 0; bit < atoi(block + length + 1); bit++)
        if (((a[bit / 8] ^ b[bit / 8]) & (0x80 >> bit % 8)) != 0)
            return false;
    return true;
}

static bool compares(double value, const char *operator, double bound)
{
    if (strcmp(operator, "=") == 0)
        return value == bound;
    if (strcmp(operator, "<") == 0)
        return value < bound;
    if (strcmp(operator, "<=") == 0)
        return value <= bound;
    return strcmp(operator, ">") == 0 ? value > bound : value >= bound;
}

static bool in_range(const struct json *value, const struct json *range)
{
    if (json_kind(value) != JSON_NUMBER || fabs(json_number(value)) > 1e9)
        return false;
    for (const struct json *each = json_first(range); each != NULL;
         each = json_next(json_next(each)))
        if (!compares(json_number(value), json_text(each), json_number(json_next(each))))
            return false;
    return true;
}

static bool equals(const struct json *value, const struct json *wanted)
{
    if (json_kind(value) != json_kind(wanted))
        return false;
    switch (json_kind(value)) {
    case JSON_TEXT:
        return strcmp(json_text(value), json_text(wanted)) == 0;
    case JSON_NUMBER:
        return json_number(value) == json_number(wanted);
    case JSON_BOOL:
        return json_bool(value) == json_bool(wanted);
    default:
        return true;
    }
}

static bool text_holds(const char *operator, const char * wanted, const char *text)
{
    if (strcmp(operator, "prefix") == 0)
        return starts(text, wanted);
    if (strcmp(operator, "suffix") == 0)
        return ends(text, wanted);
    if (strcmp(operator, "equals-ignore-case") == 0)
        return same_letters(text, wanted);
    return strcmp(operator, "cidr") == 0 ? in_block(text, wanted) : like(wanted, text);
}

/* What anything-but excludes: a value, a list, or an operator with one or several texts. */
static bool is_excluded(const struct json *but, const struct json *value)
{
    if (json_kind(but) == JSON_OBJECT) {
        const struct json *form = json_first(but);
        if (json_kind(value) != JSON_TEXT)
            return false;
        if (json_kind(form) == JSON_TEXT)
            return text_holds(json_key(form), json_text(form), json_text(value));
        for (const struct json *each = json_first(form); each != NULL; each = json_next(each))
            if (text_holds(json_key(form), json_text(each), json_text(value)))
                return true;
        return false;
    }
    if (json_kind(but) != JSON_ARRAY)
        return equals(value, but);
    for (const struct json *each = json_first(but); each != NULL; each = json_next(each))
        if (equals(value, each))
            return true;
    return false;
}

/* For a value that is there; an empty list stands for itself. */
static bool condition_holds(const struct json *condition, const struct json *value)
{
    const bool is_empty = json_kind(value) == JSON_ARRAY;
    if (json_kind(condition) != JSON_OBJECT)
        return !is_empty && equals(value, condition);
    const struct json *form = json_first(condition);
    if (strcmp(json_key(form), "exists") == 0)
        return json_bool(form);
    if (is_empty)
        return false;
    if (strcmp(json_key(form), "anything-but") == 0)
        return !is_excluded(form, value);
    if (strcmp(json_key(form), "numeric") == 0)
        return in_range(value, form);
    return json_kind(value) == JSON_TEXT &&
           text_holds(json_key(form), json_text(form), json_text(value));
}

/* --- the body, under a choice of one object from each list --- */

enum { LISTS = 64, PATH = 512 };

struct walk {
    const struct json *body;
    struct {
        const struct json *list;
        size_t count, chosen;
    } lists[LISTS];
    size_t list_count;
    bool all; /* objects of lists, not the chosen ones */
    char path[PATH];
    const char *wanted;
    const struct json *condition; /* NULL: it is enough that there is a value */
    bool found;
};

static size_t count_flat(const struct json *list, bool objects)
{
    size_t count = 0;
    for (const struct json *each = json_first(list); each != NULL; each = json_next(each)) {
        if (json_kind(each) == JSON_ARRAY)
            count += count_flat(each, objects);
        else if (!objects || json_kind(each) == JSON_OBJECT)
            count++;
    }
    return count;
}

static void find_lists(struct walk *w, const struct json *node, bool in_list)
{
    if (json_kind(node) == JSON_ARRAY && !in_list && count_flat(node, true) > 1) {
        MUST(w->list_count < LISTS);
        w->lists[w->list_count].list = node;
        w->lists[w->list_count].chosen = 0;
        w->lists[w->list_count++].count = count_flat(node, true);
    }
    for (const struct json *each = json_first(node); each != NULL; each = json_next(each))
        find_lists(w, each, json_kind(node) == JSON_ARRAY);
}

static void meet(struct walk *w, const struct json *value)
{
    if (strcmp(w->path, w->wanted) == 0 &&
        (w->condition == NULL || condition_holds(w->condition, value)))
        w->found = true;
}

static void walk_object(struct walk *w, const struct json *object, bool is_root);

/* *left is the index that the chosen object has among those to come; NULL: all are chosen. */
static void walk_list(struct walk *w, const struct json *list, long *left)
{
    for (const struct json *each = json_first(list); each != NULL; each = json_next(each)) {
        if (json_kind(each) == JSON_ARRAY)
            walk_list(w, each, left);
        else if (json_kind(each) != JSON_OBJECT)
            meet(w, each);
        else if (left == NULL || (*left)-- == 0)
            walk_object(w, each, false);
    }
}

static void walk_value(struct walk *w, const struct json *value)
{
    if (json_kind(value) == JSON_OBJECT) {
        walk_object(w, value, false);
    } else if (json_kind(value) != JSON_ARRAY || count_flat(value, false) == 0) {
        meet(w, value);
    } else {
        long left = 0, *chosen = NULL;
        for (size_t i = 0; i < w->list_count && !w->all; i++) {
            if (w->lists[i].list == value) {
                left = (long)w->lists[i].chosen;
                chosen = &left;
            }
        }
        walk_list(w, value, chosen);
    }
}

static void walk_object(struct walk *w, const struct json *object, bool is_root)
{
    const size_t before = strlen(w->path), dot = is_root ? 0 : 1;
    for (const struct json *each = json_first(object); each != NULL; each = json_next(each)) {
        const size_t length = strlen(json_key(each));
        MUST(before + dot + length < PATH);
        memcpy(w->path + before, ".", dot);
        memcpy(w->path + before + dot, json_key(each), length + 1);
        walk_value(w, each);
        w->path[before] = '\0';
    }
}

static bool finds(struct walk *w, const char *path, const struct json *condition, bool all)
{
    w->wanted = path;
    w->condition = condition;
    w->all = all;
    w->found = false;
    w->path[0] = '\0';
    walk_object(w, w->body, true);
    return w->found;
}

/* --- the policy --- */

static bool is_word(const char *key)
{
    static const char words[] =
        " prefix suffix wildcard numeric cidr exists anything-but equals-ignore-case ";
    char padded[64];
    snprintf(padded, sizeof padded, " %s ", key);
    return strstr(words, padded) != NULL;
}

static bool is_or(const struct json *member)
{
    if (strcmp(json_key(member), "$or") != 0 || json_kind(member) != JSON_ARRAY)
        return false;
    for (const struct json *each = json_first(member); each != NULL; each = json_next(each)) {
        if (json_kind(each) != JSON_OBJECT)
            return false;
        for (const struct json *name = json_first(each); name != NULL; name = json_next(name))
            if (is_word(json_key(name)))
                return false;
    }
    return json_count(member) >= 2;
}

static bool key_holds(struct walk *w, const char *path, const struct json *list, bool together)
{
    for (const struct json *each = json_first(list); each != NULL; each = json_next(each)) {
        const struct json *exists = json_get(each, "exists");
        if (exists != NULL && !json_bool(exists)) {
            if (!finds(w, path, NULL, true))
                return true;
        } else if (finds(w, path, each, !together)) {
            return true;
        }
    }
    return false;
}

static bool object_holds(struct walk *w, const char *prefix, const struct json *object,
                         bool together);

static bool member_holds(struct walk *w, const char *prefix, const struct json *member,
                         bool together)
{
    if (is_or(member)) {
        for (const struct json *each = json_first(member); each != NULL; each = json_next(each))
            if (object_holds(w, prefix, each, together))
                return true;
        return false;
    }
    char path[PATH];
    const int length = prefix == NULL ? snprintf(path, PATH, "%s", json_key(member))
                                      : snprintf(path, PATH, "%s.%s", prefix, json_key(member));
    MUST(length >= 0 && length < PATH);
    return json_kind(member) == JSON_OBJECT ? object_holds(w, path, member, together)
                                            : key_holds(w, path, member, together);
}

static bool object_holds(struct walk *w, const char *prefix, const struct json *object,
                         bool together)
{
    for (const struct json *each = json_first(object); each != NULL; each = json_next(each))
        if (!member_holds(w, prefix, each, together))
            return false;
    return true;
}

/* The next choice; false when all were tried. */
static bool turn(struct walk *w)
{
    for (size_t i = 0; i < w->list_count; i++) {
        if (++w->lists[i].chosen < w->lists[i].count)
            return true;
        w->lists[i].chosen = 0;
    }
    return false;
}

bool filter_naive_matches(const struct json *policy, const struct json *body, bool same_element)
{
    struct walk w = {.body = body};
    find_lists(&w, body, false);
    if (!same_element)
        return object_holds(&w, NULL, policy, false);
    do {
        if (object_holds(&w, NULL, policy, true))
            return true;
    } while (turn(&w));
    return false;
}

static double combinations(const struct json *object, int depth)
{
    double product = 1.0;
    for (const struct json *each = json_first(object); each != NULL; each = json_next(each)) {
        double factor = 0.0;
        if (json_kind(each) == JSON_OBJECT)
            factor = combinations(each, depth + 1);
        else if (!is_or(each))
            factor = (double)json_count(each) * depth;
        else
            for (const struct json *way = json_first(each); way != NULL; way = json_next(way))
                factor += combinations(way, depth);
        product *= factor;
    }
    return product;
}

bool filter_naive_fits(const struct json *policy)
{
    return json_count(policy) <= 5 && combinations(policy, 1) <= 150.0;
}
