// SPDX-License-Identifier: GPL-3.0-or-later
/* The only door to gsl_cdf.  Sums run in the order of the replications, so that the same values
 * give the same bytes. */
#include "experiment/estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static const struct estimate not_available = {
    .mean = (double)NAN, .low = (double)NAN, .high = (double)NAN};

static double variance_of(const double *values, size_t count, double mean)
{
    double squares = 0.0;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return squares / (double)(count - 1);
}

/* The mean of equal values may differ from them in its last bit; here it does not. */
static bool are_equal(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (values[i] != values[0])
            return false;
    }
    return true;
}

struct estimate estimate_mean(const double *values, size_t count, double level)
{
    struct estimate result = not_available;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        result.n += isnan(values[i]) ? 0 : 1;
        sum += values[i];
    }
    if (count == 0 || result.n < count)
        return result;
    result.mean = are_equal(values, count) ? values[0] : sum / (double)count;
    if (count < 2)
        return result;
    const double deviation = sqrt(variance_of(values, count, result.mean) / (double)count);
    const double t = gsl_cdf_tdist_Pinv(0.5 + level / 2.0, (double)(count - 1));
    result.low = result.mean - t * deviation;
    result.high = result.mean + t * deviation;
    return result;
}

/* B. L. Welch, Biometrika 34 (1947) 28-35, with Satterthwaite's degrees of freedom. */
struct estimate estimate_welch(const double *a, size_t a_count, const double *b, size_t b_count,
                               double level)
{
    const struct estimate first = estimate_mean(a, a_count, level);
    const struct estimate second = estimate_mean(b, b_count, level);
    struct estimate result = not_available;
    result.mean = first.mean - second.mean;
    result.n = first.n < second.n ? first.n : second.n;
    if (isnan(result.mean) || a_count < 2 || b_count < 2)
        return result;
    const double of_a = variance_of(a, a_count, first.mean) / (double)a_count;
    const double of_b = variance_of(b, b_count, second.mean) / (double)b_count;
    const double sum = of_a + of_b;
    double half = 0.0;
    if (sum > 0.0) {
        const double freedom =
            sum * sum / (of_a * of_a / (double)(a_count - 1) + of_b * of_b / (double)(b_count - 1));
        half = gsl_cdf_tdist_Pinv(0.5 + level / 2.0, freedom) * sqrt(sum);
    }
    result.low = result.mean - half;
    result.high = result.mean + half;
    return result;
}

/* Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212. */
struct estimate estimate_wilson(double successes, double trials, double level)
{
    if (!(trials > 0.0))
        return not_available;
    const double z = gsl_cdf_ugaussian_Pinv(0.5 + level / 2.0);
    const double p = successes / trials, scale = 1.0 + z * z / trials;
    const double middle = (p + z * z / (2.0 * trials)) / scale;
    const double half = z / scale * sqrt(p * (1.0 - p) / trials + z * z / (4.0 * trials * trials));
    return (struct estimate){
        .mean = p,
        .low = successes > 0.0 ? middle - half : 0.0,
        .high = successes < trials ? middle + half : 1.0,
        .n = 1,
        .is_wilson = true,
    };
}

double estimate_relative_half_width(const struct estimate *estimate)
{
    const double half = (estimate->high - estimate->low) / 2.0;
    if (half == 0.0)
        return 0.0;
    return estimate->mean != 0.0 ? half / fabs(estimate->mean) : (double)NAN;
}
