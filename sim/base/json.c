// SPDX-License-Identifier: GPL-3.0-or-later
/* Documents over cJSON trees: the only door to cJSON.
 *
 * A text reaches cJSON only after base/json_guard has passed it.  Each node's deprecated field
 * valueint, which cJSON copies and never reads, holds the index of its place in the document's
 * table: so a place survives copies and patches.  A struct json is a cJSON node under another name.
 */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_comments.h"
#include "base/json_guard.h"
#include "base/json_write.h"
#include "base/must.h"
#include "base/text.h"

enum { LARGEST_BYTES = 1 << 28, NO_PLACE = -1 };

struct json_doc {
    cJSON *root;
    struct json_spots spots;
    char **files; /* the first is the document's own; others came with patches */
    size_t file_count;
};

static const cJSON *inner(const struct json *node)
{
    return (const cJSON *)node;
}

static const struct json *outer(const cJSON *item)
{
    return (const struct json *)item;
}

static char *copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(must_alloc(bytes), text, bytes);
}

/* The index of a file's name in the document, which learns it if it is new. */
static int name_file(struct json_doc *doc, const char *file)
{
    for (size_t i = 0; i < doc->file_count; i++) {
        if (strcmp(doc->files[i], file) == 0) {
            return (int)i;
        }
    }
    MUST(doc->file_count < INT_MAX);
    doc->files = must_grow(doc->files, (doc->file_count + 1) * sizeof *doc->files);
    doc->files[doc->file_count] = copy_text(file);
    return (int)doc->file_count++;
}

static struct json_doc *new_doc(void)
{
    struct json_doc *doc = must_alloc(sizeof *doc);
    *doc = (struct json_doc){0};
    return doc;
}

void json_free(struct json_doc *doc)
{
    if (doc == NULL) {
        return;
    }
    cJSON_Delete(doc->root);
    for (size_t i = 0; i < doc->file_count; i++) {
        free(doc->files[i]);
    }
    free(doc->files);
    free(doc->spots.items);
    free(doc);
}

/* Numbers the nodes as the guard met them: a container before its members. */
static void number_nodes(cJSON *item, int *next)
{
    item->valueint = (*next)++;
    for (cJSON *child = item->child; child != NULL; child = child->next) {
        number_nodes(child, next);
    }
}

/* Gives text, which ends in a NUL after bytes, to the guard and then to cJSON. */
static bool read_text(struct json_doc *doc, const char *text, const char *shown, size_t bytes,
                      bool repeats, struct diag *diag)
{
    if (!json_guard_check(doc->files[0], text, shown, bytes, repeats, &doc->spots, diag)) {
        return false;
    }
    doc->root = cJSON_ParseWithLengthOpts(text, bytes + 1, NULL, true);
    MUST(doc->root != NULL && "cJSON takes what the guard passed");
    int count = 0;
    number_nodes(doc->root, &count);
    MUST((size_t)count == doc->spots.count);
    return true;
}

static struct json_doc *parse(const char *file, const char *text, size_t bytes, bool comments,
                              bool repeats, struct diag *diag)
{
    if (bytes > LARGEST_BYTES) {
        diag_error(diag, (struct diag_place){.file = file}, "%zu bytes: a text has at most %d",
                   bytes, LARGEST_BYTES);
        return NULL;
    }
    char *copy = must_alloc(bytes + 1);
    if (bytes > 0) {
        memcpy(copy, text, bytes);
    }
    copy[bytes] = '\0';
    if (comments) {
        json_comments_blank(copy, bytes);
    }
    struct json_doc *doc = new_doc();
    name_file(doc, file);
    bool fine = read_text(doc, copy, comments ? text : NULL, bytes, repeats, diag);
    free(copy);
    if (!fine) {
        json_free(doc);
        return NULL;
    }
    return doc;
}

struct json_doc *json_parse(const char *file, const char *text, size_t bytes, bool comments,
                            struct diag *diag)
{
    return parse(file, text, bytes, comments, false, diag);
}

struct json_doc *json_parse_repeating(const char *file, const char *text, size_t bytes,
                                      struct diag *diag)
{
    return parse(file, text, bytes, false, true, diag);
}

static cJSON *duplicate(const cJSON *item)
{
    cJSON *copy = cJSON_Duplicate(item, true);
    MUST(copy != NULL);
    return copy;
}

struct json_doc *json_copy(const struct json_doc *doc)
{
    struct json_doc *copy = new_doc();
    copy->root = duplicate(doc->root);
    for (size_t i = 0; i < doc->file_count; i++) {
        name_file(copy, doc->files[i]);
    }
    for (size_t i = 0; i < doc->spots.count; i++) {
        json_guard_add(&copy->spots, doc->spots.items[i]);
    }
    return copy;
}

