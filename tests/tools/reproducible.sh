#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same bytes from every compiler: builds the program by gcc and clang with -O0 and -O3 in folders of
# their own, runs a set of scenarios with each and compares the result folders, byte by byte.  Left out
# are `wall` and `build` of result.json.  Nothing is drawn: the data of the figures are compared.  Each is
# put to one place in turn, since the figures' scripts name the templates by where the program lies.
#
# What is built already is not built again: $BUILT has words like clang-O3=PATH.  A build named in $SKIP,
# such as clang-O0, is left out.
#
#   reproducible.sh [SCENARIO...]      with $MAKE, $CC, $CLANG; by default all scenarios, few replications
set -u
LC_ALL=C
export LC_ALL
make=${MAKE:-make}
gcc=${CC:-gcc}
clang=${CLANG:-clang}
replications=${REPLICATIONS:-2}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

if [ $# -eq 0 ]; then
    for file in scenarios/*.json; do
        [ -f "$file" ] && set -- "$@" "$file"
    done
fi
if [ $# -eq 0 ]; then
    echo "reproducible: no scenarios"
    exit 1
fi

# Prints a folder's files, each with the sum of its bytes; result.json without what stands aside.
sums() {
    (cd "$1" && find . -type f ! -name result.json -exec cksum {} + | sort -k 3
    find . -name result.json | sort | while read -r file; do
        printf '%s %s\n' "$file" "$(aside <"$file" | cksum)"
    done)
}

# Drops the members `wall` and `build` of the outermost object: from the line that opens one to the
# line that closes it at the same depth.  The file has one member a line.
aside() {
    awk '
        skipping { if ($0 ~ "^" indent "[}\\]]") skipping = 0; next }
        match($0, /^ *"(wall|build)": *[{[]/) {
            indent = $0
            sub(/".*/, "", indent)
            if ($0 !~ /[}\]],?$/) skipping = 1
            next
        }
        { print }'
}

passed=0
failed=0
first=
for compiler in "$gcc" "$clang"; do
    if ! command -v "$compiler" >/dev/null 2>&1; then
        echo "# no $compiler here, skipped"
        continue
    fi
    for level in -O0 -O3; do
        name=$(basename "$compiler")$level
        case " ${SKIP:-} " in *" $name "*) continue ;; esac
        folder=build/reproducible-$name
        program=$folder/queuelab
        for built in ${BUILT:-}; do
            case $built in "$name"=*) [ -x "${built#*=}" ] && program=${built#*=} ;; esac
        done
        if [ "$program" = "$folder/queuelab" ] && ! $make --no-print-directory CC="$compiler" OPT="$level" \
            WERROR=0 SAN= STRESS= COVER= B="$folder" "$program" >"$scratch/log" 2>&1; then
            cat "$scratch/log"
            echo "not ok - $name builds"
            failed=$((failed + 1))
            continue
        fi
        mkdir -p build/reproducible
        cp "$program" build/reproducible/queuelab
        # An expectation may fail with few replications; that must be the same everywhere too.
        # shellcheck disable=SC2016
        if ! printf '%s\0' "$@" | xargs -0 -n 1 -P "${AT_ONCE:-1}" sh -c 'build/reproducible/queuelab run --quiet \
            --replications "$1" --out "$2/out" --set "/figures=[]" "$3" >"$2/${3##*/}.log" 2>&1
            status=$?
            [ $status -le 1 ] || { cat "$2/${3##*/}.log"; echo "# $3: status $status"; exit 1; }' \
            sh "$replications" "$scratch"; then
            echo "not ok - $name runs all scenarios"
            failed=$((failed + 1))
        fi
        sums "$scratch/out" >"$scratch/$name.sums"
        rm -rf "$scratch/out"
        if [ -z "$first" ]; then
            first=$name
            echo "ok - $name: $(wc -l <"$scratch/$name.sums") files of $# scenarios"
            passed=$((passed + 1))
        elif cmp -s "$scratch/$first.sums" "$scratch/$name.sums"; then
            echo "ok - $name gives the same bytes as $first"
            passed=$((passed + 1))
        else
            diff "$scratch/$first.sums" "$scratch/$name.sums" | head -20
            echo "not ok - $name differs from $first"
            failed=$((failed + 1))
        fi
    done
done
echo "1..$((passed + failed))"
[ $failed -eq 0 ] && [ $passed -gt 1 ]
