// SPDX-License-Identifier: GPL-3.0-or-later
/* Theory beside simulation on the screen: a table for each entity of what applies, and a sentence
 * for each formula that does not. */
#include <math.h>
#include <string.h>
#include "experiment/closed_form.h"
#include "report/report.h"
#include "report/screen.h"

enum { COLUMNS = 6, GAP = 2 };

struct table {
    const struct result *result;
    const struct closed_forms *forms;
    bool has_simulation;
    struct arena arena;
    struct text out;
    size_t widths[COLUMNS];
};

/* True if both say the same number of the same thing: where two formulas apply, the more general
 * one includes the other. */
static bool say_the_same(const struct closed_form *one, const struct closed_form *other)
{
    return one->refusal == NULL && other->refusal == NULL && one->cell == other->cell &&
           strcmp(one->entity, other->entity) == 0 &&
           strcmp(one->formula->words, other->formula->words) == 0 &&
           fabs(one->theory - other->theory) <= 1e-9 * fabs(one->theory);
}

/* Said by an earlier line already, or not to be said at all. */
static bool is_left_out(const struct table *table, size_t item)
{
    const struct closed_form *items = table->forms->items;
    for (size_t before = item; before-- > 0;) {
        if (say_the_same(&items[before], &items[item]))
            return true;
    }
    return items[item].refusal != NULL;
}

/* "M/M/1 (also M/G/1, G/G/1)". */
static const char *title_of(struct table *table, size_t item)
{
    const struct closed_form *items = table->forms->items;
    struct text title = {.length = 0};
    size_t others = 0;
    text_add(&title, items[item].title);
    for (size_t i = item + 1; i < table->forms->count; i++) {
        if (say_the_same(&items[item], &items[i]))
            text_printf(&title, "%s%.*s", others++ == 0 ? " (also " : ", ",
                        (int)strcspn(items[i].title, ","), items[i].title);
    }
    text_add(&title, others > 0 ? ")" : "");
    const char *kept = arena_copy_text(&table->arena, text_of(&title));
    text_free(&title);
    return kept;
}

/* The cells of a line, in the arena; "" where there is none. */
static void fill(struct table *table, size_t item, const char *texts[COLUMNS])
{
    const struct closed_form *form = &table->forms->items[item];
    struct text theory = {.length = 0}, seen = {.length = 0}, off = {.length = 0};
    screen_value(&theory, form->theory, form->formula->unit);
    if (table->has_simulation) {
        screen_value(&seen, form->seen.mean, form->formula->unit);
        text_add(&seen, "  ");
        screen_interval(&seen, &form->seen, form->formula->unit);
        screen_percent(&off, fabs(form->off));
        text_add(&off, form->is_outside ? " off *" : " off");
    }
    texts[0] = result_label(&table->arena, table->result, form->cell);
    texts[1] = title_of(table, item);
    texts[2] = form->formula->words;
    texts[3] = arena_copy_text(&table->arena, text_of(&theory));
    texts[4] = arena_copy_text(&table->arena, text_of(&seen));
    texts[5] = arena_copy_text(&table->arena, isnan(form->off) ? "" : text_of(&off));
    text_free(&theory);
    text_free(&seen);
    text_free(&off);
}

static void measure(struct table *table)
{
    const char *texts[COLUMNS];
    for (size_t i = 0; i < table->forms->count; i++) {
        if (is_left_out(table, i))
            continue;
        fill(table, i, texts);
        for (size_t column = 0; column < COLUMNS; column++) {
            struct text text = {.length = 0};
            text_add(&text, texts[column]);
            const size_t width = screen_width(&text, 0);
            table->widths[column] = width > table->widths[column] ? width : table->widths[column];
            text_free(&text);
        }
    }
}

static void add_line(struct table *table, const char *const texts[COLUMNS])
{
    const size_t start = table->out.length;
    size_t at = GAP;
    for (size_t column = 0; column < COLUMNS; column++) {
        if (table->widths[column] == 0)
            continue;
        screen_pad(&table->out, start, at);
        text_add(&table->out, texts[column]);
        at += table->widths[column] + GAP;
    }
    while (table->out.length > start && table->out.bytes[table->out.length - 1] == ' ')
        text_cut(&table->out, table->out.length - 1);
    text_add(&table->out, "\n");
}

/* The lines of an entity are items first .. last-1. */
static void add_table(struct table *table, size_t first, size_t last)
{
    static const char *const nothing[COLUMNS] = {"", "", "", "theory", "simulation", ""};
    const char *texts[COLUMNS];
    bool has_head = false;
    for (size_t i = first; i < last; i++) {
        if (is_left_out(table, i))
            continue;
        if (!has_head)
            add_line(table, nothing);
        has_head = true;
        fill(table, i, texts);
        add_line(table, texts);
    }
}

/* How many items of first .. last-1 are of that formula and refused for that reason; reason NULL:
 * how many there are. */
