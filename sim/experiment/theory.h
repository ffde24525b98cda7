// SPDX-License-Identifier: GPL-3.0-or-later
/* Closed forms of queueing theory, as plain functions: rates per second, times in seconds.
 * They do not know whether a scenario meets their assumptions: whoever overlays one on a simulation
 * must. Where the load is 1 or more the mean is INFINITY. */
#ifndef QUEUELAB_EXPERIMENT_THEORY_H
#define QUEUELAB_EXPERIMENT_THEORY_H

#include <stdbool.h>
#include <stddef.h>

/* M/M/1: the mean time in the system, and P(time in the system <= time_s) under first come first
 * served. */
double theory_mm1_sojourn_s(double arrivals_per_s, double service_s);
double theory_mm1_sojourn_cdf(double arrivals_per_s, double service_s, double time_s);

/* M/M/c: the probability of having to wait (Erlang C) at an offered load in erlangs, and mean
 * times. */
double theory_erlang_c(unsigned servers, double offered_load);
double theory_mmc_waiting_s(unsigned servers, double arrivals_per_s, double service_s);
double theory_mmc_sojourn_s(unsigned servers, double arrivals_per_s, double service_s);

/* M/G/1 (Pollaczek-Khinchine) from the service time's mean and variance; M/D/1 is its case of
 * variance 0. */
double theory_mg1_waiting_s(double arrivals_per_s, double service_s, double service_variance_s2);
double theory_mg1_sojourn_s(double arrivals_per_s, double service_s, double service_variance_s2);
double theory_md1_sojourn_s(double arrivals_per_s, double service_s);

/* M/M/1/K, with room for K, the one at work included: the share of arrivals that find it full, and
 * the mean time in the system of the others. */
double theory_mm1k_refused_p(unsigned room, double arrivals_per_s, double service_s);
double theory_mm1k_sojourn_s(unsigned room, double arrivals_per_s, double service_s);

/* G/G/1 by Kingman's approximation, which is exact for M/G/1 and an upper bound in heavy traffic,
 * from the squared coefficients of variation of interarrival and service times. */
double theory_gg1_waiting_s(double arrivals_per_s, double service_s, double arrivals_scv,
                            double service_scv);

/* Deliveries of a message after its first, with idle workers and work of any distribution:
 * longer_p(context, k) is the chance that a work takes longer than k visibility timeouts. */
typedef double theory_longer_p(const void *context, double timeouts);
double theory_duplicates_of(theory_longer_p *longer_p, const void *context,
                            bool any_handle_deletes);

/* Deliveries of a message after its first, with idle workers, exponential service of mean
 * service_s, and a visibility timeout: when only the newest handle's delete counts, or when any
 * does. */
double theory_duplicates(double visibility_s, double service_s, bool any_handle_deletes);

/* P(the slowest of so many independent exponential times of these means <= time_s). */
double theory_slowest_cdf(const double *means_s, size_t count, double time_s);

/* Polls of one consumer whose work takes no time, each until the next message of a Poisson stream
 * or until the wait is over. */
double theory_polls_per_s(double arrivals_per_s, double wait_s);

#endif
