// SPDX-License-Identifier: GPL-3.0-or-later
/* Stations with closed forms: M/M/1, M/M/c, M/D/1, M/G/1, Little's law.
 *
 * A queue whose visibility timeout never ends and consumers that wait for messages are such a
 * station: `waiting` is the time in line, `sojourn` the time in the system.  Every mean over
 * replications must lie within Student's t interval at an error of 1e-6; seeds are fixed.
 *
 * Sources: L. Kleinrock, Queueing Systems I (1975), sections 3.2 (M/M/1), 3.5 (Erlang C) and 5.6
 * (Pollaczek-Khinchine); J. D. C. Little, Operations Research 9 (1961), L = lambda W. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tools/world.h"

enum { REPLICATIONS = 24, TEXT = 1024, EDGES = 4 };

/* What is true of a station. */
struct station {
    double lambda, mean_s, scv; /* arrivals per second, service time and its squared variation */
    int servers;
    double waiting_s;                                         /* mean time in line */
    double (*waits_longer)(const struct station *, double t); /* P(W > t); NULL: not used */
};

/* Erlang C: the chance that an arrival has to wait. */
static double erlang_c(int servers, double load)
{
    double term = 1.0, sum = 0.0;
    for (int k = 0; k < servers; k++) {
        sum += term;
        term *= load / (k + 1);
    }
    term /= 1.0 - load / servers;
    return term / (sum + term);
}

/* M/M/c: P(W > t) = C exp(-(c mu - lambda) t). */
static double mmc_waits_longer(const struct station *s, double t)
{
    return erlang_c(s->servers, s->lambda * s->mean_s) *
           exp(-(s->servers / s->mean_s - s->lambda) * t);
}

/* The share of values not above a bin's edge near x, and that edge. */
struct share {
    double x, edge, below, all;
};

static void add_bin(void *context, int64_t low, int64_t high, uint64_t count)
{
    struct share *share = context;
    (void)low;
    share->all += (double)count;
    if ((double)high * 1e-9 > share->x)
        return;
    share->edge = (double)high * 1e-9;
    share->below += (double)count;
}

static struct share share_below(const struct hist *hist, double x)
{
    struct share share = {.x = x};
    hist_each(hist, add_bin, &share);
    return share;
}

/* The distribution of waits at a few edges, one edge a mean apart; the first is that of not waiting
 * at all, which the histogram keeps exactly. */
static void check_waits(struct world_lab *lab, const struct station *s)
{
    static const double at[EDGES] = {1e-9, 0.5, 1.5, 4.0};
    struct stat_moments shares[EDGES];
    for (size_t i = 0; i < EDGES; i++)
        stat_init(&shares[i]);
    for (uint32_t r = 1; r <= REPLICATIONS; r++) {
        world_lab_run(lab, r);
        const struct hist *waiting = world_lab_hist(lab, "line", "waiting");
        for (size_t i = 0; i < EDGES; i++) {
            const double x = i == 0 ? at[0] : at[i] * s->waiting_s;
            const struct share share = share_below(waiting, x);
            /* Edges lie a little below x; the theory is asked at the edge itself. */
            stat_add(&shares[i], share.below / share.all - (1.0 - s->waits_longer(s, share.edge)));
        }
    }
    for (size_t i = 0; i < EDGES; i++)
        WORLD_LAB_EXPECT(&shares[i], 0.0, 0.0);
}

static void open_station(struct world_lab *lab, const struct station *s, const char *service,
                         int messages)
{
    char text[TEXT];
    const double duration_s = messages / s->lambda;
    snprintf(text, sizeof text,
             "{`version`: 1, `title`: `station`, `experiment`: {`seed`: 11, `duration`: %.17g, "
             "`warmup`: %.17g, `drain`: true}, `queues`: {`line`: {`VisibilityTimeout`: 43200}}, "
             "`producers`: {`source`: {`to`: `line`, `arrivals`: {`process`: `poisson`, `rate`: "
             "%.17g}}}, `consumers`: {`server`: {`from`: `line`, `count`: %d, "
             "`WaitTimeSeconds`: 20, `service`: %s}}}",
             duration_s, duration_s / 20.0, s->lambda, s->servers, service);
    world_lab_open(lab, text);
}

static void check_station(const struct station *s, const char *service, int messages)
{
    struct world_lab lab;
    const double load = s->lambda * s->mean_s;
    open_station(&lab, s, service, messages);
    const struct stat_moments *arrivals = world_lab_watch(&lab, "line", "arrivals", "rate");
    const struct stat_moments *waiting = world_lab_watch(&lab, "line", "waiting", "mean");
    const struct stat_moments *sojourn = world_lab_watch(&lab, "line", "sojourn", "mean");
    const struct stat_moments *visible =
        world_lab_watch(&lab, "line", "ApproximateNumberOfMessagesVisible", "mean");
    const struct stat_moments *in_flight =
        world_lab_watch(&lab, "line", "ApproximateNumberOfMessagesNotVisible", "mean");
    const struct stat_moments *busy = world_lab_watch(&lab, "server", "utilisation", "mean");
    world_lab_run_all(&lab, 1, REPLICATIONS);
    WORLD_LAB_EXPECT(arrivals, s->lambda, 0.0);
    WORLD_LAB_EXPECT(waiting, s->waiting_s, 0.0);
    WORLD_LAB_EXPECT(sojourn, s->waiting_s + s->mean_s, 0.0);
    WORLD_LAB_EXPECT(visible, s->lambda * s->waiting_s, 0.0);
    WORLD_LAB_EXPECT(in_flight, load, 0.0);
    WORLD_LAB_EXPECT(busy, load / s->servers, 0.0);
    if (s->waits_longer != NULL)
        check_waits(&lab, s);
    world_lab_close(&lab);
}

