#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `queuelab run`: exit statuses, what is written, and that nothing but scenario and seed is in it.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

# scenario EXPECTED EXPERIMENT: a queue with a worker.
scenario() {
    cat <<JSON
{ "version": 1, "title": "One worker", "lecture": { "source": "module slides, 7" },
  "experiment": { $2 },
  "queues": { "orders": { "ReceiveMessageWaitTimeSeconds": 20 } },
  "producers": { "web": { "to": "orders", "arrivals": { "process": "poisson", "rate": "5/s" } } },
  "consumers": { "worker": { "from": "orders", "service": { "dist": "exponential", "mean": "100ms" } } },
  "expect": [ { "entity": "orders", "metric": "lost", "stat": "count", "is": "==", "value": $1 } ] }
JSON
}
brief='"duration": "1m", "replications": 4'

# aside FILE: a result without what may differ.
aside() {
    sed '/^  "wall": {/,$d' "$1"
}

# ---- a run that is well ----------------------------------------------------------------------------
scenario 0 "$brief" >good.json
run "$QUEUELAB" run good.json
status_is 'all expectations hold' 0
says 'the title comes first, with where it is from' out '^good: One worker  +\(module slides, 7\)$'
says 'what was received, of how many' out '^  received once +[0-9.]+    of [0-9.]+$'
says 'what was never seen is below something' out '^  duplicates +0    below [0-9.]+ %    \(of [0-9]+\)$'
says 'percentiles share a line' out '^  time in queue p50/p95/p99 +[0-9.]+ m?s / [0-9.]+ m?s / [0-9.]+ m?s$'
ok 'a screen of 24 lines is enough' test "$(wc -l <"$scratch/out")" -le 24
says 'every number has its interval' out '^  throughput +[0-9.]+/s +[0-9.]+ \.\. [0-9.]+/s$'
says "Little's law can be checked" out "Little's law, orders: L = .*, lambda W = .*, off by "
says 'conservation, replications and seed are said' out 'every message accounted for; 4 replications, seed 1'
says 'the verdict' out '^ok  1 of 1 expectation holds - '
says 'what to do next' out '^next: queuelab plot out/good '
for file in result.json metrics.csv series.csv histograms.csv F1.csv F1.txt figures.json; do
    ok "out/good/$file is written" test -s "out/good/$file"
done
is 'the head of metrics.csv' "$(head -n 1 out/good/metrics.csv)" \
    'variant,point,replication,entity,metric,stat,unit,value'
is 'the head of series.csv' "$(head -n 1 out/good/series.csv)" \
    'variant,point,replication,time_s,entity,metric,min,mean,max'
is 'the head of histograms.csv' "$(head -n 1 out/good/histograms.csv)" \
    'variant,point,entity,metric,low_s,high_s,count'
says 'result.json says what it is' out 'good'
is 'wall and build stand last' "$(grep '^  "' out/good/result.json | tail -n 2 | cut -d '"' -f 2 | tr '\n' ' ')" \
    'wall build '

# ---- the same bytes again --------------------------------------------------------------------------
cp -r out/good before
run "$QUEUELAB" run good.json --jobs 1
aside before/result.json >1
aside out/good/result.json >2
ok 'a rerun on one thread gives the same result.json' cmp 1 2
for file in metrics.csv series.csv histograms.csv F1.csv; do
    ok "and the same $file" cmp "before/$file" "out/good/$file"
done
ok 'no partial folder is left' sh -c '! ls -d out/*.partial* out/*.older*'
run "$QUEUELAB" run good.json --seed 2
aside out/good/result.json >2
ok 'another seed gives another result' sh -c '! cmp 1 2'

