# Shows nothing by itself: the look of all figures, which load it first, or a page for no data.
# Reads any figure's csv, in DATA, for its series: SERIES, LABEL[i], KIND[i], ROWS[i], i from 1.
# Read README.md for what the names below mean; to restyle every figure, edit this file.
# SPDX-License-Identifier: GPL-3.0-or-later

# Set before by the template: PLOTS DATA OUTPUT FORMAT THEME TITLE FOOTER.
# Titles, footers and labels are other people's texts: they stay in variables and data, where
# nothing evaluates them.
reset
set encoding utf8

# --- theme and palette ------------------------------------------------------------------------------
IS_DARK = THEME eq 'dark'
IS_TERM = FORMAT eq 'term'
IS_THUMBNAIL = FORMAT eq 'thumbnail'
PAPER = IS_DARK ? '#111111' : '#FFFFFF'
INK   = IS_DARK ? '#F2F2F2' : '#1A1A1A'
FAINT = IS_DARK ? '#B4B4B4' : '#595959'
GRID  = IS_DARK ? '#4A4A4A' : '#D0D0D0'
SHADE = IS_DARK ? '#5A4818' : '#FBEBC8'

# Okabe and Ito's colours, told apart without colour too: by shape, dash or filling.
array COLOUR = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', \
    '#E69F00', '#56B4E9', '#F0E442', '#000000']
array SHAPE  = [7, 5, 9, 13, 11, 15, 3, 2, 6, 4, 8, 12, 10, 14, 1]
COLOURS = |COLOUR|
# On dark paper the light blue is seen better than the other one.
if (IS_DARK) { COLOUR[COLOURS] = '#FFFFFF'; COLOUR[1] = '#56B4E9'; COLOUR[6] = '#2A86C8' }
turn(i) = (i - 1) % COLOURS + 1
turn_shape(i) = (i - 1) % |SHAPE| + 1
set dashtype 1 solid
set dashtype 2 (10, 5)
set dashtype 3 (3, 4)
# A legend's sample is too short for longer dashes.
set dashtype 8 (6, 5)
do for [i = 1:COLOURS] { set linetype i lc rgb COLOUR[i] lw 3 dt solid pt SHAPE[i] }
set linetype cycle COLOURS

# --- canvas: 960x540 with text of 20; the others are the same picture -------------------------------
FACE = 'DejaVu Sans,20'
WIDE = IS_TERM ? 100 : IS_THUMBNAIL ? 800 : 960
HIGH = IS_TERM ? 30 : IS_THUMBNAIL ? 450 : 540
# A thumbnail stands beside a text that says it all.
NAMED = FOOTER[1:strstrt(FOOTER, ':') > 1 ? strstrt(FOOTER, ':') - 1 : 1]
if (IS_THUMBNAIL) { TITLE = ''; FOOTER = '' }
if (FORMAT eq 'svg') {
    set terminal svg size WIDE, HIGH fixed noenhanced font FACE background PAPER
} else { if (FORMAT eq 'png') {
    # Twice the size. Its text is in points of 4/3 pixel: a fontscale of 1.5 is twice 20 pixels.
    set terminal pngcairo size 2 * WIDE, 2 * HIGH noenhanced font FACE background PAPER \
        fontscale 1.5 linewidth 2 pointscale 2
} else { if (FORMAT eq 'pdf') {
    # 96 pixels an inch; these make its text, lines and points those of the others.
    set terminal pdfcairo size 10in, 5.625in noenhanced font FACE background PAPER \
        fontscale 0.5625 linewidth 1.3 pointscale 0.9
} else { if (IS_THUMBNAIL) {
    # Half the size of a canvas that is two thirds of a slide.
    set terminal pngcairo size 320, 180 noenhanced font FACE background PAPER \
        fontscale 0.3 linewidth 0.4 pointscale 0.4
} else { if (IS_TERM) {
    set terminal dumb noenhanced size WIDE, HIGH
} else {
    exit error 'the format is svg, png, pdf, thumbnail or term'
} } } } }
# A path stays a path: gnuplot runs what begins with < or |.
path(name) = name[1:1] eq '/' ? name : './'.name
DATA = path(DATA)
if (!(IS_TERM && OUTPUT eq '-')) { set output path(OUTPUT) }

SMALL = ',18'
TINY = ',13'
# What a line of text of this size needs, as a share of the canvas.
line_high(size) = IS_TERM ? 1.0 / HIGH : 1.35 * size / HIGH
char_wide(size) = IS_TERM ? 1.0 / WIDE : 0.64 * size / WIDE

