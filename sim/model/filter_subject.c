// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads attributes or a body into values by paths.
 *
 * A path is stored as a chain of names, so that memory grows with the message and not with its
 * depth.  Each path is there once, whichever way the message writes it. */
#include "model/filter_subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/must.h"

struct found {
    struct filter_path *path;
    struct filter_value value;
};

struct builder {
    struct arena *arena;
    struct filter_path **slots;
    size_t slot_count, path_count;
    struct found *found;
    size_t found_count, found_capacity;
    struct filter_context *contexts;
    size_t context_count, context_capacity;
    uint32_t list_count;
};

/* --- paths --- */

/* The character before *left of a path's name, going on to its parent's after a dot. */
static char previous(const struct filter_path **path, size_t *left)
{
    if (*left > 0)
        return (*path)->name[--*left];
    *path = (*path)->parent;
    *left = (*path)->name_length;
    return '.';
}

static bool is_same(const struct filter_path *a, const struct filter_path *b)
{
    if (a->hash != b->hash || a->length != b->length)
        return false;
    if (a->parent == b->parent)
        return memcmp(a->name, b->name, a->name_length) == 0;
    size_t a_left = a->name_length, b_left = b->name_length;
    for (size_t i = a->length; i > 0; i--)
        if (previous(&a, &a_left) != previous(&b, &b_left))
            return false;
    return true;
}

static size_t slot_of(const struct builder *b, const struct filter_path *path)
{
    size_t slot = path->hash & (b->slot_count - 1);
    while (b->slots[slot] != NULL && !is_same(b->slots[slot], path))
        slot = (slot + 1) & (b->slot_count - 1);
    return slot;
}

static void grow_slots(struct builder *b)
{
    struct filter_path **old = b->slots;
    const size_t old_count = b->slot_count;
    b->slot_count = old_count == 0 ? 16 : 2 * old_count;
    b->slots = must_alloc(b->slot_count * sizeof *b->slots);
    memset(b->slots, 0, b->slot_count * sizeof *b->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i] != NULL)
            b->slots[slot_of(b, old[i])] = old[i];
    free(old);
}

static struct filter_path *path_of(struct builder *b, const struct filter_path *parent,
                                   const char *name)
{
    struct filter_path path = {.parent = parent, .name = name, .name_length = strlen(name)};
    uint64_t hash = FILTER_HASH;
    if (parent != NULL) {
        hash = filter_subject_hash(parent->hash, ".", 1);
        path.length = parent->length + 1;
    }
    path.hash = filter_subject_hash(hash, name, path.name_length);
    path.length += path.name_length;
    if (2 * b->path_count >= b->slot_count)
        grow_slots(b);
    struct filter_path **slot = &b->slots[slot_of(b, &path)];
    if (*slot == NULL) {
        path.name = arena_copy_text(b->arena, name);
        *slot = memcpy(arena_alloc(b->arena, sizeof path), &path, sizeof path);
        b->path_count++;
    }
    return *slot;
}

static bool is_called(const struct filter_path *path, const char *name, size_t length)
{
    if (path->length != length)
        return false;
    for (;;) {
        length -= path->name_length;
        if (memcmp(name + length, path->name, path->name_length) != 0)
            return false;
        path = path->parent;
        if (path == NULL)
            return true;
        if (name[--length] != '.')
            return false;
    }
}

const struct filter_path *filter_subject_find(const struct filter_subject *subject,
                                              const char *path, size_t length, uint64_t hash)
{
    for (size_t slot = hash & subject->slot_mask;; slot = (slot + 1) & subject->slot_mask) {
        const struct filter_path *each = subject->slots[slot];
        if (each == NULL)
            return NULL;
        if (each->hash == hash && is_called(each, path, length))
            return each->count > 0 ? each : NULL;
    }
}

/* --- values --- */

int64_t filter_subject_number(double value)
{
    /* FLT-4: five decimals count, and no more than a billion. */
    if (!(fabs(value) <= 1e9))
        return FILTER_OUTSIDE;
    return llround(value * 1e5);
}

static void add(struct builder *b, struct filter_path *path, struct filter_value value)
{
    if (b->found_count == b->found_capacity) {
        b->found_capacity = b->found_capacity == 0 ? 16 : 2 * b->found_capacity;
        b->found = must_grow(b->found, b->found_capacity * sizeof *b->found);
    }
    b->found[b->found_count++] = (struct found){path, value};
    path->count++;
}

