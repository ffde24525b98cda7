#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `explain`: a message's life in sentences, from a scenario or from a result's folder.
. "${0%/*}/../tools/tap.sh"

run "$QUEUELAB" explain scenarios/17-visibility-sweep.json --first duplicate
status_is 'a duplicate of scenario 17' 0
ok 'is told in at most eight sentences' sh -c "[ \$(grep -c '^  ' '$scratch/out') -le 8 ]"
says 'it was sent' out '^  At .* s web sent message [0-9]+ to orders'
says 'the timeout ran out during the work' out \
    'visibility timeout ran out while worker #[0-9]+ was still at work on it.*the duplicate'
says 'the older handle deletes nothing' out 'its delete changed nothing, as receive 2 has the newer handle'
says 'somebody deleted it' out 'finished its work and deleted it\.$'

run "$QUEUELAB" run scenarios/17-visibility-sweep.json --set /queues/orders/VisibilityTimeout=5 --quiet \
    --progress never --replications 2 --format term --out "$scratch/results"
run "$QUEUELAB" explain "$scratch/results/17-visibility-sweep" --first duplicate
status_is 'so is one of a run in which the command line took the sweep away' 0
says 'with its timeout' out 'hidden from others until'

# By hand, from the scenario's own answer: messages 7 to 10 of 10 are worked on twice; 7 is number 6.
run "$QUEUELAB" explain scenarios/19-batch-visibility-trap.json --first duplicate
says 'in scenario 19 it is the seventh of ten' out '^19-batch-visibility-trap, standard, 2 workers, .*: message 6$'
says 'received a second time at 30 s' out '^  At 30 s .* worker #2 received it again \(receive 2, the duplicate\)'
run "$QUEUELAB" explain scenarios/19-batch-visibility-trap.json --first duplicate --variant 'FIFO, 1 worker'
says 'a FIFO queue refuses the late delete' out 'its delete was refused'

run "$QUEUELAB" explain scenarios/02-hello-sqs.json --first lost
says 'a message is lost' out '^  At 241 s its retention period ended, which counts from 1 s'
says 'a long life is shortened' out '^  \(6 sentences more'
run "$QUEUELAB" explain scenarios/02-hello-sqs.json --first lost --verbose
is 'or told in full' "$(grep -c '^  At ' "$scratch/out")" 13
run "$QUEUELAB" explain scenarios/02-hello-sqs.json --first deadLettered
status_is 'what is not there is status 1' 1
says 'and said' out 'there is no dead-lettered message'
run "$QUEUELAB" explain scenarios/24-idempotent-payments.json --first doubleEffect --variant 'key as in the notes'
says 'a double effect' out '^  That is the double effect: it happened at [0-9.]+ s, and had happened before at [0-9.]+ s\.$'
run "$QUEUELAB" explain scenarios/24-idempotent-payments.json --first doubleEffect --variant 'conditional write'
status_is 'a conditional write has none' 1
run "$QUEUELAB" explain scenarios/20-poison-dlq.json --first deadLettered --verbose
says 'a dead letter' out '3 receives \(maxReceiveCount 3\) orders moved it to the dead-letter queue orders-dlq\.$'
says 'and how it came back' out 'a move task moved it from orders-dlq to orders\.$'
run "$QUEUELAB" explain scenarios/03-prac-standard.json --first inversion
says 'an inversion names what overtook' out '^  That is the inversion: message [0-9]+ of publisher'
run "$QUEUELAB" explain scenarios/05-prac-fifo-rerun.json --message second-run:0
says 'one that was not stored' out 'did not store it: it had the same deduplication id since 0.25 s\.$'
run "$QUEUELAB" explain scenarios/01-code-along-queue.json --empty 1
says 'an empty receive' out '^  The queue was empty\.$'
run "$QUEUELAB" explain scenarios/19-batch-visibility-trap.json --first emptyReceive --variant 'FIFO, 2 workers, batches of 5'
says 'a locked group' out '^  Group [0-9]+ is locked by message [0-9]+, which is in flight until 30 s at most\.$'

# A result folder has its scenario, overrides included.
run "$QUEUELAB" run scenarios/02-hello-sqs.json --quiet --out "$scratch/results" --set /queues/hello/VisibilityTimeout=100
run "$QUEUELAB" explain "$scratch/results/02-hello-sqs/" --message 0
status_is 'a folder is explained' 0
says 'as it was run' out 'At 20 s console #1 received it, hidden from others until 120 s\.$'

ok 'with the data of its life-line' grep -q 'receive,20,20,1,2,0$' "$scratch/results/02-hello-sqs/F11-0.csv"
ok 'and nothing of the result is lost' test -s "$scratch/results/02-hello-sqs/result.json"
if command -v gnuplot >/dev/null; then
    says 'which is drawn' out '^figure: .*/02-hello-sqs/F11-0\.svg$'
    ok 'there' grep -q '<svg' "$scratch/results/02-hello-sqs/F11-0.svg"
fi

# Wherever the folder was moved to.
mv "$scratch/results/02-hello-sqs" "$scratch/results/moved"
run "$QUEUELAB" explain "$scratch/results/moved" --message 0
status_is 'a folder of another name is explained' 0
run "$QUEUELAB" explain "$scratch/results" --message 0
status_is 'a folder that is of no result is not' 3
says 'and is called so' err '/results is not the folder of a result; `queuelab run FILE` makes one'
run "$QUEUELAB" run "$scratch/results/moved"
status_is 'a result cannot be run' 3
says 'but the scenario in it can' err 'did you mean .*/results/moved/02-hello-sqs.json\?$'

run "$QUEUELAB" explain scenarios/02-hello-sqs.json --message 0 --first lost
status_is 'one question at a time' 2
run "$QUEUELAB" explain scenarios/02-hello-sqs.json --message zero
status_is 'a number that is none' 2
run "$QUEUELAB" explain scenarios/02-hello-sqs.json --first late
status_is 'an unknown word' 2
says 'which there are' err 'expected duplicate\|lost\|'
run "$QUEUELAB" explain scenarios/02-hello-sqs.json --first lost --variant none
status_is 'an unknown variant' 2
is 'is said once' "$(wc -l <"$scratch/err" | tr -d ' ')" 1
run "$QUEUELAB" explain
status_is 'nothing to explain' 2

done_testing
