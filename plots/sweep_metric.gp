# Shows a metric along a swept parameter, a line for each variant and each value of other parameters.
# Reads sweep.csv: series,kind,label,variant,x_name,x_unit,y_name,y_unit,x,y,low,high,of.
# Read the bars: where those of two lines overlap widely, compare them with `queuelab compare`.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

x_lo = NONE; x_hi = -NONE; y_lo = NONE; y_hi = -NONE; positive = NONE
x_name = ''; y_name = ''; x_in = ''; y_in = ''
stats DATA using (x_name = strcol("x_name"), x_in = strcol("x_unit"), y_name = strcol("y_name"), \
    y_in = strcol("y_unit"), x = column("x"), y = column("y"), \
    x_lo = least(x_lo, x), x_hi = most(x_hi, x), \
    y_lo = least(least(y_lo, y), column("low")), y_hi = most(most(y_hi, y), column("high")), \
    positive = y > 0 ? least(positive, y) : positive, 0) nooutput

# Wide ranges want logarithms: nothing of 0 is shown on them but its bar.
is_log_x = x_lo > 0 && x_hi / x_lo >= 30
is_log = y_lo >= 0 && positive < NONE && y_hi / positive > 300
u_x = x_in eq 's' && !is_log_x ? unit_s(x_hi) : 1
u = y_in eq 's' && !is_log ? unit_s(y_hi) : 1
from = is_log_x ? log_lo(x_lo, x_hi) : (x_lo - 0.03 * (x_hi - x_lo)) / u_x
to = is_log_x ? log_hi(x_lo, x_hi) : (x_hi + 0.03 * (x_hi - x_lo)) / u_x
high = y_hi > y_lo ? y_hi : y_lo + 1
ground = is_log ? log_lo(positive, y_hi) : (y_lo < 0 ? 1.1 * y_lo : 0) / u
roof = is_log ? log_hi(positive, y_hi) : 1.1 * most(high, 0) / u
if (is_log_x) { set logscale x }
if (is_log) { set logscale y }
set xrange [from:to]
set yrange [ground:roof]
axis_ticks(axis, lo, hi, text) = text eq 's' ? time_ticks(axis, lo, hi) : \
    log_ticks(axis, lo, hi, 'number')
eval is_log_x ? axis_ticks('x', from, to, x_in) : line_ticks('x', from, to, 10)
eval is_log ? axis_ticks('y', ground, roof, y_in) : line_ticks('y', ground, roof, 6)
eval frame(ENTRIES, LONGEST, 'x', 'y', RIGHT)

# The names are other people's: they stay in variables.
in(text, is_log, range) = text eq 's' ? (is_log ? '' : ' ('.unit(range).')') : \
    text eq '1/s' ? ' (per second)' : text eq 'B' ? ' (bytes)' : text eq '' || text eq '1' ? '' : \
    ' ('.text.')'
x_text = x_name.in(x_in, is_log_x, x_hi)
y_text = y_name.in(y_in, is_log, y_hi)
left = beside(TICK_LONG)
bottom = BOTTOM + BELOW
top = TOP - legend_high(ENTRIES, LONGEST) - Y_LABEL_HIGH
set label 105 x_text at screen (left + RIGHT) / 2, screen bottom - BELOW + 0.5 * line_high(20) \
    center noenhanced textcolor rgb INK font ',20'
if (IS_TERM) {
    set label 103 y_text at screen 0.02, screen top + 0.8 * line_high(20) left noenhanced
} else {
    # The size of a font is code: it has to be one of a few.
    set label 103 y_text at screen 0.022, screen (bottom + top) / 2 center rotate noenhanced \
        textcolor rgb INK font ',20'
    if (upright_size(strlen(y_text), top - bottom) < 20) {
        set label 103 shortened(y_text, int((top - bottom) * HIGH / (0.6 * 16))) \
            at screen 0.022, screen (bottom + top) / 2 center rotate noenhanced \
            textcolor rgb INK font ',16'
    }
}

x(i) = column("series") == i - 1 ? column("x") / u_x : NaN
y(value) = !has(value) ? NaN : is_log && value <= 0 ? ground : value / u
seen(u) = y(column("y"))
end(value) = has(value) ? y(value) : seen(0)
plot for [w in of_kind('theory')] DATA using (x(at(w))):(seen(0)) \
        with lines lt line(at(w)) lw 3 dt 2 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(has_theory(at(w)) ? NaN : seen(0)) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (x(at(w))):(seen(0)):(end(column("low"))):(end(column("high"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('measured')] keyentry with linespoints lt line(at(w)) lw 3 \
        lc rgb colour(at(w)) pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 3 dt 2 \
        lc rgb sample(at(w)) title label(at(w))
unset output
