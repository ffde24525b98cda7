#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `queuelab check` says of scenario files, and its exit status: 0 sound, 2 mistakes, 3 no such file.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
cd "$scratch" || exit 1

check() {
    run "$QUEUELAB" check "$@"
}

# line TITLE TEXT: standard error has exactly this line.
line() {
    grep -Fxq -- "$2" err && { tap_line 0 "$1"; return 0; }
    tap_line 1 "$1"
    { echo "no such line: $2"; cat err; } | sed 's/^/# /'
}

# ---- sound files ---------------------------------------------------------------------------------

cat >good.json <<'JSON'
{
  "version": 1,
  "title": "A queue",
  "experiment": { "duration": "1h" },
  "queues": {
    "orders": { "ReceiveMessageWaitTimeSeconds": 20,
                "RedrivePolicy": { "deadLetterTargetArn": "orders-dlq", "maxReceiveCount": 5 } },
    "orders-dlq": {}
  },
  "producers": { "web": { "to": "orders", "arrivals": { "process": "poisson", "rate": "2/s" } } },
  "consumers": { "worker": { "from": "orders", "service": { "dist": "exponential", "mean": "20s" } } },
  "variants": { "vt30": {}, "vt120": { "/queues/orders/VisibilityTimeout": 120 } },
  "expect": [ { "entity": "orders", "metric": "lost", "stat": "count", "is": "==", "value": 0 } ],
  "figures": [ "F8" ]
}
JSON
check good.json
status_is 'a sound file has status 0' 0
silent 'a sound file leaves standard error empty' err
is 'what to do next is said' "$(tail -n 1 out)" 'next: queuelab run good.json'
ok 'nothing is written but what the test wrote' test "$(find . -type f ! -name ok ! -name out ! -name err)" = ./good.json

{ echo '// a comment'; sed 's/"figures"/\/\* another \*\/ "figures"/' good.json; } >good.jsonc
check good.jsonc
status_is 'a *.jsonc file may have comments' 0
cp good.jsonc comments.json
check comments.json
status_is 'a *.json file may not' 2
line 'and is told so' 'comments.json:1:1: JSON has no comments (a *.jsonc file may have them)'

run sh -c '"$1" check - <good.json' sh "$QUEUELAB"
status_is '- is standard input' 0

# ---- one mistake each ------------------------------------------------------------------------------

# mistake TITLE SED-SCRIPT LINE: good.json, edited, has exactly this mistake.
mistake() {
    sed "$2" good.json >bad.json
    check bad.json
    status_is "$1: status 2" 2
    is "$1" "$(cat err)" "$3"
    silent "$1: nothing on standard output" out
}

mistake 'a malformed file' '3s/,$//' \
    "bad.json:4:3: expected ',' or '}' after a value"
mistake 'a key given twice' '4s/.*/"title": "again",/' \
    'bad.json:4:1: duplicate key "title" (first at line 3)'
mistake 'an unknown key' '8s/{}/{ "VisiblityTimeout": 3 }/' \
    'bad.json:8:21: /queues/orders-dlq: unknown key "VisiblityTimeout", did you mean "VisibilityTimeout"?'
mistake 'a value out of range' '8s/{}/{ "VisibilityTimeout": 50000 }/' \
    'bad.json:8:42: /queues/orders-dlq/VisibilityTimeout: 50000 is above the maximum 43200 (12 hours)'
mistake 'a value of the wrong type' '8s/{}/{ "VisibilityTimeout": true }/' \
    'bad.json:8:42: /queues/orders-dlq/VisibilityTimeout: expected a number, found true or false'
mistake 'a bare number as text' '4s/1h/90/' \
    'bad.json:4:31: /experiment/duration: a duration needs a unit: write "90s" or the number 90'
mistake 'a name that resolves to nothing' '10s/"to": "orders"/"to": "ordrs"/' \
    'bad.json:10:33: /producers/web/to: there is no "ordrs", did you mean "orders"?'
mistake 'a name of another kind' '11s/"from": "orders"/"from": "web"/' \
    'bad.json:11:38: /consumers/worker/from: "web" is a producer; a consumer reads from a queue'
mistake 'dead-letter queues in a ring' \
    '8s/{}/{ "RedrivePolicy": { "deadLetterTargetArn": "orders", "maxReceiveCount": 1 } }/' \
    'bad.json:7:59: /queues/orders/RedrivePolicy/deadLetterTargetArn: dead-letter queues in a ring: orders -> orders-dlq -> orders'
