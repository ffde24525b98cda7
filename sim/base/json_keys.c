// SPDX-License-Identifier: GPL-3.0-or-later
/* A key with an escape is not what it looks like: with the first such one all go to the map. */
#include "base/json_keys.h"

#include <string.h>

#include "base/map.h"

void json_keys_free(struct json_keys *keys)
{
    map_free(keys->many);
}

static void keep_in_map(struct json_keys *keys)
{
    struct text word = {0};
    keys->many = map_new();
    for (size_t i = 0; i < keys->count; i++) {
        text_clear(&word);
        text_append(&word, keys->few[i].text, keys->few[i].length);
        map_put_text(keys->many, text_of(&word), (uint32_t)keys->few[i].line);
    }
    text_free(&word);
}

static bool has_in_map(struct json_keys *keys, const char *word, int line, uint32_t *first)
{
    if (map_get_text(keys->many, word, first))
        return true;
    map_put_text(keys->many, word, (uint32_t)line);
    return false;
}

bool json_keys_has(struct json_keys *keys, const char *raw, size_t raw_length,
                   const struct text *word, int line, uint32_t *first)
{
    const bool is_plain = raw_length == word->length;
    if (keys->many == NULL && (!is_plain || keys->count == JSON_KEYS_FEW))
        keep_in_map(keys);
    if (keys->many != NULL)
        return has_in_map(keys, text_of(word), line, first);
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->few[i].length == raw_length && memcmp(keys->few[i].text, raw, raw_length) == 0) {
            *first = (uint32_t)keys->few[i].line;
            return true;
        }
    }
    keys->few[keys->count].text = raw;
    keys->few[keys->count].length = raw_length;
    keys->few[keys->count++].line = line;
    return false;
}
