// SPDX-License-Identifier: GPL-3.0-or-later
/* The folder is entered, not replaced. */
#include "cli/chosen.h"

#include <ctype.h>
#include <stdio.h>
#include "report/folder.h"
#include "cli/command.h"
#include "cli/figures.h"

const char *chosen_name(struct arena *arena, const char *name)
{
    char *kept = arena_copy_text(arena, name);
    for (char *c = kept; *c != '\0'; c++)
        *c = isalnum((unsigned char)*c) || *c == '.' ? *c : '-';
    return kept;
}

static bool write_file(struct folder *folder, struct arena *arena, const char *id,
                       const char *ending, const struct text *content)
{
    return folder_write(folder, arena_printf(arena, "%s.%s", id, ending), text_of(content),
                        content->length);
}

int chosen_draw(const struct options *options, const char *path, struct figure *figure,
                const struct gnuplot_figure *as, struct text *drawn)
{
    struct folder folder;
    int status = EXIT_TOOL;
    text_add(&figure->sentence, "\n");
    folder_enter(&folder, path);
    if (write_file(&folder, &figure->arena, as->id, "csv", &figure->csv) &&
        write_file(&folder, &figure->arena, as->id, "txt", &figure->sentence))
        status = figures_draw_one(options, path, as, drawn);
    else
        fprintf(stderr, "queuelab: %s\n", text_of(&folder.error));
    folder_close(&folder);
    return status;
}
