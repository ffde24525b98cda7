#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `queuelab theory`: what applies, with its value beside the simulation's, and why the rest does not.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

poisson='"arrivals": { "process": "poisson", "rate": 8 }'
work='"service": { "dist": "exponential", "mean": "100ms" }'
cat >one.json <<JSON
{ "version": 1, "title": "One queue", "experiment": { "duration": "20m", "horizon": "steady", "replications": 10 },
  "queues": { "orders": { "ReceiveMessageWaitTimeSeconds": 20 } },
  "producers": { "web": { "to": "orders", $poisson } },
  "consumers": { "worker": { "from": "orders", $work } },
  "variants": { "one": {}, "three": { "/consumers/worker/count": 3 } } }
JSON
run "$QUEUELAB" theory one.json
status_is 'theory is well' 0
says 'M/M/1: 0.1 / (1 - 0.8) s' out '^  one +M/M/1 \(also M/M/c, M/G/1, G/G/1\) +time in the queue, mean +0\.5 s$'
says 'Erlang C, with its number of workers' out '^  three +M/M/3 +time in the queue, mean +0\.102 s$'
is 'what says the same is said once' "$(grep -c 'time in the queue, mean' "$scratch/out")" 2
says 'what does not apply has a reason' out '^  no M/M/1, M/D/1, M/G/1, G/G/1, long polling: there is more than one worker \(in 1 of 2 places\)$'
says 'of everything' out '^  no p\^n: no attempt fails by chance alone$'
says 'the next command' out '^next: queuelab theory one.json --run$'
run "$QUEUELAB" theory one.json --set '/producers/web/arrivals={"process": "renewal", "interval": {"dist": "uniform", "low": "50ms", "high": "200ms"}}'
says 'an approximation is called one' out '^  one +G/G/1, approximately '
run "$QUEUELAB" theory one.json --set /consumers/worker/service=0.1
says 'with what is set' out '^  one +M/D/1 \(also M/G/1, G/G/1\) +time in the queue, mean +0\.3 s$'
run "$QUEUELAB" theory one.json --run
says 'the simulation stands beside it' out '^  three +M/M/3 +time in the queue, mean +0\.102 s +0\.1[0-9]* s +0\.1[0-9]* \.\. 0\.1[0-9]* s +[0-9.]+ % off'
ok 'and no result is kept' test ! -e out
"$QUEUELAB" run one.json --quiet
"$QUEUELAB" theory one.json --run | grep -v '^next' >1
run "$QUEUELAB" theory out/one
ok 'a result says the same' cmp 1 "$scratch/out"

# 0.15 s of work, 0.0025 s^2 of variance, 4 a second: 0.15 + 4 (0.0025 + 0.0225) / 0.8 = 0.275 s.
mkdir beside
printf '0.1\n0.2\n' >beside/works.csv
sed 's/"rate": 8/"rate": 4/; s/"service": {[^}]*}/"service": { "dist": "empirical", "file": "works.csv" }/' one.json >beside/file.json
run "$QUEUELAB" theory beside/file.json
says 'work from a file beside the scenario' out '^  one +M/G/1 \(also G/G/1\) +time in the queue, mean +0\.275 s$'

cat >room.json <<JSON
{ "version": 1, "experiment": { "duration": "2h", "replications": 10 },
  "downstreams": { "db": { "capacity": 4, $work } },
  "producers": { "web": { "to": "db", $poisson, "retry": { "attempts": 1 } } } }
JSON
run "$QUEUELAB" theory room.json --run
# 8 x 0.2 x 0.8^4 / (1 - 0.8^5) = 0.975 a second.
says 'M/M/1/K' out '^  M/M/1/K +refused per second +0\.975/s +0\.9[0-9]+/s +0\.9[0-9]+ \.\. (1|0\.9[0-9]+|1\.0[0-9])/s +[0-9.]+ % off$'
cat >chain.json <<JSON
{ "version": 1, "experiment": { "duration": "1h", "horizon": "steady", "replications": 10 },
  "queues": { "a": { "ReceiveMessageWaitTimeSeconds": 20 }, "b": { "ReceiveMessageWaitTimeSeconds": 20 } },
  "producers": { "web": { "to": "a", $poisson } },
  "consumers": { "first": { "from": "a", $work, "then": [ { "to": "b" } ] }, "second": { "from": "b", "count": 2, $work } } }
JSON
run "$QUEUELAB" theory chain.json --run
# 0.5 s, and 0.1 / (1 - 0.4^2) = 0.119 s.
says 'a tandem of queues' out '^  tandem +time through all queues, mean +0\.619 s +0\.[56][0-9]* s '
says 'what is fed by another queue is no station by itself' out '^  no M/M/1, M/M/c, .*: others than producers send to it$'
run "$QUEUELAB" theory chain.json --set /consumers/first/failure/probability=0.1
says 'what breaks the chain is named' out '^  no tandem: a: "failure" of first is not in the formula$'

run "$QUEUELAB" theory
status_is 'theory of nothing' 2
run "$QUEUELAB" theory none.json
status_is 'of a file that is not there' 3
run "$QUEUELAB" theory out/one --run
status_is 'a result is not run again' 2

done_testing
