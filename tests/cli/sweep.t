#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `queuelab sweep`: whatever the shards, their order, who is killed and what is full, the merged result
# is that of one machine, byte for byte.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
page=$PWD/scenarios/SWEEPS.md
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

# scenario EXPERIMENT: a FIFO queue and a dead-letter queue, two variants at two points.
scenario() {
    cat <<JSON
{ "version": 1, "title": "Four cells", "experiment": { $1 },
  "queues": { "jobs.fifo": { "FifoQueue": true, "VisibilityTimeout": 2, "ReceiveMessageWaitTimeSeconds": 20,
                  "RedrivePolicy": { "deadLetterTargetArn": "dead.fifo", "maxReceiveCount": 3 } },
              "dead.fifo": { "FifoQueue": true } },
  "producers": { "web": { "to": "jobs.fifo", "arrivals": { "process": "poisson", "rate": 2 },
                          "message": { "group": { "groups": 5 } } } },
  "consumers": { "worker": { "from": "jobs.fifo", "count": 2, "service": { "dist": "exponential", "mean": "400ms" },
                             "failure": { "probability": 0.2 } } },
  "variants": { "slow": {}, "fast": { "/consumers/worker/count": 4 } },
  "sweep": { "/producers/web/arrivals/rate": [2, 3] },
  "expect": [ { "entity": "jobs.fifo", "metric": "sojourn", "stat": "mean", "variant": "fast", "is": "<", "vs": "slow" },
              { "entity": "jobs.fifo", "metric": "lost", "stat": "count", "is": "==", "value": 0 } ] }
JSON
}

# same DIR DIR: two result folders are the same but for wall and build.
same() {
    sed '/^  "wall": {/,$d' "$1/result.json" >1 && sed '/^  "wall": {/,$d' "$2/result.json" >2 && cmp 1 2 &&
        diff -r -x result.json "$1" "$2"
}

# shards COUNT PARTS: all shards of plan.json in a disorderly order, each a process.
shards() {
    i=0
    while [ "$i" -lt "$1" ]; do
        echo "$((i * 7919 % 1009)) $i"
        i=$((i + 1))
    done | sort -n | while read -r _ shard; do
        "$QUEUELAB" sweep run plan.json --shard "$shard" -o "$2" --quiet || echo "shard $shard failed"
    done
}

# ---- 1, 7 and 200 shards (20 in a slice) -----------------------------------------------------------
many=${SLICE:+20}
many=${many:-200}
scenario '"duration": "15s", "drain": true, "replications": 60' >short.json
scenario '"duration": "2m", "horizon": "steady", "replications": 8' >steady.json
for name in short steady; do
    "$QUEUELAB" run "$name.json" --quiet --out single
done
for count in 1 7 "$many"; do
    run "$QUEUELAB" sweep plan short.json --shards "$count"
    status_is "a plan of $count shards" 0
    says 'says how large it is' out "^plan.json: 4 cells, 240 replications, $count shards? of about "
    is "all $count shards are run" "$(shards "$count" "parts-$count")" ''
    run "$QUEUELAB" sweep merge "parts-$count" -o "merged-$count"
    status_is 'and merged' 0
    ok "to what one machine gives" same single/short "merged-$count/short"
done
run "$QUEUELAB" sweep plan steady.json --shards 5
is 'a warm-up that every shard finds by itself' "$(shards 5 steady)" ''
run "$QUEUELAB" sweep merge steady -o merged-steady --quiet
ok 'is that of one machine' same single/steady merged-steady/steady

# ---- options of the run ----------------------------------------------------------------------------
"$QUEUELAB" run short.json --quiet --out seeded --seed 0xfedcba9876543210 --replications 3 --set /consumers/worker/count=3
"$QUEUELAB" sweep plan short.json --shards 3 --quiet --seed 0xfedcba9876543210 --replications 3 --set /consumers/worker/count=3
shards 3 parts-seeded
"$QUEUELAB" sweep merge parts-seeded -o merged-seeded --quiet
ok 'overrides are in the plan' same seeded/short merged-seeded/short
run "$QUEUELAB" sweep run plan.json --shard 1 -o threads --jobs 3
ok 'a part is the same on any number of threads' cmp threads/part-0001.json parts-seeded/part-0001.json
run "$QUEUELAB" sweep plan short.json --shard-minutes 0.0001
status_is 'shards by their time' 0
says 'are timed' out '^a replication takes about [0-9.e-]+ s here, all of them [0-9.e-]+ minutes$'
run "$QUEUELAB" sweep plan - --shards 2 -o from-stdin/plan.json
status_is 'an empty standard input is no scenario' 2
ok 'and no plan is made of it' test ! -e from-stdin/plan.json
cp short.json precious.json
run "$QUEUELAB" sweep plan short.json --shards 2 -o precious.json
status_is 'a plan replaces nothing but a plan' 3
says 'which is said' err 'precious.json exists and is no plan: it is not replaced'
ok 'and the scenario is still there' cmp short.json precious.json
ln -s precious.json link
run "$QUEUELAB" sweep plan short.json --shards 2 -o link
status_is 'nor a link, such as /dev/stdout' 3

