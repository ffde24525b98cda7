#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The catalogue's expectations can fail: a scenario that holds (`make scenarios` runs each as it is) is
# refused (status 1) once its lesson is made false.  Long sweeps are cut to one point, which holds by
# itself, and nothing is drawn.
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
# Of two messages half of the seeds draw the wrong one first.
refuses 'the store shuffles' 'saw 8 5' --seed 2 --set /queues/queue/storage/reorderWindow=9
refuses 'nothing is deleted' 'NumberOfMessagesReceived' \
    --set /consumers/consumer/acknowledge=never --set /queues/queue/VisibilityTimeout=1

scenario 02-hello-sqs
refuses 'a receive deletes' 'lost count is 0' --set /consumers/console/acknowledge=beforeWork
refuses 'another timeout' 'receives count is 4' --set /queues/hello/VisibilityTimeout=50

scenario 03-prac-standard
refuses 'every server is asked' 'outOfOrder count is 0' --set /queues/csse6400_prac/storage/shortPollServers=4
refuses 'the store duplicates' 'duplicates count' --set /queues/csse6400_prac/storage/duplicateOnReceive=0.1

scenario 04-prac-fifo
# The same on a standard queue.
scenario 04-prac-fifo -e 's/csse6400_prac\.fifo/csse6400_prac/g' -e 's/"deduplication": "content", //' \
    -e 's/"FifoQueue": true.*true/"storage": { "servers": 4, "shortPollServers": 3 }/' -e '/"deduplicated"/d'
refuses 'the queue is a standard one' 'outOfOrder count'

scenario 05-prac-fifo-rerun
refuses 'the rerun comes later' 'after 2 min: .* deduplicated count is 0' --set /producers/second-run/start=6m
refuses 'ids are no bodies' 'after 2 min: .* deduplicated count is 0' \
    --set /producers/second-run/message/deduplication=unique

scenario 06-decoupling
refuses 'C comes later' 'queue: orders ApproximateNumberOfMessagesVisible' --set /consumers/c/start=13m
refuses 'A ends what it has' 'queue: orders duplicates count is 0' --set /consumers/a/shutdown=graceful
scenario 06-decoupling -e 's/"restart": "2m"/"restart": "1m"/'
refuses 'A is back sooner' "C at A's address: shop failed count is 121"

scenario 07-consumer-outage
refuses 'the retention is shorter than the outage' 'orders lost count' --set /queues/orders/MessageRetentionPeriod=300
refuses 'work takes longer' '20 workers: orders ApproximateNumberOfMessagesVisible mean' \
    --set /consumers/worker/service/mean=1.2s

scenario 08-retention-expiry
refuses 'the worker is back soon' 'kept for 2 days: orders lost count is 0' --set /consumers/worker/failure/restart=1d
refuses 'dead letters are kept longer' 'jobs-dlq dwell mean' --set /queues/jobs-dlq/MessageRetentionPeriod=400000
refuses 'nobody gives up' 'jobs-dlq.fifo lost count is 0' --set /consumers/runner-fifo/failure/probability=0

scenario 09-traffic-smoothing
refuses 'the database takes 100 a second' 'queue: orders ApproximateNumberOfMessagesVisible' \
    --set /downstreams/database/service=50ms
refuses 'more workers than connections' 'queue: database waitingRequests' --set /consumers/writer/count=6
refuses 'callers wait' 'an endless line: shop failed' --set /producers/shop/timeout=5m

scenario 10-coffee-shop
busy='--set /producers/guests/arrivals/rate=0.8/min --set /experiment/duration=8d'
# shellcheck disable=SC2086 # several words
holds $busy
# shellcheck disable=SC2086
refuses 'service varies more' 'M/M/1.*sojourn' $busy \
    --set '/consumers/barista/service={"dist": "gamma", "mean": "1m", "shape": 0.25}'
# shellcheck disable=SC2086
refuses 'guests come evenly' 'M/D/1.*sojourn' $busy --set /producers/guests/arrivals/process=paced

