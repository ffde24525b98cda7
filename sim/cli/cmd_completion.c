// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab completion: what a shell needs to complete command lines, from the tables of commands
 * and options. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "scenario/reference.h"
#include "cli/command.h"

/* What may stand after a command's name, beside files: "plan run merge status". */
static void add_operands(struct text *out, const struct command *command,
                         const struct reference_part *parts)
{
    if (command == &cmd_help) {
        for (size_t i = 0; commands[i] != NULL; i++)
            text_printf(out, "%s ", commands[i]->name);
        for (; parts->name != NULL; parts++)
            text_printf(out, "%s%s", parts->name, parts[1].name != NULL ? " " : "");
        return;
    }
    const size_t length = strcspn(command->operands, " ");
    if (!islower((unsigned char)command->operands[0]))
        return;
    for (size_t i = 0; i < length; i++)
        text_append(out, command->operands[i] == '|' ? " " : &command->operands[i], 1);
}

/* --- bash --- */

static void add_option(void *context, const char *name, const char *argument, const char *doc)
{
    struct text *out = context;
    (void)argument;
    (void)doc;
    text_printf(out, " --%s", name);
}

/* What may follow an option: its words, with blanks for their bars. */
static void add_words(void *context, const char *name, const char *argument, const char *doc)
{
    struct text *out = context;
    (void)doc;
    if (argument == NULL || strpbrk(argument, "|,") == NULL)
        return;
    text_printf(out, "    --%s) COMPREPLY=($(compgen -W '", name);
    for (const char *c = argument; *c != '\0'; c++)
        text_append(out, strchr("|,", *c) != NULL ? " " : c, 1);
    text_add(out, "' -- \"$word\")); return ;;\n");
}

static void write_bash(struct text *out, const struct reference_part *parts)
{
    text_add(out, "_queuelab() {\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]} options= words=\n"
                  "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
                  "        COMPREPLY=($(compgen -W '");
    for (size_t i = 0; commands[i] != NULL; i++)
        text_printf(out, "%s%s", i == 0 ? "" : " ", commands[i]->name);
    text_add(out, "' -- \"$word\"))\n"
                  "        return\n"
                  "    fi\n"
                  "    case ${COMP_WORDS[COMP_CWORD-1]} in\n");
    options_each(~0u, add_words, out);
    text_add(out, "    esac\n"
                  "    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        text_printf(out, "    %s) options='", commands[i]->name);
        options_each(commands[i]->options, add_option, out);
        text_add(out, "' words='");
        add_operands(out, commands[i], parts);
        text_add(out, "' ;;\n");
    }
    text_add(out,
             "    esac\n"
             "    [ \"$COMP_CWORD\" = 2 ] || words=\n"
             "    case $word in\n"
             "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
             "    *) if [ -n \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
             "       else COMPREPLY=($(compgen -f -- \"$word\")); fi ;;\n"
             "    esac\n"
             "}\n"
             "complete -o filenames -F _queuelab queuelab\n");
}

/* --- zsh --- */

/* Within single quotes and a specification of zsh's own. */
static void add_quoted(struct text *out, const char *words)
{
    for (const char *c = words; *c != '\0'; c++) {
        if (*c == '\'')
            text_add(out, "'\\''");
        else if (strchr("[]:\\", *c) != NULL)
            text_printf(out, "\\%c", *c);
        else
            text_append(out, c, 1);
    }
}

static void add_argument(void *context, const char *name, const char *argument, const char *doc)
{
    struct text *out = context;
    text_printf(out, " \\\n            '--%s[", name);
    add_quoted(out, doc);
    text_add(out, "]");
    if (argument != NULL && strpbrk(argument, "|,") != NULL) {
        text_printf(out, ":%s:(", name);
        for (const char *c = argument; *c != '\0'; c++)
            text_append(out, strchr("|,", *c) != NULL ? " " : c, 1);
        text_add(out, ")");
    } else if (argument != NULL) {
        text_printf(out, ":%s:", name);
    }
    text_add(out, "'");
}

static void write_zsh(struct text *out, const struct reference_part *parts)
{
    text_add(out, "#compdef queuelab\n"
                  "_queuelab() {\n"
                  "    local -a commands=(\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        text_printf(out, "        '%s:", commands[i]->name);
        add_quoted(out, commands[i]->doc);
        text_add(out, "'\n");
    }
    text_add(out, "    )\n"
                  "    if (( CURRENT == 2 )); then\n"
                  "        _describe command commands\n"
                  "        return\n"
                  "    fi\n"
                  "    case $words[2] in\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        text_printf(out, "    %s) _arguments", commands[i]->name);
        options_each(commands[i]->options, add_argument, out);
        if (commands[i] == &cmd_help || islower((unsigned char)commands[i]->operands[0])) {
            text_add(out, " \\\n            '1:word:(");
            add_operands(out, commands[i], parts);
            text_add(out, ")'");
        }
        text_add(out, " \\\n            '*:file:_files' ;;\n");
    }
    text_add(out, "    esac\n"
                  "}\n"
                  "_queuelab \"$@\"\n");
}

static int run(const struct options *options)
{
    struct text out = {.length = 0};
    struct arena arena;
    int status = EXIT_WELL;
    arena_init(&arena);
    const struct reference_part *parts = reference_parts(&arena);
    const char *shell = options->operand_count == 1 ? options->operands[0] : "";
    if (strcmp(shell, "bash") == 0) {
        write_bash(&out, parts);
    } else if (strcmp(shell, "zsh") == 0) {
        write_zsh(&out, parts);
    } else {
        fputs("queuelab completion: name the shell, bash or zsh; for example: "
              "source <(queuelab completion bash)\n",
              stderr);
        status = EXIT_USAGE;
    }
    fputs(text_of(&out), stdout);
    text_free(&out);
    arena_free(&arena);
    return status;
}

const struct command cmd_completion = {
    .name = "completion",
    .operands = "bash|zsh",
    .doc = "print what a shell needs to complete command lines",
    .details = "For example: source <(queuelab completion bash)",
    .options = 0,
    .run = run,
};
