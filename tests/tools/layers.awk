# SPDX-License-Identifier: GPL-3.0-or-later
# Reads sim/LAYERS, then C files, and reports every #include "..." that looks up, looks aside, is not
# rooted or stands out of order: own header first, then the system's, then ours from low to high.  A kind
# and a part of a file have no own header: their contract's, of the same folder, takes its place.  A
# #define before a system header configures it and may need ours.
BEGIN {
    for (i = 1; i < ARGC; i++) exists[ARGV[i]] = 1
}
function report(text) { printf "%s:%d: %s\n", FILENAME, FNR, text }

FILENAME == "sim/LAYERS" {
    if ($0 ~ /^[a-z]+:/) {
        folder = $1
        sub(/:$/, "", folder)
        rank[folder] = ++ranks
        may[folder, folder] = 1
        for (i = 2; i <= NF; i++) {
            if (!($i in rank)) report("layer \"" $i "\" stands below the one that sees it, or is unknown")
            may[folder, $i] = 1
        }
    }
    next
}

FNR == 1 {
    split(FILENAME, path, "/")
    in_sim = path[1] == "sim"
    here = path[2]
    own = FILENAME
    sub(/^sim\//, "", own)
    sub(/\.c$/, ".h", own)
    has_own = ("sim/" own) in exists
    is_unit = in_sim && FILENAME ~ /\.c$/
    includes = 0
    last = 0
    if (in_sim && !(here in rank)) report("folder \"" here "\" is not in sim/LAYERS")
}

/^#define/ { last = 0 }

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    includes++
    quoted = $0 ~ /include[ \t]*"/
    name = $0
    sub(/^[^<"]*[<"]/, "", name)
    sub(/[>"].*$/, "", name)
    if (is_unit && includes == 1) {
        if (has_own ? name == own : index(name, here "/") == 1 && (("sim/" name) in exists)) next
        if (has_own) report("own header \"" own "\" is not the first include")
    }
    if (!quoted) {
        if (last) report("<" name "> stands after headers of ours")
        next
    }
    slash = index(name, "/")
    if (!slash || name ~ /\.\./) {
        report("\"" name "\" is not rooted: write \"folder/" name "\"")
        next
    }
    there = substr(name, 1, slash - 1)
    if (!in_sim) {
        if (FILENAME == "tests/bench/floor.c") report("the floor may use nothing of ours")
        else if (there != "tools" && there != "property" && !(there in rank)) report("unknown folder \"" there "\"")
        next
    }
    if (!(there in rank)) report("unknown folder \"" there "\"")
    else if (!((here, there) in may)) report("\"" here "\" may not see \"" there "\" (sim/LAYERS)")
    else if (!(("sim/" name) in exists)) report("\"" name "\" does not exist")
    else if (rank[there] < last) report("\"" name "\" stands after a higher layer")
    else last = rank[there]
}
