# SPDX-License-Identifier: GPL-3.0-or-later
# Reads what gcov says and prints the coverage of each file of sim/, lowest first, and of all.
/^File / { file = $0; gsub(/^File '|'$/, "", file) }
/^Lines executed:/ && file ~ /^sim\// {
    split($0, part, /[:% ]+/)
    lines = part[length_of(part)]
    share = part[3]
    if (lines > count[file]) { count[file] = lines; percent[file] = share }
    file = ""
}
END {
    for (name in count) {
        printf "%6.1f %%  %5d lines  %s\n", percent[name], count[name], name | "sort -n"
        all += count[name]
        hit += count[name] * percent[name] / 100
    }
    close("sort -n")
    if (all) printf "%6.1f %%  %5d lines  in all\n", 100 * hit / all, all
}
function length_of(array,    i) { i = 0; while ((i + 1) in array) i++; return i }