scenario 11-granular-scaling
refuses 'jobs come in pairs' 'throughput' --set /producers/shop/batch/size=2 --set /producers/shop/arrivals/rate=200/s
scenario 11-granular-scaling -e 's/"count": 20,/"count": 20, "pollInterval": "100ms", /'
refuses 'workers rest between jobs' 'count 10: jobs throughput' --set /queues/jobs/ReceiveMessageWaitTimeSeconds=0

scenario 12-meme-site
refuses 'fewer may come' 'boots in 120 s: renderers instances max' \
    --set /consumers/renderers/autoscaling/max=30
refuses 'one datapoint is enough' 'boots in 120 s: memes ApproximateNumberOfMessagesVisible max' \
    --set /consumers/renderers/autoscaling/outPeriods=1

scenario 13-meme-worker-lost
refuses 'a job is deleted before its work' 'memes duplicates count' --set /consumers/renderers/acknowledge=beforeWork
refuses 'the timeout is 2 min' 'timeout 60 s: memes sojourn max' --set /queues/memes/VisibilityTimeout=120

scenario 14-travel-site
refuses 'three airlines are asked' 'all ten: collector chainLatency' --set /consumers/app-server/then/0/count=3 \
    --set /consumers/collector/join/of=3
refuses 'the first eight are all' 'chainLatency mean' --set /consumers/app-server/then/0/count=8
refuses 'another timeout' 'app servers crash: searches sojourn' --set /queues/searches/VisibilityTimeout=60
refuses 'airlines wait for each other' 'visitWaiting' --set /consumers/airline/count=5

scenario 15-pull-vs-push
refuses 'the topic is slow' 'topic and function: sender messageLatency' --set /topics/news/latency=2s
refuses 'deletes come ten at a time' 'ask every 20 s: inbox requests' --set /consumers/reader/deleteBatch=10
scenario 15-pull-vs-push -e 's/"\/consumers\/reader\/WaitTimeSeconds": 20/"\/consumers\/reader\/WaitTimeSeconds": 2/'
refuses 'long polls are short' 'long poll of 20 s: inbox requests'

scenario 16-long-poll-cost
refuses 'reading takes long' '0.1 messages/s.*requests count' --set /consumers/reader/service=4s
refuses 'ten are sent at once' '10 messages/s.*requests count' --set /producers/sender/batch/size=10
refuses 'there are two readers' '0.01 messages/s.*NumberOfEmptyReceives' --set /consumers/reader/count=2

scenario 17-visibility-sweep
holds --set /queues/orders/VisibilityTimeout=30
refuses 'workers are busy' 'visitWaiting' --set /queues/orders/VisibilityTimeout=12 --set /consumers/worker/count=60
refuses 'the store duplicates' 'exponential.*duplicates rate' --set /queues/orders/VisibilityTimeout=30 \
    --set /queues/orders/storage/duplicateOnReceive=0.02

scenario 18-visibility-heartbeat
refuses 'the heart beats too rarely' 'heartbeat.*duplicates rate' \
    --set '/variants/heartbeat={"/consumers/transcoder/heartbeat": {"every": "40s"}}'
refuses 'the job is shorter' 'archive duplicates count is 0' --set /consumers/archivist/service=11h

scenario 19-batch-visibility-trap
refuses 'the batch is done in time' 'duplicates count is 0, expected == 4' --set /consumers/worker/service=2s

scenario 20-poison-dlq
refuses 'four tries' 'orders duplicates count' --set /queues/orders/RedrivePolicy/maxReceiveCount=4
refuses 'the bug is still there' 'version-2 failures count' --set /consumers/version-2/poison=true
refuses 'the alarm is for many' 'dead letters lie there firstAlarm' --set '/alarms/dead letters lie there/threshold=50'
refuses 'they come back too early' 'orders-dlq ApproximateNumberOfMessagesVisible end' --set /queues/orders-dlq/redrive/0/at=10m

