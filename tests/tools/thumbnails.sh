#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Draws scenarios/thumbnails/, a small picture of the first figure of each scenario, and shows it in the
# table of scenarios/README.md with the figure's sentence for those who do not see it.
#
#   thumbnails.sh [NAME...]    of these scenarios alone, for example 27-standard-vs-fifo
set -eu
QUEUELAB=${QUEUELAB:-./queuelab}
readme=scenarios/README.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p scenarios/thumbnails

# gnuplot itself makes a palette of a picture's colours, which is half the size.  It holds 256, which is
# enough where each of red, green and blue has 16 steps.
cat >"$work/palette.gp" <<'GP'
set terminal png size 320, 180 notruecolor
set output ARG2
set margins 0, 0, 0, 0
unset border; unset tics; unset key
step(c) = 17 * floor(c / 17.0 + 0.5)
plot [-0.5:319.5] [-0.5:179.5] ARG1 binary filetype=png using (step($1)):(step($2)):(step($3)) \
    with rgbimage
GP

# show NAME FILE: the last cell of the scenario's row becomes the picture with the sentence in FILE.
show() {
    awk -v name="$1" -v sentence="$(cat "$2")" '
        index($0, "| `" name "` |") == 1 {
            gsub(/\|/, "/", sentence)
            gsub(/\[/, "(", sentence)
            gsub(/\]/, ")", sentence)
            sub(/ \| !\[[^]]*\]\([^)]*\) \|$/, " |")
            $0 = $0 " ![" sentence "](thumbnails/" name ".png) |"
        }
        { print }' "$readme" >"$work/readme"
    cat "$work/readme" >"$readme"
}

[ $# -gt 0 ] || set -- $(ls scenarios/[0-9]*.json | sed 's/.*\/\(.*\)\.json/\1/')
for name; do
    number=$(sed -n 's/^ *"figures": \[ *"F\([0-9]*\)".*/\1/p' "scenarios/$name.json")
    "$QUEUELAB" run "scenarios/$name.json" --quiet --progress never --format term --out "$work" >/dev/null
    gnuplot -c "$(ls plots/F"$(printf %02d "$number")"_*.gp)" plots "$work/$name/F$number.csv" \
        "$work/full.png" thumbnail light ' ' "$name:"
    gnuplot -c "$work/palette.gp" "$work/full.png" "scenarios/thumbnails/$name.png"
    show "$name" "$work/$name/F$number.txt"
    echo "scenarios/thumbnails/$name.png"
done
