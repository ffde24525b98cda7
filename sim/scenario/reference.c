// SPDX-License-Identifier: GPL-3.0-or-later
/* The document has a table for each part, in the order of the grammar: sections, kinds of queue,
 * actors, arrival processes, distributions.
 *
 * What it says of a key is in the key's row and nowhere else. */
#include "scenario/reference.h"

#include <math.h>
#include <string.h>
#include "core/choice.h"
#include "core/dist.h"
#include "actor/arrival.h"
#include "fault/fault_cfg.h"
#include "scenario/bind.h"
#include "scenario/bind_expect.h"
#include "scenario/schema.h"

/* --- parts --- */

enum { SECTION_COUNT = 5 };

static size_t count_parts(void)
{
    size_t queues = 0, topics = 0, actors = 0, processes = 0, dists = 0, faults = 0;
    while (queue_kinds[queues] != NULL)
        queues++;
    while (topic_kinds[topics] != NULL)
        topics++;
    while (actor_kinds[actors] != NULL)
        actors++;
    while (arrival_kinds[processes] != NULL)
        processes++;
    while (dist_kinds[dists] != NULL)
        dists++;
    while (fault_kinds[faults] != NULL)
        faults++;
    return SECTION_COUNT + queues + topics + actors + processes + dists + faults;
}

/* A section is described where the top level names it. */
static const char *section_doc(const char *name)
{
    const struct param *row = bind_top_rows;
    while (row->name != NULL && strcmp(row->name, name) != 0)
        row++;
    return row->doc;
}

static struct reference_part *add_sections(struct arena *arena, struct reference_part *part)
{
    static const char what[] = "a section of a scenario";
    const struct reference_part sections[SECTION_COUNT] = {
        {"section", "a file", "scenario", "The top level.", schema_top_rows(arena)},
        {"section", what, "lecture", section_doc("lecture"), bind_lecture_rows},
        {"section", what, "experiment", section_doc("experiment"), bind_experiment_rows},
        {"section", what, "network", section_doc("network"), link_rows},
        {"section", what, "expect", section_doc("expect"), bind_expect_rows},
    };
    memcpy(part, sections, sizeof sections);
    return part + SECTION_COUNT;
}

const struct reference_part *reference_parts(struct arena *arena)
{
    /* Zeroed, so that the last has no name. */
    struct reference_part *parts = arena_alloc(arena, (count_parts() + 1) * sizeof *parts);
    struct reference_part *part = add_sections(arena, parts);
    for (size_t i = 0; queue_kinds[i] != NULL; i++)
        *part++ = (struct reference_part){"queue", "a kind of queue", queue_kinds[i]->name,
                                          queue_kinds[i]->doc, queue_kinds[i]->params};
    for (size_t i = 0; topic_kinds[i] != NULL; i++)
        *part++ = (struct reference_part){"topic", "a kind of topic", topic_kinds[i]->name,
                                          topic_kinds[i]->doc, topic_kinds[i]->params};
    for (size_t i = 0; actor_kinds[i] != NULL; i++)
        *part++ = (struct reference_part){
            "actor", arena_printf(arena, "an actor of \"%s\"", actor_kinds[i]->section),
            actor_kinds[i]->name, actor_kinds[i]->doc, actor_kinds[i]->params};
    for (size_t i = 0; fault_kinds[i] != NULL; i++)
        *part++ =
            (struct reference_part){"fault", "a fault", fault_kinds[i]->name, fault_kinds[i]->doc,
                                    fault_cfg_rows(fault_kinds[i], arena)};
    for (size_t i = 0; arrival_kinds[i] != NULL; i++)
        *part++ =
            (struct reference_part){"process", "an arrival process", arrival_kinds[i]->param.name,
                                    arrival_kinds[i]->param.doc, arrival_kinds[i]->param.rows};
    for (size_t i = 0; dist_kinds[i] != NULL; i++)
        *part++ = (struct reference_part){"dist", "a distribution", dist_kinds[i]->param.name,
                                          dist_kinds[i]->param.doc, dist_kinds[i]->param.rows};
    return parts;
}

const struct param *reference_inner_rows(const struct param *row)
{
    if (row->type == &param_object)
        return row->extra;
    if (row->type == &param_list)
        return ((const struct param_list_of *)row->extra)->rows;
    return NULL;
}

/* --- values --- */

