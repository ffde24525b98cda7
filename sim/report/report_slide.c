// SPDX-License-Identifier: GPL-3.0-or-later
/* Text of the user's is escaped: on a slide it is words, not markup. */
#include "report/report_slide.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include "experiment/highlight.h"
#include "experiment/phrase.h"
#include "report/screen.h"

enum { BULLETS = 3 };

static void add_escaped(struct text *out, const char *words)
{
    for (const char *c = words; *c != '\0'; c++) {
        if (*c == '<' || *c == '>')
            text_add(out, *c == '<' ? "&lt;" : "&gt;");
        else if (*c == '\n')
            text_add(out, " ");
        else if (strchr("\\`*_[]", *c) != NULL)
            text_printf(out, "\\%c", *c);
        else
            text_append(out, c, 1);
    }
}

static const char *lecture_word(const struct result *result, const char *key)
{
    return json_get_text(result->scenarios[0]->lecture, key);
}

static void add_value(struct text *out, const struct cell_row *row)
{
    struct text value = {.length = 0};
    text_add(&value, "**");
    screen_mean(&value, &row->estimate, row->unit);
    text_add(&value, "**");
    const size_t shown = value.length;
    if (screen_is_constant(&row->estimate)) {
        text_add(&value, " in every replication");
    } else {
        text_add(&value, " (");
        screen_interval(&value, &row->estimate, row->unit);
        text_add(&value, ")");
        if (value.length == shown + 3)
            text_cut(&value, shown);
    }
    screen_add_page(out, text_of(&value));
    text_free(&value);
}

/* "duplicates per message (orders)"; the scenario as a whole needs no name. */
static void add_words(struct text *out, const struct cell_row *row)
{
    phrase_add(out, row->metric, row->stat, row->unit);
    if (strcmp(row->entity, "scenario") == 0)
        return;
    text_add(out, " (");
    add_escaped(out, row->entity);
    text_add(out, ")");
}

static void add_bullet(struct text *out, const struct result *result,
                       const struct highlight *highlight)
{
    struct arena arena;
    arena_init(&arena);
    const char *label = result_label(&arena, result, highlight->cell);
    text_add(out, "- ");
    if (label[0] != '\0') {
        add_escaped(out, label);
        text_add(out, ": ");
    }
    add_words(out, highlight->row);
    text_add(out, " ");
    add_value(out, highlight->row);
    if (highlight->versus != NULL) {
        text_add(out, ", against ");
        add_value(out, highlight->versus_row);
        text_add(out, " with ");
        add_escaped(out, result_label(&arena, result, highlight->versus));
    }
    text_add(out, "\n");
    arena_free(&arena);
}

static void add_picture(struct text *out, const struct slide *slide)
{
    if (slide->image == NULL)
        return;
    text_add(out, "![");
    add_escaped(out, slide->words);
    text_printf(out, "](<%s>)\n<!-- .element: class=\"centered\" height=\"300px\" -->\n\n",
                slide->image);
}

static void add_quiz(struct text *out, const struct result *result)
{
    const char *question = lecture_word(result, "question"),
               *answer = lecture_word(result, "answer");
    if (question[0] != '\0') {
        text_add(out, "\n**Question:** ");
        add_escaped(out, question);
        text_add(out, "\n");
    }
    if (answer[0] != '\0') {
        text_add(out, "\n");
        add_escaped(out, answer);
        text_add(out, "\n<!-- .element: class=\"fragment\" -->\n");
    }
}

static void add_notes(struct text *out, const struct slide *slide)
{
    const struct result *result = slide->result;
    const char *description = result->scenarios[0]->description;
    const bool is_one = result_replications(result) == 1;
    char replications[64], seed[32];
    text_add(out, "\nNotes: ");
    if (description != NULL && description[0] != '\0') {
        add_escaped(out, description);
        text_add(out, "\n\n");
    }
    text_printf(out, "Numbers are %s%s%s, seed %s, profile %s.\nMade by `%s`.\n",
                is_one ? "of " : "means over ", result_format_replications(replications, result),
                is_one ? "" : " with 95 % intervals", result_format_seed(seed, result_seed(result)),
                result_profile(result), slide->command);
    const char *source = result_source(result);
    if (source[0] != '\0') {
        text_add(out, "It belongs to: ");
        add_escaped(out, source);
        text_add(out, strchr("?!.", source[strlen(source) - 1]) != NULL ? "\n" : ".\n");
    }
}

void report_slide(const struct slide *slide, struct text *out)
{
    struct highlight highlights[BULLETS];
    const size_t count = highlight_pick(slide->result, highlights, BULLETS);
    text_add(out, "## ");
    add_escaped(out, result_title(slide->result));
    text_add(out, "\n\n");
    add_picture(out, slide);
    for (size_t i = 0; i < count; i++)
        add_bullet(out, slide->result, &highlights[i]);
    add_quiz(out, slide->result);
    add_notes(out, slide);
    text_add(out, "\n---\n\n");
}
