# Shows how a queue smooths traffic: its backlog over time above, and below it what arrives and what is served per second.
# Reads F3.csv: series,label,variant,point,entity,time_s,visible,in_flight,backlog,arrivals_per_s,served_per_s,spike.
# Read both at the same time: while more arrives than is served the backlog grows, then it drains. Spikes are shaded.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

t_lo = NONE; t_hi = 0
backlog_hi = 0; rate_hi = 0; has_arrivals = 0; has_served = 0; has_spike = 0
stats DATA using (t_lo = least(t_lo, column("time_s")), t_hi = most(t_hi, column("time_s")), \
    backlog_hi = most(backlog_hi, column("backlog")), \
    rate_hi = most(most(rate_hi, column("arrivals_per_s")), column("served_per_s")), \
    has_arrivals = has(column("arrivals_per_s")) ? 1 : has_arrivals, \
    has_served = has(column("served_per_s")) ? 1 : has_served, \
    has_spike = column("spike") > 0 ? 1 : has_spike, 0) nooutput
u = unit_s(t_hi)
from = t_lo > 0.1 * t_hi && t_lo < t_hi ? t_lo / u : 0
to = t_hi > 0 ? t_hi / u : 1.0

# Legends: the series, where they are several, and the shade above; the two rates below.
names = SERIES > 1 ? SERIES : 0
entries = names + has_spike
long = most(names ? LONGEST : 0, has_spike ? 14 : 0)
room = TOP - BOTTOM - BELOW - legend_high(entries, long) - legend_high(2, 8) - 2 * Y_LABEL_HIGH - line_high(18)
rates = has_arrivals || has_served
high = rates ? 0.55 * room : room + legend_high(2, 8) + line_high(18)
upper_top = TOP - legend_high(entries, long) - Y_LABEL_HIGH
upper_bottom = upper_top - high
lower_top = BOTTOM + BELOW + 0.45 * room
# Both panels begin where the longer ticks end.
y_hi = backlog_hi > 0 ? 1.08 * backlog_hi : 1.0
upper_ticks = line_ticks('y', 0, y_hi, 4)
long_tick = TICK_LONG
rate_hi = rate_hi > 0 ? 1.08 * rate_hi : 1.0
lower_ticks = line_ticks('y', 0, rate_hi, 3)
left = beside(most(long_tick, TICK_LONG)) + (IS_TERM ? 0 : 0.025)

set xrange [from:to]
set y2range [0:1]

t(i) = column("series") == i - 1 ? column("time_s") / u : NaN
# Shapes tell several lines apart; a single moment is seen by its shape alone.
has_shapes = SERIES > 1
do for [i = 1:SERIES] { if (ROWS[i] == 1) { has_shapes = 1 } }
some(i) = has_shapes ? int(most(1, ROWS[i] / 8)) : ROWS[i]
SHAPE_SIZE = has_shapes ? 0.85 * POINT : UNSEEN
arrivals_colour = SERIES > 1 ? FAINT : COLOUR[2]
served_colour(i) = SERIES > 1 ? colour(i) : COLOUR[3]
GROUND = IS_TERM ? 0 : SERIES

eval x_label('simulated time ('.unit(t_hi).')', left, RIGHT, BOTTOM + BELOW)
set multiplot
eval panel(left, RIGHT, upper_bottom, upper_top)
eval legend_at(entries, long, left, TOP)
eval y_label('backlog', '(messages)', upper_bottom, upper_top)
set yrange [0:y_hi]
eval upper_ticks
IS_MUTE = rates
eval line_ticks('x', from, to, 8)
IS_MUTE = 0
plot for [i = 1:GROUND] DATA using (t(i)):(column("spike") > 0 ? 1 : 0) axes x1y2 with fillsteps fc rgb SHADE notitle, \
    for [k = 1:has_spike * IS_TERM] DATA using (t(k)):(column("spike") > 0 ? 0.99 : NaN) axes x1y2 with lines lt 4 notitle, \
    for [i = 1:(SERIES > 1 ? 0 : GROUND)] DATA using (t(i)):(or_zero(column("backlog"))) \
        with filledcurves y1=0 fc rgb colour(i) fs transparent solid 0.25 notitle, \
    for [i = 1:SERIES] DATA using (t(i)):(column("backlog")) \
        with linespoints lt line(i) lw 3 lc rgb colour(i) pt shape(i) ps SHAPE_SIZE pi some(i) notitle, \
    for [i = 1:SERIES] keyentry with linespoints lt line(i) lw 3 lc rgb colour(i) pt shape(i) ps SHAPE_SIZE \
        title names ? label(i) : '', \
    keyentry with boxes lt 4 fc rgb SHADE title has_spike ? 'spike or fault' : ''

unset label 101
unset label 102
unset label 105
eval panel(left, RIGHT, BOTTOM + BELOW, lower_top)
eval legend_at(2, 8, left, lower_top + legend_high(2, 8) + Y_LABEL_HIGH)
eval y_label('messages', 'per second', BOTTOM + BELOW, lower_top)
set yrange [0:rate_hi]
eval lower_ticks
eval line_ticks('x', from, to, 8)
if (rates) {
    plot for [i = 1:GROUND] DATA using (t(i)):(column("spike") > 0 ? 1 : 0) axes x1y2 with fillsteps fc rgb SHADE notitle, \
        for [i = 1:(has_served ? SERIES : 0)] DATA using (t(i)):(column("served_per_s")) \
            with linespoints lt line(i) lw 3 lc rgb served_colour(i) pt shape(i) ps SHAPE_SIZE pi some(i) notitle, \
        for [i = 1:(has_arrivals ? SERIES : 0)] DATA using (t(i)):(column("arrivals_per_s")) \
            with linespoints lt 5 lw 2 dt 2 lc rgb arrivals_colour pt 2 ps (ROWS[i] == 1 ? 0.85 * POINT : UNSEEN) pi ROWS[i] notitle, \
        keyentry with lines lt 5 lw 2 dt 2 lc rgb arrivals_colour title has_arrivals ? 'arrivals' : '', \
        keyentry with lines lt 1 lw 3 lc rgb (SERIES > 1 ? INK : COLOUR[3]) title has_served ? 'served' : ''
}
unset multiplot