set border 3 lc rgb INK lw 1.5
set tics nomirror out scale 0.6, 0.3 textcolor rgb INK font SMALL
# svg reckons with higher lines.
if (FORMAT eq 'svg') { set xtics offset 0, 0.35 }
if (IS_TERM) { set tics in } else { set grid lc rgb GRID lw 1, lc rgb GRID lw 1 back }
set errorbars 1.2
# Points with bars would stand on white discs.
set pointintervalbox 0.01
# svg's points are larger; a size of 0 is no valid picture for some of its readers.
POINT = FORMAT eq 'svg' ? 0.75 : 1.4
UNSEEN = 0.01
set style fill solid noborder
set samples 2
unset key

# --- data -------------------------------------------------------------------------------------------
set datafile commentschars ''
set datafile nocolumnheaders
has(x) = x == x
least(a, b) = has(b) && b < a ? b : a
most(a, b) = has(b) && b > a ? b : a
or_zero(x) = has(x) ? x : 0
NONE = 1e308

# gnuplot cuts a quoted text at its first comma, so that labels are read again, split at the quotes.
set datafile separator '"'
HEADER = ''
row = 0
stats DATA using (row = row + 1, HEADER = row == 1 ? strcol(1) : HEADER, 0) nooutput
if (row == 0) { exit error 'the data is missing or empty' }
DATA_ROWS = row - 1
commas(s) = (comma = strstrt(s, ','), comma == 0 ? 0 : 1 + commas(s[comma + 1:*]))
HEADER = ','.HEADER.','
has_column(name) = strstrt(HEADER, ','.name.',') > 0
fields_before(name) = commas(HEADER[2:strstrt(HEADER, ','.name.',')])

set datafile separator comma
set datafile columnheaders
SERIES = 0
if (DATA_ROWS > 0) { stats DATA using (SERIES = most(SERIES, column("series") + 1), 0) nooutput }
SERIES = int(SERIES)
array LABEL[SERIES + 1]
array KIND[SERIES + 1]
array ROWS[SERIES + 1]
array FIRST[SERIES + 1]
do for [i = 1:SERIES + 1] { LABEL[i] = ''; KIND[i] = ''; ROWS[i] = 0; FIRST[i] = 0 }
HAS_KIND = has_column('kind')
kind(u) = HAS_KIND ? strcol("kind") : ''
if (SERIES > 0) {
    row = 0
    stats DATA using (row = row + 1, i = int(column("series")) + 1, ROWS[i] = ROWS[i] + 1, \
        ROWS[i] > 1 ? 0 : (FIRST[i] = row, LABEL[i] = strcol("label"), KIND[i] = kind(0)), 0) nooutput
    set datafile nocolumnheaders
    set datafile separator '"'
    before_label = fields_before('label')
    is_label_quoted(s) = s[strlen(s):*] eq ',' && commas(s) == before_label
    rest(k) = k > 9 || strcol(k)[1:1] eq ',' ? '' : '"'.strcol(k).rest(k + 1)
    row = -1
    stats DATA using (row = row + 1, i = 1 + sum [j = 1:SERIES] (FIRST[j] == row ? j : 0), \
        i == 1 || !is_label_quoted(strcol(1)) ? 0 : (LABEL[i - 1] = strcol(2).rest(3)), 0) nooutput
    set datafile separator comma
    set datafile columnheaders
    # gnuplot makes a line's end of a backslash and an n.
    line_end(s) = strstrt(s, "\n")
    one_line(s) = line_end(s) == 0 ? s : s[1:line_end(s) - 1].' '.one_line(s[line_end(s) + 1:*])
    # Where there are no variants, what is measured bears the name of the scenario, as the footer does.
    do for [i = 1:SERIES] {
        LABEL[i] = LABEL[i] eq NAMED ? 'simulated' : one_line(LABEL[i])
    }
}

