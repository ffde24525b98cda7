# Shows how old the oldest message in a queue is, over time, as CloudWatch has it.
# Reads F5.csv: series,label,variant,point,entity,time_s,age_s,low_s,high_s,fault,alarm.
# Read a rise of a second per second as nobody at work; a fall as work on what came later and later.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

t_hi = 0; age_hi = 0; has_fault = 0; has_alarm = 0; has_band = 0
stats DATA using (t_hi = most(t_hi, column("time_s")), \
    age_hi = most(most(age_hi, column("age_s")), column("high_s")), \
    has_band = column("high_s") > column("low_s") ? 1 : has_band, \
    has_fault = column("fault") > 0 ? 1 : has_fault, \
    has_alarm = column("alarm") > 0 ? 1 : has_alarm, 0) nooutput
u = unit_s(t_hi)
to = t_hi > 0 ? t_hi / u : 1.0
y_u = unit_s(age_hi)
roof = age_hi > 0 ? (1.08 + 0.065 * has_alarm * SERIES) * age_hi / y_u : 1.0
set xrange [0:to]
set yrange [0:roof]
set y2range [0:1]
eval line_ticks('x', 0, to, 8)
eval line_ticks('y', 0, roof, 6)
names = SERIES > 1 ? SERIES : 0
FAULT = has_fault ? 'fault' : ''
# A terminal has no areas.
areas = IS_TERM || !has_band ? 0 : SERIES
has_band = areas > 0
BAND = has_band ? 'least to greatest' : has_alarm ? 'alarm' : FAULT
eval frame(names + has_band + has_fault + has_alarm, most(names ? LONGEST : 0, strlen(BAND)), \
    'simulated time ('.unit(t_hi).')', 'age of the oldest message ('.unit(age_hi).')', RIGHT)

t(i) = column("series") == i - 1 ? column("time_s") / u : NaN
age(u_) = column("age_s") / y_u
fault(u_) = column("fault") > 0 ? 1 : 0
# Shapes tell several lines apart; a single moment is seen by its shape alone.
has_shapes = SERIES > 1 || ROWS[1] == 1
some(i) = has_shapes ? spaced(i) : ROWS[i]
SHAPE_SIZE = has_shapes ? 0.85 * POINT : UNSEEN
shades = IS_TERM ? 0 : has_fault
overlines = IS_TERM ? has_fault : 0
eval alarm_marks
plot for [k = 1:shades] DATA using (t(1)):(fault(0)) axes x1y2 with fillsteps fc rgb SHADE notitle, \
    for [k = 1:overlines] DATA using (t(1)):(fault(0) ? 0.99 : NaN) axes x1y2 \
        with lines lt 4 notitle, \
    for [i = 1:areas] DATA using (t(i)):(column("low_s") / y_u):(column("high_s") / y_u) \
        with filledcurves fc rgb colour(i) fs transparent solid 0.2 notitle, \
    for [i = 1:SERIES] DATA using (t(i)):(age(0)) \
        with linespoints lt line(i) lw 3 lc rgb colour(i) \
        pt shape(i) ps SHAPE_SIZE pi some(i) notitle, \
    for [i = 1:names] keyentry \
        with linespoints lt line(i) lw 3 lc rgb colour(i) pt shape(i) ps SHAPE_SIZE title label(i), \
    for [k = 1:has_band] keyentry with boxes lt 4 fc rgb FAINT fs transparent solid 0.3 title BAND, \
    for [k = 1:has_fault] keyentry with boxes lt 4 fc rgb SHADE title FAULT, \
    for [i = 1:alarms] DATA using (t(i)):(alarm_at(i)) axes x1y2 \
        with linespoints lt 4 lw 5 lc rgb alarm_colour(i) pt 5 ps 0.4 notitle, \
    for [k = 1:has_alarm] keyentry with lines lt 4 lw 5 lc rgb ALARM_KEY title 'alarm'
unset output
