// SPDX-License-Identifier: GPL-3.0-or-later
/* From a text to scenarios, and back to a text: the order of the steps.
 *
 * What a file holds is read once; each of its runs is a patched copy of the tree, bound and
 * validated as if it had been written so. */
#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>
#include "base/digest.h"
#include "base/must.h"
#include "scenario/bind.h"
#include "scenario/bind_topics.h"
#include "scenario/bind_expect.h"
#include "scenario/sweep.h"
#include "scenario/validate.h"

/* --- the file --- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static char *copy_until(struct arena *arena, const char *text, const char *end)
{
    return arena_printf(arena, "%.*s", (int)(end - text), text);
}

const char *scenario_name_of(struct arena *arena, const char *path)
{
    const char *last = last_part(path), *dot = strrchr(last, '.');
    return dot != NULL && dot > last ? copy_until(arena, last, dot) : arena_copy_text(arena, last);
}

static void name_file(struct scenario_file *file, const char *path)
{
    const char *last = last_part(path);
    file->file = arena_copy_text(&file->arena, path);
    file->folder = last - path > 1 ? copy_until(&file->arena, path, last - 1)
                   : last > path   ? "/"
                                   : "";
    file->name = scenario_name_of(&file->arena, path);
}

static bool has_comments(const char *path)
{
    const size_t length = strlen(path);
    return length >= 6 && strcmp(path + length - 6, ".jsonc") == 0;
}

/* Without overrides it is the digest of the file's bytes. */
static void digest(struct scenario_file *file, const char *text, size_t bytes,
                   const struct scenario_override *overrides, size_t override_count)
{
    struct text all = {0};
    text_append(&all, text, bytes);
    for (size_t i = 0; i < override_count; i++)
        text_printf(&all, "\n--set %s=%s", overrides[i].pointer, overrides[i].value);
    digest_sha256(file->sha256, text_of(&all), all.length);
    text_free(&all);
}

static bool check_root(const struct scenario_file *file, struct diag *diag)
{
    const enum json_kind kind = json_kind(json_root(file->doc));
    if (kind != JSON_OBJECT)
        diag_error(diag, json_place(file->doc, json_root(file->doc), ""),
                   "expected an object, found %s", json_kind_word(kind));
    return kind == JSON_OBJECT;
}

static void mark_set_axes(struct scenario_file *file, const struct scenario_override *overrides,
                          size_t override_count)
{
    file->axis_set = arena_alloc(&file->arena, file->axis_count + 1);
    for (size_t axis = 0; axis < file->axis_count; axis++) {
        for (size_t i = 0; i < override_count; i++)
            file->axis_set[axis] =
                file->axis_set[axis] || strcmp(file->axes[axis], overrides[i].pointer) == 0;
    }
}

/* Reads what is common to all runs; false if anything was wrong. */
static bool read_parts(struct scenario_file *file, const struct scenario_override *overrides,
                       size_t override_count, struct diag *diag)
{
    bool fine = true;
    for (size_t i = 0; i < override_count; i++)
        fine = sweep_override(file, &overrides[i], diag) && fine;
    fine = sweep_read(file, diag) && fine;
    mark_set_axes(file, overrides, override_count);
    return fine;
}

struct scenario_file *scenario_file_read(const char *path, const char *text, size_t bytes,
                                         const struct scenario_override *overrides,
                                         size_t override_count, struct diag *diag)
{
    struct scenario_file *file = must_alloc(sizeof *file);
    *file = (struct scenario_file){0};
    arena_init(&file->arena);
    name_file(file, path);
    digest(file, text, bytes, overrides, override_count);
    file->doc = json_parse(path, text, bytes, has_comments(path), diag);
    if (file->doc != NULL && check_root(file, diag)) {
        if (read_parts(file, overrides, override_count, diag))
            return file;
        /* All mistakes in one go: also those of the runs that can be told. */
        scenario_file_check(file, diag);
    }
    scenario_file_free(file);
    return NULL;
}

void scenario_file_free(struct scenario_file *file)
{
    if (file == NULL)
        return;
    json_free(file->doc);
    arena_free(&file->arena);
    free(file);
}

/* --- one scenario --- */

/* Builds the scenario of a run, sound or not. */
static struct scenario *build(const struct scenario_file *file, size_t variant, size_t point,
                              struct diag *diag)
{
    struct scenario *scenario = must_alloc(sizeof *scenario);
    *scenario = (struct scenario){.doc = json_copy(file->doc)};
    arena_init(&scenario->arena);
    scenario->file = arena_copy_text(&scenario->arena, file->file);
    scenario->name = arena_copy_text(&scenario->arena, file->name);
    scenario->folder = arena_copy_text(&scenario->arena, file->folder);
    if (file->origin != NULL)
        scenario->origin = arena_copy_text(&scenario->arena, file->origin);
    sweep_apply(file, scenario->doc, variant, point, diag);
    struct bind bind = {
        .file = file,
        .variant = variant,
        .scenario = scenario,
        .reader =
            {
                .doc = scenario->doc,
                .diag = diag,
                .arena = &scenario->arena,
                .folder = scenario->folder,
                .origin = scenario->origin,
            },
    };
    bind_scenario(&bind);
    validate(&bind);
    bind_expect(&bind);
    map_free(bind.names);
    text_free(&bind.reader.pointer);
    return scenario;
}