# What is measured is numbered anew in TURN, for its colour; a theory has the colour of what it is
# the theory `of`, or, like ceilings, none of its own (0). The legend says no text twice.
array TURN[SERIES + 1]
array OF[SERIES + 1]
array TITLED[SERIES + 1]
do for [i = 1:SERIES + 1] { TURN[i] = 0; OF[i] = 0; TITLED[i] = ROWS[i] > 0 }
if (SERIES > 0 && has_column('of')) {
    stats DATA using (i = int(column("series")) + 1, \
        OF[i] = int(or_zero(column("of"))) + 1, 0) nooutput
}
is_measured(i) = KIND[i] eq 'measured' || KIND[i] eq 'curve' || !HAS_KIND
MEASURED = 0
do for [i = 1:SERIES] {
    if (is_measured(i)) { MEASURED = MEASURED + 1; TURN[i] = MEASURED }
    do for [j = 1:i - 1] {
        if (TITLED[j] && !is_measured(i) && KIND[j] eq KIND[i] && LABEL[j] eq LABEL[i]) {
            TITLED[i] = 0
            TITLED[j] = TITLED[j] + 1
        }
    }
}
do for [i = 1:SERIES] { if (OF[i] > 0 && OF[i] <= SERIES) { TURN[i] = TURN[OF[i]] } }
HAS_THEORY = ' '
do for [i = 1:SERIES] { if (OF[i] > 0) { HAS_THEORY = HAS_THEORY.sprintf('%d ', OF[i]) } }
has_theory(i) = strstrt(HAS_THEORY, sprintf(' %d ', i)) > 0
colour(i) = TURN[i] > 0 ? COLOUR[turn(TURN[i])] : INK
shape(i) = TURN[i] > 0 ? SHAPE[turn_shape(TURN[i])] : 1
# How many rows apart a long line has its shapes: about eight, that seldom meet those of other lines.
spaced(i) = int(most(1, ROWS[i] / (7 + 0.6 * i)))
# A terminal tells lines apart by their letters, which go by the line's type.
line(i) = turn(TURN[i] > 0 ? TURN[i] : MEASURED + i)
# One sample in the legend that stands for several is in ink.
sample(i) = TITLED[i] > 1 ? INK : colour(i)
# Series to go through: `for [w in of_kind('theory')] ... at(w)`. gnuplot looks once into an empty
# list too, and counts what it finds as a part of the legend: so it finds one without a label.
of_kind(word) = words_of(1, word)
at(w) = w eq '' ? SERIES + 1 : int(w)
words_of(i, word) = i > SERIES ? '' : (KIND[i] eq word ? sprintf('%d ', i) : '').words_of(i + 1, word)

# --- texts ------------------------------------------------------------------------------------------
# A letter's width in parts of the size, so that lines are broken before they leave the canvas.
wide(c) = IS_TERM ? 1 : strstrt("fijlrtI.,:;|!'()[]/ ", c) ? 0.4 : strstrt('mwMW@%', c) ? 0.95 : \
    strstrt('ABCDEFGHKLNOPQRSTUVXYZ&_+=<>', c) ? 0.72 : 0.63
CUT = IS_TERM ? '..' : '…'
# Each is broken into lines, in the first size of which it needs no more than LINES.
array SIZES = [24, 20, 16, 14]
array LINES = [1, 2, 3, 4]
array TEXTS = [TITLE, FOOTER]
array TEXT_SIZE[2]
array TEXT_LINES[2]
do for [t = 1:2] {
    text = TEXTS[t]
    do for [k = (t == 1 ? 1 : 4):4] {
        pick = k
        limit = IS_TERM ? WIDE - 4 : (t == 1 ? 860.0 / SIZES[k] : 930.0 / SIZES[k])
        lines_most = t == 2 ? 2 : IS_TERM ? 3 : LINES[k]
        wrapped = ''; line = ''; line_wide = 0; token = ''; token_wide = 0; lines = 1
        do for [j = 1:strlen(text) + 1] {
            c = j > strlen(text) ? ' ' : text[j:j]
            is_space = c eq ' ' || c eq "\n" || c eq "\t" || c eq "\r"
            if (!is_space) { token = token.c; token_wide = token_wide + wide(c) }
            if (is_space || token_wide >= limit) {
                if (token ne '' && line ne '' && line_wide + wide(' ') + token_wide > limit) {
                    wrapped = wrapped.line."\n"; line = ''; line_wide = 0; lines = lines + 1
                    if (lines > lines_most) { break }
                }
                if (token ne '') {
                    line_wide = line_wide + (line eq '' ? 0 : wide(' ')) + token_wide
                    line = line.(line eq '' ? '' : ' ').token
                }
                token = ''; token_wide = 0
            }
        }
        if (lines <= lines_most) { wrapped = wrapped.line; break }
    }
    # Even the smallest was too long.
    if (lines > lines_most) {
        lines = lines_most
        wrapped = wrapped[1:strlen(wrapped) - 1].CUT
    }
    TEXTS[t] = wrapped
    TEXT_SIZE[t] = t == 2 ? 13 : SIZES[pick]
    TEXT_LINES[t] = lines
}

