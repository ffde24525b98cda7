// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab compare: how the variants of a scenario, or two results, differ, and how surely. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "experiment/figure.h"
#include "cli/chosen.h"
#include "cli/command.h"
#include "cli/job.h"
#include "cli/log.h"
#include "cli/result_input.h"

/* --- the variants of a scenario --- */

static void print_head(const struct result *result)
{
    char replications[64], seed[32];
    printf(
        "%s: %s\n  %zu variants, %s each, seed %s%s\n", result_name(result), result_title(result),
        result_variants(result), result_format_replications(replications, result),
        result_format_seed(seed, result_seed(result)), result->interrupted ? " (interrupted)" : "");
}

/* What could not be kept is on the screen alone. */
static void print(struct job *job, bool is_kept, const char *figures)
{
    const char *folder = text_of(&job->folder.path);
    if (!job->options->quiet && job->options->json) {
        job_print_json(job);
    } else if (!job->options->quiet) {
        print_head(job->result);
        report_compare(job->result->comparison, job->options->verbose, stdout);
        if (figures[0] != '\0')
            printf("figures: %s\n", figures);
        if (is_kept)
            printf("rows: %s/compare.csv\nnext: queuelab plot %s F24 --format term\n", folder,
                   folder);
    }
    fflush(stdout);
    job_print_failures(job);
    if (!job->options->quiet)
        report_warnings(&job->report, stderr);
}

static int report(struct job *job)
{
    struct text figures = {.length = 0};
    if (job->result->comparison == NULL) {
        fprintf(stderr, "queuelab compare: %s: %s\n", job->file->file,
                job->result->comparison_error[0] != '\0' ? job->result->comparison_error
                                                         : "nothing was measured");
        return EXIT_USAGE;
    }
    const bool is_kept = job_keep(job);
    if (is_kept && !job->result->interrupted)
        job_draw(job, &figures);
    if (job->options->log && !job->options->json && !job->result->interrupted)
        log_print(job->result->scenarios[0], stdout);
    print(job, is_kept, text_of(&figures));
    text_free(&figures);
    return is_kept ? job_verdict(job) : EXIT_TOOL;
}

static int compare_file(const struct options *options)
{
    struct job job;
    int status = job_run(&job, options, options->operands[0]);
    if (status == EXIT_WELL)
        status = report(&job);
    job_close(&job);
    return status;
}

/* --- the variants of a result --- */

/* Another base or metric needs no new run. */
static int compare_folder(const struct options *options)
{
    const char *folder = options->operands[0];
    const struct compare_choice choice = {
        .base = options->base, .metric_count = options->metric_count, .metrics = options->metrics};
    struct stored stored;
    struct text error = {.length = 0};
    int status;
    if (!result_input(folder, &stored, &status))
        return status;
    struct compare *compare = compare_variants(stored.result, &choice, &error);
    if (compare == NULL) {
        fprintf(stderr, "queuelab compare: %s: %s\n", folder,
                error.length > 0 ? text_of(&error) : "it has no two variants to compare");
        status = EXIT_USAGE;
    } else if (!options->quiet) {
        print_head(stored.result);
        report_compare(compare, options->verbose, stdout);
    }
    compare_free(compare);
    text_free(&error);
    stored_free(&stored);
    return status;
}

/* --- two results --- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void print_origin(const char *folder, const struct stored *stored)
{
    char replications[64], seed[32];
    printf("  %s: %s, %s, seed %s, queuelab %s\n", folder, result_name(stored->result),
           result_format_replications(replications, stored->result),
           result_format_seed(seed, result_seed(stored->result)), stored->version);
}

/* What makes the difference of two results something else than it seems. */
static void warn(struct arena *arena, const struct stored *a, const struct stored *b)
{
    const char *differences = stored_differences(arena, a, b);
    const bool is_paired = result_seed(a->result) == result_seed(b->result);
    const bool is_one_program =
        strcmp(a->version, b->version) == 0 && strcmp(a->commit, b->commit) == 0;
    if (!is_paired)
        fputs("warning: the seeds differ: the results are compared as two independent samples, "
              "which tells less than pairs on common random numbers. Give both the same --seed.\n",
              stderr);
    if (differences[0] != '\0')
        fprintf(stderr,
                "warning: the scenarios differ in %s: that is what the differences are due to, all "
                "of it together.\n",
                differences);
    if (!is_one_program)
        fprintf(stderr,
                "warning: the programs differ (queuelab %s of %s, %s of %s): a difference may be "
                "due to that.\n",
                a->version, a->commit, b->version, b->commit);
    if (differences[0] == '\0' && is_paired && is_one_program)
        fputs("warning: scenario, seed and program are the same, and so is every number.\n",
              stderr);
}