# ---- killed and run again --------------------------------------------------------------------------
scenario '"duration": "20m", "drain": true, "replications": 16' >long.json
"$QUEUELAB" run long.json --quiet --out single
"$QUEUELAB" sweep plan long.json --shards 3 -o long-plan.json --quiet
for shard in 2 0; do
    "$QUEUELAB" sweep run long-plan.json --shard "$shard" -o long-parts --quiet --jobs 1 &
    process=$!
    until ls long-parts/*.partial-* >/dev/null 2>&1; do sleep 0.01; done
    kill -9 "$process"
    wait "$process" 2>/dev/null
    ok "shard $shard, killed, leaves no part" test ! -e "long-parts/part-000$shard.json"
done
"$QUEUELAB" sweep run long-plan.json --shard 1 -o long-parts --quiet
run "$QUEUELAB" sweep status long-plan.json long-parts
status_is 'not all shards are done' 1
says 'status counts them' out '^1 of 3 shards are done, 2 missing, 0 failed$'
says 'and names them as arrays do' out '^missing: 0,2$'
run "$QUEUELAB" sweep merge long-parts -o never
status_is 'what is missing is not merged' 3
says 'it is named' err '^queuelab sweep: of the 3 shards, 0,2 have no good part in long-parts: run them$'
ok 'and nothing is written' test ! -e never
before=$(ls -l --time-style=full-iso long-parts/part-0001.json 2>/dev/null || ls -lT long-parts/part-0001.json)
for shard in 0 1 2; do
    run "$QUEUELAB" sweep run long-plan.json --shard "$shard" -o long-parts
    status_is "shard $shard is run again" 0
done
run "$QUEUELAB" sweep run long-plan.json --shard 1 -o long-parts
says 'a part that is there is not made again' out 'part-0001.json: done already$'
is 'nor touched' "$before" \
    "$(ls -l --time-style=full-iso long-parts/part-0001.json 2>/dev/null || ls -lT long-parts/part-0001.json)"
run "$QUEUELAB" sweep status long-plan.json long-parts
status_is 'all shards are done' 0
run "$QUEUELAB" sweep merge long-parts/ -o merged --quiet
ok 'what was killed and run again is merged to the same' same single/long merged/long
# So long that it cannot end before the signal, however busy the machine is.
"$QUEUELAB" sweep plan long.json --shards 3 --replications 9000 -o endless-plan.json --quiet
"$QUEUELAB" sweep run endless-plan.json --shard 0 -o interrupted >said 2>&1 &
process=$!
until ls interrupted/*.partial-* >/dev/null 2>&1; do sleep 0.01; done
kill -INT "$process"
wait "$process"
is 'an interrupted shard' "$?" 130
ok 'says what to do' grep -q '^queuelab sweep: interrupted; shard 0 is to be run again$' said
is 'and leaves nothing' "$(ls interrupted)" ''

# ---- parts that are no good ------------------------------------------------------------------------
"$QUEUELAB" sweep plan short.json --shards 7 --quiet
fresh() {
    rm -rf bad && cp -r parts-7 bad
}
fresh && head -c 5000 parts-7/part-0003.json >bad/part-0003.json
run "$QUEUELAB" sweep merge bad -o never
status_is 'a truncated part' 3
says 'is named' err '^queuelab sweep: bad/part-0003.json is truncated or was changed$'
run "$QUEUELAB" sweep status plan.json bad
says 'and counts as failed' out '^6 of 7 shards are done, 0 missing, 1 failed$'
run "$QUEUELAB" sweep run plan.json --shard 3 -o bad
says 'it is made again' err 'part-0003.json is truncated or was changed, and is made again$'
ok 'as it was' cmp bad/part-0003.json parts-7/part-0003.json
fresh && sed 's/"from":/"from": /' parts-7/part-0002.json >bad/part-0002.json
run "$QUEUELAB" sweep merge bad -o never
says 'a changed part' err 'part-0002.json is truncated or was changed$'
fresh && cp bad/part-0004.json bad/part-0004-copy.json
run "$QUEUELAB" sweep merge bad -o never
status_is 'a duplicate' 3
says 'is named with its twin' err 'bad/part-0004.json is of the same shard as part-0004-copy.json$'
fresh && cp "parts-$many/part-0005.json" bad/part-0005.json
run "$QUEUELAB" sweep merge bad -o never
status_is 'a part of another plan' 3
says 'is named' err 'bad/part-0005.json is of another plan than part-0000.json$'
run "$QUEUELAB" sweep run plan.json --shard 5 -o bad
status_is 'it is not overwritten' 3
says 'but another folder asked for' err 'part-0005.json is of another plan: name another folder$'
fresh && rm bad/part-0000.json bad/part-0005.json bad/part-0006.json && : >bad/part-0001.json
run "$QUEUELAB" sweep merge bad -o never
says 'all that is wrong is said at once' err 'of the 7 shards, 0-1,5-6 have no good part'
says 'empty files, too' err 'bad/part-0001.json is truncated'
mkdir empty
run "$QUEUELAB" sweep merge empty -o never
status_is 'a folder without parts' 3
run "$QUEUELAB" sweep merge nowhere -o never
says 'a folder that is not there' err '^queuelab: cannot read the folder nowhere: '
ok 'nothing of all this was written' test ! -e never

# ---- another program, another scenario -------------------------------------------------------------
sed 's/"commit": ".*"/"commit": "0000000"/' plan.json >other.json
run "$QUEUELAB" sweep run other.json --shard 0 -o other
status_is 'a plan of another program' 3
says 'is refused' err '^queuelab sweep: other.json is of queuelab .* \(0000000\), this is .*one and the same program'
sed 's/"shards": 7/"shards": 8/' plan.json >other.json
run "$QUEUELAB" sweep run other.json --shard 0 -o other
says 'a plan changed by hand' err '^queuelab sweep: other.json was changed after it was made: make a new plan$'
sed 's/400ms/500ms/' plan.json >other.json
run "$QUEUELAB" sweep run other.json --shard 0 -o bad
status_is 'a plan with another scenario in it' 3
run "$QUEUELAB" sweep run short.json --shard 0
status_is 'a scenario is no plan' 3
says 'and this is said' err '^queuelab sweep: short.json is no plan: '
printf 'time\n0\n1\n3\n' >arrivals.csv
cat >recorded.json <<'JSON'
{ "version": 1, "experiment": { "replications": 2, "duration": "10s" }, "queues": { "q": {} },
  "producers": { "p": { "to": "q", "arrivals": { "process": "trace", "file": "arrivals.csv" } } } }
JSON
run "$QUEUELAB" sweep plan recorded.json --shards 1 -o recorded-plan.json
says 'files that a scenario reads are needed everywhere' out '^each machine also needs arrivals.csv, at that path$'
printf 'time\n0\n1\n4\n' >arrivals.csv
run "$QUEUELAB" sweep run recorded-plan.json --shard 0
status_is 'a file that is another one' 3
says 'is refused' err 'arrivals.csv is not the file that the plan was made with$'

# ---- usage -----------------------------------------------------------------------------------------
run "$QUEUELAB" sweep
status_is 'sweep alone' 2
run "$QUEUELAB" sweep plam short.json
says 'a word is guessed' err 'did you mean "plan"'
run "$QUEUELAB" sweep plan short.json
says 'how many shards?' err 'say --shards N, or --shard-minutes M'
run "$QUEUELAB" sweep plan short.json --shards 0
status_is 'none are not possible' 2
says 'which is said' err '--shards 0: expected a whole number from 1 to 100000$'
run "$QUEUELAB" sweep plan short.json --shards 2 --trace ndjson
status_is 'traces are refused' 2
says 'with the reason' err '^queuelab sweep writes no traces'
run "$QUEUELAB" sweep plan short.json --shards 2 --set /experiment/precision=0.05
status_is 'a precision is refused' 2
says 'with what to do instead' err 'plan as many as you need'
sed 's,/producers/web/arrivals/rate,/producers/wep/arrivals/rate,' short.json >typo.json
run "$QUEUELAB" sweep plan typo.json --shards 2 -o typo-plan.json
status_is 'a sweep over what is not there' 2
says 'is guessed' err 'did you mean "web"'
ok 'and makes no plan' test ! -e typo-plan.json
run "$QUEUELAB" sweep run plan.json
says 'which shard?' err 'say which shard'
run "$QUEUELAB" sweep run plan.json --shard 7
says 'there are only so many' err 'plan.json has shards 0 to 6$'
run "$QUEUELAB" sweep run plan.json --shard 0 --jobs 0
status_is '--jobs 0' 2
sed 's/"lost"/"losst"/' short.json >typo.json
"$QUEUELAB" sweep plan typo.json --shards 7 -o typo-plan.json --quiet
run "$QUEUELAB" sweep run typo-plan.json --shard 0 -o typo
status_is 'a metric that nobody measures' 2
is 'makes no part' "$(ls typo)" ''

# ---- a full disk -----------------------------------------------------------------------------------
# A limit on the size of files, whose signal is not heard, fails as a full disk does.
(
    trap '' XFSZ
    ulimit -f 100
    "$QUEUELAB" sweep run plan.json --shard 2 -o full
) >said 2>&1
is 'a disk that gets full' "$?" 3
ok 'is said' grep -q '^queuelab: cannot write full/part-0002.json: ' said
ok 'and what to do' grep -q '^queuelab sweep: run shard 2 again once that is mended; parts that are there stay$' said
is 'no half part is left' "$(ls full)" ''
if [ -z "${SLICE:-}" ] && mkdir disk && mount -t tmpfs -o size=2m none disk 2>/dev/null; then
    wanted=
    for shard in 0 1 2 3 4 5 6; do
        "$QUEUELAB" sweep run plan.json --shard "$shard" -o disk/parts --quiet 2>>said || wanted="$wanted $shard"
    done
    ok 'some parts do not fit on a small disk' test -n "$wanted"
    ok 'No space left is said' grep -q 'cannot write disk/parts/.*: No space left' said
    kept=$(ls disk/parts)
    for part in $kept; do
        ok "$part fitted, and is whole" cmp "disk/parts/$part" "parts-7/$part"
    done
    mount -o remount,size=64m disk
    for shard in 0 1 2 3 4 5 6; do
        "$QUEUELAB" sweep run plan.json --shard "$shard" -o disk/parts --quiet
    done
    "$QUEUELAB" sweep merge disk/parts -o merged-disk --quiet
    umount disk
    ok 'with more room the rest is run, and the result is the same' same single/short merged-disk/short
fi

# ---- GNU parallel ----------------------------------------------------------------------------------
# What follows runs the same commands in other ways.
if [ -n "${SLICE:-}" ]; then
    done_testing
    exit
fi
if command -v parallel >/dev/null; then
    seq 0 6 | sort -r | parallel --will-cite --joblog log --resume -j2 \
        "$QUEUELAB" sweep run plan.json --shard {} -o parallel-parts --quiet
    is 'all shards end well under GNU parallel' "$?" 0
    is 'its log has them' "$(sed 1d log | awk '$7 == 0' | wc -l | tr -d ' ')" 7
    "$QUEUELAB" sweep merge parallel-parts -o merged-parallel --quiet
    ok 'and their result is that of one machine' same single/short merged-parallel/short
else
    tap_line 0 'GNU parallel # SKIP it is not here: make deps'
fi
# The page's command for lab machines, with one that is this machine: what stands in for ssh runs the
# command in another home, and names the user's shell as sshd does: GNU parallel writes its commands for it.
if command -v parallel >/dev/null && command -v rsync >/dev/null; then
    mkdir home lab bin
    ln -s "$QUEUELAB" bin/queuelab
    cat >bin/ssh <<SSH
#!/bin/sh
while :; do
    case \$1 in
    -l | -p | -o) shift 2 ;;
    -*) shift ;;
    *) break ;;
    esac
done
shift
[ "\$1" = -- ] && shift
cd "$PWD/home" && HOME=$PWD/home SHELL=/bin/sh exec sh -c "\$*"
SSH
    chmod +x bin/ssh
    sed -n '/^seq 0 199 | parallel -S/,/-o parts$/p' "$page" |
        sed "s/seq 0 199/seq 0 6/; s/lab1,lab2,lab3/2\/lab1/; s|/tmp/sweep|$PWD/far|; s/| parallel/| parallel --will-cite/" >lab/command
    ok 'the page has a command for lab machines' grep -q workdir lab/command
    cp plan.json lab
    (cd lab && PATH=$scratch/work/bin:$PATH && export PATH && sh ./command >/dev/null 2>../said)
    is 'it runs all shards elsewhere' "$("$QUEUELAB" sweep status plan.json lab/parts)" \
        '7 of 7 shards are done, 0 missing, 0 failed' || sed 's/^/# /' said
    "$QUEUELAB" sweep merge lab/parts -o merged-lab --quiet
    ok 'whose parts come back to the result of one machine' same single/short merged-lab/short
else
    tap_line 0 'lab machines # SKIP there is no GNU parallel or no rsync: make deps'
fi

done_testing
