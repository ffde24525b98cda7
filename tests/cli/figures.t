#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Figures: drawn by `run` where the scenario names them, by `plot` from a folder; never by a shell.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

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
mkdir empty
run "$QUEUELAB" plot empty
status_is 'a folder that is no result' 3
run "$QUEUELAB" run sweep.json --quiet --format svg --set '/figures=["F1"]'
status_is 'figures can be set' 0

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
