#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One scenario for each kind of fault: what it expects is true, and would not be without the fault.
. "${0%/*}/../tools/tap.sh"

for file in scenarios/faults/*.json; do
    run "$QUEUELAB" run "$file" --out "$scratch/results" --format term --progress never
    status_is "$file: its effect is as counted" 0
    run "$QUEUELAB" run "$file" --set '/faults=[]' --out "$scratch/results" --format term --progress never
    status_is "$file: it is the fault's" 1
done
kinds=$("$QUEUELAB" help | sed -n 's/^Faults: //p' | tr ' ' '\n' | sort)
is 'every kind has one' "$(sed -n 's/.*"kind": "\([A-Za-z]*\)".*/\1/p' scenarios/faults/*.json | sort -u)" "$kinds"
done_testing
