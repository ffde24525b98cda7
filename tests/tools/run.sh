#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the tests of one kind and says a line about each.
#
#   run.sh KIND TEST...
#
# A TEST is a cmocka program, a shell script (.sh: judged by its exit status; .t: also by the TAP it
# prints), a scenario (.json: run by queuelab, judged by its `expect`) or a transcript (.txt: run by
# $TRANSCRIPTS, judged by the TAP that it prints).  What a test prints goes to
# $LOGS/KIND/<name>.log and is shown only if the test fails.  A test named in $SKIP is left out.  With
# $TALLY set, each verdict is appended to that file, a line each, for a summary over many kinds.  Fails
# if a test fails.  $AT_ONCE tests run at a time, by default one; each is this script again, which then
# knows from $VERDICTS where to note what came of it.
set -u
kind=$1
shift
LOGS=${LOGS:-build/log}
logs=$LOGS/$kind
mkdir -p "$logs"
verdicts=${VERDICTS:-}

limit=
command -v timeout >/dev/null 2>&1 && limit="timeout ${TEST_TIMEOUT:-900}"

# Judges a TAP stream: the plan is kept and nothing is "not ok", save what is marked as TAP allows.
tap_holds() {
    awk '
        /^1\.\.[0-9]+/        { plan = substr($1, 4) + 0; planned = 1; next }
        /^Bail out!/          { bad++ }
        /^ok/                 { seen++; next }
        /^not ok/             { seen++; if ($0 !~ /# *([Tt][Oo][Dd][Oo]|[Ss][Kk][Ii][Pp])/) bad++ }
        END                   { exit !(planned && plan == seen && !bad) }' "$1"
}

# Says how many tests are inside, if the output tells.
inside() {
    awk '
        /^\[==========\] [0-9]+ test\(s\) run/ { n += $2 }
        /^(not )?ok/                       { tap++ }
        END { n = n ? n : tap; if (n) printf " (%d)", n }' "$1"
}

run_one() {
    case $1 in
    *.t | *.sh) $limit sh "$1" ;;
    *.json) $limit "${QUEUELAB:-./queuelab}" run --quiet "$1" ;;
    *.txt) $limit "$TRANSCRIPTS" "$1" ;;
    *) $limit "$1" ${RUN_ARGS:-} ;;
    esac
}

# Runs a test, says a line about it and notes the verdict.
judge() {
    test=$1
    name=${test##*/}
    log=$logs/$name.log
    start=$(date +%s)
    run_one "$test" >"$log" 2>&1 </dev/null
    status=$?
    case $test in
    *.t | *.txt) [ $status -eq 0 ] && { tap_holds "$log" || status=TAP; } ;;
    esac
    took=$(($(date +%s) - start))
    [ $took -gt 1 ] && took=", ${took} s" || took=
    # In one piece, since other tests may be speaking at the same time.
    if [ "$status" = 0 ]; then
        verdict=pass
        echo "  ok    $kind/$name$(inside "$log")$took"
    else
        verdict=fail
        shown=$(tail -n "${TAIL:-40}" "$log" | sed 's/^/        /')
        printf '%s\n' "  FAIL  $kind/$name (status $status$took): $log" "$shown"
    fi
    echo "$verdict $kind/$name" >>"$verdicts"
    [ -z "${TALLY:-}" ] || echo "$verdict $kind/$name" >>"$TALLY"
}

if [ -n "$verdicts" ]; then
    judge "$1"
    exit 0
fi

wanted=0
for test in "$@"; do
    shift
    case " ${SKIP:-} " in *" ${test##*/} "*) continue ;; esac
    set -- "$@" "$test"
    wanted=$((wanted + 1))
done
verdicts=$(mktemp) || exit 1
trap 'rm -f "$verdicts"' EXIT
trap 'exit 130' INT TERM
[ $# -eq 0 ] || printf '%s\0' "$@" |
    VERDICTS=$verdicts xargs -0 -n 1 -P "${AT_ONCE:-1}" sh "$0" "$kind"
passed=$(grep -c '^pass' "$verdicts")
echo "$kind: $passed passed, $((wanted - passed)) failed"
[ "$passed" -eq "$wanted" ]