// clang-format off
const struct reference_value reference_values[] = {
    { "seconds", { "30" }, "A whole number, as AWS counts." },
    { "duration", { "0.25", "\"250ms\"", "\"1h30m\"" },
      "A number is in seconds; the units of a text are ns, us, ms, s, m, h and d." },
    { "rate", { "2", "\"2/s\"", "\"100/min\"" },
      "A number is per second; the units of a text are /ms, /s, /min (or /m), /h and /d." },
    { "size", { "65536", "\"64KiB\"" },
      "A number is in bytes; the units of a text are B, kB, MB, GB, KiB, MiB and GiB." },
    { "seed", { "1", "\"0x9e3779b97f4a7c15\"" }, "A number goes up to 2^53." },
    { "name", { "\"orders\"", "\"arn:aws:sqs:us-east-1:123456789012:orders\"" },
      "Another component, by its name or ARN." },
    { "names", { "[\"orders\", \"bills\"]" }, "Such names in a list." },
    { "names or patterns", { "[\"worker\"]", "[\"queues/*\", \"w*\"]" },
      "Components by name, or by a pattern: * stands for any letters, and a section may stand "
      "before it." },
    { "duration distribution", { "\"20s\"", "{\"dist\": \"exponential\", \"mean\": \"20s\"}" },
      "See [distributions](#distributions); a duration stands for a constant." },
    { "size distribution", { "\"1KiB\"", "{\"dist\": \"uniform\", \"low\": 100, \"high\": 2000}" },
      "See [distributions](#distributions); a size stands for a constant." },
    { "an arrival process", { "{\"process\": \"poisson\", \"rate\": \"2/s\"}" },
      "See [arrival processes](#arrival-processes)." },
    { "a group's name or groups",
      { "\"tenant-7\"", "{\"groups\": 16}", "{\"groups\": 16, \"pick\": \"roundRobin\"}",
        "{\"groups\": 16, \"pick\": \"zipf\", \"exponent\": 1.1}" },
      "One message group, or one of so many, picked alike, in turn, or group k with weight "
      "1/k^exponent." },
    { "a text or a choice of texts",
      { "\"5\"", "{\"sequence\": [\"5\", \"8\"]}", "{\"oneOf\": {\"a\": 0.3, \"b\": 0.7}}",
        "{\"numbered\": 100, \"prefix\": \"Message \"}" },
      "The same for every message, texts in turn, texts by weight, or a prefix with numbers from 0 "
      "in turn." },
    { "values by name",
      { "{\"type\": \"order\", \"size\": {\"sequence\": [1, 2, [\"a\", \"b\"]]}}",
        "{\"type\": {\"oneOf\": {\"order\": 0.9, \"refund\": 0.1}}}",
        "{\"size\": {\"oneOf\": {\"1\": 9, \"2\": 1}, \"type\": \"Number\"}}" },
      "For each name a value, values in turn, or values by weight. A text is a String, a number a "
      "Number, a list a String.Array; beside oneOf the type is said, or it is String." },
    { "unique, content or a key",
      { "\"unique\"", "\"content\"", "{\"key\": {\"sequence\": [\"a\", \"b\"]}}" },
      "An id of its own, the body, or a text or choice of texts." },
    { "quantity", { "5" },
      "In the unit of the field; a text such as \"5s\" where that has units." },
    { .word = NULL },
};
// clang-format on

/* --- Markdown --- */

/* Appends a cell's text: a bar would end the cell. */
static void add_escaped(struct text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            text_add(out, "\\");
        text_append(out, text, 1);
    }
}

static void add_code(struct text *out, const char *code)
{
    text_add(out, "`");
    add_escaped(out, code);
    text_add(out, "`");
}

static void add_number(struct text *out, double value)
{
    char number[32];
    text_add(out, json_format_double(number, value));
}

static void add_range(struct text *out, const struct param *row)
{
    const char *const *words = row->type == &param_word ? row->extra : NULL;
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        text_add(out, i > 0 ? ", " : "");
        add_code(out, words[i]);
    }
    if (row->low > row->high || (isinf(row->low) && isinf(row->high)))
        return;
    if (isinf(row->low)) {
        text_add(out, "at most ");
        add_number(out, row->high);
    } else if (isinf(row->high)) {
        text_add(out, "at least ");
        add_number(out, row->low);
    } else {
        add_number(out, row->low);
        text_add(out, " to ");
        add_number(out, row->high);
    }
    if (row->range_hint != NULL)
        text_printf(out, " (%s)", row->range_hint);
}