mistake 'a dead-letter queue of the other kind' 's/"orders-dlq"/"dlq.fifo"/; 8s/{}/{ "FifoQueue": true }/' \
    'bad.json:7:59: /queues/orders/RedrivePolicy/deadLetterTargetArn: "dlq.fifo" is a FIFO queue; the dead-letter queue of a standard queue is a standard queue'
mistake 'a FIFO name without the attribute' 's/"orders-dlq"/"dlq"/; 8s/}*,*$/},"x.fifo": {}/' \
    'bad.json:8:25: /queues/x.fifo: a queue whose name ends in .fifo needs "FifoQueue": true'
mistake 'a loop that cannot advance' '6s/"ReceiveMessageWaitTimeSeconds": 20/"DelaySeconds": 0/' \
    'bad.json:11:18: /consumers/worker: worker polls without waiting: give WaitTimeSeconds, pollInterval or a network latency'
mistake 'no end' '4s/"duration": "1h"//' \
    'bad.json:4:17: /experiment: give a duration, or messages to every producer'
mistake 'a mistake in a variant' '12s/: 120/: 50000/' \
    'bad.json:12:76: /queues/orders/VisibilityTimeout: 50000 is above the maximum 43200 (12 hours)'
mistake 'a pointer to nothing' '12s/Visibility/Visiblity/' \
    'bad.json:12:40: /queues/orders/VisiblityTimeout: unknown key "VisiblityTimeout", did you mean "VisibilityTimeout"?'
mistake 'an expectation of nobody' '13s/orders/ordres/' \
    'bad.json:13:27: /expect/0/entity: there is no "ordres", did you mean "orders"?'
mistake 'an unknown figure' '14s/F8/F25/' \
    'bad.json:14:16: /figures/0: unknown figure "F25": they are F1 to F24 and sweep'
mistake 'a newer version' '2s/1/2/' \
    'bad.json:2:14: /version: version 2 is newer than this program reads (1): get a newer queuelab'

# ---- traces --------------------------------------------------------------------------------------------

trace='10s/{ "process": "poisson", "rate": "2\/s" }/{ "process": "trace", "file": "t.csv" }/'
printf 'time\n0\n1\n' >t.csv
sed "$trace" good.json >traced.json
check traced.json
status_is 'a trace in order is sound' 0
: >t.csv
mistake 'an empty trace' "$trace" \
    'bad.json:10:85: /producers/web/arrivals: t.csv line 0: the file is empty'
printf 'time\n2\n1\n' >t.csv
mistake 'a trace out of order' "$trace" \
    'bad.json:10:85: /producers/web/arrivals: t.csv line 3: the time 1 is before the one above (2)'

# ---- many at once ----------------------------------------------------------------------------------------

sed '4s/1h/1/; 7s/maxReceiveCount": 5/maxReceiveCount": 0/; 14s/F8/F0/' good.json >many.json
check many.json
is 'all mistakes are said in one go, in the order of the file' "$(cat err)" \
'many.json:4:31: /experiment/duration: a duration needs a unit: write "1s" or the number 1
many.json:7:92: /queues/orders/RedrivePolicy/maxReceiveCount: 0 is below the minimum 1
many.json:14:16: /figures/0: unknown figure "F0": they are F1 to F24 and sweep'

awk 'BEGIN { print "{ \"queues\": {"; for (i = 1; i <= 25; i++) printf "\"q%d\": { \"Delay\": 1 }%s\n", i, i < 25 ? "," : ""; print "} }" }' >long.json
check long.json
status_is 'a file with 25 mistakes has status 2' 2
is 'twenty are shown, and how many more there are' "$(wc -l <err | tr -d ' ') $(tail -n 1 err)" \
    '21 ... and 5 more mistakes'

check good.json many.json
status_is 'of several files one with mistakes spoils the status' 2
ok 'and only that one is named' sh -c '! grep -q good.json err && grep -q many.json err'

# ---- overrides, files, usage ---------------------------------------------------------------------------

check --set /queues/orders/VisibilityTimeout=60 good.json
status_is 'a sound override' 0
check --set /queues/orders/VisibilityTimout=60 good.json
status_is 'an override of what does not exist' 2
line 'is named with a guess' \
    '--set: /queues/orders/VisibilityTimout: unknown key "VisibilityTimout", did you mean "VisibilityTimeout"?'

check nowhere.json
status_is 'a file that is not there has status 3' 3
says 'and is named' err 'nowhere\.json'
check
status_is 'no file is a mistake of usage' 2

done_testing
