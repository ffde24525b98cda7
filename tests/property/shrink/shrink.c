// SPDX-License-Identifier: GPL-3.0-or-later
/* Every step is a list of pointers that are tried away, or a value that is tried in a place. */
#include "property/shrink/shrink.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_write.h"
#include "base/must.h"
#include "base/text.h"

/* Pointers in the order of the document. */
struct places {
    char **at;
    size_t count, capacity;
};

struct state {
    struct shrink *shrink;
    struct json_doc *best;
};

static void add_place(struct places *places, const char *pointer)
{
    if (places->count == places->capacity) {
        places->capacity = places->capacity == 0 ? 64 : 2 * places->capacity;
        places->at = must_grow(places->at, places->capacity * sizeof *places->at);
    }
    char *own = must_alloc(strlen(pointer) + 1);
    strcpy(own, pointer);
    places->at[places->count++] = own;
}

static void free_places(struct places *places)
{
    for (size_t i = 0; i < places->count; i++)
        free(places->at[i]);
    free(places->at);
    *places = (struct places){.count = 0};
}

static struct json_doc *parse(const char *text)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("shrink", text, strlen(text), false, diag);
    MUST(doc != NULL);
    diag_free(diag);
    return doc;
}

/* Keeps the candidate if it fails. */
static bool keep_if_failing(struct state *state, struct json_doc *candidate)
{
    struct shrink *shrink = state->shrink;
    char *text = shrink->trials < shrink->trials_most ? json_print(json_root(candidate)) : NULL;
    const bool fails = text != NULL && shrink->fails(shrink->context, text);
    shrink->trials += text != NULL;
    free(text);
    json_free(fails ? state->best : candidate);
    if (fails)
        state->best = candidate;
    return fails;
}

/* From the last to the first, so that indices before it stay right. */
static bool try_without(struct state *state, const struct places *places, size_t from, size_t to)
{
    struct json_doc *candidate = json_copy(state->best);
    for (size_t i = to; i-- > from;)
        json_patch(candidate, places->at[i], NULL, NULL);
    return keep_if_failing(state, candidate);
}

static bool try_instead(struct state *state, const char *pointer, double value)
{
    char number[32];
    struct json_doc *candidate = json_copy(state->best),
                    *doc = parse(json_format_double(number, value));
    json_patch(candidate, pointer, doc, json_root(doc));
    json_free(doc);
    return keep_if_failing(state, candidate);
}

/* --- walking --- */

static void enter_child(struct text *pointer, const struct json *child, size_t index)
{
    const char *key = json_key(child);
    text_add(pointer, "/");
    if (key == NULL)
        text_printf(pointer, "%zu", index);
    for (; key != NULL && *key != '\0'; key++) {
        if (*key == '~' || *key == '/')
            text_add(pointer, *key == '~' ? "~0" : "~1");
        else
            text_append(pointer, key, 1);
    }
}

typedef bool wanted(void *context, const struct json *node, int depth);

static void collect(struct places *places, const struct json *node, struct text *pointer, int depth,
                    wanted *is_wanted, void *context)
{
    size_t index = 0;
    if (depth > 0 && is_wanted(context, node, depth))
        add_place(places, text_of(pointer));
    for (const struct json *child = json_first(node); child != NULL; child = json_next(child)) {
        const size_t length = pointer->length;
        enter_child(pointer, child, index++);
        collect(places, child, pointer, depth + 1, is_wanted, context);
        text_cut(pointer, length);
    }
}

static struct places find(const struct state *state, wanted *is_wanted, void *context)
{
    struct places places = {.count = 0};
    struct text pointer = {.length = 0};
    text_add(&pointer, "");
    collect(&places, json_root(state->best), &pointer, 0, is_wanted, context);
    text_free(&pointer);
    return places;
}

/* --- components with all that names them --- */

static bool is_named_in(const struct json *node, const char *name)
{
    for (const struct json *child = json_first(node); child != NULL; child = json_next(child)) {
        if (json_kind(child) == JSON_TEXT && strcmp(json_text(child), name) == 0)
            return true;
    }
    return false;
}

