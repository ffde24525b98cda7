// SPDX-License-Identifier: GPL-3.0-or-later
/* Speed of whole experiments: what a second core gains, against what it gains two hand-written
 * programs side by side in the same minute; what writing many rows takes; and a large sweep.
 *
 * usage: bench_experiment FLOOR, prints one line per figure: what, measured, must. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/must.h"
#include "report/report.h"
#include "tools/results.h"
#include "tools/timing.h"

enum { ROUNDS = 9, ROWS = 100000, POINTS = 1000 };

/* --- the second core --- */

static const char r1[] =
    "{ \"version\": 1, \"experiment\": { \"seed\": 1, \"replications\": 40, \"drain\": true },"
    "  \"queues\": { \"jobs\": { \"VisibilityTimeout\": 30,"
    "      \"RedrivePolicy\": { \"deadLetterTargetArn\": \"jobs-dlq\", \"maxReceiveCount\": 3 } },"
    "    \"jobs-dlq\": {} },"
    "  \"producers\": { \"source\": { \"to\": \"jobs\", \"messages\": 250000,"
    "      \"arrivals\": { \"process\": \"poisson\", \"rate\": \"80/s\" } } },"
    "  \"consumers\": { \"worker\": { \"from\": \"jobs\", \"count\": 10, \"WaitTimeSeconds\": 20,"
    "      \"service\": { \"dist\": \"exponential\", \"mean\": \"100ms\" },"
    "      \"failure\": { \"probability\": 0.05, \"mode\": \"abandon\" } } } }";

static double r1_s(unsigned threads)
{
    const double begin_s = timing_now_s();
    struct results results = results_run(r1, threads);
    const double spent_s = timing_now_s() - begin_s;
    results_free(&results);
    return spent_s;
}

/* So many of the floor side by side. */
static double floors_s(const char *floor, int count)
{
    const double begin_s = timing_now_s();
    for (int i = 0; i < count; i++) {
        const pid_t child = fork();
        MUST(child >= 0);
        if (child == 0) {
            MUST(freopen("/dev/null", "w", stdout) != NULL);
            execl(floor, floor, "15000000", "10", "80", "30", "0", (char *)NULL);
            _exit(127);
        }
    }
    for (int i = 0; i < count; i++) {
        int status;
        MUST(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    return timing_now_s() - begin_s;
}

static void bench_cores(const char *floor)
{
    double shares[ROUNDS], ours[ROUNDS], theirs[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        const double one_s = floors_s(floor, 1), two_s = floors_s(floor, 2);
        const double alone_s = r1_s(1);
        ours[i] = alone_s / r1_s(2);
        theirs[i] = (one_s + floors_s(floor, 1)) * 2.0 / (two_s + floors_s(floor, 2));
        shares[i] = ours[i] / theirs[i];
    }
    const double share = timing_median(shares, ROUNDS);
    timing_at_least("two cores, of what they gain two floors", share, "x", 0.93);
    timing_tell("40 replications of R1 on two cores", timing_median(ours, ROUNDS), "x");
    timing_tell("two floors on two cores", timing_median(theirs, ROUNDS), "x");
}

/* --- rows --- */

static const char small[] =
    "{ \"version\": 1, \"experiment\": { \"duration\": 10, \"replications\": 2000 },"
    "  \"queues\": { \"q\": { \"ReceiveMessageWaitTimeSeconds\": 20 } },"
    "  \"producers\": { \"p\": { \"to\": \"q\", \"arrivals\": { \"process\": \"poisson\","
    "      \"rate\": 5 } } },"
    "  \"consumers\": { \"c\": { \"from\": \"q\", \"service\": { \"dist\": \"exponential\","
    "      \"mean\": \"100ms\" } } } }";

/* All forms of a result, to where nothing waits for a disk. */
static void bench_rows(void)
{
    struct results results = results_run(small, 2);
    const struct cell *cell = results.result->cells;
    const struct report report = {.result = results.result,
                                  .build = {"", "", "", "", ""},
                                  .wall = {.started = "", .host = ""}};
    FILE *file = fopen("/dev/null", "w");
    MUST(file != NULL);
    const double begin_s = timing_now_s();
    for (size_t i = 0; report_forms[i] != NULL; i++) {
        struct text rest = {.length = 0};
        if (report_forms[i]->applies == NULL || report_forms[i]->applies(results.result))
            report_forms[i]->write(&report, &rest, file);
        fwrite(text_of(&rest), 1, rest.length, file);
        text_free(&rest);
    }
    fclose(file);
    const double spent_s =
        (timing_now_s() - begin_s) * ROWS / (double)(cell->row_count * cell->replication_count);
    timing_at_most("writing 100,000 rows", spent_s, "s", 0.5, 0);
    results_free(&results);
}

/* --- a sweep --- */

static void bench_sweep(void)
{
    struct text text = {.length = 0};
    text_add(&text, "{ \"version\": 1, \"experiment\": { \"replications\": 20, \"drain\": true },"
                    "  \"queues\": { \"q\": { \"ReceiveMessageWaitTimeSeconds\": 20 } },"
                    "  \"producers\": { \"p\": { \"to\": \"q\", \"messages\": 10000, \"arrivals\":"
                    "      { \"process\": \"poisson\", \"rate\": 5 } } },"
                    "  \"consumers\": { \"c\": { \"from\": \"q\", \"count\": 10, \"service\":"
                    "      { \"dist\": \"exponential\", \"mean\": \"100ms\" } } },"
                    "  \"sweep\": { \"/producers/p/arrivals/rate\": [");
    for (int i = 0; i < POINTS; i++)
        text_printf(&text, "%s%.2f", i > 0 ? ", " : "", 1.0 + 0.08 * i);
    text_add(&text, "] } }");
    const double begin_s = timing_now_s();
    struct results results = results_run(text_of(&text), 2);
    const double spent_s = timing_now_s() - begin_s;
    timing_at_most("1,000 points x 20 replications x 10,000 messages", spent_s, "s", 60, 0);
    results_free(&results);
    text_free(&text);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: bench_experiment FLOOR\n", stderr);
        return 2;
    }
    bench_cores(argv[1]);
    bench_rows();
    bench_sweep();
    return 0;
}
