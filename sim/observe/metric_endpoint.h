// SPDX-License-Identifier: GPL-3.0-or-later
/* Endpoints: what was asked of them, how it went and how busy they were. */
#ifndef QUEUELAB_OBSERVE_METRIC_ENDPOINT_H
#define QUEUELAB_OBSERVE_METRIC_ENDPOINT_H

#include "observe/account.h"
#include "observe/metric.h"

struct endpoint_counts {
    uint64_t requests, errors, rejected; /* requests: those that were refused too */
    uint64_t served, unheard;            /* answered well; answered when nobody waited any more */
};

struct endpoint_account {
    struct endpoint_counts counts, base;
    struct series busy;              /* requests at work */
    struct series arrivals, answers; /* rates, which are told the counts */
    struct hist latency;
    int64_t capacity;   /* -1: without end */
    bool has_line;      /* what comes waits in line before it is worked on */
    struct series line; /* if has_line: how many wait, and how long */
    struct hist waiting;
    struct consumer_account *consumer; /* whose work it is; NULL: nobody's else */
};

/* The series are still to be opened. */
struct endpoint_account *metric_endpoint_open(bool has_line);
void metric_endpoint_free(struct endpoint_account *endpoint);
void metric_endpoint_clear(struct endpoint_account *endpoint);
void metric_endpoint_rows(const struct endpoint_account *endpoint, const struct metric_rows *rows);

account_hear metric_endpoint_requested; /* REQUESTED, REQUEST_REFUSED */
account_hear metric_endpoint_begun;     /* REQUEST_BEGUN, REQUEST_LOST */
account_hear metric_endpoint_responded; /* RESPONDED */
/* CAPACITY of what is no consumer. */
void metric_endpoint_capacity(struct observe *observe, const struct fact *fact);

#endif
