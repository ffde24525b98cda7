// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab schema: the grammar of a scenario file, for editors as JSON Schema and for people as
 * Markdown. */
#include <stdio.h>
#include "base/json_write.h"
#include "base/text.h"
#include "scenario/reference.h"
#include "scenario/schema.h"
#include "cli/command.h"

static void write_schema(struct text *out)
{
    struct json_writer w;
    json_write_init(&w, out, false);
    schema_write(&w);
    text_add(out, "\n");
}

static int run(const struct options *options)
{
    struct text out = {0};
    if (options->operand_count > 0) {
        fputs("queuelab schema: it takes no operand; \"queuelab check FILE\" validates a file\n",
              stderr);
        return EXIT_USAGE;
    }
    if (options->markdown)
        reference_write(&out);
    else
        write_schema(&out);
    fputs(text_of(&out), stdout);
    text_free(&out);
    return EXIT_WELL;
}

const struct command cmd_schema = {
    .name = "schema",
    .operands = "",
    .doc = "print the JSON Schema of a scenario file, or its reference",
    .options = OPTIONS_SCHEMA,
    .run = run,
};
