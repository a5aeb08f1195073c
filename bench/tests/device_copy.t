#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The copy loops for Device memory, seen in the arm64 objects: 8-byte accesses carry the
# bulk, and no access is made that such memory does not take. TAP.
#
# Why 8 bytes and not 16 (LDP, STP, or a vector register): the Arm Architecture Reference
# Manual makes a naturally aligned access of one general register single-copy atomic, on
# Device memory too. A pair or a vector is two or more such accesses even when it is aligned
# to 16, so it is no wider there; it is atomic as a whole only with FEAT_LSE2 on Normal
# write-back memory. A stage 2 abort taken by a pair has no syndrome (ESR_EL2.ISV is 0), and
# a guest without its FP registers has no vectors. Unaligned accesses abort.
set -u
build=${BUILD:-build}
objdump=${CROSS_COMPILE:-aarch64-linux-gnu-}objdump
count=0

result() { # status name
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
	fi
}

body() { # object function: its instructions
	"$objdump" -d --no-show-raw-insn "$1" |
		sed -n "/<$2>:\$/,/^\$/s/^ *[0-9a-f]*:\t//p"
}

for side in linux uniproton; do
	object=$build/shm/$side/shm_copy.o
	if [ ! -f "$object" ]; then
		echo "Bail out! $object is not built, run: make shm"
		exit 1
	fi
	for function in shm_copy_to_device shm_copy_from_device; do
		code=$(body "$object" "$function")
		name="$side $function"
		[ -n "$code" ] && grep -Eq '^ldr\s+x[0-9]+, \[x' <<<"$code"
		result $? "$name: loads 8 bytes at once"
		grep -Eq '^str\s+x([0-9]+|zr), \[x' <<<"$code"
		result $? "$name: stores 8 bytes at once"
		! grep -E '^(ldp|stp|ldnp|stnp)\b' <<<"$code" | grep -qv '\[sp'
		result $? "$name: no pairs but for its own stack"
		! grep -Eq '^(ld|st)[a-z0-9]*\s+\{?[bhsdqv][0-9]' <<<"$code"
		result $? "$name: no vector registers"
		! grep -Eq '^(ldx|stx|ldax|stlx|cas|swp|dc)\b|^bl?\s.*<mem(cpy|move|set)' <<<"$code"
		result $? "$name: no exclusives, no DC ZVA, no memcpy"
	done
done
echo "1..$count"
