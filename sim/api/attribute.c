// SPDX-License-Identifier: GPL-3.0-or-later
/* Message attributes at the door.  The first mistake is the one that is told. */
#include "api/attribute.h"

#include <ctype.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"

enum { NAME_MOST = 256, ID_MOST = 128, NUMBER_MOST = 256 };

bool attribute_text_is_allowed(const char *text)
{
    /* SND-5: what is left to refuse of valid UTF-8 are control characters, U+FFFE and U+FFFF. */
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c < 0x20 && *c != '\t' && *c != '\n' && *c != '\r')
            return false;
        if (c[0] == 0xEF && c[1] == 0xBF && c[2] >= 0xBE)
            return false;
    }
    return true;
}

bool attribute_id_is_allowed(const char *id)
{
    const size_t length = strlen(id);
    for (size_t i = 0; i < length; i++)
        if (id[i] <= ' ' || id[i] > '~')
            return false;
    return length >= 1 && length <= ID_MOST;
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool starts_with_any_case(const char *text, const char *prefix)
{
    for (; *prefix != '\0'; text++, prefix++)
        if (tolower((unsigned char)*text) != tolower((unsigned char)*prefix))
            return false;
    return true;
}

static bool name_is_allowed(const char *name)
{
    const size_t length = strlen(name);
    if (length < 1 || length > NAME_MOST || name[0] == '.' || name[length - 1] == '.' ||
        strstr(name, "..") != NULL)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && strchr("_-.", name[i]) == NULL)
            return false;
    return !starts_with_any_case(name, "AWS.") && !starts_with_any_case(name, "Amazon.");
}

/* A type is one of three words, with a label after a dot if need be. */
static bool is_of_type(const char *type, const char *word)
{
    const size_t length = strlen(word);
    return starts_with(type, word) && (type[length] == '\0' || type[length] == '.');
}

static const char *skip_digits(const char *text)
{
    while (*text >= '0' && *text <= '9')
        text++;
    return text;
}

static bool is_number(const char *text)
{
    const size_t length = strlen(text);
    const char *start = text += *text == '+' || *text == '-';
    const char *end = skip_digits(text);
    size_t digits = (size_t)(end - start);
    if (*end == '.') {
        start = end + 1;
        end = skip_digits(start);
        digits += (size_t)(end - start);
    }
    if (digits == 0 || length > NUMBER_MOST)
        return false;
    if (*end == 'e' || *end == 'E') {
        start = end + 1;
        start += *start == '+' || *start == '-';
        end = skip_digits(start);
        if (end == start)
            return false;
    }
    return *end == '\0';
}

static bool read_text_value(const struct json *value, struct content_attribute *a,
                            struct request_error *error)
{
    if (!request_text(value, "StringValue", &a->text, error))
        return false;
    if (a->text == NULL || *a->text == '\0')
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "The message attribute '%s' must contain a non-empty value of type "
                            "'String'.",
                            a->name);
    if (!attribute_text_is_allowed(a->text))
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "Invalid characters in the value of message attribute '%s'.", a->name);
    if (is_of_type(a->type, "Number") && !is_number(a->text))
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "The value of message attribute '%s' is not a number.", a->name);
    return true;
}

static bool read_binary_value(const struct json *value, struct content_attribute *a,
                              struct arena *scratch, struct request_error *error)
{
    const char *text;
    if (!request_text(value, "BinaryValue", &text, error))
        return false;
    if (text == NULL || *text == '\0')
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "The message attribute '%s' must contain a non-empty value of type "
                            "'Binary'.",
                            a->name);
    unsigned char *bytes = arena_alloc(scratch, strlen(text) / 4 * 3 + 1);
    a->byte_count = base64_decode(bytes, text);
    a->bytes = bytes;
    if (a->byte_count == BASE64_BAD)
        return request_fail(error, REQUEST_BAD_JSON,
                            "The BinaryValue of message attribute '%s' is not base64.", a->name);
    return true;
}

