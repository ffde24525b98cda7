// SPDX-License-Identifier: GPL-3.0-or-later
/* SHA-256 (FIPS 180-4) and MD5 (RFC 1321) of bytes in memory: the only door to libmd. */
#include "base/digest.h"

#include <stdint.h>
#include <sys/types.h>
#include <md5.h>
#include <sha2.h>

static void write_hex(char *hex, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        *hex++ = digits[bytes[i] >> 4];
        *hex++ = digits[bytes[i] & 15];
    }
    *hex = '\0';
}

void digest_sha256(char hex[65], const void *bytes, size_t length)
{
    SHA2_CTX state;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Init(&state);
    SHA256Update(&state, bytes, length);
    SHA256Final(digest, &state);
    write_hex(hex, digest, sizeof digest);
}

void digest_md5(char hex[33], const void *bytes, size_t length)
{
    MD5_CTX state;
    uint8_t digest[MD5_DIGEST_LENGTH];
    MD5Init(&state);
    MD5Update(&state, bytes, length);
    MD5Final(digest, &state);
    write_hex(hex, digest, sizeof digest);
}
