// SPDX-License-Identifier: GPL-3.0-or-later
/* Choices by message number. */
#include "core/choice.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "core/rng.h"

struct groups_cfg {
    int64_t groups;
    int pick;
    double exponent;
};

enum { PICK_UNIFORM, PICK_ROUND_ROBIN, PICK_ZIPF };
static const char *const pick_words[] = {"uniform", "roundRobin", "zipf", NULL};

#define GROUPS(member) offsetof(struct groups_cfg, member)

// clang-format off
static const struct param groups_rows[] = {
    { "groups", &param_int, GROUPS(groups), NULL, 1, 10000000, NULL, NULL, PARAM_REQUIRED,
      "FIFO-21",
      "How many message groups there are." },
    { "pick", &param_word, GROUPS(pick), "\"uniform\"", 1, 0, NULL, pick_words, 0, NULL,
      "How a message's group is picked: uniform, roundRobin or zipf." },
    { "exponent", &param_number, GROUPS(exponent), "1", 0, 100, NULL, NULL, 0, NULL,
      "zipf: group k has weight 1/k^exponent." },
    PARAM_END
};

struct numbered_cfg {
    int64_t numbered;
    const char *prefix;
};

#define NUMBERED(member) offsetof(struct numbered_cfg, member)

static const struct param numbered_rows[] = {
    { "numbered", &param_int, NUMBERED(numbered), NULL, 1, 1000000000, NULL, NULL, PARAM_REQUIRED,
      NULL,
      "How many different texts follow each other in turn: the prefix and a number from 0." },
    { "prefix", &param_text, NUMBERED(prefix), "\"\"", 1, 0, NULL, NULL, 0, NULL,
      "What stands before the number." },
    PARAM_END
};
// clang-format on

static void set_fixed(struct param_reader *reader, struct choice_cfg *cfg, const struct json *node)
{
    cfg->how = CHOICE_FIXED;
    cfg->count = 1;
    cfg->texts = arena_alloc(reader->arena, sizeof *cfg->texts);
    cfg->texts[0] = arena_copy_text(reader->arena, json_text(node));
}

static void set_zipf(struct param_reader *reader, struct choice_cfg *cfg, double exponent)
{
    cfg->how = CHOICE_WEIGHTED;
    cfg->weights = arena_alloc(reader->arena, cfg->count * sizeof *cfg->weights);
    for (size_t i = 0; i < cfg->count; i++)
        cfg->weights[i] = pow((double)(i + 1), -exponent);
}

/* SND-9: what MessageGroupId may be. */
static bool is_group_name(const char *name)
{
    size_t length = 0;
    while (name[length] > ' ' && name[length] <= '~')
        length++;
    return length >= 1 && length <= 128 && name[length] == '\0';
}

static bool read_group(struct param_reader *reader, const struct param *row, void *field,
                       const struct json *node)
{
    struct choice_cfg *cfg = field;
    struct groups_cfg groups = {0};
    (void)row;
    if (json_kind(node) == JSON_NULL)
        return true;
    cfg->at = node;
    if (json_kind(node) == JSON_TEXT) {
        if (!is_group_name(json_text(node))) {
            param_error(reader, node,
                        "a group's name has 1 to 128 ASCII letters, digits or punctuation marks");
            return false;
        }
        set_fixed(reader, cfg, node);
        return true;
    }
    if (json_kind(node) != JSON_OBJECT) {
        param_error(reader, node, "expected a group's name or {\"groups\": ...}, found %s",
                    json_kind_word(json_kind(node)));
        return false;
    }
    if (!param_bind(reader, groups_rows, &groups, node, NULL))
        return false;
    cfg->count = (size_t)groups.groups;
    cfg->how = groups.pick == PICK_ROUND_ROBIN ? CHOICE_ROUND_ROBIN : CHOICE_UNIFORM;
    if (groups.pick == PICK_ZIPF)
        set_zipf(reader, cfg, groups.exponent);
    return true;
}

static bool read_one_of(struct param_reader *reader, struct choice_cfg *cfg,
                        const struct json *node)
{
    double sum = 0.0;
    size_t i = 0;
    cfg->how = CHOICE_WEIGHTED;
    cfg->count = json_count(node);
    cfg->texts = arena_alloc(reader->arena, (cfg->count + 1) * sizeof *cfg->texts);
    cfg->weights = arena_alloc(reader->arena, (cfg->count + 1) * sizeof *cfg->weights);
    for (const struct json *member = json_first(node); member != NULL; member = json_next(member)) {
        const bool good = json_kind(member) == JSON_NUMBER && json_number(member) >= 0.0;
        if (!good)
            param_error(reader, member, "a weight is a number from 0 up");
        cfg->texts[i] = arena_copy_text(reader->arena, json_key(member));
        cfg->weights[i] = good ? json_number(member) : 1.0;
        sum += cfg->weights[i++];
    }
    if (!(sum > 0.0))
        param_error(reader, node, "oneOf needs at least one text with a weight above 0");
    return sum > 0.0;
}

