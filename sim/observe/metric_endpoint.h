// SPDX-License-Identifier: GPL-3.0-or-later
/* Endpoints: what was asked of them, how it went and how busy they were. */
#ifndef QUEUELAB_OBSERVE_METRIC_ENDPOINT_H
#define QUEUELAB_OBSERVE_METRIC_ENDPOINT_H

#include "observe/account.h"
#include "observe/metric.h"

struct endpoint_counts {
    uint64_t requests, errors, rejected; /* requests: those that were refused too */
};

struct endpoint_account {
    struct endpoint_counts counts, base;
    struct series busy; /* requests under way */
    struct hist latency;
    int64_t capacity; /* -1: without end */
};

/* By kind of node; the series joins the list of all. */
struct endpoint_account *metric_endpoint_open(void);
void metric_endpoint_free(struct endpoint_account *endpoint);
void metric_endpoint_clear(struct endpoint_account *endpoint);
void metric_endpoint_rows(const struct endpoint_account *endpoint, const struct metric_rows *rows);

account_hear metric_endpoint_requested; /* REQUESTED, REQUEST_REFUSED */
account_hear metric_endpoint_responded; /* RESPONDED */
/* CAPACITY of what is no consumer. */
void metric_endpoint_capacity(struct observe *observe, const struct fact *fact);

#endif
