#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `queuelab api`: a line for a line, each written out before the next is read, whatever comes in.
. "${0%/*}/../tools/tap.sh"
cd "$scratch" || exit 1
now='{"Control":"Now"}'
create='{"Action":"CreateQueue","Params":{"QueueName":"q"}}'

# ask FILE: runs the program on a file; what it says is kept as by `run`.
ask() {
    "$QUEUELAB" api <"$1" >out 2>err
    status=$?
}

# ---- a session from a file -------------------------------------------------------------------------
cat >session <<'JSON'
{"Action":"CreateQueue","Params":{"QueueName":"q"}}
{"Action":"SendMessage","Params":{"QueueUrl":"q","MessageBody":"one\ntwo"}}
nonsense

{"Action":"ReceiveMessage","Params":{"QueueUrl":"q","WaitTimeSeconds":20}}
{"Control":"Now"}
JSON
printf '%s' '{"Action":"DeleteQueue","Params":{"QueueUrl":"q"}}' >>session
ask session
status_is 'the end of the input is no mistake' 0
silent 'nothing is said beside the replies' err
is 'a reply for each line, in order' "$(cut -c 1-10 out | tr '\n' ' ')" \
    '{"Result": {"Result": {"Error":{ {"Error":{ {"Result": {"Result": {"Result": '
is 'a queue has a URL' "$(sed -n 1p out)" \
    '{"Result":{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/q"}}'
says 'a line end in a text stays one line' out '"Body":"one\\ntwo"'
is 'a last line needs no end' "$(tail -n 1 out)" '{"Result":{}}'
ok 'each reply is one JSON object' sh -c '! grep -v "^{.*}$" out'
"$QUEUELAB" api <session >again 2>err
ok 'the same requests give the same bytes' cmp out again
: >empty
ask empty
status_is 'no requests' 0
silent 'no replies' out
awk 'BEGIN { for (i = 0; i < 20000; i++) print "{\"Control\":\"AdvanceTime\",\"Params\":{\"Seconds\":1}}" }' >many
ask many
awk 'BEGIN { for (i = 1; i <= 20000; i++) printf "{\"Result\":{\"Now\":%d}}\n", 1700000000 + i }' >wanted
ok 'twenty thousand requests keep their order' cmp out wanted

# ---- a conversation: the caller waits for each reply -----------------------------------------------
mkfifo in replies
"$QUEUELAB" api <in >replies 2>err &
process=$!
{ sleep 30 && kill "$process"; } >/dev/null 2>&1 &
watch=$!
exec 3>in 4<replies
heard=
for second in 1 2 3; do
    printf '%s\n' '{"Control":"AdvanceTime","Params":{"Seconds":1}}' >&3
    IFS= read -r reply <&4
    [ "$reply" = "{\"Result\":{\"Now\":170000000$second}}" ] && heard=$heard.
done
is 'a reply is there before the next request' "$heard" '...'
printf '%s' '{"Control":' >&3
sleep 0.2
printf '%s\n%s\n' '"Now"}' "$create" >&3
IFS= read -r reply <&4
is 'a line may come in pieces' "$reply" '{"Result":{"Now":1700000003}}'
IFS= read -r reply <&4
is 'and two may come at once' "${reply%%:*}" '{"Result"'
exec 3>&-
wait "$process"
is 'it ends when the caller hangs up' "$?" 0
ok 'having said no more' sh -c '[ -z "$(cat)" ]' <&4
exec 4<&-
kill "$watch" 2>/dev/null

# ---- too much --------------------------------------------------------------------------------------
# A sanitizer takes more address space than any limit that would prove something.
limit='ulimit -v 150000'
sh -c "$limit; exec \"\$0\" version" "$QUEUELAB" >/dev/null 2>&1 || limit=:
{
    head -c 100000000 /dev/zero | tr '\0' x
    printf '\n%s\n' "$now"
} | sh -c "$limit; exec \"\$0\" api" "$QUEUELAB" >out 2>err
is 'a line of 100 MB, in less memory than it has' "$?" 0
is 'is answered' "$(cut -c 1-41 out | sed -n 1p)" '{"Error":{"Code":"SerializationException"'
is 'and so is the next' "$(sed -n 2p out)" '{"Result":{"Now":1700000000}}'
is 'and nothing else' "$(wc -l <out | tr -d ' ')" 2
awk 'BEGIN { printf "{\"Action\":\"SendMessage\",\"Params\":{\"QueueUrl\":\"q\",\"MessageBody\":\""
             for (i = 0; i < 1048576; i++) printf "x"; print "\"}}" }' >long
{ echo "$create" && cat long && sed 's/x"/xx"/' long; } >session
ask session
is 'a message of 1 MiB is taken, a byte more is not' "$(cut -c 1-9 out | tr '\n' ' ')" \
    '{"Result" {"Result" {"Error": '

# ---- nobody listens --------------------------------------------------------------------------------
echo "$now" | "$QUEUELAB" api >&- 2>err
is 'a closed standard output' "$?" 3
ok 'is said' grep -q '^queuelab api: cannot write a reply: ' err
if [ -e /dev/full ]; then
    yes "$now" 2>/dev/null | "$QUEUELAB" api >/dev/full 2>err
    is 'a full standard output ends the reading' "$?" 3
    is 'is said once' "$(grep -c '^queuelab' err)" 1
fi
limit=
command -v timeout >/dev/null 2>&1 && limit='timeout 20'
# shellcheck disable=SC2086
{ yes "$now" | $limit "$QUEUELAB" api; echo "$?" >status; } 2>err | head -n 1 >out
is 'the first reply was heard' "$(cat out)" '{"Result":{"Now":1700000000}}'
ok 'a caller that goes away ends the reading of endless input' test "$(cat status)" -ne 124

# ---- the command itself ----------------------------------------------------------------------------
run "$QUEUELAB" api file
status_is 'it takes no files' 2
silent 'and says so beside the standard output' out
run "$QUEUELAB" api --help
status_is 'its help' 0
says 'shows a request' out '"Action": "SendMessage"'
done_testing
