# Shows how many deliveries too many a message has, against the visibility timeout in units of the mean service time.
# Reads F8.csv: series,kind,label,variant,ratio,duplicates,low,high,of.
# Read it to the right: the longer a message stays hidden, the fewer duplicates. An arrow: none seen, but up to there.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

# The measured decide what is shown: theory goes on down to nothing.
x_lo = NONE; x_hi = -NONE
y_lo = NONE; y_hi = -NONE
all_x_hi = 0; all_y_hi = 0
none_seen = 0
stats DATA using (is = strcol("kind") eq 'measured', x = column("ratio"), y = column("duplicates"), high = column("high"), \
    seen = y > 0 ? y : high > 0 ? high : NaN, \
    x_lo = is && x > 0 ? least(x_lo, x) : x_lo, x_hi = is && x > 0 ? most(x_hi, x) : x_hi, \
    y_lo = is ? least(y_lo, seen) : y_lo, y_hi = is ? most(most(y_hi, seen), high) : y_hi, \
    none_seen = is && y == 0 && high > 0 ? 1 : none_seen, \
    all_x_hi = most(all_x_hi, x), all_y_hi = most(all_y_hi, y), 0) nooutput
if (x_hi < 0) { x_hi = all_x_hi > 0 ? all_x_hi : 1.0; x_lo = x_hi }
if (y_hi <= 0) { y_hi = all_y_hi > 0 ? all_y_hi : 1.0; y_lo = y_hi }
if (none_seen) { ENTRIES = ENTRIES + 1; LONGEST = most(LONGEST, 24) }
# Below the least there is room for an arrow.
y_lo = y_lo / 3.0
lo = log_lo(y_lo, y_hi); hi = log_hi(y_lo, y_hi)
is_log = x_hi / x_lo > 20
x_to = is_log ? log_hi(x_lo, x_hi) : 1.05 * x_hi
x_from = is_log ? log_lo(x_lo, x_hi) : 0
if (is_log) { set logscale x }
set logscale y
set xrange [x_from:x_to]
set yrange [lo:hi]
eval is_log ? log_ticks('x', x_from, x_to, 'number') : line_ticks('x', 0, x_to, 10)
eval log_ticks('y', lo, hi, 'number')

eval frame(ENTRIES, LONGEST, 'VisibilityTimeout / mean service time', \
    'duplicates per message', RIGHT)

x(i) = column("series") == i - 1 ? column("ratio") : NaN
y(value) = value > 0 ? value : NaN
# Zero without an upper end lies on the ground.
mark(value, high) = value == 0 && !(high > 0) ? lo : y(value)
end(value, other) = value > 0 ? most(lo, value) : has(value) ? lo : other > 0 ? other : lo
# None seen: down from the upper end.
limit(i) = column("duplicates") == 0 && column("high") > 0 ? x(i) : NaN
plot for [w in of_kind('theory')] DATA using (x(at(w))):(y(column("duplicates"))) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(has_theory(at(w)) ? NaN : y(column("duplicates"))) \
        with lines lt line(at(w)) lw 1.5 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (limit(at(w))):(column("high")):(0):(lo * (column("high") / lo) ** 0.3 - column("high")) \
        with vectors head filled size screen 0.012, 20 lw 2 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(mark(column("duplicates"), column("high"))): \
        (end(column("low"), column("duplicates"))):(end(column("high"), column("duplicates"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('measured')] keyentry with points lt line(at(w)) lc rgb colour(at(w)) pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 3 lc rgb sample(at(w)) title label(at(w)), \
    for [k = 1:none_seen] keyentry with vectors head filled size screen 0.012, 20 lw 2 lc rgb INK \
        title none_seen ? 'none seen: less than this' : ''
