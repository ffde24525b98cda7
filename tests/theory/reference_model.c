// SPDX-License-Identifier: GPL-3.0-or-later
/* One standard queue with a visibility timeout and a dead-letter queue (R1), in its steady state,
 * against its closed form.
 *
 * Messages come at lambda = 80/s to c = 10 workers with exponential work of 0.1 s; an attempt fails
 * with p = 0.05 and the message comes back 30 s after its receive, three times at most.  All
 * attempts share one station and the pause before a return is a station of infinitely many
 * servers, so the network has product form but for the weak dependence of the pause on the work: an
 * M/M/10 at lambda_e = lambda (1 + p + p^2) = 84.2/s.
 *
 * Means over replications must lie within Student's t interval at an error of 1e-6. */
#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "tools/world.h"

enum { REPLICATIONS = 20, SERVERS = 10, TRIES = 3 };

static const double lambda = 80.0, mu = 10.0, p = 0.05, pause_s = 30.0;

static const char text[] =
    "{`version`: 1, `title`: `R1`, `experiment`: {`seed`: 1, `duration`: 4200, `warmup`: 200, "
    "`drain`: true}, `queues`: {`jobs`: {`VisibilityTimeout`: 30, `RedrivePolicy`: "
    "{`deadLetterTargetArn`: `jobs-dlq`, `maxReceiveCount`: 3}}, `jobs-dlq`: {}}, `producers`: "
    "{`source`: {`to`: `jobs`, `arrivals`: {`process`: `poisson`, `rate`: 80}}}, `consumers`: "
    "{`worker`: {`from`: `jobs`, `count`: 10, `WaitTimeSeconds`: 20, `service`: {`dist`: "
    "`exponential`, `mean`: `100ms`}, `failure`: {`probability`: 0.05, `mode`: `abandon`}}}}";

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

static double lambda_e(void)
{
    return lambda * (1.0 + p + p * p);
}
static double chance_to_wait(void)
{
    return erlang_c(SERVERS, lambda_e() / mu);
}

/* --- the distribution of a message's time in the queue --- */

/* A message that came back keeps its place by its send (RCV-10), so it stands before all that are
 * new: two classes without preemption, the returned first, with lambda_r = lambda (p + p^2).
 *
 * Who has to wait (chance C in both classes) finds n others waiting with chance (1 - rho) rho^n and
 * stays for n + 1 ends of work, each an exponential of rate a = c mu.  A new message also lets
 * those pass that come back meanwhile: each end of work becomes a busy period of an M/M/1 with
 * arrivals lambda_r, whose transform is b(s) = (lambda_r + a + s - sqrt((lambda_r + a + s)^2 - 4
 * lambda_r a)) / (2 lambda_r).  (R. H. Davis, Operations Research 14 (1966), p. 133 ff.) */
static double lambda_r(void)
{
    return lambda * (p + p * p);
}

static double complex wait_new(double complex s)
{
    const double a = SERVERS * mu, r = lambda_r(), rho = lambda_e() / a;
    const double complex sum = r + a + s;
    const double complex busy = (sum - csqrt(sum * sum - 4.0 * r * a)) / (2.0 * r);
    return 1.0 - chance_to_wait() + chance_to_wait() * (1.0 - rho) * busy / (1.0 - rho * busy);
}

/* A returned message waits for the returned before it alone: an exponential of rate a - lambda_r.
 */
static double complex wait_returned(double complex s)
{
    const double rate = SERVERS * mu - lambda_r();
    return 1.0 - chance_to_wait() + chance_to_wait() * rate / (rate + s);
}

/* The transform of P(a first wait, k waits after a return and one work > t). */
static double complex longer_transform(int k, double complex s)
{
    double complex density = wait_new(s) * mu / (mu + s);
    for (int i = 0; i < k; i++)
        density *= wait_returned(s);
    return (1.0 - density) / s;
}

/* The inverse at t by Euler summation: J. Abate, W. Whitt, ORSA Journal on Computing 7 (1995),
 * p. 36 ff., whose error is about exp(-18.4) = 1e-8. */
static double attempts_longer(int k, double t)
{
    enum { PLAIN = 15, AVERAGED = 11 };
    const double big = 18.4, pi = acos(-1.0);
    double sum = 0.5 * creal(longer_transform(k, big / (2.0 * t))), result = 0.0, weight = 1.0;
    for (int n = 1; n <= PLAIN + AVERAGED; n++) {
        if (n > PLAIN) { /* binomial means of the partial sums */
            result += weight * sum;
            weight *= (double)(AVERAGED - (n - PLAIN - 1)) / (n - PLAIN);
        }
        const double complex s = (big + 2.0 * (double)n * pi * (double complex)I) / (2.0 * t);
        sum += (n % 2 ? -1.0 : 1.0) * creal(longer_transform(k, s));
    }
    result += weight * sum;
    return exp(big / 2.0) / t * result / (1 << AVERAGED);
}

/* P(time in the queue > t) of a message that was deleted: with k failures before, which has the
 * chance (1 - p) p^k / (1 - p^3), it is k pauses besides. */
