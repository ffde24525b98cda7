# Shows how long the oldest message of quiet tenants waits beside that of a noisy one, over time.
# Reads F22.csv: series,kind (quiet, all),label,variant,point,entity,time_s,age_s,low_s,high_s.
# Read the solid lines as the quiet tenants'; a broken one as the noisy tenant's, or as everybody's.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

t_hi = 0; age_hi = 0; has_band = 0
stats DATA using (t_hi = most(t_hi, column("time_s")), \
    age_hi = most(most(age_hi, column("age_s")), column("high_s")), \
    has_band = column("high_s") > column("low_s") ? 1 : has_band, 0) nooutput
u = unit_s(t_hi)
to = t_hi > 0 ? t_hi / u : 1.0
y_u = unit_s(age_hi)
roof = age_hi > 0 ? 1.08 * age_hi / y_u : 1.0
set xrange [0:to]
set yrange [0:roof]
eval line_ticks('x', 0, to, 8)
eval line_ticks('y', 0, roof, 6)
do for [i = 1:SERIES] { TURN[i] = i }
# A terminal has no areas.
areas = IS_TERM || !has_band ? 0 : SERIES
has_band = areas > 0
BAND = has_band ? 'least to greatest' : ''
eval frame(ENTRIES + has_band, most(LONGEST, strlen(BAND)), 'simulated time ('.unit(t_hi).')', \
    'age of the oldest message ('.unit(age_hi).')', RIGHT)

t(i) = column("series") == i - 1 ? column("time_s") / u : NaN
age(u_) = column("age_s") / y_u
SHAPE_SIZE = 0.85 * POINT
dash(i) = KIND[i] eq 'quiet' ? 1 : 2
key_dash(i) = KIND[i] eq 'quiet' ? 1 : 8
plot for [i = 1:areas] DATA using (t(i)):(column("low_s") / y_u):(column("high_s") / y_u) \
        with filledcurves fc rgb colour(i) fs transparent solid 0.2 notitle, \
    for [i = 1:SERIES] DATA using (t(i)):(age(0)) \
        with linespoints lt line(i) lw 3 dt dash(i) lc rgb colour(i) \
        pt shape(i) ps SHAPE_SIZE pi spaced(i) notitle, \
    for [i = 1:SERIES] keyentry with linespoints lt line(i) lw 3 dt key_dash(i) lc rgb colour(i) \
        pt shape(i) ps SHAPE_SIZE title label(i), \
    for [k = 1:has_band] keyentry with boxes lt 4 fc rgb FAINT fs transparent solid 0.3 title BAND
unset output
