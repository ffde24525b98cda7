# Shows the life-line of a message, or of a few: who did what with it, and when nobody could see it.
# Reads F11.csv: series (message),label,variant,point,entity,what,time_s,end_s,row,to_row,message.
# Read time to the right, arrows from who acts to what is acted on; in a hatched box it is invisible.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

t_lo = NONE; t_hi = 0; row_hi = 0
array NAME[101]
do for [i = 1:101] { NAME[i] = '' }
is(word) = strcol("what") eq word
stats DATA using (r = int(column("row")), row_hi = most(row_hi, r), NAME[r + 1] = strcol("entity"), \
    is('actor') ? 0 : (t_lo = least(t_lo, column("time_s")), t_hi = most(t_hi, column("end_s"))), 0) \
    nooutput
row_hi = int(row_hi)
WHATS = '"visible" "invisible" "at work" "send" "receive" "delete" "move" '. \
    '"deduplicated" "delete in vain" "nothing received" "lost" "crash"'
array HAS[12]
do for [k = 1:12] { HAS[k] = 0 }
stats DATA using (sum [k = 1:12] (is(word(WHATS, k)) ? (HAS[k] = 1) : 0)) nooutput
u = unit_s(t_hi)
to = t_hi > 0 ? t_hi / u : 1.0
# A life late in the run is looked at closely.
from = t_lo > 0.5 * t_hi && t_lo < t_hi ? t_lo / u : 0
until = to + 0.03 * (to - from)
set xrange [from - (SERIES > 1 ? 0.04 : 0.02) * (to - from):until]
set yrange [row_hi + 0.6:-0.6]
eval line_ticks('x', from, until, 8)
unset ytics
unset grid
entries = 0; longest = 0
do for [k = 1:12] {
    if (HAS[k]) { entries = entries + 1; longest = most(longest, strlen(word(WHATS, k))) }
}
long = 0
do for [i = 0:row_hi] { long = most(long, least(strlen(NAME[i + 1]), 20)) }
left = char_wide(16) * (long + 2) + 0.02
eval panel(left, RIGHT, BOTTOM + BELOW, TOP - legend_high(entries, longest)). \
    x_label('simulated time ('.unit(t_hi).')', left, RIGHT, BOTTOM + BELOW). \
    legend_at(entries, longest, least(left, 0.1), TOP)
do for [i = 0:row_hi] {
    set label 200 + i shortened(NAME[i + 1], 20) at screen left - char_wide(16), first i right \
        noenhanced font ',16' textcolor rgb INK
    set arrow 200 + i from graph 0, first i to graph 1, first i nohead back lw 1 lc rgb GRID
}
# Several messages lie in a row one below the other.
lane = 0.56 / SERIES
y(row) = row + (SERIES > 1 ? (column("series") - (SERIES - 1) / 2.0) * lane : 0)
half = 0.42 * lane
# A delete in the moment of its receive is drawn beside it, as are several messages' arrows.
beside_it(k) = (k == 6 || k == 9 ? 0.008 * (to - from) : 0) + \
    (k >= 4 && SERIES > 1 ? 0.005 * (to - from) * column("series") : 0)
