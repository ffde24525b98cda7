// SPDX-License-Identifier: GPL-3.0-or-later
/* Families that are a formula, but for the exponential's relatives: constant, uniform, lognormal,
 * weibull, pareto, normal.  Each keeps its parameters in the scenario's unit; prepare turns them
 * into the a and b that its sampler, moments and cdf share. */
#include "core/dist.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stddef.h>
#include "core/dist_quantity.h"

static double square(double x)
{
    return x * x;
}

/* ---- constant ---- */

struct constant_cfg {
    double value;
};

// clang-format off
static const struct param constant_rows[] = {
    DIST_QUANTITY(constant, value, PARAM_REQUIRED, "Every draw."),
    PARAM_END,
};
// clang-format on

static bool prepare_constant(struct param_reader *reader, struct dist *dist, void *cfg,
                             const struct json *node)
{
    (void)reader, (void)node;
    const struct constant_cfg *c = cfg;
    dist->fast = DIST_CONSTANT;
    dist->a = c->value;
    return true;
}

static double draw_constant(const struct dist *dist, struct rng *rng)
{
    (void)rng;
    return dist->a;
}

static double mean_constant(const struct dist *dist)
{
    return dist->a;
}

static double variance_constant(const struct dist *dist)
{
    (void)dist;
    return 0.0;
}

static double cdf_constant(const struct dist *dist, double x)
{
    return x >= dist->a ? 1.0 : 0.0;
}

const struct dist_kind dist_constant = {
    .param = {.name = "constant",
              .cfg_bytes = sizeof(struct constant_cfg),
              .rows = constant_rows,
              .doc = "Always the same value; a bare number or text is short for it."},
    .prepare = prepare_constant,
    .draw = draw_constant,
    .mean = mean_constant,
    .variance = variance_constant,
    .cdf = cdf_constant,
};

/* ---- uniform: a is low, b is high ---- */

struct uniform_cfg {
    double low, high;
};

// clang-format off
static const struct param uniform_rows[] = {
    DIST_QUANTITY(uniform, low,  PARAM_REQUIRED, "Least value."),
    DIST_QUANTITY(uniform, high, PARAM_REQUIRED, "Greatest value."),
    PARAM_END,
};
// clang-format on

static bool prepare_uniform(struct param_reader *reader, struct dist *dist, void *cfg,
                            const struct json *node)
{
    const struct uniform_cfg *c = cfg;
    dist->a = c->low;
    dist->b = c->high;
    return c->low <= c->high ||
           dist_refuse(reader, node, "low", "low (%g) is above high (%g)", c->low, c->high);
}

static double draw_uniform(const struct dist *dist, struct rng *rng)
{
    return dist->a + (dist->b - dist->a) * rng_uniform(rng);
}

static double mean_uniform(const struct dist *dist)
{
    return dist->a + (dist->b - dist->a) / 2.0;
}

static double variance_uniform(const struct dist *dist)
{
    return square(dist->b - dist->a) / 12.0;
}

static double cdf_uniform(const struct dist *dist, double x)
{
    if (x >= dist->b)
        return 1.0;
    return x <= dist->a ? 0.0 : (x - dist->a) / (dist->b - dist->a);
}

const struct dist_kind dist_uniform = {
    .param = {.name = "uniform",
              .cfg_bytes = sizeof(struct uniform_cfg),
              .rows = uniform_rows,
              .doc = "Every value between low and high alike."},
    .prepare = prepare_uniform,
    .draw = draw_uniform,
    .mean = mean_uniform,
    .variance = variance_uniform,
    .cdf = cdf_uniform,
};

/* ---- lognormal: a and b are mean and standard deviation of the logarithm ---- */

struct lognormal_cfg {
    double mean, cv, median, sigma;
};

// clang-format off
static const struct param lognormal_rows[] = {
    DIST_QUANTITY(lognormal, mean,   0, "Mean; goes with cv."),
    DIST_PLAIN   (lognormal, cv,     0, "Coefficient of variation: standard deviation / mean."),
    DIST_QUANTITY(lognormal, median, 0, "Median; goes with sigma."),
    DIST_PLAIN   (lognormal, sigma,  0, "Standard deviation of the natural logarithm."),
    PARAM_END,
};
// clang-format on

