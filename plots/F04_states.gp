# Shows a queue as CloudWatch does: visible, in-flight and delayed messages over time, stacked.
# Reads F4.csv: series,label,variant,point,entity,time_s,visible,in_flight,delayed,fault,alarm.
# Read the upper edge for all that is in the queue, and a band's height for its part.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

visible(u) = or_zero(column("visible"))
in_flight(u) = or_zero(column("in_flight"))
delayed(u) = or_zero(column("delayed"))
all(u) = visible(0) + in_flight(0) + delayed(0)
array PEAK[SERIES]
do for [i = 1:SERIES] { PEAK[i] = 0 }
t_lo = NONE; t_hi = 0; delayed_hi = 0; has_fault = 0; has_alarm = 0
stats DATA using (i = int(column("series")) + 1, PEAK[i] = most(PEAK[i], all(0)), \
    t = column("time_s"), t_lo = least(t_lo, t), t_hi = most(t_hi, t), \
    has_fault = column("fault") > 0 ? 1 : has_fault, \
    has_alarm = column("alarm") > 0 ? 1 : has_alarm, \
    delayed_hi = most(delayed_hi, delayed(0)), 0) nooutput
u = unit_s(t_hi)
from = t_lo > 0.1 * t_hi && t_lo < t_hi ? t_lo / u : 0
to = t_hi > 0 ? t_hi / u : 1.0

# One scale for all panels, so that they compare, unless one of them would lie on the ground.
peak_hi = 0; peak_lo = NONE
do for [i = 1:SERIES] {
    peak_hi = most(peak_hi, PEAK[i])
    if (PEAK[i] > 0) { peak_lo = least(peak_lo, PEAK[i]) }
}
has_own_scales = peak_hi > 20 * peak_lo
peak(i) = has_own_scales ? PEAK[i] : peak_hi
y_hi(i) = peak(i) > 0 ? (1.08 + 0.065 * has_alarm) * peak(i) : 1.0

# A panel for each series, in two columns if there are more than two. All leave the same room to the
# longest tick.
columns = SERIES > 2 ? 2 : 1
rows = (SERIES + columns - 1) / columns
states = delayed_hi > 0 ? 3 : 2
entries = states + has_fault + has_alarm
heading = SERIES > 1 ? line_high(16) + (IS_TERM ? 0 : 0.01) : 0
between = IS_TERM ? line_high(1) : 0.03
bottom = BOTTOM + BELOW
top = TOP - legend_high(entries, 9) - Y_LABEL_HIGH
STEP_LEAST = 1
y_ticks(i) = line_ticks('y', 0, y_hi(i), rows > 1 ? 3 : 6)
long = 0
do for [i = 1:SERIES] { eval y_ticks(i); long = most(long, TICK_LONG) }
left = beside(long)
gap = columns > 1 ? char_wide(18) * (long + 1.5) + (IS_TERM ? 0 : 0.025) : 0
wide = (RIGHT - left - gap) / columns
high = (top - bottom - (rows - 1) * between) / rows - heading
x_of(i) = left + ((i - 1) % columns) * (wide + gap)
y_of(i) = top - (high + heading) - ((i - 1) / columns) * (high + heading + between)
remark = has_own_scales ? ' (own scale)' : ''
panel_name(i) = shortened(LABEL[i], int(wide / char_wide(15)) - strlen(remark)).remark

set xrange [from:to]
set y2range [0:1]
t(i) = column("series") == i - 1 ? column("time_s") / u : NaN
# The bands differ by their filling too. A terminal has no areas: it shows each gauge as a line.
# A single moment, which has neither, shows as points.
bands = IS_TERM ? 0 : 1
shades = IS_TERM ? 0 : has_fault
overlines = IS_TERM ? has_fault : 0
struck(u) = column("fault") > 0 ? 1 : 0
bands_3 = bands && states > 2 ? 1 : 0
lines = IS_TERM ? states : 0
NAMES = '"visible" "in flight" "delayed"'
gauge(s) = s == 1 ? visible(0) : s == 2 ? in_flight(0) : delayed(0)
edge(s) = IS_TERM ? gauge(s) : sum [k = 1:s] gauge(k)
# Where a band is empty its edge would be drawn over the band below.
seen_edge(s) = IS_TERM || gauge(s) > 0 ? edge(s) : NaN
moment_size(i) = ROWS[i] == 1 ? POINT : UNSEEN

