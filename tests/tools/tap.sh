# SPDX-License-Identifier: GPL-3.0-or-later
# Words for tests of the command line: source it first, end with `done_testing`.  The program is
# $QUEUELAB; $scratch is a folder of the test's own, gone when it ends.  Each word prints one TAP line
# and, on failure, what was seen.

QUEUELAB=${QUEUELAB:-$PWD/queuelab}
tap_count=0
tap_failed=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

tap_line() {
    tap_count=$((tap_count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tap_count - $2"
    else
        echo "not ok $tap_count - $2"
        tap_failed=$((tap_failed + 1))
    fi
    return "$1"
}

# run COMMAND...: keeps $status, and what was said in $scratch/out and $scratch/err.
run() {
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    status=$?
}

# ok TITLE COMMAND...: the command succeeds.
ok() {
    tap_title=$1
    shift
    "$@" >"$scratch/ok" 2>&1 && { tap_line 0 "$tap_title"; return 0; }
    tap_line 1 "$tap_title"
    sed 's/^/# /' "$scratch/ok"
}

# is TITLE SEEN WANTED: two texts are the same.
is() {
    [ "$2" = "$3" ] && { tap_line 0 "$1"; return 0; }
    tap_line 1 "$1"
    printf '%s\n' "wanted: $3" "seen:   $2" | sed 's/^/# /'
}

# status_is TITLE WANTED: the exit status of the last `run`.
status_is() {
    [ "$status" = "$2" ] && { tap_line 0 "$1"; return 0; }
    tap_line 1 "$1"
    { echo "wanted status $2, seen $status"; cat "$scratch/err"; } | sed 's/^/# /'
}

# says TITLE out|err REGEX: a line of the last `run` matches; silent: the stream is empty.
says() {
    grep -Eq -- "$3" "$scratch/$2" && { tap_line 0 "$1"; return 0; }
    tap_line 1 "$1"
    { echo "no line of std$2 matches: $3"; cat "$scratch/$2"; } | sed 's/^/# /'
}

silent() {
    [ ! -s "$scratch/$2" ] && { tap_line 0 "$1"; return 0; }
    tap_line 1 "$1"
    { echo "std$2 is not empty:"; cat "$scratch/$2"; } | sed 's/^/# /'
}

done_testing() {
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ]
}
