# Shows a metric over a grid of two swept parameters, as a map of colours with its numbers.
# Reads F20.csv: series,label,variant,metric,unit,x_name,x,x_text,y_name,y,y_text,value.
# Read it as a map: follow one colour to see which two changes make up for each other.
# SPDX-License-Identifier: GPL-3.0-or-later
PLOTS = ARG1; DATA = ARG2; OUTPUT = ARG3; FORMAT = ARG4; THEME = ARG5; TITLE = ARG6; FOOTER = ARG7
load PLOTS.'/style.gp'

columns = 0; rows = 0; lo = NONE; hi = -NONE; positive = NONE
x_name = ''; y_name = ''; metric = ''; in = ''
stats DATA using (x_name = strcol("x_name"), y_name = strcol("y_name"), \
    metric = strcol("metric"), in = strcol("unit"), columns = most(columns, column("x") + 1), \
    rows = most(rows, column("y") + 1), v = column("value"), lo = least(lo, v), hi = most(hi, v), \
    positive = v > 0 ? least(positive, v) : positive, 0) nooutput
columns = int(columns); rows = int(rows)
array X_TEXT[columns]; array Y_TEXT[rows]
stats DATA using (X_TEXT[int(column("x")) + 1] = strcol("x_text"), \
    Y_TEXT[int(column("y")) + 1] = strcol("y_text"), 0) nooutput
long = 0
do for [r = 1:rows] { long = most(long, strlen(Y_TEXT[r])) }
long = least(long, 12)

# Colours go by logarithms where the range is wide; 0 has the first of them.
is_log = lo >= 0 && positive < NONE && hi / positive > 100
base = is_log ? log10(positive) : lo
span = is_log ? log10(hi) - base : hi - lo
span = span > 0 ? span : 1
share(v) = is_log ? (v > 0 ? (log10(v) - base) / span : 0) : (v - base) / span
if (IS_DARK) {
    set palette defined (0 '#17263A', 0.4 '#1F5F99', 0.75 '#56B4E9', 1 '#F2F2F2')
} else {
    set palette defined (0 '#F4F8FC', 0.4 '#8FBFE0', 0.75 '#0072B2', 1 '#0A2540')
}
set cbrange [0:1]
unset colorbox
# Numbers stand on light colours in dark letters, and the other way round.
is_dark_at(s) = IS_DARK ? s < 0.6 : s > 0.5
letters(s) = is_dark_at(s) ? 0xFFFFFF : 0x1A1A1A

shown(v) = in eq 's' ? brief_seconds(v) : brief(v)
brief(v) = v == 0 ? '0' : abs(v) >= 1000 ? sprintf('%.0f', v) : sprintf('%.3g', v)
brief_seconds(v) = v == 0 ? '0' : v >= 0.9995 ? sprintf('%.3g s', v) : \
    v >= 0.9995e-3 ? sprintf('%.3g ms', v * 1e3) : sprintf('%.3g ', v * 1e6).MICRO

left = char_wide(18) * (long + 1) + (IS_TERM ? 0.02 : 0.055)
heading = line_high(18) + 0.01
bottom = BOTTOM + BELOW
top = TOP - heading - Y_LABEL_HIGH
eval panel(left, RIGHT, bottom, top)
set xrange [-0.5:columns - 0.5]
set yrange [-0.5:rows - 0.5]
unset border; unset grid; unset xtics; unset ytics
high = (top - bottom) / rows; wide = (RIGHT - left) / columns
do for [c = 1:columns] {
    set label 200 + c shortened(X_TEXT[c], int(wide / char_wide(15))) at first c - 1, \
        screen bottom - 0.7 * line_high(18) center noenhanced font SMALL textcolor rgb INK
}
do for [r = 1:rows] {
    set label 300 + r shortened(Y_TEXT[r], long) at screen left - char_wide(12), first r - 1 right \
        noenhanced font SMALL textcolor rgb INK
}
unit_words = in eq 's' || in eq '1' || in eq '' ? '' : in eq '1/s' ? ' (per second)' : ' ('.in.')'
set label 104 metric.unit_words at screen left, screen top + Y_LABEL_HIGH + 0.6 * heading left \
    noenhanced font SMALL textcolor rgb INK
set label 105 x_name at screen (left + RIGHT) / 2, screen bottom - BELOW + 0.5 * line_high(20) \
    center noenhanced font ',20' textcolor rgb INK
if (IS_TERM) {
    set label 103 y_name at screen 0.02, screen top + 0.8 * line_high(20) left noenhanced
    plot DATA using (column("x")):(column("y")):(shown(column("value"))) with labels notitle
} else {
    set label 103 shortened(y_name, int((top - bottom) * HIGH / (0.6 * 20))) \
        at screen 0.022, screen (bottom + top) / 2 center rotate noenhanced font ',20' \
        textcolor rgb INK
    say_size = wide < 0.07 || high < 0.05 ? 1 : 2
    plot DATA using (column("x")):(column("y")):(share(column("value"))) \
            with image pixels notitle, \
        for [k = 1:(say_size == 2 ? 1 : 0)] DATA using (column("x")):(column("y")): \
            (shown(column("value"))):(letters(share(column("value")))) \
            with labels font ',16' textcolor rgb variable notitle, \
        for [k = 1:(say_size == 1 ? 1 : 0)] DATA using (column("x")):(column("y")): \
            (shown(column("value"))):(letters(share(column("value")))) \
            with labels font ',11' textcolor rgb variable notitle
}
unset output
