// SPDX-License-Identifier: GPL-3.0-or-later
/* A sorted array. */
#include "api/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"

char *texts_keep(const char *text)
{
    const size_t bytes = text == NULL ? 0 : strlen(text) + 1;
    return text == NULL ? NULL : memcpy(must_alloc(bytes), text, bytes);
}

void texts_free(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        free(texts->at[i].key);
        free(texts->at[i].value);
    }
    free(texts->at);
    *texts = (struct texts){0};
}

/* The first place whose key is not below. */
static size_t place_of(const struct texts *texts, const char *key)
{
    size_t i = 0;
    while (i < texts->count && strcmp(texts->at[i].key, key) < 0)
        i++;
    return i;
}

static bool stands_at(const struct texts *texts, size_t i, const char *key)
{
    return i < texts->count && strcmp(texts->at[i].key, key) == 0;
}

void texts_put(struct texts *texts, const char *key, const char *value)
{
    const size_t i = place_of(texts, key);
    const size_t bytes = (texts->count - i) * sizeof *texts->at;
    if (stands_at(texts, i, key)) {
        char *kept = texts_keep(value);
        free(texts->at[i].value);
        texts->at[i].value = kept;
        if (kept != NULL)
            return;
        free(texts->at[i].key);
        memmove(&texts->at[i], &texts->at[i + 1], bytes - sizeof *texts->at);
        texts->count--;
    } else if (value != NULL) {
        texts->at = must_grow(texts->at, (texts->count + 1) * sizeof *texts->at);
        memmove(&texts->at[i + 1], &texts->at[i], bytes);
        texts->at[i].key = texts_keep(key);
        texts->at[i].value = texts_keep(value);
        texts->count++;
    }
}

const char *texts_get(const struct texts *texts, const char *key)
{
    const size_t i = place_of(texts, key);
    return stands_at(texts, i, key) ? texts->at[i].value : NULL;
}

void texts_copy(struct texts *texts, const struct texts *from)
{
    texts_free(texts);
    for (size_t i = 0; i < from->count; i++)
        texts_put(texts, from->at[i].key, from->at[i].value);
}

bool texts_are_equal(const struct texts *one, const struct texts *other)
{
    bool are_equal = one->count == other->count;
    for (size_t i = 0; are_equal && i < one->count; i++)
        are_equal = strcmp(one->at[i].key, other->at[i].key) == 0 &&
                    strcmp(one->at[i].value, other->at[i].value) == 0;
    return are_equal;
}
