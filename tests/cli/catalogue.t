#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `list` and `new`: what comes with the program, and how a scenario of one's own begins.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
count=$(ls scenarios/[0-9]*.json | wc -l)

run "$QUEUELAB" list
status_is 'list is well' 0
is 'every shipped scenario has a line' "$(grep -c '^  [0-9]' "$scratch/out")" "$count"
is 'in the order of the course' "$(grep -o '^  [0-9][^ ]*' "$scratch/out" | sort -c && echo sorted)" sorted
says 'with its title' out '^  17-visibility-sweep +Work that outlasts the visibility timeout'
says 'and what to do next' out '^next: queuelab run .*/01-code-along-queue\.json$'
run "$QUEUELAB" list FIFO dedup
says 'words narrow it, in any case' out '^  05-prac-fifo-rerun '
is 'all of them must be there' "$(grep -c '^  1[0-9]-' "$scratch/out")" 0
run "$QUEUELAB" list no-such-topic
status_is 'words that nothing has' 2
silent 'are no result' out

# The bytes of a picture depend on fonts; its head says how large it is: 320 x 180.
for file in scenarios/[0-9]*.json; do
    name=$(basename "$file" .json)
    ok "$name has a row with a picture and words for it" \
        grep -Eq "^\\| \`$name\` \\|.*\\| !\\[[^]]{20,}\\]\\(thumbnails/$name\\.png\\) \\|\$" scenarios/README.md
    picture=scenarios/thumbnails/$name.png
    is "$name has a small picture" "$(od -An -tx1 -j 16 -N 8 "$picture" | tr -d ' ')" 00000140000000b4
    ok "$name has one of less than 12 kB" [ "$(wc -c <"$picture")" -lt 12000 ]
done
is 'there is no picture without a scenario' "$(ls scenarios/thumbnails/*.png | wc -l)" "$count"

mkdir "$scratch/work" && cd "$scratch/work" || exit 1
run "$QUEUELAB" new my.json
status_is 'new is well' 0
run "$QUEUELAB" check my.json
status_is 'and valid' 0
silent 'without a complaint' err
run "$QUEUELAB" run my.json --progress never
status_is 'and what it expects holds' 0
schema=$(sed -n 's/.*"\$schema": "file:\/\/\(.*\)",/\1/p' my.json)
ok 'its schema is where it says' test -r "$schema"
printf '{}' >there.json
run "$QUEUELAB" new there.json
status_is 'what is there is not overwritten' 3
is 'not a byte of it' "$(cat there.json)" '{}'
run "$QUEUELAB" new copy.json 20-poison-dlq
status_is 'a shipped scenario can be copied' 0
run "$QUEUELAB" check copy.json
status_is 'and is valid there' 0
run "$QUEUELAB" new other.json 99-nothing
status_is 'one that does not exist' 2
ok 'leaves nothing behind' test ! -e other.json
run "$QUEUELAB" new
status_is 'a file must be named' 2
run "$QUEUELAB" new no/such/folder.json
status_is 'a folder that is not there is a tool error' 3

# Below a checkout the schema is named relative to the file.
mkdir -p scenarios/schema && printf '{}' >scenarios/schema/scenario-1.schema.json
cp "$QUEUELAB" ./queuelab
run ./queuelab new near.json
says 'named from the file where it lies below it' out 'wrote near\.json'
is 'so that the folder may move' "$(grep -c '"\$schema": "scenarios/schema/scenario-1.schema.json"' near.json)" 1
done_testing
