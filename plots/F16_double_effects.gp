# Shows how often what a message is for happens, against deliveries beyond the first, per business key.
# Reads F16.csv: series,kind,label,variant,extra,effects,low,high.
# Read it upwards: on the line 1 everything happens once; what is above happens again.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

x_hi = 0; y_lo = 1; y_hi = 1
stats DATA using (x_hi = most(x_hi, column("extra")), n = column("effects"), \
    y_lo = least(y_lo, n), y_hi = most(most(y_hi, n), column("high")), 0) nooutput
to = x_hi > 0 ? 1.05 * x_hi : 1.0
span = y_hi > y_lo ? y_hi - y_lo : 1.0
# Where all happens once there is room for what might have happened.
y_hi = y_hi > y_lo ? y_hi : y_lo + 0.5
# The line 1 lies above the axis, so that its points are whole.
floor_y = y_lo - 0.05 * span
roof = y_hi + 0.05 * span
set xrange [-0.02 * to:to]
set yrange [floor_y:roof]
eval line_ticks('x', 0, to, 10)
eval line_ticks('y', y_lo, roof, 8)
eval frame(ENTRIES, LONGEST, 'deliveries beyond the first, per business key', \
    'effects per business key', RIGHT)
set arrow 50 from graph 0, first 1 to graph 1, first 1 nohead lw 1.5 lc rgb FAINT back

x(i) = column("series") == i - 1 ? column("extra") : NaN
y(u) = column("effects")
end(value) = has(value) ? value : y(0)
# Variants that do the same lie on each other: those behind are seen between the dashes of those
# before, and around their points.
set dashtype 9 (14, 14)
dash(i) = TURN[i] > 1 ? 9 : 1
key_dash(i) = TURN[i] > 1 ? 8 : 1
size(i) = POINT * (1.4 - 0.2 * least(TURN[i], 3))
plot for [w in of_kind('measured')] DATA using (x(at(w))):(y(0)) \
        with lines lt line(at(w)) dt dash(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (x(at(w))):(y(0)):(end(column("low"))):(end(column("high"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
        pt shape(at(w)) ps size(at(w)) notitle, \
    for [w in of_kind('measured')] keyentry with linespoints lt line(at(w)) dt key_dash(at(w)) lw 3 \
        lc rgb colour(at(w)) pt shape(at(w)) ps size(at(w)) title label(at(w))
unset output
