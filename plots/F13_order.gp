# Shows in which order messages were received: a point for each, by its place in the queue.
# Reads F13.csv: series,label,variant,point,entity,sent,received.
# Read the diagonal as first in, first out; what lies above it was overtaken and came late.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

hi = 1
stats DATA using (hi = most(most(hi, column("sent")), column("received")), 0) nooutput
set xrange [0:1.03 * hi]
set yrange [0:1.03 * hi]
eval line_ticks('x', 0, 1.03 * hi, 8)
eval line_ticks('y', 0, 1.03 * hi, 6)
DIAGONAL = 'first in, first out'
ENTRIES = ENTRIES + 1
LONGEST = most(LONGEST, strlen(DIAGONAL))
eval frame(ENTRIES, LONGEST, 'place in the order of sending', 'place when received', RIGHT)

x(i) = column("series") == i - 1 ? column("sent") : NaN
# Few points are large.
size(i) = hi <= 150 ? POINT : hi <= 500 ? 0.6 * POINT : 0.35 * POINT
plot '+' using (0):(0):(hi):(hi) every ::0::0 with vectors nohead lw 2 dt 2 lc rgb FAINT notitle, \
    for [i = 1:SERIES] DATA using (x(i)):(column("received")) \
        with points lt line(i) pt shape(i) ps size(i) lc rgb colour(i) notitle, \
    for [i = 1:SERIES] keyentry with points lt line(i) pt shape(i) ps POINT lc rgb colour(i) \
        title label(i), \
    keyentry with lines lw 2 dt 2 lc rgb FAINT title DIAGONAL
unset output
