// SPDX-License-Identifier: GPL-3.0-or-later
/* Compiles the keys of a filter policy and how they belong together.
 *
 * A policy is read into a tree of "all of" and "one of" whose leaves are keys, numbered in order;
 * the tree then tells each key where to go on, and is dropped. */
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "model/filter_limits.h"
#include "model/filter_program.h"
#include "model/filter_subject.h"
#include "model/filter_tests.h"

/* Keys from first up to end, which all must hold, or one of them. */
struct branch {
    bool one_of;
    uint32_t first, end;
    struct branch *child, *next; /* child NULL: it is the key first */
};

struct compiler {
    struct filter_tests tests;
    struct text path;
    size_t depth; /* names in the path */
    struct filter_key *keys;
    size_t key_count, key_capacity;
};

static struct branch *read_object(struct compiler *c, const struct json *object);

static struct branch *fail(struct compiler *c, const char *member, const char *sentence)
{
    filter_tests_fail(&c->tests, member, "%s", sentence);
    return NULL;
}

static struct branch *new_branch(struct compiler *c, bool one_of)
{
    struct branch *branch = arena_alloc(c->tests.arena, sizeof *branch);
    branch->one_of = one_of;
    branch->first = branch->end = (uint32_t)c->key_count;
    return branch;
}

/* Writes a key and its tests. */
static struct branch *read_key(struct compiler *c, const struct json *list)
{
    struct filter_key key = {.first = (uint32_t)c->tests.count, .length = c->path.length};
    struct branch *branch = new_branch(c, false);
    if (json_first(list) == NULL)
        return fail(c, NULL, "Empty arrays are not allowed");
    if (!filter_tests_read(&c->tests, list, &key.absent))
        return NULL;
    if (c->key_count == FILTER_NAMES_MOST)
        return fail(c, NULL, "Filter policy is too complex");
    key.count = (uint32_t)c->tests.count - key.first;
    key.path = arena_copy_text(c->tests.arena, text_of(&c->path));
    key.hash = filter_subject_hash(FILTER_HASH, key.path, key.length);
    if (c->key_count == c->key_capacity) {
        c->key_capacity = c->key_capacity == 0 ? 8 : 2 * c->key_capacity;
        c->keys = must_grow(c->keys, c->key_capacity * sizeof *c->keys);
    }
    c->keys[c->key_count++] = key;
    branch->end = (uint32_t)c->key_count;
    return branch;
}

static struct branch *read_alternatives(struct compiler *c, const struct json *list)
{
    struct branch *branch = new_branch(c, true), **end = &branch->child;
    size_t index = 0;
    for (const struct json *each = json_first(list); each != NULL; each = json_next(each)) {
        const size_t before = filter_tests_enter_element(&c->tests, index++);
        *end = read_object(c, each);
        if (*end == NULL)
            return NULL;
        end = &(*end)->next;
        text_cut(&c->tests.pointer, before);
    }
    branch->end = (uint32_t)c->key_count;
    return branch;
}

static struct branch *read_member(struct compiler *c, const struct json *member)
{
    if (filter_limits_is_or(member))
        return read_alternatives(c, member);
    const size_t before = c->path.length;
    struct branch *branch = NULL;
    /* FLT-5: names are joined by dots, and so are those that the message nests. */
    if (c->depth++ > 0)
        text_add(&c->path, ".");
    text_add(&c->path, json_key(member));
    if (json_kind(member) == JSON_ARRAY)
        branch = read_key(c, member);
    else if (json_kind(member) != JSON_OBJECT)
        filter_tests_fail(&c->tests, NULL, "\"%s\" must be an object or an array",
                          json_key(member));
    else if (c->tests.cfg->scope == FILTER_ATTRIBUTES) /* FLT-5 */
        fail(c, NULL,
             "Filter policy scope MessageAttributes does not support nested filter policy");
    else
        branch = read_object(c, member);
    text_cut(&c->path, before);
    c->depth--;
    return branch;
}

static struct branch *read_object(struct compiler *c, const struct json *object)
{
    struct branch *branch = new_branch(c, false), **end = &branch->child;
    for (const struct json *each = json_first(object); each != NULL; each = json_next(each)) {
        const size_t before = filter_tests_enter(&c->tests, json_key(each));
        *end = read_member(c, each);
        if (*end == NULL)
            return NULL;
        end = &(*end)->next;
        text_cut(&c->tests.pointer, before);
    }
    branch->end = (uint32_t)c->key_count;
    return branch->child != NULL ? branch : fail(c, NULL, "Empty objects are not allowed");
}

/* FLT-1: "all of" goes on with its next child if one holds, "one of" if one does not. */
static void link_keys(struct compiler *c, const struct branch *branch, uint32_t yes, uint32_t no)
{
    if (branch->child == NULL) {
        c->keys[branch->first].yes = yes;
        c->keys[branch->first].no = no;
        return;
    }
    for (const struct branch *each = branch->child; each != NULL; each = each->next) {
        const bool goes_on = each->next != NULL;
        link_keys(c, each, goes_on && !branch->one_of ? each->end : yes,
                  goes_on && branch->one_of ? each->end : no);
    }
}

static const struct filter *finish(struct compiler *c)
{
    struct filter *filter = arena_alloc(c->tests.arena, sizeof *filter);
    const size_t key_bytes = c->key_count * sizeof *c->keys;
    const size_t test_bytes = c->tests.count * sizeof *c->tests.all;
    *filter = (struct filter){
        .scope = c->tests.cfg->scope,
        .same_element = c->tests.cfg->same_element,
        .key_count = (uint32_t)c->key_count,
    };
    struct filter_key *keys = arena_alloc(c->tests.arena, key_bytes);
    struct filter_test *tests = arena_alloc(c->tests.arena, test_bytes);
    if (key_bytes > 0)
        memcpy(keys, c->keys, key_bytes);
    if (test_bytes > 0) /* exists false alone is no test */
        memcpy(tests, c->tests.all, test_bytes);
    filter->keys = keys;
    filter->tests = tests;
    return filter;
}

static const struct filter *compile(struct compiler *c, const struct json *policy)
{
    if (json_kind(policy) != JSON_OBJECT) {
        fail(c, NULL, "Filter policy must be a JSON object");
        return NULL;
    }
    const char *sentence = filter_limits_check(policy, c->tests.cfg);
    if (sentence != NULL) {
        fail(c, NULL, sentence);
        return NULL;
    }
    /* FLT-1: a policy without keys is as if there were none. */
    if (json_first(policy) == NULL)
        return finish(c);
    const struct branch *root = read_object(c, policy);
    if (root == NULL)
        return NULL;
    link_keys(c, root, FILTER_YES, FILTER_NO);
    return finish(c);
}

const struct filter *filter_compile(struct arena *arena, const struct json *policy,
                                    const struct filter_cfg *cfg, struct filter_error *error)
{
    struct compiler c = {.tests = {.arena = arena, .cfg = cfg, .error = error}};
    const struct filter *filter = compile(&c, policy);
    text_free(&c.path);
    text_free(&c.tests.pointer);
    free(c.tests.all);
    free(c.keys);
    return filter;
}