static struct filter_value text_value(struct builder *b, const char *text)
{
    const size_t length = strlen(text);
    struct filter_value value = {.kind = FILTER_IS_TEXT};
    struct filter_address address;
    value.of.text.bytes = arena_copy_text(b->arena, text);
    value.of.text.length = length;
    value.of.text.hash = filter_subject_hash(FILTER_HASH, text, length);
    if (filter_address_read(text, length, &address))
        value.of.text.address =
            memcpy(arena_alloc(b->arena, sizeof address), &address, sizeof address);
    return value;
}

static struct filter_value number_value(double number)
{
    struct filter_value value = {.kind = FILTER_IS_NUMBER};
    value.of.number = filter_subject_number(number);
    return value;
}

static struct filter_value plain_value(struct builder *b, const struct json *node)
{
    switch (json_kind(node)) {
    case JSON_TEXT:
        return text_value(b, json_text(node));
    case JSON_NUMBER:
        return number_value(json_number(node));
    case JSON_BOOL:
        return (struct filter_value){.kind = json_bool(node) ? FILTER_IS_TRUE : FILTER_IS_FALSE};
    default:
        return (struct filter_value){.kind = FILTER_IS_NULL};
    }
}

/* --- bodies --- */

static uint32_t new_context(struct builder *b, uint32_t parent, uint32_t list)
{
    if (b->context_count == b->context_capacity) {
        b->context_capacity = b->context_capacity == 0 ? 16 : 2 * b->context_capacity;
        b->contexts = must_grow(b->contexts, b->context_capacity * sizeof *b->contexts);
    }
    const uint32_t level = b->context_count == 0 ? 0 : b->contexts[parent].level + 1;
    b->contexts[b->context_count] =
        (struct filter_context){.parent = parent, .list = list, .level = level};
    return (uint32_t)b->context_count++;
}

/* Elements of a list and of lists in it; only objects if asked. */
static size_t count_elements(const struct json *list, bool objects)
{
    size_t count = 0;
    for (const struct json *each = json_first(list); each != NULL; each = json_next(each)) {
        const enum json_kind kind = json_kind(each);
        if (kind == JSON_ARRAY)
            count += count_elements(each, objects);
        else
            count += !objects || kind == JSON_OBJECT;
    }
    return count;
}

static void read_object(struct builder *b, struct filter_path *path, const struct json *object,
                        uint32_t context);

/* FLT-3: lists in a list are as if they were not; list 0 has at most one object, which is no
 * choice. */
static void read_list(struct builder *b, struct filter_path *path, const struct json *node,
                      uint32_t context, uint32_t list)
{
    for (const struct json *each = json_first(node); each != NULL; each = json_next(each)) {
        const enum json_kind kind = json_kind(each);
        if (kind == JSON_ARRAY) {
            read_list(b, path, each, context, list);
        } else if (kind == JSON_OBJECT) {
            read_object(b, path, each, list == 0 ? context : new_context(b, context, list));
        } else {
            struct filter_value value = plain_value(b, each);
            value.context = context;
            add(b, path, value);
        }
    }
}

static void read_member(struct builder *b, struct filter_path *path, const struct json *node,
                        uint32_t context)
{
    struct filter_value value = {.kind = FILTER_IS_EMPTY, .context = context};
    switch (json_kind(node)) {
    case JSON_OBJECT:
        read_object(b, path, node, context);
        return;
    case JSON_ARRAY:
        read_list(b, path, node, context, count_elements(node, true) > 1 ? ++b->list_count : 0);
        if (count_elements(node, false) > 0)
            return;
        break;
    default:
        value = plain_value(b, node);
        value.context = context;
    }
    add(b, path, value);
}

static void read_object(struct builder *b, struct filter_path *path, const struct json *object,
                        uint32_t context)
{
    for (const struct json *each = json_first(object); each != NULL; each = json_next(each))
        read_member(b, path_of(b, path, json_key(each)), each, context);
}

/* --- attributes --- */

/* Parses a text as JSON of a kind, which an attribute or a body should be; NULL: it is none. */
static struct json_doc *parse(const char *text, size_t bytes, enum json_kind kind)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("", text, bytes, false, diag);
    diag_free(diag);
    if (doc != NULL && json_kind(json_root(doc)) != kind) {
        json_free(doc);
        doc = NULL;
    }
    return doc;
}

static bool is_of_type(const char *type, const char *word)
{
    const size_t length = strlen(word);
    return strncmp(type, word, length) == 0 && (type[length] == '\0' || type[length] == '.');
}

