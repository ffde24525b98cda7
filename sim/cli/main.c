// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the command and lets it work.  Nothing is done before the options are read. */
#include <stdio.h>
#include <string.h>
#include "cli/command.h"

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct options options = {.program = argv[0], .command = command->name};
    int status = EXIT_USAGE;
    if (options_read(&options, command->options, argc - 1, argv + 1)) {
        if (options.help) {
            options.operands = argv + 1;
            options.operand_count = 1;
            command = &cmd_help;
        }
        status = command->run(&options);
    }
    options_free(&options);
    if ((fflush(stdout) != 0 || ferror(stdout) != 0) && status == EXIT_WELL) {
        fputs("queuelab: cannot write to the standard output\n", stderr);
        status = EXIT_TOOL;
    }
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 2 || is_help(argv[1])) {
        command_short_help();
        return EXIT_WELL;
    }
    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    const struct command *command = command_find(name);
    return command != NULL ? run_command(command, argc, argv) : command_unknown(argv[1]);
}
