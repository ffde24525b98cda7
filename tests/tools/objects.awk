# SPDX-License-Identifier: GPL-3.0-or-later
# Reads `objdump -t` of the release objects and reports mutable static data, and symbols that do not start
# with the name of their file, or of the file that it is a part of (-v headers="..." tells).  One exception: the thread-local context of base/must.c, written by the
# runner and read only when the process is about to die.
BEGIN {
    for (count = split(headers, list, " "); count; count--) exists[list[count]] = 1
}
/:[ \t]+file format/ {
    object = $0
    sub(/:[ \t]+file format.*/, "", object)
    source = object
    sub(/.*\/sim\//, "sim/", source)
    sub(/\.o$/, ".c", source)
    stem = source
    sub(/.*\//, "", stem)
    sub(/\.c$/, "", stem)
    next
}
/^[0-9a-f]+ / {
    tab = index($0, "\t")
    if (!tab) next
    count = split(substr($0, 1, tab - 1), left, " ")
    section = left[count]
    flags = substr($0, index($0, " ") + 1, 7)
    right = substr($0, tab + 1)
    split(right, part, " ")
    size = part[1]
    name = right
    sub(/.* /, "", name)
    if (flags ~ /[df]/ || section == "*UND*" || section == "*ABS*") next
    if (size !~ /^0*$/ && mutable(section) && !(source == "sim/base/must.c" && section ~ /^\.t(bss|data)/))
        printf "%s:1: mutable static data: %s in %s\n", source, name, section
    if (flags ~ /^[gu]/ && name != "main" && !named(name, stem))
        printf "%s:1: the symbol %s does not start with its file's name\n", source, name
}
function mutable(section) {
    if (section ~ /^\.data\.rel\.ro/) return 0
    return section ~ /^\.(data|bss|tbss|tdata|sdata|sbss|lbss|ldata)/ || section == "*COM*" ||
           section ~ /^__DATA,__(data|bss|common|thread)/
}

# Is the symbol named after the file, or after a header of the folder that the file's name extends?
function named(symbol, stem,    folder) {
    folder = source
    sub(/[^\/]*$/, "", folder)
    if (begins(symbol, stem)) return 1
    while (sub(/_[^_]*$/, "", stem))
        if (((folder stem ".h") in exists) && begins(symbol, stem)) return 1
    return 0
}
# group, group_add, groups and groups_add begin with group.
function begins(symbol, stem) {
    return substr(symbol, 1, length(stem)) == stem && substr(symbol, length(stem) + 1) ~ /^s?(_|$)/
}
