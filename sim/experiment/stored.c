// SPDX-License-Identifier: GPL-3.0-or-later
/* Cells are filled from metrics.csv as they were from samples, in the same order. */
#include "experiment/stored.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/param.h"
#include "base/text.h"
#include "core/csv.h"

/* --- result.json --- */

static const struct json *member(const struct json *object, const char *key, enum json_kind kind)
{
    const bool is_object = object != NULL && json_kind(object) == JSON_OBJECT;
    const struct json *node = is_object ? json_get(object, key) : NULL;
    return node != NULL && json_kind(node) == kind ? node : NULL;
}

static bool is_of_this_version(const struct json *root)
{
    const struct json *version = member(root, "version", JSON_NUMBER);
    return version != NULL && json_number(version) == 1.0;
}

const char *stored_name(const struct json_doc *doc, struct diag *diag)
{
    const struct json *root = json_root(doc);
    const struct json *provenance = member(root, "provenance", JSON_OBJECT);
    const struct json *name = member(provenance, "name", JSON_TEXT);
    const bool is_result =
        strcmp(json_get_text(root, "format"), "queuelab-result") == 0 && name != NULL;
    if (is_result && is_of_this_version(root))
        return json_text(name);
    diag_error(diag, json_place(doc, root, ""),
               is_result ? "this result is of another version than 1, which this program reads"
                         : "this is no result of queuelab");
    return NULL;
}

const char *stored_origin(const struct json_doc *doc, struct arena *arena)
{
    const char *folder = json_get_text(member(json_root(doc), "wall", JSON_OBJECT), "folder");
    return folder[0] != '\0' ? arena_copy_text(arena, folder) : NULL;
}

/* --- metrics.csv --- */

enum column { VARIANT, POINT, REPLICATION, ENTITY, METRIC, STAT, UNIT, VALUE, COLUMNS };

struct reading {
    struct stored *stored;
    struct csv csv;
    struct cell *cell; /* that the sample is of; NULL: none yet */
    const char *replication;
    struct sample sample;
    size_t capacity;
};

/* Where a name's line ends, the file has a blank (csv_write_word). */
static bool is_written_as(const char *name, const char *word)
{
    while (*name != '\0' && (*name == *word || (strchr("\r\n", *name) != NULL && *word == ' '))) {
        name++;
        word++;
    }
    return *name == '\0' && *word == '\0';
}

static struct cell *find_cell(struct reading *reading, char *const cells[COLUMNS])
{
    struct result *result = reading->stored->result;
    for (size_t i = 0; i < result->cell_count; i++) {
        if (is_written_as(result->cells[i].variant, cells[VARIANT]) &&
            is_written_as(result->cells[i].point, cells[POINT]))
            return &result->cells[i];
    }
    csv_error(&reading->csv, "the scenario has no variant \"%s\" at the point \"%s\"",
              cells[VARIANT], cells[POINT]);
    return NULL;
}

static void end_sample(struct reading *reading)
{
    if (reading->cell != NULL)
        cell_add(reading->cell, &reading->sample);
    reading->cell = NULL;
    reading->sample.row_count = 0;
}

static bool is_of_sample(const struct reading *reading, char *const cells[COLUMNS])
{
    return reading->cell != NULL && strcmp(reading->replication, cells[REPLICATION]) == 0 &&
           is_written_as(reading->cell->point, cells[POINT]) &&
           is_written_as(reading->cell->variant, cells[VARIANT]);
}

/* An empty cell is a value that is not available. */
static bool read_value(struct reading *reading, const char *text, double *value)
{
    char *end;
    *value = (double)NAN;
    if (text[0] == '\0')
        return true;
    *value = strtod(text, &end);
    if (*end != '\0')
        csv_error(&reading->csv, "\"%s\" is no number", text);
    return *end == '\0';
}

static bool read_row(struct reading *reading, char *const cells[COLUMNS])
{
    struct sample *sample = &reading->sample;
    struct sample_row row = {
        .entity = cells[ENTITY], .metric = cells[METRIC], .stat = cells[STAT], .unit = cells[UNIT]};
    if (!read_value(reading, cells[VALUE], &row.value))
        return false;
    if (!is_of_sample(reading, cells)) {
        end_sample(reading);
        reading->cell = find_cell(reading, cells);
        reading->replication = cells[REPLICATION];
    }
    if (sample->row_count == reading->capacity) {
        reading->capacity = reading->capacity > 0 ? 2 * reading->capacity : 128;
        sample->rows = must_grow(sample->rows, reading->capacity * sizeof *sample->rows);
    }
    sample->rows[sample->row_count++] = row;
    return reading->cell != NULL;
}

static bool read_rows(struct reading *reading)
{
    char *cells[COLUMNS];
    size_t count = csv_row(&reading->csv, cells, COLUMNS);
    if (count != COLUMNS || strcmp(cells[VALUE], "value") != 0) {
        csv_error(&reading->csv, "this is no metrics.csv of queuelab");
        return false;
    }
    while ((count = csv_row(&reading->csv, cells, COLUMNS)) > 0) {
        if (count != COLUMNS) {
            csv_error(&reading->csv, "expected %d cells, found %zu", COLUMNS, count);
            return false;
        }
        if (!read_row(reading, cells))
            return false;
    }
    end_sample(reading);
    return !reading->csv.is_bad;
}

