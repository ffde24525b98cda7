// SPDX-License-Identifier: GPL-3.0-or-later
/* The exponential family and its relatives: exponential, gamma, erlang, hyperexponential.  Each
 * keeps its parameters in the scenario's unit; prepare turns them into the a and b that its
 * sampler, moments and cdf share. */
#include "core/dist.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stddef.h>
#include "core/dist_quantity.h"

static double square(double x)
{
    return x * x;
}

static double mean_a(const struct dist *dist)
{
    return dist->a;
}

/* ---- exponential: a is the mean ---- */

struct exponential_cfg {
    double mean;
};

// clang-format off
static const struct param exponential_rows[] = {
    DIST_QUANTITY(exponential, mean, PARAM_REQUIRED, "Mean, and standard deviation."),
    PARAM_END,
};
// clang-format on

static bool prepare_exponential(struct param_reader *reader, struct dist *dist, void *cfg,
                                const struct json *node)
{
    const struct exponential_cfg *c = cfg;
    dist->fast = DIST_EXPONENTIAL;
    dist->a = c->mean;
    return dist_positive(reader, node, "mean", c->mean);
}

static double draw_exponential(const struct dist *dist, struct rng *rng)
{
    return dist->a * rng_exponential(rng);
}

static double variance_exponential(const struct dist *dist)
{
    return square(dist->a);
}

static double cdf_exponential(const struct dist *dist, double x)
{
    return x > 0.0 ? -expm1(-x / dist->a) : 0.0;
}

const struct dist_kind dist_exponential = {
    .param = {.name = "exponential",
              .cfg_bytes = sizeof(struct exponential_cfg),
              .rows = exponential_rows,
              .doc = "Without memory: what has lasted long is no nearer to its end."},
    .prepare = prepare_exponential,
    .draw = draw_exponential,
    .mean = mean_a,
    .variance = variance_exponential,
    .cdf = cdf_exponential,
};

/* ---- gamma and erlang: a is the shape, b the scale ---- */

struct gamma_cfg {
    double mean, shape;
};
struct erlang_cfg {
    double mean, k;
};

// clang-format off
static const struct param gamma_rows[] = {
    DIST_QUANTITY(gamma, mean,  PARAM_REQUIRED, "Mean."),
    DIST_PLAIN   (gamma, shape, PARAM_REQUIRED, "Shape: 1 / squared coefficient of variation."),
    PARAM_END,
};
static const struct param erlang_rows[] = {
    DIST_QUANTITY(erlang, mean, PARAM_REQUIRED, "Mean of the sum."),
    DIST_PLAIN   (erlang, k,    PARAM_REQUIRED, "Number of exponential stages, an integer."),
    PARAM_END,
};
// clang-format on

static bool prepare_gamma(struct param_reader *reader, struct dist *dist, void *cfg,
                          const struct json *node)
{
    const struct gamma_cfg *c = cfg;
    dist->a = c->shape;
    dist->b = c->mean / c->shape;
    return dist_positive(reader, node, "mean", c->mean) &&
           dist_positive(reader, node, "shape", c->shape);
}

static bool prepare_erlang(struct param_reader *reader, struct dist *dist, void *cfg,
                           const struct json *node)
{
    const struct erlang_cfg *c = cfg;
    dist->a = c->k;
    dist->b = c->mean / c->k;
    if (c->k < 1.0 || floor(c->k) < c->k)
        return dist_refuse(reader, node, "k", "k is a number of stages: 1, 2, 3 ...; not %g", c->k);
    return dist_positive(reader, node, "mean", c->mean);
}

static double draw_gamma(const struct dist *dist, struct rng *rng)
{
    return gsl_ran_gamma(&rng->gsl, dist->a, dist->b);
}

static double mean_gamma(const struct dist *dist)
{
    return dist->a * dist->b;
}

static double variance_gamma(const struct dist *dist)
{
    return dist->a * square(dist->b);
}

static double cdf_gamma(const struct dist *dist, double x)
{
    return x > 0.0 ? gsl_sf_gamma_inc_P(dist->a, x / dist->b) : 0.0;
}

const struct dist_kind dist_gamma = {
    .param = {.name = "gamma",
              .cfg_bytes = sizeof(struct gamma_cfg),
              .rows = gamma_rows,
              .doc = "Between exponential (shape 1) and constant (great shapes), or beyond."},
    .prepare = prepare_gamma,
    .draw = draw_gamma,
    .mean = mean_gamma,
    .variance = variance_gamma,
    .cdf = cdf_gamma,
};

const struct dist_kind dist_erlang = {
    .param = {.name = "erlang",
              .cfg_bytes = sizeof(struct erlang_cfg),
              .rows = erlang_rows,
              .doc = "The sum of k exponential stages of equal mean."},
    .prepare = prepare_erlang,
    .draw = draw_gamma,
    .mean = mean_gamma,
    .variance = variance_gamma,
    .cdf = cdf_gamma,
};

/* ---- hyperexponential: a is the mean, b the probability of the frequent, short phase ---- */

struct hyperexponential_cfg {
    double mean, scv;
};

// clang-format off
static const struct param hyperexponential_rows[] = {
    DIST_QUANTITY(hyperexponential, mean, PARAM_REQUIRED, "Mean."),
    DIST_PLAIN   (hyperexponential, scv,  PARAM_REQUIRED, "Variance / mean^2, at least 1."),
    PARAM_END,
};
// clang-format on

/* Two phases that each give half of the mean ("balanced means"): p is the root above 1/2 of
 * scv = 1 / (2 p (1 - p)) - 1. */
static bool prepare_hyperexponential(struct param_reader *reader, struct dist *dist, void *cfg,
                                     const struct json *node)
{
    const struct hyperexponential_cfg *c = cfg;
    if (c->scv < 1.0)
        return dist_refuse(reader, node, "scv", "scv (%g) is below 1; gamma reaches there", c->scv);
    dist->a = c->mean;
    dist->b = (1.0 + sqrt((c->scv - 1.0) / (c->scv + 1.0))) / 2.0;
    return dist_positive(reader, node, "mean", c->mean);
}

static double draw_hyperexponential(const struct dist *dist, struct rng *rng)
{
    const double p = dist->b;
    const double phase_p = rng_uniform(rng) < p ? p : 1.0 - p;
    return dist->a / (2.0 * phase_p) * rng_exponential(rng);
}

static double variance_hyperexponential(const struct dist *dist)
{
    const double p = dist->b;
    return square(dist->a) * (1.0 / (2.0 * p * (1.0 - p)) - 1.0);
}

static double cdf_hyperexponential(const struct dist *dist, double x)
{
    if (x <= 0.0)
        return 0.0;
    const double p = dist->b, q = 1.0 - dist->b;
    return -p * expm1(-2.0 * p * x / dist->a) - q * expm1(-2.0 * q * x / dist->a);
}

const struct dist_kind dist_hyperexponential = {
    .param = {.name = "hyperexponential",
              .cfg_bytes = sizeof(struct hyperexponential_cfg),
              .rows = hyperexponential_rows,
              .doc = "One of two exponential phases, each giving half of the mean."},
    .prepare = prepare_hyperexponential,
    .draw = draw_hyperexponential,
    .mean = mean_a,
    .variance = variance_hyperexponential,
    .cdf = cdf_hyperexponential,
};
