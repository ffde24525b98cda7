# Shows the hockey stick: the mean time in the system against utilisation, simulated (points) and by theory (lines).
# Reads F18.csv: series,kind,label,variant,rho,time_s,low_s,high_s,of.
# Read it from the left: each step towards a utilisation of 1 costs more than the last. Bars are 95 % intervals.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

rho_hi = 1
t_lo = NONE; t_hi = -NONE
stats DATA using (t = strcol("kind") eq 'measured' ? column("time_s") : NaN, rho_hi = has(t) ? most(rho_hi, column("rho")) : rho_hi, \
    t_lo = t > 0 ? least(t_lo, t) : t_lo, t_hi = has(t) ? most(most(t_hi, t), column("high_s")) : t_hi, 0) nooutput
t_hi = t_hi > 0 ? t_hi : 1
t_lo = least(t_lo, t_hi)

# A system that overflows leaves the others on the ground of a linear axis.
is_log = t_hi / t_lo > 1000
u = is_log ? 1 : unit_s(t_hi)
y_lo = is_log ? log_lo(t_lo, t_hi) / u : 0
y_hi = is_log ? log_hi(t_lo, t_hi) / u : 1.1 * t_hi / u
if (is_log) { set logscale y }
x_hi = rho_hi > 1 ? 1.04 * rho_hi : 1
set xrange [0:x_hi]
set yrange [y_lo:y_hi]
eval line_ticks('x', 0, x_hi, 10)
eval is_log ? log_ticks('y', y_lo, y_hi, 'seconds') : line_ticks('y', y_lo, y_hi, 6)
eval frame(ENTRIES, LONGEST, 'utilisation'.(IS_TERM ? '' : ' ρ').' (offered work per worker)', \
    'mean time in the system'.(is_log ? '' : ' ('.unit(t_hi).')'), RIGHT)
set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb FAINT lw 1.5 dt 3

of(i, kind) = int(column("series")) == i - 1 && strcol("kind") eq kind
x(i, kind) = of(i, kind) ? column("rho") : NaN
y(value) = value > (is_log ? 0 : -1) ? value / u : NaN
end(value, other) = has(value) ? most(y_lo, value / u) : y(other)
plot for [w in of_kind('theory')] DATA using (x(at(w), 'theory')):(y(column("time_s"))) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w), 'measured')):(has_theory(at(w)) ? NaN : y(column("time_s"))) \
        with lines lt line(at(w)) lw 1.5 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w), 'measured')):(y(column("time_s"))): \
        (end(column("low_s"), column("time_s"))):(end(column("high_s"), column("time_s"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('measured')] keyentry with points lt line(at(w)) lc rgb colour(at(w)) pt shape(at(w)) ps POINT \
        title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 3 lc rgb sample(at(w)) title label(at(w))