static double sojourn_longer(double t)
{
    double sum = 0.0;
    for (int k = 0; k < TRIES; k++) {
        const double weight = (1.0 - p) * pow(p, k) / (1.0 - pow(p, TRIES));
        const double left = t - k * pause_s;
        sum += weight * (left > 0.0 ? attempts_longer(k, left) : 1.0);
    }
    return sum;
}

static double sojourn_quantile(double q)
{
    double low = 0.0, high = 200.0;
    for (int i = 0; i < 200; i++) {
        const double middle = 0.5 * (low + high);
        if (sojourn_longer(middle) > 1.0 - q)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The mean by the formula and by integrating the distribution are one number but for the second
 * order of p in which first waits and waits after a return are weighed: so the distribution is that
 * of the model. */
static void test_the_distribution_has_the_mean(void **state)
{
    const double failures =
        (1.0 - p) * (p + 2.0 * p * p) / (1.0 - p * p * p); /* of a deleted message: 0.0522565 */
    const double wait_s = chance_to_wait() / (SERVERS * mu - lambda_e());
    const double mean_s = pause_s * failures + (1.0 + failures) * wait_s + 1.0 / mu;
    double area = 0.0;
    (void)state;
    for (int i = 0; i < 31000; i++)
        area += sojourn_longer((i + 0.5) * 2e-3) * 2e-3;
    assert_true(fabs(failures - 0.0522565) < 5e-8);
    assert_true(fabs(chance_to_wait() - 0.509328) < 5e-7);
    assert_true(fabs(mean_s - 1.70162) < 5e-6);
    assert_true(fabs(area - mean_s) < 2e-5);
}

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

static void test_the_steady_state(void **state)
{
    enum { QUANTILES = 4 };
    static const double quantiles[QUANTILES] = {0.1, 0.5, 0.9, 0.99};
    struct stat_moments shares[QUANTILES];
    struct world_lab lab;
    (void)state;
    world_lab_open(&lab, text);
    const struct stat_moments *wait = world_lab_watch(&lab, "jobs", "visitWaiting", "mean");
    const struct stat_moments *first = world_lab_watch(&lab, "jobs", "waiting", "mean");
    const struct stat_moments *sojourn = world_lab_watch(&lab, "jobs", "sojourn", "mean");
    const struct stat_moments *receives = world_lab_watch(&lab, "jobs", "receives", "rate");
    const struct stat_moments *dead = world_lab_watch(&lab, "jobs", "deadLettered", "rate");
    const struct stat_moments *busy = world_lab_watch(&lab, "worker", "utilisation", "mean");
    const struct stat_moments *visible =
        world_lab_watch(&lab, "jobs", "ApproximateNumberOfMessagesVisible", "mean");
    const struct stat_moments *in_flight =
        world_lab_watch(&lab, "jobs", "ApproximateNumberOfMessagesNotVisible", "mean");
    for (size_t i = 0; i < QUANTILES; i++)
        stat_init(&shares[i]);
    for (uint32_t r = 1; r <= REPLICATIONS; r++) {
        world_lab_run_all(&lab, r, 1);
        const struct hist *hist = world_lab_hist(&lab, "jobs", "sojourn");
        for (size_t i = 0; i < QUANTILES; i++) {
            struct share share = {.x = sojourn_quantile(quantiles[i])};
            hist_each(hist, add_bin, &share);
            stat_add(&shares[i], share.below / share.all - (1.0 - sojourn_longer(share.edge)));
        }
    }
    WORLD_LAB_EXPECT(wait, 0.032236, 5e-7); /* C / (c mu - lambda_e) */
    /* The mean first wait by RCV-10: C a / ((a - lambda_r) (a - lambda_e)) = 0.033650. */
    WORLD_LAB_EXPECT(first, chance_to_wait() * 100.0 / ((100.0 - lambda_r()) * 15.8), 0.0);
    WORLD_LAB_EXPECT(sojourn, 1.70162, 5e-6);
    WORLD_LAB_EXPECT(receives, 1.0525, 0.0);
    WORLD_LAB_EXPECT(dead, 1.25e-4, 0.0); /* p^3 */
    WORLD_LAB_EXPECT(busy, 0.842, 0.0);
    WORLD_LAB_EXPECT(visible, 2.7143, 5e-5);                           /* lambda_e W */
    WORLD_LAB_EXPECT(in_flight, 84.2 * (0.95 * 0.1 + 0.05 * 30), 0.0); /* 134.30 */
    for (size_t i = 0; i < QUANTILES; i++)
        WORLD_LAB_EXPECT(&shares[i], 0.0, 0.0);
    print_message("sojourn p50 %.6g s, p99 %.6g s by the closed form; %.6g s, %.6g s here\n",
                  sojourn_quantile(0.5), sojourn_quantile(0.99),
                  world_lab_value(&lab, "jobs", "sojourn", "p50"),
                  world_lab_value(&lab, "jobs", "sojourn", "p99"));
    world_lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_distribution_has_the_mean),
        cmocka_unit_test(test_the_steady_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
