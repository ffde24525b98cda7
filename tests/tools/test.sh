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
# is run: cli/sweep.t asks for $SLICE, property/filters for $TEST_COUNT.
SKIP='coverage ties time_scale pipelines scenarios.t readme.t slurm.t'
SLICE=1
TEST_COUNT=50000
export SKIP SLICE TEST_COUNT
# Counting what is reached slows tests by a twentieth, and spares the fuzzers a build of their own.
set -- CC="${clang:-${CC:-cc}}" SAN=address,undefined ${clang:+CFLAGS=-fsanitize-coverage=inline-8bit-counters,pc-table}
# shellcheck disable=SC2086
stage 'address and undefined-behaviour sanitizers' $programs "$@"
unset SKIP SLICE
[ -n "$clang" ] && stage 'a slice of fuzzing' fuzz-programs FUZZ_SECONDS="${FUZZ_SECONDS:-5}" "$@"
stage 'thread sanitizer' tsan
stage 'the build made to break' unit contract property STRESS=1 SKIP='coverage ties time_scale'
# The sanitizers' golden run has compared clang's code with few optimisations; the night builds this too.
stage 'same bytes from every compiler, and what is planted is found' reproducible tidy-selftest SKIP="${clang##*/}-O0"

passed=$(grep -c '^pass' "$TALLY")
failed=$(grep -c '^fail' "$TALLY")
[ "$failed" -gt 0 ] && { echo; grep '^fail' "$TALLY" | sed 's/^fail/failed:/'; }
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