scenario 21-max-receive-sweep
three='--set /queues/jobs/RedrivePolicy/maxReceiveCount=3'
# shellcheck disable=SC2086 # several words
holds $three
# shellcheck disable=SC2086
refuses 'worse luck' 'p = 0.2: jobs deadLettered rate' $three --set /consumers/worker/failure/probability=0.3
# shellcheck disable=SC2086
refuses 'work outlasts the timeout' 'receives rate' $three --set /queues/jobs/VisibilityTimeout=2

scenario 22-fifo-unattempted-dlq
refuses 'batches of three' 'ten at a time: bookings.fifo deadLettered count is 3' \
    --set /consumers/worker/MaxNumberOfMessages=3
refuses 'the order does not matter' 'ten at a time: worker processed count is 9' --set /consumers/worker/perGroup=false

scenario 23-retry-storm
refuses 'workers wait for the answer' 'at once: prices waitingRequests max' --set /consumers/worker/timeout=10s
refuses 'the service is well' 'doubling pauses: orders ApproximateNumberOfMessagesVisible' --set /faults/0/factor=1
scenario 23-retry-storm -e 's/"failures": 5, "open": "5s"/"failures": 1000/' -e 's/"circuit breaker": {/& "\/consumers\/worker\/retry\/backoff": "1ms",/'
refuses 'the circuit never opens' 'circuit breaker: prices waitingRequests'

scenario 24-idempotent-payments
refuses 'notes are forgotten' 'conditional write.*doubleEffects count' \
    --set /consumers/charger/idempotency/ttl=1s
refuses 'a third of the chargers dies at once' 'no key.*effects rate is 1.*1.168' --set /faults/0/instances=10
scenario 24-idempotent-payments -e 's/"checkThenAct"/"conditionalWrite"/'
refuses 'both keys are written conditionally' 'key as in the notes.*effects rate is 1, '

scenario 25-delivery-guarantees
refuses 'no charger dies' 'at most once: charger effects count is 5000' --set /consumers/charger/failure/probability=0
refuses 'the timeout is long' 'FIFO: charger doubleEffects count is 0' --set /queues/payments.fifo/VisibilityTimeout=120
scenario 25-delivery-guarantees -e 's/conditionalWrite/checkThenAct/'
refuses 'the key is looked up first' 'FIFO and idempotent: charger effects rate'

scenario 26-producer-retry
holds --set /faults/0/share=0.01
refuses 'fewer replies are lost' 'standard.*NumberOfMessagesReceived' --set /faults/0/share=0.01 \
    --set /faults/0/duration=1m
scenario 26-producer-retry -e 's/"backoff": "6m", "maxBackoff": "6m"/"backoff": "4m", "maxBackoff": "4m"/'
refuses 'it tries again soon' 'FIFO, after 6 min.* deduplicated count' --set /faults/0/share=0.1

scenario 27-standard-vs-fifo
holds --set /producers/web/arrivals/rate=5000/s
scenario 27-standard-vs-fifo -e 's/"FifoQueue": true/"FifoQueue": true, "quotas": false/'
refuses 'there are no quotas' 'FIFO.*throughput' --set /producers/web/arrivals/rate=1000/s
scenario 27-standard-vs-fifo -e 's/, "FifoThroughputLimit": "perMessageGroupId"//'
refuses 'high throughput is off' 'high throughput.*throughput' --set /producers/web/arrivals/rate=5000/s

scenario 28-fifo-groups
holds --set /producers/web/message/group/groups=256
scenario 28-fifo-groups -e 's/exponent": 1.5/exponent": 0.1/'
refuses 'the groups are nearly even' 'Zipf 1.5.*throughput' --set /producers/web/message/group/groups=256
scenario 28-fifo-groups -e 's/"messages": 120200/"messages": 119000/'
refuses 'a receive sees far enough' 'behind.*throughput rate' --set /producers/web/message/group/groups=256
scenario 28-fifo-groups -e 's/jobs\.fifo/jobs/g; s/"FifoQueue": true, //'
refuses 'groups do not wait' 'even: jobs throughput rate is 1' --set /producers/web/message/group/groups=1

