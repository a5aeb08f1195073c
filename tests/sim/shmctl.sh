#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Each subcommand of shmctl in the simulation, with shmctl at the other end; its man page and its
# completion. TAP. BUILD: the build directory (build).
set -u
build=${BUILD:-build}
here=$(dirname "$0")
sim=$build/sim/fusiondock_sim
shmctl=$build/sim/shmctl
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

if [ ! -x "$sim" ] || [ ! -x "$shmctl" ]; then
	echo "Bail out! $sim or $shmctl is not built, run: make sim-programs shmctl"
	exit 1
fi

# both [launcher's option...] -- VM 0's arguments -- VM 1's: lines in $work/out, status of VM 0.
both() {
	"$sim" --vm0 "$shmctl" --vm1 "$shmctl" --timeout 15 --wait-all "$@" >"$work/out" 2>&1
}

# Likewise; VM 0's end ends VM 1, which only serves.
served() {
	"$sim" --vm0 "$shmctl" --vm1 "$shmctl" --timeout 15 "$@" >"$work/out" 2>&1
}

vm() { # VM lines...: each is one of the VM's
	local id=$1 line
	shift
	for line; do
		grep -qxE "\[VM $id\] $line" "$work/out" || {
			echo "missing: [VM $id] $line" >>"$work/out"
			return 1
		}
	done
}

# --- info

both -- info -- info &&
	vm 0 "base +simulation, version not known here" "this VM +0" "counter +1000000000 Hz" \
	"region 0 +0x2a800000, 0x400000 bytes, VM 0 to VM 1; this VM: writer, may read write" \
	"region 1 +0x2ac00000, 0x400000 bytes, VM 1 to VM 0; this VM: reader, may read write" \
	" +START, type 0, 0 bytes, max_size 4194288" "VM 0 +running, epoch 1, this VM"
result $? "info: regions, roles, rights, headers, the other VM" "$work/out"

# --- send and recv

exchange() { # name first-line line-shown send's arguments...
	local name=$1 head=$2 shown=$3
	shift 3
	both -- send "$@" -- recv --timeout 10 && vm 1 "$head" ${shown:+"$shown"}
	result $? "send and recv: $name" "$work/out"
}

exchange "text" "type 1, 6 bytes" "Hello" --text Hello
exchange "a number" "type 0, 4 bytes" "-12" --int -12
exchange "the counter" "type 2, 8 bytes" "[0-9]{6,}" --time
exchange "hex, another type" "type -5, 3 bytes" "00000000  0a ff 41 +\.\.A" --type -5 --hex "0aff 41"
exchange "nothing, of /dev/null" "type 9, 0 bytes" "" --type 9 --file /dev/null
both -- send --type 1 --hex 1b5b324a5c00 -- recv --timeout 10 && vm 1 "type 1, 6 bytes" "\\\\x1b\[2J\\\\\\\\"
result $? "what came does not steer the terminal" "$work/out"
both -- send --text again -- recv --timeout 10 --as hex && vm 1 "00000000  61 67 61 69 6e 00 +again\."
result $? "recv --as hex" "$work/out"

# 9 MB in regions of 1 MiB: ten parts.
head -c 9000001 /dev/urandom >"$work/sent"
both --region 0:1:0x100000 --region 1:0:0x100000 -- send --type 3 --file "$work/sent" --progress \
	-- recv --timeout 10 --progress --output "$work/came"
status=$?
[ $status -eq 0 ] && cmp "$work/sent" "$work/came" >>"$work/out" 2>&1
result $? "a file longer than the region arrives as it was" "$work/out"
vm 0 "shmctl: sent 9000001 of 9000001 bytes \(100 %\)" "shmctl: [0-9]+ kB/s" &&
	vm 1 "shmctl: received 9000001 of 9000001 bytes \(100 %\)" "shmctl: [0-9]+ kB/s"
result $? "and both sides say so" "$work/out"
# The reader stops for a second before the fourth part: three are through.
both --region 0:1:0x100000 --region 1:0:0x100000 --freeze 1@read-data#4=1000 \
	-- send --type 3 --file "$work/sent" --progress -- recv --timeout 10 --output /dev/null &&
	grep -qE "sent ([3-5][0-9]{6}) of 9000001 bytes \((3|4|5)[0-9] %\)" "$work/out"
result $? "progress shows where a transfer stands" "$work/out"
cat >"$work/pipe" <<'END'
#!/bin/bash
echo from standard input | "$SHMCTL" send --type 4 --file -
END
chmod +x "$work/pipe"
SHMCTL=$shmctl "$sim" --vm0 "$work/pipe" --vm1 "$shmctl" --timeout 15 --wait-all -- \
	-- recv --timeout 10 --output - --quiet >"$work/out" 2>&1 && vm 1 "from standard input"
