#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole of `make test`: every kind of test in every flavour, to the end even if one fails, closed by
# one line with the sum.  A stage that fails without a failed test (it did not build) counts as one.
#
#   test.sh MAKE
set -u
make=$1
mkdir -p build
TALLY=$PWD/build/tally
export TALLY
: >"$TALLY"

stage() {
    title=$1
    shift
    echo "== $title"
    before=$(grep -c '^fail' "$TALLY")
    if ! $make --no-print-directory -k WERROR=1 "$@"; then
        [ "$(grep -c '^fail' "$TALLY")" = "$before" ] && echo "fail $title" >>"$TALLY"
    fi
}

programs='unit contract theory golden property api cli'
clang=${CLANG:-clang}
command -v "$clang" >/dev/null || clang=

stage 'release' check
# What these prove (numbers, order, claims, documents) no flavour changes; golden runs every scenario in
# each, the swarm all kinds of worlds.  A slice of the sweeps over shards and of the judgements of filters
# is run: cli/sweep.t and property/threads ask for $SLICE, property/filters for $TEST_COUNT.
SLICE=1
TEST_COUNT=50000
export SLICE TEST_COUNT
# Counting what is reached slows tests by a twentieth, and spares the fuzzers a build of their own.
# shellcheck disable=SC2086
stage "address and undefined-behaviour sanitizers${clang:+, and a slice of fuzzing}" \
    ${clang:+fuzz-programs} $programs CC="${clang:-${CC:-cc}}" SAN=address,undefined \
    ${clang:+CFLAGS=-fsanitize-coverage=inline-8bit-counters,pc-table} FUZZ_SECONDS="${FUZZ_SECONDS:-5}" \
    SKIP='coverage ties time_scale pipelines scenarios.t readme.t slurm.t'
# Built by clang with all optimisations, since its results are compared next: tiny pools change no byte.
stage 'the build made to break' unit contract property CC="${clang:-${CC:-cc}}" STRESS=1 SKIP='coverage ties time_scale'
# The sanitizers' golden run has compared clang's code with few optimisations; the night builds this too.
stage 'same bytes from every compiler, what is planted is found, and the thread sanitizer' \
    reproducible tidy-selftest tsan BUILT="${clang##*/}-O3=build/release-stress-${clang##*/}/queuelab" SKIP="${clang##*/}-O0"

passed=$(grep -c '^pass' "$TALLY")
failed=$(grep -c '^fail' "$TALLY")
[ "$failed" -gt 0 ] && { echo; grep '^fail' "$TALLY" | sed 's/^fail/failed:/'; }
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
