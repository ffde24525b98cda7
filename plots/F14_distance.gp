# Shows how far out of order messages were received: how many came so many places late.
# Reads F14.csv: series,label,variant,point,entity,distance,messages.
# Read the bar at 0 as those in order; a bar at 3 as those that came after one sent 3 places later.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

x_hi = 0; y_hi = 1
stats DATA using (x_hi = most(x_hi, column("distance")), y_hi = most(y_hi, column("messages")), 0) \
    nooutput
set xrange [-0.6:x_hi + 0.6]
set yrange [0:1.12 * y_hi]
eval line_ticks('x', 0, x_hi + 0.6, x_hi < 10 ? x_hi + 1 : 10)
eval line_ticks('y', 0, 1.12 * y_hi, 6)
set boxwidth 0.8
eval frame(ENTRIES, LONGEST, 'places behind the furthest received', 'messages', RIGHT)

# The bar of those in order is of another colour; few bars have their number above them.
bar(late) = (column("distance") > 0) == late ? column("messages") : NaN
numbers = x_hi <= 25 && !IS_TERM ? 1 : 0
above(u) = column("messages") > 0 ? column("messages") : NaN
plot DATA using (column("distance")):(bar(0)) with boxes fc rgb COLOUR[1] notitle, \
    DATA using (column("distance")):(bar(1)) with boxes fc rgb COLOUR[2] notitle, \
    for [k = 1:numbers] DATA using (column("distance")):(above(0)):(number(column("messages"))) \
        with labels offset 0, 0.6 font ',14' textcolor rgb INK notitle, \
    keyentry with boxes fc rgb COLOUR[1] title 'in order', \
    keyentry with boxes fc rgb COLOUR[2] title x_hi > 0 ? 'out of order' : ''
unset output
