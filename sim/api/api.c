// SPDX-License-Identifier: GPL-3.0-or-later
/* From a line to an action and back.  Whatever the line holds, one JSON object answers it. */
#include "api/api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/units.h"
#include "api/account.h"
#include "api/api_sns.h"
#include "api/api_sqs.h"
#include "api/request.h"

static const struct request_action *const tables[] = {
    api_sqs_send_actions,  api_sqs_receive_actions,      api_sqs_delete_actions,
    api_sqs_queue_actions, api_sqs_tag_actions,          api_sqs_move_actions,
    api_sns_topic_actions, api_sns_subscription_actions, api_sns_publish_actions,
    api_sns_tag_actions,   api_sns_sms_actions,          NULL,
};

struct api {
    struct account account;
    struct map *actions; /* "sqs SendMessage" -> table << 8 | row */
    struct text line;    /* the request with its escapes tamed */
    struct diag *diag;   /* empty between requests */
};

struct api *api_new(const struct api_setting *setting)
{
    struct api *api = must_alloc(sizeof *api);
    struct text name = {0};
    memset(api, 0, sizeof *api);
    account_init(&api->account, setting);
    api->actions = map_new();
    api->diag = diag_new();
    for (uint32_t i = 0; tables[i] != NULL; i++) {
        for (uint32_t row = 0; tables[i][row].name != NULL; row++) {
            text_clear(&name);
            text_printf(&name, "%s %s", tables[i][row].service, tables[i][row].name);
            map_put_text(api->actions, text_of(&name), i << 8 | row);
        }
    }
    text_free(&name);
    return api;
}

void api_free(struct api *api)
{
    account_free(&api->account);
    map_free(api->actions);
    diag_free(api->diag);
    text_free(&api->line);
    free(api);
}

static const struct request_action *find_action(const struct api *api, const char *service,
                                                const char *name)
{
    char key[80];
    uint32_t found;
    if (snprintf(key, sizeof key, "%s %s", service, name) >= (int)sizeof key ||
        !map_get_text(api->actions, key, &found))
        return NULL;
    return &tables[found >> 8][found & 255];
}

/* --- control requests --- */

static void write_now(struct json_writer *w, const struct account *account)
{
    json_write_key(w, "Now");
    const int64_t now_ns = account_now(account);
    json_write_double(w, (double)account_epoch_s(now_ns) + (double)(now_ns % SEC) / 1e9);
}

static bool advance(struct request *request)
{
    struct account *account = request->account;
    const struct json *seconds =
        request->params == NULL ? NULL : json_get(request->params, "Seconds");
    if (seconds == NULL || json_kind(seconds) != JSON_NUMBER)
        return request_fail(&request->error, REQUEST_MISSING_PARAMETER,
                            "AdvanceTime needs a number of Seconds.");
    const double value = json_number(seconds);
    const int64_t last_ns = ACCOUNT_LAST_NS - account_now(account);
    const int64_t left_ns = last_ns < 0 ? 0 : last_ns; /* a wait may have gone beyond */
    if (!(value >= 0 && value * 1e9 <= (double)left_ns))
        return request_fail(&request->error, REQUEST_BAD_VALUE,
                            "Seconds must be between 0 and %.0f.", floor((double)left_ns / 1e9));
    account_advance(account, account_now(account) + units_ns(value));
    return true;
}

static bool control(struct request *request, const char *name)
{
    if (strcmp(name, "AdvanceTime") == 0) {
        if (!advance(request))
            return false;
    } else if (strcmp(name, "Reset") == 0) {
        account_reset(request->account);
    } else if (strcmp(name, "Now") != 0) {
        return request_fail(&request->error, REQUEST_BAD_ACTION,
                            "Unknown control request \"%.80s\".", name);
    }
    write_now(request->w, request->account);
    return true;
}

/* --- requests --- */

static bool act(struct api *api, struct request *request, const struct json *line)
{
    const char *name = NULL, *service = NULL, *action = NULL;
    struct request_error *error = &request->error;
    if (json_kind(line) != JSON_OBJECT)
        return request_fail(error, REQUEST_BAD_JSON, "A request is a JSON object.");
    if (!request_object(line, "Params", &request->params, error) ||
        !request_text(line, "Control", &name, error) ||
        !request_text(line, "Service", &service, error) ||
        !request_text(line, "Action", &action, error))
        return false;
    request->is_sns = service != NULL && strcmp(service, "sns") == 0;
    if (name != NULL)
        return control(request, name);
    if (action == NULL)
        return request_fail(error, REQUEST_MISSING_ACTION, "The request names no Action.");
    const struct request_action *found =
        find_action(api, service == NULL ? "sqs" : service, action);
    if (found == NULL)
        return request_fail(error, REQUEST_BAD_ACTION,
                            "The action %.80s is not valid for this endpoint.", action);
    /* What is due at this instant has happened before the request. */
    account_advance(request->account, account_now(request->account));
    return found->act(request);
}

