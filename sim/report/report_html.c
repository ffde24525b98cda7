// SPDX-License-Identifier: GPL-3.0-or-later
/* The page says what result.json says, in the order in which a reader asks: what was it, did it
 * come out, how does it look, which numbers, what to mind, how to make it again. */
#include "report/report_html.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/json_write.h"
#include "experiment/estimate.h"
#include "experiment/phrase.h"
#include "experiment/summary.h"
#include "report/screen.h"
#include "report/topology.h"

static const char style[] =
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 \"DejaVu Sans\",Verdana,system-ui,sans-serif;max-width:62rem;"
    "margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.7rem;line-height:1.25;margin-bottom:.2rem}"
    "h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:1px solid #8886;padding-bottom:.2rem}"
    ".from{opacity:.75;margin-top:0}"
    "figure{margin:1.2rem 0}figure svg{background:#fff;max-width:100%;height:auto;"
    "border-radius:6px}figcaption{font-size:.9rem;opacity:.85}"
    "table{border-collapse:collapse;font-size:.88rem;width:100%}"
    "th,td{text-align:left;padding:.15rem .6rem .15rem 0;border-bottom:1px solid #8883;"
    "vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}th.n{white-space:normal}td:first-child{min-width:9rem}"
    ".scroll{overflow-x:auto}"
    ".verdict{padding:.5rem .8rem;border-radius:6px;font-weight:bold;color:#000}"
    ".well{background:#b7e4c7}.ill{background:#ffc9b8}"
    ".warning{border-left:4px solid #E69F00;padding-left:.8rem;margin:.8rem 0}"
    "summary{cursor:pointer;margin:.4rem 0}code{font-size:.9em;overflow-wrap:anywhere}"
    "@media print{details{display:block}body{max-width:none}}";

/* --- words --- */

static void add_escaped(struct text *out, const char *words)
{
    for (const char *c = words; *c != '\0'; c++) {
        if (strchr("<>&\"'", *c) != NULL)
            text_printf(out, "&#%d;", *c);
        else
            text_append(out, c, 1);
    }
}

