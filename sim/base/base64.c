// SPDX-License-Identifier: GPL-3.0-or-later
/* Three bytes are four letters of six bits. */
#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct text *out, const void *bytes, size_t length)
{
    const unsigned char *from = bytes;
    for (size_t i = 0; i < length; i += 3) {
        const size_t left = length - i;
        const uint32_t word = (uint32_t)from[i] << 16 |
                              (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) |
                              (left > 2 ? (uint32_t)from[i + 2] : 0);
        const char four[4] = {letters[word >> 18], letters[word >> 12 & 63],
                              left > 1 ? letters[word >> 6 & 63] : '=',
                              left > 2 ? letters[word & 63] : '='};
        text_append(out, four, 4);
    }
}

static int value_of(char letter)
{
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    return found == NULL ? -1 : (int)(found - letters);
}

/* Reads four letters of which the last `padding` are "="; returns the 24 bits, or -1. */
static int32_t read_four(const char *text, size_t padding)
{
    int32_t word = 0;
    for (size_t i = 0; i < 4; i++) {
        const int value = i < 4 - padding ? value_of(text[i]) : 0;
        if (value < 0)
            return -1;
        word = word << 6 | value;
    }
    /* Bits that stand for nothing are zero in the canonical form. */
    const int32_t unused = padding == 2 ? 0xFFFF : padding == 1 ? 0xFF : 0;
    return (word & unused) != 0 ? -1 : word;
}

size_t base64_decode(unsigned char *bytes, const char *text)
{
    const size_t length = strlen(text);
    size_t count = 0;
    if (length % 4 != 0)
        return BASE64_BAD;
    for (size_t i = 0; i < length; i += 4) {
        size_t padding = 0;
        if (i + 4 == length)
            padding = text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
        const int32_t word = read_four(text + i, padding);
        if (word < 0)
            return BASE64_BAD;
        for (size_t at = 0; at < 3 - padding; at++)
            bytes[count++] = (unsigned char)(word >> (16 - 8 * at));
    }
    return count;
}
