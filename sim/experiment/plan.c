// SPDX-License-Identifier: GPL-3.0-or-later
/* The plan's file is written for people, too: its cells and ranges are listed, though whoever reads
 * the plan makes them anew. */
#include "experiment/plan.h"

#include <inttypes.h>
#include <string.h>
#include "base/digest.h"
#include "experiment/precision.h"

void plan_init(struct plan *plan)
{
    *plan = (struct plan){.shard_count = 1};
    arena_init(&plan->arena);
}

void plan_free(struct plan *plan)
{
    arena_free(&plan->arena);
}

/* --- files --- */

static void add_file(struct plan *plan, const char *path)
{
    for (size_t i = 0; i < plan->file_count; i++) {
        if (strcmp(plan->files[i].path, path) == 0)
            return;
    }
    struct plan_file *files =
        arena_alloc(&plan->arena, (plan->file_count + 1) * sizeof *plan->files);
    if (plan->file_count > 0)
        memcpy(files, plan->files, plan->file_count * sizeof *files);
    files[plan->file_count++].path = arena_copy_text(&plan->arena, path);
    plan->files = files;
}

/* Values of a key "file", or of a pointer that ends in it, which variants and sweeps have. */
static bool is_file_key(const char *key)
{
    const char *slash = strrchr(key, '/');
    return strcmp(slash != NULL ? slash + 1 : key, "file") == 0;
}

static void find_files(struct plan *plan, const struct json *node, bool names_file)
{
    if (json_kind(node) == JSON_TEXT && names_file)
        add_file(plan, json_text(node));
    if (json_kind(node) != JSON_ARRAY && json_kind(node) != JSON_OBJECT)
        return;
    for (const struct json *child = json_first(node); child != NULL; child = json_next(child))
        find_files(plan, child,
                   json_key(child) != NULL ? is_file_key(json_key(child)) : names_file);
}

void plan_find_files(struct plan *plan, const struct scenario_file *file)
{
    find_files(plan, json_root(file->doc), false);
}

/* --- writing --- */