struct scenario *scenario_load(const struct scenario_file *file, size_t variant, size_t point,
                               struct diag *diag)
{
    /* A list keeps a mistake once, so whether this run has any is asked of a list of its own. */
    struct diag *own = diag_new();
    struct scenario *scenario = build(file, variant, point, own);
    const bool is_sound = diag_count(own) == 0;
    diag_free(own);
    if (is_sound)
        return scenario;
    scenario_free(scenario);
    scenario_free(build(file, variant, point, diag));
    return NULL;
}

bool scenario_file_check(const struct scenario_file *file, struct diag *diag)
{
    bool fine = true;
    for (size_t variant = 0; variant < file->variant_count; variant++) {
        for (size_t point = 0; point < file->point_count; point++) {
            struct scenario *scenario = scenario_load(file, variant, point, diag);
            fine = scenario != NULL && fine;
            scenario_free(scenario);
        }
    }
    return fine;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    json_free(scenario->doc);
    arena_free(&scenario->arena);
    free(scenario);
}

int64_t scenario_end_ns(const struct scenario *scenario)
{
    const struct scenario_experiment *experiment = &scenario->experiment;
    const bool is_exact = experiment->duration_ns > 0 && !experiment->drain;
    return is_exact ? experiment->duration_ns : experiment->max_duration_ns;
}

const char *scenario_node_name(const struct scenario *scenario, uint16_t node)
{
    if (node == NODE_NONE)
        return "scenario";
    if (node < scenario->queue_count)
        return scenario->queues[node].name;
    if (node < scenario->service_count)
        return scenario->topics[node - scenario->queue_count].name;
    MUST(node - scenario->service_count < scenario->actor_count);
    return scenario->actors[node - scenario->service_count].name;
}

/* --- writing --- */

/* True for what a queue does not have: written as empty, it could not be read back. */
static bool is_absent(const struct scenario_queue *queue, const char *key)
{
    return (strcmp(key, "RedrivePolicy") == 0 && queue->dead_letter == NODE_NONE) ||
           (strcmp(key, "RedriveAllowPolicy") == 0 &&
            queue->cfg.redrive_allow.permission == REDRIVE_ALLOW_ALL) ||
           (strcmp(key, "redrive") == 0 && queue->cfg.moves.count == 0) ||
           (strcmp(key, "preload") == 0 && queue->cfg.preload.messages == 0);
}

static void write_queue(struct json_writer *w, const struct scenario_queue *queue)
{
    struct queue_cfg cfg = queue->cfg;
    if (cfg.storage.short_poll_servers == 0) /* all */
        cfg.storage.short_poll_servers = cfg.storage.servers;
    json_write_key(w, queue->name);
    json_write_open(w, '{');
    for (const struct param *row = queue->kind->params; row->name != NULL; row++) {
        const struct param one[] = {*row, PARAM_END};
        if (!is_absent(queue, row->name))
            param_write(w, one, &cfg);
    }
    json_write_close(w, '}');
}

static void write_queues(struct json_writer *w, const struct scenario *scenario)
{
    json_write_key(w, "queues");
    json_write_open(w, '{');
    for (size_t i = 0; i < scenario->queue_count; i++)
        write_queue(w, &scenario->queues[i]);
    json_write_close(w, '}');
}

/* Writes the section of one kind of actor, if the scenario has any. */
static void write_actors(struct json_writer *w, const struct scenario *scenario,
                         const struct actor_kind *kind)
{
    bool is_open = false;
    for (size_t i = 0; i < scenario->actor_count; i++) {
        const struct scenario_actor *actor = &scenario->actors[i];
        if (actor->kind != kind)
            continue;
        if (!is_open) {
            json_write_key(w, kind->section);
            json_write_open(w, '{');
            is_open = true;
        }
        json_write_key(w, actor->name);
        json_write_open(w, '{');
        param_write(w, kind->params, actor->cfg);
        json_write_close(w, '}');
    }
    if (is_open)
        json_write_close(w, '}');
}

static void write_object(struct json_writer *w, const char *key, const struct param *rows,
                         const void *cfg)
{
    json_write_key(w, key);
    json_write_open(w, '{');
    param_write(w, rows, cfg);
    json_write_close(w, '}');
}

/* Writes what the tree says under key, if anything. */
static void write_verbatim(struct json_writer *w, const struct scenario *scenario, const char *key)
{
    const struct json *node = json_get(json_root(scenario->doc), key);
    if (node == NULL)
        return;
    json_write_key(w, key);
    json_write_node(w, node);
}

void scenario_write(struct json_writer *w, const struct scenario *scenario)
{
    json_write_open(w, '{');
    json_write_key(w, "version");
    json_write_int(w, 1);
    json_write_key(w, "title");
    json_write_text(w, scenario->title);
    json_write_key(w, "description");
    json_write_text(w, scenario->description);
    write_verbatim(w, scenario, "lecture");
    json_write_key(w, "profile");
    json_write_text(w, scenario->profile->name);
    write_object(w, "experiment", bind_experiment_rows, &scenario->experiment);
    write_object(w, "network", link_rows, &scenario->network);
    write_queues(w, scenario);
    bind_topics_write(w, scenario);
    for (size_t i = 0; actor_kinds[i] != NULL; i++)
        write_actors(w, scenario, actor_kinds[i]);
    write_verbatim(w, scenario, "faults");
    write_verbatim(w, scenario, "variants");
    write_verbatim(w, scenario, "sweep");
    write_verbatim(w, scenario, "expect");
    write_verbatim(w, scenario, "figures");
    json_write_close(w, '}');
}
