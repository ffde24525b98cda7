// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab help: commands, their options, and the parameters of a kind, all from their tables. */
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "core/dist.h"
#include "model/queue.h"
#include "actor/actor.h"
#include "cli/command.h"

enum { NAMES_MAX = 128 };

/* Every word that help knows, with what prints it. */
struct topics {
    size_t count;
    const char *names[NAMES_MAX];
};

static void add_name(struct topics *topics, const char *name)
{
    if (topics->count < NAMES_MAX)
        topics->names[topics->count++] = name;
}

static void print_rows(const struct param *rows, int depth)
{
    for (const struct param *row = rows; row != NULL && row->name != NULL; row++) {
        const struct param *const inner = row->type == &param_object ? row->extra : NULL;
        printf("%*s%-*s %s", 2 + 2 * depth, "", 30 - 2 * depth, row->name, row->type->word);
        if (row->low <= row->high)
            printf(", %.10g to %.10g", row->low, row->high);
        if (row->fallback != NULL)
            printf(", default %s", row->fallback);
        if ((row->flags & PARAM_REQUIRED) != 0)
            fputs(", required", stdout);
        printf("\n%*s%s%s%s%s\n", 6 + 2 * depth, "", row->doc != NULL ? row->doc : "",
               row->rule != NULL ? " (" : "", row->rule != NULL ? row->rule : "",
               row->rule != NULL ? ")" : "");
        print_rows(inner, depth + 1);
    }
}

static void print_kind(const char *name, const char *what, const char *doc,
                       const struct param *rows)
{
    printf("%s, %s: %s\n\n", name, what, doc != NULL ? doc : "");
    print_rows(rows, 0);
}

static bool explain_kind(const char *name, struct topics *topics)
{
    for (size_t i = 0; queue_kinds[i] != NULL; i++) {
        add_name(topics, queue_kinds[i]->name);
        if (strcmp(queue_kinds[i]->name, name) == 0) {
            print_kind(name, "a kind of queue", queue_kinds[i]->doc, queue_kinds[i]->params);
            return true;
        }
    }
    for (size_t i = 0; actor_kinds[i] != NULL; i++) {
        add_name(topics, actor_kinds[i]->name);
        if (strcmp(actor_kinds[i]->name, name) == 0) {
            print_kind(name, actor_kinds[i]->section, actor_kinds[i]->doc, actor_kinds[i]->params);
            return true;
        }
    }
    for (size_t i = 0; dist_kinds[i] != NULL; i++) {
        add_name(topics, dist_kinds[i]->param.name);
        if (strcmp(dist_kinds[i]->param.name, name) == 0) {
            print_kind(name, "a distribution", dist_kinds[i]->param.doc, dist_kinds[i]->param.rows);
            return true;
        }
    }
    return false;
}

static bool explain_command(const char *name, struct topics *topics)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        const struct command *command = commands[i];
        add_name(topics, command->name);
        if (strcmp(command->name, name) != 0)
            continue;
        printf("queuelab %s %s\n\n%s.\n", name, command->operands, command->doc);
        if (command->details != NULL)
            printf("%s\n", command->details);
        putchar('\n');
        options_help(command->options, stdout);
        return true;
    }
    return false;
}

static int explain(const char *name)
{
    struct topics topics = {.count = 0};
    if (explain_command(name, &topics) || explain_kind(name, &topics))
        return EXIT_WELL;
    const char *nearest = text_nearest(name, topics.names, topics.count);
    fprintf(stderr, "queuelab help: nothing is called \"%s\"", name);
    if (nearest != NULL)
        fprintf(stderr, ", did you mean \"%s\"?", nearest);
    for (size_t i = 0; nearest == NULL && i < topics.count; i++)
        fprintf(stderr, "%s%s", i == 0 ? "; there are " : ", ", topics.names[i]);
    fputc('\n', stderr);
    return EXIT_USAGE;
}

static void list_all(void)
{
    command_short_help();
    putchar('\n');
    for (size_t i = 0; commands[i] != NULL; i++)
        printf("  %-8s %-18s %s\n", commands[i]->name, commands[i]->operands, commands[i]->doc);
    fputs("\nKinds:", stdout);
    for (size_t i = 0; queue_kinds[i] != NULL; i++)
        printf(" %s", queue_kinds[i]->name);
    for (size_t i = 0; actor_kinds[i] != NULL; i++)
        printf(" %s", actor_kinds[i]->name);
    fputs("\nDistributions:", stdout);
    for (size_t i = 0; dist_kinds[i] != NULL; i++)
        printf(" %s", dist_kinds[i]->param.name);
    fputs("\n\nExit status: 0 all expectations hold, 1 one failed, 2 usage or a mistake in a "
          "scenario,\n"
          "3 a file or another program, 4 a fault of queuelab itself, 130 interrupted.\n",
          stdout);
}

static int run(const struct options *options)
{
    if (options->operand_count > 0)
        return explain(options->operands[0]);
    list_all();
    return EXIT_WELL;
}

const struct command command_help = {
    .name = "help",
    .operands = "[COMMAND|KIND]",
    .doc = "explain a command, or the parameters of a kind of queue, actor or distribution",
    .options = 0,
    .run = run,
};