/* ln(1 + cv^2) is the variance of the logarithm, exp(a + b^2 / 2) the mean. */
static bool prepare_lognormal(struct param_reader *reader, struct dist *dist, void *cfg,
                              const struct json *node)
{
    struct lognormal_cfg *c = cfg;
    const int of_mean = (json_get(node, "mean") != NULL) + (json_get(node, "cv") != NULL);
    const int of_median = (json_get(node, "median") != NULL) + (json_get(node, "sigma") != NULL);
    if (of_mean + of_median != 2 || of_mean == 1)
        return dist_refuse(reader, node, NULL, "give mean and cv, or median and sigma");
    if (of_mean == 2) {
        c->median = c->sigma = (double)NAN;
        dist->b = sqrt(log1p(square(c->cv)));
        dist->a = log(c->mean) - square(dist->b) / 2.0;
        return dist_positive(reader, node, "mean", c->mean);
    }
    c->mean = c->cv = (double)NAN;
    dist->b = c->sigma;
    dist->a = log(c->median);
    return dist_positive(reader, node, "median", c->median);
}

static double draw_lognormal(const struct dist *dist, struct rng *rng)
{
    return gsl_ran_lognormal(&rng->gsl, dist->a, dist->b);
}

static double mean_lognormal(const struct dist *dist)
{
    return exp(dist->a + square(dist->b) / 2.0);
}

static double variance_lognormal(const struct dist *dist)
{
    return expm1(square(dist->b)) * square(mean_lognormal(dist));
}

static double cdf_lognormal(const struct dist *dist, double x)
{
    if (x <= 0.0)
        return 0.0;
    if (dist->b <= 0.0)
        return log(x) >= dist->a ? 1.0 : 0.0;
    return 0.5 * erfc((dist->a - log(x)) / (dist->b * sqrt(2.0)));
}

const struct dist_kind dist_lognormal = {
    .param = {.name = "lognormal",
              .cfg_bytes = sizeof(struct lognormal_cfg),
              .rows = lognormal_rows,
              .doc = "Its logarithm is normal: most service times people measure."},
    .prepare = prepare_lognormal,
    .draw = draw_lognormal,
    .mean = mean_lognormal,
    .variance = variance_lognormal,
    .cdf = cdf_lognormal,
};

/* ---- weibull and pareto: a is the scale, b the shape ---- */

struct weibull_cfg {
    double scale, shape;
};

// clang-format off
static const struct param weibull_rows[] = {
    DIST_QUANTITY(weibull, scale, PARAM_REQUIRED, "Scale: 63 % of the draws are below it."),
    DIST_PLAIN   (weibull, shape, PARAM_REQUIRED, "Shape; below 1 a heavy tail."),
    PARAM_END,
};
static const struct param pareto_rows[] = {
    DIST_QUANTITY(weibull, scale, PARAM_REQUIRED, "Scale: the least value."),
    DIST_PLAIN   (weibull, shape, PARAM_REQUIRED, "Shape: P(X > x) = (scale / x)^shape."),
    PARAM_END,
};
// clang-format on

static bool prepare_weibull(struct param_reader *reader, struct dist *dist, void *cfg,
                            const struct json *node)
{
    const struct weibull_cfg *c = cfg;
    dist->a = c->scale;
    dist->b = c->shape;
    return dist_positive(reader, node, "scale", c->scale) &&
           dist_positive(reader, node, "shape", c->shape);
}

static double draw_weibull(const struct dist *dist, struct rng *rng)
{
    return gsl_ran_weibull(&rng->gsl, dist->a, dist->b);
}

static double mean_weibull(const struct dist *dist)
{
    return dist->a * tgamma(1.0 + 1.0 / dist->b);
}

static double variance_weibull(const struct dist *dist)
{
    return square(dist->a) * tgamma(1.0 + 2.0 / dist->b) - square(mean_weibull(dist));
}

static double cdf_weibull(const struct dist *dist, double x)
{
    return x > 0.0 ? -expm1(-pow(x / dist->a, dist->b)) : 0.0;
}

