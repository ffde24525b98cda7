// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab sweep merge, and sweep status.  Nothing is merged unless every shard of one plan is
 * there once and whole; what is not is all said at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "experiment/part.h"
#include "cli/command.h"
#include "cli/job.h"
#include "cli/parts.h"
#include "cli/shards.h"

struct merge {
    struct arena arena;
    const char *folder;
    struct parts_list list;
    struct plan plan;      /* of the first part that is whole */
    const char *plan_name; /* that part; NULL: there is none */
    const char **names;    /* of the parts by shard; NULL: missing */
    size_t mistakes;
};

enum { MISTAKES_SAID = 20 };

static void complain(struct merge *merge, const char *name, const char *what, const char *other)
{
    if (merge->mistakes++ < MISTAKES_SAID)
        fprintf(stderr, "queuelab sweep: %s/%s %s%s\n", merge->folder, name, what, other);
}

static const char *path_of(struct merge *merge, const char *name)
{
    return arena_printf(&merge->arena, "%s/%s", merge->folder, name);
}

static void take_plan(struct merge *merge, struct part *part, const char *name)
{
    merge->plan = part->plan;
    memcpy(merge->plan.sha256, part->plan_sha256, sizeof merge->plan.sha256);
    plan_init(&part->plan);
    merge->plan_name = name;
    merge->names = arena_alloc(&merge->arena, merge->plan.shard_count * sizeof *merge->names);
}

static void judge(struct merge *merge, struct part *part, const char *name)
{
    if (merge->plan_name == NULL)
        take_plan(merge, part, name);
    if (strcmp(part->plan_sha256, merge->plan.sha256) != 0)
        complain(merge, name, "is of another plan than ", merge->plan_name);
    else if (merge->names[part->shard] != NULL)
        complain(merge, name, "is of the same shard as ", merge->names[part->shard]);
    else
        merge->names[part->shard] = name;
}

static void inspect(struct merge *merge, const char *name)
{
    struct text text = {.length = 0};
    struct part part;
    if (!parts_read(path_of(merge, name), &text)) {
        merge->mistakes++;
    } else {
        const char *why = part_open(&part, text_of(&text), text.length);
        if (why != NULL)
            complain(merge, name, why, "");
        else
            judge(merge, &part, name);
        part_close(&part);
    }
    text_free(&text);
}

static void find_missing(struct merge *merge)
{
    const size_t count = merge->plan.shard_count;
    bool *is_missing = arena_alloc(&merge->arena, count);
    struct text ranges = {.length = 0};
    for (size_t i = 0; i < count; i++)
        is_missing[i] = merge->names[i] == NULL;
    parts_add_ranges(&ranges, is_missing, count);
    if (ranges.length > 0) {
        fprintf(stderr, "queuelab sweep: of the %zu shards, %s %s no good part in %s: run %s\n",
                count, text_of(&ranges), strpbrk(text_of(&ranges), ",-") != NULL ? "have" : "has",
                merge->folder, strpbrk(text_of(&ranges), ",-") != NULL ? "them" : "it");
        merge->mistakes++;
    }
    text_free(&ranges);
}

/* True if every shard is there. */
static bool gather(struct merge *merge)
{
    if (!parts_find(&merge->list, merge->folder, &merge->arena))
        return false;
    for (size_t i = 0; i < merge->list.count; i++)
        inspect(merge, merge->list.names[i]);
    if (merge->mistakes > MISTAKES_SAID)
        fprintf(stderr, "queuelab sweep: ... and %zu more like these\n",
                merge->mistakes - MISTAKES_SAID);
    if (merge->plan_name != NULL)
        find_missing(merge);
    else
        fprintf(stderr, "queuelab sweep: %s has no good part\n", merge->folder);
    return merge->mistakes == 0 && merge->plan_name != NULL;
}

/* --- joining --- */

static bool join(struct merge *merge, struct result *result, size_t shard)
{
    struct text text = {.length = 0};
    struct part part;
    bool is_joined = false;
    if (parts_read(path_of(merge, merge->names[shard]), &text)) {
        is_joined =
            part_open(&part, text_of(&text), text.length) == NULL && part_join(&part, result);
        if (!is_joined)
            complain(merge, merge->names[shard], "does not hold what its plan asks for", "");
        part_close(&part);
    }
    text_free(&text);
    return is_joined;
}

static bool join_all(struct merge *merge, struct result *result)
{
    for (size_t shard = 0; shard < merge->plan.shard_count; shard++) {
        if (!join(merge, result, shard))
            return false;
    }
    result_finish(result);
    return true;
}

static int merge_parts(struct merge *merge, const struct options *options)
{
    struct job job;
    struct plan *plan = &merge->plan;
    struct scenario_file *file = shards_scenario(plan);
    int status = EXIT_TOOL;
    if (file == NULL)
        return EXIT_USAGE;
    if (!job_load(&job, options, plan->path, file))
        status = EXIT_USAGE;
    else if (shards_check_files(plan, file, false) &&
             shards_check_plan(plan, job.result, merge->folder) && job_open(&job) &&
             join_all(merge, job.result))
        status = job_report(&job);
    job_close(&job);
    return status;
}

static const char *trimmed(struct arena *arena, const char *folder)
{
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    return arena_printf(arena, "%.*s", (int)length, folder);
}

int shards_merge(const struct options *options, const char *folder)
{
    struct merge merge = {.mistakes = 0};
    int status = EXIT_TOOL;
    arena_init(&merge.arena);
    plan_init(&merge.plan);
    merge.folder = trimmed(&merge.arena, folder);
    if (gather(&merge) && shards_check_build(&merge.plan, merge.folder))
        status = merge_parts(&merge, options);
    plan_free(&merge.plan);
    arena_free(&merge.arena);
    return status;
}

/* --- status --- */

static void print_shards(const char *state, const bool *is_wanted, size_t count)
{
    struct text ranges = {.length = 0};
    parts_add_ranges(&ranges, is_wanted, count);
    if (ranges.length > 0)
        printf("%s: %s\n", state, text_of(&ranges));
    text_free(&ranges);
}

static int print_status(struct plan *plan, const char *folder)
{
    const size_t count = plan->shard_count;
    bool *is_missing = arena_alloc(&plan->arena, count);
    bool *has_failed = arena_alloc(&plan->arena, count);
    size_t done = 0, missing = 0, failed = 0;
    for (size_t i = 0; i < count; i++) {
        const char *why, *path = parts_path(&plan->arena, folder, i);
        const enum shards_state state = shards_look(path, plan, i, &why);
        is_missing[i] = state == SHARDS_MISSING;
        has_failed[i] = state == SHARDS_BAD || state == SHARDS_FOREIGN;
        done += state == SHARDS_DONE;
        missing += is_missing[i];
        failed += has_failed[i];
        if (has_failed[i])
            fprintf(stderr, "queuelab sweep: %s %s\n", path,
                    state == SHARDS_FOREIGN ? "is of another plan" : why);
    }
    printf("%zu of %zu shards are done, %zu missing, %zu failed\n", done, count, missing, failed);
    print_shards("missing", is_missing, count);
    print_shards("failed", has_failed, count);
    return done == count ? EXIT_WELL : EXIT_EXPECTATION;
}

int shards_status(const struct options *options, const char *operand, const char *folder)
{
    struct plan plan;
    int status = EXIT_TOOL;
    (void)options;
    plan_init(&plan);
    if (shards_read_plan(&plan, operand))
        status = print_status(&plan, trimmed(&plan.arena, folder));
    plan_free(&plan);
    return status;
}
