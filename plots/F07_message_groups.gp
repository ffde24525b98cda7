# Shows what a FIFO queue gets done per second against the number of its message groups.
# Reads F7.csv: series,kind,label,variant,groups,done_per_s,low_per_s,high_per_s,of.
# Read it to the right: twice the groups do twice as much, until workers, load or a quota are the limit.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

x_lo = NONE; x_hi = -NONE; y_lo = NONE; y_hi = -NONE
stats DATA using (x = column("groups"), y = column("done_per_s"), !(x > 0 && y > 0) ? 0 : \
    (x_lo = least(x_lo, x), x_hi = most(x_hi, x), \
    y_lo = least(y_lo, y), y_hi = most(most(y_hi, y), column("high_per_s"))), 0) nooutput
if (x_hi < 0) { x_lo = 1.0; x_hi = 1.0; y_lo = 1.0; y_hi = 1.0 }
from = x_lo / 1.15; to = x_hi * 1.15
ground = log_lo(y_lo, y_hi); roof = log_hi(y_lo, y_hi)
set logscale xy
set xrange [from:to]
set yrange [ground:roof]
# Groups double, or where that are too many ticks, double as often as fits.
log2(v) = log(v) / log(2)
doubling = int(ceil((log2(to) - log2(from)) / 10.0))
doubled(k, last) = k > last ? '' : tick(number(2.0 ** k), 2.0 ** k).doubled(k + doubling, last)
TICK_LONG = 0
eval list('x', doubled(int(ceil(log2(from))), log2(to)))
eval log_ticks('y', ground, roof, 'number')
eval frame(ENTRIES, LONGEST, 'message groups', 'messages done per second', RIGHT)

x(i) = column("series") == i - 1 ? column("groups") : NaN
y(value) = value > 0 ? value : has(value) ? ground : NaN
done(u) = y(column("done_per_s"))
# What a theory joins needs no other line.
loose(i) = has_theory(i) ? NaN : done(0)
loose_wide(i) = has_theory(i) ? 0 : 2

plot for [w in of_kind('ceiling')] DATA using (x(at(w))):(done(0)) \
        with lines lt line(at(w)) lw 2 dt 2 lc rgb INK notitle, \
    for [w in of_kind('theory')] DATA using (x(at(w))):(done(0)) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(loose(at(w))) \
        with lines lt line(at(w)) lw 2 dt 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (x(at(w))):(done(0)):(y(column("low_per_s"))):(y(column("high_per_s"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('measured')] keyentry with linespoints lt line(at(w)) lw loose_wide(at(w)) dt 3 \
        lc rgb colour(at(w)) pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 3 lc rgb sample(at(w)) \
        title label(at(w)), \
    for [w in of_kind('ceiling')] keyentry with lines lt line(at(w)) lw 2 dt 2 lc rgb INK \
        title label(at(w))
unset output
