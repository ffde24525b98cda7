#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `run --trace`: the first replication's events, in the result folder.
. "${0%/*}/../tools/tap.sh"

scenario=scenarios/19-batch-visibility-trap.json
folder=$scratch/results/19-batch-visibility-trap
run "$QUEUELAB" run "$scenario" --quiet --out "$scratch/results" --trace ndjson
status_is 'a traced run is well' 0
# 10 messages, of which 4 are received a second time: product of the scenario's own answer.
is 'every receive is a line' "$(grep -c '"kind":"DELIVERED"' "$folder/trace.ndjson")" 14
is 'and so are the second ones' "$(grep '"kind":"DELIVERED"' "$folder/trace.ndjson" | grep -c '"delivery":2')" 4
cp "$folder/trace.ndjson" "$scratch/first"
run "$QUEUELAB" run "$scenario" --quiet --out "$scratch/results" --trace ndjson
ok 'another run writes the same' cmp "$scratch/first" "$folder/trace.ndjson"
run "$QUEUELAB" run "$scenario" --quiet --out "$scratch/results" --trace ndjson --variant 'FIFO, 2 workers, batches of 5'
is 'of a variant that was named' "$(grep -c '"kind":"DELIVERED"' "$folder/trace.ndjson")" 10
run "$QUEUELAB" run "$scenario" --quiet --out "$scratch/results" --trace chrome
ok 'Chrome events: 14 works' sh -c "[ \$(grep -o '\"ph\":\"X\"' '$folder/trace.json' | wc -l) = 14 ]"
ok 'an older trace is not kept' test ! -e "$folder/trace.ndjson"
run "$QUEUELAB" run "$scenario" --quiet --out "$scratch/results" --trace xml
status_is 'an unknown form' 2
run "$QUEUELAB" run "$scenario" --quiet --out "$scratch/results" --trace chrome --variant none
status_is 'an unknown variant' 2
says 'which there are' err 'has no variant "none"; it has "standard, 2 workers", '

done_testing
