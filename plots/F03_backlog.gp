# Shows how a queue smooths traffic: its backlog over time and, below, what arrives and is served.
# Reads F3.csv: series,label,...,time_s,backlog,arrivals_per_s,served_per_s,spike,alarm (README.md has all).
# Read both panels at one time: where more arrives than is served, the backlog grows; then it drains.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

t_lo = NONE; t_hi = 0; backlog_hi = 0; rate_hi = 0
has_arrivals = 0; has_served = 0; has_spike = 0; struck = 0; has_alarm = 0
stats DATA using (t = column("time_s"), t_lo = least(t_lo, t), t_hi = most(t_hi, t), \
    backlog_hi = most(backlog_hi, column("backlog")), \
    rate_hi = most(most(rate_hi, column("arrivals_per_s")), column("served_per_s")), \
    has_arrivals = has(column("arrivals_per_s")) ? 1 : has_arrivals, \
    has_served = has(column("served_per_s")) ? 1 : has_served, \
    has_spike = most(has_spike, column("spike") > 0), \
    struck = column("spike") > 0 ? int(struck) | int(column("spike")) : struck, \
    has_alarm = column("alarm") > 0 ? 1 : has_alarm, 0) nooutput
u = unit_s(t_hi)
from = t_lo > 0.1 * t_hi && t_lo < t_hi ? t_lo / u : 0
to = t_hi > 0 ? t_hi / u : 1.0

# Legends: the series, where they are several, and the shade above; the two rates between the panels.
names = SERIES > 1 ? SERIES : 0
entries = names + has_spike + has_alarm
long = most(names ? LONGEST : 0, has_spike ? 14 : 0)
has_rates = has_arrivals || has_served
between = legend_high(2, 8) + Y_LABEL_HIGH + line_high(18)
bottom = BOTTOM + BELOW
top = TOP - legend_high(entries, long) - Y_LABEL_HIGH
lower_top = has_rates ? bottom + 0.45 * (top - bottom - between) : bottom
upper_bottom = has_rates ? lower_top + between : bottom

# Both panels begin where the longer ticks end.
y_hi = backlog_hi > 0 ? (1.08 + 0.065 * has_alarm * SERIES) * backlog_hi : 1.0
STEP_LEAST = 1
upper_ticks = line_ticks('y', 0, y_hi, 4)
STEP_LEAST = 0
upper_long = TICK_LONG
rate_hi = rate_hi > 0 ? 1.08 * rate_hi : 1.0
lower_ticks = line_ticks('y', 0, rate_hi, 3)
left = beside(most(upper_long, TICK_LONG)) + (IS_TERM ? 0 : 0.025)
set xrange [from:to]
set y2range [0:1]

t(i) = column("series") == i - 1 ? column("time_s") / u : NaN
spike(u) = column("spike") > 0 ? 1 : 0
# Shapes tell several lines apart; a single moment is seen by its shape alone.
has_shapes = SERIES > 1 || ROWS[1] == 1
some(i) = has_shapes ? spaced(i) : ROWS[i]
SHAPE_SIZE = has_shapes ? 0.85 * POINT : UNSEEN
moment_size(i) = ROWS[i] == 1 ? POINT : UNSEEN
ARRIVALS = SERIES > 1 ? FAINT : COLOUR[2]
SERVED = SERIES > 1 ? INK : COLOUR[3]
served_colour(i) = SERIES > 1 ? colour(i) : SERVED
# A terminal has no areas.
shades = IS_TERM ? 0 : SERIES
areas = IS_TERM || SERIES > 1 ? 0 : 1
eval alarm_marks
overlines = IS_TERM ? has_spike : 0

eval x_label('simulated time ('.unit(t_hi).')', left, RIGHT, bottom)
eval y_labels('backlog', '(messages)', upper_bottom, top)
eval panel(left, RIGHT, upper_bottom, top)
eval legend_at(entries, long, left, TOP)
set yrange [0:y_hi]
eval upper_ticks
IS_MUTE = has_rates
eval line_ticks('x', from, to, 8)
IS_MUTE = 0
set multiplot
plot for [i = 1:shades] DATA using (t(i)):(spike(0)) axes x1y2 \
        with fillsteps fc rgb SHADE notitle, \
    for [i = 1:overlines] DATA using (t(i)):(spike(0) ? 0.99 : NaN) axes x1y2 \
        with lines lt 4 notitle, \
    for [i = 1:areas] DATA using (t(i)):(or_zero(column("backlog"))) \
        with filledcurves y1=0 fc rgb colour(i) fs transparent solid 0.25 notitle, \
    for [i = 1:SERIES] DATA using (t(i)):(column("backlog")) \
        with linespoints lt line(i) lw 3 lc rgb colour(i) \
        pt shape(i) ps SHAPE_SIZE pi some(i) notitle, \
    for [i = 1:SERIES] keyentry \
        with linespoints lt line(i) lw 3 lc rgb colour(i) pt shape(i) ps SHAPE_SIZE \
        title names ? label(i) : '', \
    keyentry with boxes lt 4 fc rgb SHADE title shade_name(struck), \
    for [i = 1:alarms] DATA using (t(i)):(alarm_at(i)) axes x1y2 \
        with linespoints lt 4 lw 5 lc rgb alarm_colour(i) pt 5 ps 0.4 notitle, \
    for [i = 1:has_alarm] keyentry with lines lt 4 lw 5 lc rgb ALARM_KEY title 'alarm'

unset label 101
unset label 102
unset label 105
if (has_rates) {
    eval y_labels('messages', 'per second', bottom, lower_top)
    eval panel(left, RIGHT, bottom, lower_top)
    eval legend_at(2, 8, left, lower_top + legend_high(2, 8) + Y_LABEL_HIGH)
    set yrange [0:rate_hi]
    eval lower_ticks
    eval line_ticks('x', from, to, 8)
    plot for [i = 1:shades] DATA using (t(i)):(spike(0)) axes x1y2 \
            with fillsteps fc rgb SHADE notitle, \
        for [i = 1:(has_served ? SERIES : 0)] DATA using (t(i)):(column("served_per_s")) \
            with linespoints lt line(i) lw 3 lc rgb served_colour(i) \
            pt shape(i) ps SHAPE_SIZE pi some(i) notitle, \
        for [i = 1:(has_arrivals ? SERIES : 0)] DATA using (t(i)):(column("arrivals_per_s")) \
            with linespoints lt 5 lw 2 dt 2 lc rgb ARRIVALS \
            pt 2 ps moment_size(i) pi ROWS[i] notitle, \
        keyentry with lines lt 5 lw 2 dt 2 lc rgb ARRIVALS title has_arrivals ? 'arrivals' : '', \
        keyentry with lines lt 1 lw 3 lc rgb SERVED title has_served ? 'served' : ''
}
unset multiplot
unset output
