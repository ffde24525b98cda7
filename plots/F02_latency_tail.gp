# Shows which share of the messages takes longer than how long, on two axes of logarithms: the tail.
# Reads F2.csv: series,kind,label,variant,point,entity,metric,value_s,beyond.
# Read it from a time up to the curve: one message in so many takes longer. A straight end is a heavy tail.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

# The quickest tenth is no tail: the axis of times begins where nine of ten take longer.
x_lo = NONE; x_hi = -NONE; y_lo = 1.0; has_marks = 0; metric = ''; is_same_metric = 1
stats DATA using (x = column("value_s"), q = column("beyond"), \
    x_lo = x > 0 && q <= 0.9 ? least(x_lo, x) : x_lo, x_hi = x > 0 ? most(x_hi, x) : x_hi, \
    y_lo = q > 0 && strcol("kind") ne 'theory' ? least(y_lo, q) : y_lo, \
    metric = metric eq '' ? strcol("metric") : metric, \
    is_same_metric = strcol("metric") eq metric ? is_same_metric : 0, \
    has_marks = strcol("kind") eq 'mark' ? 1 : has_marks, 0) nooutput
if (x_hi < 0) { x_hi = 1.0 }
x_lo = least(x_lo, x_hi)
from = log_lo(x_lo, x_hi); to = log_hi(x_lo, x_hi)
floor_of(q) = 10 ** floor(log10(q) + 1e-9)
y_from = floor_of(least(y_lo, 0.01))
set logscale xy
set xrange [from:to]
set yrange [y_from:1.3]
eval time_ticks('x', from, to)
one_in(q) = q >= 0.95 ? 'all' : '1 in '.thousands(int(round(1 / q)))
down_from(q) = q < 0.999 * y_from ? '' : tick(one_in(q), q).down_from(q / 10)
TICK_LONG = 0
eval list('y', down_from(1.0))
in_words(metric) = metric eq 'sojourn' ? 'time in the queue, from sent to deleted' : \
    metric eq 'chainLatency' ? 'latency, from sent to all parts joined' : \
    metric eq 'messageLatency' ? 'latency, from sent to processed' : 'time'
entries = ENTRIES > 1 ? ENTRIES : 0
eval frame(entries, LONGEST, in_words(is_same_metric ? metric : ''), 'messages that take longer', ENTRIES > 1 ? 0.945 : RIGHT)

x(i, kind) = column("series") == i - 1 && strcol("kind") eq kind ? column("value_s") : NaN
plot for [w in of_kind('curve')] DATA using (x(at(w), 'curve')):(column("beyond")) \
        with steps lt line(at(w)) lw 4 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('theory')] DATA using (x(at(w), 'theory')):(column("beyond")) \
        with lines lt line(at(w)) lw 2 dt 2 lc rgb INK notitle, \
    for [w in (has_marks ? of_kind('curve') : '')] DATA using (x(at(w), 'mark')):(column("beyond")) \
        with points lt line(at(w)) lc rgb colour(at(w)) pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('curve')] keyentry with linespoints lt line(at(w)) lw 4 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 2 dt 2 lc rgb INK \
        title label(at(w))
unset output
