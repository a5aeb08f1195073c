#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The checker on the host: the samples are good, planted mistakes are refused as the base refuses them. TAP.
set -u
build=${BUILD:-build}
check=$build/base-host/check-systems
machine=$build/systems/qemu-virt-machine.dtb
count=0

result() { # status name
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; fi
}

refused() { # system words
	local said status
	said=$("$check" "$machine" "$build/systems/refused-$1.dtb")
	status=$?
	[ "$status" -eq 1 ] && grep -qE "$2" <<<"$said"
	result $? "refused-$1: $2"
}

for system in systems/*.dts; do
	name=$(basename "$system" .dts)
	"$check" "$machine" "$build/systems/$name.dtb" >/dev/null
	result $? "systems/$name.dts is good"
done
refused overlap '/regions/region@2ac00000: reg: 0x2b800000 \+ 0x400000 overlaps /vms/vm@1: memory'
refused cores "/vms/vm@1: cpus: core 0x1 is already VM 0's"
refused memory '/vms/vm@0: memory: the machine has no 0x100000000 bytes'
refused unknown '/vms/vm@1: doorbel-intids: unknown property'
refused unaligned '/regions/region@2a800000: reg: .* must be multiples of a page'
"$check" "$machine" "$machine" >/dev/null
[ $? -eq 1 ]
result $? "a tree that is no system description is refused"
"$check" "$build/systems/demo.dtb" "$build/systems/demo.dtb" >/dev/null
[ $? -eq 1 ]
result $? "a machine without memory, cores and GIC is refused"
"$check" "$machine" /nonexistent 2>/dev/null
[ $? -eq 2 ]
result $? "a file that is not there is named, status 2"
echo "1..$count"
