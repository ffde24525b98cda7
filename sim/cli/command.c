// SPDX-License-Identifier: GPL-3.0-or-later
/* The list of commands, and what is said when none is named. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"

// clang-format off
#define COMMAND_ADDRESS(name) &cmd_##name,
#define COMMAND_NAME(name) #name,
const struct command *const commands[] = {COMMANDS(COMMAND_ADDRESS) NULL};
static const char *const names[] = {COMMANDS(COMMAND_NAME)};
// clang-format on

enum { NAME_COUNT = sizeof names / sizeof *names };

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

/* "run, plot, help and version": and stands before the last. */
static void print_names(FILE *out, const char *and)
{
    for (size_t i = 0; i < NAME_COUNT; i++)
        fprintf(out, "%s%s", i == 0 ? "" : i + 1 < NAME_COUNT ? ", " : and, names[i]);
}

int command_unknown(const char *name)
{
    const char *nearest = text_nearest(name, names, NAME_COUNT);
    fprintf(stderr, "queuelab: unknown command \"%s\"", name);
    if (nearest != NULL) {
        fprintf(stderr, ", did you mean \"%s\"?\n", nearest);
    } else {
        fputs("; there are ", stderr);
        print_names(stderr, " and ");
        fputc('\n', stderr);
    }
    return EXIT_USAGE;
}

void command_short_help(void)
{
    fputs(
        "queuelab simulates queueing architectures with the semantics of Amazon SQS.\n"
        "\n"
        "  queuelab run scenarios/27-standard-vs-fifo.json              simulate, print, draw\n"
        "  queuelab run FILE --set /queues/orders/VisibilityTimeout=5   what if?\n"
        "  queuelab plot out/27-standard-vs-fifo F6 --format term       a figure on the terminal\n"
        "\n"
        "Commands: ",
        stdout);
    print_names(stdout, ", ");
    fputs(".\n"
          "`queuelab help` lists them; `queuelab help run` explains one, `queuelab help sqs_fifo` "
          "a kind.\n",
          stdout);
}