# Title and footer are at the canvas's edges; what is drawn has the room from BOTTOM up to TOP.
TITLE_FONT = sprintf(',%g', TEXT_SIZE[1])
set label 101 TEXTS[1] at screen 0.5, 1 - line_high(TEXT_SIZE[1]) * (IS_TERM ? 0.5 : 0.85) center \
    noenhanced font TITLE_FONT textcolor rgb INK
set label 102 TEXTS[2] at screen (IS_TERM ? 0.02 : 0.012), line_high(13) * (TEXT_LINES[2] - 0.4) \
    left noenhanced font TINY textcolor rgb FAINT
TOP = 1 - line_high(TEXT_SIZE[1]) * (TITLE eq '' ? 0.3 : TEXT_LINES[1] + (IS_TERM ? 0 : 0.4))
BOTTOM = line_high(13) * (FOOTER eq '' ? 0.3 : TEXT_LINES[2] + (IS_TERM ? 0.6 : 0.3))

if (SERIES == 0) {
    unset border; unset tics; unset grid
    set label 1 'no data' at screen 0.5, 0.5 center font TITLE_FONT textcolor rgb FAINT
    plot [0:1] [0:1] NaN notitle
    unset output
    exit gnuplot
}

# --- numbers as people write them -------------------------------------------------------------------
round(x) = floor(x + 0.5)
is_whole(x) = abs(x - round(x)) <= 1e-9 * abs(x)
thousands(n) = n < 1000 ? sprintf('%d', n) : thousands(n / 1000).sprintf(',%03d', n % 1000)
power(x) = floor(log10(x) + 1e-9)
scientific(x) = sprintf('%ge%d', x / 10.0 ** power(x), power(x))
number(x) = x < 0 ? '-'.number(-x) : x == 0 ? '0' : x >= 1e9 || x < 1e-6 ? scientific(x) : \
    x >= 1e6 ? sprintf('%gM', x / 1e6) : is_whole(x) ? thousands(int(round(x))) : x < 1e-4 ? sprintf(x < 1e-5 ? '%.6f' : '%.5f', x) : sprintf('%g', x)
MICRO = IS_TERM ? 'us' : 'µs'
seconds(x) = x >= 0.999 ? number(x).' s' : x >= 0.999e-3 ? sprintf('%g ms', x * 1e3) : \
    x >= 0.999e-6 ? sprintf('%g ', x * 1e6).MICRO : sprintf('%g ns', x * 1e9)
# The unit that suits an axis of times up to x.
units = 'days h min s ms '.MICRO.' ns'
array UNIT_S = [86400.0, 3600.0, 60.0, 1.0, 1e-3, 1e-6, 1e-9]
unit_at(x) = x > 2 * 86400 ? 1 : x > 2 * 3600 ? 2 : x > 300 ? 3 : x >= 1 || x == 0 ? 4 : \
    x >= 1e-3 ? 5 : x >= 1e-6 ? 6 : 7
unit(x) = word(units, unit_at(x))
unit_s(x) = UNIT_S[unit_at(x)]

# --- ticks: functions that give commands for eval, of our own words and numbers alone ---------------
# An axis whose numbers are said by the panel below keeps its ticks alone: IS_MUTE.
TICK_LONG = 0
IS_MUTE = 0
tick(text, x) = (TICK_LONG = most(TICK_LONG, strlen(text)), \
    sprintf("'%s' %.12g, ", IS_MUTE ? '' : text, x))
say(form, x) = form eq 'seconds' ? seconds(x) : number(x)
list(axis, ticks) = 'set '.axis.'tics ('.ticks[1:strlen(ticks) - 2].')'

step_of(f) = f <= 1 ? 1 : f <= 2 ? 2 : f <= 5 ? 5 : 10
nice(x) = 10.0 ** power(x) * step_of(x / 10.0 ** power(x) - 1e-9)
line_from(k, last, step) = k > last ? '' : \
    tick(number(k * step), k * step).line_from(k + 1, last, step)