scenario 29-fair-queues
refuses 'nobody is ever noisy' 'waitingQuiet p99' --set /queues/jobs/noisyShare=1
refuses 'all are in time' 'no MessageGroupId: jobs waiting max' --set /consumers/worker/count=110

scenario 30-netflix-fanout
refuses 'the scaled fleet is small' 'fleets that scale: transcode waiting' \
    --set '/variants/new codec, fleets that scale/~1consumers~1transcoder~1autoscaling/max=50'
refuses 'metadata waits for a machine' 'metadata sojourn' --set /consumers/reader/service/mean=1.8s
scenario 30-netflix-fanout -e 's/"from": "thumbnail", "count": 4/"from": "transcode", "count": 4/'
refuses 'thumbnails are made from the transcoders queue' 'thumbnailer processed count'
scenario 30-netflix-fanout -e 's/"Endpoint": "metadata"/"Endpoint": "metadata", "FilterPolicy": { "is": ["long"] }/'
refuses 'one branch is filtered' 'NumberOfNotificationsDelivered count is 7200, expected == 10800'

scenario 31-ecommerce-order
refuses 'a failed order is deleted' 'orders deadLettered rate is 0' --set /consumers/payment/acknowledge=beforeWork
refuses 'nothing is released' 'released NumberOfMessagesSent' --set /consumers/payment/then/1/when=success
refuses 'all cards are good' 'no bug: orders deadLettered' --set /faults=null
refuses 'the retention ends first' 'lost count' --set /queues/orders/MessageRetentionPeriod=100

scenario 32-one-queue-three-services
refuses 'one service is slow' 'one queue: inventory processed count' --set /consumers/inventory/service/mean=1s
scenario 32-one-queue-three-services -e 's/"\/consumers\/notification\/from": "mails"/"\/consumers\/notification\/from": "stock"/'
refuses 'two services share a queue' 'a topic and three queues: notification processed count'

scenario 33-sns-routing
refuses 'a filter is gone' 'licences notificationsFilteredOut count is 0, expected == 600' \
    --set /topics/orders/subscriptions/1/FilterPolicy=null
refuses 'another threshold' 'fraud notificationsDelivered count' \
    --set '/topics/orders/subscriptions/2/FilterPolicy={"total": [{"numeric": [">=", 10]}]}'
refuses 'the fraud check keeps up' 'rush hour: fraud waiting' --set /consumers/fraud-check/count=10

scenario 34-push-endpoint-down
refuses 'the outage is short' 'pushed: alerts notificationsLost count is 0, expected == 174' --set /faults/0/duration=50s
refuses 'the queue keeps for ten minutes' 'queue: .* lost' --set /queues/inbox/MessageRetentionPeriod=600
refuses 'nobody asks again' 'queue, every second call fails: inbox NumberOfMessagesDeleted' \
    --set /queues/inbox/VisibilityTimeout=43200 --set /experiment/maxDuration=4h
refuses 'it tries but twice' 'pushed, every second call fails: alerts notificationsLost' \
    --set '/topics/alerts/DeliveryPolicy={"http": {"defaultHealthyRetryPolicy": {"numRetries": 1}}}'

scenario 35-claim-check
refuses 'the limit is lower' '1 MiB: pictures rejected rate' --set /queues/pictures/MaximumMessageSize=131072
refuses 'all are as large as their median' 'pictures requests count' --set /producers/camera/message/size=64KiB

scenario 40-lambda-consumer
refuses 'it grows quickly' 'from 0 to 100/s: jobs ApproximateNumberOfMessagesVisible' --set /functions/resize/scaling/perMinute=1200
refuses 'a job may come back a hundred times' 'reserved concurrency 5: jobs deadLettered' \
    --set /queues/jobs/RedrivePolicy/maxReceiveCount=100
refuses 'a batch is of one' 'batches fail: resize duplicateWork' --set /queues/jobs/VisibilityTimeout=43200

done_testing
