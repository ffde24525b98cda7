# Shows which share of the messages takes at most how long; p50, p95 and p99 are marked.
# Reads F1.csv: series,kind,label,variant,point,entity,metric,value_s,fraction.
# Read it from a height: from 0.95 right to the curve, then down to the time that 95 of 100 keep.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

# gnuplot -e 'percentile_axis = 1' -c F01_... stretches the tail: equal steps to 90 %, 99 %, 99.9 %.
if (!exists('percentile_axis')) { percentile_axis = 0 }
height(q) = !percentile_axis ? q : q < 1 ? 1 / (1 - q) : NaN

# The few quickest would stretch the axis for nothing: it begins where a curve can be told from 0.
SEEN = 0.002
x_lo = NONE; x_hi = -NONE; q_hi = 0
has_marks = 0; first_marked = NONE; last_q = 0; near_q = 0; marked = 0; marked_before = 0
metric = ''; is_same_metric = 1
stats DATA using (x = column("value_s"), q = column("fraction"), \
    x_lo = x > 0 && q >= SEEN ? least(x_lo, x) : x_lo, x_hi = x > 0 ? most(x_hi, x) : x_hi, \
    q_hi = q < 1 ? most(q_hi, q) : q_hi, \
    metric = metric eq '' ? strcol("metric") : metric, \
    is_same_metric = strcol("metric") eq metric ? is_same_metric : 0, \
    strcol("kind") ne 'mark' ? 0 : (has_marks = 1, near_q = q > last_q ? last_q : near_q, last_q = most(last_q, q), \
    first_marked = least(first_marked, column("series")), marked_before = marked, marked = x), \
    0) nooutput
if (x_hi < 0) { x_hi = 1.0 }
x_lo = least(x_lo, x_hi)
from = log_lo(x_lo, x_hi); to = log_hi(x_lo, x_hi)
# The text at one curve's marks needs room to the right.
if (MEASURED == 1 && marked_before > 0) { to = most(to, from * (marked_before / from) ** 1.25) }
set logscale x
set xrange [from:to]
eval time_ticks('x', from, to)
if (percentile_axis) {
    y_hi = most(100, log_hi(1.0, height(q_hi)))
    set logscale y
    set yrange [1:y_hi]
    percent(x) = tick(sprintf('%.10g %%%%', 100 - 100 / x), x)
    percent_from(x) = x > y_hi ? '' : percent(x).percent_from(10 * x)
    TICK_LONG = 0
    eval list('y', percent(1.0).percent(2.0).percent_from(10.0))
} else {
    # Above 1 there is room for the last mark's text.
    set yrange [0:1.08]
    eval line_ticks('y', 0, 1, 5)
}
in_words(metric) = metric eq 'sojourn' ? 'time in the queue, from sent to deleted' : \
    metric eq 'waiting' ? 'time in the queue, from sent to first received' : \
    metric eq 'chainLatency' ? 'latency, from sent to all parts joined' : \
    metric eq 'latency' || metric eq 'messageLatency' ? 'latency, from sent to processed' : 'time'
entries = ENTRIES > 1 ? ENTRIES : 0
eval frame(entries, LONGEST, in_words(is_same_metric ? metric : ''), 'fraction of the messages', \
    MEASURED > 1 && has_marks ? 0.945 : RIGHT)

x(i, kind) = column("series") == i - 1 && strcol("kind") eq kind ? column("value_s") : NaN
y(u) = height(column("fraction"))
# One curve's marks say their times; of several, the first one's say beside the panel which is where.
# The last mark has its text above, since it is near the one before, which has it below.
three(x) = x >= 999.5 ? thousands(int(round(x))) : sprintf('%.3g', x)
brief(x) = x >= 0.9995 ? three(x).' s' : x >= 0.9995e-3 ? three(x * 1e3).' ms' : \
    three(x * 1e6).' '.MICRO
spoken(x) = strcol("label").' '.brief(x)
place(q) = q == last_q ? 1 : q == near_q ? 2 : 3
array UP = [0.4, -0.3, FORMAT eq 'svg' ? 0.1 : 0]
is_said(k) = strcol("kind") eq 'mark' && column("series") == first_marked && \
    place(column("fraction")) == k
beside_x(k) = MEASURED > 1 && is_said(k) ? to : NaN
curve_x(is_last) = MEASURED == 1 && (is_last ? is_said(1) : is_said(2) || is_said(3)) ? \
    column("value_s") : NaN
TEXT_FONT = MEASURED > 1 ? ',14' : SMALL
plot for [w in of_kind('curve')] DATA using (x(at(w), 'curve')):(y(0)) \
        with steps lt line(at(w)) lw 4 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('theory')] DATA using (x(at(w), 'theory')):(y(0)) \
        with lines lt line(at(w)) lw 2 dt 2 lc rgb INK notitle, \
    for [w in (has_marks ? of_kind('curve') : '')] DATA using (x(at(w), 'mark')):(y(0)) \
        with points lt line(at(w)) lc rgb colour(at(w)) pt shape(at(w)) ps POINT notitle, \
    for [k = 1:3 * has_marks] DATA using (beside_x(k)):(y(0)):(strcol("label")) \
        with labels left offset 0.6, UP[k] font TEXT_FONT textcolor rgb INK notitle, \
    for [k = 1:has_marks] DATA using (curve_x(1)):(y(0)):(spoken(column("value_s"))) \
        with labels right offset -0.3, 0.7 font TEXT_FONT textcolor rgb INK notitle, \
    for [k = 1:has_marks] DATA using (curve_x(0)):(y(0)):(spoken(column("value_s"))) \
        with labels left offset 0.8, -0.4 font TEXT_FONT textcolor rgb INK notitle, \
    for [w in of_kind('curve')] keyentry with linespoints lt line(at(w)) lw 4 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 2 dt 2 lc rgb INK \
        title label(at(w))
unset output
