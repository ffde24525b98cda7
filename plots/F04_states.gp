# Shows what CloudWatch shows of a queue: its visible, in-flight and delayed messages over time, stacked on each other.
# Reads F4.csv: series,label,variant,point,entity,time_s,visible,in_flight,delayed.
# Read the upper edge for all that is in the queue, and a band's height for its part. One panel for each series.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

array PEAK[SERIES]
do for [i = 1:SERIES] { PEAK[i] = 0 }
t_lo = NONE; t_hi = 0; delayed_hi = 0
all(u) = or_zero(column("visible")) + or_zero(column("in_flight")) + or_zero(column("delayed"))
stats DATA using (i = int(column("series")) + 1, PEAK[i] = most(PEAK[i], all(0)), \
    t_lo = least(t_lo, column("time_s")), t_hi = most(t_hi, column("time_s")), \
    delayed_hi = most(delayed_hi, column("delayed")), 0) nooutput
u = unit_s(t_hi)
from = t_lo > 0.1 * t_hi && t_lo < t_hi ? t_lo / u : 0
to = t_hi > 0 ? t_hi / u : 1.0
# One scale for all panels, so that they compare, unless one of them would lie on the ground.
peak_hi = 0; peak_lo = NONE
do for [i = 1:SERIES] { peak_hi = most(peak_hi, PEAK[i]); peak_lo = PEAK[i] > 0 ? least(peak_lo, PEAK[i]) : peak_lo }
has_own_scales = peak_hi > 20 * peak_lo
y_hi(i) = 1.08 * (has_own_scales ? (PEAK[i] > 0 ? PEAK[i] : 1.0) : (peak_hi > 0 ? peak_hi : 1.0))

columns = SERIES > 2 ? 2 : 1
rows = (SERIES + columns - 1) / columns
states = delayed_hi > 0 ? 3 : 2
heading = SERIES > 1 ? line_high(16) + (IS_TERM ? 0 : 0.01) : 0
between = IS_TERM ? line_high(1) : 0.03
bottom = BOTTOM + BELOW
top = TOP - legend_high(states, 9) - Y_LABEL_HIGH
# All panels are as wide as the longest tick of any leaves them.
long = 0
do for [i = 1:SERIES] { eval line_ticks('y', 0, y_hi(i), rows > 1 ? 3 : 6); long = most(long, TICK_LONG) }
left = beside(long)
gap = columns > 1 ? char_wide(18) * (long + 1.5) : 0
wide = (RIGHT - left - gap) / columns
high = (top - bottom - (rows - 1) * between) / rows - heading
x_of(i) = left + ((i - 1) % columns) * (wide + gap)
y_of(i) = top - (high + heading) - ((i - 1) / columns) * (high + heading + between)

set xrange [from:to]
t(i) = column("series") == i - 1 ? column("time_s") / u : NaN
visible(u) = or_zero(column("visible"))
in_flight(u) = visible(0) + or_zero(column("in_flight"))
STACK = IS_TERM ? 0 : 1
# The bands differ by their filling too; a single moment, which has no area, shows as points.
array NAME[3]
NAME[1] = 'visible'; NAME[2] = 'in flight'; NAME[3] = 'delayed'
edge(s) = s == 1 ? visible(0) : s == 2 ? in_flight(0) : all(0)
gauge(s) = or_zero(s == 1 ? column("visible") : s == 2 ? column("in_flight") : column("delayed"))
upper(s) = IS_TERM ? gauge(s) : edge(s)
moment_size(i) = ROWS[i] == 1 ? POINT : UNSEEN
set multiplot
eval y_label('messages', '', bottom, top)
eval legend_at(states, 9, left, TOP)
do for [i = 1:SERIES] {
    eval panel(x_of(i), x_of(i) + wide, y_of(i), y_of(i) + high)
    set yrange [0:y_hi(i)]
    eval line_ticks('y', 0, y_hi(i), rows > 1 ? 3 : 6)
    is_lowest = i + columns > SERIES
    IS_MUTE = !is_lowest
    eval line_ticks('x', from, to, columns > 1 ? 4 : 8)
    IS_MUTE = 0
    if (is_lowest) { eval x_label('simulated time ('.unit(t_hi).')', x_of(i), x_of(i) + wide, y_of(i)) }
    if (SERIES > 1) {
        remark = has_own_scales ? ' (own scale)' : ''
        panel_name = shortened(LABEL[i], int(wide / char_wide(15)) - strlen(remark)).remark
        set label 104 panel_name at screen x_of(i), screen y_of(i) + high + 0.5 * heading left noenhanced \
            font ',15' textcolor rgb INK
    }
    plot for [k = 1:STACK] DATA using (t(i)):(0):(visible(0)) with filledcurves fc rgb COLOUR[1] fs solid 0.9 notitle, \
        for [k = 1:STACK] DATA using (t(i)):(visible(0)):(in_flight(0)) with filledcurves fc rgb COLOUR[2] fs transparent solid 0.35 notitle, \
        for [k = 1:STACK] DATA using (t(i)):(visible(0)):(in_flight(0)) with filledcurves fc rgb COLOUR[2] fs transparent pattern 4 notitle, \
        for [k = 1:STACK * (states - 2)] DATA using (t(i)):(in_flight(0)):(all(0)) with filledcurves fc rgb COLOUR[3] fs transparent solid 0.35 notitle, \
        for [s = 1:states] DATA using (t(i)):(upper(s)) \
            with linespoints lt s lw 1.5 lc rgb COLOUR[s] pt SHAPE[s] ps moment_size(i) pi ROWS[i] notitle, \
        for [k = 1:STACK] keyentry with boxes fc rgb COLOUR[1] fs solid 0.9 title STACK ? NAME[1] : '', \
        for [k = 1:STACK] keyentry with boxes fc rgb COLOUR[2] fs transparent pattern 4 title STACK ? NAME[2] : '', \
        for [k = 1:STACK * (states - 2)] keyentry with boxes fc rgb COLOUR[3] fs transparent solid 0.35 title STACK && states > 2 ? NAME[3] : '', \
        for [s = 1:(STACK ? 0 : states)] keyentry with lines lt s title STACK ? '' : NAME[s]
    unset label 101; unset label 102; unset label 103
    unset key
}
unset multiplot
