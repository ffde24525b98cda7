// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab version: what a bug report should quote. */
#include <stdio.h>
#include "cli/build_info.h"
#include "cli/command.h"

static int run(const struct options *options)
{
    printf("queuelab %s\n", build_info_version);
    if (!options->quiet)
        printf("commit %s\ncompiler %s\nflags %s\nlibraries %s\n", build_info_commit,
               build_info_compiler, build_info_flags, build_info_libraries());
    return EXIT_WELL;
}

const struct command cmd_version = {
    .name = "version",
    .operands = "",
    .doc = "say which version this is, and how it was built",
    .details = "queuelab --version does the same.",
    .options = OPTIONS_SCREEN,
    .run = run,
};
