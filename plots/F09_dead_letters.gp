# Shows how dead letters grow over time, or which share of messages dies against maxReceiveCount.
# Reads F9.csv: series,kind (growth, measured, theory),label,variant,point,x,value,low,high,of.
# Read a fall over time as a redrive; a straight line against maxReceiveCount as p^n. Arrow: none seen.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

is_growth = KIND[1] eq 'growth'
x_lo = NONE; x_hi = 0; y_lo = NONE; y_hi = 0; none_seen = 0; has_band = 0; has_variant = 0
stats DATA using (kind(0) eq 'theory' ? 0 : (x_lo = least(x_lo, column("x")), \
    x_hi = most(x_hi, column("x")), seen = column("value") > 0 ? column("value") : column("high"), \
    y_lo = seen > 0 ? least(y_lo, seen) : y_lo, \
    y_hi = most(most(y_hi, seen), column("high")), \
    has_variant = strcol("variant") ne '' ? 1 : has_variant, \
    has_band = column("high") > column("low") ? 1 : has_band, \
    none_seen = column("value") == 0 && column("high") > 0 ? 1 : none_seen), 0) nooutput

if (is_growth) {
    u = unit_s(x_hi)
    to = x_hi > 0 ? x_hi / u : 1.0
    roof = y_hi > 0 ? 1.08 * y_hi : 1.0
    set xrange [0:to]
    set yrange [0:roof]
    eval line_ticks('x', 0, to, 8)
    eval line_ticks('y', 0, roof, 6)
    do for [i = 1:SERIES] { TURN[i] = i }
    # Of several variants one alone may have dead letters.
    names = SERIES > 1 || has_variant ? SERIES : 0
    # A terminal has no areas.
    areas = IS_TERM || !has_band ? 0 : SERIES
    has_band = areas > 0
    BAND = has_band ? 'least to greatest' : ''
    eval frame(names + has_band, most(names ? LONGEST : 0, strlen(BAND)), \
        'simulated time ('.unit(x_hi).')', 'messages in the dead-letter queue', RIGHT)
    t(i) = column("series") == i - 1 ? column("x") / u : NaN
    some(i) = SERIES > 1 ? spaced(i) : ROWS[i]
    SHAPE_SIZE = SERIES > 1 ? 0.85 * POINT : ROWS[1] == 1 ? POINT : UNSEEN
    plot for [i = 1:areas] DATA using (t(i)):(column("low")):(column("high")) \
            with filledcurves fc rgb colour(i) fs transparent solid 0.2 notitle, \
        for [i = 1:SERIES] DATA using (t(i)):(column("value")) \
            with linespoints lt line(i) lw 3 lc rgb colour(i) \
            pt shape(i) ps SHAPE_SIZE pi some(i) notitle, \
        for [i = 1:names] keyentry with linespoints lt line(i) lw 3 lc rgb colour(i) \
            pt shape(i) ps SHAPE_SIZE title label(i), \
        for [k = 1:has_band] keyentry with boxes lt 4 fc rgb FAINT fs transparent solid 0.3 title BAND
    unset output
    exit gnuplot
}

# Below the least there is room for an arrow.
y_hi = y_hi > 0 ? y_hi : 1.0
y_lo = least(y_lo, y_hi) / (none_seen ? 3.0 : 1.0)
ground = log_lo(y_lo, y_hi); roof = log_hi(y_lo, y_hi)
set logscale y
set xrange [x_lo - 0.5:x_hi + 0.5]
set yrange [ground:roof]
eval line_ticks('x', x_lo, x_hi, 12)
eval log_ticks('y', ground, roof, 'number')
NONE_SEEN = none_seen ? 'none seen: less than this' : ''
eval frame(ENTRIES + none_seen, most(LONGEST, strlen(NONE_SEEN)), 'maxReceiveCount', \
    'share in the dead-letter queue', RIGHT)

x(i) = column("series") == i - 1 ? column("x") : NaN
y(value) = value > 0 ? value : NaN
share(u_) = y(column("value"))
loose(i) = has_theory(i) ? NaN : share(0)
end(value) = value > 0 ? most(ground, value) : has(value) || !(share(0) > 0) ? ground : share(0)
# Arrows at one place stand beside each other.
BESIDE = 0.012 * (x_hi - x_lo + 1)
limit_x(i) = column("value") == 0 && column("high") > 0 ? \
    x(i) + BESIDE * (TURN[i] - (MEASURED + 1) / 2.0) : NaN
down(high) = ground * (high / ground) ** 0.3 - high
plot for [w in of_kind('theory')] DATA using (x(at(w))):(share(0)) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(loose(at(w))) \
        with lines lt line(at(w)) lw 1.5 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (limit_x(at(w))):(column("high")):(0):(down(column("high"))) \
        with vectors head filled size screen 0.012, 20 lw 2 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (x(at(w))):(share(0)):(end(column("low"))):(end(column("high"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('measured')] keyentry with points lt line(at(w)) lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 3 lc rgb sample(at(w)) \
        title label(at(w)), \
    for [k = 1:none_seen] keyentry with vectors head filled size screen 0.012, 20 lw 2 lc rgb INK \
        title NONE_SEEN
unset output
