// SPDX-License-Identifier: GPL-3.0-or-later
/* Names of streams, seeding, and the door to GSL.  A generator's whole state follows from its name;
 * two names that differ in one bit give unrelated states.  The generator itself is inline in the
 * header. */
#include "core/rng.h"

#include <limits.h>
#include <stddef.h>

static const uint64_t golden =
    UINT64_C(0x9E3779B97F4A7C15); /* 2^64 / golden ratio, SplitMix64's step */

/* FNV-1a, 64 bits, with the closing NUL: so "ab", "c" is not "a", "bc". */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    size_t i = 0;
    do {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x00000100000001B3);
    } while (text[i++] != '\0');
    return hash;
}

uint64_t rng_name(uint64_t seed, uint64_t replication, const char *owner, const char *purpose)
{
    uint64_t name = hash_text(hash_text(UINT64_C(0xCBF29CE484222325), owner), purpose);
    name = rng_mix(name + rng_mix(seed + golden));
    return rng_mix(name + rng_mix(replication + 2 * golden));
}

static unsigned long get(void *state)
{
    const unsigned spare_bits = 64 - (unsigned)(sizeof(unsigned long) * CHAR_BIT);
    return (unsigned long)(rng_u64(state) >> spare_bits);
}

static double get_double(void *state)
{
    return rng_uniform(state);
}

static void seed_words(struct rng *rng, uint64_t name)
{
    for (int i = 0; i < 4; i++)
        rng->s[i] = rng_mix(name + (uint64_t)(i + 1) * golden);
}

static void set(void *state, unsigned long seed)
{
    seed_words(state, seed);
}

static const gsl_rng_type type = {
    .name = "xoshiro256++",
    .max = ULONG_MAX,
    .min = 0,
    .size = sizeof(struct rng),
    .set = set,
    .get = get,
    .get_double = get_double,
};

void rng_init(struct rng *rng, uint64_t name)
{
    rng->gsl = (gsl_rng){.type = &type, .state = rng};
    seed_words(rng, name);
}

void rng_init_keyed(struct rng *rng, uint64_t name, uint64_t number, uint64_t attempt)
{
    rng_init(rng, rng_keyed_word(name, number, attempt));
}
