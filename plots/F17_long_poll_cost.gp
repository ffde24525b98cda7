# Shows the requests of a month, and the receives in vain among them, against how long receives wait.
# Reads F17.csv: series,kind,label,variant,wait_s,requests,requests_low,requests_high,empty,
# empty_low,empty_high,usd,of. Read it to the right: who waits longer asks less often.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

x_hi = 0; price = NaN
array LO[2] = [NONE, NONE]
array HI[2] = [0, 0]
count(p) = p == 1 ? column("requests") : column("empty")
low(p) = p == 1 ? column("requests_low") : column("empty_low")
high(p) = p == 1 ? column("requests_high") : column("empty_high")
do for [p = 1:2] {
    stats DATA using (x_hi = most(x_hi, column("wait_s")), n = count(p), \
        price = column("usd") > 0 ? 1e6 * column("usd") / column("requests") : price, \
        !(strcol("kind") eq 'measured' && n > 0) ? 0 : \
        (LO[p] = least(LO[p], n), HI[p] = most(HI[p], n)), 0) nooutput
    if (HI[p] <= 0) { LO[p] = 1.0; HI[p] = 1.0 }
}
to = x_hi > 0 ? 1.03 * x_hi : 1.0
from = -0.02 * to
# Low panels need more air for their shapes.
air(lo, hi) = decades(lo, hi) < 0.5 ? 0.35 - decades(lo, hi) / 2 : 0.1 * decades(lo, hi)
ground(p) = log_lo(LO[p], HI[p]); roof(p) = log_hi(LO[p], HI[p])

# Above each other, so that one wait is in one column.
heading = line_high(16) + (IS_TERM ? 0 : 0.005)
between = IS_TERM ? 0 : 0.025
bottom = BOTTOM + BELOW
top = TOP - legend_high(ENTRIES, LONGEST) - Y_LABEL_HIGH
# Low panels have room for few ticks.
decade(d, last) = d > last ? '' : tick(number(10.0 ** d), 10.0 ** d).decade(d + 1, last)
decade_ticks(lo, hi) = (TICK_LONG = 0, list('y', decade(int(ceil(log10(lo))), floor(log10(hi)))))
y_ticks(p) = decades(ground(p), roof(p)) < 1.5 ? log_ticks('y', ground(p), roof(p), 'number') : \
    decade_ticks(ground(p), roof(p))
long = 0
do for [p = 1:2] { eval y_ticks(p); long = most(long, TICK_LONG) }
left = beside(long)
high_of = (top - bottom - between) / 2 - heading
y_of(p) = p == 2 ? bottom : bottom + high_of + heading + between
cost = has(price) ? sprintf(' (%.2f USD a million)', price) : ''
name(p) = p == 1 ? 'requests, with sends and deletes'.cost : 'receives in vain'

x(i) = column("series") == i - 1 ? column("wait_s") : NaN
y(value) = value > 0 ? value : NaN
# Where nothing is joined by a theory a thin line does it; an interval ends at the ground.
loose(i, p) = has_theory(i) ? NaN : y(count(p))
end(p, value) = value > 0 ? most(ground(p), value) : count(p) > 0 && has(value) ? ground(p) : count(p)

set logscale y
set xrange [from:to]
eval y_label('per month', bottom, top)
set multiplot
do for [p = 1:2] {
    eval panel(left, RIGHT, y_of(p), y_of(p) + high_of)
    set yrange [ground(p):roof(p)]
    eval y_ticks(p)
    IS_MUTE = p == 1
    eval line_ticks('x', 0, to, 10)
    IS_MUTE = 0
    if (p == 2) { eval x_label('WaitTimeSeconds', left, RIGHT, y_of(p)) }
    if (p == 1) { eval legend_at(ENTRIES, LONGEST, left, TOP) }
    set label 104 name(p) at screen left, screen y_of(p) + high_of + 0.5 * heading left \
        noenhanced font ',16' textcolor rgb INK
    plot for [w in of_kind('theory')] DATA using (x(at(w))):(y(count(p))) \
            with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
        for [w in of_kind('measured')] DATA using (x(at(w))):(loose(at(w), p)) \
            with lines lt line(at(w)) lw 1.5 lc rgb colour(at(w)) notitle, \
        for [w in of_kind('measured')] DATA using \
            (x(at(w))):(y(count(p))):(end(p, low(p))):(end(p, high(p))) \
            with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
            pt shape(at(w)) ps POINT notitle, \
        for [w in (p == 1 ? of_kind('measured') : '')] keyentry with points lt line(at(w)) \
            lc rgb colour(at(w)) pt shape(at(w)) ps POINT title label(at(w)), \
        for [w in (p == 1 ? of_kind('theory') : '')] keyentry with lines lt line(at(w)) lw 3 \
            lc rgb sample(at(w)) title label(at(w))
    unset label 101; unset label 102; unset label 103; unset label 105
    unset key
}
unset multiplot
unset output