static void test_mm1(void **state)
{
    struct station s = {
        .lambda = 70, .mean_s = 0.01, .scv = 1, .servers = 1, .waits_longer = mmc_waits_longer};
    (void)state;
    /* M/M/1: W = rho / (mu (1 - rho)) = 0.02333. */
    s.waiting_s = 0.7 * 0.01 / 0.3;
    check_station(&s, "{`dist`: `exponential`, `mean`: `10ms`}", 30000);
}

static void test_mmc(void **state)
{
    struct station s = {
        .lambda = 40, .mean_s = 0.1, .scv = 1, .servers = 5, .waits_longer = mmc_waits_longer};
    (void)state;
    /* Erlang C = 0.55411 at 4 Erlang and 5 servers; W = C / (c mu - lambda) = 0.05541. */
    s.waiting_s = erlang_c(5, 4.0) / (5 / 0.1 - 40);
    assert_true(fabs(erlang_c(5, 4.0) - 0.554113) < 1e-6);
    check_station(&s, "{`dist`: `exponential`, `mean`: `100ms`}", 30000);
}

/* Pollaczek-Khinchine: W = rho m (1 + C^2) / (2 (1 - rho)). */
static void check_mg1(double lambda, double mean_s, double scv, const char *service, int messages)
{
    struct station s = {.lambda = lambda, .mean_s = mean_s, .scv = scv, .servers = 1};
    const double load = lambda * mean_s;
    s.waiting_s = load * mean_s * (1.0 + scv) / (2.0 * (1.0 - load));
    check_station(&s, service, messages);
}

static void test_md1(void **state)
{
    (void)state;
    check_mg1(80, 0.01, 0.0, "`10ms`", 30000);
}
static void test_mg1_gamma(void **state)
{
    (void)state;
    check_mg1(60, 0.01, 2.0, "{`dist`: `gamma`, `mean`: `10ms`, `shape`: 0.5}", 30000);
}
static void test_mg1_erlang(void **state)
{
    (void)state;
    check_mg1(70, 0.01, 0.25, "{`dist`: `erlang`, `mean`: `10ms`, `k`: 4}", 30000);
}
static void test_mg1_lognormal(void **state)
{
    (void)state;
    check_mg1(60, 0.01, 1.44, "{`dist`: `lognormal`, `mean`: `10ms`, `cv`: 1.2}", 30000);
}

/* Little: L = lambda W, whatever the station does; here with failures, delays and a visibility
 * timeout that ends.  Over a run that begins and ends empty it holds exactly, but for the doubles
 * that the sums are kept in. */
static void test_little(void **state)
{
    struct world_lab lab;
    (void)state;
    world_lab_open(
        &lab, "{`version`: 1, `title`: `little`, `experiment`: {`seed`: 3, `drain`: true}, "
              "`queues`: {`line`: {`VisibilityTimeout`: 2, `DelaySeconds`: 1}}, `producers`: "
              "{`source`: {`to`: `line`, `messages`: 20000, `arrivals`: {`process`: `poisson`, "
              "`rate`: 10}}}, `consumers`: {`server`: {`from`: `line`, `count`: 12, "
              "`WaitTimeSeconds`: 20, `service`: {`dist`: `exponential`, `mean`: 1}, `failure`: "
              "{`probability`: 0.1}}}}");
    world_lab_run(&lab, 1);
    const double time_s = world_lab_value(&lab, "scenario", "simulatedTime", "end");
    const double held =
        world_lab_value(&lab, "line", "ApproximateNumberOfMessagesVisible", "mean") +
        world_lab_value(&lab, "line", "ApproximateNumberOfMessagesNotVisible", "mean") +
        world_lab_value(&lab, "line", "ApproximateNumberOfMessagesDelayed", "mean");
    const double sojourn_s = world_lab_value(&lab, "line", "sojourn", "mean");
    assert_true(fabs(held * time_s - 20000 * sojourn_s) < 1e-9 * held * time_s);
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mm1),        cmocka_unit_test(test_mmc),
        cmocka_unit_test(test_md1),        cmocka_unit_test(test_mg1_gamma),
        cmocka_unit_test(test_mg1_erlang), cmocka_unit_test(test_mg1_lognormal),
        cmocka_unit_test(test_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