const struct dist_kind dist_weibull = {
    .param = {.name = "weibull",
              .cfg_bytes = sizeof(struct weibull_cfg),
              .rows = weibull_rows,
              .doc = "Times to failure that age (shape above 1) or season (below 1)."},
    .prepare = prepare_weibull,
    .draw = draw_weibull,
    .mean = mean_weibull,
    .variance = variance_weibull,
    .cdf = cdf_weibull,
};

static double draw_pareto(const struct dist *dist, struct rng *rng)
{
    return gsl_ran_pareto(&rng->gsl, dist->b, dist->a);
}

static double mean_pareto(const struct dist *dist)
{
    return dist->b > 1.0 ? dist->b * dist->a / (dist->b - 1.0) : HUGE_VAL;
}

static double variance_pareto(const struct dist *dist)
{
    const double shape = dist->b;
    if (shape <= 2.0)
        return HUGE_VAL;
    return square(dist->a / (shape - 1.0)) * shape / (shape - 2.0);
}

static double cdf_pareto(const struct dist *dist, double x)
{
    return x > dist->a ? 1.0 - pow(dist->a / x, dist->b) : 0.0;
}

const struct dist_kind dist_pareto = {
    .param = {.name = "pareto",
              .cfg_bytes = sizeof(struct weibull_cfg),
              .rows = pareto_rows,
              .doc = "A heavy tail: a few draws outweigh all others."},
    .prepare = prepare_weibull,
    .draw = draw_pareto,
    .mean = mean_pareto,
    .variance = variance_pareto,
    .cdf = cdf_pareto,
};

/* ---- normal, given that it is not below 0: a is the mean, b the deviation before that ---- */

struct normal_cfg {
    double mean, sd;
};

// clang-format off
static const struct param normal_rows[] = {
    DIST_QUANTITY(normal, mean, PARAM_REQUIRED, "Mean before the truncation at 0."),
    DIST_QUANTITY(normal, sd,   PARAM_REQUIRED, "Standard deviation before the truncation at 0."),
    PARAM_END,
};
// clang-format on

static bool prepare_normal(struct param_reader *reader, struct dist *dist, void *cfg,
                           const struct json *node)
{
    const struct normal_cfg *c = cfg;
    dist->a = c->mean;
    dist->b = c->sd;
    return dist_positive(reader, node, "sd", c->sd);
}

/* Half of the draws or more are kept, since the mean is not below 0. */
static double draw_normal(const struct dist *dist, struct rng *rng)
{
    double x;
    do {
        x = dist->a + gsl_ran_gaussian_ziggurat(&rng->gsl, dist->b);
    } while (x < 0.0);
    return x;
}

static double standard_cdf(double z)
{
    return 0.5 * erfc(-z / sqrt(2.0));
}

/* phi(z) / Phi(z) at z = mean / sd: by it the truncation moves the mean, in deviations. */
static double shift_normal(const struct dist *dist)
{
    const double z = dist->a / dist->b;
    return exp(-square(z) / 2.0) / sqrt(2.0 * 3.14159265358979323846) / standard_cdf(z);
}

static double mean_normal(const struct dist *dist)
{
    return dist->a + dist->b * shift_normal(dist);
}

static double variance_normal(const struct dist *dist)
{
    const double shift = shift_normal(dist);
    return square(dist->b) * (1.0 - dist->a / dist->b * shift - square(shift));
}

static double cdf_normal(const struct dist *dist, double x)
{
    if (x <= 0.0)
        return 0.0;
    const double below = standard_cdf(-dist->a / dist->b);
    return (standard_cdf((x - dist->a) / dist->b) - below) / (1.0 - below);
}

const struct dist_kind dist_normal = {
    .param = {.name = "normal",
              .cfg_bytes = sizeof(struct normal_cfg),
              .rows = normal_rows,
              .doc = "Normal, drawn again while below 0."},
    .prepare = prepare_normal,
    .draw = draw_normal,
    .mean = mean_normal,
    .variance = variance_normal,
    .cdf = cdf_normal,
};
