// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab explain: the life of one message of replication 1, which is run again and listened to:
 * nothing need have been recorded. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "experiment/figure.h"
#include "experiment/replay.h"
#include "experiment/result.h"
#include "experiment/search.h"
#include "experiment/story.h"
#include "report/folder.h"
#include "report/report_gnuplot.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/input.h"
#include "cli/result_input.h"

struct explain {
    const struct options *options;
    struct arena arena;
    struct scenario_file *file;
    struct result *result;
    const struct cell *cell; /* where it was found */
    struct trace_names names;
    enum search_what what;
    uint64_t number;
    const char *origin;
    const char *folder; /* of a result; NULL: a scenario was named */
    const char *asked;  /* in words, of which there may be none */
};

/* --- what is asked --- */

static bool read_number(const char *word, uint64_t *number)
{
    char *end;
    *number = strtoull(word, &end, 10);
    return word[0] >= '0' && word[0] <= '9' && *end == '\0';
}

/* "17", or "web:17" where several send. */
static bool read_message(struct explain *explain)
{
    const char *message = explain->options->message, *colon = strrchr(message, ':');
    explain->what = SEARCH_NUMBER;
    explain->asked = arena_printf(&explain->arena, "message %s", message);
    if (colon != NULL)
        explain->origin = arena_printf(&explain->arena, "%.*s", (int)(colon - message), message);
    if (read_number(colon != NULL ? colon + 1 : message, &explain->number))
        return true;
    fprintf(stderr, "queuelab explain: --message %s: expected a number, or NAME:NUMBER\n", message);
    return false;
}

static bool read_first(struct explain *explain)
{
    const char *first = explain->options->first;
    if (search_read_word(first, &explain->what, &explain->asked))
        return true;
    fprintf(stderr, "queuelab explain: --first %s: expected %s\n", first, search_words);
    return false;
}

static bool read_empty(struct explain *explain)
{
    explain->what = SEARCH_EMPTY_RECEIVE;
    explain->asked = arena_printf(&explain->arena, "empty receive %s", explain->options->empty);
    if (read_number(explain->options->empty, &explain->number) && explain->number > 0)
        return true;
    fprintf(stderr, "queuelab explain: --empty %s: expected a number from 1\n",
            explain->options->empty);
    return false;
}

static bool read_question(struct explain *explain)
{
    const struct options *options = explain->options;
    if ((options->message != NULL) + (options->first != NULL) + (options->empty != NULL) != 1) {
        fputs("queuelab explain: say one of --message N, --first WORD and --empty N\n", stderr);
        return false;
    }
    return options->message != NULL ? read_message(explain)
           : options->first != NULL ? read_first(explain)
                                    : read_empty(explain);
}

/* --- the answer --- */

/* Replays a cell until it is found. */
static bool search_cell(struct explain *explain, const struct cell *cell, struct search *search)
{
    explain->cell = cell;
    explain->names = replay_names(cell->scenario, &explain->arena);
    search_init(search, explain->what, &explain->names);
    search->number = explain->number;
    search->origin = explain->origin;
    replay_run(cell->scenario, (struct observer){search_hear, search}, &search->is_found);
    return search->is_found;
}

/* In the variant that is named, or in all; at every sweep point. */
static bool search_all(struct explain *explain, struct search *search)
{
    size_t variant;
    const bool is_named = explain->options->variant != NULL;
    if (!input_variant(explain->options, explain->file, &variant))
        return false;
    const size_t end = is_named ? variant + 1 : result_variants(explain->result);
    for (; variant < end; variant++) {
        for (size_t point = 0; point < result_points(explain->result); point++) {
            if (search_cell(explain, result_cell(explain->result, variant, point), search))
                return true;
            search_free(search);
        }
    }
    return false;
}

static void print_heading(struct explain *explain, const struct search *search)
{
    const char *label = result_label(&explain->arena, explain->result, explain->cell);
    struct text heading = {.length = 0};
    text_printf(&heading, "%s%s%s, replication 1: ", result_name(explain->result),
                label[0] != '\0' ? ", " : "", label);
    if (search->what == SEARCH_EMPTY_RECEIVE)
        text_printf(&heading, "empty receive %" PRIu64, search->empties);
    else
        story_name_message(&heading, &explain->names, search->fact.root);
    printf("%s\n\n", text_of(&heading));
    text_free(&heading);
}

static void print_lines(const struct text *lines)
{
    for (const char *line = text_of(lines); *line != '\0'; line += strcspn(line, "\n") + 1)
        printf("  %.*s\n", (int)strcspn(line, "\n"), line);
}

