// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab check: validates scenario files at every variant and sweep point, and runs nothing. */
#include <stdio.h>
#include <string.h>
#include "experiment/result.h"
#include "cli/command.h"
#include "cli/input.h"

static int check(const struct options *options, const char *operand)
{
    int status;
    struct scenario_file *file = input_scenario(options, operand, &status);
    if (file == NULL)
        return status;
    struct diag *diag = diag_new();
    struct result *result = result_new(file, diag);
    status = result != NULL ? EXIT_WELL : EXIT_USAGE;
    diag_print(diag, stderr);
    if (result != NULL) {
        if (!options->quiet)
            printf("%s: ok, %zu variant%s x %zu sweep point%s\n", file->file, file->variant_count,
                   file->variant_count == 1 ? "" : "s", file->point_count,
                   file->point_count == 1 ? "" : "s");
        result_free(result);
    }
    diag_free(diag);
    scenario_file_free(file);
    return status;
}

static int run(const struct options *options)
{
    int worst = EXIT_WELL;
    const bool is_one = options->operand_count == 1 && strcmp(options->operands[0], "-") != 0;
    if (options->operand_count == 0) {
        fputs("queuelab check: name a scenario file, or - for the standard input\n", stderr);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < options->operand_count; i++) {
        const int status = check(options, options->operands[i]);
        worst = status > worst ? status : worst;
    }
    if (worst == EXIT_WELL && is_one && !options->quiet)
        printf("next: queuelab run %s%s\n", options->operands[0], options->overrides_shown);
    return worst;
}

const struct command cmd_check = {
    .name = "check",
    .operands = "FILE...",
    .doc = "validate scenario files, and run nothing",
    .options = OPTIONS_OVERRIDE | OPTIONS_SCREEN,
    .run = run,
};
