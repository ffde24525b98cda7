# SPDX-License-Identifier: GPL-3.0-or-later
# Reads C files in the form of .clang-format, where only a function has its braces alone at the first
# column, and reports every function of more than 70 lines.  With -v all=1 prints the length of each.
FNR == 1 { start = 0 }
/^[A-Za-z_].*\(/ {
    name = $0
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
}
/^\{$/ { start = FNR }
/^\}$/ && start {
    lines = FNR - start + 1
    if (all) print lines, FILENAME ":" start, name
    else if (lines > 70) printf "%s:%d: %s is %d lines long: at most 70\n", FILENAME, start, name, lines
    start = 0
}
