#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `queuelab solve` against answers that are known from theory.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
catalogue=$(cd "${0%/*}/../../scenarios" && pwd)
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

# ---- how many consumers? ---------------------------------------------------------------------------
# Offered 8 erlangs, Erlang C: the mean wait is 0.2046 s with 10 workers, 0.0815 s with 11.
cat >workers.json <<'JSON'
{ "version": 1, "experiment": { "duration": "30m", "warmup": "2m", "replications": 20 },
  "queues": { "orders": { "ReceiveMessageWaitTimeSeconds": 20, "VisibilityTimeout": 600 } },
  "producers": { "web": { "to": "orders", "arrivals": { "process": "poisson", "rate": 8 } } },
  "consumers": { "worker": { "from": "orders", "service": { "dist": "exponential", "mean": "1s" } } },
  "expect": [ { "entity": "orders", "metric": "waiting", "stat": "mean", "is": "<", "value": 0.13 } ] }
JSON
workers='--parameter /consumers/worker/count'
run "$QUEUELAB" solve workers.json $workers --from 9 --to 20 --integer
status_is 'an answer is found' 0
says 'that of Erlang C' out '^11 is the least value for which all that is expected holds with 95 % confidence; with 10 it fails$'
says 'with its evidence' out '^ +10  fails  orders waiting mean +0\.[12][0-9]* s +0\.[12][0-9]* \.\. 0\.[0-9]+ s +< 0\.13 s$'
says 'and the next command' out '^next: queuelab run workers.json --set /consumers/worker/count=11$'
silent 'without a warning' err
run "$QUEUELAB" solve workers.json $workers --from 12 --to 20 --integer
status_is 'where it always holds there is no bound' 1
says 'which is said' out '^what is expected holds at 12 and at 20: '
run "$QUEUELAB" solve workers.json $workers --from 9 --to 10 --integer --replications 4
status_is 'nor where it never does' 1
says 'which is said, too' out '^what is expected is not sure to hold at 9, nor at 10: widen the range'

# ---- which visibility timeout? ---------------------------------------------------------------------
# Duplicates are q/(1-q), q = exp(-VT/20): below 1 % from 20 ln 101 = 92.3 s on, with confidence a little
# later: 144,000 messages have 1,440 +- 80 duplicates there, which is 1 s.
cat >timeout.json <<'JSON'
{ "version": 1, "experiment": { "duration": "1h", "replications": 20 },
  "queues": { "orders": { "ReceiveMessageWaitTimeSeconds": 20 } },
  "producers": { "web": { "to": "orders", "arrivals": { "process": "poisson", "rate": 2 } } },
  "consumers": { "worker": { "from": "orders", "count": 80, "service": { "dist": "exponential", "mean": "20s" } } },
  "expect": [ { "entity": "orders", "metric": "duplicates", "stat": "rate", "is": "<", "value": 0.01 } ] }
JSON
run "$QUEUELAB" solve timeout.json --parameter /queues/orders/VisibilityTimeout --from 20 --to 180 --integer
status_is 'a timeout is found' 0
says 'of 93 to 98 s' out '^9[3-8] is the least value '
says 'what is not sure is open' out '^ +9[0-9]  open '

# ---- the greatest, on a grid -----------------------------------------------------------------------
run "$QUEUELAB" solve timeout.json --parameter /consumers/worker/service/mean --from 5 --to 13 --step 0.5 \
    --set /queues/orders/VisibilityTimeout=46 --replications 10
# 46 / ln 101 = 9.97 s.
says 'the greatest mean for a timeout' out '^9\.5 is the greatest value '

# ---- misuse ----------------------------------------------------------------------------------------
run "$QUEUELAB" solve workers.json
status_is 'a seek for nothing' 2
run "$QUEUELAB" solve workers.json --parameter /consumers/worker/count --from 5 --to 5
says 'an empty range' err '--from must be below --to'
run "$QUEUELAB" solve workers.json --parameter /consumers/worker/cuont --from 1 --to 5 --integer
status_is 'a parameter that is not there' 2
says 'is guessed' err 'did you mean "count"'
run "$QUEUELAB" solve workers.json $workers --from 0 --to 5 --integer --replications 2
status_is 'a value that cannot be' 2
run "$QUEUELAB" solve workers.json $workers --from 1 --to 5 --integer --set '/variants={"two":{"/consumers/worker/count":2}}'
says 'a variant that sets it' err 'the variant "two" sets /consumers/worker/count itself'
run "$QUEUELAB" solve workers.json $workers --from 9 --to 12 --integer --set /expect=null
says 'nothing expected' err 'expects nothing'
run "$QUEUELAB" solve workers.json $workers --from nine --to 12
status_is 'a bound that is no number' 2
run "$QUEUELAB" solve timeout.json --parameter /consumers/worker/service/mean --from 10ms --to 1
says 'nor is a text with a unit' err '--from 10ms: expected a number, of seconds'
run "$QUEUELAB" solve workers.json $workers --from 9 --to 12 --replications 2
says 'half a worker is hinted at' err 'give --integer'
run "$QUEUELAB" solve "$catalogue/17-visibility-sweep.json" --parameter /queues/orders/VisibilityTimeout --from 10 --to 12 \
    --integer --replications 2
says 'expectations that are silent there' err 'are about points of its sweep'

done_testing
