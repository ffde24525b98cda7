#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `slide`: a scenario as a slide in the Markdown dialect of reveal.js.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
here=$PWD
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

run "$QUEUELAB" slide "$here/scenarios/20-poison-dlq.json"
status_is 'a slide' 0
is 'begins with the title' "$(sed -n 1p "$scratch/out" | cut -c1-3)" '## '
is 'has three bullets' "$(grep -c '^- ' "$scratch/out")" 3
says 'each with a number and its interval' out '^- .*\*\*[0-9.,]+.*\*\* \(.*\)'
says 'a question' out '^\*\*Question:\*\* '
says 'an answer that appears at a click' out '^<!-- \.element: class="fragment" -->$'
says 'notes with the seed' out '^Numbers are means over [0-9]+ replications with 95 % intervals, seed 20,'
says 'and the command' out '^Made by `queuelab slide .*20-poison-dlq\.json`\.$'
is 'and ends in the line between slides' "$(grep -v '^$' "$scratch/out" | tail -1)" '---'
if command -v gnuplot >/dev/null; then
    says 'a picture with words for it' out '^!\[.+\]\(<out/20-poison-dlq/F[0-9]+\.svg>\)$'
    image=$(sed -n 's/^!\[.*\](<\(.*\)>)$/\1/p' "$scratch/out")
    ok 'which is there' test -s "$image"
    says 'as large as slides show it' out '^<!-- \.element: class="centered" height="300px" -->$'
fi

# Every number of the bullets is one of the result: the lesson of scenario 17 by hand is 0.287 at 30 s.
run "$QUEUELAB" slide "$here/scenarios/17-visibility-sweep.json" --set /queues/orders/VisibilityTimeout=30
says 'what the command line changes is in the numbers' out '^- exponential: duplicates per message \(orders\) \*\*0\.28'
says 'and in the command that repeats it' out "slide --set '/queues/orders/VisibilityTimeout=30' "

cat >mark.json <<'JSON'
{ "version": 1, "title": "A *bold* <script>alert(1)</script> `title`",
  "experiment": { "duration": "1m", "replications": 3 },
  "queues": { "a": { "ReceiveMessageWaitTimeSeconds": 20 } },
  "producers": { "p": { "to": "a", "arrivals": { "process": "paced", "rate": "1/s" } } },
  "consumers": { "c": { "from": "a", "service": "10ms" } } }
JSON
run "$QUEUELAB" slide mark.json
status_is 'without a lecture, an expectation or a figure' 0
is 'there are bullets all the same' "$(grep -c '^- ' "$scratch/out")" 3
says 'words are no markup' out '^## A \\\*bold\\\* &lt;script&gt;alert\(1\)&lt;/script&gt; \\`title\\`$'
is 'no picture' "$(grep -c '^!\[' "$scratch/out")" 0
run "$QUEUELAB" slide
status_is 'a file must be named' 2
run "$QUEUELAB" slide no-such.json
status_is 'and be there' 3
done_testing
