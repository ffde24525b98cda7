// SPDX-License-Identifier: GPL-3.0-or-later
/* Named random streams: (seed, replication, owner, purpose) names a generator, xoshiro256++ seeded
 * by SplitMix64 over a hash of the name, that is also a gsl_rng by value.  Adding a component
 * changes nobody else's numbers.
 *
 * Draws that belong to a message are keyed by (stream, message number, attempt) instead of by their
 * position in a sequence, so that variants share them even where the order of receives differs. */
#ifndef QUEUELAB_CORE_RNG_H
#define QUEUELAB_CORE_RNG_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdint.h>

/* Does not move: gsl.state points to the struct itself.  &rng->gsl is what GSL's samplers take; its
 * words are all 64 bits where unsigned long has them (else the upper 32), its doubles 53 bits in
 * [0, 1). Initialise in place, never copy. */
struct rng {
    gsl_rng gsl;
    uint64_t s[4];
};

/* The name of a stream as one word. */
uint64_t rng_name(uint64_t seed, uint64_t replication, const char *owner, const char *purpose);

void rng_init(struct rng *rng, uint64_t name);
/* The generator for one attempt at one message.  It is seeded by rng_keyed_word, which is therefore
 * no output of it: a draw that begins with that word goes on with this generator. */
void rng_init_keyed(struct rng *rng, uint64_t name, uint64_t number, uint64_t attempt);

static inline uint64_t rng_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* One attempt at one message, in what all its draws share. */
static inline uint64_t rng_key(uint64_t number, uint64_t attempt)
{
    return number * UINT64_C(0x9E3779B97F4A7C15) + attempt * UINT64_C(0xD1B54A32D192ED03);
}
/* The word of one attempt at one message without making a generator: for draws that mostly need
 * only one. */
static inline uint64_t rng_keyed_word(uint64_t name, uint64_t number, uint64_t attempt)
{
    return rng_mix(name + rng_key(number, attempt));
}

static inline uint64_t rng_u64(struct rng *rng)
{
    uint64_t *s = rng->s;
    const uint64_t sum = s[0] + s[3];
    const uint64_t result = ((sum << 23) | (sum >> 41)) + s[0];
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/* Uniform in [0, 1) with 53 bits. */
static inline double rng_unit(uint64_t word)
{
    return (double)(word >> 11) * 0x1p-53;
}
static inline double rng_uniform(struct rng *rng)
{
    return rng_unit(rng_u64(rng));
}
/* Uniform in 0 .. n-1, without bias worth the name (multiply-shift, 64 bits); n > 0. */
static inline uint64_t rng_below(struct rng *rng, uint64_t n)
{
    return (uint64_t)(((unsigned __int128)rng_u64(rng) * n) >> 64);
}
static inline bool rng_chance(struct rng *rng, double p)
{
    return rng_uniform(rng) < p;
}

/* The layers of the exponential ziggurat (Marsaglia and Tsang 2000, 256 layers; 0 is the base with
 * the tail): a word's low 8 bits name the layer, its upper 56 bits the abscissa; below accept[i]
 * the point lies inside the layer. */
extern const double rng_zig_width[256];
extern const uint64_t rng_zig_accept[256];
/* The exponential draw that begins with word and takes what more it needs from rng. */
double rng_exponential_slow(struct rng *rng, uint64_t word);

/* Exponential with mean 1. */
static inline double rng_exponential(struct rng *rng)
{
    const uint64_t word = rng_u64(rng);
    const unsigned layer = (unsigned)(word & 255);
    if (__builtin_expect((word >> 8) < rng_zig_accept[layer], 1))
        return (double)(word >> 8) * rng_zig_width[layer];
    return rng_exponential_slow(rng, word);
}

#endif
