// SPDX-License-Identifier: GPL-3.0-or-later
/* Contents in blocks of their own, and the digest of attributes. */
#include "api/content.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/must.h"
#include "base/text.h"

void contents_init(struct contents *contents)
{
    *contents = (struct contents){.count = 1};
}

void contents_free(struct contents *contents)
{
    for (uint32_t i = 1; i < contents->count; i++)
        free(contents->at[i]);
    free(contents->at);
    free(contents->free_ids);
    contents_init(contents);
}

static uint32_t take_index(struct contents *contents)
{
    if (contents->free_count > 0)
        return contents->free_ids[--contents->free_count];
    if (contents->count >= contents->capacity) {
        contents->capacity = contents->capacity > 0 ? 2 * contents->capacity : 64;
        contents->at = must_grow(contents->at, contents->capacity * sizeof *contents->at);
        contents->free_ids =
            must_grow(contents->free_ids, contents->capacity * sizeof *contents->free_ids);
    }
    return contents->count++;
}

static size_t text_bytes(const char *text)
{
    return text == NULL ? 0 : strlen(text) + 1;
}

static size_t bytes_of(const struct content *content)
{
    size_t bytes = sizeof *content + content->attribute_count * sizeof *content->attributes +
                   content->body_bytes + 1 + text_bytes(content->group) +
                   text_bytes(content->dedup) + text_bytes(content->trace);
    for (uint32_t i = 0; i < content->attribute_count; i++) {
        const struct content_attribute *a = &content->attributes[i];
        bytes += text_bytes(a->name) + text_bytes(a->type) + text_bytes(a->text) + a->byte_count;
    }
    return bytes;
}

static const char *keep_bytes(char **room, const void *bytes, size_t length)
{
    char *kept = *room;
    if (bytes == NULL)
        return NULL;
    memcpy(kept, bytes, length);
    *room += length;
    return kept;
}

static const char *keep_text(char **room, const char *text)
{
    return keep_bytes(room, text, text_bytes(text));
}

uint32_t content_keep(struct contents *contents, const struct content *content)
{
    const uint32_t index = take_index(contents);
    struct content *kept = must_alloc(bytes_of(content));
    struct content_attribute *attributes = (struct content_attribute *)(kept + 1);
    char *room = (char *)(attributes + content->attribute_count);
    *kept = *content;
    kept->attributes = attributes;
    kept->body = keep_bytes(&room, content->body, content->body_bytes + 1);
    kept->group = keep_text(&room, content->group);
    kept->dedup = keep_text(&room, content->dedup);
    kept->trace = keep_text(&room, content->trace);
    for (uint32_t i = 0; i < content->attribute_count; i++) {
        const struct content_attribute *from = &content->attributes[i];
        attributes[i] = *from;
        attributes[i].name = keep_text(&room, from->name);
        attributes[i].type = keep_text(&room, from->type);
        attributes[i].text = keep_text(&room, from->text);
        attributes[i].bytes =
            (const unsigned char *)keep_bytes(&room, from->bytes, from->byte_count);
    }
    contents->at[index] = kept;
    return index;
}

void content_drop(struct contents *contents, uint32_t index)
{
    MUST(index > 0 && index < contents->count && contents->at[index] != NULL);
    free(contents->at[index]);
    contents->at[index] = NULL;
    contents->free_ids[contents->free_count++] = index;
}

/* A length is four bytes, most significant first. */
static void add_with_length(struct text *all, const void *bytes, size_t length)
{
    const char prefix[4] = {(char)(length >> 24 & 255), (char)(length >> 16 & 255),
                            (char)(length >> 8 & 255), (char)(length & 255)};
    text_append(all, prefix, sizeof prefix);
    text_append(all, bytes, length);
}

static void add_attribute(struct text *all, const struct content_attribute *a)
{
    const char transport = a->text != NULL ? 1 : 2;
    add_with_length(all, a->name, strlen(a->name));
    add_with_length(all, a->type, strlen(a->type));
    text_append(all, &transport, 1);
    if (a->text != NULL)
        add_with_length(all, a->text, strlen(a->text));
    else
        add_with_length(all, a->bytes, a->byte_count);
}

/* The chosen attribute whose name comes next after `last` in byte order, or NULL. */
static const struct content_attribute *next_by_name(const struct content *content, unsigned chosen,
                                                    const char *last)
{
    const struct content_attribute *next = NULL;
    for (uint32_t i = 0; i < content->attribute_count; i++) {
        const struct content_attribute *a = &content->attributes[i];
        if ((chosen >> i & 1) == 0 || (last != NULL && strcmp(a->name, last) <= 0))
            continue;
        if (next == NULL || strcmp(a->name, next->name) < 0)
            next = a;
    }
    return next;
}

void content_md5_of_attributes(char md5[33], const struct content *content, unsigned chosen)
{
    struct text all = {0};
    const struct content_attribute *a = next_by_name(content, chosen, NULL);
    for (; a != NULL; a = next_by_name(content, chosen, a->name))
        add_attribute(&all, a);
    digest_md5(md5, text_of(&all), all.length);
    text_free(&all);
}
