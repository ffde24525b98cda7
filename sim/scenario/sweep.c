// SPDX-License-Identifier: GPL-3.0-or-later
/* Variants and sweep.  Several swept pointers make a grid whose first axis is the slowest, or walk
 * together with "zip"; a point is told by its text "/a=1;/b=2".
 *
 * A run is the tree, patched by its variant and then by its point; nothing else differs between
 * runs. */
#include "scenario/sweep.h"

#include <stdlib.h>
#include <string.h>
#include "base/json_write.h"
#include "base/map.h"
#include "base/must.h"
#include "scenario/patch.h"

#define SET_FILE "--set"

struct axis {
    const struct json *node;
    const struct json **values;
    size_t count;
};

struct sweep_reader {
    struct scenario_file *file;
    struct diag *diag;
    bool zip;
    struct axis *axes; /* as many as the file's */
};

static bool is_ignored(const struct json *member)
{
    return strncmp(json_key(member), "x-", 2) == 0;
}

static const struct json *top_member(const struct scenario_file *file, const char *key)
{
    return json_get(json_root(file->doc), key);
}

static struct diag_place value_place(const struct scenario_file *file, const struct json *node,
                                     const char *pointer)
{
    return json_place(file->doc, node, pointer);
}

/* --- variants --- */

static bool check_kind(const struct sweep_reader *reader, const struct json *node,
                       const char *pointer, enum json_kind kind)
{
    if (json_kind(node) == kind)
        return true;
    diag_error(reader->diag, value_place(reader->file, node, pointer), "expected %s, found %s",
               json_kind_word(kind), json_kind_word(json_kind(node)));
    return false;
}

static bool read_variant(const struct sweep_reader *reader, const struct json *member)
{
    struct scenario_file *file = reader->file;
    const char *name = json_key(member);
    const char *pointer = arena_printf(&file->arena, "/variants/%s", name);
    if (*name == '\0') {
        diag_error(reader->diag, json_key_place(file->doc, member, "/variants"),
                   "a variant needs a name");
        return false;
    }
    if (!check_kind(reader, member, pointer, JSON_OBJECT))
        return false;
    file->variants[file->variant_count++] = arena_copy_text(&file->arena, name);
    return true;
}

static bool read_variants(const struct sweep_reader *reader)
{
    struct scenario_file *file = reader->file;
    const struct json *node = top_member(file, "variants");
    bool fine = node == NULL || check_kind(reader, node, "/variants", JSON_OBJECT);
    file->variants = arena_alloc(&file->arena, ((node != NULL ? json_count(node) : 0) + 1) *
                                                   sizeof *file->variants);
    for (const struct json *member = node != NULL && fine ? json_first(node) : NULL; member != NULL;
         member = json_next(member))
        fine = (is_ignored(member) || read_variant(reader, member)) && fine;
    if (file->variant_count == 0)
        file->variants[file->variant_count++] = "";
    return fine;
}

/* --- axes --- */

static bool is_zip(const struct json *sweep)
{
    const struct json *zip = json_get(sweep, "zip");
    return zip != NULL && json_kind(zip) == JSON_BOOL && json_bool(zip);
}

static bool is_axis(const struct json *member)
{
    return json_key(member)[0] == '/';
}

/* Says which value of a list stands in it twice: its points could not be told apart. */
static bool check_distinct(const struct sweep_reader *reader, const struct axis *axis)
{
    struct map *seen = map_new();
    bool fine = true;
    for (size_t i = 0; i < axis->count; i++) {
        char *text = json_print(axis->values[i]);
        uint32_t before;
        if (map_get_text(seen, text, &before)) {
            diag_error(reader->diag, value_place(reader->file, axis->values[i], "/sweep"),
                       "%s is among the values of \"%s\" already", text, json_key(axis->node));
            fine = false;
        }
        map_put_text(seen, text, 0);
        free(text);
    }
    map_free(seen);
    return fine;
}

static bool read_axis(const struct sweep_reader *reader, const struct json *member)
{
    struct scenario_file *file = reader->file;
    if (!check_kind(reader, member, "/sweep", JSON_ARRAY))
        return false;
    const size_t count = json_count(member);
    if (count == 0) {
        diag_error(reader->diag, value_place(file, member, "/sweep"), "\"%s\" has no values",
                   json_key(member));
        return false;
    }
    struct axis *axis = &reader->axes[file->axis_count];
    *axis = (struct axis){member, arena_alloc(&file->arena, count * sizeof *axis->values), 0};
    for (const struct json *value = json_first(member); value != NULL; value = json_next(value))
        axis->values[axis->count++] = value;
    file->axes[file->axis_count++] = json_key(member);
    return reader->zip || check_distinct(reader, axis);
}