static void add_rows(struct text *out, const struct param *rows, const char *path)
{
    for (const struct param *row = rows; row->name != NULL; row++) {
        struct text key = {0};
        text_printf(&key, "%s%s", path, row->name);
        text_add(out, "| ");
        add_code(out, text_of(&key));
        text_add(out, " | ");
        add_escaped(out, row->type->word);
        text_add(out, " | ");
        if ((row->flags & PARAM_REQUIRED) != 0)
            text_add(out, "**required**");
        else if (row->fallback != NULL)
            add_code(out, row->fallback);
        text_add(out, " | ");
        add_range(out, row);
        text_printf(out, " | %s | ", row->rule != NULL ? row->rule : "");
        add_escaped(out, row->doc);
        text_add(out, " |\n");
        const struct param *inner = reference_inner_rows(row);
        text_add(&key, row->type == &param_list ? "/*/" : "/");
        if (inner != NULL)
            add_rows(out, inner, text_of(&key));
        text_free(&key);
    }
}

static void add_part(struct text *out, const struct reference_part *part)
{
    text_printf(out, "\n### %s\n\n%s\n", part->name, part->doc);
    if (part->rows == NULL || part->rows->name == NULL)
        return;
    text_add(out, "\n| key | type | default | range | rule | meaning |\n"
                  "| --- | --- | --- | --- | --- | --- |\n");
    add_rows(out, part->rows, "");
}

static void add_values(struct text *out)
{
    text_add(out, "\n## Values\n\n| type | examples | meaning |\n| --- | --- | --- |\n");
    for (const struct reference_value *value = reference_values; value->word != NULL; value++) {
        text_printf(out, "| %s | ", value->word);
        for (size_t i = 0; value->examples[i] != NULL; i++) {
            text_add(out, i > 0 ? ", " : "");
            add_code(out, value->examples[i]);
        }
        text_printf(out, " | %s |\n", value->doc);
    }
}

static void add_profiles(struct text *out)
{
    text_add(out,
             "\n## Profiles\n\nThe first is the default.\n\n| name | meaning |\n| --- | --- |\n");
    for (size_t i = 0; profiles[i] != NULL; i++) {
        text_add(out, "| ");
        add_code(out, profiles[i]->name);
        text_printf(out, " | %s |\n", profiles[i]->doc);
    }
}

// clang-format off
static const struct heading {
    const char *group, *text;
} headings[] = {
    { "section", "Sections" },
    { "queue", "Queues\n\nThe kind is told by the name: that of a FIFO queue ends in `.fifo`." },
    { "topic", "Topics\n\nThe name of a FIFO topic ends in `.fifo`." },
    { "actor", "Actors" },
    { "fault", "Faults\n\n`{\"kind\": NAME}` with the keys of its table, in the list `faults`." },
    { "process", "Arrival processes\n\n`{\"process\": NAME}` with the keys of its table." },
    { "dist", "Distributions\n\n`{\"dist\": NAME}` with the keys of its table." },
};
// clang-format on

static void add_heading(struct text *out, const char *group)
{
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        if (strcmp(headings[i].group, group) == 0)
            text_printf(out, "\n## %s\n", headings[i].text);
    }
}

void reference_write(struct text *out)
{
    struct arena arena;
    arena_init(&arena);
    text_add(
        out,
        "# Reference\n"
        "\n"
        "Every key of a scenario file. This document and the schema beside it are generated from "
        "the tables that the\n"
        "program reads a file by: `make reference` writes them anew, and `queuelab help NAME` "
        "prints one table.\n"
        "\n"
        "A key with slashes is the way to a value inside, as a JSON pointer goes on: "
        "`RedrivePolicy/maxReceiveCount`\n"
        "is `/queues/orders/RedrivePolicy/maxReceiveCount` to `--set`, to `variants` and to "
        "`sweep`; `*` stands for the\n"
        "place in a list, from 0. A key that is not here is an error, unless it begins with "
        "`x-`. *rule* names the\n"
        "rule of `sim/RULES.md` that sets a default or a range.\n");
    add_values(out);
    const char *group = "";
    for (const struct reference_part *part = reference_parts(&arena); part->name != NULL; part++) {
        if (strcmp(group, part->group) != 0)
            add_heading(out, part->group);
        group = part->group;
        add_part(out, part);
    }
    add_profiles(out);
    arena_free(&arena);
}