/* The component itself, and every object or list with its name in it: a consumer that reads it, a
 * subscription, a redrive policy. */
static bool is_of(void *context, const struct json *node, int depth)
{
    const char *name = context;
    if (json_kind(node) == JSON_ARRAY)
        return json_count(node) == 1 && is_named_in(node, name);
    return json_kind(node) == JSON_OBJECT &&
           ((depth == 2 && json_key(node) != NULL && strcmp(json_key(node), name) == 0) ||
            is_named_in(node, name));
}

static bool is_component(void *context, const struct json *node, int depth)
{
    (void)context;
    return depth == 2 && json_key(node) != NULL && json_kind(node) == JSON_OBJECT;
}

static bool drop_components(struct state *state)
{
    bool any = false;
    struct places components = find(state, is_component, NULL);
    for (size_t i = components.count; i-- > 0;) {
        char *name = strrchr(components.at[i], '/') + 1;
        struct places of = find(state, is_of, name);
        any = (of.count > 0 && try_without(state, &of, 0, of.count)) || any;
        free_places(&of);
    }
    free_places(&components);
    return any;
}

/* --- members and elements, level by level --- */

static bool is_at(void *context, const struct json *node, int depth)
{
    (void)node;
    return depth == *(int *)context;
}

/* One sweep in chunks of one size, from the back, where what was removed moves nothing. */
static bool drop_chunks(struct state *state, int depth, size_t size)
{
    bool any = false;
    struct places places = find(state, is_at, &depth);
    for (size_t to = places.count; to > 0; to = to > size ? to - size : 0)
        any = try_without(state, &places, to > size ? to - size : 0, to) || any;
    free_places(&places);
    return any;
}

static bool drop_level(struct state *state, int depth, bool *is_empty)
{
    bool any = false;
    struct places places = find(state, is_at, &depth);
    *is_empty = places.count == 0;
    size_t size = places.count;
    free_places(&places);
    for (; size > 0; size /= 2)
        any = drop_chunks(state, depth, size) || any;
    return any;
}

static bool drop_parts(struct state *state)
{
    bool any = false, is_empty = false;
    for (int depth = 1; !is_empty; depth++)
        any = drop_level(state, depth, &is_empty) || any;
    return any;
}

/* --- values --- */

static bool is_value(void *context, const struct json *node, int depth)
{
    (void)context;
    (void)depth;
    return json_kind(node) == JSON_NUMBER ||
           (json_kind(node) == JSON_OBJECT && json_get(node, "dist") != NULL);
}

static bool lower(struct state *state, const char *pointer)
{
    static const double plain[] = {0, 1};
    const struct json *node = json_find(state->best, pointer);
    if (node == NULL)
        return false;
    if (json_kind(node) == JSON_OBJECT)
        return try_instead(state, pointer, 0) || try_instead(state, pointer, 0.01);
    const double value = json_number(node);
    for (size_t i = 0; i < 2; i++) {
        if (value > plain[i] && try_instead(state, pointer, plain[i]))
            return true;
    }
    if (value > 2 && try_instead(state, pointer, floor(value / 2)))
        return true;
    return value != floor(value) && value > 1 && try_instead(state, pointer, floor(value));
}

static bool lower_values(struct state *state)
{
    bool any = false;
    struct places values = find(state, is_value, NULL);
    for (size_t i = 0; i < values.count; i++)
        any = lower(state, values.at[i]) || any;
    free_places(&values);
    return any;
}

char *shrink_text(struct shrink *shrink, const char *text)
{
    struct state state = {.shrink = shrink, .best = parse(text)};
    struct text out = {.length = 0};
    struct json_writer writer;
    for (bool any = true; any && shrink->trials < shrink->trials_most;) {
        any = drop_components(&state);
        any = drop_parts(&state) || any;
        any = lower_values(&state) || any;
    }
    json_write_init(&writer, &out, false);
    json_write_node(&writer, json_root(state.best));
    text_add(&out, "\n");
    json_free(state.best);
    return out.bytes;
}
