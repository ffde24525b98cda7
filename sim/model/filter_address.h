// SPDX-License-Identifier: GPL-3.0-or-later
/* IP addresses and blocks of them, as filter policies and messages write them. */
#ifndef QUEUELAB_MODEL_FILTER_ADDRESS_H
#define QUEUELAB_MODEL_FILTER_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filter_address {
    uint8_t bytes[16];
    uint8_t size; /* 4 or 16 */
};

/* Reads "10.0.0.1" or "2001:db8::1"; false if the text is no address. */
bool filter_address_read(const char *text, size_t length, struct filter_address *address);
/* Reads "10.0.0.0/8"; bits behind the prefix may be set and do not matter. */
bool filter_address_read_block(const char *text, struct filter_address *block, uint32_t *bits);
bool filter_address_is_in(const struct filter_address *address, const struct filter_address *block,
                          uint32_t bits);

#endif
