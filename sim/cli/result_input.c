// SPDX-License-Identifier: GPL-3.0-or-later
/* result.json says which scenario lies beside it; the rest is read from both. */
#include "cli/result_input.h"

#include <stdio.h>
#include <sys/stat.h>
#include "cli/command.h"
#include "cli/input.h"

bool result_input_is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool read_parts(const char *folder, const struct json_doc *doc, struct stored *stored,
                       struct diag *diag)
{
    struct text path = {.length = 0}, scenario = {.length = 0};
    const char *name = stored_name(doc, diag);
    bool ok = false;
    if (name != NULL) {
        text_printf(&path, "%s/%s.json", folder, name);
        ok = input_read(text_of(&path), &scenario);
    }
    if (ok) {
        ok = stored_read(stored, folder, doc, &scenario, diag);
        if (!ok)
            stored_free(stored);
    }
    text_free(&path);
    text_free(&scenario);
    return ok;
}

bool result_input(const char *folder, struct stored *stored, int *status)
{
    struct text path = {.length = 0}, bytes = {.length = 0};
    struct diag *diag = diag_new();
    struct json_doc *doc = NULL;
    bool ok = false;
    text_printf(&path, "%s/result.json", folder);
    if (input_read(text_of(&path), &bytes)) {
        doc = json_parse(text_of(&path), text_of(&bytes), bytes.length, false, diag);
        ok = doc != NULL && read_parts(folder, doc, stored, diag);
    }
    *status = ok ? EXIT_WELL : EXIT_TOOL;
    diag_print(diag, stderr);
    diag_free(diag);
    json_free(doc);
    text_free(&path);
    text_free(&bytes);
    return ok;
}
