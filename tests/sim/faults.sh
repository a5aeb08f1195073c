#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The faults that the simulation makes, and what the library then reports to both sides;
# the launcher's options. TAP. BUILD: the build directory (build).
set -u
build=${BUILD:-build}
here=$(dirname "$0")
sim=$build/sim/fusiondock_sim
probe=$build/sim/shm_probe
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
ls -d /dev/shm/fusiondock-sim.* >"$work/before" 2>/dev/null

result() { # status name [file with the reason]
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ $# -lt 3 ] || sed 's/^/# /' "$3"
	fi
}

if [ ! -x "$sim" ] || [ ! -x "$probe" ]; then
	echo "Bail out! $sim or $probe is not built, run: make sim-programs"
	exit 1
fi

"$here/../../sim/show_faults" --tsv >"$work/table" 2>"$work/errors"
result $? "every fault can be shown" "$work/errors"

# A scenario's line: both reports must be these, as extended regular expressions.
reports() { # name VM-0 VM-1
	local name vm0 vm1
	grep "^$1	" "$work/table" >"$work/line"
	IFS=$'\t' read -r name _ vm0 vm1 < <(sed 's/\t\t/\t-\t/' "$work/line")
	[ "$name" = "$1" ] && [[ $vm0 =~ ^$2$ ]] && [[ $vm1 =~ ^$3$ ]]
	result $? "$1: $2 | $3" "$work/line"
}

all_sent="write: sent 4 of 4"
all_came="read: received 4 of 4"
# The end of the other side rings once.
ms="([12] doorbell without a message, )?oldest [0-9]+ ms"
late="([12] doorbell without a message, )?oldest ([3-9][0-9]{2}|[0-9]{4,}) ms"
reports none "$all_sent" "$all_came, $ms"
reports none-long "$all_sent" "$all_came, $ms"
reports drop-doorbell "$all_sent" "$all_came, 1 without a doorbell, $late"
reports drop-by-chance "$all_sent" "$all_came, [1-4] without a doorbell, $late"
reports delay-doorbell "$all_sent" "$all_came, $late"
reports duplicate-doorbell "$all_sent" "$all_came, [1-4] doorbell without a message, $ms"
reports freeze-writer "$all_sent" "$all_came, $late"
reports freeze-writer-long "write: SHM_E_PARTIAL, again: sent 4 of 4" \
	"read: SHM_E_PARTIAL, received 4 of 4, $ms"
reports freeze-reader "$all_sent" "$all_came, $late"
reports freeze-reader-long "write: SHM_E_PARTIAL, again: SHM_E_PARTIAL, sent 0 of 4" \
	"read: SHM_E_(PARTIAL|PEER_LOST), .*received 0 of 4.*"
reports freeze-for-good "write: SHM_E_TIMEOUT, sent 2 of 4" frozen
for step in type length data ready; do
	reports kill-before-$step killed "read: SHM_E_TIMEOUT, received 1 of 4, $ms"
done
reports kill-before-ring killed "read: SHM_E_TIMEOUT, received 2 of 4, $ms"
reports kill-writer-long killed "read: SHM_E_PEER_LOST, SHM_E_TIMEOUT, received 0 of 4, $ms"
reports kill-before-copy "write: SHM_E_TIMEOUT, sent 2 of 4" killed
reports kill-before-end "write: SHM_E_TIMEOUT, sent 2 of 4" killed
reports kill-reader-long "write: SHM_E_PEER_LOST, again: SHM_E_PARTIAL, sent 0 of 4" killed
reports restart-writer "$all_sent" "read: (message repeated, )+received 4 of 4, $ms"
reports restart-writer-long "$all_sent" "read: SHM_E_PEER_LOST, received 4 of 4, $ms"
reports restart-reader "$all_sent" "read: message lost, .*SHM_E_TIMEOUT, received 3 of 4, $ms"
reports restart-reader-long "write: SHM_E_PEER_LOST, again: sent 4 of 4" "$all_came, $ms"
# The reader ends with its error, and then the header is mended.
for name in max-size-0 max-size-huge state; do
	reports $name "write: SHM_E_TIMEOUT, sent 3 of 4" "read: SHM_E_HEADER, received 1 of 4, $ms"
done
reports length-huge "write: SHM_E_TIMEOUT, sent 3 of 4" \
	"read: SHM_E_TOO_LONG, received 1 of 4, $ms"
reports length-small "$all_sent" "read: length altered, received 4 of 4, $ms"
reports length-in-part "write: SHM_E_PARTIAL, again: sent 4 of 4" \
	"read: SHM_E_PARTIAL, received 4 of 4, $ms"
