// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab help: commands, their options, and the parameters of a kind, all from their tables. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "scenario/reference.h"
#include "cli/command.h"

enum { NAMES_MAX = 128, HELP_WIDTH = 100 };

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

/* Prints a paragraph so far to the right, in lines of 100 columns where words allow it. */
static void print_paragraph(int indent, const char *words)
{
    size_t column = 0;
    for (const char *word = words; *word != '\0';) {
        const size_t length = strcspn(word, " "), wanted = length + (column > 0 ? 1 : 0);
        if (column > 0 && (size_t)indent + column + wanted > HELP_WIDTH) {
            putchar('\n');
            column = 0;
        }
        printf("%*s%.*s", column == 0 ? indent : 1, "", (int)length, word);
        column += column == 0 ? length : wanted;
        word += length + strspn(word + length, " ");
    }
    putchar('\n');
}

/* What a bare number stands for; "": itself. */
static const char *unit_of(const struct param_type *type)
{
    return strstr(type->word, "duration") != NULL || strstr(type->word, "seconds") != NULL ? " s"
           : strcmp(type->word, "rate") == 0                                               ? "/s"
           : strstr(type->word, "size") != NULL ? " bytes"
                                                : "";
}

static void print_range(const struct param *row)
{
    const char *const *words = row->type == &param_word ? row->extra : NULL;
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        printf("%s%s", i == 0 ? ": " : words[i + 1] != NULL ? ", " : " or ", words[i]);
    if (row->low <= row->high && isinf(row->high))
        printf(", at least %.10g%s", row->low, unit_of(row->type));
    else if (row->low <= row->high)
        printf(", %.10g to %.10g%s", row->low, row->high, unit_of(row->type));
    if (row->low <= row->high && row->range_hint != NULL)
        printf(" (%s)", row->range_hint);
}

static void print_rows(const struct param *rows, int depth)
{
    for (const struct param *row = rows; row != NULL && row->name != NULL; row++) {
        struct text doc = {.length = 0};
        printf("%*s%-*s %s", 2 + 2 * depth, "", 30 - 2 * depth, row->name, row->type->word);
        print_range(row);
        if (row->fallback != NULL)
            printf(", default %s", row->fallback);
        if ((row->flags & PARAM_REQUIRED) != 0)
            fputs(", required", stdout);
        text_printf(&doc, "%s%s%s%s", row->doc != NULL ? row->doc : "",
                    row->rule != NULL ? " (" : "", row->rule != NULL ? row->rule : "",
                    row->rule != NULL ? ")" : "");
        putchar('\n');
        print_paragraph(6 + 2 * depth, text_of(&doc));
        text_free(&doc);
        print_rows(reference_inner_rows(row), depth + 1);
    }
}

static void print_part(const struct reference_part *part)
{
    struct text heading = {.length = 0};
    text_printf(&heading, "%s, %s: %s", part->name, part->what, part->doc != NULL ? part->doc : "");
    print_paragraph(0, text_of(&heading));
    putchar('\n');
    text_free(&heading);
    print_rows(part->rows, 0);
}

/* Explains the part of that name, in that group unless group is NULL. */
static bool explain_part(const struct reference_part *parts, const char *group, const char *name,
                         struct topics *topics)
{
    for (const struct reference_part *part = parts; part->name != NULL; part++) {
        if (group != NULL && strcmp(part->group, group) != 0)
            continue;
        add_name(topics, part->name);
        if (strcmp(part->name, name) == 0) {
            print_part(part);
            return true;
        }
    }
    return false;
}

static bool is_group(const struct reference_part *parts, const char *name)
{
    while (parts->name != NULL && strcmp(parts->group, name) != 0)
        parts++;
    return parts->name != NULL;
}

static void list_group(const struct reference_part *parts, const char *group)
{
    for (const struct reference_part *part = parts; part->name != NULL; part++) {
        if (strcmp(part->group, group) == 0)
            printf("  %-18s %s\n", part->name, part->doc != NULL ? part->doc : "");
    }
}

static bool explain_command(const char *name, struct topics *topics)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        const struct command *command = commands[i];
        add_name(topics, command->name);
        if (strcmp(command->name, name) != 0)
            continue;
        printf("queuelab %s%s%s\n\n%s.\n", name, command->operands[0] != '\0' ? " " : "",
               command->operands, command->doc);
        if (command->details != NULL)
            printf("%s\n", command->details);
        putchar('\n');
        options_help(command->options, stdout);
        return true;
    }
    return false;
}

static int say_unknown(const char *name, const struct topics *topics)
{
    const char *nearest = text_nearest(name, topics->names, topics->count);
    fprintf(stderr, "queuelab help: nothing is called \"%s\"", name);
    if (nearest != NULL)
        fprintf(stderr, ", did you mean \"%s\"?", nearest);
    for (size_t i = 0; nearest == NULL && i < topics->count; i++)
        fprintf(stderr, "%s%s", i == 0 ? "; there are " : ", ", topics->names[i]);
    fputc('\n', stderr);
    return EXIT_USAGE;
}

/* Explains "run", "sqs_standard", "queue", or with two words "queue sqs_standard". */
static int explain(const struct reference_part *parts, const struct options *options)
{
    struct topics topics = {.count = 0};
    const char *first = options->operands[0];
    if (options->operand_count > 1 && is_group(parts, first)) {
        const char *second = options->operands[1];
        return explain_part(parts, first, second, &topics) ? EXIT_WELL
                                                           : say_unknown(second, &topics);
    }
    if (explain_command(first, &topics) || explain_part(parts, NULL, first, &topics))
        return EXIT_WELL;
    if (!is_group(parts, first))
        return say_unknown(first, &topics);
    list_group(parts, first);
    return EXIT_WELL;
}

// clang-format off
static const struct title {
    const char *group, *text;
} titles[] = {
    {"section", "\nSections:"},
    {"queue",   "\n\nKinds:"},
    {"topic",   ""},
    {"actor",   ""},
    {"fault",   "\n\nFaults:"},
    {"process", "\n\nArrival processes:"},
    {"dist",    "\n\nDistributions:"},
};
// clang-format on

static void list_all(const struct reference_part *parts)
{
    command_short_help();
    putchar('\n');
    for (size_t i = 0; commands[i] != NULL; i++) {
        char usage[64];
        snprintf(usage, sizeof usage, "%s %s", commands[i]->name, commands[i]->operands);
        printf("  %-26s  %s\n", usage, commands[i]->doc);
    }
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        fputs(titles[i].text, stdout);
        for (const struct reference_part *part = parts; part->name != NULL; part++) {
            if (strcmp(part->group, titles[i].group) == 0)
                printf(" %s", part->name);
        }
    }
    fputs("\n\nExit status: 0 all expectations hold, 1 one failed, 2 usage or a mistake in a "
          "scenario,\n"
          "3 a file or another program, 4 a fault of queuelab itself, 130 interrupted.\n"
          "\n"
          "With NO_COLOR in the environment, or TERM=dumb, there are no colours.\n",
          stdout);
}

static int run(const struct options *options)
{
    struct arena arena;
    int status = EXIT_WELL;
    arena_init(&arena);
    const struct reference_part *parts = reference_parts(&arena);
    if (options->operand_count > 0)
        status = explain(parts, options);
    else
        list_all(parts);
    arena_free(&arena);
    return status;
}

const struct command cmd_help = {
    .name = "help",
    .operands = "[COMMAND|KIND]",
    .doc = "explain a command, or the parameters of a section or kind",
    .options = 0,
    .run = run,
};
