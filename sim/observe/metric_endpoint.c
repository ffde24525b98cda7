// SPDX-License-Identifier: GPL-3.0-or-later
/* An error is an answer with a status of 400 or more; what is refused is no error but rejected, and
 * takes no time. */
#include "observe/metric_endpoint.h"

#include <math.h>
#include <stdlib.h>
#include "base/arena.h"

enum { FIRST_ERROR_STATUS = 400 };

struct endpoint_account *metric_endpoint_open(bool has_line)
{
    struct endpoint_account *endpoint = must_alloc_lines(sizeof *endpoint);
    hist_init(&endpoint->latency);
    hist_init(&endpoint->waiting);
    endpoint->has_line = has_line;
    return endpoint;
}

void metric_endpoint_free(struct endpoint_account *endpoint)
{
    hist_free(&endpoint->latency);
    hist_free(&endpoint->waiting);
    free(endpoint);
}

void metric_endpoint_clear(struct endpoint_account *endpoint)
{
    endpoint->counts = endpoint->base = (struct endpoint_counts){.requests = 0};
    hist_clear(&endpoint->latency);
    hist_clear(&endpoint->waiting);
}

static struct endpoint_account *account_of(const struct observe *observe, uint16_t node)
{
    return node < observe->setting.node_count ? observe->endpoints[node] : NULL;
}

void metric_endpoint_capacity(struct observe *observe, const struct fact *fact)
{
    struct endpoint_account *endpoint = account_of(observe, fact->node);
    if (endpoint != NULL)
        endpoint->capacity = fact->other;
}

void metric_endpoint_requested(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct endpoint_account *endpoint = account_of(observe, fact->node);
    if (endpoint == NULL)
        return;
    endpoint->counts.requests++;
    if (fact->kind == PROBE_REQUEST_REFUSED)
        endpoint->counts.rejected++;
    else if (!endpoint->has_line)
        series_up(&endpoint->busy, into_ns);
    else if (fact->n == 1)
        series_up(&endpoint->line, into_ns);
}

void metric_endpoint_begun(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct endpoint_account *endpoint = account_of(observe, fact->node);
    if (endpoint == NULL)
        return;
    if (fact->n == 1 || fact->kind == PROBE_REQUEST_LOST)
        series_down(&endpoint->line, into_ns);
    if (fact->kind == PROBE_REQUEST_LOST) {
        endpoint->counts.errors++;
        return;
    }
    series_up(&endpoint->busy, into_ns);
    if (endpoint->consumer != NULL)
        series_up(&endpoint->consumer->busy, into_ns);
    if (account_is_counted(observe, fact->at_ns - fact->value))
        hist_add(&endpoint->waiting, fact->value);
}

void metric_endpoint_responded(struct observe *observe, const struct fact *fact, int64_t into_ns)
{
    struct endpoint_account *endpoint = account_of(observe, fact->node);
    if (endpoint == NULL)
        return;
    endpoint->counts.errors += fact->other >= FIRST_ERROR_STATUS;
    endpoint->counts.served += fact->other < FIRST_ERROR_STATUS && fact->n == 0;
    endpoint->counts.unheard += fact->n;
    series_down(&endpoint->busy, into_ns);
    if (endpoint->consumer != NULL) {
        endpoint->consumer->counts.processed += fact->other < FIRST_ERROR_STATUS;
        endpoint->consumer->counts.failures += fact->other >= FIRST_ERROR_STATUS;
        series_down(&endpoint->consumer->busy, into_ns);
        if (fact->other < FIRST_ERROR_STATUS)
            metric_effects_served(observe, endpoint->consumer, fact);
    }
    if (account_is_counted(observe, fact->at_ns - fact->value))
        hist_add(&endpoint->latency, fact->value);
}

void metric_endpoint_rows(const struct endpoint_account *endpoint, const struct metric_rows *rows)
{
    const struct endpoint_counts *now = &endpoint->counts, *base = &endpoint->base;
    const double busy = series_mean(&endpoint->busy);
    metric_put_count(rows, "requests", now->requests, base->requests);
    metric_put_count(rows, "errors", now->errors, base->errors);
    metric_put_count(rows, "rejected", now->rejected, base->rejected);
    metric_put_count(rows, "unheard", now->unheard, base->unheard);
    metric_put_hist(rows, "latency", &endpoint->latency);
    metric_put(rows, "busyRequests", "mean", "1", busy);
    metric_put(rows, "busyRequests", "max", "1", series_max(&endpoint->busy));
    if (endpoint->consumer == NULL)
        metric_put(rows, "utilisation", "mean", "1",
                   endpoint->capacity > 0 ? busy / (double)endpoint->capacity : (double)NAN);
    if (!endpoint->has_line)
        return;
    metric_put_hist(rows, "waiting", &endpoint->waiting);
    metric_put(rows, "waitingRequests", "mean", "1", series_mean(&endpoint->line));
    metric_put(rows, "waitingRequests", "max", "1", series_max(&endpoint->line));
}
