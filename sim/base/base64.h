// SPDX-License-Identifier: GPL-3.0-or-later
/* Base64 (RFC 4648, section 4), with padding. */
#ifndef QUEUELAB_BASE_BASE64_H
#define QUEUELAB_BASE_BASE64_H

#include <stddef.h>
#include "base/text.h"

void base64_encode(struct text *out, const void *bytes, size_t length);

/* Decodes a text into bytes, which has room for strlen(text) / 4 * 3, and returns their number;
 * BASE64_BAD for anything but the canonical form. */
#define BASE64_BAD ((size_t)-1)
size_t base64_decode(unsigned char *bytes, const char *text);

#endif
