// SPDX-License-Identifier: GPL-3.0-or-later
/* Speed and memory of whole worlds, as ratios: model R1 here against tests/bench/floor.c, run in
 * turn in the same minute, since absolute times on a shared machine are no evidence.
 *
 * usage: bench_world FLOOR [OTHER], prints one line per figure: what, measured, must, aim.  OTHER
 * is any program that takes a number of messages and prints "... NUMBER ns/message ...". */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/must.h"
#include "base/text.h"
#include "scenario/world.h"
#include "tools/timing.h"

enum { ROUNDS = 9, MESSAGES = 1000000, QUEUES = 10 };

static const char r1_text[] =
    "{ \"version\": 1, \"experiment\": { \"seed\": 1, \"replications\": 1, \"drain\": true,"
    "    \"maxMessages\": 40000000 },"
    "  \"queues\": { \"jobs\": { \"VisibilityTimeout\": 30,"
    "      \"RedrivePolicy\": { \"deadLetterTargetArn\": \"jobs-dlq\", \"maxReceiveCount\": 3 } },"
    "    \"jobs-dlq\": {} },"
    "  \"producers\": { \"source\": { \"to\": \"jobs\", \"messages\": 1000000,"
    "      \"arrivals\": { \"process\": \"poisson\", \"rate\": \"80/s\" } } },"
    "  \"consumers\": { \"worker\": { \"from\": \"jobs\", \"count\": 10, \"WaitTimeSeconds\": 20,"
    "      \"service\": { \"dist\": \"exponential\", \"mean\": \"100ms\" },"
    "      \"failure\": { \"probability\": 0.05, \"mode\": \"abandon\" } } } }";

static const char fifo_text[] =
    "{ \"version\": 1, \"experiment\": { \"seed\": 1, \"replications\": 1, \"drain\": true,"
    "    \"maxMessages\": 40000000 },"
    "  \"queues\": { \"jobs.fifo\": { \"FifoQueue\": true, \"VisibilityTimeout\": 30,"
    "      \"quotas\": false, \"RedrivePolicy\": { \"deadLetterTargetArn\": \"dlq.fifo\","
    "      \"maxReceiveCount\": 3 } }, \"dlq.fifo\": { \"FifoQueue\": true } },"
    "  \"producers\": { \"source\": { \"to\": \"jobs.fifo\", \"messages\": 1000000,"
    "      \"message\": { \"group\": { \"groups\": 1000 } },"
    "      \"arrivals\": { \"process\": \"poisson\", \"rate\": \"80/s\" } } },"
    "  \"consumers\": { \"worker\": { \"from\": \"jobs.fifo\", \"count\": 10,"
    "      \"WaitTimeSeconds\": 20, \"service\": { \"dist\": \"exponential\", \"mean\": \"100ms\" "
    "},"
    "      \"failure\": { \"probability\": 0.05, \"mode\": \"abandon\" } } } }";

struct bench {
    struct diag *diag;
    struct scenario_file *file;
    struct scenario *scenario;
    struct world *world;
};

static void bench_open(struct bench *bench, const char *text, bool heard,
                       const struct scenario_override *overrides, size_t count)
{
    bench->diag = diag_new();
    bench->file = scenario_file_read("bench", text, strlen(text), overrides, count, bench->diag);
    bench->scenario = bench->file ? scenario_load(bench->file, 0, 0, bench->diag) : NULL;
    diag_print(bench->diag, stderr);
    MUST(bench->scenario != NULL);
    bench->world = world_new(bench->scenario, heard, heard);
}

static void bench_close(struct bench *bench)
{
    world_free(bench->world);
    scenario_free(bench->scenario);
    scenario_file_free(bench->file);
    diag_free(bench->diag);
}

/* Nanoseconds for each of so many messages in one replication. */
static double run_ns(struct bench *bench, uint32_t replication, double messages)
{
    const double begin_s = timing_now_s();
    MUST(world_run(bench->world, replication, NULL));
    return (timing_now_s() - begin_s) * 1e9 / messages;
}