# Two ticks are few: where a step leaves no more, the next smaller one is taken. What is counted has
# no ticks between whole numbers: a template says so by STEP_LEAST.
STEP_LEAST = 0
first_step(lo, step) = ceil(lo / step - 1e-9)
last_step(hi, step) = floor(hi / step + 1e-9)
smaller(step) = step / (step / 10.0 ** power(step) > 4 ? 2.5 : 2.0)
enough(lo, hi, step) = last_step(hi, step) - first_step(lo, step) >= 2 ? step : smaller(step)
line_ticks(axis, lo, hi, count) = (TICK_LONG = 0, \
    step = enough(lo, hi, nice(1.0 * (hi - lo) / count)), \
    step = hi >= STEP_LEAST ? most(step, STEP_LEAST) : step, \
    list(axis, line_from(first_step(lo, step), last_step(hi, step), step)))

# Up to three decades are marked at 1, 2 and 5, more at 1 or at every so many of them.
is_marked(m, d, every) = m == 1 ? d % every == 0 : every == 1 && is_fine && (m == 2 || m == 5)
log_one(x, lo, hi, form, marked) = x < lo * 0.9999 || x > hi * 1.0001 ? '' : \
    marked ? tick(say(form, x), x) : sprintf("'' %.12g 1, ", x)
log_decade(m, d, lo, hi, form, every) = m > 9 || (m > 1 && every > 1) ? '' : \
    log_one(m * 10.0 ** d, lo, hi, form, is_marked(m, d, every)). \
    log_decade(m + 1, d, lo, hi, form, every)
log_from(d, last, lo, hi, form, every) = d > last ? '' : \
    log_decade(1, d, lo, hi, form, every).log_from(d + every, last, lo, hi, form, every)
decades(lo, hi) = log10(hi) - log10(lo)
log_every(lo, hi) = int(ceil(decades(lo, hi) / 9))
log_ticks(axis, lo, hi, form) = (TICK_LONG = 0, is_fine = decades(lo, hi) < 3, \
    every = log_every(lo, hi), first = every * floor(log10(lo) / every), \
    list(axis, log_from(first, ceil(log10(hi)), lo, hi, form, every)))
# Times beyond minutes have ticks that a clock knows. Few: level 1 has three in what 2 has one for.
CLOCK = '1 2 5 10 20 30 60 120 300 600 1200 1800 3600 7200 18000 36000 86400 172800 432000 864000'
array CLOCK_TICKS = [CLOCK, '1 10 60 600 3600 36000 86400 864000 8640000', '1 60 3600 86400']
clock(x) = x >= 86400 ? number(x / 86400).' d' : x >= 3600 ? number(x / 3600).' h' : \
    x >= 60 ? number(x / 60).' min' : seconds(x)
clock_one(x, lo, hi) = x < lo * 0.9999 || x > hi * 1.0001 ? '' : tick(clock(x), x)
clock_from(k, ticks, lo, hi) = k > words(ticks) ? '' : \
    clock_one(real(word(ticks, k)), lo, hi).clock_from(k + 1, ticks, lo, hi)
below_second(d, every, lo, hi) = d >= 0 ? '' : \
    clock_one(10.0 ** d, lo, hi).below_second(d + every, every, lo, hi)
clock_ticks(axis, lo, hi, level) = (TICK_LONG = 0, list(axis, \
    below_second(-12, level > 2 ? 3 : 1, lo, hi).clock_from(1, CLOCK_TICKS[level], lo, hi)))
is_clock(hi) = hi > 150
time_ticks(axis, lo, hi) = is_clock(hi) ? \
    clock_ticks(axis, lo, hi, decades(lo, hi) < 2 ? 1 : decades(lo, hi) < 8 ? 2 : 3) : \
    log_ticks(axis, lo, hi, 'seconds')
# A range of logarithms has some air at its ends and at least a factor of 4.
air(lo, hi) = decades(lo, hi) < 0.5 ? 0.35 - decades(lo, hi) / 2 : 0.04 * decades(lo, hi)
log_lo(lo, hi) = 10 ** (log10(lo) - air(lo, hi))
log_hi(lo, hi) = 10 ** (log10(hi) + air(lo, hi))

# --- legend and panel: where they are, as shares of the canvas --------------------------------------
legend_size(n) = n <= 4 ? 18 : n <= 12 ? 14 : n <= 16 ? 13 : 12
name_most(n) = IS_TERM ? 40 : n <= 4 ? 66 : n <= 12 ? 40 : n <= 16 ? 26 : 28
# Names that are too long lose their middle, since neighbours differ at the ends.
shortened(text, long) = strlen(text) <= long ? text : \
    text[1:int(long / 3)].CUT.text[strlen(text) - int(long * 2 / 3) + 1 + strlen(CUT):*]
