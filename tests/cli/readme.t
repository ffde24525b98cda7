#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every command that a README shows in a ```sh block works as it stands there.  What was run already (two
# pages begin with the headline scenario) is not run again.
. tests/tools/tap.sh

root=$PWD
for name in scenarios plots tests; do
    ln -s "$root/$name" "$scratch/$name"
done
ln -s "$QUEUELAB" "$scratch/queuelab"
# Pages that speak of the program as installed find it on the PATH.
PATH=$scratch:$PATH
export PATH
: >"$scratch/done"
for readme in README.md scenarios/README.md scenarios/SWEEPS.md plots/README.md; do
    [ -r "$readme" ] || continue
    awk -f tests/tools/readme.awk "$readme" >"$scratch/commands"
    while IFS= read -r command; do
        grep -Fqx -- "$command" "$scratch/done" && continue
        echo "$command" >>"$scratch/done"
        case $command in
        make*) continue ;; # tested by running it
        *parallel\ *) command -v parallel >/dev/null || continue ;;
        esac
        # shellcheck disable=SC2016
        ok "$readme: $command" sh -c 'cd "$1" && eval "$2"' sh "$scratch" "$command"
    done <"$scratch/commands"
done
done_testing
