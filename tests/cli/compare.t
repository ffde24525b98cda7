#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `queuelab compare`: variants of a file in pairs, two folders in pairs or as two samples, and what it refuses.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

# One worker of 100 ms at 5/s; the same twice as fast; the same under another name.
cat >speed.json <<'JSON'
{ "version": 1, "title": "Twice as fast", "experiment": { "duration": "2m", "replications": 10 },
  "queues": { "orders": { "ReceiveMessageWaitTimeSeconds": 20, "VisibilityTimeout": 600 } },
  "producers": { "web": { "to": "orders", "arrivals": { "process": "poisson", "rate": "5/s" } } },
  "consumers": { "worker": { "from": "orders", "service": { "dist": "exponential", "mean": "100ms" } } },
  "variants": { "one": {}, "fast": { "/consumers/worker/service/mean": "50ms" },
    "same": { "/consumers/worker/MaxNumberOfMessages": 1 } },
  "expect": [ { "entity": "orders", "metric": "lost", "stat": "count", "is": "==", "value": 0 } ] }
JSON

# ---- variants --------------------------------------------------------------------------------------
run "$QUEUELAB" compare speed.json
status_is 'variants are compared' 0
says 'how many of what' out '^  3 variants, 10 replications each, seed 1$'
says 'the base comes first' out '^ +one +fast +same$'
says 'the best is marked' out '^  p50 .* best '
says 'a difference has its interval, its share and its marks' out \
    '^  p50 +-[0-9.]+ ms \+-[0-9.]+ (ms|us) \(-[0-9]+ %\) \*\* +0 s$'
says 'a sentence says what differs' out '^fast against one: .*lower p50 \(-[0-9.]+ %\)'
says 'and what does not' out '^same against one: no difference seen in throughput, p50, '
says 'where the rows are' out '^rows: out/speed/compare.csv$'
is 'compare.csv has a head' "$(head -n 1 out/speed/compare.csv)" \
    'point,entity,metric,stat,unit,base,variant,mean,difference,low,high,joint_low,joint_high,n,differs,best'
ok 'and a row for each difference' grep -q '^,orders,sojourn,p50,s,one,fast,.*,10,1,1$' out/speed/compare.csv
ok 'result.json has them too' grep -q '"base":"one","entity":"orders","metric":"sojourn","stat":"p50",.*"differs":true,"best":true' out/speed/result.json
ok 'and the figure has its data' grep -q '^0,fast,fast,,one,' out/speed/F24.csv
says 'with the reason why' out 'common random numbers'
cp out/speed/compare.csv first.csv
run "$QUEUELAB" compare speed.json --jobs 1 --quiet
status_is 'again, on one thread' 0
silent '--quiet says nothing' out
ok 'the same bytes' cmp first.csv out/speed/compare.csv
run "$QUEUELAB" run speed.json
ok '`run` writes the same rows' cmp first.csv out/speed/compare.csv

run "$QUEUELAB" compare speed.json --base fast --metric sojourn/p99 --metric web/failed
status_is 'another base, and metrics' 0
says 'from that base' out '^one against fast: higher sojourn p99 .*; no difference seen in web failed count\.$'
is 'by these metrics alone' "$(cut -d , -f 3 out/speed/compare.csv | sort -u | tr '\n' ' ')" 'failed metric sojourn '
run "$QUEUELAB" compare speed.json --set '/sweep={"/producers/web/arrivals/rate":["1/s","8/s"]}'
status_is 'along a sweep' 0
says 'a table for each metric, a row for each point' out '^  rate 8/s  +-[0-9.]+'
says 'and points are counted' out '^fast against one: .*lower p50 at 2 of 2 points \(up to -[0-9]+'
sed 's/"value": 0/"value": 1/' speed.json >hope.json
run "$QUEUELAB" compare hope.json
status_is 'a failed expectation' 1
says 'is said' err '^hope.json: expectation failed: one: orders lost '

run "$QUEUELAB" compare out/speed --base same --metric sojourn/p50
status_is 'variants of a result that is there' 0
says 'against another base, without a run' out '^one against same: '

# ---- what cannot be compared -----------------------------------------------------------------------
sed '/"variants"/,/"same"/d' speed.json >alone.json
run "$QUEUELAB" compare alone.json --out alone
status_is 'no variants' 2
says 'say so' err '^queuelab compare: alone.json has no two variants to compare'
ok 'and nothing was run' test ! -e alone
run "$QUEUELAB" compare speed.json --base slow
status_is 'a base that is not there' 2
says 'which there are' err 'has no variant "slow"; it has "one", "fast", "same"'
run "$QUEUELAB" compare speed.json --metric sojurn
status_is 'a metric that is not there' 2
says 'is guessed' err 'nobody measures "sojurn", did you mean "sojourn"\?'
run "$QUEUELAB" compare
status_is 'nothing' 2
run "$QUEUELAB" compare none.json
status_is 'no such file' 3

