# Shows a fleet that scales by its queue: the backlog, the backlog per instance, and the instances.
# Reads F10.csv: series,label,...,time_s,backlog,per_instance,target,instances,spike,alarm,what.
# Read the middle panel against its dashed target: above it instances come, well below it they go.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

t_hi = 0; is_fleet = 0; has_spike = 0; struck = 0; has_alarm = 0; has_target = 0
array PEAK = [0, 0, 0]
stats DATA using (t_hi = most(t_hi, column("time_s")), \
    PEAK[1] = most(PEAK[1], column("backlog")), \
    PEAK[2] = most(most(PEAK[2], column("per_instance")), column("target")), \
    PEAK[3] = most(PEAK[3], column("instances")), \
    has_target = has(column("target")) ? 1 : has_target, \
    has_spike = most(has_spike, column("spike") > 0), \
    struck = column("spike") > 0 ? int(struck) | int(column("spike")) : struck, \
    is_fleet = strcol("what") eq 'invocations' ? is_fleet : 1, \
    has_alarm = column("alarm") > 0 ? 1 : has_alarm, 0) nooutput
u = unit_s(t_hi)
to = t_hi > 0 ? t_hi / u : 1.0

# One line bears its name where it is one variant of several.
names = SERIES > 1 || LABEL[1] ne TITLE ? SERIES : 0
entries = names + has_target + has_spike + has_alarm
long = most(names ? LONGEST : 0, 14)
between = IS_TERM ? line_high(1) : 0.035
bottom = BOTTOM + BELOW
top = TOP - legend_high(entries, long) - Y_LABEL_HIGH
high = (top - bottom - 2 * between) / 3
y_of(p) = bottom + (3 - p) * (high + between)
room(p) = p == 1 && has_alarm ? 1.12 + 0.13 * SERIES : 1.12
y_hi(p) = PEAK[p] > 0 ? room(p) * PEAK[p] : 1.0
ticks(p) = line_ticks('y', 0, y_hi(p), 3)
ticks_long = 0
do for [p = 1:3] { eval ticks(p); ticks_long = most(ticks_long, TICK_LONG) }
left = beside(ticks_long) + (IS_TERM ? 0 : 0.025)
set xrange [0:to]
set y2range [0:1]

t(i) = column("series") == i - 1 ? column("time_s") / u : NaN
shown(p) = p == 1 ? column("backlog") : p == 2 ? column("per_instance") : column("instances")
spike(u_) = column("spike") > 0 ? 1 : 0
shades = IS_TERM ? 0 : has_spike * SERIES
overlines = IS_TERM ? has_spike : 0
targets = has_target ? SERIES : 0
eval alarm_marks
# Shapes tell several lines apart.
shapes = SERIES > 1 ? SERIES : 0
some(i) = int(most(1, ROWS[i] / 8))
# The panels are low.
alarm_at(i) = column("alarm") > 0 ? 0.96 - 0.115 * (i - 1) : NaN
set multiplot
do for [p = 1:3] {
    eval panel(left, RIGHT, y_of(p), y_of(p) + high)
    if (p == 1) { eval y_labels('waiting', 'messages', y_of(p), y_of(p) + high) }
    if (p == 2) { eval y_labels('per', is_fleet ? 'instance' : 'invocation', y_of(p), y_of(p) + high) }
    if (p == 3) { eval is_fleet ? y_label('instances', y_of(p), y_of(p) + high) : \
        y_labels('invocations', 'at a time', y_of(p), y_of(p) + high) }
    set yrange [0:y_hi(p)]
    STEP_LEAST = p == 2 ? 0 : 1
    eval ticks(p)
    STEP_LEAST = 0
    IS_MUTE = p < 3
    eval line_ticks('x', 0, to, 8)
    IS_MUTE = 0
    if (p == 1) { eval legend_at(entries, long, left, TOP) }
    if (p == 3) { eval x_label('simulated time ('.unit(t_hi).')', left, RIGHT, bottom) }
    is_first = p == 1 ? 1 : 0
    plot for [i = 1:shades] DATA using (t(i)):(spike(0)) axes x1y2 \
            with fillsteps fc rgb SHADE notitle, \
        for [i = 1:overlines] DATA using (t(i)):(spike(0) ? 0.99 : NaN) axes x1y2 \
            with lines lt 4 notitle, \
        for [i = 1:(p == 2 ? targets : 0)] DATA using (t(i)):(column("target")) \
            with lines lt 5 lw 2 dt 2 lc rgb FAINT notitle, \
        for [i = 1:SERIES] DATA using (t(i)):(shown(p)) \
            with steps lt line(i) lw 3 lc rgb colour(i) notitle, \
        for [i = 1:shapes] DATA every some(i)::some(i) * i / (SERIES + 1) using (t(i)):(shown(p)) \
            with points lt line(i) lc rgb colour(i) pt shape(i) ps 0.85 * POINT notitle, \
        for [i = 1:(is_first * alarms)] DATA using (t(i)):(alarm_at(i)) axes x1y2 \
            with linespoints lt 4 lw 5 lc rgb alarm_colour(i) pt 5 ps 0.4 notitle, \
        for [i = 1:(is_first * names)] keyentry with linespoints lt line(i) lw 3 \
            lc rgb colour(i) pt shape(i) ps (shapes ? 0.85 * POINT : UNSEEN) title label(i), \
        for [k = 1:(is_first * has_target)] keyentry with lines lt 5 lw 2 dt 2 lc rgb FAINT \
            title 'target', \
        for [k = 1:(is_first * has_spike)] keyentry with boxes lt 4 fc rgb SHADE \
            title shade_name(struck), \
        for [k = 1:(is_first * has_alarm)] keyentry with lines lt 4 lw 5 lc rgb ALARM_KEY title 'alarm'
    unset label 101; unset label 102; unset label 103
    unset key
}
unset multiplot
unset output
