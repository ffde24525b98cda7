# Shows the deliveries too many of a message against the visibility timeout in mean service times.
# Reads F8.csv: series,kind,label,variant,ratio,duplicates,low,high,of.
# Read it to the right: the longer a message stays hidden, the fewer. Arrow: none seen, but less.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

# What was measured decides what is shown: theory goes on down to nothing.
x_lo = NONE; x_hi = -NONE; any_x_hi = 0
y_lo = NONE; y_hi = -NONE; any_y_hi = 0
none_seen = 0
stats DATA using (x = column("ratio"), y = column("duplicates"), high = column("high"), \
    any_x_hi = most(any_x_hi, x), any_y_hi = most(any_y_hi, y), \
    seen = y > 0 ? y : high > 0 ? high : NaN, !(strcol("kind") eq 'measured' && x > 0) ? 0 : \
    (x_lo = least(x_lo, x), x_hi = most(x_hi, x), \
    y_lo = least(y_lo, seen), y_hi = most(most(y_hi, seen), high), \
    none_seen = y == 0 && high > 0 ? 1 : none_seen), 0) nooutput
if (x_hi < 0) { x_hi = any_x_hi > 0 ? any_x_hi : 1.0; x_lo = x_hi }
if (y_hi <= 0) { y_hi = any_y_hi > 0 ? any_y_hi : 1.0; y_lo = y_hi }
# Below the least there is room for an arrow.
y_lo = y_lo / 3.0
ground = log_lo(y_lo, y_hi); roof = log_hi(y_lo, y_hi)
is_log = x_hi / x_lo > 20
from = is_log ? log_lo(x_lo, x_hi) : 0
to = is_log ? log_hi(x_lo, x_hi) : 1.05 * x_hi
if (is_log) { set logscale x }
set logscale y
set xrange [from:to]
set yrange [ground:roof]
eval is_log ? log_ticks('x', from, to, 'number') : line_ticks('x', 0, to, 10)
eval log_ticks('y', ground, roof, 'number')
NONE_SEEN = none_seen ? 'none seen: less than this' : ''
ENTRIES = ENTRIES + none_seen
LONGEST = most(LONGEST, strlen(NONE_SEEN))
eval frame(ENTRIES, LONGEST, 'VisibilityTimeout / mean service time', 'duplicates per message', RIGHT)

x(i) = column("series") == i - 1 ? column("ratio") : NaN
y(value) = value > 0 ? value : NaN
dup(u) = y(column("duplicates"))
loose(i) = has_theory(i) ? NaN : dup(0)
# Without an upper end, none seen lies on the ground.
mark(u) = column("duplicates") == 0 && !(column("high") > 0) ? ground : dup(0)
end(value) = value > 0 ? most(ground, value) : has(value) || !(dup(0) > 0) ? ground : dup(0)
limit_x(i) = column("duplicates") == 0 && column("high") > 0 ? x(i) : NaN
down(high) = ground * (high / ground) ** 0.3 - high
plot for [w in of_kind('theory')] DATA using (x(at(w))):(dup(0)) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(loose(at(w))) \
        with lines lt line(at(w)) lw 1.5 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (limit_x(at(w))):(column("high")):(0):(down(column("high"))) \
        with vectors head filled size screen 0.012, 20 lw 2 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (x(at(w))):(mark(0)):(end(column("low"))):(end(column("high"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('measured')] keyentry with points lt line(at(w)) lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 3 lc rgb sample(at(w)) \
        title label(at(w)), \
    for [k = 1:none_seen] keyentry with vectors head filled size screen 0.012, 20 lw 2 lc rgb INK \
        title NONE_SEEN
unset output
