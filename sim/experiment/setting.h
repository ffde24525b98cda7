// SPDX-License-Identifier: GPL-3.0-or-later
/* What figures and warnings need to know of a scenario beyond its results: offered rates, service
 * times, which consumer reads which queue.  Read from the scenario's tree, with the defaults that
 * its loader fills in. */
#ifndef QUEUELAB_EXPERIMENT_SETTING_H
#define QUEUELAB_EXPERIMENT_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include "core/dist.h"
#include "scenario/scenario.h"

/* What reads a queue. */
struct setting_service {
    size_t consumer_count; /* that name the queue; the rest is about the first of them */
    const char *consumer;
    double workers; /* count x concurrency */
    double batch;   /* MaxNumberOfMessages */
    double delete_batch;
    bool is_plain; /* one message at a time, deleted after its work, nothing fails, no time-out of
                      its own */
    bool sends_on; /* it has a `then`, which is_plain excludes and left_out does not */
    bool pauses;   /* between its polls */
    const char *left_out;     /* what formulas do not know of it, as a sentence; NULL: nothing */
    bool is_hidden;           /* nothing extends the visibility timeout while it works, and what is
                                 received is deleted after its work */
    const char *distribution; /* of the service time: "exponential" ... */
    double service_s, service_variance_s2;
    struct dist service; /* in the arena given */
};

/* False if nothing reads the queue or its service time is not known beforehand. */
bool setting_service_of(const struct scenario *scenario, const char *queue, struct arena *arena,
                        struct setting_service *service);

/* The same of a downstream, whose servers are the workers. */
bool setting_downstream_of(const struct scenario *scenario, const char *name, struct arena *arena,
                           struct setting_service *service);

/* What sends to a queue, or calls (of all producers to it). */
struct setting_arrivals {
    size_t producer_count;
    double rate_per_s; /* 0: not known */
    double batch;      /* of the first */
    bool is_poisson;   /* from the start to the end */
    bool is_delayed;   /* message by message */
    const char *spent; /* the producer whose messages run out before the run is over; NULL: none */
    double scv; /* of the times between them: variance over squared mean; NAN: not known, or they
                   are not independent */
};
struct setting_arrivals setting_arrivals_of(const struct scenario *scenario, const char *queue);
/* The message groups of what is sent to a queue: the most of any producer, and whether all groups
 * get the same share.  0: none is given. */
struct setting_groups {
    double count;
    bool is_even;
};
struct setting_groups setting_groups_of(const struct scenario *scenario, const char *queue);
/* Who else sends to it than producers: topics, what sends on, queues whose dead letters it gets. */
size_t setting_feeder_count(const struct scenario *scenario, const char *name);
size_t setting_producer_count(const struct scenario *scenario); /* to any queue */

/* A number, or a duration in seconds, or a rate per second, at a pointer; fallback where nothing
 * is. */
double setting_number(const struct scenario *scenario, const char *pointer, double fallback);
double setting_duration_s(const struct scenario *scenario, const char *pointer, double fallback);

/* The consumer that joins what was split up, whose last part answers a message; NULL: none. */
const char *setting_joiner(const struct scenario *scenario);

/* True at times when a schedule of arrivals is above its first rate. */
bool setting_is_spike(const struct scenario *scenario, double time_s);

/* The queue by name; NULL: there is none. */
const struct scenario_queue *setting_queue(const struct scenario *scenario, const char *name);
/* True if an actor receives from the queue of this index. */
bool setting_is_read(const struct scenario *scenario, size_t queue);
/* True if somebody would know what lies there: it is read, or an alarm watches it. */
bool setting_is_tended(const struct scenario *scenario, const char *queue);
/* True if a queue is some other's dead-letter queue. */
bool setting_is_dead_letter(const struct scenario *scenario, const char *queue);

#endif
