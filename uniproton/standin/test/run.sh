#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Boots the stand-in's own test on QEMU's bare board and prints TAP: the guest's lines, then
# that a key is answered and that an exception is reported.
#   run.sh [IMAGE.elf]; BUILD: the build directory (build)
set -u
image=${1:-${BUILD:-build}/uniproton-test/test.elf}
[ -r "$image" ] || { echo "Bail out! $image is not built, run: make uniproton-test-program"; exit 1; }
log=$(mktemp)
coproc QEMU { exec timeout 60 qemu-system-aarch64 -M virt,gic-version=3 -cpu cortex-a57 -m 64M \
	-nic none -nographic -monitor none -serial stdio -kernel "$image" 2>&1; }
pid=$QEMU_PID
trap 'kill "$pid" 2>/dev/null; rm -f "$log"' EXIT

count=0
planned=none
while IFS= read -r -t 30 line <&"${QEMU[0]}"; do
	line=${line%$'\r'}
	echo "$line" >>"$log"
	case $line in
	"ok "* | "not ok "*) echo "$line"; count=$((count + 1)) ;;
	1..*) planned=${line#1..} ;;
	"# key") printf k >&"${QEMU[1]}" ;;
	*"exception:"*) break ;;
	esac
done

result() { # status name
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		tail -5 "$log" | sed 's/^/# /'
	fi
}
[ "$planned" = "$count" ]
result $? "the guest ran all its checks ($planned)"
grep -q "^\[UniProton\] key 'k'$" "$log"
result $? "a key is answered"
grep -Eq '^\[UniProton\] exception: synchronous \(vector 4\) in test, ESR 0x1fe00000 ELR 0x402[0-9a-f]+ FAR 0x' "$log"
result $? "a trapped FP instruction is reported with ESR, ELR and FAR"
echo "1..$count"
