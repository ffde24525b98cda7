# Shows by how much variants differ from the first one, with the interval of each difference.
# Reads F24.csv: series,label,variant,point,base,panel,metric,unit,row,difference,low,high,differs.
# Read across: a bar that does not touch the line at 0 is a difference; a hollow point is none for sure.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

panels = 0; rows = 0
stats DATA using (panels = most(panels, column("panel") + 1), rows = most(rows, column("row") + 1), 0) nooutput
panels = int(panels); rows = int(rows)
array NAME[panels]; array UNIT[panels]; array LO[panels]; array HI[panels]; array ROW[rows]
do for [p = 1:panels] { NAME[p] = ''; UNIT[p] = ''; LO[p] = 0; HI[p] = 0 }
do for [r = 1:rows] { ROW[r] = '' }
BASE = ''
stats DATA using (p = int(column("panel")) + 1, BASE = strcol("base"), NAME[p] = strcol("metric"), UNIT[p] = strcol("unit"), \
    LO[p] = least(least(LO[p], column("difference")), column("low")), \
    HI[p] = most(most(HI[p], column("difference")), column("high")), \
    ROW[int(column("row")) + 1] = strcol("point"), 0) nooutput

# At one point a row is a variant, which needs no legend; else a variant is a colour, and a group of
# rows is a point, whose name stands at the middle of the group.
is_grouped = rows > SERIES
group = SERIES + 1
do for [r = 1:rows] {
    if (!is_grouped) { ROW[r] = LABEL[r] }
    if (is_grouped && (r - 1) % group != (SERIES - 1) / 2) { ROW[r] = '' }
}
shift = is_grouped && SERIES % 2 == 0 ? 0.5 : 0
long = 0
do for [r = 1:rows] { long = most(long, strlen(ROW[r])) }
long = least(long, IS_TERM ? 24 : 26)

entries = is_grouped ? ENTRIES : 0
left = char_wide(14) * (long + 1) + 0.02
gap = panels > 2 && !IS_TERM ? 0.035 : 0.02
wide = (RIGHT - left - (panels - 1) * gap) / panels
bottom = BOTTOM + BELOW
heading = IS_TERM ? 2 * line_high(16) : line_high(16) + 0.01
top = TOP - legend_high(entries, LONGEST) - heading
x_of(p) = left + (p - 1) * (wide + gap)
is_seconds(p) = UNIT[p] eq 's'
size(p) = most(-LO[p], HI[p])
scale(p) = is_seconds(p) ? unit_s(size(p)) : 1
unit_words(p) = is_seconds(p) ? ' ('.unit(size(p)).')' : UNIT[p] eq '1' ? '' : ' ('.UNIT[p].')'
span(p) = HI[p] > LO[p] ? HI[p] - LO[p] : 1

# A name that is too long has two lines, broken at the first blank beyond its middle.
room(size) = int((wide + gap) / char_wide(size))
full(p) = NAME[p].unit_words(p)
is_broken(p, size) = !IS_TERM && strlen(full(p)) > room(size)
blank_from(text, k) = k > strlen(text) ? 0 : text[k:k] eq ' ' ? k : blank_from(text, k + 1)
two_lines(text, k, long) = k == 0 ? shortened(text, long) : \
    shortened(text[1:k - 1], long)."\n".shortened(text[k + 1:*], long)
named(p, size) = is_broken(p, size) ? \
    two_lines(full(p), blank_from(full(p), int(strlen(full(p)) / 2)), room(13)) : \
    shortened(full(p), room(size))

set yrange [rows - 0.4:-0.6]
unset ytics
do for [r = 1:rows] {
    set label 200 + r shortened(ROW[r], long) at screen left - char_wide(14), first r - 1 + shift \
        right noenhanced font ',14' textcolor rgb INK
}
set border 1 lc rgb INK lw 1.5
y(i, p) = column("series") == i - 1 && column("panel") == p - 1 ? column("row") : NaN
d(p) = column("difference") / scale(p)
sure(p) = column("differs") == 1 ? d(p) : NaN
end(value, p) = (has(value) ? value : column("difference")) / scale(p)
set style fill solid
set label 103 'difference from: '.BASE at screen left, screen top + (IS_TERM ? 0.95 : 0.5) * heading left noenhanced \
    font ',16' textcolor rgb INK
set multiplot
do for [p = 1:panels] {
    from = (LO[p] - 0.08 * span(p)) / scale(p); to = (HI[p] + 0.08 * span(p)) / scale(p)
    set xrange [from:to]
    eval panel(x_of(p), x_of(p) + wide, bottom, top)
    eval line_ticks('x', from, to, panels > 2 ? 3 : panels > 1 ? 4 : 7)
    if (panels > 2 && TICK_LONG > 5) { eval line_ticks('x', from, to, 2) }
    if (panels > 2) { set xtics font ',14' }
    set label 104 named(p, 15) at screen x_of(p) + wide / 2, \
        screen bottom - BELOW + 0.5 * line_high(20) + (is_broken(p, 15) ? 0.15 * line_high(14) : 0) \
        center noenhanced font (is_broken(p, 15) ? ',14' : ',16') textcolor rgb INK
    if (p == 1) { eval legend_at(entries, LONGEST, left, TOP) }
    set arrow 1 from 0, graph 0 to 0, graph 1 nohead lc rgb FAINT lw 2 back
    plot for [i = 1:SERIES] DATA using (d(p)):(y(i, p)):(end(column("low"), p)):(end(column("high"), p)) \
            with xerrorbars lt line(i) lw 3 lc rgb colour(i) pt 6 ps POINT * 1.3 notitle, \
        for [i = 1:SERIES] DATA using (sure(p)):(y(i, p)) \
            with points lt line(i) lc rgb colour(i) pt 7 ps POINT * 1.3 notitle, \
        for [i = 1:(p == 1 && is_grouped ? SERIES : 0)] keyentry with points lt line(i) \
            lc rgb colour(i) pt 7 ps POINT * 1.3 title label(i)
    unset label 101; unset label 102; unset label 103
    do for [r = 1:rows] { unset label 200 + r }
    unset key
}
unset multiplot
unset output