x(k) = is(word(WHATS, k)) ? column("time_s") / u + beside_it(k) : NaN
end(u_) = column("end_s") / u
row(u_) = y(column("row"))
aim(u_) = y(column("to_row")) - y(column("row"))
array TINT[12]
TINT[1] = COLOUR[6]; TINT[2] = COLOUR[1]; TINT[3] = COLOUR[3]
TINT[4] = COLOUR[1]; TINT[5] = COLOUR[3]; TINT[6] = COLOUR[2]; TINT[7] = COLOUR[4]
TINT[8] = FAINT; TINT[9] = COLOUR[5]; TINT[10] = FAINT; TINT[11] = COLOUR[2]; TINT[12] = INK
# What was in vain has empty heads.
arrows = ''; vain = ''
do for [k = 4:7] { if (HAS[k]) { arrows = arrows.sprintf('%d ', k) } }
do for [k = 8:10] { if (HAS[k]) { vain = vain.sprintf('%d ', k) } }
# gnuplot looks once into an empty list too.
number_of(w) = w eq '' ? 11 : int(w)
marks = (HAS[11] ? '11 ' : '').(HAS[12] ? '12 ' : '')
mark(k) = k == 11 ? 2 : 3
# Several messages have their numbers where they were sent to, in front of any arrow.
set style textbox opaque fc rgb PAPER noborder margins 0.3, 0.3
names = SERIES > 1 && !IS_TERM ? 1 : 0
sent_x(u_) = is('send') || is('deduplicated') ? column("time_s") / u : NaN
plot for [k = 1:(HAS[1] ? 1 : 0)] DATA using \
        (x(1)):(row(0)):(x(1)):(end(0)):(row(0) - half):(row(0) + half) \
        with boxxyerror fc rgb TINT[1] fs transparent solid 0.45 border lc rgb TINT[1] lw 1 notitle, \
    for [k = 1:(HAS[2] ? 1 : 0)] DATA using \
        (x(2)):(row(0)):(x(2)):(end(0)):(row(0) - half):(row(0) + half) \
        with boxxyerror fc rgb TINT[2] fs transparent pattern 4 border lc rgb TINT[2] lw 1 notitle, \
    for [k = 1:(HAS[3] ? 1 : 0)] DATA using \
        (x(3)):(row(0)):(x(3)):(end(0)):(row(0) - half):(row(0) + half) \
        with boxxyerror fc rgb TINT[3] fs transparent solid 0.35 border lc rgb TINT[3] lw 1 notitle, \
    for [w in arrows] DATA using (x(number_of(w))):(row(0)):(0):(aim(0)) \
        with vectors head filled size screen 0.011, 22 lw 2.5 lc rgb TINT[number_of(w)] notitle, \
    for [w in vain] DATA using (x(number_of(w))):(row(0)):(0):(aim(0)) \
        with vectors head empty size screen 0.011, 22 lw 1.5 lc rgb TINT[number_of(w)] notitle, \
    for [w in marks] DATA using (x(number_of(w))):(row(0)) \
        with points pt mark(number_of(w)) ps 2 * POINT lw 4 lc rgb TINT[number_of(w)] notitle, \
    for [k = 1:names] DATA using (sent_x(0)):(y(column("to_row"))):(strcol("message")) \
        with labels boxed right offset -0.7, 0 font ',15' textcolor rgb INK notitle, \
    for [k = 1:(HAS[1] ? 1 : 0)] keyentry with boxes \
        fc rgb TINT[1] fs transparent solid 0.45 border lc rgb TINT[1] lw 1 title word(WHATS, 1), \
    for [k = 1:(HAS[2] ? 1 : 0)] keyentry with boxes \
        fc rgb TINT[2] fs transparent pattern 4 border lc rgb TINT[2] lw 1 title word(WHATS, 2), \
    for [k = 1:(HAS[3] ? 1 : 0)] keyentry with boxes \
        fc rgb TINT[3] fs transparent solid 0.35 border lc rgb TINT[3] lw 1 title word(WHATS, 3), \
    for [w in arrows] keyentry with vectors head filled size screen 0.011, 22 lw 2.5 \
        lc rgb TINT[number_of(w)] title word(WHATS, number_of(w)), \
    for [w in vain] keyentry with vectors head empty size screen 0.011, 22 lw 1.5 \
        lc rgb TINT[number_of(w)] title word(WHATS, number_of(w)), \
    for [w in marks] keyentry with points pt mark(number_of(w)) ps 1.4 * POINT lw 4 \
        lc rgb TINT[number_of(w)] title w eq '' ? '' : word(WHATS, number_of(w))
unset output
