#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the program says of itself, and how it meets what it does not know: status 2 and a suggestion.
. "${0%/*}/../tools/tap.sh"

run "$QUEUELAB"
status_is 'alone it is well' 0
is 'alone it says eight lines' "$(wc -l <"$scratch/out" | tr -d ' ')" 8
is 'three of them are examples' "$(grep -c '^  queuelab ' "$scratch/out")" 3
silent 'and nothing else' err

run "$QUEUELAB" --help
says '--help is the same' out '^  queuelab run '
run "$QUEUELAB" help
says 'help lists the exit statuses' out '^Exit status: 0 '
says 'help lists the kinds' out '^Kinds:.* sqs_standard .*sns '
is 'within 100 columns' "$(awk 'length > 100' "$scratch/out" | grep -vE '^(Commands|Faults|Distributions):')" ''
for kind in consumer producer sqs_fifo sns loss; do
    run "$QUEUELAB" help "$kind"
    is "help of $kind fits 100 columns" "$(awk 'length > 100' "$scratch/out" | grep -v ', default')" ''
done
run "$QUEUELAB" help consumer
says 'a word has its choices' out '^  acknowledge +word: afterWork, beforeWork or never, default "afterWork"$'
says 'a range has its unit' out '^  stop +a duration or null, 0 to 1000000000 s, default null$'
run "$QUEUELAB" help run
says 'help of a command has its options' out '^  --replications N '
run "$QUEUELAB" run --help
says 'so has its --help' out '^  --replications N '
for command in $("$QUEUELAB" help | sed -n 's/^Commands: \(.*\)\.$/\1/p' | tr -d ,); do
    run "$QUEUELAB" help "$command"
    is "help $command fits 100 columns" "$(awk 'length > 100' "$scratch/out")" ''
done
run "$QUEUELAB" help sqs_fifo
says 'help of a kind has its parameters, ranges and rules' out '^  VisibilityTimeout .*0 to 43200 s \(12 hours\), default 30$'
run "$QUEUELAB" help exponential
says 'help of a distribution' out 'exponential, a distribution'
run "$QUEUELAB" version
status_is 'version is well' 0
says 'version says which' out '^queuelab [0-9]+\.[0-9]+\.[0-9]+$'
run "$QUEUELAB" --version
says '--version too' out '^queuelab [0-9]'

run "$QUEUELAB" rnu
status_is 'an unknown command' 2
says 'a command is guessed' err 'unknown command "rnu", did you mean "run"\?'
silent 'results only go to the standard output' out
run "$QUEUELAB" run --sed 1 x.json
status_is 'an unknown option' 2
says 'an option is guessed' err 'unknown option --sed, did you mean --se(t|ed)\?'
run "$QUEUELAB" run --seed
status_is 'an option without its value' 2
run "$QUEUELAB" run --seed one x.json
status_is 'a value that is no number' 2
says 'which option was wrong is said' err '^queuelab run: --seed one: expected a whole number of at most 64 bits$'
run "$QUEUELAB" run --jobs 0 x.json
status_is 'no processor at all' 2
says 'what to say instead' err '^queuelab run: --jobs 0: expected a whole number from 1 to 1024; without --jobs all'
run "$QUEUELAB" run --log=1 x.json
status_is 'a value where none is taken' 2
is 'and the option is not guessed to be itself' "$(cat "$scratch/err")" 'queuelab run: option --log takes no value'
run "$QUEUELAB" run --format gif x.json
says 'words to choose from are said as words' err '--format gif: expected svg, png, pdf or term'
run "$QUEUELAB" run --set orders=1 x.json
status_is '--set without a pointer' 2
run "$QUEUELAB" run
status_is 'run without a file' 2
run "$QUEUELAB" plot
status_is 'plot without a folder' 2
run "$QUEUELAB" help consumr
status_is 'help of nothing' 2
says 'a kind is guessed' err 'did you mean "consumer"\?'

done_testing