# ---- options ---------------------------------------------------------------------------------------
run "$QUEUELAB" run good.json --set /experiment/replications=2 --set /consumers/worker/count=3 --json
status_is '--set is well' 0
says '--set is in the result' out '"count": 3'
says '--json prints the result' out '^  "format": "queuelab-result",$'
says 'as many replications as set' out '"replications":2,'
run "$QUEUELAB" run good.json --set /queues/oders/DelaySeconds=1
status_is '--set of what is not there' 2
run "$QUEUELAB" run good.json --duration 10s --replications 1
says '--duration and --replications' out '1 replication, seed 1, 10 s simulated'
run "$QUEUELAB" run good.json --seed 0xffffffffffffffff
says 'a seed of 64 bits' out 'seed 0xffffffffffffffff'
run "$QUEUELAB" run good.json --quiet
silent '--quiet says nothing when all is well' out
silent 'nor on the other stream' err
run "$QUEUELAB" run good.json --verbose
says '--verbose prints every metric' out '^  NumberOfEmptyReceives count '
run "$QUEUELAB" run good.json --verbose --set '/variants={"one": {}, "two": {"/consumers/worker/count": 2}}'
is 'under the name of each variant' "$(grep -c -x -e one -e two "$scratch/out")" 2
run "$QUEUELAB" check good.json --set '/variants={"one": {}, "two": {"/consumers/worker/count": 2}, "three": {"/consumers/worker": null}}' \
    --set /consumers/worker/count=4
is 'what does not reach a variant is said' "$(cat "$scratch/err")" \
    'note: /consumers/worker/count is not changed in "two", "three", which set it themselves'
run "$QUEUELAB" check good.json --set '/variants={"one": {}, "two": {"/consumers/worker/count": 2}}' --set /consumers/worker/concurrency=4
silent 'and nothing of what does' err
run "$QUEUELAB" run good.json --set '/sweep={"/consumers/worker/count": [1, 2]}' --set /consumers/worker/count=3 \
    --set '/expect=[{"entity": "orders", "metric": "lost", "stat": "count", "is": "==", "value": 0, "point": {"/consumers/worker/count": 2}}]'
says 'an expectation about points that were not run is not called none' out '^ok  no expectation is about what was run '
run "$QUEUELAB" run good.json --duration 10s --replications 1 --log
is 'the first line of the timeline' "$(head -n 1 "$scratch/out" | sed 's/[0-9][0-9]\.[0-9]*\]/SS.mmm]/')" \
    '[00:00:SS.mmm] web: sent message 0'
says 'with what was received' out '^\[00:00:[0-9.]+\] worker: received message 0$'
says 'and deleted' out '^\[00:00:[0-9.]+\] worker: deleted message 0$'
says 'before the summary' out '^good: One worker'
run "$QUEUELAB" run good.json --duration 10m --replications 1 --log
is 'a long timeline is cut' "$(grep -c '^\[' "$scratch/out")" 1000
says 'and says so' out '^\.\.\. and [0-9]+ more$'
run "$QUEUELAB" run good.json --log --json
status_is 'two cannot have the standard output' 2
cat >practice.json <<'JSON'
{ "version": 1, "experiment": { "drain": true, "replications": 2 },
  "queues": { "jobs": { "VisibilityTimeout": 1, "RedrivePolicy": { "deadLetterTargetArn": "dead", "maxReceiveCount": 1 } }, "dead": {} },
  "producers": { "publisher": { "to": "jobs", "messages": 3, "arrivals": { "process": "paced", "rate": 1 },
      "message": { "body": { "numbered": 3, "prefix": "Message " } } } },
  "consumers": { "subscriber": { "from": "jobs", "pollInterval": "500ms", "service": 0,
      "failure": { "probability": 1 } } } }
JSON
run "$QUEUELAB" run practice.json --log
says 'bodies are said' out '^\[00:00:01.000\] publisher: sent Message 0$'
says 'an empty receive' out '^\[00:00:00.000\] subscriber: No message to consume\.$'
says 'a dead letter' out '^\[.*\] jobs: moved Message 0 to dead after 1 receive$'
says 'the order of receives is a line of the summary' out '^  receive 0 1 2    \(first replication\)$'
"$QUEUELAB" run - --out there <good.json >said 2>&1
is 'a scenario from the standard input' "$?" 0
ok 'has a name of its own' test -s there/stdin/result.json

