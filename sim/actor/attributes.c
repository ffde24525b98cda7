// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading attributes, and counting their combinations: the first attribute's value counts one by
 * one, each further one's by the product of those before it. */
#include "actor/attributes.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "core/rng.h"

/* --- reading --- */

/* SNS knows these types; of a choice by weight the keys are texts, whatever they mean. */
static const char *const type_words[] = {"String", "Number", "String.Array", NULL};

static const char *type_of(const struct json *value)
{
    switch (json_kind(value)) {
    case JSON_TEXT:
        return "String";
    case JSON_NUMBER:
        return "Number";
    case JSON_ARRAY:
        return "String.Array";
    default:
        return NULL;
    }
}

/* A value as a request would write it. */
static const char *text_of_value(struct param_reader *reader, const struct json *value)
{
    if (json_kind(value) == JSON_TEXT)
        return arena_copy_text(reader->arena, json_text(value));
    struct text text = {0};
    struct json_writer w;
    json_write_init(&w, &text, true);
    json_write_node(&w, value);
    const char *copy = arena_copy_text(reader->arena, text_of(&text));
    text_free(&text);
    return copy;
}

static bool add_value(struct param_reader *reader, struct attribute_cfg *cfg,
                      const struct json *value)
{
    const char *type = type_of(value);
    if (type == NULL) {
        param_error(reader, value, "an attribute is a text, a number or a list, found %s",
                    json_kind_word(json_kind(value)));
        return false;
    }
    cfg->types[cfg->choice.count] = type;
    cfg->choice.texts[cfg->choice.count++] = text_of_value(reader, value);
    return true;
}

static void make_room(struct param_reader *reader, struct attribute_cfg *cfg, size_t count)
{
    cfg->types = arena_alloc(reader->arena, (count + 1) * sizeof *cfg->types);
    cfg->choice.texts = arena_alloc(reader->arena, (count + 1) * sizeof *cfg->choice.texts);
}

static bool read_sequence(struct param_reader *reader, struct attribute_cfg *cfg,
                          const struct json *list)
{
    bool good = true;
    make_room(reader, cfg, json_count(list));
    cfg->choice.how = CHOICE_ROUND_ROBIN;
    for (const struct json *item = json_first(list); item != NULL; item = json_next(item))
        good = add_value(reader, cfg, item) && good;
    if (good && cfg->choice.count == 0)
        param_error(reader, list, "a sequence needs at least one value");
    return good && cfg->choice.count > 0;
}

static bool read_one_of(struct param_reader *reader, struct attribute_cfg *cfg,
                        const struct json *weights, const char *type)
{
    double sum = 0.0;
    const size_t count = json_count(weights);
    make_room(reader, cfg, count);
    cfg->choice.how = CHOICE_WEIGHTED;
    cfg->choice.weights = arena_alloc(reader->arena, (count + 1) * sizeof *cfg->choice.weights);
    for (const struct json *member = json_first(weights); member != NULL;
         member = json_next(member)) {
        const size_t i = cfg->choice.count++;
        const bool good = json_kind(member) == JSON_NUMBER && json_number(member) >= 0.0;
        if (!good)
            param_error(reader, member, "a weight is a number from 0 up");
        cfg->types[i] = type;
        cfg->choice.texts[i] = arena_copy_text(reader->arena, json_key(member));
        cfg->choice.weights[i] = good ? json_number(member) : 1.0;
        sum += cfg->choice.weights[i];
    }
    if (!(sum > 0.0))
        param_error(reader, weights, "oneOf needs at least one value with a weight above 0");
    return sum > 0.0;
}

/* NULL after saying that there is no such type. */
static const char *read_type(struct param_reader *reader, const struct json *node)
{
    const struct json *type = json_get(node, "type");
    for (size_t i = 0; type != NULL && type_words[i] != NULL; i++) {
        if (json_kind(type) == JSON_TEXT && strcmp(json_text(type), type_words[i]) == 0)
            return type_words[i];
    }
    if (type == NULL)
        return type_words[0];
    param_error(reader, type, "a type is String, Number or String.Array");
    return NULL;
}