static void write_error(struct json_writer *w, const struct request_error *error, bool is_sns)
{
    json_write_open(w, '{');
    json_write_key(w, "Error");
    json_write_open(w, '{');
    request_write_error(w, error, is_sns);
    json_write_key(w, "Type");
    json_write_text(w, "Sender");
    json_write_close(w, '}');
    json_write_close(w, '}');
}

static void answer(struct api *api, struct request *request, const struct json *line,
                   struct text *out)
{
    const size_t start = out->length;
    struct json_writer w;
    request->w = &w;
    json_write_init(&w, out, true);
    json_write_open(&w, '{');
    json_write_key(&w, "Result");
    json_write_open(&w, '{');
    const bool is_good = line == NULL ? false : act(api, request, line);
    if (is_good) {
        json_write_close(&w, '}');
        json_write_close(&w, '}');
        return;
    }
    text_cut(out, start);
    json_write_init(&w, out, true);
    write_error(&w, &request->error, request->is_sns);
}

/* --- the line --- */

static bool is_hex(const char *text, size_t left, unsigned *code)
{
    *code = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdefABCDEF";
        const char *found = i < left && text[i] != '\0' ? strchr(digits, text[i]) : NULL;
        if (found == NULL)
            return false;
        const unsigned value = (unsigned)(found - digits);
        *code = *code << 4 | (value > 15 ? value - 6 : value);
    }
    return true;
}

/* The code of an escape \uXXXX at text, or 0x10000 if there is none. */
static unsigned escape_at(const char *text, size_t left)
{
    unsigned code;
    if (left < 6 || text[0] != '\\' || text[1] != 'u' || !is_hex(text + 2, left - 2, &code))
        return 0x10000;
    return code;
}

/* A JSON text may hold \u0000 and halves of surrogate pairs, which base/json does not take.  Like
 * U+0001, they are allowed in no parameter, so that one stands in for them and the parameter is
 * refused for what it is (SND-5). */
static void tame_escapes(char *text, size_t bytes)
{
    size_t at = 0;
    while (at < bytes) {
        const unsigned code = escape_at(text + at, bytes - at);
        if (text[at] != '\\') {
            at++;
        } else if (code > 0xFFFF) {
            at += 2;
        } else if (code >= 0xD800 && code < 0xDC00) {
            const unsigned low = escape_at(text + at + 6, at + 6 < bytes ? bytes - at - 6 : 0);
            const bool is_pair = low >= 0xDC00 && low < 0xE000;
            if (!is_pair)
                memcpy(text + at + 2, "0001", 4);
            at += is_pair ? 12 : 6;
        } else {
            if (code == 0 || (code >= 0xDC00 && code < 0xE000))
                memcpy(text + at + 2, "0001", 4);
            at += 6;
        }
    }
}

void api_answer(struct api *api, const char *line, size_t bytes, struct text *out)
{
    struct request request = {.account = &api->account};
    arena_init(&request.scratch);
    if (memchr(line, '\\', bytes) != NULL) {
        text_clear(&api->line);
        text_append(&api->line, line, bytes);
        tame_escapes(api->line.bytes, bytes);
        line = api->line.bytes;
    }
    struct json_doc *doc = json_parse("", line, bytes, false, api->diag);
    if (doc == NULL) {
        struct diag_place place;
        const char *sentence = diag_first(api->diag, &place);
        request_fail(&request.error, REQUEST_BAD_JSON, "column %d: %s", place.column, sentence);
        diag_free(api->diag);
        api->diag = diag_new();
    }
    answer(api, &request, doc == NULL ? NULL : json_root(doc), out);
    json_free(doc);
    arena_free(&request.scratch);
}

void api_answer_too_long(struct api *api, struct text *out)
{
    struct request request = {.account = &api->account};
    request_fail(&request.error, REQUEST_BAD_JSON, "The line is too long to be a request.");
    answer(api, &request, NULL, out);
}
