// SPDX-License-Identifier: GPL-3.0-or-later
/* The time of series in step: when their pieces and buckets end, and what is left of those.
 *
 * Buckets have one width.  With a known horizon it is given; without, it starts small and doubles,
 * neighbours merging, whenever SERIES_BUCKETS are full.  Time is cut into pieces that end at a
 * bucket's end or at an edge of the window, so that a piece lies in one bucket and wholly in or out
 * of the window.  All series of a clock end their pieces together: their buckets lie side by side,
 * in rows, and are written and merged row by row. */
#ifndef QUEUELAB_CORE_SERIES_CLOCK_H
#define QUEUELAB_CORE_SERIES_CLOCK_H

#include "core/series.h"

struct series_bucket {
    double area; /* integral of the value over the bucket, value x ns; for a rate the count */
    double min, max;
};

/* A series and its figures of the closed pieces. */
struct series_column {
    struct series *series;
    double window_area; /* inside the window */
    union {
        double window_max;  /* likewise */
        double latest_area; /* a rate's: of the last piece alone */
    };
};

/* The series of one kind. */
struct series_lane {
    struct series_column *columns;
    struct series_bucket *buckets; /* rows of as many as there are columns */
    size_t count;
};

struct series_clock {
    int64_t start_ns; /* of the open piece */
    int64_t stop_ns;  /* of the open piece: the bucket's end or an edge of the window */
    int64_t width_ns, first_width_ns;
    int64_t from_ns, until_ns; /* the window that the mean and max are taken over */
    int64_t end_ns;            /* set at the finish; -1: still running */
    size_t count;              /* closed buckets; the next row is the open one's earlier pieces */
    size_t row_capacity;
    struct series_lane lanes[SERIES_KINDS];
};

/* width_ns > 0: the bucket's width, else it starts at 100 ms; doubling happens either way when
 * SERIES_BUCKETS are full.  The window is [from, until), until may be FOREVER: a change at until
 * itself is outside. */
void series_clock_init(struct series_clock *clock, int64_t width_ns, int64_t from_ns,
                       int64_t until_ns);
void series_clock_free(struct series_clock *clock);
/* Back to time 0, the first width and value 0 of all series, which stay; the memory is kept. */
void series_clock_clear(struct series_clock *clock);
/* Closes the pieces that end at or before now_ns. */
void series_clock_roll(struct series_clock *clock, int64_t now_ns);
/* Closes all, and the window if it is still open, at end_ns; after it only reading is allowed. */
void series_clock_finish(struct series_clock *clock, int64_t end_ns);

#endif
