// SPDX-License-Identifier: GPL-3.0-or-later
/* Looks for a seed whose scenario is bad, in a process that may die of it.  What is found is made
 * small, written to build/, and the command that repeats it is printed.
 *
 * A program that hunts takes:
 *   PROGRAM              the seeds 1 .. the last, or fewer if its seconds are over
 *   PROGRAM FIRST LAST   those
 *   PROGRAM SEED         that one, in this process, after its scenario
 *   PROGRAM FILE         that scenario, in this process
 * With TEST_SECONDS in the environment it begins at TEST_SEED (1) and goes on until that time is
 * over. */
#ifndef QUEUELAB_PROPERTY_HUNT_HUNT_H
#define QUEUELAB_PROPERTY_HUNT_HUNT_H

#include <stdbool.h>
#include <stdint.h>
#include "property/judge/judge.h"

struct hunt {
    const char *name; /* of the program */
    struct judge_options options;
    uint64_t first, last;
    double seconds; /* 0: as long as it takes */
    uint64_t at, lived, refused;
};

/* Takes the arguments and the environment.  True if one scenario was asked for and judged; status
 * is then the program's. */
bool hunt_begin(struct hunt *hunt, int argc, char **argv, int *status);
/* True if none of the seeds is bad. */
bool hunt_all(struct hunt *hunt);

#endif
