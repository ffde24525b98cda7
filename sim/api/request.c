// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading parameters, and errors. */
#include "api/request.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"

static const char *const sqs_codes[] = {[REQUEST_OK] = "",
#define REQUEST_TEXT(name, sqs, sns) [REQUEST_##name] = sqs,
                                        REQUEST_CODES(REQUEST_TEXT)
#undef REQUEST_TEXT
};

static const char *const sns_codes[] = {[REQUEST_OK] = "",
#define REQUEST_TEXT(name, sqs, sns) [REQUEST_##name] = sns,
                                        REQUEST_CODES(REQUEST_TEXT)
#undef REQUEST_TEXT
};

const char *request_code_text(enum request_code code, bool is_sns)
{
    return is_sns ? sns_codes[code] : sqs_codes[code];
}

/* Cuts a text that may have been cut within a character. */
static void cut_character(char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        const size_t bytes = text_character(text + at, length - at);
        if (bytes == 0)
            break;
        at += bytes;
    }
    text[at] = '\0';
}

bool request_fail(struct request_error *error, enum request_code code, const char *format, ...)
{
    va_list values;
    error->code = code;
    va_start(values, format);
    const int length = vsnprintf(error->message, sizeof error->message, format, values);
    va_end(values);
    if (length >= (int)sizeof error->message)
        cut_character(error->message, sizeof error->message - 1);
    return false;
}

void request_write_error(struct json_writer *w, const struct request_error *error, bool is_sns)
{
    json_write_key(w, "Code");
    json_write_text(w, request_code_text(error->code, is_sns));
    json_write_key(w, "Message");
    json_write_text(w, error->message);
}

void request_write_text(struct json_writer *w, const char *key, const char *value)
{
    json_write_key(w, key);
    json_write_text(w, value);
}

struct json_doc *request_parse(const char *text)
{
    struct diag *diag = diag_new();
    struct json_doc *doc = json_parse("", text, strlen(text), false, diag);
    diag_free(diag);
    return doc;
}

/* A member that is absent or null is not given. */
static bool member(const struct json *params, const char *key, enum json_kind kind,
                   const struct json **value, struct request_error *error)
{
    const struct json *found = params == NULL ? NULL : json_get(params, key);
    *value = NULL;
    if (found == NULL || json_kind(found) == JSON_NULL)
        return true;
    if (json_kind(found) != kind)
        return request_fail(error, REQUEST_BAD_JSON, "%s: expected %s, found %s", key,
                            json_kind_word(kind), json_kind_word(json_kind(found)));
    *value = found;
    return true;
}

bool request_text(const struct json *params, const char *key, const char **value,
                  struct request_error *error)
{
    const struct json *found;
    if (!member(params, key, JSON_TEXT, &found, error))
        return false;
    *value = found == NULL ? NULL : json_text(found);
    return true;
}

bool request_list(const struct json *params, const char *key, const struct json **value,
                  struct request_error *error)
{
    return member(params, key, JSON_ARRAY, value, error);
}

bool request_object(const struct json *params, const char *key, const struct json **value,
                    struct request_error *error)
{
    return member(params, key, JSON_OBJECT, value, error);
}

bool request_need_text(const struct json *params, const char *key, const char **value,
                       struct request_error *error)
{
    if (!request_text(params, key, value, error))
        return false;
    if (*value == NULL || **value == '\0')
        return request_fail(error, REQUEST_MISSING_PARAMETER,
                            "The request must contain the parameter %s.", key);
    return true;
}

bool request_int(const struct json *params, const char *key, int64_t low, int64_t high,
                 int64_t *value, struct request_error *error)
{
    const struct json *found;
    if (!member(params, key, JSON_NUMBER, &found, error))
        return false;
    if (found == NULL)
        return true;
    const double number = json_number(found);
    if (number != floor(number))
        return request_fail(error, REQUEST_BAD_JSON, "%s: %g is not a whole number", key, number);
    if (number < (double)low || number > (double)high)
        return request_fail(error, REQUEST_BAD_VALUE,
                            "Value %.0f for parameter %s is invalid. Reason: Must be between %lld "
                            "and %lld.",
                            number, key, (long long)low, (long long)high);
    *value = (int64_t)number;
    return true;
}

bool request_page(const struct json *params, size_t *from, struct request_error *error)
{
    const char *token = NULL;
    unsigned char bytes[12] = {0};
    char *end = NULL;
    *from = 0;
    if (!request_text(params, "NextToken", &token, error))
        return false;
    if (token == NULL)
        return true;
    if (strlen(token) <= 8 && base64_decode(bytes, token) != BASE64_BAD && isdigit(bytes[0]))
        *from = strtoul((const char *)bytes, &end, 10);
    return (end != NULL && *end == '\0') ||
           request_fail(error, REQUEST_BAD_VALUE, "Invalid or expired next token.");
}

void request_write_token(struct json_writer *w, size_t next)
{
    struct text digits = {0}, token = {0};
    text_printf(&digits, "%zu", next);
    base64_encode(&token, text_of(&digits), digits.length);
    json_write_key(w, "NextToken");
    json_write_text(w, text_of(&token));
    text_free(&digits);
    text_free(&token);
}