static bool read_choice(struct param_reader *reader, struct attribute_cfg *cfg,
                        const struct json *node)
{
    const struct json *one_of = json_get(node, "oneOf"), *sequence = json_get(node, "sequence");
    const size_t keys = json_count(node) - (json_get(node, "type") != NULL);
    if (keys == 1 && one_of != NULL && json_kind(one_of) == JSON_OBJECT) {
        const char *type = read_type(reader, node);
        return type != NULL && read_one_of(reader, cfg, one_of, type);
    }
    if (json_count(node) == 1 && sequence != NULL && json_kind(sequence) == JSON_ARRAY)
        return read_sequence(reader, cfg, sequence);
    param_error(reader, node,
                "expected a value, {\"oneOf\": {value: weight}} or {\"sequence\": [values]}");
    return false;
}

static bool read_attribute(struct param_reader *reader, struct attribute_cfg *cfg,
                           const struct json *node)
{
    cfg->name = arena_copy_text(reader->arena, json_key(node));
    cfg->choice.at = node;
    if (json_kind(node) == JSON_OBJECT)
        return read_choice(reader, cfg, node);
    make_room(reader, cfg, 1);
    cfg->choice.how = CHOICE_FIXED;
    return add_value(reader, cfg, node);
}

static bool attributes_read(struct param_reader *reader, const struct param *row, void *field,
                            const struct json *node)
{
    struct attributes_cfg *cfg = field;
    bool good = true;
    (void)row;
    cfg->combinations = 1;
    if (json_kind(node) == JSON_NULL)
        return true;
    if (!param_expect(reader, node, JSON_OBJECT))
        return false;
    const size_t count = json_count(node);
    if (count > ATTRIBUTES_MOST) {
        param_error(reader, node, "%zu attributes: there can be %d", count, ATTRIBUTES_MOST);
        return false;
    }
    cfg->at = node;
    cfg->all = arena_alloc(reader->arena, (count + 1) * sizeof *cfg->all);
    for (const struct json *member = json_first(node); member != NULL; member = json_next(member)) {
        struct attribute_cfg *attribute = &cfg->all[cfg->count++];
        const size_t length = param_enter(reader, json_key(member));
        good = read_attribute(reader, attribute, member) && good;
        param_leave(reader, length);
        if (good)
            cfg->combinations *= attribute->choice.count;
        if (cfg->combinations > ATTRIBUTES_COMBINATIONS) {
            param_error(reader, node, "the values have more than %d combinations",
                        ATTRIBUTES_COMBINATIONS);
            return false;
        }
    }
    return good;
}

static void attributes_write(struct json_writer *w, const struct param *row, const void *field)
{
    const struct attributes_cfg *cfg = field;
    (void)row;
    if (cfg->at == NULL)
        json_write_null(w);
    else
        json_write_node(w, cfg->at);
}

static void attributes_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    json_write_key(w, "type");
    json_write_open(w, '[');
    json_write_text(w, "object");
    json_write_text(w, "null");
    json_write_close(w, ']');
}

const struct param_type attributes_param = {"values by name", attributes_read, attributes_write,
                                            attributes_schema};

/* --- use --- */

void attributes_init(struct attributes *attributes, const struct attributes_cfg *cfg)
{
    attributes->cfg = cfg;
    for (size_t i = 0; i < cfg->count; i++)
        choice_init(&attributes->choices[i], &cfg->all[i].choice);
}

void attributes_free(struct attributes *attributes)
{
    for (size_t i = 0; i < attributes->cfg->count; i++)
        choice_free(&attributes->choices[i]);
}

void attributes_start(struct attributes *attributes, uint64_t seed, uint64_t replication,
                      const char *owner)
{
    for (size_t i = 0; i < attributes->cfg->count; i++) {
        char purpose[128];
        snprintf(purpose, sizeof purpose, "attribute %s", attributes->cfg->all[i].name);
        attributes->choices[i].stream = rng_name(seed, replication, owner, purpose);
    }
}

uint32_t attributes_of(const struct attributes *attributes, uint64_t number)
{
    uint32_t combination = 0, times = 1;
    for (size_t i = 0; i < attributes->cfg->count; i++) {
        const struct choice *choice = &attributes->choices[i];
        combination += times * (uint32_t)choice_index(choice, number);
        times *= (uint32_t)choice->cfg->count;
    }
    return combination;
}

void attributes_fill(const struct attributes_cfg *cfg, uint32_t combination,
                     struct filter_attribute *out)
{
    MUST(combination < cfg->combinations);
    for (size_t i = 0; i < cfg->count; i++) {
        const struct attribute_cfg *attribute = &cfg->all[i];
        const size_t value = combination % attribute->choice.count;
        combination /= (uint32_t)attribute->choice.count;
        out[i] = (struct filter_attribute){attribute->name, attribute->types[value],
                                           attribute->choice.texts[value]};
    }
}
