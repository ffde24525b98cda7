# Shows what is done per second against the number of workers, and how much of it each of them adds.
# Reads F19.csv: series,kind,label,variant,workers,done_per_s,low_per_s,high_per_s,efficiency,of.
# Read the upper panel until it bends: from there the lower one falls, and more workers are idle.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

x_lo = NONE; x_hi = -NONE; y_hi = -NONE; e_hi = 1.0
stats DATA using (x_lo = least(x_lo, column("workers")), x_hi = most(x_hi, column("workers")), \
    y_hi = most(most(y_hi, column("done_per_s")), column("high_per_s")), \
    e_hi = most(e_hi, column("efficiency")), 0) nooutput
y_hi = y_hi > 0 ? y_hi : 1.0
from = x_lo - 0.03 * (x_hi - x_lo); to = x_hi + 0.03 * (x_hi - x_lo)
set xrange [from:to]
middle_gap = IS_TERM ? line_high(1) : 0.03
bottom = BOTTOM + BELOW
top = TOP - legend_high(ENTRIES, LONGEST) - Y_LABEL_HIGH
high = top - bottom - middle_gap - Y_LABEL_HIGH
middle = bottom + 0.36 * high
upper(u) = middle + middle_gap + Y_LABEL_HIGH
left = beside(6)
x(i) = column("series") == i - 1 ? column("workers") : NaN
done(u) = column("done_per_s")
share(u) = 100 * column("efficiency")
end(value) = has(value) ? value : done(0)

set multiplot
eval panel(left, RIGHT, upper(0), top)
set yrange [0:1.12 * y_hi]
IS_MUTE = 1
eval line_ticks('x', from, to, 8)
IS_MUTE = 0
eval line_ticks('y', 0, 1.12 * y_hi, 4)
eval y_label('done per second', upper(0), top)
eval legend_at(ENTRIES, LONGEST, left, TOP)
plot for [w in of_kind('theory')] DATA using (x(at(w))):(done(0)) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(has_theory(at(w)) ? NaN : done(0)) \
        with lines lt line(at(w)) lw 2 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (x(at(w))):(done(0)):(end(column("low_per_s"))):(end(column("high_per_s"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('measured')] keyentry with points lt line(at(w)) lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 3 lc rgb sample(at(w)) \
        title label(at(w))
unset label 101; unset label 102
unset key
eval panel(left, RIGHT, bottom, middle)
set yrange [0:112 * e_hi]
eval line_ticks('x', from, to, 8)
eval line_ticks('y', 0, 112 * e_hi, 3)
eval x_label('workers', left, RIGHT, bottom)
eval y_label('efficiency, %', bottom, middle)
plot for [w in of_kind('theory')] DATA using (x(at(w))):(share(0)) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(has_theory(at(w)) ? NaN : share(0)) \
        with lines lt line(at(w)) lw 2 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(share(0)) \
        with points lt line(at(w)) lc rgb colour(at(w)) pt shape(at(w)) ps POINT notitle
unset multiplot
unset output
