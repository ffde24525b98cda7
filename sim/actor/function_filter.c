// SPDX-License-Identifier: GPL-3.0-or-later
/* Patterns are compiled when the scenario is read, and each text is judged once in a world's life.
 */
#include "actor/function_filter.h"

#include <stdio.h>
#include <string.h>

#include "model/filter.h"

enum { FILTERS_MOST = 5 };

/* --- compiling --- */

/* Only the body of a record is known. */
static bool is_about_body(const struct json *policy)
{
    return json_kind(policy) == JSON_OBJECT && json_count(policy) == 1 &&
           json_get(policy, "body") != NULL;
}

static void compile(struct param_reader *reader, struct function_pattern_cfg *pattern,
                    const struct json *policy)
{
    const struct filter_cfg cfg = {.scope = FILTER_BODY, .newer_forms = true};
    struct filter_error error;
    if (!is_about_body(policy)) {
        param_error(reader, pattern->pattern,
                    "a pattern is an object with the one key \"body\": nothing else is known here");
        return;
    }
    pattern->filter = filter_compile(reader->arena, policy, &cfg, &error);
    if (pattern->filter == NULL)
        param_error(reader, pattern->pattern, "%s%s%s", error.sentence,
                    error.pointer[0] != '\0' ? " at " : "", error.pointer);
}

/* As AWS takes it: JSON in a text. */
static void compile_text(struct param_reader *reader, struct function_pattern_cfg *pattern)
{
    const char *text = json_text(pattern->pattern);
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("Pattern", text, strlen(text), false, diag);
    if (doc == NULL) {
        struct diag_place place;
        param_error(reader, pattern->pattern, "the pattern is no JSON: %s",
                    diag_first(diag, &place));
    } else {
        compile(reader, pattern, json_root(doc));
    }
    json_free(doc);
    diag_free(diag);
}

void function_filter_compile(struct param_reader *reader, struct function_filter_cfg *cfg,
                             const struct json *node)
{
    struct function_pattern_cfg *patterns = cfg->filters.items;
    const size_t outer = param_enter(reader, "FilterCriteria");
    param_enter(reader, "Filters");
    if (cfg->filters.count > FILTERS_MOST)
        param_error(reader, json_get(json_get(node, "FilterCriteria"), "Filters"),
                    "%zu filters: there can be %d", cfg->filters.count, FILTERS_MOST);
    for (size_t i = 0; i < cfg->filters.count; i++) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        const size_t length = param_enter(reader, index);
        param_enter(reader, "Pattern");
        if (json_kind(patterns[i].pattern) == JSON_TEXT)
            compile_text(reader, &patterns[i]);
        else
            compile(reader, &patterns[i], patterns[i].pattern);
        param_leave(reader, length);
    }
    param_leave(reader, outer);
}

/* --- judging --- */

/* The record: a body that looks like an object is one, any other a text. */
static void write_record(struct text *record, const char *body)
{
    struct json_writer w;
    if (body[strspn(body, " \t\r\n")] == '{') {
        text_printf(record, "{\"body\":%s}", body);
        return;
    }
    json_write_init(&w, record, true);
    json_write_open(&w, '{');
    json_write_key(&w, "body");
    json_write_text(&w, body);
    json_write_close(&w, '}');
}

static bool judge(const struct function_filter_cfg *cfg, const char *body)
{
    const struct function_pattern_cfg *patterns = cfg->filters.items;
    struct text record = {0};
    struct arena arena;
    bool passes = false;
    arena_init(&arena);
    write_record(&record, body);
    const struct filter_subject *subject =
        filter_subject_of_body(&arena, text_of(&record), record.length);
    for (size_t i = 0; i < cfg->filters.count && !passes; i++)
        passes = filter_judge(patterns[i].filter, subject) == FILTER_MATCHED;
    arena_free(&arena);
    text_free(&record);
    return passes;
}

bool function_filter_passes(const struct function_filter_cfg *cfg, struct map *known,
                            const struct actor_world *world, uint64_t root)
{
    char buffer[ACTOR_BODY_BYTES];
    uint32_t passes;
    if (cfg->filters.count == 0)
        return true;
    const char *body = world->body(world->body_context, root, buffer);
    if (body == NULL) /* nobody said what it is */
        body = "";
    if (!map_get_text(known, body, &passes)) {
        passes = judge(cfg, body);
        map_put_text(known, body, passes);
    }
    return passes != 0;
}

/* --- rows --- */

#define PATTERN(member) offsetof(struct function_pattern_cfg, member)

// clang-format off
static const struct param pattern_rows[] = {
    { "Pattern", &param_node, PATTERN(pattern), NULL, 1, 0, NULL, NULL, PARAM_REQUIRED, "LAM-10",
      "A filter policy of the record, or its text: {\"body\": {\"type\": [\"order\"]}}." },
    PARAM_END
};
// clang-format on

static const struct param_list_of patterns = {sizeof(struct function_pattern_cfg), pattern_rows};

// clang-format off
const struct param function_filter_rows[] = {
    { "Filters", &param_list, offsetof(struct function_filter_cfg, filters), "[]", 1, 0, NULL,
      &patterns, 0, "LAM-10", "Up to five patterns, of which a message must match one." },
    PARAM_END
};
// clang-format on
