// SPDX-License-Identifier: GPL-3.0-or-later
/* Requests a second of `queuelab api`: sends of a short message, written ahead in a file, with a
 * write for each reply.  Time is that of the processor, user's and system's, so that one core is
 * measured whatever else the machine does.
 *
 * usage: bench_api [IGNORED...], prints one line per figure: what, measured, must. */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/must.h"
#include "tools/timing.h"
#include "cli/command.h"

enum { ROUNDS = 3, REQUESTS = 1000000, MUST_PER_S = 300000 };

static const char create[] =
    "{\"Action\":\"CreateQueue\",\"Params\":{\"QueueName\":\"q%s\",\"Attributes\":{%s}}}\n";

/* A file of requests that is gone when it is closed. */
static FILE *write_requests(const char *kind, const char *attributes, const char *more)
{
    FILE *file = tmpfile();
    MUST(file != NULL);
    fprintf(file, create, kind, attributes);
    for (int i = 1; i < REQUESTS; i++)
        fprintf(file,
                "{\"Action\":\"SendMessage\",\"Params\":{\"QueueUrl\":\"https://"
                "sqs.us-east-1.amazonaws.com/123456789012/q%s\",\"MessageBody\":\"message %d\"%s}}"
                "\n",
                kind, i, more);
    MUST(fflush(file) == 0);
    return file;
}

/* Drains a pipe; where the replies go that somebody reads. */
static void drain(int from)
{
    static char bytes[1 << 16];
    while (read(from, bytes, sizeof bytes) > 0)
        continue;
    _exit(0);
}

/* Starts a process that reads the replies, and returns where to write them. */
static int start_reader(pid_t *reader)
{
    int ends[2];
    MUST(pipe(ends) == 0);
    *reader = fork();
    if (*reader == 0) {
        close(ends[1]);
        drain(ends[0]);
    }
    close(ends[0]);
    return ends[1];
}

/* Processor seconds of all children that were waited for. */
static double children_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Processor seconds of one run of the command. */
static double run_s(FILE *requests, bool is_read)
{
    const double before_s = children_s();
    pid_t reader = 0;
    int status = 0;
    const int out = is_read ? start_reader(&reader) : open("/dev/null", O_WRONLY);
    const pid_t child = fork();
    if (child == 0) {
        const struct options options = {.command = "api"};
        lseek(fileno(requests), 0, SEEK_SET);
        dup2(fileno(requests), STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        _exit(cmd_api.run(&options));
    }
    close(out);
    MUST(waitpid(child, &status, 0) == child && status == 0);
    const double seconds = children_s() - before_s;
    if (is_read)
        waitpid(reader, NULL, 0);
    return seconds;
}

static void bench(const char *what, FILE *requests, bool is_read, double must)
{
    double seconds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        seconds[i] = run_s(requests, is_read);
    const double per_s = REQUESTS / timing_median(seconds, ROUNDS);
    if (must > 0.0)
        timing_at_least(what, per_s, "requests/s", must);
    else
        timing_tell(what, per_s, "requests/s");
}

int main(void)
{
    FILE *requests = write_requests("", "", "");
    bench("api: SendMessage, replies to nobody", requests, false, MUST_PER_S);
    bench("api: SendMessage, replies to a pipe", requests, true, MUST_PER_S);
    fclose(requests);
    requests =
        write_requests(".fifo", "\"FifoQueue\":\"true\",\"ContentBasedDeduplication\":\"true\"",
                       ",\"MessageGroupId\":\"g\"");
    bench("api: SendMessage to FIFO, replies to nobody", requests, false, 0.0);
    fclose(requests);
    return 0;
}
