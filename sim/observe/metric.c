// SPDX-License-Identifier: GPL-3.0-or-later
/* The forms that rows take. */
#include "observe/metric.h"

#include <math.h>

void metric_put(const struct metric_rows *rows, const char *metric, const char *stat,
                const char *unit, double value)
{
    rows->row(rows->context, rows->node, metric, stat, unit, value);
}

void metric_put_count(const struct metric_rows *rows, const char *metric, uint64_t now,
                      uint64_t base)
{
    metric_put(rows, metric, "count", "1", (double)(now - base));
}

void metric_put_share(const struct metric_rows *rows, const char *metric, uint64_t count,
                      uint64_t of)
{
    metric_put(rows, metric, "count", "1", (double)count);
    metric_put(rows, metric, "rate", "1", of > 0 ? (double)count / (double)of : (double)NAN);
}

void metric_put_hist(const struct metric_rows *rows, const char *metric, const struct hist *hist)
{
    static const struct {
        const char *stat;
        double q;
        uint64_t least;
    } quantiles[] = {
        {"p50", 0.5, 1},    {"p90", 0.9, 1},       {"p95", 0.95, 1},
        {"p99", 0.99, 100}, {"p999", 0.999, 1000},
    };
    const uint64_t total = hist_total(hist);
    metric_put(rows, metric, "mean", "s", hist_mean(hist) / 1e9);
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        const bool enough = total >= quantiles[i].least;
        metric_put(rows, metric, quantiles[i].stat, "s",
                   enough ? hist_quantile(hist, quantiles[i].q) / 1e9 : (double)NAN);
    }
    metric_put(rows, metric, "max", "s", hist_max(hist) / 1e9);
}

void metric_put_gauge(const struct metric_rows *rows, const char *metric, const char *unit,
                      double divisor, const struct series *series)
{
    metric_put(rows, metric, "mean", unit, series_mean(series) / divisor);
    metric_put(rows, metric, "max", unit, series_max(series) / divisor);
    metric_put(rows, metric, "end", unit, series_end(series) / divisor);
}
