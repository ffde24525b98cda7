#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make tidy` checks, from the root of a tree.  Each finding is a line, file:line: what; none is
# well.  $OBJECTS are the release objects to look into, if any; $CC compiles each header alone.  By
# default every rule must be cited and proved; RULES=known only looks for unknown ids.  `tidy.sh
# rules` counts the rules and no more.
set -u
LC_ALL=C
export LC_ALL
CC=${CC:-cc}
RULES=${RULES:-strict}
tools=$(dirname "$0")
findings=$(mktemp) || exit 1
trap 'rm -f "$findings"' EXIT
trap 'exit 130' INT TERM

every=$(find . \( -name .git -o -path ./build -o -path ./out \) -prune -o -type f -print | sed 's|^\./||' | sort)
pick() { printf '%s\n' "$every" | grep -E "$1"; }
code=$(pick '^sim/.*\.[ch]$')
files=$(pick '^(sim|tests)/.*\.[ch]$')
texts=$(pick '(\.(c|h|sh|awk|t|gp|json|md)|Makefile|LAYERS|\.ci/run)$')

# Runs a check; what it prints is a finding, and so is its own failure.
try() {
    "$@" >>"$findings" 2>&1 || echo "tidy: the check itself failed: $1 $2 $3" >>"$findings"
}

# ---- words and widths outside C ------------------------------------------------------------------

# The patterns are broken in two so that this file does not find itself.
text_findings() {
    printf '%s\n' "$every" | grep -Ev '^(LICENSE|tests/fuzz/corpus/)' | tr '\n' '\0' | xargs -0 grep -nIE \
        "(^|[^A-Za-z0-9_.-])(/wor""k/|/tmp/not""es|/roo""t/|/hom""e/[a-z])" /dev/null |
        sed 's/^\([^:]*:[0-9]*\):.*/\1: a path of one machine/'
    # shellcheck disable=SC2086
    grep -nE '[[:blank:]]+$' $texts /dev/null | sed 's/^\([^:]*:[0-9]*\):.*/\1: trailing blanks/'
    # shellcheck disable=SC2046
    grep -nE "(^|[^A-Za-z0-9_])(TO""DO|FIX""ME|X""XX)([^A-Za-z0-9_]|\$)" \
        $(printf '%s\n' "$texts" | grep -Ev '\.(c|h|json)$') /dev/null |
        sed 's/^\([^:]*:[0-9]*\):.*/\1: a note to oneself: do it or drop it/'
    return 0
}

# ---- files ---------------------------------------------------------------------------------------

# Every .c has a header of its name, or is a part of another (dist_table.c of dist.h), or a kind: reached
# through the list of a contract, not by name.  The rest, with reasons: main.c starts the program;
# validate.c is declared by scenario.h, whose rules between parts it holds.
headerless='sim/(actor/(producer|consumer|function|endpoint_actor|downstream)|observe/((metric|invariant)_.*|trace)|[a-z]*/[a-z_]*_(kinds|types)|cli/(cmd_.*|main)|scenario/validate)[.]c'
header_findings() {
    printf '%s\n' "$code" | awk -v headerless="^$headerless\$" '
        { seen[$0] = 1 }
        END {
            for (file in seen) {
                if (file !~ /\.c$/ || file ~ headerless) continue
                stem = substr(file, 1, length(file) - 2)
                while (!((stem ".h") in seen) && sub(/_[^_\/]*$/, "", stem)) continue
                if (!((stem ".h") in seen)) print file ":1: no header of the same name, and not a kind"
            }
        }'
}

# Leaves out the headers that have been compiled alone already: a .c of the same name, whose object is
# there, begins with its own.  Those three are compiled with POSIX.
unproved() {
    while read -r header; do
        case $header in
        sim/report/folder.h | sim/report/report_gnuplot.h | sim/experiment/replicate.h) ;;
        *) case " ${OBJECTS:-} " in *"/${header%.h}.o "*) continue ;; esac ;;
        esac
        echo "$header"
    done
}

# Compiles each header alone; only those of cli/ and of tests may count on POSIX.
alone() {
    [ $# -gt 1 ] || return 0
    posix=$1
    shift
    # shellcheck disable=SC2046
    "$CC" -std=c11 $posix -Isim -Itests $(pkg-config --cflags gsl 2>/dev/null) -fsyntax-only -x c "$@" 2>&1 |
        sed -n 's/^\([^:]*:[0-9]*\):[0-9]*: .*error: \(.*\)/\1: does not compile alone: \2/p'
}

# The self test of these checks speaks of rules of its own.
rules() {
    # shellcheck disable=SC2046,SC2086
    awk "$@" -f "$tools/rules.awk" sim/RULES.md $code \
        $(pick '^tests/.*\.(c|h|t)$|^tests/api/.*\.txt$' | grep -v '^tests/tools/tidy_selftest\.t$')
}

rule_findings() {
    [ -f sim/RULES.md ] || return 0
    if [ "$RULES" = strict ]; then rules -v strict=1; else rules -v strict=0; fi
}

# The form is clang-format 14's: another release may see a line differently.
format_findings() {
    clang-format --version 2>/dev/null | grep -q 'version 14\.' || return 0
    # shellcheck disable=SC2086
    clang-format --dry-run $files 2>&1 | awk -F: '
        /code should be clang-formatted/ && !($1 in seen) {
            seen[$1] = 1
            print $1 ":" $2 ": not in the form of .clang-format: make format"
        }'
}

object_findings() {
    [ -n "${OBJECTS:-}" ] && command -v objdump >/dev/null || return 0
    # shellcheck disable=SC2086
    objdump -t $OBJECTS | awk -v headers="$(printf '%s ' $(pick '^sim/.*\.h$'))" -f "$tools/objects.awk"
}

if [ "${1:-}" = rules ]; then
    rules -v count=1
    exit
fi

# shellcheck disable=SC2086
{
    try awk -f "$tools/layers.awk" sim/LAYERS $files
    try awk -f "$tools/tidy.awk" $files /dev/null
    try awk -f "$tools/functions.awk" $files /dev/null
    try text_findings . .
    try header_findings . .
    try alone '' $(pick '^sim/.*\.h$' | grep -v '^sim/cli/' | unproved)
    try alone -D_POSIX_C_SOURCE=200809L $(pick '^(sim/cli|tests)/.*\.h$')
    try rule_findings . .
    try format_findings . .
    try object_findings . .
}

sort -u "$findings" | sort -t: -k1,1 -k2,2n
[ ! -s "$findings" ]