# ---- what is not well ------------------------------------------------------------------------------
scenario 1 "$brief" >hope.json
run "$QUEUELAB" run hope.json
status_is 'a failed expectation' 1
says 'says FAILED' out '^FAILED  0 of 1 expectation holds'
says 'with its numbers' out 'orders lost count is 0, expected == 1'
ok 'its result is written nevertheless' test -s out/hope/result.json
run "$QUEUELAB" run hope.json --quiet
says '--quiet says what failed' err '^hope.json: expectation failed: orders lost '
mkdir other && cp good.json other/last.json
run "$QUEUELAB" run good.json hope.json other/last.json
status_is 'of several files the worst counts' 1
cp good.json other/good.json
run "$QUEUELAB" run good.json other/good.json
status_is 'two files of one name' 2
says 'would write to one folder' err 'good.json and other/good.json would both write to out/good'

sed 's/"lost"/"losst"/' good.json >typo.json
run "$QUEUELAB" run typo.json --out typo
status_is 'a metric that nobody measures' 2
says 'is guessed' err 'typo.json:[0-9]+:[0-9]+: .*"losst", did you mean "lost"\?'
ok 'and nothing is written' test ! -e typo
sed 's/"duration"/"durration"/' good.json >bad.json
run "$QUEUELAB" run bad.json --out bad
status_is 'a mistake in the file' 2
ok 'nothing is written for it' test ! -e bad
run "$QUEUELAB" run none.json
status_is 'no such file' 3

# ---- where results cannot go -----------------------------------------------------------------------
: >file
run "$QUEUELAB" run good.json --out file/below
status_is 'a folder below a file' 3
says 'why it cannot be' err '^queuelab: cannot create the folder file: '
mkdir -p mine/good
: >mine/good/thesis
run "$QUEUELAB" run good.json --out mine
status_is 'a folder that is no result is not replaced' 3
ok 'and keeps what it has' test -e mine/good/thesis
if [ -e /dev/full ]; then
    "$QUEUELAB" run good.json >/dev/full 2>said
    is 'a full standard output' "$?" 3
    says_full=$(grep '^queuelab' said)
    is 'is said' "$says_full" 'queuelab: cannot write to the standard output'
fi
if mkdir full && mount -t tmpfs -o size=64k none full 2>/dev/null; then
    run "$QUEUELAB" run good.json --out full/out
    left=$(ls full)
    umount full
    status_is 'a full disk' 3
    says 'which file did not fit' err 'cannot write [a-z0-9F]*\.[a-z]*: No space left'
    is 'and no half result is left' "$left" ''
    is 'nor said to be there' "$(grep -cE '^(results|figures|next):' "$scratch/out")" 0
fi

# ---- interruption ----------------------------------------------------------------------------------
scenario 0 '"duration": "10m", "replications": 100000' >long.json
# A shell makes its background jobs deaf to SIGINT; a session of its own hears it.
"$QUEUELAB" run long.json >said 2>&1 &
process=$!
sleep 1
kill -INT "$process"
wait "$process"
is 'an interrupted run' "$?" 130
ok 'says so' grep -q '^interrupted ' said
ok 'keeps what was finished' grep -q '"interrupted": true' out/long/result.json
ok 'with at least one replication' grep -q '^,,1,orders,' out/long/metrics.csv

# ---- the bar ---------------------------------------------------------------------------------------
if script --version 2>/dev/null | grep -q util-linux; then
    scenario 0 '"duration": "10m", "replications": 100000' >bar.json
    script -qec "timeout -s INT 2 '$QUEUELAB' run bar.json" /dev/null >bar 2>&1 </dev/null
    ok 'a terminal sees a bar' grep -aqE '\[#*\.*\] [0-9]+/100000, [^,]* left' bar
    ok 'with the half-width of what matters most' grep -aqE 'left, orders sojourn \+-[0-9.]+ %' bar
fi

done_testing
