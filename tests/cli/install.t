#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The program where it was installed, far from its sources: it finds what came with it, and a shell
# completes its commands.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
mkdir -p "$scratch/usr/bin" "$scratch/usr/share/queuelab" "$scratch/work"
cp "$QUEUELAB" "$scratch/usr/bin/queuelab"
cp -R plots scenarios "$scratch/usr/share/queuelab/"
cd "$scratch/work" || exit 1
PATH=$scratch/usr/bin:$PATH

run queuelab list hello
is 'it finds the scenarios, and says where without a way up and down' "$(tail -n 1 "$scratch/out")" \
    "next: queuelab run $(cd "$scratch" && pwd)/usr/share/queuelab/scenarios/02-hello-sqs.json"
run queuelab run 02-hello-sqs
status_is 'a shipped scenario that is not here is a file that cannot be read' 3
says 'and where it is, is said' err 'did you mean /.*/share/queuelab/scenarios/02-hello-sqs.json\?$'
run queuelab check 02
says 'its number is enough for that' err 'did you mean /.*/share/queuelab/scenarios/02-hello-sqs.json\?$'
run queuelab check 0
says 'what several have in their names is nothing to go by' err '^queuelab: cannot read 0: No such file or directory$'
run queuelab new mine.json hello
says 'a model is guessed' err 'there is no scenario "hello", did you mean "02-hello-sqs"\?'
run queuelab new my.json
is 'it finds the schema' "$(grep -c '"\$schema": "file:///.*/share/queuelab/scenarios/schema/scenario-1.schema.json"' my.json)" 1
run queuelab run my.json --progress never
status_is 'it runs' 0
if command -v gnuplot >/dev/null; then
    ok 'it finds the templates of figures' test -s out/my/F1.svg
fi

run queuelab completion bash
status_is 'completion for bash' 0
command -v bash >/dev/null || { done_testing; exit; }
cat >complete.sh <<'BASH'
source "$1"
COMP_WORDS=(queuelab "${@:2}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMPREPLY=()
_queuelab
echo "${COMPREPLY[*]}"
BASH
complete() { bash complete.sh "$scratch/completion" "$@"; }
cp "$scratch/out" "$scratch/completion"
is 'a command is completed' "$(complete ex)" explain
is 'an option of the command' "$(complete run --rep)" --replications
is 'not one of another' "$(complete check --rep --jo)" ''
is 'the words that an option takes' "$(complete plot --theme d)" dark
is 'the words that a search takes' "$(complete explain --first dead)" deadLettered
is 'the words of a command' "$(complete sweep pl)" plan
is 'a command that help explains' "$(complete help compl)" completion
is 'and a kind' "$(complete help sqs_s)" sqs_standard
is 'else files' "$(complete check m)" my.json
run queuelab completion zsh
status_is 'completion for zsh' 0
says 'names each command with what it does' out "^        'check:validate scenario files, and run nothing'$"
run queuelab completion fish
status_is 'another shell is not known' 2
done_testing
