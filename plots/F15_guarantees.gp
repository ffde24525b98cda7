# Shows what each variant loses, repeats and costs: a row for each, a column for each figure.
# Reads F15.csv: series,label,variant,point,panel,metric,unit,value,low,high.
# Read down a column to compare; each has a scale of its own. What nowhere was seen is said below.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

panels = 0
stats DATA using (panels = most(panels, column("panel") + 1), 0) nooutput
panels = int(panels)
array NAME[panels]
array UNIT[panels]
array PEAK[panels]
array GREATEST[panels]
do for [p = 1:panels] { NAME[p] = ''; UNIT[p] = ''; PEAK[p] = 0; GREATEST[p] = 0 }
stats DATA using (p = int(column("panel")) + 1, NAME[p] = strcol("metric"), \
    UNIT[p] = strcol("unit"), PEAK[p] = most(most(PEAK[p], column("value")), column("high")), \
    GREATEST[p] = most(GREATEST[p], column("value")), 0) nooutput
# Columns of zeros alone are left out, and said in words with the greatest share they may have.
array SHOWN[panels]
columns = 0; none = ''; none_limit = 0
do for [p = 1:panels] {
    if (GREATEST[p] > 0) { columns = columns + 1; SHOWN[columns] = p } else {
        none = none.(none eq '' ? '' : ', ').NAME[p]
        none_limit = UNIT[p] eq 'share' ? most(none_limit, PEAK[p]) : none_limit
    }
}
if (columns == 0) { none = ''; columns = panels; do for [p = 1:panels] { SHOWN[p] = p } }
do for [i = 1:SERIES] { TURN[i] = i }

# Names of the variants at the left, once; of the columns above them.
NAME_MOST = IS_TERM ? 26 : 28
long = 0
do for [i = 1:SERIES] { long = most(long, least(strlen(LABEL[i]), NAME_MOST)) }
name_size = 16
left = (IS_TERM ? 0.02 : 0.025) + char_wide(name_size) * (long + 1)
gap = IS_TERM ? 0.02 : 0.018
heading = line_high(16) * 2
none_high = none eq '' ? 0 : line_high(16)
bottom = BOTTOM + (IS_TERM ? line_high(1) : 0.03) + none_high
top = TOP - heading
wide = (RIGHT - left - (columns - 1) * gap) / columns
x_of(k) = left + (k - 1) * (wide + gap)

# The size of a heading that keeps to its column.
fitting(text, size) = least(size, (wide + 0.8 * gap) / (char_wide(1) * strlen(text)))
per(p) = UNIT[p] eq 'share' ? (IS_TERM ? 'share' : 'of all messages') : UNIT[p] eq 's' ? 'mean' : 'per message'

# The words for a value stand behind its bar, which leaves them room.
per_mille(x) = x > 0 && x < 1e-6 ? sprintf('%.1e', x) : x < 1e-4 ? sprintf('%.2g %%', 100 * x) : sprintf('%.3g %%', 100 * x)
brief(x) = x >= 48 * 3600 ? sprintf('%.3g d', x / 86400) : x >= 2 * 3600 ? sprintf('%.3g h', x / 3600) : \
    x >= 119.5 ? sprintf('%.3g min', x / 60) : x >= 0.9995 ? sprintf('%.3g s', x) : \
    x > 0 ? sprintf('%.3g ms', x * 1e3) : '0 s'
say_value(p, x) = !has(x) ? 'n/a' : UNIT[p] eq 'share' ? (x == 0 ? '0' : per_mille(x)) : \
    UNIT[p] eq 's' ? brief(x) : sprintf('%.3g', x)
value_size = columns > 4 ? 14 : 15
words_share = least(0.6, 8 * char_wide(value_size) / wide)
x_hi(p) = PEAK[p] > 0 ? PEAK[p] / (1 - words_share) : 1.0

half = 0.32
set yrange [SERIES - 0.45:-0.55]
unset ytics
unset xtics
unset grid
set border 2 lc rgb INK lw 1.5
row(p) = column("panel") == p - 1 ? column("series") : NaN
amount(u_) = column("value")
low(u_) = has(column("low")) ? most(0, column("low")) : amount(0)
high(u_) = has(column("high")) ? column("high") : amount(0)
here(i, p) = column("series") == i - 1 && column("panel") == p - 1 ? amount(0) : NaN
beyond(p) = most(high(0), or_zero(amount(0))) + 0.03 * x_hi(p)

do for [i = 1:SERIES] {
    set label 200 + i shortened(LABEL[i], NAME_MOST) \
        at screen left - char_wide(name_size) * 0.6, screen top - (i - 0.45) / (SERIES + 0.1) * (top - bottom) right \
        noenhanced font sprintf(',%d', name_size) textcolor rgb INK
}
if (none ne '') {
    set label 199 'none seen: '.none.(none_limit > 0 ? ' (below '.per_mille(none_limit).')' : '') \
        at screen least(left, 0.2), screen BOTTOM + none_high * 0.6 left \
        noenhanced font ',16' textcolor rgb FAINT
}
set multiplot
do for [c = 1:columns] {
    p = SHOWN[c]
    eval panel(x_of(c), x_of(c) + wide, bottom, top)
    set xrange [0:x_hi(p)]
    set label 104 NAME[p] at screen x_of(c), screen top + 0.75 * heading left \
        noenhanced font sprintf(',%g', fitting(NAME[p], 16)) textcolor rgb INK
    set label 105 per(p) at screen x_of(c), screen top + 0.25 * heading left \
        noenhanced font sprintf(',%g', fitting(per(p), 13)) textcolor rgb FAINT
    plot for [i = 1:SERIES] DATA using (here(i, p) / 2.0):(column("series")):(0): \
            (here(i, p)):(column("series") - half):(column("series") + half) \
            with boxxyerror fc rgb colour(i) fs transparent solid 0.75 border lc rgb colour(i) notitle, \
        for [k = 1:(IS_TERM ? 0 : 1)] DATA using (amount(0)):(row(p)):(low(0)):(high(0)) \
            with xerrorbars lw 2 lc rgb INK pt 0 notitle, \
        DATA using (beyond(p)):(row(p)):(say_value(p, amount(0))) \
            with labels left offset (IS_TERM ? 1 : IS_THUMBNAIL ? 0.8 : 0.3), 0 font sprintf(',%d', value_size) textcolor rgb INK notitle
    unset label 101; unset label 102; unset label 199
    do for [i = 1:SERIES] { unset label 200 + i }
}
unset multiplot
unset output
