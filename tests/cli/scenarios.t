#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The catalogue's expectations can fail: each scenario holds as it is, and is refused (status 1) once its
# lesson is made false.  Long sweeps are cut to one point, and nothing is drawn.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
catalogue=$(cd "${0%/*}/../../scenarios" && pwd) || exit 1
cd "$scratch" || exit 1

# scenario NAME [SED...]: copies a scenario, with edits, as NAME.json.
scenario() {
    name=$1
    shift
    set -- -e 's/"figures": \[.*\]/"figures": []/' "$@"
    sed "$@" "$catalogue/$name.json" >"$name.json"
}

simulate() {
    run "$QUEUELAB" run --quiet --progress never --out results "$name.json" "$@"
}

# holds [OPTION...]: every expectation holds.
holds() {
    simulate "$@"
    status_is "$name holds" 0
}

# refuses WHY REGEX [OPTION...]: an expectation fails, and is named.  What is wrong is too wrong for chance:
# few replications show it.
refuses() {
    why=$1
    regex=$2
    shift 2
    simulate --replications 4 "$@"
    status_is "$name is refused: $why" 1
    says "$name says what failed: $why" err "expectation failed: .*$regex"
}

scenario 01-code-along-queue
holds
# Of two messages half of the seeds draw the wrong one first.
refuses 'the store shuffles' 'saw 8 5' --seed 2 --set /queues/queue/storage/reorderWindow=9
refuses 'nothing is deleted' 'NumberOfMessagesReceived' \
    --set /consumers/consumer/acknowledge=never --set /queues/queue/VisibilityTimeout=1

scenario 02-hello-sqs
holds
refuses 'a receive deletes' 'lost count is 0' --set /consumers/console/acknowledge=beforeWork
refuses 'another timeout' 'receives count is 4' --set /queues/hello/VisibilityTimeout=50

scenario 03-prac-standard
holds
refuses 'every server is asked' 'outOfOrder count is 0' --set /queues/csse6400_prac/storage/shortPollServers=4
refuses 'the store duplicates' 'duplicates count' --set /queues/csse6400_prac/storage/duplicateOnReceive=0.1

scenario 04-prac-fifo
holds
# The same on a standard queue.
scenario 04-prac-fifo -e 's/csse6400_prac\.fifo/csse6400_prac/g' -e 's/"deduplication": "content", //' \
    -e 's/"FifoQueue": true.*true/"storage": { "servers": 4, "shortPollServers": 3 }/' -e '/"deduplicated"/d'
refuses 'the queue is a standard one' 'outOfOrder count'

scenario 05-prac-fifo-rerun
holds
refuses 'the rerun comes later' 'after 2 min: .* deduplicated count is 0' --set /producers/second-run/start=6m
refuses 'ids are no bodies' 'after 2 min: .* deduplicated count is 0' \
    --set /producers/second-run/message/deduplication=unique

scenario 10-coffee-shop
busy='--set /producers/guests/arrivals/rate=0.8/min --set /experiment/duration=8d'
# shellcheck disable=SC2086 # several words
holds $busy
# shellcheck disable=SC2086
refuses 'service varies more' 'M/M/1.*sojourn' $busy \
    --set '/consumers/barista/service={"dist": "gamma", "mean": "1m", "shape": 0.25}'
# shellcheck disable=SC2086
refuses 'guests come evenly' 'M/D/1.*sojourn' $busy --set /producers/guests/arrivals/process=paced

scenario 17-visibility-sweep
holds --set /queues/orders/VisibilityTimeout=30
refuses 'workers are busy' 'visitWaiting' --set /queues/orders/VisibilityTimeout=12 --set /consumers/worker/count=60
refuses 'the store duplicates' 'exponential.*duplicates rate' --set /queues/orders/VisibilityTimeout=30 \
    --set /queues/orders/storage/duplicateOnReceive=0.02

scenario 19-batch-visibility-trap
holds
refuses 'the batch is done in time' 'duplicates count is 0, expected == 4' --set /consumers/worker/service=2s

scenario 20-poison-dlq
holds
refuses 'four tries' 'receives rate is 4, expected == 3' --set /queues/jobs/RedrivePolicy/maxReceiveCount=4
refuses 'other luck' 'bad luck: jobs deadLettered' --set /consumers/worker/failure/probability=0.22

scenario 27-standard-vs-fifo
holds --set /producers/web/arrivals/rate=5000/s
scenario 27-standard-vs-fifo -e 's/"FifoQueue": true/"FifoQueue": true, "quotas": false/'
refuses 'there are no quotas' 'FIFO.*throughput' --set /producers/web/arrivals/rate=1000/s
scenario 27-standard-vs-fifo -e 's/, "FifoThroughputLimit": "perMessageGroupId"//'
refuses 'high throughput is off' 'high throughput.*throughput' --set /producers/web/arrivals/rate=5000/s

done_testing
