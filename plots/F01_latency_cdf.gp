# Shows which share of the messages takes at most how long: the distribution of latency, with p50, p95 and p99 marked.
# Reads F1.csv: series,kind,label,variant,point,entity,metric,value_s,fraction.
# Read it from a height: 0.95 on the left, right to the curve, down to the time that 95 of 100 messages keep.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

# gnuplot -e 'percentile_axis = 1' -c F01_... stretches the tail: 90 %, 99 % and 99.9 % are equal steps of 1/(1-q).
if (!exists('percentile_axis')) { percentile_axis = 0 }
height(q) = !percentile_axis ? q : q < 1 ? 1 / (1 - q) : NaN

# A theory has the colour of the curve of the same variant and point; the last mark is the highest.
array CELL[SERIES]
do for [i = 1:SERIES] { CELL[i] = '' }
# The few quickest would stretch an axis of logarithms for nothing: it begins where a curve can be told from 0.
seen = 0.002
x_lo = NONE; x_hi = -NONE; most_q = 0; last_q = 0; has_marks = 0; first_marked = NONE; marked = 0; marked_hi = 0
metric = ''; is_same_metric = 1
stats DATA using (i = int(column("series")) + 1, x = column("value_s"), q = column("fraction"), \
    CELL[i] = strcol("variant").'|'.strcol("point"), is_mark = strcol("kind") eq 'mark', \
    x_lo = x > 0 && q >= seen ? least(x_lo, x) : x_lo, x_hi = x > 0 ? most(x_hi, x) : x_hi, most_q = q < 1 ? most(most_q, q) : most_q, \
    has_marks = is_mark ? 1 : has_marks, \
    marked_hi = is_mark ? marked : marked_hi, marked = is_mark ? x : marked, \
    last_q = is_mark ? most(last_q, q) : last_q, first_marked = is_mark ? least(first_marked, i - 1) : first_marked, \
    metric = metric eq '' ? strcol("metric") : metric, \
    is_same_metric = strcol("metric") eq metric ? is_same_metric : 0, 0) nooutput
do for [i = 1:SERIES] {
    do for [j = 1:i - 1] {
        if (KIND[i] eq 'theory' && KIND[j] eq 'curve' && CELL[i] eq CELL[j]) { TURN[i] = TURN[j] }
    }
}
if (x_hi < 0) { x_hi = 1.0 }
x_lo = least(x_lo, x_hi)
from = log_lo(x_lo, x_hi); to = log_hi(x_lo, x_hi)
# The text at one curve's marks needs room to the right.
if (MEASURED == 1 && marked_hi > 0) { to = most(to, from * (marked_hi / from) ** 1.25) }
set logscale x
set xrange [from:to]
eval log_ticks('x', from, to, 'seconds')
y_lo = percentile_axis ? 1 : 0
y_hi = percentile_axis ? most(100, log_hi(1.0, height(most_q))) : 1.08
set yrange [y_lo:y_hi]
if (percentile_axis) {
    set logscale y
    percent_from(d) = 10.0 ** d > y_hi ? '' : tick(sprintf('%.10g %%', 100 - 100 / 10.0 ** d), 10.0 ** d).percent_from(d + 1)
    TICK_LONG = 0
    eval list('y', tick('0 %', 1).tick('50 %', 2).percent_from(1))
} else {
    eval line_ticks('y', 0, 1, 5)
}

in_words(metric) = metric eq 'sojourn' ? 'time in the queue, from sent to deleted' : \
    metric eq 'waiting' ? 'time in the queue, from sent to first received' : \
    metric eq 'latency' || metric eq 'messageLatency' ? 'latency, from sent to processed' : 'time'
MARK_FONT = MEASURED > 1 ? ',14' : SMALL
entries = ENTRIES > 1 ? ENTRIES : 0
eval frame(entries, LONGEST, in_words(is_same_metric ? metric : ''), 'fraction of the messages', \
    MEASURED > 1 && has_marks ? 0.945 : RIGHT)

x(i, kind) = int(column("series")) == i - 1 && strcol("kind") eq kind ? column("value_s") : NaN
y(q) = height(q)
# One curve's marks say their times; of several, those of the first say beside the panel which height is which.
three(x) = x >= 999.5 ? thousands(int(round(x))) : sprintf('%.3g', x)
brief(x) = x >= 0.9995 ? three(x).' s' : x >= 0.9995e-3 ? three(x * 1e3).' ms' : three(x * 1e6).' '.MICRO
mark_text(x) = strcol("label").' '.brief(x)
mark_x(is_wanted, is_last) = !is_wanted || strcol("kind") ne 'mark' || column("series") != first_marked || \
    (column("fraction") == last_q) != is_last ? NaN : MEASURED > 1 ? to : column("value_s")
plot for [w in of_kind('curve')] DATA using (x(at(w), 'curve')):(y(column("fraction"))) \
        with steps lt line(at(w)) lw 4 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('theory')] DATA using (x(at(w), 'theory')):(y(column("fraction"))) \
        with lines lt line(at(w)) lw 2 dt 2 lc rgb INK notitle, \
    for [w in (has_marks ? of_kind('curve') : '')] DATA using (x(at(w), 'mark')):(y(column("fraction"))) \
        with points lt line(at(w)) lc rgb colour(at(w)) pt shape(at(w)) ps POINT notitle, \
    for [k = 1:has_marks] DATA using (mark_x(MEASURED > 1, 1)):(y(column("fraction"))):(strcol("label")) \
        with labels left offset 0.6, 0.4 font MARK_FONT textcolor rgb INK notitle, \
    for [k = 1:has_marks] DATA using (mark_x(MEASURED > 1, 0)):(y(column("fraction"))):(strcol("label")) \
        with labels left offset 0.6, -0.3 font MARK_FONT textcolor rgb INK notitle, \
    for [k = 1:has_marks] DATA using (mark_x(MEASURED == 1, 1)):(y(column("fraction"))):(mark_text(column("value_s"))) \
        with labels right offset -0.3, 0.7 font MARK_FONT textcolor rgb INK notitle, \
    for [k = 1:has_marks] DATA using (mark_x(MEASURED == 1, 0)):(y(column("fraction"))):(mark_text(column("value_s"))) \
        with labels left offset 0.8, -0.4 font MARK_FONT textcolor rgb INK notitle, \
    for [w in of_kind('curve')] keyentry with linespoints lt line(at(w)) lw 4 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 2 dt 2 lc rgb INK title label(at(w))