/* F24 is a figure of one result: for this while the second's comparison is with the first. */
static int draw_pair(const struct options *options, const struct stored stored[2],
                     struct compare *compare, struct arena *arena, struct text *drawn)
{
    struct result *const first = stored[0].result, *const second = stored[1].result;
    char seeds[2][32], counts[2][64];
    const struct gnuplot_figure as = {
        .id = chosen_name(arena,
                          arena_printf(arena, "F24-%s-%s", compare->arms[0], compare->arms[1])),
        .title = arena_printf(arena, "%s against %s", compare->arms[1], compare->arms[0]),
        .footer = arena_printf(arena, "%s: %s, seed %s; %s: %s, seed %s, 95 %% intervals",
                               compare->arms[0], result_format_replications(counts[0], first),
                               result_format_seed(seeds[0], result_seed(first)), compare->arms[1],
                               result_format_replications(counts[1], second),
                               result_format_seed(seeds[1], result_seed(second))),
    };
    struct figure figure;
    if (mkdir(options->out, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "queuelab: cannot create the folder %s: %s\n", options->out,
                strerror(errno));
        return EXIT_TOOL;
    }
    second->comparison = compare;
    figure_init(&figure, &figure_f24, second);
    const int status = chosen_draw(options, options->out, &figure, &as, drawn);
    figure_free(&figure);
    second->comparison = NULL;
    return status;
}

static int compare_stored(const struct options *options, const struct stored stored[2],
                          struct arena *arena)
{
    char *const *folders = options->operands;
    const bool is_told_apart = strcmp(last_part(folders[0]), last_part(folders[1])) != 0;
    const char *const names[2] = {is_told_apart ? last_part(folders[0]) : folders[0],
                                  is_told_apart ? last_part(folders[1]) : folders[1]};
    const struct compare_choice choice = {.metric_count = options->metric_count,
                                          .metrics = options->metrics};
    struct text error = {.length = 0};
    struct compare *compare =
        compare_results(stored[0].result, stored[1].result, names, &choice, &error);
    if (compare == NULL) {
        fprintf(stderr, "queuelab compare: %s and %s: %s\n", folders[0], folders[1],
                error.length > 0 ? text_of(&error) : "nothing was measured in both");
        text_free(&error);
        return EXIT_USAGE;
    }
    struct text drawn = {.length = 0};
    const int status =
        options->has_out ? draw_pair(options, stored, compare, arena, &drawn) : EXIT_WELL;
    if (!options->quiet) {
        printf("%s against %s\n", names[1], names[0]);
        print_origin(folders[0], &stored[0]);
        print_origin(folders[1], &stored[1]);
        report_compare(compare, options->verbose, stdout);
        if (drawn.length > 0)
            printf("figures: %s\n", text_of(&drawn));
        fflush(stdout);
        warn(arena, &stored[0], &stored[1]);
    }
    text_free(&drawn);
    compare_free(compare);
    return status;
}

static int compare_folders(const struct options *options)
{
    struct stored stored[2];
    struct arena arena;
    int status;
    if (options->base != NULL) {
        fputs("queuelab compare: of two result folders the first is the base\n", stderr);
        return EXIT_USAGE;
    }
    if (!result_input(options->operands[0], &stored[0], &status))
        return status;
    if (!result_input(options->operands[1], &stored[1], &status)) {
        stored_free(&stored[0]);
        return status;
    }
    arena_init(&arena);
    status = compare_stored(options, stored, &arena);
    arena_free(&arena);
    stored_free(&stored[0]);
    stored_free(&stored[1]);
    return status;
}

static int run(const struct options *options)
{
    for (size_t i = 0; i < options->operand_count; i++) {
        char *operand = options->operands[i];
        while (strlen(operand) > 1 && operand[strlen(operand) - 1] == '/')
            operand[strlen(operand) - 1] = '\0';
    }
    if (options->operand_count == 1)
        return result_input_is_folder(options->operands[0]) ? compare_folder(options)
                                                            : compare_file(options);
    if (options->operand_count == 2)
        return compare_folders(options);
    fputs("queuelab compare: name a scenario file with variants, or one or two result folders\n",
          stderr);
    return EXIT_USAGE;
}

const struct command cmd_compare = {
    .name = "compare",
    .operands = "FILE|DIR [DIR]",
    .doc = "say how variants, or two results, differ, with intervals",
    .details =
        "Runs FILE as `queuelab run` does, and takes the differences of its variants in "
        "each replication.\nA result folder is only read: of one its variants are "
        "compared, of two the second with the first;\nwith --out DIR, F24 of two is drawn there.",
    .options = OPTIONS_OVERRIDE | OPTIONS_RUN | OPTIONS_FIGURE | OPTIONS_SCREEN | OPTIONS_COMPARE |
               OPTIONS_METRIC,
    .run = run,
};