static void print_life(struct explain *explain, uint64_t root)
{
    struct trace life;
    struct story story;
    trace_init(&life, TRACE_MOST);
    life.is_of_root = true;
    life.root = root;
    replay_run(explain->cell->scenario, (struct observer){trace_hear, &life}, &life.is_full);
    story_init(&story, &life, &explain->names,
               explain->options->verbose ? 0 : (size_t)STORY_SENTENCES);
    for (size_t i = 0; i < story.count; i++)
        printf("  %s\n", story.sentences[i]);
    story_free(&story);
    trace_free(&life);
}

static bool write_file(struct folder *folder, const char *id, const char *ending,
                       const struct text *content)
{
    char name[64];
    snprintf(name, sizeof name, "%s.%s", id, ending);
    return folder_write(folder, name, text_of(content), content->length);
}

/* The life-line, F11-<number>, beside the other figures of a result folder. */
static void draw_life(struct explain *explain, uint64_t root)
{
    struct figure figure;
    struct folder folder;
    struct text drawn = {.length = 0};
    char id[32];
    snprintf(id, sizeof id, "F11-%" PRIu64, probe_root_number(root));
    figure_init_life(&figure, explain->result, explain->cell, root);
    text_add(&figure.sentence, "\n");
    folder_enter(&folder, explain->folder);
    if (figure.refusal == NULL && write_file(&folder, id, "csv", &figure.csv) &&
        write_file(&folder, id, "txt", &figure.sentence))
        figures_draw_one(explain->options, explain->folder,
                         &(struct gnuplot_figure){.id = id,
                                                  .title = result_title(explain->result),
                                                  .footer = figure_footer(&figure)},
                         &drawn);
    if (folder.error.length > 0)
        fprintf(stderr, "queuelab: %s\n", text_of(&folder.error));
    if (drawn.length > 0)
        printf("\nfigure: %s\n", text_of(&drawn));
    text_free(&drawn);
    folder_close(&folder);
    figure_free(&figure);
}

static int none(const struct explain *explain)
{
    printf("%s: there is no %s in replication 1%s%s.\n", result_name(explain->result),
           explain->asked, explain->options->variant != NULL ? " of variant " : "",
           explain->options->variant != NULL ? explain->options->variant : "");
    return EXIT_EXPECTATION;
}

static int answer(struct explain *explain)
{
    struct search search;
    if (!search_all(explain, &search))
        return none(explain);
    print_heading(explain, &search);
    if (search.what != SEARCH_EMPTY_RECEIVE)
        print_life(explain, search.fact.root);
    print_lines(&search.why);
    if (explain->folder != NULL && search.what != SEARCH_EMPTY_RECEIVE)
        draw_life(explain, search.fact.root);
    search_free(&search);
    return EXIT_WELL;
}

/* --- the scenario --- */

/* That of a file, or of a result folder. */
static struct scenario_file *read_scenario(struct explain *explain, int *status)
{
    const char *path = explain->options->operands[0];
    size_t length = strlen(path);
    if (strcmp(path, "-") == 0 || !result_input_is_folder(path))
        return input_scenario(explain->options, path, status);
    while (length > 1 && path[length - 1] == '/')
        length--;
    explain->folder = arena_printf(&explain->arena, "%.*s", (int)length, path);
    return result_input_scenario(explain->options, explain->folder, status);
}

static int explain_file(struct explain *explain)
{
    int status;
    explain->file = read_scenario(explain, &status);
    if (explain->file == NULL)
        return status;
    struct diag *diag = diag_new();
    size_t variant;
    if (!input_variant(explain->options, explain->file, &variant))
        status = EXIT_USAGE;
    else if ((explain->result = result_new(explain->file, diag)) == NULL)
        status = EXIT_USAGE;
    else
        status = answer(explain);
    diag_print(diag, stderr);
    diag_free(diag);
    if (explain->result != NULL)
        result_free(explain->result);
    scenario_file_free(explain->file);
    return status;
}

static int run(const struct options *options)
{
    struct explain explain = {.options = options};
    int status = EXIT_USAGE;
    arena_init(&explain.arena);
    if (options->operand_count != 1)
        fputs("queuelab explain: name a result folder or a scenario file, for example: queuelab "
              "explain out/17-visibility-sweep --first duplicate\n",
              stderr);
    else if (read_question(&explain))
        status = explain_file(&explain);
    arena_free(&explain.arena);
    return status;
}

const struct command cmd_explain = {
    .name = "explain",
    .operands = "DIR|FILE",
    .doc = "tell the life of one message, or why a receive returned nothing",
    .details =
        "Replays the first replication; without --variant it looks in all variants.\n"
        "For a result folder it also draws the life-line, F11.  Status 1: there is none such.",
    .options = OPTIONS_OVERRIDE | OPTIONS_EXPLAIN | OPTIONS_TRACE | OPTIONS_FIGURE | OPTIONS_SCREEN,
    .run = run,
};
