#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `report`: a result folder as one page.  In a browser, where there is one: no complaint on its console.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
here=$PWD
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

run "$QUEUELAB" run "$here/scenarios/33-sns-routing.json" --progress never --replications 5
run "$QUEUELAB" run "$here/scenarios/17-visibility-sweep.json" --progress never --replications 2
run "$QUEUELAB" report out/33-sns-routing
status_is 'a report' 0
page=out/33-sns-routing/report.html
says 'and how to see it is said' out '^next: open out/33-sns-routing/report.html in a browser$'
for command in report plot theory; do
    run "$QUEUELAB" $command out
    status_is "$command: a folder of nothing" 3
    says 'is no result' err '^queuelab: out is not the folder of a result; '
done
ok 'is a page' test -s "$page"
is 'that asks for nothing from outside' "$(grep -Eo '(src|href)=["'\''](https?:)?//[^"'\'']*' "$page" | wc -l)" 0
is 'and runs no script' "$(grep -c '<script' "$page")" 0
is 'its ids are its own' "$(grep -Eo ' id=["'\''][^"'\'']+["'\'']' "$page" | tr -d "\"'" | sort | uniq -d | wc -l)" 0
ok 'the verdict is in it' grep -q '35 of 35 expectations hold' "$page"
# 3 producers, 3 topics, 5 queues, 5 consumers.
is 'the drawing has every component' "$(sed -n '/aria-label="topology"/,/<\/svg>/p' "$page" | grep -c '^<rect')" 16
# 3 to topics, 9 subscriptions, 5 readers.
subscriptions=$(grep -o '"Endpoint"' "$here/scenarios/33-sns-routing.json" | wc -l)
is 'and every arrow' "$(sed -n '/aria-label="topology"/,/<\/svg>/p' "$page" | grep -c 'marker-end')" $((3 + subscriptions + 5))
ok 'its workers are counted' grep -q '>1 worker</text>' "$page"
ok 'and its lines explained, those that are there' grep -q '<figcaption>Messages flow along the arrows; dashed: through a filter\.</figcaption>' "$page"
ok 'the seed is in it' grep -q '<td>seed</td><td><code>1</code>' "$page"
first=$(cksum <"$page")
run "$QUEUELAB" report out/33-sns-routing
is 'again the same bytes' "$(cksum <"$page")" "$first"

run "$QUEUELAB" report out/17-visibility-sweep
ok 'its many cells are behind one line' grep -Eq '<summary>Every metric of each of [0-9]+ cells</summary>' out/17-visibility-sweep/report.html
ok 'a table of cells by what is expected of them' grep -q '<td>exponential, VisibilityTimeout 30</td>' out/17-visibility-sweep/report.html

run "$QUEUELAB" run "$here/scenarios/12-meme-site.json" --quiet --replications 1
run "$QUEUELAB" report out/12-meme-site
ok 'a fleet is as large as it may become' grep -q '>3 workers, up to 40</text>' out/12-meme-site/report.html
ok 'alarms are named' grep -q ' Alarms: &#34;users wait&#34; (memes)\.</figcaption>' out/12-meme-site/report.html

python3 - out/33-sns-routing/report.html <<'PY' >well 2>&1
import html.parser, sys
VOID = {"meta", "link", "br", "img", "hr", "input"}
class Page(html.parser.HTMLParser):
    stack = []
    def handle_starttag(self, tag, attrs):
        if tag not in VOID: self.stack.append(tag)
    def handle_startendtag(self, tag, attrs): pass
    def handle_endtag(self, tag):
        assert self.stack and self.stack[-1] == tag, (self.getpos(), tag, self.stack[-3:])
        self.stack.pop()
page = Page()
page.feed(open(sys.argv[1]).read())
assert not page.stack, page.stack
PY
is 'every element is closed where it should be' "$(cat well)" ''

sed 's/"title": "[^"]*"/"title": "<script>alert(1)<\/script> \&amp;"/' out/33-sns-routing/result.json >hostile
mv hostile out/33-sns-routing/result.json
run "$QUEUELAB" report out/33-sns-routing
is 'words are no markup' "$(grep -c '<script' "$page")" 0
run "$QUEUELAB" report out/nothing
status_is 'a folder without a result' 3
run "$QUEUELAB" report
status_is 'a folder must be named' 2
printf '{ "format": ' >out/17-visibility-sweep/result.json
run "$QUEUELAB" report out/17-visibility-sweep
status_is 'a result cut short' 3

browser=$(command -v chromium || command -v chromium-browser)
if [ -n "$browser" ] && run "$QUEUELAB" run "$here/scenarios/33-sns-routing.json" --progress never &&
    run "$QUEUELAB" report out/33-sns-routing; then
    timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-background-networking \
        --user-data-dir="$scratch/profile" --enable-logging=stderr --screenshot="$scratch/page.png" \
        "file://$PWD/$page" >said 2>&1
    is 'a browser has nothing to complain of' "$(grep -c CONSOLE said)" 0
    ok 'and draws it' test -s "$scratch/page.png"
else
    echo '# no chromium here: the page was not opened'
fi
done_testing