static bool read_one(const struct json *value, struct content_attribute *a, struct arena *scratch,
                     struct request_error *error)
{
    a->name = json_key(value);
    if (!name_is_allowed(a->name))
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "The message attribute name '%.256s' is invalid.", a->name);
    if (json_kind(value) != JSON_OBJECT)
        return request_fail(error, REQUEST_BAD_JSON, "MessageAttributes.%s: expected an object",
                            a->name);
    if (!request_text(value, "DataType", &a->type, error))
        return false;
    if (a->type == NULL || *a->type == '\0')
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "The message attribute '%s' must contain a non-empty type.", a->name);
    const bool is_binary = is_of_type(a->type, "Binary");
    if (strlen(a->type) > NAME_MOST || !attribute_text_is_allowed(a->type) ||
        (!is_binary && !is_of_type(a->type, "String") && !is_of_type(a->type, "Number")))
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "The type of message attribute '%s' is invalid: it must start with "
                            "Binary, Number or String.",
                            a->name);
    if (json_get(value, is_binary ? "StringValue" : "BinaryValue") != NULL)
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "The message attribute '%s' has a value of another type than '%s'.",
                            a->name, a->type);
    return is_binary ? read_binary_value(value, a, scratch, error)
                     : read_text_value(value, a, error);
}

bool attribute_read_all(const struct json *params, size_t most, struct content *content,
                        struct arena *scratch, struct request_error *error)
{
    const struct json *all;
    if (!request_object(params, "MessageAttributes", &all, error))
        return false;
    if (all == NULL)
        return true;
    if (json_count(all) > most)
        return request_fail(error, REQUEST_BAD_MESSAGE_ATTRIBUTE,
                            "Number of message attributes [%zu] exceeds the allowed maximum [%zu].",
                            json_count(all), most);
    content->attributes = arena_alloc(scratch, (json_count(all) + 1) * sizeof *content->attributes);
    for (const struct json *value = json_first(all); value != NULL; value = json_next(value)) {
        if (!read_one(value, &content->attributes[content->attribute_count], scratch, error))
            return false;
        content->attribute_count++;
    }
    return true;
}

size_t attribute_total_bytes(const struct content *content)
{
    size_t bytes = content->body_bytes;
    for (uint32_t i = 0; i < content->attribute_count; i++) {
        const struct content_attribute *a = &content->attributes[i];
        bytes += strlen(a->name) + strlen(a->type);
        bytes += a->text != NULL ? strlen(a->text) : a->byte_count;
    }
    return bytes;
}

static void write_value(struct json_writer *w, const struct content_attribute *a)
{
    if (a->text != NULL) {
        json_write_key(w, "StringValue");
        json_write_text(w, a->text);
    } else {
        struct text text = {0};
        base64_encode(&text, a->bytes, a->byte_count);
        json_write_key(w, "BinaryValue");
        json_write_text(w, text_of(&text));
        text_free(&text);
    }
    json_write_key(w, "DataType");
    json_write_text(w, a->type);
}

void attribute_write(struct json_writer *w, const struct content *content, unsigned chosen)
{
    json_write_key(w, "MessageAttributes");
    json_write_open(w, '{');
    for (uint32_t i = 0; i < content->attribute_count; i++) {
        if ((chosen >> i & 1) == 0)
            continue;
        json_write_key(w, content->attributes[i].name);
        json_write_open(w, '{');
        write_value(w, &content->attributes[i]);
        json_write_close(w, '}');
    }
    json_write_close(w, '}');
}

bool attribute_is_asked(const char *pattern, const char *name)
{
    const size_t length = strlen(pattern);
    if (strcmp(pattern, "All") == 0 || strcmp(pattern, "*") == 0)
        return true;
    if (length >= 2 && strcmp(pattern + length - 2, ".*") == 0)
        return strncmp(name, pattern, length - 2) == 0;
    return strcmp(name, pattern) == 0;
}
