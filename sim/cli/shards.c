// SPDX-License-Identifier: GPL-3.0-or-later
/* A plan holds the scenario's own text, so that a shard needs no other file, unless the scenario
 * reads some: those are known by their digests. */
#include "cli/shards.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/digest.h"
#include "experiment/part.h"
#include "cli/build_info.h"
#include "cli/command.h"
#include "cli/parts.h"

int shards_misuse(const char *sentence)
{
    fprintf(stderr, "queuelab sweep %s\n", sentence);
    return EXIT_USAGE;
}

struct scenario_file *shards_scenario(struct plan *plan)
{
    struct diag *diag = diag_new();
    struct scenario_file *file =
        scenario_file_read(plan->path, plan->scenario, strlen(plan->scenario), plan->overrides,
                           plan->override_count, diag);
    diag_print(diag, stderr);
    diag_free(diag);
    return file;
}

static const char *place_of(struct plan *plan, const struct scenario_file *file, const char *path)
{
    if (path[0] == '/' || file->folder[0] == '\0')
        return path;
    return arena_printf(&plan->arena, "%s/%s", file->folder, path);
}

bool shards_check_files(struct plan *plan, const struct scenario_file *file, bool is_new)
{
    bool is_good = true;
    for (size_t i = 0; i < plan->file_count; i++) {
        struct text bytes = {.length = 0};
        char hex[65];
        const char *path = place_of(plan, file, plan->files[i].path);
        const bool is_read = parts_read(path, &bytes);
        digest_sha256(hex, text_of(&bytes), bytes.length);
        text_free(&bytes);
        is_good = is_good && is_read;
        if (is_new) {
            plan->files[i].sha256 = arena_copy_text(&plan->arena, hex);
        } else if (is_read && strcmp(plan->files[i].sha256, hex) != 0) {
            fprintf(stderr, "queuelab sweep: %s is not the file that the plan was made with\n",
                    path);
            is_good = false;
        }
    }
    return is_good;
}

bool shards_check_build(const struct plan *plan, const char *where)
{
    if (strcmp(plan->version, build_info_version) == 0 &&
        strcmp(plan->commit, build_info_commit) == 0)
        return true;
    fprintf(stderr,
            "queuelab sweep: %s is of queuelab %s (%s), this is %s (%s): a sweep needs one and the "
            "same program on all machines\n",
            where, plan->version, plan->commit, build_info_version, build_info_commit);
    return false;
}

static bool is_plan(const struct json *root)
{
    if (json_kind(root) != JSON_OBJECT)
        return false;
    const struct json *format = json_get(root, "format"), *version = json_get(root, "version");
    return format != NULL && json_kind(format) == JSON_TEXT &&
           strcmp(json_text(format), "queuelab-plan") == 0 && version != NULL &&
           json_kind(version) == JSON_NUMBER && json_number(version) == 1.0;
}

bool shards_may_write_plan(const char *path)
{
    struct stat status;
    struct text text = {.length = 0};
    bool is_free = lstat(path, &status) != 0; /* what else is wrong shows when it is written */
    if (!is_free && S_ISREG(status.st_mode) && parts_read(path, &text)) {
        struct diag *diag = diag_new();
        struct json_doc *doc = json_parse(path, text_of(&text), text.length, false, diag);
        is_free = doc != NULL && is_plan(json_root(doc));
        json_free(doc);
        diag_free(diag);
    }
    text_free(&text);
    if (!is_free)
        fprintf(stderr, "queuelab sweep: %s exists and is no plan: it is not replaced\n", path);
    return is_free;
}

bool shards_read_plan(struct plan *plan, const char *path)
{
    struct text text = {.length = 0};
    bool is_read = false;
    if (parts_read(path, &text)) {
        struct diag *diag = diag_new();
        struct json_doc *doc = json_parse(path, text_of(&text), text.length, false, diag);
        is_read = doc != NULL && is_plan(json_root(doc)) && plan_read_members(plan, json_root(doc));
        if (!is_read)
            fprintf(stderr, "queuelab sweep: %s is no plan: queuelab sweep plan FILE makes one\n",
                    path);
        digest_sha256(plan->sha256, text_of(&text), text.length);
        json_free(doc);
        diag_free(diag);
    }
    text_free(&text);
    return is_read;
}

/* Is the plan what its scenario makes of it? */
bool shards_check_plan(struct plan *plan, const struct result *result, const char *where)
{
    struct text text = {.length = 0};
    char sha256[65];
    memcpy(sha256, plan->sha256, sizeof sha256);
    plan_text(plan, result, &text);
    text_free(&text);
    if (strcmp(plan->sha256, sha256) == 0)
        return true;
    fprintf(stderr, "queuelab sweep: %s was changed after it was made: make a new plan\n", where);
    return false;
}

/* What stands at a part's place; why says what is wrong with one that is bad. */
enum shards_state shards_look(const char *path, const struct plan *plan, size_t shard,
                              const char **why)
{
    struct text text = {.length = 0};
    struct part part;
    enum shards_state state = SHARDS_BAD;
    *why = "cannot be read";
    if (!parts_exists(path))
        return SHARDS_MISSING;
    if (parts_read(path, &text)) {
        *why = part_open(&part, text_of(&text), text.length);
        if (*why == NULL)
            state = strcmp(part.plan_sha256, plan->sha256) != 0 ? SHARDS_FOREIGN
                    : part.shard != shard                       ? SHARDS_BAD
                                                                : SHARDS_DONE;
        if (*why == NULL && state == SHARDS_BAD)
            *why = "is of another shard";
        part_close(&part);
    }
    text_free(&text);
    return state;
}
