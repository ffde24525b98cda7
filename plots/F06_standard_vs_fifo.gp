# Shows what queues get done per second against what they are offered, and the quotas that end it.
# Reads F6.csv: series,kind,label,variant,offered_per_s,done_per_s,low_per_s,high_per_s.
# Read it along the grey line, where all that is offered is done: a curve that leaves it is full.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

x_lo = NONE; x_hi = -NONE
y_lo = NONE; y_hi = -NONE
stats DATA using (x = column("offered_per_s"), y = column("done_per_s"), !(x > 0 && y > 0) ? 0 : \
    (x_lo = least(x_lo, x), x_hi = most(x_hi, x), \
    y_lo = least(y_lo, y), y_hi = most(most(y_hi, y), column("high_per_s"))), 0) nooutput
if (x_hi < 0) { x_lo = 1.0; x_hi = 1.0; y_lo = 1.0; y_hi = 1.0 }
from = log_lo(x_lo, x_hi); to = log_hi(x_lo, x_hi)
ground = log_lo(y_lo, y_hi); roof = log_hi(y_lo, y_hi)
set logscale xy
set xrange [from:to]
set yrange [ground:roof]
eval log_ticks('x', from, to, 'number')
eval log_ticks('y', ground, roof, 'number')
eval frame(ENTRIES, LONGEST, 'messages offered per second', 'messages done per second', RIGHT)

x(i) = column("series") == i - 1 ? column("offered_per_s") : NaN
# None done is on the ground, where a logarithm would be without end.
y(value) = value > 0 ? value : has(value) ? ground : NaN
done(u) = y(column("done_per_s"))
# What lies below is wider, since curves that are not full lie on each other.
rank(i) = least(MEASURED - TURN[i], 4)
width(i) = 3 + 1.2 * rank(i)
size(i) = POINT * (1 + 0.15 * rank(i))
plot for [w in of_kind('ideal')] DATA using (x(at(w))):(done(0)) \
        with lines lt line(at(w)) lw 2 lc rgb FAINT notitle, \
    for [w in of_kind('ceiling')] DATA using (x(at(w))):(done(0)) \
        with lines lt line(at(w)) lw 2 dt 2 lc rgb INK notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(done(0)) \
        with linespoints lt line(at(w)) lw width(at(w)) lc rgb colour(at(w)) \
        pt shape(at(w)) ps size(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (x(at(w))):(done(0)):(y(column("low_per_s"))):(y(column("high_per_s"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
        pt shape(at(w)) ps size(at(w)) notitle, \
    for [w in of_kind('measured')] keyentry with linespoints lt line(at(w)) lw 3 \
        lc rgb colour(at(w)) pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('ceiling')] keyentry with lines lt line(at(w)) lw 2 dt 2 lc rgb INK \
        title label(at(w)), \
    for [w in of_kind('ideal')] keyentry with lines lt line(at(w)) lw 2 lc rgb FAINT \
        title label(at(w))
unset output
