// SPDX-License-Identifier: GPL-3.0-or-later
/* A scanner of JSON that builds nothing.
 *
 * Whatever it lets pass, cJSON reads as RFC 8259 means it: cJSON by itself takes 012 and 1e999,
 * keeps the first of duplicate keys, cuts a text at \u0000 and a number at 63 characters, and does
 * not look at UTF-8. A mistake that leaves no doubt about what follows is noted and the scan goes
 * on; any other stops it. */
#include "base/json_guard.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_keys.h"
#include "base/must.h"
#include "base/text.h"

enum { DEEPEST = 100, LONGEST_NUMBER = 60, MISTAKES_AT_MOST = 100 };

struct guard {
    const char *file;
    const char *text, *shown;
    size_t bytes, at;
    size_t counted; /* line and column are those of this offset */
    int line, column;
    int depth;
    int mistakes;
    bool comments; /* were allowed and are blanked: one that is left was never closed */
    bool repeats;  /* keys may come again */
    bool stopped;
    struct text word; /* the text scanned last, without its escapes */
    struct json_spots *spots;
    struct diag *diag;
};

static bool scan_value(struct guard *g, struct json_spot spot);

void json_guard_add(struct json_spots *spots, struct json_spot spot)
{
    if (spots->count == spots->capacity) {
        spots->capacity = spots->capacity == 0 ? 64 : spots->capacity * 2;
        spots->items = must_grow(spots->items, spots->capacity * sizeof *spots->items);
    }
    spots->items[spots->count++] = spot;
}

/* Moves the counter of lines and columns to offset: mostly forward, so that the whole is linear. */
static void count_to(struct guard *g, size_t offset)
{
    if (offset < g->counted) {
        g->counted = 0;
        g->line = 1;
        g->column = 1;
    }
    for (; g->counted < offset; g->counted++) {
        unsigned c = (unsigned char)g->shown[g->counted];
        if (c == '\n') {
            g->line++;
            g->column = 1;
        } else if ((c & 0xc0) != 0x80) {
            g->column++;
        }
    }
}

static void mistake(struct guard *g, size_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void mistake(struct guard *g, size_t offset, const char *format, ...)
{
    struct text sentence = {0};
    va_list values;
    va_start(values, format);
    text_vprintf(&sentence, format, values);
    va_end(values);
    count_to(g, offset);
    struct diag_place place = {.file = g->file, .line = g->line, .column = g->column};
    diag_error(g->diag, place, "%s", text_of(&sentence));
    text_free(&sentence);
    g->mistakes++;
    if (g->mistakes == MISTAKES_AT_MOST) {
        g->stopped = true;
    }
}

/* Notes a mistake after which nothing can be said of the rest. */
static bool stop(struct guard *g, size_t offset, const char *sentence)
{
    mistake(g, offset, "%s", sentence);
    g->stopped = true;
    return false;
}

static bool at_end(const struct guard *g)
{
    return g->at >= g->bytes;
}

/* The byte to be read, or NUL at the end: a NUL in the text is never a right byte either. */
static char peek(const struct guard *g)
{
    return at_end(g) ? '\0' : g->text[g->at];
}

static void skip_blanks(struct guard *g)
{
    while (!at_end(g) && strchr(" \t\r\n", g->text[g->at]) != NULL && g->text[g->at] != '\0') {
        g->at++;
    }
}

/* Stops at what is neither a comma nor the end of the container. */
static bool stop_in(struct guard *g, const char *container, const char *expected)
{
    if (at_end(g)) {
        mistake(g, g->at, "the text ends in the middle of %s", container);
    } else if (peek(g) == '/' && strchr("/*", g->text[g->at + 1]) != NULL &&
               g->text[g->at + 1] != '\0') {
        mistake(g, g->at, "%s",
                g->comments ? "the comment that begins here is never closed"
                            : "JSON has no comments (a *.jsonc file may have them)");
    } else {
        mistake(g, g->at, "expected %s", expected);
    }
    g->stopped = true;
    return false;
}

/* Reads four hexadecimal digits at offset; returns a value above 0xffff if they are not there. */
static unsigned read_hex(const struct guard *g, size_t offset)
{
    unsigned value = 0;
    for (size_t i = offset; i < offset + 4; i++) {
        unsigned char c = i < g->bytes ? (unsigned char)g->text[i] : 0;
        unsigned digit = c >= '0' && c <= '9'   ? c - (unsigned)'0'
                         : c >= 'a' && c <= 'f' ? c - (unsigned)'a' + 10
                         : c >= 'A' && c <= 'F' ? c - (unsigned)'A' + 10
                                                : 16;
        if (digit == 16) {
            return 0x10000;
        }
        value = value * 16 + digit;
    }
    return value;
}

/* At the backslash of \uXXXX.  Two of them may make one character above U+FFFF. */
static void scan_unicode(struct guard *g)
{
    size_t start = g->at;
    unsigned code = read_hex(g, start + 2);
    if (code > 0xffff) {
        mistake(g, start, "\\u needs four hexadecimal digits");
        g->at += 2;
        return;
    }
    g->at += 6;
    if (code == 0) {
        mistake(g, start, "\\u0000 is not allowed in a text");
        return;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
        bool pairs = g->at + 1 < g->bytes && memcmp(g->text + g->at, "\\u", 2) == 0;
        unsigned low = code < 0xdc00 && pairs ? read_hex(g, g->at + 2) : 0;
        if (low < 0xdc00 || low > 0xdfff) {
            mistake(g, start, "\\u%04x is half of a surrogate pair", code);
            return;
        }
        g->at += 6;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    text_add_character(&g->word, code);
}

/* At a backslash. */
static void scan_escape(struct guard *g)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char c = g->at + 1 < g->bytes ? g->text[g->at + 1] : '\0';
    if (c == 'u') {
        scan_unicode(g);
        return;
    }
    const char *found = c == '\0' ? NULL : strchr(escapes, c);
    if (found == NULL) {
        if (c > ' ' && c <= '~') {
            mistake(g, g->at, "\\%c is not an escape of JSON", c);
        } else {
            mistake(g, g->at, "a backslash in a text is written \\\\");
        }
        g->at++;
        return;
    }
    text_append(&g->word, &meanings[found - escapes], 1);
    g->at += 2;
}

/* At a byte of a text that is no quote and no backslash. */
static void scan_character(struct guard *g)
{
    unsigned c = (unsigned char)g->text[g->at];
    size_t length = text_character(g->text + g->at, g->bytes - g->at);
    if (c < 0x20) {
        mistake(g, g->at, "a raw control character (0x%02x) in a text: write \\u%04x", c, c);
    } else if (length == 0) {
        mistake(g, g->at, "the byte 0x%02x is not UTF-8", c);
        length = 1;
    }
    text_append(&g->word, g->text + g->at, length);
    g->at += length;
}

/* At a quote.  Fills word. */
/* The bytes from here on that need no look at what they mean. */
static size_t plain_run(const struct guard *g)
{
    size_t at = g->at;
    while (at < g->bytes) {
        const unsigned char c = (unsigned char)g->text[at];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
            break;
        }
        at++;
    }
    return at - g->at;
}