ENTRIES = 0; LONGEST = 0
do for [i = 1:SERIES] {
    if (TITLED[i]) { ENTRIES = ENTRIES + 1; LONGEST = most(LONGEST, strlen(LABEL[i])) }
}
label(i) = TITLED[i] ? shortened(LABEL[i], name_most(ENTRIES)) : ''
# The sample line beside a name is as wide as so many letters.
SAMPLE = 7
entry_wide(n, long) = (least(long, name_most(n)) + SAMPLE) * char_wide(legend_size(n))
legend_columns(n, long) = int(most(1, least(n, floor(0.88 / entry_wide(n, long)))))
legend_rows(n, long) = int(ceil(1.0 * n / legend_columns(n, long)))
legend_high(n, long) = n == 0 ? 0 : \
    legend_rows(n, long) * line_high(legend_size(n)) + (IS_TERM ? line_high(1) : 0.02)
# It takes most of the canvas's width, and so begins before a panel whose ticks are wide.
legend_at(n, long, left, top) = n == 0 ? 'unset key' : sprintf( \
    "set key at screen %g, screen %g left top vertical maxrows %d Left reverse noenhanced ". \
    "samplen %g spacing %g width 1 font ',%g' textcolor rgb '%s'", \
    IS_TERM ? left : least(left, 0.1), top, legend_rows(n, long), IS_TERM ? 4 : 2.4, \
    IS_TERM ? 1 : FORMAT eq 'svg' ? 0.86 : 1.05, legend_size(n), INK)

RIGHT = 0.965
# The room for ticks and a label below a panel, and, by the longest tick, beside it.
BELOW = line_high(18) + line_high(20) + (IS_TERM ? line_high(1) : 0.02)
beside(long) = char_wide(18) * (long + 1) + (IS_TERM ? 0.02 : 0.055)
margin(side, at) = sprintf('set %smargin at screen %g; ', side, at)
panel(left, right, bottom, top) = \
    margin('l', left).margin('r', right).margin('b', bottom).margin('t', top)
x_label(text, left, right, bottom) = sprintf( \
    "set label 105 '%s' at screen %g, screen %g center textcolor rgb '%s' font ',20'; ", \
    text, (left + right) / 2, bottom - BELOW + 0.5 * line_high(20), INK)
# A terminal has no upright text: its label lies above the panel. Others shrink for a low panel.
Y_LABEL_HIGH = IS_TERM ? line_high(20) : 0
flat_label(text, top) = \
    sprintf("set label 103 '%s' at screen 0.02, screen %g left; ", text, top + 0.8 * line_high(20))
upright_size(long, high) = least(20, high * HIGH / (0.64 * long))
upright_label(text, long, at, bottom, top) = sprintf( \
    "set label 103 \"%s\" at screen %g, screen %g center rotate textcolor rgb '%s' font ',%g'; ", \
    text, at, (bottom + top) / 2, INK, upright_size(long, top - bottom))
y_label(text, bottom, top) = \
    IS_TERM ? flat_label(text, top) : upright_label(text, strlen(text), 0.022, bottom, top)
y_labels(first, second, bottom, top) = IS_TERM ? flat_label(first.' '.second, top) : \
    upright_label(first."\\n".second, most(strlen(first), strlen(second)), 0.018, bottom, top)
# All of these for a figure of one panel, after its y ticks are set.
framed(entries, long, x_text, y_text, left, right, bottom, top) = panel(left, right, bottom, top). \
    x_label(x_text, left, right, bottom).y_label(y_text, bottom, top). \
    legend_at(entries, long, left, TOP)
frame(entries, long, x_text, y_text, right) = framed(entries, long, x_text, y_text, \
    beside(TICK_LONG), right, BOTTOM + BELOW, TOP - legend_high(entries, long) - Y_LABEL_HIGH)

# --- what a panel is shaded for: 1 a spike, 2 a fault, 3 both ----------------------------------------
shade_name(bits) = bits == 0 ? '' : bits == 1 ? 'spike' : bits == 2 ? 'fault' : 'spike or fault'

# --- alarms: a thick line along the upper edge, on a second axis from 0 to 1 ------------------------
# After t(i) and has_alarm are known: the lines of the series, one below the other.
alarm_marks = 'alarms = has_alarm ? SERIES : 0'
alarm_at(i) = column("alarm") > 0 ? 0.98 - 0.055 * (i - 1) : NaN
alarm_colour(i) = SERIES > 1 ? colour(i) : INK
ALARM_KEY = SERIES > 1 ? FAINT : INK
