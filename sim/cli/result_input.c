// SPDX-License-Identifier: GPL-3.0-or-later
/* result.json says which scenario lies beside it; the rest is read from both. */
#include "cli/result_input.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli/command.h"
#include "cli/input.h"

bool result_input_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* NULL after saying what is wrong: also where it is no result. */
static struct json_doc *read_result(const char *folder, struct diag *diag)
{
    struct text path = {.length = 0}, bytes = {.length = 0};
    struct json_doc *doc = NULL;
    text_printf(&path, "%s/result.json", folder);
    if (input_is_result(folder, "result.json") && input_read(text_of(&path), &bytes))
        doc = json_parse(text_of(&path), text_of(&bytes), bytes.length, false, diag);
    if (doc != NULL && stored_name(doc, diag) == NULL) {
        json_free(doc);
        doc = NULL;
    }
    text_free(&path);
    text_free(&bytes);
    return doc;
}

static void print_scenario_path(struct text *path, const char *folder, const struct json_doc *doc,
                                struct diag *diag)
{
    text_printf(path, "%s/%s.json", folder, stored_name(doc, diag));
}

static bool read_parts(const char *folder, const struct json_doc *doc, struct stored *stored,
                       struct diag *diag)
{
    struct text path = {.length = 0}, scenario = {.length = 0};
    print_scenario_path(&path, folder, doc, diag);
    bool ok = input_read(text_of(&path), &scenario);
    if (ok) {
        ok = stored_read(stored, folder, doc, &scenario, diag);
        if (!ok)
            stored_free(stored);
    }
    text_free(&path);
    text_free(&scenario);
    return ok;
}

const char *result_input_path(const char *folder, struct arena *arena)
{
    struct diag *unheard = diag_new();
    struct text bytes = {.length = 0};
    struct json_doc *doc = NULL;
    const char *path = arena_printf(arena, "%s/result.json", folder), *name = NULL;
    if (access(path, R_OK) == 0 && input_read(path, &bytes))
        doc = json_parse(path, text_of(&bytes), bytes.length, false, unheard);
    if (doc != NULL)
        name = stored_name(doc, unheard);
    const char *scenario = name != NULL ? arena_printf(arena, "%s/%s.json", folder, name) : NULL;
    json_free(doc);
    text_free(&bytes);
    diag_free(unheard);
    return scenario;
}

bool result_input(const char *folder, struct stored *stored, int *status)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = read_result(folder, diag);
    const bool ok = doc != NULL && read_parts(folder, doc, stored, diag);
    *status = ok ? EXIT_WELL : EXIT_TOOL;
    diag_print(diag, stderr);
    diag_free(diag);
    json_free(doc);
    return ok;
}

struct scenario_file *result_input_scenario(const struct options *options, const char *folder,
                                            int *status)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = read_result(folder, diag);
    struct scenario_file *file = NULL;
    *status = EXIT_TOOL;
    if (doc != NULL) {
        struct text path = {.length = 0};
        print_scenario_path(&path, folder, doc, diag);
        file = input_scenario(options, text_of(&path), status);
        if (file != NULL)
            file->origin = stored_origin(doc, &file->arena);
        text_free(&path);
    }
    diag_print(diag, stderr);
    diag_free(diag);
    json_free(doc);
    return file;
}