result $? "standard input to standard output" "$work/out"

both -- send --text x -- recv --timeout 10 --max 1
grep -q "2 bytes waits, --max is 1; it stays there" "$work/out"
result $? "recv --max: a longer message stays" "$work/out"
both -- recv --timeout 0.3 -- info
[ $? -eq 4 ] && vm 0 "shmctl: no message came from VM 1 in region 1; 0 of 1 received"
result $? "recv: nothing came, status 4" "$work/out"
cat >"$work/twice" <<'END'
#!/bin/bash
"$SHMCTL" send --text first && "$SHMCTL" send --text second --timeout 0.2
END
chmod +x "$work/twice"
SHMCTL=$shmctl "$sim" --vm0 "$work/twice" --vm1 "$shmctl" --timeout 15 -- -- watch >"$work/out" 2>&1
[ $? -eq 4 ] && vm 0 "shmctl: VM 1 has not read the message before this one within 0.200 s; nothing was sent"
result $? "send: the one before is unread, status 4" "$work/out"

# --- dump and watch

cat >"$work/dump" <<'END'
#!/bin/bash
"$SHMCTL" send --text "dump me" && "$SHMCTL" dump --length 8 && "$SHMCTL" dump --offset 0 --length 4 --region 0
"$SHMCTL" dump --offset 4194304 && ! "$SHMCTL" dump --offset 4194308
END
chmod +x "$work/dump"
SHMCTL=$shmctl "$sim" --vm0 "$work/dump" --vm1 "$shmctl" --timeout 15 -- -- info >"$work/out" 2>&1 &&
	vm 0 "region 0: max_size 4194288, used_size 8, op_type 1 \(READY_TO_READ\), resevered 1" \
	"00000010  64 75 6d 70 20 6d 65 00 +dump me\." "00000000  f0 ff 3f 00 +\.\.\?\."
result $? "dump: header, payload, any place; the end is the end" "$work/out"

served -- watch --seconds 1.5 -- send --int 5 &&
	vm 0 " +0\.[0-9]{3}  region 0, VM 0 to VM 1: START, type 0, 0 bytes, max_size 4194288" \
	" +[0-9.]+  region 1, VM 1 to VM 0: READY_TO_READ, type 0, 4 bytes, max_size 4194288" \
	" +[0-9.]+  doorbells: 1 arrived \(\+1\), 0 rung, 0 refused"
result $? "watch: the message and its doorbell, and the message stays" "$work/out"

# --- echo and ping

served -- ping --count 500 --length 100 -- echo
status=$?
[ $status -eq 0 ] && vm 0 "VM 1: 500 sent, 500 answered, 100 bytes each way" "p50 +[0-9]+\.[0-9]{3} us" \
	"p99 +[0-9.]+ us" "p99\.9 +[0-9.]+ us" "max +[0-9.]+ us" "from +[0-9.]+ us +[0-9]+ #+"
result $? "ping: percentiles and histogram" "$work/out"
served -- ping --count 300 --json -- echo
grep '^\[VM 0\]' "$work/out" | cut -c8- | python3 -c '
import json, sys
d = json.load(sys.stdin)
order = [d[k] for k in ("min", "p50", "p99", "p99.9", "max")]
assert order == sorted(order) and order[0] > 0, order
assert d["sent"] == d["answered"] == 300 == sum(b["count"] for b in d["histogram"]), d
assert d["min"] <= d["mean"] <= d["max"] and d["unit"] == "ns", d
assert d["histogram"] == sorted(d["histogram"], key=lambda b: b["from"]), d' >"$work/why" 2>&1
result $? "ping --json" "$work/why"
served -- ping --count 300 --svg -- echo
grep '^\[VM 0\]' "$work/out" | cut -c8- | python3 -c '
import sys, xml.etree.ElementTree as tree
drawing = tree.parse(sys.stdin).getroot()
space = "{http://www.w3.org/2000/svg}"
texts = ["".join(e.itertext()) for e in drawing.iter(space + "text")]
assert drawing.tag == space + "svg", drawing.tag
assert "300 of 300 answered" in texts[0] and "p99.9" in texts[1] and "max" in texts[1], texts
bars = [e for e in drawing.iter(space + "rect") if e.get("x")]
assert bars and sum(int(t) for t in texts if t.isdigit()) == 300, texts
assert all(float(b.get("x")) + float(b.get("width")) <= float(drawing.get("width")) for b in bars)' >"$work/why" 2>&1
result $? "ping --svg: a drawing, with all rounds in its columns" "$work/why"
served -- ping --count 3 --timeout 0.3 -- watch
[ $? -eq 4 ] && grep -q "nobody answers: VM 1 has not even read message 1" "$work/out"
result $? "ping: nobody reads, status 4" "$work/out"
both -- ping --count 3 --timeout 1 -- recv --timeout 10
[ $? -eq 4 ] && grep -q "nobody answers: VM 1 has read message 1 and nothing came back" "$work/out"
result $? "ping: nobody answers, status 4" "$work/out"
# Frozen, so that the answer comes long after the sender has gone to sleep.
served --drop-doorbell 1#all --freeze 1@read-data#1=300 -- ping --count 1 --timeout 5 -- echo &&
	vm 0 "VM 1: 1 sent, 1 answered, 16 bytes each way" "answers without a doorbell: 1"