static bool read_member(const struct sweep_reader *reader, const struct json *member)
{
    if (is_axis(member))
        return read_axis(reader, member);
    if (is_ignored(member))
        return true;
    if (strcmp(json_key(member), "zip") == 0)
        return check_kind(reader, member, "/sweep/zip", JSON_BOOL);
    diag_error(reader->diag, json_key_place(reader->file->doc, member, "/sweep"),
               "\"%s\" is no JSON pointer: write one such as \"/experiment/seed\"",
               json_key(member));
    return false;
}

/* --- points --- */

static bool count_points(const struct sweep_reader *reader, const struct json *sweep, size_t *count)
{
    const struct scenario_file *file = reader->file;
    const struct axis *axes = reader->axes;
    *count = reader->zip && file->axis_count > 0 ? axes[0].count : 1;
    for (size_t i = 0; i < file->axis_count; i++) {
        if (reader->zip && axes[i].count != *count) {
            diag_error(reader->diag, value_place(file, axes[i].node, "/sweep"),
                       "\"zip\" walks lists of one length: \"%s\" has %zu and \"%s\" has %zu",
                       file->axes[i], axes[i].count, file->axes[0], *count);
            return false;
        }
        if (!reader->zip)
            *count *= axes[i].count;
        if (*count > SWEEP_POINTS_MAX) {
            diag_error(reader->diag, value_place(file, sweep, "/sweep"),
                       "the sweep has more than %d points", SWEEP_POINTS_MAX);
            return false;
        }
    }
    return true;
}

static const char *name_point(struct scenario_file *file, const struct json *const *values)
{
    struct text name = {0};
    text_add(&name, "");
    for (size_t axis = 0; axis < file->axis_count; axis++) {
        text_printf(&name, "%s%s=", axis > 0 ? ";" : "", file->axes[axis]);
        if (json_kind(values[axis]) == JSON_TEXT) {
            text_add(&name, json_text(values[axis]));
        } else {
            char *value = json_print(values[axis]);
            text_add(&name, value);
            free(value);
        }
    }
    const char *kept = arena_copy_text(&file->arena, text_of(&name));
    text_free(&name);
    return kept;
}

/* The values of all axes at a point; the last axis moves fastest. */
static const struct json **values_at(const struct sweep_reader *reader, size_t point)
{
    struct scenario_file *file = reader->file;
    const struct json **values = arena_alloc(&file->arena, (file->axis_count + 1) * sizeof *values);
    size_t rest = point;
    for (size_t i = file->axis_count; i-- > 0;) {
        const struct axis *axis = &reader->axes[i];
        values[i] = axis->values[reader->zip ? point : rest % axis->count];
        rest /= axis->count;
    }
    return values;
}

/* Lists that walk together come to a point again where one of them was replaced by a value: it is
 * kept once. */
static void list_points(const struct sweep_reader *reader, size_t count)
{
    struct scenario_file *file = reader->file;
    struct map *seen = map_new();
    file->points = arena_alloc(&file->arena, count * sizeof *file->points);
    file->axis_values = arena_alloc(&file->arena, count * sizeof *file->axis_values);
    file->point_count = 0;
    for (size_t point = 0; point < count; point++) {
        const struct json **values = values_at(reader, point);
        const char *name = name_point(file, values);
        uint32_t before;
        if (map_get_text(seen, name, &before))
            continue;
        map_put_text(seen, name, 0);
        file->axis_values[file->point_count] = values;
        file->points[file->point_count++] = name;
    }
    map_free(seen);
}

static bool read_sweep(struct sweep_reader *reader)
{
    struct scenario_file *file = reader->file;
    const struct json *sweep = top_member(file, "sweep");
    size_t count = 1;
    bool fine = sweep == NULL || check_kind(reader, sweep, "/sweep", JSON_OBJECT);
    if (sweep != NULL && fine) {
        const size_t most = json_count(sweep) + 1;
        file->axes = arena_alloc(&file->arena, most * sizeof *file->axes);
        reader->axes = arena_alloc(&file->arena, most * sizeof *reader->axes);
        reader->zip = is_zip(sweep);
        for (const struct json *member = json_first(sweep); member != NULL;
             member = json_next(member))
            fine = read_member(reader, member) && fine;
        fine = count_points(reader, sweep, &count) && fine;
    }
    if (!fine) {
        file->axis_count = 0;
        count = 1;
    }
    list_points(reader, count);
    return fine;
}

bool sweep_read(struct scenario_file *file, struct diag *diag)
{
    struct sweep_reader reader = {.file = file, .diag = diag};
    const bool variants = read_variants(&reader);
    const bool sweep = read_sweep(&reader);
    return variants && sweep;
}

