#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A recorded workload through a queue: every row arrives, and the work done is the column times its
# scale.  The synthetic trace always; the recorded ones where their folder is beside the checkout.
. tests/tools/tap.sh

# replay NAME FILE ROWS WORK_S: ROWS arrivals, and utilisation x workers x time = WORK_S to 1 in 1e6.
replay() {
    cat >"$scratch/$1.json" <<JSON
{ "version": 1,
  "experiment": { "drain": true, "replications": 1 },
  "queues": { "requests": { "VisibilityTimeout": 3600 } },
  "producers": { "web": { "to": "requests", "arrivals": { "process": "trace", "file": "$2",
      "time": "TIMESTAMP", "size": "ContextTokens",
      "service": { "column": "GeneratedTokens", "scale": "25ms" } } } },
  "consumers": { "gpu": { "from": "requests", "count": 40, "WaitTimeSeconds": 20,
      "service": { "dist": "message" } } },
  "expect": [
    { "entity": "web", "metric": "sent", "stat": "count", "is": "==", "value": $3 },
    { "entity": "gpu", "metric": "processed", "stat": "count", "is": "==", "value": $3 } ] }
JSON
    ok "$1: every row arrives and is processed" \
        "$QUEUELAB" run --quiet --out "$scratch/results" "$scratch/$1.json"
    ok "$1: the work is the column times its scale" \
        awk -F, -v work="$4" '$4 == "gpu" && $5 == "busyWorkers" && $6 == "mean" { busy = $8 }
            $4 == "scenario" && $5 == "simulatedTime" { time = $8 }
            END { off = busy * time / work - 1; exit !(off < 1e-6 && off > -1e-6) }' \
        "$scratch/results/$1/metrics.csv"
}

# rows FILE and work FILE: computed here, by other means.
rows() { awk 'NR > 1 { n++ } END { print n }' "$1"; }
work() { awk -F, 'NR > 1 { n += $3 } END { printf "%.3f", n * 0.025 }' "$1"; }

here=$(pwd)
trace=$here/scenarios/trace/synthetic.csv
replay synthetic "$trace" "$(rows "$trace")" "$(work "$trace")"
for name in azure-llm-code-2023 azure-llm-conversation-2023; do
    trace=$here/../shared/traces/$name.csv
    if [ -r "$trace" ]; then
        replay "$name" "$trace" "$(rows "$trace")" "$(work "$trace")"
    else
        echo "# $name: skipped, the recorded trace is not here"
    fi
done

# A result is read back from wherever it and the reader are, as long as the trace is where it was, or
# lies beside the result.
case $QUEUELAB in /*) ;; *) QUEUELAB=$here/$QUEUELAB ;; esac
mkdir -p "$scratch/project/traces" "$scratch/elsewhere"
cp "$here/scenarios/trace/synthetic.csv" "$scratch/project/traces/requests.csv"
sed 's|"file": "[^"]*"|"file": "traces/requests.csv"|; s|"expect"|"variants": { "40": {}, "50": { "/consumers/gpu/count": 50 } }, "expect"|' \
    "$scratch/synthetic.json" >"$scratch/project/moved.json"
cd "$scratch/project" || exit 1
ok 'a trace beside the scenario' "$QUEUELAB" run --quiet moved.json
mv out/moved "$scratch/elsewhere/result"
cd "$scratch/elsewhere" || exit 1
read_back() {
    ok "$1: plot" "$QUEUELAB" plot result F3
    ok "$1: explain" "$QUEUELAB" explain result --message 3
    ok "$1: compare" "$QUEUELAB" compare result
    ok "$1: report" "$QUEUELAB" report result
}
read_back 'the trace is where it was'
mv "$scratch/project" "$scratch/renamed"
for command in 'explain result --message 3' 'compare result'; do
    run "$QUEUELAB" $command
    says "$command: the trace has gone" err \
        'result/moved\.json:.*: the file "traces/requests\.csv" that this was run with is gone from "/.*/project/traces/requests\.csv": copy it to "result/traces/requests\.csv"$'
done
mkdir result/traces && cp "$scratch/renamed/traces/requests.csv" result/traces/
read_back 'the trace lies beside the result'
cd "$here" || exit 1

printf 'TIMESTAMP,ContextTokens,GeneratedTokens\n5,1,1\n4,1,1\n' >"$scratch/unsorted.csv"
printf 'TIMESTAMP,ContextTokens,GeneratedTokens\n' >"$scratch/empty.csv"
for bad in unsorted empty; do
    sed "s|$here/scenarios/trace/synthetic.csv|$bad.csv|" "$scratch/synthetic.json" >"$scratch/$bad.json"
    run "$QUEUELAB" run --quiet --out "$scratch/results" "$scratch/$bad.json"
    status_is "$bad: exit status 2" 2
    says "$bad: the sentence names the file" err "$bad.csv"
    ok "$bad: nothing is written" test ! -e "$scratch/results/$bad"
done
done_testing
