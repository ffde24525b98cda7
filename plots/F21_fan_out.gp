# Shows how long messages are in each queue of a fan-out, and how long until all work on them is done.
# Reads F21.csv: series,kind,label,variant,point,panel,entity,metric,value_s,fraction,of.
# Read down a column: all panels have one scale of time. The dot is where 95 of 100 are done.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

x_lo = NONE; x_hi = -NONE; panels = 0
stats DATA using (x = column("value_s"), panels = most(panels, column("panel") + 1), \
    x_lo = column("fraction") >= 0.01 ? least(x_lo, x) : x_lo, \
    x_hi = column("fraction") <= 0.9995 ? most(x_hi, x) : x_hi, 0) nooutput
panels = int(panels)
x_hi = most(x_lo, x_hi)
from = log_lo(x_lo, x_hi); to = log_hi(x_lo, x_hi)
array NAME[panels]
do for [p = 1:panels] { NAME[p] = '' }
stats DATA using (p = int(column("panel")) + 1, NAME[p] = strcol("entity"), 0) nooutput

# One column of up to three panels, else two; a slot that is left over has the legend.
columns = panels > 3 ? 2 : 1
rows = (panels + columns - 1) / columns
has_slot = panels % columns > 0
entries = ENTRIES > 1 ? ENTRIES : 0
above = has_slot ? 0 : entries
heading = line_high(16) + (IS_TERM ? 0 : 0.005)
between = IS_TERM ? 0 : 0.015
bottom = BOTTOM + BELOW
top = TOP - legend_high(above, LONGEST) - Y_LABEL_HIGH
y_ticks(i) = line_ticks('y', 0, 1, 2)
eval y_ticks(1)
left = beside(TICK_LONG)
gap = columns > 1 ? char_wide(18) * (TICK_LONG + 2) : 0
wide = (RIGHT - left - gap) / columns
high = (top - bottom - (rows - 1) * between) / rows - heading
x_of(p) = left + ((p - 1) % columns) * (wide + gap)
y_of(p) = top - (high + heading) - ((p - 1) / columns) * (high + heading + between)
# In the slot, below the numbers of the panel above it, one name a line.
slot_legend(left, top) = sprintf( \
    "set key at screen %g, screen %g left top vertical maxrows %d Left reverse noenhanced ". \
    "samplen %g spacing %g width 1 font ',%g' textcolor rgb '%s'", \
    left, top, entries, IS_TERM ? 4 : 2.4, FORMAT eq 'svg' ? 0.9 : 1.1, entries > 3 ? 14 : 16, INK)
name_long = has_slot ? int(wide / char_wide(16)) - SAMPLE : name_most(ENTRIES)
name(i) = TITLED[i] ? shortened(LABEL[i], name_long) : ''
panel_name(p) = shortened(NAME[p], int(wide / char_wide(15)))

set logscale x
set xrange [from:to]
set yrange [0:1.06]
# A column has room for few ticks.
far = decades(from, to)
many = int(ceil(far / (columns > 1 ? 4.0 : 9.0)))
coarse(d) = d > floor(log10(to)) ? '' : tick(seconds(10.0 ** d), 10.0 ** d).coarse(d + many)
x_ticks(p) = is_clock(to) && far >= 1 ? clock_ticks('x', from, to, columns > 1 && far > 4 ? 3 : 2) : \
    far < 2 && columns == 1 || far < 1 ? log_ticks('x', from, to, 'seconds') : \
    list('x', coarse(int(ceil(log10(from)))))

is_in(i, p, kind) = column("series") == i - 1 && column("panel") == p - 1 && strcol("kind") eq kind
x(i, p, kind) = is_in(i, p, kind) ? column("value_s") : NaN
y(u) = column("fraction")
# Curves that lie on each other are seen through each other's gaps.
set dashtype 5 (9, 6)
set dashtype 6 (3, 4)
set dashtype 7 (12, 4, 3, 4)
curve_dash(i) = i == 1 ? 1 : 3 + i
# One curve's dots say their times, the first of several which share they are at.
brief(x) = x >= 99.5 ? seconds(round(x)) : x >= 0.9995 ? sprintf('%.3g s', x) : \
    x >= 0.9995e-3 ? sprintf('%.3g ms', x * 1e3) : sprintf('%.3g ', x * 1e6).MICRO
words_at(x) = strcol("label").(MEASURED == 1 ? ' '.brief(x) : '')
middle = sqrt(from * to)
left_of(p) = x(1, p, 'mark') > middle ? column("value_s") : NaN
right_of(p) = x(1, p, 'mark') <= middle ? column("value_s") : NaN

eval y_label('fraction of the messages', bottom, top)
set multiplot
do for [p = 1:panels] {
    eval panel(x_of(p), x_of(p) + wide, y_of(p), y_of(p) + high)
    eval y_ticks(p)
    is_lowest = p + columns > panels
    IS_MUTE = !is_lowest
    eval x_ticks(p)
    IS_MUTE = 0
    if (p + columns - has_slot > panels || p == panels) {
        eval x_label('time until done', x_of(p), x_of(p) + wide, y_of(p))
    }
    set label 104 panel_name(p) at screen x_of(p), screen y_of(p) + high + 0.5 * heading left \
        noenhanced font ',16' textcolor rgb INK
    # The legend stands once, in the slot or above.
    if (p == 1 && entries > 0) {
        eval has_slot ? slot_legend(x_of(panels + 1), y_of(panels + 1) + high - line_high(18)) : \
            legend_at(entries, LONGEST, left, TOP)
    }
    said = MEASURED == 1 || p == 1 ? 1 : 0
    plot for [w in of_kind('curve')] DATA using (x(at(w), p, 'curve')):(y(0)) \
            with lines lt line(at(w)) lw 4 dt curve_dash(at(w)) lc rgb colour(at(w)) notitle, \
        for [w in of_kind('theory')] DATA using (x(at(w), p, 'theory')):(y(0)) \
            with lines lt line(at(w)) lw 2 dt 3 lc rgb INK notitle, \
        for [w in of_kind('curve')] DATA using (x(at(w), p, 'mark')):(y(0)) \
            with points lt line(at(w)) lc rgb colour(at(w)) pt shape(at(w)) ps POINT notitle, \
        for [k = 1:said] DATA using (left_of(p)):(y(0)):(words_at(column("value_s"))) \
            with labels right offset -0.8, 0.1 font ',14' textcolor rgb INK notitle, \
        for [k = 1:said] DATA using (right_of(p)):(y(0)):(words_at(column("value_s"))) \
            with labels left offset 0.8, -0.6 font ',14' textcolor rgb INK notitle, \
        for [w in (p == 1 ? of_kind('curve') : '')] keyentry with linespoints lt line(at(w)) lw 4 \
            dt curve_dash(at(w)) lc rgb colour(at(w)) pt shape(at(w)) ps POINT title name(at(w)), \
        for [w in (p == 1 ? of_kind('theory') : '')] keyentry with lines lt line(at(w)) lw 2 dt 3 \
            lc rgb INK title name(at(w))
    unset label 101; unset label 102; unset label 103; unset label 105
    unset key
}
unset multiplot
unset output
