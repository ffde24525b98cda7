// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab report: a result folder as one HTML page, with the figures that were drawn; those that
 * the scenario names are drawn if they are not there. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/json.h"
#include "report/report_html.h"
#include "report/folder.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/input.h"

enum { FIGURES_MOST = 64 };

struct page {
    const struct options *options;
    const char *folder;
    struct arena arena;
    struct json_doc *result, *figures;
    struct html_figure shown[FIGURES_MOST];
    size_t count;
};

static struct json_doc *read_json(struct page *page, const char *name)
{
    struct text bytes = {.length = 0};
    struct diag *diag = diag_new();
    struct json_doc *doc = NULL;
    const char *path = arena_printf(&page->arena, "%s/%s", page->folder, name);
    if (input_read(path, &bytes))
        doc = json_parse(path, text_of(&bytes), bytes.length, false, diag);
    diag_print(diag, stderr);
    diag_free(diag);
    text_free(&bytes);
    return doc;
}

static const char *svg_path(struct page *page, const char *id)
{
    return arena_printf(&page->arena, "%s/%s.svg", page->folder, id);
}

/* Draws what the scenario names and nobody has drawn. */
static void draw_missing(struct page *page)
{
    struct options svg = *page->options;
    struct text drawn = {.length = 0};
    svg.formats = "svg";
    for (const struct json *e = json_first(json_root(page->figures)); e != NULL; e = json_next(e)) {
        const struct json *named = json_get(e, "named");
        char *id = arena_copy_text(&page->arena, json_get_text(e, "id"));
        if (named != NULL && json_kind(named) == JSON_BOOL && json_bool(named) &&
            json_get(e, "why") == NULL && access(svg_path(page, id), R_OK) != 0)
            figures_draw(&svg, page->folder, &id, 1, true, &drawn);
    }
    text_free(&drawn);
}

static void collect_figures(struct page *page)
{
    for (const struct json *e = json_first(json_root(page->figures)); e != NULL; e = json_next(e)) {
        struct text svg = {.length = 0};
        const char *id = json_get_text(e, "id"), *path = svg_path(page, id);
        if (page->count < FIGURES_MOST && access(path, R_OK) == 0 && input_read(path, &svg))
            page->shown[page->count++] =
                (struct html_figure){.id = id,
                                     .words = json_get_text(e, "words"),
                                     .sentence = json_get_text(e, "text"),
                                     .svg = arena_copy_text(&page->arena, text_of(&svg))};
        text_free(&svg);
    }
}

static int write_page(struct page *page)
{
    struct text html = {.length = 0};
    struct folder folder;
    int status = EXIT_WELL;
    report_html(&(struct html_source){.result = json_root(page->result),
                                      .figure_count = page->count,
                                      .figures = page->shown},
                &html);
    folder_enter(&folder, page->folder);
    if (!folder_write(&folder, "report.html", text_of(&html), html.length)) {
        fprintf(stderr, "queuelab report: %s\n", text_of(&folder.error));
        status = EXIT_TOOL;
    } else if (!page->options->quiet) {
        printf("wrote %s/report.html, with %zu figure%s\n"
               "next: open %s/report.html in a browser\n",
               page->folder, page->count, page->count == 1 ? "" : "s", page->folder);
    }
    folder_close(&folder);
    text_free(&html);
    return status;
}

static int report(struct page *page)
{
    if (input_is_result(page->folder, "result.json"))
        page->result = read_json(page, "result.json");
    if (page->result == NULL)
        return EXIT_TOOL;
    page->figures = read_json(page, "figures.json");
    if (page->figures != NULL) {
        draw_missing(page);
        collect_figures(page);
    }
    return write_page(page);
}

static int run(const struct options *options)
{
    struct page page = {.options = options};
    if (options->operand_count != 1) {
        fputs("queuelab report: name one result folder, for example: queuelab report "
              "out/27-standard-vs-fifo\n",
              stderr);
        return EXIT_USAGE;
    }
    page.folder = options->operands[0];
    arena_init(&page.arena);
    const int status = report(&page);
    if (page.result != NULL)
        json_free(page.result);
    if (page.figures != NULL)
        json_free(page.figures);
    arena_free(&page.arena);
    return status;
}

const struct command cmd_report = {
    .name = "report",
    .operands = "DIR",
    .doc = "make one self-contained HTML page of a result folder",
    .details = "DIR/report.html holds the numbers, the figures drawn and the system as a drawing;\n"
               "it needs neither network nor other files.",
    .options = OPTIONS_FIGURE | OPTIONS_SCREEN,
    .run = run,
};