/* Runs a program that prints "... NUMBER ns/message ...", and returns the number. */
static double program_ns(const char *program, const char *const *arguments)
{
    char text[512] = "";
    int ends[2];
    MUST(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        execl(program, program, arguments[0], arguments[1], arguments[2], arguments[3],
              arguments[4], (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    while ((got = read(ends[0], text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)got;
    close(ends[0]);
    waitpid(child, NULL, 0);
    char *unit = strstr(text, " ns/m");
    MUST(unit != NULL);
    while (unit > text && unit[-1] != ' ')
        unit--;
    return strtod(unit, NULL);
}

/* Two benches in turn; prints the median of a / b. */
static double ratio_of(struct bench *a, double a_messages, struct bench *b, double b_messages)
{
    double ratios[ROUNDS];
    for (uint32_t i = 0; i < ROUNDS; i++)
        ratios[i] = run_ns(a, i + 1, a_messages) / run_ns(b, i + 1, b_messages);
    return timing_median(ratios, ROUNDS);
}

static const char *const floor_arguments[] = {"1000000", "10", "80", "30", "0"};

static void bench_floor(struct bench *r1, const char *floor)
{
    double ratios[ROUNDS], ours[ROUNDS], theirs[ROUNDS];
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ours[i] = run_ns(r1, i + 1, MESSAGES);
        theirs[i] = program_ns(floor, floor_arguments);
        ratios[i] = ours[i] / theirs[i];
    }
    timing_at_most("R1 against the hand-written floor", timing_median(ratios, ROUNDS), "x", 1.7,
                   1.3);
    timing_tell("R1, everything switched on", timing_median(ours, ROUNDS), "ns/message");
    timing_tell("the floor", timing_median(theirs, ROUNDS), "ns/message");
}

static void bench_other(struct bench *r1, const char *floor, const char *other)
{
    static const char *const arguments[] = {"1000000", NULL, NULL, NULL, NULL};
    double ours[ROUNDS], floors[ROUNDS];
    for (uint32_t i = 0; i < ROUNDS; i++) {
        const double their_ns = program_ns(other, arguments);
        ours[i] = run_ns(r1, i + 1, MESSAGES) / their_ns;
        floors[i] = program_ns(floor, floor_arguments) / their_ns;
    }
    printf("against %s:\n", other);
    timing_tell("  R1, everything switched on", timing_median(ours, ROUNDS), "x");
    timing_tell("  the floor", timing_median(floors, ROUNDS), "x");
}

static void bench_consumers(struct bench *r1)
{
    static const struct scenario_override overrides[] = {
        {"/consumers/worker/count", "10000"},
        {"/producers/source/arrivals/rate", "80000"},
        {"/queues/jobs/VisibilityTimeout", "2"},
    };
    struct bench many;
    bench_open(&many, r1_text, true, overrides, 3);
    timing_at_most("R1c, 10,000 consumers, against R1", ratio_of(&many, MESSAGES, r1, MESSAGES),
                   "x", 1.7, 1.3);
    bench_close(&many);
}

static void bench_fifo(struct bench *r1)
{
    struct bench fifo;
    bench_open(&fifo, fifo_text, true, NULL, 0);
    timing_at_most("R1 on FIFO, 1,000 groups, against standard",
                   ratio_of(&fifo, MESSAGES, r1, MESSAGES), "x", 2.0, 1.5);
    bench_close(&fifo);
}

/* R1's queue ten times over, each with so many workers, kept as busy as R1's: behind one topic, or
 * each with a producer. */
static void write_ten(struct text *text, bool has_topic, int workers)
{
    text_add(text, "{ \"version\": 1, \"experiment\": { \"seed\": 1, \"replications\": 1,"
                   " \"drain\": true, \"maxMessages\": 40000000 }, \"queues\": { \"dlq\": {}");
    for (int i = 0; i < QUEUES; i++)
        text_printf(text,
                    ", \"q%d\": { \"RedrivePolicy\": { \"deadLetterTargetArn\": \"dlq\","
                    " \"maxReceiveCount\": 3 } }",
                    i);
    text_add(text, "}, \"consumers\": {");
    for (int i = 0; i < QUEUES; i++)
        text_printf(text,
                    "%s\"w%d\": { \"from\": \"q%d\", \"count\": %d, \"WaitTimeSeconds\": 20,"
                    " \"service\": { \"dist\": \"exponential\", \"mean\": \"100ms\" },"
                    " \"failure\": { \"probability\": 0.05, \"mode\": \"abandon\" } }",
                    i > 0 ? ", " : "", i, i, workers);
    text_add(text, "}, \"producers\": {");
    for (int i = 0; i < (has_topic ? 1 : QUEUES); i++)
        text_printf(text,
                    "%s\"p%d\": { \"to\": \"%s%.0d\", \"messages\": 100000, \"arrivals\":"
                    " { \"process\": \"poisson\", \"rate\": %d } }",
                    i > 0 ? ", " : "", i,
                    has_topic ? "news"
                    : i > 0   ? "q"
                              : "q0",
                    i, 8 * workers);
    text_add(text, "}, \"topics\": { \"news\": { \"subscriptions\": [");
    for (int i = 0; i < QUEUES && has_topic; i++)
        text_printf(text, "%s{ \"Protocol\": \"sqs\", \"Endpoint\": \"q%d\" }", i > 0 ? ", " : "",
                    i);
    text_add(text, "] } } }");
}

static void open_ten(struct bench *bench, bool has_topic, int workers)
{
    struct text text = {0};
    write_ten(&text, has_topic, workers);
    bench_open(bench, text_of(&text), true, NULL, 0);
    text_free(&text);
}

/* What a message costs in ten queues, published once: against R1, the ten queues sharing its ten
 * workers or having ten each, and against a send to each.  What those cost against R1 is the price
 * of ten queues taking turns, which no topic can be blamed for. */
static void bench_fan_out(struct bench *r1)
{
    struct bench shared, published, sent;
    open_ten(&shared, true, 1);
    open_ten(&published, true, 10);
    open_ten(&sent, false, 10);
    timing_at_most("fan-out to 10 queues with 1 worker, a delivery to R1",
                   ratio_of(&shared, MESSAGES, r1, MESSAGES), "x", 1.0, 0.7);
    timing_at_most("fan-out to 10 queues with 10, a delivery to R1",
                   ratio_of(&published, MESSAGES, r1, MESSAGES), "x", 1.0, 0.7);
    timing_tell("10 queues with a producer each, a message to R1",
                ratio_of(&sent, MESSAGES, r1, MESSAGES), "x");
    timing_at_most("a publication to 10 queues, against 10 sends",
                   ratio_of(&published, MESSAGES, &sent, MESSAGES), "x", 1.2, 1.0);
    bench_close(&shared);
    bench_close(&published);
    bench_close(&sent);
}

static void bench_metrics(struct bench *r1)
{
    struct bench deaf;
    bench_open(&deaf, r1_text, false, NULL, 0);
    timing_at_most("metrics and invariants, against neither",
                   ratio_of(r1, MESSAGES, &deaf, MESSAGES), "x", 1.25, 1.15);
    bench_close(&deaf);
}

static double resident_bytes(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file != NULL)
        fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* A world with so many messages waiting at time 0 and nobody to read them, in a process of its own.
 */
static void bench_memory(const char *text, const char *pointer, const char *what, const char *count,
                         double must, double aim)
{
    const struct scenario_override overrides[] = {
        {pointer, count},
        {"/producers/source/messages", "1"},
        {"/experiment/drain", "false"},
        {"/queues/jobs.fifo/preload/group", "{\"groups\": 1000}"},
    };
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        struct bench bench;
        bench_open(&bench, text, true, overrides, text == fifo_text ? 4 : 3);
        const double before = resident_bytes();
        MUST(world_run(bench.world, 1, NULL));
        const double bytes = (resident_bytes() - before) / strtod(count, NULL);
        timing_at_most(what, bytes, "bytes", must, aim);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

/* Seconds of a run with a backlog that the load keeps where it is to the end; memory was touched by
 * a first run. */
static double backlog_s(const char *text, const char *preload, const char *backlog,
                        const char *duration)
{
    const struct scenario_override overrides[] = {
        {preload, backlog},
        {"/producers/source/messages", "100000000"},
        {"/producers/source/arrivals/rate", "95"},
        {"/experiment/duration", duration},
        {"/experiment/drain", "false"},
        {"/queues/jobs.fifo/preload/group", "{\"groups\": 1000}"},
    };
    struct bench bench;
    bench_open(&bench, text, true, overrides, text == fifo_text ? 6 : 5);
    run_ns(&bench, 1, 1.0);
    const double seconds = run_ns(&bench, 1, 1e9);
    bench_close(&bench);
    return seconds;
}

/* What a message costs with 1e7 waiting against 1e3: the longer run less the shorter one, so that
 * building the backlog does not count. */
static void bench_backlog(const char *text, const char *preload, const char *what)
{
    double ratios[3];
    for (uint32_t i = 0; i < 3; i++) {
        const double few =
            backlog_s(text, preload, "1000", "36000s") - backlog_s(text, preload, "1000", "6000s");
        const double many = backlog_s(text, preload, "10000000", "36000s") -
                            backlog_s(text, preload, "10000000", "6000s");
        ratios[i] = many / few;
    }
    timing_at_most(what, timing_median(ratios, 3), "x", 2.0, 1.3);
}

int main(int argc, char **argv)
{
    struct bench r1;
    if (argc < 2) {
        fputs("usage: bench_world FLOOR [OTHER]\n", stderr);
        return 2;
    }
    bench_open(&r1, r1_text, true, NULL, 0);
    run_ns(&r1, 1, MESSAGES);
    bench_floor(&r1, argv[1]);
    if (argc > 2)
        bench_other(&r1, argv[1], argv[2]);
    bench_consumers(&r1);
    bench_fifo(&r1);
    bench_fan_out(&r1);
    bench_metrics(&r1);
    bench_close(&r1);
    bench_memory(r1_text, "/queues/jobs/preload/messages", "bytes per waiting message, 1e6",
                 "1000000", 80, 56);
    bench_memory(r1_text, "/queues/jobs/preload/messages", "bytes per waiting message, 1e7",
                 "10000000", 80, 56);
    bench_memory(fifo_text, "/queues/jobs.fifo/preload/messages",
                 "bytes per waiting FIFO message, 1e7", "10000000", 96, 72);
    bench_backlog(r1_text, "/queues/jobs/preload/messages", "backlog 1e7 against 1e3, standard");
    bench_backlog(fifo_text, "/queues/jobs.fifo/preload/messages", "backlog 1e7 against 1e3, FIFO");
    return 0;
}
