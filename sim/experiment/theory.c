// SPDX-License-Identifier: GPL-3.0-or-later
/* Sources: K = L. Kleinrock, Queueing Systems, volume 1 (1975); S = W. J. Stewart, Probability,
 * Markov Chains, Queues, and Simulation (2009). */
#include "experiment/theory.h"

#include <math.h>

/* K (3.26): T = 1 / (mu - lambda). */
double theory_mm1_sojourn_s(double arrivals_per_s, double service_s)
{
    const double load = arrivals_per_s * service_s;
    return load < 1.0 ? service_s / (1.0 - load) : HUGE_VAL;
}

/* K (5.118): the time in the system is exponential with rate mu - lambda. */
double theory_mm1_sojourn_cdf(double arrivals_per_s, double service_s, double time_s)
{
    if (arrivals_per_s * service_s >= 1.0 || time_s <= 0.0)
        return 0.0;
    return -expm1(-(1.0 / service_s - arrivals_per_s) * time_s);
}

/* K (3.40), by Erlang B's recursion B(k) = a B(k-1) / (k + a B(k-1)), which never overflows, and
 * C = B / (1 - rho (1 - B)). */
double theory_erlang_c(unsigned servers, double offered_load)
{
    const double load = offered_load / (double)servers;
    if (load >= 1.0)
        return 1.0;
    double blocking = 1.0;
    for (unsigned k = 1; k <= servers; k++)
        blocking = offered_load * blocking / ((double)k + offered_load * blocking);
    return blocking / (1.0 - load * (1.0 - blocking));
}

/* S section 11.4: W = C / (c mu - lambda). */
double theory_mmc_waiting_s(unsigned servers, double arrivals_per_s, double service_s)
{
    const double offered_load = arrivals_per_s * service_s;
    if (offered_load >= (double)servers)
        return HUGE_VAL;
    return theory_erlang_c(servers, offered_load) * service_s / ((double)servers - offered_load);
}

double theory_mmc_sojourn_s(unsigned servers, double arrivals_per_s, double service_s)
{
    return theory_mmc_waiting_s(servers, arrivals_per_s, service_s) + service_s;
}

/* K (5.69), Pollaczek-Khinchine: W = lambda E[S^2] / (2 (1 - rho)). */
double theory_mg1_waiting_s(double arrivals_per_s, double service_s, double service_variance_s2)
{
    const double load = arrivals_per_s * service_s;
    if (load >= 1.0)
        return HUGE_VAL;
    const double second_moment = service_variance_s2 + service_s * service_s;
    return arrivals_per_s * second_moment / (2.0 * (1.0 - load));
}

double theory_mg1_sojourn_s(double arrivals_per_s, double service_s, double service_variance_s2)
{
    return theory_mg1_waiting_s(arrivals_per_s, service_s, service_variance_s2) + service_s;
}

double theory_md1_sojourn_s(double arrivals_per_s, double service_s)
{
    return theory_mg1_sojourn_s(arrivals_per_s, service_s, 0.0);
}

/* K (3.43): the distribution is that of M/M/1, cut off at K: p(k) ~ rho^k. */
double theory_mm1k_refused_p(unsigned room, double arrivals_per_s, double service_s)
{
    const double load = arrivals_per_s * service_s;
    double sum = 0.0, power = 1.0;
    for (unsigned k = 0; k < room; k++, power *= load)
        sum += power;
    return power / (sum + power);
}

/* Little's law: the mean number over the rate of those that are let in. */
double theory_mm1k_sojourn_s(unsigned room, double arrivals_per_s, double service_s)
{
    const double load = arrivals_per_s * service_s;
    double sum = 0.0, number = 0.0, power = 1.0;
    for (unsigned k = 0; k <= room; k++, power *= load) {
        sum += power;
        number += (double)k * power;
    }
    return number / sum /
           (arrivals_per_s * (1.0 - theory_mm1k_refused_p(room, arrivals_per_s, service_s)));
}

/* J. F. C. Kingman, Math. Proc. Cambridge Phil. Soc. 57 (1961): W ~ rho / (1 - rho) (ca + cs) / 2
 * times the service time. */
double theory_gg1_waiting_s(double arrivals_per_s, double service_s, double arrivals_scv,
                            double service_scv)
{
    const double load = arrivals_per_s * service_s;
    if (load >= 1.0)
        return HUGE_VAL;
    return load / (1.0 - load) * (arrivals_scv + service_scv) / 2.0 * service_s;
}

/* As below, with P(S > k timeouts) instead of q^k: draws of work are independent. */
double theory_duplicates_of(theory_longer_p *longer_p, const void *context, bool any_handle_deletes)
{
    const double q = longer_p(context, 1.0);
    if (q >= 1.0)
        return HUGE_VAL;
    if (!any_handle_deletes)
        return q / (1.0 - q);
    double sum = 0.0, term = q;
    for (double k = 2.0; term > sum * 0x1p-53 && k < 1e6; k++) {
        sum += term;
        term *= longer_p(context, k);
    }
    return sum;
}

/* Delivery k + 1 happens if nothing was deleted by time k VT after the first.  With q = P(S > VT):
 * if only the newest handle deletes, every one of k works must be longer than VT: q^k, in sum q /
 * (1 - q).  If any handle deletes, work j of k must be longer than (k - j + 1) VT: q^1 q^2 ... q^k
 * = q^(k(k+1)/2). */
double theory_duplicates(double visibility_s, double service_s, bool any_handle_deletes)
{
    const double q = exp(-visibility_s / service_s);
    if (!any_handle_deletes)
        return q < 1.0 ? q / (1.0 - q) : HUGE_VAL;
    if (q >= 1.0)
        return HUGE_VAL;
    double sum = 0.0, power = 1.0, term = 1.0;
    while (term > sum * 0x1p-53) {
        power *= q;
        term *= power;
        sum += term;
    }
    return sum;
}

/* All of them are within the time: the product of their own distributions. */
double theory_slowest_cdf(const double *means_s, size_t count, double time_s)
{
    double all = 1.0;
    for (size_t i = 0; i < count; i++)
        all *= time_s > 0.0 ? -expm1(-time_s / means_s[i]) : 0.0;
    return all;
}

/* A poll lasts min(exponential, wait), on average (1 - exp(-lambda W)) / lambda. */
double theory_polls_per_s(double arrivals_per_s, double wait_s)
{
    return arrivals_per_s / -expm1(-arrivals_per_s * wait_s);
}