reports type "$all_sent" "read: type altered, received 4 of 4, $ms"
reports data "$all_sent" "read: contents altered, received 4 of 4, $ms"
# Who sees it first ends, and then it is mended.
reports state-at-a-time "write: SHM_E_(HEADER|TIMEOUT), sent [1-4] of 4" \
	"read: SHM_E_(HEADER|TIMEOUT), received [1-3] of 4, $ms"
[ "$(wc -l <"$work/table")" -eq 33 ]
result $? "there is no scenario besides these" "$work/table"

# The launcher's words. Runs the probe for one message each way if not said otherwise.
launch() { # option...
	"$sim" --vm0 "$probe" --vm1 "$probe" --wait-all --timeout 20 "$@" -- --send 1 -- --receive 1
}

refused() { # reason option...
	local reason=$1
	shift
	launch "$@" >"$work/out" 2>&1
	[ $? -eq 2 ] && grep -qF -- "$reason" "$work/out"
	result $? "refused: $*" "$work/out"
}

refused "there are only 2 VMs" --kill 2@ring
refused "comes @STEP" --kill 0@write
refused "comes @STEP" --freeze 0
refused "takes no =" --kill 0@ring=5
refused "a number from 1" --drop-doorbell '0#0'
refused "1% to 100%" --drop-doorbell '0#101%'
refused "how long is missing" --delay-doorbell '0#1'
refused "left over" --drop-doorbell '0#1x'
refused "the field is" --scribble 5ms=0.size:1
refused "there are only 2" --scribble 5ms=2.op_type:1
refused "aligned to 4" --scribble 5ms=0.data+1:1
refused "aligned to 4" --scribble 5ms=0.data+0x400000:1
refused "comes :VALUE" --scribble 5ms=0.op_type
refused "VM that does not exist" --region 0:2:4096
refused "the size is" --region 0:1:16
refused "not WRITER:READER:SIZE" --region 0:1
refused "VM 2 has no program" --vm "3=$probe"
refused "not VM or VM=TIMES" --restart 1=0
refused "there are only 2 VMs" --restart 2
many=()
for i in {1..17}; do many+=(--drop-doorbell "0#$i"); done
refused "more than 16 faults" "${many[@]}"

launch --kill 0@ring#2 >"$work/out" 2>&1 && grep -q "fault 1, kill, never struck" "$work/out"
result $? "a fault that never struck is said" "$work/out"
launch --freeze 0@ring >"$work/out" 2>&1
[ $? -eq 124 ]
result $? "VM 0 frozen for good: status 124" "$work/out"
launch --kill 0@ring >"$work/out" 2>&1
[ $? -eq 137 ]
result $? "VM 0 killed: status 137" "$work/out"
"$sim" --vm0 "$probe" --vm1 "$probe" --timeout 1 -- --receive 1 --idle-ms 9000 >"$work/out" 2>&1
[ $? -eq 124 ] && grep -q "not over after 1 s" "$work/out"
result $? "a simulation that takes too long ends" "$work/out"

"$sim" --vm0 "$probe" --vm1 "$probe" --vm "2=$probe" --region 0:1:4096 --region 2:0:8192 \
	--wait-all --timeout 20 -- --send 3 --receive 5 -- --receive 3 -- --send 5 \
	>"$work/out" 2>&1 &&
	grep -q "^\[VM 0\].*sent 3 of 3" "$work/out" &&
	grep -q "^\[VM 0\].*received 5 of 5" "$work/out" &&
	grep -q "^\[VM 1\].*received 3 of 3" "$work/out" &&
	grep -q "^\[VM 2\].*sent 5 of 5" "$work/out"
result $? "three VMs and regions of one's own" "$work/out"

"$sim" --steps >"$work/out" && [ "$(grep -cE '^(ring|wait|(write|read)-[a-z-]+)$' "$work/out")" -eq 16 ] &&
	[ "$(wc -l <"$work/out")" -eq 16 ]
result $? "--steps lists the steps" "$work/out"
# shellcheck disable=SC2016 # the backquotes are the page's
missing=$(grep -vxFf <(grep -oE '^\| `[a-z-]+`' "$here/../../docs/simulation.md" |
	tr -d '|` ') "$work/out")
[ -z "$missing" ]
result $? "each step is in docs/simulation.md${missing:+, not: $missing}"
missing=$("$sim" --help | grep -oE -- '--[a-z0-9-]+' | sort -u | while read -r option; do
	grep -qF -- "$option" "$here/../../docs/simulation.md" || echo "$option"
done)
[ -z "$missing" ]
result $? "each option is in docs/simulation.md${missing:+, not: $missing}"
left=0 # new objects whose launcher is gone; others may belong to another simulation
for object in /dev/shm/fusiondock-sim.*; do
	owner=${object#*sim.}
	[ ! -e "$object" ] || [ -d "/proc/${owner%%.*}" ] || grep -qxF "$object" "$work/before" ||
		left=1
done
result $left "no shared memory is left behind"
echo "1..$count"
