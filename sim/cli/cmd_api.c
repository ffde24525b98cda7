// SPDX-License-Identifier: GPL-3.0-or-later
/* queuelab api: requests on the standard input, replies on the standard output, each written out
 * before the next request is looked at. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "api/api.h"
#include "api/reader.h"
#include "scenario/profile.h"
#include "cli/command.h"

enum { CHUNK_BYTES = 1 << 16 };

static bool write_all(const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t done = write(STDOUT_FILENO, bytes, length);
        if (done < 0 && errno != EINTR)
            return false;
        bytes += done > 0 ? done : 0;
        length -= done > 0 ? (size_t)done : 0;
    }
    return true;
}

static bool reply(struct api *api, enum reader_status status, const char *line, size_t length,
                  struct text *out)
{
    text_clear(out);
    if (status == READER_TOO_LONG)
        api_answer_too_long(api, out);
    else
        api_answer(api, line, length, out);
    text_add(out, "\n");
    return write_all(text_of(out), out->length);
}

/* Answers all lines of a chunk; false if nobody reads the replies. */
static bool answer(struct api *api, struct reader *reader, const char *input, size_t bytes,
                   struct text *out)
{
    const char *line;
    size_t length;
    while (bytes > 0) {
        const enum reader_status status = reader_take(reader, &input, &bytes, &line, &length);
        if (status != READER_UNFINISHED && !reply(api, status, line, length, out))
            return false;
    }
    return true;
}

static int serve(struct api *api)
{
    struct reader reader = {0};
    struct text out = {0};
    char chunk[CHUNK_BYTES];
    const char *line;
    size_t length;
    ssize_t count;
    bool is_heard = true;
    while (is_heard &&
           ((count = read(STDIN_FILENO, chunk, sizeof chunk)) > 0 || (count < 0 && errno == EINTR)))
        is_heard = answer(api, &reader, chunk, count > 0 ? (size_t)count : 0, &out);
    const enum reader_status last = reader_finish(&reader, &line, &length);
    if (is_heard && last != READER_UNFINISHED)
        is_heard = reply(api, last, line, length, &out);
    reader_free(&reader);
    text_free(&out);
    if (!is_heard)
        fprintf(stderr, "queuelab api: cannot write a reply: %s\n", strerror(errno));
    return is_heard ? EXIT_WELL : EXIT_TOOL;
}

static int run(const struct options *options)
{
    if (options->operand_count > 0) {
        fputs("queuelab api: takes no files; requests come on the standard input\n", stderr);
        return EXIT_USAGE;
    }
    const struct api_setting setting = {.limits = &profiles[0]->limits,
                                        .topic_limits = &profiles[0]->topic_limits,
                                        .quotas = options->quotas,
                                        .strict_policies = options->strict_policies};
    struct api *api = api_new(&setting);
    const int status = serve(api);
    api_free(api);
    return status;
}

const struct command cmd_api = {
    .name = "api",
    .operands = "",
    .doc = "answer the SQS API in virtual time, a line of JSON for each request",
    .details =
        "A request: {\"Action\": \"SendMessage\", \"Params\": {\"QueueUrl\": \"q\", "
        "\"MessageBody\": \"hi\"}}\n"
        "The clock:  {\"Control\": \"AdvanceTime\", \"Params\": {\"Seconds\": 30}}, also Now "
        "and Reset.",
    .options = OPTIONS_API,
    .run = run,
};