result $? "ping: answers without doorbells are counted" "$work/out"
both -- ping --count 5 --type 1 -- send --text "no answer"
[ $? -eq 1 ] && grep -q "type 1, 10 bytes, that is no answer; --discard" "$work/out"
result $? "ping: a stranger's message is not taken" "$work/out"
both -- send --text back -- echo --count 1 && vm 1 "echoed 1"
result $? "echo ends after --count" "$work/out"

# --- vm and trace: the simulation has the lives of its VMs, and neither control nor trace

served -- vm list -- echo && vm 0 "VM 0  running  epoch 1, this VM" "VM 1  running  epoch 1"
result $? "vm list" "$work/out"
both -- vm reset 1 -- info
[ $? -eq 1 ] && grep -q "the simulation controls no VMs" "$work/out"
result $? "vm reset: not in the simulation" "$work/out"
both -- vm stop 3 -- info
[ $? -eq 2 ] && grep -q "there is no VM 3; .shmctl vm list. shows" "$work/out"
result $? "vm stop: no such VM" "$work/out"
both -- trace -- info
[ $? -eq 1 ] && grep -q "the simulation has no trace; --file shows a saved one" "$work/out"
result $? "trace: not in the simulation" "$work/out"

# --- doctor

served -- doctor -- echo &&
	vm 0 "good: +region 0: rights, memory type and header" "nothing wrong was found"
result $? "doctor: nothing wrong" "$work/out"
cat >"$work/late" <<'END'
#!/bin/bash
until "$SHMCTL" vm list | grep -q "^VM 1  off "; do sleep 0.05; done
"$SHMCTL" doctor
END
chmod +x "$work/late"
SHMCTL=$shmctl "$sim" --vm0 "$work/late" --vm1 "$shmctl" --timeout 15 --wait-all -- -- info >"$work/out" 2>&1
[ $? -eq 5 ] && grep -A1 "WRONG: VM 1 is off" "$work/out" | grep -q "do: .*console"
result $? "doctor: peer off" "$work/out"
served -- doctor --probe -- echo &&
	vm 0 "good: +VM 1 has sent a message back, with its doorbell"
result $? "doctor --probe: all well" "$work/out"

sick() { # name fault cure launcher's and VMs' arguments...
	local name=$1 fault=$2 cure=$3
	shift 3
	"${run:-both}" "$@"
	[ $? -eq 5 ] && grep -A1 -E "^\[VM 0\] WRONG: .*$fault" "$work/out" >"$work/found" &&
		grep -qE "^\[VM 0\]    do: .*$cure" "$work/found"
	result $? "doctor: $name" "$work/out"
}

sick "header sizes disagree" "region 0 has room for 4194288 bytes, its max_size says 4096" "devmem 0x2a800000" \
	--scribble 50ms=0.max_size:4096 -- doctor -- info
sick "no state in a header" "region 1 has op_type 9" "dump --region 1" --scribble 50ms=1.op_type:9 -- doctor -- info
sick "peer silent" "peer silent: VM 1 has not read" "shm_ipi_init" -- doctor --probe --timeout 0.3 -- info
# Served: the end of a VM would ring by itself.
run=served sick "interrupt never arrives" "interrupt never arrives: VM 1 has answered" "rings" \
	--drop-doorbell 1#all -- doctor --probe --timeout 1.5 -- echo
both -- doctor --probe --timeout 1 -- recv --timeout 10 &&
	grep -q "note: .*VM 1 has read the message and sent nothing back" "$work/out"
