// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the templates and walks through figures.json.  A figure that cannot be drawn does not stop
 * the others. */
#include "cli/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "report/report_gnuplot.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/places.h"

const char *figures_plots(const struct options *options, struct arena *arena)
{
    return places_find(options, arena, "plots", "style.gp");
}

/* --- drawing --- */

struct drawing {
    const struct options *options;
    const char *folder;
    const struct json *list;
    struct gnuplot_style style;
    struct text *drawn;
    bool is_asked; /* for each figure by its id: else the scenario names them */
    int status;
    bool is_hopeless; /* no gnuplot: said once */
};

static void draw_one(struct drawing *drawing, const struct gnuplot_figure *figure)
{
    struct text error = {.length = 0};
    const enum gnuplot_status status =
        report_gnuplot_draw(drawing->folder, figure, &drawing->style, &error);
    if (status != GNUPLOT_DRAWN) {
        fprintf(stderr, "queuelab: %s\n", text_of(&error));
        drawing->status = EXIT_TOOL;
        drawing->is_hopeless = status == GNUPLOT_MISSING;
    } else if (strcmp(drawing->style.format, "term") != 0) {
        text_printf(drawing->drawn, "%s%s/%s.%s", drawing->drawn->length > 0 ? " " : "",
                    drawing->folder, figure->id, drawing->style.format);
    }
    text_free(&error);
}

static void draw_formats(struct drawing *drawing, const struct gnuplot_figure *figure)
{
    char format[8];
    for (const char *word = drawing->options->formats; *word != '\0' && !drawing->is_hopeless;) {
        const size_t length = strcspn(word, ",");
        snprintf(format, sizeof format, "%.*s", (int)length, word);
        drawing->style.format = format;
        draw_one(drawing, figure);
        word += length + (word[length] == ',');
    }
}

static void draw(struct drawing *drawing, const struct json *entry)
{
    draw_formats(drawing, &(struct gnuplot_figure){.id = json_get_text(entry, "id"),
                                                   .title = json_get_text(entry, "title"),
                                                   .footer = json_get_text(entry, "footer")});
}

static bool is_true(const struct json *entry, const char *key)
{
    const struct json *node = json_get(entry, key);
    return node != NULL && json_kind(node) == JSON_BOOL && json_bool(node);
}

static bool applies(const struct json *entry)
{
    return json_get(entry, "why") == NULL;
}

/* Says that there is no such figure, or why it does not apply, and which there are. */
static void refuse(struct drawing *drawing, const char *id, const struct json *entry)
{
    if (entry != NULL)
        fprintf(stderr, "queuelab: %s: figure %s does not apply: %s", drawing->folder, id,
                json_get_text(entry, "why"));
    else
        fprintf(stderr, "queuelab: %s has no data for figure %s", drawing->folder, id);
    const char *before = "; it has ";
    for (entry = json_first(drawing->list); entry != NULL; entry = json_next(entry)) {
        if (!applies(entry))
            continue;
        fprintf(stderr, "%s%s", before, json_get_text(entry, "id"));
        before = ", ";
    }
    fputc('\n', stderr);
    if (drawing->status == EXIT_WELL)
        drawing->status = EXIT_USAGE;
}

static void draw_id(struct drawing *drawing, const char *id)
{
    char name[8];
    snprintf(name, sizeof name, "%s%.6s", id[0] == 'f' ? "F" : "", id + (id[0] == 'f'));
    const struct json *entry = json_first(drawing->list);
    while (entry != NULL && strcmp(json_get_text(entry, "id"), name) != 0)
        entry = json_next(entry);
    const bool is_known_why = entry != NULL && is_true(entry, "axisWasSet");
    if (entry != NULL && applies(entry))
        draw(drawing, entry);
    else if (drawing->is_asked || !is_known_why || drawing->options->verbose)
        refuse(drawing, name, entry);
}

static void draw_default(struct drawing *drawing)
{
    bool any = false;
    for (const struct json *entry = json_first(drawing->list); entry != NULL;
         entry = json_next(entry))
        any = any || is_true(entry, "named");
    for (const struct json *entry = json_first(drawing->list); entry != NULL;
         entry = json_next(entry)) {
        if (applies(entry) && (is_true(entry, "named") || !any))
            draw(drawing, entry);
    }
}

static int draw_list(struct drawing *drawing, struct arena *arena, char *const *ids, size_t count)
{
    drawing->style.theme = drawing->options->theme;
    drawing->style.plots = figures_plots(drawing->options, arena);
    for (size_t i = 0; i < count && !drawing->is_hopeless; i++)
        draw_id(drawing, ids[i]);
    if (count == 0)
        draw_default(drawing);
    return drawing->status;
}

/* gnuplot's: templates and labels are UTF-8, numbers have points. */
static void set_locale(void)
{
    setenv("LC_ALL", "C.UTF-8", 1);
}

int figures_draw_one(const struct options *options, const char *folder,
                     const struct gnuplot_figure *figure, struct text *drawn)
{
    struct arena arena;
    arena_init(&arena);
    struct drawing drawing = {.options = options, .folder = folder, .drawn = drawn};
    drawing.style.theme = options->theme;
    drawing.style.plots = figures_plots(options, &arena);
    set_locale();
    draw_formats(&drawing, figure);
    arena_free(&arena);
    return drawing.status;
}

int figures_draw(const struct options *options, const char *folder, char *const *ids, size_t count,
                 bool is_asked, struct text *drawn)
{
    set_locale();
    struct text bytes = {.length = 0};
    struct arena arena;
    struct diag *diag = diag_new();
    int status = EXIT_TOOL;
    arena_init(&arena);
    const char *path = arena_printf(&arena, "%s/figures.json", folder);
    if (input_read(path, &bytes)) {
        struct json_doc *doc = json_parse(path, text_of(&bytes), bytes.length, false, diag);
        diag_print(diag, stderr);
        if (doc != NULL) {
            struct drawing drawing = {.options = options,
                                      .folder = folder,
                                      .list = json_root(doc),
                                      .drawn = drawn,
                                      .is_asked = is_asked};
            status = draw_list(&drawing, &arena, ids, count);
            json_free(doc);
        }
    }
    diag_free(diag);
    arena_free(&arena);
    text_free(&bytes);
    return status;
}
