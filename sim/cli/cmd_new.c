// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab new: a scenario to start from, one of our own or one of the shipped ones, tied to its
 * schema so that an editor completes and explains it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/text.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/places.h"

#define SCHEMA "schema/scenario-1.schema.json"

static const char starter[] =
    "{\n"
    "  \"$schema\": \"" SCHEMA "\",\n"
    "  \"version\": 1,\n"
    "  \"title\": \"Orders wait for workers\",\n"
    "  \"experiment\": { \"seed\": 1, \"duration\": \"20m\", \"drain\": true, \"replications\": 20 "
    "},\n"
    "  \"queues\": {\n"
    "    \"orders\": { \"VisibilityTimeout\": 30, \"ReceiveMessageWaitTimeSeconds\": 20,\n"
    "                \"RedrivePolicy\": { \"deadLetterTargetArn\": \"orders-dlq\", "
    "\"maxReceiveCount\": 3 } },\n"
    "    \"orders-dlq\": { \"MessageRetentionPeriod\": 1209600 }\n"
    "  },\n"
    "  \"producers\": {\n"
    "    \"web\": { \"to\": \"orders\", \"arrivals\": { \"process\": \"poisson\", \"rate\": "
    "\"2/s\" } }\n"
    "  },\n"
    "  \"consumers\": {\n"
    "    \"worker\": { \"from\": \"orders\", \"count\": 3,\n"
    "                \"service\": { \"dist\": \"exponential\", \"mean\": \"1s\" },\n"
    "                \"failure\": { \"probability\": 0.01 } }\n"
    "  },\n"
    "  \"expect\": [\n"
    "    { \"entity\": \"orders\", \"metric\": \"lost\", \"stat\": \"count\", \"is\": \"==\", "
    "\"value\": 0 }\n"
    "  ],\n"
    "  \"figures\": [\"F1\", \"F3\"]\n"
    "}\n";

/* A path as the system knows it; NULL: there is nothing. */
static const char *full_path(struct arena *arena, const char *path)
{
    char *full = realpath(path, NULL);
    const char *kept = full != NULL ? arena_copy_text(arena, full) : NULL;
    free(full);
    return kept;
}

/* The folder of a file that need not be there. */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL   ? "."
                         : slash == path ? "/"
                                         : arena_printf(arena, "%.*s", (int)(slash - path), path);
    return full_path(arena, folder);
}

/* How a file names the schema: from its own folder where the schema lies below it, else in full. */
static const char *schema_for(const struct options *options, struct arena *arena, const char *path)
{
    const char *scenarios = places_find(options, arena, "scenarios", SCHEMA);
    const char *folder = folder_of(arena, path);
    const char *full =
        scenarios != NULL ? full_path(arena, arena_printf(arena, "%s/" SCHEMA, scenarios)) : NULL;
    if (full == NULL || folder == NULL)
        return SCHEMA;
    const size_t length = strlen(folder);
    if (strncmp(full, folder, length) == 0 && full[length] == '/')
        return full + length + 1;
    return arena_printf(arena, "file://%s", full);
}

/* What the new file begins as: the text of a shipped scenario, or the starter. */
static bool read_model(const struct options *options, struct arena *arena, struct text *model)
{
    if (options->operand_count < 2) {
        text_add(model, starter);
        return true;
    }
    const char *name = options->operands[1];
    const char *folder = places_find(options, arena, "scenarios", SCHEMA);
    const char *file = arena_printf(arena, "%s.json", name);
    folder = folder != NULL ? folder : "scenarios";
    if (access(arena_printf(arena, "%s/%s", folder, file), R_OK) == 0)
        return input_read(arena_printf(arena, "%s/%s", folder, file), model);
    const char *meant = places_shipped(options, arena, name);
    fprintf(stderr, "queuelab new: there is no scenario \"%s\"", name);
    if (meant != NULL)
        fprintf(stderr, ", did you mean \"%.*s\"?\n", (int)strcspn(strrchr(meant, '/') + 1, "."),
                strrchr(meant, '/') + 1);
    else
        fputs("; `queuelab list` names them\n", stderr);
    return false;
}

/* The model with its schema where that is, seen from the new file. */
static void tie(struct text *out, const char *model, const char *schema)
{
    const char *at = strstr(model, "\"" SCHEMA "\"");
    if (at == NULL) {
        text_add(out, model);
        return;
    }
    text_printf(out, "%.*s\"%s\"%s", (int)(at - model), model, schema, at + strlen(SCHEMA) + 2);
}

/* Never over a file that is there. */
static int write_new(const char *path, const struct text *content)
{
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    bool ok = file != NULL && fwrite(text_of(content), 1, content->length, file) == content->length;
    if (file != NULL)
        ok = fclose(file) == 0 && ok;
    if (!ok)
        fprintf(stderr, "queuelab new: cannot write %s: %s\n", path, strerror(errno));
    return ok ? EXIT_WELL : EXIT_TOOL;
}

static int run(const struct options *options)
{
    struct arena arena;
    struct text model = {.length = 0}, content = {.length = 0};
    int status = EXIT_USAGE;
    if (options->operand_count < 1 || options->operand_count > 2) {
        fputs("queuelab new: name the file to write, for example: queuelab new my.json\n", stderr);
        return EXIT_USAGE;
    }
    arena_init(&arena);
    const char *path = options->operands[0];
    if (read_model(options, &arena, &model)) {
        tie(&content, text_of(&model), schema_for(options, &arena, path));
        status = write_new(path, &content);
    }
    if (status == EXIT_WELL && !options->quiet)
        printf("wrote %s     next: queuelab run %s\n", path, path);
    text_free(&content);
    text_free(&model);
    arena_free(&arena);
    return status;
}

const struct command cmd_new = {
    .name = "new",
    .operands = "FILE [SCENARIO]",
    .doc = "write a scenario to start from, or a copy of a shipped one",
    .details = "The file names its schema: an editor that reads JSON Schema completes and "
               "explains every key.",
    .options = OPTIONS_SCREEN,
    .run = run,
};
