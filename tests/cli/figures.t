#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Figures: drawn by `run` where the scenario names them, by `plot` from a folder; never by a shell.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
mkdir -p "$scratch/work/empty" && cd "$scratch/work" || exit 1

# A title that would run a command, close a quote and change the font, were it ever more than a text.
cat >sweep.json <<'JSON'
{ "version": 1, "title": "`touch ran` $(touch ran) 'x' \"y\" @{_a^b} 100 %",
  "experiment": { "duration": "2m", "replications": 3 },
  "queues": { "orders": { "ReceiveMessageWaitTimeSeconds": 20, "VisibilityTimeout": 600 } },
  "producers": { "web": { "to": "orders", "arrivals": { "process": "poisson", "rate": 2 } } },
  "consumers": { "worker": { "from": "orders", "service": { "dist": "exponential", "mean": "100ms" } } },
  "sweep": { "/producers/web/arrivals/rate": [2, 5, 8] },
  "figures": [ "F18" ] }
JSON

if ! command -v gnuplot >/dev/null; then
    run "$QUEUELAB" run sweep.json
    status_is 'without gnuplot a run is well' 0
    says 'how to get it is said' err 'apt install gnuplot-nox'
    run "$QUEUELAB" plot out/sweep
    status_is 'without gnuplot a plot is not' 3
    done_testing
    exit
fi

run "$QUEUELAB" run sweep.json
status_is 'a run that draws is well' 0
says 'it says what it drew' out '^figures: out/sweep/F18.svg$'
ok 'the figure is there' grep -q '<svg' out/sweep/F18.svg
ok 'with its data' grep -q '^series,kind,label,variant,rho,time_s,low_s,high_s,of$' out/sweep/F18.csv
ok 'and a sentence for those who cannot see it' test -s out/sweep/F18.txt
ok 'the title is in it as it was written' grep -q 'touch ran' out/sweep/F18.svg
ok 'and nothing of it was run' test ! -e ran

(cd out/sweep && mv F18.svg first.svg && gnuplot F18.gp) >said 2>&1
ok 'its script draws it again' cmp out/sweep/first.svg out/sweep/F18.svg
ok 'still running nothing' sh -c 'test ! -e ran && test ! -e out/sweep/ran'

run "$QUEUELAB" plot out/sweep/ f18 --format png,pdf --theme dark
status_is 'plot draws again' 0
ok 'as PNG' sh -c 'head -c 4 out/sweep/F18.png | grep -q PNG'
ok 'as PDF' sh -c 'head -c 4 out/sweep/F18.pdf | grep -q PDF'
ok 'and leaves nothing else' sh -c '! ls out/sweep/*.partial'
run "$QUEUELAB" plot out/sweep --format term
says 'in the terminal' out 'M/M/1'
run "$QUEUELAB" plot out/sweep F99
status_is 'a figure that is not there' 2
says 'which there are' err 'no data for figure F99; it has .*F18'
run "$QUEUELAB" plot out/sweep F8
status_is 'a figure that does not apply' 2
says 'why not' err 'figure F8 does not apply: .* is not swept.*; it has F1, .*F18'
run "$QUEUELAB" plot empty
status_is 'a folder that is no result' 3
run "$QUEUELAB" run sweep.json --quiet --format svg --set '/figures=["F1"]'
status_is 'figures can be set' 0

# Any metric along any swept pointer, from a folder.
run "$QUEUELAB" plot out/sweep --metric sojourn/p95
status_is 'a metric that is asked for' 0
says 'is drawn under its name' out '^figures: out/sweep/sweep-sojourn-p95.svg$'
ok 'with its data' grep -q '^0,measured,sweep,sweep,web arrivals rate,,p95 of time in queue,s,2,' out/sweep/sweep-sojourn-p95.csv
run "$QUEUELAB" plot out/sweep sweep --x /producers/web/arrivals/rate --format term
says 'an axis that is asked for' out 'web arrivals rate'
run "$QUEUELAB" plot out/sweep --x /producers/web/arrivals/rat
status_is 'an axis that is not swept' 2
says 'which is' err '/producers/web/arrivals/rat is not swept; swept is /producers/web/arrivals/rate$'
run "$QUEUELAB" plot out/sweep --metric sojurn
status_is 'a metric that nobody measures' 2
says 'is guessed' err 'nobody measures "sojurn", did you mean "sojourn"\?'
run "$QUEUELAB" plot out/sweep F18 --metric sojourn
status_is 'a figure of its own metric' 2
run "$QUEUELAB" plot empty --metric sojourn
status_is 'and a folder that is no result' 3
sed 's/"sweep": {/"sweep": { "\/consumers\/worker\/count": [1, 2],/; s/"F18"/"F20", "sweep"/' sweep.json >grid.json
run "$QUEUELAB" run grid.json
says 'a grid has a map' out '^figures: out/grid/F20.svg out/grid/sweep.svg$'
run "$QUEUELAB" plot out/grid F20 --metric p99 --format png --theme dark
says 'of any metric' out '^figures: out/grid/F20-p99.png$'
run "$QUEUELAB" plot out/grid F24 --metric p99
status_is 'a comparison needs variants' 2
sed 's/"\/consumers\/worker\/count"/"\/consumers\/wroker\/count"/' grid.json >typo.json
run "$QUEUELAB" run typo.json
status_is 'a sweep over what does not exist' 2
says 'is an error' err '^typo.json:[0-9]+:[0-9]+: .*wroker'
sed 's/"\/consumers\/worker\/count"/"\/consumers\/worker\/cuont"/' grid.json >typo.json
run "$QUEUELAB" run typo.json
status_is 'and over no parameter' 2
says 'too' err '^typo.json:[0-9]+:[0-9]+: .*cuont'

# A sweep that the command line took away: nobody need be told, unless they ask.
run "$QUEUELAB" run sweep.json --out set --set /producers/web/arrivals/rate=5
status_is 'an axis may be set' 0
is 'its figure is missing without a word' "$(grep -c figure "$scratch/err")" 0
run "$QUEUELAB" run sweep.json --out set --set /producers/web/arrivals/rate=5 --verbose
says 'with --verbose the reason is said' err 'figure F18 does not apply: the load is not swept'
run "$QUEUELAB" plot set/sweep F18
says 'and to whoever asks for it' err 'figure F18 does not apply'
sed 's/"mean": "100ms"/"mean": "1h"/; s/"F18"/"F1"/; s/"2m"/"10s"/' sweep.json >stuck.json
run "$QUEUELAB" run stuck.json
says 'where nothing was worked on there is no latency' err 'figure F1 does not apply: no message was worked on'
PATH=/nowhere "$QUEUELAB" plot out/sweep F18 >said 2>&1
is 'no gnuplot on the PATH' "$?" 3
ok 'says how to get it' grep -q 'apt install gnuplot-nox' said
PATH=/nowhere "$QUEUELAB" run sweep.json >said 2>&1
is 'but a run is well without it' "$?" 0

done_testing
