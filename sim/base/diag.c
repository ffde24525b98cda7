// SPDX-License-Identifier: GPL-3.0-or-later
/* The list of the user's mistakes.
 *
 * Mistakes are kept in the order found and sorted when printed, so that the order in which the
 * loader happens to look at things is not seen.  It never ends the process: the caller counts and
 * decides. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { PRINTED_AT_MOST = 20, KEPT_AT_MOST = 1000 };

struct mistake {
    struct diag_place place;
    const char *sentence;
    size_t order; /* in which it was found */
};

struct diag {
    struct arena arena;
    struct mistake *mistakes;
    size_t count, capacity; /* the first KEPT_AT_MOST are kept, all are counted */
};

struct diag *diag_new(void)
{
    struct diag *diag = must_alloc(sizeof *diag);
    *diag = (struct diag){0};
    arena_init(&diag->arena);
    return diag;
}

void diag_free(struct diag *diag)
{
    if (diag != NULL) {
        free(diag->mistakes);
        arena_free(&diag->arena);
        free(diag);
    }
}

/* Compares texts of which either may be missing; missing comes first. */
static int compare_texts(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return (a != NULL) - (b != NULL);
    }
    return strcmp(a, b);
}

static int compare_places(const struct diag_place *a, const struct diag_place *b)
{
    int files = compare_texts(a->file, b->file);
    if (files != 0) {
        return files;
    }
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return (a->column > b->column) - (a->column < b->column);
}

static size_t kept_count(const struct diag *diag)
{
    return diag->count < KEPT_AT_MOST ? diag->count : KEPT_AT_MOST;
}

static bool is_known(const struct diag *diag, const struct diag_place *place, const char *sentence)
{
    for (size_t i = 0; i < kept_count(diag); i++) {
        const struct mistake *mistake = &diag->mistakes[i];
        if (compare_places(&mistake->place, place) == 0 &&
            compare_texts(mistake->place.pointer, place->pointer) == 0 &&
            strcmp(mistake->sentence, sentence) == 0) {
            return true;
        }
    }
    return false;
}

/* Copies a text for the screen: the user's control characters must not steer the terminal. */
static const char *copy_shown(struct arena *arena, const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    char *copy = arena_copy_text(arena, text);
    for (char *c = copy; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = '?';
        }
    }
    return copy;
}

void diag_error(struct diag *diag, struct diag_place place, const char *format, ...)
{
    struct text sentence = {0};
    va_list values;
    if (diag->count >= KEPT_AT_MOST) {
        diag->count++;
        return;
    }
    va_start(values, format);
    text_vprintf(&sentence, format, values);
    va_end(values);
    const struct diag_place kept = {
        .file = copy_shown(&diag->arena, place.file),
        .line = place.line,
        .column = place.column,
        .pointer = copy_shown(&diag->arena, place.pointer),
    };
    const char *shown = copy_shown(&diag->arena, text_of(&sentence));
    text_free(&sentence);
    if (is_known(diag, &kept, shown)) {
        return;
    }
    if (diag->count == diag->capacity) {
        diag->capacity = diag->capacity == 0 ? 16 : diag->capacity * 2;
        diag->mistakes = must_grow(diag->mistakes, diag->capacity * sizeof *diag->mistakes);
    }
    diag->mistakes[diag->count] = (struct mistake){kept, shown, diag->count};
    diag->count++;
}

size_t diag_count(const struct diag *diag)
{
    return diag->count;
}

static int compare_mistakes(const void *a, const void *b)
{
    const struct mistake *one = a, *other = b;
    int places = compare_places(&one->place, &other->place);
    return places != 0 ? places : (one->order > other->order) - (one->order < other->order);
}

const char *diag_first(const struct diag *diag, struct diag_place *place)
{
    MUST(diag->count > 0);
    const struct mistake *first = &diag->mistakes[0];
    for (size_t i = 1; i < kept_count(diag); i++) {
        if (compare_mistakes(&diag->mistakes[i], first) < 0) {
            first = &diag->mistakes[i];
        }
    }
    *place = first->place;
    return first->sentence;
}

static void print_mistake(const struct mistake *mistake, FILE *out)
{
    const struct diag_place *place = &mistake->place;
    if (place->file != NULL) {
        fprintf(out, "%s:", place->file);
        /* What an option says begins where it begins; columns after that help within long ones. */
        const bool is_option = place->file[0] == '-' && place->line == 1;
        if (place->line > 0 && !(is_option && place->column == 1)) {
            fprintf(out, "%d:%d:", place->line, place->column);
        }
        fputc(' ', out);
    }
    if (place->pointer != NULL && place->pointer[0] != '\0') {
        fprintf(out, "%s: ", place->pointer);
    }
    fprintf(out, "%s\n", mistake->sentence);
}

void diag_print(const struct diag *diag, FILE *out)
{
    if (diag->count == 0) {
        return;
    }
    const size_t kept = kept_count(diag), bytes = kept * sizeof *diag->mistakes;
    struct mistake *sorted = memcpy(must_alloc(bytes), diag->mistakes, bytes);
    qsort(sorted, kept, sizeof *sorted, compare_mistakes);
    for (size_t i = 0; i < diag->count && i < PRINTED_AT_MOST; i++) {
        print_mistake(&sorted[i], out);
    }
    free(sorted);
    if (diag->count > PRINTED_AT_MOST) {
        size_t more = diag->count - PRINTED_AT_MOST;
        fprintf(out, "... and %zu more mistake%s\n", more, more == 1 ? "" : "s");
    }
}
