// SPDX-License-Identifier: GPL-3.0-or-later
/* Both implementations side by side: one world, one call at a time, each reply compared; and the
 * shortest script that still tells them apart. */
#ifndef QUEUELAB_PROPERTY_ORACLE_LAB_H
#define QUEUELAB_PROPERTY_ORACLE_LAB_H

#include "api/api.h"
#include "property/oracle/names.h"
#include "property/oracle/oracle.h"

struct lab {
    struct api *api;
    bool fifo;
    struct queue_limits limits;
    struct oracle oracle;
    struct names names;
    struct text request, reply, expected, why; /* of the last call */
};

enum lab_verdict {
    LAB_SAME,
    LAB_OPEN, /* not called */
    LAB_LOST, /* the world is over */
    LAB_DIFFERENT
};

/* With limits of in-flight messages and of the look-back that are AWS's, or so narrow that they are
 * met all the time. */
struct lab *lab_new(bool narrow);
void lab_free(struct lab *lab);

/* Starts a world in which nothing is. */
void lab_begin(struct lab *lab, bool fifo);
enum lab_verdict lab_call(struct lab *lab, const struct script_call *call);

/* Shortens the script while it still ends in a difference; returns its new length. */
size_t lab_shrink(struct lab *lab, bool fifo, struct script_call *calls, size_t count);
/* Runs the script once more and prints every request with both replies. */
void lab_print(struct lab *lab, bool fifo, const struct script_call *calls, size_t count);

#endif
