// SPDX-License-Identifier: GPL-3.0-or-later
/* Whatever lines the API is sent, in chunks of any size, each gets one line that is a JSON object
 * with a Result or an Error.
 *
 * An input is a session.  A handle cannot be guessed, so that a line may say which it means: "@3"
 * stands for the third last receipt handle of the session, "@@" for its last task handle. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "api/api.h"
#include "api/reader.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/must.h"
#include "base/text.h"
#include "scenario/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HANDLES = 10 };

struct session {
    struct api *api;
    struct diag *diag;
    struct text line, reply;
    struct text handles[HANDLES], task; /* handles: a ring, next is the oldest */
    size_t next;
};

static void keep_text(struct text *place, const struct json *object, const char *key)
{
    const struct json *found = object == NULL ? NULL : json_get(object, key);
    if (found == NULL || json_kind(found) != JSON_TEXT)
        return;
    text_clear(place);
    text_add(place, json_text(found));
}

static void keep_handles(struct session *s, const struct json *result)
{
    const struct json *messages = json_get(result, "Messages");
    const struct json *message = messages == NULL ? NULL : json_first(messages);
    keep_text(&s->task, result, "TaskHandle");
    for (; message != NULL; message = json_next(message)) {
        keep_text(&s->handles[s->next], message, "ReceiptHandle");
        s->next = (s->next + 1) % HANDLES;
    }
}

static void judge_reply(struct session *s)
{
    const char *reply = text_of(&s->reply);
    struct json_doc *doc = json_parse("", reply, s->reply.length, false, s->diag);
    MUST(doc != NULL && strchr(reply, '\n') == NULL);
    const struct json *root = json_root(doc);
    MUST(json_kind(root) == JSON_OBJECT && json_count(root) == 1);
    const struct json *result = json_get(root, "Result"), *error = json_get(root, "Error");
    if (error != NULL) {
        const struct json *code = json_get(error, "Code"), *type = json_get(error, "Type");
        MUST(code != NULL && *json_text(code) != '\0' && type != NULL);
        MUST(json_get(error, "Message") != NULL && json_count(error) == 3);
    } else {
        MUST(result != NULL && json_kind(result) == JSON_OBJECT);
        keep_handles(s, result);
    }
    json_free(doc);
}

/* Copies a line with the handles that it names. */
static void fill_in(struct session *s, const char *line, size_t length)
{
    text_clear(&s->line);
    for (size_t i = 0; i < length; i++) {
        const char next = i + 1 < length ? line[i + 1] : '\0';
        const struct text *handle = NULL;
        if (line[i] == '@' && next == '@')
            handle = &s->task;
        else if (line[i] == '@' && next >= '0' && next <= '9')
            handle = &s->handles[(s->next + HANDLES - 1 - (size_t)(next - '0')) % HANDLES];
        if (handle != NULL)
            text_add(&s->line, text_of(handle));
        else
            text_append(&s->line, &line[i], 1);
        i += handle != NULL;
    }
}

static void answer(struct session *s, enum reader_status status, const char *line, size_t length)
{
    text_clear(&s->reply);
    if (status == READER_TOO_LONG) {
        api_answer_too_long(s->api, &s->reply);
    } else {
        fill_in(s, line, length);
        api_answer(s->api, text_of(&s->line), s->line.length, &s->reply);
    }
    judge_reply(s);
}

/* Gives the input to the reader in chunks whose sizes follow from its bytes. */
static size_t talk(struct session *s, const char *input, size_t size)
{
    struct reader reader = {0};
    const char *line;
    size_t length, answered = 0, chunk = 0;
    uint32_t draw = (uint32_t)size;
    while (size > 0) {
        draw = draw * 1664525u + 1013904223u + (unsigned char)*input;
        chunk = (draw >> 16 & 3) == 0 ? draw >> 24 & 7 : draw >> 20;
        chunk = chunk >= size ? size : chunk + 1;
        size -= chunk;
        while (chunk > 0) {
            const enum reader_status status = reader_take(&reader, &input, &chunk, &line, &length);
            if (status == READER_UNFINISHED)
                continue;
            answer(s, status, line, length);
            answered++;
        }
    }
    const enum reader_status last = reader_finish(&reader, &line, &length);
    if (last != READER_UNFINISHED) {
        answer(s, last, line, length);
        answered++;
    }
    reader_free(&reader);
    return answered;
}

static size_t lines_of(const char *input, size_t size)
{
    size_t lines = size > 0 && input[size - 1] != '\n';
    for (size_t i = 0; i < size; i++)
        lines += input[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char reset[] = "{\"Control\":\"Reset\"}";
    const struct api_setting setting = {.limits = &profiles[0]->limits,
                                        .topic_limits = &profiles[0]->topic_limits,
                                        .quotas = size > 0 && data[0] == ' '};
    struct session s = {.api = api_new(&setting), .diag = diag_new()};
    const char *input = (const char *)data;
    answer(&s, READER_WHOLE, reset, sizeof reset - 1);
    MUST(talk(&s, input, size) == lines_of(input, size));
    answer(&s, READER_WHOLE, reset, sizeof reset - 1);
    for (size_t i = 0; i < HANDLES; i++)
        text_free(&s.handles[i]);
    text_free(&s.task);
    text_free(&s.line);
    text_free(&s.reply);
    diag_free(s.diag);
    api_free(s.api);
    return 0;
}