/* A file that was cut has fewer replications than result.json knows of. */
static bool check_complete(struct reading *reading, const struct json *provenance)
{
    const struct result *result = reading->stored->result;
    const struct json *cells = member(provenance, "cells", JSON_ARRAY);
    const struct json *of = cells != NULL ? json_first(cells) : NULL;
    for (size_t i = 0; i < result->cell_count; i++, of = json_next(of)) {
        const struct json *wanted = of != NULL ? member(of, "replications", JSON_NUMBER) : NULL;
        if (wanted != NULL && json_number(wanted) == (double)result->cells[i].replication_count)
            continue;
        csv_error(&reading->csv, "it has not the replications that result.json names");
        return false;
    }
    return true;
}

static bool read_metrics(struct stored *stored, const char *folder, const struct json_doc *doc,
                         struct diag *diag)
{
    struct reading reading = {.stored = stored};
    struct param_reader reader = {
        .doc = doc, .diag = diag, .arena = &stored->arena, .folder = folder};
    const struct json *provenance = member(json_root(doc), "provenance", JSON_OBJECT);
    bool ok = csv_open(&reading.csv, &reader, json_root(doc), "metrics.csv");
    ok = ok && read_rows(&reading) && check_complete(&reading, provenance);
    csv_close(&reading.csv);
    free(reading.sample.rows);
    text_free(&reader.pointer);
    return ok;
}

/* --- all of it --- */

static void note_origin(struct stored *stored, const struct json_doc *doc)
{
    const struct json *provenance = member(json_root(doc), "provenance", JSON_OBJECT);
    const struct json *build = member(json_root(doc), "build", JSON_OBJECT);
    stored->version = arena_copy_text(&stored->arena, json_get_text(provenance, "queuelab"));
    stored->sha256 = arena_copy_text(&stored->arena, json_get_text(provenance, "sha256"));
    stored->commit = arena_copy_text(&stored->arena, json_get_text(build, "commit"));
}

bool stored_read(struct stored *stored, const char *folder, const struct json_doc *doc,
                 const struct text *scenario, struct diag *diag)
{
    *stored = (struct stored){.file = NULL};
    arena_init(&stored->arena);
    note_origin(stored, doc);
    const char *path = arena_printf(&stored->arena, "%s/%s.json", folder, stored_name(doc, diag));
    stored->file = scenario_file_read(path, text_of(scenario), scenario->length, NULL, 0, diag);
    if (stored->file != NULL) {
        stored->file->origin = stored_origin(doc, &stored->file->arena);
        stored->result = result_new(stored->file, diag);
    }
    if (stored->result == NULL || !read_metrics(stored, folder, doc, diag))
        return false;
    for (size_t i = 0; i < stored->result->cell_count; i++)
        cell_finish(&stored->result->cells[i]);
    return true;
}

void stored_free(struct stored *stored)
{
    if (stored->result != NULL)
        result_free(stored->result);
    scenario_file_free(stored->file);
    arena_free(&stored->arena);
}

/* --- differences --- */

enum { SHOWN = 4 };

struct differing {
    struct text pointer, list;
    size_t count;
};

static bool is_aside(const char *pointer)
{
    return strcmp(pointer, "/experiment/seed") == 0 ||
           strcmp(pointer, "/experiment/replications") == 0;
}

static void note(struct differing *differing)
{
    if (is_aside(text_of(&differing->pointer)))
        return;
    if (differing->count++ < SHOWN)
        text_printf(&differing->list, "%s%s", differing->list.length > 0 ? ", " : "",
                    text_of(&differing->pointer));
}

static bool is_equal(const struct json *a, const struct json *b)
{
    char *first = json_print(a), *second = json_print(b);
    const bool equal = strcmp(first, second) == 0;
    free(first);
    free(second);
    return equal;
}

static void differ(struct differing *differing, const struct json *a, const struct json *b);

/* The members of one that the other has otherwise, or (only the missing ones) not at all. */
static void differ_members(struct differing *differing, const struct json *a, const struct json *b,
                           bool only_missing)
{
    const size_t length = differing->pointer.length;
    for (const struct json *of = json_first(a); of != NULL; of = json_next(of)) {
        const struct json *other = json_get(b, json_key(of));
        text_printf(&differing->pointer, "/%s", json_key(of));
        if (other == NULL)
            note(differing);
        else if (!only_missing)
            differ(differing, of, other);
        text_cut(&differing->pointer, length);
    }
}

static void differ_elements(struct differing *differing, const struct json *a, const struct json *b)
{
    const size_t length = differing->pointer.length;
    size_t index = 0;
    for (; a != NULL; a = json_next(a), b = json_next(b)) {
        text_printf(&differing->pointer, "/%zu", index++);
        differ(differing, a, b);
        text_cut(&differing->pointer, length);
    }
}

static void differ(struct differing *differing, const struct json *a, const struct json *b)
{
    const bool are_lists = json_kind(a) == JSON_ARRAY && json_kind(b) == JSON_ARRAY;
    if (are_lists && json_count(a) == json_count(b)) {
        differ_elements(differing, json_first(a), json_first(b));
    } else if (json_kind(a) == JSON_OBJECT && json_kind(b) == JSON_OBJECT) {
        differ_members(differing, a, b, false);
        differ_members(differing, b, a, true);
    } else if (!is_equal(a, b)) {
        note(differing);
    }
}

const char *stored_differences(struct arena *arena, const struct stored *a, const struct stored *b)
{
    struct differing differing = {.count = 0};
    differ(&differing, json_root(a->file->doc), json_root(b->file->doc));
    if (differing.count > SHOWN)
        text_printf(&differing.list, " and %zu more", differing.count - SHOWN);
    const char *kept = arena_copy_text(arena, text_of(&differing.list));
    text_free(&differing.pointer);
    text_free(&differing.list);
    return kept;
}
