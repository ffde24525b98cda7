// SPDX-License-Identifier: GPL-3.0-or-later
/* What a user waits for: the shipped scenarios with their default replications on two cores, to the
 * last figure.
 *
 * usage: bench_scenarios [IGNORED...] in the root of a checkout, prints one line per figure. */
#define _POSIX_C_SOURCE 200809L
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/must.h"
#include "tools/timing.h"

enum { ROUNDS = 3 };

/* Seconds of one `queuelab run`, which must end well. */
static double run_s(const char *path)
{
    const double begin_s = timing_now_s();
    const pid_t child = fork();
    int status = 0;
    MUST(child >= 0);
    if (child == 0) {
        execl("./queuelab", "queuelab", "run", path, "-o", "build/bench", "--jobs", "2", "--quiet",
              (char *)NULL);
        _exit(127);
    }
    MUST(waitpid(child, &status, 0) == child && WIFEXITED(status));
    if (WEXITSTATUS(status) != 0)
        fprintf(stderr, "%s: ended with %d\n", path, WEXITSTATUS(status));
    MUST(WEXITSTATUS(status) == 0);
    return timing_now_s() - begin_s;
}

int main(void)
{
    char slowest[256] = "";
    double comparison_s[ROUNDS], all_s = 0.0, most_s = 0.0;
    glob_t found;
    MUST(glob("scenarios/[0-9][0-9]-*.json", 0, NULL, &found) == 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const double spent_s = run_s(found.gl_pathv[i]);
        const bool is_comparison = strstr(found.gl_pathv[i], "/27-") != NULL;
        all_s += spent_s;
        if (!is_comparison && spent_s > most_s)
            snprintf(slowest, sizeof slowest, "%s", found.gl_pathv[i]);
        if (!is_comparison && spent_s > most_s)
            most_s = spent_s;
        for (int round = 0; is_comparison && round < ROUNDS; round++)
            comparison_s[round] = run_s(found.gl_pathv[i]);
    }
    timing_at_most("scenario 27 to the figure", timing_median(comparison_s, ROUNDS), "s", 5, 2);
    timing_at_most("all shipped scenarios", all_s, "s", 60, 30);
    timing_at_most("the slowest but 27", most_s, "s", 2, 0);
    printf("(%s)\n", slowest);
    globfree(&found);
    return 0;
}
