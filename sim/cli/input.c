// SPDX-License-Identifier: GPL-3.0-or-later
/* Files in; mistakes in them are printed here, all at once. */
#include "cli/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/units.h"
#include "cli/command.h"
#include "cli/places.h"
#include "cli/result_input.h"

static bool is_folder(FILE *file)
{
    struct stat status;
    return fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode);
}

/* No scenario is larger; a device that never ends would fill the memory. */
#define MAX_BYTES (256 * MIB)

bool input_read(const char *path, struct text *bytes)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    char block[4096];
    size_t count;
    if (file != NULL && is_folder(file))
        errno = EISDIR;
    while (file != NULL && (count = fread(block, 1, sizeof block, file)) > 0 &&
           bytes->length <= (size_t)MAX_BYTES)
        text_append(bytes, block, count);
    if (bytes->length > (size_t)MAX_BYTES)
        errno = EFBIG;
    const bool ok = file != NULL && ferror(file) == 0 && bytes->length <= (size_t)MAX_BYTES;
    if (!ok)
        fprintf(stderr, "queuelab: cannot read %s: %s\n", path, strerror(errno));
    if (file != NULL && !is_stdin)
        fclose(file);
    return ok;
}

/* Who names a shipped scenario by its number or from another folder is told where it is; who names
 * the folder of a result, which file in it is a scenario. */
static void suggest(const struct options *options, const char *operand)
{
    struct arena arena;
    arena_init(&arena);
    const char *meant = NULL;
    const char *inside = result_input_path(operand, &arena);
    if (inside != NULL && access(inside, R_OK) == 0)
        meant = inside;
    else if (access(operand, F_OK) != 0)
        meant = places_shipped(options, &arena, operand);
    if (meant != NULL)
        fprintf(stderr, "did you mean %s?\n", meant);
    arena_free(&arena);
}

bool input_is_result(const char *folder, const char *file)
{
    struct arena arena;
    arena_init(&arena);
    const bool is_there = access(arena_printf(&arena, "%s/%s", folder, file), R_OK) == 0;
    arena_free(&arena);
    if (!is_there)
        fprintf(stderr,
                "queuelab: %s is not the folder of a result; `queuelab run FILE` makes one, such "
                "as out/27-standard-vs-fifo\n",
                folder);
    return is_there;
}

/* True if whoever sets the pointer decides about the other, too. */
static bool covers(const char *pointer, const char *other)
{
    const size_t length = strlen(pointer);
    return strncmp(pointer, other, length) == 0 && (other[length] == '\0' || other[length] == '/');
}

static bool sets(const struct json *variant, const char *pointer)
{
    for (const struct json *patch = json_first(variant); patch != NULL; patch = json_next(patch)) {
        if (json_key(patch) != NULL && covers(json_key(patch), pointer))
            return true;
    }
    return false;
}

/* What variants set themselves the command line does not change in them. */
static void note_overridden(const struct scenario_file *file, const char *pointer)
{
    const struct json *variants = json_find(file->doc, "/variants");
    struct text names = {.length = 0};
    size_t count = 0;
    for (const struct json *v = variants != NULL ? json_first(variants) : NULL; v != NULL;
         v = json_next(v)) {
        if (sets(v, pointer))
            text_printf(&names, "%s\"%s\"", count++ > 0 ? ", " : "", json_key(v));
    }
    if (count > 0)
        fprintf(stderr, "note: %s is not changed in %s, which set%s it %s\n", pointer,
                text_of(&names), count == 1 ? "s" : "", count == 1 ? "itself" : "themselves");
    text_free(&names);
}

struct scenario_file *input_scenario(const struct options *options, const char *operand,
                                     int *status)
{
    struct text text = {.length = 0};
    *status = EXIT_TOOL;
    struct scenario_file *file = NULL;
    if (!input_read(operand, &text)) {
        suggest(options, operand);
    } else {
        struct diag *diag = diag_new();
        *status = EXIT_USAGE;
        file = scenario_file_read(strcmp(operand, "-") == 0 ? "stdin" : operand, text_of(&text),
                                  text.length, options->overrides, options->override_count, diag);
        if (file == NULL)
            diag_print(diag, stderr);
        diag_free(diag);
        for (size_t i = 0; file != NULL && !options->quiet && i < options->override_count; i++)
            note_overridden(file, options->overrides[i].pointer);
    }
    text_free(&text);
    return file;
}

static bool find_variant(const struct options *options, const struct scenario_file *file,
                         const char *name, size_t *variant)
{
    for (size_t i = 0; i < file->variant_count; i++) {
        *variant = i;
        if (strcmp(file->variants[i], name) == 0)
            return true;
    }
    fprintf(stderr, "queuelab %s: %s has no variant \"%s\"", options->command, file->file, name);
    for (size_t i = 0; i < file->variant_count && file->variants[0][0] != '\0'; i++)
        fprintf(stderr, "%s\"%s\"", i == 0 ? "; it has " : ", ", file->variants[i]);
    fputc('\n', stderr);
    return false;
}

bool input_variant(const struct options *options, const struct scenario_file *file, size_t *variant)
{
    *variant = 0;
    return options->variant == NULL || find_variant(options, file, options->variant, variant);
}

bool input_choice(const struct options *options, const struct scenario_file *file,
                  struct compare_choice *choice)
{
    size_t base;
    *choice = (struct compare_choice){
        .base = options->base, .metric_count = options->metric_count, .metrics = options->metrics};
    if (strcmp(options->command, "compare") == 0 && file->variant_count < 2) {
        fprintf(stderr,
                "queuelab compare: %s has no two variants to compare: give it \"variants\", or "
                "compare two result folders\n",
                file->file);
        return false;
    }
    return options->base == NULL || find_variant(options, file, options->base, &base);
}