/* --- applying --- */

static bool apply_variant(const struct scenario_file *file, struct json_doc *doc, const char *name,
                          struct diag *diag)
{
    const struct json *variant =
        *name != '\0' ? json_get(top_member(file, "variants"), name) : NULL;
    bool fine = true;
    for (const struct json *member = variant != NULL ? json_first(variant) : NULL; member != NULL;
         member = json_next(member)) {
        const struct patch patch = {
            .pointer = json_key(member),
            .place = json_key_place(file->doc, member, NULL),
            .from = file->doc,
            .value = member,
            .maker = file->doc,
            .made = variant,
        };
        fine = (is_ignored(member) || patch_apply(doc, &patch, diag)) && fine;
    }
    return fine;
}

bool sweep_apply(const struct scenario_file *file, struct json_doc *doc, size_t variant,
                 size_t point, struct diag *diag)
{
    MUST(variant < file->variant_count && point < file->point_count);
    bool fine = apply_variant(file, doc, file->variants[variant], diag);
    for (size_t axis = 0; axis < file->axis_count; axis++) {
        const struct patch patch = {
            .pointer = file->axes[axis],
            .place = json_key_place(file->doc,
                                    json_get(top_member(file, "sweep"), file->axes[axis]), NULL),
            .from = file->doc,
            .value = file->axis_values[point][axis],
            .maker = file->doc,
            .made = top_member(file, "sweep"),
        };
        fine = patch_apply(doc, &patch, diag) && fine;
    }
    return fine;
}

/* --- overrides --- */

static struct json_doc *parse(const char *text, struct diag *diag)
{
    return json_parse(SET_FILE, text, strlen(text), false, diag);
}

/* The value as JSON, or else as a text; NULL after saying what is wrong with an object or an array,
 * which nobody means as a text. */
static struct json_doc *parse_value(const char *value, struct diag *diag)
{
    if (value[0] == '{' || value[0] == '[')
        return parse(value, diag);
    struct diag *unheard = diag_new();
    struct json_doc *doc = parse(value, unheard);
    diag_free(unheard);
    if (doc != NULL)
        return doc;
    struct text quoted = {0};
    struct json_writer w;
    json_write_init(&w, &quoted, true);
    json_write_text(&w, value);
    doc = parse(text_of(&quoted), diag);
    text_free(&quoted);
    return doc;
}

/* How many values an axis must have once it stands for one: with "zip" as many as the others have.
 */
static size_t replaced_length(const struct json *sweep, const struct json *axis)
{
    for (const struct json *other = json_first(sweep); other != NULL; other = json_next(other)) {
        if (is_zip(sweep) && other != axis && is_axis(other) && json_kind(other) == JSON_ARRAY)
            return json_count(other);
    }
    return 1;
}

/* Puts a list of the one value where the axis stands. */
static void replace_axis(struct scenario_file *file, const struct json *axis,
                         const struct json_doc *value)
{
    struct text list = {0};
    struct param_reader pointer = {0};
    char *one = json_print(json_root(value));
    text_add(&list, "[");
    for (size_t left = replaced_length(top_member(file, "sweep"), axis); left > 0; left--)
        text_printf(&list, "%s%s", one, left > 1 ? "," : "");
    text_add(&list, "]");
    free(one);
    struct diag *unheard = diag_new();
    struct json_doc *values = parse(text_of(&list), unheard);
    MUST(values != NULL);
    diag_free(unheard);
    text_free(&list);
    param_enter(&pointer, "sweep");
    param_enter(&pointer, json_key(axis));
    const bool done = json_patch(file->doc, text_of(&pointer.pointer), values, json_root(values));
    MUST(done);
    text_free(&pointer.pointer);
    json_free(values);
}

bool sweep_override(struct scenario_file *file, const struct scenario_override *override,
                    struct diag *diag)
{
    const struct json *sweep = top_member(file, "sweep");
    const struct json *axis = sweep != NULL ? json_get(sweep, override->pointer) : NULL;
    struct json_doc *value = parse_value(override->value, diag);
    if (value == NULL)
        return false;
    bool fine = true;
    if (axis != NULL && is_axis(axis)) {
        replace_axis(file, axis, value);
    } else {
        struct json_doc *maker = parse("{}", diag);
        const struct patch patch = {
            .pointer = override->pointer,
            .place = {.file = SET_FILE},
            .from = value,
            .value = json_root(value),
            .maker = maker,
            .made = json_root(maker),
            .whole_file = true,
        };
        fine = patch_apply(file->doc, &patch, diag);
        json_free(maker);
    }
    json_free(value);
    return fine;
}