static void member_text(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

static void member_count(struct json_writer *w, const char *key, size_t value)
{
    json_write_key(w, key);
    json_write_int(w, (int64_t)value);
}

void plan_write_members(struct json_writer *w, const struct plan *plan)
{
    member_text(w, "queuelab", plan->version);
    member_text(w, "commit", plan->commit);
    member_text(w, "file", plan->path);
    json_write_key(w, "overrides");
    json_write_open(w, '[');
    for (size_t i = 0; i < plan->override_count; i++) {
        json_write_open(w, '{');
        member_text(w, "pointer", plan->overrides[i].pointer);
        member_text(w, "value", plan->overrides[i].value);
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
    json_write_key(w, "reads");
    json_write_open(w, '[');
    for (size_t i = 0; i < plan->file_count; i++) {
        json_write_open(w, '{');
        member_text(w, "file", plan->files[i].path);
        member_text(w, "sha256", plan->files[i].sha256);
        json_write_close(w, '}');
    }
    json_write_close(w, ']');
    member_count(w, "shards", plan->shard_count);
    member_text(w, "scenario", plan->scenario);
}

static void write_cell(struct json_writer *w, const struct result *result, const struct cell *cell)
{
    char seed[32];
    json_write_open(w, '{');
    w->compact = true;
    member_text(w, "variant", cell->variant);
    json_write_key(w, "point");
    result_write_point(w, result, cell);
    member_text(w, "seed", result_format_seed(seed, cell->scenario->experiment.seed));
    member_count(w, "replications", precision_most(cell->scenario));
    json_write_close(w, '}');
    w->compact = false;
}

static size_t range_start(const struct plan *plan, size_t total, size_t shard)
{
    return (size_t)((uint64_t)total * shard / plan->shard_count);
}

static void write_ranges(struct json_writer *w, const struct plan *plan, size_t total)
{
    json_write_key(w, "ranges");
    json_write_open(w, '[');
    for (size_t shard = 0; shard < plan->shard_count; shard++) {
        json_write_open(w, '[');
        w->compact = true;
        json_write_int(w, (int64_t)range_start(plan, total, shard));
        json_write_int(w, (int64_t)range_start(plan, total, shard + 1));
        json_write_close(w, ']');
        w->compact = false;
    }
    json_write_close(w, ']');
}

void plan_text(struct plan *plan, const struct result *result, struct text *out)
{
    const size_t before = out->length, total = plan_replications(result);
    struct json_writer w;
    json_write_init(&w, out, false);
    json_write_open(&w, '{');
    member_text(&w, "format", "queuelab-plan");
    member_count(&w, "version", 1);
    member_text(&w, "sha256", result_sha256(result));
    plan_write_members(&w, plan);
    member_count(&w, "replications", total);
    json_write_key(&w, "cells");
    json_write_open(&w, '[');
    for (size_t i = 0; i < result->cell_count; i++)
        write_cell(&w, result, &result->cells[i]);
    json_write_close(&w, ']');
    write_ranges(&w, plan, total);
    json_write_close(&w, '}');
    text_add(out, "\n");
    digest_sha256(plan->sha256, out->bytes + before, out->length - before);
}

/* --- reading --- */

/* Points at the text of a member, in the arena; false: there is none. */
static bool read_text(struct plan *plan, const struct json *object, const char *key,
                      const char **text)
{
    const struct json *node = json_get(object, key);
    if (node == NULL || json_kind(node) != JSON_TEXT)
        return false;
    *text = arena_copy_text(&plan->arena, json_text(node));
    return true;
}

static const struct json *list_at(const struct json *object, const char *key)
{
    const struct json *list = json_get(object, key);
    return list != NULL && json_kind(list) == JSON_ARRAY ? list : NULL;
}

static bool read_overrides(struct plan *plan, const struct json *object)
{
    const struct json *list = list_at(object, "overrides");
    if (list == NULL)
        return false;
    plan->overrides = arena_alloc(&plan->arena, json_count(list) * sizeof *plan->overrides);
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        struct scenario_override *override = &plan->overrides[plan->override_count++];
        if (json_kind(node) != JSON_OBJECT ||
            !read_text(plan, node, "pointer", &override->pointer) ||
            !read_text(plan, node, "value", &override->value))
            return false;
    }
    return true;
}

static bool read_files(struct plan *plan, const struct json *object)
{
    const struct json *list = list_at(object, "reads");
    if (list == NULL)
        return false;
    plan->files = arena_alloc(&plan->arena, json_count(list) * sizeof *plan->files);
    for (const struct json *node = json_first(list); node != NULL; node = json_next(node)) {
        struct plan_file *file = &plan->files[plan->file_count++];
        if (json_kind(node) != JSON_OBJECT || !read_text(plan, node, "file", &file->path) ||
            !read_text(plan, node, "sha256", &file->sha256))
            return false;
    }
    return true;
}

bool plan_read_members(struct plan *plan, const struct json *object)
{
    if (json_kind(object) != JSON_OBJECT)
        return false;
    const struct json *shards = json_get(object, "shards");
    if (shards == NULL || json_kind(shards) != JSON_NUMBER || !(json_number(shards) >= 1.0) ||
        json_number(shards) > PLAN_SHARDS_MAX)
        return false;
    plan->shard_count = (size_t)json_number(shards);
    return read_text(plan, object, "queuelab", &plan->version) &&
           read_text(plan, object, "commit", &plan->commit) &&
           read_text(plan, object, "file", &plan->path) &&
           read_text(plan, object, "scenario", &plan->scenario) && read_overrides(plan, object) &&
           read_files(plan, object);
}

/* --- ranges --- */

size_t plan_replications(const struct result *result)
{
    size_t total = 0;
    for (size_t i = 0; i < result->cell_count; i++)
        total += precision_most(result->scenarios[i]);
    return total;
}

struct plan_walk plan_walk(const struct plan *plan, const struct result *result, size_t shard)
{
    const size_t total = plan_replications(result);
    return (struct plan_walk){
        .result = result,
        .at = range_start(plan, total, shard),
        .to = range_start(plan, total, shard + 1),
    };
}

bool plan_next(struct plan_walk *walk, struct plan_piece *piece)
{
    if (walk->at >= walk->to)
        return false;
    size_t count = precision_most(walk->result->scenarios[walk->cell]);
    while (walk->before + count <= walk->at) {
        walk->before += count;
        count = precision_most(walk->result->scenarios[++walk->cell]);
    }
    const size_t end = walk->before + count < walk->to ? walk->before + count : walk->to;
    *piece = (struct plan_piece){walk->cell, walk->at - walk->before, end - walk->before};
    walk->at = end;
    return true;
}