eval y_label('messages', bottom, top)
eval legend_at(entries, 9, left, TOP)
set multiplot
do for [i = 1:SERIES] {
    eval panel(x_of(i), x_of(i) + wide, y_of(i), y_of(i) + high)
    set yrange [0:y_hi(i)]
    eval y_ticks(i)
    is_lowest = i + columns > SERIES
    IS_MUTE = !is_lowest
    STEP_LEAST = 0
    eval line_ticks('x', from, to, columns > 1 ? 4 : 8)
    STEP_LEAST = 1
    IS_MUTE = 0
    if (is_lowest) {
        eval x_label('simulated time ('.unit(t_hi).')', x_of(i), x_of(i) + wide, y_of(i))
    }
    if (SERIES > 1) {
        set label 104 panel_name(i) at screen x_of(i), screen y_of(i) + high + 0.5 * heading left \
            noenhanced font ',15' textcolor rgb INK
    }
    plot for [k = 1:shades] DATA using (t(i)):(struck(0)) axes x1y2 \
            with fillsteps fc rgb SHADE notitle, \
        for [k = 1:overlines] DATA using (t(i)):(struck(0) ? 0.99 : NaN) axes x1y2 \
            with lines lt 4 notitle, \
        for [k = 1:bands] DATA using (t(i)):(0):(edge(1)) \
            with filledcurves fc rgb COLOUR[1] fs solid 0.9 notitle, \
        for [k = 1:bands] DATA using (t(i)):(edge(1)):(edge(2)) \
            with filledcurves fc rgb COLOUR[2] fs transparent solid 0.35 notitle, \
        for [k = 1:bands] DATA using (t(i)):(edge(1)):(edge(2)) \
            with filledcurves fc rgb COLOUR[2] fs transparent pattern 4 notitle, \
        for [k = 1:bands_3] DATA using (t(i)):(edge(2)):(edge(3)) \
            with filledcurves fc rgb COLOUR[3] fs transparent solid 0.35 notitle, \
        for [s = 1:states] DATA using (t(i)):(seen_edge(s)) with linespoints lt s lw 1.5 \
            lc rgb COLOUR[s] pt SHAPE[s] ps moment_size(i) pi ROWS[i] notitle, \
        for [k = 1:bands] keyentry with boxes fc rgb COLOUR[1] fs solid 0.9 \
            title bands ? word(NAMES, 1) : '', \
        for [k = 1:bands] keyentry with boxes fc rgb COLOUR[2] \
            fs transparent pattern 4 border lc rgb COLOUR[2] lw 1.5 \
            title bands ? word(NAMES, 2) : '', \
        for [k = 1:bands_3] keyentry with boxes fc rgb COLOUR[3] fs transparent solid 0.35 \
            title bands_3 ? word(NAMES, 3) : '', \
        for [s = 1:lines] keyentry with lines lt s title lines ? word(NAMES, s) : '', \
        keyentry with boxes lt 4 fc rgb SHADE title has_fault ? 'fault' : '', \
        for [k = 1:has_alarm] DATA using (t(i)):(alarm_at(1)) axes x1y2 \
            with linespoints lt 4 lw 5 lc rgb INK pt 5 ps 0.4 notitle, \
        for [k = 1:has_alarm] keyentry with lines lt 4 lw 5 lc rgb INK title 'alarm'
    unset label 101; unset label 102; unset label 103
    unset key
}
unset multiplot
unset output
