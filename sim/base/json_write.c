// SPDX-License-Identifier: GPL-3.0-or-later
/* Appends JSON to a text, one call for each bracket, key and value.
 *
 * What is written reads back as the same values, whatever the locale; the same calls write the same
 * bytes.  It is not a tree: what was written cannot be changed. */
#include "base/json_write.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/must.h"
#include "base/text.h"

void json_write_init(struct json_writer *w, struct text *out, bool compact)
{
    *w = (struct json_writer){.out = out, .compact = compact};
}

static void break_line(struct json_writer *w)
{
    if (!w->compact) {
        text_add(w->out, "\n");
        for (int i = 0; i < w->depth; i++) {
            text_add(w->out, "  ");
        }
    }
}

/* Writes what stands between two members or after a key. */
static void begin_value(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->pending_comma) {
        text_add(w->out, ",");
    }
    if (w->depth > 0) {
        break_line(w);
    }
}

static void write_word(struct json_writer *w, const char *word)
{
    begin_value(w);
    text_add(w->out, word);
    w->pending_comma = true;
}

void json_write_open(struct json_writer *w, char bracket)
{
    MUST(bracket == '{' || bracket == '[');
    begin_value(w);
    text_append(w->out, &bracket, 1);
    w->depth++;
    w->pending_comma = false;
}

void json_write_close(struct json_writer *w, char bracket)
{
    MUST((bracket == '}' || bracket == ']') && w->depth > 0 && !w->after_key);
    w->depth--;
    if (w->pending_comma) {
        break_line(w);
    }
    text_append(w->out, &bracket, 1);
    w->pending_comma = true;
}

static void write_escaped(struct text *out, unsigned char c)
{
    static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = strchr(escaped, c);
    if (found != NULL && c != '\0') {
        text_printf(out, "\\%c", letters[found - escaped]);
    } else {
        text_printf(out, "\\u%04x", c);
    }
}

/* The bytes that are written as they are, at least while they are ASCII. */
static size_t plain_run(const char *text, size_t left)
{
    size_t length = 0;
    while (length < left) {
        const unsigned char c = (unsigned char)text[length];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
            break;
        }
        length++;
    }
    return length;
}

/* Bytes that are not UTF-8 (a file's name may hold some) become U+FFFD: the output stays JSON. */
static void write_quoted(struct text *out, const char *text)
{
    text_add(out, "\"");
    size_t left = strlen(text);
    while (left > 0) {
        unsigned char c = (unsigned char)*text;
        const size_t run = plain_run(text, left);
        size_t length = run > 0 ? run : text_character(text, left);
        if (length == 0) {
            text_add_character(out, 0xfffd);
            length = 1;
        } else if (c < 0x20 || c == '"' || c == '\\') {
            write_escaped(out, c);
        } else {
            text_append(out, text, length);
        }
        text += length;
        left -= length;
    }
    text_add(out, "\"");
}

void json_write_key(struct json_writer *w, const char *key)
{
    MUST(!w->after_key && w->depth > 0);
    begin_value(w);
    write_quoted(w->out, key);
    text_add(w->out, w->compact ? ":" : ": ");
    w->after_key = true;
}

void json_write_text(struct json_writer *w, const char *text)
{
    if (text == NULL) {
        json_write_null(w);
        return;
    }
    begin_value(w);
    write_quoted(w->out, text);
    w->pending_comma = true;
}

void json_write_int(struct json_writer *w, int64_t value)
{
    begin_value(w);
    text_printf(w->out, "%" PRId64, value);
    w->pending_comma = true;
}

void json_write_double(struct json_writer *w, double value)
{
    char buffer[32];
    write_word(w, json_format_double(buffer, value));
}

void json_write_bool(struct json_writer *w, bool value)
{
    write_word(w, value ? "true" : "false");
}

void json_write_null(struct json_writer *w)
{
    write_word(w, "null");
}

static void write_members(struct json_writer *w, const struct json *node)
{
    for (const struct json *child = json_first(node); child != NULL; child = json_next(child)) {
        if (json_key(child) != NULL) {
            json_write_key(w, json_key(child));
        }
        json_write_node(w, child);
    }
}

void json_write_node(struct json_writer *w, const struct json *node)
{
    switch (json_kind(node)) {
    case JSON_NULL:
        json_write_null(w);
        break;
    case JSON_BOOL:
        json_write_bool(w, json_bool(node));
        break;
    case JSON_NUMBER:
        json_write_double(w, json_number(node));
        break;
    case JSON_TEXT:
        json_write_text(w, json_text(node));
        break;
    case JSON_ARRAY:
        json_write_open(w, '[');
        write_members(w, node);
        json_write_close(w, ']');
        break;
    case JSON_OBJECT:
        json_write_open(w, '{');
        write_members(w, node);
        json_write_close(w, '}');
        break;
    }
}

/* Turns a locale's decimal point into a point, and e+07 and e-07 into e7 and e-7. */
static void normalise(char *text)
{
    char *out = text;
    bool in_exponent = false;
    for (const char *c = text; *c != '\0'; c++) {
        bool digit = *c >= '0' && *c <= '9';
        if (!digit && *c != '-' && *c != '+' && *c != 'e') {
            *out++ = '.';
            continue;
        }
        if (*c == '+' || (in_exponent && *c == '0' && (out[-1] == 'e' || out[-1] == '-'))) {
            continue;
        }
        in_exponent = in_exponent || *c == 'e';
        *out++ = *c;
    }
    *out = '\0';
}

/* Most numbers are whole or have a few decimals; they need no search.  A quotient of a whole number
 * below 10^15 is rounded correctly, so that equality says that these digits are the value's. */
static bool format_decimal(char *out, double value)
{
    static const double million = 1e6, most = 1e15, least = 1e-4; /* below it an exponent is due */
    const double size = fabs(value), scaled = round(size * million);
    char digits[24];
    size_t count = 0;
    if (!(size == 0.0 || size >= least) || !(scaled < most) || scaled / million != size)
        return false;
    uint64_t rest = (uint64_t)scaled;
    int decimals = 6;
    for (; decimals > 0 && rest % 10 == 0; decimals--)
        rest /= 10;
    for (int i = 0; i <= decimals || rest > 0; i++, rest /= 10) {
        if (i == decimals && decimals > 0)
            digits[count++] = '.';
        digits[count++] = (char)('0' + rest % 10);
    }
    if (value < 0.0)
        digits[count++] = '-';
    while (count > 0)
        *out++ = digits[--count];
    *out = '\0';
    return true;
}

const char *json_format_double(char buffer[32], double value)
{
    if (!isfinite(value)) {
        snprintf(buffer, 32, "null");
        return buffer;
    }
    if (format_decimal(buffer, value))
        return buffer;
    if (fabs(value) <= 1e15 && value == round(value)) {
        snprintf(buffer, 32, "%.0f", value);
        return buffer;
    }
    /* Normal doubles hold every text of 15 digits, so that zeros fall off the end; subnormal ones
     * do not. */
    for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        char text[40];
        const int length = snprintf(text, sizeof text, "%.*g", digits, value);
        MUST(length > 0 && length < 32);
        memcpy(buffer, text, (size_t)length + 1);
        if (strtod(buffer, NULL) == value) {
            break;
        }
    }
    normalise(buffer);
    return buffer;
}
