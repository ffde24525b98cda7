#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `queuelab schema`, and that it judges as the loader does: under draft-07, which it declares, and under
# 2020-12 every shipped scenario is valid, and a file that breaks a rule of its rows is refused by both.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
catalogue=$(cd "${0%/*}/../../scenarios" && pwd) || exit 1
cd "$scratch" || exit 1

run "$QUEUELAB" schema --markdown
status_is 'the reference is written' 0
says 'it begins with its title' out '^# Reference$'
run "$QUEUELAB" schema file.json
status_is 'an operand is refused' 2
silent 'and nothing else is said on the standard output' out
run "$QUEUELAB" schema
status_is 'the schema is written' 0
silent 'and nothing is said beside it' err
cp out schema.json
run "$QUEUELAB" schema
ok 'it is the same each time' cmp out schema.json

run "$QUEUELAB" help queue sqs_standard
says 'help of a kind by two words' out '^sqs_standard, a kind of queue'
run "$QUEUELAB" help queue
says 'help of a group lists it' out '^  sqs_fifo '
run "$QUEUELAB" help queue sqs_fif
status_is 'help of no such kind' 2
says 'a kind of that group is guessed' err 'did you mean "sqs_fifo"\?'
run "$QUEUELAB" help burst
says 'help shows what is in a list' out '^    sojourn '
run "$QUEUELAB" help experiment
says 'help of a section' out '^  replications '

if ! python3 -c 'import jsonschema' 2>/dev/null; then
    tap_line 0 'validation # SKIP python3-jsonschema is not installed'
    done_testing
    exit
fi

cat >judge.py <<'PYTHON'
# Prints "valid DRAFT FILE" or "broken DRAFT FILE: where: why" for each file.
import json
import os
import sys
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import best_match

with open("schema.json") as file:
    schema = json.load(file)
for name, draft in ("draft-07", Draft7Validator), ("2020-12", Draft202012Validator):
    draft.check_schema(schema)
    validator = draft(schema)
    for path in sys.argv[1:]:
        with open(path) as file:
            error = best_match(validator.iter_errors(json.load(file)))
        word = os.path.basename(path)
        if error is None:
            print("valid", name, word)
        else:
            print("broken", name, word + ":", "/".join(map(str, error.absolute_path)) + ":", error.message[:200])
PYTHON

# ---- what is shipped -----------------------------------------------------------------------------

python3 judge.py "$catalogue"/*.json >verdicts 2>trouble
is 'the schema is one of both drafts' "$(cat trouble)" ''
for file in "$catalogue"/*.json; do
    name=${file##*/}
    for draft in draft-07 2020-12; do
        is "$name is valid under $draft" "$(grep -F " $draft $name" verdicts)" "valid $draft $name"
    done
done

# ---- what is broken ------------------------------------------------------------------------------

mkdir files
cat >files/good.json <<'JSON'
{
  "x-note": "keys that begin so are ignored",
  "title": "A queue",
  "lecture": { "topic": "queues" },
  "profile": "aws-2026-11",
  "experiment": { "seed": "0xff", "duration": "1h", "replications": 3, "warmup": "auto" },
  "network": { "request": { "dist": "lognormal", "mean": "5ms", "cv": 1 } },
  "queues": { "orders": { "ReceiveMessageWaitTimeSeconds": 20, "VisibilityTimeout": 60, "x-note": 1 } },
  "producers": { "web": { "to": "orders", "arrivals": { "process": "poisson", "rate": "2/s" }, "batch": { "size": 10 } } },
  "consumers": { "worker": { "from": "orders", "service": "20s", "failure": { "mode": "crash" } } },
  "faults": [],
  "variants": { "plain": {}, "short": { "/queues/orders/VisibilityTimeout": 30 } },
  "sweep": { "/experiment/maxReplications": [ 100, 200 ], "zip": false },
  "expect": [ { "entity": "orders", "metric": "lost", "stat": "count", "is": "within", "value": 0, "tolerance": "5%" } ],
  "figures": [ "F24" ]
}
JSON

# Each line: a name, and what makes the good file break a rule of the rows.
cat >mistakes <<'SED'
an-unknown-section        s/"lecture"/"lectures"/
an-unknown-key            s/"VisibilityTimeout": 60/"VisiblityTimeout": 60/
above-the-maximum         s/"VisibilityTimeout": 60/"VisibilityTimeout": 43201/
below-the-minimum         s/"VisibilityTimeout": 60/"VisibilityTimeout": -1/
not-a-whole-number        s/"VisibilityTimeout": 60/"VisibilityTimeout": 1.5/
aws-has-no-units          s/"VisibilityTimeout": 60/"VisibilityTimeout": "60s"/
a-wrong-type              s/"VisibilityTimeout": 60/"VisibilityTimeout": true/
a-name-that-aws-refuses   s/"orders"/"my orders"/g
the-name-of-the-whole     s/"orders"/"scenario"/g
a-required-key-missing    s/"to": "orders", //
a-number-without-a-unit   s/"1h"/"90"/
an-unknown-unit           s/"1h"/"1w"/
an-unknown-rate           s/"2\/s"/"2\/y"/
too-large-a-batch         s/"size": 10/"size": 11/
an-unknown-word           s/"crash"/"explode"/
an-unknown-process        s/"poisson"/"poison"/
another-process's-key     s/"rate": "2\/s"/"rate": "2\/s", "speedup": 2/
an-unknown-distribution   s/"lognormal"/"lognorm"/
another-family's-key      s/"cv": 1/"cv": 1, "shape": 1/
a-negative-mean           s/"5ms"/-5/
an-unknown-profile        s/"aws-2026-11"/"aws-2006"/
a-newer-version           s/"title"/"version": 2, "title"/
a-seed-that-is-none       s/"0xff"/"ff"/
an-unknown-figure         s/F24/F25/
a-figure-that-is-no-text  s/"F24"/24/
what-has-no-model-yet     s/"faults": \[\]/"faults": [ { "kind": "crash" } ]/
no-comparison             s/"within"/"about"/
an-expectation-of-nobody  s/"entity": "orders", //
no-tolerance              s/"5%"/"five"/
a-variant-that-is-a-list  s/"plain": {}/"plain": []/
no-pointer-in-a-variant   s/"\/queues\/orders\/V/"V/
no-pointer-in-a-sweep     s/"\/experiment\/maxR/"maxR/
an-axis-without-values    s/\[ 100, 200 \]/[]/
an-axis-that-is-no-list   s/\[ 100, 200 \]/1/
SED

while read -r name edit; do
    sed "$edit" files/good.json >"files/$name.json"
    cmp -s files/good.json "files/$name.json" && echo "$name: nothing was edited"
done <mistakes >unedited
is 'each mistake is made' "$(cat unedited)" ''
python3 judge.py files/*.json >verdicts 2>trouble
is 'the validator had no trouble' "$(cat trouble)" ''

run "$QUEUELAB" check files/good.json
status_is 'the loader takes the good file' 0
is 'and so does the schema' "$(grep -c '^valid .* good\.json$' verdicts)" 2
while read -r name edit; do
    run "$QUEUELAB" check "files/$name.json"
    status_is "$name: the loader refuses" 2
    is "$name: the schema refuses in both drafts" "$(grep -Fc " $name.json: " verdicts)" 2
done <mistakes

done_testing
