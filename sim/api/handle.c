// SPDX-License-Identifier: GPL-3.0-or-later
/* The parts of a handle are packed least significant byte first, whatever the machine. */
#include "api/handle.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "core/rng.h"

enum { PARTS = 6, TAG_BYTES = 2, PACKED_BYTES = TAG_BYTES + 2 + 4 + 4 + 4 + 8 + 8 + 1 };

static const size_t widths[PARTS] = {3, 4, 4, 4, 8, 8};
static const unsigned char tag[TAG_BYTES] = {'Q', 'L'};

void handle_uuid(char uuid[HANDLE_UUID_BYTES], uint64_t number)
{
    const uint64_t high = rng_mix(number ^ UINT64_C(0x6D65737361676549)),
                   low = rng_mix(high + number);
    static const char form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    size_t digit = 0;
    for (size_t i = 0; i < HANDLE_UUID_BYTES; i++) {
        const unsigned nibble = (unsigned)((digit < 16 ? high : low) >> (4 * (digit & 15))) & 15;
        const bool is_drawn = form[i] == 'x' || form[i] == 'y';
        uuid[i] =
            !is_drawn ? form[i] : "0123456789abcdef"[form[i] == 'x' ? nibble : 8 + nibble % 4];
        digit += is_drawn;
    }
}

static uint64_t check_of(const struct account *account, const uint64_t parts[PARTS])
{
    uint64_t word = account->era;
    for (size_t i = 0; i < PARTS - 1; i++)
        word = rng_mix(word + UINT64_C(0x9E3779B97F4A7C15) + parts[i]);
    return word;
}

void handle_write(struct text *out, const struct account *account, uint16_t queue,
                  const struct delivery *delivery)
{
    uint64_t parts[PARTS] = {queue, delivery->receives, delivery->slot, delivery->seq,
                             delivery->root};
    unsigned char packed[PACKED_BYTES] = {tag[0], tag[1]};
    size_t at = TAG_BYTES;
    parts[PARTS - 1] = check_of(account, parts);
    for (size_t i = 0; i < PARTS; i++)
        for (size_t byte = 0; byte < widths[i]; byte++)
            packed[at++] = (unsigned char)(parts[i] >> (8 * byte));
    base64_encode(out, packed, at);
}

static bool unpack(const char *text, uint64_t parts[PARTS])
{
    unsigned char packed[PACKED_BYTES];
    size_t at = TAG_BYTES;
    if (strlen(text) != PACKED_BYTES / 3 * 4 || base64_decode(packed, text) != PACKED_BYTES)
        return false;
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = 0;
        for (size_t byte = 0; byte < widths[i]; byte++)
            parts[i] |= (uint64_t)packed[at++] << (8 * byte);
    }
    return memcmp(packed, tag, TAG_BYTES) == 0;
}

/* A handle that another run of the program gave may name what never was here, or what lies in
 * another queue. */
static bool can_be_here(const struct account *account, const uint64_t parts[PARTS])
{
    const struct messages *messages = &account->messages;
    const uint32_t slot = (uint32_t)parts[2];
    if (slot >= messages->used)
        return false;
    const struct message *m = &messages->at[slot];
    return m->state == MESSAGE_FREE || m->seq != (uint32_t)parts[3] ||
           content_at(&account->contents, messages->side.body[slot])->queue == parts[0];
}

bool handle_read(const struct account *account, uint16_t queue, const char *text,
                 struct delivery *delivery)
{
    uint64_t parts[PARTS];
    if (!unpack(text, parts) || parts[0] != queue)
        return false;
    if (parts[PARTS - 1] != check_of(account, parts) || !can_be_here(account, parts))
        return false;
    const struct messages *messages = &account->messages;
    *delivery = (struct delivery){.slot = (uint32_t)parts[2],
                                  .receives = (uint32_t)parts[1],
                                  .group = messages_group(messages, (uint32_t)parts[2]),
                                  .bytes = messages_bytes(messages, (uint32_t)parts[2]),
                                  .seq = (uint32_t)parts[3],
                                  .root = parts[4]};
    return true;
}
