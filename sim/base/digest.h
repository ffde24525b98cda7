// SPDX-License-Identifier: GPL-3.0-or-later
/* SHA-256 and MD5 as lower-case hexadecimal text: the only door to libmd. */
#ifndef QUEUELAB_BASE_DIGEST_H
#define QUEUELAB_BASE_DIGEST_H

#include <stddef.h>

void digest_sha256(char hex[65], const void *bytes, size_t length);
void digest_md5(char hex[33], const void *bytes, size_t length);

#endif
