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