static bool read_number(struct builder *b, struct filter_path *path, const char *text)
{
    char *end;
    if (*text == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0')
        return false;
    const double number = strtod(text, &end);
    if (*end != '\0')
        return false;
    add(b, path, number_value(number));
    return true;
}

static bool read_string_array(struct builder *b, struct filter_path *path, const char *text)
{
    struct json_doc *doc = parse(text, strlen(text), JSON_ARRAY);
    if (doc == NULL)
        return false;
    const bool fine = count_elements(json_root(doc), true) == 0;
    if (fine)
        read_member(b, path, json_root(doc), 0);
    json_free(doc);
    return fine;
}

/* FLT-4: what is neither a text, a list nor a number is as if it were not there. */
static bool read_attribute(struct builder *b, const struct filter_attribute *attribute)
{
    const bool is_array = strcmp(attribute->type, "String.Array") == 0;
    const bool is_number = is_of_type(attribute->type, "Number");
    if (attribute->text == NULL || (!is_number && !is_of_type(attribute->type, "String")))
        return true;
    struct filter_path *path = path_of(b, NULL, attribute->name);
    if (!is_array && !is_number) {
        add(b, path, text_value(b, attribute->text));
        return true;
    }
    if (is_array ? read_string_array(b, path, attribute->text)
                 : read_number(b, path, attribute->text))
        return true;
    add(b, path, (struct filter_value){.kind = FILTER_IS_EMPTY});
    return false;
}

/* --- the whole --- */

/* Copies slots and contexts, and puts the values of each path next to each other. */
static const struct filter_subject *finish(struct builder *b, enum filter_scope scope,
                                           enum filter_verdict reason)
{
    struct filter_subject *subject = arena_alloc(b->arena, sizeof *subject);
    if (b->slot_count == 0)
        grow_slots(b);
    const size_t slot_bytes = b->slot_count * sizeof *b->slots;
    struct filter_path **slots = memcpy(arena_alloc(b->arena, slot_bytes), b->slots, slot_bytes);
    struct filter_value *values = arena_alloc(b->arena, b->found_count * sizeof *values);
    uint32_t next = 0;
    for (size_t i = 0; i < b->found_count; i++) {
        struct filter_path *path = b->found[i].path;
        if (path->first == 0) {
            path->first = next + 1;
            next += path->count;
            path->count = 0;
        }
        values[path->first - 1 + path->count++] = b->found[i].value;
    }
    for (size_t i = 0; i < b->slot_count; i++)
        if (slots[i] != NULL && slots[i]->first > 0)
            slots[i]->first--;
    const size_t context_bytes = b->context_count * sizeof *b->contexts;
    struct filter_context *contexts = arena_alloc(b->arena, context_bytes);
    if (context_bytes > 0)
        memcpy(contexts, b->contexts, context_bytes);
    *subject = (struct filter_subject){
        .scope = scope,
        .reason = reason,
        .slot_mask = (uint32_t)(b->slot_count - 1),
        .context_count = (uint32_t)b->context_count,
        .slots = (const struct filter_path *const *)slots,
        .values = values,
        .contexts = contexts,
    };
    free(b->slots);
    free(b->found);
    free(b->contexts);
    return subject;
}

const struct filter_subject *
filter_subject_of_attributes(struct arena *arena, const struct filter_attribute *all, size_t count)
{
    struct builder b = {.arena = arena};
    /* FLT-7: three reasons tell why attributes did not match. */
    enum filter_verdict reason = count == 0 ? FILTER_OUT_NO_ATTRIBUTES : FILTER_OUT_ATTRIBUTES;
    for (size_t i = 0; i < count; i++)
        if (!read_attribute(&b, &all[i]))
            reason = FILTER_OUT_INVALID_ATTRIBUTES;
    return finish(&b, FILTER_ATTRIBUTES, reason);
}

const struct filter_subject *filter_subject_of_body(struct arena *arena, const char *text,
                                                    size_t bytes)
{
    struct builder b = {.arena = arena};
    /* FLT-5: a body that is no JSON object matches nothing. */
    struct json_doc *doc = parse(text, bytes, JSON_OBJECT);
    if (doc == NULL)
        return finish(&b, FILTER_BODY, FILTER_OUT_INVALID_BODY);
    new_context(&b, 0, 0);
    read_object(&b, NULL, json_root(doc), 0);
    json_free(doc);
    return finish(&b, FILTER_BODY, FILTER_OUT_BODY);
}
