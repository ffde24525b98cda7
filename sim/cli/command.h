// SPDX-License-Identifier: GPL-3.0-or-later
/* The list of commands, one file each. */
#ifndef QUEUELAB_CLI_COMMAND_H
#define QUEUELAB_CLI_COMMAND_H

#include <stddef.h>
#include "cli/options.h"

enum exit_status {
    EXIT_WELL = 0,
    EXIT_EXPECTATION = 1,  /* an expectation failed */
    EXIT_USAGE = 2,        /* of the program, or a mistake in a scenario */
    EXIT_TOOL = 3,         /* a file, or another program */
    EXIT_INTERRUPTED = 130 /* finished replications were kept */
};

struct command {
    const char *name;
    const char *operands; /* "FILE..." */
    const char *doc;
    const char *details; /* for help; may be NULL */
    unsigned options;    /* bits of enum option_group */
    int (*run)(const struct options *options);
};

/* clang-format off */
#define COMMANDS(X) \
    X(run)          \
    X(compare)      \
    X(sweep)        \
    X(theory)       \
    X(solve)        \
    X(plot)         \
    X(explain)      \
    X(check)        \
    X(list)         \
    X(new)          \
    X(slide)        \
    X(report)       \
    X(api)          \
    X(schema)       \
    X(completion)   \
    X(help)         \
    X(version)      \
    /* one line per command, above this one */
/* clang-format on */

#define COMMAND_DECLARE(name) extern const struct command cmd_##name;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

/* All commands, ending in NULL. */
extern const struct command *const commands[];
const struct command *command_find(const char *name);

/* Says that there is no such command, with a suggestion; returns EXIT_USAGE. */
int command_unknown(const char *name);

/* The eight lines that the program says when it is asked for nothing. */
void command_short_help(void);

#endif