const struct json *json_root(const struct json_doc *doc)
{
    return outer(doc->root);
}

enum json_kind json_kind(const struct json *node)
{
    switch (inner(node)->type & 0xff) {
    case cJSON_False:
    case cJSON_True:
        return JSON_BOOL;
    case cJSON_Number:
        return JSON_NUMBER;
    case cJSON_String:
        return JSON_TEXT;
    case cJSON_Array:
        return JSON_ARRAY;
    case cJSON_Object:
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

const char *json_kind_word(enum json_kind kind)
{
    static const char *const words[] = {
        [JSON_NULL] = "null",   [JSON_BOOL] = "true or false", [JSON_NUMBER] = "a number",
        [JSON_TEXT] = "a text", [JSON_ARRAY] = "an array",     [JSON_OBJECT] = "an object",
    };
    return words[kind];
}

size_t json_count(const struct json *node)
{
    size_t count = 0;
    for (const struct json *child = json_first(node); child != NULL; child = json_next(child)) {
        count++;
    }
    return count;
}

const struct json *json_first(const struct json *node)
{
    return outer(inner(node)->child);
}

const struct json *json_next(const struct json *node)
{
    return outer(inner(node)->next);
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (json_kind(object) != JSON_OBJECT) {
        return NULL;
    }
    return outer(cJSON_GetObjectItemCaseSensitive(inner(object), key));
}

const char *json_key(const struct json *node)
{
    return inner(node)->string;
}

const char *json_get_text(const struct json *object, const char *key)
{
    const bool is_object = object != NULL && json_kind(object) == JSON_OBJECT;
    const struct json *node = is_object ? json_get(object, key) : NULL;
    return node != NULL && json_kind(node) == JSON_TEXT ? json_text(node) : "";
}

const char *json_text(const struct json *node)
{
    MUST(json_kind(node) == JSON_TEXT);
    return inner(node)->valuestring;
}

double json_number(const struct json *node)
{
    MUST(json_kind(node) == JSON_NUMBER);
    return inner(node)->valuedouble;
}

bool json_bool(const struct json *node)
{
    MUST(json_kind(node) == JSON_BOOL);
    return cJSON_IsTrue(inner(node));
}

/* The node's spot, or NULL for no node and for one that json_keep copied. */
static const struct json_spot *find_spot(const struct json_doc *doc, const struct json *node)
{
    if (node == NULL || inner(node)->valueint == NO_PLACE) {
        return NULL;
    }
    size_t index = (size_t)inner(node)->valueint;
    MUST(index < doc->spots.count);
    return &doc->spots.items[index];
}

struct diag_place json_place(const struct json_doc *doc, const struct json *node,
                             const char *pointer)
{
    struct diag_place place = {.file = doc->files[0], .pointer = pointer};
    const struct json_spot *spot = find_spot(doc, node);
    if (spot != NULL) {
        place.file = doc->files[spot->file];
        place.line = spot->line;
        place.column = spot->column;
    }
    return place;
}

struct diag_place json_key_place(const struct json_doc *doc, const struct json *node,
                                 const char *pointer)
{
    struct diag_place place = json_place(doc, node, pointer);
    const struct json_spot *spot = find_spot(doc, node);
    if (spot != NULL && spot->key_line > 0) {
        place.line = spot->key_line;
        place.column = spot->key_column;
    }
    return place;
}

/* Takes "/token" off [*pointer, end) and undoes ~0 and ~1; returns false where there is none. */
static bool take_token(const char **pointer, const char *end, struct text *token)
{
    const char *c = *pointer;
    text_clear(token);
    text_add(token, "");
    if (c == end || *c++ != '/') {
        return false;
    }
    for (; c < end && *c != '/'; c++) {
        if (*c != '~') {
            text_append(token, c, 1);
            continue;
        }
        c++;
        if (c == end || (*c != '0' && *c != '1')) {
            return false;
        }
        text_add(token, *c == '0' ? "~" : "/");
    }
    *pointer = c;
    return true;
}

/* Reads an array's index: digits without a leading zero.  Returns -1 if token is none. */
static int read_index(const char *token)
{
    size_t length = strspn(token, "0123456789");
    bool fine =
        length > 0 && length < 10 && token[length] == '\0' && (length == 1 || *token != '0');
    return fine ? (int)strtol(token, NULL, 10) : -1;
}

static cJSON *step(const cJSON *item, const char *token)
{
    if (cJSON_IsObject(item)) {
        return cJSON_GetObjectItemCaseSensitive(item, token);
    }
    int index = cJSON_IsArray(item) ? read_index(token) : -1;
    return index < 0 ? NULL : cJSON_GetArrayItem(item, index);
}

static cJSON *walk(cJSON *root, const char *pointer, const char *end)
{
    struct text token = {0};
    cJSON *item = root;
    while (item != NULL && pointer < end) {
        item = take_token(&pointer, end, &token) ? step(item, text_of(&token)) : NULL;
    }
    text_free(&token);
    return item;
}

const struct json *json_find(const struct json_doc *doc, const char *pointer)
{
    return outer(walk(doc->root, pointer, pointer + strlen(pointer)));
}

/* Lets the document own the places of item, whose nodes were copied from another. */
static void adopt(struct json_doc *doc, const struct json_doc *from, cJSON *item)
{
    if (item->valueint != NO_PLACE) {
        MUST((size_t)item->valueint < from->spots.count);
        struct json_spot spot = from->spots.items[item->valueint];
        spot.file = name_file(doc, from->files[spot.file]);
        MUST(doc->spots.count < INT_MAX);
        item->valueint = (int)doc->spots.count;
        json_guard_add(&doc->spots, spot);
    }
    for (cJSON *child = item->child; child != NULL; child = child->next) {
        adopt(doc, from, child);
    }
}

/* Puts item (or NULL: nothing) where key is in object.  Takes item over. */
static bool put_in_object(cJSON *object, const char *key, cJSON *item)
{
    cJSON *old = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item == NULL) {
        if (old != NULL) {
            cJSON_Delete(cJSON_DetachItemViaPointer(object, old));
        }
        return true;
    }
    bool fine = old != NULL ? cJSON_ReplaceItemInObjectCaseSensitive(object, key, item)
                            : cJSON_AddItemToObject(object, key, item);
    MUST(fine);
    return true;
}

/* As put_in_object; an index beyond the array's end is refused and leaves item to the caller. */
static bool put_in_array(cJSON *array, const char *token, cJSON *item)
{
    int count = cJSON_GetArraySize(array);
    int index = strcmp(token, "-") == 0 ? count : read_index(token);
    if (index < 0 || index > count || (index == count && item == NULL)) {
        return false;
    }
    if (item == NULL) {
        cJSON_DeleteItemFromArray(array, index);
        return true;
    }
    /* An element has no key: the copy still bears that of the member it was copied from. */
    cJSON_free(item->string);
    item->string = NULL;
    bool fine = index < count ? cJSON_ReplaceItemInArray(array, index, item)
                              : cJSON_AddItemToArray(array, item);
    MUST(fine);
    return true;
}

static bool put_at(struct json_doc *doc, const char *pointer, cJSON *item)
{
    if (*pointer == '\0') {
        if (item == NULL) {
            return false;
        }
        cJSON_free(item->string);
        item->string = NULL;
        cJSON_Delete(doc->root);
        doc->root = item;
        return true;
    }
    const char *last = strrchr(pointer, '/');
    cJSON *parent = last == NULL ? NULL : walk(doc->root, pointer, last);
    if (parent == NULL) {
        return false;
    }
    struct text token = {0};
    bool fine = take_token(&last, last + strlen(last), &token);
    if (fine && cJSON_IsObject(parent)) {
        fine = put_in_object(parent, text_of(&token), item);
    } else {
        fine = fine && cJSON_IsArray(parent) && put_in_array(parent, text_of(&token), item);
    }
    text_free(&token);
    return fine;
}

bool json_patch(struct json_doc *doc, const char *pointer, const struct json_doc *from,
                const struct json *value)
{
    cJSON *item = NULL;
    if (value != NULL && json_kind(value) != JSON_NULL) {
        item = duplicate(inner(value));
        adopt(doc, from, item);
    }
    if (put_at(doc, pointer, item)) {
        return true;
    }
    cJSON_Delete(item);
    return false;
}

static cJSON *keep_item(struct arena *arena, const cJSON *item)
{
    cJSON *copy = arena_alloc(arena, sizeof *copy);
    copy->type = item->type;
    copy->valueint = NO_PLACE;
    copy->valuedouble = item->valuedouble;
    if (item->valuestring != NULL) {
        copy->valuestring = arena_copy_text(arena, item->valuestring);
    }
    if (item->string != NULL) {
        copy->string = arena_copy_text(arena, item->string);
    }
    cJSON **end = &copy->child;
    for (const cJSON *child = item->child; child != NULL; child = child->next) {
        *end = keep_item(arena, child);
        end = &(*end)->next;
    }
    return copy;
}

const struct json *json_keep(struct arena *arena, const struct json *node)
{
    return outer(keep_item(arena, inner(node)));
}

char *json_print(const struct json *node)
{
    struct text out = {0};
    struct json_writer w;
    json_write_init(&w, &out, true);
    json_write_node(&w, node);
    return out.bytes;
}
