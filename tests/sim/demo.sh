#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The demonstration in the simulation: both sides' transcript, exit status, what is left
# behind; and that the judge sees faults. TAP. BUILD: the build directory (build).
set -u
build=${BUILD:-build}
here=$(dirname "$0")
judge=$here/../judge_transcript.py
sim=$build/sim/fusiondock_sim
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

result() { # status name [file with the reason]
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ $# -lt 3 ] || sed 's/^/# /' "$3"
	fi
}

# Doctors a copy of the good transcript; the judge must refuse it and say why.
refused() { # name sed-script expected-reason
	sed -E "$2" "$work/good" >"$work/bad"
	cmp -s "$work/good" "$work/bad" && echo "the script changes nothing" >"$work/why"
	cmp -s "$work/good" "$work/bad" || { ! "$judge" "$work/bad" >"$work/why" && grep -q "$3" "$work/why"; }
	result $? "the judge refuses $1" "$work/why"
}

if [ ! -x "$sim" ]; then
	echo "Bail out! $sim is not built, run: make sim-programs"
	exit 1
fi

# Takes 15 s; looked at in the end.
"$sim" --vm1 /bin/false -- --ints 0 --stamps 0 >"$work/alone" 2>&1 &
alone=$!

"$sim" >"$work/good" 2>"$work/errors"
status=$?
result "$status" "the simulation ends with VM 0's status 0" "$work/errors"
"$judge" --status "$status" "$work/good" >"$work/why"
result $? "values and order on both sides are right" "$work/why"
[ ! -s "$work/errors" ]
result $? "nothing on stderr" "$work/errors"

refused "a missing integer" '/\[linux\] read from shm: 8080803/d' "line .*8080802"
refused "a wrong value" 's/(\[UniProton\] write to shm int: )8080808/\18080807/' "should send here"
refused "a wrong length" 's/(\[linux\] read len: )0x10/\10xf/' "should receive here"
refused "a message too many" 's/^(\[VM 1\] \[UniProton\] read from shm: 4)$/\1\n\1/' "should receive here"
refused "a time stamp that was not sent" '0,/\[linux\] read time: /s/(\[linux\] read time: )[0-9]+/\17/' "UniProton sent"
refused "a way back in time" 's/(\[UniProton\] read time: .*one way )/\1-/' "before it was sent"
refused "torn lines" 's/(\[linux\] write to shm int: 3)/[VM 1] \1/' "torn"
refused "a line from the other VM" 's/\[VM 0\] (\[linux\] write to shm int: 3)/[VM 1] \1/' "VM 1"
refused "a region elsewhere" 's/(\[UniProton\] read region 0x)2a8/\12b8/' "should find its regions here"
refused "a run without its end" '/demo: sent/d' "did not come to its end"
refused "an exception" 's/(\[UniProton\]) demo: all sent/\1 exception: synchronous/' "not a line of a good run"

! "$judge" --status 1 "$work/good" >"$work/why" && grep -q "ended with status 1" "$work/why"
result $? "the judge refuses exit status 1" "$work/why"
grep '^\[VM 0\]' "$work/good" >"$work/linux"
"$judge" --linux-only "$work/linux" >"$work/why"
result $? "for another UniProton image Linux's side is enough" "$work/why"
sed -E '/\[linux\] read (from|len|time)/d; s/received [0-9]+/received 0/' "$work/linux" >"$work/bad"
! "$judge" --linux-only "$work/bad" >"$work/why" && grep -q "received nothing" "$work/why"
result $? "but it must have received something" "$work/why"
sed -E 's/^/\x1b[36m/; s/\]/]\x1b[0m/; s/$/\r/' "$work/good" >"$work/colour"
"$judge" "$work/colour" >"$work/why"
result $? "colours and carriage returns do not matter to it" "$work/why"

# A second run, ended from outside, with VM 0's program told to send for long.
"$sim" -- --ints 1000 >"$work/cut" 2>&1 &
pid=$!
sleep 2
kill -INT "$pid"
wait "$pid"
[ $? -eq 130 ]
result $? "an interrupted simulation ends with status 130" "$work/cut"
! compgen -G "/dev/shm/fusiondock-sim.$pid*" >/dev/null
result $? "and leaves no shared memory behind"

wait "$alone"
[ $? -eq 1 ] && grep -q "nothing came within 15 s" "$work/alone"
result $? "without a VM 1 the demonstration fails and says why" "$work/alone"
echo "1..$count"
