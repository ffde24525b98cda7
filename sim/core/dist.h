// SPDX-License-Identifier: GPL-3.0-or-later
/* Distributions as rows: parameters, sampler, mean, variance, cdf where known.  Samplers are GSL's
 * but for uniform, exponential and constant, which are on the hot path.  The only conversion of
 * sampled seconds to nanoseconds is here. */
#ifndef QUEUELAB_CORE_DIST_H
#define QUEUELAB_CORE_DIST_H

#include <stdbool.h>
#include <stdint.h>
#include "base/param.h"
#include "core/rng.h"

struct dist;

/* One family.  a, b and table of the dist are what the family's prepare made of its parameters. */
struct dist_kind {
    struct param_kind param; /* first: the name in {"dist": name} and its rows */
    /* Checks the parameters among themselves and fills a, b, table; false after param_error. */
    bool (*prepare)(struct param_reader *reader, struct dist *dist, void *cfg,
                    const struct json *node);
    double (*draw)(const struct dist *dist, struct rng *rng);
    double (*mean)(const struct dist *dist);          /* INFINITY where it is */
    double (*variance)(const struct dist *dist);      /* INFINITY where it is */
    double (*cdf)(const struct dist *dist, double x); /* P(X <= x); NULL where not known */
};

enum dist_fast { DIST_CONSTANT, DIST_EXPONENTIAL, DIST_OTHER, DIST_MESSAGE };

/* A distribution ready to draw from; lives in the scenario's arena and is never changed.  One that
 * was not given is all zero, and draws 0. */
struct dist {
    const struct dist_kind *kind; /* NULL: not given */
    enum dist_fast fast;
    double a, b;
    void *table;
    void *cfg;
};

/* Parameter types of a dist field (struct dist): of times (numbers are seconds, texts have units),
 * of times of work on a message, which it may carry ("message"), of plain numbers and of sizes
 * (bytes, texts such as "64KiB"). */
extern const struct param_type dist_time_param;
extern const struct param_type dist_service_param;
extern const struct param_type dist_number_param;
extern const struct param_type dist_size_param;

/* A distribution inside a distribution; extra = the unit (core/dist_quantity.h). */
extern const struct param_type dist_inner_param;

// clang-format off
#define DIST_KINDS(X)    \
    X(constant)          \
    X(uniform)           \
    X(exponential)       \
    X(gamma)             \
    X(erlang)            \
    X(lognormal)         \
    X(weibull)           \
    X(pareto)            \
    X(hyperexponential)  \
    X(normal)            \
    X(empirical)         \
    X(mixture)           \
    X(message)           \
    /* one line per kind, above this one */
// clang-format on

#define DIST_DECLARE(name) extern const struct dist_kind dist_##name;
DIST_KINDS(DIST_DECLARE)
#undef DIST_DECLARE

/* All kinds, ending in NULL. */
extern const struct dist_kind *const dist_kinds[];

/* A draw in the scenario's unit, not below 0. */
double dist_draw(const struct dist *dist, struct rng *rng);
double dist_mean(const struct dist *dist);
double dist_variance(const struct dist *dist);
/* P(X <= x); NAN where not known. */
double dist_cdf(const struct dist *dist, double x);

/* Adds a mistake at the member name of node, or at node if it has no such member; returns false.
 * name may be NULL. */
bool dist_refuse(struct param_reader *reader, const struct json *node, const char *name,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* True if the value of the member name is above 0, else refuses it. */
bool dist_positive(struct param_reader *reader, const struct json *node, const char *name,
                   double value);

/* The longest draw, 73 years: longer than any run, and three of them can be added to a time. */
#define DIST_MAX_NS (INT64_MAX / 4)

/* Nanoseconds of a number of seconds: rounded, clamped to [0, DIST_MAX_NS]. */
static inline int64_t dist_ns(double seconds)
{
    const double ns = seconds * 1e9 + 0.5;
    return ns < (double)DIST_MAX_NS ? (ns > 0 ? (int64_t)ns : 0) : DIST_MAX_NS;
}

/* Writes, as members, what the schemas of fields that hold a distribution refer to as
 * #/definitions. */
void dist_schema_definitions(struct json_writer *w);

/* True if every draw, of a distribution that was given or not, is 0 ns. */
bool dist_takes_no_time(const struct dist *dist);

/* The general case of dist_draw_keyed_ns.  An exponential draw begins with rng_keyed_word, as the
 * inline case does, and goes on with the keyed generator; every other kind draws from the keyed
 * generator. */
int64_t dist_draw_keyed_slow(const struct dist *dist, uint64_t name, uint64_t number,
                             uint64_t attempt);

static inline int64_t dist_draw_ns(const struct dist *dist, struct rng *rng)
{
    if (dist->fast == DIST_EXPONENTIAL)
        return dist_ns(dist->a * rng_exponential(rng));
    if (dist->fast == DIST_CONSTANT)
        return dist_ns(dist->a);
    return dist_ns(dist_draw(dist, rng));
}

/* The draw that belongs to one attempt at one message; key is rng_key of both. */
static inline int64_t dist_draw_with_key_ns(const struct dist *dist, uint64_t name, uint64_t number,
                                            uint64_t attempt, uint64_t key)
{
    if (dist->fast == DIST_CONSTANT)
        return dist_ns(dist->a);
    if (dist->fast == DIST_EXPONENTIAL) {
        const uint64_t word = rng_mix(name + key);
        const unsigned layer = (unsigned)(word & 255);
        if (__builtin_expect((word >> 8) < rng_zig_accept[layer], 1))
            return dist_ns(dist->a * ((double)(word >> 8) * rng_zig_width[layer]));
    }
    return dist_draw_keyed_slow(dist, name, number, attempt);
}
static inline int64_t dist_draw_keyed_ns(const struct dist *dist, uint64_t name, uint64_t number,
                                         uint64_t attempt)
{
    return dist_draw_with_key_ns(dist, name, number, attempt, rng_key(number, attempt));
}

#endif
