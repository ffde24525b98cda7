// SPDX-License-Identifier: GPL-3.0-or-later
/* What the child says comes through a pipe. */
#include "property/shrink/child.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/must.h"

struct listener {
    const struct child_work *work;
    struct text line;
    char *reason;
    int rank; /* of the reason */
};

/* How much a line tells of why it ended; the first of the highest rank is kept, save that any line
 * beats those of rank 1 before it. */
static int rank_of(const char *line)
{
    static const char *const starts[] = {"queuelab: ", "swarm: ", "SUMMARY: "};
    for (int i = 0; i < 3; i++) {
        if (strncmp(line, starts[i], strlen(starts[i])) == 0)
            return i == 2 ? 3 : 2;
    }
    return strstr(line, "runtime error: ") != NULL ? 2 : 1;
}

/* Up to the colon after what is always the same: behind it stand messages and times. */
static void keep_reason(char *reason, const char *line)
{
    static const char *const starts[] = {"queuelab: invariant broken: ", "swarm: "};
    snprintf(reason, CHILD_REASON, "%s", line);
    for (size_t i = 0; i < 2; i++) {
        const size_t length = strlen(starts[i]);
        char *colon = strncmp(line, starts[i], length) == 0 ? strchr(reason + length, ':') : NULL;
        if (colon != NULL)
            *colon = '\0';
    }
}

static void hear_line(struct listener *listener)
{
    const char *line = text_of(&listener->line);
    const int rank = rank_of(line);
    if (rank > listener->rank || (rank == 1 && listener->rank == 1)) {
        listener->rank = rank;
        keep_reason(listener->reason, line);
    }
    if (listener->work->hear != NULL)
        listener->work->hear(listener->work->context, line);
    text_clear(&listener->line);
}

static void hear_bytes(struct listener *listener, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            hear_line(listener);
        else
            text_append(&listener->line, &bytes[i], 1);
    }
}

/* False if it was silent for too long. */
static bool listen_to(struct listener *listener, int in)
{
    char bytes[4096];
    for (;;) {
        struct pollfd poll_in = {.fd = in, .events = POLLIN};
        const int ready = poll(&poll_in, 1, (int)(1000.0 * listener->work->limit_s));
        if (ready == 0)
            return false;
        const ssize_t length = ready > 0 ? read(in, bytes, sizeof bytes) : -1;
        if (length == 0)
            return true;
        if (length > 0)
            hear_bytes(listener, bytes, (size_t)length);
    }
}

/* Ends as programs do, so that leaks are looked for. */
static _Noreturn void be_child(const struct child_work *work, int out)
{
    if (dup2(out, STDERR_FILENO) < 0)
        _exit(125);
    close(out);
    exit(work->run(work->context) ? 0 : 1);
}

bool child_do(const struct child_work *work, char reason[CHILD_REASON])
{
    struct listener listener = {.work = work, .reason = reason};
    int pipe_of[2], status = 0;
    reason[0] = '\0';
    fflush(NULL);
    MUST(pipe(pipe_of) == 0);
    const pid_t child = fork();
    MUST(child >= 0);
    if (child == 0) {
        close(pipe_of[0]);
        be_child(work, pipe_of[1]);
    }
    close(pipe_of[1]);
    const bool has_ended = listen_to(&listener, pipe_of[0]);
    if (!has_ended)
        kill(child, SIGKILL);
    close(pipe_of[0]);
    waitpid(child, &status, 0);
    text_free(&listener.line);
    if (!has_ended)
        snprintf(reason, CHILD_REASON, "it takes too long");
    else if (WIFSIGNALED(status) && listener.rank < 2)
        snprintf(reason, CHILD_REASON, "signal %d", WTERMSIG(status));
    else if (listener.rank == 0)
        snprintf(reason, CHILD_REASON, "exit status %d", WEXITSTATUS(status));
    return has_ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