result $? "doctor --probe: a peer that does not echo is not called wrong" "$work/out"
"$shmctl" doctor >"$work/out" 2>&1
[ $? -eq 5 ] && grep -q "^WRONG: .*no simulation" "$work/out" && grep -q "do: .*fusiondock_sim" "$work/out"
result $? "doctor: no simulation" "$work/out"

# --- The command line

"$shmctl" info >"$work/out" 2>&1
[ $? -eq 3 ] && grep -q "shmctl doctor" "$work/out"
result $? "without a port: status 3, and where to go on" "$work/out"

refused() { # reason arguments...
	local reason=$1
	shift
	"$shmctl" "$@" >"$work/out" 2>&1
	[ $? -eq 2 ] && grep -qF -- "$reason" "$work/out"
	result $? "refused: shmctl $*" "$work/out"
}

refused "usage: shmctl COMMAND"
refused "'vms' is no command" vms
refused "vm: one of list, stop, start and reset, not ''" vm
refused "not 'kill'" vm kill 1
refused "which VM?" vm stop
refused "stop one: not a number from 0 to 7" vm stop one
refused "reset 8: not a number" vm reset 8
refused "'extra' is not an option" vm list extra
refused "--kind rung: none of" trace --kind rung
refused "give one of" send
refused "give one of" send --text a --int 1
refused "need a --type" send --hex 00
refused "at position 3: 'g0'" send --type 1 --hex 0ag0
refused "not a number from -2147483648 to 2147483647" send --int 3000000000
refused "not seconds" recv --timeout 0
refused "not seconds" recv --timeout nan
refused "none of auto, text, hex" recv --as raw
refused "'extra' is not an option" watch extra
refused "shmctl ping --help" ping --png
both -- send --region 1 --text x -- info
[ $? -eq 2 ] && grep -q "region 1: VM 0 is not its writer, VM 1 is" "$work/out"
result $? "refused: another VM's region" "$work/out"
both -- dump --region 5 -- info
[ $? -eq 2 ] && grep -q "this VM sees 2 regions" "$work/out"
result $? "refused: a region that is not there" "$work/out"
both -- recv --devmem --timeout 1 -- info
[ $? -eq 1 ] && grep -q "cannot be mapped by /dev/mem" "$work/out"
result $? "refused: --devmem in the simulation" "$work/out"

# --- Manual and completion say what the program says

commands=$("$shmctl" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
page=$here/../../docs/man/man1/shmctl.1
sed 's/\\-/-/g' "$page" >"$work/page"
missing=
for command in $commands; do
	grep -q "^.SS $command" "$work/page" || missing+=" $command"
	for option in $("$shmctl" "$command" --help | grep -oE -- '--[a-z-]+' | sort -u); do
		sed -n "/^.SS $command/,/^.S[SH] /p" "$work/page" | grep -q -- "$option" || missing+=" $command:$option"
	done
done
[ -n "$commands" ] && [ -z "$missing" ]
result $? "every command and option is in the manual${missing:+, not:$missing}"
man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>"$work/out" >/dev/null && [ ! -s "$work/out" ]
result $? "man finds nothing to say about it" "$work/out"

for guide in docs/guide.md docs/guide.zh.md; do
	missing=
	for topic in $(sed -nE 's/.*\bcure\("([a-z-]+)",.*/\1/p' "$here"/../../linux/shmctl/judge_*.c | sort -u); do
		grep -q "^| \`$topic\` |" "$here/../../$guide" || missing+=" $topic"
	done
	[ -n "$topic" ] && [ -z "$missing" ]
	result $? "$guide: section 17 has what doctor refers to${missing:+, not:$missing}"
done

complete_words() { # words..., the last one is completed
	bash --norc -c '
		. "$1"; shift
		COMP_WORDS=(shmctl "$@"); COMP_CWORD=$#
		_shmctl; printf "%s\n" "${COMPREPLY[@]}"' - "$here/../../linux/shmctl/completion/shmctl" "$@"
}

[ "$(complete_words "" | sort | tr '\n' ' ')" = "$(sort <<<"$commands" | tr '\n' ' ')" ]
result $? "completion: every command"
missing=
for command in $commands; do
	diff <("$shmctl" "$command" --help | grep -oE -- '--[a-z-]+' | sort -u) \
		<(complete_words "$command" -- | grep -vx -- --help | sort -u) >"$work/out" || missing+=" $command"
done
[ -z "$missing" ]
result $? "completion: every option${missing:+, not of:$missing}" "$work/out"
[ "$(complete_words recv --as h)" = hex ] && [ "$(complete_words vm st)" = $'stop\nstart' ]
result $? "completion: values"
echo "1..$count"