static size_t count(const struct table *table, size_t first, size_t last,
                    const struct formula *formula, const char *reason)
{
    size_t found = 0;
    for (size_t i = first; i < last; i++) {
        const struct closed_form *form = &table->forms->items[i];
        found += form->formula == formula &&
                 (reason == NULL || (form->refusal != NULL && strcmp(form->refusal, reason) == 0));
    }
    return found;
}

/* Formulas of one name ask for the same: it is enough to hear the first of them. */
static bool is_first_of_name(const struct formula *formula)
{
    return formula == formulas || strcmp(formula->name, (formula - 1)->name) != 0;
}

/* The first item of its formula with its reason: the others repeat it. */
static bool is_news(const struct table *table, size_t first, size_t item)
{
    const struct closed_form *form = &table->forms->items[item];
    return form->refusal != NULL && is_first_of_name(form->formula) &&
           count(table, first, item, form->formula, form->refusal) == 0;
}

/* Both formulas are refused for the same reason, in as many of as many places. */
static bool are_alike(const struct table *table, size_t first, size_t last, size_t one,
                      size_t other)
{
    const struct closed_form *a = &table->forms->items[one], *b = &table->forms->items[other];
    return strcmp(a->refusal, b->refusal) == 0 &&
           count(table, first, last, a->formula, NULL) ==
               count(table, first, last, b->formula, NULL) &&
           count(table, first, last, a->formula, a->refusal) ==
               count(table, first, last, b->formula, b->refusal);
}

/* "no M/M/1, M/G/1: there is more than one worker (in 7 of 21 places)", of the news that are like
 * the first of them. */
static void add_refusal(struct table *table, size_t first, size_t last, const size_t *news,
                        size_t news_count)
{
    const struct closed_form *form = &table->forms->items[news[0]];
    for (size_t i = 0; i < news_count; i++) {
        const char *name = table->forms->items[news[i]].formula->name;
        if (are_alike(table, first, last, news[0], news[i]))
            text_printf(&table->out, "%s%.*s", i == 0 ? "  no " : ", ", (int)strcspn(name, ","),
                        name);
    }
    const size_t all = count(table, first, last, form->formula, NULL);
    const size_t such = count(table, first, last, form->formula, form->refusal);
    text_printf(&table->out, ": %s", form->refusal);
    if (such < all)
        text_printf(&table->out, " (in %zu of %zu places)", such, all);
    text_add(&table->out, "\n");
}

/* A reason is said once, with all formulas that it is about, and in how many places if there are
 * others. */
static void add_refusals(struct table *table, size_t first, size_t last)
{
    size_t *news = arena_alloc(&table->arena, (last - first) * sizeof *news), news_count = 0;
    for (size_t i = first; i < last; i++) {
        if (is_news(table, first, i))
            news[news_count++] = i;
    }
    for (size_t i = 0; i < news_count; i++) {
        bool is_said = false;
        for (size_t before = 0; before < i && !is_said; before++)
            is_said = are_alike(table, first, last, news[before], news[i]);
        if (!is_said)
            add_refusal(table, first, last, &news[i], news_count - i);
    }
}

static void add_entities(struct table *table)
{
    const struct closed_forms *forms = table->forms;
    for (size_t first = 0, last = 0; first < forms->count; first = last) {
        const char *entity = forms->items[first].entity;
        while (last < forms->count && strcmp(forms->items[last].entity, entity) == 0)
            last++;
        text_printf(&table->out, "%s\n", entity);
        add_table(table, first, last);
        add_refusals(table, first, last);
    }
}

static void add_notes(struct table *table)
{
    bool is_any = false, is_outside = false;
    for (size_t i = 0; i < table->forms->count; i++) {
        is_any = is_any || table->forms->items[i].refusal == NULL;
        is_outside = is_outside || table->forms->items[i].is_outside;
    }
    if (is_any && is_outside)
        text_add(&table->out,
                 "* theory is outside the 95 % interval: by chance one in twenty is\n");
    if (is_any && table->result->scenarios[0]->experiment.horizon != HORIZON_STEADY)
        text_add(&table->out, "Formulas are about the steady state; the run counts from its empty "
                              "start (\"horizon\": \"steady\" leaves that out).\n");
    if (!is_any)
        text_add(&table->out, "No formula applies: that is what a simulation is for.\n");
}

void report_theory(const struct result *result, const struct closed_forms *forms, FILE *out)
{
    struct table table = {
        .result = result, .forms = forms, .has_simulation = result_replications(result) > 0};
    arena_init(&table.arena);
    measure(&table);
    text_printf(&table.out, "%s: %s\n", result_name(result), result_title(result));
    add_entities(&table);
    add_notes(&table);
    fwrite(text_of(&table.out), 1, table.out.length, out);
    text_free(&table.out);
    arena_free(&table.arena);
}
