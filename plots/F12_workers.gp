# Shows what each worker does when, as a Gantt chart; work on a message received again is hatched.
# Reads F12.csv: series (1: received again),label,...,entity (worker),row,start_s,end_s,message.
# Read a row as a worker's time, the number as the message; a number twice is work done twice.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

t_hi = 0; row_hi = 0
array NAME[101]
do for [i = 1:101] { NAME[i] = '' }
stats DATA using (t_hi = most(t_hi, column("end_s")), r = int(column("row")), \
    row_hi = most(row_hi, r), NAME[r + 1] = strcol("entity"), 0) nooutput
u = unit_s(t_hi)
to = t_hi > 0 ? t_hi / u : 1.0
row_hi = int(row_hi)
set xrange [0:1.01 * to]
set yrange [row_hi + 0.6:-0.6]
eval line_ticks('x', 0, 1.01 * to, 8)
# Names come from others: they are written as labels, not into a command.
unset ytics
long = 0
do for [i = 0:row_hi] { long = most(long, least(strlen(NAME[i + 1]), 20)) }
left = char_wide(16) * (long + 2) + 0.02
eval panel(left, RIGHT, BOTTOM + BELOW, TOP - legend_high(ENTRIES, LONGEST)). \
    x_label('simulated time ('.unit(t_hi).')', left, RIGHT, BOTTOM + BELOW). \
    legend_at(ENTRIES, LONGEST, least(left, 0.1), TOP)
do for [i = 0:row_hi] {
    set label 200 + i shortened(NAME[i + 1], 20) at screen left - char_wide(16), first i right \
        noenhanced font ',16' textcolor rgb INK
}
from(s) = column("series") == s ? column("start_s") / u : NaN
end(u_) = column("end_s") / u
row(u_) = column("row")
half = 0.36
# A number where there is room for it.
wide_enough(u_) = (column("end_s") - column("start_s")) / u > \
    0.035 * to * most(1, strlen(strcol("message")) / 2.0)
middle(u_) = wide_enough(0) ? 0.5 * (column("start_s") + column("end_s")) / u : NaN
shown(u_) = strcol("message")
again = SERIES > 1 ? 1 : 0
plot DATA using (from(0)):(row(0)):(from(0)):(end(0)):(row(0) - half):(row(0) + half) \
        with boxxyerror fc rgb COLOUR[1] fs transparent solid 0.45 border lc rgb INK lw 1 notitle, \
    for [k = 1:again] DATA using \
        (from(1)):(row(0)):(from(1)):(end(0)):(row(0) - half):(row(0) + half) \
        with boxxyerror fc rgb COLOUR[2] fs transparent pattern 4 border lc rgb COLOUR[2] lw 1 notitle, \
    DATA using (middle(0)):(row(0)):(shown(0)) with labels font ',15' textcolor rgb INK notitle, \
    keyentry with boxes fc rgb COLOUR[1] fs transparent solid 0.45 title label(1), \
    for [k = 1:again] keyentry with boxes fc rgb COLOUR[2] \
        fs transparent pattern 4 border lc rgb COLOUR[2] lw 1 title label(2)
unset output