static bool read_sequence(struct param_reader *reader, struct choice_cfg *cfg,
                          const struct json *node)
{
    size_t i = 0;
    cfg->how = CHOICE_ROUND_ROBIN;
    cfg->count = json_count(node);
    cfg->texts = arena_alloc(reader->arena, (cfg->count + 1) * sizeof *cfg->texts);
    for (const struct json *item = json_first(node); item != NULL; item = json_next(item)) {
        if (json_kind(item) != JSON_TEXT) {
            param_error(reader, item, "a sequence holds texts, found %s",
                        json_kind_word(json_kind(item)));
            return false;
        }
        cfg->texts[i++] = arena_copy_text(reader->arena, json_text(item));
    }
    if (cfg->count == 0)
        param_error(reader, node, "a sequence needs at least one text");
    return cfg->count > 0;
}

static bool read_numbered(struct param_reader *reader, struct choice_cfg *cfg,
                          const struct json *node)
{
    struct numbered_cfg numbered = {0};
    if (!param_bind(reader, numbered_rows, &numbered, node, NULL))
        return false;
    cfg->how = CHOICE_ROUND_ROBIN;
    cfg->count = (size_t)numbered.numbered;
    cfg->prefix = numbered.prefix;
    return true;
}

static bool read_text(struct param_reader *reader, const struct param *row, void *field,
                      const struct json *node)
{
    struct choice_cfg *cfg = field;
    (void)row;
    if (json_kind(node) == JSON_NULL)
        return true;
    cfg->at = node;
    if (json_kind(node) == JSON_TEXT) {
        set_fixed(reader, cfg, node);
        return true;
    }
    if (json_kind(node) == JSON_OBJECT && json_get(node, "numbered") != NULL)
        return read_numbered(reader, cfg, node);
    if (json_kind(node) == JSON_OBJECT && json_count(node) == 1) {
        const struct json *one_of = json_get(node, "oneOf"), *sequence = json_get(node, "sequence");
        if (one_of != NULL && json_kind(one_of) == JSON_OBJECT)
            return read_one_of(reader, cfg, one_of);
        if (sequence != NULL && json_kind(sequence) == JSON_ARRAY)
            return read_sequence(reader, cfg, sequence);
    }
    param_error(reader, node,
                "expected a text, {\"oneOf\": {text: weight}}, {\"sequence\": [texts]} or "
                "{\"numbered\": count, \"prefix\": text}");
    return false;
}

static void write_choice(struct json_writer *w, const struct param *row, const void *field)
{
    const struct choice_cfg *cfg = field;
    (void)row;
    if (cfg->at == NULL)
        json_write_null(w);
    else
        json_write_node(w, cfg->at);
}

static void write_schema(struct json_writer *w, const struct param *row)
{
    (void)row;
    json_write_key(w, "type");
    json_write_open(w, '[');
    json_write_text(w, "string");
    json_write_text(w, "object");
    json_write_text(w, "null");
    json_write_close(w, ']');
}

const struct param_type choice_group_param = {"a group's name or groups", read_group, write_choice,
                                              write_schema};
const struct param_type choice_text_param = {"a text or a choice of texts", read_text, write_choice,
                                             write_schema};

void choice_init(struct choice *choice, const struct choice_cfg *cfg)
{
    choice->cfg = cfg;
    choice->stream = 0;
    choice->pick = cfg->how == CHOICE_WEIGHTED ? dist_pick_new(cfg->weights, cfg->count) : NULL;
}

void choice_free(struct choice *choice)
{
    dist_pick_free(choice->pick);
}

size_t choice_index(const struct choice *choice, uint64_t number)
{
    const struct choice_cfg *cfg = choice->cfg;
    switch (cfg->how) {
    case CHOICE_FIXED:
        return 0;
    case CHOICE_ROUND_ROBIN:
        return (size_t)(number % cfg->count);
    case CHOICE_UNIFORM:
        return (
            size_t)(((unsigned __int128)rng_keyed_word(choice->stream, number, 0) * cfg->count) >>
                    64);
    default:
        MUST(cfg->how == CHOICE_WEIGHTED);
        return dist_pick_keyed(choice->pick, choice->stream, number);
    }
}

const char *choice_text(const struct choice *choice, size_t index, char buffer[64])
{
    const struct choice_cfg *cfg = choice->cfg;
    if (cfg->texts != NULL)
        return cfg->texts[index];
    snprintf(buffer, 64, "%s%zu", cfg->prefix ? cfg->prefix : "", index);
    return buffer;
}