"$QUEUELAB" run alone.json --out alone --quiet
run "$QUEUELAB" compare alone/alone
status_is 'a result without variants' 2
says 'is said to have none' err 'alone/alone: it has no two variants to compare'

# ---- two results -----------------------------------------------------------------------------------
"$QUEUELAB" run alone.json --out a --quiet
"$QUEUELAB" run alone.json --out b --quiet --set /consumers/worker/service/mean=50ms
"$QUEUELAB" run alone.json --out c --quiet --seed 2
run "$QUEUELAB" compare a/alone b/alone/
status_is 'two folders are compared' 0
says 'with where they are from' out '^  b/alone: alone, 10 replications, seed 1, queuelab [0-9]'
says 'in pairs, as they share their seed' out 'common random numbers'
says 'what they differ in is warned of' err '^warning: the scenarios differ in /consumers/worker/service/mean: '
says 'a sentence' out '^b/alone against a/alone: .*lower p50 '
is 'as paired variants do' "$(grep '^  p50 .*\*\*' "$scratch/out" | sed 's/ *$//; s/  */ /g')" \
    "$("$QUEUELAB" compare speed.json | grep '^  p50 .*\*\*' | sed 's/  *0 s *$//; s/  */ /g')"
run "$QUEUELAB" compare a/alone b/alone -o drawn
ok 'F24 of two results is made where it is wanted' \
    grep -q '^0,b/alone,b/alone,,a/alone,.*,p50,s,' drawn/F24-a-alone-b-alone.csv
ok 'and nowhere else' test ! -e b/alone/F24-a-alone-b-alone.csv
run "$QUEUELAB" compare a/alone b/alone -o no/such/place
status_is 'a place that is not there' 3
says 'is named' err '^queuelab: cannot create the folder no/such/place: '
run "$QUEUELAB" compare a/alone c/alone
status_is 'other seeds' 0
says 'are two samples' out 'two independent samples \(Welch\)'
says 'and warned of' err '^warning: the seeds differ'
run "$QUEUELAB" compare a/alone a/alone
says 'the same is said to be the same' err '^warning: scenario, seed and program are the same'
sed 's/"queuelab": "[0-9.]*"/"queuelab": "0.0.9"/' b/alone/result.json >b/changed && mv b/changed b/alone/result.json
run "$QUEUELAB" compare a/alone b/alone
says 'another program is warned of' err '^warning: the programs differ \(.*, 0.0.9 of '
run "$QUEUELAB" compare a/alone out/speed
status_is 'nothing in common' 2
says 'is said' err 'no variant at the same sweep point in common'
mkdir empty
run "$QUEUELAB" compare a/alone empty
status_is 'a folder that is no result' 3
head -n 20 b/alone/metrics.csv >b/cut && mv b/cut b/alone/metrics.csv
run "$QUEUELAB" compare a/alone b/alone
status_is 'a file that was cut' 3
says 'is said to be' err 'metrics.csv line [0-9]+: it has not the replications that result.json names'
printf 'junk\n' >b/alone/metrics.csv
run "$QUEUELAB" compare a/alone b/alone
says 'and one that is something else' err 'this is no metrics.csv of queuelab'
printf '{"format":"other"}' >c/alone/result.json
run "$QUEUELAB" compare a/alone c/alone
status_is 'a foreign result.json' 3
says 'is refused' err 'this is no result of queuelab'
sed 's/"version": 1,/"version": 2,/' out/speed/result.json >2.json && mv 2.json out/speed/result.json
run "$QUEUELAB" compare out/speed
status_is 'a result of tomorrow' 3
says 'is not misread' err 'this result is of another version than 1'
sed 's/"same":/"a \\"b\\",\\nc":/' speed.json >odd.json
"$QUEUELAB" run odd.json --quiet
run "$QUEUELAB" compare out/odd
status_is 'a name of several lines is found again' 0

# ---- what cannot be told, or kept --------------------------------------------------------------------
run "$QUEUELAB" compare speed.json --replications 1
says 'one replication has differences' out '^  p50 +-[0-9.]+ m?s \(-[0-9]+ %\) +0 s$'
says 'but no intervals' out '^same against one: cannot be told of throughput, '
run "$QUEUELAB" compare speed.json --replications 1 --set '/sweep={"/producers/web/arrivals/rate":["1/s","8/s"]}'
says 'and nothing is said to be the same' out '^  cannot be told at any point$'
if mkdir full && mount -t tmpfs -o size=64k none full 2>/dev/null; then
    run "$QUEUELAB" compare speed.json --out full/out
    umount full
    status_is 'a full disk' 3
    is 'keeps no rows, and names none' "$(grep -cE '^(rows|next):' "$scratch/out")" 0
fi

done_testing