static bool scan_text(struct guard *g)
{
    size_t start = g->at++;
    text_clear(&g->word);
    while (!g->stopped) {
        if (at_end(g)) {
            return stop(g, start, "the text ends before the quote that closes this");
        }
        char c = g->text[g->at];
        if (c == '"') {
            g->at++;
            return true;
        }
        if (c == '\n' || c == '\r') {
            return stop(g, start,
                        "the quote that closes this is missing on its line "
                        "(a line break inside is written \\n)");
        }
        const size_t run = plain_run(g);
        if (run > 0) {
            text_append(&g->word, g->text + g->at, run);
            g->at += run;
        } else if (c == '\\') {
            scan_escape(g);
        } else {
            scan_character(g);
        }
    }
    return false;
}

/* number = [ "-" ] ( "0" / 1-9 digits ) [ "." digits ] [ e [ sign ] digits ]   (RFC 8259, section
 * 6) */
static bool is_number(const char *token, size_t length)
{
    static const char digits[] = "0123456789";
    const char *c = token + (*token == '-');
    size_t whole = strspn(c, digits);
    if (whole == 0 || (whole > 1 && *c == '0')) {
        return false;
    }
    c += whole;
    if (*c == '.') {
        size_t fraction = strspn(c + 1, digits);
        if (fraction == 0) {
            return false;
        }
        c += 1 + fraction;
    }
    if (*c == 'e' || *c == 'E') {
        c++;
        c += *c == '+' || *c == '-';
        size_t exponent = strspn(c, digits);
        if (exponent == 0) {
            return false;
        }
        c += exponent;
    }
    return c == token + length;
}

