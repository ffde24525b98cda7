// SPDX-License-Identifier: GPL-3.0-or-later
/* Compares a reply with the one expected, where an expected id ("@message:3") stands for whatever
 * the program called it when it was first seen there: from then on it must be that, and nothing
 * else may be.  The sentences of errors are not compared; an empty list is as good as none. */
#ifndef QUEUELAB_PROPERTY_ORACLE_NAMES_H
#define QUEUELAB_PROPERTY_ORACLE_NAMES_H

#include <stdbool.h>

#include "base/text.h"

enum names_kind { NAMES_MESSAGE, NAMES_HANDLE, NAMES_SEQUENCE, NAMES_TASK, NAMES_KINDS };
/* A sequence number is a place in one of so many series, place * NAMES_SERIES + series; in each
 * they must grow (SND-14). */
enum { NAMES_SERIES = 24, NAMES_MOST = 6000 * NAMES_SERIES };

struct names {
    char *seen[NAMES_KINDS][NAMES_MOST]; /* NULL: not seen yet */
    int end[NAMES_KINDS];                /* none is seen from here on */
};

void names_clear(struct names *names);
/* What the program calls it; NULL if it was never seen. */
const char *names_of(const struct names *names, enum names_kind kind, int number);
/* Whether both lines of JSON say the same; if not, adds to why where they part. */
bool names_agree(struct names *names, const char *expected, const struct text *reply,
                 struct text *why);

#endif
