// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab list: the scenarios that come with the program, in the order of the course. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/places.h"

struct entry {
    char *name; /* without ending */
    char *title, *topic;
};

struct catalogue {
    const char *folder;
    size_t count;
    struct entry *entries;
    struct arena arena;
};

static const char *word_at(const struct json_doc *doc, const char *pointer)
{
    const struct json *node = json_find(doc, pointer);
    return node != NULL && json_kind(node) == JSON_TEXT ? json_text(node) : "";
}

/* A file that cannot be read as JSON is listed by its name: `check` says what is wrong with it. */
static void read_entry(struct catalogue *catalogue, const char *file)
{
    struct text bytes = {.length = 0};
    struct diag *diag = diag_new();
    struct arena *arena = &catalogue->arena;
    const char *path = arena_printf(arena, "%s/%s", catalogue->folder, file);
    struct json_doc *doc = NULL;
    if (input_read(path, &bytes))
        doc = json_parse(path, text_of(&bytes), bytes.length, false, diag);
    catalogue->entries[catalogue->count++] = (struct entry){
        .name = arena_printf(arena, "%.*s", (int)(strlen(file) - strlen(".json")), file),
        .title = arena_copy_text(arena, doc != NULL ? word_at(doc, "/title") : ""),
        .topic = arena_copy_text(arena, doc != NULL ? word_at(doc, "/lecture/topic") : ""),
    };
    if (doc != NULL)
        json_free(doc);
    diag_free(diag);
    text_free(&bytes);
}

static bool is_scenario(const char *file)
{
    const size_t length = strlen(file), ending = strlen(".json");
    return isdigit((unsigned char)file[0]) && length > ending &&
           strcmp(file + length - ending, ".json") == 0;
}

static bool read_catalogue(struct catalogue *catalogue)
{
    enum { MOST = 1000 };
    DIR *directory = opendir(catalogue->folder);
    if (directory == NULL)
        return false;
    catalogue->entries = arena_alloc(&catalogue->arena, MOST * sizeof *catalogue->entries);
    for (struct dirent *file = readdir(directory); file != NULL; file = readdir(directory)) {
        if (is_scenario(file->d_name) && catalogue->count < MOST)
            read_entry(catalogue, file->d_name);
    }
    closedir(directory);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* The word without regard to case. */
static bool holds(const char *text, const char *word)
{
    const size_t length = strlen(word);
    for (; *text != '\0'; text++) {
        size_t same = 0;
        while (same < length &&
               tolower((unsigned char)text[same]) == tolower((unsigned char)word[same]))
            same++;
        if (same == length)
            return true;
    }
    return length == 0;
}

static bool is_wanted(const struct entry *entry, const struct options *options)
{
    for (size_t i = 0; i < options->operand_count; i++) {
        const char *word = options->operands[i];
        if (!holds(entry->name, word) && !holds(entry->title, word) && !holds(entry->topic, word))
            return false;
    }
    return true;
}

/* Returns the first that was wanted; NULL: none. */
static const struct entry *print(const struct catalogue *catalogue, const struct options *options)
{
    const struct entry *first = NULL;
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct entry *entry = &catalogue->entries[i];
        if (!is_wanted(entry, options))
            continue;
        printf("  %-28s %s\n", entry->name, entry->title);
        if (options->verbose && entry->topic[0] != '\0')
            printf("  %-28s %s\n", "", entry->topic);
        first = first != NULL ? first : entry;
    }
    return first;
}

static int list(struct catalogue *catalogue, const struct options *options)
{
    if (catalogue->folder == NULL || !read_catalogue(catalogue)) {
        fputs("queuelab list: the shipped scenarios are neither beside the program nor "
              "installed\n",
              stderr);
        return EXIT_TOOL;
    }
    qsort(catalogue->entries, catalogue->count, sizeof *catalogue->entries, by_name);
    const struct entry *shown = print(catalogue, options);
    if (shown == NULL) {
        fprintf(stderr, "queuelab list: none of %zu scenarios has all of these words\n",
                catalogue->count);
        return EXIT_USAGE;
    }
    if (!options->quiet)
        printf("next: queuelab run %s/%s.json\n", catalogue->folder, shown->name);
    return EXIT_WELL;
}

static int run(const struct options *options)
{
    struct catalogue catalogue = {.count = 0};
    arena_init(&catalogue.arena);
    catalogue.folder =
        places_find(options, &catalogue.arena, "scenarios", "schema/scenario-1.schema.json");
    const int status = list(&catalogue, options);
    arena_free(&catalogue.arena);
    return status;
}

const struct command cmd_list = {
    .name = "list",
    .operands = "[WORD...]",
    .doc = "list the shipped scenarios, or those about some words",
    .details = "With --verbose also the topic of each.",
    .options = OPTIONS_SCREEN,
    .run = run,
};
