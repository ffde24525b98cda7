// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads addresses by the letter: four decimal numbers without leading zeros, or eight groups of up
 * to four hexadecimal digits of which one run of zeros may be "::" and the last two an IPv4 one. */
#include "model/filter_address.h"

#include <string.h>

enum { GROUPS = 8 };

/* Takes a number of at most so many digits from [*at, end); -1 if there is none. */
static int take_number(const char **at, const char *end, int base, int most_digits)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    int value = 0, count = 0;
    for (; *at < end && **at != '\0'; ++*at) {
        const char *found = strchr(digits, **at);
        int digit = found == NULL ? base : (int)(found - digits);
        if (digit >= 16)
            digit -= 6;
        if (digit >= base || found == NULL)
            break;
        if (++count > most_digits)
            return -1;
        value = value * base + digit;
    }
    return count > 0 ? value : -1;
}

static bool read_v4(const char *at, const char *end, uint8_t bytes[4])
{
    for (int i = 0; i < 4; i++) {
        if (i > 0 && (at == end || *at++ != '.'))
            return false;
        const char *start = at;
        const int value = take_number(&at, end, 10, 3);
        if (value < 0 || value > 255 || (*start == '0' && at - start > 1))
            return false;
        bytes[i] = (uint8_t)value;
    }
    return at == end;
}

/* Puts the groups after "::" to the end. */
static bool spread(uint8_t bytes[16], int count, int gap)
{
    if (gap < 0 || count == GROUPS)
        return gap < 0 && count == GROUPS;
    const size_t moved = 2 * (size_t)(count - gap);
    memmove(bytes + 16 - moved, bytes + 2 * gap, moved);
    memset(bytes + 2 * gap, 0, 16 - moved - 2 * (size_t)gap);
    return true;
}

static bool read_v6(const char *at, const char *end, uint8_t bytes[16])
{
    int count = 0, gap = -1;
    if (end - at >= 2 && at[0] == ':' && at[1] == ':') {
        gap = 0;
        at += 2;
    }
    while (at < end) {
        if (count == GROUPS)
            return false;
        if (count <= GROUPS - 2 && memchr(at, '.', (size_t)(end - at)) != NULL &&
            memchr(at, ':', (size_t)(end - at)) == NULL)
            return read_v4(at, end, bytes + 2 * count) && spread(bytes, count + 2, gap);
        const int value = take_number(&at, end, 16, 4);
        if (value < 0)
            return false;
        bytes[2 * count] = (uint8_t)(value >> 8);
        bytes[2 * count + 1] = (uint8_t)(value & 0xff);
        count++;
        if (at == end)
            break;
        if (*at++ != ':' || at == end)
            return false;
        if (*at == ':') {
            if (gap >= 0)
                return false;
            gap = count;
            at++;
        }
    }
    return spread(bytes, count, gap);
}

bool filter_address_read(const char *text, size_t length, struct filter_address *address)
{
    /* Most texts are none: the longest address with an IPv4 one at its end has 45 letters. */
    if (length < 2 || length > 45)
        return false;
    memset(address->bytes, 0, sizeof address->bytes);
    const bool is_v6 = memchr(text, ':', length) != NULL;
    address->size = is_v6 ? 16 : 4;
    return is_v6 ? read_v6(text, text + length, address->bytes)
                 : read_v4(text, text + length, address->bytes);
}

bool filter_address_read_block(const char *text, struct filter_address *block, uint32_t *bits)
{
    const char *slash = strchr(text, '/');
    if (slash == NULL || !filter_address_read(text, (size_t)(slash - text), block))
        return false;
    const char *at = slash + 1, *end = at + strlen(at);
    const int value = take_number(&at, end, 10, 3);
    if (value < 0 || at != end || value > 8 * block->size || (slash[1] == '0' && slash[2] != '\0'))
        return false;
    *bits = (uint32_t)value;
    return true;
}

bool filter_address_is_in(const struct filter_address *address, const struct filter_address *block,
                          uint32_t bits)
{
    const uint32_t whole = bits / 8, rest = bits % 8;
    if (address->size != block->size || memcmp(address->bytes, block->bytes, whole) != 0)
        return false;
    return rest == 0 || (address->bytes[whole] ^ block->bytes[whole]) >> (8 - rest) == 0;
}