static void add_element(struct text *out, const char *tag, const char *words)
{
    if (words[0] == '\0')
        return;
    text_printf(out, "<%s>", tag);
    add_escaped(out, words);
    text_printf(out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static const struct json *at(const struct json *object, const char *key)
{
    return object != NULL && json_kind(object) == JSON_OBJECT ? json_get(object, key) : NULL;
}

static double number(const struct json *object, const char *key)
{
    const struct json *node = at(object, key);
    return node != NULL && json_kind(node) == JSON_NUMBER ? json_number(node) : (double)NAN;
}

static bool is_true(const struct json *object, const char *key)
{
    const struct json *node = at(object, key);
    return node != NULL && json_kind(node) == JSON_BOOL && json_bool(node);
}

static const struct json *first(const struct json *list)
{
    return list != NULL ? json_first(list) : NULL;
}

/* A number or text as it stands in the file. */
static void add_plain(struct text *out, const struct json *node)
{
    if (node == NULL)
        return;
    if (json_kind(node) == JSON_TEXT) {
        add_escaped(out, json_text(node));
        return;
    }
    char *shown = json_print(node);
    add_escaped(out, shown);
    free(shown);
}

/* --- what it was --- */

static void add_head(struct text *out, const struct json *result, const struct json *scenario)
{
    const struct json *lecture = at(scenario, "lecture");
    add_element(out, "h1", json_get_text(result, "title"));
    text_add(out, "<p class=\"from\">");
    add_escaped(out, json_get_text(at(result, "provenance"), "name"));
    if (json_get_text(lecture, "source")[0] != '\0') {
        text_add(out, " &#183; ");
        add_escaped(out, json_get_text(lecture, "source"));
    }
    text_add(out, "</p>\n");
    add_element(out, "p", json_get_text(scenario, "description"));
    if (json_get_text(lecture, "question")[0] == '\0')
        return;
    text_add(out, "<details><summary><b>Question:</b> ");
    add_escaped(out, json_get_text(lecture, "question"));
    text_add(out, "</summary>\n");
    add_element(out, "p", json_get_text(lecture, "answer"));
    text_add(out, "</details>\n");
}

static void add_verdicts(struct text *out, const struct json *list)
{
    size_t count = 0, held = 0;
    for (const struct json *e = first(list); e != NULL; e = json_next(e)) {
        count++;
        held += is_true(e, "holds");
    }
    if (count == 0)
        return;
    text_printf(out, "<p class=\"verdict %s\">%zu of %zu expectation%s hold%s</p>\n",
                held == count ? "well" : "ill", held, count, count == 1 ? "" : "s",
                held == 1 ? "s" : "");
    text_printf(out, "<details%s><summary>What was expected</summary><ul>\n",
                held == count ? "" : " open");
    for (const struct json *e = first(list); e != NULL; e = json_next(e)) {
        text_add(out, is_true(e, "holds") ? "<li>" : "<li><b>failed:</b> ");
        add_escaped(out, json_get_text(e, "sentence"));
        text_add(out, "</li>\n");
    }
    text_add(out, "</ul></details>\n");
}

static void add_topology(struct text *out, const struct json *scenario)
{
    struct text svg = {.length = 0}, words = {.length = 0};
    topology_draw(scenario, &svg, &words);
    if (svg.length > 0) {
        text_printf(out,
                    "<h2>The system</h2>\n<figure>\n<div class=\"scroll\">%s</div><figcaption>",
                    text_of(&svg));
        add_escaped(out, text_of(&words));
        text_add(out, "</figcaption></figure>\n");
    }
    text_free(&svg);
    text_free(&words);
}

/* --- figures --- */

/* True at the beginning of a name that is an id, or refers to one. */
static size_t id_ahead(const char *c)
{
    static const char *const starts[] = {"id=\"", "id='", "href=\"#", "href='#", "url(#"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (strncmp(c, starts[i], strlen(starts[i])) == 0)
            return strlen(starts[i]);
    }
    return 0;
}

/* The drawing without the declaration of a file, its ids made the figure's own: several drawings
 * share this page. */
static void add_svg(struct text *out, const char *svg, const char *id)
{
    const char *c = strstr(svg, "<svg");
    while (c != NULL && *c != '\0') {
        const size_t ahead = c > svg && !isalnum((unsigned char)c[-1]) ? id_ahead(c) : 0;
        text_append(out, c, ahead > 0 ? ahead : 1);
        if (ahead > 0)
            text_printf(out, "%s-", id);
        c += ahead > 0 ? ahead : 1;
    }
}

static void add_figures(struct text *out, const struct html_source *source)
{
    if (source->figure_count > 0)
        text_add(out, "<h2>Figures</h2>\n");
    for (size_t i = 0; i < source->figure_count; i++) {
        const struct html_figure *figure = &source->figures[i];
        text_printf(out, "<figure id=\"%s\">\n", figure->id);
        add_svg(out, figure->svg, figure->id);
        text_printf(out, "<figcaption><b>%s</b> ", figure->id);
        add_escaped(out, figure->sentence);
        text_add(out, "</figcaption></figure>\n");
    }
}

/* --- numbers --- */

static struct estimate estimate_of(const struct json *row)
{
    struct estimate estimate = {.mean = number(row, "mean"),
                                .low = number(row, "low"),
                                .high = number(row, "high"),
                                .is_wilson = strcmp(json_get_text(row, "stat"), "rate") == 0};
    return estimate;
}

/* Written with a page's signs, and freed. */
static void add_number(struct text *out, struct text *number)
{
    struct text page = {.length = 0};
    screen_add_page(&page, text_of(number));
    add_escaped(out, text_of(&page));
    text_free(&page);
    text_free(number);
}

static void add_row(struct text *out, const struct json *row)
{
    const struct estimate estimate = estimate_of(row);
    const char *unit = json_get_text(row, "unit");
    text_add(out, "<tr><td>");
    add_escaped(out, json_get_text(row, "entity"));
    text_add(out, "</td><td>");
    add_escaped(out, json_get_text(row, "metric"));
    text_add(out, "</td><td>");
    add_escaped(out, json_get_text(row, "stat"));
    text_add(out, "</td><td class=\"n\">");
    struct text value = {.length = 0}, interval = {.length = 0};
    screen_mean(&value, &estimate, unit);
    add_number(out, &value);
    text_add(out, "</td><td class=\"n\">");
    screen_interval(&interval, &estimate, unit);
    add_number(out, &interval);
    text_add(out, "</td></tr>\n");
}

/* A cell's name: its variant and its point. */
static void add_cell_name(struct text *out, const struct json *cell)
{
    const char *between = "";
    if (json_get_text(cell, "variant")[0] != '\0') {
        add_escaped(out, json_get_text(cell, "variant"));
        between = ", ";
    }
    for (const struct json *p = first(at(cell, "point")); p != NULL; p = json_next(p)) {
        const char *slash = strrchr(json_key(p), '/');
        text_add(out, between);
        add_escaped(out, slash != NULL ? slash + 1 : json_key(p));
        text_add(out, " ");
        add_plain(out, p);
        between = ", ";
    }
}

static bool is_same_cell(const struct json *a, const struct json *b)
{
    char *one = json_print(at(a, "point")), *other = json_print(at(b, "point"));
    const bool same = strcmp(json_get_text(a, "variant"), json_get_text(b, "variant")) == 0 &&
                      strcmp(one, other) == 0;
    free(one);
    free(other);
    return same;
}

/* --- cells by the numbers that expectations are about --- */

enum { COLUMNS = 6 };

struct grid {
    const struct json *metrics;
    size_t count;
    const struct json *columns[COLUMNS]; /* rows whose entity, metric and stat they show */
};

static bool is_same_number(const struct json *a, const struct json *b)
{
    return strcmp(json_get_text(a, "entity"), json_get_text(b, "entity")) == 0 &&
           strcmp(json_get_text(a, "metric"), json_get_text(b, "metric")) == 0 &&
           strcmp(json_get_text(a, "stat"), json_get_text(b, "stat")) == 0;
}

static void add_column(struct grid *grid, const struct json *expectation)
{
    const struct json *row = first(grid->metrics);
    for (size_t i = 0; i < grid->count; i++) {
        if (is_same_number(grid->columns[i], expectation))
            return;
    }
    while (row != NULL && !is_same_number(row, expectation))
        row = json_next(row);
    if (row != NULL && grid->count < COLUMNS)
        grid->columns[grid->count++] = row;
}

/* The row of the cell that `cell` is the first of; rows come cell by cell. */
static const struct json *number_of(const struct json *cell, const struct json *column)
{
    for (const struct json *row = cell; row != NULL && is_same_cell(row, cell);
         row = json_next(row)) {
        if (is_same_number(row, column))
            return row;
    }
    return NULL;
}

static void add_grid_row(struct text *out, const struct grid *grid, const struct json *cell)
{
    text_add(out, "<tr><td>");
    add_cell_name(out, cell);
    text_add(out, "</td>");
    for (size_t i = 0; i < grid->count; i++) {
        const struct json *row = number_of(cell, grid->columns[i]);
        text_add(out, "<td class=\"n\">");
        if (row != NULL) {
            const struct estimate estimate = estimate_of(row);
            struct text number = {.length = 0};
            screen_cell(&number, &estimate, json_get_text(row, "unit"));
            add_number(out, &number);
        }
        text_add(out, "</td>");
    }
    text_add(out, "</tr>\n");
}

static void add_grid(struct text *out, const struct json *metrics, const struct json *expectations)
{
    struct grid grid = {.metrics = metrics};
    const struct json *cell = NULL;
    for (const struct json *e = first(expectations); e != NULL; e = json_next(e))
        add_column(&grid, e);
    if (grid.count == 0)
        return;
    text_add(out, "<div class=\"scroll\"><table><tr><th></th>");
    for (size_t i = 0; i < grid.count; i++) {
        text_add(out, "<th class=\"n\">");
        add_escaped(out, json_get_text(grid.columns[i], "entity"));
        text_add(out, "<br>");
        struct text phrase = {.length = 0};
        phrase_add(&phrase, json_get_text(grid.columns[i], "metric"),
                   json_get_text(grid.columns[i], "stat"), json_get_text(grid.columns[i], "unit"));
        add_escaped(out, text_of(&phrase));
        text_free(&phrase);
        text_add(out, "</th>");
    }
    text_add(out, "</tr>\n");
    for (const struct json *row = first(metrics); row != NULL; row = json_next(row)) {
        if (cell == NULL || !is_same_cell(cell, row)) {
            add_grid_row(out, &grid, row);
            cell = row;
        }
    }
    text_add(out, "</table></div>\n");
}

/* --- everything --- */

static void open_table(struct text *out)
{
    text_add(out, "<div class=\"scroll\"><table><tr><th>entity</th><th>metric</th><th>stat</th>"
                  "<th class=\"n\">mean</th><th class=\"n\">95 % interval</th></tr>\n");
}

/* Rows come cell by cell; each is shown only on demand where there are several, and many of them
 * are behind one line. */
static void add_metrics(struct text *out, const struct json *metrics, size_t cells)
{
    enum { MANY = 8 };
    const struct json *cell = NULL;
    if (cells > MANY)
        text_printf(out, "<details><summary>Every metric of each of %zu cells</summary>\n", cells);
    for (const struct json *row = first(metrics); row != NULL; row = json_next(row)) {
        if (isnan(number(row, "mean")))
            continue;
        if (cell == NULL || !is_same_cell(cell, row)) {
            text_add(out, cell != NULL ? "</table></div></details>\n" : "");
            text_add(out, "<details><summary>");
            add_cell_name(out, row);
            text_add(out, cells == 1 ? "Every metric</summary>" : ": every metric</summary>");
            open_table(out);
            cell = row;
        }
        add_row(out, row);
    }
    text_add(out, cell != NULL ? "</table></div></details>\n" : "");
    text_add(out, cells > MANY ? "</details>\n" : "");
}

static void add_warnings(struct text *out, const struct json *list)
{
    if (first(list) != NULL)
        text_add(out, "<h2>To mind</h2>\n");
    for (const struct json *w = first(list); w != NULL; w = json_next(w)) {
        text_add(out, "<div class=\"warning\"><b>");
        add_escaped(out, json_get_text(w, "entity"));
        text_add(out, "</b>");
        if (json_get_text(w, "where")[0] != '\0') {
            text_add(out, " (");
            add_escaped(out, json_get_text(w, "where"));
            text_add(out, ")");
        }
        text_add(out, ": ");
        add_escaped(out, json_get_text(w, "seen"));
        text_add(out, ". ");
        add_escaped(out, json_get_text(w, "why"));
        text_add(out, " <i>");
        add_escaped(out, json_get_text(w, "todo"));
        text_add(out, "</i></div>\n");
    }
}

static void add_provenance(struct text *out, const struct json *result)
{
    static const char *const keys[] = {"queuelab", "name",    "sha256",     "seed",
                                       "rng",      "profile", "fingerprint"};
    const struct json *provenance = at(result, "provenance");
    text_add(out, "<h2>How to make it again</h2>\n<table>\n");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        text_printf(out, "<tr><td>%s</td><td><code>", keys[i]);
        add_plain(out, at(provenance, keys[i]));
        text_add(out, "</code></td></tr>\n");
    }
    text_add(out, "<tr><td>commit</td><td><code>");
    add_plain(out, at(at(result, "build"), "commit"));
    text_add(out, "</code></td></tr>\n</table>\n<details><summary>The scenario, with every default "
                  "filled in</summary><pre><code>");
    struct text shown = {.length = 0};
    struct json_writer w;
    json_write_init(&w, &shown, false);
    if (at(result, "scenario") != NULL)
        json_write_node(&w, at(result, "scenario"));
    add_escaped(out, text_of(&shown));
    text_free(&shown);
    text_add(out, "</code></pre></details>\n");
}

void report_html(const struct html_source *source, struct text *out)
{
    const struct json *result = source->result;
    const struct json *scenario = at(at(result, "scenario"), "resolved");
    const struct json *cells = at(at(result, "provenance"), "cells");
    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<link rel=\"icon\" href=\"data:,\">\n");
    add_element(out, "title", json_get_text(result, "title"));
    text_printf(out, "<style>%s</style></head>\n<body>\n", style);
    add_head(out, result, scenario);
    add_verdicts(out, at(result, "expectations"));
    if (scenario != NULL)
        add_topology(out, scenario);
    add_figures(out, source);
    text_add(out, "<h2>Numbers</h2>\n");
    add_grid(out, at(result, "metrics"), at(result, "expectations"));
    add_metrics(out, at(result, "metrics"), cells != NULL ? json_count(cells) : 1);
    add_warnings(out, at(result, "warnings"));
    add_provenance(out, result);
    text_add(out, "</body></html>\n");
}
