# Shows the hockey stick: mean time in the system against utilisation, simulated and by theory.
# Reads F18.csv: series,kind,label,variant,rho,time_s,low_s,high_s,of.
# Read it to the right: each step towards a utilisation of 1 costs more time than the one before.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

# What was measured decides what is shown: theory goes up without end.
rho_hi = 1; t_lo = NONE; t_hi = -NONE
stats DATA using (t = column("time_s"), !(strcol("kind") eq 'measured' && has(t)) ? 0 : \
    (rho_hi = most(rho_hi, column("rho")), t_lo = t > 0 ? least(t_lo, t) : t_lo, \
    t_hi = most(most(t_hi, t), column("high_s"))), 0) nooutput
t_hi = t_hi > 0 ? t_hi : 1.0
t_lo = least(t_lo, t_hi)

# One system that overflows would leave the others on the ground of a linear axis.
is_log = t_hi / t_lo > 1000
u = is_log ? 1 : unit_s(t_hi)
ground = is_log ? log_lo(t_lo, t_hi) : 0
roof = is_log ? log_hi(t_lo, t_hi) : 1.1 * t_hi / u
if (is_log) { set logscale y }
to = rho_hi > 1 ? 1.04 * rho_hi : 1
set xrange [0:to]
set yrange [ground:roof]
eval line_ticks('x', 0, to, 10)
eval is_log ? time_ticks('y', ground, roof) : line_ticks('y', ground, roof, 6)
in_unit = is_log ? '' : ' ('.unit(t_hi).')'
eval frame(ENTRIES, LONGEST, 'utilisation'.(IS_TERM ? '' : ' ρ').' (offered work per worker)', \
    'mean time in the system'.in_unit, RIGHT)
set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb FAINT lw 1.5 dt 3

x(i) = column("series") == i - 1 ? column("rho") : NaN
y(value) = is_log && value <= 0 ? NaN : value / u
spent(u) = y(column("time_s"))
loose(i) = has_theory(i) ? NaN : spent(0)
end(value) = has(value) ? most(ground, value / u) : spent(0)
plot for [w in of_kind('theory')] DATA using (x(at(w))):(spent(0)) \
        with lines lt line(at(w)) lw 3 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using (x(at(w))):(loose(at(w))) \
        with lines lt line(at(w)) lw 1.5 lc rgb colour(at(w)) notitle, \
    for [w in of_kind('measured')] DATA using \
        (x(at(w))):(spent(0)):(end(column("low_s"))):(end(column("high_s"))) \
        with yerrorbars lt line(at(w)) lw 2 lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT notitle, \
    for [w in of_kind('measured')] keyentry with points lt line(at(w)) lc rgb colour(at(w)) \
        pt shape(at(w)) ps POINT title label(at(w)), \
    for [w in of_kind('theory')] keyentry with lines lt line(at(w)) lw 3 lc rgb sample(at(w)) \
        title label(at(w))
unset output
