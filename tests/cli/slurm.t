#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The job array of scenarios/SWEEPS.md under Slurm, on a cluster of this one machine whose configuration
# is written here.  Skipped where Slurm is not installed or does not start.
. "${0%/*}/../tools/tap.sh"
case $QUEUELAB in /*) ;; *) QUEUELAB=$PWD/$QUEUELAB ;; esac
root=$PWD
cd "$scratch" || exit 1
mkdir state spool bin
ln -s "$QUEUELAB" bin/queuelab
PATH=$PWD/bin:$PATH:/usr/sbin
export PATH

skip() {
    tap_line 0 "Slurm # SKIP $1"
    done_testing
    exit
}
for program in munged slurmctld slurmd sbatch; do
    command -v "$program" >/dev/null || skip "there is no $program: make deps"
done

# ---- a cluster -------------------------------------------------------------------------------------
daemons=
stop() {
    for process in $daemons; do
        kill "$process" 2>/dev/null
    done
    for process in $daemons; do
        wait "$process" 2>/dev/null
    done
}
trap 'stop; rm -rf "$scratch"' EXIT

host=$(hostname -s)
port=$((20000 + $$ % 20000))
processors=$(getconf _NPROCESSORS_ONLN)
head -c 1024 /dev/urandom >munge.key && chmod 400 munge.key
chmod 755 .
cat >slurm.conf <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$PWD/munge.socket
CredType=cred/munge
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$PWD/state
SlurmdSpoolDir=$PWD/spool
SlurmctldPidFile=$PWD/slurmctld.pid
SlurmdPidFile=$PWD/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1
MailProg=/bin/true
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$processors State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
SLURM_CONF=$PWD/slurm.conf
export SLURM_CONF

munged --foreground --force --key-file="$PWD/munge.key" --socket="$PWD/munge.socket" \
    --pid-file="$PWD/munged.pid" --seed-file="$PWD/munge.seed" --log-file="$PWD/munged.log" >munged.out 2>&1 &
daemons=$!
slurmctld -D -i -f "$SLURM_CONF" >slurmctld.log 2>&1 &
daemons="$daemons $!"
slurmd -D -f "$SLURM_CONF" -N "$host" >slurmd.log 2>&1 &
daemons="$daemons $!"
tries=0
until [ "$(sinfo -h -o %T 2>/dev/null)" = idle ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || skip "it does not start here: $(tail -n 1 slurmctld.log)"
    sleep 0.25
done

# ---- the array -------------------------------------------------------------------------------------
cat >jobs.json <<'JSON'
{ "version": 1, "experiment": { "duration": "5m", "replications": 6 },
  "queues": { "q": { "ReceiveMessageWaitTimeSeconds": 20 } },
  "producers": { "p": { "to": "q", "arrivals": { "process": "poisson", "rate": 4 } } },
  "consumers": { "c": { "from": "q", "service": { "dist": "exponential", "mean": "100ms" } } },
  "sweep": { "/producers/p/arrivals/rate": [2, 4, 6] } }
JSON
awk '/^#!\/bin\/sh/ { shown = 1 } /^```/ { shown = 0 } shown' "$root/scenarios/SWEEPS.md" >sweep.sbatch
ok 'the page has a job script' grep -q '^#SBATCH --array' sweep.sbatch
"$QUEUELAB" run jobs.json --quiet --out single
"$QUEUELAB" sweep plan jobs.json --shards 5 --quiet
ok 'the array runs to its end' timeout 120 sbatch --wait --array=0-3%2 sweep.sbatch
run "$QUEUELAB" sweep status plan.json parts
says 'status names the shard that was left out' out '^missing: 4$'
missing=$(sed -n 's/^missing: //p' out)
ok 'which is an array, too' timeout 120 sbatch --wait "--array=$missing" sweep.sbatch
run "$QUEUELAB" sweep merge parts -o merged --quiet
status_is 'the parts are merged' 0
sed '/^  "wall": {/,$d' single/jobs/result.json >1
sed '/^  "wall": {/,$d' merged/jobs/result.json >2
ok 'to the result of one machine' cmp 1 2
ok 'with all its files' diff -r -x result.json single merged

done_testing