/* A run of what numbers and words are made of, taken whole so that a message can show it whole. */
static size_t token_length(const struct guard *g)
{
    return strspn(g->text + g->at, "0123456789+-._"
                                   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static void scan_number(struct guard *g, size_t length)
{
    const char *token = g->text + g->at;
    int shown = length > 40 ? 40 : (int)length;
    if (!is_number(token, length)) {
        mistake(g, g->at, "%.*s is not a JSON number", shown, token);
    } else if (length > LONGEST_NUMBER) {
        mistake(g, g->at, "a number of %zu characters: at most %d", length, LONGEST_NUMBER);
    } else if (isinf(strtod(token, NULL))) {
        mistake(g, g->at, "%.*s is too large for a number", shown, token);
    }
    g->at += length;
}

static void scan_word(struct guard *g, size_t length)
{
    static const char *const words[] = {"true", "false", "null"};
    const char *token = g->text + g->at;
    struct text word = {0};
    text_append(&word, token, length);
    const char *near = text_nearest(text_of(&word), words, 3);
    text_free(&word);
    int shown = length > 40 ? 40 : (int)length;
    if (near == NULL) {
        mistake(g, g->at, "%.*s is not a JSON value (a text stands in double quotes)", shown,
                token);
    } else if (strlen(near) != length || memcmp(near, token, length) != 0) {
        mistake(g, g->at, "%.*s is not a JSON value, did you mean %s?", shown, token, near);
    }
    g->at += length;
}

/* At a member's key. */
static bool scan_member(struct guard *g, struct json_keys *keys)
{
    if (peek(g) != '"') {
        return stop_in(g, "an object", "a key in double quotes");
    }
    size_t key = g->at;
    if (!scan_text(g)) {
        return false;
    }
    count_to(g, key);
    struct json_spot spot = {.key_line = g->line, .key_column = g->column};
    uint32_t first;
    if (!g->repeats &&
        json_keys_has(keys, g->text + key + 1, g->at - key - 2, &g->word, g->line, &first)) {
        mistake(g, key, "duplicate key \"%s\" (first at line %" PRIu32 ")", text_of(&g->word),
                first);
    }
    skip_blanks(g);
    if (peek(g) != ':') {
        return stop_in(g, "an object", "':' after a key");
    }
    g->at++;
    skip_blanks(g);
    if (at_end(g)) {
        return stop_in(g, "an object", "a value");
    }
    return scan_value(g, spot);
}

static bool scan_element(struct guard *g)
{
    if (at_end(g)) {
        return stop_in(g, "an array", "a value");
    }
    return scan_value(g, (struct json_spot){0});
}

/* After the opening bracket of an object (keys is its map) or of an array (keys is NULL). */
static bool scan_members(struct guard *g, struct json_keys *keys)
{
    const char *container = keys != NULL ? "an object" : "an array";
    const char closing = keys != NULL ? '}' : ']';
    skip_blanks(g);
    if (peek(g) == closing) {
        g->at++;
        return true;
    }
    for (;;) {
        if (keys != NULL ? !scan_member(g, keys) : !scan_element(g)) {
            return false;
        }
        skip_blanks(g);
        if (peek(g) == closing) {
            g->at++;
            return true;
        }
        if (peek(g) != ',') {
            return stop_in(g, container,
                           keys != NULL ? "',' or '}' after a value" : "',' or ']' after a value");
        }
        size_t comma = g->at++;
        skip_blanks(g);
        if (peek(g) == closing) {
            return stop(g, comma,
                        keys != NULL ? "trailing comma before '}'" : "trailing comma before ']'");
        }
    }
}

static bool scan_container(struct guard *g)
{
    if (g->depth == DEEPEST) {
        return stop(g, g->at, "values are nested more than 100 deep");
    }
    g->depth++;
    struct json_keys keys;
    json_keys_init(&keys);
    const bool is_object = g->text[g->at++] == '{';
    bool fine = scan_members(g, is_object ? &keys : NULL);
    json_keys_free(&keys);
    g->depth--;
    return fine;
}

/* At the first byte of a value; the text has not ended.  Returns false once the scan has stopped.
 */
static bool scan_value(struct guard *g, struct json_spot spot)
{
    count_to(g, g->at);
    spot.line = g->line;
    spot.column = g->column;
    json_guard_add(g->spots, spot);
    char c = peek(g);
    if (c == '{' || c == '[') {
        return scan_container(g);
    }
    if (c == '"') {
        return scan_text(g);
    }
    size_t length = token_length(g);
    if (length == 0) {
        if (c == '\'') {
            return stop(g, g->at, "a text stands in double quotes");
        }
        return stop_in(g, "a value", "a value");
    }
    if (strchr("0123456789+-.", c) != NULL) {
        scan_number(g, length);
    } else {
        scan_word(g, length);
    }
    return !g->stopped;
}

static void scan_document(struct guard *g)
{
    if (g->bytes >= 3 && memcmp(g->text, "\xef\xbb\xbf", 3) == 0) {
        stop(g, 0, "the text begins with a byte order mark: save it as UTF-8 without one");
        return;
    }
    skip_blanks(g);
    if (at_end(g)) {
        stop(g, 0, "the text is empty");
        return;
    }
    if (!scan_value(g, (struct json_spot){0})) {
        return;
    }
    skip_blanks(g);
    if (!at_end(g)) {
        stop_in(g, "a value", "the end of the text after the value");
    }
}

bool json_guard_check(const char *file, const char *text, const char *shown, size_t bytes,
                      bool repeats, struct json_spots *spots, struct diag *diag)
{
    MUST(text[bytes] == '\0');
    struct guard g = {
        .file = file,
        .text = text,
        .shown = shown == NULL ? text : shown,
        .comments = shown != NULL,
        .repeats = repeats,
        .bytes = bytes,
        .line = 1,
        .column = 1,
        .spots = spots,
        .diag = diag,
    };
    scan_document(&g);
    text_free(&g.word);
    return g.mistakes == 0;
}
